//! What items and people are parts of: a report shows tables of both.

use std::collections::BTreeMap;

use crate::dimension::Dimension;
use crate::error::Result;
use crate::model::people::Attribute;
use crate::privacy::{Cell, Layout, PrivacyPolicy, Subject, suppress_audited};
use crate::query::plan::Plan;
use crate::query::rows::RawRow;
use crate::table::KeyValue;

/// Rows that are parts of one thing.
pub(super) type Group = Vec<usize>;

/// The kinds, sources and campaigns that a table's items are of, or the teams,
/// departments and locations that its people are in at the period's end.
pub(super) fn groups(plan: &Plan<'_>, rows: &[RawRow]) -> Vec<Group> {
    let program = plan.space.program;
    let end = plan.space.period.end().micros().saturating_sub(1);
    let parts_of = |row: &RawRow| -> Vec<u32> {
        let Some(KeyValue::Thing { id, .. }) = row.row.key.first() else {
            return Vec::new();
        };
        match plan.dimensions[..] {
            [Dimension::Content] => {
                let items = &program.content;
                let Some(item) = items.index.find(id.into()) else {
                    return Vec::new();
                };
                let of = [&items.kind, &items.source, &items.campaign];
                let of = of.map(|codes| codes.get(item as usize).copied());
                of.into_iter().map(Option::unwrap_or_default).collect()
            }
            [Dimension::Advocate] => {
                let Some(who) = program.people.index.find(id.into()) else {
                    return Vec::new();
                };
                let of = |&which: &Attribute| program.people.attribute(which).at(who, end);
                Attribute::ALL.iter().map(of).collect()
            }
            _ => Vec::new(),
        }
    };
    let mut groups: BTreeMap<(usize, u32), Group> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for (which, code) in parts_of(row).into_iter().enumerate() {
            groups.entry((which, code)).or_default().push(at);
        }
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}

/// Hides more rows, until none follows from the total of what it is part of:
/// those totals are shown by tables of their own.
pub(super) fn hold(
    groups: &[Group],
    (cells, sums): (&[Cell], &[Vec<i128>]),
    (policy, subject, are_persons): (&PrivacyPolicy, Subject, bool),
    hidden: &mut [bool],
) -> Result<()> {
    // How many of each are shown as it holds.
    let mut held: Vec<usize> = groups.iter().map(Vec::len).collect();
    loop {
        let mut holds = true;
        for (group, held) in groups.iter().zip(&mut held) {
            let shown = || group.iter().filter(|&&row| !hidden[row]).count();
            if shown() == 0 || shown() == *held {
                continue;
            }
            let layout = Layout::one_way(group.len());
            let people: u64 = group.iter().map(|&row| cells[row].people()).sum();
            // One person can share two items: such counts do not add up.
            let whole = Cell::new(people + u64::from(!are_persons)).shown_elsewhere();
            let parts = group.iter().map(|&row| cells[row].decided(hidden[row]));
            let parts: Vec<Cell> = parts.chain([whole]).collect();
            let of_group = |numbers: &Vec<i128>| -> Vec<i128> {
                let parts = || group.iter().map(|&row| numbers[row]);
                parts().chain([parts().sum()]).collect()
            };
            let sums: Vec<Vec<i128>> = sums.iter().map(of_group).collect();
            let found = suppress_audited(&layout, &parts, &sums, policy, subject, !are_persons)?;
            for at in found.hidden().filter(|&at| at < group.len()) {
                holds &= hidden[group[at]];
                hidden[group[at]] = true;
            }
            *held = group.iter().filter(|&&row| !hidden[row]).count();
        }
        if holds {
            return Ok(());
        }
    }
}
