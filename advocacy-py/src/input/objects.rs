//! Columns of Python objects, read by what the schema says they hold.

use advocacy_core::{Buffer, Column, ColumnType, Data, ErrorKind, Texts, TimeUnit, Validity};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

use crate::fault::Fault;

use super::arrow::{blank, split, whole_id};
use super::{Place, times};

type Object<'a, 'py> = &'a Bound<'py, PyAny>;

/// The core's column.
pub(super) fn column(objects: &[Bound<'_, PyAny>], place: &Place<'_>) -> PyResult<Column<'static>> {
    let holds = place.schema.map_or(ColumnType::Text, |schema| schema.holds);
    if objects.iter().all(Bound::is_none) {
        let column = Column::new(blank(holds, objects.len()));
        return known(column, vec![false; objects.len()]);
    }
    match holds {
        ColumnType::Id => ids(objects, place),
        ColumnType::Names => lists(objects, place),
        ColumnType::Time => read(objects, place, time, |ticks| {
            Data::Time(ticks.into(), TimeUnit::Micro)
        }),
        ColumnType::Flag => read(objects, place, flag, |flags| Data::Bool(flags.into())),
        ColumnType::Name | ColumnType::Text => read(objects, place, text, |texts| {
            Data::Text(Texts::Strings(texts.into_iter().map(Into::into).collect()))
        }),
        ColumnType::Number => read(objects, place, number, |numbers| Data::F64(numbers.into())),
        _ => read(objects, place, count, |counts| Data::U64(counts.into())),
    }
}

/// One value a row; `None` is missing.
fn read<'py, T: Default>(
    objects: &[Bound<'py, PyAny>],
    place: &Place<'_>,
    one: impl Fn(Object<'_, 'py>, &Place<'_>) -> Result<T, Fault>,
    data: impl FnOnce(Vec<T>) -> Data<'static>,
) -> PyResult<Column<'static>> {
    let mut values = Vec::with_capacity(objects.len());
    let mut flags = Vec::with_capacity(objects.len());
    for (row, object) in objects.iter().enumerate() {
        let missing = is_missing(object, place);
        flags.push(!missing);
        values.push(if missing {
            T::default()
        } else {
            one(object, place).map_err(|fault| fault.at_row(row))?
        });
    }
    known(Column::new(data(values)), flags)
}

fn known(column: Column<'static>, flags: Vec<bool>) -> PyResult<Column<'static>> {
    if flags.iter().all(|&known| known) {
        return Ok(column);
    }
    let validity = Validity::Flags(Buffer::Owned(flags));
    column
        .with_validity(validity)
        .map_err(|error| Fault::from(error).into())
}

fn is_missing(object: Object<'_, '_>, place: &Place<'_>) -> bool {
    object.is_none()
        || place.nan_is_missing
            && object
                .cast::<PyFloat>()
                .is_ok_and(|float| float.extract::<f64>().is_ok_and(f64::is_nan))
}

fn wrong(object: Object<'_, '_>, wanted: &str, place: &Place<'_>) -> Fault {
    let kind = object
        .get_type()
        .name()
        .map_or_else(|_| "object".to_owned(), |name| name.to_string());
    place.fault(
        ErrorKind::InvalidValue,
        format!("{wanted} is wanted, not {kind}"),
    )
}

/// Ids are integers, or all text where any is, as in the rows of the core.
fn ids(objects: &[Bound<'_, PyAny>], place: &Place<'_>) -> PyResult<Column<'static>> {
    if objects.iter().any(PyAnyMethods::is_instance_of::<PyString>) {
        return read(objects, place, text_id, |texts| {
            Data::Text(Texts::Strings(texts.into_iter().map(Into::into).collect()))
        });
    }
    read(objects, place, whole, |ids| Data::I64(ids.into()))
}

fn text_id(object: Object<'_, '_>, place: &Place<'_>) -> Result<String, Fault> {
    if object.is_instance_of::<PyString>() {
        return object
            .extract()
            .map_err(|_| wrong(object, "an integer or text id", place));
    }
    Ok(whole(object, place)?.to_string())
}

fn whole(object: Object<'_, '_>, place: &Place<'_>) -> Result<i64, Fault> {
    if let Ok(float) = object.cast::<PyFloat>() {
        let float = float.extract().unwrap_or(f64::NAN);
        return whole_id(float).map_err(|(kind, message)| place.fault(kind, message));
    }
    if object.is_instance_of::<PyBool>() || object.is_instance_of::<PyString>() {
        return Err(wrong(object, "an integer id", place));
    }
    object.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(object.py()) {
            let message = format!("id {object} is beyond 64 bits");
            return place.fault(ErrorKind::OutOfRange, message);
        }
        wrong(object, "an integer or text id", place)
    })
}

fn text(object: Object<'_, '_>, place: &Place<'_>) -> Result<String, Fault> {
    let text = object.cast::<PyString>();
    let text = text.map_err(|_| wrong(object, "text", place))?;
    text.extract()
        .map_err(|_| place.fault(ErrorKind::InvalidValue, "text that is not UTF-8"))
}

fn flag(object: Object<'_, '_>, place: &Place<'_>) -> Result<bool, Fault> {
    object
        .extract()
        .map_err(|_| wrong(object, "true or false", place))
}

fn count(object: Object<'_, '_>, place: &Place<'_>) -> Result<u64, Fault> {
    if object.is_instance_of::<PyBool>() || object.is_instance_of::<PyString>() {
        return Err(wrong(object, "a whole number", place));
    }
    match object.extract::<u64>() {
        Ok(count) => Ok(count),
        Err(error) => match object.extract::<f64>() {
            Ok(float) if float < 0.0 => whole_count(float, place),
            Ok(_) if error.is_instance_of::<PyOverflowError>(object.py()) => {
                let message = format!("{object} is beyond {}", u64::MAX);
                Err(place.fault(ErrorKind::OutOfRange, message))
            }
            Ok(float) => whole_count(float, place),
            Err(_) => Err(wrong(object, "a whole number", place)),
        },
    }
}

fn number(object: Object<'_, '_>, place: &Place<'_>) -> Result<f64, Fault> {
    if object.is_instance_of::<PyBool>() || object.is_instance_of::<PyString>() {
        return Err(wrong(object, "a number", place));
    }
    object
        .extract()
        .map_err(|_| wrong(object, "a number", place))
}

/// A float that is a count, by the core's own reading of one.
fn whole_count(float: f64, place: &Place<'_>) -> Result<u64, Fault> {
    advocacy_core::whole_count(float).map_err(|error| {
        Fault::from(error)
            .in_table(place.table)
            .in_field(place.field)
    })
}

fn time(object: Object<'_, '_>, place: &Place<'_>) -> Result<i64, Fault> {
    let written: PyResult<String> = if object.is_instance_of::<PyString>() {
        object.extract()
    } else if object.is_instance_of::<PyInt>() || object.is_instance_of::<PyFloat>() {
        return Err(wrong(object, "a timestamp", place));
    } else if let Ok(iso) = object.call_method0("isoformat") {
        iso.extract()
    } else {
        // numpy's datetime64 writes itself in ISO 8601.
        object.str().and_then(|text| text.extract())
    };
    let written = written.map_err(|_| wrong(object, "a timestamp", place))?;
    times::of_text(&written, place)
        .map_err(|fault| fault.in_table(place.table).in_field(place.field))
}

/// Several names a row: a list, one text (`a;b`), or a dict of tags.
fn lists(objects: &[Bound<'_, PyAny>], place: &Place<'_>) -> PyResult<Column<'static>> {
    read_lists(objects, place).map(Column::lists)
}

fn read_lists(objects: &[Bound<'_, PyAny>], place: &Place<'_>) -> PyResult<Vec<Vec<String>>> {
    let mut out = Vec::with_capacity(objects.len());
    for (row, object) in objects.iter().enumerate() {
        let names = if is_missing(object, place) {
            Vec::new()
        } else {
            names(object, place).map_err(|fault| fault.at_row(row))?
        };
        out.push(names);
    }
    Ok(out)
}

fn names(object: Object<'_, '_>, place: &Place<'_>) -> Result<Vec<String>, Fault> {
    let wanted = "a list of text";
    if object.is_instance_of::<PyString>() {
        return Ok(split(&text(object, place)?));
    }
    let mut out = Vec::new();
    if let Ok(tags) = object.cast::<PyDict>() {
        for (name, values) in tags {
            let name = text(&name, place)?;
            for value in names(&values, place)? {
                out.push(format!("{name}={value}"));
            }
        }
        return Ok(out);
    }
    for item in object
        .try_iter()
        .map_err(|_| wrong(object, wanted, place))?
    {
        let item = item.map_err(|_| wrong(object, wanted, place))?;
        out.push(text(&item, place)?);
    }
    Ok(out)
}
