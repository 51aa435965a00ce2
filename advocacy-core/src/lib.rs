//! Employee-advocacy metrics that explain and defend themselves.

mod calendar;
mod catalog;
mod definitions;
mod error;
pub mod formula;
mod math;
mod measure;
mod model;
mod named;
mod query;
mod report;
#[cfg(feature = "sample")]
pub mod sample;
pub mod stats;
mod table;
mod tally;

pub use crate::calendar::{Bucket, Grain, Period, Timestamp, WeekStart, Zone};
pub use crate::catalog::{Family, Metric, MetricInfo, metrics};
pub use crate::definitions::{
    ActionSet, AdoptionNumerator, Base, Clock, CohortBasis, ContentBasis, DateBasis, Definitions,
    EngagementDenominator, EngagementSet, FirstShareEstimator, IntervalUnit, LiftOf, MixOf,
    OptionInfo, Paid, Parts, PerWhom, Pooling, Population, RetentionKind, SeriesGrain, ShareUnit,
    StickinessGrain,
};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::measure::{Choice, Coverage, Definition, Measure, Note, Number, Part, State, Unit};
pub use crate::model::column::{Buffer, Codes, Column, Data, Texts, TimeUnit, Validity};
pub use crate::model::field::{Counts, Field};
pub use crate::model::frame::Frame;
pub use crate::model::id::Id;
pub use crate::model::kinds::{
    Action, ContentKind, ContentStatus, Copy, Currency, Mode, Money, Network, Source,
};
pub use crate::model::program::{Program, ProgramBuilder, Warning};
pub use crate::model::rows::{
    Account, Activity, Advocate, BrandPost, Campaign, Content, Followers, Headcount, Membership,
    Move, Rows, Share, StatusChange, Tags,
};
pub use crate::model::schema::{ColumnSchema, ColumnType, SCHEMAS, TableSchema};
pub use crate::model::text::TextFrame;
pub use crate::query::dimension::Dimension;
pub use crate::query::filter::Filter;
pub use crate::query::{Baseline, Query};
pub use crate::report::{Cohort, CohortTable, REPORT_SCHEMA, Report, ReportOptions, Section};
pub use crate::stats::Interval;
pub use crate::table::{Comparison, KeyValue, Row, Table};
pub use crate::tally::{TALLY_VERSION, Tally};
