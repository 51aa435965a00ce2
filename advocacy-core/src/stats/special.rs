//! Incomplete beta and gamma functions and their inverses.
//!
//! Densities come from the saddle-point form of Loader (2000), so nothing is
//! lost to the difference of huge logarithms; tails from the continued
//! fraction of Didonato & Morris (1992), or, where both parameters are
//! large, the uniform expansion of Temme (1979, 1992). Why not `statrs`: see
//! `normal`.

#![allow(
    clippy::many_single_char_names,
    reason = "a, b, x and y are what the literature calls them"
)]

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::{
    math,
    stats::{
        extended::two_product,
        normal::{polynomial, z_of_tail},
    },
};

/// From here on the uniform expansions are right to about 1e-12 and the
/// continued fractions slow.
const LARGE: f64 = 1e8;
const EPSILON: f64 = f64::EPSILON / 2.0;
const MOST_TERMS: u32 = 200_000;

/// ln(1 + x) − x without cancellation, given 1 + x too: near −1 it would
/// have no digits left in x.
fn ln_1p_minus(x: f64, one_plus_x: f64) -> f64 {
    if !(-0.4..=0.6).contains(&x) {
        return math::ln(one_plus_x) - x;
    }
    // ln(1 + x) = 2 artanh(r) with r = x/(2 + x), and 2r − x = −r·x.
    let r = x / (2.0 + x);
    let square = r * r;
    let mut power = square;
    let mut sum = square / 3.0;
    let mut odd = 5.0;
    loop {
        power *= square;
        let term = power / odd;
        let next = sum + term;
        if next <= sum {
            break;
        }
        sum = next;
        odd += 2.0;
    }
    r * (2.0 * sum - x)
}

/// ln Γ(n + 1) − ln(√(2πn)·(n/e)ⁿ), the rest of Stirling's formula, n > 0.
fn stirling_rest(n: f64) -> f64 {
    const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;
    // B₂ₖ / (2k(2k − 1)·n²ᵏ⁻¹)
    const SERIES: [f64; 8] = [
        -3_617.0 / 122_400.0,
        1.0 / 156.0,
        -691.0 / 360_360.0,
        1.0 / 1_188.0,
        -1.0 / 1_680.0,
        1.0 / 1_260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ];
    if n <= 15.0 {
        return math::ln_gamma(n + 1.0) - (n + 0.5) * math::ln(n) + n - HALF_LN_TAU;
    }
    polynomial(&SERIES, 1.0 / (n * n)) / n
}

/// xᵃ·yᵇ / B(a, b), with y = 1 − x.
fn beta_power(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let exponent = beta_exponent(a, b, x, y);
    let rest = stirling_rest(a + b) - stirling_rest(a) - stirling_rest(b);
    (a / (a + b) * b / (2.0 * PI)).sqrt() * math::exp(exponent + rest)
}

/// a·ln(x/x₀) + b·ln(y/y₀), with x₀ = a/(a + b) the mean; 0 there and negative elsewhere.
fn beta_exponent(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let lambda = beta_lambda(a, b, x, y);
    let total = a + b;
    a * ln_1p_minus(-lambda / a, x / a * total) + b * ln_1p_minus(lambda / b, y / b * total)
}

/// a·y − b·x, the distance of x below the mean, times a + b.
fn beta_lambda(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let (first, first_rest) = two_product(a, y);
    let (second, second_rest) = two_product(b, x);
    (first - second) + (first_rest - second_rest)
}

/// The regularised incomplete beta functions I_x(a, b) and 1 − I_x(a, b),
/// given x and y = 1 − x, a and b above 0. The smaller of the two is precise.
pub(crate) fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    if a.min(b) >= LARGE {
        return beta_tails_large(a, b, x, y);
    }
    if beta_lambda(a, b, x, y) > 0.0 {
        let lower = beta_fraction(a, b, x, y);
        (lower, 1.0 - lower)
    } else {
        let upper = beta_fraction(b, a, y, x);
        (1.0 - upper, upper)
    }
}

/// I_x(a, b) for x below the mean, by the even part of the continued fraction.
fn beta_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let power = beta_power(a, b, x, y);
    if power <= 0.0 {
        return 0.0;
    }
    let lambda = beta_lambda(a, b, x, y);
    let denominator = |m: f64| {
        // 0 for m = 0, where a = 1 would make it 0/0.
        let even = if m > 0.0 {
            m * (b - m) * x / (a + 2.0 * m - 1.0)
        } else {
            0.0
        };
        let odd = (a + m) * (lambda + 1.0 + m * (1.0 + y)) / (a + 2.0 * m + 1.0);
        m + even + odd
    };
    let numerator = |m: f64| {
        let ratio = x / (a + 2.0 * m - 1.0);
        (a + m - 1.0) * (a + b + m - 1.0) * m * (b - m) * ratio * ratio
    };
    power / modified_lentz(denominator, numerator)
}

/// d(0) + n(1)/(d(1) + n(2)/(d(2) + …)), by the method of Lentz.
fn modified_lentz(denominator: impl Fn(f64) -> f64, numerator: impl Fn(f64) -> f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_0 = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut value = away_from_0(denominator(0.0));
    let mut c = value;
    let mut d = 0.0;
    for m in 1..MOST_TERMS {
        let m = f64::from(m);
        let (above, below) = (numerator(m), denominator(m));
        d = 1.0 / away_from_0(below + above * d);
        c = away_from_0(below + above / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() <= EPSILON {
            break;
        }
    }
    value
}

/// Both tails by the leading terms of Temme's uniform expansion; the error is of the order
/// of 1/n relative to a correction of the order of 1/√n.
fn beta_tails_large(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    let total = a + b;
    let lambda = beta_lambda(a, b, x, y);
    // −η²·n/2
    let exponent = beta_exponent(a, b, x, y);
    let deviation = (-2.0 * exponent).max(0.0).sqrt(); // |η|·√n
    let spread = (a / total * b).sqrt();
    // (x − x₀)·√n / √(x₀(1 − x₀))
    let distance = lambda.abs() / spread;
    let correction = if deviation > 0.0 && distance > 0.0 {
        // Below the mean, both 1/η and 1/(x − x₀) change sign together.
        1.0 / deviation - 1.0 / distance
    } else {
        0.0
    };
    let density = math::exp(exponent) / (2.0 * PI).sqrt();
    let tail = math::erfc(deviation * FRAC_1_SQRT_2) / 2.0 - density * correction;
    let tail = tail.clamp(0.0, 1.0);
    if lambda > 0.0 {
        (tail, 1.0 - tail)
    } else {
        (1.0 - tail, tail)
    }
}

/// The x with I_x(a, b) = p, or with 1 − I_x(a, b) = p if `upper`, and
/// y = 1 − x, for 0 < p < 1; the smaller of the two is precise.
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64, upper: bool) -> (f64, f64) {
    if a > b {
        // Solve for the one whose mean is below one half.
        let (y, x) = beta_quantile(p, b, a, !upper);
        return (x, y);
    }
    // Exact where the distribution function is a power.
    let (log_p, log_rest) = (math::ln(p), math::ln_1p(-p));
    if (a - 1.0).abs() <= 0.0 {
        let log_y = if upper { log_p } else { log_rest } / b;
        return (-math::exp_m1(log_y), math::exp(log_y));
    }
    if (b - 1.0).abs() <= 0.0 {
        let log_x = if upper { log_rest } else { log_p } / a;
        return (math::exp(log_x), -math::exp_m1(log_x));
    }
    let x = invert(p, beta_start(p, a, b, upper), 1.0, !upper, |x| {
        let y = 1.0 - x;
        let (lower, above) = beta_tails(a, b, x, y);
        let slope = beta_power(a, b, x, y) / (x * y);
        if upper {
            (above, -slope)
        } else {
            (lower, slope)
        }
    });
    (x, 1.0 - x)
}

/// Near the quantile: by Cornish and Fisher, or half the mean.
fn beta_start(p: f64, a: f64, b: f64, upper: bool) -> f64 {
    let z = if p < 0.5 {
        z_of_tail(2.0 * p)
    } else {
        -z_of_tail(2.0 * (1.0 - p))
    };
    let z = if upper { z } else { -z };
    let mean = a / (a + b);
    let sd = (mean * (b / (a + b)) / (a + b + 1.0)).sqrt();
    let skew = 2.0 * (b - a) / (a + b + 2.0) * ((a + b + 1.0).sqrt() / (a * b).sqrt());
    let start = mean + sd * (z + skew * (z * z - 1.0) / 6.0);
    if start > 0.0 && start < 1.0 {
        start
    } else {
        mean * 0.5
    }
}

/// xᵃ·e⁻ˣ / Γ(a + 1).
fn gamma_power(a: f64, x: f64) -> f64 {
    let exponent = a * ln_1p_minus((x - a) / a, x / a);
    math::exp(exponent - stirling_rest(a)) / (2.0 * PI * a).sqrt()
}

/// The regularised incomplete gamma functions P(a, x) and Q(a, x), a above 0.
/// The smaller of the two is precise.
pub(crate) fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if a >= LARGE {
        return gamma_tails_large(a, x);
    }
    let power = gamma_power(a, x);
    if x < a + 1.0 {
        let (mut term, mut sum, mut next) = (1.0, 1.0, a);
        for _ in 0..MOST_TERMS {
            next += 1.0;
            term *= x / next;
            sum += term;
            if term <= sum * EPSILON {
                break;
            }
        }
        let lower = (power * sum).min(1.0);
        (lower, 1.0 - lower)
    } else {
        let fraction = modified_lentz(|m| x + 2.0 * m + 1.0 - a, |m| m * (a - m));
        let upper = (power * a / fraction).min(1.0);
        (1.0 - upper, upper)
    }
}

fn gamma_tails_large(a: f64, x: f64) -> (f64, f64) {
    let relative = (x - a) / a; // λ − 1
    let exponent = a * ln_1p_minus(relative, x / a);
    let deviation = (-2.0 * exponent).max(0.0).sqrt(); // |η|·√a
    let distance = relative.abs() * a.sqrt();
    let correction = if deviation > 0.0 && distance > 0.0 {
        1.0 / distance - 1.0 / deviation
    } else {
        0.0
    };
    let density = math::exp(exponent) / (2.0 * PI).sqrt();
    let tail = math::erfc(deviation * FRAC_1_SQRT_2) / 2.0 + density * correction;
    let tail = tail.clamp(0.0, 1.0);
    if relative > 0.0 {
        (1.0 - tail, tail)
    } else {
        (tail, 1.0 - tail)
    }
}

/// The x with P(a, x) = p (`upper` false) or Q(a, x) = p (`upper` true),
/// for 0 < p ≤ ½.
pub(crate) fn gamma_quantile(p: f64, a: f64, upper: bool) -> f64 {
    if (a - 1.0).abs() <= 0.0 {
        return if upper {
            -math::ln(p)
        } else {
            -math::ln_1p(-p)
        };
    }
    invert(p, gamma_start(p, a, upper), f64::INFINITY, !upper, |x| {
        let (lower, above) = gamma_tails(a, x);
        let slope = gamma_power(a, x) * a / x;
        if upper {
            (above, -slope)
        } else {
            (lower, slope)
        }
    })
}

/// Near the quantile, by Wilson & Hilferty (1931).
fn gamma_start(p: f64, a: f64, upper: bool) -> f64 {
    let z = z_of_tail(2.0 * p);
    let z = if upper { z } else { -z };
    let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt());
    if root > 0.1 {
        a * root * root * root
    } else {
        a * 0.01
    }
}

/// Solves tail(x) = p on (0, end) by Newton steps of ln tail over ln x (exact
/// for a power, which every tail is near its end), kept inside a bracket.
/// `tail` gives its value and its slope; it is monotone.
fn invert(p: f64, start: f64, end: f64, rising: bool, tail: impl Fn(f64) -> (f64, f64)) -> f64 {
    // The step after one this small would only follow the rounding.
    const SMALL: f64 = 1e-9;
    let (mut low, mut high) = (0.0, end);
    let mut x = start;
    for _ in 0..1_100 {
        let (value, slope) = tail(x);
        if (value < p) == rising {
            low = x;
        } else {
            high = x;
        }
        let step = math::ln(p / value) * (value / slope) / x;
        let newton = x * math::exp(step);
        let inside = newton > low && newton < high;
        if step.abs() <= SMALL {
            return if newton > 0.0 && newton < end {
                newton
            } else {
                x
            };
        }
        let next = if inside && step.abs() < 30.0 {
            newton
        } else if high.is_infinite() {
            low * 16.0
        } else if low > 0.0 {
            low.sqrt() * high.sqrt()
        } else {
            high / 16.0
        };
        if !next.is_finite() || next <= 0.0 {
            return next;
        }
        if high.is_finite() && high - low <= 2.0 * EPSILON * high {
            return next;
        }
        x = next;
    }
    x
}

/// 1 − F(|t|) doubled, for Student's t with `df` degrees of freedom.
pub(crate) fn student_two_sided(t: f64, df: f64) -> f64 {
    let square = t * t;
    let total = df + square;
    if square <= 0.0 {
        return 1.0;
    }
    if !total.is_finite() {
        return 0.0;
    }
    beta_tails(df / 2.0, 0.5, df / total, square / total).0
}

/// The t with 2·(1 − F(t)) = `alpha`, 0 < alpha ≤ 1; infinite where that is
/// beyond `f64`.
pub(crate) fn student_tail_quantile(alpha: f64, df: f64) -> f64 {
    if alpha >= 1.0 {
        return 0.0;
    }
    let z = z_of_tail(alpha);
    // Cornish & Fisher, to 1/df².
    let cube = z * z * z;
    let start = z
        + (cube + z) / (4.0 * df)
        + (5.0 * cube * z * z + 16.0 * cube + 3.0 * z) / (96.0 * df * df);
    invert(alpha, start, f64::INFINITY, false, |t| {
        let square = t * t;
        let total = df + square;
        let (x, y) = (df / total, square / total);
        let value = beta_tails(df / 2.0, 0.5, x, y).0;
        // dx/dt = −2xy/t for x = df/(df + t²).
        (value, -2.0 * beta_power(df / 2.0, 0.5, x, y) / t)
    })
}

/// P(X = k) for X ~ Bin(k + rest, ½).
pub(crate) fn binomial_half(k: f64, rest: f64) -> f64 {
    // xᵃ·yᵇ/B(a, b) = a·b/(a + b) · C(a + b, a)·xᵃ·yᵇ
    if k <= 0.0 || rest <= 0.0 {
        return math::exp(-(k + rest) * std::f64::consts::LN_2);
    }
    beta_power(k, rest, 0.5, 0.5) * ((k + rest) / k / rest)
}

#[cfg(test)]
#[allow(
    clippy::excessive_precision,
    clippy::too_many_lines,
    reason = "reference values with the digits they were computed to"
)]
mod tests {
    use super::*;

    /// Half and twice the mean are ten thousands of deviations away.
    #[test]
    fn far_from_a_large_mean_nothing_is_left() {
        let (a, b) = (1e9, 1e9);
        assert_eq!(gamma_tails(a, 5e8), (0.0, 1.0));
        assert_eq!(gamma_tails(a, 2e9), (1.0, 0.0));
        assert_eq!(beta_tails(a, b, 0.25, 0.75), (0.0, 1.0));
        assert_eq!(beta_tails(a, b, 0.75, 0.25), (1.0, 0.0));
    }

    #[track_caller]
    fn close(got: f64, want: f64, relative: f64) {
        let error = (got - want).abs() / want.abs();
        assert!(error <= relative, "{got:?} for {want:?}: {error:.2e}");
    }

    /// The reference: the same functions with 40 digits in mpmath 1.3.
    #[test]
    fn beta_tails_match_40_digits() {
        for (a, b, x, lower, upper) in [
            (2.0, 3.0, 0.2, 0.180_800_000_000_000_02, 0.819_2),
            (
                5.0,
                0.5,
                0.9,
                0.316_642_915_020_012_3,
                0.683_357_084_979_987_7,
            ),
            (
                0.5,
                7.0,
                0.01,
                0.287_483_629_871_721_8,
                0.712_516_370_128_278_2,
            ),
            (
                0.05,
                0.5,
                0.3,
                0.889_075_431_328_226_4,
                0.110_924_568_671_773_56,
            ),
            (
                1e3,
                2e3,
                0.32,
                0.059_911_027_855_426_424,
                0.940_088_972_144_573_6,
            ),
            (
                1e3,
                2e3,
                0.36,
                0.998_909_496_940_750_1,
                0.001_090_503_059_249_849_4,
            ),
            (
                5e4,
                3.0,
                0.9999,
                0.124_622_542_361_790_3,
                0.875_377_457_638_209_7,
            ),
            (
                1e6,
                1e6,
                0.4995,
                0.078_649_577_580_901_63,
                0.921_350_422_419_098_4,
            ),
            (
                3.0,
                1e15,
                1e-15,
                0.080_301_397_071_394_49,
                0.919_698_602_928_605_5,
            ),
            (
                5e8,
                0.5,
                0.999_999_998,
                0.157_299_201_294_981_73,
                0.842_700_798_705_018_3,
            ),
            (
                1e8,
                3e8,
                0.249_95,
                0.010_458_355_801_768_842,
                0.989_541_644_198_231_2,
            ),
            (
                2e9,
                1e9,
                0.666_68,
                0.939_333_098_768_864_4,
                0.060_666_901_231_135_59,
            ),
            (
                1e12,
                1e12,
                0.499_999_523_162_841_8,
                0.088_716_808_956_391_15,
                0.911_283_191_043_608_9,
            ),
            (
                1e8,
                1e15,
                9.9985e-8,
                0.066_931_394_525_351_03,
                0.933_068_605_474_649,
            ),
            (
                700.0,
                1e18,
                6e-16,
                3.692_286_870_706_405e-5,
                0.999_963_077_131_292_9,
            ),
        ] {
            let (got_lower, got_upper) = beta_tails(a, b, x, 1.0 - x);
            close(got_lower, lower, 2e-12);
            close(got_upper, upper, 2e-12);
        }
        assert_eq!(beta_tails(2.0, 3.0, 0.0, 1.0), (0.0, 1.0));
        close(beta_tails(1.0, 1.0, 0.25, 0.75).0, 0.25, 1e-15);
    }

    #[test]
    fn gamma_tails_match_40_digits() {
        for (a, x, lower, upper) in [
            (2.0, 0.5, 0.090_204_010_431_049_86, 0.909_795_989_568_950_1),
            (0.5, 3.0, 0.985_694_121_564_570_4, 0.014_305_878_435_429_64),
            (1.0, 2.0, 0.864_664_716_763_387_3, 0.135_335_283_236_612_7),
            (
                100.0,
                80.0,
                0.017_108_313_035_133_114,
                0.982_891_686_964_866_9,
            ),
            (
                100.0,
                120.0,
                0.972_136_260_109_479_3,
                0.027_863_739_890_520_66,
            ),
            (
                1e6,
                998e3,
                0.022_696_114_006_736_803,
                0.977_303_885_993_263_2,
            ),
            (
                1e6,
                1003e3,
                0.998_638_259_353_782_4,
                0.001_361_740_646_217_591_4,
            ),
            (
                3e8,
                299_970_000.0,
                0.041_628_831_930_909_61,
                0.958_371_168_069_090_4,
            ),
            (
                3e8,
                300_040_000.0,
                0.989_537_020_622_857_1,
                0.010_462_979_377_142_933,
            ),
            (
                1e12,
                1_000_001e6,
                0.841_344_746_068_583_3,
                0.158_655_253_931_416_72,
            ),
        ] {
            let (got_lower, got_upper) = gamma_tails(a, x);
            close(got_lower, lower, 2e-12);
            close(got_upper, upper, 2e-12);
        }
    }

    #[test]
    fn student_quantiles_match_40_digits() {
        for (alpha, df, t) in [
            (0.05, 1.0, 12.706_204_736_174_704),
            (0.05, 2.5, 3.574_654_842_003_683),
            (0.1, 3.0, 2.353_363_434_801_823_8),
            (0.01, 39.0, 2.707_913_183_517_662),
            (1e-10, 7.0, 59.450_758_766_704_714),
            (0.05, 6865.3, 1.960_309_589_598_805_4),
            (0.5, 4.0, 0.740_697_084_112_682_6),
            (0.05, 1e6, 1.959_966_356_814_107),
            (0.05, 1e12, 1.959_963_984_542_426_5),
            (1e-6, 0.7, 189_017_577.108_496_67),
            (0.99, 12.0, 0.012_797_059_671_070_842),
        ] {
            close(student_tail_quantile(alpha, df), t, 1e-13);
            close(student_two_sided(t, df), alpha, 1e-12);
        }
    }

    #[test]
    fn beta_and_gamma_quantiles_match_40_digits() {
        for (p, a, b, x) in [
            (0.025, 19.0, 6.0, 0.578_487_156_362_747_3),
            (0.025, 5.0, 20.0, 0.071_318_617_198_054_92),
            (0.025, 1.0, 21.0, 0.001_204_883_448_363_512_7),
            (0.005, 3.0, 0.5, 0.243_555_953_526_349_76),
            (0.025, 1e6, 3e6, 0.249_575_773_831_608),
            (0.025, 2e8, 1e9, 0.166_645_581_337_682_13),
            (0.025, 3.0, 1e15, 6.186_721_228_956_005e-16),
            (1e-9, 50.0, 50.0, 0.224_609_715_712_949_9),
            (0.025, 0.5, 20.5, 2.424_647_845_924_274_6e-5),
            (0.3, 0.2, 0.3, 0.021_446_585_037_983_22),
        ] {
            let (got, rest) = beta_quantile(p, a, b, false);
            close(got, x, 5e-14);
            close(got + rest, 1.0, 1e-16);
            // The same from the other end.
            let (other_rest, other) = beta_quantile(p, b, a, true);
            close(other, got, 1e-15);
            close(other_rest, rest, 1e-15);
            close(beta_quantile(1.0 - p, a, b, true).0, x, 1e-7);
        }
        for (p, a, upper, x) in [
            (0.025, 1.0, false, 0.025_317_807_984_289_877),
            (0.025, 5.0, false, 1.623_486_390_118_420_6),
            (0.025, 6.0, true, 11.668_332_079_322_67),
            (0.005, 100.0, false, 76.120_495_843_689_18),
            (0.005, 101.0, true, 128.760_580_120_102_45),
            (0.025, 12345.0, false, 12_128.180_907_899_08),
            (0.025, 12346.0, true, 12_564.722_206_913_333),
            (1e-8, 3.0, false, 0.003_918_704_446_582_298),
            (0.4, 2.0, true, 2.022_313_245_324_656_8),
        ] {
            close(gamma_quantile(p, a, upper), x, 5e-14);
        }
    }

    #[test]
    fn every_count_has_a_quantile() {
        let most = 18_446_744_073_709_551_615.0;
        for a in [0.5, 1.0, 2.0, 1e4, 1e8, 1e12, most] {
            for p in [1e-300, 1e-10, 0.025, 0.4999] {
                for upper in [false, true] {
                    let x = gamma_quantile(p, a, upper);
                    assert!(x.is_finite() && x >= 0.0, "gamma {p} {a}: {x}");
                }
                let t = student_tail_quantile(2.0 * p, a);
                assert!(t > 0.0, "t {p} {a}: {t}");
                for b in [0.5, 1.0, 2.0, 1e4, 1e8, 1e12, most] {
                    let (x, y) = beta_quantile(p, a, b, false);
                    assert!(x >= 0.0 && y >= 0.0, "beta {p} {a} {b}: {x} {y}");
                    assert!((x + y - 1.0).abs() < 1e-15, "beta {p} {a} {b}: {x} {y}");
                }
            }
        }
    }
}
