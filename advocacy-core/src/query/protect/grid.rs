//! A table and its totals as cells that add up, and what of it is hidden.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Kind, Metric};
use crate::dimension::Dimension;
use crate::error::Result;
use crate::measure::{Measure, Number, Part};
use crate::privacy::{Cell, Layout, PrivacyPolicy, Subject, suppress_audited};
use crate::query::plan::Plan;
use crate::query::rows::{Raw, RawRow};
use crate::table::{KeyValue, Place, Row};

use super::behind::Behind;
use super::groups::{self, Group};
use super::small::is_small;
use super::{is_named_with_consent, refused};

/// A cell before it is decided on.
#[derive(Clone, Debug)]
pub(super) struct Known<'g> {
    pub(super) measures: &'g [Measure],
    pub(super) behind: &'g [Behind],
    pub(super) dominated: &'g [bool],
    /// It names a person who agreed to be named.
    consented: bool,
}

impl Known<'_> {
    /// Whether the known rows of a column could be those of few people: a
    /// missing row takes at most one person away, and known ones are of as
    /// many as the busiest person's rows go into them.
    fn rests_on_few(&self, column: usize, policy: &PrivacyPolicy) -> bool {
        let Some(coverage) = self.measures[column].coverage() else {
            return false;
        };
        let missing = coverage.rows.saturating_sub(coverage.known);
        let k = u64::from(policy.threshold(Subject::Activity));
        let few = |behind: &Behind| {
            let left = (behind.sharers / 2).saturating_sub(missing);
            left.max(coverage.known.div_ceil(behind.busiest.max(1))) < k
        };
        coverage.known > 0 && missing > 0 && self.behind.iter().any(few)
    }
}

/// Where a cell has been decided on already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decided {
    Not,
    /// In the table of the totals, at this place.
    Margin {
        axis: usize,
        row: usize,
    },
    /// It is the total: nothing but what stands behind it decides.
    Total,
}

/// Which cells are hidden, by the kind of data and by column.
pub(super) struct Hidden {
    pub(super) kinds: BTreeMap<Kind, Vec<bool>>,
    pub(super) columns: Vec<Vec<bool>>,
}

impl Hidden {
    /// The same of some of the cells.
    pub(super) fn pick(&self, of: impl Fn(&[bool]) -> Vec<bool>) -> Self {
        let kinds = self.kinds.iter();
        Self {
            kinds: kinds.map(|(&kind, all)| (kind, of(all))).collect(),
            columns: self.columns.iter().map(|all| of(all)).collect(),
        }
    }
}

/// A table, its totals and how they add up.
pub(super) struct Grid<'g> {
    pub(super) layout: Layout,
    /// `None`: no row says anything of this cell.
    pub(super) known: Vec<Option<Known<'g>>>,
    pub(super) decided: Vec<Decided>,
    pub(super) margins: &'g [Hidden],
    /// Of two dimensions, where the totals of each are, in order.
    pub(super) margin_places: [Vec<usize>; 2],
    pub(super) metrics: Vec<Metric>,
    /// Rows that other tables show the sum of.
    pub(super) groups: Vec<Group>,
    /// Whether each row is one person.
    pub(super) is_of_persons: bool,
    /// Cells of no table, each the sum of others: anybody can work them out.
    pub(super) summed: Vec<(usize, Vec<usize>)>,
    /// Cells that are hidden whoever stands behind them.
    pub(super) withheld: BTreeSet<usize>,
    /// Of two dimensions, how many cells a line has with its total.
    pub(super) width: usize,
}

impl Grid<'_> {
    /// Rows for the hidden cells that there is no row of, their numbers those
    /// of another row; `turned` tells that keys begin with the columns.
    pub(super) fn absent(
        &self,
        hidden: &[Vec<bool>],
        totals: [&[RawRow]; 2],
        turned: bool,
    ) -> Vec<Row> {
        let [down, across] = &self.margin_places;
        let width = self.width;
        let mut rows = Vec::new();
        for (row, &at) in totals[0].iter().zip(down) {
            for (column, &under) in totals[1].iter().zip(across) {
                let cell = at / width * width + under % width;
                let is_hidden = || hidden.iter().any(|hidden| hidden[cell]);
                if self.known[cell].is_none() && is_hidden() {
                    let timed = |raw: &RawRow| matches!(raw.row.key[..], [KeyValue::Bucket(_)]);
                    let like = if timed(row) { row } else { column };
                    let (first, second) = if turned { (column, row) } else { (row, column) };
                    let key = first.row.key.iter().chain(&second.row.key);
                    rows.push(Row {
                        key: key.cloned().collect(),
                        measures: like.row.measures.clone(),
                        comparisons: Vec::new(),
                    });
                }
            }
        }
        rows
    }

    pub(super) fn hidden(&self, policy: &PrivacyPolicy) -> Result<Hidden> {
        let mut kinds: BTreeMap<Kind, Vec<bool>> = BTreeMap::new();
        let mut wanted: Vec<Kind> = self
            .metrics
            .iter()
            .map(|&metric| Kind::of(metric))
            .collect();
        let parts: Vec<Kind> = wanted.iter().flat_map(|kind| kind.parts()).collect();
        wanted.extend(parts);
        // What is made of others comes after them.
        wanted.sort_unstable();
        for kind in wanted {
            if kinds.contains_key(&kind) {
                continue;
            }
            let parts = kind.parts();
            let decide = |cell: usize, known: &Known<'_>| {
                let mut behind = known.behind.iter();
                let mut parts = parts.iter().filter_map(|part| kinds.get(part));
                behind.any(|behind| kind.is_small(behind, policy))
                    || kind.differ_by_few(known.behind, policy)
                    || parts.any(|hidden| hidden[cell])
            };
            let margin = |hidden: &Hidden, row: usize| hidden.kinds[&kind][row];
            let sums = || kind.sums(&self.known);
            let found = self.run(policy, kind, sums, decide, margin)?;
            kinds.insert(kind, found);
        }
        let mut columns = Vec::new();
        for (at, &metric) in self.metrics.iter().enumerate() {
            let kind = Kind::of(metric);
            let base = &kinds[&kind];
            let decide = |cell: usize, known: &Known<'_>| {
                base[cell]
                    || known.dominated.get(at) == Some(&true)
                    || is_small(&known.measures[at], kind, policy)
                    || matches!(kind, Kind::Activity | Kind::Unstated)
                        && known.rests_on_few(at, policy)
            };
            let margin = |hidden: &Hidden, row: usize| hidden.columns[at][row];
            let sums = || {
                let measures = self.known.iter();
                let measures =
                    measures.map(|known| known.as_ref().map(|known| &known.measures[at]));
                sums_of(&measures.collect::<Vec<_>>())
            };
            let found = self.run(policy, kind, sums, decide, margin)?;
            columns.push(found);
        }
        Ok(Hidden { kinds, columns })
    }

    /// Hides what must be hidden, and what keeps it so.
    fn run(
        &self,
        policy: &PrivacyPolicy,
        kind: Kind,
        sums: impl Fn() -> Vec<Vec<i128>>,
        decide: impl Fn(usize, &Known<'_>) -> bool,
        margin: impl Fn(&Hidden, usize) -> bool,
    ) -> Result<Vec<bool>> {
        let people = |known: &Known<'_>| {
            let people = known.behind.iter().map(|behind| kind.people(behind));
            people.min().unwrap_or(0) / 2
        };
        let cell = |at: usize| {
            let Some(known) = &self.known[at] else {
                // There is no such row, which is as good as a zero.
                return Cell::new(0).decided(false);
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
        let mut cells: Vec<Cell> = (0..self.known.len()).map(cell).collect();
        for &at in &self.withheld {
            cells[at] = cells[at].decided(true);
        }
        if !cells.iter().any(Cell::is_hidden_first) {
            return Ok(vec![false; cells.len()]);
        }
        // That one person stands behind a person's row is no secret.
        let (subject, people) = (kind.subject(policy), !self.is_of_persons);
        let mut sums = sums();
        for (at, parts) in &self.summed {
            let people = parts.iter().map(|&part| cells[part].people()).sum();
            cells[*at] = Cell::new(people).shown_elsewhere();
            for numbers in &mut sums {
                numbers[*at] = parts.iter().map(|&part| numbers[part]).sum();
            }
        }
        let found = suppress_audited(&self.layout, &cells, &sums, policy, subject, people)?;
        // A cell that is nothing but a total shown elsewhere is as safe as it.
        let exposed = found.exposed().iter();
        let small = |&&at: &&usize| {
            let known = self.known[at].as_ref();
            self.decided[at] != Decided::Total && known.is_some_and(|known| decide(at, known))
        };
        if !self.margins.is_empty() && exposed.filter(small).count() > 0 {
            return Err(refused(
                "what each of the two dimensions shows by itself leaves nothing to hide small \
                 groups behind",
            )
            .in_field("by"));
        }
        let mut hidden: Vec<bool> = (0..cells.len()).map(|at| found.is_hidden(at)).collect();
        let by = (policy, subject, self.is_of_persons);
        groups::hold(&self.groups, (&cells, &sums), by, &mut hidden)?;
        Ok(hidden)
    }
}

/// Every whole number that the measures of one column show, cell by cell.
fn sums_of(measures: &[Option<&Measure>]) -> Vec<Vec<i128>> {
    let part = |part: &Part| part.value;
    let number = |measure: &Measure, which: usize| match which {
        0 => measure.number(),
        1 => measure.numerator().and_then(part),
        2 => measure.denominator().and_then(part),
        3 => measure.coverage().map(|coverage| coverage.known.into()),
        4 => measure.coverage().map(|coverage| coverage.rows.into()),
        _ => measure.components().get(which - 5).and_then(part),
    };
    let components = measures
        .iter()
        .flatten()
        .map(|measure| measure.components().len());
    let numbers = 5 + components.max().unwrap_or(0);
    let mut sums: Vec<Vec<i128>> = Vec::new();
    for which in 0..numbers {
        let whole = |measure: Option<&Measure>| match number(measure?, which)? {
            Number::Count(count) => Some(i128::from(count)),
            Number::Real(_) => None,
        };
        let sum: Vec<i128> = measures
            .iter()
            .map(|&measure| whole(measure).unwrap_or(0))
            .collect();
        // The same numbers again, or none, tell nothing more.
        if sum.iter().any(|&number| number != 0) && !sums.contains(&sum) {
            sums.push(sum);
        }
    }
    sums
}

pub(super) fn known<'g>(plan: &Plan<'_>, raw: &'g RawRow) -> Known<'g> {
    let key = &raw.row.key;
    let consented = is_named_with_consent(plan.space.program, &plan.dimensions, key);
    Known {
        measures: &raw.row.measures,
        behind: &raw.behind,
        dominated: &raw.dominated,
        consented: consented.unwrap_or(false),
    }
}

/// Rows and their total; each row's place is its number.
pub(super) fn one_way<'g>(plan: &Plan<'_>, raw: &'g Raw) -> Grid<'g> {
    let rows = raw.rows.len();
    let cells = raw.rows.iter().chain([&raw.total]);
    let mut decided = vec![Decided::Not; rows];
    decided.push(Decided::Total);
    Grid {
        layout: Layout::one_way(rows),
        known: cells.map(|row| Some(known(plan, row))).collect(),
        decided,
        margins: &[],
        margin_places: [Vec::new(), Vec::new()],
        metrics: plan.metrics().collect(),
        groups: groups::groups(plan, &raw.rows),
        is_of_persons: plan.dimensions.contains(&Dimension::Advocate),
        summed: Vec::new(),
        withheld: BTreeSet::new(),
        width: rows + 1,
    }
}

/// A value, to find it by.
pub(super) fn place(raw: &RawRow, at: usize) -> Place<'_> {
    let value = raw.row.key.get(at).map(KeyValue::place);
    value.unwrap_or_default()
}

/// Rows by columns with the totals of both, and each row's place. Totals that
/// are decided on already are so in the margins; without those, they are cells
/// like others.
pub(super) fn two_way<'g>(
    plan: &Plan<'_>,
    raw: &'g Raw,
    tables: &'g [Raw; 2],
    margins: &'g [Hidden],
) -> (Grid<'g>, Vec<usize>) {
    let mut steps = [BTreeMap::new(), BTreeMap::new()];
    for (axis, steps) in steps.iter_mut().enumerate() {
        for raw in &raw.rows {
            steps.insert(place(raw, axis), 0);
        }
        for raw in &tables[axis].rows {
            steps.insert(place(raw, 0), 0);
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
        margin_places: [Vec::new(), Vec::new()],
        metrics: plan.metrics().collect(),
        groups: Vec::new(),
        is_of_persons: plan.dimensions.contains(&Dimension::Advocate),
        summed: Vec::new(),
        withheld: BTreeSet::new(),
        width,
    };
    let places: Vec<usize> = raw
        .rows
        .iter()
        .map(|raw| down[&place(raw, 0)] * width + across[&place(raw, 1)])
        .collect();
    for (row, &at) in raw.rows.iter().zip(&places) {
        grid.known[at] = Some(known(plan, row));
    }
    for axis in [0, 1] {
        for (number, row) in tables[axis].rows.iter().enumerate() {
            let step = steps[axis][&place(row, 0)];
            let at = if axis == 0 {
                step * width + width - 1
            } else {
                (cells - width) + step
            };
            grid.known[at] = Some(known(plan, row));
            grid.margin_places[axis].push(at);
            if !margins.is_empty() {
                grid.decided[at] = Decided::Margin { axis, row: number };
            }
        }
    }
    grid.known[cells - 1] = Some(known(plan, &raw.total));
    grid.decided[cells - 1] = Decided::Total;
    (grid, places)
}
