//! What native code says, for the package's tests to compare with.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

use advocacy_core::operation::operation;
use advocacy_core::{Grain, Period, Program, ReportOptions, WeekStart, Zone, sample};
use serde_json::{Map, Value, json};

type Done = Result<(), Box<dyn Error>>;

fn print(value: &Value) -> Done {
    Ok(writeln!(std::io::stdout(), "{value}")?)
}

/// Every case of every file: operation, input, and the result or the error's
/// code, field and row.
pub(crate) fn conformance(dir: &Path) -> Done {
    let mut files = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    files.sort_by_key(fs::DirEntry::path);
    let mut all = Vec::new();
    for file in files {
        let text = fs::read_to_string(file.path())?;
        let given: Value = serde_json::from_str(&text)?;
        let id = given["operation"]
            .as_str()
            .ok_or("a file without an operation")?;
        // Those of whole programmes are no functions.
        if ["measure", "report", "protect"].contains(&id) {
            continue;
        }
        let operation = operation(id)?;
        for case in given["cases"].as_array().ok_or("a file without cases")? {
            let mut said = Map::new();
            said.insert("operation".into(), id.into());
            said.insert("name".into(), case["name"].clone());
            said.insert("input".into(), exact(&case["input"], "bigint:"));
            match operation.call_json(&case["input"]) {
                Ok(output) => said.insert("output".into(), exact(&output, "")),
                Err(error) => said.insert(
                    "error".into(),
                    json!({"code": error.code(), "field": error.field(), "row": error.row()}),
                ),
            };
            all.push(Value::Object(said));
        }
    }
    print(&Value::Array(all))
}

/// Whole numbers beyond what JavaScript's are exact for as text.
fn exact(value: &Value, mark: &str) -> Value {
    match value {
        Value::Number(number) => match number.as_i64().map(i64::unsigned_abs).or(number.as_u64()) {
            Some(size) if size >= 1 << 53 => format!("{mark}{number}").into(),
            _ => value.clone(),
        },
        Value::Array(values) => values.iter().map(|value| exact(value, mark)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(name, value)| (name.clone(), exact(value, mark)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

/// The start of every day of a period, zone by zone.
pub(crate) fn days(period: &str, zones: &[&str]) -> Done {
    let mut starts = BTreeMap::new();
    for name in zones {
        let period = Period::parse(period, &Zone::named(name)?)?;
        let days = period.buckets(Grain::Day, WeekStart::Monday)?;
        let days: Vec<Value> = days
            .iter()
            .map(|day| json!([day.label, day.period]))
            .collect();
        starts.insert((*name).to_owned(), Value::Array(days));
    }
    print(&json!(starts))
}

/// The report of the sample company.
pub(crate) fn report(period: &str, zone: &str) -> Done {
    let rows = sample::rows();
    let period = Period::parse(period, &Zone::named(zone)?)?;
    let report = Program::from_rows(&rows)?.report(&ReportOptions::new(period))?;
    print(&serde_json::to_value(&report)?)
}
