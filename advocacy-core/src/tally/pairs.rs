//! A block's pairs of values under few codes: their sums, squares and products.
//!
//! Four words of a code hold six sums that are added in one go: Σn² and above it
//! how many rows there are, Σnd, Σd², and Σn with Σd above it. They are taken apart
//! block by block, and left where a sum might have reached the one above it.

use super::fill::Each;
use super::grid::Grid;

/// Codes that are few.
const FEW: usize = 64;

/// Words that every code has, so that few rows wait for the row before.
const TURNS: usize = 2;

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
        (above, below): (&[u32], &[u32]),
    ) -> Option<(u64, &[(u32, Summed)])> {
        self.clear();
        let rows = above.len() as u64;
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
        let bits = u64::from(add(words, cells.codes, above, below));
        if !fits(bits, BELOW) || !fits(bits * bits, ROWS) {
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

/// The words of a code, one set a turn.
type Words = [[u64; 4]; TURNS];

/// Adds pairs to the words of their codes; gives all bits of their values, which
/// say whether the words hold the sums.
#[inline(never)] // so that its few values stay in registers
fn add(words: &mut [Words; FEW], codes: &[u32], above: &[u32], below: &[u32]) -> u32 {
    let mut bits = 0;
    let (codes, last) = codes.as_chunks::<TURNS>();
    let ((above, n), (below, d)) = (above.as_chunks::<TURNS>(), below.as_chunks::<TURNS>());
    let mut add = |turn: usize, code: u32, n: u32, d: u32| {
        bits |= n | d;
        let (n, d) = (u64::from(n), u64::from(d));
        let squares = n.wrapping_mul(n).wrapping_add(1 << ROWS);
        let more = [squares, n * d, d * d, n | d << BELOW];
        let sums = &mut words[code as usize % FEW][turn];
        for (sum, more) in sums.iter_mut().zip(more) {
            *sum = sum.wrapping_add(more);
        }
    };
    for ((codes, n), d) in codes.iter().zip(above).zip(below) {
        for turn in 0..TURNS {
            add(turn, codes[turn], n[turn], d[turn]);
        }
    }
    for ((&code, &n), &d) in last.iter().zip(n).zip(d) {
        add(0, code, n, d);
    }
    bits
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
        let added = pairs.add_up((&[], &[]), cells, (above, below));
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
