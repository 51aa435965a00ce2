//! Top contributors: people and teams, by shares and by the engagement they
//! generate.

use advocacy_core::{Counts, Dimension, Id, KeyValue, Metric, Move, Program, Rows, Share, Table};

use crate::{is, later, listed, member, pairs, period, share, utc};

/// | | team | shares | likes |
/// |---|---|---|---|
/// | ana | Sales | 3 | 1 + 2 + 3 |
/// | bo | Sales, Legal from the 10th | 1 + 1 | 50, 10 |
/// | cy | Legal | 2 | 0, unknown |
/// | di | none | 1 | 6 |
/// | ed | Legal | none | |
fn contributors() -> Rows {
    let liked = |who: &str, day: &str, likes| Share {
        counts: Counts {
            likes,
            comments: likes.map(|_| 0),
            ..Counts::default()
        },
        ..share(who, "x", day)
    };
    let mut bo = member("bo", "2025-01-01").with_team("Sales");
    bo.moves.push(Move {
        at: utc("2025-03-10"),
        team: Some("Legal".to_owned()),
        department: None,
        location: None,
    });
    Rows {
        advocates: vec![
            member("ana", "2025-01-01").with_team("Sales"),
            bo,
            member("cy", "2025-01-01").with_team("Legal"),
            member("di", "2025-01-01"),
            member("ed", "2025-01-01").with_team("Legal"),
        ],
        shares: vec![
            liked("ana", "2025-03-01", Some(1)),
            liked("ana", "2025-03-02", Some(2)),
            liked("ana", "2025-03-03", Some(3)),
            liked("bo", "2025-03-05", Some(50)),
            liked("bo", "2025-03-15", Some(10)),
            liked("cy", "2025-03-04", Some(0)),
            liked("cy", "2025-03-06", None),
            liked("di", "2025-03-07", Some(6)),
        ],
        ..Rows::default()
    }
}

fn top(metric: Metric, by: Dimension, limit: usize) -> Table {
    let rows = contributors();
    let program = Program::from_rows(&rows).unwrap();
    program
        .measure([metric])
        .by([by])
        .over(period("2025-03"))
        .as_of(later())
        .define(crate::definitions(&[("engagement_set", "everyonesocial")]))
        .largest_first(metric.id())
        .limit(limit)
        .table()
        .unwrap()
}

#[test]
fn people_by_shares() {
    // 3, then 2 and 2 in the order of their ids, then 1.
    let table = top(Metric::Shares, Dimension::Advocate, 10);
    assert_eq!(
        listed(&table),
        pairs([("ana", 3.0), ("bo", 2.0), ("cy", 2.0), ("di", 1.0)])
    );
    let table = top(Metric::Shares, Dimension::Advocate, 2);
    assert_eq!(listed(&table), pairs([("ana", 3.0), ("bo", 2.0)]));
    is(table.get("shares").unwrap(), 8.0);
}

#[test]
fn people_by_engagement() {
    // 50 + 10; 1 + 2 + 3 and 6, tied; 0 with one share unknown.
    let table = top(Metric::Engagements, Dimension::Advocate, 10);
    assert_eq!(
        listed(&table),
        pairs([("bo", 60.0), ("ana", 6.0), ("di", 6.0), ("cy", 0.0)])
    );
    is(table.get("engagements").unwrap(), 72.0);
}

#[test]
fn teams_by_shares_and_by_engagement() {
    // Sales: ana 3, bo 1 before moving; Legal: bo 1, cy 2; no team: di.
    let table = top(Metric::Shares, Dimension::Team, 10);
    assert_eq!(
        listed(&table),
        pairs([("Sales", 4.0), ("Legal", 3.0), ("(none)", 1.0)])
    );
    // Sales: 6 + 50; Legal: 10 + 0; di: 6.
    let table = top(Metric::Engagements, Dimension::Team, 10);
    assert_eq!(
        listed(&table),
        pairs([("Sales", 56.0), ("Legal", 10.0), ("(none)", 6.0)])
    );
    let table = top(Metric::Engagements, Dimension::Team, 1);
    assert_eq!(listed(&table), pairs([("Sales", 56.0)]));
    is(table.get("engagements").unwrap(), 72.0);
}

#[test]
fn who_has_a_name_is_shown_by_it() {
    let mut rows = contributors();
    rows.advocates[0].name = Some("Ana Núñez".to_owned());
    let program = Program::from_rows(&rows).unwrap();
    let query = program.measure([Metric::Shares]).by([Dimension::Advocate]);
    let table = query
        .over(period("2025-03"))
        .largest_first("shares")
        .limit(1)
        .table()
        .unwrap();
    let ana = KeyValue::Thing {
        id: Id::from("ana"),
        label: Some("Ana Núñez".to_owned()),
    };
    assert_eq!(table.rows[0].key, [ana]);
    is(table.at(&["Ana Núñez"], "shares").unwrap(), 3.0);
}

#[test]
fn smallest_first_and_what_cannot_be_ordered_by() {
    let rows = contributors();
    let program = Program::from_rows(&rows).unwrap();
    let query = || {
        let metrics = [Metric::Shares, Metric::Engagements];
        program
            .measure(metrics)
            .by([Dimension::Advocate])
            .over(period("2025-03"))
    };
    // Clicks are known of nobody: the default set has no value, rows keep the
    // order of their keys.
    let table = query().smallest_first("engagements").table().unwrap();
    let keys: Vec<String> = table
        .rows
        .iter()
        .map(|row| row.key[0].to_string())
        .collect();
    assert_eq!(keys, ["ana", "bo", "cy", "di"]);
    let table = query().smallest_first("shares").table().unwrap();
    let keys: Vec<String> = table
        .rows
        .iter()
        .map(|row| row.key[0].to_string())
        .collect();
    assert_eq!(keys, ["di", "bo", "cy", "ana"]);
    let error = query().largest_first("likes").table().unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("unknown_name", Some("order_by"))
    );
}
