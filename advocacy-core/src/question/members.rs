//! Sets of people, and how many of one are within another.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::definitions::{Base, Definitions};
use crate::error::Result;
use crate::math::float;
use crate::measure::Number;
use crate::model::index::to_u32;
use crate::model::kinds::Action;
use crate::tally::sets::{Members, holds};
use crate::tally::spec::{Key, Lane, Scope, Source, Spec, What};
use crate::tally::table::Table;

use super::amounts::{history, scope};
use super::population::{doubled, is_stated};
use super::presence::{Placing, populations};
use super::sheet::{Answers, Question};
use super::space::{Mask, Space};
/// A set of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Of a base.
    Base(Base),
    /// With at least one share.
    Sharers,
    /// Active by the declared rule.
    Active,
    /// With a share ever, up to the end of the slot.
    SharersEver,
}

/// Whether shares alone make active.
fn only_shares(definitions: &Definitions) -> bool {
    definitions.active_actions.actions() == [Action::Share]
}

/// The axes a set can be split by.
pub(super) fn set_mask(space: &Space<'_>, definitions: &Definitions, who: Who) -> Mask {
    let shares = space.mask_of(Source::Shares);
    match who {
        Who::Base(_) => space.people_mask(),
        Who::Sharers | Who::SharersEver => shares,
        Who::Active if only_shares(definitions) => shares,
        Who::Active => {
            let activities = space.mask_of(Source::Activities);
            if definitions
                .active_actions
                .actions()
                .contains(&Action::Share)
            {
                activities.and(&shares)
            } else {
                activities
            }
        }
    }
}

/// The tables a set within spans of time is read from.
pub(super) fn set_specs(
    space: &Space<'_>,
    definitions: &Definitions,
    who: Who,
    mask: &Mask,
    spans: &[(i64, i64)],
) -> Vec<Spec> {
    let keys: Vec<Key> = space
        .timeless_keys(mask)
        .into_iter()
        .chain([Key::Spans(spans.into())])
        .collect();
    let bounds = (
        spans.first().map_or(0, |span| span.0),
        spans.last().map_or(0, |span| span.1),
    );
    let within = |source: Source| {
        let mut scope = scope(space, definitions, source);
        // Rows outside all spans are in none; those of the period are read anyway.
        if spans.is_empty() || bounds.0 < scope.start || scope.end < bounds.1 {
            (scope.start, scope.end) = bounds;
        }
        scope
    };
    let distinct = |source: Source| Spec {
        scope: within(source),
        keys: keys.clone(),
        what: What::Distinct(Key::Advocate),
    };
    match who {
        Who::Base(_) => Vec::new(),
        Who::Sharers => vec![distinct(Source::Shares)],
        // In whose part: by what they were at the share, as any share is.
        Who::SharersEver => vec![Spec {
            scope: Scope {
                start: i64::MIN,
                end: i64::MAX,
                published: false,
                ..scope(space, definitions, Source::Shares)
            },
            keys: space.timeless_keys(mask),
            what: What::First,
        }],
        Who::Active if only_shares(definitions) && definitions.active_minimum <= 1 => {
            vec![distinct(Source::Shares)]
        }
        Who::Active => {
            let actions = definitions.active_actions.actions();
            let others: Vec<Action> = actions
                .iter()
                .copied()
                .filter(|&action| action != Action::Share)
                .collect();
            let mut specs = Vec::new();
            let mut counted = |mut scope: Scope, actions: Vec<Action>| {
                scope.actions = actions;
                let keys = keys.iter().cloned().chain([Key::Advocate]).collect();
                specs.push(Spec {
                    scope,
                    keys,
                    what: What::Sums(vec![Lane::rows()]),
                });
            };
            if others.len() < actions.len() {
                counted(within(Source::Shares), Vec::new());
            }
            if !others.is_empty() {
                counted(within(Source::Activities), others);
            }
            specs
        }
    }
}

/// Each advocate's first share, over all time.
pub(super) fn first_share(space: &Space<'_>, definitions: &Definitions, mask: &Mask) -> Spec {
    Spec {
        scope: history(space, definitions, Source::Shares),
        keys: space.timeless_keys(mask),
        what: What::First,
    }
}

/// (cell less slot, span, advocate) of a set, each once.
pub(super) fn set_members(
    space: &Space<'_>,
    definitions: &Definitions,
    who: Who,
    mask: &Mask,
    spans: &[(i64, i64)],
    tables: &[&Table],
) -> Vec<(u64, u32, u32)> {
    let count = (spans.len() as u64).max(1);
    let place = |cell: u64| {
        (
            space.widen_timeless(cell / count, mask),
            to_u32_of(cell % count),
        )
    };
    let radix = u64::from(to_u32(space.program.people.len())) + 1;
    let mut members = Vec::new();
    let mut times: BTreeMap<(u64, u32, u32), u64> = BTreeMap::new();
    for table in tables {
        match table {
            Table::Distinct(sets) => {
                for (cell, advocate) in sets.iter() {
                    let (cell, span) = place(cell);
                    members.push((cell, span, advocate));
                }
            }
            Table::Sums(grid) => {
                for (cell, sums) in grid.iter() {
                    let (at, span) = place(cell / radix);
                    *times
                        .entry((at, span, to_u32_of(cell % radix)))
                        .or_default() += sums.at(0);
                }
            }
            Table::First(grid) if who == Who::SharersEver => {
                for (cell, _) in grid.iter() {
                    let Some(first) = table.first(cell) else {
                        continue;
                    };
                    let at = space.widen_timeless(cell / radix, mask);
                    for (slot, ends) in space.slots.iter().enumerate() {
                        if first < ends.end {
                            members.push((at, to_u32(slot), to_u32_of(cell % radix)));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let minimum = u64::from(definitions.active_minimum.max(1));
    members.extend(
        times
            .into_iter()
            .filter(|&(_, n)| n >= minimum)
            .map(|(member, _)| member),
    );
    members
}

/// Goes through a set within spans of time, in order: the cell less its slot, the
/// span, and who is in it.
pub(super) fn each_set(
    space: &Space<'_>,
    definitions: &Definitions,
    (who, mask, spans): (Who, &Mask, &[(i64, i64)]),
    tables: &[&Table],
    mut each: impl FnMut(u64, u32, Members<'_>),
) {
    if let [Table::Distinct(sets)] = tables {
        let count = (spans.len() as u64).max(1);
        return sets.each(|cell, people| {
            let whole = space.widen_timeless(cell / count, mask);
            each(whole, to_u32_of(cell % count), people);
        });
    }
    let mut all = set_members(space, definitions, who, mask, spans, tables);
    all.sort_unstable();
    for of_cell in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        if let Some(&(cell, span, _)) = of_cell.first() {
            let people: Vec<_> = of_cell.iter().map(|&(cell, _, who)| (cell, who)).collect();
            each(cell, span, Members::Listed(&people));
        }
    }
}

fn to_u32_of(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How many of a set are in a base's population, and how many are not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Overlap {
    pub(crate) who: Who,
    /// `None` counts everybody.
    pub(crate) within: Option<Base>,
}

/// People inside and outside a population; twice as many of each, so that an
/// average of two populations is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overlapped {
    inside: u64,
    outside: u64,
    /// Whether the data says anything of the set.
    pub(crate) known: bool,
}

impl Overlapped {
    pub(super) fn of(known: bool) -> Self {
        Self {
            known,
            ..Self::default()
        }
    }

    /// One person more.
    fn add(&mut self, inside: bool) {
        self.add_all(inside, 1);
    }

    /// So many people more.
    pub(super) fn add_all(&mut self, inside: bool, people: u64) {
        self.add_doubled(inside, 2 * people);
    }

    fn add_doubled(&mut self, inside: bool, doubled: u64) {
        if inside {
            self.inside += doubled;
        } else {
            self.outside += doubled;
        }
    }

    /// People inside, to the half.
    pub(crate) fn inside(self) -> Number {
        halved(self.inside)
    }

    /// People outside, halves counted whole.
    pub(crate) fn outside(self) -> u64 {
        self.outside.div_ceil(2)
    }
}

/// Half of a doubled count of people.
pub(crate) fn halved(doubled: u64) -> Number {
    if doubled.is_multiple_of(2) {
        Number::Count(doubled / 2)
    } else {
        Number::Real(float(doubled) / 2.0)
    }
}

impl Overlap {
    fn mask(&self, space: &Space<'_>, definitions: &Definitions) -> Mask {
        match (self.who, self.within) {
            // Of a base, those active in the cell.
            (Who::Base(_), Some(Base::Active)) => set_mask(space, definitions, Who::Active),
            _ => set_mask(space, definitions, self.who),
        }
    }

    /// People of a base within another.
    fn of_base(
        &self,
        base: Base,
        space: &Space<'_>,
        definitions: &Definitions,
        answers: &mut Answers<Overlapped>,
    ) {
        let otherwise = answers.otherwise;
        let weight = doubled(definitions);
        let placing = Placing::new(space);
        let within = self
            .within
            .map(|base| populations(space, definitions, base));
        let everybody = vec![u64::MAX; space.program.people.len().div_ceil(64)];
        for (at, told) in populations(space, definitions, base).iter().enumerate() {
            for (which, (instant, present)) in told.iter().enumerate() {
                let within = within
                    .as_ref()
                    .map_or(&everybody[..], |told| &told[at][which].1);
                let mut count = |inside: bool| {
                    let words = present.iter().zip(within);
                    let words = words.map(|(a, b)| if inside { a & b } else { a & !b });
                    placing.count(words, *instant, |cell, people| {
                        let entry = answers.by_cell.entry(cell + at as u64);
                        let entry = entry.or_insert(otherwise);
                        entry.add_doubled(inside, weight * people);
                    });
                };
                count(true);
                count(false);
            }
        }
    }
}

impl Question for Overlap {
    type Answer = Overlapped;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let spans = &space.spans;
        let own = set_mask(space, definitions, self.who);
        let mut specs = set_specs(space, definitions, self.who, &own, spans);
        if self.within == Some(Base::Active) {
            let mask = set_mask(space, definitions, Who::Active);
            specs.extend(set_specs(space, definitions, Who::Active, &mask, spans));
        }
        Ok(specs)
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Overlapped>> {
        let spans = &space.spans;
        let slots = space.slots.len() as u64;
        let own_mask = set_mask(space, definitions, self.who);
        let own = set_specs(space, definitions, self.who, &own_mask, spans).len();
        let (own, others) = tables.split_at(own.min(tables.len()));
        let active_mask = set_mask(space, definitions, Who::Active);
        // (cell, slot, advocate) of the active.
        let active: Option<FxHashSet<(u64, usize, u32)>> = (self.within == Some(Base::Active))
            .then(|| {
                set_members(space, definitions, Who::Active, &active_mask, spans, others)
                    .into_iter()
                    .map(|(cell, span, advocate)| {
                        (cell * slots + u64::from(span), span as usize, advocate)
                    })
                    .collect()
            });
        let mut answers: Answers<Overlapped> = Answers::new(self.mask(space, definitions));
        answers.otherwise = Overlapped::of(match self.who {
            Who::Base(base) => is_stated(space, base),
            _ => true,
        });
        let otherwise = answers.otherwise;
        let placing = Placing::new(space);
        match (self.who, active) {
            (Who::Base(base), None) => self.of_base(base, space, definitions, &mut answers),
            (Who::Base(base), Some(active)) => {
                let told = populations(space, definitions, base);
                for (cell, slot, advocate) in active {
                    for (instant, present) in &told[slot] {
                        if holds(present, advocate)
                            && placing.is_in(advocate, *instant, cell - slot as u64)
                        {
                            let entry = answers.by_cell.entry(cell).or_insert(otherwise);
                            entry.add_doubled(true, doubled(definitions));
                        }
                    }
                }
            }
            (_, None) => {
                let within = self.within.filter(|&base| base != Base::Seats);
                let told = within.map(|base| populations(space, definitions, base));
                let set = (self.who, &own_mask, &spans[..]);
                each_set(space, definitions, set, own, |cell, span, people| {
                    let whole = cell * slots;
                    let (inside, outside) = match &told {
                        None => (people.len(), 0),
                        Some(told) => placing.divide(people, whole, &told[span as usize]),
                    };
                    let entry = answers.by_cell.entry(whole + u64::from(span));
                    let entry = entry.or_insert(otherwise);
                    entry.add_all(true, inside);
                    entry.add_all(false, outside);
                });
            }
            (_, Some(active)) => {
                for (cell, span, advocate) in
                    set_members(space, definitions, self.who, &own_mask, spans, own)
                {
                    let (cell, slot) = (cell * slots + u64::from(span), span as usize);
                    let inside =
                        active.contains(&(space.project(cell, &active_mask), slot, advocate));
                    answers.by_cell.entry(cell).or_insert(otherwise).add(inside);
                }
            }
        }
        Ok(answers)
    }
}

/// How many people shared; the same as an overlap counts, without asking who
/// is in which population.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sharing {
    /// More than so many need not be counted.
    pub(crate) most: Option<u8>,
}

impl Question for Sharing {
    type Answer = u64;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = set_mask(space, definitions, Who::Sharers);
        let spans = &space.spans;
        let mut specs = set_specs(space, definitions, Who::Sharers, &mask, spans);
        if let Some(most) = self.most {
            for spec in &mut specs {
                spec.what = What::Few(Key::Advocate, most);
            }
        }
        Ok(specs)
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<u64>> {
        let mask = set_mask(space, definitions, Who::Sharers);
        let mut answers = Answers::new(mask);
        if let Some(Table::Distinct(sets)) = tables.first() {
            for (cell, people) in sets.counts() {
                let cell = space.widen(cell, &answers.mask);
                let most = self.most.map_or(u64::MAX, u64::from);
                answers.by_cell.insert(cell, people.min(most));
            }
        }
        Ok(answers)
    }
}

/// Whether those active are those who shared.
pub(crate) fn sharing_is_active(definitions: &Definitions) -> bool {
    only_shares(definitions) && definitions.active_minimum <= 1
}

/// The most shares one person has, in all cells together: so many rows are of
/// no fewer people than their number over this.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Busiest;

impl Question for Busiest {
    type Answer = u64;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        Ok(vec![Spec {
            scope: scope(space, definitions, Source::Shares),
            keys: vec![Key::Advocate],
            what: What::Sums(vec![Lane::rows()]),
        }])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        _: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<u64>> {
        let mut answers = Answers::new(space.undivided());
        if let Some(Table::Sums(grid)) = tables.first() {
            let most = grid.iter().map(|(_, rows)| rows.at(0));
            answers.otherwise = most.max().unwrap_or(0);
        }
        answers.divides = false;
        answers.makes_rows = false;
        Ok(answers)
    }
}
