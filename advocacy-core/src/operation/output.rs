//! What an operation returns.

use serde::Serialize;

use crate::measure::Measure;
use crate::scalar::ReachEstimate;
use crate::stats::{BetaPrior, Diversity, Estimate, Interval, JamesStein, RatioMean};
use crate::stats::{SurvivalInterval, SurvivalStep, Test};
use crate::survey::{
    Enps, EnpsDifference, EnpsGroups, NonresponseBounds, PulseCheck, Satisfaction,
};

/// A survival curve with the quantile asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SurvivalCurve {
    /// The curve's steps, by time.
    pub steps: Vec<SurvivalStep>,
    /// The first time t with S(t) ≤ 1 − quantile; `None` where the curve
    /// stays above.
    pub quantile: Option<i64>,
    /// Its interval after Brookmeyer and Crowley; `None` where it is.
    pub interval: Option<SurvivalInterval>,
}

macro_rules! outputs {
    ($($(#[$meta:meta])* $variant:ident($type:ty) = $name:literal;)+) => {
        /// What an operation returns, typed, so that bindings read fields and
        /// need no JSON; with serde it is JSON all the same.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum Output {
            /// Undefined: nothing to divide by, nobody asked.
            Undefined,
            $($(#[$meta])* $variant($type),)+
        }

        $(
            impl From<$type> for Output {
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }

            impl Returned for $type {
                const NAME: &'static str = $name;
                const OPTIONAL: bool = false;
            }
        )+
    };
}

/// A type an operation can return.
pub(crate) trait Returned: Into<Output> {
    const NAME: &'static str;
    const OPTIONAL: bool;
}

outputs! {
    /// A whole number.
    Count(u64) = "count";
    /// A number.
    Number(f64) = "number";
    /// Numbers, in the order of the input.
    Numbers(Vec<f64>) = "numbers";
    /// A measure.
    Measure(Measure) = "Measure";
    /// An interval.
    Interval(Interval) = "Interval";
    /// Intervals, in the order of the input.
    Intervals(Vec<Interval>) = "Intervals";
    /// An estimate with its error.
    Estimate(Estimate) = "Estimate";
    /// A test.
    Test(Test) = "Test";
    /// An eNPS.
    Enps(Box<Enps>) = "Enps";
    /// The difference of two eNPS.
    EnpsDifference(Box<EnpsDifference>) = "EnpsDifference";
    /// The eNPS of many groups.
    EnpsGroups(Box<EnpsGroups>) = "EnpsGroups";
    /// Satisfaction.
    Satisfaction(Box<Satisfaction>) = "Satisfaction";
    /// Worst-case bounds.
    NonresponseBounds(NonresponseBounds) = "NonresponseBounds";
    /// A pulse survey, checked.
    PulseCheck(PulseCheck) = "PulseCheck";
    /// Reach over several posts.
    ReachEstimate(ReachEstimate) = "ReachEstimate";
    /// Mean and median of ratios.
    RatioMean(RatioMean) = "RatioMean";
    /// Diversity indices.
    Diversity(Diversity) = "Diversity";
    /// A survival curve.
    SurvivalCurve(SurvivalCurve) = "SurvivalCurve";
    /// Shrunk estimates.
    JamesStein(JamesStein) = "JamesStein";
    /// A prior.
    BetaPrior(BetaPrior) = "BetaPrior";
}

impl<T> From<Option<T>> for Output
where
    Self: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Undefined, Self::from)
    }
}

impl<T: Returned> Returned for Option<T>
where
    Output: From<T>,
{
    const NAME: &'static str = T::NAME;
    const OPTIONAL: bool = true;
}

impl Output {
    /// The measure at its heart, if it has one: what explains itself.
    #[must_use]
    pub fn measure(&self) -> Option<&Measure> {
        match self {
            Self::Measure(measure) => Some(measure),
            Self::Enps(enps) => Some(&enps.measure),
            Self::EnpsDifference(difference) => Some(&difference.measure),
            Self::EnpsGroups(groups) => Some(&groups.total.measure),
            Self::Satisfaction(satisfaction) => Some(&satisfaction.mean),
            _ => None,
        }
    }

    /// The sum as a person would check it by hand, where there is a measure.
    #[must_use]
    pub fn explain(&self) -> Option<String> {
        self.measure().map(Measure::explain)
    }
}
