//! The reference workload and its tables, for the benches and the command that
//! times them.
#![expect(
    clippy::disallowed_methods,
    reason = "the library reads no clock, its benches do"
)]

use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

use advocacy_core::sample::Workload;
use advocacy_core::{
    Base, Buffer, Clock, CohortBasis, CohortTable, Column, Data, Definitions, Dimension, Filter,
    FirstShareEstimator, Grain, Metric, Period, Program, Query, ReportOptions, Result, Table,
    Texts, Zone,
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

/// A number that looks drawn, from a number.
const fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ bits >> 31
}

/// Drawn from below `end`, for a row and a purpose.
fn drawn(row: usize, purpose: u64, end: u64) -> u64 {
    mixed((row as u64) << 4 | purpose) % end
}

/// The same number of shares, scattered: times in no order over 260 weeks from
/// 2025-01-01, a million advocates and 200,000 items, each of the workload's
/// own split into many.
#[must_use]
pub fn scattered(shares: usize) -> Workload {
    const PEOPLE: u32 = 1_000_000;
    const ITEMS: u32 = 200_000;
    const DAY: u64 = 86_400_000;
    const START: i64 = 1_735_689_600_000;
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let code = |row, purpose, end| u16::try_from(drawn(row, purpose, end)).unwrap_or(u16::MAX);
    let mut workload = workload(shares);
    let of_one = |whole: u32, ids: &[u32]| whole / u32::try_from(ids.len()).unwrap_or(1).max(1);
    let each = of_one(PEOPLE, &workload.advocate_ids).max(1);
    for (row, advocate) in workload.advocate.iter_mut().enumerate() {
        *advocate = *advocate * each + small(drawn(row, 0, each.into()));
    }
    let each = of_one(ITEMS, &workload.content_ids).max(1);
    for (row, item) in workload.content.iter_mut().enumerate() {
        *item = *item * each + small(drawn(row, 1, each.into()));
    }
    for (row, at) in workload.shared_at.iter_mut().enumerate() {
        *at = START.saturating_add_unsigned(drawn(row, 2, 260 * 7 * DAY));
    }
    let people = PEOPLE as usize;
    workload.advocate_ids = (0..PEOPLE).collect();
    workload.team = (0..people).map(|row| code(row, 3, 200)).collect();
    let invited = |row| START.saturating_sub_unsigned(drawn(row, 4, 90 * DAY));
    workload.invited_at = (0..people).map(invited).collect();
    let items = ITEMS as usize;
    workload.content_ids = (0..ITEMS).collect();
    workload.kind = (0..items)
        .map(|row| code(row, 5, 8).to_le_bytes()[0])
        .collect();
    workload.topic = (0..items).map(|row| code(row, 6, 50)).collect();
    workload.campaign = (0..items).map(|row| code(row, 7, 20)).collect();
    workload
}

/// The years that all shares of a [`scattered`] workload are in.
///
/// # Errors
/// None: they are years.
pub fn years() -> Result<Period> {
    Period::parse("2025-01-01..2029-12-31", &Zone::utc())
}

/// Some shares of a workload, under all of its advocates and items.
#[must_use]
pub fn shares_of(workload: &Workload, rows: Range<usize>) -> Workload {
    let mut part = workload.clone();
    for column in [
        &mut part.advocate,
        &mut part.content,
        &mut part.reach,
        &mut part.impressions,
        &mut part.likes,
        &mut part.comments,
        &mut part.reshares,
        &mut part.clicks,
        &mut part.conversions,
    ] {
        *column = column.drain(rows.clone()).collect();
    }
    part.network = part.network.drain(rows.clone()).collect();
    part.shared_at = part.shared_at.drain(rows.clone()).collect();
    part.revenue = part.revenue.drain(rows).collect();
    part
}

/// Answers from 0 to 10, and the group of each, one of 200.
#[must_use]
pub fn answers_drawn(rows: usize) -> (Vec<u8>, Vec<u8>) {
    let byte = |number: u64| number.to_le_bytes()[0];
    let score = |row| byte(drawn(row, 0, 16).saturating_sub(5));
    let group = |row| byte(drawn(row, 1, 200));
    (
        (0..rows).map(score).collect(),
        (0..rows).map(group).collect(),
    )
}

/// A column of UUIDs as text, one after the other.
#[derive(Debug)]
pub struct Uuids {
    /// Where each begins, and where the last ends.
    offsets: Vec<i32>,
    /// 36 bytes each.
    pub bytes: Vec<u8>,
}

impl Uuids {
    /// Those of some things; `kind` tells kinds of things apart.
    #[must_use]
    pub fn of(kind: u64, things: impl IntoIterator<Item = u32>) -> Self {
        let (mut offsets, mut bytes) = (vec![0], Vec::new());
        for thing in things {
            let (high, low) = (
                mixed(kind << 32 | u64::from(thing)),
                mixed(u64::MAX - u64::from(thing)),
            );
            let text = format!(
                "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                high >> 32,
                high >> 16 & 0xFFFF,
                high & 0xFFF,
                low >> 48 & 0xFFF,
                low & 0xFFFF_FFFF_FFFF
            );
            bytes.extend(text.into_bytes());
            offsets.push(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
        }
        Self { offsets, bytes }
    }

    fn column(&self) -> Column<'_> {
        Column::new(Data::Text(Texts::Utf8 {
            offsets: Buffer::Borrowed(&self.offsets),
            bytes: Buffer::Borrowed(&self.bytes),
        }))
    }
}

/// UUIDs in place of a workload's numbers: of advocates and items, and in every
/// share.
#[derive(Debug)]
pub struct TextIds {
    /// Of each advocate.
    pub advocates: Uuids,
    /// Of each item.
    pub items: Uuids,
    advocate: Uuids,
    content: Uuids,
}

impl TextIds {
    /// Those of a workload.
    #[must_use]
    pub fn of(workload: &Workload) -> Self {
        Self {
            advocates: Uuids::of(0, workload.advocate_ids.iter().copied()),
            items: Uuids::of(1, workload.content_ids.iter().copied()),
            advocate: Uuids::of(0, workload.advocate.iter().copied()),
            content: Uuids::of(1, workload.content.iter().copied()),
        }
    }

    /// The programme of a workload under these ids.
    ///
    /// # Errors
    /// None: the workload is valid.
    pub fn programme<'a>(&'a self, workload: &'a Workload) -> Result<Program<'a>> {
        let mut builder = Program::builder();
        for (table, frame) in workload.frames() {
            let frame = match table {
                "advocates" => frame.column("id", self.advocates.column()),
                "content" => frame.column("id", self.items.column()),
                "shares" => frame
                    .column("advocate", self.advocate.column())
                    .column("content", self.content.column()),
                _ => frame,
            };
            builder = builder.table(table, frame);
        }
        builder.build()
    }
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

/// The reference report over a period, table by table but for its [`cohorts`].
#[must_use]
pub fn reference<'p>(program: &'p Program<'p>, period: &Period) -> Vec<(&'static str, Query<'p>)> {
    let query = |metrics: &[Metric], by: &[Dimension]| query(program, period, metrics, by);
    let first_share = query(&[Metric::TimeToFirstShare], &[]).define(from_invitation());
    vec![
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
    ]
}

/// The reference report's cohorts: advocates by the week of their first share,
/// and who of them were active in each week since.
pub fn cohorts<'p>(program: &'p Program<'p>, period: &Period) -> Query<'p> {
    let weekly = Definitions {
        retention_grain: Grain::Week,
        retention_cohort: CohortBasis::FirstShare,
        ..Definitions::default()
    };
    query(program, period, &[], &[]).define(weekly)
}

/// The twelve results of the reference report.
///
/// # Errors
/// None: the workload is valid.
pub fn answers(
    program: &Program<'_>,
    period: &Period,
) -> Result<(Vec<(&'static str, Table)>, CohortTable)> {
    let (names, queries): (Vec<_>, Vec<_>) = reference(program, period).into_iter().unzip();
    let stays = [cohorts(program, period)];
    let (tables, mut stays) = program.tables_and_cohorts(&queries, &stays)?;
    let stays = stays.pop().unwrap_or(CohortTable {
        cohorts: Vec::new(),
    });
    Ok((names.into_iter().zip(tables).collect(), stays))
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

/// Every step is run so often at least,
pub const RUNS: usize = 5;

/// and again and again for so long: a short one is not over before the processor
/// has found its pace.
const LONG: Duration = Duration::from_millis(500);

/// How long a run takes, and what it gives.
pub fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = black_box(run());
    (start.elapsed(), result)
}

/// The shortest of several runs, and what the last one gave.
pub fn fastest<T>(run: impl FnMut() -> T) -> (Duration, T) {
    let start = Instant::now();
    shortest_while(|runs| runs < RUNS || start.elapsed() < LONG, run)
}

/// The shortest of so many runs, and what the last one gave.
pub fn fastest_of<T>(most: usize, run: impl FnMut() -> T) -> (Duration, T) {
    shortest_while(|runs| runs < most, run)
}

/// The same of one run and more, for as long as that is wanted after so many.
fn shortest_while<T>(
    are_too_few: impl Fn(usize) -> bool,
    mut run: impl FnMut() -> T,
) -> (Duration, T) {
    let ((mut shortest, mut result), mut runs) = (timed(&mut run), 1);
    while are_too_few(runs) {
        let again = timed(&mut run);
        shortest = shortest.min(again.0);
        result = again.1;
        runs += 1;
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
