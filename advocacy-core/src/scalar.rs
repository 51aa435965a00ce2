//! Metrics from counts and assumptions in hand: the scalar forms.

use crate::catalog::{Metric, MetricInfo, definition, stamp};
use crate::definitions::Definitions;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::reach::{duplicated, gain};
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::operation::{About, Argument, Operation, Output, rows};
use crate::rate::{proportion, ratio};

/// The confidence of scalar forms' intervals.
const CONFIDENCE: f64 = 0.95;

macro_rules! scalars {
    ($(
        $(#[$meta:meta])*
        $kind:ident $name:ident($above:ident: $of_above:literal, $below:ident: $of_below:literal)
            = $metric:ident, $example:literal;
    )+) => {
        $(
            $(#[$meta])*
            ///
            /// # Errors
            /// None today; an error would name the argument.
            pub fn $name($above: u64, $below: u64) -> Result<Measure> {
                scalars!(@$kind Metric::$metric, $above, $below)
            }
        )+

        /// Every scalar form of two counts as an operation.
        pub(crate) static OPERATIONS: &[Operation] = rows! { "scalar";
            $(
                $name: About::metric(
                    Metric::$metric,
                    concat!("undefined where ", stringify!($below), " is 0"),
                ),
                $example,
                ($above: u64 => $of_above, $below: u64 => $of_below)
                -> Measure = $name($above, $below);
            )+
        };
    };
    (@people $metric:expr, $above:ident, $below:ident) => {
        Ok(stated(
            proportion(
                (stringify!($above), $above),
                (stringify!($below), $below.into()),
                CONFIDENCE,
            )?,
            $metric,
        ))
    };
    (@plain $metric:expr, $above:ident, $below:ident) => {
        Ok(stated(
            ratio((stringify!($above), $above.into()), (stringify!($below), $below.into())),
            $metric,
        ))
    };
    (@gain $metric:expr, $above:ident, $below:ident) => {
        Ok(stated(gain($above, $below), $metric))
    };
}

/// By the default definition: a scalar form has no other. Of the options, only
/// the confidence bears on counts in hand.
fn stated(mut measure: Measure, metric: Metric) -> Measure {
    stamp(&mut measure, metric);
    let mut definition = definition(metric, &Definitions::default());
    let choices = &mut definition.choices;
    choices.retain(|choice| choice.option == "confidence");
    measure.definition = definition.into();
    measure
}

scalars! {
    /// invited / employees.
    people coverage_rate(invited: "People invited.", employees: "Employees.")
        = CoverageRate, r#"{"invited": 300, "employees": 400}"#;
    /// joined / employees: a fraction with its Wilson interval; undefined
    /// without employees.
    ///
    /// ```
    /// use advocacy_core::scalar::adoption_rate;
    ///
    /// assert_eq!(adoption_rate(231, 400)?.value(), Some(0.5775));
    /// assert_eq!(adoption_rate(0, 10)?.value(), Some(0.0));
    /// assert_eq!(adoption_rate(0, 0)?.value(), None);
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    people adoption_rate(joined: "People who joined.", employees: "Employees.")
        = AdoptionRate, r#"{"joined": 231, "employees": 400}"#;
    /// Members with a first share in time / members with time enough.
    people activation_rate(activated: "Members whose first share came in time.", eligible: "Members with time enough.")
        = ActivationRate, r#"{"activated": 120, "eligible": 200}"#;
    /// Σ sharers of each week / Σ members at each week's end; weeks of one
    /// person hang together, so without an interval of people.
    plain active_participation_rate(sharers: "Sharers of each week, summed.", members: "Members at each week's end, summed.")
        = ActiveParticipationRate, r#"{"sharers": 410, "members": 1300}"#;
    /// active / invited.
    people participation_rate(active: "People active.", invited: "People invited.")
        = ParticipationRate, r#"{"active": 90, "invited": 300}"#;
    /// sharers / joined.
    people share_rate(sharers: "People who shared.", joined: "People who joined.")
        = ShareRate, r#"{"sharers": 148, "joined": 231}"#;
    /// shares / active advocates.
    plain shares_per_active(shares: "Shares.", active: "Active advocates.")
        = SharesPerActive, r#"{"shares": 740, "active": 148}"#;
    /// Retained / members of the cohort.
    people retention(retained: "Members of the cohort still active.", members: "Members of the cohort.")
        = Retention, r#"{"retained": 33, "members": 60}"#;
    /// Published items shared at least once / published items.
    people content_utilisation(shared_items: "Published items shared at least once.", items: "Published items.")
        = ContentUtilisation, r#"{"shared_items": 64, "items": 80}"#;
    /// Shares of published items / published items.
    plain shares_per_item(shares: "Shares of published items.", items: "Published items.")
        = SharesPerItem, r#"{"shares": 740, "items": 80}"#;
    /// Distinct sharers of each item, summed / published items.
    plain sharers_per_item(sharers: "Distinct sharers of each item, summed.", items: "Published items.")
        = SharersPerItem, r#"{"sharers": 520, "items": 80}"#;
    /// impressions / reach.
    plain frequency(impressions: "Impressions.", reach: "People reached.")
        = Frequency, r#"{"impressions": 9000, "reach": 6000}"#;
    /// (advocates' reach − brand reach) / brand reach.
    ///
    /// ```
    /// use advocacy_core::scalar::{reach_gain, reach_multiple};
    ///
    /// assert_eq!(reach_gain(33_800, 2_000)?.value(), Some(15.9));
    /// assert_eq!(reach_multiple(33_800, 2_000)?.value(), Some(16.9));
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    gain reach_gain(advocates_reach: "People the advocates reach.", brand_reach: "People the brand reaches.")
        = ReachGain, r#"{"advocates_reach": 33800, "brand_reach": 2000}"#;
    /// advocates' reach / brand reach.
    plain reach_multiple(advocates_reach: "People the advocates reach.", brand_reach: "People the brand reaches.")
        = ReachMultiple, r#"{"advocates_reach": 33800, "brand_reach": 2000}"#;
    /// engagements / impressions.
    ///
    /// ```
    /// use advocacy_core::scalar::engagement_rate;
    ///
    /// let rate = engagement_rate(460_172, 6_951_680)?;
    /// assert!((rate.value().unwrap() - 0.066_195_797_3).abs() < 1e-10);
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    plain engagement_rate(engagements: "Engagements.", impressions: "Impressions.")
        = EngagementRate, r#"{"engagements": 45, "impressions": 900}"#;
    /// clicks / impressions.
    plain click_through_rate(clicks: "Clicks.", impressions: "Impressions.")
        = ClickThroughRate, r#"{"clicks": 9, "impressions": 900}"#;
    /// reshares / followers.
    plain amplification_rate(reshares: "Reshares.", followers: "Followers.")
        = AmplificationRate, r#"{"reshares": 2, "followers": 500}"#;
    /// reshares / impressions.
    plain virality_rate(reshares: "Reshares.", impressions: "Impressions.")
        = ViralityRate, r#"{"reshares": 2, "impressions": 900}"#;
    /// likes / shares.
    plain applause_rate(likes: "Likes.", shares: "Shares.")
        = ApplauseRate, r#"{"likes": 30, "shares": 4}"#;
    /// comments / shares.
    plain conversation_rate(comments: "Comments.", shares: "Shares.")
        = ConversationRate, r#"{"comments": 5, "shares": 4}"#;
}

impl Metric {
    /// Its scalar form of two counts, if it has one.
    fn scalar(self) -> Option<&'static Operation> {
        OPERATIONS.iter().find(|scalar| scalar.id == self.id())
    }

    /// The parameters of its scalar form, if it has one.
    #[must_use]
    pub fn parameters(self) -> Option<[&'static str; 2]> {
        match self.scalar()?.parameters {
            [first, second] => Some([first.name, second.name]),
            _ => None,
        }
    }

    /// Its scalar form, by name: what bindings call.
    ///
    /// # Errors
    /// `invalid_option` when it has none.
    ///
    /// ```
    /// use advocacy_core::Metric;
    ///
    /// assert_eq!(Metric::AdoptionRate.parameters(), Some(["joined", "employees"]));
    /// assert_eq!(Metric::AdoptionRate.of_counts(1, 4)?.value(), Some(0.25));
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn of_counts(self, first: u64, second: u64) -> Result<Measure> {
        let none = || {
            Error::new(
                ErrorKind::InvalidOption,
                format!("{self} has no scalar form: it needs more than two counts"),
            )
        };
        let scalar = self.scalar().ok_or_else(none)?;
        let counts = [first, second].map(|count| Argument::Whole(count.into()));
        let names = scalar.parameters.iter().map(|parameter| parameter.name);
        match scalar.call(names.zip(counts))? {
            Output::Measure(measure) => Ok(measure),
            _ => Err(none()),
        }
    }
}

/// Reach over several posts: the three numbers that bracket it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReachEstimate {
    /// The largest single reach: nobody can say less.
    pub lower_bound: u64,
    /// The sum: nobody can say more.
    pub gross: u64,
    /// The random-duplication estimate U(1 − ∏(1 − rᵢ/U)).
    pub estimate: f64,
}

/// Lower bound, gross and random-duplication estimate of several reaches in a
/// universe of people. Employees' networks overlap, so the estimate overstates.
///
/// `None` without reaches.
///
/// # Errors
/// `out_of_range` for a reach beyond the universe or an empty universe,
/// `overflow` for a gross sum beyond 64 bits.
///
/// ```
/// use advocacy_core::scalar::random_duplication;
///
/// // 400 posts that reach 0.1 % each reach 33 % together (Sainsbury).
/// let net = random_duplication(1_000_000, &[1_000; 400])?.unwrap();
/// assert!((net.estimate / 1e6 - 0.329_814_093_993_259_9).abs() < 1e-12);
/// assert_eq!((net.lower_bound, net.gross), (1_000, 400_000));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn random_duplication(universe: u64, reaches: &[u64]) -> Result<Option<ReachEstimate>> {
    let mut sorted = reaches.to_vec();
    sorted.sort_unstable();
    let Some(&lower_bound) = sorted.last() else {
        return Ok(None);
    };
    let gross = sorted
        .iter()
        .try_fold(0_u64, |sum, &reach| sum.checked_add(reach))
        .ok_or_else(crate::tally::table::overflow)?;
    let mut each: Vec<(u64, u64)> = Vec::new();
    for reach in sorted {
        match each.last_mut() {
            Some((last, times)) if *last == reach => *times += 1,
            _ => each.push((reach, 1)),
        }
    }
    Ok(Some(ReachEstimate {
        lower_bound,
        gross,
        estimate: duplicated(universe, &each)?,
    }))
}

/// What a reach calculator assumes; every one is named in its result.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReachAssumptions {
    /// Employees.
    pub headcount: u64,
    /// The share of them who take part, 0..=1.
    pub adoption: f64,
    /// Shares per participant and month.
    pub shares_per_month: f64,
    /// Followers per participant, over all their networks.
    pub followers: f64,
    /// The share of followers who see a share, 0..=1.
    pub view_through: f64,
}

/// Potential views a month: headcount × adoption × shares per month ×
/// followers × view-through, every assumption a component of the result.
///
/// # Errors
/// `not_finite`, or `out_of_range` for a rate outside 0..=1 or a negative
/// number.
///
/// ```
/// use advocacy_core::scalar::{ReachAssumptions, reach_calculator};
///
/// let views = reach_calculator(&ReachAssumptions {
///     headcount: 1_000,
///     adoption: 0.25,
///     shares_per_month: 4.0,
///     followers: 500.0,
///     view_through: 0.1,
/// })?;
/// assert_eq!(views.value(), Some(50_000.0));
/// assert_eq!(views.component("adoption"), Some(0.25));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn reach_calculator(assumptions: &ReachAssumptions) -> Result<Measure> {
    let ReachAssumptions {
        headcount,
        adoption,
        shares_per_month,
        followers,
        view_through,
    } = *assumptions;
    let parts = [
        ("adoption", adoption, 1.0),
        ("shares_per_month", shares_per_month, f64::MAX),
        ("followers", followers, f64::MAX),
        ("view_through", view_through, 1.0),
    ];
    let mut views = float(headcount);
    for (name, value, most) in parts {
        if !value.is_finite() {
            return Err(
                Error::new(ErrorKind::NotFinite, format!("{name} is {value}")).in_field(name),
            );
        }
        if !(0.0..=most).contains(&value) {
            let allowed = if most > 1.0 { "0 or more" } else { "0..=1" };
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!("{name} {value} is not {allowed}"),
            )
            .in_field(name));
        }
        views *= value;
    }
    let measure = parts.into_iter().fold(
        Measure::of(Some(Number::Real(views))).with_component(Part::new("headcount", headcount)),
        |measure, (name, value, _)| measure.with_component(Part::new(name, value)),
    );
    let measure = measure.note(Note::Remark {
        text: "an estimate from assumptions, not a count; people reached twice count twice".into(),
    });
    Ok(stated(measure, Metric::ReachCalculator))
}

/// A row of the catalogue with the parameters of the metric's scalar form: what
/// bindings list.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[non_exhaustive]
pub struct Listing {
    /// What the catalogue says of the metric.
    #[serde(flatten)]
    pub info: &'static MetricInfo,
    /// The parameters of its scalar form, if it has one.
    pub parameters: Option<[&'static str; 2]>,
}

/// The catalogue with the parameters of every scalar form.
///
/// ```
/// let listings = advocacy_core::scalar::listings();
/// let adoption = listings.iter().find(|row| row.info.id == "adoption_rate").unwrap();
/// assert_eq!(adoption.parameters, Some(["joined", "employees"]));
/// ```
#[must_use]
pub fn listings() -> Vec<Listing> {
    let listing = |metric: &Metric| Listing {
        info: metric.info(),
        parameters: metric.parameters(),
    };
    Metric::ALL.iter().map(listing).collect()
}
