//! An attack on teams and departments beside something else, where departments
//! share names of teams: everything that can be asked by either level is asked,
//! and read by exact elimination over who shared where. Nothing here is taken
//! from the library but what it shows.

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
        for (cell, value) in &told {
            let behind = people.iter().filter(|(finest, _)| covers(cell, finest));
            let behind: u64 = behind.map(|(_, people)| people).sum();
            shown += usize::from(value.is_some());
            if (1..K).contains(&behind) {
                small += 1;
                assert_eq!(*value, None, "{cell:?} of {behind} is shown");
                if known.rest(&weights(cell)).iter().all(|&rest| rest == 0) {
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
