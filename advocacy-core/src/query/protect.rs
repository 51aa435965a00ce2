//! A privacy policy applied to a table: what of it may be shown.
//!
//! A row's numbers are decided together, by who stands behind the row, and by
//! the same rule whichever metrics are asked for: hiding one row in one
//! request and another in the next would give both away. Only then is each
//! column looked at by itself, which can hide more and never less.

use std::collections::BTreeMap;

use crate::catalog::{Family, Metric};
use crate::definitions::Base;
use crate::dimension::Dimension;
use crate::error::{Error, ErrorKind, Result};
use crate::measure::{Measure, Number, Unit};
use crate::model::program::Program;
use crate::privacy::{Cell, Layout, PrivacyPolicy, Subject, suppress};
use crate::question::amounts::Shares;
use crate::question::members::{Overlap, Who};
use crate::question::population::People;
use crate::question::sheet::Sheet;
use crate::report::Cohort;
use crate::table::{KeyValue, Row};
use crate::tally::Counted;

use super::{Plan, Raw};

/// Populations by membership.
const BASES: [Base; 4] = [
    Base::Employees,
    Base::Invited,
    Base::Joined,
    Base::Connected,
];

/// Who stands behind a cell. People are counted twice each, so that an average
/// of two populations is whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Behind {
    /// Members of each base, where the data says so.
    members: [Option<u64>; 4],
    sharers: u64,
    active: u64,
    shares: u64,
}

impl Behind {
    pub(super) fn ask(sheet: &mut Sheet<'_, '_>) -> Result<Self> {
        let mut members = [None; 4];
        for (members, base) in members.iter_mut().zip(BASES) {
            let counted = sheet.ask(&People(base))?;
            *members = counted.known.then_some(counted.doubled);
        }
        let mut acting = |who| -> Result<u64> {
            let found = sheet.ask(&Overlap { who, within: None })?;
            Ok(doubled(found.inside()))
        };
        Ok(Self {
            members,
            sharers: acting(Who::Sharers)?,
            active: acting(Who::Active)?,
            shares: sheet.ask(&Shares)?,
        })
    }

    fn bases(&self) -> impl Iterator<Item = u64> {
        self.members.iter().copied().flatten()
    }

    fn acting(&self) -> [u64; 2] {
        [self.sharers, self.active]
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of people, to the half"
)]
fn doubled(number: Number) -> u64 {
    match number {
        Number::Count(count) => count.saturating_mul(2),
        Number::Real(real) => (real * 2.0) as u64,
    }
}

/// What kind of data a metric shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// What people did, and not how many they are.
    Activity,
    /// How many belong.
    Membership,
    /// How many of those who belong did something.
    Both,
}

const KINDS: [Kind; 3] = [Kind::Activity, Kind::Membership, Kind::Both];

impl Kind {
    fn of(metric: Metric) -> Self {
        match metric {
            Metric::Employees
            | Metric::Invited
            | Metric::Joined
            | Metric::Connected
            | Metric::CoverageRate
            | Metric::AdoptionRate
            | Metric::NetworkSize => Self::Membership,
            _ if metric.info().family == Family::People => Self::Both,
            _ => Self::Activity,
        }
    }

    /// Whether a row of this kind must be hidden for who stands behind it.
    fn is_small(self, behind: &Behind, small: &Small) -> bool {
        let few = |people: u64| small.is(people);
        let rest = |whole: u64, part: u64| small.is_rest(whole, part);
        let bases = || behind.bases();
        let acting = behind.acting();
        match self {
            Self::Activity => acting.into_iter().any(few),
            Self::Membership => {
                bases().any(few) || bases().any(|a| bases().any(|b| rest(a, b)))
            }
            Self::Both => {
                let rates = || acting.into_iter().any(|part| bases().any(|a| rest(a, part)));
                Self::Activity.is_small(behind, small)
                    || Self::Membership.is_small(behind, small)
                    || rates()
            }
        }
    }

    /// How many people a row of this kind is about, doubled.
    fn people(self, behind: &Behind) -> u64 {
        match self {
            Self::Activity | Self::Both => behind.sharers.max(behind.active),
            Self::Membership => behind.bases().filter(|&n| n > 0).min().unwrap_or(0),
        }
    }

    /// The numbers of every row by which it is audited.
    fn sums(self, known: &[Option<Known>]) -> Vec<Vec<i128>> {
        let of = |number: fn(&Behind) -> u64| -> Vec<i128> {
            let each = |known: &Known| known.behind.iter().map(number).max().unwrap_or(0);
            known
                .iter()
                .map(|known| known.as_ref().map_or(0, each).into())
                .collect()
        };
        let mut sums = Vec::new();
        if self != Self::Membership {
            sums.push(of(|behind| behind.shares));
            sums.push(of(|behind| behind.active));
        }
        if self != Self::Activity {
            let bases: [fn(&Behind) -> u64; 4] = [
                |behind| behind.members[0].unwrap_or(0),
                |behind| behind.members[1].unwrap_or(0),
                |behind| behind.members[2].unwrap_or(0),
                |behind| behind.members[3].unwrap_or(0),
            ];
            sums.extend(bases.map(of));
        }
        sums
    }
}

/// What is a small group, of people counted twice each.
struct Small {
    doubled: u64,
    zero: bool,
    complement: bool,
}

impl Small {
    fn new(policy: &PrivacyPolicy, subject: Subject) -> Self {
        Self {
            doubled: u64::from(policy.threshold(subject)) * 2,
            zero: policy.protect_zero,
            complement: policy.complement,
        }
    }

    fn is(&self, doubled: u64) -> bool {
        doubled < self.doubled && (doubled > 0 || self.zero)
    }

    /// Whether a part leaves a small rest of a whole.
    fn is_rest(&self, whole: u64, part: u64) -> bool {
        let rest = whole.saturating_sub(part);
        self.complement && rest > 0 && rest < self.doubled
    }
}

/// A cell before it is decided on.
#[derive(Clone, Debug)]
struct Known {
    measures: Vec<Measure>,
    behind: Vec<Behind>,
    /// It names a person who agreed to be named.
    consented: bool,
}

/// Where a cell has been decided on already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decided {
    Not,
    /// In the table of the totals, at this place.
    Margin { axis: usize, row: usize },
    /// It is the total: nothing but what stands behind it decides.
    Total,
}

/// Which cells are hidden, by the kind of data and by column.
struct Hidden {
    kinds: Vec<Vec<bool>>,
    columns: Vec<Vec<bool>>,
}

/// A table, its totals and how they add up.
struct Grid<'g> {
    layout: Layout,
    /// `None`: no row says anything of this cell.
    known: Vec<Option<Known>>,
    decided: Vec<Decided>,
    margins: &'g [Hidden],
    metrics: Vec<Metric>,
}

impl Grid<'_> {
    fn hidden(&self, policy: &PrivacyPolicy) -> Result<Hidden> {
        let mut kinds = Vec::new();
        for kind in KINDS {
            let earlier = |cell: usize, of: &[Vec<bool>]| {
                // Who sees both kinds sees each.
                kind == Kind::Both && of.iter().any(|hidden: &Vec<bool>| hidden[cell])
            };
            let decide = |cell: usize, known: &Known| {
                let small = Small::new(policy, Subject::Activity);
                let mut behind = known.behind.iter();
                behind.any(|behind| kind.is_small(behind, &small)) || earlier(cell, &kinds)
            };
            let margin = |hidden: &Hidden, row: usize| hidden.kinds[kind as usize][row];
            let people = |known: &Known| {
                let people = known.behind.iter().map(|behind| kind.people(behind));
                people.min().unwrap_or(0) / 2
            };
            let sums = kind.sums(&self.known);
            let found = self.run(policy, Subject::Activity, &sums, people, decide, margin)?;
            kinds.push(found);
        }
        let mut columns = Vec::new();
        for (at, &metric) in self.metrics.iter().enumerate() {
            let kind = Kind::of(metric);
            let base = &kinds[kind as usize];
            let decide = |cell: usize, known: &Known| {
                base[cell] || is_small(&known.measures[at], kind, policy)
            };
            let margin = |hidden: &Hidden, row: usize| hidden.columns[at][row];
            let people = |known: &Known| {
                let people = known.behind.iter().map(|behind| kind.people(behind));
                people.min().unwrap_or(0) / 2
            };
            let measures = |known: &Option<Known>| known.as_ref().map(|k| k.measures[at].clone());
            let measures: Vec<Option<Measure>> = self.known.iter().map(measures).collect();
            let sums = sums_of(&measures);
            let found = self.run(policy, Subject::Activity, &sums, people, decide, margin)?;
            columns.push(found);
        }
        Ok(Hidden { kinds, columns })
    }

    /// Hides what must be hidden, and what keeps it so.
    fn run(
        &self,
        policy: &PrivacyPolicy,
        subject: Subject,
        sums: &[Vec<i128>],
        people: impl Fn(&Known) -> u64,
        decide: impl Fn(usize, &Known) -> bool,
        margin: impl Fn(&Hidden, usize) -> bool,
    ) -> Result<Vec<bool>> {
        let cell = |at: usize| {
            let Some(known) = &self.known[at] else {
                // There is no such row, which is as good as a zero.
                return Cell::new(0).shown_elsewhere();
            };
            let cell = Cell::new(people(known));
            let fixed = |hidden: bool| {
                if hidden {
                    cell.hidden_elsewhere()
                } else {
                    cell.shown_elsewhere()
                }
            };
            match self.decided[at] {
                Decided::Total => fixed(decide(at, known)),
                Decided::Margin { axis, row } => fixed(margin(&self.margins[axis], row)),
                Decided::Not => cell.decided(decide(at, known) && !known.consented),
            }
        };
        let cells: Vec<Cell> = (0..self.known.len()).map(cell).collect();
        let found = suppress(&self.layout, &cells, sums, policy, subject)?;
        Ok((0..cells.len()).map(|at| found.is_hidden(at)).collect())
    }
}

/// Whether a measure by itself says too much: it counts few people, leaves few,
/// or rests on too few known rows.
fn is_small(measure: &Measure, kind: Kind, policy: &PrivacyPolicy) -> bool {
    let small = Small::new(policy, Subject::Activity);
    let coverage = measure.coverage().map(|coverage| coverage.known * 2);
    if coverage.is_some_and(|known| known > 0 && small.is(known)) {
        return true;
    }
    if kind == Kind::Activity {
        return false;
    }
    let parts = [measure.numerator(), measure.denominator()];
    let [above, below] = parts.map(|part| part.and_then(|part| part.value).map(doubled));
    let value = match measure.unit() {
        Unit::People => measure.number().map(doubled),
        _ => None,
    };
    let components = measure.components().iter().filter_map(|part| match part.value {
        Some(count @ Number::Count(_)) => Some(doubled(count)),
        _ => None,
    });
    let counts = [above, below, value].into_iter().flatten().chain(components);
    let rate = measure.unit() == Unit::Rate;
    let rest = below.zip(above).filter(|_| rate);
    counts.into_iter().any(|count| small.is(count))
        || rest.is_some_and(|(whole, part)| small.is_rest(whole, part))
}

/// Every whole number that the measures of one column show, cell by cell.
fn sums_of(measures: &[Option<Measure>]) -> Vec<Vec<i128>> {
    let numbers = |measure: &Measure| -> BTreeMap<String, i128> {
        let parts = measure.numerator().into_iter().map(|part| ("above", part));
        let parts = parts.chain(measure.denominator().map(|part| ("below", part)));
        let components = measure.components().iter();
        let parts = parts.chain(components.map(|part| (part.name.as_ref(), part)));
        let parts = parts.filter_map(|(name, part)| Some((name, part.value?)));
        let value = measure.number().map(|value| ("value", value));
        let coverage = measure.coverage().map(|coverage| {
            [
                ("known", Number::Count(coverage.known)),
                ("rows", Number::Count(coverage.rows)),
            ]
        });
        parts
            .chain(value)
            .chain(coverage.into_iter().flatten())
            .filter_map(|(name, number)| match number {
                Number::Count(count) => Some((name.to_owned(), i128::from(count))),
                Number::Real(_) => None,
            })
            .collect()
    };
    let mut sums: BTreeMap<String, Vec<i128>> = BTreeMap::new();
    for (at, measure) in measures.iter().enumerate() {
        for (name, number) in measure.iter().flat_map(numbers) {
            let sum = sums.entry(name).or_insert_with(|| vec![0; measures.len()]);
            sum[at] = number;
        }
    }
    let mut sums: Vec<Vec<i128>> = sums.into_values().collect();
    sums.sort_unstable();
    sums.dedup();
    sums
}

/// An error for what a policy does not allow to be asked.
#[cold]
pub(crate) fn refused(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Protected, why)
}

/// An error where a policy cannot vouch for a table split this way.
pub(super) fn check(plan: &Plan<'_>) -> Result<()> {
    if plan.dimensions.len() > 2 {
        return Err(refused(format!(
            "{} dimensions at once; under a privacy policy a table has at most 2",
            plan.dimensions.len()
        ))
        .in_field("by"));
    }
    let mut axes = plan.space.axes.iter();
    if let Some(axis) = axes.find(|axis| axis.key.is_multi()) {
        return Err(refused(format!(
            "one share or item can have several of {}: under a privacy policy a table cannot be split by it",
            axis.dimension
        ))
        .in_field("by"));
    }
    Ok(())
}

/// The table's rows and total with everything hidden that must be.
pub(super) fn protect(
    plan: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: Raw,
    counted: &Counted,
) -> Result<(Vec<Row>, Row)> {
    let metrics: Vec<Metric> = plan.columns.iter().map(|column| column.metric).collect();
    let (places, hidden) = match &plan.margins[..] {
        [] => {
            let (grid, places) = one_way(plan, &raw, metrics);
            (places, grid.hidden(policy)?)
        }
        [across, down] => {
            let tables = [across.raw(counted)?, down.raw(counted)?];
            let mut margins = Vec::new();
            for (plan, raw) in [across, down].into_iter().zip(&tables) {
                let (grid, _) = one_way(plan, raw, metrics.clone());
                margins.push(grid.hidden(policy)?);
            }
            let (grid, places) = two_way(plan, &raw, &tables, &margins, metrics);
            (places, grid.hidden(policy)?)
        }
        _ => return Err(refused("more than 2 dimensions at once").in_field("by")),
    };
    let program = plan.space.program;
    let cover = |mut row: Row, cell: usize| {
        for (column, measure) in row.measures.iter_mut().enumerate() {
            *measure = if hidden.columns[column][cell] {
                measure.clone().suppressed(policy.reason(Subject::Activity))
            } else {
                measure.clone().discreet(policy.rounding)
            };
        }
        row
    };
    let named = |row: &Row| is_named_with_consent(program, &plan.dimensions, &row.key);
    let rows = raw.rows.into_iter().zip(&places);
    let rows = rows
        .filter(|((row, _), _)| named(row).unwrap_or(true))
        .map(|((row, _), &place)| cover(row, place))
        .collect();
    let total = cover(raw.total.0, hidden.columns.first().map_or(0, Vec::len).saturating_sub(1));
    Ok((rows, total))
}

/// Whether the person a row names agreed to it; `None` where it names nobody.
fn is_named_with_consent(
    program: &Program<'_>,
    dimensions: &[Dimension],
    key: &[KeyValue],
) -> Option<bool> {
    let at = dimensions.iter().position(|by| *by == Dimension::Advocate)?;
    Some(match key.get(at) {
        Some(KeyValue::Thing { id, .. }) => program.has_consented(id),
        _ => false,
    })
}

fn known(plan: &Plan<'_>, (row, behind): &(Row, Vec<Behind>)) -> Known {
    let consented = is_named_with_consent(plan.space.program, &plan.dimensions, &row.key);
    Known {
        measures: row.measures.clone(),
        behind: behind.clone(),
        consented: consented.unwrap_or(false),
    }
}

/// Rows and their total; each row's place is its number.
fn one_way(plan: &Plan<'_>, raw: &Raw, metrics: Vec<Metric>) -> (Grid<'static>, Vec<usize>) {
    let rows = raw.rows.len();
    let cells = raw.rows.iter().chain([&raw.total]);
    let mut decided = vec![Decided::Not; rows];
    decided.push(Decided::Total);
    let grid = Grid {
        layout: Layout::one_way(rows),
        known: cells.map(|row| Some(known(plan, row))).collect(),
        decided,
        margins: &[],
        metrics,
    };
    (grid, (0..rows).collect())
}

/// Rows by columns with the totals of both, and each row's place.
fn two_way<'g>(
    plan: &Plan<'_>,
    raw: &Raw,
    tables: &[Raw; 2],
    margins: &'g [Hidden],
    metrics: Vec<Metric>,
) -> (Grid<'g>, Vec<usize>) {
    let place = |row: &Row, at: usize| row.key.get(at).map(KeyValue::place);
    let mut steps = [BTreeMap::new(), BTreeMap::new()];
    for (axis, steps) in steps.iter_mut().enumerate() {
        for (row, _) in &raw.rows {
            steps.insert(place(row, axis), 0);
        }
        for (row, _) in &tables[axis].rows {
            steps.insert(place(row, 0), 0);
        }
        for (number, step) in steps.values_mut().enumerate() {
            *step = number;
        }
    }
    let [down, across] = [&steps[0], &steps[1]];
    let width = across.len() + 1;
    let cells = (down.len() + 1) * width;
    let mut grid = Grid {
        layout: Layout::two_way(down.len(), across.len()),
        known: vec![None; cells],
        decided: vec![Decided::Not; cells],
        margins,
        metrics,
    };
    let places: Vec<usize> = raw
        .rows
        .iter()
        .map(|(row, _)| down[&place(row, 0)] * width + across[&place(row, 1)])
        .collect();
    for (row, &at) in raw.rows.iter().zip(&places) {
        grid.known[at] = Some(known(plan, row));
    }
    for axis in [0, 1] {
        for (number, row) in tables[axis].rows.iter().enumerate() {
            let step = steps[axis][&place(&row.0, 0)];
            let at = if axis == 0 {
                step * width + width - 1
            } else {
                (cells - width) + step
            };
            grid.known[at] = Some(known(plan, row));
            grid.decided[at] = Decided::Margin { axis, row: number };
        }
    }
    grid.known[cells - 1] = Some(known(plan, &raw.total));
    grid.decided[cells - 1] = Decided::Total;
    (grid, places)
}


/// A table of cohorts by age, as it may be shown: a small cohort is hidden at
/// every age, and at each age what leaves few or would give another away.
pub(crate) fn cohorts(cohorts: &mut [Cohort], policy: &PrivacyPolicy) -> Result<()> {
    let ages = cohorts.iter().map(|cohort| cohort.ages.len()).max();
    let sizes: Vec<u64> = cohorts
        .iter()
        .map(|cohort| cohort.size.unwrap_or(0))
        .collect();
    let whole: Vec<(u64, u64)> = sizes.iter().map(|&size| (size, size)).collect();
    let few = hidden_parts(&whole, &vec![false; sizes.len()], policy)?;
    for (cohort, &few) in cohorts.iter_mut().zip(&few) {
        if few {
            cohort.size = None;
        }
    }
    let hidden = |measure: &Measure| {
        let reason = policy.reason(Subject::Activity);
        measure.clone().suppressed(reason)
    };
    for age in 0..ages.unwrap_or(0) {
        // How many of each cohort are still there at this age, of how many.
        let counts: Vec<(u64, u64)> = cohorts
            .iter()
            .zip(&sizes)
            .map(|(cohort, &size)| {
                let measure = cohort.ages.get(age);
                let retained = measure.and_then(Measure::numerator).and_then(|part| part.value);
                retained.map_or((0, 0), |retained| (doubled(retained) / 2, size))
            })
            .collect();
        let close = hidden_parts(&counts, &few, policy)?;
        for (cohort, hide) in cohorts.iter_mut().zip(close) {
            if let Some(measure) = cohort.ages.get_mut(age) {
                *measure = if hide {
                    hidden(measure)
                } else {
                    measure.clone().discreet(policy.rounding)
                };
            }
        }
    }
    for cohort in cohorts {
        let base = u64::from(policy.rounding);
        let rounded = cohort.size.map(|size| size.saturating_add(base / 2) / base * base);
        cohort.size = rounded;
    }
    Ok(())
}

/// Which parts of a total that is shown elsewhere are hidden: (part, of) each,
/// some of them hidden already.
fn hidden_parts(
    counts: &[(u64, u64)],
    already: &[bool],
    policy: &PrivacyPolicy,
) -> Result<Vec<bool>> {
    let whole = counts.iter().map(|(part, _)| part).sum();
    let parts = counts.iter().zip(already).map(|(&(part, of), &hidden)| {
        let cell = Cell::new(part).of(of);
        if hidden { cell.hidden_elsewhere() } else { cell }
    });
    let cells: Vec<Cell> = parts.chain([Cell::new(whole).shown_elsewhere()]).collect();
    let layout = Layout::one_way(counts.len());
    let found = suppress(&layout, &cells, &[], policy, Subject::Activity)?;
    Ok((0..counts.len()).map(|at| found.is_hidden(at)).collect())
}
