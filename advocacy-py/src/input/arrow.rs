//! Arrow arrays into the core's columns, without a copy where the types agree.

use std::sync::Arc;

use advocacy_core::{
    Buffer, Codes, Column, ColumnType, Data, ErrorKind, Texts, TimeUnit, Validity, Zone,
};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Float64Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, new_empty_array};
use arrow_buffer::{ArrowNativeType, NullBuffer, ScalarBuffer};
use arrow_schema::DataType;

use crate::fault::Fault;

use super::{Place, times};

/// A buffer held for as long as its column lives.
struct Held<T: ArrowNativeType>(ScalarBuffer<T>);

impl<T: ArrowNativeType> AsRef<[T]> for Held<T> {
    fn as_ref(&self) -> &[T] {
        &self.0
    }
}

fn held<T: ArrowNativeType>(values: ScalarBuffer<T>) -> Buffer<'static, T> {
    Buffer::Shared(Arc::new(Held(values)))
}

fn shared<T: ArrowPrimitiveType>(array: &ArrayRef) -> Buffer<'static, T::Native> {
    held(array.as_primitive::<T>().values().clone())
}

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
        let filled: Vec<&dyn Array> = chunks
            .iter()
            .filter(|chunk| !chunk.is_empty())
            .map(AsRef::as_ref)
            .collect();
        let array = match (filled.as_slice(), chunks) {
            ([], _) => new_empty_array(of),
            ([_], [chunk]) => Arc::clone(chunk),
            (chunks, _) => arrow_select::concat::concat(chunks).map_err(|e| unreadable(&e))?,
        };
        Ok(Self::new(array))
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

    fn data(
        &self,
        holds: ColumnType,
        place: &Place<'_>,
    ) -> Result<(Data<'static>, Option<NullBuffer>), Fault> {
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
                self.cast(names)?.data(holds, place)
            }
            (DataType::Dictionary(..), _) => dictionary(array, self.nulls.as_ref()),
            (kind, ColumnType::Names) if is_text(kind) => self.split(),
            (DataType::Utf8 | DataType::LargeUtf8, _) => as_is(Data::Text(texts(array))),
            (kind, _) if is_text(kind) => self.cast(&DataType::LargeUtf8)?.data(holds, place),
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
            (DataType::Int8 | DataType::Int16, _) => {
                self.cast(&DataType::Int32)?.data(holds, place)
            }
            (
                DataType::Decimal32(_, 0) | DataType::Decimal64(_, 0) | DataType::Decimal128(_, 0),
                _,
            ) => self.cast(&DataType::Int64)?.data(holds, place),
            (kind, _)
                if kind.is_decimal() || matches!(kind, DataType::Float16 | DataType::Float32) =>
            {
                self.cast(&DataType::Float64)?.data(holds, place)
            }
            (DataType::Float64, _) => self.floats(holds, place),
            (
                DataType::List(of)
                | DataType::LargeList(of)
                | DataType::FixedSizeList(of, _)
                | DataType::ListView(of)
                | DataType::LargeListView(of),
                _,
            ) if is_text(of.data_type())
                || of.data_type().is_null()
                || is_dictionary(of.data_type()) =>
            {
                self.lists(place)
            }
            (other, _) => Err(place.fault(
                ErrorKind::InvalidValue,
                format!("{other} values cannot be read as {holds}"),
            )),
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
                let ticks = self.cast(&DataType::Int64)?.array;
                let ticks = shared::<Int64Type>(&ticks);
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
                let texts = texts(&self.cast(&DataType::LargeUtf8)?.array);
                let known = |row: usize| self.is_known(row);
                let ticks = times::of_texts(|row| texts.get(row), array.len(), known, place)?;
                Data::Time(ticks.into(), TimeUnit::Micro)
            }
            _ => return Ok(None),
        }))
    }

    /// Several names in one text.
    fn split(&self) -> Result<(Data<'static>, Option<NullBuffer>), Fault> {
        let texts = texts(&self.cast(&DataType::LargeUtf8)?.array);
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
        Ok((data, self.nulls.clone()))
    }

    pub(super) fn is_known(&self, row: usize) -> bool {
        self.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
    }

    /// The same values as another type; what does not fit is an error.
    fn cast(&self, to: &DataType) -> Result<Self, Fault> {
        let options = arrow_cast::CastOptions {
            safe: false,
            ..Default::default()
        };
        let array = arrow_cast::cast_with_options(&self.array, to, &options)
            .map_err(|error| unreadable(&error))?;
        Ok(Self::new(array))
    }

    /// pandas' categories.
    fn category(&self, names: &[String]) -> (Data<'static>, Option<NullBuffer>) {
        let codes = arrow_cast::cast(&self.array, &DataType::Int64).ok();
        let codes = codes.as_ref().map(AsArray::as_primitive::<Int64Type>);
        let codes: Vec<i64> = codes.map_or_else(Vec::new, |codes| codes.values().to_vec());
        let known: NullBuffer = codes.iter().map(|&code| code >= 0).collect();
        let codes: Vec<u32> = codes
            .iter()
            .map(|&code| u32::try_from(code).unwrap_or(0))
            .collect();
        let data = Data::Dictionary {
            codes: Codes::U32(codes.into()),
            names: names.to_vec(),
        };
        (data, Some(known).filter(|known| known.null_count() > 0))
    }

    /// Floats: counts if whole, ids if whole, and in pandas a NaN is a gap.
    fn floats(
        &self,
        holds: ColumnType,
        place: &Place<'_>,
    ) -> Result<(Data<'static>, Option<NullBuffer>), Fault> {
        let floats = self.array.as_primitive::<Float64Type>().values();
        let mut nulls = self.nulls.clone();
        if place.nan_is_missing && floats.iter().any(|float| float.is_nan()) {
            let known: NullBuffer = floats.iter().map(|float| !float.is_nan()).collect();
            nulls = NullBuffer::union(nulls.as_ref(), Some(&known));
        }
        if holds != ColumnType::Id {
            return Ok((Data::F64(held(floats.clone())), nulls));
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

    /// Lists of text, of whatever layout.
    fn lists(&self, place: &Place<'_>) -> Result<(Data<'static>, Option<NullBuffer>), Fault> {
        let item = arrow_schema::Field::new("item", DataType::LargeUtf8, true);
        let array = self.cast(&DataType::List(Arc::new(item)))?.array;
        let lists = array.as_list::<i32>();
        let values = lists.values();
        if values.null_count() > 0 {
            for row in 0..lists.len() {
                if self.is_known(row) && lists.value(row).null_count() > 0 {
                    let message = "a list holds a null";
                    return Err(place.fault(ErrorKind::MissingValue, message).at_row(row));
                }
            }
        }
        let data = Data::List {
            offsets: held(lists.offsets().inner().clone()),
            values: texts(values),
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

fn unreadable(error: &arrow_schema::ArrowError) -> Fault {
    Fault::new(
        ErrorKind::InvalidValue,
        format!("values cannot be read: {error}"),
    )
}

fn is_text(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn is_dictionary(kind: &DataType) -> bool {
    matches!(kind, DataType::Dictionary(_, names) if is_text(names))
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

/// Text as Arrow lays it out.
fn texts(array: &ArrayRef) -> Texts<'static> {
    if let Some(texts) = array.as_string_opt::<i32>() {
        return Texts::Utf8 {
            offsets: held(texts.offsets().inner().clone()),
            bytes: held(ScalarBuffer::<u8>::from(texts.values().clone())),
        };
    }
    let texts = array.as_string::<i64>();
    Texts::LargeUtf8 {
        offsets: held(texts.offsets().inner().clone()),
        bytes: held(ScalarBuffer::<u8>::from(texts.values().clone())),
    }
}

/// Text by code.
fn dictionary(
    array: &ArrayRef,
    nulls: Option<&NullBuffer>,
) -> Result<(Data<'static>, Option<NullBuffer>), Fault> {
    let dictionary = array.as_any_dictionary();
    let names = arrow_cast::cast(dictionary.values(), &DataType::LargeUtf8)
        .map_err(|error| unreadable(&error))?;
    let names = names.as_string::<i64>();
    let names = (0..names.len())
        .map(|at| {
            if names.is_valid(at) {
                names.value(at)
            } else {
                ""
            }
            .to_owned()
        })
        .collect();
    let keys = dictionary.keys();
    let codes = match keys.data_type() {
        DataType::UInt8 => Codes::U8(held(keys.as_primitive::<UInt8Type>().values().clone())),
        DataType::UInt16 => Codes::U16(held(keys.as_primitive::<UInt16Type>().values().clone())),
        DataType::UInt32 => Codes::U32(held(keys.as_primitive::<UInt32Type>().values().clone())),
        _ => {
            let keys = arrow_cast::cast(keys, &DataType::Int64).map_err(|e| unreadable(&e))?;
            let keys = keys.as_primitive::<Int64Type>().values();
            // What lies under a null may be anything.
            let codes = keys.iter().map(|&key| u32::try_from(key).unwrap_or(0));
            Codes::U32(codes.collect::<Vec<u32>>().into())
        }
    };
    Ok((Data::Dictionary { codes, names }, nulls.cloned()))
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
