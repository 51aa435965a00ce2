//! A second, naive opinion on every metric of the catalogue.
//!
//! Plain loops over the rows, after the metric reference and the documented
//! options, without a look at how the library counts. Counts are integers
//! until the last division.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    clippy::redundant_closure_for_method_calls,
    clippy::ref_option,
    clippy::too_many_lines,
    clippy::type_complexity,
    clippy::unused_self,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a reference for tests, shared by several of them"
)]

pub mod calendar;
pub mod content;
pub mod facts;
pub mod harness;
pub mod people;
pub mod sums;
pub mod surveys;
pub mod world;

use std::collections::BTreeSet;

use advocacy_core::{Definitions, Dimension, Metric, QuestionKind, Rows, WeekStart, Zone};

pub use self::facts::Fact;

pub const DAY: i64 = 86_400_000_000;

/// What a query is about, in naive terms.
pub struct Ask<'r> {
    pub rows: &'r Rows,
    pub zone: Zone,
    pub as_of: i64,
    pub week_start: WeekStart,
    pub definitions: Definitions,
    /// The shares that count at all as of then.
    pub shares: Vec<Fact<'r>>,
    /// The brand posts likewise.
    pub brand: Vec<Fact<'r>>,
}

/// One condition: the dimension has one of these values, or none of them.
#[derive(Clone, Debug)]
pub struct Condition {
    pub dimension: Dimension,
    pub values: Vec<Option<String>>,
    pub except: bool,
}

impl Condition {
    pub fn is(dimension: &Dimension, value: Option<String>) -> Self {
        Self {
            dimension: dimension.clone(),
            values: vec![value],
            except: false,
        }
    }

    /// Whether a row with these values of the dimension meets it.
    pub fn holds(&self, of_row: &[Option<String>]) -> bool {
        of_row.iter().any(|value| self.values.contains(value)) != self.except
    }
}

/// A cell of the answer: a span of time, and conditions.
#[derive(Clone, Debug)]
pub struct Cell {
    pub start: i64,
    pub end: i64,
    /// Those of the row.
    pub key: Vec<Condition>,
    /// Those of the whole query.
    pub filter: Vec<Condition>,
}

impl Cell {
    /// What somebody's history is read under: the query's conditions on facts.
    /// Those on people say whose history counts, not which part of it.
    pub fn history(&self) -> Self {
        let of_facts = |each: &&Condition| !facts::is_of_people(&each.dimension);
        let filter = self.filter.iter().filter(of_facts).cloned().collect();
        Self {
            key: Vec::new(),
            filter,
            ..self.clone()
        }
    }

    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.key.iter().chain(&self.filter)
    }
}

/// What a metric comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Defined(f64),
    Undefined,
    Missing,
}

/// A value and what it is made of, where that is one division.
#[derive(Clone, Debug)]
pub struct Answer {
    pub value: Value,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    /// Rows known, rows in question.
    pub coverage: Option<(u64, u64)>,
    /// Not a single rounding: compared with tolerance.
    pub rough: bool,
}

impl Answer {
    pub fn plain(value: Value) -> Self {
        Self {
            value,
            numerator: None,
            denominator: None,
            coverage: None,
            rough: false,
        }
    }

    pub fn count(count: u64) -> Self {
        Self::plain(Value::Defined(count as f64))
    }

    /// numerator / denominator, undefined when that is nothing.
    pub fn ratio(numerator: f64, denominator: f64) -> Self {
        let value = if denominator == 0.0 {
            Value::Undefined
        } else {
            Value::Defined(numerator / denominator)
        };
        Self {
            value,
            numerator: Some(numerator),
            denominator: Some(denominator),
            coverage: None,
            rough: false,
        }
    }

    pub fn missing() -> Self {
        Self::plain(Value::Missing)
    }

    pub fn rough(mut self) -> Self {
        self.rough = true;
        self
    }

    pub fn covering(mut self, known: usize, rows: usize) -> Self {
        self.coverage = Some((known as u64, rows as u64));
        self
    }
}

impl Ask<'_> {
    /// The end of what is known of a cell.
    pub fn known_end(&self, cell: &Cell) -> i64 {
        cell.end.min(self.as_of + 1)
    }

    /// The answer; `None` for what the reference has no opinion on.
    pub fn answer(&self, metric: Metric, cell: &Cell) -> Option<Answer> {
        let d = &self.definitions;
        Some(match metric {
            Metric::Employees => self.head(advocacy_core::Base::Employees, d, cell),
            Metric::Invited => self.head(advocacy_core::Base::Invited, d, cell),
            Metric::Joined => self.head(advocacy_core::Base::Joined, d, cell),
            Metric::Connected => self.head(advocacy_core::Base::Connected, d, cell),
            Metric::CoverageRate => self.coverage_rate(d, cell),
            Metric::AdoptionRate => self.adoption_rate(d, cell),
            Metric::ActivationRate => self.activation_rate(d, cell),
            Metric::ActiveAdvocates => Answer::count(self.active(d, cell).len() as u64),
            Metric::Sharers => Answer::count(self.sharers(d, cell).len() as u64),
            Metric::ActiveParticipationRate => self.active_participation_rate(d, cell),
            Metric::ParticipationRate => self.participation_rate(d, cell),
            Metric::ShareRate => self.share_rate(d, cell),
            Metric::SharesPerActive => self.shares_per_active(d, cell),
            Metric::Stickiness => self.stickiness(d, cell),
            Metric::TimeToFirstShare => self.time_to_first_share(d, cell),
            Metric::Retention => self.retention(d, cell),
            Metric::Dormant => self.dormant(d, cell),
            Metric::Reactivated => self.reactivated(d, cell),
            Metric::NewSharers => self.new_sharers(d, cell),
            Metric::Shares => Answer::count(self.share_count(d, cell)),
            Metric::PublishedItems => Answer::count(self.items(d, cell).len() as u64),
            Metric::ContentUtilisation => self.content_utilisation(d, cell),
            Metric::ContentMix => self.content_mix(d, cell),
            Metric::ContentEntropy => self.content_entropy(d, cell),
            Metric::SharesPerItem => self.shares_per_item(d, cell),
            Metric::SharersPerItem => self.sharers_per_item(d, cell),
            Metric::NetworkSize => self.network_size(cell),
            Metric::PotentialReach => self.potential_reach(d, cell),
            Metric::PotentialImpressions => self.sum_of(advocacy_core::Field::Followers, d, cell),
            Metric::Reach => self.sum_of(advocacy_core::Field::Reach, d, cell),
            Metric::Impressions => self.sum_of(advocacy_core::Field::Impressions, d, cell),
            Metric::Frequency => self.frequency(d, cell),
            Metric::ReachGain => self.reach_gain(d, cell),
            Metric::ReachMultiple => self.reach_multiple(d, cell),
            Metric::Likes => self.sum_of(advocacy_core::Field::Likes, d, cell),
            Metric::Comments => self.sum_of(advocacy_core::Field::Comments, d, cell),
            Metric::Reshares => self.sum_of(advocacy_core::Field::Reshares, d, cell),
            Metric::Clicks => self.sum_of(advocacy_core::Field::Clicks, d, cell),
            Metric::Follows => self.sum_of(advocacy_core::Field::Follows, d, cell),
            Metric::Engagements => self.engagements(d, cell),
            Metric::EngagementRate => self.engagement_rate(d, cell),
            Metric::ClickThroughRate => self.click_through_rate(d, cell),
            Metric::AmplificationRate => self.amplification_rate(d, cell),
            Metric::ViralityRate => self.virality_rate(d, cell),
            Metric::ApplauseRate => self.per_share(advocacy_core::Field::Likes, d, cell),
            Metric::ConversationRate => self.per_share(advocacy_core::Field::Comments, d, cell),
            Metric::LiftOverBrand => self.lift_over_brand(d, cell),
            Metric::Conversions => self.sum_of(advocacy_core::Field::Conversions, d, cell),
            Metric::Revenue => self.sum_of(advocacy_core::Field::Revenue, d, cell),
            Metric::Enps => self.net(QuestionKind::Enps, d, cell),
            Metric::NetScore => self.net(QuestionKind::NetScore, d, cell),
            Metric::PromoterShareOfEmployees => self.promoter_share(d, cell),
            Metric::Satisfaction => self.mean_score(d, cell),
            Metric::SatisfactionTopBox => self.top_share(QuestionKind::Satisfaction, d, cell),
            Metric::Favourability => self.top_share(QuestionKind::Agreement, d, cell),
            Metric::ResponseRate => self.turned_out(|row| row.eligible, cell),
            Metric::CompletionRate => self.turned_out(|row| row.starts, cell),
            _ => return None,
        })
    }

    /// Every value a dimension takes anywhere in the rows, none included.
    pub fn values_of(&self, dimension: &Dimension) -> Vec<Option<String>> {
        let mut values = BTreeSet::new();
        values.insert(None);
        for share in &self.shares {
            values.extend(self.share_values(share, dimension));
        }
        for activity in &self.rows.activities {
            values.extend(self.activity_values(activity, dimension));
        }
        for item in &self.rows.content {
            values.extend(self.item_values(Some(item), dimension));
        }
        for who in 0..self.rows.advocates.len() {
            for micros in [i64::MIN, self.as_of] {
                values.extend(self.person_values(who, dimension, micros));
            }
            for step in &self.rows.advocates[who].moves {
                values.extend(self.person_values(who, dimension, step.at.micros()));
            }
        }
        values.into_iter().collect()
    }
}
