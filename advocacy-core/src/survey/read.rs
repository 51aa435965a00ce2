//! What an answer is: within the scale, blank, or neither.

use crate::error::{Error, ErrorKind, Result};
use crate::named::named;

named! {
    /// What to do with an answer outside the scale.
    #[derive(Default)]
    pub enum Invalid as "invalid" {
        /// An error that names the answer and its row.
        #[default]
        Raise = "raise",
        /// Leave it out, and count it.
        Skip = "skip",
    }
}

/// What an answer is once it has been read.
pub(super) enum Read {
    Answer(f64),
    Missing,
    Skipped,
}

/// Reads the answer at a row: blank, within `min..=max`, or neither.
pub(super) fn read(
    value: Option<f64>,
    row: usize,
    (min, max): (f64, f64),
    invalid: Invalid,
) -> Result<Read> {
    let Some(score) = value else {
        return Ok(Read::Missing);
    };
    let fail =
        |kind, message: String| Err(Error::new(kind, message).in_field("scores").at_row(row));
    if !score.is_finite() {
        return fail(
            ErrorKind::NotFinite,
            format!("score {score} at row {row} is not a finite number"),
        );
    }
    if min <= score && score <= max {
        return Ok(Read::Answer(score));
    }
    match invalid {
        Invalid::Skip => Ok(Read::Skipped),
        Invalid::Raise => fail(
            ErrorKind::OutOfRange,
            format!("score {score} at row {row} is outside {min}..={max}"),
        ),
    }
}
