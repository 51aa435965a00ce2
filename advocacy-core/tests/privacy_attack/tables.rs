//! Random tables, with the sums everybody can check.

use advocacy_core::privacy::Layout;

/// A table: who stands behind each cell, other quantities it shows, and which
/// cells add up to which. The lines are written out here on their own account.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) layout: Layout,
    pub(crate) people: Vec<u64>,
    pub(crate) sums: Vec<Vec<i128>>,
    pub(crate) lines: Vec<(usize, Vec<usize>)>,
    /// Whether people add up too, or are distinct over some lines.
    pub(crate) people_add_up: bool,
}

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + usize::try_from(self.below((high - low + 1) as u64)).unwrap()
    }

    /// Mostly small groups, some empty, a few large.
    fn group(&mut self) -> u64 {
        match self.below(10) {
            0 | 1 => 0,
            2..=4 => 1 + self.below(6),
            5..=7 => 3 + self.below(20),
            _ => self.below(200),
        }
    }
}

fn indices(cells: impl IntoIterator<Item = usize>) -> Vec<usize> {
    cells.into_iter().collect()
}

/// The lines of rows by columns with totals.
fn grid_lines(rows: usize, columns: usize) -> Vec<(usize, Vec<usize>)> {
    let cell = |row: usize, column: usize| row * (columns + 1) + column;
    let across = (0..=rows).map(|row| {
        (
            cell(row, columns),
            indices((0..columns).map(|column| cell(row, column))),
        )
    });
    let down = (0..=columns).map(|column| {
        (
            cell(rows, column),
            indices((0..rows).map(|row| cell(row, column))),
        )
    });
    across.chain(down).collect()
}

/// Rows by columns, totals filled in.
fn grid(rows: usize, columns: usize, mut inner: impl FnMut(usize, usize) -> i128) -> Vec<i128> {
    let mut cells = vec![0; (rows + 1) * (columns + 1)];
    for row in 0..rows {
        for column in 0..columns {
            let value = inner(row, column);
            for (r, c) in [
                (row, column),
                (row, columns),
                (rows, column),
                (rows, columns),
            ] {
                cells[r * (columns + 1) + c] += value;
            }
        }
    }
    cells
}

fn people(cells: &[i128]) -> Vec<u64> {
    cells.iter().map(|&n| u64::try_from(n).unwrap()).collect()
}

fn plain(layout: Layout, people: Vec<u64>, lines: Vec<(usize, Vec<usize>)>) -> Table {
    Table {
        layout,
        people,
        sums: Vec::new(),
        lines,
        people_add_up: true,
    }
}

fn one_way_of(random: &mut Random, parts: usize, group: fn(&mut Random) -> u64) -> Table {
    let mut cells: Vec<u64> = (0..parts).map(|_| group(random)).collect();
    cells.push(cells.iter().sum());
    plain(
        Layout::one_way(parts),
        cells,
        vec![(parts, indices(0..parts))],
    )
}

fn two_way_of(
    random: &mut Random,
    rows: usize,
    columns: usize,
    group: fn(&mut Random) -> u64,
) -> Table {
    let cells = grid(rows, columns, |_, _| group(random).into());
    plain(
        Layout::two_way(rows, columns),
        people(&cells),
        grid_lines(rows, columns),
    )
}

/// Parents of a random tree of at most three levels, and the leaves.
fn family(random: &mut Random, most: usize) -> Vec<Option<usize>> {
    let mut parents = vec![None];
    for _ in 0..random.between(2, most) {
        parents.push(Some(0));
    }
    for department in 1..parents.len() {
        if random.below(3) > 0 {
            for _ in 0..random.between(1, most) {
                parents.push(Some(department));
            }
        }
    }
    parents
}

fn children(parents: &[Option<usize>], of: usize) -> Vec<usize> {
    indices((0..parents.len()).filter(|&cell| parents[cell] == Some(of)))
}

/// Values of leaves at random, the others their children's sums.
fn filled(parents: &[Option<usize>], mut leaf: impl FnMut() -> u64) -> Vec<u64> {
    let mut values = vec![0; parents.len()];
    for cell in (0..parents.len()).rev() {
        let below = children(parents, cell);
        values[cell] = if below.is_empty() {
            leaf()
        } else {
            below.iter().map(|&child| values[child]).sum()
        };
    }
    values
}

fn tree_of(random: &mut Random, most: usize, group: fn(&mut Random) -> u64) -> Table {
    let parents = family(random, most);
    let values = filled(&parents, || group(random));
    let lines = (0..parents.len()).map(|cell| (cell, children(&parents, cell)));
    let lines = lines.filter(|(_, parts)| !parts.is_empty()).collect();
    plain(Layout::tree(&parents).unwrap(), values, lines)
}

fn tree_by_of(
    random: &mut Random,
    most: usize,
    columns: usize,
    group: fn(&mut Random) -> u64,
) -> Table {
    let parents = family(random, most);
    let width = columns + 1;
    let mut cells = vec![0; parents.len() * width];
    for column in 0..columns {
        for (row, value) in filled(&parents, || group(random)).into_iter().enumerate() {
            cells[row * width + column] = value;
            cells[row * width + columns] += value;
        }
    }
    let mut lines = Vec::new();
    for row in 0..parents.len() {
        let across = indices((0..columns).map(|column| row * width + column));
        lines.push((row * width + columns, across));
        let below = children(&parents, row);
        for column in 0..if below.is_empty() { 0 } else { width } {
            let down = indices(below.iter().map(|child| child * width + column));
            lines.push((row * width + column, down));
        }
    }
    plain(Layout::tree_by(&parents, columns).unwrap(), cells, lines)
}

pub(crate) fn one_way(random: &mut Random) -> Table {
    let parts = random.between(2, 10);
    one_way_of(random, parts, Random::group)
}

pub(crate) fn two_way(random: &mut Random) -> Table {
    let (rows, columns) = (random.between(2, 6), random.between(2, 6));
    two_way_of(random, rows, columns, Random::group)
}

pub(crate) fn hierarchy(random: &mut Random) -> Table {
    tree_of(random, 4, Random::group)
}

pub(crate) fn hierarchy_by_columns(random: &mut Random) -> Table {
    let columns = random.between(2, 4);
    tree_by_of(random, 3, columns, Random::group)
}

/// Groups by waves: respondents, the sum of their weights (hundredths), and
/// that of the promoters among them. Every other table counts, in its totals,
/// each respondent once however many waves they answered.
pub(crate) fn survey_waves(random: &mut Random) -> Table {
    let (groups, waves) = (random.between(2, 5), random.between(2, 5));
    let mut weights = Vec::new();
    let mut promoters = Vec::new();
    let answers = grid(groups, waves, |_, _| {
        let n = random.group();
        let (mut weight, mut promoting) = (0, 0);
        for _ in 0..n {
            let own = 50 + i128::from(random.below(150));
            weight += own;
            promoting += if random.below(5) < 2 { own } else { 0 };
        }
        weights.push(weight);
        promoters.push(promoting);
        n.into()
    });
    let width = waves + 1;
    let mut respondents = people(&answers);
    let people_add_up = random.below(2) == 0;
    if !people_add_up {
        let mut all = 0;
        for group in 0..groups {
            let own = &mut respondents[group * width..(group + 1) * width];
            let most = own[..waves].iter().copied().max().unwrap();
            own[waves] = most + random.below(own[waves] - most + 1);
            all += own[waves];
        }
        respondents[groups * width + waves] = all;
    }
    let of = |values: &[i128]| grid(groups, waves, |group, wave| values[group * waves + wave]);
    Table {
        layout: Layout::two_way(groups, waves),
        people: respondents,
        sums: vec![of(&weights), of(&promoters)],
        lines: grid_lines(groups, waves),
        people_add_up,
    }
}

fn few(random: &mut Random) -> u64 {
    random.below(4)
}

pub(crate) fn small_one_way(random: &mut Random) -> Table {
    let parts = random.between(2, 5);
    one_way_of(random, parts, few)
}

pub(crate) fn small_two_way(random: &mut Random) -> Table {
    let (rows, columns) = (random.between(2, 4), random.between(2, 4));
    two_way_of(random, rows, columns, few)
}

pub(crate) fn small_tree(random: &mut Random) -> Table {
    tree_of(random, 3, few)
}

pub(crate) fn small_tree_by(random: &mut Random) -> Table {
    tree_by_of(random, 2, 2, few)
}
