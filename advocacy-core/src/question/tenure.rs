//! From joining on: activation, the first share, going quiet and coming back.

use std::borrow::Cow;
use std::rc::Rc;

use crate::definitions::{Base, Clock, Definitions};
use crate::error::Result;
use crate::model::kinds::Action;
use crate::model::people::{ALWAYS, NEVER, Stay};
use crate::tally::runs::{Around, Run, settle, stretches};
use crate::tally::spec::{Source, Spec, What};
use crate::tally::table::Table;

use super::amounts::history;
use super::members::first_share;
use super::population::{advocates, is_stated};
use super::presence::{Placing, anyone, populations};
use super::sheet::{Answers, ByCell, Question};
use super::space::Space;

/// Microseconds in a day of 24 hours.
pub(crate) const DAY: i64 = 86_400_000_000;

/// When an advocate's clock starts, if it does by `end`.
#[inline]
pub(super) fn clock_start(space: &Space<'_>, clock: Clock, advocate: u32, end: i64) -> Option<i64> {
    let stays = space.program.people.stays(advocate);
    let earliest = |step: fn(&Stay) -> i64| match stays {
        // As mostly there is.
        [stay] => Some(step(stay)),
        stays => stays.iter().map(step).min(),
    };
    let first = match clock {
        Clock::Joined => earliest(|stay| stay.joined),
        Clock::Invited => earliest(|stay| stay.first()),
        Clock::Connected => connected(space, advocate, earliest(|stay| stay.joined)),
    };
    first.filter(|&at| at != NEVER && at != ALWAYS && at < end)
}

/// When an advocate's first account was connected; from before the data begins is
/// from joining on.
fn connected(space: &Space<'_>, advocate: u32, joined: Option<i64>) -> Option<i64> {
    let accounts = &space.program.accounts;
    let connected = accounts.of(advocate).iter();
    let connected = connected.map(|&account| accounts.connected[account as usize]);
    connected.min().map(|at| match at {
        ALWAYS => joined.unwrap_or(NEVER),
        at => at,
    })
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
        let (placing, first) = (Placing::new(space), Table::firsts(tables.first().copied()));
        let (mut counts, mut cells) = (ByCell::new(otherwise), Vec::new());
        let told = populations(space, definitions, base);
        for (at, (slot, present)) in space.slots.iter().zip(&told).enumerate() {
            for advocate in anyone(present) {
                let Some(from) =
                    clock_start(space, definitions.activation_clock, advocate, slot.end)
                else {
                    continue;
                };
                let due = from.saturating_add(needed);
                let first = first(advocate.into());
                for cell in placing.each_present(advocate, present, &mut cells) {
                    let entry = counts.at(cell + at as u64);
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
        answers.by_cell = counts.by_cell();
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

/// A wait in microseconds, doubled, and one more where it ended with a share: by
/// its length, and of two of one length that which was in vain first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wait(i64);

impl Wait {
    fn new(wait: i64, shared: bool) -> Self {
        Self(wait << 1 | i64::from(shared))
    }

    pub(crate) const fn micros(self) -> i64 {
        self.0 >> 1
    }

    pub(crate) const fn shared(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Those of one advocate after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waits {
    pub(crate) waits: Rc<Vec<Wait>>,
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
        let (people, clock) = (&space.program.people, definitions.first_share_clock);
        answers.otherwise.known = is_stated(space, clock_base(clock));
        let known = answers.otherwise.known;
        let (placing, first) = (Placing::new(space), Table::firsts(tables.first().copied()));
        let earliest = match clock {
            Clock::Joined => people.earliest.joined,
            Clock::Invited => people.earliest.first(),
            Clock::Connected => i64::MIN,
        };
        for (at, slot) in space.slots.iter().enumerate() {
            if earliest >= slot.end {
                // Nobody waited yet.
                continue;
            }
            let everybody = advocates(space);
            let mut undivided = Vec::with_capacity(if space.axes.is_empty() {
                everybody.len()
            } else {
                0
            });
            for advocate in everybody {
                let Some(from) = clock_start(space, clock, advocate, slot.end) else {
                    continue;
                };
                if !placing.admits(advocate, from) {
                    continue;
                }
                let first = first(advocate.into());
                let left = match people.stays(advocate) {
                    [stay] => stay.left,
                    stays => stays.iter().map(|stay| stay.left).max().unwrap_or(NEVER),
                };
                let seen_until = left.min(slot.end.saturating_sub(1));
                let wait = match first {
                    Some(first) if first < slot.end => Wait::new((first - from).max(0), true),
                    _ => Wait::new((seen_until - from).max(0), false),
                };
                if space.axes.is_empty() {
                    undivided.push(wait);
                    continue;
                }
                placing.each(advocate, from, |cell| {
                    let entry = answers.by_cell.entry(cell + at as u64).or_default();
                    entry.known = known;
                    Rc::make_mut(&mut entry.waits).push(wait);
                });
            }
            if !undivided.is_empty() {
                let waits = Waits {
                    waits: Rc::new(undivided),
                    known,
                };
                answers.by_cell.insert(at as u64, waits);
            }
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

/// How long a pause makes dormant, in microseconds.
fn quiet(definitions: &Definitions) -> i64 {
    i64::from(definitions.dormancy_days).saturating_mul(DAY)
}

/// The runs of advocates, where any may begin before an instant: of a period before
/// there were any, there is nothing to say.
fn runs<'t>(space: &Space<'_>, table: Option<&&'t Table>, end: i64) -> &'t [Run] {
    match table {
        Some(Table::Runs(runs)) if runs.may_begin_before(end) => {
            runs.of_cells_below(advocates(space).end.into())
        }
        _ => &[],
    }
}

/// Whose run it is, by advocate.
fn who(run: &Run) -> u32 {
    u32::try_from(run.0).unwrap_or(u32::MAX)
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
        let quiet = quiet(definitions);
        Ok(Self::sources(definitions)
            .into_iter()
            .map(|(source, actions)| {
                let mut scope = history(space, definitions, source);
                scope.actions = actions;
                Spec {
                    scope,
                    keys: Vec::new(),
                    what: What::Runs(quiet.unsigned_abs()),
                }
            })
            .collect())
    }

    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a branch for each run is guessed wrong too often"
    )]
    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Cycle>> {
        let mut answers: Answers<Cycle> = Answers::new(space.people_mask());
        answers.otherwise.members_known = is_stated(space, Base::Joined);
        let quiet = quiet(definitions);
        let share_counts = definitions
            .active_actions
            .actions()
            .contains(&Action::Share);
        let end = space.slots.iter().map(|slot| slot.end).max();
        let end = end.unwrap_or(NEVER);
        let shares = runs(space, tables.first(), end);
        // Runs, and whether they tell who is new and who pauses.
        let told_by = match tables.get(1) {
            None => vec![(Cow::Borrowed(shares), true, true)],
            others => {
                let counting = if share_counts { shares } else { &[] };
                let mut both = counting.to_vec();
                both.extend_from_slice(runs(space, others, end));
                settle(&mut both, quiet.unsigned_abs());
                let shares = Cow::Borrowed(shares);
                vec![(shares, true, false), (Cow::Owned(both), false, true)]
            }
        };
        let mut cycles = ByCell::new(answers.otherwise);
        let mut cells = Vec::new();
        let placing = Placing::new(space);
        let told = populations(space, definitions, Base::Joined);
        for (at, (slot, present)) in (0..).zip(space.slots.iter().zip(&told)) {
            let within = |run: &Run| (slot.start <= run.1) & (run.1 < slot.end);
            let is_new = |runs: Around<'_>| runs.is_first() & within(runs.this);
            // Between two runs lies a pause; who comes back twice is counted once.
            let is_back = |runs: Around<'_>| {
                let is_once = runs.is_second() | (runs.before.1 < slot.start);
                !runs.is_first() & within(runs.this) & is_once
            };
            let long_ago = slot.end.saturating_sub(quiet);
            let is_dormant = |runs: Around<'_>| {
                let is_over = (runs.this.1 < slot.end) & (runs.this.2 < long_ago);
                is_over & (runs.is_last() | (runs.after.1 >= slot.end))
            };
            for (runs, tell_new, tell_pauses) in &told_by {
                for some in stretches(runs) {
                    if *tell_new {
                        some.each(is_new, |run| {
                            let add = |cell| cycles.at(cell + at).new_sharers += 1;
                            placing.each(who(run), run.1, add);
                        });
                    }
                    if *tell_pauses {
                        some.each(is_back, |run| {
                            let add = |cell| cycles.at(cell + at).reactivated += 1;
                            placing.each(who(run), run.1, add);
                        });
                        some.each(is_dormant, |run| {
                            for cell in placing.each_present(who(run), present, &mut cells) {
                                cycles.at(cell + at).dormant += 1;
                            }
                        });
                    }
                }
            }
        }
        answers.by_cell = cycles.by_cell();
        Ok(answers)
    }
}
