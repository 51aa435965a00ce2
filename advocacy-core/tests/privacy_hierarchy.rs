//! An attack on teams and departments beside something else, where departments
//! share names of teams: everything that can be asked by either level is asked,
//! and read by exact elimination over who shared where, and by narrowing down how
//! many there can be. Nothing here is taken from the library but what it shows.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

use std::collections::{BTreeMap, BTreeSet};

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{Dimension, KeyValue, Metric, Period, Program, Rows, Zone};
use serde_json::{Value, json};

const K: u64 = 5;
const NETWORKS: [&str; 3] = ["bluesky", "linkedin", "x"];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }
}

/// Who shared where: department, team, network, and of how many people.
type Finest = (String, String, &'static str);

/// Departments with teams of their own and, some of them, teams of one name.
fn units(random: &mut Random) -> Vec<(String, String)> {
    let departments = 2 + random.below(4);
    let mut units = Vec::new();
    for department in 0..departments {
        for team in 0..random.below(3) {
            units.push((format!("D{department}"), format!("T{department}{team}")));
        }
    }
    for shared in 0..=random.below(2) {
        let first = random.below(departments);
        let beside = (first + 1 + random.below(departments - 1)) % departments;
        for department in [first, beside] {
            units.push((format!("D{department}"), format!("S{shared}")));
        }
    }
    units
}

fn company(random: &mut Random) -> BTreeMap<Finest, u64> {
    let mut people = BTreeMap::new();
    for (department, team) in units(random) {
        for network in NETWORKS {
            let people_there = match random.below(6) {
                0 => 0,
                1 | 2 => 1 + random.below(4),
                _ => 5 + random.below(6),
            };
            people.insert((department.clone(), team.clone(), network), people_there);
        }
    }
    people.retain(|_, people| *people > 0);
    people
}

/// Each of them shares once.
fn rows(people: &BTreeMap<Finest, u64>) -> Rows {
    let (mut advocates, mut shares) = (Vec::new(), Vec::new());
    for ((department, team, network), people) in people {
        for _ in 0..*people {
            let who = advocates.len();
            advocates.push(json!({"id": who, "department": department, "team": team}));
            shares.push(json!({"advocate": who, "network": network,
                "shared_at": "2025-07-10T10:00:00Z"}));
        }
    }
    let (advocates, shares) = (Value::Array(advocates), Value::Array(shares));
    serde_json::from_value(json!({"advocates": advocates, "shares": shares})).unwrap()
}

/// What a cell of some table counts, by department, team and network; `None`
/// counts all of them.
type Cell = [Option<String>; 3];

fn covers(cell: &Cell, finest: &Finest) -> bool {
    let names = [finest.0.as_str(), &finest.1, finest.2];
    let mut both = cell.iter().zip(names);
    both.all(|(wanted, name)| wanted.as_ref().is_none_or(|wanted| wanted == name))
}

/// Every table by up to two dimensions but that of both levels, whose numbers
/// are audited by themselves.
const TABLES: [&[usize]; 6] = [&[], &[0], &[1], &[2], &[0, 2], &[1, 2]];

/// Everything those tables have a number of, shown or hidden; nothing of a table
/// that is refused.
fn told(program: &Program<'_>, all: &BTreeSet<Finest>) -> BTreeMap<Cell, Option<f64>> {
    let dimensions = [Dimension::Department, Dimension::Team, Dimension::Network];
    let quarter = Period::quarter(2025, 3, &Zone::utc()).unwrap();
    let mut told = BTreeMap::new();
    for by in TABLES {
        let query = program.measure([Metric::Shares]);
        let query = query.by(by.iter().map(|&at| dimensions[at].clone()));
        let table = match query.over(quarter.clone()).table() {
            Ok(table) => table,
            Err(error) => {
                assert_eq!(error.code(), "protected");
                continue;
            }
        };
        // A combination without a row is nobody, and everybody knows it.
        for finest in all {
            for other in all {
                let names = [&finest.0, &finest.1, other.2].map(|name: &str| name.to_owned());
                let mut cell: Cell = [None, None, None];
                for &at in by {
                    cell[at] = Some(names[at].clone());
                }
                told.insert(cell, Some(0.0));
            }
        }
        let mut tell = |key: &[KeyValue], value: Option<f64>| {
            let mut cell: Cell = [None, None, None];
            for (&at, value) in by.iter().zip(key) {
                cell[at] = Some(value.to_string());
            }
            told.insert(cell, value);
        };
        tell(&[], table.total.measures[0].value());
        for row in &table.rows {
            tell(&row.key, row.measures[0].value());
        }
    }
    told
}

/// 2^61 − 1: exact over the rationals but by a chance of one in 10^18.
const PRIME: u128 = (1 << 61) - 1;

fn power(base: u128, mut exponent: u128) -> u128 {
    let (mut result, mut square) = (1, base);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % PRIME;
        }
        square = square * square % PRIME;
        exponent >>= 1;
    }
    result
}

/// Rows of which each has a column that only it has.
#[derive(Default)]
struct Known(Vec<(usize, Vec<u128>)>);

impl Known {
    fn rest(&self, of: &[u128]) -> Vec<u128> {
        let mut rest = of.to_vec();
        for (column, row) in &self.0 {
            let factor = rest[*column];
            if factor != 0 {
                for (to, from) in rest.iter_mut().zip(row) {
                    *to = (*to + (PRIME - factor) * from) % PRIME;
                }
            }
        }
        rest
    }

    fn add(&mut self, of: &[u128]) {
        let mut row = self.rest(of);
        let Some(column) = row.iter().position(|&number| number != 0) else {
            return;
        };
        let scale = power(row[column], PRIME - 2);
        for number in &mut row {
            *number = *number * scale % PRIME;
        }
        for (_, other) in &mut self.0 {
            let factor = other[column];
            for (to, from) in other.iter_mut().zip(&row) {
                *to = (*to + (PRIME - factor) * from) % PRIME;
            }
        }
        self.0.push((column, row));
    }
}

/// Of each finest place and each cell, how few and how many there can be; a
/// count is whole and not negative, and a cell is the sum of its places and of
/// the cells that one dimension more splits it into.
struct Narrowed {
    cells: BTreeMap<Cell, usize>,
    bounds: Vec<(u64, Option<u64>)>,
    sums: Vec<(usize, Vec<usize>)>,
}

impl Narrowed {
    fn new(told: &BTreeMap<Cell, Option<f64>>, places: &BTreeSet<Finest>) -> Self {
        let cells: BTreeMap<Cell, usize> = told.keys().cloned().zip(places.len()..).collect();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        let shown = |value: &Option<f64>| match *value {
            Some(value) => (value as u64, Some(value as u64)),
            None => (0, None),
        };
        let mut bounds = vec![(0, None); places.len()];
        bounds.extend(told.values().map(shown));
        let mut sums = Vec::new();
        for (cell, &at) in &cells {
            let of_places = places.iter().enumerate();
            let of_places = of_places.filter(|(_, place)| covers(cell, place));
            sums.push((at, of_places.map(|(at, _)| at).collect()));
            for added in (0..3).filter(|&added| cell[added].is_none()) {
                let parts = cells.iter().filter(|(part, _)| {
                    let same = |other: usize| other == added || part[other] == cell[other];
                    part[added].is_some() && (0..3).all(same)
                });
                let parts: Vec<usize> = parts.map(|(_, &at)| at).collect();
                if !parts.is_empty() {
                    sums.push((at, parts));
                }
            }
        }
        Self {
            cells,
            bounds,
            sums,
        }
    }

    fn narrow(&mut self, at: usize, low: u64, high: Option<u64>) -> bool {
        let (known_low, known_high) = &mut self.bounds[at];
        let higher = low > *known_low;
        let lower = high.is_some_and(|high| known_high.is_none_or(|known| high < known));
        *known_low = low.max(*known_low);
        if lower {
            *known_high = high;
        }
        higher || lower
    }

    fn settle(&mut self) {
        let sums = self.sums.clone();
        let mut narrowed = true;
        while narrowed {
            narrowed = false;
            for (whole, parts) in &sums {
                let low: u64 = parts.iter().map(|&part| self.bounds[part].0).sum();
                let high: Option<u64> = parts.iter().map(|&part| self.bounds[part].1).sum();
                narrowed |= self.narrow(*whole, low, high);
                let (least, most) = self.bounds[*whole];
                for &part in parts {
                    let (own, others) = (self.bounds[part], parts.iter().filter(|&&o| o != part));
                    let highs: Option<u64> = others.map(|&other| self.bounds[other].1).sum();
                    let up_to = most.map(|most| most - (low - own.0).min(most));
                    let from = highs.map_or(0, |highs| least.saturating_sub(highs));
                    narrowed |= self.narrow(part, from, up_to);
                }
                if narrowed {
                    break;
                }
            }
        }
    }

    fn is_pinned(&self, cell: &Cell) -> bool {
        let (low, high) = self.bounds[self.cells[cell]];
        high == Some(low)
    }
}

/// 3 and at most 6 of a shown 9, the 6 shown elsewhere.
#[test]
fn what_is_left_of_a_sum_is_narrowed_down() {
    let cell = |team: Option<&str>| -> Cell { [None, team.map(str::to_owned), None] };
    let told = [
        (cell(None), Some(9.0)),
        (cell(Some("A")), None),
        (cell(Some("B")), Some(6.0)),
    ];
    let told: BTreeMap<Cell, Option<f64>> = told.into();
    let places = ["A", "B"].map(|team| ("D".to_owned(), team.to_owned(), "x"));
    let mut narrowed = Narrowed::new(&told, &places.into());
    assert!(!narrowed.is_pinned(&cell(Some("A"))));
    narrowed.settle();
    assert!(narrowed.is_pinned(&cell(Some("A"))));
    assert_eq!(narrowed.bounds[0], (3, Some(3)));
}

#[test]
fn teams_of_several_departments_give_nothing_away() {
    let (mut small, mut shown, mut refused, mut leaks) = (0, 0, 0, Vec::new());
    for seed in 0..300 {
        let people = company(&mut Random(seed));
        let rows = rows(&people);
        let policy = PrivacyPolicy::default();
        let builder = Program::builder_from_rows(&rows).privacy(policy);
        let program = builder.build().unwrap();
        let all: BTreeSet<Finest> = people.keys().cloned().collect();
        let told = told(&program, &all);
        // Who could be anywhere in their team, as far as a reader knows.
        let mut places: BTreeSet<Finest> = BTreeSet::new();
        for (department, team, _) in &all {
            for network in NETWORKS {
                places.insert((department.clone(), team.clone(), network));
            }
        }
        let weights = |cell: &Cell| -> Vec<u128> {
            places
                .iter()
                .map(|place| covers(cell, place).into())
                .collect()
        };
        let mut known = Known::default();
        for (cell, value) in &told {
            match value {
                // Of nobody all parts are nobody.
                Some(0.0) => {
                    for (at, place) in places.iter().enumerate() {
                        if covers(cell, place) {
                            let mut own = vec![0; places.len()];
                            own[at] = 1;
                            known.add(&own);
                        }
                    }
                }
                Some(_) => known.add(&weights(cell)),
                None => {}
            }
        }
        let mut narrowed = Narrowed::new(&told, &places);
        narrowed.settle();
        for (cell, value) in &told {
            let behind = people.iter().filter(|(finest, _)| covers(cell, finest));
            let behind: u64 = behind.map(|(_, people)| people).sum();
            shown += usize::from(value.is_some());
            if (1..K).contains(&behind) {
                small += 1;
                assert_eq!(*value, None, "{cell:?} of {behind} is shown");
                let follows = known.rest(&weights(cell)).iter().all(|&rest| rest == 0);
                if follows || narrowed.is_pinned(cell) {
                    leaks.push((seed, cell.clone()));
                }
            }
        }
        let full = |by: &[usize]| {
            told.keys()
                .any(|cell| by.iter().all(|&at| cell[at].is_some()))
        };
        refused += TABLES.iter().filter(|by| !full(by)).count();
    }
    assert!(
        leaks.is_empty(),
        "{} of {small}: {:?}",
        leaks.len(),
        &leaks[..leaks.len().min(9)]
    );
    assert!(
        small > 1_500 && shown > 5_000,
        "{small} small, {shown} shown"
    );
    assert_eq!(refused, 0, "what cannot be told is hidden");
}
