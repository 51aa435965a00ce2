//! From specs to tables: scopes, plans, passes, roll-ups.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::error::Result;
use crate::model::facts::Facts;
use crate::model::program::Program;

use super::lanes::Known;
use super::plan::Plan;
use super::rollup::roll_up;
use super::scan::Pass;
use super::spec::{Key, Scope, Source, Spec, What};
use super::table::Table;

/// Counts every spec, in the order given; facts after `as_of` are ignored.
pub(super) fn count(program: &Program<'_>, specs: &[Spec], as_of: i64) -> Result<Vec<Table>> {
    let mut by_scope: BTreeMap<Scope, Vec<usize>> = BTreeMap::new();
    for (at, spec) in specs.iter().enumerate() {
        let scope = whole(facts_of(program, spec.scope.source), &spec.scope, as_of);
        by_scope.entry(scope).or_default().push(at);
    }
    let mut tables: Vec<Option<Table>> = vec![None; specs.len()];
    for (scope, places) in &by_scope {
        let same: Vec<&Spec> = places.iter().map(|&at| &specs[at]).collect();
        for (&at, table) in places
            .iter()
            .zip(count_scope(program, scope, &same, as_of)?)
        {
            tables[at] = Some(table);
        }
    }
    Ok(tables.into_iter().flatten().collect())
}

/// The facts a scope reads.
fn facts_of<'p>(program: &'p Program<'_>, source: Source) -> &'p Facts<'p> {
    match source {
        Source::Shares => &program.shares,
        Source::Activities => &program.activities,
        Source::BrandPosts => &program.brand_posts,
        Source::Responses => &program.responses,
        Source::Turnout => &program.turnout,
    }
}

/// The scope with bounds that cut nothing off left out, so that the year and
/// all time are one scope where all facts are of that year.
fn whole(facts: &Facts<'_>, scope: &Scope, as_of: i64) -> Scope {
    let mut scope = scope.clone();
    if let (Some((first, last)), false) = (facts.at.bounds(), scope.published) {
        if scope.start <= first {
            scope.start = i64::MIN;
        }
        if scope.end > last.min(as_of) {
            scope.end = i64::MAX;
        }
    }
    scope
}

fn count_scope(
    program: &Program<'_>,
    scope: &Scope,
    specs: &[&Spec],
    as_of: i64,
) -> Result<Vec<Table>> {
    let facts = facts_of(program, scope.source);
    let known = Known::new(program, facts, scope, as_of);
    let plan = Plan::new(&known, specs);
    let counted = Pass::new(&known, &plan.grains)?.run()?;
    // Specs of sums under the same keys are views of one table.
    let mut sums: BTreeMap<(usize, &[Key]), Table> = BTreeMap::new();
    let mut tables = Vec::with_capacity(specs.len());
    for (spec, (at, lanes)) in specs.iter().zip(plan.steps) {
        let (grain, table) = (&plan.grains[at], &counted[at]);
        let under = || {
            if grain.keys == spec.keys {
                Ok(table.clone())
            } else {
                roll_up(program, facts, grain, table, &spec.keys)
            }
        };
        if !matches!(spec.what, What::Sums(_)) {
            tables.push(under()?);
            continue;
        }
        let all = match sums.entry((at, &spec.keys[..])) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(under()?),
        };
        if let Table::Sums(all) = all {
            tables.push(Table::Sums(all.view(lanes)));
        }
    }
    Ok(tables)
}
