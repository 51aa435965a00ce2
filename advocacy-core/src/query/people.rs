//! Questions about people: who belongs, who took part, who stayed.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::calendar::{Bucket, Grain};
use crate::definitions::{
    Base, Clock, CohortBasis, Definitions, Population, RetentionKind, SeriesGrain, StickinessGrain,
};
use crate::error::Result;
use crate::model::index::to_u32;
use crate::model::kinds::Action;
use crate::model::people::{ALWAYS, NEVER};
use crate::tally::keys::span_of;
use crate::tally::spec::{Key, Lane, Source, Spec, What};
use crate::tally::table::Table;

use super::amounts::{history, scope};
use super::sheet::{Answers, Question};
use super::space::{Mask, Slot, Space, cohort_buckets, whole_buckets};

/// Microseconds in a day of 24 hours.
pub(crate) const DAY: i64 = 86_400_000_000;

fn advocates(space: &Space<'_>) -> std::ops::Range<u32> {
    0..to_u32(space.program.people.len())
}

/// Whether an advocate belongs to a base at the last instant before `end`.
fn belongs(space: &Space<'_>, base: Base, advocate: u32, end: i64) -> bool {
    let people = &space.program.people;
    let present = |from: fn(&crate::model::people::Stay) -> i64| {
        people.stays(advocate).iter().any(|stay| from(stay) < end && stay.left >= end)
    };
    match base {
        Base::Employees => !people.is_external(advocate) && present(|stay| stay.hired),
        Base::Invited => present(|stay| stay.first()),
        Base::Joined => present(|stay| stay.joined),
        Base::Connected => present(|stay| stay.joined) && is_connected(space, advocate, end),
        Base::Active | Base::Seats => true,
    }
}

fn is_connected(space: &Space<'_>, advocate: u32, end: i64) -> bool {
    let accounts = &space.program.accounts;
    accounts.of(advocate).iter().any(|&account| accounts.is_connected(account, end))
}

/// Whether an advocate belongs to a base at any instant of `[start, end)`.
fn belongs_within(space: &Space<'_>, base: Base, advocate: u32, start: i64, end: i64) -> bool {
    let people = &space.program.people;
    let overlaps = |from: fn(&crate::model::people::Stay) -> i64| {
        people.stays(advocate).iter().any(|stay| from(stay) < end && stay.left > start)
    };
    match base {
        Base::Employees => !people.is_external(advocate) && overlaps(|stay| stay.hired),
        Base::Invited => overlaps(|stay| stay.first()),
        Base::Joined => overlaps(|stay| stay.joined),
        Base::Connected => {
            let accounts = &space.program.accounts;
            overlaps(|stay| stay.joined)
                && accounts.of(advocate).iter().any(|&account| {
                    let account = account as usize;
                    accounts.connected[account] < end && accounts.disconnected[account] > start
                })
        }
        Base::Active | Base::Seats => true,
    }
}

/// Whether an advocate is in a slot's population.
fn in_population(
    space: &Space<'_>,
    definitions: &Definitions,
    base: Base,
    advocate: u32,
    slot: &Slot,
) -> bool {
    let at_start = || belongs(space, base, advocate, slot.start.saturating_add(1));
    let at_end = || belongs(space, base, advocate, slot.end);
    match definitions.population {
        Population::End => at_end(),
        Population::Start => at_start(),
        Population::Average => at_start() || at_end(),
        Population::Anyone => belongs_within(space, base, advocate, slot.start, slot.end),
    }
}

/// The instant at which a slot's population is looked at.
fn population_instant(definitions: &Definitions, slot: &Slot) -> i64 {
    match definitions.population {
        Population::Start => slot.start,
        _ => slot.end.saturating_sub(1),
    }
}

/// Whether the input speaks of a base at all.
fn is_stated(space: &Space<'_>, base: Base) -> bool {
    let people = &space.program.people;
    match base {
        Base::Invited => people.says_invited || people.says_joined,
        Base::Joined => people.says_joined,
        Base::Connected => people.says_joined && space.program.accounts.len() > 0,
        Base::Employees | Base::Active | Base::Seats => true,
    }
}

/// How many people a base has.
#[derive(Debug)]
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
        answers.otherwise = Counted { doubled: 0, known: is_stated(space, base), from_advocates };
        for (at, slot) in space.slots.iter().enumerate() {
            let mut count = |advocate: u32, instant: i64, weight: u64| {
                if !space.admits(advocate, instant) {
                    return;
                }
                for cell in space.cells_of(advocate, instant) {
                    let entry = answers.by_cell.entry(cell + at as u64).or_insert(answers.otherwise);
                    entry.doubled += weight;
                }
            };
            for advocate in advocates(space) {
                let (start, end) = (slot.start, slot.end);
                if definitions.population == Population::Average {
                    if belongs(space, base, advocate, start.saturating_add(1)) {
                        count(advocate, start, 1);
                    }
                    if belongs(space, base, advocate, end) {
                        count(advocate, end.saturating_sub(1), 1);
                    }
                } else if in_population(space, definitions, base, advocate, slot) {
                    count(advocate, population_instant(definitions, slot), 2);
                }
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
    // A part named by a filter on one value of one attribute.
    let mut fixed: [Option<u32>; 3] = [None; 3];
    for condition in &space.filter {
        match (&condition.key, &condition.codes[..], condition.negate) {
            (Key::Attribute(which), &[code], false) => fixed[*which as usize] = Some(code),
            (key, ..) if super::space::is_of_people(key) => return answers,
            _ => {}
        }
    }
    let splits = |key: &Key| matches!(key, Key::Attribute(_));
    if space.axes.iter().any(|axis| super::space::is_of_people(&axis.key) && !splits(&axis.key)) {
        return answers;
    }
    let mut parts = vec![(vec![0_u32; space.axes.len()], fixed)];
    for (at, axis) in space.axes.iter().enumerate() {
        let Key::Attribute(which) = &axis.key else { continue };
        parts = parts
            .into_iter()
            .flat_map(|(codes, part)| {
                Space::codes_of_axis(axis).map(move |code| {
                    let (mut codes, mut part) = (codes.clone(), part);
                    codes[at] = code;
                    part[*which as usize] = Some(code);
                    (codes, part)
                })
            })
            .collect();
    }
    for (codes, part) in parts {
        for (at, slot) in space.slots.iter().enumerate() {
            let first = headcount.at(part, slot.start);
            let last = headcount.at(part, slot.end.saturating_sub(1));
            let doubled = match definitions.population {
                Population::End => last.and_then(|count| count.checked_mul(2)),
                Population::Start => first.and_then(|count| count.checked_mul(2)),
                Population::Average => first.zip(last).and_then(|(a, b)| a.checked_add(b)),
                // Who came and went between two counts is not known.
                Population::Anyone => None,
            };
            if let Some(doubled) = doubled {
                let counted = Counted { doubled, known: true, from_advocates: false };
                let mask = answers.mask.clone();
                answers.by_cell.insert(space.cell(&codes, at, &mask), counted);
            }
        }
    }
    answers
}

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
fn set_mask(space: &Space<'_>, definitions: &Definitions, who: Who) -> Mask {
    let shares = space.mask_of(Source::Shares);
    match who {
        Who::Base(_) => space.people_mask(),
        Who::Sharers | Who::SharersEver => shares,
        Who::Active if only_shares(definitions) => shares,
        Who::Active => {
            let activities = space.mask_of(Source::Activities);
            let of_shares = definitions.active_actions.actions().contains(&Action::Share);
            let both = activities.iter().zip(&shares);
            both.map(|(&activity, &share)| activity && (share || !of_shares)).collect()
        }
    }
}

/// The tables a set within spans of time is read from.
fn set_specs(
    space: &Space<'_>,
    definitions: &Definitions,
    who: Who,
    mask: &Mask,
    spans: &[(i64, i64)],
) -> Vec<Spec> {
    let keys: Vec<Key> =
        space.timeless_keys(mask).into_iter().chain([Key::Spans(spans.to_vec())]).collect();
    let bounds = (
        spans.first().map_or(0, |span| span.0),
        spans.last().map_or(0, |span| span.1),
    );
    let within = |source: Source| {
        let mut scope = scope(space, definitions, source);
        (scope.start, scope.end) = bounds;
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
        Who::SharersEver => vec![first_and_last(space, definitions, mask)],
        Who::Active if only_shares(definitions) && definitions.active_minimum <= 1 => {
            vec![distinct(Source::Shares)]
        }
        Who::Active => {
            let actions = definitions.active_actions.actions();
            let others: Vec<Action> =
                actions.iter().copied().filter(|&action| action != Action::Share).collect();
            let mut specs = Vec::new();
            let mut counted = |mut scope: crate::tally::spec::Scope, actions: Vec<Action>| {
                scope.actions = actions;
                let keys = keys.iter().cloned().chain([Key::Advocate]).collect();
                specs.push(Spec { scope, keys, what: What::Sums(vec![Lane::rows()]) });
            };
            if others.len() < actions.len() {
                counted(within(Source::Shares), Vec::new());
            }
            if !others.is_empty() && space.program.activities.rows > 0 {
                counted(within(Source::Activities), others);
            }
            specs
        }
    }
}

/// Each advocate's first and last share, over all time.
fn first_and_last(space: &Space<'_>, definitions: &Definitions, mask: &Mask) -> Spec {
    Spec {
        scope: history(space, definitions, Source::Shares),
        keys: space.timeless_keys(mask),
        what: What::Edges,
    }
}

/// (cell less slot, span, advocate) of a set.
fn set_members(
    space: &Space<'_>,
    definitions: &Definitions,
    who: Who,
    mask: &Mask,
    spans: &[(i64, i64)],
    tables: &[&Table],
) -> BTreeSet<(u64, u32, u32)> {
    let count = (spans.len() as u64).max(1);
    let place = |cell: u64| (space.widen_timeless(cell / count, mask), to_u32_of(cell % count));
    let radix = u64::from(to_u32(space.program.people.len())) + 1;
    let mut members = BTreeSet::new();
    let mut times: BTreeMap<(u64, u32, u32), u64> = BTreeMap::new();
    for table in tables {
        match table {
            Table::Distinct(sets) => {
                for (cell, advocate) in sets.iter() {
                    let (cell, span) = place(cell);
                    members.insert((cell, span, advocate));
                }
            }
            Table::Sums(grid) => {
                for (cell, values) in grid.iter() {
                    let (at, span) = place(cell / radix);
                    *times.entry((at, span, to_u32_of(cell % radix))).or_default() += values[0];
                }
            }
            Table::Edges(grid) if who == Who::SharersEver => {
                for (cell, _) in grid.iter() {
                    let Some((first, _)) = table.edges(cell) else { continue };
                    let at = space.widen_timeless(cell / radix, mask);
                    for (slot, slot_ends) in space.slots.iter().enumerate() {
                        if first < slot_ends.end {
                            members.insert((at, to_u32(slot), to_u32_of(cell % radix)));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let minimum = u64::from(definitions.active_minimum.max(1));
    members.extend(times.into_iter().filter(|&(_, n)| n >= minimum).map(|(member, _)| member));
    members
}

fn to_u32_of(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How many of a set are in a base's population, and how many are not.
#[derive(Debug)]
pub(crate) struct Overlap {
    pub(crate) who: Who,
    /// `None` counts everybody.
    pub(crate) within: Option<Base>,
}

/// People inside and outside a population.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overlapped {
    pub(crate) inside: u64,
    pub(crate) outside: u64,
    /// Whether the data says anything of the set.
    pub(crate) known: bool,
}

impl Question for Overlap {
    type Answer = Overlapped;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let spans = space.spans();
        let mut specs =
            set_specs(space, definitions, self.who, &set_mask(space, definitions, self.who), &spans);
        if self.within == Some(Base::Active) {
            let mask = set_mask(space, definitions, Who::Active);
            specs.extend(set_specs(space, definitions, Who::Active, &mask, &spans));
        }
        Ok(specs)
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Overlapped>> {
        let spans = space.spans();
        let mask = set_mask(space, definitions, self.who);
        let own = set_specs(space, definitions, self.who, &mask, &spans).len().min(tables.len());
        let active_mask = set_mask(space, definitions, Who::Active);
        let active: Option<FxHashSet<(u64, u32)>> =
            (self.within == Some(Base::Active)).then(|| {
                let members =
                    set_members(space, definitions, Who::Active, &active_mask, &spans, &tables[own..]);
                let slots = space.slots.len() as u64;
                members
                    .into_iter()
                    .map(|(cell, span, advocate)| (cell * slots + u64::from(span), advocate))
                    .collect()
            });
        let mut answers: Answers<Overlapped> = Answers::new(mask.clone());
        let known = match self.who {
            Who::Base(base) => is_stated(space, base),
            _ => true,
        };
        answers.otherwise.known = known;
        let otherwise = answers.otherwise;
        let mut count = |cell: u64, slot: usize, advocate: u32| {
            let inside = match (self.within, &active) {
                (None | Some(Base::Seats), _) => true,
                (Some(_), Some(active)) => {
                    active.contains(&(space.project(cell, &active_mask), advocate))
                }
                (Some(base), None) => in_cell(space, definitions, base, advocate, cell, slot),
            };
            let entry = answers.by_cell.entry(cell).or_insert(otherwise);
            if inside { entry.inside += 1 } else { entry.outside += 1 }
        };
        if let Who::Base(base) = self.who {
            for (at, slot) in space.slots.iter().enumerate() {
                for advocate in advocates(space) {
                    let instant = population_instant(definitions, slot);
                    if in_population(space, definitions, base, advocate, slot)
                        && space.admits(advocate, instant)
                    {
                        for cell in space.cells_of(advocate, instant) {
                            count(cell + at as u64, at, advocate);
                        }
                    }
                }
            }
        } else {
            let slots = space.slots.len() as u64;
            for (cell, span, advocate) in
                set_members(space, definitions, self.who, &mask, &spans, &tables[..own])
            {
                count(cell * slots + u64::from(span), span as usize, advocate);
            }
        }
        Ok(answers)
    }
}

/// Whether an advocate is in a base's population in the cell's own part of it.
fn in_cell(
    space: &Space<'_>,
    definitions: &Definitions,
    base: Base,
    advocate: u32,
    cell: u64,
    slot: usize,
) -> bool {
    let Some(at) = space.slots.get(slot) else { return false };
    let instant = population_instant(definitions, at);
    in_population(space, definitions, base, advocate, at)
        && is_in_part(space, advocate, instant, cell - slot as u64)
}

/// Whether an advocate, as they were at an instant, is in a cell's part of
/// people and meets the conditions on people.
fn is_in_part(space: &Space<'_>, advocate: u32, instant: i64, cell: u64) -> bool {
    let mask = space.people_mask();
    let static_part = space.filter.is_empty() && !mask.contains(&true);
    static_part
        || space.admits(advocate, instant)
            && space.cells_of(advocate, instant).contains(&space.project(cell, &mask))
}

/// When an advocate's clock starts, if it does by `end`.
fn clock_start(space: &Space<'_>, clock: Clock, advocate: u32, end: i64) -> Option<i64> {
    let stays = space.program.people.stays(advocate);
    let first = match clock {
        Clock::Joined => stays.iter().map(|stay| stay.joined).min(),
        Clock::Invited => stays.iter().map(|stay| stay.first()).min(),
        Clock::Connected => {
            let accounts = &space.program.accounts;
            let connected =
                accounts.of(advocate).iter().map(|&account| accounts.connected[account as usize]).min();
            let joined = stays.iter().map(|stay| stay.joined).min();
            // Connected from before the data begins: from joining on.
            connected.map(|at| if at == ALWAYS { joined.unwrap_or(NEVER) } else { at })
        }
    };
    first.filter(|&at| at != NEVER && at != ALWAYS && at < end)
}

/// Members whose clock has run long enough, and how many shared in time.
#[derive(Debug)]
pub(crate) struct Activation;

/// The parts of the activation rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Activated {
    pub(crate) activated: u64,
    pub(crate) eligible: u64,
    pub(crate) too_young: u64,
    pub(crate) known: bool,
}

impl Question for Activation {
    type Answer = Activated;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        Ok(vec![first_and_last(space, definitions, &no_axes(space))])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Activated>> {
        let mut answers: Answers<Activated> = Answers::new(space.people_mask());
        let base = clock_base(definitions.activation_clock);
        answers.otherwise.known = is_stated(space, base);
        let otherwise = answers.otherwise;
        let needed = i64::from(definitions.activation_days).saturating_mul(DAY);
        for (at, slot) in space.slots.iter().enumerate() {
            let instant = population_instant(definitions, slot);
            for advocate in advocates(space) {
                if !in_population(space, definitions, base, advocate, slot)
                    || !space.admits(advocate, instant)
                {
                    continue;
                }
                let Some(from) = clock_start(space, definitions.activation_clock, advocate, slot.end)
                else {
                    continue;
                };
                let due = from.saturating_add(needed);
                let first = tables.first().and_then(|table| table.edges(advocate.into()));
                for cell in space.cells_of(advocate, instant) {
                    let entry = answers.by_cell.entry(cell + at as u64).or_insert(otherwise);
                    if due >= slot.end {
                        entry.too_young += 1;
                        continue;
                    }
                    entry.eligible += 1;
                    if first.is_some_and(|(first, _)| first <= due) {
                        entry.activated += 1;
                    }
                }
            }
        }
        Ok(answers)
    }
}

fn no_axes(space: &Space<'_>) -> Mask {
    vec![false; space.axes.len()]
}

/// Whose clock a clock is.
pub(crate) const fn clock_base(clock: Clock) -> Base {
    match clock {
        Clock::Joined => Base::Joined,
        Clock::Invited => Base::Invited,
        Clock::Connected => Base::Connected,
    }
}

/// How long each member took to their first share, or has been waiting.
#[derive(Debug)]
pub(crate) struct FirstShares;

/// (microseconds, whether they shared), sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waits {
    pub(crate) waits: Vec<(i64, bool)>,
    pub(crate) known: bool,
}

impl Question for FirstShares {
    type Answer = Waits;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        Ok(vec![first_and_last(space, definitions, &no_axes(space))])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Waits>> {
        let mut answers: Answers<Waits> = Answers::new(space.people_mask());
        answers.otherwise.known = is_stated(space, clock_base(definitions.first_share_clock));
        let known = answers.otherwise.known;
        for (at, slot) in space.slots.iter().enumerate() {
            for advocate in advocates(space) {
                let Some(from) = clock_start(space, definitions.first_share_clock, advocate, slot.end)
                else {
                    continue;
                };
                if !space.admits(advocate, from) {
                    continue;
                }
                let first = tables.first().and_then(|table| table.edges(advocate.into()));
                let left = space.program.people.stays(advocate).iter().map(|stay| stay.left).max();
                let seen_until = left.unwrap_or(NEVER).min(slot.end.saturating_sub(1));
                let wait = match first {
                    Some((first, _)) if first < slot.end => ((first - from).max(0), true),
                    _ => ((seen_until - from).max(0), false),
                };
                for cell in space.cells_of(advocate, from) {
                    let entry = answers.by_cell.entry(cell + at as u64).or_default();
                    entry.known = known;
                    entry.waits.push(wait);
                }
            }
        }
        for waits in answers.by_cell.values_mut() {
            waits.waits.sort_unstable();
        }
        Ok(answers)
    }
}

/// Who went quiet, who came back, who is new.
#[derive(Debug)]
pub(crate) struct Lifecycle;

/// The three counts of the life cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cycle {
    pub(crate) dormant: u64,
    pub(crate) reactivated: u64,
    pub(crate) new_sharers: u64,
    /// Whether the data says who the members are.
    pub(crate) members_known: bool,
}

impl Lifecycle {
    fn sources(space: &Space<'_>, definitions: &Definitions) -> Vec<(Source, Vec<Action>)> {
        let actions = definitions.active_actions.actions();
        let others: Vec<Action> =
            actions.iter().copied().filter(|&action| action != Action::Share).collect();
        let mut sources = vec![(Source::Shares, Vec::new())];
        if !others.is_empty() && space.program.activities.rows > 0 {
            sources.push((Source::Activities, others));
        }
        sources
    }
}

impl Question for Lifecycle {
    type Answer = Cycle;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        Ok(Self::sources(space, definitions)
            .into_iter()
            .map(|(source, actions)| {
                let mut scope = history(space, definitions, source);
                scope.actions = actions;
                Spec { scope, keys: Vec::new(), what: What::Instants }
            })
            .collect())
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Cycle>> {
        let mut answers: Answers<Cycle> = Answers::new(space.people_mask());
        answers.otherwise.members_known = is_stated(space, Base::Joined);
        let otherwise = answers.otherwise;
        let quiet = i64::from(definitions.dormancy_days).saturating_mul(DAY);
        let share_counts = definitions.active_actions.actions().contains(&Action::Share);
        let instants = |at: usize, advocate: u32| match tables.get(at) {
            Some(Table::Instants(all)) => all.get(&advocate.into()).map_or(&[][..], Vec::as_slice),
            _ => &[],
        };
        for advocate in advocates(space) {
            let shares = instants(0, advocate);
            let mut actions: Vec<i64> = if share_counts { shares.to_vec() } else { Vec::new() };
            actions.extend(instants(1, advocate));
            actions.sort_unstable();
            for (at, slot) in space.slots.iter().enumerate() {
                let mut count = |instant: i64, add: fn(&mut Cycle)| {
                    if space.admits(advocate, instant) {
                        for cell in space.cells_of(advocate, instant) {
                            add(answers.by_cell.entry(cell + at as u64).or_insert(otherwise));
                        }
                    }
                };
                let by_end = &actions[..actions.partition_point(|&when| when < slot.end)];
                if let Some(&last) = by_end.last()
                    && last < slot.end.saturating_sub(quiet)
                    && in_population(space, definitions, Base::Joined, advocate, slot)
                {
                    count(population_instant(definitions, slot), |cycle| cycle.dormant += 1);
                }
                let from = by_end.partition_point(|&when| when < slot.start);
                let back = by_end.windows(2).skip(from.saturating_sub(1)).find(|pair| {
                    pair[1] >= slot.start && pair[1] - pair[0] > quiet
                });
                if let Some(pair) = back {
                    count(pair[1], |cycle| cycle.reactivated += 1);
                }
                if let Some(&first) = shares.first()
                    && (slot.start..slot.end).contains(&first)
                {
                    count(first, |cycle| cycle.new_sharers += 1);
                }
            }
        }
        Ok(answers)
    }
}

/// The steps of a series within each slot: whole, and over by `as_of`.
fn steps(space: &Space<'_>, grain: SeriesGrain) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let now = space.now();
    for (at, slot) in space.slots.iter().enumerate() {
        let mut push = |start: i64, end: i64| {
            if end <= now {
                steps.push(Step { start, end, slot: at });
            }
        };
        let whole = |grain: Grain| -> Result<Vec<Bucket>> {
            let buckets = slot.period.buckets(grain, space.week_start)?;
            Ok(buckets.into_iter().filter(|bucket| !bucket.clipped).collect())
        };
        let buckets = match grain {
            SeriesGrain::Day => whole(Grain::Day)?,
            SeriesGrain::Week => whole(Grain::Week)?,
            SeriesGrain::Month => whole(Grain::Month)?,
            SeriesGrain::Rolling30Days => {
                for window in slot.period.trailing(30)? {
                    push(window.start().micros(), window.end().micros());
                }
                Vec::new()
            }
        };
        for bucket in buckets {
            push(bucket.period.start().micros(), bucket.period.end().micros());
        }
    }
    Ok(steps)
}

/// One step of a series.
#[derive(Clone, Copy, Debug)]
struct Step {
    start: i64,
    end: i64,
    slot: usize,
}

/// Disjoint spans that the steps are unions of.
fn atoms(steps: &[Step]) -> Vec<(i64, i64)> {
    let mut edges: Vec<i64> = steps.iter().flat_map(|step| [step.start, step.end]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|&(start, _)| steps.iter().any(|step| step.start <= start && start < step.end))
        .collect()
}

/// The sharers of every step of a series, within each step's own population.
#[derive(Debug)]
pub(crate) struct SeriesSharers;

impl Question for SeriesSharers {
    type Answer = Overlapped;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = space.mask_of(Source::Shares);
        let spans = atoms(&steps(space, definitions.active_participation_grain)?);
        Ok(set_specs(space, definitions, Who::Sharers, &mask, &spans))
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Overlapped>> {
        let mask = space.mask_of(Source::Shares);
        let steps = steps(space, definitions.active_participation_grain)?;
        let spans = atoms(&steps);
        let mut in_step: BTreeSet<(u64, usize, u32)> = BTreeSet::new();
        for (cell, span, advocate) in
            set_members(space, definitions, Who::Sharers, &mask, &spans, tables)
        {
            let start = spans[span as usize].0;
            // Steps are in order of their ends; those that hold this span.
            let from = steps.partition_point(|step| step.end <= start);
            for (at, step) in steps.iter().enumerate().skip(from) {
                if step.start <= start {
                    in_step.insert((cell, at, advocate));
                } else if definitions.active_participation_grain != SeriesGrain::Rolling30Days {
                    break;
                }
            }
        }
        let base = definitions.active_participation_denominator;
        let mut answers: Answers<Overlapped> = Answers::new(mask);
        answers.otherwise.known = true;
        let slots = space.slots.len() as u64;
        for (cell, at, advocate) in in_step {
            let step = steps[at];
            let whole = cell * slots;
            let inside = belongs(space, base, advocate, step.end)
                && is_in_part(space, advocate, step.end - 1, whole);
            let entry = answers.by_cell.entry(whole + step.slot as u64).or_default();
            entry.known = true;
            if inside { entry.inside += 1 } else { entry.outside += 1 }
        }
        Ok(answers)
    }
}

/// The population of every step of a series.
#[derive(Debug)]
pub(crate) struct SeriesMembers;

/// Members summed over steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) members: u64,
    pub(crate) steps: u64,
    pub(crate) known: bool,
}

impl Question for SeriesMembers {
    type Answer = Series;

    fn specs(&self, _: &Space<'_>, _: &Definitions) -> Result<Vec<Spec>> {
        Ok(Vec::new())
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        _: &[&Table],
    ) -> Result<Answers<Series>> {
        let mut answers: Answers<Series> = Answers::new(space.people_mask());
        let base = definitions.active_participation_denominator;
        let known = is_stated(space, base);
        answers.otherwise.known = known;
        for step in steps(space, definitions.active_participation_grain)? {
            let mut seen = BTreeSet::new();
            for advocate in advocates(space) {
                if belongs(space, base, advocate, step.end) && space.admits(advocate, step.end - 1) {
                    for cell in space.cells_of(advocate, step.end - 1) {
                        let cell = cell + step.slot as u64;
                        let entry = answers.by_cell.entry(cell).or_default();
                        entry.known = known;
                        entry.members += 1;
                        entry.steps += u64::from(seen.insert(cell));
                    }
                }
            }
        }
        Ok(answers)
    }
}

/// Actives of a month, and of its complete weeks or days.
#[derive(Debug)]
pub(crate) struct Stickiness;

/// Sums over the complete months of a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Stuck {
    /// Σ over months of the mean actives of a step.
    pub(crate) mean_actives: f64,
    /// Σ over months of their actives.
    pub(crate) monthly: u64,
}

/// Complete months of every slot, each with its complete steps.
fn months(space: &Space<'_>, grain: StickinessGrain) -> Result<Vec<(Step, Vec<Step>)>> {
    let now = space.now();
    let mut months = Vec::new();
    for (at, slot) in space.slots.iter().enumerate() {
        for month in slot.period.buckets(Grain::Month, space.week_start)? {
            if month.clipped || month.period.end().micros() > now {
                continue;
            }
            let grain = match grain {
                StickinessGrain::Week => Grain::Week,
                StickinessGrain::Day => Grain::Day,
            };
            let step = |bucket: &Bucket| Step {
                start: bucket.period.start().micros(),
                end: bucket.period.end().micros(),
                slot: at,
            };
            let steps = month.period.buckets(grain, space.week_start)?;
            let steps = steps.iter().filter(|bucket| !bucket.clipped).map(step).collect();
            months.push((step(&month), steps));
        }
    }
    Ok(months)
}

impl Stickiness {
    fn spans(months: &[(Step, Vec<Step>)]) -> (Vec<(i64, i64)>, Vec<(i64, i64)>) {
        let span = |step: &Step| (step.start, step.end);
        let steps = months.iter().flat_map(|(_, steps)| steps).map(span).collect();
        (months.iter().map(|(month, _)| span(month)).collect(), steps)
    }
}

impl Question for Stickiness {
    type Answer = Stuck;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = set_mask(space, definitions, Who::Active);
        let (months, steps) = Self::spans(&months(space, definitions.stickiness_grain)?);
        let mut specs = set_specs(space, definitions, Who::Active, &mask, &months);
        specs.extend(set_specs(space, definitions, Who::Active, &mask, &steps));
        Ok(specs)
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Stuck>> {
        let mask = set_mask(space, definitions, Who::Active);
        let months = months(space, definitions.stickiness_grain)?;
        let (month_spans, step_spans) = Self::spans(&months);
        let (monthly, stepwise) = tables.split_at(tables.len() / 2);
        let slots = space.slots.len() as u64;
        let mut answers: Answers<Stuck> = Answers::new(mask.clone());
        for (cell, span, _) in
            set_members(space, definitions, Who::Active, &mask, &month_spans, monthly)
        {
            let slot = months[span as usize].0.slot as u64;
            answers.by_cell.entry(cell * slots + slot).or_default().monthly += 1;
        }
        // Actives by cell and month, so that months are averaged in order.
        let mut actives: BTreeMap<(u64, usize), u64> = BTreeMap::new();
        for (cell, span, _) in
            set_members(space, definitions, Who::Active, &mask, &step_spans, stepwise)
        {
            let month = span_of(&month_spans, step_spans[span as usize].0) as usize;
            *actives.entry((cell, month)).or_default() += 1;
        }
        for ((cell, month), count) in actives {
            let (step, steps) = &months[month];
            let entry = answers.by_cell.entry(cell * slots + step.slot as u64).or_default();
            entry.mean_actives += crate::math::float(count) / crate::math::float(steps.len() as u64);
        }
        Ok(answers)
    }
}

/// Members by cohort, and which of them were active in which bucket.
pub(crate) struct Cohorts {
    pub(crate) buckets: Vec<Bucket>,
    /// By cohort: its members and when each began.
    pub(crate) members: Vec<Vec<(u32, i64)>>,
    /// (bucket, advocate) of those active.
    active: FxHashSet<(u32, u32)>,
    /// Buckets that are over by `as_of`.
    pub(crate) complete: usize,
    kind: RetentionKind,
}

impl Cohorts {
    fn buckets(space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Bucket>> {
        let (grain, week_start) = (definitions.retention_grain, space.week_start);
        match definitions.retention_cohort {
            CohortBasis::Joined => {
                cohort_buckets(space.program, &space.period, space.as_of, grain, week_start)
            }
            CohortBasis::FirstShare => {
                // From the first stay where stated, so that batches of shares
                // under the same advocates count in the same buckets.
                let at = &space.program.shares.at;
                let share = (0..space.program.shares.rows).map(|row| at.micros(row)).min();
                let stay = advocates(space)
                    .flat_map(|who| space.program.people.stays(who).iter().map(|stay| stay.first()))
                    .filter(|&first| first != NEVER)
                    .min();
                let first = share.into_iter().chain(stay).min();
                let first = first.filter(|&first| first <= space.as_of.micros());
                whole_buckets(first, &space.period, space.as_of, grain, week_start)
            }
        }
    }

    fn spans(buckets: &[Bucket]) -> Vec<(i64, i64)> {
        let span = |bucket: &Bucket| (bucket.period.start().micros(), bucket.period.end().micros());
        buckets.iter().map(span).collect()
    }

    pub(crate) fn specs(space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let spans = Self::spans(&Self::buckets(space, definitions)?);
        let none = no_axes(space);
        let mut specs = vec![first_and_last(space, definitions, &none)];
        specs.extend(set_specs(space, definitions, Who::Active, &none, &spans));
        Ok(specs)
    }

    pub(crate) fn build(
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Self> {
        let buckets = Self::buckets(space, definitions)?;
        let spans = Self::spans(&buckets);
        let none = no_axes(space);
        let mut members = vec![Vec::new(); buckets.len()];
        let now = space.now();
        for advocate in advocates(space) {
            let began = match definitions.retention_cohort {
                CohortBasis::Joined => clock_start(space, Clock::Joined, advocate, now),
                CohortBasis::FirstShare => {
                    tables.first().and_then(|table| table.edges(advocate.into())).map(|edges| edges.0)
                }
            };
            if let Some(began) = began
                && space.admits(advocate, began)
                && let Some(cohort) = members.get_mut(span_of(&spans, began) as usize)
            {
                cohort.push((advocate, began));
            }
        }
        let active = set_members(
            space,
            definitions,
            Who::Active,
            &none,
            &spans,
            tables.get(1..).unwrap_or_default(),
        );
        let complete = spans.iter().take_while(|span| span.1 <= now).count();
        Ok(Self {
            buckets,
            members,
            active: active.into_iter().map(|(_, bucket, advocate)| (bucket, advocate)).collect(),
            complete,
            kind: definitions.retention_kind,
        })
    }

    /// Whether a member of a bucket counts as retained.
    pub(crate) fn is_retained(&self, advocate: u32, bucket: usize) -> bool {
        let last = match self.kind {
            RetentionKind::Classic => bucket + 1,
            RetentionKind::Rolling => self.complete,
        };
        (bucket..last).any(|bucket| self.active.contains(&(to_u32(bucket), advocate)))
    }
}

/// Members observed at the stated age within each slot, and those retained.
#[derive(Debug)]
pub(crate) struct Retention;

impl Question for Retention {
    /// (retained, members).
    type Answer = (u64, u64);

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        Cohorts::specs(space, definitions)
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<(u64, u64)>> {
        let cohorts = Cohorts::build(space, definitions, tables)?;
        let mut answers: Answers<(u64, u64)> = Answers::new(space.people_mask());
        let age = definitions.retention_age as usize;
        for (cohort, members) in cohorts.members.iter().enumerate() {
            let Some(observed) = cohort.checked_add(age).filter(|&at| at < cohorts.complete) else {
                continue;
            };
            let bucket = &cohorts.buckets[observed].period;
            let slot = space.slots.iter().position(|slot| {
                slot.start <= bucket.start().micros() && bucket.end() <= slot.period.end()
            });
            let Some(slot) = slot else { continue };
            for &(advocate, began) in members {
                for cell in space.cells_of(advocate, began) {
                    let entry = answers.by_cell.entry(cell + slot as u64).or_default();
                    entry.0 += u64::from(cohorts.is_retained(advocate, observed));
                    entry.1 += 1;
                }
            }
        }
        Ok(answers)
    }
}
