//! The registry: complete, consistent, and the same whatever form input takes.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a case that fails should stop"
)]

use std::collections::BTreeSet;

use advocacy_core::operation::{Argument, Kind, Operation, Output, operation, operations};
use advocacy_core::survey::{
    EnpsOptions, EsiForm, PulseOptions, SatisfactionOptions, TurnoverOptions,
};
use advocacy_core::{Buffer, Column, Data, Validity};
use serde_json::{Value, json};

fn example(operation: &Operation) -> Value {
    serde_json::from_str(operation.example).unwrap()
}

/// The free functions of a module's source: `pub fn` at the margin.
fn public_functions(folder: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let path = format!("{}/src/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![std::path::PathBuf::from(path)];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if let Some(rest) = line.strip_prefix("pub fn ") {
                let end = rest.find(['<', '(']).unwrap();
                names.insert(rest[..end].to_owned());
            }
        }
    }
    names
}

#[test]
fn every_public_function_is_an_operation_and_no_id_occurs_twice() {
    let ids: BTreeSet<&str> = operations().iter().map(|o| o.id).collect();
    assert_eq!(ids.len(), operations().len());
    for folder in ["scalar.rs", "survey", "stats"] {
        let functions = public_functions(folder);
        assert!(functions.len() > 2, "{folder}");
        for name in functions {
            // Lists of what there is, and what an operation does with bytes.
            let others = ["metrics", "listings", "enps_bytes", "enps_by_codes"];
            if !others.contains(&name.as_str()) {
                assert!(ids.contains(name.as_str()), "{folder}: {name}");
            }
        }
    }
    // The two-count forms are made by a macro, from the catalogue.
    for metric in advocacy_core::metrics() {
        let scalar = advocacy_core::Metric::parse(metric.id).unwrap();
        if scalar.parameters().is_some() {
            assert_eq!(operation(metric.id).unwrap().title, metric.title);
        }
    }
    let error = operation("nonsense").unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("unknown_name", Some("operation"))
    );
}

#[test]
fn every_row_is_whole_and_its_example_runs() {
    for operation in operations() {
        let id = operation.id;
        for text in [
            operation.title,
            operation.formula,
            operation.unit,
            operation.rule,
            operation.source,
        ] {
            assert!(!text.is_empty(), "{id}");
        }
        let mut seen = BTreeSet::new();
        let mut optional = false;
        for parameter in operation.parameters {
            assert!(seen.insert(parameter.name), "{id}: {}", parameter.name);
            assert!(parameter.doc.ends_with('.'), "{id}: {}", parameter.name);
            // What must be given comes first, as every language wants it.
            assert!(
                !(optional && parameter.required),
                "{id}: {}",
                parameter.name
            );
            optional |= !parameter.required;
            assert_eq!(
                parameter.kind == Kind::Choice,
                !parameter.choices.is_empty()
            );
            let default = serde_json::to_value(&parameter.default).unwrap();
            if let (Kind::Choice, Some(name)) = (parameter.kind, default.as_str()) {
                assert!(parameter.choices.contains(&name), "{id}: {name}");
            }
        }
        let output = operation.call_json(&example(operation)).unwrap();
        assert!(!output.is_null(), "{id}");
    }
}

#[test]
fn defaults_are_those_of_the_options() {
    let defaults = |id: &str, options: Value, renamed: &[(&str, &str)]| {
        for (name, default) in options.as_object().unwrap() {
            let name = renamed
                .iter()
                .find(|(option, _)| option == name)
                .map_or(name.as_str(), |(_, parameter)| parameter);
            let parameter = operation(id).unwrap().parameter(name).unwrap();
            let stated = serde_json::to_value(&parameter.default).unwrap();
            let same = stated == *default || stated.as_f64() == default.as_f64();
            assert!(
                same && !parameter.required,
                "{id}.{name}: {stated} is not {default}"
            );
        }
    };
    let json = |options: &dyn erased::Json| options.json();
    defaults("enps", json(&EnpsOptions::default()), &[]);
    defaults("satisfaction", json(&SatisfactionOptions::default()), &[]);
    defaults("turnover_rate", json(&TurnoverOptions::default()), &[]);
    defaults("pulse_check", json(&PulseOptions::default()), &[]);
    defaults("esi", json!({"form": EsiForm::default()}), &[]);
    defaults("sign_test", json!({"method": "mcnemar"}), &[]);
}

mod erased {
    pub(crate) trait Json {
        fn json(&self) -> serde_json::Value;
    }
    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}

#[test]
fn faults_of_the_call_have_code_field_and_row() {
    for operation in operations() {
        let id = operation.id;
        let fault = |input: &Value| {
            let error = operation.call_json(input).unwrap_err();
            (error.code(), error.field().map(str::to_owned), error.row())
        };
        let given = example(operation);
        let mut unknown = given.clone();
        unknown["nonsense"] = json!(1);
        assert_eq!(
            fault(&unknown),
            ("unknown_name", Some("nonsense".into()), None),
            "{id}"
        );
        assert_eq!(fault(&json!([])).0, "invalid_value");
        for parameter in operation.parameters {
            let name = parameter.name;
            let field = Some(name.to_owned());
            let with = |value: Value| {
                let mut input = given.clone();
                input[name] = value;
                input
            };
            if parameter.required {
                assert_eq!(
                    fault(&with(Value::Null)),
                    ("missing_value", field.clone(), None),
                    "{id}"
                );
            }
            let wrong = match parameter.kind {
                Kind::Text | Kind::Choice | Kind::Scale => json!(7),
                Kind::Flag => json!("yes"),
                _ => json!(true),
            };
            assert_eq!(
                fault(&with(wrong)),
                ("invalid_value", field.clone(), None),
                "{id}.{name}"
            );
            match parameter.kind {
                Kind::Count => {
                    for (value, code) in [
                        (json!(-1), "negative_count"),
                        (json!(-0.5), "negative_count"),
                        (json!(0.5), "invalid_value"),
                        (json!(1e30), "out_of_range"),
                    ] {
                        assert_eq!(
                            fault(&with(value)),
                            (code, field.clone(), None),
                            "{id}.{name}"
                        );
                    }
                }
                Kind::Choice => {
                    assert_eq!(
                        fault(&with(json!("nonsense"))),
                        ("unknown_name", field.clone(), None)
                    );
                }
                Kind::Counts | Kind::Numbers | Kind::Flags | Kind::Texts => {
                    let row = Some(0);
                    assert_eq!(
                        fault(&with(json!([null]))),
                        ("missing_value", field.clone(), row),
                        "{id}.{name}"
                    );
                    assert_eq!(
                        fault(&with(json!([[]]))),
                        ("invalid_value", field.clone(), row),
                        "{id}.{name}"
                    );
                }
                Kind::Scores => {
                    assert_eq!(
                        fault(&with(json!([9, null, "x"]))),
                        ("invalid_value", field.clone(), Some(2)),
                        "{id}.{name}"
                    );
                }
                _ => {}
            }
        }
    }
}

#[test]
fn numbers_that_are_none_are_refused_with_their_row() {
    for operation in operations() {
        let given = example(operation);
        for parameter in operation.parameters {
            let bad = [f64::NAN, f64::INFINITY];
            for bad in bad {
                let (argument, row) = match parameter.kind {
                    Kind::Number | Kind::Count => (Argument::Number(bad), None),
                    Kind::Scores | Kind::Numbers | Kind::Counts => {
                        let values = vec![bad];
                        let column = Column::new(Data::F64(Buffer::Owned(values)));
                        (Argument::Column(column), Some(0))
                    }
                    _ => continue,
                };
                let others = given.as_object().unwrap().iter();
                let others = others.filter(|(name, _)| *name != parameter.name);
                let arguments = others
                    .map(|(name, value)| {
                        // One row, to go with the one that is bad.
                        let value = match (row, value.as_array()) {
                            (Some(_), Some(list)) => json!(&list[..1]),
                            _ => value.clone(),
                        };
                        (
                            name.as_str(),
                            Argument::Json(std::borrow::Cow::Owned(value)),
                        )
                    })
                    .chain([(parameter.name, argument)]);
                let error = operation.call(arguments).unwrap_err();
                assert_eq!(
                    (error.code(), error.field(), error.row()),
                    ("not_finite", Some(parameter.name), row),
                    "{}.{}",
                    operation.id,
                    parameter.name
                );
            }
        }
    }
}

#[test]
fn answers_are_the_same_in_every_form() {
    let enps = operation("enps").unwrap();
    let scores = [10_u8, 9, 7, 3, 0];
    let floats: Vec<f64> = scores.iter().map(|&s| s.into()).collect();
    let longs: Vec<i64> = scores.iter().map(|&s| s.into()).collect();
    let words: Vec<u16> = scores.iter().map(|&s| s.into()).collect();
    let expected = enps.call_json(&json!({"scores": scores})).unwrap();
    for data in [
        Data::U8(Buffer::Borrowed(&scores)),
        Data::F64(Buffer::Borrowed(&floats)),
        Data::I64(Buffer::Borrowed(&longs)),
        Data::U16(Buffer::Borrowed(&words)),
    ] {
        let output = enps
            .call([("scores", Argument::Column(Column::new(data)))])
            .unwrap();
        assert_eq!(serde_json::to_value(&output).unwrap(), expected);
        assert!(output.explain().unwrap().starts_with("enps = "));
    }
    // A mask says which are blank; what lies beneath does not matter.
    let known = [true, true, false, true, true];
    let column = Column::new(Data::F64(Buffer::Borrowed(&floats)))
        .with_validity(Validity::Flags(Buffer::Borrowed(&known)))
        .unwrap();
    let Output::Enps(masked) = enps.call([("scores", Argument::Column(column))]).unwrap() else {
        panic!("an eNPS")
    };
    assert_eq!((masked.responses, masked.missing), (4, 1));
    let blank = enps
        .call_json(&json!({"scores": [10, 9, null, 3, 0]}))
        .unwrap();
    assert_eq!(serde_json::to_value(&masked).unwrap(), blank);
}

#[test]
fn undefined_is_null() {
    for (id, input) in [
        ("wilson", json!({"successes": 0, "trials": 0})),
        ("gini", json!({"values": [0, 0]})),
        ("mean_interval", json!({"sample": []})),
        ("random_duplication", json!({"universe": 10, "reaches": []})),
    ] {
        assert!(operation(id).unwrap().optional);
        assert_eq!(
            operation(id).unwrap().call_json(&input).unwrap(),
            Value::Null
        );
    }
}

#[test]
fn errors_of_two_samples_name_which() {
    let fault = |id: &str, input: Value| {
        let error = operation(id).unwrap().call_json(&input).unwrap_err();
        (error.code(), error.field().map(str::to_owned), error.row())
    };
    let field = |name: &str| Some(name.to_owned());
    assert_eq!(
        fault(
            "enps_difference",
            json!({"scores_1": [9], "scores_2": [3, 11]})
        ),
        ("out_of_range", field("scores_2"), Some(1))
    );
    assert_eq!(
        fault(
            "enps_difference",
            json!({"scores_1": [9, 3], "scores_2": [3], "population_1": 1})
        ),
        ("out_of_range", field("population_1"), None)
    );
    assert_eq!(
        fault(
            "newcombe",
            json!({"successes_1": 1, "trials_1": 2, "successes_2": 3, "trials_2": 2})
        ),
        ("out_of_range", field("successes_2"), None)
    );
    let twice = json!({
        "respondents_1": ["a", "b"], "scores_1": [9, 3],
        "respondents_2": ["a", "a"], "scores_2": [9, 3],
    });
    assert_eq!(
        fault("enps_difference_paired", twice),
        ("duplicate_id", field("respondents_2"), Some(1))
    );
    let outside = json!({
        "respondents_1": ["a", "b"], "scores_1": [9, 33],
        "respondents_2": ["a", "b"], "scores_2": [9, 3],
    });
    assert_eq!(
        fault("enps_difference_paired", outside),
        ("out_of_range", field("scores_1"), Some(1))
    );
    assert_eq!(
        fault(
            "welch_test",
            json!({"first": [1, 2], "second": {"n": 0, "mean": 1, "variance": 1}})
        ),
        ("out_of_range", field("second"), None)
    );
}
