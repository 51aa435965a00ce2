//! The reference workload and its tables, for the benches and the command that
//! times them.
#![expect(
    clippy::disallowed_methods,
    reason = "the library reads no clock, its benches do"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use advocacy_core::sample::Workload;
use advocacy_core::{
    Base, Clock, CohortBasis, Definitions, Dimension, Filter, FirstShareEstimator, Grain, Metric,
    Period, Program, Query, ReportOptions, Result, Zone,
};

/// The count and the eight sums of every table.
pub const SUMS: [Metric; 9] = [
    Metric::Shares,
    Metric::Impressions,
    Metric::Reach,
    Metric::Likes,
    Metric::Comments,
    Metric::Reshares,
    Metric::Clicks,
    Metric::Conversions,
    Metric::Revenue,
];

/// The workload of a size; always the same one.
#[must_use]
pub fn workload(shares: usize) -> Workload {
    Workload::new(shares, 7)
}

/// The programme of a workload's columns: borrowed, checked, indexed.
///
/// # Errors
/// None: the workload is valid.
pub fn programme(workload: &Workload) -> Result<Program<'_>> {
    let builder = Program::builder();
    workload
        .frames()
        .into_iter()
        .fold(builder, |builder, (table, frame)| {
            builder.table(table, frame)
        })
        .build()
}

/// The year all shares of a workload are in.
///
/// # Errors
/// None: it is a year.
pub fn year() -> Result<Period> {
    Period::year(2025, &Zone::utc())
}

fn query<'p>(
    program: &'p Program<'p>,
    period: &Period,
    metrics: &[Metric],
    by: &[Dimension],
) -> Query<'p> {
    program
        .measure(metrics.iter().copied())
        .by(by.iter().cloned())
        .over(period.clone())
}

/// Days from invitation to first share, of those who shared.
fn from_invitation() -> Definitions {
    Definitions {
        first_share_clock: Clock::Invited,
        first_share_estimator: FirstShareEstimator::SharersOnly,
        share_rate_denominator: Base::Invited,
        ..Definitions::default()
    }
}

/// The reference report, table by table but for its [`cohorts`].
///
/// # Errors
/// None: see [`year`].
pub fn reference<'p>(program: &'p Program<'p>) -> Result<Vec<(&'static str, Query<'p>)>> {
    let period = year()?;
    let query = |metrics: &[Metric], by: &[Dimension]| query(program, &period, metrics, by);
    let first_share = query(&[Metric::TimeToFirstShare], &[]).define(from_invitation());
    Ok(vec![
        ("sums in total", query(&SUMS, &[])),
        ("sums by network", query(&SUMS, &[Dimension::Network])),
        ("sums by kind", query(&SUMS, &[Dimension::Kind])),
        ("sums by topic", query(&SUMS, &[Dimension::Topic])),
        ("sums by campaign", query(&SUMS, &[Dimension::Campaign])),
        ("sums by team", query(&SUMS, &[Dimension::Team])),
        ("sums by ISO week", query(&SUMS, &[Dimension::Week])),
        (
            "active advocates by ISO week",
            query(&[Metric::ActiveAdvocates], &[Dimension::Week]),
        ),
        (
            "top 10 advocates by engagements",
            query(&[Metric::Engagements], &[Dimension::Advocate])
                .largest_first(Metric::Engagements.id())
                .limit(10),
        ),
        (
            "top 10 content by shares",
            query(&[Metric::Shares], &[Dimension::Content])
                .largest_first(Metric::Shares.id())
                .limit(10),
        ),
        ("median time from invitation to first share", first_share),
    ])
}

/// The reference report's cohorts: advocates by the week of their first share,
/// and who of them were active in each week since.
///
/// # Errors
/// None: see [`year`].
pub fn cohorts<'p>(program: &'p Program<'p>) -> Result<Query<'p>> {
    let weekly = Definitions {
        retention_grain: Grain::Week,
        retention_cohort: CohortBasis::FirstShare,
        ..Definitions::default()
    };
    Ok(query(program, &year()?, &[], &[]).define(weekly))
}

/// Questions people ask between reports.
///
/// # Errors
/// None: see [`year`].
pub fn ad_hoc<'p>(program: &'p Program<'p>) -> Result<Vec<(&'static str, Query<'p>)>> {
    let period = year()?;
    let query = |metrics: &[Metric], by: &[Dimension]| query(program, &period, metrics, by);
    let (network, week) = (Dimension::Network, Dimension::Week);
    Ok(vec![
        (
            "shares by network, week",
            query(&[Metric::Shares], &[network.clone(), week.clone()]),
        ),
        (
            "engagement rate by network, week",
            query(&[Metric::EngagementRate], &[network, week]),
        ),
        (
            "active advocates by team, month",
            query(
                &[Metric::ActiveAdvocates],
                &[Dimension::Team, Dimension::Month],
            ),
        ),
        (
            "top 100 content of a campaign by clicks",
            query(&[Metric::Clicks], &[Dimension::Content])
                .only(Filter::new().only(Dimension::Campaign, ["3"]))
                .largest_first(Metric::Clicks.id())
                .limit(100),
        ),
    ])
}

/// The library's own report, its cohorts weekly: more than the reference asks.
///
/// # Errors
/// None: see [`year`].
pub fn whole_report() -> Result<ReportOptions> {
    let weekly = Definitions {
        retention_grain: Grain::Week,
        ..from_invitation()
    };
    Ok(ReportOptions::new(year()?).define(weekly))
}

/// Every step is run so often.
const RUNS: usize = 5;

/// The shortest of several runs, and what the last one gave.
pub fn fastest<T>(mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = Instant::now();
        let result = black_box(run());
        (start.elapsed(), result)
    };
    let (mut shortest, mut result) = timed();
    for _ in 1..RUNS {
        let again = timed();
        shortest = shortest.min(again.0);
        result = again.1;
    }
    (shortest, result)
}

/// Reads every column of the shares once, and sums them: no report can be
/// faster than that on one thread. The sums are in the order of [`SUMS`].
#[must_use]
pub fn read_once(workload: &Workload) -> [u64; 9] {
    let sum = |column: &[u32]| column.iter().map(|&value| u64::from(value)).sum::<u64>();
    black_box(sum(&workload.advocate));
    black_box(sum(&workload.content));
    black_box(
        workload
            .network
            .iter()
            .map(|&value| u64::from(value))
            .sum::<u64>(),
    );
    black_box(
        workload
            .shared_at
            .iter()
            .fold(0, |sum: i64, &at| sum.wrapping_add(at)),
    );
    [
        workload.network.len() as u64,
        sum(&workload.impressions),
        sum(&workload.reach),
        sum(&workload.likes),
        sum(&workload.comments),
        sum(&workload.reshares),
        sum(&workload.clicks),
        sum(&workload.conversions),
        workload
            .revenue
            .iter()
            .map(|&value| value.unsigned_abs())
            .sum(),
    ]
}

/// A line of `/proc/self/status` in kB, where there is one.
#[must_use]
pub fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|text| text.strip_prefix(line))?;
    value.split_whitespace().next()?.parse().ok()
}
