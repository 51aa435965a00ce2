//! Intervals, tests and concentration, as pure functions of counts and sums.
//!
//! Three rules hold throughout. What is undefined (no trials, no exposure)
//! is `Ok(None)`; what is invalid (a confidence of 95, NaN) is an error
//! naming the argument. Whole numbers up to `u64::MAX` are taken and nothing
//! wraps. The same input gives the same bits on every target.

mod extended;
mod interval;
mod normal;
mod proportion;
mod ratio;
mod special;
mod survival;

pub use self::{
    interval::{Estimate, Interval, Test},
    normal::{normal_cdf, normal_p_value, normal_quantile, two_sided_z},
    proportion::{
        Bound, ProportionMethod, TwoProportionMethod, agresti_caffo, agresti_coull,
        clopper_pearson, jeffreys, mover_difference, newcombe, proportion_interval,
        two_proportion_test, wald, wilson, wilson_continuity, wilson_effective, wilson_finite,
        wilson_one_sided,
    },
    ratio::{
        RatioMean, RatioMoments, estimate_difference, estimate_ratio, mean_of_ratios,
        ratio_estimator,
    },
    survival::{Survival, SurvivalInterval, SurvivalStep, kaplan_meier, kaplan_meier_counts},
};
