//! The worked examples and stated rules of the metric reference, §0 to §4 and §8,
//! through the query engine. Every expected number is worked out by hand in a
//! comment beside it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails loudly, its helpers too"
)]

mod content;
mod engagement;
mod funnel;
mod life;
mod ranking;
mod reach;
mod rules;
mod surveys;

use advocacy_core::{
    Account, Advocate, Counts, Coverage, Definitions, Dimension, Followers, Measure, Membership,
    Metric, Network, Note, Number, Part, Period, Program, Rows, Share, Table, Timestamp, Zone,
};

/// An instant: RFC 3339, or a date for its midnight in UTC.
fn utc(text: &str) -> Timestamp {
    Timestamp::parse(text, &Zone::utc()).unwrap()
}

/// After all that happens here: every period is complete.
fn later() -> Timestamp {
    utc("2030-01-01")
}

fn micros_after(instant: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(instant.micros() + micros).unwrap()
}

fn period(text: &str) -> Period {
    Period::parse(text, &Zone::utc()).unwrap()
}

fn network(name: &str) -> Network {
    Network::new(name).unwrap()
}

/// An employee who has joined.
fn member(id: &str, joined: &str) -> Advocate {
    let joined = Some(utc(joined));
    Advocate::new(id).with_membership(Membership {
        joined,
        ..Membership::default()
    })
}

/// The same with a day of leaving.
fn leaver(id: &str, joined: &str, left: &str) -> Advocate {
    let mut advocate = member(id, joined);
    advocate.memberships[0].left = Some(utc(left));
    advocate
}

fn share(who: &str, on: &str, at: &str) -> Share {
    Share::new(who, network(on), utc(at))
}

/// A share on LinkedIn with these counts.
fn counted(who: &str, at: &str, counts: Counts) -> Share {
    Share {
        counts,
        ..share(who, "linkedin", at)
    }
}

/// A share of a content item on LinkedIn.
fn of_item(who: &str, item: &str, at: &str) -> Share {
    Share {
        content: Some(item.into()),
        ..share(who, "linkedin", at)
    }
}

/// An account called `advocate-network`, connected since always.
fn account(who: &str, on: &str) -> Account {
    Account {
        id: format!("{who}-{on}").into(),
        advocate: who.into(),
        network: network(on),
        connected_at: None,
        disconnected_at: None,
    }
}

fn followers(account: &str, at: &str, followers: u64) -> Followers {
    Followers {
        account: account.into(),
        at: utc(at),
        followers,
    }
}

fn definitions(choices: &[(&str, &str)]) -> Definitions {
    let mut definitions = Definitions::default();
    for (option, choice) in choices {
        definitions.set(option, choice).unwrap();
    }
    definitions
}

/// A metric over a period that is long over, undivided.
#[track_caller]
fn ask(rows: &Rows, metric: Metric, over: &str, choices: &[(&str, &str)]) -> Measure {
    ask_as_of(rows, metric, over, choices, later())
}

#[track_caller]
fn ask_as_of(
    rows: &Rows,
    metric: Metric,
    over: &str,
    choices: &[(&str, &str)],
    as_of: Timestamp,
) -> Measure {
    let program = Program::from_rows(rows).unwrap();
    let query = program.measure([metric]).over(period(over)).as_of(as_of);
    let table = query.define(definitions(choices)).table().unwrap();
    table.total.measures[0].clone()
}

/// The same, split.
#[track_caller]
fn split(
    rows: &Rows,
    metric: Metric,
    by: Dimension,
    over: &str,
    choices: &[(&str, &str)],
) -> Table {
    let program = Program::from_rows(rows).unwrap();
    let query = program.measure([metric]).by([by]).over(period(over));
    let query = query.as_of(later()).define(definitions(choices));
    query.table().unwrap()
}

/// Keys and values of a table of one dimension and one metric.
fn listed(table: &Table) -> Vec<(String, Option<f64>)> {
    let rows = table.rows.iter();
    rows.map(|row| (row.key[0].to_string(), row.measures[0].value()))
        .collect()
}

fn pairs<const N: usize>(expected: [(&str, f64); N]) -> Vec<(String, Option<f64>)> {
    expected
        .map(|(key, value)| (key.to_owned(), Some(value)))
        .to_vec()
}

/// A value that is exact in binary, or a quotient rounded once.
#[track_caller]
fn is(measure: &Measure, expected: f64) {
    assert_eq!(measure.value(), Some(expected), "{}", measure.explain());
}

#[track_caller]
fn is_count(measure: &Measure, expected: u64) {
    assert_eq!(
        measure.number(),
        Some(Number::Count(expected)),
        "{}",
        measure.explain()
    );
}

/// numerator / denominator, both whole.
#[track_caller]
fn is_ratio(measure: &Measure, above: u64, below: u64) {
    let whole = |part: Option<&Part>| match part.and_then(|part| part.value) {
        Some(Number::Count(count)) => count,
        other => panic!("{other:?} is not a count: {}", measure.explain()),
    };
    let sums = (whole(measure.numerator()), whole(measure.denominator()));
    assert_eq!(sums, (above, below), "{}", measure.explain());
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let value = (below > 0).then(|| above as f64 / below as f64);
    assert_eq!(measure.value(), value, "{}", measure.explain());
}

#[track_caller]
fn near(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() < 1e-12,
        "{value} is not {expected}"
    );
}

#[track_caller]
fn notes(measure: &Measure, note: &Note) {
    assert!(measure.notes().contains(note), "{}", measure.explain());
}

#[track_caller]
fn covers(measure: &Measure, known: u64, rows: u64) {
    assert_eq!(
        measure.coverage(),
        Some(Coverage { known, rows }),
        "{}",
        measure.explain()
    );
}

fn outside(people: u64) -> Note {
    Note::OutsidePopulation { people }
}
