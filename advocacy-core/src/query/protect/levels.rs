//! A table by one level of a hierarchy and something else, decided on as one
//! with the table by the other level: who sees both adds teams up to their
//! department.

use std::collections::BTreeMap;

use crate::dimension::Dimension;
use crate::error::{ErrorKind, Result};
use crate::privacy::{Layout, PrivacyPolicy};
use crate::query::plan::Plan;
use crate::query::rows::{Raw, RawRow};
use crate::table::KeyValue;
use crate::tally::Counted;

use super::grid::{Decided, Grid, known};
use super::hierarchy::{FAMILY, Hierarchy, one_dimension};
use super::{Decision, refused};

type Place = (u8, i64, String);

/// A value, to find it by.
fn place(raw: &RawRow, at: usize) -> Place {
    let value = raw.row.key.get(at).map(KeyValue::place);
    value.unwrap_or_default()
}

/// Decides on a table by a level and something else; `sibling` is by the other
/// level and the same.
///
/// `None` where departments share teams and what those departments come to
/// together, which this takes for known, would give small groups away: it may
/// not be known at all.
pub(super) fn decide(
    plan: &Plan<'_>,
    sibling: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: &Raw,
    counted: &Counted,
) -> Result<Option<Decision>> {
    let no_level = || refused("a hierarchy has two levels");
    let is_level = |by: &Dimension| FAMILY.contains(by);
    let own = plan.dimensions.iter().position(is_level);
    let own = own.ok_or_else(no_level)?;
    let beside = 1 - own;
    let level = FAMILY.iter().position(|by| *by == plan.dimensions[own]);
    let level = level.ok_or_else(no_level)?;
    let [by_level, across] = [&plan.margins[own], &plan.margins[beside]];
    let family = by_level.family.as_deref().ok_or_else(no_level)?;

    let other = sibling.raw(counted, None)?;
    let columns = across.raw(counted, None)?;
    let found = Hierarchy::new(family, counted)?;
    let [departments, teams] = found.hidden(family, policy)?;
    let margins = [
        departments,
        teams,
        one_dimension(across, policy, &columns, counted)?,
    ];
    let tables = if level == 0 {
        [(plan, raw), (sibling, &other)]
    } else {
        [(sibling, &other), (plan, raw)]
    };

    let mut numbers = Numbers::default();
    for row in &found.raw.rows {
        numbers.add([Some(place(row, 0)), Some(place(row, 1))], None);
    }
    for (level, (_, table)) in tables.iter().enumerate() {
        let of_level = |place: Place| {
            let mut both = [None, None];
            both[level] = Some(place);
            both
        };
        for row in &table.rows {
            numbers.add(of_level(place(row, own)), Some(place(row, beside)));
        }
        for row in &found.margins[level].rows {
            numbers.add(of_level(place(row, 0)), None);
        }
    }
    for row in &columns.rows {
        numbers.add([None, None], Some(place(row, 0)));
    }
    numbers.count();
    let pairs = found.raw.rows.iter();
    let pairs = pairs.map(|row| [0, 1].map(|level| numbers.levels[level][&place(row, level)]));
    let families = Families::new(&numbers, pairs);

    let width = numbers.columns.len() + 1;
    let cells = (families.company + 1) * width;
    let cell = |row: usize, column: usize| row * width + column;
    let mut grid = Grid {
        layout: Layout::levels(&families.all, families.company + 1, width - 1),
        known: vec![None; cells],
        decided: vec![Decided::Not; cells],
        margins: &margins,
        margin_places: [Vec::new(), Vec::new()],
        metrics: plan.metrics().collect(),
        groups: Vec::new(),
        is_of_persons: plan.dimensions.contains(&Dimension::Advocate),
        summed: families.summed(width),
        width,
    };
    let mut places = Vec::new();
    for (at, (plan, table)) in tables.into_iter().enumerate() {
        for row in &table.rows {
            let number = numbers.levels[at][&place(row, own)];
            let at_cell = cell(number, numbers.columns[&place(row, beside)]);
            grid.known[at_cell] = Some(known(plan, row));
            if at == level {
                places.push(at_cell);
            }
        }
        for (row, total) in found.margins[at].rows.iter().enumerate() {
            let at_cell = cell(numbers.levels[at][&place(total, 0)], width - 1);
            grid.known[at_cell] = Some(known(plan, total));
            grid.decided[at_cell] = Decided::Margin { axis: at, row };
            if at == level {
                grid.margin_places[0].push(at_cell);
            }
        }
    }
    for (row, total) in columns.rows.iter().enumerate() {
        let at_cell = cell(families.company, numbers.columns[&place(total, 0)]);
        grid.known[at_cell] = Some(known(plan, total));
        grid.decided[at_cell] = Decided::Margin { axis: 2, row };
        grid.margin_places[1].push(at_cell);
    }
    grid.known[cells - 1] = Some(known(plan, &raw.total));
    grid.decided[cells - 1] = Decided::Total;
    let hidden = match grid.hidden(policy) {
        Err(error) if error.kind() == ErrorKind::Protected && !families.together.is_empty() => {
            return Ok(None);
        }
        hidden => hidden?.columns,
    };
    let rows = [&found.margins[level].rows[..], &columns.rows[..]];
    let absent = grid.absent(&hidden, rows, own == 1);
    Ok(Some(Decision {
        places,
        hidden,
        absent,
    }))
}

/// The number of every department's and every team's row, and of every column.
#[derive(Default)]
struct Numbers {
    levels: [BTreeMap<Place, usize>; 2],
    columns: BTreeMap<Place, usize>,
}

impl Numbers {
    fn add(&mut self, levels: [Option<Place>; 2], column: Option<Place>) {
        for (numbers, place) in self.levels.iter_mut().zip(levels) {
            numbers.extend(place.map(|place| (place, 0)));
        }
        self.columns.extend(column.map(|place| (place, 0)));
    }

    /// Rows are numbered on from the departments to the teams.
    fn count(&mut self) {
        for (number, at) in self.levels.iter_mut().flatten().enumerate() {
            *at.1 = number;
        }
        for (number, at) in self.columns.values_mut().enumerate() {
            *at = number;
        }
    }
}

/// Which rows are the sum of which.
struct Families {
    /// Wholes with their parts.
    all: Vec<(usize, Vec<usize>)>,
    /// A row of no table: of the departments whose people share teams, all
    /// together, which is what those teams come to.
    together: Vec<(usize, Vec<usize>)>,
    /// The last row.
    company: usize,
}

impl Families {
    /// Of the departments and teams that have anybody in common.
    fn new(numbers: &Numbers, pairs: impl Iterator<Item = [usize; 2]>) -> Self {
        let departments = numbers.levels[0].len();
        let rows = departments + numbers.levels[1].len();
        // The first of those each hangs together with.
        let mut first: Vec<usize> = (0..rows).collect();
        for pair in pairs {
            let [a, b] = pair.map(|row| first[row]);
            let (low, high) = (a.min(b), a.max(b));
            first
                .iter_mut()
                .filter(|row| **row == high)
                .for_each(|row| *row = low);
        }
        let mut groups: BTreeMap<usize, [Vec<usize>; 2]> = BTreeMap::new();
        for (row, &first) in first.iter().enumerate() {
            let level = usize::from(row >= departments);
            groups.entry(first).or_default()[level].push(row);
        }
        let (mut all, mut parts) = (Vec::new(), Vec::new());
        let mut others = [Vec::new(), Vec::new()];
        for [departments, teams] in groups.into_values() {
            if let ([department], false) = (&departments[..], teams.is_empty()) {
                parts.push(*department);
                all.push((*department, teams));
            } else {
                others[0].extend(departments);
                others[1].extend(teams);
            }
        }
        let (mut together, mut company) = (Vec::new(), rows);
        if parts.is_empty() {
            // The company is the sum of its teams as of its departments.
            all.extend(others.map(|parts| (company, parts)));
        } else {
            if others.iter().any(Vec::is_empty) {
                parts.extend(others.into_iter().flatten());
            } else {
                together.push((rows, others[1].clone()));
                all.extend(others.map(|parts| (rows, parts)));
                parts.push(rows);
                company += 1;
            }
            all.push((company, parts));
        }
        Self {
            all,
            together,
            company,
        }
    }

    /// The cells of rows of no table, each with those it is the sum of.
    fn summed(&self, width: usize) -> Vec<(usize, Vec<usize>)> {
        let of_row = |(row, parts): &(usize, Vec<usize>)| {
            let (row, parts) = (*row, parts.clone());
            (0..width).map(move |column| {
                let part = |part: &usize| part * width + column;
                (row * width + column, parts.iter().map(part).collect())
            })
        };
        self.together.iter().flat_map(of_row).collect()
    }
}
