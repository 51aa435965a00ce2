//! The normal distribution.
//!
//! Our own, with `libm` beneath. `statrs` (0.19, without default features)
//! computes through `num-traits`, and cargo unites features: as soon as any
//! crate in the build turns on `num-traits/std` (Arrow does, and the Python
//! package needs Arrow), every `exp` and `ln` in it is the platform's again,
//! while the WASM build keeps `libm`'s. The surfaces would differ in the last
//! bits, without a word. Its incomplete beta also stops after 140 terms,
//! short of the counts we take.

use crate::{
    error::Result,
    math,
    stats::{
        extended::two_product,
        interval::{check_confidence, finite, open_unit},
    },
};

/// Φ⁻¹(p), the p-quantile of the standard normal distribution, 0 < p < 1.
///
/// Right to about 1e-16 relative: algorithm AS 241, PPND16 (Wichura 1988).
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `p`.
///
/// ```
/// use advocacy_core::stats;
///
/// let z = stats::normal_quantile(0.975)?;
/// assert!((z - 1.959_963_984_540_054).abs() < 1e-15);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn normal_quantile(p: f64) -> Result<f64> {
    open_unit(p, "p")?;
    let offset = p - 0.5;
    if offset.abs() <= 0.425 {
        Ok(central_quantile(offset))
    } else if offset < 0.0 {
        Ok(-tail_quantile(p))
    } else {
        Ok(tail_quantile(1.0 - p))
    }
}

/// The z of a two-sided interval: the (1 + confidence)/2 quantile, 1.95996… for 0.95.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`.
///
/// ```
/// use advocacy_core::stats;
///
/// assert!((stats::two_sided_z(0.9)? - 1.644_853_626_951_472_2).abs() < 1e-15);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn two_sided_z(confidence: f64) -> Result<f64> {
    check_confidence(confidence)?;
    // Of the one that nearly all ask for it is known.
    let (usual, its_z) = USUAL;
    if confidence.to_bits() == usual.to_bits() {
        return Ok(its_z);
    }
    Ok(z_of(confidence))
}

/// 0.95 and its z, to the last bit what [`z_of`] says: three from the nearest.
const USUAL: (f64, f64) = (0.95, 1.959_963_984_540_053_6);

fn z_of(confidence: f64) -> f64 {
    // Neither branch loses digits, however small or large the confidence.
    if confidence <= 0.85 {
        central_quantile(confidence / 2.0)
    } else {
        tail_quantile((1.0 - confidence) / 2.0)
    }
}

/// The z of a one-sided bound: the `confidence` quantile, 1.64485… for 0.95.
pub(crate) fn one_sided_z(confidence: f64) -> Result<f64> {
    check_confidence(confidence)?;
    normal_quantile(confidence)
}

/// The z whose two-sided tail holds `alpha`.
pub(crate) fn z_of_tail(alpha: f64) -> f64 {
    let tail = alpha / 2.0;
    if tail >= 0.075 {
        central_quantile(0.5 - tail)
    } else {
        tail_quantile(tail)
    }
}

/// Φ(z), the standard normal distribution function.
///
/// # Errors
///
/// `NotFinite` in `z`.
///
/// ```
/// use advocacy_core::stats;
///
/// assert!((stats::normal_cdf(1.96)? - 0.975_002_104_851_779_5).abs() < 1e-15);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn normal_cdf(z: f64) -> Result<f64> {
    finite(z, "z")?;
    Ok(erfc_root2(-z) / 2.0)
}

/// The two-sided p-value of a standard normal z: 2·(1 − Φ(|z|)).
///
/// Exact in the far tail too: 5.7e-7 for z = 5, not a rounded 0.
///
/// # Errors
///
/// `NotFinite` in `z`.
pub fn normal_p_value(z: f64) -> Result<f64> {
    finite(z, "z")?;
    Ok(two_sided_p(z))
}

/// 2·(1 − Φ(|z|)) for a z known to be finite.
pub(crate) fn two_sided_p(z: f64) -> f64 {
    erfc_root2(z.abs())
}

/// erfc(x/√2), with the rounding of x/√2 put right: in the tail it would cost
/// x² units in the last place.
fn erfc_root2(x: f64) -> f64 {
    const ROOT_HALF: f64 = std::f64::consts::FRAC_1_SQRT_2;
    // 1/√2 − ROOT_HALF
    const ROOT_HALF_REST: f64 = -4.833_646_656_726_457e-17;
    const TWO_OVER_ROOT_PI: f64 = std::f64::consts::FRAC_2_SQRT_PI;
    if x.abs() > 40.0 {
        return if x > 0.0 { 0.0 } else { 2.0 };
    }
    let (y, rest) = two_product(x, ROOT_HALF);
    let rest = rest + x * ROOT_HALF_REST;
    math::erfc(y) - TWO_OVER_ROOT_PI * math::exp(-y * y) * rest
}

/// Φ⁻¹(0.5 + offset) for |offset| ≤ 0.425.
fn central_quantile(offset: f64) -> f64 {
    const ABOVE: [f64; 8] = [
        2_509.080_928_730_122_6,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ];
    const BELOW: [f64; 8] = [
        5_226.495_278_852_854,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ];
    let r = 0.180_625 - offset * offset;
    offset * polynomial(&ABOVE, r) / polynomial(&BELOW, r)
}

/// The z above which `tail` of the distribution lies, for 0 < tail < 0.075.
fn tail_quantile(tail: f64) -> f64 {
    const ABOVE: [f64; 8] = [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ];
    const BELOW: [f64; 8] = [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ];
    const FAR_ABOVE: [f64; 8] = [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ];
    const FAR_BELOW: [f64; 8] = [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ];
    let r = (-math::ln(tail)).sqrt();
    if r <= 5.0 {
        polynomial(&ABOVE, r - 1.6) / polynomial(&BELOW, r - 1.6)
    } else {
        polynomial(&FAR_ABOVE, r - 5.0) / polynomial(&FAR_BELOW, r - 5.0)
    }
}

/// By Horner's rule, highest power first.
pub(crate) fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

#[cfg(test)]
#[allow(
    clippy::excessive_precision,
    reason = "reference values with the digits they were computed to"
)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(got: f64, want: f64, relative: f64) {
        let error = (got - want).abs() / want.abs();
        assert!(error <= relative, "{got:?} for {want:?}: {error:.2e}");
    }

    /// The reference: mpmath 1.3 with 40 digits.
    #[test]
    fn quantiles_match_40_digits() {
        for (p, z) in [
            (1e-300, -37.047_096_299_361_2),
            (1e-20, -9.262_340_089_798_408),
            (1e-7, -5.199_337_582_192_817),
            (0.001, -3.090_232_306_167_813_5),
            (0.025, -1.959_963_984_540_054_2),
            (0.07, -1.475_791_028_179_170_7),
            (0.08, -1.405_071_560_309_632_5),
            (0.3, -0.524_400_512_708_040_8),
            (0.4999, -2.506_628_300_880_075e-4),
            (0.6, 0.253_347_103_135_799_74),
            (0.9, 1.281_551_565_544_600_6),
            (0.93, 1.475_791_028_179_171),
            (0.975, 1.959_963_984_540_053_9),
            (0.999_999, 4.753_424_308_817_088),
        ] {
            close(normal_quantile(p).unwrap(), z, 5e-16);
        }
        // Wichura's own test values.
        close(
            normal_quantile(0.25).unwrap(),
            -0.674_489_750_196_081_7,
            5e-16,
        );
        close(
            normal_quantile(0.001).unwrap(),
            -3.090_232_306_167_814,
            5e-16,
        );
        close(
            normal_quantile(1e-20).unwrap(),
            -9.262_340_089_798_408,
            5e-16,
        );
    }

    #[test]
    fn the_distribution_function_matches_40_digits() {
        for (z, p) in [
            (-10.3, 3.523_065_078_926_412_6e-25),
            (-5.1, 1.698_267_407_147_601_5e-7),
            (-1.7, 0.044_565_462_758_543_04),
            (0.3, 0.617_911_422_188_952_6),
            (2.2, 0.986_096_552_486_501_4),
            (8.0, 0.999_999_999_999_999_4),
        ] {
            close(normal_cdf(z).unwrap(), p, 4e-16);
        }
        assert_eq!(normal_p_value(0.0).unwrap().to_bits(), 1f64.to_bits());
        assert_eq!(normal_cdf(-1e300).unwrap().to_bits(), 0f64.to_bits());
    }

    #[test]
    fn the_z_that_is_known_is_the_one_that_comes_out() {
        let (usual, its_z) = USUAL;
        assert_eq!(z_of(usual).to_bits(), its_z.to_bits());
        assert_eq!(two_sided_z(usual).unwrap().to_bits(), its_z.to_bits());
    }

    #[test]
    fn z_and_its_tail_agree_at_every_confidence() {
        for confidence in [
            1e-12,
            0.1,
            0.5,
            0.849_999,
            0.85,
            0.850_001,
            0.95,
            0.999_999_999,
        ] {
            let z = two_sided_z(confidence).unwrap();
            close(two_sided_p(z), 1.0 - confidence, 1e-14);
            close(z_of_tail(1.0 - confidence), z, 1e-4);
        }
        assert!((two_sided_z(1e-12).unwrap() - 1.253_314_137_315_5e-12).abs() < 1e-24);
    }
}
