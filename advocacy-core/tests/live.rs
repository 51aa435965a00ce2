//! Adding facts batch by batch, asking in between: every answer is that of a
//! programme built anew of all rows so far, to the last bit.

#![allow(clippy::unwrap_used, reason = "a test that fails should stop")]

use advocacy_core::{
    Baseline, Definitions, Dimension, ErrorKind, Filter, Live, Metric, Period, Program, Query,
    ReportOptions, Rows, Zone, sample,
};

/// A linear congruential generator: which rows come together does not matter,
/// as long as they differ from run to run of the loop.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn quarter() -> Period {
    Period::quarter(2025, 3, &Zone::utc()).unwrap()
}

/// Questions of every kind of count: sums, moments, pairs, sets, firsts.
fn questions<'p>(program: &'p Program<'p>, at: usize) -> Query<'p> {
    let choose = |text: &str| serde_json::from_str::<Definitions>(text).unwrap();
    match at {
        0 => program
            .measure([Metric::EngagementRate, Metric::Reach])
            .by([Dimension::Network, Dimension::Week])
            .over(quarter()),
        1 => program
            .measure([
                Metric::ActiveAdvocates,
                Metric::Dormant,
                Metric::NewSharers,
                Metric::Reactivated,
            ])
            .by([Dimension::Team])
            .over(quarter()),
        2 => program
            .measure([
                Metric::TimeToFirstShare,
                Metric::Retention,
                Metric::Stickiness,
            ])
            .over(quarter()),
        3 => program
            .measure([Metric::Engagements, Metric::Clicks])
            .by([Dimension::Advocate])
            .over(quarter())
            .top(7, "clicks"),
        4 => program
            .measure([Metric::Shares, Metric::EngagementRate])
            .by([Dimension::Kind])
            .define(choose(
                r#"{"share_unit": "distinct", "pooling": "median_of_ratios", "date_basis": "published"}"#,
            )),
        5 => program
            .measure([Metric::EngagementRate])
            .by([Dimension::Copy, Dimension::Mode])
            .define(choose(
                r#"{"interval_unit": "advocate", "engagement_denominator": "followers_at_post"}"#,
            ))
            .only(Filter::new().except(Dimension::Network, ["x"])),
        6 => program
            .measure([Metric::Impressions, Metric::LiftOverBrand])
            .over(quarter())
            .compare(Baseline::PreviousPeriod),
        _ => program
            .measure([Metric::Shares, Metric::PotentialReach])
            .by([Dimension::Network])
            .as_of(advocacy_core::Timestamp::parse("2025-08-15T12:00:00Z", &Zone::utc()).unwrap()),
    }
}

/// What the two say to a question, the same or not.
fn ask(live: &Live<'_>, anew: &Program<'_>, at: usize) -> (String, String) {
    let said = |table: advocacy_core::Result<_>| match table {
        Ok(table) => serde_json::to_string::<advocacy_core::Table>(&table).unwrap(),
        Err(error) => error.to_string(),
    };
    if at == 8 {
        let options = ReportOptions::new(quarter());
        let said = |report: advocacy_core::Result<advocacy_core::Report>| {
            serde_json::to_string(&report.unwrap()).unwrap()
        };
        return (said(live.report(&options)), said(anew.report(&options)));
    }
    (
        said(live.table(&questions(live.program(), at))),
        said(questions(anew, at).table()),
    )
}

#[test]
fn batches_one_by_one_are_all_rows_at_once() {
    let all = sample::rows();
    for seed in 0..6 {
        let mut dice = Dice(seed);
        // At times the first batches know only some networks, or nothing.
        let mut start = [0, 5, 300, 4_000, 7_000, 7_990][usize::try_from(seed).unwrap()];
        let some = |rows: &Rows, from: usize, to: usize| {
            let part = |len: usize| (len * from / 8_001)..(len * to / 8_001);
            Rows {
                shares: rows.shares[from..to].to_vec(),
                activities: rows.activities[part(rows.activities.len())].to_vec(),
                brand_posts: rows.brand_posts[part(rows.brand_posts.len())].to_vec(),
                ..Rows::default()
            }
        };
        let base = Rows {
            ..some(&all, 0, start)
        };
        let known = |facts: Rows| Rows {
            shares: facts.shares,
            activities: facts.activities,
            brand_posts: facts.brand_posts,
            ..all.clone()
        };
        let base = known(base);
        let mut batches = Vec::new();
        while start < 8_001 && batches.len() < 4 {
            let end = (start + 1 + dice.below(3_000)).min(8_001);
            batches.push((some(&all, start, end), known(some(&all, 0, end))));
            start = end;
        }
        let mut live = Live::new(Program::from_rows(&base).unwrap());
        let anew = Program::from_rows(&base).unwrap();
        for at in 0..9 {
            let (ours, theirs) = ask(&live, &anew, at);
            assert_eq!(ours, theirs, "seed {seed}, question {at}, nothing added");
        }
        for (number, (batch, whole)) in batches.iter().enumerate() {
            live.add(Program::builder_from_rows(batch)).unwrap();
            let anew = Program::from_rows(whole).unwrap();
            assert_eq!(live.program().share_rows(), anew.share_rows());
            for _ in 0..5 {
                let at = dice.below(9);
                let (ours, theirs) = ask(&live, &anew, at);
                // Two errors that are the same would prove nothing.
                assert!(ours.starts_with('{'), "question {at}: {ours}");
                assert_eq!(ours, theirs, "seed {seed}, question {at}, batch {number}");
            }
        }
    }
}

#[test]
fn a_share_observed_again_is_counted_once_with_its_latest_counts() {
    let rows = |text: &str| serde_json::from_str::<Rows>(text).unwrap();
    let base = rows(
        r#"{"advocates": [{"id": "a"}], "shares": [
        {"id": 1, "advocate": "a", "network": "x", "shared_at": "2025-07-01T00:00:00Z", "observed_at": "2025-07-02T00:00:00Z", "likes": 3},
        {"id": 2, "advocate": "a", "network": "x", "shared_at": "2025-07-01T00:00:00Z", "observed_at": "2025-07-02T00:00:00Z", "likes": 5}]}"#,
    );
    let again = rows(
        r#"{"shares": [
        {"id": 3, "advocate": "a", "network": "x", "shared_at": "2025-07-03T00:00:00Z", "observed_at": "2025-07-04T00:00:00Z", "likes": 1},
        {"id": 2, "advocate": "a", "network": "x", "shared_at": "2025-07-01T00:00:00Z", "observed_at": "2025-07-04T00:00:00Z", "likes": 9}]}"#,
    );
    let mut live = Live::new(Program::from_rows(&base).unwrap());
    let bits = |values: [f64; 2]| values.map(|value| Some(value.to_bits()));
    let ask = |live: &Live<'_>| {
        let table = live
            .table(
                &live
                    .program()
                    .measure([Metric::Likes, Metric::Shares])
                    .over(Period::year(2025, &Zone::utc()).unwrap()),
            )
            .unwrap();
        [0, 1].map(|at: usize| table.total.measures[at].value().map(f64::to_bits))
    };
    assert_eq!(ask(&live), bits([8.0, 2.0]));
    live.add(Program::builder_from_rows(&again)).unwrap();
    assert_eq!(ask(&live), bits([13.0, 3.0]));

    // The same observation twice is refused, at the batch's row, and changes nothing.
    let error = live.add(Program::builder_from_rows(&again)).unwrap_err();
    assert_eq!(
        (error.kind(), error.table(), error.field()),
        (ErrorKind::DuplicateId, Some("shares"), Some("id"))
    );
    assert_eq!(error.row(), Some(1));
    assert_eq!(ask(&live), bits([13.0, 3.0]));
}

#[test]
fn what_cannot_be_added_is_refused_and_changes_nothing() {
    let rows = |text: &str| serde_json::from_str::<Rows>(text).unwrap();
    let base = rows(
        r#"{"advocates": [{"id": "a"}], "shares": [{"advocate": "a", "network": "x", "shared_at": "2025-07-01T00:00:00Z"}]}"#,
    );
    let refused = [
        (
            r#"{"advocates": [{"id": "b"}]}"#,
            ErrorKind::UnknownName,
            "table",
            None,
        ),
        (
            r#"{"shares": [{"advocate": "a", "network": "x", "shared_at": "2025-07-02T00:00:00Z"}, {"advocate": "b", "network": "x", "shared_at": "2025-07-02T00:00:00Z"}]}"#,
            ErrorKind::UnknownId,
            "advocate",
            Some(1),
        ),
        (
            r#"{"shares": [{"advocate": "a", "content": 7, "network": "x", "shared_at": "2025-07-02T00:00:00Z"}]}"#,
            ErrorKind::UnknownId,
            "content",
            Some(0),
        ),
    ]
    .map(|(batch, kind, field, row)| (rows(batch), kind, field, row));
    let mut live = Live::new(Program::from_rows(&base).unwrap());
    for (batch, kind, field, row) in &refused {
        let error = live.add(Program::builder_from_rows(batch)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field(), error.row()),
            (*kind, Some(*field), *row)
        );
        assert_eq!(live.program().share_rows(), 1);
    }
    let other = Program::from_rows(&base).unwrap();
    assert_eq!(
        live.table(&other.measure([Metric::Shares]))
            .unwrap_err()
            .kind(),
        ErrorKind::InvalidOption
    );
}
