//! Tables as data scientists have them, into the core's frames.
//!
//! `advocacy._input` (Python) finds out what an object is; here its columns
//! become the core's, by what the schema says they hold. Nothing is copied
//! that lies in memory as the core reads it.

mod arrow;
mod layout;
mod nested;
mod objects;
mod times;

use std::collections::BTreeMap;

use advocacy_core::operation::Argument;
use advocacy_core::{
    Buffer, Column, ColumnSchema, Data, ErrorKind, Frame, Program, ProgramBuilder, SCHEMAS,
    TableSchema, Zone,
};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple};
use pyo3_arrow::buffer::AnyBufferProtocol;
use pyo3_arrow::input::{AnyArray, AnyRecordBatch};

use crate::arguments::of_list;
use crate::fault::{Fault, OrRaise, about};

use self::arrow::Values;

/// Where a column is and how it is to be read.
#[derive(Clone, Copy)]
struct Place<'p> {
    table: &'p str,
    field: &'p str,
    /// What the schema says of it; `None` for a column it does not know.
    schema: Option<&'static ColumnSchema>,
    /// The zone of naive times.
    zone: Option<&'p Zone>,
    /// NaN is missing: so in pandas, and nowhere else.
    nan_is_missing: bool,
}

impl Place<'_> {
    fn fault(&self, kind: ErrorKind, message: impl Into<String>) -> Fault {
        Fault::new(kind, message)
            .in_table(self.table)
            .in_field(self.field)
    }
}

/// Their column names to ours, for all tables or for one.
#[derive(Debug, Default)]
struct Renames {
    everywhere: BTreeMap<String, String>,
    by_table: BTreeMap<String, BTreeMap<String, String>>,
}

impl Renames {
    fn read(columns: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut renames = Self::default();
        for (key, value) in columns.into_iter().flatten() {
            let key: String = key.extract()?;
            if let Ok(ours) = value.extract::<String>() {
                renames.everywhere.insert(key, ours);
            } else {
                renames.by_table.insert(key, value.extract()?);
            }
        }
        Ok(renames)
    }

    fn of<'r>(&'r self, table: &str, theirs: &'r str) -> &'r str {
        let own = self.by_table.get(table).and_then(|own| own.get(theirs));
        own.or_else(|| self.everywhere.get(theirs))
            .map_or(theirs, String::as_str)
    }
}

/// What a programme is built of.
pub(crate) struct Tables<'t, 'py> {
    pub(crate) named: Vec<(String, Bound<'py, PyAny>)>,
    pub(crate) columns: Option<&'t Bound<'py, PyDict>>,
    pub(crate) zone: Option<&'t Zone>,
}

impl Tables<'_, '_> {
    /// A builder holding these tables.
    pub(crate) fn builder(&self) -> PyResult<ProgramBuilder<'static>> {
        let renames = Renames::read(self.columns)?;
        let mut builder = Program::builder();
        let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, object) in &self.named {
            let Some(schema) = SCHEMAS.iter().find(|schema| schema.name == name) else {
                // The core names the tables it knows.
                builder = builder.table(name, Frame::new());
                continue;
            };
            if object.cast::<PyList>().is_ok_and(PyListMethods::is_empty) {
                // No rows say no columns: as if the table were not given.
                continue;
            }
            let in_table = |message| Fault::new(ErrorKind::InvalidValue, message).in_table(name);
            let read = self.frames(schema, object, &renames);
            let read = read.map_err(|error| about(error, in_table))?;
            for (table, frame, theirs) in read {
                if given.insert(table.to_owned(), theirs).is_some() {
                    return Err(Fault::new(
                        ErrorKind::DuplicateId,
                        format!("table {table} is given twice: by itself and within {name}"),
                    )
                    .in_table(table)
                    .into());
                }
                builder = builder.table(table, frame);
            }
        }
        check_renames(&renames, &given)?;
        Ok(builder)
    }

    /// The frame of a table, those of the tables nested in it, and the names
    /// its columns came under.
    fn frames(
        &self,
        schema: &'static TableSchema,
        object: &Bound<'_, PyAny>,
        renames: &Renames,
    ) -> PyResult<Vec<(&'static str, Frame<'static>, Vec<String>)>> {
        let mut found = Vec::new();
        let mut frame = Frame::new();
        let mut theirs = Vec::new();
        let sources = sources(schema, object)?;
        let is_id = |source: &Source<'_>| renames.of(schema.name, &source.name) == "id";
        let id = sources.iter().position(is_id);
        for source in &sources {
            let ours = renames.of(schema.name, &source.name);
            if schema.column(ours).is_none()
                && let Some(child) = nested::child(ours)
                && let Some(id) = id
                && let Some(rows) = nested::rows(source, &sources[id], child)?
            {
                let inner = self.frame(child, &rows, renames)?;
                found.push((child.name, inner.0, inner.1));
                continue;
            }
            frame = self.add(frame, schema, source, ours)?;
            theirs.push(source.name.clone());
        }
        found.insert(0, (schema.name, frame, theirs));
        Ok(found)
    }

    fn frame(
        &self,
        schema: &'static TableSchema,
        sources: &[Source<'_>],
        renames: &Renames,
    ) -> PyResult<(Frame<'static>, Vec<String>)> {
        let mut frame = Frame::new();
        for source in sources {
            let ours = renames.of(schema.name, &source.name);
            frame = self.add(frame, schema, source, ours)?;
        }
        let theirs = sources.iter().map(|source| source.name.clone()).collect();
        Ok((frame, theirs))
    }

    fn add(
        &self,
        frame: Frame<'static>,
        schema: &'static TableSchema,
        source: &Source<'_>,
        ours: &str,
    ) -> PyResult<Frame<'static>> {
        let place = Place {
            table: schema.name,
            field: ours,
            schema: schema.column(ours),
            zone: self.zone,
            nan_is_missing: source.nan_is_missing,
        };
        if frame.names().any(|name| name == ours) {
            let message = format!("column {ours} is there twice");
            return Err(place.fault(ErrorKind::DuplicateId, message).into());
        }
        let in_column = |message| place.fault(ErrorKind::InvalidValue, message);
        let column = source.column(&place);
        Ok(frame.column(ours, column.map_err(|error| about(error, in_column))?))
    }
}

/// A name to map that no table has is a slip of the pen, and so is one to map
/// to that no table knows.
fn check_renames(renames: &Renames, given: &BTreeMap<String, Vec<String>>) -> PyResult<()> {
    let fault = |kind, message| Fault::new(kind, message).in_field("columns");
    let check = |theirs: &str, ours: &str, table: Option<&str>| {
        let place = table.map_or(String::new(), |table| format!(" of {table}"));
        let is_meant = |name: &str| table.is_none_or(|table| table == name);
        let mut named = given.iter().filter(|(name, _)| is_meant(name));
        if !named.any(|(_, all)| all.iter().any(|name| name == theirs)) {
            let message = format!("columns names {theirs:?}, which is no column{place}");
            return Err(fault(ErrorKind::MissingColumn, message));
        }
        let mut known = SCHEMAS.iter().filter(|schema| is_meant(schema.name));
        if !known.any(|schema| schema.column(ours).is_some() || nested::child(ours).is_some()) {
            let message = format!("columns maps to {ours:?}, which no column{place} is called");
            return Err(fault(ErrorKind::UnknownName, message));
        }
        Ok(())
    };
    for (theirs, ours) in &renames.everywhere {
        check(theirs, ours, None)?;
    }
    for (table, names) in &renames.by_table {
        for (theirs, ours) in names {
            check(theirs, ours, Some(table))?;
        }
    }
    Ok(())
}

/// A column as it was handed in.
struct Source<'py> {
    name: String,
    values: Given<'py>,
    nan_is_missing: bool,
}

enum Given<'py> {
    Values(Values),
    Objects(Vec<Bound<'py, PyAny>>),
}

impl Source<'_> {
    fn rows(&self) -> usize {
        match &self.values {
            Given::Values(values) => values.rows(),
            Given::Objects(objects) => objects.len(),
        }
    }

    fn column(&self, place: &Place<'_>) -> PyResult<Column<'static>> {
        if place.schema.is_none() {
            // The core warns of it by name and reads no value.
            return Ok(Column::new(Data::Bool(Buffer::Owned(vec![
                false;
                self.rows()
            ]))));
        }
        match &self.values {
            Given::Values(values) => values
                .column(place)
                .map_err(|fault| fault.within(place.table, place.field))
                .or_raise(),
            Given::Objects(objects) => objects::column(objects, place),
        }
    }
}

/// The columns of whatever was handed in.
fn sources<'py>(schema: &TableSchema, object: &Bound<'py, PyAny>) -> PyResult<Vec<Source<'py>>> {
    static READ: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let read = READ.import(object.py(), "advocacy._input", "columns")?;
    let read = read.call1((schema.name, object))?;
    if let Ok(pairs) = read.cast::<pyo3::types::PyList>() {
        return pairs
            .iter()
            .map(|pair| source(schema.name, pair.cast::<PyTuple>()?))
            .collect();
    }
    of_batches(schema.name, &read)
}

/// The columns of an Arrow table or batch.
fn of_batches<'py>(table: &str, object: &Bound<'_, PyAny>) -> PyResult<Vec<Source<'py>>> {
    let reader = object.extract::<AnyRecordBatch>()?.into_reader()?;
    let schema = reader.schema();
    let mut chunks = vec![Vec::new(); schema.fields().len()];
    for batch in reader {
        let batch = batch.map_err(|error| {
            Fault::new(
                ErrorKind::InvalidValue,
                format!("Arrow data cannot be read: {error}"),
            )
            .in_table(table)
        })?;
        for (chunks, column) in chunks.iter_mut().zip(batch.columns()) {
            chunks.push(column.clone());
        }
    }
    let fields = schema.fields().iter();
    fields
        .zip(chunks)
        .map(|(field, chunks)| {
            let values = Values::of_chunks(&chunks, field.data_type())
                .map_err(|fault| fault.in_table(table).in_field(field.name()))?;
            Ok(Source {
                name: field.name().clone(),
                values: Given::Values(values),
                nan_is_missing: false,
            })
        })
        .collect()
}

/// One column, as `advocacy._input` describes it: name, kind, values, and what
/// the kind needs besides.
fn source<'py>(table: &str, described: &Bound<'py, PyTuple>) -> PyResult<Source<'py>> {
    let name: String = described.get_item(0)?.extract()?;
    let kind: String = described.get_item(1)?.extract()?;
    let given = described.get_item(2)?;
    let mask = described.get_item(3)?;
    let extra = described.get_item(4)?;
    let nan_is_missing: bool = described.get_item(5)?.extract()?;
    let fault = |message: String| {
        Fault::new(ErrorKind::InvalidValue, message)
            .in_table(table)
            .in_field(&name)
    };
    let values = match kind.as_str() {
        "objects" => Given::Objects(given.extract()?),
        "arrow" => {
            let (chunks, field) = given
                .extract::<AnyArray>()?
                .into_chunked_array()?
                .into_inner();
            Given::Values(
                Values::of_chunks(&chunks, field.data_type())
                    .map_err(|error| error.in_table(table).in_field(&name))?,
            )
        }
        _ => {
            let array = given
                .extract::<AnyBufferProtocol>()
                .map_err(|error| fault(format!("the array cannot be read: {error}")))?
                .into_arrow_array()?;
            let mut values = Values::new(array);
            if kind == "times" {
                let (unit, zoned): (String, bool) = extra.extract()?;
                values = values
                    .into_times(&unit, zoned)
                    .map_err(|error| error.in_table(table).in_field(&name))?;
            } else if kind == "codes" {
                values = values.into_codes(extra.extract()?);
            }
            if kind == "flags" {
                values = values.into_flags();
            }
            if !mask.is_none() {
                let mask = mask.extract::<AnyBufferProtocol>()?.into_arrow_array()?;
                values = values.without(&mask);
            }
            Given::Values(values)
        }
    };
    Ok(Source {
        name,
        values,
        nan_is_missing,
    })
}

/// One column of values, for an argument of that name.
pub(crate) fn values(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Argument<'static>> {
    static READ: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let read = READ.import(given.py(), "advocacy._input", "column")?;
    let described = read.call1((name, given))?;
    let Ok(described) = described.cast::<PyTuple>() else {
        return of_list(described.cast()?);
    };
    let source = source("", described)?;
    let place = Place {
        table: "",
        field: name,
        schema: None,
        zone: None,
        nan_is_missing: source.nan_is_missing,
    };
    match &source.values {
        Given::Values(values) => values.plain(&place).map(Argument::Column).or_raise(),
        Given::Objects(objects) => of_list(&PyList::new(given.py(), objects)?),
    }
}
