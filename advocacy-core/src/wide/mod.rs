//! Loops over columns, as wide as the processor they run on allows.
//!
//! What is built for every processor of a kind uses what all of them have. Where
//! this one has more, it is asked once, and such loops exist twice: whole numbers
//! come to the same in both. Where code is to be small, the compiler makes none wide,
//! and they are written by hand.

#[cfg(any(target_arch = "wasm32", all(test, target_arch = "x86_64")))]
mod by_hand;
mod plain;
#[cfg(not(target_arch = "wasm32"))]
mod several;

#[cfg(target_arch = "wasm32")]
pub(crate) use by_hand::{
    add_columns, all_bits, are_counts, is_sorted, largest, largest_byte, put, put_codes,
};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use plain::{all_bits, are_counts, is_sorted, largest, largest_byte, put_codes};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use several::{add_columns, put};

/// Where values lie in words: as many bits of them as `room` has set, so far up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    pub(crate) room: u32,
    pub(crate) shift: u32,
}

impl Place {
    /// A value in its place; what has no room there is cut off.
    #[inline]
    fn put(self, value: u32) -> u64 {
        u64::from(value & self.room) << self.shift
    }
}

/// Columns that are put into words at a time, at most.
pub(crate) const ABREAST: usize = 6;

/// All values of a column: every bit of any, and the sum as far as 32 bits hold it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gathered {
    pub(crate) bits: u32,
    sum: u32,
}

impl Gathered {
    /// The same with more values.
    #[inline]
    fn and(self, bits: u32, sum: u32) -> Self {
        Self {
            bits: self.bits | bits,
            sum: self.sum.wrapping_add(sum),
        }
    }

    /// The sum of so many values, where they are small enough for it to be whole.
    pub(crate) fn total(self, values: usize) -> Option<u64> {
        let most = u64::from(self.bits).checked_mul(values as u64)?;
        (most <= u32::MAX.into()).then_some(self.sum.into())
    }
}

/// Whether all codes are below `end`.
pub(crate) fn all_below(codes: &[u32], end: u32) -> bool {
    codes.is_empty() || largest(codes) < end
}

/// What `work` comes to, built for wider registers too where there may be such. It
/// has to be inlined, or it stays as narrow as it is elsewhere.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "called, the work would be built once, for all processors"
)]
pub(crate) fn wide<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = fearless_simd::Level::new().as_avx2() {
        return fearless_simd::Simd::vectorize(avx2, work);
    }
    work()
}
