//! Ids to positions and back.

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::threads;

use super::column::{Buffer, Codes, Column, Data};
use super::id::Id;
use super::look::Seen;
use super::names::NONE;
use super::problems::Problems;
use super::text_ids::TextIds;

/// An id as it lies in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IdRef<'c> {
    Integer(i64),
    Text(&'c str),
}

impl IdRef<'_> {
    pub(crate) fn show(self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Text(text) => format!("{:?}", text.chars().take(80).collect::<String>()),
        }
    }

    pub(crate) fn to_id(self) -> Id {
        match self {
            Self::Integer(number) => Id::Integer(number),
            Self::Text(text) => Id::from(text),
        }
    }
}

impl<'c> From<&'c Id> for IdRef<'c> {
    fn from(id: &'c Id) -> Self {
        match id {
            Id::Integer(number) => Self::Integer(*number),
            Id::Text(text) => Self::Text(text),
        }
    }
}

/// The id at `row` of an id column; `None` when null.
///
/// # Errors
/// A column of another type, or a number beyond 64 bits signed.
pub(crate) fn id_at<'c>(column: &'c Column<'_>, row: usize) -> Result<Option<IdRef<'c>>> {
    if !column.is_known(row) {
        return Ok(None);
    }
    Ok(Some(match &column.data {
        Data::U8(values) => IdRef::Integer(values[row].into()),
        Data::U16(values) => IdRef::Integer(values[row].into()),
        Data::U32(values) => IdRef::Integer(values[row].into()),
        Data::I32(values) => IdRef::Integer(values[row].into()),
        Data::I64(values) => IdRef::Integer(values[row]),
        Data::U64(values) => IdRef::Integer(i64::try_from(values[row]).map_err(|_| {
            Error::new(
                ErrorKind::OutOfRange,
                format!("id {} is beyond {}", values[row], i64::MAX),
            )
        })?),
        Data::Text(texts) => match texts.get(row) {
            Some("") => return Ok(None),
            Some(text) => IdRef::Text(text),
            None => {
                return Err(Error::new(
                    ErrorKind::InvalidValue,
                    "text that is not UTF-8",
                ));
            }
        },
        Data::Dictionary { codes, names } => {
            let code = codes.at(row) as usize;
            match names.get(code) {
                Some(name) if name.is_empty() => return Ok(None),
                Some(name) => IdRef::Text(name),
                None => {
                    return Err(Error::new(
                        ErrorKind::OutOfRange,
                        format!("code {code} is beyond its dictionary of {}", names.len()),
                    ));
                }
            }
        }
        other => {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!("ids are integers or text, not {}", other.type_name()),
            ));
        }
    }))
}

/// The ids of a table, in row order, and the way back.
#[derive(Clone, Debug)]
pub(crate) enum Index {
    /// The ids are 0, 1, 2, …
    Dense(u32),
    /// Whole numbers.
    Integers {
        ids: Vec<i64>,
        at: FxHashMap<i64, u32>,
    },
    /// Texts.
    Texts(TextIds),
}

impl Default for Index {
    fn default() -> Self {
        Self::Dense(0)
    }
}

impl Index {
    /// The index over a unique id column.
    pub(crate) fn build(
        column: &Column<'_>,
        table: &'static str,
        problems: &mut Problems,
    ) -> Result<Self> {
        let rows = column.len();
        let place = |e: Error, row: usize| e.in_table(table).in_field("id").at_row(row);
        if u32::try_from(rows).is_err() {
            return Err(
                Error::new(ErrorKind::OutOfRange, format!("{rows} rows are too many"))
                    .in_table(table),
            );
        }
        if let (Data::U32(ids), None) = (&column.data, &column.validity)
            && ids.iter().enumerate().all(|(row, &id)| row == id as usize)
        {
            return Ok(Self::Dense(to_u32(rows)));
        }
        let texts = matches!(column.data, Data::Text(_) | Data::Dictionary { .. });
        let mut built = if texts {
            Self::Texts(TextIds::default())
        } else {
            Self::Integers {
                ids: Vec::with_capacity(rows),
                at: FxHashMap::default(),
            }
        };
        for row in 0..rows {
            let id = match id_at(column, row) {
                Ok(Some(id)) => id,
                Ok(None) => {
                    problems.report(place(
                        Error::new(ErrorKind::MissingValue, "id is missing"),
                        row,
                    ))?;
                    built.push_gap();
                    continue;
                }
                Err(error) => {
                    problems.report(place(error, row))?;
                    built.push_gap();
                    continue;
                }
            };
            if !built.push(id) {
                problems.report(place(
                    Error::new(
                        ErrorKind::DuplicateId,
                        format!("id {} occurs twice", id.show()),
                    ),
                    row,
                ))?;
            }
        }
        Ok(built)
    }

    /// Appends an id; false when it is there already (its row still counts).
    fn push(&mut self, id: IdRef<'_>) -> bool {
        let row = to_u32(self.len());
        match (self, id) {
            (Self::Integers { ids, at }, IdRef::Integer(number)) => {
                ids.push(number);
                at.insert(number, row).is_none()
            }
            (Self::Texts(ids), IdRef::Text(text)) => ids.push(text),
            _ => false,
        }
    }

    fn push_gap(&mut self) {
        match self {
            Self::Dense(rows) => *rows += 1,
            Self::Integers { ids, .. } => ids.push(i64::MIN),
            Self::Texts(ids) => ids.push_gap(""),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Dense(rows) => *rows as usize,
            Self::Integers { ids, .. } => ids.len(),
            Self::Texts(ids) => ids.len(),
        }
    }

    pub(crate) fn find(&self, id: IdRef<'_>) -> Option<u32> {
        match (self, id) {
            (Self::Dense(rows), IdRef::Integer(number)) => {
                u32::try_from(number).ok().filter(|row| row < rows)
            }
            (Self::Integers { at, .. }, IdRef::Integer(number)) => at.get(&number).copied(),
            (Self::Texts(ids), IdRef::Text(text)) => ids.find(text.as_bytes()),
            _ => None,
        }
    }

    pub(crate) fn id(&self, row: u32) -> Id {
        self.id_ref(row).to_id()
    }

    pub(crate) fn id_ref(&self, row: u32) -> IdRef<'_> {
        match self {
            Self::Dense(_) => IdRef::Integer(row.into()),
            Self::Integers { ids, .. } => IdRef::Integer(ids[row as usize]),
            Self::Texts(ids) => IdRef::Text(ids.get(row)),
        }
    }

    /// Positions of a column of references; null is `len()`, one past the end.
    pub(crate) fn resolve<'a>(
        &self,
        column: Column<'a>,
        required: bool,
        (table, field): (&'static str, &'static str),
        problems: &mut Problems,
    ) -> Result<Codes<'a>> {
        let none = to_u32(self.len());
        let place = |e: Error, row: usize| e.in_table(table).in_field(field).at_row(row);
        // Positions already: take the column as it is.
        if let (Self::Dense(rows), None) = (self, &column.validity) {
            let seen = matches!(column.seen, Some(Seen::Below(end)) if end <= *rows);
            let codes = match column.data {
                Data::U8(values) => Ok(Codes::U8(values)),
                Data::U16(values) => Ok(Codes::U16(values)),
                Data::U32(values) => Ok(Codes::U32(values)),
                data => Err(data),
            };
            match codes {
                Ok(codes) if seen || codes.are_below(*rows) => return Ok(codes),
                Ok(codes) => {
                    let mut out = Vec::with_capacity(codes.len());
                    for row in 0..codes.len() {
                        let code = codes.at(row);
                        if code >= *rows {
                            problems.report(place(unknown(IdRef::Integer(code.into())), row))?;
                        }
                        out.push(code.min(none));
                    }
                    return Ok(Codes::U32(out.into()));
                }
                Err(data) => {
                    return self.look_up(&Column::new(data), required, none, place, problems);
                }
            }
        }
        self.look_up(&column, required, none, place, problems)
    }

    fn look_up(
        &self,
        column: &Column<'_>,
        required: bool,
        none: u32,
        place: impl Fn(Error, usize) -> Error,
        problems: &mut Problems,
    ) -> Result<Codes<'static>> {
        let rows = column.len();
        let mut out = Vec::with_capacity(rows);
        // A dictionary is looked up once per name, not once per row.
        let by_code: Option<Vec<Option<u32>>> = match &column.data {
            Data::Dictionary { names, .. } => Some(
                names
                    .iter()
                    .map(|name| self.find(IdRef::Text(name)))
                    .collect(),
            ),
            _ => None,
        };
        // Known ids on several threads; the rest one after the other, so that
        // what is wrong is told in order.
        let find = |row: usize| match (&by_code, &column.data) {
            (Some(by_code), Data::Dictionary { codes, .. }) if column.is_known(row) => {
                by_code.get(codes.at(row) as usize).copied().flatten()
            }
            _ => id_at(column, row)
                .ok()
                .flatten()
                .and_then(|id| self.find(id)),
        };
        let found = threads::in_parts(rows, |rows| {
            if let (Self::Texts(ids), Data::Text(texts)) = (self, &column.data) {
                let text = |row| texts.bytes(row).filter(|_| column.is_known(row));
                return ids.find_all(rows.map(text));
            }
            let found = rows.map(|row| find(row).unwrap_or(NONE));
            found.collect()
        });
        for found in found {
            if !found.contains(&NONE) {
                out.extend(found);
                continue;
            }
            for found in found {
                let row = out.len();
                let settled = match found {
                    NONE => match id_at(column, row) {
                        Ok(None) if required => Err(Error::new(
                            ErrorKind::MissingValue,
                            "a reference is missing",
                        )),
                        Ok(None) => Ok(none),
                        Ok(Some(id)) => Err(unknown(id)),
                        Err(error) => Err(error),
                    },
                    found => Ok(found),
                };
                out.push(match settled {
                    Ok(found) => found,
                    Err(error) => {
                        problems.report(place(error, row))?;
                        none
                    }
                });
            }
        }
        Ok(Codes::U32(Buffer::Owned(out)))
    }
}

#[cold]
fn unknown(id: IdRef<'_>) -> Error {
    Error::new(
        ErrorKind::UnknownId,
        format!("id {} is not known", id.show()),
    )
}

/// A position; tables are refused beyond 2³² rows before any is made.
pub(crate) fn to_u32(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
