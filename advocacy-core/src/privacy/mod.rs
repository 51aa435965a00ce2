//! Small groups stay private.

mod layout;
mod network;
mod policy;
mod spread;
mod suppress;

pub use self::layout::Layout;
pub use self::policy::{PrivacyPolicy, Subject};
pub use crate::query::Guard;
pub use self::suppress::{Cell, Reason, Suppression, audit, suppress};
