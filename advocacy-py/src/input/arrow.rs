//! Arrow arrays into the core's columns, without a copy where the types agree.

use std::sync::Arc;

use advocacy_core::{
    Buffer, Codes, Column, ColumnType, Data, ErrorKind, Texts, TimeUnit, Validity, Zone,
};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_buffer::{ArrowNativeType, NullBuffer, ScalarBuffer};
use arrow_schema::DataType;

use crate::fault::Fault;

use super::layout::{self, is_dictionary, is_text};
use super::{Place, times};

/// A buffer held for as long as its column lives.
struct Held<T: ArrowNativeType>(ScalarBuffer<T>);

impl<T: ArrowNativeType> AsRef<[T]> for Held<T> {
    fn as_ref(&self) -> &[T] {
        &self.0
    }
}

pub(super) fn held<T: ArrowNativeType>(values: ScalarBuffer<T>) -> Buffer<'static, T> {
    Buffer::Shared(Arc::new(Held(values)))
}

fn shared<T: ArrowPrimitiveType>(array: &ArrayRef) -> Buffer<'static, T::Native> {
    held(array.as_primitive::<T>().values().clone())
}

/// The core's values, and which of them are known.
type Read = Result<(Data<'static>, Option<NullBuffer>), Fault>;

/// The values of a column, with what Arrow's type does not say of them.
#[derive(Clone)]
pub(super) struct Values {
    pub(super) array: ArrayRef,
    nulls: Option<NullBuffer>,
    /// Ticks of numpy's and pandas' times, and whether they are instants.
    times: Option<(TimeUnit, bool)>,
    /// The names of pandas' category codes.
    names: Option<Vec<String>>,
}

impl Values {
    pub(super) fn new(array: ArrayRef) -> Self {
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        Self {
            array,
            nulls,
            times: None,
            names: None,
        }
    }

    /// Several chunks are one column: copied together, unless there is but one.
    pub(super) fn of_chunks(chunks: &[ArrayRef], of: &DataType) -> Result<Self, Fault> {
        let filled = chunks.iter().filter(|chunk| !chunk.is_empty());
        let filled: Vec<ArrayRef> = filled.cloned().collect();
        layout::joined(&filled, of).map(Self::new)
    }

    pub(super) fn rows(&self) -> usize {
        self.array.len()
    }

    /// Ticks of so many to a second.
    pub(super) fn into_times(mut self, unit: &str, zoned: bool) -> Result<Self, Fault> {
        let unit = match unit {
            "s" => TimeUnit::Second,
            "ms" => TimeUnit::Milli,
            "us" => TimeUnit::Micro,
            "ns" => TimeUnit::Nano,
            other => {
                let message = format!("times in units of {other:?} cannot be read");
                return Err(Fault::new(ErrorKind::InvalidValue, message));
            }
        };
        // Not-a-time is the smallest number.
        let ticks = self.array.as_primitive::<Int64Type>().values();
        if ticks.contains(&i64::MIN) {
            let known = ticks.iter().map(|&ticks| ticks != i64::MIN).collect();
            self.nulls = Some(known);
        }
        self.times = Some((unit, zoned));
        Ok(self)
    }

    /// Codes of these names; −1 is missing.
    pub(super) fn into_codes(mut self, names: Vec<String>) -> Self {
        self.names = Some(names);
        self
    }

    /// Bytes that stand for true and false.
    pub(super) fn into_flags(mut self) -> Self {
        if let Some(bytes) = self.array.as_primitive_opt::<UInt8Type>() {
            let flags: BooleanArray = bytes.values().iter().map(|&byte| Some(byte != 0)).collect();
            self.array = Arc::new(flags);
        }
        self
    }

    /// The same values without those that the mask marks, a byte each.
    pub(super) fn without(mut self, mask: &ArrayRef) -> Self {
        if let Some(mask) = mask.as_primitive_opt::<UInt8Type>() {
            let known: NullBuffer = mask.values().iter().map(|&missing| missing == 0).collect();
            self.nulls = NullBuffer::union(self.nulls.as_ref(), Some(&known))
                .filter(|nulls| nulls.null_count() > 0);
        }
        self
    }

    /// The core's column.
    pub(super) fn column(&self, place: &Place<'_>) -> Result<Column<'static>, Fault> {
        let holds = place.schema.map_or(ColumnType::Text, |schema| schema.holds);
        let (data, nulls) = self.data(holds, place)?;
        let column = Column::new(data);
        let Some(nulls) = nulls else {
            return Ok(column);
        };
        column.with_validity(bits(&nulls)).map_err(Fault::from)
    }

    /// The values as they are, where no schema says what they hold.
    pub(super) fn plain(&self, place: &Place<'_>) -> Result<Column<'static>, Fault> {
        let instants = Zone::utc();
        let place = Place {
            zone: Some(&instants),
            ..*place
        };
        let holds = match self.array.data_type() {
            DataType::Null => ColumnType::Count,
            _ => ColumnType::Text,
        };
        let (data, nulls) = self.data(holds, &place)?;
        let column = Column::new(data);
        match nulls {
            None => Ok(column),
            Some(nulls) => column.with_validity(bits(&nulls)).map_err(Fault::from),
        }
    }

    fn data(&self, holds: ColumnType, place: &Place<'_>) -> Read {
        if let Some(names) = &self.names {
            return Ok(self.category(names));
        }
        if let Some((unit, zoned)) = self.times {
            let ticks = shared::<Int64Type>(&self.array);
            let data = times::instants(ticks, unit, zoned, self.nulls.as_ref(), place)?;
            return Ok((data, self.nulls.clone()));
        }
        let array = &self.array;
        let as_is = |data| Ok((data, self.nulls.clone()));
        if let Some(data) = self.instants(holds, place)? {
            return as_is(data);
        }
        match (array.data_type(), holds) {
            (DataType::Null, _) => {
                let rows = array.len();
                Ok((blank(holds, rows), Some(NullBuffer::new_null(rows))))
            }
            (DataType::Dictionary(_, names), _)
                if !is_text(names) || matches!(holds, ColumnType::Time | ColumnType::Names) =>
            {
                Self::new(layout::unpacked(array)?).data(holds, place)
            }
            (DataType::Dictionary(..), _) => {
                let dictionary = array.as_any_dictionary();
                let names = layout::strings(dictionary.values()).into_iter();
                as_is(Data::Dictionary {
                    codes: layout::codes(dictionary.keys()),
                    names: names.map(Option::unwrap_or_default).collect(),
                })
            }
            (kind, ColumnType::Names) if is_text(kind) => Ok(self.split()),
            (kind, _) if is_text(kind) => as_is(Data::Text(layout::texts(array))),
            (DataType::Boolean, _) => {
                let flags: Vec<bool> = array.as_boolean().values().iter().collect();
                as_is(Data::Bool(flags.into()))
            }
            // Names by number: the number is the name.
            (DataType::UInt8, ColumnType::Names) => {
                let codes = shared::<UInt8Type>(array);
                let most = codes.iter().copied().max();
                as_is(numbered(Codes::U8(codes), most.map(u32::from)))
            }
            (DataType::UInt16, ColumnType::Names) => {
                let codes = shared::<UInt16Type>(array);
                let most = codes.iter().copied().max();
                as_is(numbered(Codes::U16(codes), most.map(u32::from)))
            }
            (DataType::UInt8, _) => as_is(Data::U8(shared::<UInt8Type>(array))),
            (DataType::UInt16, _) => as_is(Data::U16(shared::<UInt16Type>(array))),
            (DataType::UInt32, _) => as_is(Data::U32(shared::<UInt32Type>(array))),
            (DataType::UInt64, _) => as_is(Data::U64(shared::<UInt64Type>(array))),
            (DataType::Int32, _) => as_is(Data::I32(shared::<Int32Type>(array))),
            (DataType::Int64, _) => as_is(Data::I64(shared::<Int64Type>(array))),
            (other, _) => {
                if let Some(wholes) = layout::widened(array) {
                    return as_is(Data::I32(wholes.into()));
                }
                if let Some(floats) = layout::floats(array) {
                    return self.floats(held(floats), holds, place);
                }
                if let Some(decimals) = layout::decimals(array) {
                    return self.decimals(&decimals, holds, place);
                }
                if let Some(lists) = layout::lists(array) {
                    return self.lists(&lists, place);
                }
                Err(place.fault(
                    ErrorKind::InvalidValue,
                    format!("{other} values cannot be read as {holds}"),
                ))
            }
        }
    }

    /// Times, dates, and text where times are wanted; `None` for anything else.
    fn instants(
        &self,
        holds: ColumnType,
        place: &Place<'_>,
    ) -> Result<Option<Data<'static>>, Fault> {
        let (array, nulls) = (&self.array, self.nulls.as_ref());
        Ok(Some(match array.data_type() {
            DataType::Timestamp(unit, zone) => {
                let ticks = held(layout::ticks(array, *unit));
                times::instants(ticks, time_unit(*unit), zone.is_some(), nulls, place)?
            }
            DataType::Date32 => {
                let days = array.as_primitive::<Date32Type>().values();
                let ticks: Vec<i64> = days.iter().map(|&day| i64::from(day) * 86_400).collect();
                times::instants(ticks.into(), TimeUnit::Second, false, nulls, place)?
            }
            DataType::Date64 => {
                let ticks = shared::<Date64Type>(array);
                times::instants(ticks, TimeUnit::Milli, false, nulls, place)?
            }
            kind if is_text(kind) && holds == ColumnType::Time => {
                let texts = layout::texts(array);
                let known = |row: usize| self.is_known(row);
                let ticks = times::of_texts(|row| texts.get(row), array.len(), known, place)?;
                Data::Time(ticks.into(), TimeUnit::Micro)
            }
            _ => return Ok(None),
        }))
    }

    /// Several names in one text.
    fn split(&self) -> (Data<'static>, Option<NullBuffer>) {
        let texts = layout::texts(&self.array);
        let (mut offsets, mut names) = (vec![0], Vec::new());
        for row in 0..self.array.len() {
            let text = texts.get(row).filter(|_| self.is_known(row));
            names.extend(split(text.unwrap_or_default()).into_iter().map(Into::into));
            offsets.push(i32::try_from(names.len()).unwrap_or(i32::MAX));
        }
        let data = Data::List {
            offsets: offsets.into(),
            values: Texts::Strings(names),
        };
        (data, self.nulls.clone())
    }

    pub(super) fn is_known(&self, row: usize) -> bool {
        self.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
    }

    /// pandas' categories.
    fn category(&self, names: &[String]) -> (Data<'static>, Option<NullBuffer>) {
        let codes = layout::codes(&self.array);
        // As numbers without a sign, −1 is beyond all names.
        let known = |code: u64| code < names.len() as u64;
        let known: NullBuffer = match &codes {
            Codes::U8(codes) => codes.iter().map(|&code| known(code.into())).collect(),
            Codes::U16(codes) => codes.iter().map(|&code| known(code.into())).collect(),
            Codes::U32(codes) => codes.iter().map(|&code| known(code.into())).collect(),
        };
        let names = names.to_vec();
        let data = Data::Dictionary { codes, names };
        (data, Some(known).filter(|known| known.null_count() > 0))
    }

    /// Floats: counts if whole, ids if whole, and in pandas a NaN is a gap.
    fn floats(&self, floats: Buffer<'static, f64>, holds: ColumnType, place: &Place<'_>) -> Read {
        let mut nulls = self.nulls.clone();
        if place.nan_is_missing && floats.iter().any(|float| float.is_nan()) {
            let known: NullBuffer = floats.iter().map(|float| !float.is_nan()).collect();
            nulls = NullBuffer::union(nulls.as_ref(), Some(&known));
        }
        if holds != ColumnType::Id {
            return Ok((Data::F64(floats), nulls));
        }
        let mut ids = Vec::with_capacity(floats.len());
        for (row, &float) in floats.iter().enumerate() {
            let known = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            ids.push(if known {
                whole_id(float).map_err(|(kind, message)| place.fault(kind, message).at_row(row))?
            } else {
                0
            });
        }
        Ok((Data::I64(ids.into()), nulls))
    }

    /// Decimals: whole numbers where nothing is behind the point.
    fn decimals(&self, decimals: &layout::Decimals, holds: ColumnType, place: &Place<'_>) -> Read {
        let beyond = |row| {
            let message = "a decimal beyond 64 bits";
            place.fault(ErrorKind::OutOfRange, message).at_row(row)
        };
        let layout::Decimals { digits, scale } = decimals;
        let Some(power) = 10_i128.checked_pow(scale.unsigned_abs().into()) else {
            return Err(beyond(0));
        };
        if *scale > 0 {
            #[expect(clippy::cast_precision_loss, reason = "the nearest numbers are meant")]
            let floats: Vec<f64> = digits.iter().map(|&d| d as f64 / power as f64).collect();
            return self.floats(floats.into(), holds, place);
        }
        let mut wholes = Vec::with_capacity(digits.len());
        for (row, digits) in digits.iter().enumerate() {
            let whole = digits.checked_mul(power).map(i64::try_from);
            wholes.push(match whole {
                _ if !self.is_known(row) => 0,
                Some(Ok(whole)) => whole,
                _ => return Err(beyond(row)),
            });
        }
        Ok((Data::I64(wholes.into()), self.nulls.clone()))
    }

    /// Lists of text.
    fn lists(&self, lists: &layout::Lists, place: &Place<'_>) -> Read {
        let kind = lists.values.data_type();
        let values = if kind.is_null() {
            vec![None; lists.values.len()]
        } else if is_dictionary(kind) {
            layout::strings(&layout::unpacked(&lists.values)?)
        } else if is_text(kind) {
            layout::strings(&lists.values)
        } else {
            let message = format!("lists of {kind} values cannot be read as lists of text");
            return Err(place.fault(ErrorKind::InvalidValue, message));
        };
        let (mut offsets, mut names) = (vec![0], Vec::new());
        for (row, range) in lists.rows.iter().enumerate() {
            if self.is_known(row) {
                for at in range.clone() {
                    let Some(name) = values.get(at).and_then(Option::as_ref) else {
                        let (kind, message) = if lists.values.is_null(at) {
                            (ErrorKind::MissingValue, "a list holds a null")
                        } else {
                            (ErrorKind::InvalidValue, "text that is not UTF-8")
                        };
                        return Err(place.fault(kind, message).at_row(row));
                    };
                    names.push(name.clone().into());
                }
            }
            offsets.push(i32::try_from(names.len()).unwrap_or(i32::MAX));
        }
        let data = Data::List {
            offsets: offsets.into(),
            values: Texts::Strings(names),
        };
        Ok((data, self.nulls.clone()))
    }
}

/// A whole float as an id: what pandas makes of integers with gaps.
pub(super) fn whole_id(float: f64) -> Result<i64, (ErrorKind, String)> {
    if !float.is_finite() {
        let message = format!("{float} is no id; leave missing ids null");
        return Err((ErrorKind::NotFinite, message));
    }
    if float.fract() != 0.0 || float.abs() > 9_007_199_254_740_992.0 {
        let message = format!("{float} is no id: ids are whole numbers or text");
        return Err((ErrorKind::InvalidValue, message));
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2⁵³")]
    Ok(float as i64)
}

pub(super) fn unreadable(error: &arrow_schema::ArrowError) -> Fault {
    Fault::new(
        ErrorKind::InvalidValue,
        format!("values cannot be read: {error}"),
    )
}

fn time_unit(unit: arrow_schema::TimeUnit) -> TimeUnit {
    match unit {
        arrow_schema::TimeUnit::Second => TimeUnit::Second,
        arrow_schema::TimeUnit::Millisecond => TimeUnit::Milli,
        arrow_schema::TimeUnit::Microsecond => TimeUnit::Micro,
        arrow_schema::TimeUnit::Nanosecond => TimeUnit::Nano,
    }
}

fn bits(nulls: &NullBuffer) -> Validity<'static> {
    let bits = nulls.inner();
    Validity::Bits {
        bits: held(ScalarBuffer::<u8>::from(bits.inner().clone())),
        offset: bits.offset(),
    }
}

/// Several names in one text, as tables of text have them: `a;b`.
pub(super) fn split(text: &str) -> Vec<String> {
    let names = text.split(';').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Codes that are named by their number.
fn numbered(codes: Codes<'static>, most: Option<u32>) -> Data<'static> {
    let names = most.map_or(0, |most| most + 1);
    Data::Dictionary {
        codes,
        names: (0..names).map(|code| code.to_string()).collect(),
    }
}

/// Rows of which nothing is known.
pub(super) fn blank(holds: ColumnType, rows: usize) -> Data<'static> {
    match holds {
        ColumnType::Id | ColumnType::Name | ColumnType::Text => {
            Data::Text(Texts::Strings(vec!["".into(); rows]))
        }
        ColumnType::Names => Data::List {
            offsets: vec![0; rows + 1].into(),
            values: Texts::Strings(Vec::new()),
        },
        ColumnType::Time => Data::Time(vec![0; rows].into(), TimeUnit::Micro),
        ColumnType::Flag => Data::Bool(vec![false; rows].into()),
        ColumnType::Number => Data::F64(vec![0.0; rows].into()),
        _ => Data::U64(vec![0; rows].into()),
    }
}
