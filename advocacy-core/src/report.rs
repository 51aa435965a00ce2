//! The main job: the fixed set of tables a programme owner wants each quarter.

use serde::{Deserialize, Serialize};

use crate::calendar::{Period, Timestamp};
use crate::measure::Measure;
use crate::table::{KeyValue, Table};

/// The version of the report's shape; it grows when the shape changes.
pub const REPORT_SCHEMA: u32 = 1;

/// A whole report; its JSON is stable within a schema version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema_version: u32,
    /// What it is over.
    pub period: Period,
    /// Facts after this instant were ignored.
    pub as_of: Timestamp,
    /// The time-zone data used: `IANA 2025b`.
    pub zone_database: String,
    /// The headline numbers, compared with the period before.
    pub headline: Table,
    /// The tables, in reading order.
    pub sections: Vec<Section>,
    /// Who stays: members by cohort and months since.
    pub retention: CohortTable,
    /// What was odd about the input.
    pub warnings: Vec<String>,
}

/// One table of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its stable id: `weekly`, `networks`, `top_content_by_shares`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its rows.
    pub table: Table,
}

/// Retention by cohort and age.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CohortTable {
    /// One row a cohort, in order.
    pub cohorts: Vec<Cohort>,
}

/// One cohort's retention, from its own bucket (age 0) on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cohort {
    /// The bucket its members began in.
    pub key: KeyValue,
    /// How many began.
    pub size: u64,
    /// The share still active at each age; undefined where not yet observable.
    pub ages: Vec<Measure>,
}
