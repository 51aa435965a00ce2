//! What this core answers, in the form all languages can give: keys in order,
//! nothing empty, a number by its bits.

use advocacy_core::{Error, Program, Rows};
use serde_json::{Map, Value, json};

use crate::asked;

/// The answer to a line, a line itself.
pub(crate) fn answer(line: &str) -> String {
    let given: Value = serde_json::from_str(line).unwrap();
    let rows: Rows = serde_json::from_value(given["rows"].clone()).unwrap();
    let answer = answered(&rows, &given["asked"]).unwrap_or_else(|error| {
        json!({"error": {"code": error.code(), "field": error.field(), "row": error.row()}})
    });
    plain(&answer).unwrap_or_default().to_string()
}

fn answered(rows: &Rows, given: &Value) -> Result<Value, Error> {
    let mut program = Program::builder_from_rows(rows);
    let policy = asked::policy(given);
    let protected = policy.is_some();
    if let Some(policy) = policy {
        program = program.privacy(policy);
    }
    let program = program.build()?;
    if given.get("metrics").is_none() {
        return Ok(json!(program.report(&asked::report(given)?)?));
    }
    let query = asked::query(&program, given)?;
    let table = query.table()?;
    let explained: Vec<String> = (table.total.measures.iter())
        .map(advocacy_core::Measure::explain)
        .collect();
    let counts = match query.tally() {
        Ok(tally) if !protected => Value::from(fnv(&tally.to_bytes()?)),
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
