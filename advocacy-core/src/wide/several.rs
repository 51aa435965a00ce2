//! Loops over several columns at a time, as the compiler makes them wide.

use std::ops::Range;

use super::{ABREAST, Gathered, Place, wide};

/// Adds a run of columns to sums, row by row. Gives all bits of all values.
pub(crate) fn add_columns(sums: &mut [u32], columns: &[&[u32]], run: Range<usize>) -> u32 {
    columns.chunks(4).fold(0, |bits, columns| {
        bits | match *columns {
            [a] => add(sums, [&a[run.clone()]]),
            [a, b] => add(sums, [a, b].map(|of| &of[run.clone()])),
            [a, b, c] => add(sums, [a, b, c].map(|of| &of[run.clone()])),
            [a, b, c, d] => add(sums, [a, b, c, d].map(|of| &of[run.clone()])),
            _ => 0,
        }
    })
}

/// The same of as many as the compiler knows of.
fn add<const N: usize>(sums: &mut [u32], columns: [&[u32]; N]) -> u32 {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `wide`")]
    fn add_rows<const N: usize>(sums: &mut [u32], columns: [&[u32]; N]) -> u32 {
        let columns = columns.map(|column| &column[..sums.len()]);
        let mut bits = 0;
        for (row, sum) in sums.iter_mut().enumerate() {
            for column in columns {
                bits |= column[row];
                *sum = sum.wrapping_add(column[row]);
            }
        }
        bits
    }
    wide(
        #[inline(always)]
        || add_rows(sums, columns),
    )
}

/// Puts columns into words, which may all begin anew; gives what is gathered of each.
pub(crate) fn put(
    columns: &[(Place, &[u32])],
    anew: Option<u64>,
    words: &mut [u64],
) -> [Gathered; ABREAST] {
    match columns {
        [_] => put_all::<1>(columns, anew, words),
        [_, _] => put_all::<2>(columns, anew, words),
        [_, _, _] => put_all::<3>(columns, anew, words),
        [_, _, _, _] => put_all::<4>(columns, anew, words),
        [_, _, _, _, _] => put_all::<5>(columns, anew, words),
        _ => put_all::<ABREAST>(columns, anew, words),
    }
}

/// The same of as many as the compiler knows of, so that it can unroll them.
#[inline(never)] // so that its few values stay in registers
fn put_all<const N: usize>(
    columns: &[(Place, &[u32])],
    anew: Option<u64>,
    words: &mut [u64],
) -> [Gathered; ABREAST] {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `wide`")]
    fn put_rows<const N: usize>(
        columns: &[(Place, &[u32]); N],
        anew: Option<u64>,
        words: &mut [u64],
    ) -> [Gathered; N] {
        let (mut bits, mut sums) = ([0; N], [0_u32; N]);
        let rows = words.len();
        let values = columns.map(|(_, values)| &values[..rows]);
        let places = columns.map(|(place, _)| place);
        for (row, word) in words.iter_mut().enumerate() {
            *word = anew.unwrap_or(*word);
            for column in 0..N {
                let value = values[column][row];
                bits[column] |= value;
                sums[column] = sums[column].wrapping_add(value);
                *word |= places[column].put(value);
            }
        }
        std::array::from_fn(|column| Gathered::default().and(bits[column], sums[column]))
    }
    let mut all = [Gathered::default(); ABREAST];
    if let Some(columns) = columns.first_chunk::<N>() {
        let gathered = wide(
            #[inline(always)]
            || put_rows(columns, anew, words),
        );
        for (all, own) in all.iter_mut().zip(gathered) {
            *all = own;
        }
    }
    all
}
