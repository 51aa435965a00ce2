//! Instants, zones, periods and the buckets of a series.
//!
//! Everything is half-open and decided by real instants: a local day starts at
//! the first instant that the zone's clocks show that date, so a day of 23 or
//! 25 hours, a midnight that never happens and one that happens twice all
//! come out right.

mod bucket;
mod grain;
mod period;
mod text;
mod timestamp;
mod zone;

#[cfg(test)]
mod tests;

pub use self::bucket::Bucket;
pub use self::grain::{Grain, WeekStart};
pub use self::period::Period;
pub use self::timestamp::Timestamp;
pub use self::zone::Zone;
