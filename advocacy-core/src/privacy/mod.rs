#![doc = include_str!("../../PRIVACY.md")]

mod layout;
mod network;
mod policy;
pub(crate) mod span;
mod spread;
mod suppress;

pub use self::layout::Layout;
pub use self::policy::{PrivacyPolicy, Subject};
pub use self::suppress::{Cell, Reason, Suppression, audit, suppress};
pub use crate::query::Guard;

pub(crate) use self::suppress::suppress_audited;
