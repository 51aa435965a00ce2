//! What the README shows is what the library prints.

#![allow(clippy::unwrap_used, reason = "a test helper fails by panicking")]

use advocacy_core::{Metric, Period, Program, Rows, Zone};

const README: &str = include_str!("../../README.md");

/// The text between a line and the next fence.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap() + start.len();
    &text[from..from + text[from..].find(end).unwrap()]
}

#[test]
fn the_explanation_shown_is_the_one_printed() {
    let rows = between(README, "r#\"", "\"#");
    let rows: Rows = serde_json::from_str(rows).unwrap();
    let program = Program::from_rows(&rows).unwrap();
    let zone = Zone::named("Europe/Madrid").unwrap();
    let table = program
        .measure([Metric::AdoptionRate, Metric::EngagementRate])
        .over(Period::quarter(2025, 3, &zone).unwrap())
        .table()
        .unwrap();
    let shown = between(README, "`explain()` says:\n\n```text\n", "\n```");
    assert_eq!(table.get("engagement_rate").unwrap().explain(), shown);
}
