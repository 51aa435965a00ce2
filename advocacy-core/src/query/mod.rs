//! Metrics × dimensions × period × filter × definitions → a table of measures.

mod answer;
mod ask;
mod cohorts;
mod column;
mod compare;
mod contribution;
mod guard;
mod order;
mod plan;
pub(crate) mod protect;
mod rows;
mod together;

pub(crate) use self::answer::Prepared;
pub use self::ask::Query;
pub(crate) use self::cohorts::CohortPlan;
pub use self::cohorts::{Cohort, CohortTable};
pub use self::compare::Baseline;
pub use self::guard::Guard;
