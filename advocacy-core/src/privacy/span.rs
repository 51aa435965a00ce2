//! What sums and differences of answers come to: which groups of people can be
//! told apart by any arithmetic over what was answered.
//!
//! An answer is a row of a matrix with a column for each person and a mark of
//! what of theirs it counts. Marks add up as facts do, so that a combination of
//! answers in which a person's mark is zero says nothing of that person, and
//! one in which few marks are left tells of few people. Elimination finds such
//! combinations, in the integers below a prime: marks are spread over them, and
//! to cancel there by chance is as good as impossible.

use std::collections::{BTreeMap, BTreeSet};

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

/// Marks touched before giving up: some seconds' worth.
const MOST_WORK: usize = 30_000_000;

/// Everything that sums and differences of some answers come to.
#[derive(Clone, Default)]
pub(crate) struct Span {
    /// By a person each: rows in which the others' persons are not.
    rows: BTreeMap<u64, Marks>,
    /// The persons of no large crowd among them.
    few: BTreeSet<u64>,
}

impl Span {
    /// Of some answers; `None` where they are too much to compare.
    ///
    /// People whom every answer counts alike are a crowd. A combination that
    /// tells of fewer than `k` people tells nothing of a crowd of `k` or more:
    /// those are eliminated first, and what is then left of the answers is
    /// about small crowds only.
    pub(crate) fn of<'m>(answers: impl Iterator<Item = &'m Marks> + Clone, k: u64) -> Option<Self> {
        let crowds = crowds(answers.clone());
        let mut span = Self::default();
        let mut work = 0;
        for answer in answers {
            let mut new = span.rest(answer);
            let crowd = |who: &u64| crowds.get(who).copied().unwrap_or(0);
            let Some((&who, &first)) = new.iter().max_by_key(|(who, _)| crowd(who)) else {
                continue;
            };
            let scale = inverse(first);
            for mark in new.values_mut() {
                *mark = times(*mark, scale);
            }
            for row in span.rows.values_mut() {
                if let Some(&factor) = row.get(&who) {
                    add(row, minus(factor), &new);
                    work += new.len();
                }
            }
            work += answer.len() + new.len();
            if work > MOST_WORK {
                return None;
            }
            if crowd(&who) < k {
                span.few.insert(who);
            }
            span.rows.insert(who, new);
        }
        Some(span)
    }

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

    /// Answers from which all the others follow.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Marks> + Clone {
        self.rows.values()
    }

    /// What follows of small crowds alone.
    ///
    /// A crowd that follows by itself is among them: were its row not one of
    /// these, it would be in none of them.
    pub(crate) fn of_few(&self) -> impl Iterator<Item = &Marks> {
        self.few.iter().filter_map(|who| self.rows.get(who))
    }
}

/// How many people every answer counts as it counts each person: their marks
/// in all of them are in proportion.
fn crowds<'m>(answers: impl Iterator<Item = &'m Marks>) -> BTreeMap<u64, u64> {
    let mut columns: BTreeMap<u64, Vec<(usize, u64)>> = BTreeMap::new();
    for (at, answer) in answers.enumerate() {
        for (&who, &mark) in answer {
            columns.entry(who).or_default().push((at, mark));
        }
    }
    for column in columns.values_mut() {
        let scale = inverse(column[0].1);
        for (_, mark) in column {
            *mark = times(*mark, scale);
        }
    }
    let mut sizes: BTreeMap<&[(usize, u64)], u64> = BTreeMap::new();
    for column in columns.values() {
        *sizes.entry(column).or_default() += 1;
    }
    let size = |(&who, column): (&u64, &Vec<(usize, u64)>)| (who, sizes[&column[..]]);
    columns.iter().map(size).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(who: impl IntoIterator<Item = u64>) -> Marks {
        who.into_iter()
            .map(|who| (who, mark(who * 7 + 3)))
            .collect()
    }

    fn span(answers: &[Marks]) -> Span {
        Span::of(answers.iter(), 5).unwrap()
    }

    fn few(span: &Span) -> Vec<Vec<u64>> {
        let rows = span.of_few();
        rows.map(|row| row.keys().copied().collect()).collect()
    }

    /// 2^61 − 2 of them: 2^64 − 1 is 8 times that and 15.
    #[test]
    fn marks_are_spread_over_all_but_zero() {
        let numbers = [0, 5, PRIME - 2, PRIME - 1, u64::MAX];
        assert_eq!(numbers.map(mark), [1, 6, PRIME - 1, 1, 16]);
    }

    #[test]
    fn union_less_both_parts_leaves_the_overlap() {
        let (a, b, union) = (people(0..20), people(17..40), people(0..40));
        assert!(few(&span(&[a.clone(), b.clone()])).is_empty());
        // A + B − (A ∪ B) is the three in both, in whatever order they come.
        for answers in [[&a, &b, &union], [&union, &b, &a], [&b, &union, &a]] {
            assert_eq!(few(&span(&answers.map(Clone::clone))), [vec![17, 18, 19]]);
        }
    }

    #[test]
    fn what_follows_leaves_no_rest() {
        let span = span(&[people(0..30), people(0..10), people(10..20)]);
        assert!(span.rest(&people(20..30)).is_empty());
        assert!(span.rest(&people(0..20)).is_empty());
        assert_eq!(span.rest(&people(20..31)).len(), 1);
        assert!(few(&span).is_empty());
    }

    #[test]
    fn months_add_up_to_their_quarter() {
        // Twenty people in July, three of them again in September.
        let (july, september) = (|who: u64| mark(who * 31 + 7), |who: u64| mark(who * 17 + 9));
        let in_july: Marks = (0..20).map(|who| (who, july(who))).collect();
        let mut quarter = in_july.clone();
        for who in 0..3 {
            quarter.insert(who, plus(july(who), september(who)));
        }
        let span = span(&[quarter, in_july]);
        assert_eq!(few(&span), [vec![0, 1, 2]]);
        let in_september: Marks = (0..3).map(|who| (who, september(who))).collect();
        assert!(span.rest(&in_september).is_empty());
    }
}
