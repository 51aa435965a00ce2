//! What a query answers: a table, a tally, a table from a tally.

use std::sync::Arc;

use crate::calendar::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::model::program::Program;
use crate::privacy::PrivacyPolicy;
use crate::question::presence::Belonging;
use crate::question::space;
use crate::table::Table;
use crate::tally::spec::Spec;
use crate::tally::{Counted, Memory, Tally};

use super::column::Column;
use super::plan::Plan;
use super::{Baseline, Query, compare, guard};

impl<'q> Query<'q> {
    /// The table.
    ///
    /// # Errors
    /// `unknown_name` and `invalid_option` for what cannot be asked,
    /// `overflow` for a sum beyond 64 bits.
    pub fn table(&self) -> Result<Table> {
        self.table_with(None)
    }

    pub(crate) fn table_with(&self, memory: Option<&Memory>) -> Result<Table> {
        let prepared = self.prepare(None)?.counted_by(memory);
        let as_of = prepared.as_of();
        let counted = Counted::new(self.program, prepared.specs()?, as_of, memory)?;
        prepared.table(&counted)
    }

    /// An error unless it is a query of that programme.
    pub(crate) fn check_of(&self, program: &Program<'_>) -> Result<()> {
        if std::ptr::eq(
            std::ptr::from_ref(self.program).cast::<()>(),
            std::ptr::from_ref(program).cast(),
        ) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidOption,
            "a query of another programme cannot be answered from this one",
        )
        .in_field("queries"))
    }

    /// What the query needs of the programme's facts, counted. State `as_of`
    /// when batches are to be merged: by default it is the batch's own latest
    /// instant.
    ///
    /// # Errors
    /// Those of a query.
    pub fn tally(&self) -> Result<Tally> {
        let prepared = self.prepare(None)?;
        prepared.check_mergeable()?;
        let as_of = prepared.as_of();
        let counted = Counted::new(self.program, prepared.specs()?, as_of, None)?;
        let policy = self.policy(None);
        Ok(Tally::new(self.program, &counted, as_of, policy))
    }

    /// The table, from a tally made for this query, perhaps of other batches
    /// of facts.
    ///
    /// # Errors
    /// `incompatible_tally` when the tally was made for another query, another
    /// `as_of`, or names things this programme does not know.
    pub fn table_from(&self, tally: &Tally) -> Result<Table> {
        let prepared = self.prepare(tally.privacy())?;
        prepared.check_mergeable()?;
        prepared.table(&tally.counted(self.program, prepared.as_of())?)
    }

    /// Whether the programme says anything of its dimensions at all.
    pub(crate) fn can_be_split(&self) -> bool {
        let period = self.period.clone();
        let Some(period) = period else { return true };
        let as_of = self
            .as_of
            .unwrap_or_else(|| self.program.default_as_of(&period));
        self.dimensions.iter().all(|dimension| {
            dimension.grain().is_some()
                || space::key_of(self.program, dimension, &period, as_of)
                    .is_ok_and(|key| crate::tally::keys::is_said(self.program, &key))
        })
    }

    /// Whether the policy in force allows its dimensions.
    pub(crate) fn is_allowed(&self) -> bool {
        if self.policy(None).is_none() {
            return true;
        }
        let prepared = self.prepare(None);
        !prepared.is_err_and(|error| error.kind() == ErrorKind::Protected)
    }

    /// The query resolved, with what it is compared with.
    pub(crate) fn prepare(&self, another: Option<&PrivacyPolicy>) -> Result<Prepared<'q, '_>> {
        let policy = self.policy(another);
        let plan = self.plan(policy.as_ref())?;
        let baseline = match &self.baseline {
            Some(with) => {
                let baseline = compare::plan(self, &plan, with)?;
                if let (Some(policy), Baseline::Filter(_)) = (&policy, with)
                    && policy.differencing
                {
                    guard::check_side_by_side(&plan, &baseline.0, policy)?;
                }
                Some(baseline)
            }
            None => None,
        };
        Ok(Prepared {
            query: self,
            plan,
            baseline,
        })
    }
}

/// A query ready to be counted and read.
pub(crate) struct Prepared<'p, 'q> {
    pub(super) query: &'q Query<'p>,
    pub(super) plan: Plan<'p>,
    pub(super) baseline: Option<(Plan<'p>, String)>,
}

impl Prepared<'_, '_> {
    pub(crate) fn as_of(&self) -> Timestamp {
        self.plan.space.as_of
    }

    /// To be counted from the facts, if need be twice, unless a memory counts.
    pub(crate) fn counted_by(mut self, memory: Option<&Memory>) -> Self {
        if memory.is_none() {
            self.plan.count_few_first();
            if let Some((baseline, _)) = &mut self.baseline {
                baseline.count_few_first();
            }
        }
        self
    }

    /// How much there is to read, about, in numbers.
    pub(crate) fn numbers(&self) -> u64 {
        let cells = self.plan.space.cells().unwrap_or(u64::MAX);
        match self.query.first() {
            // Of most, only what they are ranked by.
            Some(_) => cells / 8,
            None => cells.saturating_mul(self.plan.columns.len() as u64),
        }
    }

    /// Whether its rows are of people, or of parts of them.
    pub(crate) fn is_of_people(&self) -> bool {
        let mut axes = self.plan.space.axes.iter();
        axes.any(|axis| space::is_of_people(&axis.key))
    }

    /// Has who belongs when found out once with other queries of the programme.
    pub(crate) fn sharing(mut self, belonging: &Arc<Belonging>) -> Self {
        let baseline = self.baseline.as_mut().map(|(plan, _)| plan);
        for plan in [&mut self.plan].into_iter().chain(baseline) {
            plan.share(belonging);
        }
        self
    }

    /// An error where what is asked for cannot be counted in batches.
    pub(crate) fn check_mergeable(&self) -> Result<()> {
        let columns = &self.plan.columns;
        if columns.iter().all(Column::is_mergeable) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::IncompatibleTally,
            "a person's latest answer is known only of a whole programme: a tally counts every answer",
        )
        .in_field("survey_answers"))
    }

    /// The tables it needs, each once, in order.
    pub(crate) fn specs(&self) -> Result<Vec<Spec>> {
        let mut specs = self.plan.specs()?;
        if let Some((baseline, _)) = &self.baseline {
            specs.extend(baseline.specs()?);
        }
        specs.sort_unstable();
        specs.dedup();
        Ok(specs)
    }

    /// The table, from counted facts.
    pub(crate) fn table(&self, counted: &Counted) -> Result<Table> {
        let (mut table, _) = self.rows(counted)?;
        self.arrange(&mut table)?;
        Ok(table)
    }

    /// Has the rows wanted, in order, stay of all of them.
    pub(crate) fn arrange(&self, whole: &mut Table) -> Result<()> {
        self.query.arrange(whole)
    }

    /// The rows wanted, in order, of all of them.
    pub(crate) fn arranged(&self, whole: &Table) -> Result<Table> {
        self.query.arranged(whole)
    }

    /// Its rows before they are ordered and limited, and whether it has rows
    /// that are not wanted: all of them where a policy may hide some.
    pub(crate) fn rows(&self, counted: &Counted) -> Result<(Table, bool)> {
        let (mut table, is_whole) = self.plan.table(counted, self.query.first())?;
        if let Some((baseline, words)) = &self.baseline {
            let (baseline, _) = baseline.table(counted, None)?;
            compare::add(&mut table, &baseline, words)?;
        }
        Ok((table, is_whole))
    }
}
