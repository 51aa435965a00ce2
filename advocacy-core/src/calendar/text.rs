//! Reading dates and numbers of a fixed width.

use chrono::NaiveDate;

use crate::error::{Error, ErrorKind, Result};

/// The most of a hostile input that an error message repeats.
const QUOTED: usize = 60;

/// `text` in quotes, cut short when it is long.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((cut, _)) => format!("{:?}…", text.get(..cut).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

/// Exactly `width` ASCII digits.
pub(super) fn digits(text: &str, width: usize) -> Option<u32> {
    let fits = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// A year of four digits.
pub(super) fn year(text: &str) -> Option<i32> {
    digits(text, 4).and_then(|year| i32::try_from(year).ok())
}

/// `YYYY-MM-DD`: `None` when it is not of that shape, an error when the
/// calendar has no such date.
pub(super) fn date(text: &str) -> Option<Result<NaiveDate>> {
    let (y, rest) = text.split_once('-')?;
    let (m, d) = rest.split_once('-')?;
    let (y, m, d) = (year(y)?, digits(m, 2)?, digits(d, 2)?);
    let found = NaiveDate::from_ymd_opt(y, m, d).filter(|_| y >= 1);
    Some(found.ok_or_else(|| Error::new(ErrorKind::OutOfRange, format!("{text} is not a date"))))
}
