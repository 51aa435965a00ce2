//! From joining on: activation, the first share, going quiet and coming back.

use crate::definitions::{Base, Clock, Definitions};
use crate::error::Result;
use crate::model::kinds::Action;
use crate::model::people::{ALWAYS, NEVER};
use crate::tally::spec::{Source, Spec, What};
use crate::tally::table::Table;

use super::amounts::history;
use super::members::first_share;
use super::population::{advocates, is_stated, population_cells};
use super::sheet::{Answers, Question};
use super::space::Space;

/// Microseconds in a day of 24 hours.
pub(crate) const DAY: i64 = 86_400_000_000;

/// When an advocate's clock starts, if it does by `end`.
pub(super) fn clock_start(space: &Space<'_>, clock: Clock, advocate: u32, end: i64) -> Option<i64> {
    let stays = space.program.people.stays(advocate);
    let first = match clock {
        Clock::Joined => stays.iter().map(|stay| stay.joined).min(),
        Clock::Invited => stays.iter().map(|stay| stay.first()).min(),
        Clock::Connected => {
            let accounts = &space.program.accounts;
            let connected = accounts
                .of(advocate)
                .iter()
                .map(|&account| accounts.connected[account as usize])
                .min();
            let joined = stays.iter().map(|stay| stay.joined).min();
            // Connected from before the data begins: from joining on.
            connected.map(|at| {
                if at == ALWAYS {
                    joined.unwrap_or(NEVER)
                } else {
                    at
                }
            })
        }
    };
    first.filter(|&at| at != NEVER && at != ALWAYS && at < end)
}

/// Members whose clock has run long enough, and how many shared in time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Activation;

/// The parts of the activation rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "activated is what they are")]
pub(crate) struct Activated {
    pub(crate) activated: u64,
    pub(crate) eligible: u64,
    pub(crate) too_young: u64,
    pub(crate) known: bool,
}

impl Question for Activation {
    type Answer = Activated;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        Ok(vec![first_share(space, definitions, &space.undivided())])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Activated>> {
        let mut answers: Answers<Activated> = Answers::new(space.people_mask());
        let base = Base::Joined;
        answers.otherwise.known = is_stated(space, base);
        let otherwise = answers.otherwise;
        let needed = i64::from(definitions.activation_days).saturating_mul(DAY);
        for (at, slot) in space.slots.iter().enumerate() {
            for advocate in advocates(space) {
                let Some(from) =
                    clock_start(space, definitions.activation_clock, advocate, slot.end)
                else {
                    continue;
                };
                let due = from.saturating_add(needed);
                let first = tables
                    .first()
                    .and_then(|table| table.first(advocate.into()));
                for cell in population_cells(space, definitions, base, advocate, slot) {
                    let entry = answers.by_cell.entry(cell + at as u64).or_insert(otherwise);
                    if due >= slot.end {
                        entry.too_young += 1;
                        continue;
                    }
                    entry.eligible += 1;
                    if first.is_some_and(|first| first <= due) {
                        entry.activated += 1;
                    }
                }
            }
        }
        Ok(answers)
    }
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
#[derive(Clone, Debug, PartialEq)]
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
        Ok(vec![first_share(space, definitions, &space.undivided())])
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
            let mut undivided = Vec::new();
            for advocate in advocates(space) {
                let Some(from) =
                    clock_start(space, definitions.first_share_clock, advocate, slot.end)
                else {
                    continue;
                };
                if !space.admits(advocate, from) {
                    continue;
                }
                let first = tables
                    .first()
                    .and_then(|table| table.first(advocate.into()));
                let left = space
                    .program
                    .people
                    .stays(advocate)
                    .iter()
                    .map(|stay| stay.left)
                    .max();
                let seen_until = left.unwrap_or(NEVER).min(slot.end.saturating_sub(1));
                let wait = match first {
                    Some(first) if first < slot.end => ((first - from).max(0), true),
                    _ => ((seen_until - from).max(0), false),
                };
                if space.axes.is_empty() {
                    undivided.push(wait);
                    continue;
                }
                for cell in space.cells_of(advocate, from) {
                    let entry = answers.by_cell.entry(cell + at as u64).or_default();
                    entry.known = known;
                    entry.waits.push(wait);
                }
            }
            if !undivided.is_empty() {
                let waits = Waits {
                    waits: undivided,
                    known,
                };
                answers.by_cell.insert(at as u64, waits);
            }
        }
        for waits in answers.by_cell.values_mut() {
            // As one number each, for waits are not negative.
            let order = |&(wait, shared): &(i64, bool)| wait << 1 | i64::from(shared);
            waits.waits.sort_unstable_by_key(order);
        }
        Ok(answers)
    }
}

/// Who went quiet, who came back, who is new.
#[derive(Clone, Debug, PartialEq)]
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
    fn sources(definitions: &Definitions) -> Vec<(Source, Vec<Action>)> {
        let actions = definitions.active_actions.actions();
        let others: Vec<Action> = actions
            .iter()
            .copied()
            .filter(|&action| action != Action::Share)
            .collect();
        let mut sources = vec![(Source::Shares, Vec::new())];
        if !others.is_empty() {
            sources.push((Source::Activities, others));
        }
        sources
    }
}

impl Question for Lifecycle {
    type Answer = Cycle;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        Ok(Self::sources(definitions)
            .into_iter()
            .map(|(source, actions)| {
                let mut scope = history(space, definitions, source);
                scope.actions = actions;
                Spec {
                    scope,
                    keys: Vec::new(),
                    what: What::Instants,
                }
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
        let share_counts = definitions
            .active_actions
            .actions()
            .contains(&Action::Share);
        let instants = |at: usize, advocate: u32| match tables.get(at) {
            Some(Table::Instants(all)) => all.get(&advocate.into()).map_or(&[][..], Vec::as_slice),
            _ => &[],
        };
        for advocate in advocates(space) {
            let shares = instants(0, advocate);
            let mut actions: Vec<i64> = if share_counts {
                shares.to_vec()
            } else {
                Vec::new()
            };
            actions.extend(instants(1, advocate));
            actions.sort_unstable();
            for (at, slot) in space.slots.iter().enumerate() {
                let by_end = &actions[..actions.partition_point(|&when| when < slot.end)];
                if let Some(&last) = by_end.last()
                    && last < slot.end.saturating_sub(quiet)
                {
                    for cell in population_cells(space, definitions, Base::Joined, advocate, slot) {
                        let entry = answers.by_cell.entry(cell + at as u64);
                        entry.or_insert(otherwise).dormant += 1;
                    }
                }
                let mut count = |instant: i64, add: fn(&mut Cycle)| {
                    if space.admits(advocate, instant) {
                        for cell in space.cells_of(advocate, instant) {
                            add(answers.by_cell.entry(cell + at as u64).or_insert(otherwise));
                        }
                    }
                };
                let from = by_end.partition_point(|&when| when < slot.start);
                let back = by_end
                    .windows(2)
                    .skip(from.saturating_sub(1))
                    .find(|pair| pair[1] >= slot.start && pair[1] - pair[0] > quiet);
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
