//! What Arrow lays out otherwise than the core reads it, in the core's layouts.
//!
//! Written out for the few types that columns come in: Arrow's own casts, of
//! everything into everything, would be the larger half of the package.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use advocacy_core::{Codes, Texts};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Float16Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, LargeStringArray, UInt32Array, make_array, new_empty_array,
};
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use arrow_data::ArrayData;
use arrow_data::transform::MutableArrayData;
use arrow_schema::{ArrowError, DataType, TimeUnit};

use crate::fault::Fault;

use super::arrow::{held, unreadable};

/// Text, however it is laid out.
pub(super) fn is_text(kind: &DataType) -> bool {
    use DataType::{LargeUtf8, Utf8, Utf8View};
    matches!(kind, Utf8 | LargeUtf8 | Utf8View)
}

/// Text by code.
pub(super) fn is_dictionary(kind: &DataType) -> bool {
    matches!(kind, DataType::Dictionary(_, names) if is_text(names))
}

/// The text of a column that [is text](is_text).
pub(super) fn texts(array: &ArrayRef) -> Texts<'static> {
    let bytes = |bytes: &arrow_buffer::Buffer| held(ScalarBuffer::<u8>::from(bytes.clone()));
    if let Some(texts) = array.as_string_opt::<i32>() {
        return Texts::Utf8 {
            offsets: held(texts.offsets().inner().clone()),
            bytes: bytes(texts.values()),
        };
    }
    if let Some(texts) = array.as_string_opt::<i64>() {
        return Texts::LargeUtf8 {
            offsets: held(texts.offsets().inner().clone()),
            bytes: bytes(texts.values()),
        };
    }
    // Views lie about: they are put in a row. Whether they are UTF-8 is looked
    // at where they are read.
    let views = array.as_string_view().clone().to_binary_view();
    let (mut ends, mut bytes) = (vec![0_i64], Vec::new());
    for view in &views {
        bytes.extend_from_slice(view.unwrap_or_default());
        ends.push(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    }
    Texts::LargeUtf8 {
        offsets: ends.into(),
        bytes: bytes.into(),
    }
}

/// The text at each place; what is no UTF-8 is nothing.
pub(super) fn strings(array: &ArrayRef) -> Vec<Option<String>> {
    let texts = texts(array);
    let known = |at: usize| array.is_valid(at);
    (0..array.len())
        .map(|at| texts.get(at).filter(|_| known(at)).map(str::to_owned))
        .collect()
}

/// Codes of a dictionary. A code below 0, which only lies under nulls, is
/// beyond every dictionary.
pub(super) fn codes(keys: &dyn Array) -> Codes<'static> {
    fn same<T: ArrowNativeType, U: ArrowNativeType>(values: &ScalarBuffer<T>) -> ScalarBuffer<U> {
        ScalarBuffer::new(values.inner().clone(), 0, values.len())
    }
    fn narrow<T: Copy + TryInto<u32>>(keys: &[T]) -> Codes<'static> {
        let codes = keys.iter().map(|&key| key.try_into().unwrap_or(u32::MAX));
        Codes::U32(codes.collect::<Vec<u32>>().into())
    }
    match keys.data_type() {
        DataType::UInt8 => Codes::U8(held(keys.as_primitive::<UInt8Type>().values().clone())),
        DataType::UInt16 => Codes::U16(held(keys.as_primitive::<UInt16Type>().values().clone())),
        DataType::UInt32 => Codes::U32(held(keys.as_primitive::<UInt32Type>().values().clone())),
        DataType::Int8 => Codes::U8(held(same(keys.as_primitive::<Int8Type>().values()))),
        DataType::Int16 => Codes::U16(held(same(keys.as_primitive::<Int16Type>().values()))),
        DataType::Int32 => Codes::U32(held(same(keys.as_primitive::<Int32Type>().values()))),
        DataType::Int64 => narrow(keys.as_primitive::<Int64Type>().values()),
        _ => narrow(keys.as_primitive::<UInt64Type>().values()),
    }
}

/// The array without its dictionary.
pub(super) fn unpacked(array: &ArrayRef) -> Result<ArrayRef, Fault> {
    let dictionary = array.as_any_dictionary();
    let codes = codes(dictionary.keys());
    let places = (0..array.len()).map(|row| array.is_valid(row).then(|| code(&codes, row)));
    taken(dictionary.values(), places)
}

fn code(codes: &Codes<'_>, row: usize) -> usize {
    match codes {
        Codes::U8(codes) => codes[row].into(),
        Codes::U16(codes) => codes[row].into(),
        Codes::U32(codes) => codes[row] as usize,
    }
}

/// The items at these places; no place is a null.
pub(super) fn taken(
    from: &dyn Array,
    places: impl Iterator<Item = Option<usize>>,
) -> Result<ArrayRef, Fault> {
    let data = from.to_data();
    let mut out = MutableArrayData::new(vec![&data], true, from.len());
    for place in places {
        match place {
            Some(place) if place < from.len() => out.try_extend(0, place, place + 1),
            Some(place) => {
                let message = format!("item {place} is beyond the {} there are", from.len());
                Err(ArrowError::InvalidArgumentError(message))
            }
            None => out.try_extend_nulls(1),
        }
        .map_err(|error| unreadable(&error))?;
    }
    Ok(make_array(out.freeze()))
}

/// Chunks of one type, one after the other.
pub(super) fn joined(chunks: &[ArrayRef], of: &DataType) -> Result<ArrayRef, Fault> {
    match chunks {
        [] => Ok(new_empty_array(of)),
        [chunk] => Ok(Arc::clone(chunk)),
        chunks if is_dictionary(of) => Ok(joined_dictionaries(chunks)),
        chunks => {
            let data: Vec<ArrayData> = chunks.iter().map(Array::to_data).collect();
            let rows = data.iter().map(ArrayData::len).sum();
            let mut out = MutableArrayData::new(data.iter().collect(), false, rows);
            for (at, chunk) in chunks.iter().enumerate() {
                out.try_extend(at, 0, chunk.len())
                    .map_err(|error| unreadable(&error))?;
            }
            Ok(make_array(out.freeze()))
        }
    }
}

/// Every chunk has names of its own, in an order of its own.
fn joined_dictionaries(chunks: &[ArrayRef]) -> ArrayRef {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut keys: Vec<Option<u32>> = Vec::new();
    for chunk in chunks {
        let dictionary = chunk.as_any_dictionary();
        let mut name = |name: Option<String>| {
            let next = u32::try_from(seen.len()).unwrap_or(u32::MAX);
            name.map(|name| *seen.entry(name).or_insert(next))
        };
        let strings = strings(dictionary.values()).into_iter();
        let ours: Vec<Option<u32>> = strings.map(&mut name).collect();
        let codes = codes(dictionary.keys());
        let known = |row: &usize| chunk.is_valid(*row);
        keys.extend((0..chunk.len()).map(|row| {
            let row = Some(row).filter(known)?;
            ours.get(code(&codes, row)).copied().flatten()
        }));
    }
    let mut names: Vec<(String, u32)> = seen.into_iter().collect();
    names.sort_unstable_by_key(|(_, code)| *code);
    let names = LargeStringArray::from_iter_values(names.into_iter().map(|(name, _)| name));
    let keys = UInt32Array::from(keys);
    Arc::new(DictionaryArray::new(keys, Arc::new(names)))
}

/// Ticks of a timestamp column.
pub(super) fn ticks(array: &ArrayRef, unit: TimeUnit) -> ScalarBuffer<i64> {
    match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().values(),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().values(),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().values(),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().values(),
    }
    .clone()
}

/// Small signed numbers, widened.
pub(super) fn widened(array: &ArrayRef) -> Option<Vec<i32>> {
    fn wide<T: ArrowPrimitiveType<Native: Into<i32>>>(array: &ArrayRef) -> Vec<i32> {
        let values = array.as_primitive::<T>().values().iter();
        values.map(|&value| value.into()).collect()
    }
    match array.data_type() {
        DataType::Int8 => Some(wide::<Int8Type>(array)),
        DataType::Int16 => Some(wide::<Int16Type>(array)),
        _ => None,
    }
}

/// Floats of any size.
pub(super) fn floats(array: &ArrayRef) -> Option<ScalarBuffer<f64>> {
    Some(match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().values().clone(),
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>().values().iter();
            values.map(|&value| value.into()).collect()
        }
        DataType::Float16 => {
            let values = array.as_primitive::<Float16Type>().values().iter();
            values.map(|&value| value.to_f64()).collect()
        }
        _ => return None,
    })
}

/// A column of decimals: the digits of each, and how many of them stand behind
/// the point.
pub(super) struct Decimals {
    pub(super) digits: Vec<i128>,
    pub(super) scale: i8,
}

/// Decimals of up to 128 bits; `None` for another column.
pub(super) fn decimals(array: &ArrayRef) -> Option<Decimals> {
    fn of<T: ArrowPrimitiveType<Native: Into<i128>>>(array: &ArrayRef) -> Vec<i128> {
        let values = array.as_primitive::<T>().values().iter();
        values.map(|&value| value.into()).collect()
    }
    let (digits, scale) = match array.data_type() {
        DataType::Decimal32(_, scale) => (of::<Decimal32Type>(array), *scale),
        DataType::Decimal64(_, scale) => (of::<Decimal64Type>(array), *scale),
        DataType::Decimal128(_, scale) => (of::<Decimal128Type>(array), *scale),
        _ => return None,
    };
    Some(Decimals { digits, scale })
}

/// Where in `values` the items of each row are.
pub(super) struct Lists {
    pub(super) values: ArrayRef,
    pub(super) rows: Vec<Range<usize>>,
}

/// Lists of whatever layout; `None` for what is no list.
pub(super) fn lists(array: &ArrayRef) -> Option<Lists> {
    fn place<T: ArrowNativeType>(at: T) -> usize {
        at.as_usize()
    }
    fn between<T: ArrowNativeType>(ends: &[T]) -> Vec<Range<usize>> {
        ends.windows(2)
            .map(|ends| place(ends[0])..place(ends[1]))
            .collect()
    }
    fn sized<T: ArrowNativeType>(starts: &[T], sizes: &[T]) -> Vec<Range<usize>> {
        let each = starts.iter().zip(sizes);
        each.map(|(&start, &size)| place(start)..place(start) + place(size))
            .collect()
    }
    let (values, rows) = match array.data_type() {
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            (lists.values(), between(lists.value_offsets()))
        }
        DataType::LargeList(_) => {
            let lists = array.as_list::<i64>();
            (lists.values(), between(lists.value_offsets()))
        }
        DataType::ListView(_) => {
            let lists = array.as_list_view::<i32>();
            (
                lists.values(),
                sized(lists.value_offsets(), lists.value_sizes()),
            )
        }
        DataType::LargeListView(_) => {
            let lists = array.as_list_view::<i64>();
            (
                lists.values(),
                sized(lists.value_offsets(), lists.value_sizes()),
            )
        }
        DataType::FixedSizeList(_, size) => {
            let lists = array.as_fixed_size_list();
            let size = place(*size);
            let rows = (0..array.len()).map(|row| row * size..(row + 1) * size);
            (lists.values(), rows.collect())
        }
        _ => return None,
    };
    Some(Lists {
        values: values.clone(),
        rows,
    })
}
