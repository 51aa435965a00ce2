//! Who belongs: employees, invited, members, at the instants of a population.

use crate::definitions::{Base, Definitions, Population};
use crate::error::Result;
use crate::model::headcount::Part;
use crate::model::index::to_u32;
use crate::model::people::{ALWAYS, Stay};
use crate::tally::spec::{Key, Spec};
use crate::tally::table::Table;

use super::presence::{Placing, populations};
use super::sheet::{Answers, Question};
use super::space::{Slot, Space, is_of_people};
pub(super) fn advocates(space: &Space<'_>) -> std::ops::Range<u32> {
    0..to_u32(space.program.people.len())
}

/// The step that takes people into a base, as far as their stays tell.
pub(super) fn step_into(base: Base) -> fn(&Stay) -> i64 {
    match base {
        Base::Employees => |stay| stay.hired,
        Base::Invited => |stay| stay.first(),
        Base::Joined | Base::Connected => |stay| stay.joined,
        Base::Active | Base::Seats => |_| ALWAYS,
    }
}

/// Whether an advocate belongs to a base at the last instant before `end`.
pub(super) fn belongs(space: &Space<'_>, base: Base, advocate: u32, end: i64) -> bool {
    let people = &space.program.people;
    let from = step_into(base);
    let present = || {
        let mut stays = people.stays(advocate).iter();
        stays.any(|stay| from(stay) < end && stay.left >= end)
    };
    match base {
        Base::Employees => !people.is_external(advocate) && present(),
        Base::Invited | Base::Joined => present(),
        Base::Connected => present() && is_connected(space, advocate, end),
        Base::Active | Base::Seats => true,
    }
}

fn is_connected(space: &Space<'_>, advocate: u32, end: i64) -> bool {
    let accounts = &space.program.accounts;
    accounts
        .of(advocate)
        .iter()
        .any(|&account| accounts.is_connected(account, end))
}

/// Whether an advocate belongs to a base at any instant of `[start, end)`.
pub(super) fn belongs_within(
    space: &Space<'_>,
    base: Base,
    advocate: u32,
    start: i64,
    end: i64,
) -> bool {
    let people = &space.program.people;
    let from = step_into(base);
    let overlaps = || {
        let mut stays = people.stays(advocate).iter();
        stays.any(|stay| from(stay) < end && stay.left > start)
    };
    match base {
        Base::Employees => !people.is_external(advocate) && overlaps(),
        Base::Invited | Base::Joined => overlaps(),
        Base::Connected => {
            let accounts = &space.program.accounts;
            overlaps()
                && accounts.of(advocate).iter().any(|&account| {
                    let account = account as usize;
                    accounts.connected[account] < end && accounts.disconnected[account] > start
                })
        }
        Base::Active | Base::Seats => true,
    }
}

/// What one instant counts, doubled: an average is half of two populations.
pub(super) fn doubled(definitions: &Definitions) -> u64 {
    match definitions.population {
        Population::Average => 1,
        _ => 2,
    }
}

/// Just past the slot's first instant, or past `as_of` where that is earlier.
pub(super) fn first_end(space: &Space<'_>, slot: &Slot) -> i64 {
    slot.start.saturating_add(1).min(space.now())
}

/// Whether the input speaks of a base at all.
pub(super) fn is_stated(space: &Space<'_>, base: Base) -> bool {
    let people = &space.program.people;
    match base {
        Base::Invited => people.says_invited || people.says_joined,
        Base::Joined => people.says_joined,
        Base::Connected => people.says_joined && space.program.accounts.len() > 0,
        Base::Employees | Base::Active | Base::Seats => true,
    }
}

/// How many people a base has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct People(pub(crate) Base);

/// A number of people; twice it, so that an average of two counts is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) doubled: u64,
    /// Whether the data says anything of it.
    pub(crate) known: bool,
    /// Employees counted from the advocates, for lack of a stated headcount.
    pub(crate) from_advocates: bool,
}

impl Question for People {
    type Answer = Counted;

    fn specs(&self, _: &Space<'_>, _: &Definitions) -> Result<Vec<Spec>> {
        Ok(Vec::new())
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        _: &[&Table],
    ) -> Result<Answers<Counted>> {
        let base = self.0;
        let mut answers = Answers::new(space.people_mask());
        if base == Base::Employees && !space.program.headcount.is_empty() {
            return Ok(stated_headcount(space, definitions, answers));
        }
        let from_advocates = base == Base::Employees;
        answers.otherwise = Counted {
            doubled: 0,
            known: is_stated(space, base),
            from_advocates,
        };
        let (otherwise, weight) = (answers.otherwise, doubled(definitions));
        let placing = Placing::new(space);
        for (at, told) in (0..).zip(populations(space, definitions, base).iter()) {
            for (instant, present) in told {
                placing.count(present.iter().copied(), *instant, |cell, people| {
                    let entry = answers.by_cell.entry(cell + at).or_insert(otherwise);
                    entry.doubled += people * weight;
                });
            }
        }
        Ok(answers)
    }
}

/// Employees as the company states them: only of the parts it states.
fn stated_headcount(
    space: &Space<'_>,
    definitions: &Definitions,
    mut answers: Answers<Counted>,
) -> Answers<Counted> {
    let headcount = &space.program.headcount;
    for (codes, part) in stated_parts(space) {
        for (at, slot) in space.slots.iter().enumerate() {
            let first = headcount.at(part, first_end(space, slot).saturating_sub(1));
            let last = headcount.at(part, slot.end.saturating_sub(1));
            let doubled = match definitions.population {
                Population::End => last.and_then(|count| count.checked_mul(2)),
                Population::Start => first.and_then(|count| count.checked_mul(2)),
                Population::Average => first.zip(last).and_then(|(a, b)| a.checked_add(b)),
                // Who came and went between two counts is not known.
                Population::Anyone => None,
            };
            if let Some(doubled) = doubled {
                let counted = Counted {
                    doubled,
                    known: true,
                    from_advocates: false,
                };
                let mask = answers.mask.clone();
                answers
                    .by_cell
                    .insert(space.cell(&codes, at, &mask), counted);
            }
        }
    }
    answers
}

/// The parts of the company that the axes and the filter on people name, with
/// their codes; none where they are not parts that a headcount can be of.
pub(super) fn stated_parts(space: &Space<'_>) -> Vec<(Vec<u32>, Part)> {
    // A part named by a filter on one value of one attribute.
    let mut fixed: [Option<u32>; 3] = [None; 3];
    for condition in &space.filter {
        match (&condition.key, &condition.codes[..], condition.negate) {
            (Key::Attribute(which), &[code], false)
                if fixed[*which as usize].is_none_or(|other| other == code) =>
            {
                fixed[*which as usize] = Some(code);
            }
            (key, ..) if is_of_people(key) => return Vec::new(),
            _ => {}
        }
    }
    let splits = |key: &Key| matches!(key, Key::Attribute(_));
    if space
        .axes
        .iter()
        .any(|axis| is_of_people(&axis.key) && !splits(&axis.key))
    {
        return Vec::new();
    }
    let mut parts = vec![(vec![0_u32; space.axes.len()], fixed)];
    for (at, axis) in space.axes.iter().enumerate() {
        let Key::Attribute(which) = &axis.key else {
            continue;
        };
        parts = parts
            .into_iter()
            .flat_map(|(codes, part)| {
                let fixed = part[*which as usize];
                let codes_here = Space::codes_of_axis(axis)
                    .filter(move |&code| fixed.is_none_or(|fixed| fixed == code));
                codes_here.map(move |code| {
                    let (mut codes, mut part) = (codes.clone(), part);
                    codes[at] = code;
                    part[*which as usize] = Some(code);
                    (codes, part)
                })
            })
            .collect();
    }
    parts
}
