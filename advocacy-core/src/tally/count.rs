//! From specs to tables: scopes, plans, passes, roll-ups.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::model::facts::Facts;
use crate::model::parts::Parts;
use crate::model::program::Program;
use crate::threads::in_order;

use super::lanes::Known;
use super::plan::Plan;
use super::rollup::roll_up;
use super::scan::Pass;
use super::spec::{Key, Scope, Source, Spec, What};
use super::table::{Table, merge_all};

/// Rows whose tables are worth a thread to roll up.
const MANY: usize = 1 << 18;

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
    let mut counted = Pass::new(&known, &plan.grains)?.run()?;
    // Specs under the same keys of one grain are of one table, or views of it.
    let mut all: Vec<(usize, &[Key])> = Vec::new();
    let mut of = Vec::with_capacity(specs.len());
    for (spec, &(at, _)) in specs.iter().zip(&plan.steps) {
        let table = (at, &spec.keys[..]);
        let known = all.iter().position(|other| *other == table);
        of.push(known.unwrap_or(all.len()));
        if known.is_none() {
            all.push(table);
        }
    }
    let is_own = |(at, keys): (usize, &[Key])| plan.grains[at].keys == keys;
    let coarser = all.iter().copied().filter(|&table| !is_own(table));
    let coarser: Vec<(usize, &[Key])> = coarser.collect();
    let roll_up = |place: usize| {
        let (at, keys) = coarser[place];
        roll_up(program, facts, &plan.grains[at], &counted[at], keys)
    };
    let coarser = if facts.rows < MANY {
        (0..coarser.len())
            .map(roll_up)
            .collect::<Result<Vec<_>>>()?
    } else {
        in_order(coarser.len(), roll_up)?
    };
    let mut coarser = coarser.into_iter();
    let mut made = |&(at, keys): &(usize, &[Key])| {
        let none = Table::sparse(&What::First, 0, 0);
        let own = is_own((at, keys)).then(|| std::mem::replace(&mut counted[at], none));
        own.or_else(|| coarser.next())
    };
    let mut all: Vec<Option<Table>> = all.iter().map(&mut made).collect();
    let mut tables = Vec::with_capacity(specs.len());
    for (spec, (_, lanes)) in plan.steps.into_iter().enumerate() {
        let table = &mut all[of[spec]];
        let is_last = !of[spec + 1..].contains(&of[spec]);
        tables.extend(match table {
            Some(Table::Sums(sums)) => Some(Table::Sums(sums.view(lanes))),
            _ if is_last => table.take(),
            _ => table.clone(),
        });
    }
    Ok(tables)
}
