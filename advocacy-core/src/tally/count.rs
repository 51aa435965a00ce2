//! From specs to tables: scopes, plans, passes, roll-ups.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::model::facts::Facts;
use crate::model::parts::Parts;
use crate::model::program::Program;

use super::keys::radix;
use super::lanes::Known;
use super::plan::{CACHED, Plan};
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
    // Of each grain, the tables asked for, by their keys, and how many specs are of
    // each: those of sums may be views of one.
    let mut asked: Vec<Vec<(&[Key], usize)>> = vec![Vec::new(); plan.grains.len()];
    for (spec, (at, _)) in specs.iter().zip(&plan.steps) {
        let (place, asked) = (place(&asked[*at], &spec.keys), &mut asked[*at]);
        match asked.get_mut(place) {
            Some((_, uses)) => *uses += 1,
            None => asked.push((&spec.keys, 1)),
        }
    }
    let counted = count_grains(&known, &plan, CACHED, |at, counted| {
        tables_of(&known, &plan.grains[at], counted, &asked[at])
    })?;
    let mut counted: Vec<_> = counted.into_iter().map(Option::unwrap_or_default).collect();
    let none = || Table::sparse(&What::First, 0, 0);
    let each = specs.iter().zip(plan.steps).map(|(spec, (at, lanes))| {
        let place = place(&asked[at], &spec.keys);
        match counted[at].get_mut(place) {
            None => none(),
            Some(Table::Sums(all)) => Table::Sums(all.view(lanes)),
            Some(table) => {
                let left = &mut asked[at][place].1;
                *left -= 1;
                if *left == 0 {
                    std::mem::replace(table, none())
                } else {
                    table.clone()
                }
            }
        }
    });
    Ok(each.collect())
}

/// The place of the table under some keys; past the last where there is none.
fn place(asked: &[(&[Key], usize)], keys: &[Key]) -> usize {
    let found = asked.iter().position(|(own, _)| *own == keys);
    found.unwrap_or(asked.len())
}

/// The tables asked for of a grain, in order, of what was counted.
fn tables_of(
    known: &Known<'_>,
    grain: &Spec,
    counted: Table,
    asked: &[(&[Key], usize)],
) -> Result<Vec<Table>> {
    let (program, facts) = (known.program, known.facts);
    let roll_up = |&(keys, _): &(&[Key], usize)| {
        let is_grain = has_same_cells(program, &grain.keys, keys);
        let rolled_up = || roll_up(program, facts, grain, &counted, keys);
        (!is_grain).then(rolled_up).transpose()
    };
    let made = asked.iter().map(roll_up).collect::<Result<Vec<_>>>()?;
    let wholes = made.iter().filter(|made| made.is_none()).count();
    let mut wholes = std::iter::repeat_n(counted, wholes);
    let tables = made.into_iter();
    Ok(tables
        .filter_map(|made| made.or_else(|| wholes.next()))
        .collect())
}

/// What `then` makes of the tables of a plan's grains, each on the thread that put
/// it together.
fn count_grains<T: Send>(
    known: &Known<'_>,
    plan: &Plan,
    cached: u64,
    then: impl Fn(usize, Table) -> Result<T> + Sync,
) -> Result<Vec<Option<T>>> {
    let mut counted: Vec<Option<T>> = plan.grains.iter().map(|_| None).collect();
    for places in plan.passes(known, cached) {
        let grains: Vec<Spec> = places.iter().map(|&at| plan.grains[at].clone()).collect();
        let of_pass = Pass::new(known, &grains)?.run(|at, table| then(places[at], table))?;
        for (at, of_grain) in places.into_iter().zip(of_pass) {
            counted[at] = Some(of_grain);
        }
    }
    Ok(counted)
}

/// Whether a table under the grain's keys lies in memory just as one under these:
/// all that it has beside them are keys of one code, which split nothing.
fn has_same_cells(program: &Program<'_>, grain: &[Key], keys: &[Key]) -> bool {
    let splits = |key: &&Key| keys.contains(key) || radix(program, key) > 1;
    grain.iter().filter(splits).eq(keys)
}

#[cfg(all(test, feature = "sample"))]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::gather::Gathered;
    use super::super::spec::Lane;
    use super::*;
    use crate::model::field::Field;
    use crate::sample::Workload;

    /// 70,000 shares of a year, under so many advocates that their days are
    /// gathered where rows are in no order.
    fn workload() -> Workload {
        let mut workload = Workload::new(70_000, 5);
        workload.advocate_ids = (0..70_000).collect();
        workload.team.resize(70_000, 1);
        workload.invited_at.resize(70_000, 0);
        workload
    }

    fn reversed(mut workload: Workload) -> Workload {
        let columns = [
            &mut workload.advocate,
            &mut workload.content,
            &mut workload.reach,
            &mut workload.impressions,
            &mut workload.likes,
            &mut workload.comments,
            &mut workload.reshares,
            &mut workload.clicks,
            &mut workload.conversions,
        ];
        for column in columns {
            column.reverse();
        }
        workload.network.reverse();
        workload.shared_at.reverse();
        workload.revenue.reverse();
        workload
    }

    fn count_in_passes(workload: &Workload, specs: &[Spec], cached: u64) -> (usize, Vec<Vec<u8>>) {
        let builder = Program::builder();
        let tables = workload.frames().into_iter();
        let builder = tables.fold(builder, |all, (name, frame)| all.table(name, frame));
        let program = builder.build().unwrap();
        let (facts, scope) = (&program.shares.built, &specs[0].scope);
        let known = Known::new(&program, facts, scope, i64::MAX);
        let plan = Plan::new(&known, &specs.iter().collect::<Vec<_>>());
        let tables = count_grains(&known, &plan, cached, |_, table| Ok(table)).unwrap();
        let bytes = |table: Option<Table>| postcard::to_allocvec(&table.unwrap()).unwrap();
        let passes = plan.passes(&known, cached).len();
        (passes, tables.into_iter().map(bytes).collect())
    }

    #[test]
    fn passes_and_the_order_of_rows_change_no_table() {
        const HALF_DAY: i64 = 43_200_000_000;
        let first = 1_735_689_600_000_000;
        // So many stretches of so many half days each, end to end.
        let spans = |count: i64, halves: i64| {
            let edge = move |at: i64| first + at * halves * HALF_DAY;
            Key::Spans((0..count).map(|at| (edge(at), edge(at + 1))).collect())
        };
        let sums = || {
            What::Sums(vec![
                Lane::rows(),
                Lane {
                    terms: Field::Likes.alone().into(),
                    ..Lane::rows()
                },
            ])
        };
        let most = What::Most(Lane {
            terms: Field::Reach.alone().into(),
            ..Lane::rows()
        });
        let spec = |keys: &[Key], what: What| Spec {
            scope: Scope {
                start: i64::MIN,
                end: i64::MAX,
                ..Scope::of_shares()
            },
            keys: keys.to_vec(),
            what,
        };
        let specs = [
            spec(&[], What::First),
            spec(&[spans(728, 1)], What::Distinct(Key::Advocate)),
            // Of thousands of rows each, which blocks are cut at.
            spec(&[spans(13, 56)], sums()),
            spec(&[Key::Advocate], sums()),
            spec(&[Key::Content], sums()),
            spec(&[Key::Network], sums()),
            spec(&[Key::Network], most.clone()),
            // Filled together with others, where they are of one pass.
            spec(&[spans(13, 56)], What::Distinct(Key::Advocate)),
            spec(&[Key::Content], most),
        ];
        assert!(Gathered::of(70_001, 728, 70_000).is_some());
        let (sorted, turned) = (workload(), reversed(workload()));
        let (passes, plain) = count_in_passes(&sorted, &specs, 0);
        assert_eq!(passes, 1);
        let (passes, together) = count_in_passes(&turned, &specs, u64::MAX);
        assert_eq!(passes, 1);
        let (passes, apart) = count_in_passes(&turned, &specs, 0);
        assert!(passes >= 4, "{passes}");
        assert_eq!(plain.len(), together.len());
        assert!(plain == together && together == apart);
    }
}
