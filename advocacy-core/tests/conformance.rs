//! The conformance cases: what an independent reference expects of every
//! operation, in every language. See `conformance/README.md`.

#![allow(
    clippy::cast_precision_loss,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a case that fails should stop"
)]

#[path = "../../conformance/asked.rs"]
mod asked;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use advocacy_core::operation::{Parameter, operation, operations};
use advocacy_core::{Error, KeyValue, Program, Row, Rows, State, Table};
use serde_json::{Value, json};

/// The suite's folder, or another of its shape: `CONFORMANCE=DIR`.
fn folder() -> PathBuf {
    let kept = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance");
    std::env::var_os("CONFORMANCE").map_or_else(kept, PathBuf::from)
}

/// How near a number must be.
#[derive(Clone, Copy, Debug)]
enum Tolerance {
    /// Units in the last place, of a number of at least this size.
    Ulp(u64, f64),
    /// A part of the number.
    Relative(f64),
}

impl Tolerance {
    fn read(value: &Value) -> Option<Self> {
        match (value["ulp"].as_u64(), value["relative"].as_f64()) {
            (Some(units), None) => Some(Self::Ulp(units, value["of"].as_f64().unwrap_or(0.0))),
            (None, Some(part)) => Some(Self::Relative(part)),
            _ => None,
        }
    }

    fn holds(self, got: f64, wanted: f64) -> bool {
        let distance = (got - wanted).abs();
        match self {
            Self::Ulp(units, of) => {
                ulps(got, wanted) <= units || distance <= (units as f64) * (of.next_up() - of)
            }
            Self::Relative(part) => distance <= part * wanted.abs(),
        }
    }
}

/// How near the numbers of a case must be, by field.
#[derive(Clone, Debug)]
struct Near {
    usual: Tolerance,
    fields: BTreeMap<String, Tolerance>,
}

impl Near {
    /// What a file or a case says; `None` where it says nothing.
    fn read(value: &Value) -> Option<Self> {
        let fields = value["fields"].as_object();
        let fields = fields.into_iter().flatten();
        let fields = fields.map(|(name, value)| Some((name.clone(), Tolerance::read(value)?)));
        Some(Self {
            usual: Tolerance::read(&value["tolerance"])?,
            fields: fields.collect::<Option<_>>()?,
        })
    }
}

/// How many floats lie between two.
fn ulps(a: f64, b: f64) -> u64 {
    #[expect(clippy::cast_possible_wrap, reason = "a bit pattern, made to count")]
    let place = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN - bits } else { bits }
    };
    place(a).abs_diff(place(b))
}

/// A case: its name, what is asked, what is wanted.
#[derive(Debug)]
struct Case {
    name: String,
    input: Value,
    near: Near,
    wanted: Wanted,
}

#[derive(Debug)]
enum Wanted {
    Output(Value),
    Error {
        code: String,
        field: Option<String>,
        row: Option<u64>,
    },
}

/// A file of cases, or why it is none.
fn load(text: &str, known: &dyn Fn(&str) -> bool) -> Result<(String, Vec<Case>), String> {
    let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let id = file["operation"].as_str().ok_or("no operation")?.to_owned();
    if !known(&id) {
        return Err(format!("unknown operation {id}"));
    }
    let near = Near::read(&file).ok_or("no tolerance")?;
    let cases = file["cases"].as_array().ok_or("no cases")?;
    if cases.is_empty() {
        return Err(format!("no cases of {id}"));
    }
    let mut names = BTreeSet::new();
    let read = |case: &Value| {
        let name = case["name"].as_str().ok_or("a case without a name")?;
        if !names.insert(name.to_owned()) {
            return Err(format!("two cases called {name}"));
        }
        let input = case.get("input").ok_or(format!("{name}: no input"))?;
        let wanted = match (case.get("output"), case.get("error")) {
            (Some(output), None) => Wanted::Output(output.clone()),
            (None, Some(error)) => Wanted::Error {
                code: error["code"]
                    .as_str()
                    .ok_or(format!("{name}: no code"))?
                    .to_owned(),
                field: error["field"].as_str().map(str::to_owned),
                row: error["row"].as_u64(),
            },
            _ => return Err(format!("{name}: neither an output nor an error")),
        };
        Ok(Case {
            name: name.to_owned(),
            input: input.clone(),
            near: Near::read(case).unwrap_or_else(|| near.clone()),
            wanted,
        })
    };
    let cases = cases.iter().map(read).collect::<Result<_, _>>()?;
    Ok((id, cases))
}

/// Where a result is not what is wanted. A record may hold more than is
/// wanted of it; what is wanted as null may be left out.
fn differs(path: &str, got: &Value, wanted: &Value, near: &Near) -> Option<String> {
    let wrong = || Some(format!("{path}: {got}, wanted {wanted}"));
    match (got, wanted) {
        (Value::Object(got), Value::Object(wanted)) => wanted.iter().find_map(|(name, wanted)| {
            let got = got.get(name).unwrap_or(&Value::Null);
            differs(&format!("{path}.{name}"), got, wanted, near)
        }),
        (Value::Array(got), Value::Array(wanted)) if got.len() == wanted.len() => {
            let pairs = got.iter().zip(wanted).enumerate();
            pairs.into_iter().find_map(|(at, (got, wanted))| {
                differs(&format!("{path}[{at}]"), got, wanted, near)
            })
        }
        (Value::Number(a), Value::Number(b)) => {
            let same = if let (Some(a), Some(b)) = (a.as_u64(), b.as_u64()) {
                a == b
            } else {
                let field = path.rsplit('.').next().unwrap_or(path);
                let tolerance = near.fields.get(field).copied().unwrap_or(near.usual);
                tolerance.holds(a.as_f64().unwrap(), b.as_f64().unwrap())
            };
            if same { None } else { wrong() }
        }
        (got, wanted) if got == wanted => None,
        _ => wrong(),
    }
}

fn check(case: &Case, got: &Result<Value, Error>) -> Option<String> {
    match (got, &case.wanted) {
        (Ok(got), Wanted::Output(wanted)) => differs("output", got, wanted, &case.near),
        (Err(error), Wanted::Error { code, field, row }) => {
            let got = (error.code(), error.field(), error.row());
            let wanted = (code.as_str(), field.as_deref(), *row);
            (got != wanted).then(|| format!("{got:?}, wanted {wanted:?}"))
        }
        (Ok(got), Wanted::Error { .. }) => Some(format!("{got}, wanted {:?}", case.wanted)),
        (Err(error), Wanted::Output(wanted)) => Some(format!("{error:?}, wanted {wanted}")),
    }
}

/// The operations on a whole programme.
const OF_PROGRAMMES: [&str; 3] = ["measure", "report", "protect"];

fn known(id: &str) -> bool {
    operation(id).is_ok() || OF_PROGRAMMES.contains(&id)
}

/// A programme's rows, by name.
fn rows(name: &str) -> Rows {
    let path = folder().join(format!("programmes/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A column's measure of a row, under its name.
fn by_column(table: &Table, row: &Row) -> Value {
    let columns = table.columns.iter().zip(&row.measures);
    columns
        .map(|(name, measure)| (name.clone(), serde_json::to_value(measure).unwrap()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// What a column's measure of a row is compared with, under its name.
fn compared(table: &Table, row: &Row) -> Value {
    let columns = table.columns.iter().zip(&row.comparisons);
    columns
        .map(|(name, comparison)| (name.clone(), serde_json::to_value(comparison).unwrap()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn value(value: &KeyValue) -> Value {
    match value {
        KeyValue::None => Value::Null,
        KeyValue::Name(name) => name.as_str().into(),
        KeyValue::Thing { id, .. } => serde_json::to_value(id).unwrap(),
        KeyValue::Bucket(bucket) => bucket.label.as_str().into(),
    }
}

fn key(row: &Row) -> Value {
    row.key.iter().map(value).collect()
}

/// Of a table's rows those that are wanted, in the table's order.
fn rows_of(table: &Table, wanted: &Value) -> Value {
    let wanted = wanted["rows"].as_array().into_iter().flatten();
    let wanted: Vec<&Value> = wanted.map(|row| &row["key"]).collect();
    let rows = table.rows.iter().filter(|row| wanted.contains(&&key(row)));
    rows.map(|row| {
        json!({
            "key": key(row),
            "measures": by_column(table, row),
            "comparisons": compared(table, row),
        })
    })
    .collect()
}

/// The answer of a query, of the rows that are wanted.
fn measure(program: &Program<'_>, input: &Value, wanted: &Wanted) -> Result<Value, Error> {
    let table = asked::query(program, input)?.table()?;
    let Wanted::Output(wanted) = wanted else {
        return Ok(Value::Null);
    };
    Ok(json!({
        "total": by_column(&table, &table.total),
        "rows": rows_of(&table, wanted),
        "comparisons": compared(&table, &table.total),
    }))
}

/// Which of the rows that must be hidden under a policy are; the key of the
/// total is empty.
fn protect(rows: &Rows, input: &Value, wanted: &Wanted) -> Result<Value, Error> {
    let policy = asked::policy(input).unwrap();
    let program = Program::builder_from_rows(rows).privacy(policy).build()?;
    let table = asked::query(&program, input)?.table()?;
    let Wanted::Output(wanted) = wanted else {
        return Ok(Value::Null);
    };
    let wanted = wanted["hidden"].as_array().unwrap();
    let rows = [&table.total].into_iter().chain(&table.rows);
    let hidden = rows.filter(|row| row.measures[0].state() == State::Suppressed);
    let hidden: Vec<Value> = hidden.map(key).filter(|key| wanted.contains(key)).collect();
    Ok(json!({"hidden": hidden}))
}

/// The headline of a report, its sections and its cohorts.
fn report(program: &Program<'_>, input: &Value, wanted: &Wanted) -> Result<Value, Error> {
    let report = program.report(&asked::report(input)?)?;
    let Wanted::Output(wanted) = wanted else {
        return Ok(Value::Null);
    };
    let sections = report.sections.iter().map(|section| {
        let rows = rows_of(&section.table, &wanted["sections"][&section.id]);
        (section.id.clone(), json!({"rows": rows}))
    });
    let sections: serde_json::Map<String, Value> = sections.collect();
    let cohorts =
        report.retention.cohorts.iter().map(
            |cohort| json!({"key": value(&cohort.key), "size": cohort.size, "ages": cohort.ages}),
        );
    Ok(json!({
        "headline": by_column(&report.headline, &report.headline.total),
        "comparisons": compared(&report.headline, &report.headline.total),
        "sections": sections,
        "retention": cohorts.collect::<Vec<_>>(),
    }))
}

/// Where an operation's parameters are not those wanted.
fn signature_differs(id: &str, wanted: &Value) -> Option<String> {
    let operation = operation(id).ok()?;
    let one = |parameter: &Parameter| {
        let default = serde_json::to_value(&parameter.default).unwrap();
        let stated = if parameter.required {
            json!({"required": true})
        } else {
            json!({"default": default})
        };
        (parameter.name.to_owned(), stated)
    };
    let got: serde_json::Map<_, _> = operation.parameters.iter().map(one).collect();
    let names = |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
    let near = Near::read(&json!({"tolerance": {"ulp": 0}}))?;
    let wanted_map = wanted.as_object()?;
    if names(&got) != names(wanted_map) {
        return Some(format!("{:?}, wanted {:?}", names(&got), names(wanted_map)));
    }
    differs("parameters", &got.into(), wanted, &near)
}

#[test]
fn every_operation_is_what_the_reference_says() {
    let mut seen = BTreeSet::new();
    let mut cases_run = 0;
    let mut wrong = String::new();
    for entry in folder().join("cases").read_dir().unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let (id, cases) = load(&text, &known).unwrap_or_else(|why| panic!("{path:?}: {why}"));
        assert_eq!(path.file_stem().unwrap().to_str(), Some(id.as_str()));
        let file: Value = serde_json::from_str(&text).unwrap();
        if let Some(difference) = signature_differs(&id, &file["parameters"]) {
            writeln!(wrong, "{id}: {difference}").unwrap();
        }
        let names: BTreeSet<&str> = (cases.iter())
            .filter_map(|case| case.input["program"].as_str())
            .collect();
        let all: BTreeMap<&str, Rows> = names.iter().map(|name| (*name, rows(name))).collect();
        let programs: BTreeMap<&str, Program<'_>> = all
            .iter()
            .map(|(name, rows)| (*name, Program::from_rows(rows).unwrap()))
            .collect();
        for case in &cases {
            let program = || &programs[case.input["program"].as_str().unwrap()];
            let got = match id.as_str() {
                "measure" => measure(program(), &case.input, &case.wanted),
                "report" => report(program(), &case.input, &case.wanted),
                "protect" => protect(
                    &all[case.input["program"].as_str().unwrap()],
                    &case.input,
                    &case.wanted,
                ),
                _ => operation(&id).unwrap().call_json(&case.input),
            };
            if let Some(difference) = check(case, &got) {
                let (name, input) = (&case.name, &case.input);
                writeln!(wrong, "{id}, {name}: {difference}\n  {input}").unwrap();
            }
        }
        cases_run += cases.len();
        assert!(seen.insert(id));
    }
    assert!(wrong.is_empty(), "{wrong}");
    for id in operations()
        .iter()
        .map(|operation| operation.id)
        .chain(OF_PROGRAMMES)
    {
        assert!(seen.contains(id), "no cases of {id}");
    }
    assert!(cases_run >= 1000, "{cases_run} cases");
}

#[test]
fn a_loader_refuses_what_says_nothing() {
    let known = |id: &str| id == "wilson";
    let load = |text: &str| load(text, &known).unwrap_err();
    assert_eq!(
        load(r#"{"operation": "willson", "tolerance": {"ulp": 4}, "cases": []}"#),
        "unknown operation willson"
    );
    assert_eq!(
        load(r#"{"operation": "wilson", "tolerance": {"ulp": 4}, "cases": []}"#),
        "no cases of wilson"
    );
    assert_eq!(
        load(r#"{"operation": "wilson", "cases": [{}]}"#),
        "no tolerance"
    );
    let case = |case: &str| {
        format!(r#"{{"operation": "wilson", "tolerance": {{"ulp": 4}}, "cases": [{case}]}}"#)
    };
    assert_eq!(
        load(&case(r#"{"name": "a", "input": {}}"#)),
        "a: neither an output nor an error"
    );
    assert_eq!(
        load(&case(r#"{"name": "a", "input": {}, "error": {}}"#)),
        "a: no code"
    );
    assert_eq!(load(&case(r#"{"name": "a", "output": 1}"#)), "a: no input");
    let twice = r#"{"name": "a", "input": {}, "output": 1}"#;
    assert_eq!(
        load(&case(&format!("{twice}, {twice}"))),
        "two cases called a"
    );
}

#[test]
fn a_difference_is_seen() {
    let four = Near::read(&json!({"tolerance": {"ulp": 4}})).unwrap();
    let differs = |got: &str, wanted: &str| {
        let read = |text| serde_json::from_str(text).unwrap();
        differs("output", &read(got), &read(wanted), &four).is_some()
    };
    assert!(!differs(r#"{"a": 1, "b": 2}"#, r#"{"a": 1.0, "c": null}"#));
    assert!(differs(r#"{"a": 1}"#, r#"{"a": 1.000000000000002}"#));
    assert!(!differs("0.1", "0.10000000000000003"));
    assert!(differs("null", "0"));
    assert!(differs("0", "null"));
    assert!(differs("[1]", "[1, 2]"));
    assert!(differs("18446744073709551615", "18446744073709551614"));
    assert_eq!(ulps(1.0, 1.0 + f64::EPSILON), 1);
    assert_eq!(ulps(-0.0, 0.0), 0);
}
