//! What native code says, for the package's tests to compare with.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

use advocacy_core::operation::operation;
use advocacy_core::{Grain, Period, Program, ReportOptions, Rows, WeekStart, Zone, sample};
use serde_json::{Map, Value, json};

use crate::asked;

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
            let mut said = Map::from_iter([said(operation.call_json(&case["input"]))]);
            said.insert("operation".into(), id.into());
            said.insert("name".into(), case["name"].clone());
            said.insert("input".into(), exact(&case["input"], "bigint:"));
            all.push(Value::Object(said));
        }
    }
    print(&Value::Array(all))
}

/// Every case of whole programmes: operation, name, input, and the whole table or
/// report, or the error's code, field and row.
pub(crate) fn programmes(dir: &Path) -> Done {
    let mut all = Vec::new();
    let mut known: BTreeMap<String, Rows> = BTreeMap::new();
    for id in ["measure", "report", "protect"] {
        let text = fs::read_to_string(dir.join("cases").join(id).with_extension("json"))?;
        let given: Value = serde_json::from_str(&text)?;
        for case in given["cases"].as_array().ok_or("a file without cases")? {
            let input = &case["input"];
            let name = input["program"].as_str().ok_or("a case of no programme")?;
            if !known.contains_key(name) {
                let file = dir.join("programmes").join(name).with_extension("json");
                let rows = serde_json::from_str(&fs::read_to_string(file)?)?;
                known.insert(name.to_owned(), rows);
            }
            let program = Program::from_rows(known.get(name).ok_or("no such programme")?)?;
            let mut said = Map::from_iter([said(asked_of(&program, id, input))]);
            said.insert("operation".into(), id.into());
            said.insert("name".into(), case["name"].clone());
            said.insert("input".into(), input.clone());
            all.push(Value::Object(said));
        }
    }
    print(&Value::Array(all))
}

fn asked_of(program: &Program<'_>, id: &str, input: &Value) -> advocacy_core::Result<Value> {
    if id == "report" {
        return Ok(json!(program.report(&asked::report(input)?)?));
    }
    let mut query = asked::query(program, input)?;
    if let Some(policy) = asked::policy(input) {
        query = query.privacy(policy);
    }
    Ok(json!(query.table()?))
}

/// `output` or `error`, and what it is.
fn said(answer: advocacy_core::Result<Value>) -> (String, Value) {
    match answer {
        Ok(output) => ("output".to_owned(), exact(&output, "")),
        Err(error) => (
            "error".to_owned(),
            json!({"code": error.code(), "field": error.field(), "row": error.row()}),
        ),
    }
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
