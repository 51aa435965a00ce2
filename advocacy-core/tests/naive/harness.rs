//! Running a property on random programmes, and showing what broke it.

use advocacy_core::{Filter, Program, Query, Rows};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::Condition;
use super::world::{World, world};

/// The library's filter of these conditions.
pub fn only(conditions: &[Condition]) -> Filter {
    let mut filter = Filter::new();
    for Condition {
        dimension,
        values,
        except,
    } in conditions
    {
        let values = values.iter().map(|value| value.clone().unwrap_or_default());
        filter = if *except {
            filter.except(dimension.clone(), values)
        } else {
            filter.only(dimension.clone(), values)
        };
    }
    filter
}

/// The world's question, but for its metrics and dimensions.
pub fn ask<'p>(query: Query<'p>, world: &World) -> Query<'p> {
    query
        .over(world.period.clone())
        .as_of(world.as_of)
        .weeks_from(world.week_start)
        .only(only(&world.filter))
        .define(world.definitions.clone())
}

/// The programme the rows make.
pub fn program(rows: &Rows) -> Result<Program<'_>, String> {
    Program::from_rows(rows).map_err(|error| format!("rows: {error}"))
}

fn config(cases: u32) -> Config {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(cases);
    Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..Config::default()
    }
}

/// Runs a property on random worlds and shows the smallest that breaks it.
pub fn hold(cases: u32, property: impl Fn(&World) -> Result<(), String>) {
    hold_with(cases, world(), |world| property(world), |world| world);
}

/// The same of worlds with something more.
pub fn hold_with<S: Strategy>(
    cases: u32,
    strategy: S,
    property: impl Fn(&S::Value) -> Result<(), String>,
    of: impl Fn(&S::Value) -> &World,
) {
    let mut runner = TestRunner::new(config(cases));
    let outcome = runner.run(&strategy, |case| {
        let fail = |why| TestCaseError::fail(format!("{why}\n\n{}", shown(of(&case))));
        property(&case).map_err(fail)
    });
    if let Err(error) = outcome {
        let text = error.to_string();
        panic!(
            "{}",
            text.split("minimal failing input").next().unwrap_or(&text)
        );
    }
}

/// The rows as JSON, one a line.
fn rows_shown(rows: &Rows) -> String {
    let serde_json::Value::Object(tables) = serde_json::to_value(rows).unwrap() else {
        return String::new();
    };
    let mut lines = Vec::new();
    for (name, table) in tables {
        for row in table.as_array().into_iter().flatten() {
            lines.push(format!("{name}: {row}"));
        }
    }
    lines.join("\n")
}

fn shown(world: &World) -> String {
    format!(
        "{}\nperiod {} in {}, as of {}, weeks from {}, by {:?}, where {:?}\ndefinitions {}",
        rows_shown(&world.rows),
        world.period.label(),
        world.zone.name(),
        world.as_of,
        world.week_start,
        world.dimensions,
        only(&world.filter).to_string(),
        serde_json::to_string(&world.definitions).unwrap(),
    )
}
