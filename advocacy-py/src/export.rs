//! Tables as Arrow: a column per dimension, per metric, and per end of its
//! interval.

use std::sync::Arc;

use advocacy_core::{Id, KeyValue, Measure, Number, Part, Row, Table, Unit};
use arrow_array::cast::AsArray;
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, RecordBatchIterator,
    StringArray, UInt64Array,
};
use arrow_schema::{Field, Schema};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};

use crate::table::unwritable;

/// What is written, in order.
type Columns = Vec<(String, ArrayRef)>;

/// 1970-01-01 in days of the common era.
const EPOCH: i32 = 719_163;

/// The first local day of a bucket.
fn first_day(value: &KeyValue) -> Option<i32> {
    match value {
        KeyValue::Bucket(bucket) => {
            let period = &bucket.period;
            let date = period.zone().date_of(period.start());
            Some(chrono::Datelike::num_days_from_ce(&date) - EPOCH)
        }
        _ => None,
    }
}

/// A dimension: dates for steps of time, ids as they are, names as text; the
/// names of things stand beside their ids.
fn dimension(name: &str, values: &[&KeyValue], out: &mut Columns) {
    let some = |test: fn(&KeyValue) -> bool| values.iter().any(|value| test(value));
    if some(|value| matches!(value, KeyValue::Bucket(_))) {
        let days: Date32Array = values.iter().map(|value| first_day(value)).collect();
        out.push((name.to_owned(), Arc::new(days)));
        return;
    }
    let id = |value: &KeyValue| match value {
        KeyValue::Thing { id, .. } => Some(id.clone()),
        _ => None,
    };
    let whole = |value: &KeyValue| match id(value) {
        Some(Id::Integer(id)) => Some(id),
        _ => None,
    };
    if some(|value| {
        matches!(
            value,
            KeyValue::Thing {
                id: Id::Integer(_),
                ..
            }
        )
    }) {
        let ids: Int64Array = values.iter().map(|value| whole(value)).collect();
        out.push((name.to_owned(), Arc::new(ids)));
    } else {
        let text = |value: &&KeyValue| match value {
            KeyValue::None => None,
            KeyValue::Thing { id, .. } => Some(id.to_string()),
            other => Some(other.to_string()),
        };
        let texts: StringArray = values.iter().map(text).collect();
        out.push((name.to_owned(), Arc::new(texts)));
    }
    if some(|value| matches!(value, KeyValue::Thing { label: Some(_), .. })) {
        let label = |value: &&KeyValue| match value {
            KeyValue::Thing { label, .. } => label.clone(),
            _ => None,
        };
        let labels: StringArray = values.iter().map(label).collect();
        out.push((format!("{name}_name"), Arc::new(labels)));
    }
}

/// Counts as integers, anything else as floats; missing is null.
fn numbers(values: &[Option<Number>], counted: bool) -> ArrayRef {
    let real = values
        .iter()
        .any(|value| matches!(value, Some(Number::Real(_))));
    if !counted || real {
        let floats: Float64Array = values
            .iter()
            .map(|value| value.map(Number::as_f64))
            .collect();
        return Arc::new(floats);
    }
    let count = |value: &Option<Number>| match value {
        Some(Number::Count(count)) => Some(*count),
        _ => None,
    };
    let counts = values.iter().map(count);
    let signed = counts
        .clone()
        .map(|count| count.map(i64::try_from).transpose());
    match signed.collect::<Result<Vec<_>, _>>() {
        Ok(signed) => Arc::new(Int64Array::from(signed)),
        Err(_) => Arc::new(counts.collect::<UInt64Array>()),
    }
}

fn floats(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

/// A metric, the ends of its interval, what it is compared with, and in detail
/// what it is made of.
fn metric(name: &str, at: usize, rows: &[Row], detail: bool, out: &mut Columns) {
    let measures: Vec<&Measure> = rows.iter().filter_map(|row| row.measures.get(at)).collect();
    let each = |of: fn(&Measure) -> Option<Number>| -> Vec<Option<Number>> {
        measures.iter().map(|measure| of(measure)).collect()
    };
    let counted = measures.iter().all(|measure| {
        matches!(
            measure.unit(),
            Unit::People | Unit::Shares | Unit::Items | Unit::Count | Unit::Money(_)
        )
    });
    out.push((name.to_owned(), numbers(&each(Measure::number), counted)));
    if measures.iter().any(|measure| measure.interval().is_some()) {
        let intervals = || measures.iter().map(|measure| measure.interval());
        let (low, high) = (format!("{name}_low"), format!("{name}_high"));
        out.push((low, floats(intervals().map(|i| i.map(|i| i.low)))));
        out.push((high, floats(intervals().map(|i| i.map(|i| i.high)))));
    }
    if rows.iter().any(|row| !row.comparisons.is_empty()) {
        let beside = || {
            rows.iter()
                .map(|row| row.comparisons.get(at).and_then(Option::as_ref))
        };
        let baseline = beside().map(|c| c.and_then(|c| c.baseline.number()));
        let baseline: Vec<_> = baseline.collect();
        out.push((format!("{name}_baseline"), numbers(&baseline, counted)));
        let difference = beside().map(|c| c.and_then(|c| c.difference));
        out.push((format!("{name}_difference"), floats(difference)));
        let ratio = beside().map(|c| c.and_then(|c| c.ratio));
        out.push((format!("{name}_ratio"), floats(ratio)));
    }
    if !detail {
        return;
    }
    let part = |part: Option<&Part>| part.and_then(|part| part.value);
    let above: Vec<_> = measures.iter().map(|m| part(m.numerator())).collect();
    let below: Vec<_> = measures.iter().map(|m| part(m.denominator())).collect();
    out.push((format!("{name}_numerator"), numbers(&above, true)));
    out.push((format!("{name}_denominator"), numbers(&below, true)));
    let states: StringArray = measures.iter().map(|m| Some(m.state().as_str())).collect();
    out.push((format!("{name}_state"), Arc::new(states)));
    out.push((
        format!("{name}_coverage"),
        floats(
            measures
                .iter()
                .map(|m| m.coverage().and_then(advocacy_core::Coverage::share)),
        ),
    ));
}

fn all(table: &Table, detail: bool) -> Columns {
    let mut out = Columns::new();
    for (at, by) in table.dimensions.iter().enumerate() {
        let values: Vec<&KeyValue> = table
            .rows
            .iter()
            .filter_map(|row| row.key.get(at))
            .collect();
        dimension(&by.to_string(), &values, &mut out);
    }
    // Undivided, the total is the one row.
    let total = std::slice::from_ref(&table.total);
    let rows = if table.dimensions.is_empty() {
        total
    } else {
        &table.rows
    };
    for (at, name) in table.columns.iter().enumerate() {
        metric(name, at, rows, detail, &mut out);
    }
    out
}

fn batch(table: &Table, detail: bool) -> PyResult<RecordBatch> {
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for (name, array) in all(table, detail) {
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|e| unwritable(&e))
}

/// The table as a stream of one batch. Whoever asks for other types casts by
/// themselves, as the interface allows.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    table: &Table,
    detail: bool,
) -> PyResult<Bound<'py, PyCapsule>> {
    let batch = batch(table, detail)?;
    let schema = batch.schema();
    let reader = RecordBatchIterator::new([Ok(batch)], schema);
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

/// The stream's schema.
pub(crate) fn schema<'py>(py: Python<'py>, table: &Table) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = batch(table, false)?.schema();
    let schema = FFI_ArrowSchema::try_from(schema.as_ref()).map_err(|e| unwritable(&e))?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

/// What pyarrow and polars take: a table with or without detail.
#[pyclass(frozen)]
pub(crate) struct Stream {
    table: Table,
    detail: bool,
}

impl Stream {
    pub(crate) fn new(py: Python<'_>, table: &Table, detail: bool) -> PyResult<Py<Self>> {
        Py::new(
            py,
            Self {
                table: table.clone(),
                detail,
            },
        )
    }
}

#[pymethods]
impl Stream {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        stream(py, &self.table, self.detail)
    }
}

/// The columns as lists, for whoever has no Arrow: name, type and values.
pub(crate) fn columns<'py>(
    py: Python<'py>,
    table: &Table,
    detail: bool,
) -> PyResult<Bound<'py, PyList>> {
    let out = PyList::empty(py);
    for (name, array) in all(table, detail) {
        let known = |at: usize| array.is_valid(at);
        let rows = 0..array.len();
        let (kind, values) = if let Some(dates) = array.as_primitive_opt::<Date32Type>() {
            let days = rows.map(|at| known(at).then(|| dates.value(at)));
            ("date", PyList::new(py, days)?)
        } else if let Some(counts) = array.as_primitive_opt::<Int64Type>() {
            (
                "int64",
                PyList::new(py, rows.map(|at| known(at).then(|| counts.value(at))))?,
            )
        } else if let Some(counts) = array.as_primitive_opt::<UInt64Type>() {
            (
                "uint64",
                PyList::new(py, rows.map(|at| known(at).then(|| counts.value(at))))?,
            )
        } else if let Some(floats) = array.as_primitive_opt::<Float64Type>() {
            (
                "float64",
                PyList::new(py, rows.map(|at| known(at).then(|| floats.value(at))))?,
            )
        } else {
            let texts = array.as_string::<i32>();
            (
                "text",
                PyList::new(py, rows.map(|at| known(at).then(|| texts.value(at))))?,
            )
        };
        out.append((name, kind, values))?;
    }
    Ok(out)
}
