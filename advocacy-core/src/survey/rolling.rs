//! A window over answers in time, one answer per person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Period, Timestamp};
use crate::definitions::Anonymous;
use crate::error::{Error, ErrorKind, Result};
use crate::measure::Note;
use crate::model::id::Id;

use super::enps::{Enps, EnpsOptions, Tallied, check_lengths};
use super::read::{Read, read};

/// One row of answers in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// Who answered; `None` is anonymous.
    #[serde(default)]
    pub respondent: Option<Id>,
    /// When.
    pub answered_at: Timestamp,
    /// The answer; `None` is a blank.
    #[serde(default)]
    pub score: Option<f64>,
}

/// The eNPS of a window: the counts pooled, the latest answer of each person.
///
/// Rows outside the window are not looked at. A blank or skipped row does not
/// replace an earlier answer; of two at the same instant the later row counts.
/// Missing and skipped are counted among all rows of the window. Weights go
/// by row.
///
/// # Errors
/// `missing_value` in `respondent` with the row for an anonymous answer unless
/// [`Anonymous::Count`]; else as [`enps`](super::enps).
///
/// ```
/// use advocacy_core::survey::{Anonymous, EnpsOptions, Response, enps_rolling};
/// use advocacy_core::{Period, Zone};
///
/// let answers: Vec<Response> = serde_json::from_str(r#"[
///     {"respondent": 1, "answered_at": "2025-01-10T09:00:00Z", "score": 3},
///     {"respondent": 2, "answered_at": "2025-01-10T09:00:00Z", "score": 9},
///     {"respondent": 1, "answered_at": "2025-03-10T09:00:00Z", "score": 10}
/// ]"#)?;
/// let quarter = Period::quarter(2025, 1, &Zone::utc())?;
/// let score = enps_rolling(&answers, &quarter, Anonymous::Raise, &EnpsOptions::default())?;
/// assert_eq!((score.responses, score.value()), (2, Some(100.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn enps_rolling(
    answers: &[Response],
    window: &Period,
    anonymous: Anonymous,
    options: &EnpsOptions,
) -> Result<Enps> {
    options.check()?;
    check_lengths(answers.len(), options)?;
    let mut tallied = Tallied::new(options);
    let mut latest: BTreeMap<&Id, (Timestamp, usize, f64)> = BTreeMap::new();
    let (mut nameless, mut earlier) = (0_u64, 0_u64);
    for (row, answer) in answers.iter().enumerate() {
        if !window.contains(answer.answered_at) {
            continue;
        }
        let read = read(answer.score, row, options.scale.range(), options.invalid)?;
        let Read::Answer(score) = read else {
            tallied.add(answer.score, row, options)?;
            continue;
        };
        match (&answer.respondent, anonymous) {
            (Some(respondent), _) => {
                let new = (answer.answered_at, row, score);
                let kept = latest.entry(respondent).or_insert(new);
                if kept.1 != row {
                    earlier += 1;
                    // Rows come in order, so an equal instant is a later row.
                    if new.0 >= kept.0 {
                        *kept = new;
                    }
                }
            }
            (None, Anonymous::Count) => {
                nameless += 1;
                tallied.add(Some(score), row, options)?;
            }
            (None, Anonymous::Raise) => {
                return Err(Error::new(
                    ErrorKind::MissingValue,
                    format!(
                        "the answer at row {row} is anonymous: one answer per person cannot be kept"
                    ),
                )
                .in_field("respondent")
                .at_row(row));
            }
        }
    }
    for (_, row, score) in latest.into_values() {
        tallied.add(Some(score), row, options)?;
    }
    let mut enps = tallied.finish(options)?;
    enps.measure.period = Some(std::sync::Arc::new(window.clone()));
    enps.measure = enps
        .measure
        .note_if(earlier > 0, || Note::Excluded {
            count: earlier,
            what: "earlier answers of the same people".into(),
        })
        .note_if(nameless > 0, || Note::Remark {
            text: format!("{nameless} anonymous answers: one person may be among them twice")
                .into(),
        });
    Ok(enps)
}
