//! Loops over columns, as wide as the processor they run on allows.
//!
//! What is built for every processor of a kind uses what all of them have. Where
//! this one has more, it is asked once, and such loops exist twice: whole numbers
//! come to the same in both.

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
