//! Pure formulas: counts in, a measure out. A file per family of metrics.
//!
//! A formula asks its counts of a sheet and knows nothing of the catalogue,
//! which gives the measure its name, unit and definition.

pub(crate) mod content;
pub(crate) mod engagement;
pub(crate) mod people;
pub(crate) mod reach;
mod sums;
pub(crate) mod workforce;

use crate::catalog::{Metric, catalogue_rows, stamp};
use crate::error::{Error, ErrorKind, Result};
use crate::measure::Measure;
use crate::question::sheet::Sheet;

/// A metric's formula, asking its counts from a sheet.
type Compute = fn(&mut Sheet<'_, '_>) -> Result<Measure>;

macro_rules! computes {
    (@one) => { None };
    (@one $compute:path) => { Some($compute) };
    ($(
        $(#[doc = $doc:literal])+
        $metric:ident = $id:literal, $title:literal, $family:ident, $unit:expr, $additive:literal,
        $formula:literal, $source:literal, [$($option:literal),*]
        $(, $compute:path $(=> $kind:ident $(($question:ident))?)?)?;
    )+) => {
        /// In the order of the catalogue.
        static COMPUTES: &[Option<Compute>] = &[$(computes!(@one $($compute)?),)+];
    };
}
catalogue_rows!(computes);

impl Metric {
    /// Its value from the counts of a sheet, by the sheet's definitions.
    pub(crate) fn compute(self, sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
        let Some(compute) = COMPUTES[self as usize] else {
            return Err(Error::new(
                ErrorKind::InvalidOption,
                format!("{self} is computed from numbers in hand, not from a programme"),
            )
            .in_field("metrics"));
        };
        // Where it lies: there are thousands, and each is large.
        let mut result = compute(sheet);
        if let Ok(measure) = &mut result {
            stamp(measure, self);
        }
        result
    }
}
