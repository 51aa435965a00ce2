//! From specs to tables: scopes, plans, passes, roll-ups.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::error::Result;
use crate::model::facts::Facts;
use crate::model::parts::Parts;
use crate::model::program::Program;

use super::lanes::Known;
use super::plan::Plan;
use super::rollup::roll_up;
use super::scan::Pass;
use super::spec::{Key, Scope, Source, Spec, What};
use super::table::{Table, merge_all};

/// Counts every spec, in the order given; facts after `as_of` are ignored.
pub(super) fn count(program: &Program<'_>, specs: &[Spec], as_of: i64) -> Result<Vec<Table>> {
    let built = |source| Some(facts_of(program, source, |parts| &parts.built));
    let tables = count_part(program, built, specs, as_of)?;
    let mut tables: Vec<Table> = tables.into_iter().flatten().collect();
    if program.has_added() {
        let added = |source| match source {
            Source::Responses | Source::Turnout => None,
            _ => {
                Some(facts_of(program, source, |parts| &parts.added)).filter(|facts| facts.rows > 0)
            }
        };
        let counted = count_part(program, added, specs, as_of)?;
        let pairs = tables.iter_mut().zip(&counted);
        merge_all(pairs.filter_map(|(table, more)| Some((table, more.as_ref()?))))?;
    }
    Ok(tables)
}

/// Counts the specs of batches of facts; none for a spec that no batch is of.
pub(super) fn count_part<'p>(
    program: &'p Program<'_>,
    facts_of: impl Fn(Source) -> Option<&'p Facts<'p>>,
    specs: &[Spec],
    as_of: i64,
) -> Result<Vec<Option<Table>>> {
    let mut by_scope: BTreeMap<Scope, Vec<usize>> = BTreeMap::new();
    for (at, spec) in specs.iter().enumerate() {
        if let Some(facts) = facts_of(spec.scope.source) {
            let scope = whole(facts, &spec.scope, as_of);
            by_scope.entry(scope).or_default().push(at);
        }
    }
    let mut tables: Vec<Option<Table>> = vec![None; specs.len()];
    for (scope, places) in &by_scope {
        let Some(facts) = facts_of(scope.source) else {
            continue;
        };
        let same: Vec<&Spec> = places.iter().map(|&at| &specs[at]).collect();
        let counted = count_scope(program, facts, scope, &same, as_of)?;
        for (&at, table) in places.iter().zip(counted) {
            tables[at] = Some(table);
        }
    }
    Ok(tables)
}

/// The facts of a source; those that are never added to are all built.
fn facts_of<'p>(
    program: &'p Program<'p>,
    source: Source,
    part: impl Fn(&'p Parts<'p>) -> &'p Facts<'p>,
) -> &'p Facts<'p> {
    match source {
        Source::Shares => part(&program.shares),
        Source::Activities => part(&program.activities),
        Source::BrandPosts => part(&program.brand_posts),
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

fn count_scope<'p>(
    program: &'p Program<'_>,
    facts: &'p Facts<'p>,
    scope: &Scope,
    specs: &[&Spec],
    as_of: i64,
) -> Result<Vec<Table>> {
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
