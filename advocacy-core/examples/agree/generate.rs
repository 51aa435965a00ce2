//! Random programmes with a question each, a line of JSON each.

use advocacy_core::metrics;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::naive::world::{World, world};

/// As many lines as asked for; a seed gives the same ones everywhere.
pub(crate) fn lines(count: u64, seed: u64) -> impl Iterator<Item = Value> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let worlds = world();
    (0..count).map(move |at| line(at, &worlds.new_tree(&mut runner).unwrap().current()))
}

fn line(at: u64, world: &World) -> Value {
    let mut asked = json!({
        "period": world.period.label(),
        "tz": world.zone.name(),
        "as_of": world.as_of,
        "week_start": world.week_start,
        "where": filter(world),
        "definitions": world.definitions,
    });
    // Every fortieth a report, every fifth under a policy, every third compared.
    if at % 40 != 39 {
        let measured = metrics().iter().filter(|metric| metric.measured);
        let some = measured
            .map(|metric| metric.id)
            .skip(usize::try_from(at % 11).unwrap())
            .step_by(11);
        asked["metrics"] = some.collect();
        asked["by"] = json!(world.dimensions);
        if at % 3 == 2 {
            asked["compare"] = if at.is_multiple_of(2) {
                "previous_period"
            } else {
                "same_period_last_year"
            }
            .into();
        }
    }
    if at % 5 == 4 {
        asked["privacy"] = json!({"k": 2 + at % 3});
    }
    json!({"rows": world.rows, "asked": asked})
}

/// One condition a dimension, those that say what not last: what every
/// language's filters can say.
fn filter(world: &World) -> Value {
    let mut terms: Vec<_> = Vec::new();
    for condition in &world.filter {
        if terms
            .iter()
            .all(|(_, name, _)| *name != condition.dimension)
        {
            let values = condition.values.iter();
            let values: Vec<String> = values
                .map(|value| value.clone().unwrap_or_default())
                .collect();
            terms.push((condition.except, condition.dimension.clone(), values));
        }
    }
    terms.sort_by_key(|(except, ..)| *except);
    let term = |(except, dimension, values)| json!({"dimension": dimension, "values": values, "except": except});
    terms.into_iter().map(term).collect()
}
