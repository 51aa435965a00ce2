//! Random numbers whose stream never changes.
//!
//! Written here rather than taken from a crate: the sample has to be the same
//! bytes for ever, and crates such as `rand` reserve the right to change what
//! a seed yields from one version to the next.

/// SplitMix64 (Steele, Lea and Flood 2014): one addition and a mix of bits.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

/// 2⁶⁴ divided by the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Random {
    /// The stream `part` of a seed.
    pub(super) fn new(seed: u64, part: u64) -> Self {
        let mut parts = Self(part);
        Self(seed ^ parts.next())
    }

    #[cfg(test)]
    pub(super) const fn from_state(state: u64) -> Self {
        Self(state)
    }

    /// 64 random bits.
    #[inline]
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let z = self.0;
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    #[inline]
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // The high half of a product; its bias, below end/2⁶⁴, is of no account here.
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// A number below `end`; 0 when `end` is 0.
    #[inline]
    pub(super) fn below_u32(&mut self, end: u32) -> u32 {
        (((self.next() >> 32) * u64::from(end)) >> 32) as u32
    }

    /// A number below `end`; 0 when `end` is 0.
    #[inline]
    pub(super) fn below_u16(&mut self, end: u16) -> u16 {
        (((self.next() >> 48) * u64::from(end)) >> 16 & 0xFFFF) as u16
    }

    /// A number from `low` to `high`, both included; `low` when they cross.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0);
        low.saturating_add_unsigned(self.below(span.saturating_add(1)))
    }

    /// True `n` times in a thousand.
    pub(super) fn per_mille(&mut self, n: u64) -> bool {
        self.below(1_000) < n
    }

    /// One of these; the default when there is none.
    pub(super) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let at = self.below(wide(from.len()));
        usize::try_from(at)
            .ok()
            .and_then(|at| from.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// Exponentially distributed, with that mean (at most 2²⁴).
    pub(super) fn exponential(&mut self, mean: u64) -> u64 {
        let bits = (self.next() >> 32) as u32;
        (mean.min(1 << 24) * u64::from(exponential(bits))) >> 16
    }

    /// A whole number whose expectation is `count · millionths / 1,000,000`.
    pub(super) fn part_of(&mut self, count: u64, millionths: u64) -> u64 {
        const MILLION: u64 = 1_000_000;
        let scaled = count.saturating_mul(millionths);
        scaled / MILLION + u64::from(self.below(MILLION) < scaled % MILLION)
    }

    /// A heavy-tailed weight from 100 to 5,000; half are below 200.
    pub(super) fn heavy(&mut self) -> u64 {
        100_000 / (20 + self.below(981))
    }
}

/// −log₂ of `bits`/2³² in units of 2⁻¹⁶, by the count of leading zeros and a
/// straight line between powers of two (off by at most 0.09): integers alone,
/// so the same on every target.
#[inline]
pub(super) fn minus_log2(bits: u32) -> u32 {
    let bits = bits | 1;
    let zeros = bits.leading_zeros();
    let mantissa = (u64::from(bits) << (zeros + 17)) >> 32 & 0xFFFF;
    ((zeros + 1) << 16) - mantissa as u32
}

/// Exponentially distributed, in units of 2⁻¹⁶.
#[inline]
pub(super) fn exponential(bits: u32) -> u32 {
    // Two thirds in place of ln 2: with the straight lines the mean is 1.
    minus_log2(bits) / 3 * 2
}

/// Draws places with given weights.
#[derive(Clone, Debug, Default)]
pub(super) struct Wheel {
    ends: Vec<u64>,
}

impl Wheel {
    pub(super) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut end = 0_u64;
        let ends = weights.into_iter().map(|weight| {
            end = end.saturating_add(weight);
            end
        });
        Self {
            ends: ends.collect(),
        }
    }

    /// A place; `None` when all weights are 0.
    pub(super) fn spin(&self, random: &mut Random) -> Option<usize> {
        let total = *self.ends.last().filter(|&&total| total > 0)?;
        let ball = random.below(total);
        Some(self.ends.partition_point(|&end| end <= ball))
    }
}

/// One of `choices`, drawn by the weight beside each.
pub(super) fn weighted<T: Copy + Default>(random: &mut Random, choices: &[(T, u64)]) -> T {
    let wheel = Wheel::new(choices.iter().map(|&(_, weight)| weight));
    wheel
        .spin(random)
        .and_then(|at| choices.get(at))
        .map(|&(choice, _)| choice)
        .unwrap_or_default()
}

/// A length as a count.
pub(super) fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
