//! The one law of tallies: tally(A ∪ B) = tally(A).merge(tally(B)), exactly
//! and in any order. And: bytes from anywhere never panic.

#![allow(clippy::unwrap_used, reason = "a test helper fails by panicking")]

use advocacy_core::{
    Action, ActionSet, Definitions, Dimension, EngagementSet, Error, ErrorKind, Filter, Metric,
    Period, Pooling, Program, Query, ReportOptions, Rows, Share, ShareUnit, Tally, Timestamp, Zone,
    sample,
};
use proptest::prelude::*;
use proptest::test_runner::Config;

fn as_of() -> Timestamp {
    Timestamp::parse("2026-01-12T03:59:00Z", &Zone::utc()).unwrap()
}

fn period() -> Period {
    Period::quarter(2025, 3, &Zone::named("Europe/Madrid").unwrap()).unwrap()
}

/// The sample's shares dealt to batches, the rest the same in each. Rows of
/// one id stay together, as the law asks.
fn batches(rows: &Rows, deal: impl Fn(usize) -> usize, count: usize) -> Vec<Rows> {
    fn dealt<R: Clone>(
        rows: &[R],
        (batch, count): (usize, usize),
        who: impl Fn(&R) -> String,
    ) -> Vec<R> {
        let its = |row: &&R| who(row).bytes().map(usize::from).sum::<usize>() % count == batch;
        rows.iter().filter(its).cloned().collect()
    }
    let mut batches: Vec<Rows> = (0..count)
        .map(|batch| Rows {
            shares: Vec::new(),
            // A person's answers stay together, as do a team's turnouts.
            responses: dealt(&rows.responses, (batch, count), |row| {
                format!("{:?}", row.respondent)
            }),
            turnout: dealt(&rows.turnout, (batch, count), |row| {
                format!("{:?}", row.team)
            }),
            // Activities and brand posts are facts too: they go to one batch.
            activities: if batch == 0 {
                rows.activities.clone()
            } else {
                Vec::new()
            },
            brand_posts: if batch == 0 {
                rows.brand_posts.clone()
            } else {
                Vec::new()
            },
            ..rows.clone()
        })
        .collect();
    let first_of = |share: &Share| rows.shares.iter().position(|other| other.id == share.id);
    for (at, share) in rows.shares.iter().enumerate() {
        let at = if share.id.is_some() {
            first_of(share).unwrap()
        } else {
            at
        };
        batches[deal(at) % count].shares.push(share.clone());
    }
    batches
}

/// Every kind of count a tally can hold.
fn queries<'p>(program: &'p Program<'p>) -> Vec<Query<'p>> {
    let metrics = || {
        Metric::ALL
            .iter()
            .copied()
            .filter(|metric| metric.info().measured)
    };
    let query = |by: &[Dimension]| {
        program
            .measure(metrics())
            .by(by.iter().cloned())
            .over(period())
            .as_of(as_of())
    };
    let other = Definitions {
        share_unit: ShareUnit::Distinct,
        active_actions: ActionSet::new([Action::Share, Action::Login]).unwrap(),
        active_minimum: 2,
        pooling: Pooling::MedianOfRatios,
        engagement_set: Some(EngagementSet::parse("likes + 2.5*comments").unwrap()),
        universe: Some(10_000_000),
        interval_unit: advocacy_core::IntervalUnit::Advocate,
        ..Definitions::default()
    };
    vec![
        query(&[]),
        query(&[Dimension::Network, Dimension::Month]),
        query(&[Dimension::Team]).define(other.clone()),
        query(&[Dimension::Wave, Dimension::Question]),
        query(&[Dimension::Topic]).define(other),
        query(&[Dimension::Content]).only(Filter::new().only(Dimension::Network, ["xing", "x"])),
    ]
}

#[test]
fn batches_merge_to_the_whole_in_any_order() {
    let rows = sample::rows();
    let whole = Program::from_rows(&rows).unwrap();
    // By network first: batches then know different networks.
    let by_network = batches(&rows, |at| rows.shares[at].network.as_str().len(), 3);
    let scattered = batches(&rows, |at| at.wrapping_mul(2_654_435_761) >> 7, 3);
    for parts in [by_network, scattered] {
        let programs: Vec<Program<'_>> = parts
            .iter()
            .map(|rows| Program::from_rows(rows).unwrap())
            .collect();
        for (at, query) in queries(&whole).iter().enumerate() {
            let tallies: Vec<Tally> = programs
                .iter()
                .map(|program| queries(program)[at].tally().unwrap())
                .collect();
            let [a, b, c] = &tallies[..] else {
                panic!("three batches")
            };
            let left = a.merge(b).unwrap().merge(c).unwrap();
            let right = c.merge(&b.merge(a).unwrap()).unwrap();
            let table = query.table().unwrap();
            assert_eq!(query.table_from(&left).unwrap(), table, "query {at}");
            assert_eq!(query.table_from(&right).unwrap(), table, "query {at}");
            assert_eq!(left, right);
            assert_eq!(left, query.tally().unwrap());
        }
    }
}

/// A tally knows people and things by name, not by where a programme lists
/// them, whatever is asked alone.
#[test]
fn batches_that_list_people_and_things_backwards_merge_to_the_whole() {
    let rows = sample::rows();
    let whole = Program::from_rows(&rows).unwrap();
    let mut parts = batches(&rows, |at| at.wrapping_mul(2_654_435_761) >> 7, 2);
    parts[1].advocates.reverse();
    parts[1].accounts.reverse();
    parts[1].content.reverse();
    parts[1].campaigns.reverse();
    parts[1].shares.reverse();
    let [a, b] = [0, 1].map(|at| Program::from_rows(&parts[at]).unwrap());
    let distinct = Definitions {
        share_unit: ShareUnit::Distinct,
        retention_kind: advocacy_core::RetentionKind::Rolling,
        ..Definitions::default()
    };
    for metric in Metric::ALL.iter().copied() {
        if !metric.info().measured {
            continue;
        }
        for definitions in [Definitions::default(), distinct.clone()] {
            let query = |program| -> Query<'_> {
                let program: &Program<'_> = program;
                program
                    .measure([metric])
                    .over(period())
                    .as_of(as_of())
                    .define(definitions.clone())
            };
            // Some questions need the whole programme.
            let Ok(tally) = query(&whole).tally() else {
                continue;
            };
            let [a, b] = [&a, &b].map(|part| query(part).tally().unwrap());
            let merged = b.merge(&a).unwrap();
            assert_eq!(merged, tally, "{metric:?}");
            let table = query(&whole).table_from(&merged).unwrap();
            assert_eq!(table, query(&whole).table().unwrap(), "{metric:?}");
        }
    }
}

/// A filter names what one batch has never seen, another has, and what none has.
#[test]
fn batches_that_do_not_know_what_a_filter_names_merge_to_the_whole() {
    let batch = |who: &str, team: &str, content: u8, network: &str| {
        serde_json::json!({
            "advocates": [{"id": who, "team": team, "memberships": [{"joined": "2025-07-01T00:00:00Z"}]}],
            "content": [{"id": content, "topics": [team]}],
            "shares": [{"advocate": who, "content": content, "network": network,
                "shared_at": "2025-08-10T00:00:00Z", "impressions": 100}],
        })
    };
    let batches = [
        batch("al", "Sales", 7, "x"),
        batch("bo", "Legal", 9, "TikTok"),
        batch("cy", "Sales", 8, "tiktok"),
    ];
    let mut all = batches[0].clone();
    for batch in &batches[1..] {
        for (name, rows) in batch.as_object().unwrap() {
            let rows = rows.as_array().unwrap().clone();
            all[name].as_array_mut().unwrap().extend(rows);
        }
    }
    let rows = |rows| serde_json::from_value::<Rows>(rows).unwrap();
    let all = rows(all);
    let parts = batches.map(rows);
    let whole = Program::from_rows(&all).unwrap();
    let [a, b, c] = parts
        .each_ref()
        .map(|rows| Program::from_rows(rows).unwrap());
    for (filter, shares) in [
        (
            Filter::new().only(Dimension::Network, ["TIKTOK", "xing"]),
            2,
        ),
        (Filter::new().except(Dimension::Network, ["tiktok", ""]), 1),
        (Filter::new().only(Dimension::Team, ["Sales", "Nobody"]), 2),
        (Filter::new().except(Dimension::Topic, ["Legal"]), 2),
        (Filter::new().only(Dimension::Content, ["7", "9", "10"]), 2),
        (Filter::new().only(Dimension::Content, ["nothing"]), 0),
    ] {
        let query = |program| -> Query<'_> {
            let program: &Program<'_> = program;
            let query = program.measure([Metric::Shares, Metric::ActiveAdvocates]);
            query.over(period()).as_of(as_of()).only(filter.clone())
        };
        let [a, b, c] = [&a, &b, &c].map(|part| query(part).tally().unwrap());
        let merged = a.merge(&b).unwrap().merge(&c).unwrap();
        assert_eq!(merged, query(&whole).tally().unwrap(), "{filter}");
        assert_eq!(merged, c.merge(&b.merge(&a).unwrap()).unwrap(), "{filter}");
        let bytes = merged.to_bytes().unwrap();
        assert_eq!(
            Tally::from_bytes(&bytes).unwrap().to_bytes().unwrap(),
            bytes
        );
        let table = query(&whole).table_from(&merged).unwrap();
        assert_eq!(table, query(&whole).table().unwrap(), "{filter}");
        assert_eq!(
            table.total.measures[0].value(),
            Some(f64::from(shares)),
            "{filter}"
        );
    }
}

/// Of first shares alone: Bo's is in the one batch, Al's in the other, which
/// lists them the other way round. Both joined on 1 July; Al shares after 3
/// days, Bo after 40: of two members one shared within 30 days.
#[test]
fn first_shares_alone_are_of_people_by_name() {
    let day = |day: &str| Timestamp::parse(day, &Zone::utc()).unwrap();
    let batch = |people: [&str; 2], who: &str, at: &str| -> Rows {
        let people = people.map(
            |id| serde_json::json!({"id": id, "memberships": [{"joined": "2025-07-01T00:00:00Z"}]}),
        );
        let share = serde_json::json!({"advocate": who, "network": "x", "shared_at": day(at)});
        serde_json::from_value(serde_json::json!({"advocates": people, "shares": [share]})).unwrap()
    };
    let rows = [
        batch(["bo", "al"], "bo", "2025-08-10"),
        batch(["al", "bo"], "al", "2025-07-04"),
    ];
    let programs = rows
        .each_ref()
        .map(|rows| Program::from_rows(rows).unwrap());
    let query = |at: usize| {
        let query = programs[at].measure([Metric::ActivationRate]);
        query.over(period()).as_of(as_of())
    };
    let merged = query(0)
        .tally()
        .unwrap()
        .merge(&query(1).tally().unwrap())
        .unwrap();
    for at in [0, 1] {
        let table = query(at).table_from(&merged).unwrap();
        let rate = table.get("activation_rate").unwrap();
        assert_eq!(rate.value(), Some(0.5), "{}", rate.explain());
    }
    // Bo's batch by itself: nobody within 30 days.
    let alone = query(1).table_from(&query(0).tally().unwrap()).unwrap();
    assert_eq!(alone.get("activation_rate").unwrap().value(), Some(0.0));
}

#[test]
fn a_report_from_batches_is_the_report() {
    let rows = sample::rows();
    let whole = Program::from_rows(&rows).unwrap();
    let parts = batches(&rows, |at| at / 97, 4);
    let options = ReportOptions::new(period()).as_of(as_of());
    let merged = parts
        .iter()
        .map(|rows| {
            Program::from_rows(rows)
                .unwrap()
                .report_tally(&options)
                .unwrap()
        })
        .reduce(|a, b| Tally::from_bytes(&a.merge(&b).unwrap().to_bytes().unwrap()).unwrap())
        .unwrap();
    let report = whole.report(&options).unwrap();
    assert_eq!(whole.report_from(&options, &merged).unwrap(), report);
    assert_ne!(report.headline.total.measures[0].value(), None);
}

#[test]
fn tallies_of_different_questions_do_not_merge() {
    let rows = sample::rows();
    let program = Program::from_rows(&rows).unwrap();
    let shares = program
        .measure([Metric::Shares])
        .over(period())
        .as_of(as_of());
    let clicks = program
        .measure([Metric::Clicks])
        .over(period())
        .as_of(as_of());
    let later = shares
        .clone()
        .as_of(Timestamp::parse("2026-01-13", &Zone::utc()).unwrap());
    let kind = |result: Result<_, Error>| result.map(|_: Tally| ()).unwrap_err().kind();
    let (a, b, c) = (
        shares.tally().unwrap(),
        clicks.tally().unwrap(),
        later.tally().unwrap(),
    );
    assert_eq!(kind(a.merge(&b)), ErrorKind::IncompatibleTally);
    assert_eq!(kind(a.merge(&c)), ErrorKind::IncompatibleTally);
    assert_eq!(
        clicks.table_from(&a).unwrap_err().kind(),
        ErrorKind::IncompatibleTally
    );
    // The same question of another programme: its names are not known here.
    let mut fewer = rows.clone();
    fewer.advocates.truncate(2);
    fewer.shares.clear();
    fewer.accounts.clear();
    fewer.followers.clear();
    fewer.activities.clear();
    let small = Program::from_rows(&fewer).unwrap();
    let by = |program| -> Tally {
        let program: &Program<'_> = program;
        program
            .measure([Metric::Shares])
            .by([Dimension::Advocate])
            .over(period())
            .as_of(as_of())
            .tally()
            .unwrap()
    };
    let query = small
        .measure([Metric::Shares])
        .by([Dimension::Advocate])
        .over(period())
        .as_of(as_of());
    assert_eq!(
        query.table_from(&by(&program)).unwrap_err().kind(),
        ErrorKind::IncompatibleTally
    );
}

#[test]
fn counts_beyond_64_bits_are_an_error() {
    let row = |likes: u64| -> Rows {
        serde_json::from_value(serde_json::json!({
            "advocates": [{"id": 1}],
            "shares": [{"advocate": 1, "network": "x", "shared_at": "2025-08-01T00:00:00Z", "likes": likes}],
        }))
        .unwrap()
    };
    let (a, b) = (row(u64::MAX), row(1));
    let tally = |rows: &Rows| {
        let program = Program::from_rows(rows).unwrap();
        program
            .measure([Metric::Likes])
            .over(period())
            .as_of(as_of())
            .tally()
            .unwrap()
    };
    assert_eq!(
        tally(&a).merge(&tally(&b)).unwrap_err().kind(),
        ErrorKind::Overflow
    );
    let mut both = a.clone();
    both.shares.extend(b.shares);
    let program = Program::from_rows(&both).unwrap();
    let error = program
        .measure([Metric::Likes])
        .over(period())
        .as_of(as_of())
        .table()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overflow);
    // One short of it is exact.
    let exact = Program::from_rows(&a).unwrap();
    let table = exact
        .measure([Metric::Likes])
        .over(period())
        .as_of(as_of())
        .table()
        .unwrap();
    assert_eq!(table.get("likes").unwrap().number(), Some(u64::MAX.into()));
}

#[test]
fn another_version_and_other_bytes_are_refused() {
    let rows = sample::rows();
    let program = Program::from_rows(&rows).unwrap();
    let bytes = program
        .measure([Metric::Shares])
        .over(period())
        .tally()
        .unwrap()
        .to_bytes()
        .unwrap();
    let kind = |bytes: &[u8]| Tally::from_bytes(bytes).unwrap_err().kind();
    assert_eq!(kind(&[]), ErrorKind::CorruptTally);
    assert_eq!(kind(b"not a tally at all"), ErrorKind::CorruptTally);
    let mut newer = bytes.clone();
    newer[4] += 1;
    assert_eq!(kind(&newer), ErrorKind::CorruptTally);
    assert_eq!(kind(&bytes[..bytes.len() - 1]), ErrorKind::CorruptTally);
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(kind(&longer), ErrorKind::CorruptTally);
}

/// Names that say otherwise than the counts beside them are nobody's tally.
#[test]
fn names_out_of_order_are_refused() {
    let rows: Rows = serde_json::from_value(serde_json::json!({
        "advocates": [{"id": "alpha"}, {"id": "bravo"}],
        "shares": [
            {"advocate": "alpha", "network": "x", "shared_at": "2025-08-01T00:00:00Z"},
            {"advocate": "bravo", "network": "x", "shared_at": "2025-08-01T00:00:00Z"},
        ],
    }))
    .unwrap();
    let program = Program::from_rows(&rows).unwrap();
    let query = program.measure([Metric::Shares]);
    let query = query.by([Dimension::Advocate]).over(period());
    let bytes = query.tally().unwrap().to_bytes().unwrap();
    let at = bytes.windows(5).position(|word| word == b"alpha").unwrap();
    let called = |name: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + 5].copy_from_slice(name);
        Tally::from_bytes(&bytes)
    };
    // Under another name that comes first it is another tally.
    assert_ne!(called(b"aloha").unwrap(), query.tally().unwrap());
    for name in [b"bravo", b"delta"] {
        let error = called(name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CorruptTally);
        assert!(error.to_string().contains("names are not in order"));
    }
}

/// A programme that knows no turnout itself reads it from a tally: 8 of 10.
#[test]
fn turnout_comes_with_a_tally() {
    let with: Rows = serde_json::from_value(serde_json::json!({
        "turnout": [{"asked_at": "2025-08-01T00:00:00Z", "eligible": 10, "starts": 9, "completes": 8}],
    }))
    .unwrap();
    let empty = Rows::default();
    let [with, without] = [&with, &empty].map(|rows| Program::from_rows(rows).unwrap());
    let query = |program| -> Query<'_> {
        let program: &Program<'_> = program;
        let query = program.measure([Metric::ResponseRate]);
        query.over(period()).as_of(as_of())
    };
    let tally = query(&with).tally().unwrap();
    let rate = |tally| {
        let table = query(&without).table_from(tally).unwrap();
        table.get("response_rate").unwrap().clone()
    };
    assert_eq!(rate(&tally).value(), Some(0.8));
    let nothing = rate(&query(&without).tally().unwrap());
    assert_eq!(nothing.state(), advocacy_core::State::Missing);
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    /// Flipped bytes give an error or a tally; never a panic, here or later.
    #[test]
    fn hostile_bytes_never_panic(flips in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6)) {
        let rows: Rows = serde_json::from_value(serde_json::json!({
            "advocates": [{"id": "a", "memberships": [{"joined": "2025-01-01T00:00:00Z"}]}, {"id": "b"}],
            "content": [{"id": "c"}],
            "shares": [
                {"advocate": "a", "content": "c", "network": "x", "shared_at": "2025-08-01T00:00:00Z", "likes": 3, "reach": 9, "impressions": 10},
                {"advocate": "b", "network": "linkedin", "shared_at": "2025-07-02T00:00:00Z", "reach": 7, "clicks": 1, "impressions": 4},
            ],
        })).unwrap();
        let program = Program::from_rows(&rows).unwrap();
        for query in queries(&program) {
            let mut bytes = query.tally().unwrap().to_bytes().unwrap();
            for (at, value) in &flips {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            if let Ok(tally) = Tally::from_bytes(&bytes) {
                let _ = query.table_from(&tally);
                let _ = tally.merge(&query.tally().unwrap());
                let _ = tally.to_bytes();
            }
        }
    }
}
