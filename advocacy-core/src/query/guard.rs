//! A memory of what was asked, against subtracting one answer from another.

use std::collections::BTreeMap;

use crate::catalog::Metric;
use crate::error::Result;
use crate::measure::State;
use crate::model::program::Program;
use crate::privacy::{PrivacyPolicy, Subject};
use crate::question::crowd::{self, Crowd};
use crate::question::space::Space;
use crate::report::{Report, ReportOptions, ReportPlan};
use crate::table::{KeyValue, Row, Table};

use super::Query;
use super::plan::Plan;
use super::protect::{Aspect, Kind, refused};

/// Remembers whom the answered requests were about, and refuses one that would
/// tell by subtraction what no answer shows.
///
/// A table's totals and rows are each about somebody. A request is refused when
/// what one of its rows or totals is about differs from what an earlier one
/// was about by fewer people than the threshold (but by some), or is nearly
/// what an earlier answer hid. Both filters and periods are held to it: two
/// periods differ by the people with something in one of them only.
///
/// Differences of three answers and more are not looked at. Without a guard
/// each request is judged by itself. A guard is for requests to one programme.
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
#[derive(Clone, Debug, Default)]
pub struct Guard {
    seen: Vec<Seen>,
}

/// What people are in a cell with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Without the people.
impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen")
            .field("part", &self.part)
            .field("shown", &self.shown)
            .finish_non_exhaustive()
    }
}

impl Seen {
    fn is_same(&self, other: &Self) -> bool {
        self.part == other.part && self.shown == other.shown && self.crowd == other.crowd
    }

    /// Whether one of the two and the other, subtracted, tell of few people.
    fn is_too_close(&self, other: &Self, k: u64) -> bool {
        if self.part != other.part || !self.shown && !other.shown {
            return false;
        }
        let apart = crowd::differing(&self.crowd, &other.crowd, k);
        if self.shown && other.shown {
            return apart > 0 && apart < k;
        }
        // What is hidden for others' sake must not be shown by another name.
        let hidden = if self.shown { other } else { self };
        hidden.crowd.len() as u64 >= k && apart < k
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
        self.admit(seen, query.policy(None).as_ref())?;
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
        self.admit(seen, report.privacy.as_ref())?;
        Ok(report)
    }

    fn admit(&mut self, new: Vec<Seen>, policy: Option<&PrivacyPolicy>) -> Result<()> {
        if let Some(policy) = policy.filter(|policy| policy.differencing) {
            for seen in &new {
                let k = policy.threshold(seen.part.subject());
                if self
                    .seen
                    .iter()
                    .any(|known| seen.is_too_close(known, k.into()))
                {
                    return Err(refused(format!(
                        "beside an earlier answer this one would tell of fewer than {k} people"
                    )));
                }
            }
        }
        for seen in new {
            if !self.seen.iter().any(|known| known.is_same(&seen)) {
                self.seen.push(seen);
            }
        }
        Ok(())
    }
}

/// Whom every row and total of a table is about.
fn look(query: &Query<'_>, table: &Table, seen: &mut Vec<Seen>) -> Result<()> {
    let prepared = query.prepare(None)?;
    let plan = &prepared.plan;
    let rows: BTreeMap<Vec<_>, &Row> = table.rows.iter().map(|row| (places(row), row)).collect();
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
        for (_, part, crowd) in crowds(plan, &plan.whole, aspect) {
            note(&table.total, part, crowd);
        }
        if plan.dimensions.is_empty() {
            continue;
        }
        for (cell, part, crowd) in crowds(plan, &plan.space, aspect) {
            let key = plan.space.key_values(&plan.dimensions, cell);
            let key: Vec<_> = key.iter().map(KeyValue::place).collect();
            if let Some(row) = rows.get(&key) {
                note(row, part, crowd);
            }
        }
    }
    Ok(())
}

fn places(row: &Row) -> Vec<(u8, i64, String)> {
    row.key.iter().map(KeyValue::place).collect()
}

/// The people of every cell of a space, in one aspect.
fn crowds(plan: &Plan<'_>, space: &Space<'_>, aspect: Aspect) -> Vec<(u64, Part, Crowd)> {
    let found = match aspect {
        Aspect::Acts => crowd::acting(space),
        Aspect::Answers => crowd::answering(space),
        Aspect::Membership => plan
            .columns
            .first()
            .map(|column| crowd::belonging(space, &column.definitions))
            .unwrap_or_default(),
    };
    let part = |cell: u64| match aspect {
        Aspect::Acts => Part::Acts,
        Aspect::Answers => Part::Answers,
        Aspect::Membership => {
            let slot = space.slots.get(space.coordinates(cell).1);
            Part::Membership(slot.map_or(0, |slot| slot.end))
        }
    };
    let found = found.into_iter();
    found
        .map(|(cell, crowd)| (cell, part(cell), crowd))
        .collect()
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
        let crowd = |plan: &Plan<'_>| {
            let mut crowds = crowds(plan, &plan.whole, aspect);
            crowds.pop().map(|(_, part, crowd)| (part, crowd))
        };
        let (ours, theirs) = (crowd(plan), crowd(other));
        let Some((part, _)) = ours.as_ref().or(theirs.as_ref()) else {
            continue;
        };
        let k = policy.threshold(part.subject());
        let none = Crowd::new();
        let of = |found: &Option<(Part, Crowd)>| found.as_ref().map(|(_, crowd)| crowd.clone());
        let (a, b) = (of(&ours), of(&theirs));
        let (a, b) = (a.as_ref().unwrap_or(&none), b.as_ref().unwrap_or(&none));
        let apart = crowd::differing(a, b, k.into());
        if apart > 0 && apart < u64::from(k) {
            return Err(refused(format!(
                "the two sides of the comparison differ by fewer than {k} people"
            ))
            .in_field("compare"));
        }
    }
    Ok(())
}
