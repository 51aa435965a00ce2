//! What was counted, kept for the next question and for facts to come.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::model::batch::Batch;
use crate::model::program::Program;

use super::count::{count, count_part};
use super::spec::{Scope, Source, Spec};
use super::table::{Table, merge_all};

/// Tables are kept while any of the last so many questions needed them.
const QUESTIONS: u64 = 16;

/// The tables of past questions, as they would be if they were counted now.
#[derive(Default)]
pub(crate) struct Memory {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    questions: u64,
    tables: BTreeMap<Spec, Vec<Known>>,
}

/// A table, and up to which instant facts are in it.
struct Known {
    until: i64,
    table: Arc<Table>,
    /// The last question that needed it.
    used: u64,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Memory {
    /// What is kept is never half changed, so that a panic elsewhere is none of
    /// its business.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn forget(&self) {
        self.kept().tables.clear();
    }

    /// The tables of specs, in order; those not known are counted.
    pub(crate) fn tables(
        &self,
        program: &Program<'_>,
        specs: &[Spec],
        as_of: i64,
    ) -> Result<Vec<Arc<Table>>> {
        let until = |spec: &Spec| until(program, &spec.scope, as_of);
        let mut found = self.kept().find(specs, until);
        let known = |(_, found): &(&Spec, &Option<_>)| found.is_none();
        let missing: Vec<Spec> = (specs.iter().zip(&found))
            .filter(known)
            .map(|(spec, _)| spec.clone())
            .collect();
        if !missing.is_empty() {
            let counted = count(program, &missing, as_of)?;
            let mut kept = self.kept();
            let gaps = found.iter_mut().filter(|found| found.is_none());
            for ((spec, table), gap) in missing.into_iter().zip(counted).zip(gaps) {
                let table = Arc::new(table);
                *gap = Some(Arc::clone(&table));
                kept.keep(spec, until, table);
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// Adds a batch to every table, before it is part of the programme.
    pub(crate) fn add(&self, program: &Program<'_>, batch: &Batch<'_>) {
        let mut kept = self.kept();
        // A sum that overflows is told to whoever asks for it.
        if !batch.merges(program) || kept.add(program, batch).is_err() {
            kept.tables.clear();
        }
    }
}

impl Kept {
    fn find(&mut self, specs: &[Spec], until: impl Fn(&Spec) -> i64) -> Vec<Option<Arc<Table>>> {
        self.questions += 1;
        let now = self.questions;
        let mut find = |spec: &Spec| {
            let until = until(spec);
            let known = self.tables.get_mut(spec)?;
            let known = known.iter_mut().find(|known| known.until == until)?;
            known.used = now;
            Some(Arc::clone(&known.table))
        };
        let found = specs.iter().map(&mut find).collect();
        self.tables.retain(|_, known| {
            known.retain(|known| known.used + QUESTIONS > now);
            !known.is_empty()
        });
        found
    }

    fn keep(&mut self, spec: Spec, until: impl Fn(&Spec) -> i64, table: Arc<Table>) {
        let known = Known {
            until: until(&spec),
            table,
            used: self.questions,
        };
        self.tables.entry(spec).or_default().push(known);
    }

    fn add(&mut self, program: &Program<'_>, batch: &Batch<'_>) -> Result<()> {
        let facts = |source| {
            let facts = match source {
                Source::Shares => &batch.shares,
                Source::Activities => &batch.activities,
                Source::BrandPosts => &batch.brand_posts,
                Source::Responses | Source::Turnout => return None,
            };
            Some(facts).filter(|facts| facts.rows > 0)
        };
        let mut by_end: BTreeMap<i64, Vec<(&Spec, &mut Arc<Table>)>> = BTreeMap::new();
        for (spec, known) in &mut self.tables {
            for known in known {
                let tables = by_end.entry(known.until).or_default();
                tables.push((spec, &mut known.table));
            }
        }
        for (until, tables) in by_end {
            let specs: Vec<Spec> = tables.iter().map(|(spec, _)| (*spec).clone()).collect();
            let counted = count_part(program, facts, &specs, until)?;
            let pairs = tables.into_iter().zip(&counted);
            merge_all(
                pairs.filter_map(|((_, table), more)| Some((Arc::make_mut(table), more.as_ref()?))),
            )?;
        }
        Ok(())
    }
}

/// Up to which instant facts count: to no end where none lies beyond `as_of`,
/// so that later ones only add to it. What is dated by its content may.
fn until(program: &Program<'_>, scope: &Scope, as_of: i64) -> i64 {
    let latest = match scope.source {
        Source::Shares => program.shares.latest(),
        Source::Activities => program.activities.latest(),
        Source::BrandPosts => program.brand_posts.latest(),
        Source::Responses => program.responses.latest(),
        Source::Turnout => program.turnout.latest(),
    };
    if !scope.published && latest.max(program.accounts.latest()) <= as_of {
        i64::MAX
    } else {
        as_of
    }
}

#[cfg(test)]
mod tests {
    use super::super::spec::What;
    use super::*;

    #[test]
    fn what_sixteen_questions_did_not_need_is_forgotten() {
        let spec = Spec {
            scope: Scope::of_shares(),
            keys: Vec::new(),
            what: What::First,
        };
        let table = || Arc::new(Table::new(&What::First, 1, 1, 1));
        let mut kept = Kept::default();
        // The first question needs it, and the fifteen after it do not.
        kept.find(&[], |_| 0);
        kept.keep(spec.clone(), |_| 0, table());
        for _ in 0..15 {
            kept.find(&[], |_| 0);
        }
        // The seventeenth does, as the next sixteen do not.
        assert!(kept.find(std::slice::from_ref(&spec), |_| 0)[0].is_some());
        for _ in 0..15 {
            kept.find(&[], |_| 0);
        }
        assert_eq!(kept.tables.len(), 1);
        kept.find(&[], |_| 0);
        assert_eq!(kept.tables.len(), 0);
    }
}
