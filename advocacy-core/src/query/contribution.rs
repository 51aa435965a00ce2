//! How much of a sum each person holds: what a count of people does not say.

use std::collections::BTreeMap;

use crate::question::space::Space;
use crate::tally::Counted;
use crate::tally::spec::{Key, Lane, Source, Spec, What};
use crate::tally::table::Table;

/// The same sums by person; `None` for tables of anything else.
fn by_person(spec: &Spec, space: &Space<'_>) -> Option<(Spec, Vec<Lane>)> {
    let source = spec.scope.source;
    let personal = matches!(source, Source::Shares | Source::Activities);
    let whole = || spec.keys == space.keys(&space.mask_of(source));
    let What::Sums(lanes) = &spec.what else {
        return None;
    };
    if !personal || !whole() {
        return None;
    }
    let keys = spec.keys.iter().cloned().chain([Key::Advocate]);
    let spec = Spec {
        scope: spec.scope.clone(),
        keys: keys.collect(),
        what: spec.what.clone(),
    };
    Some((spec, lanes.clone()))
}

/// The tables by person that go with these.
pub(super) fn specs(of: &[Spec], space: &Space<'_>) -> Vec<Spec> {
    let found = of.iter().filter_map(|spec| by_person(spec, space));
    found.map(|(spec, _)| spec).collect()
}

/// What one cell holds of one quantity, and the most one person has of it.
#[derive(Clone, Copy, Default)]
struct Held {
    largest: u64,
    total: u64,
}

/// What the cells hold of the quantities of one column.
pub(super) struct Contributions {
    tables: Vec<(Source, BTreeMap<u64, Vec<Held>>)>,
}

impl Contributions {
    pub(super) fn new(of: &[Spec], space: &Space<'_>, counted: &Counted) -> Self {
        let people = space.program.people.len() as u64 + 1;
        let read = |spec: &Spec| {
            let (personal, lanes) = by_person(spec, space)?;
            let Table::Sums(grid) = counted.get(&personal)? else {
                return None;
            };
            let source = spec.scope.source;
            let mask = space.mask_of(source);
            // How many rows there are is no quantity that one holds most of.
            let quantities: Vec<usize> = (0..lanes.len())
                .filter(|&lane| !lanes[lane].terms.is_empty())
                .collect();
            let mut cells: BTreeMap<u64, Vec<Held>> = BTreeMap::new();
            for (cell, values) in grid.iter() {
                let cell = space.widen(cell / people, &mask);
                let held = cells
                    .entry(cell)
                    .or_insert_with(|| vec![Held::default(); quantities.len()]);
                for (held, &lane) in held.iter_mut().zip(&quantities) {
                    held.largest = held.largest.max(values.at(lane));
                    held.total = held.total.saturating_add(values.at(lane));
                }
            }
            Some((source, cells))
        };
        Self {
            tables: of.iter().filter_map(read).collect(),
        }
    }

    /// Whether one person holds more than so many percent of something in a
    /// cell.
    pub(super) fn dominates(&self, cell: u64, space: &Space<'_>, percent: u32) -> bool {
        self.tables.iter().any(|(source, cells)| {
            let cell = space.project(cell, &space.mask_of(*source));
            let mut held = cells.get(&cell).into_iter().flatten();
            held.any(|held| {
                u128::from(held.largest) * 100 > u128::from(held.total) * u128::from(percent)
            })
        })
    }
}
