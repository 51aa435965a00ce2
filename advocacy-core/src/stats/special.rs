//! Incomplete beta and gamma functions and their inverses.
//!
//! Densities come from the saddle-point form of Loader (2000), so nothing is
//! lost to the difference of huge logarithms; tails from the continued
//! fraction of Didonato & Morris (1992), or, where both parameters are
//! large, the uniform expansion of Temme (1979, 1992). Why not `statrs`: see
//! `normal`.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::{math, stats::normal::z_of_tail};

/// From here on the uniform expansions are right to about 1e-12 and the
/// continued fractions slow.
const LARGE: f64 = 1e8;
const EPSILON: f64 = f64::EPSILON / 2.0;
const MOST_TERMS: u32 = 200_000;

/// ln(1 + x) − x without cancellation, for x > −1.
pub(crate) fn ln_1p_minus(x: f64) -> f64 {
    if !(-0.4..=0.6).contains(&x) {
        return math::ln_1p(x) - x;
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
    if n <= 15.0 {
        return math::ln_gamma(n + 1.0) - (n + 0.5) * math::ln(n) + n - HALF_LN_TAU;
    }
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
    crate::stats::normal::polynomial(&SERIES, 1.0 / (n * n)) / n
}

/// xᵃ·yᵇ / B(a, b), with y = 1 − x.
fn beta_power(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let lambda = beta_lambda(a, b, x, y);
    let exponent = a * ln_1p_minus(-lambda / a) + b * ln_1p_minus(lambda / b);
    let rest = stirling_rest(a + b) - stirling_rest(a) - stirling_rest(b);
    (a / (a + b) * b / (2.0 * PI)).sqrt() * math::exp(exponent + rest)
}

/// a·y − b·x, the distance of x below the mean, times a + b.
fn beta_lambda(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let (first, first_rest) = crate::stats::extended::two_product(a, y);
    let (second, second_rest) = crate::stats::extended::two_product(b, x);
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
        let even = m * (b - m) * x / (a + 2.0 * m - 1.0);
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
    let exponent = a * ln_1p_minus(-lambda / a) + b * ln_1p_minus(lambda / b);
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

/// The x with I_x(a, b) = p, for 0 < p < 1; relative precision where p is a
/// tail, p ≤ ½.
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    // Exact where the distribution function is a power.
    let log_p = math::ln(p);
    if (b - 1.0).abs() <= 0.0 {
        return math::exp(log_p / a);
    }
    if (a - 1.0).abs() <= 0.0 {
        return -math::exp_m1(math::ln_1p(-p) / b);
    }
    let mean = a / (a + b);
    let sd = (mean * (b / (a + b)) / (a + b + 1.0)).sqrt();
    let z = if p < 0.5 {
        -z_of_tail(2.0 * p)
    } else {
        z_of_tail(2.0 * (1.0 - p))
    };
    let skew = 2.0 * (b - a) / (a + b + 2.0) * ((a + b + 1.0).sqrt() / (a * b).sqrt());
    let start = mean + sd * (z + skew * (z * z - 1.0) / 6.0);
    let start = if start > 0.0 && start < 1.0 {
        start
    } else {
        mean * 0.5
    };
    invert(p, start, 1.0, |x| {
        let y = 1.0 - x;
        let (lower, _) = beta_tails(a, b, x, y);
        (lower, beta_power(a, b, x, y) / (x * y))
    })
}

/// xᵃ·e⁻ˣ / Γ(a + 1).
fn gamma_power(a: f64, x: f64) -> f64 {
    let exponent = a * ln_1p_minus((x - a) / a);
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
    let exponent = a * ln_1p_minus(relative);
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
    let z = z_of_tail(2.0 * p);
    let z = if upper { z } else { -z };
    // Wilson & Hilferty (1931).
    let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt());
    let start = if root > 0.1 {
        a * root * root * root
    } else {
        a * 0.01
    };
    invert(p, start, f64::INFINITY, |x| {
        let (lower, above) = gamma_tails(a, x);
        let slope = gamma_power(a, x) * a / x;
        if upper {
            (above, -slope)
        } else {
            (lower, slope)
        }
    })
}

/// Solves tail(x) = p on (0, end) by Newton steps on ln tail, kept inside a
/// bracket. `tail` gives its value and its slope; it is monotone.
fn invert(p: f64, start: f64, end: f64, tail: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (0.0, end);
    let mut x = start;
    for _ in 0..400 {
        let (value, slope) = tail(x);
        let rising = slope >= 0.0;
        if (value < p) == rising {
            low = x;
        } else {
            high = x;
        }
        let newton = x + value / slope * math::ln(p / value);
        let next = if newton.is_finite() && newton > low && newton < high {
            newton
        } else if high.is_finite() {
            if low > 0.0 {
                f64::midpoint(low, high)
            } else {
                high / 8.0
            }
        } else {
            low * 2.0
        };
        let step = (next - x).abs();
        if step <= 2.0 * EPSILON * x || next <= 0.0 {
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
