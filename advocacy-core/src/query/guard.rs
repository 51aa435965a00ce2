//! A memory of what was asked, against subtracting one answer from another.

use std::collections::BTreeMap;

use crate::catalog::{Kind, Metric};
use crate::definitions::Base;
use crate::error::{Error, Result};
use crate::measure::State;
use crate::model::program::Program;
use crate::ordered::one_by_one;
use crate::privacy::span::Span;
use crate::privacy::{PrivacyPolicy, Subject};
use crate::question::crowd::{self, Crowd};
use crate::question::space::Space;
use crate::report::{Report, ReportOptions, ReportPlan};
use crate::table::{Row, Table, places};
use crate::tally::Counted;

use super::Query;
use super::plan::Plan;
use super::protect::{Aspect, refused};

/// Remembers whom the answered requests were about, and refuses one that would
/// tell by subtraction what no answer shows.
///
/// A table's totals and rows, and those of its baseline, are each about
/// somebody. A request is refused when
///
/// * one of them differs from one of an earlier answer by fewer people than the
///   threshold (but by some), or is nearly what an earlier answer hid;
/// * sums and differences of any of them and of any number of earlier ones
///   leave a group of fewer people than the threshold: A, B and their union
///   tell of those in both;
/// * they add up to what an answer hid.
///
/// Filters and periods are held to it alike: two periods differ by the people
/// with something in one of them only. People who agreed to be named are not
/// counted as a small group.
///
/// The arithmetic is exact for a group whose people every answer counts alike;
/// of a group made of several such, it finds what its elimination comes by. It
/// looks at who is counted, not at how often or with what weight; of answers to
/// surveys, at all questions alike. Retention tables are not looked at. A guard
/// with too much to compare refuses further requests. Without a guard each
/// request is judged by itself. A guard is for requests to one programme.
///
/// ```
/// # #[cfg(feature = "sample")] {
/// use advocacy_core::privacy::{Guard, PrivacyPolicy};
/// use advocacy_core::{Dimension, Filter, Metric, Program, sample};
///
/// let rows = sample::rows();
/// let program = Program::builder_from_rows(&rows).privacy(PrivacyPolicy::default()).build()?;
/// let shares = || program.measure([Metric::Shares]);
/// let mut guard = Guard::new();
/// guard.table(&shares())?;
///
/// // All but one person: the difference would be that person's.
/// let but_one = shares().only(Filter::new().except(Dimension::Advocate, ["a001"]));
/// assert_eq!(guard.table(&but_one).unwrap_err().code(), "protected");
/// # }
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Guard {
    seen: Vec<Seen>,
    /// What follows from all that was shown, of each part.
    spans: BTreeMap<Part, Span>,
}

/// Without the people.
impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}

/// What people are in a cell with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Acts,
    /// At the end of a slot, in microseconds: who joins in between is no
    /// difference between two requests but between two days.
    Membership(i64),
    Answers,
}

impl Part {
    fn subject(self) -> Subject {
        match self {
            Self::Acts | Self::Membership(_) => Subject::Activity,
            Self::Answers => Subject::Survey,
        }
    }
}

/// Whom one cell was about, and whether it was shown.
#[derive(Clone)]
struct Seen {
    part: Part,
    crowd: Crowd,
    shown: bool,
}

impl Seen {
    fn is_same(&self, other: &Self) -> bool {
        self.part == other.part && self.shown == other.shown && self.crowd == other.crowd
    }

    /// Whether one of the two and the other, subtracted, tell of few people.
    fn is_too_close(&self, other: &Self, k: usize, is_named: &impl Fn(&u64) -> bool) -> bool {
        if self.part != other.part || !self.shown && !other.shown {
            return false;
        }
        let apart = crowd::differing(&self.crowd, &other.crowd, k);
        if self.shown && other.shown {
            let named = self.part == Part::Acts && apart.iter().all(is_named);
            return !apart.is_empty() && apart.len() < k && !named;
        }
        // What is hidden for others' sake must not be shown by another name.
        let hidden = if self.shown { other } else { self };
        hidden.crowd.len() >= k && apart.len() < k
    }
}

impl Guard {
    /// A guard that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The query's table, remembered.
    ///
    /// # Errors
    /// `protected` when it must not stand beside an earlier answer; those of
    /// the query.
    pub fn table(&mut self, query: &Query<'_>) -> Result<Table> {
        let table = query.table()?;
        let mut seen = Vec::new();
        look(query, &table, &mut seen)?;
        self.admit(query.program, seen, query.policy(None).as_ref())?;
        Ok(table)
    }

    /// The programme's report, remembered.
    ///
    /// # Errors
    /// `protected` when it must not stand beside an earlier answer; those of
    /// the report.
    pub fn report<'p>(
        &mut self,
        program: &'p Program<'p>,
        options: &ReportOptions,
    ) -> Result<Report> {
        let report = program.report(options)?;
        let plan = ReportPlan::new(program, options, None)?;
        let mut seen = Vec::new();
        look(&plan.headline, &report.headline, &mut seen)?;
        for (id, query) in plan.queries() {
            if let Some(section) = report.sections.iter().find(|section| section.id == id) {
                look(query, &section.table, &mut seen)?;
            }
        }
        self.admit(program, seen, report.privacy.as_ref())?;
        Ok(report)
    }

    fn admit(
        &mut self,
        program: &Program<'_>,
        new: Vec<Seen>,
        policy: Option<&PrivacyPolicy>,
    ) -> Result<()> {
        let people = &program.people;
        let is_named = |&who: &u64| {
            let who = usize::try_from(who).unwrap_or(usize::MAX);
            people.consent.get(who) && !people.opt_out.get(who)
        };
        let k = |part: Part| {
            let policy = policy.cloned().unwrap_or_default();
            policy.threshold(part.subject())
        };
        let mut shown: BTreeMap<Part, Vec<&Crowd>> = BTreeMap::new();
        for seen in new.iter().filter(|seen| seen.shown) {
            shown.entry(seen.part).or_default().push(&seen.crowd);
        }
        let none = Span::default();
        let mut spans = self.spans.clone();
        for (part, shown) in shown {
            let few = k(part);
            let before = self.spans.get(&part).unwrap_or(&none);
            let own = Span::of(shown.into_iter(), few.into()).ok_or_else(too_much)?;
            let rows = before.rows().chain(own.rows());
            let span = Span::of(rows, few.into()).ok_or_else(too_much)?;
            if policy.is_some_and(|policy| policy.differencing) {
                // What one answer tells by itself is its policy's to decide.
                let follows = |row: &Crowd, from: &Span| from.rest(row).is_empty();
                let small = |row: &Crowd| {
                    let named = part == Part::Acts && row.keys().all(is_named);
                    let is_few = (row.len() as u64) < few.into();
                    is_few && !named && !follows(row, before) && !follows(row, &own)
                };
                let hidden = self.seen.iter().map(|seen| (seen, before));
                let mut hidden = hidden.chain(new.iter().map(|seen| (seen, &own)));
                let told = |(seen, alone): (&Seen, &Span)| {
                    seen.part == part
                        && !seen.shown
                        && !seen.crowd.is_empty()
                        && follows(&seen.crowd, &span)
                        && !follows(&seen.crowd, alone)
                };
                if span.of_few().any(small) || hidden.any(told) {
                    return Err(too_close(few));
                }
            }
            spans.insert(part, span);
        }
        if policy.is_some_and(|policy| policy.differencing) {
            for seen in &new {
                let few = usize::try_from(k(seen.part)).unwrap_or(usize::MAX);
                let mut known = self.seen.iter();
                if known.any(|known| seen.is_too_close(known, few, &is_named)) {
                    return Err(too_close(k(seen.part)));
                }
            }
        }
        self.spans = spans;
        for seen in new {
            if !self.seen.iter().any(|known| known.is_same(&seen)) {
                self.seen.push(seen);
            }
        }
        Ok(())
    }
}

#[cold]
fn too_much() -> Error {
    refused("the guard has too much to compare to vouch for more")
}

#[cold]
fn too_close(k: u32) -> Error {
    refused(format!(
        "beside earlier answers this one would tell of fewer than {k} people"
    ))
}

/// Whom every row and total of a table, and of its baseline, is about.
fn look(query: &Query<'_>, table: &Table, seen: &mut Vec<Seen>) -> Result<()> {
    let prepared = query.prepare(None)?;
    look_at(&prepared.plan, table, seen);
    if let Some((baseline, _)) = &prepared.baseline {
        let mut specs = baseline.specs()?;
        specs.sort_unstable();
        specs.dedup();
        let counted = Counted::new(query.program, specs, baseline.space.as_of, None)?;
        look_at(baseline, &baseline.table(&counted, None)?.0, seen);
    }
    Ok(())
}

fn look_at(plan: &Plan<'_>, table: &Table, seen: &mut Vec<Seen>) {
    let rows = table.rows.iter();
    let rows = rows.map(|row| (places(&row.key).collect(), row));
    let rows: BTreeMap<Vec<_>, &Row> = one_by_one(rows);
    for aspect in [Aspect::Acts, Aspect::Membership, Aspect::Answers] {
        let columns = plan.metrics().enumerate();
        let columns = columns.filter(|(_, metric)| Kind::of(*metric).tells_of(aspect));
        let columns: Vec<usize> = columns.map(|(at, _)| at).collect();
        if columns.is_empty() {
            continue;
        }
        let mut note = |row: &Row, part: Part, crowd: Crowd| {
            let hidden = |&at: &usize| row.measures[at].state() == State::Suppressed;
            let shown = !columns.iter().all(hidden);
            seen.push(Seen { part, crowd, shown });
        };
        for found in crowds(plan, &plan.whole, aspect) {
            note(&table.total, found.part, found.crowd);
        }
        if plan.dimensions.is_empty() {
            continue;
        }
        for found in crowds(plan, &plan.space, aspect) {
            let key = plan.space.key_values(&plan.dimensions, found.cell);
            let key: Vec<_> = places(&key).collect();
            if let Some(row) = rows.get(&key) {
                note(row, found.part, found.crowd);
            }
        }
    }
}

/// The people of one cell.
struct Found {
    cell: u64,
    part: Part,
    /// Of members: of what.
    base: Option<Base>,
    crowd: Crowd,
}

/// The people of every cell of a space, in one aspect.
fn crowds(plan: &Plan<'_>, space: &Space<'_>, aspect: Aspect) -> Vec<Found> {
    let by_cell = |found: BTreeMap<u64, Crowd>, part: Part| {
        let found = found.into_iter();
        let found = found.map(|(cell, crowd)| Found {
            cell,
            part,
            base: None,
            crowd,
        });
        found.collect()
    };
    match aspect {
        Aspect::Acts => by_cell(crowd::acting(space), Part::Acts),
        Aspect::Answers => by_cell(crowd::answering(space), Part::Answers),
        Aspect::Membership => {
            let Some(column) = plan.columns.first() else {
                return Vec::new();
            };
            let bases = plan.metrics().map(|metric| Kind::of(metric).bases());
            let bases = bases.max_by_key(|bases| bases.len()).unwrap_or_default();
            let end = |cell: u64| {
                let slot = space.slots.get(space.slot_of(cell));
                slot.map_or(0, |slot| slot.end)
            };
            let found = crowd::belonging(space, &column.definitions, bases).into_iter();
            let found = found.map(|((cell, base), crowd)| Found {
                cell,
                part: Part::Membership(end(cell)),
                base: Some(base),
                crowd,
            });
            found.collect()
        }
    }
}

/// An error where a query's answer and that to the same query under another
/// filter, set side by side, would tell of few people.
pub(super) fn check_side_by_side(
    plan: &Plan<'_>,
    other: &Plan<'_>,
    policy: &PrivacyPolicy,
) -> Result<()> {
    for aspect in [Aspect::Acts, Aspect::Membership, Aspect::Answers] {
        let tells = |metric: Metric| Kind::of(metric).tells_of(aspect);
        if !plan.metrics().any(tells) {
            continue;
        }
        let (ours, theirs) = (
            crowds(plan, &plan.whole, aspect),
            crowds(other, &other.whole, aspect),
        );
        let none = Crowd::new();
        let mut pairs: Vec<(Part, &Crowd, &Crowd)> = Vec::new();
        // Nobody on one side is a population as well.
        for (side, beside) in [(&ours, &theirs), (&theirs, &ours)] {
            for found in side {
                let same = beside.iter().find(|other| other.base == found.base);
                let other = same.map_or(&none, |other| &other.crowd);
                pairs.push((found.part, &found.crowd, other));
            }
        }
        for (part, a, b) in pairs {
            let k = policy.threshold(part.subject());
            let few = usize::try_from(k).unwrap_or(usize::MAX);
            let apart = crowd::differing(a, b, few).len();
            if apart > 0 && apart < few {
                return Err(refused(format!(
                    "the two sides of the comparison differ by fewer than {k} people"
                ))
                .in_field("compare"));
            }
        }
    }
    Ok(())
}
