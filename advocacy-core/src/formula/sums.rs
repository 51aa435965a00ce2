//! Sums and ratios of sums, with what they rest on.

use std::borrow::Cow;

use crate::error::Result;
use crate::measure::{Coverage, Measure, Note};
use crate::model::field::Field;
use crate::question::amounts::{Amount, Pair, Paired, Sum, Summed, unscaled};
use crate::question::sheet::Sheet;
use crate::stats;
use crate::tally::spec::Source;

use crate::rate::{count, quotient, ratio};

/// What a sum or a rate rests on: of some rows, those known, those known in
/// every part, and those with a stand-in for followers.
#[derive(Clone, Copy)]
pub(super) struct Basis {
    pub(super) rows: u64,
    pub(super) known: u64,
    complete: u64,
    imputed: u64,
}

impl From<Summed> for Basis {
    fn from(s: Summed) -> Self {
        Self {
            rows: s.rows,
            known: s.known,
            complete: s.complete,
            imputed: s.imputed,
        }
    }
}

impl From<&Paired> for Basis {
    fn from(p: &Paired) -> Self {
        Self {
            rows: p.rows,
            known: p.known,
            complete: p.complete,
            imputed: p.imputed,
        }
    }
}

/// The measure with what it rests on; missing where nothing is known.
#[inline]
pub(super) fn about(
    mut measure: Measure,
    basis: impl Into<Basis>,
    what: impl Into<Cow<'static, str>>,
) -> Measure {
    let Basis {
        rows,
        known,
        complete,
        imputed: stood_in,
    } = basis.into();
    measure.coverage = Some(Coverage {
        known: complete,
        rows,
    });
    if known < rows {
        measure.add_note(Note::NotKnown {
            rows: rows - known,
            what: what.into(),
        });
    }
    if complete < known {
        measure.add_note(Note::PartlyKnown {
            rows: known - complete,
        });
    }
    if stood_in > 0 {
        measure.add_note(imputed(stood_in));
    }
    if rows > 0 && known == 0 {
        measure = measure.unknown();
    }
    measure
}

/// A sum as a metric of its own: 0 where there are no rows.
pub(super) fn total(name: &'static str, summed: Summed) -> Measure {
    about(count(name, summed.total), summed, name)
}

/// Followers observed only later stand in for those at the time.
pub(super) fn imputed(rows: u64) -> Note {
    Note::Imputed {
        count: rows,
        what: "follower counts by the earliest later observation".into(),
    }
}

pub(super) fn sum(sheet: &mut Sheet<'_, '_>, field: Field, source: Source) -> Result<Summed> {
    sheet.ask(&Sum {
        amount: Amount::field(field),
        source,
    })
}

/// A field of shares, summed.
pub(super) fn field(sheet: &mut Sheet<'_, '_>, field: Field) -> Result<Measure> {
    let summed = sheet.ask_value(&Sum {
        amount: Amount::field(field),
        source: Source::Shares,
    });
    summed.map(|summed| total(field.as_str(), summed))
}

/// Mean of a field over the rows where it is known.
pub(super) fn mean(summed: Summed) -> Option<f64> {
    quotient(summed.total, summed.known)
}

/// Ratio of sums over the rows in which both sides are known, with the ratio
/// estimator's interval.
pub(super) fn pooled(
    sheet: &mut Sheet<'_, '_>,
    (above, above_name): (Amount, &'static str),
    (below, below_name): (Amount, &'static str),
) -> Result<Measure> {
    let scale = above.scale;
    let paired = sheet.ask(&Pair {
        above,
        below,
        source: Source::Shares,
        moments: true,
    })?;
    let measure = ratio(
        (above_name, unscaled(paired.above, scale)),
        (below_name, paired.below.into()),
    );
    let interval = match &paired.moments {
        Some(moments) => stats::ratio_estimator(moments, sheet.definitions.confidence)?
            .and_then(|estimate| estimate.interval)
            .map(|interval| {
                interval
                    .scaled(1.0 / f64::from(scale))
                    .clipped(0.0, f64::MAX)
            }),
        None => None,
    };
    Ok(about(
        measure.with_interval(interval),
        &paired,
        "both sides",
    ))
}
