//! Intervals, tests and concentration, as pure functions of counts and sums.
//!
//! Three rules hold throughout. What is undefined (no trials, no exposure)
//! is `Ok(None)`; what is invalid (a confidence of 95, NaN) is an error
//! naming the argument. Whole numbers up to `u64::MAX` are taken and nothing
//! wraps. The same input gives the same bits on every target.

mod concentration;
mod contingency;
mod extended;
mod interval;
mod means;
mod multinomial;
mod normal;
mod planning;
mod poisson;
mod proportion;
mod ratio;
mod sequential;
mod shrinkage;
mod special;
mod student;
mod survival;

pub use self::{
    concentration::{
        Diversity, berger_parker, diversity, effective_number, entropy, gini, gini_unbiased, hhi,
        top_share,
    },
    contingency::{
        SignTestMethod, chi_square_p_value, chi_square_test, fisher_exact_test, holm, sign_test,
    },
    interval::{Estimate, Interval, Test},
    means::{Effect, Sample, mean_interval, welch_test},
    multinomial::goodman,
    normal::{normal_cdf, normal_p_value, normal_quantile, two_sided_z},
    planning::{
        margin_of_error, sample_size, sample_size_for_variance, sample_size_two_proportions,
    },
    poisson::{PoissonRatioMethod, poisson_interval, poisson_ratio, poisson_ratio_test},
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
    sequential::confidence_sequence,
    shrinkage::{BetaPrior, JamesStein, beta_prior, james_stein},
    student::{student_t_p_value, student_t_quantile, two_sided_t},
    survival::{Survival, SurvivalInterval, SurvivalStep, kaplan_meier, kaplan_meier_counts},
};

pub(crate) use self::{
    extended::Wide,
    interval::{closed_unit, finite, not_negative, positive},
};
