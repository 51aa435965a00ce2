//! What this core answers, in the form all languages can give: keys in order,
//! nothing empty, a number by its bits.

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{
    Baseline, Definitions, Dimension, Error, Filter, Metric, Period, Program, ReportOptions, Rows,
    Timestamp, WeekStart, Zone,
};
use serde_json::{Map, Value, json};

/// The answer to a line, a line itself.
pub(crate) fn answer(line: &str) -> String {
    let given: Value = serde_json::from_str(line).unwrap();
    let rows: Rows = serde_json::from_value(given["rows"].clone()).unwrap();
    let answer = answered(&rows, &given["asked"]).unwrap_or_else(|error| {
        json!({"error": {"code": error.code(), "field": error.field(), "row": error.row()}})
    });
    plain(&answer).unwrap_or_default().to_string()
}

fn answered(rows: &Rows, asked: &Value) -> Result<Value, Error> {
    let text = |name: &str| asked[name].as_str().unwrap();
    let zone = Zone::named(text("tz"))?;
    let mut program = Program::builder_from_rows(rows);
    if let Some(policy) = asked.get("privacy") {
        let policy: PrivacyPolicy = serde_json::from_value(policy.clone()).unwrap();
        program = program.privacy(policy);
    }
    let program = program.build()?;
    let period = Period::parse(text("period"), &zone)?;
    let as_of = Timestamp::parse(text("as_of"), &zone)?;
    let week_start = WeekStart::parse(text("week_start"))?;
    let filter: Filter = serde_json::from_value(asked["where"].clone()).unwrap();
    let definitions: Definitions = serde_json::from_value(asked["definitions"].clone()).unwrap();
    let Some(metrics) = asked.get("metrics") else {
        let options = ReportOptions::new(period)
            .as_of(as_of)
            .weeks_from(week_start)
            .only(filter)
            .define(definitions);
        return Ok(json!(program.report(&options)?));
    };
    let names = |names: &Value| -> Vec<String> { serde_json::from_value(names.clone()).unwrap() };
    let metrics = names(metrics);
    let metrics = metrics.iter().map(|name| Metric::parse(name));
    let by = names(&asked["by"]);
    let by = by.iter().map(|name| Dimension::parse(name));
    let mut query = program
        .measure(metrics.collect::<Result<Vec<_>, _>>()?)
        .by(by.collect::<Result<Vec<_>, _>>()?)
        .over(period)
        .as_of(as_of)
        .weeks_from(week_start)
        .only(filter)
        .define(definitions);
    if let Some(baseline) = asked.get("compare") {
        query = query.compare(Baseline::parse(baseline.as_str().unwrap())?);
    }
    let table = query.table()?;
    let explained: Vec<String> = (table.total.measures.iter())
        .map(advocacy_core::Measure::explain)
        .collect();
    let counts = match (asked.get("privacy"), query.tally()) {
        (None, Ok(tally)) => Value::from(fnv(&tally.to_bytes()?)),
        _ => Value::Null,
    };
    Ok(json!({"table": table, "explained": explained.join("\n\n"), "tally": counts}))
}

/// Fowler, Noll and Vo's sum of bytes, 1a.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum: u32, &byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// `None` where there is nothing.
fn plain(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Number(number) => {
            let whole = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
            Some(match whole {
                // What JavaScript has no number for.
                Some(size) if size >= 1 << 53 => number.to_string().into(),
                _ => format!("{:016x}", number.as_f64().unwrap().to_bits()).into(),
            })
        }
        Value::Array(values) if values.is_empty() => None,
        Value::Array(values) => {
            let value = |value| plain(value).unwrap_or_default();
            Some(values.iter().map(value).collect())
        }
        Value::Object(fields) => {
            // A browser brings its own table of zones.
            let fields = fields.iter().filter(|(name, _)| *name != "zone_database");
            let fields: Map<String, Value> = fields
                .filter_map(|(name, value)| Some((name.clone(), plain(value)?)))
                .collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        other => Some(other.clone()),
    }
}
