//! Employee-advocacy metrics that explain and defend themselves.
//!
//! Employees share content about their employer; this crate turns what they
//! did into numbers, each with its definition, numerator, denominator,
//! coverage, interval and notes. It is pure: no I/O, no clock, no randomness
//! without a seed, no panic on any input.
//!
//! ```
//! use advocacy_core::{Dimension, Metric, Period, Program, Rows, Zone};
//!
//! let rows: Rows = serde_json::from_str(r#"{
//!     "advocates": [
//!         {"id": 1, "team": "Data", "memberships": [{"joined": "2025-01-07T09:00:00Z"}]},
//!         {"id": 2, "team": "Data"}
//!     ],
//!     "shares": [{"advocate": 1, "network": "linkedin", "shared_at": "2025-07-02T10:00:00Z",
//!                 "impressions": 200, "likes": 5, "comments": 1, "reshares": 0, "clicks": 4}]
//! }"#)?;
//! let program = Program::from_rows(&rows)?;
//! let table = program
//!     .measure([Metric::AdoptionRate, Metric::EngagementRate])
//!     .by([Dimension::Team])
//!     .over(Period::quarter(2025, 3, &Zone::utc())?)
//!     .table()?;
//!
//! assert_eq!(table.at(&["Data"], "adoption_rate").unwrap().value(), Some(0.5));
//! assert_eq!(table.get("engagement_rate").unwrap().value(), Some(0.05));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From your words to ours
//!
//! | you know it as | here |
//! |---|---|
//! | Hootsuite Amplify share rate | [`Metric::ShareRate`] |
//! | Oktopost, Sociuu participation | [`Metric::ParticipationRate`] |
//! | DSMN8 adoption (of employees), Sprout adoption (of invited) | [`Metric::AdoptionRate`] with [`Definitions::adoption_denominator`] |
//! | EveryoneSocial active users (any action in 30 days) | [`Metric::ActiveAdvocates`] with [`Definitions::active_actions`] |
//! | EveryoneSocial reach | [`Metric::NetworkSize`] |
//! | Haiilo potential reach | [`Metric::PotentialImpressions`] |
//! | Everwall unique reach | [`Metric::PotentialReach`] |
//! | PostBeyond content utilisation | [`Metric::ContentUtilisation`] |
//! | LinkedIn, Oktopost engagement rate | [`Metric::EngagementRate`] |
//! | EveryoneSocial engagement (likes + comments) | [`Metric::Engagements`] with [`Definitions::engagement_set`] |
//! | Oktopost uplift over brand | [`Metric::LiftOverBrand`] |
//!
//! # Where to start
//!
//! * [`Program`] is the validated whole, from [`Rows`] or from [`Frame`]s of
//!   borrowed [`Column`]s; [`SCHEMAS`] are the tables; [`TextFrame`] reads CSV
//!   cells.
//! * [`Program::measure`] starts a [`Query`]; [`Program::report`] is the main
//!   job; a [`Tally`] counts batches elsewhere and merges exactly.
//! * [`Measure`] is what comes out; [`Definitions`] are the choices;
//!   [`metrics`] lists the catalogue.
//! * [`privacy`] keeps small groups private: a policy on a programme, a query or
//!   a report, and what it promises.
//! * [`scalar`] has scalar forms for counts in hand, [`survey`] eNPS and
//!   the workforce's rates, [`stats`] the intervals and tests; [`operation`]
//!   lists them all, with what each takes and returns.
//!
//! # Crate features
//!
//! * **`tzdb`** (default): IANA time zones by name, from a bundled table.
//!   Without it a [`Zone`] is UTC, a fixed offset, or transitions handed in.
//! * **`threads`**: facts are counted on as many threads as there are
//!   processors; the results are the same.
//! * **`sample`** (default): the seeded sample programme and bench workload.

mod calendar;
mod catalog;
mod definitions;
mod dimension;
mod error;
mod filter;
mod formula;
mod live;
mod math;
mod measure;
mod model;
mod named;
pub mod operation;
mod ordered;
pub mod privacy;
mod query;
mod question;
mod rate;
mod report;
#[cfg(feature = "sample")]
pub mod sample;
pub mod scalar;
mod shared;
pub mod stats;
pub mod survey;
mod table;
mod tally;
mod threads;
mod wide;

pub use crate::calendar::{Bucket, Grain, Period, Timestamp, WeekStart, Zone};
pub use crate::catalog::{Family, Metric, MetricInfo, metrics};
pub use crate::definitions::{
    ActionSet, AdoptionNumerator, Base, Clock, CohortBasis, ContentBasis, DateBasis, Definitions,
    EngagementDenominator, EngagementSet, FirstShareEstimator, IntervalUnit, LiftOf, MixOf,
    OptionInfo, Paid, Parts, PerWhom, Pooling, Population, RetentionKind, SeriesGrain, ShareUnit,
    StickinessGrain, SurveyAnswers, SurveyPopulation, SurveyWeights,
};
pub use crate::dimension::Dimension;
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::filter::Filter;
pub use crate::live::Live;
pub use crate::measure::{Choice, Coverage, Definition, Measure, Note, Number, Part, State, Unit};
pub use crate::model::column::{Buffer, Codes, Column, Data, Texts, TimeUnit, Validity};
pub use crate::model::field::{Counts, Field};
pub use crate::model::frame::Frame;
pub use crate::model::id::Id;
pub use crate::model::kinds::{
    Action, ContentKind, ContentStatus, Copy, Currency, Mode, Money, Network, QuestionKind, Source,
};
pub use crate::model::program::{Program, ProgramBuilder, Warning};
pub use crate::model::read::whole_count;
pub use crate::model::rows::{
    Account, Activity, Advocate, BrandPost, Campaign, Content, Followers, Headcount, Membership,
    Move, Rows, Share, StatusChange, SurveyQuestion, SurveyResponse, SurveyTurnout, Tags,
};
pub use crate::model::schema::{ColumnSchema, ColumnType, SCHEMAS, TableSchema};
pub use crate::model::text::TextFrame;
pub use crate::query::{Baseline, Cohort, CohortTable, Query};
pub use crate::report::{REPORT_SCHEMA, Report, ReportOptions, Section};
pub use crate::stats::Interval;
pub use crate::table::{Comparison, KeyValue, Row, Table};
pub use crate::tally::{TALLY_VERSION, Tally};

/// The README's code, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
