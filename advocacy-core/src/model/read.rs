//! Columns of times, flags and counts, checked once.

use std::ops::Range;

use crate::error::{Error, ErrorKind, Result};
use crate::{threads, wide};

use super::column::{Buffer, Column, Data, TimeUnit, Validity, list_filled, widen};
use super::look::Seen;
use super::problems::Problems;

/// Where a column is, for messages.
pub(crate) type At = (&'static str, &'static str);

fn place(error: Error, (table, field): At, row: usize) -> Error {
    error.in_table(table).in_field(field).at_row(row)
}

/// 0001-01-01 and 10000-01-01 in seconds: what a calendar can hold.
const FIRST_SECOND: i64 = -62_135_596_800;
const END_SECOND: i64 = 253_402_300_800;

/// A time column, in whatever unit it came.
#[derive(Clone, Debug)]
pub(crate) struct Times<'a> {
    pub(crate) values: Buffer<'a, i64>,
    pub(crate) unit: TimeUnit,
    pub(crate) order: Order,
}

/// How the values of a time column lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    /// The first and the last instant, in ticks; `None` without rows.
    pub(crate) bounds: Option<(i64, i64)>,
    /// No row lies before the one above it.
    pub(crate) is_sorted: bool,
}

impl Order {
    /// That of values looked at one after the other.
    pub(super) fn of(values: &[i64]) -> Self {
        let is_sorted = wide::is_sorted(values);
        let bounds = |(low, high): (i64, i64), &at: &i64| (low.min(at), high.max(at));
        let ends = values.first().copied().zip(values.last().copied());
        let all = |(first, _)| values.iter().fold((first, first), bounds);
        Self {
            bounds: if is_sorted { ends } else { ends.map(all) },
            is_sorted,
        }
    }
}

impl Times<'_> {
    /// The instant at `row` in microseconds (nanoseconds are floored).
    #[inline]
    pub(crate) fn micros(&self, row: usize) -> i64 {
        to_micros(self.values[row], self.unit)
    }

    /// The instants of rows, in microseconds; what their unit is, is told once.
    pub(crate) fn load(&self, rows: Range<usize>, into: &mut Vec<i64>) {
        let ticks = self.values[rows].iter();
        match self.unit {
            TimeUnit::Second => into.extend(ticks.map(|&at| to_micros(at, TimeUnit::Second))),
            TimeUnit::Milli => into.extend(ticks.map(|&at| to_micros(at, TimeUnit::Milli))),
            TimeUnit::Micro => into.extend(ticks),
            TimeUnit::Nano => into.extend(ticks.map(|&at| to_micros(at, TimeUnit::Nano))),
        }
    }

    /// The earliest and the latest instant, in microseconds.
    pub(crate) fn bounds(&self) -> Option<(i64, i64)> {
        let micros = |ticks| to_micros(ticks, self.unit);
        self.order
            .bounds
            .map(|(first, last)| (micros(first), micros(last)))
    }

    /// The first tick of this unit at or after `micros`.
    pub(crate) fn tick_at(&self, micros: i64) -> i64 {
        match self.unit {
            TimeUnit::Second => ceil_div(micros, 1_000_000),
            TimeUnit::Milli => ceil_div(micros, 1_000),
            TimeUnit::Micro => micros,
            TimeUnit::Nano => micros.saturating_mul(1_000),
        }
    }
}

fn ceil_div(a: i64, b: i64) -> i64 {
    a.div_euclid(b) + i64::from(a.rem_euclid(b) != 0)
}

/// Ticks as microseconds; in range because the column was checked.
#[inline]
pub(crate) fn to_micros(ticks: i64, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => ticks.saturating_mul(1_000_000),
        TimeUnit::Milli => ticks.saturating_mul(1_000),
        TimeUnit::Micro => ticks,
        TimeUnit::Nano => ticks.div_euclid(1_000),
    }
}

/// A time column in which every row is known and within the calendar.
pub(crate) fn read_times<'a>(
    column: Column<'a>,
    at: At,
    problems: &mut Problems,
) -> Result<Times<'a>> {
    let order = check_times(&column, true, at, problems)?;
    match column.data {
        Data::Time(values, unit) => Ok(Times {
            values,
            unit,
            order,
        }),
        other => Err(not_times(&other, at)),
    }
}

/// A time column in microseconds with a stand-in for null.
pub(crate) fn read_micros(
    column: &Column<'_>,
    null: i64,
    at: At,
    problems: &mut Problems,
) -> Result<Vec<i64>> {
    check_times(column, false, at, problems)?;
    match &column.data {
        Data::Time(values, unit) => Ok(values
            .iter()
            .enumerate()
            .map(|(row, &ticks)| {
                if column.is_known(row) {
                    to_micros(ticks, *unit)
                } else {
                    null
                }
            })
            .collect()),
        other => Err(not_times(other, at)),
    }
}

fn not_times(data: &Data<'_>, (table, field): At) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("timestamps are wanted, not {}", data.type_name()),
    )
    .in_table(table)
    .in_field(field)
}

fn check_times(
    column: &Column<'_>,
    required: bool,
    at: At,
    problems: &mut Problems,
) -> Result<Order> {
    let Data::Time(values, unit) = &column.data else {
        return Err(not_times(&column.data, at));
    };
    let first = FIRST_SECOND.saturating_mul(unit.per_second());
    let end = END_SECOND.saturating_mul(unit.per_second());
    let order = if let Some(Seen::Order(order)) = column.seen {
        order
    } else {
        let parts = threads::over(values, Order::of).into_iter();
        parts.reduce(Order::then).unwrap_or(Order::of(&[]))
    };
    let all_in_range = order
        .bounds
        .is_none_or(|(low, high)| low >= first && high < end);
    if column.validity.is_none() && all_in_range {
        return Ok(order);
    }
    for (row, &ticks) in values.iter().enumerate() {
        if !column.is_known(row) {
            if required {
                let error = Error::new(ErrorKind::MissingValue, format!("{} is missing", at.1));
                problems.report(place(error, at, row))?;
            }
        } else if !(first..end).contains(&ticks) {
            let error = Error::new(
                ErrorKind::OutOfRange,
                format!("timestamp {ticks} is outside the years 1 to 9999"),
            );
            problems.report(place(error, at, row))?;
        }
    }
    Ok(order)
}

/// One bit a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    rows: usize,
}

impl Bits {
    pub(crate) fn zeros(rows: usize) -> Self {
        Self {
            words: vec![0; rows.div_ceil(64)],
            rows,
        }
    }

    #[inline]
    pub(crate) fn get(&self, row: usize) -> bool {
        self.words
            .get(row >> 6)
            .is_some_and(|word| word >> (row & 63) & 1 == 1)
    }

    #[inline]
    pub(crate) fn set(&mut self, row: usize) {
        if let Some(word) = self.words.get_mut(row >> 6) {
            *word |= 1 << (row & 63);
        }
    }

    /// Puts more bits behind these.
    pub(super) fn append(&mut self, more: &Self) {
        let before = self.rows;
        self.rows += more.rows;
        self.words.resize(self.rows.div_ceil(64), 0);
        for row in 0..more.rows {
            if more.get(row) {
                self.set(before + row);
            }
        }
    }

    /// 64 a word; what is beyond the last is not set.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn any(&self) -> bool {
        self.words.iter().any(|&word| word != 0)
    }
}

/// A flag column: the rows known to be true.
pub(crate) fn read_flags(column: &Column<'_>, (table, field): At) -> Result<Bits> {
    let Data::Bool(values) = &column.data else {
        return Err(Error::new(
            ErrorKind::InvalidValue,
            format!("true or false is wanted, not {}", column.data.type_name()),
        )
        .in_table(table)
        .in_field(field));
    };
    let mut bits = Bits::zeros(values.len());
    for (row, &value) in values.iter().enumerate() {
        if value && column.is_known(row) {
            bits.set(row);
        }
    }
    Ok(bits)
}

/// A column of whole numbers from 0 up, some perhaps not known.
#[derive(Clone, Debug)]
pub(crate) struct CountColumn<'a> {
    pub(super) data: Data<'a>,
    pub(super) validity: Option<Validity<'a>>,
    /// No value is larger: what sums are proved against.
    pub(crate) max: u64,
}

impl CountColumn<'_> {
    pub(crate) const fn has_gaps(&self) -> bool {
        self.validity.is_some()
    }

    /// Whether any row is known.
    pub(crate) fn says_something(&self) -> bool {
        self.validity.is_none() || (0..self.data.len()).any(|row| self.is_known(row))
    }

    #[inline]
    pub(crate) fn is_known(&self, row: usize) -> bool {
        self.validity
            .as_ref()
            .is_none_or(|validity| validity.is_known(row))
    }

    #[inline]
    pub(crate) fn get(&self, row: usize) -> Option<u64> {
        self.is_known(row).then(|| self.raw(row))
    }

    #[inline]
    fn raw(&self, row: usize) -> u64 {
        match &self.data {
            Data::U8(values) => values[row].into(),
            Data::U16(values) => values[row].into(),
            Data::U32(values) => values[row].into(),
            Data::U64(values) => values[row],
            Data::I32(values) => values[row].unsigned_abs().into(),
            Data::I64(values) => values[row].unsigned_abs(),
            _ => 0,
        }
    }

    /// All values, where they lie in memory in 32 bits.
    pub(crate) fn narrow(&self) -> Option<&[u32]> {
        match &self.data {
            Data::U32(values) => Some(values),
            _ => None,
        }
    }

    /// Adds the values of `rows`, all known, to words, each as `place` puts it;
    /// gives all bits of all values together.
    pub(crate) fn put(
        &self,
        rows: std::ops::Range<usize>,
        words: &mut [u64],
        place: impl Fn(u64) -> u64,
    ) -> u64 {
        match &self.data {
            Data::U8(values) => put(&values[rows], words, u64::from, place),
            Data::U16(values) => put(&values[rows], words, u64::from, place),
            Data::U32(values) => put(&values[rows], words, u64::from, place),
            Data::U64(values) => put(&values[rows], words, u64::from, place),
            // Checked to be non-negative.
            Data::I32(values) => put(&values[rows], words, |v| v.unsigned_abs().into(), place),
            Data::I64(values) => put(&values[rows], words, i64::unsigned_abs, place),
            _ => 0,
        }
    }

    /// The sum of the values of `rows`, all known; it must fit.
    pub(crate) fn sum(&self, rows: std::ops::Range<usize>) -> u64 {
        fn sum<T: Copy>(values: &[T], to: impl Fn(T) -> u64) -> u64 {
            let values = values.iter();
            values.fold(0, |sum, &value| sum.wrapping_add(to(value)))
        }
        match &self.data {
            Data::U8(values) => sum(&values[rows], u64::from),
            Data::U16(values) => sum(&values[rows], u64::from),
            Data::U32(values) => sum(&values[rows], u64::from),
            Data::U64(values) => sum(&values[rows], u64::from),
            // Checked to be non-negative.
            Data::I32(values) => sum(&values[rows], |v| v.unsigned_abs().into()),
            Data::I64(values) => sum(&values[rows], i64::unsigned_abs),
            _ => 0,
        }
    }

    /// Lists the places, within `rows`, of values that are not 0; gives how many.
    pub(crate) fn list(&self, rows: std::ops::Range<usize>, places: &mut [u32]) -> usize {
        match &self.data {
            Data::U8(values) => list_filled(places, &values[rows]),
            Data::U16(values) => list_filled(places, &values[rows]),
            Data::U32(values) => list_filled(places, &values[rows]),
            Data::U64(values) => list_filled(places, &values[rows]),
            Data::I32(values) => list_filled(places, &values[rows]),
            Data::I64(values) => list_filled(places, &values[rows]),
            _ => 0,
        }
    }

    /// Adds the values of `rows`, all known, times a weight.
    pub(crate) fn add(&self, rows: std::ops::Range<usize>, out: &mut [u64], weight: u64) {
        fn add<T: Copy>(values: &[T], out: &mut [u64], weight: u64, to: impl Fn(T) -> u64) {
            let rows = out.iter_mut().zip(values);
            // Most weigh 1, and nothing is gained by multiplying them.
            if weight == 1 {
                rows.for_each(|(sum, &value)| *sum = sum.wrapping_add(to(value)));
                return;
            }
            rows.for_each(|(sum, &value)| {
                *sum = sum.wrapping_add(to(value).wrapping_mul(weight));
            });
        }
        match &self.data {
            Data::U8(values) => add(&values[rows], out, weight, u64::from),
            Data::U16(values) => add(&values[rows], out, weight, u64::from),
            Data::U32(values) => add(&values[rows], out, weight, u64::from),
            Data::U64(values) => add(&values[rows], out, weight, u64::from),
            // Checked to be non-negative.
            Data::I32(values) => add(&values[rows], out, weight, |v| v.unsigned_abs().into()),
            Data::I64(values) => add(&values[rows], out, weight, i64::unsigned_abs),
            _ => {}
        }
    }

    /// The values of `rows` into `out`; what is not known may be anything.
    #[inline]
    pub(crate) fn load(&self, rows: std::ops::Range<usize>, out: &mut [u64]) {
        match &self.data {
            Data::U8(values) => widen(&values[rows], out, u64::from),
            Data::U16(values) => widen(&values[rows], out, u64::from),
            Data::U32(values) => widen(&values[rows], out, u64::from),
            Data::U64(values) => out[..rows.len()].copy_from_slice(&values[rows]),
            // Checked to be non-negative wherever known.
            Data::I32(values) => widen(&values[rows], out, |v| v.unsigned_abs().into()),
            Data::I64(values) => widen(&values[rows], out, i64::unsigned_abs),
            _ => {}
        }
    }
}

impl<'a> CountColumn<'a> {
    /// Floats that are all counts; where they are ours, they become them where
    /// they lie.
    fn of_floats(floats: Data<'a>, validity: Option<Validity<'a>>) -> Self {
        /// From here on no number has a fraction.
        const WHOLE: f64 = 4_503_599_627_370_496.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "known to be counts"
        )]
        let count = |value: f64| {
            if value < WHOLE {
                // The bits of a sum below which there are no fractions.
                (value + WHOLE).to_bits() - WHOLE.to_bits()
            } else {
                value as u64
            }
        };
        let counts: Vec<u64> = match floats {
            Data::F64(Buffer::Owned(values)) => values.into_iter().map(count).collect(),
            Data::F64(values) => values.iter().copied().map(count).collect(),
            _ => Vec::new(),
        };
        Self {
            max: wide::all_bits(&counts),
            data: Data::U64(counts.into()),
            validity,
        }
    }
}

/// Adds values to words; see [`CountColumn::put`].
pub(crate) fn put<T: Copy>(
    values: &[T],
    words: &mut [u64],
    to: impl Fn(T) -> u64,
    place: impl Fn(u64) -> u64,
) -> u64 {
    let mut bits = 0;
    for (word, &value) in words.iter_mut().zip(values) {
        bits |= to(value);
        *word |= place(to(value));
    }
    bits
}

impl CountColumn<'static> {
    /// Values in hand, each known where its flag says so.
    pub(crate) fn of(values: Vec<u64>, known: Vec<bool>) -> Self {
        Self {
            max: values.iter().copied().max().unwrap_or(0),
            data: Data::U64(values.into()),
            validity: if known.iter().all(|&known| known) {
                None
            } else {
                Some(Validity::Flags(known.into()))
            },
        }
    }
}

/// A column of finite numbers; null is `None`.
pub(crate) fn read_numbers(
    column: &Column<'_>,
    at: At,
    problems: &mut Problems,
) -> Result<Vec<Option<f64>>> {
    let value: &dyn Fn(usize) -> f64 = match &column.data {
        Data::U8(values) => &|row| values[row].into(),
        Data::U16(values) => &|row| values[row].into(),
        Data::U32(values) => &|row| values[row].into(),
        Data::I32(values) => &|row| values[row].into(),
        Data::U64(values) => &|row| crate::math::float(values[row]),
        Data::I64(values) => &|row| {
            let size = crate::math::float(values[row].unsigned_abs());
            if values[row] < 0 { -size } else { size }
        },
        Data::F64(values) => &|row| values[row],
        other => {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!("numbers are wanted, not {}", other.type_name()),
            )
            .in_table(at.0)
            .in_field(at.1));
        }
    };
    let mut numbers = Vec::with_capacity(column.len());
    for row in 0..column.len() {
        let number = column.is_known(row).then(|| value(row));
        if let Some(number) = number.filter(|number| !number.is_finite()) {
            let error = Error::new(
                ErrorKind::NotFinite,
                format!("{number} is not a number; leave missing values null"),
            );
            problems.report(place(error, at, row))?;
            numbers.push(None);
            continue;
        }
        numbers.push(number);
    }
    Ok(numbers)
}

/// A count column: whole, not negative, integral floats allowed.
pub(crate) fn read_counts<'a>(
    column: Column<'a>,
    at: At,
    problems: &mut Problems,
) -> Result<CountColumn<'a>> {
    let Column {
        data,
        validity,
        seen,
    } = column;
    let known = |row: usize| {
        validity
            .as_ref()
            .is_none_or(|validity: &Validity<'_>| validity.is_known(row))
    };
    let max = match &data {
        Data::U8(_) => u8::MAX.into(),
        Data::U16(_) => u16::MAX.into(),
        Data::U32(_) => u32::MAX.into(),
        Data::U64(values) => {
            let mut max = 0;
            for (row, &value) in values.iter().enumerate() {
                if known(row) {
                    max = max.max(value);
                }
            }
            max
        }
        Data::I32(values) => {
            check_signed(values, known, seen, at, problems)?;
            i32::MAX.unsigned_abs().into()
        }
        Data::I64(values) => check_signed(values, known, seen, at, problems)?,
        Data::F64(values) if wide::are_counts(values) => {
            return Ok(CountColumn::of_floats(data, validity));
        }
        Data::F64(values) => {
            let mut whole = vec![0; values.len()];
            let mut max = 0;
            for (row, (&value, out)) in values.iter().zip(&mut whole).enumerate() {
                if !known(row) {
                    continue;
                }
                match whole_count(value) {
                    Ok(count) => {
                        *out = count;
                        max = max.max(count);
                    }
                    Err(error) => problems.report(place(error, at, row))?,
                }
            }
            return Ok(CountColumn {
                data: Data::U64(whole.into()),
                validity,
                max,
            });
        }
        other => {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!("whole numbers are wanted, not {}", other.type_name()),
            )
            .in_table(at.0)
            .in_field(at.1));
        }
    };
    Ok(CountColumn {
        data,
        validity,
        max,
    })
}

/// All bits of all values together: the sign of any, and at most twice the
/// largest.
pub(super) fn all_bits<T: Copy + Into<i64>>(values: &[T]) -> i64 {
    let values = values.iter();
    values.fold(0, |bits, &value| bits | value.into())
}

/// Refuses negative counts; gives a bound that no value exceeds.
fn check_signed<T: Copy + Into<i64> + Sync>(
    values: &[T],
    known: impl Fn(usize) -> bool,
    seen: Option<Seen>,
    at: At,
    problems: &mut Problems,
) -> Result<u64> {
    let bits = match seen {
        Some(Seen::Bits(bits)) => bits,
        _ => threads::over(values, all_bits)
            .into_iter()
            .fold(0, |bits, more| bits | more),
    };
    if bits >= 0 {
        return Ok(bits.unsigned_abs());
    }
    let mut max = 0;
    for (row, &value) in values.iter().enumerate() {
        let value: i64 = value.into();
        if value < 0 && known(row) {
            problems.report(place(negative(value), at, row))?;
        }
        max = max.max(value.unsigned_abs());
    }
    Ok(max)
}

/// Counts are totals; a network's daily delta can be negative, a total cannot.
#[cold]
pub(crate) fn negative(value: impl std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::NegativeCount,
        format!("{value} is negative; counts are lifetime totals of 0 or more, not daily deltas"),
    )
}

/// A float as a count: what a surface does with numbers that have no type.
///
/// # Errors
/// `not_finite`, `negative_count`, `invalid_value` for a fraction,
/// `out_of_range` beyond 2⁶⁴.
///
/// ```
/// assert_eq!(advocacy_core::whole_count(12.0)?, 12);
/// assert_eq!(advocacy_core::whole_count(12.5).unwrap_err().code(), "invalid_value");
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn whole_count(value: f64) -> Result<u64> {
    if !value.is_finite() {
        return Err(Error::new(
            ErrorKind::NotFinite,
            format!("{value} is not a number; leave missing values null"),
        ));
    }
    if value < 0.0 {
        return Err(negative(value));
    }
    if value.fract() != 0.0 {
        return Err(Error::new(
            ErrorKind::InvalidValue,
            format!("{value} is not a whole number"),
        ));
    }
    if value >= 18_446_744_073_709_551_616.0 {
        return Err(Error::new(
            ErrorKind::OutOfRange,
            format!("{value} is beyond {}", u64::MAX),
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above"
    )]
    Ok(value as u64)
}
