//! Somebody who wants to know: exact elimination over the rationals, then
//! integer bounds narrowed until they narrow no more.

use super::tables::Table;

/// Σ coefficient × cell = right.
#[derive(Clone)]
struct Equation {
    terms: Vec<i128>,
    right: i128,
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

impl Equation {
    /// The same with the smallest whole coefficients.
    fn reduced(mut self) -> Self {
        let all = self.terms.iter().chain([&self.right]);
        let common = all.fold(0, |common, &number| gcd(common, number)).max(1);
        self.terms.iter_mut().for_each(|term| *term /= common);
        self.right /= common;
        self
    }

    /// Without a column, by taking away a multiple of another: rationals kept
    /// as whole numbers, exactly.
    fn without(&self, column: usize, pivot: &Self) -> Self {
        let (mine, theirs) = (self.terms[column], pivot.terms[column]);
        let terms = self.terms.iter().zip(&pivot.terms);
        Self {
            terms: terms.map(|(a, b)| a * theirs - b * mine).collect(),
            right: self.right * theirs - pivot.right * mine,
        }
        .reduced()
    }
}

/// The equations of the hidden cells, as given and fully eliminated.
fn equations(table: &Table, values: &[i128], open: &[usize], holds: &[bool]) -> Vec<Equation> {
    let mut given = Vec::new();
    for ((whole, parts), _) in table.lines.iter().zip(holds).filter(|(_, holds)| **holds) {
        let mut equation = Equation {
            terms: vec![0; open.len()],
            right: 0,
        };
        let signed = parts.iter().map(|&part| (part, 1)).chain([(*whole, -1)]);
        for (cell, sign) in signed {
            match open.iter().position(|&at| at == cell) {
                Some(column) => equation.terms[column] += sign,
                None => equation.right -= sign * values[cell],
            }
        }
        given.push(equation);
    }
    let mut rows = given.clone();
    let mut done = 0;
    for column in 0..open.len() {
        let Some(at) = (done..rows.len()).find(|&at| rows[at].terms[column] != 0) else {
            continue;
        };
        rows.swap(done, at);
        let pivot = rows[done].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            if at != done && row.terms[column] != 0 {
                *row = row.without(column, &pivot);
            }
        }
        done += 1;
    }
    rows.truncate(done);
    rows.extend(given);
    rows
}

/// Lowest and highest (`None`: no bound) whole values of each hidden cell.
fn bounds(equations: &[Equation], open: usize, least: i128) -> Vec<(i128, Option<i128>)> {
    let mut known = vec![(least, None::<i128>); open];
    for _ in 0..200 {
        let mut narrowed = false;
        for equation in equations {
            for column in 0..open {
                let own = equation.terms[column];
                if own == 0 {
                    continue;
                }
                // own × x = right − Σ others, so x is between two quotients.
                let (mut low, mut high) = (Some(equation.right), Some(equation.right));
                for (other, &term) in equation.terms.iter().enumerate() {
                    if other == column || term == 0 {
                        continue;
                    }
                    let (least, most) = known[other];
                    let (down, up) = if term > 0 {
                        (most, Some(least))
                    } else {
                        (Some(least), most)
                    };
                    low = low.zip(down).map(|(sum, value)| sum - term * value);
                    high = high.zip(up).map(|(sum, value)| sum - term * value);
                }
                let (low, high) = if own > 0 { (low, high) } else { (high, low) };
                let ceil = low.map(|low| -(-low * own.signum()).div_euclid(own.abs()));
                let floor = high.map(|high| (high * own.signum()).div_euclid(own.abs()));
                if let Some(ceil) = ceil.filter(|&ceil| ceil > known[column].0) {
                    known[column].0 = ceil;
                    narrowed = true;
                }
                if let Some(floor) = floor
                    && known[column].1.is_none_or(|known| floor < known)
                {
                    known[column].1 = Some(floor);
                    narrowed = true;
                }
            }
        }
        if !narrowed {
            break;
        }
    }
    known
}

struct Quantity {
    values: Vec<i128>,
    least: i128,
    /// Which lines add up.
    holds: Vec<bool>,
}

/// People first, then the other quantities.
fn quantities(table: &Table, protect_zero: bool) -> Vec<Quantity> {
    let people: Vec<i128> = table.people.iter().map(|&n| i128::from(n)).collect();
    let adds_up = |(whole, parts): &(usize, Vec<usize>)| {
        parts.iter().map(|&part| people[part]).sum::<i128>() == people[*whole]
    };
    let holds: Vec<bool> = table.lines.iter().map(adds_up).collect();
    assert!(!table.people_add_up || !holds.contains(&false));
    let mut all = vec![Quantity {
        values: people,
        least: i128::from(!protect_zero),
        holds,
    }];
    for sum in &table.sums {
        all.push(Quantity {
            values: sum.clone(),
            least: 0,
            holds: vec![true; table.lines.len()],
        });
    }
    all
}

/// The hidden cells of which some number can be told exactly.
pub(crate) fn recovered(table: &Table, protect_zero: bool, hidden: &[bool]) -> Vec<usize> {
    let open: Vec<usize> = (0..hidden.len()).filter(|&at| hidden[at]).collect();
    let mut found = Vec::new();
    for quantity in quantities(table, protect_zero) {
        let equations = equations(table, &quantity.values, &open, &quantity.holds);
        for equation in &equations {
            let mut nonzero = (0..open.len()).filter(|&column| equation.terms[column] != 0);
            if let (Some(column), None) = (nonzero.next(), nonzero.next()) {
                found.push(open[column]);
            }
        }
        let known = bounds(&equations, open.len(), quantity.least);
        for (column, (low, high)) in known.into_iter().enumerate() {
            if high == Some(low) {
                assert_eq!(low, quantity.values[open[column]], "the attacker is wrong");
                found.push(open[column]);
            }
        }
        if quantity.holds.contains(&false) {
            found.extend(distinct(table, &quantity, hidden));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What lines of distinct people say: no part is more than the whole, the
/// whole no more than the parts together.
fn distinct(table: &Table, quantity: &Quantity, hidden: &[bool]) -> Vec<usize> {
    let far = 1_000_000;
    let mut known: Vec<(i128, i128)> = quantity
        .values
        .iter()
        .zip(hidden)
        .map(|(&value, &hidden)| {
            if hidden {
                (quantity.least, far)
            } else {
                (value, value)
            }
        })
        .collect();
    for _ in 0..200 {
        for ((whole, parts), holds) in table.lines.iter().zip(&quantity.holds) {
            if *holds {
                continue;
            }
            for &part in parts {
                known[part].1 = known[part].1.min(known[*whole].1);
                known[*whole].0 = known[*whole].0.max(known[part].0);
            }
            let most: i128 = parts.iter().map(|&part| known[part].1).sum();
            known[*whole].1 = known[*whole].1.min(most);
            for &part in parts {
                let others = most - known[part].1;
                known[part].0 = known[part].0.max(known[*whole].0 - others);
            }
        }
    }
    let pinned = |&at: &usize| hidden[at] && known[at].0 == known[at].1;
    (0..hidden.len()).filter(pinned).collect()
}

/// How far apart the bounds of a hidden count are; `None` without an upper one.
pub(crate) fn room(
    table: &Table,
    protect_zero: bool,
    hidden: &[bool],
    cell: usize,
) -> Option<i128> {
    let open: Vec<usize> = (0..hidden.len()).filter(|&at| hidden[at]).collect();
    let quantity = &quantities(table, protect_zero)[0];
    let equations = equations(table, &quantity.values, &open, &quantity.holds);
    let known = bounds(&equations, open.len(), quantity.least);
    let column = open.iter().position(|&at| at == cell).unwrap();
    known[column].1.map(|high| high - known[column].0)
}
