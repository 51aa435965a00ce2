//! What native code says, for the package's tests to compare with.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

use advocacy_core::operation::operation;
use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{
    Baseline, Definitions, Dimension, Filter, Grain, Metric, Period, Program, Report,
    ReportOptions, Rows, Table, Timestamp, WeekStart, Zone, sample,
};
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
            let said = known
                .get(name)
                .ok_or_else(|| "no such programme".into())
                .and_then(|rows| asked(&Program::from_rows(rows)?, id, input))?;
            let mut said = Map::from_iter([said]);
            said.insert("operation".into(), id.into());
            said.insert("name".into(), case["name"].clone());
            said.insert("input".into(), input.clone());
            all.push(Value::Object(said));
        }
    }
    print(&Value::Array(all))
}

/// `output` or `error`, and what it is.
fn asked(
    program: &Program<'_>,
    id: &str,
    input: &Value,
) -> Result<(String, Value), Box<dyn Error>> {
    let answered = if id == "report" {
        reported(program, input).map(|report| serde_json::to_value(&report))
    } else {
        measured(program, input).map(|table| serde_json::to_value(&table))
    };
    Ok(match answered {
        Ok(output) => ("output".to_owned(), exact(&output?, "")),
        Err(error) => (
            "error".to_owned(),
            json!({"code": error.code(), "field": error.field(), "row": error.row()}),
        ),
    })
}

fn text<'i>(input: &'i Value, name: &str) -> &'i str {
    input[name].as_str().unwrap_or_default()
}

fn measured(program: &Program<'_>, input: &Value) -> advocacy_core::Result<Table> {
    let texts = |name: &str| {
        let list = input[name].as_array().into_iter().flatten();
        list.filter_map(Value::as_str)
    };
    let zone = Zone::named(text(input, "tz"))?;
    let metrics = texts("metrics")
        .map(Metric::parse)
        .collect::<advocacy_core::Result<Vec<_>>>()?;
    let by = texts("by")
        .map(Dimension::parse)
        .collect::<advocacy_core::Result<Vec<_>>>()?;
    let mut definitions = Definitions::default();
    for (option, choice) in input["definitions"].as_object().into_iter().flatten() {
        definitions.set(option, choice.as_str().unwrap_or_default())?;
    }
    let mut query = program
        .measure(metrics)
        .by(by)
        .over(Period::parse(text(input, "period"), &zone)?)
        .as_of(Timestamp::parse(text(input, "as_of"), &zone)?)
        .define(definitions);
    if let Ok(filter) = serde_json::from_value::<Filter>(input["where"].clone()) {
        query = query.only(filter);
    }
    if let Ok(policy) = serde_json::from_value::<PrivacyPolicy>(input["privacy"].clone()) {
        query = query.privacy(policy);
    }
    if let Some(day) = input["week_start"].as_str() {
        query = query.weeks_from(WeekStart::parse(day)?);
    }
    match &input["compare"] {
        Value::String(name) => query = query.compare(Baseline::parse(name)?),
        Value::Object(terms) => {
            let mut filter = Filter::new();
            for (name, values) in terms {
                let values = values.as_array().into_iter().flatten();
                filter = filter.only(Dimension::parse(name)?, values.filter_map(Value::as_str));
            }
            query = query.compare(Baseline::Filter(filter));
        }
        _ => {}
    }
    query.table()
}

fn reported(program: &Program<'_>, input: &Value) -> advocacy_core::Result<Report> {
    let zone = Zone::named(text(input, "tz"))?;
    let options = ReportOptions::new(Period::parse(text(input, "period"), &zone)?)
        .as_of(Timestamp::parse(text(input, "as_of"), &zone)?)
        .weeks_from(WeekStart::parse(text(input, "week_start"))?);
    program.report(&options)
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
