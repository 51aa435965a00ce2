//! What is handed to an operation, as it lies nearest in memory.

use std::borrow::Cow;

use advocacy_core::operation::{Argument, Parameter};
use advocacy_core::{Column, Data, ErrorKind, Validity};
use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::PyOverflowError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::fault::{Fault, about};
use crate::{input, plain};

type Object<'a, 'py> = &'a Bound<'py, PyAny>;

/// One argument.
pub(crate) fn argument(
    given: Object<'_, '_>,
    parameter: &Parameter,
) -> PyResult<Argument<'static>> {
    read(given, parameter).map_err(|error| {
        about(error, |message| {
            Fault::new(ErrorKind::InvalidValue, message).in_field(parameter.name)
        })
    })
}

fn read(given: Object<'_, '_>, parameter: &Parameter) -> PyResult<Argument<'static>> {
    if given.is_none() {
        return Ok(Argument::Null);
    }
    if let Ok(list) = given.cast::<PyList>() {
        return of_list(list);
    }
    if let Ok(flag) = given.cast::<PyBool>() {
        return Ok(Argument::Flag(flag.is_true()));
    }
    if given.is_instance_of::<PyInt>() {
        return Ok(match given.extract::<i128>() {
            Ok(whole) => Argument::Whole(whole),
            Err(_) => Argument::Number(given.extract()?),
        });
    }
    if let Ok(float) = given.cast::<PyFloat>() {
        return Ok(Argument::Number(float.extract()?));
    }
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(Argument::Text(Cow::Owned(text.extract()?)));
    }
    if let Ok(record) = given.cast::<PyDict>() {
        let json = plain::from_json(&plain::dumps(record.as_any())?)?;
        return Ok(Argument::Json(Cow::Owned(json)));
    }
    if let Some(column) = of_array(given)? {
        return Ok(Argument::Column(column));
    }
    if let Ok(items) = given.cast::<PyTuple>() {
        return of_list(&items.to_list());
    }
    if given.hasattr("__len__")? {
        return input::values(given, parameter.name);
    }
    // One number of numpy's, a date, anything iterable.
    if given.hasattr("__index__")? {
        return Ok(Argument::Whole(given.call_method0("__index__")?.extract()?));
    }
    if given.hasattr("__float__")? {
        return Ok(Argument::Number(given.extract()?));
    }
    if let Ok(items) = given.try_iter() {
        return of_list(&PyList::new(
            given.py(),
            items.collect::<PyResult<Vec<_>>>()?,
        )?);
    }
    Ok(Argument::Text(Cow::Owned(text(given)?)))
}

/// An array of numpy's, copied once: operations hold nothing. Whole numbers are
/// read as the widest of their kind, for which the core has the short way.
fn of_array(given: Object<'_, '_>) -> PyResult<Option<Column<'static>>> {
    // Known by name: numpy may not be there. Subclasses may mean something else
    // by their memory: masks, for one.
    let array = given.get_type();
    if array.name()? != "ndarray" || array.module()? != "numpy" {
        return Ok(None);
    }
    // Byte order, kind and size: "<i4". Other than native has no short way.
    let kind = given.getattr(intern!(given.py(), "dtype"))?;
    let kind = kind.getattr(intern!(given.py(), "str"))?;
    let native = if cfg!(target_endian = "little") {
        '<'
    } else {
        '>'
    };
    let Some(kind) = kind
        .cast::<PyString>()?
        .to_str()?
        .strip_prefix([native, '|'])
    else {
        return Ok(None);
    };
    Ok(match kind {
        "u1" => items(given, |byte: u8| byte).map(|bytes| Data::U8(bytes.into())),
        "i1" => items::<i8, i64>(given, Into::into).map(wholes),
        "i2" => items::<i16, i64>(given, Into::into).map(wholes),
        "i4" => items::<i32, i64>(given, Into::into).map(wholes),
        "i8" => items(given, |whole: i64| whole).map(wholes),
        "u2" => items::<u16, i64>(given, Into::into).map(wholes),
        "u4" => items::<u32, i64>(given, Into::into).map(wholes),
        "u8" => items(given, |whole: u64| whole).map(|all| {
            let narrow = all.iter().map(|&whole| i64::try_from(whole));
            let narrow: Result<Vec<i64>, _> = narrow.collect();
            narrow.map_or_else(|_| Data::U64(all.into()), wholes)
        }),
        "f4" => items::<f32, f64>(given, Into::into).map(|all| Data::F64(all.into())),
        "f8" => items(given, |float: f64| float).map(|all| Data::F64(all.into())),
        _ => None,
    }
    .map(Column::new))
}

fn wholes(values: Vec<i64>) -> Data<'static> {
    Data::I64(values.into())
}

/// The array's numbers, if it has one dimension.
fn items<T: Element, W>(given: Object<'_, '_>, widen: impl Fn(T) -> W) -> Option<Vec<W>> {
    let buffer = PyBuffer::<T>::get(given).ok()?;
    if buffer.dimensions() != 1 {
        return None;
    }
    let values = buffer.to_vec(given.py()).ok()?;
    Some(values.into_iter().map(widen).collect())
}

/// A list: a column where its items are of one kind, JSON where they are not.
pub(crate) fn of_list(list: &Bound<'_, PyList>) -> PyResult<Argument<'static>> {
    if let Some(column) = numbers(list)? {
        return Ok(Argument::Column(column));
    }
    let mut items = Vec::with_capacity(list.len());
    for item in list.iter() {
        items.push(json(&item)?);
    }
    Ok(Argument::Json(Cow::Owned(serde_json::Value::Array(items))))
}

/// Numbers and gaps; `None` for any other list.
fn numbers(list: &Bound<'_, PyList>) -> PyResult<Option<Column<'static>>> {
    let rows = list.len();
    let mut wholes: Vec<i64> = Vec::with_capacity(rows);
    let mut known: Option<Vec<bool>> = None;
    let mut floats: Option<Vec<f64>> = None;
    for (row, item) in list.iter().enumerate() {
        if item.is_exact_instance_of::<PyInt>() {
            match item.extract::<i64>() {
                Ok(whole) => match &mut floats {
                    None => wholes.push(whole),
                    Some(floats) => floats.push(item.extract()?),
                },
                Err(error) if error.is_instance_of::<PyOverflowError>(list.py()) => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        } else if let Ok(float) = item.cast::<PyFloat>() {
            let float: f64 = float.extract()?;
            floats
                .get_or_insert_with(|| widened(&wholes, rows))
                .push(float);
        } else if item.is_none() {
            known.get_or_insert_with(|| vec![true; rows])[row] = false;
            match &mut floats {
                None => wholes.push(0),
                Some(floats) => floats.push(0.0),
            }
        } else if item.is_instance_of::<PyString>() || item.extract::<bool>().is_ok() {
            return Ok(None);
        } else if let Ok(whole) = item.extract::<i64>() {
            match &mut floats {
                None => wholes.push(whole),
                Some(floats) => floats.push(item.extract()?),
            }
        } else if let Ok(float) = item.extract::<f64>() {
            floats
                .get_or_insert_with(|| widened(&wholes, rows))
                .push(float);
        } else {
            return Ok(None);
        }
    }
    let data = match floats {
        None => Data::I64(wholes.into()),
        Some(floats) => Data::F64(floats.into()),
    };
    let column = Column::new(data);
    Ok(match known {
        None => Some(column),
        Some(known) => column.with_validity(Validity::Flags(known.into())).ok(),
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "among floats, whole numbers are floats"
)]
fn widened(wholes: &[i64], rows: usize) -> Vec<f64> {
    let mut floats = Vec::with_capacity(rows);
    floats.extend(wholes.iter().map(|&whole| whole as f64));
    floats
}

/// One item of a mixed list. JSON has no NaN: a list that holds one is told of
/// as the core would.
fn json(item: Object<'_, '_>) -> PyResult<serde_json::Value> {
    if item.is_none() {
        return Ok(serde_json::Value::Null);
    }
    if let Ok(flag) = item.extract::<bool>() {
        return Ok(flag.into());
    }
    if let Ok(text) = item.cast::<PyString>() {
        return Ok(serde_json::Value::String(text.extract()?));
    }
    if item.is_instance_of::<PyDict>() || item.is_instance_of::<PyList>() {
        return plain::from_json(&plain::dumps(item)?);
    }
    if let Ok(whole) = item.extract::<i64>() {
        return Ok(whole.into());
    }
    if let Ok(whole) = item.extract::<u64>() {
        return Ok(whole.into());
    }
    if let Ok(float) = item.extract::<f64>() {
        return Ok(float.into());
    }
    Ok(serde_json::Value::String(text(item)?))
}

/// Text of a thing: dates and times in ISO 8601.
fn text(given: Object<'_, '_>) -> PyResult<String> {
    match given.call_method0("isoformat") {
        Ok(iso) => iso.extract(),
        Err(_) => given.str()?.extract(),
    }
}
