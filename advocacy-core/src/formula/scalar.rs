//! Metrics from counts in hand.

use crate::catalog::Metric;
use crate::error::Result;
use crate::measure::Measure;

use super::{proportion, ratio};

/// The confidence of scalar forms' intervals.
const CONFIDENCE: f64 = 0.95;

macro_rules! scalars {
    ($($(#[$meta:meta])* $kind:ident $name:ident($above:ident, $below:ident) = $metric:ident;)+) => {
        $(
            $(#[$meta])*
            ///
            /// # Errors
            /// None today; an error would name the argument.
            pub fn $name($above: u64, $below: u64) -> Result<Measure> {
                scalars!(@$kind Metric::$metric, $above, $below)
            }
        )+

        /// Every scalar form by its metric's id, for bindings: its parameters
        /// and the function.
        pub(crate) const SCALARS: &[(Metric, [&str; 2], fn(u64, u64) -> Result<Measure>)] =
            &[$((Metric::$metric, [stringify!($above), stringify!($below)], $name)),+];
    };
    (@people $metric:expr, $above:ident, $below:ident) => {
        Ok(crate::catalog::define(
            proportion(
                $metric,
                (stringify!($above), $above),
                (stringify!($below), $below.into()),
                CONFIDENCE,
            )?,
            $metric,
            &crate::definitions::Definitions::default(),
        ))
    };
    (@plain $metric:expr, $above:ident, $below:ident) => {
        Ok(crate::catalog::define(
            ratio($metric, (stringify!($above), $above.into()), (stringify!($below), $below.into())),
            $metric,
            &crate::definitions::Definitions::default(),
        ))
    };
    (@gain $metric:expr, $above:ident, $below:ident) => {
        Ok(crate::catalog::define(
            super::reach::gain($above, $below),
            $metric,
            &crate::definitions::Definitions::default(),
        ))
    };
}

scalars! {
    /// invited / employees.
    people coverage_rate(invited, employees) = CoverageRate;
    /// joined / employees: a fraction with its Wilson interval; undefined
    /// without employees.
    ///
    /// ```
    /// use advocacy_core::formula::adoption_rate;
    ///
    /// assert_eq!(adoption_rate(231, 400)?.value(), Some(0.5775));
    /// assert_eq!(adoption_rate(0, 10)?.value(), Some(0.0));
    /// assert_eq!(adoption_rate(0, 0)?.value(), None);
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    people adoption_rate(joined, employees) = AdoptionRate;
    /// Members with a first share in time / members with time enough.
    people activation_rate(activated, eligible) = ActivationRate;
    /// Σ sharers of each week / Σ members at each week's end.
    people active_participation_rate(sharers, members) = ActiveParticipationRate;
    /// active / invited.
    people participation_rate(active, invited) = ParticipationRate;
    /// sharers / joined.
    people share_rate(sharers, joined) = ShareRate;
    /// shares / active advocates.
    plain shares_per_active(shares, active) = SharesPerActive;
    /// Retained / members of the cohort.
    people retention(retained, members) = Retention;
    /// Published items shared at least once / published items.
    people content_utilisation(shared_items, items) = ContentUtilisation;
    /// Shares of published items / published items.
    plain shares_per_item(shares, items) = SharesPerItem;
    /// Distinct sharers of each item, summed / published items.
    plain sharers_per_item(sharers, items) = SharersPerItem;
    /// impressions / reach.
    plain frequency(impressions, reach) = Frequency;
    /// (advocates' reach − brand reach) / brand reach.
    ///
    /// ```
    /// use advocacy_core::formula::{reach_gain, reach_multiple};
    ///
    /// assert_eq!(reach_gain(33_800, 2_000)?.value(), Some(15.9));
    /// assert_eq!(reach_multiple(33_800, 2_000)?.value(), Some(16.9));
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    gain reach_gain(advocates_reach, brand_reach) = ReachGain;
    /// advocates' reach / brand reach.
    plain reach_multiple(advocates_reach, brand_reach) = ReachMultiple;
    /// engagements / impressions.
    ///
    /// ```
    /// use advocacy_core::formula::engagement_rate;
    ///
    /// let rate = engagement_rate(460_172, 6_951_680)?;
    /// assert!((rate.value().unwrap() - 0.066_195_797_3).abs() < 1e-10);
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    plain engagement_rate(engagements, impressions) = EngagementRate;
    /// clicks / impressions.
    plain click_through_rate(clicks, impressions) = ClickThroughRate;
    /// reshares / followers.
    plain amplification_rate(reshares, followers) = AmplificationRate;
    /// reshares / impressions.
    plain virality_rate(reshares, impressions) = ViralityRate;
    /// likes / shares.
    plain applause_rate(likes, shares) = ApplauseRate;
    /// comments / shares.
    plain conversation_rate(comments, shares) = ConversationRate;
}
