//! The loops of `plain` and `several` by hand, for registers of whatever kind.

#![expect(
    clippy::inline_always,
    reason = "called, they would be built for the narrowest registers"
)]

use std::ops::Range;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f64x2, i64x2, u8x16, u32x4, u64x2};

use super::{ABREAST, Gathered, Place, plain};

/// See [`plain::largest_byte`].
pub(crate) fn largest_byte(bytes: &[u8]) -> u8 {
    #[inline(always)]
    fn largest<S: Simd>(simd: S, chunks: &[[u8; 16]]) -> [u8; 16] {
        let mut most = u8x16::splat(simd, 0);
        for chunk in chunks {
            most = most.max(u8x16::load_array_ref(simd, chunk));
        }
        most.to_array()
    }
    let (chunks, rest) = bytes.as_chunks();
    let of_chunks = dispatch!(Level::new(), simd => largest(simd, chunks));
    plain::largest_byte(&of_chunks).max(plain::largest_byte(rest))
}

/// See [`plain::is_sorted`].
pub(crate) fn is_sorted(instants: &[i64]) -> bool {
    #[inline(always)]
    fn is_sorted<S: Simd>(simd: S, pairs: &[[i64; 2]], next: &[[i64; 2]]) -> bool {
        let mut after = i64x2::splat(simd, 0).simd_gt(0);
        for (pair, next) in pairs.iter().zip(next) {
            let (pair, next) = (
                i64x2::load_array_ref(simd, pair),
                i64x2::load_array_ref(simd, next),
            );
            after |= pair.simd_gt(next);
        }
        !after.any_true()
    }
    let Some((_, next)) = instants.split_first() else {
        return true;
    };
    let ((pairs, _), (nexts, rest)) = (instants.as_chunks(), next.as_chunks());
    let of_rest = plain::is_sorted(&instants[instants.len() - rest.len() - 1..]);
    dispatch!(Level::new(), simd => is_sorted(simd, pairs, nexts)) && of_rest
}

/// See [`plain::all_bits`].
pub(crate) fn all_bits(values: &[u64]) -> u64 {
    #[inline(always)]
    fn all<S: Simd>(simd: S, pairs: &[[u64; 2]]) -> [u64; 2] {
        let mut bits = u64x2::splat(simd, 0);
        for pair in pairs {
            bits |= u64x2::load_array_ref(simd, pair);
        }
        bits.to_array()
    }
    let (pairs, rest) = values.as_chunks();
    let of_pairs = dispatch!(Level::new(), simd => all(simd, pairs));
    plain::all_bits(&of_pairs) | plain::all_bits(rest)
}

/// See [`plain::are_counts`]; 0 with a sign is one, too.
pub(crate) fn are_counts(values: &[f64]) -> bool {
    /// The first of the numbers among which there are no fractions.
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    #[inline(always)]
    fn are_small<S: Simd>(simd: S, pairs: &[[f64; 2]]) -> bool {
        let mut are = f64x2::splat(simd, 0.0).simd_eq(0.0);
        for pair in pairs {
            let pair = f64x2::load_array_ref(simd, pair);
            are &= pair.simd_ge(0.0) & pair.simd_le(WHOLE) & (pair + WHOLE - WHOLE).simd_eq(pair);
        }
        are.all_true()
    }
    let (pairs, rest) = values.as_chunks();
    if dispatch!(Level::new(), simd => are_small(simd, pairs)) {
        plain::are_counts(rest)
    } else {
        plain::are_counts(values)
    }
}

/// See [`plain::largest`].
pub(crate) fn largest(values: &[u32]) -> u32 {
    #[inline(always)]
    fn largest<S: Simd>(simd: S, fours: &[[u32; 4]]) -> [u32; 4] {
        let mut most = u32x4::splat(simd, 0);
        for four in fours {
            most = most.max(u32x4::load_array_ref(simd, four));
        }
        most.to_array()
    }
    let (fours, rest) = values.as_chunks();
    let of_fours = dispatch!(Level::new(), simd => largest(simd, fours));
    plain::largest(&of_fours).max(plain::largest(rest))
}

/// See [`plain::put_codes`].
pub(crate) fn put_codes(cells: &mut [u32], base: u32, (far, apart): (&[u32], u32), near: &[u32]) {
    #[inline(always)]
    fn put<S: Simd>(
        simd: S,
        cells: &mut [[u32; 4]],
        (base, apart): (u32, u32),
        codes: (&[[u32; 4]], &[[u32; 4]]),
    ) {
        for (cells, (far, near)) in cells.iter_mut().zip(codes.0.iter().zip(codes.1)) {
            let far = u32x4::load_array_ref(simd, far) * apart;
            *cells = (far + u32x4::load_array_ref(simd, near) + base).to_array();
        }
    }
    let (fours, rest) = cells.as_chunks_mut();
    let ((far_fours, far), (near_fours, near)) = (far.as_chunks(), near.as_chunks());
    let codes = (far_fours, near_fours);
    dispatch!(Level::new(), simd => put(simd, fours, (base, apart), codes));
    plain::put_codes(rest, base, (far, apart), near);
}

/// See `several::add_columns`.
pub(crate) fn add_columns(sums: &mut [u32], columns: &[&[u32]], run: Range<usize>) -> u32 {
    #[inline(always)]
    fn add<S: Simd>(simd: S, sums: &mut [[u32; 4]], fours: &[[u32; 4]]) -> [u32; 4] {
        let mut bits = u32x4::splat(simd, 0);
        for (sums, four) in sums.iter_mut().zip(fours) {
            let four = u32x4::load_array_ref(simd, four);
            bits |= four;
            *sums = (u32x4::load_array_ref(simd, sums) + four).to_array();
        }
        bits.to_array()
    }
    let all = |values: &[u32]| values.iter().fold(0, |bits, value| bits | value);
    columns.iter().fold(0, |bits, column| {
        let (sums, last) = sums.as_chunks_mut();
        let (fours, rest) = column[run.clone()].as_chunks();
        for (sum, value) in last.iter_mut().zip(rest) {
            *sum = sum.wrapping_add(*value);
        }
        bits | all(rest) | all(&dispatch!(Level::new(), simd => add(simd, sums, fours)))
    })
}

/// Rows of which words stay next to the processor while columns are put into them.
const STRIP: usize = 512;

/// See `several::put`: two columns at a time.
#[inline(never)]
pub(crate) fn put(
    columns: &[(Place, &[u32])],
    anew: Option<u64>,
    words: &mut [u64],
) -> [Gathered; ABREAST] {
    let mut all = [Gathered::default(); ABREAST];
    for (strip, words) in words.chunks_mut(STRIP).enumerate() {
        let mut anew = anew;
        for (all, columns) in all.chunks_mut(2).zip(columns.chunks(2)) {
            let rows = strip * STRIP..strip * STRIP + words.len();
            let pair = match *columns {
                [(place, one), (other, two)] => [(place, &one[rows.clone()]), (other, &two[rows])],
                // Beside a column without another there is one without room.
                [(place, one), ..] => [(place, &one[rows.clone()]), (Place::default(), &one[rows])],
                [] => continue,
            };
            let more = put_pair(pair, anew.take(), words);
            for (all, more) in all.iter_mut().zip(more).take(columns.len()) {
                *all = all.and(more.bits, more.sum);
            }
        }
    }
    all
}

fn put_pair(
    [(place, one), (other, two)]: [(Place, &[u32]); 2],
    anew: Option<u64>,
    words: &mut [u64],
) -> [Gathered; 2] {
    #[inline(always)]
    fn put<S: Simd, const ANEW: bool>(
        simd: S,
        (place, one): (Place, &[[u32; 4]]),
        (other, two): (Place, &[[u32; 4]]),
        anew: u64,
        words: &mut [[u64; 4]],
    ) -> [([u32; 4], [u32; 4]); 2] {
        let none = u32x4::splat(simd, 0);
        let (mut bits, mut sums, mut other_bits, mut other_sums) = (none, none, none, none);
        let anew = u64x2::splat(simd, anew);
        let put_two = |words: &mut [u64], more: u64x2<S>| {
            let word = if ANEW {
                anew
            } else {
                u64x2::from_slice(simd, words)
            };
            (word | more).store_slice(words);
        };
        for ((one, two), words) in one.iter().zip(two).zip(words) {
            let (one, two) = (
                u32x4::load_array_ref(simd, one),
                u32x4::load_array_ref(simd, two),
            );
            (bits, sums) = (bits | one, sums + one);
            (other_bits, other_sums) = (other_bits | two, other_sums + two);
            let (low, high) = (one & place.room).widen();
            let (other_low, other_high) = (two & other.room).widen();
            let (first, second) = words.split_at_mut(2);
            // Not as loops, which stay loops where code is to be small.
            put_two(first, low << place.shift | other_low << other.shift);
            put_two(second, high << place.shift | other_high << other.shift);
        }
        let of_two = (other_bits.to_array(), other_sums.to_array());
        [(bits.to_array(), sums.to_array()), of_two]
    }
    let ((fours, rest), (other_fours, other_rest)) = (one.as_chunks(), two.as_chunks());
    let (whole, last) = words.as_chunks_mut();
    for (at, word) in last.iter_mut().enumerate() {
        let more = place.put(rest[at]) | other.put(other_rest[at]);
        *word = anew.unwrap_or(*word) | more;
    }
    let (one, two) = ((place, fours), (other, other_fours));
    let of_fours = dispatch!(Level::new(), simd => match anew {
        Some(anew) => put::<_, true>(simd, one, two, anew, whole),
        None => put::<_, false>(simd, one, two, 0, whole),
    });
    let mut rests = [rest, other_rest].into_iter();
    of_fours.map(|(bits, sums)| {
        let rest = rests.next().unwrap_or_default().iter();
        let rest = rest.map(|&value| (value, value));
        let all = bits.into_iter().zip(sums).chain(rest);
        all.fold(Gathered::default(), |all, (bits, sum)| all.and(bits, sum))
    })
}

#[cfg(test)]
mod tests {
    use super::super::several;
    use super::*;
    use proptest::prelude::*;

    /// Few or many, small or large, so that all ends and all signs occur.
    fn values() -> impl Strategy<Value = Vec<u64>> {
        let value = prop_oneof![Just(0), 0..100_u64, any::<u64>()];
        proptest::collection::vec(value, 0..70)
    }

    proptest! {
        #[test]
        fn both_come_to_the_same(values in values(), anew: Option<u64>, shift in 0..33_u32) {
            let [low, high] = [0, 32].map(|at| -> Vec<u32> {
                values.iter().map(|value| (value >> at & 0xFFFF_FFFF) as u32).collect()
            });
            let bytes: Vec<u8> = values.iter().map(|value| (value & 0xFF) as u8).collect();
            prop_assert_eq!(largest(&low), plain::largest(&low));
            prop_assert_eq!(largest_byte(&bytes), plain::largest_byte(&bytes));
            prop_assert_eq!(all_bits(&values), plain::all_bits(&values));

            let mut instants: Vec<i64> = values.iter().map(|value| value.cast_signed()).collect();
            prop_assert_eq!(is_sorted(&instants), plain::is_sorted(&instants));
            instants.sort_unstable();
            prop_assert!(is_sorted(&instants));
            if let [first, .., last] = &mut instants[..] {
                std::mem::swap(first, last);
            }
            prop_assert_eq!(is_sorted(&instants), plain::is_sorted(&instants));

            let run = values.len() / 3..values.len();
            let columns = [&low[..], &high[..], &low[..]];
            let mut sums = [(); 2].map(|()| high[run.clone()].to_vec());
            let [own, theirs] = &mut sums;
            let bits = add_columns(own, &columns, run.clone());
            prop_assert_eq!(bits, several::add_columns(theirs, &columns, run));
            prop_assert_eq!(&sums[0], &sums[1]);

            let mut cells = [(); 2].map(|()| vec![7; low.len()]);
            let [own, theirs] = &mut cells;
            put_codes(own, shift, (&low, 5), &high);
            plain::put_codes(theirs, shift, (&low, 5), &high);
            prop_assert_eq!(&cells[0], &cells[1]);

            let places = [(0xFFF, shift), (u32::MAX, 32), (1, 0)];
            let places = places.map(|(room, shift)| Place { room, shift });
            let columns: Vec<(Place, &[u32])> = places.into_iter().zip(columns).collect();
            let mut words = [(); 2].map(|()| values.clone());
            let [own, theirs] = &mut words;
            for count in 1..=columns.len() {
                let gathered = put(&columns[..count], anew, own);
                prop_assert_eq!(gathered, several::put(&columns[..count], anew, theirs));
            }
            prop_assert_eq!(&words[0], &words[1]);
        }

        #[test]
        fn counts_are_told_alike(values in proptest::collection::vec(any::<f64>(), 0..5)) {
            // What the fast way leaves to the slow one: 0 with a sign, and large ones.
            let odd = [0.0, -0.0, 0.5, -1.0, 4_503_599_627_370_496.0, 1e19, 2e19, f64::NAN];
            for one in values.into_iter().chain(odd) {
                let all = [1.0, one, 2.0];
                let alike = are_counts(&all) == plain::are_counts(&all);
                prop_assert!(alike || one.to_bits() == (-0.0_f64).to_bits());
            }
        }
    }

    #[test]
    fn words_of_many_rows_are_filled_strip_by_strip() {
        let values: Vec<u32> = (0..1027).collect();
        let place = Place {
            room: 0xFFF,
            shift: 20,
        };
        assert_eq!(values.len(), 2 * STRIP + 3);
        let mut words = vec![9; values.len()];
        let [gathered, ..] = put(&[(place, &values)], Some(1), &mut words);
        assert!((0..).zip(&words).all(|(row, &word)| word == row << 20 | 1));
        assert_eq!(gathered.total(values.len()), Some(1026 * 1027 / 2));
    }
}
