//! Errors of the core as errors of JavaScript.

use advocacy_core::{Error, ErrorKind};
use wasm_bindgen::prelude::*;

use crate::json::{Failed, Outline, json, json_form, json_outline, json_shared};

#[wasm_bindgen(raw_module = "../error.js")]
extern "C" {
    /// `class AdvocacyError extends Error`.
    #[wasm_bindgen(js_name = AdvocacyError)]
    type Thrown;

    #[wasm_bindgen(constructor, js_class = AdvocacyError)]
    fn new(
        message: &str,
        code: &str,
        table: Option<String>,
        field: Option<String>,
        row: Option<f64>,
        line: Option<f64>,
    ) -> Thrown;
}

/// What is thrown.
#[derive(Debug)]
pub(crate) struct Fault {
    message: String,
    code: &'static str,
    table: Option<String>,
    field: Option<String>,
    row: Option<u64>,
    /// The line of a file, from 1.
    line: Option<u64>,
}

impl Fault {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: kind.code(),
            table: None,
            field: None,
            row: None,
            line: None,
        }
    }

    pub(crate) fn in_table(mut self, table: &str) -> Self {
        self.table = Some(table.to_owned());
        self
    }

    pub(crate) fn in_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    pub(crate) fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    pub(crate) fn on_line(mut self, line: Option<u64>) -> Self {
        self.line = line;
        self
    }

    /// A file that is no table.
    pub(crate) fn unreadable(table: &str, line: u64, message: &str) -> Self {
        Self::new(ErrorKind::UnreadableFile, message)
            .in_table(table)
            .on_line(Some(line))
    }

    pub(crate) fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    pub(crate) fn row(&self) -> Option<u64> {
        self.row
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self {
            message: error.to_string(),
            code: error.code(),
            table: error.table().map(str::to_owned),
            field: error.field().map(str::to_owned),
            row: error.row(),
            line: None,
        }
    }
}

impl From<Failed> for Fault {
    fn from(failed: Failed) -> Self {
        Self::new(ErrorKind::InvalidValue, failed.to_string())
    }
}

#[expect(clippy::cast_precision_loss, reason = "no input has 2^53 rows")]
fn number(whole: Option<u64>) -> Option<f64> {
    whole.map(|whole| whole as f64)
}

impl From<Fault> for JsValue {
    fn from(fault: Fault) -> Self {
        Thrown::new(
            &fault.message,
            fault.code,
            fault.table,
            fault.field,
            number(fault.row),
            number(fault.line),
        )
        .into()
    }
}

/// A result as JSON, which the caller parses.
pub(crate) fn told(value: &impl serde::Serialize) -> Result<String, Fault> {
    Ok(json(value)?)
}

/// A short result in outline and its numbers, after a first one for its form; of
/// a long one that number alone.
pub(crate) fn told_outline(
    value: &impl serde::Serialize,
    first: f64,
) -> Result<(Outline, Vec<f64>), Fault> {
    Ok(json_outline(value, first)?)
}

/// The form of a result, to which the caller puts its numbers.
pub(crate) fn told_form(value: &impl serde::Serialize) -> Result<String, Fault> {
    Ok(json_form(value)?)
}

/// A result of many measures as JSON and their numbers, which the caller links.
pub(crate) fn told_shared(value: &impl serde::Serialize) -> Result<(String, Vec<f64>), Fault> {
    Ok(json_shared(value)?)
}
