//! A block's pairs of values under few codes: their sums, squares and products.
//!
//! Four words of a code hold six sums that are added in one go: Σn² and above it
//! how many rows there are, Σnd, Σd², and Σn with Σd above it. They are taken apart
//! block by block, and left where a sum might have reached the one above it.

use std::ops::Range;

use crate::wide::add_columns;

use super::fill::Each;
use super::grid::Grid;

/// Codes that are few.
const FEW: usize = 64;

/// Sets of words that every code has, so that few rows wait for the row before.
const TURNS: usize = 4;

/// Rows that are read before they are added: while they are, the next come near.
const ABREAST: usize = 128;

/// Where the number of rows begins, and where Σd.
const ROWS: u32 = 48;
const BELOW: u32 = 32;

/// What came up of a block's pairs.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// By code, while they are added up.
    words: Vec<Words>,
    /// Of which keys' cells, and of which quantities: n, d, and the rows.
    keys: Vec<usize>,
    lanes: Vec<usize>,
    /// By cell.
    sums: Vec<(u32, Summed)>,
    /// Once values were too large, it is not tried again.
    are_large: bool,
}

/// The sums of a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summed {
    /// Σn, Σd, rows.
    pub(super) plain: [u64; 3],
    /// Σn², Σnd, Σd².
    pub(super) products: [u64; 3],
}

/// A block's values in 32 bits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Values<'b> {
    /// As they are.
    Ready(&'b [u32]),
    /// Sums of columns, from a row on.
    Sums(&'b [&'b [u32]], usize),
}

impl Values<'_> {
    /// Those of some rows, which may have to be summed; and no value is larger.
    fn of<'r>(&'r self, rows: Range<usize>, room: &'r mut [u32; ABREAST]) -> (&'r [u32], u64) {
        match *self {
            Self::Ready(values) => (&values[rows], 0),
            Self::Sums(columns, first) => {
                let sums = &mut room[..rows.len()];
                sums.fill(0);
                let bits = add_columns(sums, columns, first + rows.start..first + rows.end);
                (sums, u64::from(bits) * columns.len() as u64)
            }
        }
    }
}

impl Pairs {
    pub(super) fn clear(&mut self) {
        self.sums.clear();
    }

    /// Whether sums of these quantities under these keys came up.
    pub(super) fn hold(&self, keys: &[usize], lanes: &[usize]) -> bool {
        let known = |lane| self.lanes.contains(lane);
        !self.sums.is_empty() && self.keys == keys && lanes.iter().all(known)
    }

    /// Adds them to sums of these quantities.
    pub(super) fn add_to(&self, lanes: &[usize], grid: &mut Grid<u64>) {
        let place = |lane| self.lanes.iter().position(|known| known == lane);
        let places: Vec<usize> = lanes.iter().filter_map(place).collect();
        for &(cell, Summed { plain, .. }) in &self.sums {
            for (sum, &place) in grid.slot(cell.into()).iter_mut().zip(&places) {
                *sum = sum.wrapping_add(plain[place]);
            }
        }
    }

    /// Adds up pairs; gives all bits of their values, and the sums of cells.
    /// Nothing where there may be too many codes, or where the sums might not fit.
    pub(super) fn add_up(
        &mut self,
        (keys, lanes): (&[usize], &[usize]),
        cells: Each<'_>,
        (above, below): (Values<'_>, Values<'_>),
    ) -> Option<(u64, &[(u32, Summed)])> {
        self.clear();
        let rows = cells.codes.len() as u64;
        let fits = |most: u64, room: u32| {
            let sum = most.checked_mul(rows);
            sum.is_some_and(|sum| sum < 1 << room)
        };
        let are_few = cells.radix as usize <= FEW && fits(1, u64::BITS - ROWS);
        if self.are_large || !are_few {
            return None;
        }
        self.words.clear();
        self.words.resize(FEW, Words::default());
        let words = self.words.first_chunk_mut()?;
        let (mut bits, mut most) = (0, 0);
        let mut rooms = [[0; ABREAST]; 2];
        for (codes, first) in cells.codes.chunks(ABREAST).zip((0..).step_by(ABREAST)) {
            let rows = first..first + codes.len();
            let [room, other] = &mut rooms;
            let ((n, no_more), (d, nor)) = (above.of(rows.clone(), room), below.of(rows, other));
            bits |= u64::from(add(words, codes, n, d));
            most = most.max(no_more).max(nor);
        }
        if most > u32::MAX.into() || !fits(bits, BELOW) || !fits(bits * bits, ROWS) {
            self.are_large = true;
            return None;
        }
        let sums = (0..cells.radix).zip(self.words.iter().map(take_apart));
        let used = sums.filter(|(_, summed)| summed.plain[2] > 0);
        self.sums
            .extend(used.map(|(code, summed)| (cells.cell(code), summed)));
        (self.keys, self.lanes) = (keys.to_vec(), lanes.to_vec());
        Some((bits, &self.sums))
    }
}

/// Values of as many rows as there are turns.
type Four = [u32; TURNS];

/// The words of a code, one set a turn.
type Words = [[u64; 4]; TURNS];

/// Adds pairs to the words of their codes; gives all bits of their values, which
/// say whether the words hold the sums.
#[inline(never)] // so that its few values stay in registers
fn add(words: &mut [Words; FEW], codes: &[u32], above: &[u32], below: &[u32]) -> u32 {
    let mut bits = [0; TURNS];
    let mut note = |n: &[u32], d: &[u32]| {
        let pairs = n.iter().zip(d).map(|(n, d)| n | d);
        bits.iter_mut()
            .zip(pairs)
            .for_each(|(all, own)| *all |= own);
    };
    let (codes, last) = codes.as_chunks();
    let ((above, n), (below, d)) = (above.as_chunks(), below.as_chunks());
    for ((codes, n), d) in codes.iter().zip(above).zip(below) {
        note(n, d);
        four::add(words, codes, n, d);
    }
    note(n, d);
    for ((&code, &n), &d) in last.iter().zip(n).zip(d) {
        one::add(&mut words[code as usize % FEW][0], n, d);
    }
    bits.iter().fold(0, |all, bits| all | bits)
}

/// Pairs one after the other.
mod one {
    use super::{BELOW, ROWS};

    #[inline]
    pub(super) fn add(sums: &mut [u64; 4], n: u32, d: u32) {
        let (n, d) = (u64::from(n), u64::from(d));
        let squares = n.wrapping_mul(n).wrapping_add(1 << ROWS);
        let more = [squares, n * d, d * d, n | d << BELOW];
        for (sum, more) in sums.iter_mut().zip(more) {
            *sum = sum.wrapping_add(more);
        }
    }
}

/// Four pairs at a time, each in a turn of its own.
#[cfg(not(target_arch = "x86_64"))]
mod four {
    use super::{FEW, Four, TURNS, Words, one};

    #[inline]
    pub(super) fn add(words: &mut [Words; FEW], codes: &Four, n: &Four, d: &Four) {
        for turn in 0..TURNS {
            one::add(
                &mut words[codes[turn] as usize % FEW][turn],
                n[turn],
                d[turn],
            );
        }
    }
}

/// Four pairs at a time, each in a turn of its own: two words are stored as one,
/// for stores are what the others wait for. The compiler does not see it.
#[cfg(target_arch = "x86_64")]
mod four {
    use safe_arch::{
        add_i64_m128i as plus, m128i, mul_widen_u32_odd_m128i as times,
        unpack_high_i32_m128i as high_32, unpack_high_i64_m128i as high_64,
        unpack_low_i32_m128i as low_32, unpack_low_i64_m128i as low_64,
    };

    use super::{FEW, Four, ROWS, Words};

    #[inline]
    pub(super) fn add(words: &mut [Words; FEW], codes: &Four, n: &Four, d: &Four) {
        let (n, d, none) = (m128i::from(*n), m128i::from(*d), m128i::default());
        let below = (low_32(n, none), low_32(d, none), low_32(n, d));
        let above = (high_32(n, none), high_32(d, none), high_32(n, d));
        let [first, second] = [below, above].map(two);
        let rows = first.into_iter().chain(second);
        for (turn, (&code, more)) in codes.iter().zip(rows).enumerate() {
            let (sums, _) = words[code as usize % FEW][turn].as_chunks_mut();
            for (sums, more) in sums.iter_mut().zip(more) {
                *sums = plus((*sums).into(), more).into();
            }
        }
    }

    /// What two rows add, of their values in 64 bits, and of both in 32.
    #[inline]
    fn two((n, d, both): (m128i, m128i, m128i)) -> [[m128i; 2]; 2] {
        let squares = plus(times(n, n), m128i::from([1_u64 << ROWS; 2]));
        let (mixed, others) = (times(n, d), times(d, d));
        [
            [low_64(squares, mixed), low_64(others, both)],
            [high_64(squares, mixed), high_64(others, both)],
        ]
    }
}

/// The sums that words hold.
fn take_apart(words: &Words) -> Summed {
    let word = |at: usize| {
        words
            .iter()
            .fold(0, |sum: u64, words| sum.wrapping_add(words[at]))
    };
    let low = |word: u64, bits: u32| word & ((1 << bits) - 1);
    let (squares, sums) = (word(0), word(3));
    Summed {
        plain: [low(sums, BELOW), sums >> BELOW, squares >> ROWS],
        products: [low(squares, ROWS), word(1), word(2)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add_up_all(
        pairs: &mut Pairs,
        codes: &[u32],
        above: &[u32],
        below: &[u32],
    ) -> Vec<(u32, [u64; 6])> {
        let cells = Each {
            codes,
            base: 5,
            stride: 10,
            radix: 3,
        };
        let values = (Values::Ready(above), Values::Ready(below));
        let added = pairs.add_up((&[], &[]), cells, values);
        let sums = added.map_or(&[][..], |(_, sums)| sums);
        let six = |[n, d, rows]: [u64; 3], [nn, nd, dd]: [u64; 3]| [rows, n, d, nn, nd, dd];
        let sums = sums.iter();
        sums.map(|(cell, sums)| (*cell, six(sums.plain, sums.products)))
            .collect()
    }

    #[test]
    fn six_sums_a_code_of_the_pairs_added_up_last() {
        let mut pairs = Pairs::default();
        assert_eq!(
            add_up_all(&mut pairs, &[1, 1], &[1, 1], &[1, 1]),
            [(15, [2; 6])]
        );
        assert_eq!(
            add_up_all(
                &mut pairs,
                &[2, 0, 2, 2, 0],
                &[1, 2, 3, 4, 5],
                &[10, 20, 30, 0, 50]
            ),
            [
                (5, [2, 7, 70, 29, 290, 2_900]),
                (25, [3, 8, 40, 26, 100, 1_000])
            ]
        );
    }

    /// 301 rows from the tenth on, more than are read at a time and no multiple of four;
    /// row i is under code i mod 3 and of the pair (1 + i, i).
    #[test]
    fn sums_of_columns_row_after_row() {
        let rows = 301_u32;
        let codes: Vec<u32> = (0..rows).map(|row| row % 3).collect();
        let ones = vec![1; 310];
        let numbers: Vec<u32> = (0..310_u32).map(|row| row.saturating_sub(9)).collect();
        let (above, below) = ([&ones[..], &numbers[..]], [&numbers[..]]);
        let cells = Each {
            codes: &codes,
            base: 0,
            stride: 1,
            radix: 3,
        };
        let mut pairs = Pairs::default();
        let values = (Values::Sums(&above, 9), Values::Sums(&below, 9));
        let (_, sums) = pairs.add_up((&[], &[]), cells, values).unwrap();
        for &(cell, sums) in sums {
            let own = || (0..u64::from(rows)).filter(|row| row % 3 == u64::from(cell));
            let count = own().map(|_| 1).sum::<u64>();
            let sum = |of: fn(u64) -> u64| own().map(of).sum::<u64>();
            assert_eq!(sums.plain, [sum(|row| row + 1), sum(|row| row), count]);
            let squares = sum(|row| (row + 1) * (row + 1));
            let (mixed, others) = (sum(|row| (row + 1) * row), sum(|row| row * row));
            assert_eq!(sums.products, [squares, mixed, others]);
        }
        assert_eq!(sums.len(), 3);
        // Two columns whose sums are beyond 32 bits.
        let large = vec![1 << 31; 310];
        let above = [&large[..], &large[..]];
        let values = (Values::Sums(&above, 9), Values::Ready(&numbers[9..]));
        assert!(pairs.add_up((&[], &[]), cells, values).is_none());
    }

    #[test]
    fn values_as_large_as_can_be_and_no_larger() {
        // Three squares of 23 bits each lie below 48 bits, of 24 they may not.
        let (most, rows) = ((1_u32 << 23) - 1, 3_u64);
        let sum = rows * u64::from(most);
        let square = sum * u64::from(most);
        let found = add_up_all(&mut Pairs::default(), &[1; 3], &[most; 3], &[most; 3]);
        assert_eq!(found, [(15, [rows, sum, sum, square, square, square])]);
        let mut pairs = Pairs::default();
        assert_eq!(
            add_up_all(&mut pairs, &[1; 3], &[most + 1; 3], &[most; 3]),
            []
        );
    }
}
