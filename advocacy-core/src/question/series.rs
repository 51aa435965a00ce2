//! People step by step: active participation and stickiness.

use std::collections::BTreeMap;

use crate::calendar::{Bucket, Grain};
use crate::definitions::{Base, Definitions, SeriesGrain, StickinessGrain};
use crate::error::Result;
use crate::math::float;
use crate::tally::keys::span_of;
use crate::tally::sets::Members;
use crate::tally::spec::{Source, Spec};
use crate::tally::table::Table;

use super::members::{Overlapped, Who, each_set, set_mask, set_specs};
use super::population::{is_stated, stated_parts};
use super::presence::{Placing, present};
use super::sheet::{Answers, Question};
use super::space::Space;

/// A span of time in microseconds.
type Span = (i64, i64);

/// The steps of a series within each slot: whole, and over by `as_of`.
fn steps(space: &Space<'_>, grain: SeriesGrain) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let now = space.now();
    for (at, slot) in space.slots.iter().enumerate() {
        let mut push = |start: i64, end: i64| {
            if end <= now {
                steps.push(Step {
                    start,
                    end,
                    slot: at,
                });
            }
        };
        let whole = |grain: Grain| -> Result<Vec<Bucket>> {
            let buckets = slot.period.buckets(grain, space.week_start)?;
            Ok(buckets
                .into_iter()
                .filter(|bucket| !bucket.clipped)
                .collect())
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
    let mut edges: Vec<i64> = steps
        .iter()
        .flat_map(|step| [step.start, step.end])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|&(start, _)| {
            steps
                .iter()
                .any(|step| step.start <= start && start < step.end)
        })
        .collect()
}

/// The sharers of every step of a series, within each step's own population.
#[derive(Clone, Debug, PartialEq)]
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
        let base = definitions.active_participation_denominator;
        let ends: Vec<i64> = steps.iter().map(|step| step.end).collect();
        let present = present(space, base, &ends).into_iter().zip(ends);
        let present: Vec<_> = present.map(|(present, end)| [(end - 1, present)]).collect();
        let placing = Placing::new(space);
        let mut answers: Answers<Overlapped> = Answers::new(mask.clone());
        answers.otherwise = Overlapped::of(true);
        let slots = space.slots.len() as u64;
        let mut count = |cell: u64, sharers: &mut BTreeMap<usize, Vec<u64>>| {
            for (at, bits) in std::mem::take(sharers) {
                let (whole, people) = (cell * slots, Members::Bits(&bits));
                let (inside, outside) = placing.divide(people, whole, &present[at]);
                let entry = answers.by_cell.entry(whole + steps[at].slot as u64);
                let entry = entry.or_insert(Overlapped::of(true));
                entry.add_all(true, inside);
                entry.add_all(false, outside);
            }
        };
        // The sharers of each step of one cell after the other.
        let (mut now, mut sharers) = (0, BTreeMap::new());
        let words = space.program.people.len().div_ceil(64);
        let set = (Who::Sharers, &mask, &spans[..]);
        each_set(space, definitions, set, tables, |cell, span, people| {
            if cell != now {
                count(now, &mut sharers);
                now = cell;
            }
            let start = spans[span as usize].0;
            // Steps are in order of their ends; those that hold this span.
            let from = steps.partition_point(|step| step.end <= start);
            for (at, step) in steps.iter().enumerate().skip(from) {
                if step.start <= start {
                    people.add_to(sharers.entry(at).or_insert_with(|| vec![0; words]));
                } else if definitions.active_participation_grain != SeriesGrain::Rolling30Days {
                    break;
                }
            }
        });
        count(now, &mut sharers);
        Ok(answers)
    }
}

/// The population of every step of a series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeriesMembers;

/// Members summed over steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) members: u64,
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
        let steps = steps(space, definitions.active_participation_grain)?;
        if base == Base::Employees && !space.program.headcount.is_empty() {
            let mask = answers.mask.clone();
            for (codes, part) in stated_parts(space) {
                for step in &steps {
                    let stated = space.program.headcount.at(part, step.end - 1);
                    let cell = space.cell(&codes, step.slot, &mask);
                    let entry = answers.by_cell.entry(cell).or_insert(Series {
                        known: true,
                        ..Series::default()
                    });
                    entry.known &= stated.is_some();
                    entry.members = entry.members.saturating_add(stated.unwrap_or(0));
                }
            }
            return Ok(answers);
        }
        answers.otherwise.known = known;
        let ends: Vec<i64> = steps.iter().map(|step| step.end).collect();
        let placing = Placing::new(space);
        for (step, present) in steps.iter().zip(present(space, base, &ends)) {
            placing.count(present.iter().copied(), step.end - 1, |cell, people| {
                let entry = answers.by_cell.entry(cell + step.slot as u64).or_default();
                entry.known = known;
                entry.members += people;
            });
        }
        Ok(answers)
    }
}

/// How many steps a series has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeriesSteps;

impl Question for SeriesSteps {
    type Answer = u64;

    fn specs(&self, _: &Space<'_>, _: &Definitions) -> Result<Vec<Spec>> {
        Ok(Vec::new())
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        _: &[&Table],
    ) -> Result<Answers<u64>> {
        // The calendar's, and so the same for everybody.
        let mut answers: Answers<u64> = Answers::new(space.undivided());
        for step in steps(space, definitions.active_participation_grain)? {
            *answers.by_cell.entry(step.slot as u64).or_default() += 1;
        }
        answers.divides = false;
        Ok(answers)
    }
}

/// Actives of a month, and of its complete weeks or days.
#[derive(Clone, Debug, PartialEq)]
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
            let steps = steps
                .iter()
                .filter(|bucket| !bucket.clipped)
                .map(step)
                .collect();
            months.push((step(&month), steps));
        }
    }
    Ok(months)
}

impl Stickiness {
    fn spans(months: &[(Step, Vec<Step>)]) -> (Vec<Span>, Vec<Span>) {
        let span = |step: &Step| (step.start, step.end);
        let steps = months
            .iter()
            .flat_map(|(_, steps)| steps)
            .map(span)
            .collect();
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
        let set = (Who::Active, &mask, &month_spans[..]);
        each_set(space, definitions, set, monthly, |cell, span, people| {
            let slot = months[span as usize].0.slot as u64;
            let entry = answers.by_cell.entry(cell * slots + slot).or_default();
            entry.monthly += people.len();
        });
        // Actives by cell and month, so that months are averaged in order.
        let mut actives: BTreeMap<(u64, usize), u64> = BTreeMap::new();
        let set = (Who::Active, &mask, &step_spans[..]);
        each_set(space, definitions, set, stepwise, |cell, span, people| {
            let month = span_of(&month_spans, step_spans[span as usize].0) as usize;
            *actives.entry((cell, month)).or_default() += people.len();
        });
        for ((cell, month), count) in actives {
            let (step, steps) = &months[month];
            let entry = answers
                .by_cell
                .entry(cell * slots + step.slot as u64)
                .or_default();
            entry.mean_actives += float(count) / float(steps.len() as u64);
        }
        Ok(answers)
    }
}
