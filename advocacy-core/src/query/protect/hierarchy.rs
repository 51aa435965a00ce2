//! Dimensions of which one is part of the other, decided on as one table.

use std::collections::BTreeMap;

use crate::dimension::Dimension;
use crate::error::Result;
use crate::model::people::Attribute;
use crate::model::program::Program;
use crate::ordered::one_by_one;
use crate::privacy::PrivacyPolicy;
use crate::query::plan::Plan;
use crate::query::rows::{Raw, RawRow};
use crate::table::{Place, Row, places};
use crate::tally::Counted;

use super::grid::{Grid, Hidden, one_way, two_way};
use super::refused;

/// The dimensions of which one is part of the other.
pub(in crate::query) const FAMILY: [Dimension; 2] = [Dimension::Department, Dimension::Team];

/// Whether dimensions are some of a hierarchy that the programme knows.
pub(in crate::query) fn is_of_family(program: &Program<'_>, dimensions: &[Dimension]) -> bool {
    let known = |attribute| program.people.attribute(attribute).names.len() > 0;
    !dimensions.is_empty()
        && dimensions.iter().all(|by| FAMILY.contains(by))
        && known(Attribute::Team)
        && known(Attribute::Department)
}

/// The same dimensions with the other level of the hierarchy, where one of them
/// is a level.
pub(in crate::query) fn sibling(
    program: &Program<'_>,
    dimensions: &[Dimension],
) -> Option<Vec<Dimension>> {
    let at = dimensions.iter().position(|by| FAMILY.contains(by))?;
    let own = &dimensions[at];
    let other = FAMILY.iter().find(|by| *by != own)?;
    let mut sibling = dimensions.to_vec();
    sibling[at] = other.clone();
    is_of_family(program, std::slice::from_ref(own)).then_some(sibling)
}

/// What is hidden by one dimension: its rows, then the total.
pub(super) fn one_dimension(
    plan: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: &Raw,
    counted: &Counted,
) -> Result<Hidden> {
    let Some(family) = plan.family.as_deref() else {
        return one_way(plan, raw).hidden(policy);
    };
    let found = Hierarchy::new(family, counted)?;
    let axis = usize::from(plan.dimensions != FAMILY[..1]);
    let [departments, teams] = found.hidden(family, policy)?;
    let level = if axis == 0 { departments } else { teams };
    let rows = &found.margins[axis].rows;
    let by_key: BTreeMap<_, usize> = one_by_one(keys(rows).zip(0..));
    let places = raw.rows.iter();
    let places = places.map(|raw| by_key.get(&key_of(&raw.row)).copied());
    let places: Vec<Option<usize>> = places.chain([Some(rows.len())]).collect();
    // What the hierarchy does not know of is not shown.
    Ok(level.pick(|all| {
        let is_hidden = |place: &Option<usize>| place.is_none_or(|place| all[place]);
        places.iter().map(is_hidden).collect()
    }))
}

/// A hierarchy by both its levels, to be decided on as one table.
pub(super) struct Hierarchy {
    pub(super) raw: Raw,
    pub(super) margins: [Raw; 2],
}

impl Hierarchy {
    pub(super) fn new(family: &Plan<'_>, counted: &Counted) -> Result<Self> {
        let [down, across] = &family.margins[..] else {
            return Err(refused("a hierarchy has two levels"));
        };
        Ok(Self {
            raw: family.raw(counted)?,
            margins: [down.raw(counted)?, across.raw(counted)?],
        })
    }

    /// What is hidden of each level: its rows, then the total.
    pub(super) fn hidden(&self, family: &Plan<'_>, policy: &PrivacyPolicy) -> Result<[Hidden; 2]> {
        let (grid, _) = self.grid(family);
        let hidden = grid.hidden(policy)?;
        let last = grid.known.len().saturating_sub(1);
        Ok([0, 1].map(|level| {
            let rows = grid.margin_places[level].iter().chain([&last]);
            hidden.pick(|all| rows.clone().map(|&place| all[place]).collect())
        }))
    }

    pub(super) fn grid(&self, family: &Plan<'_>) -> (Grid<'_>, Vec<usize>) {
        two_way(family, &self.raw, &self.margins, &[])
    }
}

pub(super) fn key_of(row: &Row) -> Vec<Place<'_>> {
    places(&row.key).collect()
}

pub(super) fn keys(rows: &[RawRow]) -> impl Iterator<Item = Vec<Place<'_>>> {
    rows.iter().map(|raw| key_of(&raw.row))
}
