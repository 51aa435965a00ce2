//! Transcendental functions that give the same bits on every target.
//!
//! The platform's `exp`, `ln` and `pow` differ between native and WASM in the
//! last bits; these come from `libm` everywhere. Square root, the four
//! operations and rounding are exact by IEEE 754 and need no wrapper.

/// eˣ.
pub(crate) fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm.
pub(crate) fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// ln(1 + x), exact near 0.
pub(crate) fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// eˣ − 1, exact near 0.
pub(crate) fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Base-2 logarithm.
pub(crate) fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// The complementary error function, 2/√π · ∫ₓ^∞ e^(−t²) dt.
pub(crate) fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// ln |Γ(x)|.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The nearest `f64` to a count; exact up to 2⁵³.
#[allow(
    clippy::cast_precision_loss,
    reason = "rounding to nearest is what is asked for"
)]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}
