//! One row per metric: the only list of them.
//!
//! Names, titles, units, formulas in words, options and sources of every
//! surface come from here. A row also names the function that computes it, for
//! the formulas to find.

use std::borrow::Cow;

use serde::Serialize;

use crate::definitions::Definitions;
use crate::measure::{Choice, Definition, Measure, Note, Unit};
use crate::model::kinds::QuestionKind;
use crate::named::named;

/// What the catalogue says of a metric.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct MetricInfo {
    /// Its id, the same in every language (camelCase in JavaScript).
    pub id: &'static str,
    /// Its title, for people.
    pub title: &'static str,
    /// Its family, after the sections of the metric reference.
    pub family: Family,
    /// What its value is in.
    pub unit: Unit,
    /// The formula in words, by the default definition.
    pub formula: &'static str,
    /// Who defines it so.
    pub source: &'static str,
    /// Whether its values add up over rows that partition the facts.
    pub additive: bool,
    /// The options that change it.
    pub options: &'static [&'static str],
    /// Whether a programme can be asked for it; the others are computed from
    /// counts and assumptions in hand.
    pub measured: bool,
    /// Who stands behind its numbers.
    #[serde(skip)]
    pub(crate) kind: Kind,
}

/// Who stands behind a metric's numbers: what a privacy policy protects them
/// by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Those who did something, and not how many they are.
    Activity,
    /// Those who belong, and how many.
    Membership,
    /// Those of them who are connected.
    Connected,
    /// Those who did something, of those who belong.
    Both,
    /// Those who answered.
    Survey(QuestionKind),
    /// Those who answered of those who could: the measure alone says how many.
    Turnout,
    /// Nobody has said: everybody is held to stand behind it.
    Unstated,
}

named! {
    /// A family of metrics.
    pub enum Family as "family" {
        /// Who takes part.
        People = "people",
        /// What is offered and shared.
        Content = "content",
        /// Whom it reaches.
        Reach = "reach",
        /// How people respond.
        Engagement = "engagement",
        /// What comes of it.
        Outcomes = "outcomes",
        /// How employees feel, and who stays.
        Workforce = "workforce",
    }
}

macro_rules! catalogue {
    (@measured) => { false };
    (@measured $compute:path) => { true };
    // Of a metric that says nothing, the strictest is assumed.
    (@kind) => { Kind::Unstated };
    (@kind $kind:ident) => { Kind::$kind };
    (@kind $kind:ident $question:ident) => { Kind::$kind(QuestionKind::$question) };
    ($(
        $(#[doc = $doc:literal])+
        $metric:ident = $id:literal, $title:literal, $family:ident, $unit:expr, $additive:literal,
        $formula:literal, $source:literal, [$($option:literal),*]
        $(, $compute:path $(=> $kind:ident $(($question:ident))?)?)?;
    )+) => {
        named! {
            /// A metric of the catalogue.
            ///
            /// ```
            /// use advocacy_core::Metric;
            ///
            /// let metric = Metric::parse("engagement_rate")?;
            /// assert_eq!(metric.info().formula, "engagements / impressions, both summed first");
            /// # Ok::<(), advocacy_core::Error>(())
            /// ```
            pub enum Metric as "metric" {
                $($(#[doc = $doc])+ $metric = $id,)+
            }
        }

        static CATALOGUE: &[MetricInfo] = &[$(MetricInfo {
            id: $id,
            title: $title,
            family: Family::$family,
            unit: $unit,
            formula: $formula,
            source: $source,
            additive: $additive,
            options: &[$($option),*],
            measured: catalogue!(@measured $($compute)?),
            kind: catalogue!(@kind $($($kind $($question)?)?)?),
        },)+];
    };
}

impl Metric {
    /// Its id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.as_str()
    }

    /// What the catalogue says of it.
    #[must_use]
    pub const fn info(self) -> &'static MetricInfo {
        &CATALOGUE[self as usize]
    }
}

/// Gives a measure its metric's name and unit.
pub(crate) fn stamp(measure: &mut Measure, metric: Metric) {
    let info = metric.info();
    measure.id = Cow::Borrowed(info.id);
    // Money comes with its currency already.
    if !matches!(measure.unit, Unit::Money(_)) {
        measure.unit = info.unit;
    }
    let above_one = measure.value().is_some_and(|value| value > 1.0);
    if info.unit == Unit::Rate && above_one {
        measure.add_note(Note::AboveOne);
    }
}

/// The catalogue: every metric, in the order of the metric reference.
///
/// ```
/// let people = advocacy_core::metrics().iter().filter(|m| m.family.as_str() == "people");
/// assert!(people.count() > 10);
/// ```
#[must_use]
pub fn metrics() -> &'static [MetricInfo] {
    CATALOGUE
}

/// The definition of a metric under these choices.
pub(crate) fn definition(metric: Metric, definitions: &Definitions) -> Definition {
    let info = metric.info();
    let choices = info.options.iter().filter_map(|&option| {
        let value = definitions.get(option)?;
        Some(Choice {
            option: Cow::Borrowed(option),
            value: Cow::Owned(value),
        })
    });
    Definition {
        formula: Cow::Borrowed(info.formula),
        choices: choices.collect(),
    }
}

/// The rows, handed to a macro that makes of them what it needs.
macro_rules! catalogue_rows {
    ($each:ident) => { $each! {
    /// Employees at the population's instant.
    Employees = "employees", "Employees", People, Unit::People, true,
        "employed people, external ones not counted",
        "stated headcount, else the advocates known to the programme",
        ["population"], people::employees => Membership;
    /// People invited to the programme.
    Invited = "invited", "Invited", People, Unit::People, true,
        "people invited, those who joined included", "Sprout, Oktopost",
        ["population"], people::invited => Membership;
    /// Members of the programme.
    Joined = "joined", "Joined", People, Unit::People, true,
        "people who joined and have not left", "Hootsuite, EveryoneSocial",
        ["population"], people::joined => Membership;
    /// Members with at least one connected account.
    Connected = "connected", "Connected", People, Unit::People, true,
        "members with a connected account", "EveryoneSocial",
        ["population"], people::connected => Connected;
    /// Invited employees as a share of employees.
    CoverageRate = "coverage_rate", "Coverage", People, Unit::Rate, false,
        "invited / employees", "programme guides",
        ["population", "confidence"], people::coverage_rate => Membership;
    /// Members as a share of employees.
    AdoptionRate = "adoption_rate", "Adoption", People, Unit::Rate, false,
        "joined / employees", "DSMN8; of invited: Sprout, Oktopost; of seats: Hootsuite",
        ["adoption_numerator", "adoption_denominator", "licensed_seats", "active_actions", "active_minimum", "share_unit", "paid", "date_basis", "population", "confidence"],
        people::adoption_rate => Membership;
    /// Members who shared soon after joining.
    ActivationRate = "activation_rate", "Activation", People, Unit::Rate, false,
        "members whose first share came in time / members with time enough",
        "programme guides",
        ["activation_days", "activation_clock", "share_unit", "paid", "population", "confidence"],
        people::activation_rate => Both;
    /// Distinct people active by the declared rule.
    ActiveAdvocates = "active_advocates", "Active advocates", People, Unit::People, false,
        "distinct advocates with enough qualifying actions in the period",
        "Haiilo (share), DSMN8 (login or share), Ambassify (view), EveryoneSocial (any)",
        ["active_actions", "active_minimum", "share_unit", "paid", "date_basis"], people::active_advocates => Both;
    /// Distinct people with a share.
    Sharers = "sharers", "Sharers", People, Unit::People, false,
        "distinct advocates with at least one share in the period", "Hootsuite, Agorapulse",
        ["share_unit", "date_basis", "paid"], people::sharers => Both;
    /// The mean share of members who shared in a week.
    ActiveParticipationRate = "active_participation_rate", "Active participation", People,
        Unit::Rate, false,
        "sharers of each complete step, summed / members at each step's end, summed",
        "Haiilo, DSMN8",
        ["active_participation_denominator", "active_participation_grain", "share_unit", "paid", "date_basis"],
        people::active_participation_rate => Both;
    /// Active people as a share of the invited.
    ParticipationRate = "participation_rate", "Participation", People, Unit::Rate, false,
        "active / invited", "Oktopost, Sociuu",
        ["participation_denominator", "licensed_seats", "active_actions", "active_minimum", "share_unit", "paid", "date_basis", "population", "confidence"],
        people::participation_rate => Both;
    /// Sharers as a share of members.
    ShareRate = "share_rate", "Share rate", People, Unit::Rate, false,
        "sharers / joined", "Hootsuite",
        ["share_rate_denominator", "licensed_seats", "active_actions", "active_minimum", "share_unit", "paid", "date_basis", "population", "confidence"], people::share_rate => Both;
    /// Shares per active advocate.
    SharesPerActive = "shares_per_active", "Shares per active advocate", People, Unit::Ratio, false,
        "shares / active", "Haiilo, Sociabble",
        ["shares_per", "active_actions", "active_minimum", "share_unit", "paid", "date_basis"], people::shares_per_active => Both;
    /// How much of a month's actives come back every week.
    Stickiness = "stickiness", "Stickiness", People, Unit::Rate, false,
        "mean actives of the complete weeks of each complete month / actives of that month, both summed over months",
        "product analytics",
        ["stickiness_grain", "active_actions", "active_minimum", "share_unit", "paid", "date_basis"], people::stickiness => Both;
    /// Days until half of the members have shared.
    TimeToFirstShare = "time_to_first_share", "Time to first share", People, Unit::Days, false,
        "the first day by which the chosen share of members has shared; who has not yet is censored",
        "Kaplan and Meier 1958",
        ["first_share_quantile", "first_share_clock", "first_share_estimator", "share_unit", "paid", "confidence"],
        people::time_to_first_share => Both;
    /// Members still active some buckets after they began.
    Retention = "retention", "Retention", People, Unit::Rate, false,
        "members active at that age / members of the cohorts that reached it; leavers stay in",
        "product analytics",
        ["retention_age", "retention_kind", "retention_cohort", "retention_grain", "active_actions", "active_minimum", "share_unit", "paid", "date_basis", "confidence"],
        people::retention => Both;
    /// Members who went quiet.
    Dormant = "dormant", "Dormant", People, Unit::People, false,
        "members with an earlier action and none in the days before the period's end",
        "Ambassify, EveryoneSocial",
        ["dormancy_days", "active_actions", "share_unit", "paid", "population"], people::dormant => Both;
    /// People who came back.
    Reactivated = "reactivated", "Reactivated", People, Unit::People, false,
        "people with an action in the period, none in the days before it, and one earlier still",
        "product analytics",
        ["dormancy_days", "active_actions", "share_unit", "paid"], people::reactivated => Both;
    /// People whose first share ever fell in the period.
    NewSharers = "new_sharers", "New sharers", People, Unit::People, false,
        "people whose first share ever is in the period", "EveryoneSocial",
        ["share_unit", "paid"], people::new_sharers => Both;
    /// Shares.
    Shares = "shares", "Shares", Content, Unit::Shares, true,
        "share records, removed ones not counted",
        "EveryoneSocial (every record); Sociuu (distinct advocate × content × network)",
        ["share_unit", "date_basis", "paid"], content::shares => Activity;
    /// Content items on offer.
    PublishedItems = "published_items", "Published items", Content, Unit::Items, false,
        "content items on offer in the period", "PostBeyond",
        ["content_basis"], content::published_items => Activity;
    /// Items on offer that were shared.
    ContentUtilisation = "content_utilisation", "Content utilisation", Content, Unit::Rate, false,
        "published items shared at least once in the period / published items", "PostBeyond",
        ["content_basis", "share_unit", "paid", "date_basis", "confidence"], content::content_utilisation => Activity;
    /// A row's part of all items or shares.
    ContentMix = "content_mix", "Content mix", Content, Unit::Rate, false,
        "items (or shares) of the row / all items (or shares)", "programme guides",
        ["mix_of", "content_basis", "share_unit", "paid", "date_basis"], content::content_mix => Activity;
    /// How evenly content spreads over one dimension.
    ContentEntropy = "content_entropy", "Content entropy", Content, Unit::Bits, false,
        "−Σ p log2 p over the values of one dimension", "Shannon 1948",
        ["mix_of", "mix_dimension", "content_basis", "share_unit", "paid", "date_basis"], content::content_entropy => Activity;
    /// Shares per item on offer.
    SharesPerItem = "shares_per_item", "Shares per item", Content, Unit::Ratio, false,
        "shares of published items / published items", "PostBeyond",
        ["content_basis", "share_unit", "paid", "date_basis"], content::shares_per_item => Activity;
    /// Distinct sharers per item on offer.
    SharersPerItem = "sharers_per_item", "Sharers per item", Content, Unit::Ratio, false,
        "distinct sharers of each published item, summed / published items", "PostBeyond",
        ["content_basis", "share_unit", "paid", "date_basis"], content::sharers_per_item => Both;
    /// Followers of all connected accounts.
    NetworkSize = "network_size", "Network size", Reach, Unit::Count, false,
        "followers, at the period's end, of members' connected accounts, summed",
        "EveryoneSocial, Please Share", [], reach::network_size => Connected;
    /// Followers of the accounts that shared, each once.
    PotentialReach = "potential_reach", "Potential reach", Reach, Unit::Count, false,
        "followers, at the period's end, of accounts that shared, each once", "Everwall (unique)",
        ["share_unit", "date_basis", "paid"], reach::potential_reach => Activity;
    /// Followers at every share.
    PotentialImpressions = "potential_impressions", "Potential impressions", Reach, Unit::Count, true,
        "followers of the account at the time, summed over shares", "Haiilo",
        ["share_unit", "date_basis", "paid"], reach::potential_impressions => Activity;
    /// Unique people by the network's own measurement.
    Reach = "reach", "Reach", Reach, Unit::Count, true,
        "unique people of each share, summed (gross); never fewer than the largest", "the networks",
        ["universe", "share_unit", "date_basis", "paid"], reach::reach => Activity;
    /// Times shares were shown.
    Impressions = "impressions", "Impressions", Reach, Unit::Count, true,
        "impressions, summed", "the networks",
        ["share_unit", "date_basis", "paid"], reach::impressions => Activity;
    /// How often each person saw it.
    Frequency = "frequency", "Frequency", Reach, Unit::Ratio, false,
        "impressions / reach, both summed first", "media planning",
        ["share_unit", "date_basis", "paid", "interval_unit", "confidence"], reach::frequency => Activity;
    /// Advocates' reach over the brand's, as a gain.
    ReachGain = "reach_gain", "Reach gain over brand", Reach, Unit::Ratio, false,
        "(advocates' reach − brand reach) / brand reach", "programme guides",
        ["share_unit", "paid", "date_basis"], reach::reach_gain => Activity;
    /// Advocates' reach over the brand's, as a multiple.
    ReachMultiple = "reach_multiple", "Reach multiple of brand", Reach, Unit::Ratio, false,
        "advocates' reach / brand reach", "programme guides",
        ["share_unit", "paid", "date_basis"], reach::reach_multiple => Activity;
    /// Views a month from stated assumptions.
    ReachCalculator = "reach_calculator", "Reach calculator", Reach, Unit::Count, false,
        "headcount × adoption × shares per month × followers × view-through",
        "vendors' calculators", [];
    /// Likes and reactions.
    Likes = "likes", "Likes", Engagement, Unit::Count, true,
        "likes, summed", "the networks",
        ["share_unit", "date_basis", "paid"], engagement::likes => Activity;
    /// Comments.
    Comments = "comments", "Comments", Engagement, Unit::Count, true,
        "comments, summed", "the networks",
        ["share_unit", "date_basis", "paid"], engagement::comments => Activity;
    /// Reshares.
    Reshares = "reshares", "Reshares", Engagement, Unit::Count, true,
        "reshares, summed", "the networks",
        ["share_unit", "date_basis", "paid"], engagement::reshares => Activity;
    /// Clicks.
    Clicks = "clicks", "Clicks", Engagement, Unit::Count, true,
        "clicks, summed", "the networks",
        ["share_unit", "date_basis", "paid"], engagement::clicks => Activity;
    /// Follows won.
    Follows = "follows", "Follows", Engagement, Unit::Count, true,
        "follows won, summed", "the networks",
        ["share_unit", "date_basis", "paid"], engagement::follows => Activity;
    /// Engagements by the chosen set.
    Engagements = "engagements", "Engagements", Engagement, Unit::Count, true,
        "likes + comments + reshares + clicks, or the chosen set, where all parts are known",
        "LinkedIn, Oktopost (all); EveryoneSocial (likes + comments)",
        ["engagement_set", "parts", "share_unit", "date_basis", "paid"], engagement::engagements => Activity;
    /// Engagements per impression.
    EngagementRate = "engagement_rate", "Engagement rate", Engagement, Unit::Rate, false,
        "engagements / impressions, both summed first", "LinkedIn, Oktopost",
        ["engagement_set", "parts", "engagement_denominator", "pooling", "share_unit", "date_basis",
         "paid", "interval_unit", "confidence"],
        engagement::engagement_rate => Activity;
    /// Clicks per impression.
    ClickThroughRate = "click_through_rate", "Click-through rate", Engagement, Unit::Rate, false,
        "clicks / impressions, both summed first", "Oktopost, LinkedIn",
        ["pooling", "share_unit", "date_basis", "paid", "interval_unit", "confidence"],
        engagement::click_through_rate => Activity;
    /// Reshares per follower.
    AmplificationRate = "amplification_rate", "Amplification rate", Engagement, Unit::Rate, false,
        "reshares / followers, at the period's end, of accounts that shared", "Kaushik",
        ["share_unit", "date_basis", "paid"], engagement::amplification_rate => Activity;
    /// Reshares per impression.
    ViralityRate = "virality_rate", "Virality rate", Engagement, Unit::Rate, false,
        "reshares / impressions, both summed first", "social media guides",
        ["pooling", "share_unit", "date_basis", "paid", "interval_unit", "confidence"],
        engagement::virality_rate => Activity;
    /// Likes per share.
    ApplauseRate = "applause_rate", "Applause rate", Engagement, Unit::Ratio, false,
        "likes / shares", "Kaushik", ["share_unit", "date_basis", "paid"], engagement::applause_rate => Activity;
    /// Comments per share.
    ConversationRate = "conversation_rate", "Conversation rate", Engagement, Unit::Ratio, false,
        "comments / shares", "Kaushik", ["share_unit", "date_basis", "paid"],
        engagement::conversation_rate => Activity;
    /// Advocates' rate over the brand's own.
    LiftOverBrand = "lift_over_brand", "Lift over brand", Engagement, Unit::Ratio, false,
        "advocates' rate / the brand's own rate", "Oktopost",
        ["lift_of", "engagement_set", "parts", "share_unit", "paid", "date_basis", "interval_unit", "confidence"], engagement::lift_over_brand => Activity;
    /// Conversions shares led to.
    Conversions = "conversions", "Conversions", Outcomes, Unit::Count, true,
        "conversions, summed", "Oktopost",
        ["share_unit", "date_basis", "paid"], engagement::conversions => Activity;
    /// The value of those conversions.
    Revenue = "revenue", "Revenue", Outcomes, Unit::Money(None), true,
        "the value of conversions in minor units, summed", "Oktopost",
        ["share_unit", "date_basis", "paid"], engagement::revenue => Activity;
    /// Promoters less detractors, in points.
    Enps = "enps", "Employee net promoter score", Workforce, Unit::Points, false,
        "100 × (promoters − detractors) / responses",
        "Reichheld 2003; Rocks 2016 for the interval",
        ["enps_method", "survey_answers", "survey_anonymous", "survey_weights", "survey_population", "confidence"],
        workforce::enps => Survey(Enps);
    /// The same on another scale.
    NetScore = "net_score", "Net score on another scale", Workforce, Unit::Points, false,
        "100 × (promoters − detractors) / responses, by the cut-offs stated",
        "after Reichheld 2003",
        ["enps_method", "survey_answers", "survey_anonymous", "survey_weights", "survey_population", "confidence"],
        workforce::net_score => Survey(NetScore);
    /// One eNPS less another, −200..=200.
    EnpsDifference = "enps_difference", "Difference of two eNPS", Workforce, Unit::Points, false,
        "first − second", "Zou and Donner 2008 (MOVER)", [];
    /// Promoters among all employees: what some guides call eNPS.
    PromoterShareOfEmployees = "promoter_share_of_employees", "Promoters among employees",
        Workforce, Unit::Rate, false,
        "promoters / employees, whether they answered or not", "programme guides",
        ["survey_answers", "survey_anonymous", "population", "confidence"],
        workforce::promoter_share_of_employees => Survey(Enps);
    /// How satisfied people are, on the question's scale.
    Satisfaction = "satisfaction", "Mean satisfaction", Workforce, Unit::Score, false,
        "sum of answers / answers", "survey guides",
        ["survey_answers", "survey_anonymous", "survey_weights", "survey_population", "confidence"],
        workforce::satisfaction => Survey(Satisfaction);
    /// The share of the satisfied.
    SatisfactionTopBox = "satisfaction_top_box", "Satisfied", Workforce, Unit::Rate, false,
        "answers at or above the point stated / answers", "top-2-box of survey guides",
        ["survey_answers", "survey_anonymous", "survey_weights", "survey_population", "confidence"],
        workforce::satisfaction_top_box => Survey(Satisfaction);
    /// The share of those who agree.
    Favourability = "favourability", "Favourability", Workforce, Unit::Rate, false,
        "answers at or above the point stated / answers", "survey guides",
        ["survey_answers", "survey_anonymous", "survey_weights", "survey_population", "confidence"],
        workforce::favourability => Survey(Agreement);
    /// Change of a share among the same people.
    ShareDifference = "share_difference", "Change of a share among the same people", Workforce,
        Unit::Rate, false,
        "(first only − second only) / people", "Newcombe 1998", [];
    /// An index of three questions.
    Esi = "esi", "Employee satisfaction index", Workforce, Unit::Rate, false,
        "((satisfaction + expectations + ideal) / 3 − 1) / 9", "ESI guides, 1-10 scale", [];
    /// The same as a share of the most there can be.
    EsiTotal = "esi_total", "Employee satisfaction index, total over maximum", Workforce,
        Unit::Rate, false,
        "(satisfaction + expectations + ideal) / 30", "ESI guides, 1-10 scale", [];
    /// Who answered, of those asked.
    ResponseRate = "response_rate", "Response rate", Workforce, Unit::Rate, false,
        "completes / eligible", "survey guides", ["confidence"], workforce::response_rate => Turnout;
    /// Who finished, of those who began.
    CompletionRate = "completion_rate", "Completion rate", Workforce, Unit::Rate, false,
        "completes / starts", "survey guides", ["confidence"], workforce::completion_rate => Turnout;
    /// Who left.
    TurnoverRate = "turnover_rate", "Turnover", Workforce, Unit::Rate, false,
        "separations / average headcount", "HR guides", [];
    /// Who stayed, of those who were there.
    RetentionRate = "retention_rate", "Retention of staff", Workforce, Unit::Rate, false,
        "stayers of those present at the start / present at the start", "HR guides", [];
    /// Who has been there for a year.
    StabilityIndex = "stability_index", "Stability index", Workforce, Unit::Rate, false,
        "staff with a year's service or more now / headcount a year ago", "HR guides", [];
    /// Days lost.
    AbsenceRate = "absence_rate", "Absence", Workforce, Unit::Rate, false,
        "days lost / available days, planned leave in neither", "HR guides", [];
} };
}
pub(crate) use catalogue_rows;

catalogue_rows!(catalogue);
