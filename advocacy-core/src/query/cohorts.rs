//! Who stays: a table of cohorts by age.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Bucket, Period};
use crate::catalog::{Metric, definition, stamp};
use crate::definitions::Definitions;
use crate::error::Result;
use crate::measure::{Measure, Note};
use crate::privacy::PrivacyPolicy;
use crate::question::cohorts::Cohorts;
use crate::question::presence::Belonging;
use crate::question::space::Space;
use crate::rate::proportion;
use crate::shared::Shared;
use crate::table::KeyValue;
use crate::tally::Counted;
use crate::tally::spec::Spec;

use super::{Query, protect};

/// Retention by cohort and age.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CohortTable {
    /// One row a cohort, in order.
    pub cohorts: Vec<Cohort>,
}

/// One cohort's retention, from its own bucket (age 0) on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cohort {
    /// The bucket its members began in.
    pub key: KeyValue,
    /// How many began; `None` where a privacy policy hides it, as it then does
    /// at every age.
    pub size: Option<u64>,
    /// The share still active at each age; undefined where not yet observable.
    pub ages: Vec<Measure>,
}

/// A table of cohorts ready to be counted and read.
pub(crate) struct CohortPlan<'p> {
    pub(super) space: Space<'p>,
    /// Those that members began in.
    buckets: Vec<Bucket>,
    definitions: Definitions,
    policy: Option<PrivacyPolicy>,
}

impl<'q> Query<'q> {
    /// The members by when they began, and who of them stayed, bucket by bucket
    /// of the period: by the query's definitions of retention and under its
    /// filter. Its metrics and dimensions do not matter.
    ///
    /// # Errors
    /// Those of [`table`](Self::table).
    ///
    /// ```
    /// # #[cfg(feature = "sample")] {
    /// use advocacy_core::{Period, Program, Zone, sample};
    ///
    /// let rows = sample::rows();
    /// let program = Program::from_rows(&rows)?;
    /// let year = Period::year(2025, &Zone::utc())?;
    /// let cohorts = program.measure([]).over(year).cohorts()?;
    /// assert!(cohorts.cohorts[0].ages.len() > 1);
    /// # }
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn cohorts(&self) -> Result<CohortTable> {
        let plan = self.cohort_plan()?;
        let counted = Counted::new(self.program, plan.specs(), plan.space.as_of, None)?;
        plan.table(&counted)
    }

    pub(crate) fn cohort_plan(&self) -> Result<CohortPlan<'q>> {
        let plan = self.plan(self.policy(None).as_ref())?;
        Ok(CohortPlan {
            buckets: Cohorts::buckets(&plan.whole, &self.definitions)?,
            space: plan.whole,
            definitions: self.definitions.clone(),
            policy: plan.policy,
        })
    }
}

impl CohortPlan<'_> {
    /// Has who began when found out once with queries of the programme.
    pub(crate) fn sharing(mut self, belonging: &Arc<Belonging>) -> Self {
        self.space.presence.share(belonging);
        self
    }

    pub(crate) fn specs(&self) -> Vec<Spec> {
        Cohorts::specs(&self.space, &self.definitions, &self.buckets)
    }

    /// Those who began by the period's end, seen up to it.
    pub(crate) fn table(&self, counted: &Counted) -> Result<CohortTable> {
        let definitions = &self.definitions;
        let specs = self.specs();
        let tables: Vec<_> = specs.iter().filter_map(|spec| counted.get(spec)).collect();
        let found = Cohorts::build(&self.space, definitions, &self.buckets, &tables);
        let end = self.space.period.end();
        let seen = found
            .buckets
            .iter()
            .take_while(|bucket| bucket.period.end() <= end)
            .count();
        let observable = seen.min(found.complete);
        let retained = found.retained()?;
        let shown = Shared::from(definition(Metric::Retention, definitions));
        let periods: Vec<Arc<Period>> = (found.buckets.iter().take(seen))
            .map(|bucket| Arc::new(bucket.period.clone()))
            .collect();
        let mut cohorts = Vec::new();
        for (cohort, &size) in found.begun.sizes.iter().enumerate().take(seen) {
            if size == 0 && cohorts.is_empty() {
                continue;
            }
            let mut ages = Vec::with_capacity(seen - cohort);
            for (bucket, period) in periods.iter().enumerate().skip(cohort) {
                let retained = retained[bucket][cohort];
                let below = ("members", size.into());
                let mut measure =
                    proportion(("retained", retained), below, definitions.confidence)?;
                measure.period = Some(Arc::clone(period));
                if bucket >= observable {
                    measure = Measure::of(None).note(Note::Remark {
                        text: "not yet observable: the bucket is not over".into(),
                    });
                }
                stamp(&mut measure, Metric::Retention);
                measure.definition = shown.clone();
                ages.push(measure);
            }
            cohorts.push(Cohort {
                key: KeyValue::Bucket(found.buckets[cohort].clone()),
                size: Some(size),
                ages,
            });
        }
        if let Some(policy) = &self.policy {
            protect::cohorts(&mut cohorts, policy)?;
        }
        Ok(CohortTable { cohorts })
    }
}
