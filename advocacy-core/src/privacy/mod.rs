#![doc = include_str!("../../PRIVACY.md")]

mod audit;
mod cell;
mod hiding;
mod layout;
mod network;
mod policy;
pub(crate) mod span;
mod spread;
mod suppress;

pub use self::audit::audit;
pub use self::cell::{Cell, Reason};
pub use self::layout::Layout;
pub use self::policy::{PrivacyPolicy, Subject};
pub use self::suppress::{Suppression, suppress};
pub use crate::query::Guard;

pub(crate) use self::suppress::suppress_audited;
