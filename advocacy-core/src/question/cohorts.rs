//! Cohorts, and who of them stayed.

use rustc_hash::FxHashSet;

use crate::calendar::Bucket;
use crate::definitions::{Clock, CohortBasis, Definitions, RetentionKind};
use crate::error::Result;
use crate::model::index::to_u32;
use crate::model::people::NEVER;
use crate::tally::keys::span_of;
use crate::tally::spec::Spec;
use crate::tally::table::Table;

use super::members::{Who, first_and_last, set_members, set_specs};
use super::population::advocates;
use super::sheet::{Answers, Question};
use super::space::{Space, cohort_buckets, is_of_people, whole_buckets};
use super::tenure::clock_start;
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
                let share = (0..space.program.shares.rows)
                    .map(|row| at.micros(row))
                    .min();
                let stay = advocates(space)
                    .flat_map(|who| {
                        space
                            .program
                            .people
                            .stays(who)
                            .iter()
                            .map(|stay| stay.first())
                    })
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
        let none = space.undivided();
        let mut specs = vec![first_and_last(space, definitions, &none)];
        specs.extend(set_specs(space, definitions, Who::Active, &none, &spans));
        // Members are chosen once, as they began; what they do later counts
        // whatever they have become.
        for spec in &mut specs {
            let filter = &mut spec.scope.filter;
            filter.retain(|condition| !is_of_people(&condition.key));
        }
        Ok(specs)
    }

    pub(crate) fn build(
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Self> {
        let buckets = Self::buckets(space, definitions)?;
        let spans = Self::spans(&buckets);
        let none = space.undivided();
        let mut members = vec![Vec::new(); buckets.len()];
        let now = space.now();
        for advocate in advocates(space) {
            let began = match definitions.retention_cohort {
                CohortBasis::Joined => clock_start(space, Clock::Joined, advocate, now),
                CohortBasis::FirstShare => tables
                    .first()
                    .and_then(|table| table.edges(advocate.into()))
                    .map(|edges| edges.0),
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
            active: active
                .into_iter()
                .map(|(_, bucket, advocate)| (bucket, advocate))
                .collect(),
            complete,
            kind: definitions.retention_kind,
        })
    }

    /// Whether a member of a bucket counts as retained.
    pub(crate) fn is_retained(&self, advocate: u32, bucket: usize) -> bool {
        let last = match self.kind {
            RetentionKind::Classic => bucket + 1,
            RetentionKind::Rolling => self.buckets.len(),
        };
        (bucket..last).any(|bucket| self.active.contains(&(to_u32(bucket), advocate)))
    }
}

/// Members observed at the stated age within each slot, and those retained.
#[derive(Clone, Debug, PartialEq)]
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
