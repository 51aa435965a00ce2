//! Several queries at once, sharing passes over the facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::Timestamp;
use crate::error::Result;
use crate::model::program::Program;
use crate::table::Table;
use crate::tally::spec::Spec;
use crate::tally::{Counted, Memory};
use crate::threads::{in_order, in_places};

use super::{CohortTable, Query};

impl<'a> Program<'a> {
    /// The tables of several queries, which share passes over the facts: as if
    /// each were asked by itself, and faster.
    ///
    /// # Errors
    /// Those of the first query that has any; `invalid_option` for a query of
    /// another programme.
    ///
    /// ```
    /// # #[cfg(feature = "sample")] {
    /// use advocacy_core::{Dimension, Metric, Program, sample};
    ///
    /// let rows = sample::rows();
    /// let program = Program::from_rows(&rows)?;
    /// let shares = program.measure([Metric::Shares]).by([Dimension::Week]);
    /// let best = program.measure([Metric::Clicks]).by([Dimension::Content]).top(10, "clicks");
    /// let tables = program.tables(&[shares.clone(), best])?;
    /// assert_eq!(tables[0], shares.table()?);
    /// # }
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn tables(&'a self, queries: &[Query<'a>]) -> Result<Vec<Table>> {
        Ok(self.tables_and_cohorts(queries, &[])?.0)
    }

    /// The tables of some queries and the [cohorts](Query::cohorts) of others,
    /// all from shared passes.
    ///
    /// # Errors
    /// Those of the first query that has any; `invalid_option` for a query of
    /// another programme.
    pub fn tables_and_cohorts(
        &'a self,
        queries: &[Query<'a>],
        cohorts: &[Query<'a>],
    ) -> Result<(Vec<Table>, Vec<CohortTable>)> {
        self.tables_and_cohorts_with(queries, cohorts, None)
    }

    pub(crate) fn tables_and_cohorts_with(
        &'a self,
        queries: &[Query<'a>],
        cohorts: &[Query<'a>],
        memory: Option<&Memory>,
    ) -> Result<(Vec<Table>, Vec<CohortTable>)> {
        for query in queries.iter().chain(cohorts) {
            query.check_of(self)?;
        }
        let belonging = Arc::default();
        let prepared = queries.iter().map(|query| {
            let prepared = query.prepare(None)?.sharing(&belonging);
            Ok(prepared.counted_by(memory))
        });
        let prepared: Vec<_> = prepared.collect::<Result<_>>()?;
        let stays = cohorts.iter();
        let stays = stays.map(|query| Ok(query.cohort_plan()?.sharing(&belonging)));
        let stays: Vec<_> = stays.collect::<Result<_>>()?;
        let mut specs: BTreeMap<Timestamp, Vec<Spec>> = BTreeMap::new();
        for query in &prepared {
            specs
                .entry(query.as_of())
                .or_default()
                .extend(query.specs()?);
        }
        for plan in &stays {
            specs
                .entry(plan.space.as_of)
                .or_default()
                .extend(plan.specs());
        }
        let mut counted: BTreeMap<Timestamp, Counted> = BTreeMap::new();
        for (as_of, mut specs) in specs {
            specs.sort_unstable();
            specs.dedup();
            counted.insert(as_of, Counted::new(self, specs, as_of, memory)?);
        }
        let none = Counted::default();
        let counted = |as_of| counted.get(&as_of).unwrap_or(&none);
        // What takes longest first: no thread is left with it when others are done.
        let turn = |at: usize| (u64::MAX - prepared[at].numbers(), at);
        let mut order: Vec<(u64, usize)> = (0..prepared.len()).map(turn).collect();
        order.sort_unstable();
        let table = |at: usize| prepared[at].table(counted(prepared[at].as_of()));
        let stay = |at: usize| stays[at].table(counted(stays[at].space.as_of));
        let made = in_order(stays.len() + order.len(), |turn| {
            Ok(match turn.checked_sub(stays.len()) {
                None => Err(stay(turn)),
                Some(turn) => Ok((order[turn].1, table(order[turn].1))),
            })
        })?;
        let (mut tables, mut cohorts) = (Vec::new(), Vec::new());
        for made in made {
            match made {
                Ok(table) => tables.push(table),
                Err(stays) => cohorts.push(stays),
            }
        }
        // The first error is that of the first table.
        let tables = in_places(prepared.len(), tables.into_iter());
        let tables = tables.into_iter().collect::<Result<_>>()?;
        Ok((tables, cohorts.into_iter().collect::<Result<_>>()?))
    }
}
