//! A privacy policy applied to a table: what of it may be shown.
//!
//! A row's numbers are decided together, by who stands behind the row, and by
//! the same rule whichever metrics are asked for: hiding one row in one
//! request and another in the next would give both away. Only then is each
//! column looked at by itself, which can hide more and never less.

mod behind;
mod cohorts;
mod grid;
mod groups;
mod hierarchy;
mod kind;
mod levels;
mod small;

use std::collections::BTreeMap;

use crate::catalog::Kind;
use crate::dimension::Dimension;
use crate::error::{Error, ErrorKind, Result};
use crate::measure::Measure;
use crate::model::program::Program;
use crate::ordered::one_by_one;
use crate::privacy::PrivacyPolicy;
use crate::table::{KeyValue, Row, by_key};
use crate::tally::Counted;

use super::plan::Plan;
use super::rows::{Raw, RawRow};

pub(super) use self::behind::{Behind, How};
pub(super) use self::cohorts::cohorts;
use self::grid::two_way;
pub(super) use self::hierarchy::{FAMILY, is_of_family, sibling};
use self::hierarchy::{Hierarchy, key_of, keys, one_dimension};
pub(super) use self::kind::Aspect;

/// An error for what a policy does not allow to be asked.
#[cold]
pub(crate) fn refused(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Protected, why)
}

/// An error where a policy cannot vouch for a table split this way.
pub(super) fn check(plan: &Plan<'_>) -> Result<()> {
    if plan.dimensions.len() > 2 {
        return Err(refused(format!(
            "{} dimensions at once; under a privacy policy a table has at most 2",
            plan.dimensions.len()
        ))
        .in_field("by"));
    }
    let mut axes = plan.space.axes.iter();
    if let Some(axis) = axes.find(|axis| axis.key.is_multi()) {
        return Err(refused(format!(
            "one share or item can have several of {}: under a privacy policy a table cannot be split by it",
            axis.dimension
        ))
        .in_field("by"));
    }
    Ok(())
}

/// The table's rows and total with everything hidden that must be.
pub(super) fn protect(
    plan: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: Raw,
    counted: &Counted,
) -> Result<(Vec<Row>, Row)> {
    let Decision {
        places,
        hidden,
        absent,
    } = decide(plan, policy, &raw, counted)?;
    let program = plan.space.program;
    let reason = |column: usize| {
        let subject = Kind::of(plan.columns[column].metric).subject(policy);
        policy.reason(subject)
    };
    let cover = |mut row: Row, cell: usize| {
        let measures = row.measures.into_iter().enumerate();
        row.measures = measures
            .map(|(column, measure)| {
                if hidden[column][cell] {
                    measure.suppressed(reason(column))
                } else {
                    measure.discreet(policy.rounding)
                }
            })
            .collect();
        row
    };
    let named = |row: &Row| is_named_with_consent(program, &plan.dimensions, &row.key);
    let mut rows: Vec<Row> = raw
        .rows
        .into_iter()
        .zip(&places)
        .filter(|(raw, _)| raw.listed && named(&raw.row).unwrap_or(true))
        .map(|(raw, &place)| cover(raw.row, place))
        .collect();
    if !absent.is_empty() {
        // That there is no such row would tell that nobody is in it.
        let absent = absent.into_iter();
        let absent = absent.filter(|row| named(row).unwrap_or(true));
        rows.extend(absent.map(|mut row| {
            let measures = row.measures.into_iter().enumerate();
            let hide = |(column, measure): (usize, Measure)| measure.suppressed(reason(column));
            row.measures = measures.map(hide).collect();
            row
        }));
        rows.sort_unstable_by(|one, other| by_key(&one.key, &other.key));
    }
    let last = hidden.first().map_or(0, Vec::len).saturating_sub(1);
    Ok((rows, cover(raw.total.row, last)))
}

/// What is to be hidden of a table.
struct Decision {
    /// Of each row.
    places: Vec<usize>,
    /// Of each column, by place; the total last.
    hidden: Vec<Vec<bool>>,
    /// Hidden rows of which there are none.
    absent: Vec<Row>,
}

fn decide(
    plan: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: &Raw,
    counted: &Counted,
) -> Result<Decision> {
    let family = plan.family.as_deref();
    let [down, across] = match (&plan.margins[..], family) {
        ([], Some(family)) if plan.dimensions.len() == 2 => {
            // The hierarchy itself, in the order asked for.
            let found = Hierarchy::new(family, counted)?;
            let (grid, places) = found.grid(family);
            let hidden = grid.hidden(policy)?.columns;
            let turned = plan.dimensions != FAMILY;
            let by_key: BTreeMap<_, usize> = one_by_one(keys(&found.raw.rows).zip(places));
            let place = |raw: &RawRow| {
                let mut key = key_of(&raw.row);
                if turned {
                    key.reverse();
                }
                by_key.get(&key).copied().unwrap_or(0)
            };
            let places = raw.rows.iter().map(place).collect();
            return Ok(Decision {
                places,
                hidden,
                absent: Vec::new(),
            });
        }
        ([], _) => {
            let hidden = one_dimension(plan, policy, raw, counted)?;
            return Ok(Decision {
                places: (0..raw.rows.len()).collect(),
                hidden: hidden.columns,
                absent: Vec::new(),
            });
        }
        ([down, across], _) => [down, across],
        _ => return Err(refused("more than 2 dimensions at once").in_field("by")),
    };
    if let Some(sibling) = plan.sibling.as_deref() {
        return levels::decide(plan, sibling, policy, raw, counted);
    }
    let tables = [down.raw(counted)?, across.raw(counted)?];
    let margins = [
        one_dimension(down, policy, &tables[0], counted)?,
        one_dimension(across, policy, &tables[1], counted)?,
    ];
    let (grid, places) = two_way(plan, raw, &tables, &margins);
    let hidden = grid.hidden(policy)?.columns;
    let totals = [&tables[0].rows[..], &tables[1].rows[..]];
    let absent = grid.absent(&hidden, totals, false);
    Ok(Decision {
        places,
        hidden,
        absent,
    })
}

/// Whether the person a row names agreed to it; `None` where it names nobody.
fn is_named_with_consent(
    program: &Program<'_>,
    dimensions: &[Dimension],
    key: &[KeyValue],
) -> Option<bool> {
    let at = dimensions
        .iter()
        .position(|by| *by == Dimension::Advocate)?;
    Some(match key.get(at) {
        Some(KeyValue::Thing { id, .. }) => program.has_consented(id),
        _ => false,
    })
}
