//! What sums and differences of answers come to: which groups of people can be
//! told apart by any arithmetic over what was answered.
//!
//! An answer is a row of a matrix with a column for each person and a mark of
//! what of theirs it counts. Marks add up as facts do, so that a combination of
//! answers in which a person's mark is zero says nothing of that person, and
//! one in which few marks are left tells of few people. Elimination finds such
//! combinations, in the integers below a prime: marks are spread over them, and
//! to cancel there by chance is as good as impossible.

use std::collections::BTreeMap;

/// 2^61 − 1.
const PRIME: u64 = (1 << 61) - 1;

/// Marks by person; none of them zero.
pub(crate) type Marks = BTreeMap<u64, u64>;

/// A number as a mark, never zero.
pub(crate) fn mark(number: u64) -> u64 {
    number % (PRIME - 1) + 1
}

pub(crate) fn plus(a: u64, b: u64) -> u64 {
    (a + b) % PRIME
}

fn times(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b) % u128::from(PRIME);
    u64::try_from(product).unwrap_or(0)
}

fn minus(a: u64) -> u64 {
    (PRIME - a) % PRIME
}

/// By Fermat: a^(p − 2).
fn inverse(a: u64) -> u64 {
    let (mut result, mut power, mut left) = (1, a, PRIME - 2);
    while left > 0 {
        if left & 1 == 1 {
            result = times(result, power);
        }
        power = times(power, power);
        left >>= 1;
    }
    result
}

/// Adds a multiple of some marks to others.
fn add(to: &mut Marks, factor: u64, marks: &Marks) {
    for (&who, &mark) in marks {
        let sum = plus(to.get(&who).copied().unwrap_or(0), times(factor, mark));
        if sum == 0 {
            to.remove(&who);
        } else {
            to.insert(who, sum);
        }
    }
}

/// Everything that sums and differences of some answers come to.
#[derive(Clone, Default)]
pub(crate) struct Span {
    /// By a person each: rows in which the others' persons are not.
    rows: BTreeMap<u64, Marks>,
    /// Marks touched so far.
    work: u64,
}

impl Span {
    /// What remains of an answer beside all that is known; nothing where it
    /// follows from it.
    pub(crate) fn rest(&self, of: &Marks) -> Marks {
        let mut rest = of.clone();
        for (who, &factor) in of {
            if let Some(row) = self.rows.get(who) {
                add(&mut rest, minus(factor), row);
            }
        }
        rest
    }

    /// One answer more.
    pub(crate) fn add(&mut self, answer: &Marks) {
        let mut new = self.rest(answer);
        self.work += answer.len() as u64;
        let Some((&who, &first)) = new.first_key_value() else {
            return;
        };
        let scale = inverse(first);
        for mark in new.values_mut() {
            *mark = times(*mark, scale);
        }
        for row in self.rows.values_mut() {
            if let Some(&factor) = row.get(&who) {
                add(row, minus(factor), &new);
                self.work += new.len() as u64;
            }
        }
        self.rows.insert(who, new);
    }

    /// Answers from which all the others follow.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Marks> {
        self.rows.values()
    }

    /// How many marks were touched to get here.
    pub(crate) fn work(&self) -> u64 {
        self.work
    }

    /// Groups of fewer people than `k` that follow.
    ///
    /// A group that no answer parts is among them whenever it follows at all:
    /// were its row not one of these, it would be in none of them.
    pub(crate) fn small(&self, k: u64) -> impl Iterator<Item = &Marks> {
        self.rows.values().filter(move |row| (row.len() as u64) < k)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(who: impl IntoIterator<Item = u64>) -> Marks {
        who.into_iter()
            .map(|who| (who, mark(who * 7 + 3)))
            .collect()
    }

    #[test]
    fn union_less_both_parts_leaves_the_overlap() {
        let mut span = Span::default();
        span.add(&people(0..20));
        span.add(&people(17..40));
        assert!(span.small(5).next().is_none());
        // A + B − (A ∪ B) is the three in both.
        span.add(&people(0..40));
        let found: Vec<Vec<u64>> = span
            .small(5)
            .map(|row| row.keys().copied().collect())
            .collect();
        assert_eq!(found, [vec![17, 18, 19]]);
    }

    #[test]
    fn what_follows_leaves_no_rest() {
        let mut span = Span::default();
        span.add(&people(0..30));
        span.add(&people(0..10));
        span.add(&people(10..20));
        assert!(span.rest(&people(20..30)).is_empty());
        assert!(span.rest(&people(0..20)).is_empty());
        assert_eq!(span.rest(&people(20..31)).len(), 1);
    }

    #[test]
    fn months_add_up_to_their_quarter() {
        // One person's marks of two months are two numbers; of both, their sum.
        let (july, august) = (mark(11), mark(12));
        let month = |mark: u64| -> Marks { (0..9).map(|who| (who, mark)).collect() };
        let mut quarter: Marks = (0..9).map(|who| (who, plus(july, august))).collect();
        let mut span = Span::default();
        span.add(&month(july));
        span.add(&month(august));
        assert!(span.rest(&quarter).is_empty());
        quarter.insert(9, july);
        assert_eq!(span.rest(&quarter).len(), 1);
    }
}
