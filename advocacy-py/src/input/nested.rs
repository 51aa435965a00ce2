//! Tables within tables: the memberships of an advocate as a list of structs.
//!
//! A column that bears the name of another table, and not one of its own
//! table's, holds that table's rows. The parent's id stands in the child's
//! column of references to it.

use advocacy_core::{ColumnType, SCHEMAS, TableSchema};
use arrow_array::cast::AsArray;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::fault::{Fault, OrRaise};

use super::arrow::Values;
use super::{Given, Source, layout};

/// The table of that name, if there is one.
pub(super) fn child(name: &str) -> Option<&'static TableSchema> {
    SCHEMAS.iter().find(|schema| schema.name == name)
}

/// The child's column that says whose rows they are.
fn whose(child: &TableSchema) -> Option<&'static str> {
    let columns = child.columns.iter();
    let mut references = columns
        .filter(|column| column.required && column.holds == ColumnType::Id && column.name != "id");
    references.next().map(|column| column.name)
}

/// The child's columns; `None` where the column holds no rows.
pub(super) fn rows<'py>(
    source: &Source<'py>,
    ids: &Source<'py>,
    child: &TableSchema,
) -> PyResult<Option<Vec<Source<'py>>>> {
    let Some(whose) = whose(child) else {
        return Ok(None);
    };
    match (&source.values, &ids.values) {
        (Given::Values(lists), Given::Values(ids)) => {
            structs(lists, ids, whose, source.nan_is_missing).or_raise()
        }
        (Given::Objects(lists), Given::Objects(ids)) => dicts(lists, ids, whose, child, source),
        _ => Ok(None),
    }
}

/// Arrow's lists of structs.
fn structs<'py>(
    lists: &Values,
    ids: &Values,
    whose: &str,
    nan_is_missing: bool,
) -> Result<Option<Vec<Source<'py>>>, Fault> {
    let Some(layout::Lists { values, rows }) = layout::lists(&lists.array) else {
        return Ok(None);
    };
    let Some(fields) = values.as_struct_opt() else {
        return Ok(None);
    };
    let (mut parents, mut places) = (Vec::new(), Vec::new());
    for (row, items) in rows.into_iter().enumerate() {
        if lists.is_known(row) {
            parents.extend(items.clone().map(|_| Some(row)));
            places.extend(items.map(Some));
        }
    }
    let named = |name: &str, values| Source {
        name: name.to_owned(),
        values: Given::Values(Values::new(values)),
        nan_is_missing,
    };
    let mut sources = vec![named(
        whose,
        layout::taken(&ids.array, parents.into_iter())?,
    )];
    for (name, column) in fields.column_names().iter().zip(fields.columns()) {
        if *name != whose {
            sources.push(named(name, layout::taken(column, places.iter().copied())?));
        }
    }
    Ok(Some(sources))
}

/// Python's lists of dicts.
fn dicts<'py>(
    lists: &[Bound<'py, PyAny>],
    ids: &[Bound<'py, PyAny>],
    whose: &str,
    child: &TableSchema,
    source: &Source<'py>,
) -> PyResult<Option<Vec<Source<'py>>>> {
    let mut rows = Vec::new();
    let mut py = None;
    for (list, id) in lists.iter().zip(ids) {
        py = Some(list.py());
        if list.is_none() {
            continue;
        }
        let Ok(items) = list.cast::<PyList>() else {
            return Ok(None);
        };
        for item in items.iter() {
            let Ok(item) = item.cast::<PyDict>() else {
                return Ok(None);
            };
            let row = item.copy()?;
            row.set_item(whose, id)?;
            rows.push(row);
        }
    }
    let Some(py) = py else {
        return Ok(None);
    };
    let rows = PyList::new(py, rows)?;
    let mut sources = super::sources(child, rows.as_any())?;
    for source_of_child in &mut sources {
        source_of_child.nan_is_missing = source.nan_is_missing;
    }
    Ok(Some(sources))
}
