//! Who exactly stands behind a cell, and with what: for telling whether two
//! requests are about nearly the same people.

use std::collections::BTreeMap;

use crate::definitions::{Base, Definitions};
use crate::model::facts::Facts;
use crate::model::names::NONE;
use crate::privacy::span::{Marks, mark, plus};
use crate::tally::sets::Members;
use crate::tally::spec::Source;

use super::presence::{Placing, populations};
use super::scores::Cells;
use super::space::Space;

/// People, each with a mark of what of theirs is in a cell: the sum of their
/// facts' marks. Equal marks are the same facts.
pub(crate) type Crowd = Marks;

/// Spreads a number over 64 bits (the finaliser of SplitMix64).
fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Those who shared or did something else, by cell.
pub(crate) fn acting(space: &Space<'_>) -> BTreeMap<u64, Crowd> {
    let program = space.program;
    let mut crowds = BTreeMap::new();
    let sources = [
        (Source::Shares, &program.shares),
        (Source::Activities, &program.activities),
    ];
    for (kind, (source, parts)) in (0_u64..).zip(sources) {
        let mut before = 0;
        for part in parts.iter() {
            let who = |row: usize| {
                let advocate = part.advocate.as_ref().map(|codes| codes.at(row));
                advocate.map(u64::from)
            };
            let number = |row: usize| (before + row as u64) * 4 + kind;
            gather(space, (source, part), number, who, &mut crowds);
            before += part.rows as u64;
        }
    }
    crowds
}

/// Those who answered, by cell; each anonymous answer is somebody.
pub(crate) fn answering(space: &Space<'_>) -> BTreeMap<u64, Crowd> {
    let facts = &space.program.responses;
    let who = |row: usize| {
        let named = facts.respondent.as_ref().map_or(NONE, |codes| codes[row]);
        let nameless = u64::from(u32::MAX) + 1 + row as u64;
        Some(if named == NONE {
            nameless
        } else {
            named.into()
        })
    };
    let mut crowds = BTreeMap::new();
    let number = |row: usize| row as u64 * 4 + 2;
    gather(space, (Source::Responses, facts), number, who, &mut crowds);
    crowds
}

fn gather(
    space: &Space<'_>,
    (source, facts): (Source, &Facts<'_>),
    number: impl Fn(usize) -> u64,
    who: impl Fn(usize) -> Option<u64>,
    crowds: &mut BTreeMap<u64, Crowd>,
) {
    let mask = space.mask_of(source);
    let cells = Cells::new(space, facts, &mask);
    let in_force = facts.as_of(space.as_of.micros());
    for row in 0..facts.rows {
        if in_force.skip.as_ref().is_some_and(|skip| skip.get(row)) {
            continue;
        }
        let Some(who) = who(row) else { continue };
        for cell in cells.of(row, facts.at.micros(row)) {
            let sum = crowds.entry(cell).or_default().entry(who).or_default();
            *sum = plus(*sum, mark(mixed(number(row))));
        }
    }
}

/// Those who belong to each base, by cell.
pub(crate) fn belonging(
    space: &Space<'_>,
    definitions: &Definitions,
    bases: &[Base],
) -> BTreeMap<(u64, Base), Crowd> {
    let mut crowds: BTreeMap<(u64, Base), Crowd> = BTreeMap::new();
    let placing = Placing::new(space);
    for &base in bases {
        for (at, told) in (0..).zip(populations(space, definitions, base).iter()) {
            for (instant, present) in told {
                Members::Bits(present).each(|advocate| {
                    placing.each(advocate, *instant, |cell| {
                        let crowd = crowds.entry((cell + at, base)).or_default();
                        crowd.insert(advocate.into(), 1);
                    });
                });
            }
        }
    }
    crowds
}

/// The people who differ, or are in one only; no more of them than `most`.
pub(crate) fn differing(a: &Crowd, b: &Crowd, most: usize) -> Vec<u64> {
    let changed = a.iter().filter(|(who, mark)| b.get(who) != Some(mark));
    let new = b.keys().filter(|who| !a.contains_key(who));
    let all = changed.map(|(who, _)| who).chain(new);
    all.take(most).copied().collect()
}
