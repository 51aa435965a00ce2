//! The core's operations as Python functions, made when the module is
//! imported: names, signatures, defaults and documentation are the registry's.

use std::ffi::CString;
use std::fmt::Write as _;

use advocacy_core::operation::{Argument, Kind, Operation, Output, Parameter, operations};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

use crate::arguments::argument;
use crate::fault::{OrRaise, fenced};
use crate::measure::{Interval, Measure};
use crate::outcome::Outcome;

/// Every operation, by name.
pub(crate) fn all(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let all = PyDict::new(py);
    for operation in operations() {
        all.set_item(operation.id, function(py, operation)?)?;
    }
    Ok(all)
}

fn function<'py>(
    py: Python<'py>,
    operation: &'static Operation,
) -> PyResult<Bound<'py, PyCFunction>> {
    // Python keeps the name and documentation for as long as it runs.
    let name = Box::leak(CString::new(operation.id)?.into_boxed_c_str());
    let doc = format!(
        "{}{}\n--\n\n{}",
        operation.id,
        signature(operation),
        doc(operation)
    );
    let doc = Box::leak(CString::new(doc)?.into_boxed_c_str());
    let positional = positional(operation);
    PyCFunction::new_closure(
        py,
        Some(name),
        Some(doc),
        move |given: &Bound<'_, PyTuple>, named: Option<&Bound<'_, PyDict>>| {
            fenced(|| call(operation, positional, given, named).map(Bound::unbind))
        },
    )
}

/// How many parameters can be given by place: those that must be given, and
/// the confidence where it is next.
fn positional(operation: &Operation) -> usize {
    let parameters = operation.parameters;
    let required = parameters.iter().take_while(|p| p.required).count();
    let confidence = parameters
        .get(required)
        .is_some_and(|p| p.name == "confidence");
    required + usize::from(confidence)
}

fn call<'py>(
    operation: &'static Operation,
    positional: usize,
    given: &Bound<'py, PyTuple>,
    named: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = given.py();
    if given.len() > positional {
        return Err(PyTypeError::new_err(format!(
            "{}() takes {positional} arguments by place, not {}: name the others",
            operation.id,
            given.len()
        )));
    }
    let mut arguments = Vec::with_capacity(operation.parameters.len());
    for (parameter, value) in operation.parameters.iter().zip(given.iter()) {
        arguments.push((parameter.name, argument(&value, parameter)?));
    }
    for (name, value) in named.into_iter().flatten() {
        let name: String = name.extract()?;
        let parameter = operation.parameter(&name).or_raise()?;
        if operation
            .parameters
            .iter()
            .take(given.len())
            .any(|p| p.name == name)
        {
            let message = format!("{}() got {name} twice", operation.id);
            return Err(PyTypeError::new_err(message));
        }
        arguments.push((parameter.name, argument(&value, parameter)?));
    }
    let output = operation.call(arguments).or_raise()?;
    returned(py, operation, output)
}

/// Numbers, measures and intervals as they are; records with their fields.
fn returned<'py>(
    py: Python<'py>,
    operation: &'static Operation,
    output: Output,
) -> PyResult<Bound<'py, PyAny>> {
    Ok(match output {
        Output::Undefined => py.None().into_bound(py),
        Output::Count(count) => count.into_pyobject(py)?.into_any(),
        Output::Number(number) => number.into_pyobject(py)?.into_any(),
        Output::Numbers(numbers) => numbers.into_pyobject(py)?.into_any(),
        Output::Measure(measure) => Measure(measure).into_pyobject(py)?.into_any(),
        Output::Interval(interval) => Interval(interval).into_pyobject(py)?.into_any(),
        Output::Intervals(intervals) => {
            let intervals: Vec<Interval> = intervals.into_iter().map(Interval).collect();
            intervals.into_pyobject(py)?.into_any()
        }
        record => Outcome::new(operation.returns, record)
            .into_pyobject(py)?
            .into_any(),
    })
}

/// `(scores, *, scale='0-10', confidence=0.95)`.
fn signature(operation: &Operation) -> String {
    let positional = positional(operation);
    let mut words = Vec::new();
    for (at, parameter) in operation.parameters.iter().enumerate() {
        if at == positional {
            words.push("*".to_owned());
        }
        words.push(match default(parameter) {
            Some(default) => format!("{}={default}", parameter.name),
            None => parameter.name.to_owned(),
        });
    }
    format!("({})", words.join(", "))
}

/// A default as Python writes it; `None` where there is none.
fn default(parameter: &Parameter) -> Option<String> {
    if parameter.required {
        return None;
    }
    Some(match &parameter.default {
        Argument::Flag(true) => "True".to_owned(),
        Argument::Flag(false) => "False".to_owned(),
        Argument::Whole(whole) => whole.to_string(),
        Argument::Number(number) => format!("{number:?}"),
        Argument::Text(text) => format!("{text:?}"),
        _ => "None".to_owned(),
    })
}

/// What the registry says, its parameters, and an example.
fn doc(operation: &Operation) -> String {
    let mut doc = operation.doc();
    doc.push_str("\n\n");
    for parameter in operation.parameters {
        let _ = write!(doc, "{}: {}", parameter.name, parameter.doc);
        if !parameter.choices.is_empty() {
            let _ = write!(doc, " One of {}.", parameter.choices.join(", "));
        }
        doc.push('\n');
    }
    let example: serde_json::Value = serde_json::from_str(operation.example).unwrap_or_default();
    let given = example.as_object().into_iter().flatten();
    let given: Vec<String> = given
        .map(|(name, value)| format!("{name}={}", python(value)))
        .collect();
    let _ = write!(
        doc,
        "\n>>> import advocacy as adv\n>>> result = adv.{}({})\n",
        operation.id,
        given.join(", ")
    );
    doc
}

/// JSON as Python writes it.
fn python(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "None".to_owned(),
        serde_json::Value::Bool(true) => "True".to_owned(),
        serde_json::Value::Bool(false) => "False".to_owned(),
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(python).collect();
            format!("[{}]", items.join(", "))
        }
        serde_json::Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name:?}: {}", python(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A function's parameters and result as type checkers read them.
pub(crate) fn stub(operation: &Operation) -> String {
    let positional = positional(operation);
    let mut words = Vec::new();
    for (at, parameter) in operation.parameters.iter().enumerate() {
        if at == positional {
            words.push("*".to_owned());
        }
        let mut hint = hint(parameter);
        let default = default(parameter);
        if default.as_deref() == Some("None") {
            hint.push_str(" | None");
        }
        let default = default.map_or(String::new(), |default| format!(" = {default}"));
        words.push(format!("{}: {hint}{default}", parameter.name));
    }
    let optional = if operation.optional { " | None" } else { "" };
    format!(
        "({}) -> {}{optional}",
        words.join(", "),
        result(operation.returns)
    )
}

fn hint(parameter: &Parameter) -> String {
    match parameter.kind {
        Kind::Count => "int",
        Kind::Number => "float",
        Kind::Flag => "bool",
        Kind::Choice => {
            let names: Vec<String> = parameter.choices.iter().map(|c| format!("{c:?}")).collect();
            return format!("Literal[{}]", names.join(", "));
        }
        Kind::Text => "str",
        Kind::Scale => "str | Mapping[str, float]",
        Kind::Sample => "Numbers | Mapping[str, float]",
        Kind::Counts | Kind::Numbers => "Numbers",
        Kind::Scores => "Scores",
        Kind::Texts => "Texts",
        Kind::Ids => "Ids",
        Kind::Instants => "Instants",
        // A list of whatever else there may come to be.
        _ => "Values",
    }
    .to_owned()
}

fn result(returns: &str) -> &str {
    match returns {
        "count" => "int",
        "number" => "float",
        "numbers" => "list[float]",
        "Measure" | "Interval" => returns,
        "Intervals" => "list[Interval]",
        _ => "Result",
    }
}
