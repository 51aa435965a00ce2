//! The choices a user has: every option of every metric, with its default.
//!
//! One line per option below is the only place that knows it: the struct, its
//! names, defaults and documentation in every language come from here.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::Grain;
use crate::dimension::Dimension;
use crate::error::{Error, ErrorKind, Result};
use crate::model::field::Field;
use crate::model::kinds::Action;
use crate::named::named;

/// A value an option can take, read and written as text.
pub(crate) trait Setting: Sized {
    /// The choices, where there is a fixed set.
    const CHOICES: &'static [&'static str];
    fn show(&self) -> String;
    fn read(text: &str) -> Result<Self>;
}

macro_rules! choices {
    ($($(#[$meta:meta])* $type:ident { $($(#[$vmeta:meta])* $variant:ident = $name:literal,)+ })+) => {
        $(
            named! {
                $(#[$meta])*
                pub enum $type as "choice" { $($(#[$vmeta])* $variant = $name,)+ }
            }
            impl Setting for $type {
                const CHOICES: &'static [&'static str] = Self::NAMES;
                fn show(&self) -> String { self.as_str().to_owned() }
                fn read(text: &str) -> Result<Self> { Self::parse(text) }
            }
        )+
    };
}

choices! {
    /// Whom adoption counts.
    AdoptionNumerator {
        /// Members at the instant of the population.
        Joined = "joined",
        /// Those who have ever shared.
        SharersEver = "sharers_ever",
    }
    /// Whom a rate of people is a share of.
    Base {
        /// Employees.
        Employees = "employees",
        /// Those invited to the programme.
        Invited = "invited",
        /// Those who joined it.
        Joined = "joined",
        /// Those who joined and connected at least one account.
        Connected = "connected",
        /// Those active by the declared rule.
        Active = "active",
        /// Licensed seats, stated as `licensed_seats`.
        Seats = "seats",
    }
    /// When a member's clock starts.
    Clock {
        /// On joining.
        Joined = "joined",
        /// On being invited.
        Invited = "invited",
        /// On connecting the first account.
        Connected = "connected",
    }
    /// At which instant a population is taken.
    Population {
        /// Just before the period's end.
        End = "end",
        /// At the period's start.
        Start = "start",
        /// The mean of start and end.
        Average = "average",
        /// Anyone who belonged at any instant of the period.
        Anyone = "anyone",
    }
    /// Whom shares are divided among.
    PerWhom {
        /// Advocates active by the declared rule.
        Active = "active",
        /// Advocates with at least one share.
        Sharers = "sharers",
    }
    /// The steps of the active participation series.
    SeriesGrain {
        /// Days.
        Day = "day",
        /// Weeks.
        Week = "week",
        /// Months.
        Month = "month",
        /// At each day's end, the 30 days up to it.
        Rolling30Days = "rolling_30_days",
    }
    /// What stickiness sets against a month.
    StickinessGrain {
        /// Weekly actives.
        Week = "week",
        /// Daily actives.
        Day = "day",
    }
    /// How the time to the first share is estimated.
    FirstShareEstimator {
        /// Kaplan–Meier: who has not shared yet is censored, not dropped.
        KaplanMeier = "kaplan_meier",
        /// The plain quantile of those who shared.
        SharersOnly = "sharers_only",
    }
    /// What retention asks of a member.
    RetentionKind {
        /// Active in that very bucket.
        Classic = "classic",
        /// Active in that bucket or any later one.
        Rolling = "rolling",
    }
    /// When a member's cohort begins.
    CohortBasis {
        /// With their first share.
        FirstShare = "first_share",
        /// With their joining.
        Joined = "joined",
    }
    /// What counts as one share.
    ShareUnit {
        /// Every share record.
        Record = "record",
        /// Distinct advocate × content × network.
        Distinct = "distinct",
        /// Share records the network confirmed.
        Confirmed = "confirmed",
    }
    /// By which date a share is in a period.
    DateBasis {
        /// Its own.
        Shared = "shared",
        /// Its content's publication.
        Published = "published",
    }
    /// What becomes of rows of which only some parts of a set are known.
    Parts {
        /// A set is known only where all its parts are.
        All = "all",
        /// What is there is summed.
        Known = "known",
    }
    /// What engagement is divided by.
    EngagementDenominator {
        /// Impressions.
        Impressions = "impressions",
        /// Reach.
        Reach = "reach",
        /// The account's followers at each share, once a share.
        FollowersAtPost = "followers_at_post",
        /// Followers, at the period's end, of the accounts that shared.
        FollowersAtEnd = "followers_at_end",
    }
    /// How a rate over several shares is made.
    Pooling {
        /// Ratio of sums.
        Pooled = "pooled",
        /// Mean of each share's ratio.
        MeanOfRatios = "mean_of_ratios",
        /// Median of each share's ratio.
        MedianOfRatios = "median_of_ratios",
    }
    /// Whether shares boosted with money count.
    Paid {
        /// They count.
        Include = "include",
        /// They do not: organic only.
        Exclude = "exclude",
    }
    /// What varies by chance in the interval of a rate of sums.
    IntervalUnit {
        /// Shares.
        Share = "share",
        /// Advocates.
        Advocate = "advocate",
    }
    /// Which content items are in question.
    ContentBasis {
        /// On offer at any instant of the period.
        Live = "live",
        /// Published in the period.
        Published = "published",
    }
    /// What content is mixed of.
    MixOf {
        /// Published items.
        Items = "items",
        /// Shares.
        Shares = "shares",
    }
    /// Which rate the lift over the brand compares.
    LiftOf {
        /// Clicks over impressions.
        ClickThroughRate = "click_through_rate",
        /// Engagements over impressions.
        EngagementRate = "engagement_rate",
        /// Mean reach of a post.
        Reach = "reach",
    }
}

choices! {
    /// Which of a person's answers count.
    SurveyAnswers {
        /// Every answer: one of each person in each wave.
        Every = "every",
        /// The latest of each person in each cell, over all its waves.
        Latest = "latest",
    }
    /// Whether answers are weighed.
    SurveyWeights {
        /// By the weights of the responses, where there are any.
        Given = "given",
        /// Every answer weighs the same.
        Equal = "equal",
    }
    /// Whether answers are a sample of a finite population.
    SurveyPopulation {
        /// They stand for any number of people.
        Infinite = "infinite",
        /// Of those the turnout says could answer: a census has no margin.
        Eligible = "eligible",
    }
}

named! {
    /// How the interval of an eNPS is made, from promoters P, passives and
    /// detractors D among n answers.
    ///
    /// The coverage of each is in the [table](crate::survey#coverage).
    #[derive(Default)]
    pub enum EnpsMethod as "method" {
        /// ¾ promoter, 1½ passives and ¾ detractor added, then Wald (Rocks 2016).
        #[default]
        AdjustedWald = "adjusted_wald",
        /// The score interval of Tango (1998), solved for by halving: Rocks's "iterative".
        Tango = "tango",
        /// s ± z·√((P/n + D/n − s²)/n) with s = (P − D)/n.
        Wald = "wald",
        /// ½, 1 and ½ added, then Wald (Agresti and Min 2005).
        AgrestiMin = "agresti_min",
        /// 1, 0 and 1 added, then Wald (Bonett and Price 2012).
        BonettPrice = "bonett_price",
    }
}

named! {
    /// What to do with answers of nobody in particular.
    #[derive(Default)]
    pub enum Anonymous as "anonymous" {
        /// An error: a person could be counted twice.
        #[default]
        Raise = "raise",
        /// Count every one, and say so in a note.
        Count = "count",
    }
}

/// Settings whose name in errors is their own.
macro_rules! settings {
    ($($type:ty),+) => {$(
        impl Setting for $type {
            const CHOICES: &'static [&'static str] = Self::NAMES;
            fn show(&self) -> String {
                self.as_str().to_owned()
            }
            fn read(text: &str) -> Result<Self> {
                Self::parse(text)
            }
        }
    )+};
}

settings! { EnpsMethod, Anonymous }

impl Setting for Grain {
    const CHOICES: &'static [&'static str] = &["day", "week", "month", "quarter", "year"];
    fn show(&self) -> String {
        self.as_str().to_owned()
    }
    fn read(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl Setting for Dimension {
    const CHOICES: &'static [&'static str] = &[];
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl Setting for u32 {
    const CHOICES: &'static [&'static str] = &[];
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Result<Self> {
        text.parse()
            .map_err(|_| invalid(text, "a whole number from 0 to 4294967295"))
    }
}

impl Setting for bool {
    const CHOICES: &'static [&'static str] = &["true", "false"];
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Result<Self> {
        text.parse().map_err(|_| invalid(text, "true or false"))
    }
}

impl Setting for Option<u32> {
    const CHOICES: &'static [&'static str] = &[];
    fn show(&self) -> String {
        self.map_or_else(|| "none".to_owned(), |number| number.to_string())
    }
    fn read(text: &str) -> Result<Self> {
        match text {
            "none" => Ok(None),
            _ => u32::read(text).map(Some),
        }
    }
}

impl Setting for Option<u64> {
    const CHOICES: &'static [&'static str] = &[];
    fn show(&self) -> String {
        self.map_or_else(|| "none".to_owned(), |number| number.to_string())
    }
    fn read(text: &str) -> Result<Self> {
        match text {
            "none" => Ok(None),
            _ => text
                .parse()
                .map(Some)
                .map_err(|_| invalid(text, "none, or a whole number")),
        }
    }
}

impl Setting for f64 {
    const CHOICES: &'static [&'static str] = &[];
    fn show(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Result<Self> {
        text.parse::<Self>()
            .ok()
            .filter(|number| *number > 0.0 && *number < 1.0)
            .ok_or_else(|| invalid(text, "a number between 0 and 1"))
    }
}

fn invalid(given: &str, wanted: &str) -> Error {
    let given: String = given.chars().take(80).collect();
    Error::new(
        ErrorKind::InvalidOption,
        format!("{given:?} is not {wanted}"),
    )
}

/// The actions that make an advocate active: `share`, `login+share`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionSet(Vec<Action>);

impl ActionSet {
    /// The set of these actions.
    ///
    /// # Errors
    /// `invalid_option` for none.
    pub fn new(actions: impl IntoIterator<Item = Action>) -> Result<Self> {
        let mut actions: Vec<Action> = actions.into_iter().collect();
        actions.sort_unstable();
        actions.dedup();
        if actions.is_empty() {
            return Err(invalid("", "at least one action"));
        }
        Ok(Self(actions))
    }

    /// The actions, each once.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.0
    }
}

impl Setting for ActionSet {
    const CHOICES: &'static [&'static str] = Action::NAMES;
    fn show(&self) -> String {
        self.0
            .iter()
            .map(|action| action.as_str())
            .collect::<Vec<_>>()
            .join("+")
    }
    fn read(text: &str) -> Result<Self> {
        let actions = text.split('+').map(|name| Action::parse(name.trim()));
        Self::new(actions.collect::<Result<Vec<_>>>()?)
    }
}

/// Which parts an engagement is the sum of, and how much each weighs.
///
/// Written as text: `all`, `social`, `everyonesocial`, either with `+follows`;
/// `platform` or `engaged` for a platform's own count; or any weighted sum,
/// such as `likes + 2*comments + 3.5*reshares`, to three decimals.
///
/// ```
/// use advocacy_core::EngagementSet;
///
/// let set = EngagementSet::parse("likes + 2.5*comments")?;
/// assert_eq!(set.to_string(), "likes+2.5*comments");
/// assert_eq!(EngagementSet::default().to_string(), "all");
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngagementSet {
    /// Weights in thousandths.
    weights: BTreeMap<Field, u32>,
}

const ALL_PARTS: &[Field] = &[
    Field::Likes,
    Field::Comments,
    Field::Reshares,
    Field::Clicks,
];
const SOCIAL: &[Field] = &[Field::Likes, Field::Comments, Field::Reshares];
const EVERYONESOCIAL: &[Field] = &[Field::Likes, Field::Comments];
const PLATFORM: &[Field] = &[Field::Engagements];
const ENGAGED: &[Field] = &[Field::Engaged];
const NAMED_SETS: &[(&str, &[Field])] = &[
    ("all", ALL_PARTS),
    ("social", SOCIAL),
    ("everyonesocial", EVERYONESOCIAL),
    ("platform", PLATFORM),
    ("engaged", ENGAGED),
];

impl Default for EngagementSet {
    fn default() -> Self {
        Self::of(ALL_PARTS)
    }
}

impl EngagementSet {
    fn of(fields: &[Field]) -> Self {
        Self {
            weights: fields.iter().map(|&field| (field, 1000)).collect(),
        }
    }

    /// A platform's own engagement total.
    #[must_use]
    pub fn platform() -> Self {
        Self::of(PLATFORM)
    }

    /// A platform's own count of engaged people.
    #[must_use]
    pub fn engaged() -> Self {
        Self::of(ENGAGED)
    }

    /// The set written as text.
    ///
    /// # Errors
    /// `unknown_name` for an unknown part, `invalid_option` for a weight that
    /// is not a number from 0.001 to 1,000 with at most three decimals.
    pub fn parse(text: &str) -> Result<Self> {
        let mut weights = BTreeMap::new();
        for term in text.split('+').map(str::trim) {
            if let Some((_, fields)) = NAMED_SETS.iter().find(|(name, _)| *name == term) {
                weights.extend(fields.iter().map(|&field| (field, 1000)));
                continue;
            }
            let (weight, name) = match term.split_once('*') {
                Some((weight, name)) => (thousandths(weight.trim())?, name.trim()),
                None => (1000, term),
            };
            let field = Field::parse(name)?;
            if weights.insert(field, weight).is_some() {
                return Err(invalid(text, "a sum in which each part occurs once"));
            }
        }
        let own = [Field::Engagements, Field::Engaged];
        if weights.len() > 1 && own.iter().any(|field| weights.contains_key(field)) {
            return Err(invalid(text, "either parts or one platform's own count"));
        }
        let countable = |field: &Field| {
            ALL_PARTS.contains(field) || own.contains(field) || *field == Field::Follows
        };
        if let Some(other) = weights.keys().find(|field| !countable(field)) {
            return Err(invalid(other.as_str(), "a part of engagement"));
        }
        Ok(Self { weights })
    }

    /// The fields, with weights in units of `1 / scale`.
    pub(crate) fn terms(&self) -> (Vec<(Field, u32)>, u32) {
        let whole = self.weights.values().all(|weight| weight % 1000 == 0);
        let (divide, scale) = if whole { (1000, 1) } else { (1, 1000) };
        (
            self.weights
                .iter()
                .map(|(&field, weight)| (field, weight / divide))
                .collect(),
            scale,
        )
    }

    /// The sum in words: `likes + 2.5 × comments`.
    pub(crate) fn sum(&self) -> String {
        let term = |(field, weight): (&Field, &u32)| match *weight {
            1000 => field.to_string(),
            weight => format!("{} × {field}", f64::from(weight) / 1000.0),
        };
        let terms: Vec<String> = self.weights.iter().map(term).collect();
        terms.join(" + ")
    }

    /// The platform's own count, if this is one.
    pub(crate) fn own_count(&self) -> Option<Field> {
        let (&field, _) = self.weights.first_key_value()?;
        matches!(field, Field::Engagements | Field::Engaged).then_some(field)
    }
}

fn thousandths(text: &str) -> Result<u32> {
    let bad = || {
        invalid(
            text,
            "a weight from 0.001 to 1000 with at most three decimals",
        )
    };
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if rest.len() > 3 || whole.is_empty() || !digits(whole) || !digits(rest) {
        return Err(bad());
    }
    let weight: u32 = format!("{whole}{rest:0<3}").parse().map_err(|_| bad())?;
    if (1..=1_000_000).contains(&weight) {
        Ok(weight)
    } else {
        Err(bad())
    }
}

impl fmt::Display for EngagementSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = NAMED_SETS
            .iter()
            .find(|(_, fields)| *self == Self::of(fields))
        {
            return f.write_str(name);
        }
        for (at, (field, weight)) in self.weights.iter().enumerate() {
            let plus = if at == 0 { "" } else { "+" };
            match (weight / 1000, weight % 1000) {
                (1, 0) => write!(f, "{plus}{field}")?,
                (whole, 0) => write!(f, "{plus}{whole}*{field}")?,
                (whole, rest) => {
                    let decimals = format!("{rest:03}");
                    write!(
                        f,
                        "{plus}{whole}.{}*{field}",
                        decimals.trim_end_matches('0')
                    )?;
                }
            }
        }
        Ok(())
    }
}

/// `auto` is `all`, or a platform's own count where shares carry nothing else.
impl Setting for Option<EngagementSet> {
    const CHOICES: &'static [&'static str] = &[
        "auto",
        "all",
        "social",
        "everyonesocial",
        "platform",
        "engaged",
    ];
    fn show(&self) -> String {
        self.as_ref()
            .map_or_else(|| "auto".to_owned(), ToString::to_string)
    }
    fn read(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(None),
            _ => EngagementSet::parse(text).map(Some),
        }
    }
}

/// One option, of the catalogue or of a privacy policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OptionInfo {
    /// Its name.
    pub id: &'static str,
    /// What it decides, and who counts so.
    pub doc: &'static str,
    /// The choices, where there is a fixed set; empty for numbers.
    pub choices: &'static [&'static str],
    /// The default, as text.
    pub default: String,
}

/// A record of options, one field each: its default, and its options listed and
/// set by name.
macro_rules! options_by_name {
    ($record:ident { $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr,)+ }) => {
        impl Default for $record {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $record {
            /// Every option.
            #[must_use]
            pub fn options() -> Vec<OptionInfo> {
                let defaults = Self::default();
                vec![$(OptionInfo {
                    id: stringify!($field),
                    doc: concat!($($doc, "\n"),+).trim_ascii(),
                    choices: <$type as Setting>::CHOICES,
                    default: Setting::show(&defaults.$field),
                },)+]
            }

            /// Chooses for an option by name.
            ///
            /// # Errors
            /// `unknown_name` or `invalid_option`, naming the option.
            pub fn set(&mut self, option: &str, choice: &str) -> Result<()> {
                match option {
                    $(stringify!($field) => {
                        self.$field = Setting::read(choice).map_err(|e: Error| e.in_field(option))?;
                        Ok(())
                    })+
                    _ => Err(crate::named::unknown("option", option, &[$(stringify!($field)),+])),
                }
            }
        }
    };
}
pub(crate) use options_by_name;

macro_rules! definitions {
    ($($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr,)+) => {
        /// How metrics are counted: one field per option, the defaults those of
        /// the metric reference.
        ///
        /// ```
        /// use advocacy_core::{Base, Definitions};
        ///
        /// let mut ours = Definitions { adoption_denominator: Base::Invited, ..Definitions::default() };
        /// ours.set("engagement_set", "social")?;
        /// assert_eq!(ours.get("adoption_denominator").as_deref(), Some("invited"));
        /// assert_eq!(ours.set("adoption_denominator", "everybody").unwrap_err().code(), "unknown_name");
        /// # Ok::<(), advocacy_core::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        pub struct Definitions {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        options_by_name!(Definitions { $($(#[doc = $doc])+ $field: $type = $default,)+ });

        impl Definitions {
            /// What is chosen for an option, as text; `None` for an unknown one.
            #[must_use]
            pub fn get(&self, option: &str) -> Option<String> {
                match option {
                    $(stringify!($field) => Some(Setting::show(&self.$field)),)+
                    _ => None,
                }
            }
        }

        impl Serialize for Definitions {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                // Only what differs from the default: a definition reads as a choice.
                let defaults = Self::default();
                let mut chosen = BTreeMap::new();
                $(if Setting::show(&self.$field) != Setting::show(&defaults.$field) {
                    chosen.insert(stringify!($field), Setting::show(&self.$field));
                })+
                chosen.serialize(s)
            }
        }

        impl<'de> Deserialize<'de> for Definitions {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let chosen = BTreeMap::<String, String>::deserialize(d)?;
                let mut definitions = Self::default();
                for (option, choice) in &chosen {
                    definitions.set(option, choice).map_err(serde::de::Error::custom)?;
                }
                Ok(definitions)
            }
        }
    };
}

definitions! {
    /// Whom adoption counts: members, or those who have ever shared.
    adoption_numerator: AdoptionNumerator = AdoptionNumerator::Joined,
    /// Whom adoption is a share of: employees (DSMN8), invited (Sprout,
    /// Oktopost) or licensed seats.
    adoption_denominator: Base = Base::Employees,
    /// Licensed seats, where they are a denominator.
    licensed_seats: Option<u64> = None,
    /// Days a new member has to make the first share.
    activation_days: u32 = 30,
    /// When the clock of activation starts.
    activation_clock: Clock = Clock::Joined,
    /// Actions that make an advocate active: share (Haiilo), login+share
    /// (DSMN8), view (Ambassify), login+open+view+connect (EveryoneSocial).
    active_actions: ActionSet = ActionSet(vec![Action::Share]),
    /// How many such actions it takes.
    active_minimum: u32 = 1,
    /// Whom participation is a share of: invited (Oktopost, Sociuu), employees
    /// or joined.
    participation_denominator: Base = Base::Invited,
    /// Whom active participation is a share of.
    active_participation_denominator: Base = Base::Joined,
    /// The steps of the active participation series.
    active_participation_grain: SeriesGrain = SeriesGrain::Week,
    /// Whom the share rate is a share of: joined (Hootsuite), active, employees.
    share_rate_denominator: Base = Base::Joined,
    /// Whom shares are divided among.
    shares_per: PerWhom = PerWhom::Active,
    /// What stickiness sets against a month.
    stickiness_grain: StickinessGrain = StickinessGrain::Week,
    /// When the clock of the time to the first share starts.
    first_share_clock: Clock = Clock::Joined,
    /// Which quantile of the time to the first share.
    first_share_quantile: f64 = 0.5,
    /// How the time to the first share is estimated.
    first_share_estimator: FirstShareEstimator = FirstShareEstimator::KaplanMeier,
    /// What retention asks of a member.
    retention_kind: RetentionKind = RetentionKind::Classic,
    /// When a member's cohort begins.
    retention_cohort: CohortBasis = CohortBasis::FirstShare,
    /// The size of cohorts and ages.
    retention_grain: Grain = Grain::Month,
    /// At which age retention is taken as one number.
    retention_age: u32 = 1,
    /// Days without an action that make a member dormant.
    dormancy_days: u32 = 30,
    /// At which instant of the period populations are taken.
    population: Population = Population::End,
    /// What counts as one share: every record (EveryoneSocial), distinct
    /// advocate × content × network (Sociuu), confirmed records only.
    share_unit: ShareUnit = ShareUnit::Record,
    /// By which date a share is in a period.
    date_basis: DateBasis = DateBasis::Shared,
    /// What engagement is the sum of: all (LinkedIn, Oktopost), social,
    /// everyonesocial, any with +follows, a weighted sum, or a platform's own
    /// count.
    engagement_set: Option<EngagementSet> = None,
    /// What becomes of rows of which only some parts of the set are known.
    parts: Parts = Parts::All,
    /// What engagement is divided by.
    engagement_denominator: EngagementDenominator = EngagementDenominator::Impressions,
    /// How a rate over several shares is made.
    pooling: Pooling = Pooling::Pooled,
    /// Whether shares boosted with money count.
    paid: Paid = Paid::Include,
    /// What varies by chance in the interval of a rate of sums.
    interval_unit: IntervalUnit = IntervalUnit::Share,
    /// The people who could be reached, for the estimate of reach.
    universe: Option<u64> = None,
    /// Which content items are in question.
    content_basis: ContentBasis = ContentBasis::Live,
    /// What content is mixed of.
    mix_of: MixOf = MixOf::Items,
    /// Over which dimension the mix's entropy is taken.
    mix_dimension: Dimension = Dimension::Kind,
    /// Which rate the lift over the brand compares.
    lift_of: LiftOf = LiftOf::EngagementRate,
    /// How the interval of an eNPS is made.
    enps_method: EnpsMethod = EnpsMethod::AdjustedWald,
    /// Which of a person's answers count.
    survey_answers: SurveyAnswers = SurveyAnswers::Every,
    /// What becomes of anonymous answers where only a person's latest counts.
    survey_anonymous: Anonymous = Anonymous::Raise,
    /// Whether answers are weighed.
    survey_weights: SurveyWeights = SurveyWeights::Given,
    /// Whether answers are a sample of a finite population.
    survey_population: SurveyPopulation = SurveyPopulation::Infinite,
    /// The confidence of intervals.
    confidence: f64 = 0.95,
}
