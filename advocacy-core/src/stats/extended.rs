//! Numbers wider than `f64`, for results that must be right to the last bit.

use std::cmp::Ordering;

use crate::math::float;

const TWO_64: f64 = 18_446_744_073_709_551_616.0;

/// `a + b` and its rounding error (Knuth).
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let rest = sum - a;
    (sum, (a - (sum - rest)) + (b - rest))
}

/// `a · b` and its rounding error (Dekker; no fused multiply-add, whose
/// software form is slow on WASM).
pub(crate) fn two_product(a: f64, b: f64) -> (f64, f64) {
    const SPLIT: f64 = 134_217_729.0; // 2²⁷ + 1
    let split = |x: f64| {
        let t = SPLIT * x;
        let high = t - (t - x);
        (high, x - high)
    };
    let product = a * b;
    let (ah, al) = split(a);
    let (bh, bl) = split(b);
    (product, ((ah * bh - product) + ah * bl + al * bh) + al * bl)
}

/// A number as the unevaluated sum of two `f64`: about 32 digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide {
    high: f64,
    low: f64,
}

impl Wide {
    pub(crate) const ZERO: Self = Self {
        high: 0.0,
        low: 0.0,
    };
    pub(crate) const ONE: Self = Self {
        high: 1.0,
        low: 0.0,
    };

    pub(crate) fn from_f64(x: f64) -> Self {
        Self { high: x, low: 0.0 }
    }

    /// Exact.
    pub(crate) fn from_u64(x: u64) -> Self {
        // Both halves are exact.
        let (high, low) = two_sum(float(x >> 32) * 4_294_967_296.0, float(x & 0xFFFF_FFFF));
        Self { high, low }
    }

    /// Right to about 106 bits.
    pub(crate) fn from_u128(x: u128) -> Self {
        let high = u64::try_from(x >> 64).unwrap_or(u64::MAX);
        let low = u64::try_from(x & u128::from(u64::MAX)).unwrap_or(u64::MAX);
        Self::from_u64(high)
            .scaled(TWO_64)
            .plus(Self::from_u64(low))
    }

    /// Right to about 106 bits.
    pub(crate) fn from_i128(x: i128) -> Self {
        let size = Self::from_u128(x.unsigned_abs());
        if x < 0 { size.negated() } else { size }
    }

    /// The nearest `f64`.
    pub(crate) fn value(self) -> f64 {
        self.high
    }

    pub(crate) fn negated(self) -> Self {
        Self {
            high: -self.high,
            low: -self.low,
        }
    }

    /// Times a power of two.
    fn scaled(self, power: f64) -> Self {
        Self {
            high: self.high * power,
            low: self.low * power,
        }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let (high, rest) = two_sum(self.high, other.high);
        let (low, tail) = two_sum(self.low, other.low);
        let (high, rest) = two_sum(high, rest + low);
        let (high, low) = two_sum(high, rest + tail);
        Self { high, low }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(other.negated())
    }

    pub(crate) fn times(self, other: Self) -> Self {
        let (high, rest) = two_product(self.high, other.high);
        let (high, low) = two_sum(high, rest + (self.high * other.low + self.low * other.high));
        Self { high, low }
    }

    /// `self / other`; `other` is not 0.
    pub(crate) fn over(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self.minus(other.times(Self::from_f64(first)));
        let second = rest.high / other.high;
        let rest = rest.minus(other.times(Self::from_f64(second)));
        let third = rest.high / other.high;
        let (high, low) = two_sum(first, second);
        Self { high, low }.plus(Self::from_f64(third))
    }
}

/// A natural number of any size, as base-2⁶⁴ digits, lowest first, no
/// leading zero digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Natural(Vec<u64>);

impl Natural {
    pub(crate) fn new(x: u128) -> Self {
        let low = u64::try_from(x & u128::from(u64::MAX)).unwrap_or(u64::MAX);
        let high = u64::try_from(x >> 64).unwrap_or(u64::MAX);
        Self(vec![low, high]).trimmed()
    }

    /// 10ᵏ.
    pub(crate) fn power_of_ten(k: u32) -> Self {
        let mut power = Self::new(1);
        let mut left = k;
        while left > 0 {
            let step = left.min(19);
            power.multiply(10u64.saturating_pow(step));
            left -= step;
        }
        power
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    /// `self · factor`, in place.
    pub(crate) fn multiply(&mut self, factor: u64) {
        let mut carry = 0u64;
        for digit in &mut self.0 {
            let (low, high) = widening(*digit, factor, carry, 0);
            *digit = low;
            carry = high;
        }
        if carry > 0 {
            self.0.push(carry);
        }
        if factor == 0 {
            self.0.clear();
        }
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut digits = vec![0u64; self.0.len() + other.0.len()];
        for (i, &a) in self.0.iter().enumerate() {
            let mut carry = 0;
            for (j, &b) in other.0.iter().enumerate() {
                let (low, high) = widening(a, b, digits[i + j], carry);
                digits[i + j] = low;
                carry = high;
            }
            digits[i + other.0.len()] = carry;
        }
        Self(digits).trimmed()
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        let mut digits = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        let mut carry = false;
        for i in 0..self.0.len().max(other.0.len()) {
            let a = self.0.get(i).copied().unwrap_or(0);
            let b = other.0.get(i).copied().unwrap_or(0);
            let (sum, over) = a.overflowing_add(b);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            digits.push(sum);
            carry = over || again;
        }
        digits.push(u64::from(carry));
        Self(digits).trimmed()
    }

    /// `self − other`, or `None` where that is below 0.
    pub(crate) fn minus(&self, other: &Self) -> Option<Self> {
        let mut digits = Vec::with_capacity(self.0.len());
        let mut borrow = false;
        for i in 0..self.0.len().max(other.0.len()) {
            let a = self.0.get(i).copied().unwrap_or(0);
            let b = other.0.get(i).copied().unwrap_or(0);
            let (rest, under) = a.overflowing_sub(b);
            let (rest, again) = rest.overflowing_sub(u64::from(borrow));
            digits.push(rest);
            borrow = under || again;
        }
        (!borrow).then(|| Self(digits).trimmed())
    }

    /// Right to about 106 bits; for numbers below 2¹⁰²³.
    pub(crate) fn wide(&self) -> Wide {
        self.0.iter().rev().fold(Wide::ZERO, |sum, &digit| {
            sum.scaled(TWO_64).plus(Wide::from_u64(digit))
        })
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len().cmp(&other.0.len()))
            .then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `a · b + c + d` as its low and high digit; it always fits.
fn widening(a: u64, b: u64, c: u64, d: u64) -> (u64, u64) {
    let sum = u128::from(a) * u128::from(b) + u128::from(c) + u128::from(d);
    (
        u64::try_from(sum & u128::from(u64::MAX)).unwrap_or(u64::MAX),
        u64::try_from(sum >> 64).unwrap_or(u64::MAX),
    )
}

/// A fraction in (0, 1] as the decimal a person wrote: `0.9` is 9/10, not the
/// binary fraction next to it. Returns the numerator and the power of ten.
pub(crate) fn decimal(fraction: f64) -> (u64, u32) {
    // Display prints the shortest digits that read back as the same number,
    // without an exponent.
    let text = fraction.to_string();
    let digits = text.split_once('.').map_or("", |(_, digits)| digits);
    let mut numerator = u64::from(text.starts_with('1'));
    for digit in digits.bytes() {
        // At most 17 digits are not leading zeros.
        numerator = numerator
            .saturating_mul(10)
            .saturating_add(u64::from(digit.saturating_sub(b'0')));
    }
    (numerator, u32::try_from(digits.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_as_written() {
        assert_eq!(decimal(0.1), (1, 1));
        assert_eq!(decimal(0.975), (975, 3));
        assert_eq!(decimal(1.0), (1, 0));
        assert_eq!(decimal(1e-7), (1, 7));
        assert_eq!(decimal(f64::MIN_POSITIVE).1, 324);
        assert_eq!(decimal(0.1 + 0.2), (30_000_000_000_000_004, 17));
    }

    #[test]
    fn naturals_add_multiply_and_compare() {
        let big = Natural::new(u128::MAX);
        let square = big.times(&big);
        // (2¹²⁸ − 1)² + 2(2¹²⁸ − 1) + 1 = 2²⁵⁶
        let power = square.plus(&big).plus(&big).plus(&Natural::new(1));
        assert_eq!(power, Natural(vec![0, 0, 0, 0, 1]));
        assert_eq!(power.minus(&power), Some(Natural(vec![])));
        assert_eq!(square.minus(&power), None);
        assert!(square < power);
        assert_eq!(Natural::power_of_ten(20), Natural::new(10u128.pow(20)));
        let mut zero = Natural::new(5);
        zero.multiply(0);
        assert_eq!(zero, Natural::new(0));
        assert_eq!(
            Natural::new(10u128.pow(30)).wide().value().to_bits(),
            1e30f64.to_bits()
        );
    }

    #[test]
    fn wide_numbers_keep_what_f64_drops() {
        let max = Wide::from_u64(u64::MAX);
        let rest = max.minus(Wide::from_f64(TWO_64));
        assert_eq!(rest.value().to_bits(), (-1f64).to_bits());
        let third = Wide::ONE.over(Wide::from_u64(3));
        let back = third.times(Wide::from_u64(3)).minus(Wide::ONE);
        assert!(back.value().abs() < 1e-31);
        assert_eq!(
            Wide::from_i128(i128::MIN).value().to_bits(),
            (-170_141_183_460_469_231_731_687_303_715_884_105_728f64).to_bits()
        );
    }
}
