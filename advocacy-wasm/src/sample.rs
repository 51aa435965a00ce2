//! The sample company as tables of rows.

use advocacy_core::{Column, Data, Frame, Timestamp, sample::rows};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use wasm_bindgen::prelude::*;

use crate::fault::told;
use crate::names::camel;

/// The sample company as tables of rows, as JSON.
///
/// # Errors
/// None.
#[wasm_bindgen]
pub fn sample() -> Result<String, JsValue> {
    let rows = rows();
    Ok(told(&Tables {
        currency: rows.currency.map(|currency| currency.to_string()),
        frames: rows.frames(),
    })?)
}

struct Tables<'f> {
    currency: Option<String>,
    frames: Vec<(&'static str, Frame<'f>)>,
}

impl Serialize for Tables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tables = serializer.serialize_map(None)?;
        tables.serialize_entry("currency", &self.currency)?;
        for (name, frame) in &self.frames {
            tables.serialize_entry(&key(name), &Rows(frame))?;
        }
        tables.end()
    }
}

fn key(name: &str) -> String {
    let mut key = String::new();
    camel(name, &mut key);
    key
}

struct Rows<'f>(&'f Frame<'f>);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = self.0.names();
        let columns: Vec<_> = names
            .filter_map(|name| Some((key(name), self.0.get(name)?)))
            .collect();
        let mut rows = serializer.serialize_seq(None)?;
        for at in 0..self.0.rows() {
            rows.serialize_element(&Row {
                columns: &columns,
                at,
            })?;
        }
        rows.end()
    }
}

struct Row<'r> {
    columns: &'r [(String, &'r Column<'r>)],
    at: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_map(None)?;
        for (name, column) in self.columns {
            row.serialize_entry(
                name,
                &Cell {
                    column,
                    at: self.at,
                },
            )?;
        }
        row.end()
    }
}

struct Cell<'r> {
    column: &'r Column<'r>,
    at: usize,
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { column, at } = *self;
        if !column.is_known(at) {
            return serializer.serialize_none();
        }
        match column.data() {
            Data::U8(values) => values.get(at).serialize(serializer),
            Data::U16(values) => values.get(at).serialize(serializer),
            Data::U32(values) => values.get(at).serialize(serializer),
            Data::U64(values) => values.get(at).serialize(serializer),
            Data::I32(values) => values.get(at).serialize(serializer),
            Data::I64(values) => values.get(at).serialize(serializer),
            Data::F64(values) => values.get(at).serialize(serializer),
            Data::Bool(values) => values.get(at).serialize(serializer),
            Data::Time(values, unit) => {
                let micros = |&ticks: &i64| match unit.per_second() {
                    many @ 1_000_000.. => ticks / (many / 1_000_000),
                    few => ticks.saturating_mul(1_000_000 / few),
                };
                let at = values
                    .get(at)
                    .map(|ticks| Timestamp::from_micros(micros(ticks)));
                at.and_then(Result::ok).serialize(serializer)
            }
            Data::Text(texts) => texts.get(at).serialize(serializer),
            Data::Dictionary { .. } => serializer.serialize_none(),
            Data::List { offsets, values } => {
                let edge = |at: usize| usize::try_from(offsets.get(at).copied().unwrap_or(0));
                let (Ok(start), Ok(end)) = (edge(at), edge(at + 1)) else {
                    return serializer.serialize_none();
                };
                let texts: Vec<_> = (start..end).map(|at| values.get(at)).collect();
                texts.serialize(serializer)
            }
        }
    }
}
