//! The rows, a file per module of the core.

mod scalar;
mod stats;
mod survey;

pub(super) use self::{scalar::SCALAR, stats::STATS, survey::SURVEY};
