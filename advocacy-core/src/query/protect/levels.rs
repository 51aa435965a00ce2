//! A table by one level of a hierarchy and something else, decided on as one
//! with the table by the other level: who sees both adds teams up to their
//! department.

use std::collections::{BTreeMap, BTreeSet};

use crate::dimension::Dimension;
use crate::error::{ErrorKind, Result};
use crate::privacy::{Layout, PrivacyPolicy};
use crate::query::plan::Plan;
use crate::query::rows::Raw;
use crate::table::Place;
use crate::tally::Counted;

use super::behind::Behind;
use super::grid::{Decided, Grid, known, place};
use super::hierarchy::{FAMILY, Hierarchy, one_dimension};
use super::{Decision, refused};

/// Decides on a table by a level and something else; `sibling` is by the other
/// level and the same.
///
/// Where departments share teams, what those departments come to together is
/// taken for known: who sees all the others can work it out. Where anything of
/// them is hidden, they are not told apart at all ([`Families::withheld`]).
pub(super) fn decide(
    plan: &Plan<'_>,
    sibling: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: &Raw,
    counted: &Counted,
) -> Result<Decision> {
    let no_level = || refused("a hierarchy has two levels");
    let is_level = |by: &Dimension| FAMILY.contains(by);
    let own = plan.dimensions.iter().position(is_level);
    let own = own.ok_or_else(no_level)?;
    let beside = 1 - own;
    let level = FAMILY.iter().position(|by| *by == plan.dimensions[own]);
    let level = level.ok_or_else(no_level)?;
    let [by_level, across] = [&plan.margins[own], &plan.margins[beside]];
    let family = by_level.family.as_deref().ok_or_else(no_level)?;

    let other = sibling.raw(counted)?;
    let columns = across.raw(counted)?;
    let found = Hierarchy::new(family, counted)?;
    let [departments, teams] = found.hidden(family, policy)?;
    let margins = [
        departments,
        teams,
        one_dimension(across, policy, &columns, counted)?,
    ];
    let tables = if level == 0 {
        [(plan, raw), (sibling, &other)]
    } else {
        [(sibling, &other), (plan, raw)]
    };

    let numbers = Numbers::new(&found, tables.map(|(_, table)| table), &columns, own);
    let pairs = found.raw.rows.iter();
    let pairs = pairs.map(|row| [0, 1].map(|level| numbers.levels[level][&place(row, level)]));
    let pairs: Vec<[usize; 2]> = pairs.collect();
    let families = Families::new(&numbers, &pairs);

    let width = numbers.columns.len() + 1;
    let cells = (families.company + 1) * width;
    let cell = |row: usize, column: usize| row * width + column;
    let mut grid = Grid {
        layout: Layout::levels(&families.all, families.company + 1, width - 1),
        known: vec![None; cells],
        decided: vec![Decided::Not; cells],
        margins: &margins,
        margin_places: [Vec::new(), Vec::new()],
        metrics: plan.metrics().collect(),
        groups: Vec::new(),
        is_of_persons: plan.dimensions.contains(&Dimension::Advocate),
        summed: families.summed(width),
        withheld: BTreeSet::new(),
        width,
    };
    let mut places = Vec::new();
    for (at, (plan, table)) in tables.into_iter().enumerate() {
        for row in &table.rows {
            let number = numbers.levels[at][&place(row, own)];
            let at_cell = cell(number, numbers.columns[&place(row, beside)]);
            grid.known[at_cell] = Some(known(plan, row));
            if at == level {
                places.push(at_cell);
            }
        }
        for (row, total) in found.margins[at].rows.iter().enumerate() {
            let at_cell = cell(numbers.levels[at][&place(total, 0)], width - 1);
            grid.known[at_cell] = Some(known(plan, total));
            grid.decided[at_cell] = Decided::Margin { axis: at, row };
            if at == level {
                grid.margin_places[0].push(at_cell);
            }
        }
    }
    for (row, total) in columns.rows.iter().enumerate() {
        let at_cell = cell(families.company, numbers.columns[&place(total, 0)]);
        grid.known[at_cell] = Some(known(plan, total));
        grid.decided[at_cell] = Decided::Margin { axis: 2, row };
        grid.margin_places[1].push(at_cell);
    }
    grid.known[cells - 1] = Some(known(plan, &raw.total));
    grid.decided[cells - 1] = Decided::Total;
    let hidden = loop {
        let hidden = match grid.hidden(policy) {
            // Failing all else, the whole table; its totals are decided on.
            Err(error) if error.kind() == ErrorKind::Protected && !families.shared.is_empty() => {
                let totals = margins[0].columns.iter().map(|all| all.last());
                let all = totals.map(|total| {
                    let mut all = vec![true; cells];
                    all[cells - 1] = total.is_none_or(|&hidden| hidden);
                    all
                });
                break all.collect();
            }
            hidden => hidden?.columns,
        };
        let withheld = families.withheld(&grid, &pairs, &hidden);
        if withheld.len() == grid.withheld.len() {
            break hidden;
        }
        // Each time those of more departments.
        grid.withheld = withheld;
    };
    let rows = [&found.margins[level].rows[..], &columns.rows[..]];
    let absent = grid.absent(&hidden, rows, own == 1);
    Ok(Decision {
        places,
        hidden,
        absent,
    })
}

/// The number of every department's and every team's row, and of every column.
#[derive(Default)]
struct Numbers<'r> {
    levels: [BTreeMap<Place<'r>, usize>; 2],
    columns: BTreeMap<Place<'r>, usize>,
}

impl<'r> Numbers<'r> {
    /// Of a hierarchy, the tables by its levels, whose keys have these at `own`,
    /// and what is beside them.
    fn new(found: &'r Hierarchy, tables: [&'r Raw; 2], columns: &'r Raw, own: usize) -> Self {
        let mut numbers = Self::default();
        for row in &found.raw.rows {
            numbers.add([Some(place(row, 0)), Some(place(row, 1))], None);
        }
        for (level, table) in tables.into_iter().enumerate() {
            let of_level = |place: Place<'r>| {
                let mut both = [None, None];
                both[level] = Some(place);
                both
            };
            for row in &table.rows {
                numbers.add(of_level(place(row, own)), Some(place(row, 1 - own)));
            }
            for row in &found.margins[level].rows {
                numbers.add(of_level(place(row, 0)), None);
            }
        }
        for row in &columns.rows {
            numbers.add([None, None], Some(place(row, 0)));
        }
        numbers.count();
        numbers
    }

    fn add(&mut self, levels: [Option<Place<'r>>; 2], column: Option<Place<'r>>) {
        for (numbers, place) in self.levels.iter_mut().zip(levels) {
            numbers.extend(place.map(|place| (place, 0)));
        }
        self.columns.extend(column.map(|place| (place, 0)));
    }

    /// Rows are numbered on from the departments to the teams.
    fn count(&mut self) {
        for (number, at) in self.levels.iter_mut().flatten().enumerate() {
            *at.1 = number;
        }
        for (number, at) in self.columns.values_mut().enumerate() {
            *at = number;
        }
    }
}

/// Which rows are the sum of which.
struct Families {
    /// Wholes with their parts.
    all: Vec<(usize, Vec<usize>)>,
    /// Rows of no table: departments that hang together by teams they share, and
    /// what those teams come to.
    together: Vec<(usize, Vec<usize>)>,
    /// Departments and teams that hang together by teams of several departments.
    shared: Vec<Vec<usize>>,
    /// The last row.
    company: usize,
}

/// Of so many rows, the first of those that each hangs together with.
fn first_of<'a>(rows: usize, pairs: impl Iterator<Item = &'a [usize; 2]>) -> Vec<usize> {
    let mut first: Vec<usize> = (0..rows).collect();
    for pair in pairs {
        let [a, b] = pair.map(|row| first[row]);
        let (low, high) = (a.min(b), a.max(b));
        first
            .iter_mut()
            .filter(|row| **row == high)
            .for_each(|row| *row = low);
    }
    first
}

impl Families {
    /// Of the departments and teams that have anybody in common.
    fn new(numbers: &Numbers, pairs: &[[usize; 2]]) -> Self {
        let departments = numbers.levels[0].len();
        let rows = departments + numbers.levels[1].len();
        let first = first_of(rows, pairs.iter());
        let mut groups: BTreeMap<usize, [Vec<usize>; 2]> = BTreeMap::new();
        for (row, &first) in first.iter().enumerate() {
            let level = usize::from(row >= departments);
            groups.entry(first).or_default()[level].push(row);
        }
        // What hangs together with nothing may be of the same people.
        let (mut groups, alone): (Vec<_>, Vec<_>) = groups
            .into_values()
            .partition(|levels| !levels.iter().any(Vec::is_empty));
        let alone = [0, 1].map(|level| alone.iter().flat_map(|of| of[level].clone()).collect());
        let alone: [Vec<usize>; 2] = alone;
        if alone.iter().any(|level| !level.is_empty()) {
            groups.push(alone);
        }
        let shared = groups.iter().filter(|levels| levels[0].len() > 1);
        let shared = shared.map(|levels| levels.concat()).collect();
        if let [levels] = &groups[..]
            && levels[0].len() != 1
        {
            // The company is the sum of its teams as of its departments.
            return Self {
                all: levels.clone().map(|parts| (rows, parts)).into(),
                together: Vec::new(),
                shared,
                company: rows,
            };
        }
        let (mut all, mut together, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for [departments, teams] in groups {
            match (&departments[..], &teams[..]) {
                (&[department], [_, ..]) => {
                    parts.push(department);
                    all.push((department, teams));
                }
                ([_, ..], [_, ..]) => {
                    let whole = rows + together.len();
                    parts.push(whole);
                    together.push((whole, teams.clone()));
                    all.extend([(whole, departments), (whole, teams)]);
                }
                _ => parts.extend(departments.into_iter().chain(teams)),
            }
        }
        let company = rows + together.len();
        all.push((company, parts));
        Self {
            all,
            together,
            shared,
            company,
        }
    }

    /// Where departments share teams and anything of them is hidden, all cells of
    /// those departments where anybody is in their teams, and those of nobody that must not be seen to be.
    ///
    /// How many of a shared team are in each of its departments is in no table,
    /// but it is no less than none, and who sees both levels can narrow it down
    /// from both sides. With the teams alone, every way to fill their hidden cells
    /// can be split among the departments: nothing but the table of teams counts.
    /// With nobody in the team they share, two departments would be known apart in
    /// that column.
    fn withheld(
        &self,
        grid: &Grid<'_>,
        pairs: &[[usize; 2]],
        hidden: &[Vec<bool>],
    ) -> BTreeSet<usize> {
        let width = grid.width;
        let nobody = |cell: usize| {
            let known = grid.known[cell].as_ref();
            known.is_none_or(|known| known.behind.iter().all(Behind::is_of_nobody))
        };
        let hides = |row: &usize| {
            let of_row = row * width..(row + 1) * width;
            let mut columns = hidden.iter();
            columns.any(|hidden| hidden[of_row.clone()].contains(&true))
        };
        let mut withheld = BTreeSet::new();
        for group in self.shared.iter().filter(|group| group.iter().any(hides)) {
            for column in 0..width - 1 {
                let cell = |row: &usize| row * width + column;
                // Where there is nobody in any of its teams, none is no secret.
                let of_used = pairs.iter().filter(|[_, team]| !nobody(cell(team)));
                let departments = of_used.map(|[department, _]| department);
                withheld.extend(departments.filter(|row| group.contains(row)).map(cell));
                let (empty, used): (Vec<usize>, Vec<usize>) =
                    group.iter().partition(|row| nobody(cell(row)));
                let both = |pair: &&[usize; 2]| pair.iter().all(|row| !nobody(cell(row)));
                let first = first_of(self.company, pairs.iter().filter(both));
                if used.windows(2).any(|two| first[two[0]] != first[two[1]]) {
                    withheld.extend(empty.iter().map(cell));
                }
            }
        }
        withheld
    }

    /// The cells of rows of no table, each with those it is the sum of.
    fn summed(&self, width: usize) -> Vec<(usize, Vec<usize>)> {
        let of_row = |(row, parts): &(usize, Vec<usize>)| {
            let (row, parts) = (*row, parts.clone());
            (0..width).map(move |column| {
                let part = |part: &usize| part * width + column;
                (row * width + column, parts.iter().map(part).collect())
            })
        };
        self.together.iter().flat_map(of_row).collect()
    }
}
