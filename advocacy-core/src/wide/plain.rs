//! Loops as the compiler makes them wide.

use super::wide;

/// The largest of bytes; 0 of none.
pub(crate) fn largest_byte(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |largest, &byte| largest.max(byte))
}

/// Whether no instant lies before the one above it.
pub(crate) fn is_sorted(instants: &[i64]) -> bool {
    instants.is_sorted()
}

/// All bits of all values together.
pub(crate) fn all_bits(values: &[u64]) -> u64 {
    values.iter().fold(0, |bits, &value| bits | value)
}

/// Whether all are whole numbers from 0 up that 64 bits hold.
pub(crate) fn are_counts(values: &[f64]) -> bool {
    let is_count = |&value: &f64| {
        (0.0..18_446_744_073_709_551_616.0).contains(&value)
            && value.trunc().to_bits() == value.to_bits()
    };
    values.iter().all(is_count)
}

/// The largest of values; 0 of none.
pub(crate) fn largest(values: &[u32]) -> u32 {
    wide(
        #[inline(always)]
        || values.iter().fold(0, |largest, &value| largest.max(value)),
    )
}

/// The cells of rows by two codes of each: one lies so far apart, the other's next to
/// each other, from a cell on.
pub(crate) fn put_codes(cells: &mut [u32], base: u32, (far, apart): (&[u32], u32), near: &[u32]) {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `wide`")]
    fn put(cells: &mut [u32], base: u32, (far, apart): (&[u32], u32), near: &[u32]) {
        for (cell, (&far, &near)) in cells.iter_mut().zip(far.iter().zip(near)) {
            *cell = far
                .wrapping_mul(apart)
                .wrapping_add(near)
                .wrapping_add(base);
        }
    }
    wide(
        #[inline(always)]
        || put(cells, base, (far, apart), near),
    );
}
