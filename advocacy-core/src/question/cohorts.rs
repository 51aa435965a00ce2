//! Cohorts, and who of them stayed.

use std::borrow::Cow;
use std::sync::Arc;

use crate::calendar::Bucket;
use crate::definitions::{Clock, CohortBasis, Definitions, RetentionKind};
use crate::error::Result;
use crate::model::index::to_u32;
use crate::model::names::NONE;
use crate::tally::keys::Finder;
use crate::tally::sets::{Members, holds};
use crate::tally::spec::{Condition, Spec};
use crate::tally::table::Table;
use crate::threads::in_order;

use super::members::{Who, first_share, set_members, set_specs};
use super::population::advocates;
use super::presence::Placing;
use super::sheet::{Answers, ByCell, Question};
use super::space::{Slot, Space, cohort_buckets, is_of_people, whole_buckets};
use super::tenure::clock_start;

/// People by bucket that are counted sooner than other work leaves a thread to help.
const FEW: usize = 1 << 24;

/// By what, of which facts and people, and in which spans advocates began.
pub(super) type Beginning = (CohortBasis, Spec, Vec<Condition>, Vec<(i64, i64)>, i64);

/// Who began when.
pub(crate) struct Begun {
    /// By advocate: which cohort they are of, past the last if of none, and when
    /// they began.
    cohorts: Vec<u32>,
    instants: Vec<i64>,
    /// By cohort: how many members it has.
    pub(crate) sizes: Vec<u64>,
}

/// Members by cohort, and which of them were active in which bucket.
pub(crate) struct Cohorts<'t> {
    pub(crate) buckets: &'t [Bucket],
    pub(crate) begun: Arc<Begun>,
    /// By bucket: a bit per advocate who counts as retained in it.
    retained: Vec<Cow<'t, [u64]>>,
    /// Buckets that are over by `as_of`.
    pub(crate) complete: usize,
}

impl<'t> Cohorts<'t> {
    /// Those that members began in, up to now.
    pub(crate) fn buckets(space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Bucket>> {
        let (grain, week_start) = (definitions.retention_grain, space.week_start);
        match definitions.retention_cohort {
            CohortBasis::Joined => {
                cohort_buckets(space.program, &space.period, space.as_of, grain, week_start)
            }
            CohortBasis::FirstShare => {
                // From the first stay where stated, so that batches of shares
                // under the same advocates count in the same buckets.
                let share = space.program.shares.bounds().map(|(first, _)| first);
                let stay = space.program.people.earliest.first();
                let first = share.into_iter().chain([stay]).min();
                let first = first.filter(|&first| first <= space.as_of.micros());
                whole_buckets(first, &space.period, space.as_of, grain, week_start)
            }
        }
    }

    fn spans(buckets: &[Bucket]) -> Vec<(i64, i64)> {
        let span = |bucket: &Bucket| (bucket.period.start().micros(), bucket.period.end().micros());
        buckets.iter().map(span).collect()
    }

    pub(crate) fn specs(
        space: &Space<'_>,
        definitions: &Definitions,
        buckets: &[Bucket],
    ) -> Vec<Spec> {
        let spans = Self::spans(buckets);
        let none = space.undivided();
        let mut specs = vec![first_share(space, definitions, &none)];
        specs.extend(set_specs(space, definitions, Who::Active, &none, &spans));
        // Members are chosen once, as they began; what they do later counts
        // whatever they have become.
        for spec in &mut specs {
            let filter = &mut spec.scope.filter;
            filter.retain(|condition| !is_of_people(&condition.key));
        }
        specs
    }

    pub(crate) fn build(
        space: &Space<'_>,
        definitions: &Definitions,
        buckets: &'t [Bucket],
        tables: &[&'t Table],
    ) -> Self {
        let spans = Self::spans(buckets);
        let begun = begun(space, definitions, &spans, tables.first());
        let now = space.now();
        let complete = spans.iter().take_while(|span| span.1 <= now).count();
        let mut retained = active(
            space,
            definitions,
            &spans,
            tables.get(1..).unwrap_or_default(),
        );
        if definitions.retention_kind == RetentionKind::Rolling {
            // Whoever is active later has stayed.
            for bucket in (1..retained.len()).rev() {
                if let [before, after, ..] = &mut retained[bucket - 1..] {
                    let before = before.to_mut().iter_mut();
                    before.zip(&**after).for_each(|(a, b)| *a |= *b);
                }
            }
        }
        Self {
            buckets,
            begun,
            retained,
            complete,
        }
    }

    /// By bucket, then cohort: how many of its members count as retained.
    pub(crate) fn retained(&self) -> Result<Vec<Vec<u64>>> {
        let Begun { cohorts, sizes, .. } = &*self.begun;
        // Most are of few cohorts: they are counted 64 at a time.
        let words = cohorts.len().div_ceil(64);
        let is_large = |of: &u32| sizes[*of as usize] / 2 > words as u64;
        let large = (0..to_u32(sizes.len())).filter(is_large).map(|of| {
            let is_of = |other: &u32| u64::from(*other == of);
            let word = |some: &[u32]| (some.iter().rev()).fold(0, |word, of| word << 1 | is_of(of));
            (of, cohorts.chunks(64).map(word).collect())
        });
        let large: Vec<(u32, Vec<u64>)> = large.collect();
        let of_bucket = |bucket: usize| {
            let mut counts = vec![0; sizes.len()];
            let mut others = self.retained[bucket].to_vec();
            for (of, members) in &large {
                counts[*of as usize] = Members::Bits(members).within(&others);
                others.iter_mut().zip(members).for_each(|(a, b)| *a &= !b);
            }
            Members::Bits(&others).each(|who| {
                let cohort = cohorts.get(who as usize);
                if let Some(count) = cohort.and_then(|&of| counts.get_mut(of as usize)) {
                    *count += 1;
                }
            });
            Ok(counts)
        };
        let buckets = self.retained.len();
        if cohorts.len().saturating_mul(buckets) <= FEW {
            return (0..buckets).map(of_bucket).collect();
        }
        in_order(buckets, of_bucket)
    }
}

/// Who began when, found out once for all who ask.
fn begun(
    space: &Space<'_>,
    definitions: &Definitions,
    spans: &[(i64, i64)],
    firsts: Option<&&Table>,
) -> Arc<Begun> {
    let (basis, now) = (definitions.retention_cohort, space.now());
    let shares = first_share(space, definitions, &space.undivided());
    let asked = (basis, shares, space.filter.clone(), spans.to_vec(), now);
    space.presence.belonging.begun.get(asked, || {
        let people = space.program.people.len();
        let mut all = Begun {
            cohorts: vec![NONE; people],
            instants: vec![0; people],
            sizes: vec![0; spans.len()],
        };
        let (placing, finder) = (Placing::new(space), Finder::new(spans.to_vec()));
        let first = Table::firsts(firsts.copied());
        for advocate in advocates(space) {
            let began = match basis {
                CohortBasis::Joined => clock_start(space, Clock::Joined, advocate, now),
                CohortBasis::FirstShare => first(advocate.into()),
            };
            if let Some(began) = began
                && placing.admits(advocate, began)
                && let cohort = finder.find(began)
                && let Some(size) = all.sizes.get_mut(cohort as usize)
            {
                *size += 1;
                all.cohorts[advocate as usize] = cohort;
                all.instants[advocate as usize] = began;
            }
        }
        Arc::new(all)
    })
}

/// By span: a bit per active advocate.
fn active<'t>(
    space: &Space<'_>,
    definitions: &Definitions,
    spans: &[(i64, i64)],
    tables: &[&'t Table],
) -> Vec<Cow<'t, [u64]>> {
    let words = space.program.people.len().div_ceil(64);
    if let [Table::Distinct(sets)] = tables
        && sets.words(0).is_some()
    {
        // Undivided, so that its cells are the spans.
        let of_span = |span| Cow::Borrowed(sets.words(span).unwrap_or_default());
        return (0..spans.len() as u64).map(of_span).collect();
    }
    let mut active = vec![vec![0; words]; spans.len()];
    let none = space.undivided();
    for (_, span, advocate) in set_members(space, definitions, Who::Active, &none, spans, tables) {
        let words = active.get_mut(span as usize);
        if let Some(word) = words.and_then(|words| words.get_mut(advocate as usize / 64)) {
            *word |= 1 << (advocate % 64);
        }
    }
    active.into_iter().map(Cow::Owned).collect()
}

/// Members observed at the stated age within each slot, and those retained.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Retention;

impl Question for Retention {
    /// (retained, members).
    type Answer = (u64, u64);

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let buckets = Cohorts::buckets(space, definitions)?;
        Ok(Cohorts::specs(space, definitions, &buckets))
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<(u64, u64)>> {
        let buckets = Cohorts::buckets(space, definitions)?;
        let cohorts = Cohorts::build(space, definitions, &buckets, tables);
        let mut answers: Answers<(u64, u64)> = Answers::new(space.people_mask());
        let placing = Placing::new(space);
        let age = definitions.retention_age as usize;
        let slot_of = |cohort: usize| {
            let observed = cohort.checked_add(age);
            let observed = observed.filter(|&at| at < cohorts.complete)?;
            let bucket = &cohorts.buckets[observed].period;
            let within = |slot: &Slot| {
                slot.start <= bucket.start().micros() && bucket.end() <= slot.period.end()
            };
            let slot = space.slots.iter().position(within)?;
            Some((&**cohorts.retained.get(observed)?, slot))
        };
        // By cohort: who is retained in the bucket it is observed in, and the slot of
        // that.
        let begun = &cohorts.begun;
        let observed: Vec<_> = (0..begun.sizes.len()).map(slot_of).collect();
        if observed.iter().all(Option::is_none) {
            return Ok(answers);
        }
        let mut counts = ByCell::new((0, 0));
        let members = begun.cohorts.iter().zip(&begun.instants);
        for (advocate, (&cohort, &began)) in (0..).zip(members) {
            let Some(&Some((retained, slot))) = observed.get(cohort as usize) else {
                continue;
            };
            let stayed = holds(retained, advocate);
            placing.each(advocate, began, |cell| {
                let (retained, members) = counts.at(cell + slot as u64);
                *retained += u64::from(stayed);
                *members += 1;
            });
        }
        answers.by_cell = counts.by_cell();
        Ok(answers)
    }
}
