//! Borrowed columns: the only bulk input of the engine.
//!
//! A [`Column`] is values plus validity. Values are borrowed from the caller,
//! owned, or shared with a foreign buffer that lives behind an `Arc`; nothing
//! is copied unless its type forces it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::{threads, wide};

use super::index::to_u32;
use super::look::Seen;

/// A run of values somebody holds: the caller, we, or a foreign owner.
#[derive(Clone)]
pub enum Buffer<'a, T> {
    /// The caller's.
    Borrowed(&'a [T]),
    /// Ours.
    Owned(Vec<T>),
    /// A foreign owner's, kept alive by the `Arc` (Arrow buffers, for one).
    Shared(Arc<dyn AsRef<[T]> + Send + Sync>),
}

impl<T> Deref for Buffer<'_, T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match self {
            Self::Borrowed(values) => values,
            Self::Owned(values) => values,
            Self::Shared(values) => (**values).as_ref(),
        }
    }
}

impl<T> fmt::Debug for Buffer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} values]", self.len())
    }
}

impl<T> From<Vec<T>> for Buffer<'_, T> {
    fn from(values: Vec<T>) -> Self {
        Self::Owned(values)
    }
}

impl<'a, T> From<&'a [T]> for Buffer<'a, T> {
    fn from(values: &'a [T]) -> Self {
        Self::Borrowed(values)
    }
}

/// The unit of a time column: ticks since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Second,
    /// Milliseconds.
    Milli,
    /// Microseconds.
    Micro,
    /// Nanoseconds.
    Nano,
}

impl TimeUnit {
    /// Ticks in a second.
    #[must_use]
    pub const fn per_second(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Milli => 1_000,
            Self::Micro => 1_000_000,
            Self::Nano => 1_000_000_000,
        }
    }
}

/// Text values: one string a row.
#[derive(Clone)]
pub enum Texts<'a> {
    /// Strings one by one, borrowed or owned.
    Strings(Vec<Cow<'a, str>>),
    /// One run of UTF-8 and the ends of each string in it (Arrow's layout).
    Utf8 {
        /// `rows + 1` offsets into `bytes`.
        offsets: Buffer<'a, i32>,
        /// The text.
        bytes: Buffer<'a, u8>,
    },
    /// The same with 64-bit offsets.
    LargeUtf8 {
        /// `rows + 1` offsets into `bytes`.
        offsets: Buffer<'a, i64>,
        /// The text.
        bytes: Buffer<'a, u8>,
    },
}

impl Texts<'_> {
    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Strings(strings) => strings.len(),
            Self::Utf8 { offsets, .. } => offsets.len().saturating_sub(1),
            Self::LargeUtf8 { offsets, .. } => offsets.len().saturating_sub(1),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The string at `row`; `None` when the buffers do not describe one.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Strings(strings) => strings.get(row).map(|s| &**s),
            _ => std::str::from_utf8(self.bytes(row)?).ok(),
        }
    }

    /// Its bytes, whether or not they are text.
    pub(crate) fn bytes(&self, row: usize) -> Option<&[u8]> {
        let cut = |start: i64, end: i64, bytes: &[u8]| -> Option<(usize, usize)> {
            let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
            (start <= end && end <= bytes.len()).then_some((start, end))
        };
        match self {
            Self::Strings(strings) => strings.get(row).map(|s| s.as_bytes()),
            Self::Utf8 { offsets, bytes } => {
                let (start, end) = (*offsets.get(row)?, *offsets.get(row + 1)?);
                let (start, end) = cut(start.into(), end.into(), bytes)?;
                Some(&bytes[start..end])
            }
            Self::LargeUtf8 { offsets, bytes } => {
                let (start, end) = cut(*offsets.get(row)?, *offsets.get(row + 1)?, bytes)?;
                Some(&bytes[start..end])
            }
        }
    }
}

impl fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} texts]", self.len())
    }
}

/// Small whole numbers that stand for something: dictionary codes, or indices.
#[derive(Clone, Debug)]
pub enum Codes<'a> {
    /// Up to 256.
    U8(Buffer<'a, u8>),
    /// Up to 65,536.
    U16(Buffer<'a, u16>),
    /// Up to 2³².
    U32(Buffer<'a, u32>),
}

impl Codes<'_> {
    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::U8(values) => values.len(),
            Self::U16(values) => values.len(),
            Self::U32(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code at `row`, which must be within [`len`](Self::len).
    #[inline]
    pub(crate) fn at(&self, row: usize) -> u32 {
        match self {
            Self::U8(values) => values[row].into(),
            Self::U16(values) => values[row].into(),
            Self::U32(values) => values[row],
        }
    }

    /// Adds what `to` makes of the codes of `rows` to `out`.
    #[inline]
    pub(crate) fn load(
        &self,
        rows: std::ops::Range<usize>,
        out: &mut Vec<u32>,
        to: impl Fn(u32) -> u32,
    ) {
        let start = out.len();
        match self {
            Self::U8(values) => out.extend(values[rows].iter().map(|&code| u32::from(code))),
            Self::U16(values) => out.extend(values[rows].iter().map(|&code| u32::from(code))),
            Self::U32(values) => out.extend_from_slice(&values[rows]),
        }
        // In one place, so that it is put there and not called.
        for code in &mut out[start..] {
            *code = to(*code);
        }
    }

    /// Adds the codes of `rows` to `out`, none larger than `most`.
    pub(crate) fn load_up_to(&self, rows: std::ops::Range<usize>, out: &mut Vec<u32>, most: u32) {
        // Compared as narrow as they are, many at once.
        match self {
            Self::U8(values) => {
                let most = u8::try_from(most).unwrap_or(u8::MAX);
                out.extend(values[rows].iter().map(|&code| u32::from(code.min(most))));
            }
            Self::U16(values) => {
                let most = u16::try_from(most).unwrap_or(u16::MAX);
                out.extend(values[rows].iter().map(|&code| u32::from(code.min(most))));
            }
            Self::U32(values) => out.extend(values[rows].iter().map(|&code| code.min(most))),
        }
    }

    /// Lists those of `rows` whose codes are admitted.
    pub(crate) fn list(&self, rows: std::ops::Range<usize>, admitted: &[bool], out: &mut Vec<u32>) {
        let first = to_u32(rows.start);
        match self {
            Self::U8(values) => list_admitted(&values[rows], admitted, first, out),
            Self::U16(values) => list_admitted(&values[rows], admitted, first, out),
            Self::U32(values) => list_admitted(&values[rows], admitted, first, out),
        }
    }

    /// Whether all codes are below `end`.
    pub(crate) fn are_below(&self, end: u32) -> bool {
        match self {
            Self::U32(values) => threads::over(values, |part| wide::all_below(part, end))
                .into_iter()
                .all(|below| below),
            codes => codes.max().is_none_or(|max| max < end),
        }
    }

    /// The largest code, if any.
    pub(crate) fn max(&self) -> Option<u32> {
        fn most<T: Copy + Ord + Default + Send + Sync>(values: &[T]) -> Option<T> {
            let most = |part: &[T]| part.iter().fold(T::default(), |most, &at| most.max(at));
            threads::over(values, most).into_iter().max()
        }
        match self {
            Self::U8(values) => {
                let most = threads::over(values, wide::largest_byte).into_iter().max();
                most.map(u32::from)
            }
            Self::U16(values) => most(values).map(u32::from),
            Self::U32(values) => most(values),
        }
    }
}

/// Lists rows, numbered from the first, whose codes are admitted. 64 of them are
/// asked at a time, for mostly few are.
fn list_admitted<T: Copy + Into<u32>>(
    codes: &[T],
    admitted: &[bool],
    first: u32,
    out: &mut Vec<u32>,
) {
    let is = |code: T| admitted.get(code.into() as usize).copied().unwrap_or(false);
    let (chunks, rest) = codes.as_chunks::<64>();
    let mut first = first;
    for codes in chunks {
        let bits = codes.iter();
        let bits = bits.fold(0_u64, |bits, &code| bits << 1 | u64::from(is(code)));
        out.extend(ones(bits.reverse_bits()).map(|bit| first + bit));
        first += 64;
    }
    let rows = (first..).zip(rest).filter(|(_, code)| is(**code));
    out.extend(rows.map(|(row, _)| row));
}

/// The set bits of a word, lowest first.
#[inline]
pub(crate) fn ones(word: u64) -> impl Iterator<Item = u32> {
    let rest = |word: &u64| Some(word & word.wrapping_sub(1));
    std::iter::successors(Some(word), rest)
        .take_while(|&word| word != 0)
        .map(u64::trailing_zeros)
}

/// Lists the places of what holds; gives how many.
#[inline]
pub(crate) fn list(places: &mut [u32], holds: impl Iterator<Item = bool>) -> usize {
    let mut count = 0;
    for (at, holds) in (0..).zip(holds) {
        // Written whether it holds or not, and overwritten where not.
        if let Some(place) = places.get_mut(count) {
            *place = at;
        }
        count += usize::from(holds);
    }
    count
}

/// Lists the places of values that are not 0; gives how many.
pub(crate) fn list_filled<T: Copy + Default + PartialEq>(
    places: &mut [u32],
    values: &[T],
) -> usize {
    list(places, values.iter().map(|&value| value != T::default()))
}

#[inline]
pub(crate) fn widen<T: Copy, U>(values: &[T], out: &mut [U], to: impl Fn(T) -> U) {
    for (out, &value) in out.iter_mut().zip(values) {
        *out = to(value);
    }
}

/// The values of a column, as they lie in memory.
#[derive(Clone, Debug)]
pub enum Data<'a> {
    /// 8-bit counts or ids.
    U8(Buffer<'a, u8>),
    /// 16-bit counts or ids.
    U16(Buffer<'a, u16>),
    /// 32-bit counts or ids.
    U32(Buffer<'a, u32>),
    /// 64-bit counts or ids.
    U64(Buffer<'a, u64>),
    /// Signed 32-bit counts or ids.
    I32(Buffer<'a, i32>),
    /// Signed 64-bit counts, ids or money.
    I64(Buffer<'a, i64>),
    /// Floats; whole ones are valid counts.
    F64(Buffer<'a, f64>),
    /// Flags.
    Bool(Buffer<'a, bool>),
    /// Instants.
    Time(Buffer<'a, i64>, TimeUnit),
    /// Text.
    Text(Texts<'a>),
    /// Dictionary-encoded text: a code per row, a name per code.
    Dictionary {
        /// The code of each row.
        codes: Codes<'a>,
        /// The name of each code.
        names: Vec<String>,
    },
    /// Several texts a row.
    List {
        /// `rows + 1` offsets into `values`.
        offsets: Buffer<'a, i32>,
        /// The texts of all rows, one after the other.
        values: Texts<'a>,
    },
}

impl Data<'_> {
    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::U8(values) => values.len(),
            Self::U16(values) => values.len(),
            Self::U32(values) => values.len(),
            Self::U64(values) => values.len(),
            Self::I32(values) => values.len(),
            Self::I64(values) | Self::Time(values, _) => values.len(),
            Self::F64(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Text(texts) => texts.len(),
            Self::Dictionary { codes, .. } => codes.len(),
            Self::List { offsets, .. } => offsets.len().saturating_sub(1),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type, in words for messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::U8(_) | Self::U16(_) | Self::U32(_) | Self::U64(_) => "unsigned integer",
            Self::I32(_) | Self::I64(_) => "integer",
            Self::F64(_) => "float",
            Self::Bool(_) => "boolean",
            Self::Time(..) => "timestamp",
            Self::Text(_) => "text",
            Self::Dictionary { .. } => "dictionary of text",
            Self::List { .. } => "list of text",
        }
    }
}

/// Which rows of a column are known.
#[derive(Clone, Debug)]
pub enum Validity<'a> {
    /// One bit a row, least significant first, starting `offset` bits in
    /// (Arrow's layout); a set bit is a known value.
    Bits {
        /// The bits.
        bits: Buffer<'a, u8>,
        /// Bits before the first row's.
        offset: usize,
    },
    /// One flag a row; `true` is a known value.
    Flags(Buffer<'a, bool>),
}

impl Validity<'_> {
    /// Whether `row` is known. Rows beyond the mask are not.
    #[inline]
    #[must_use]
    pub fn is_known(&self, row: usize) -> bool {
        match self {
            Self::Bits { bits, offset } => {
                let bit = offset + row;
                bits.get(bit >> 3)
                    .is_some_and(|byte| byte >> (bit & 7) & 1 == 1)
            }
            Self::Flags(flags) => flags.get(row).copied().unwrap_or(false),
        }
    }

    fn covers(&self, rows: usize) -> bool {
        match self {
            Self::Bits { bits, offset } => offset
                .checked_add(rows)
                .is_some_and(|end| end <= bits.len().saturating_mul(8)),
            Self::Flags(flags) => flags.len() == rows,
        }
    }
}

/// One column: values, and which of them are known.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub(crate) data: Data<'a>,
    pub(crate) validity: Option<Validity<'a>>,
    /// What a look at all values has told.
    pub(super) seen: Option<Seen>,
}

impl<'a> Column<'a> {
    /// A column in which every value is known.
    #[must_use]
    pub const fn new(data: Data<'a>) -> Self {
        Self {
            data,
            validity: None,
            seen: None,
        }
    }

    /// The same column with a validity mask.
    ///
    /// # Errors
    /// `unequal_lengths` when the mask is shorter than the values.
    pub fn with_validity(mut self, validity: Validity<'a>) -> Result<Self> {
        if !validity.covers(self.len()) {
            return Err(Error::new(
                ErrorKind::UnequalLengths,
                format!(
                    "a validity mask does not cover the {} rows of its column",
                    self.len()
                ),
            ));
        }
        self.validity = Some(validity);
        Ok(self)
    }

    /// Whole numbers, all known.
    #[must_use]
    pub fn counts(values: &'a [u64]) -> Self {
        Self::new(Data::U64(Buffer::Borrowed(values)))
    }

    /// Whole numbers of which some are missing.
    #[must_use]
    pub fn optional_counts(values: impl IntoIterator<Item = Option<u64>>) -> Self {
        Self::optional(values, |values| Data::U64(Buffer::Owned(values)))
    }

    /// Numbers of which some are missing.
    #[must_use]
    pub fn optional_numbers(values: impl IntoIterator<Item = Option<f64>>) -> Self {
        Self::optional(values, |values| Data::F64(Buffer::Owned(values)))
    }

    /// Texts, all known.
    #[must_use]
    pub fn texts<S: Into<Cow<'a, str>>>(values: impl IntoIterator<Item = S>) -> Self {
        Self::new(Data::Text(Texts::Strings(
            values.into_iter().map(Into::into).collect(),
        )))
    }

    /// Texts of which some are missing.
    #[must_use]
    pub fn optional_texts<S: Into<Cow<'a, str>>>(
        values: impl IntoIterator<Item = Option<S>>,
    ) -> Self {
        Self::optional(values.into_iter().map(|v| v.map(Into::into)), |values| {
            Data::Text(Texts::Strings(values))
        })
    }

    /// Instants of which some are missing, in microseconds.
    #[must_use]
    pub fn optional_times(values: impl IntoIterator<Item = Option<i64>>) -> Self {
        Self::optional(values, |values| {
            Data::Time(Buffer::Owned(values), TimeUnit::Micro)
        })
    }

    /// Flags of which some are missing.
    #[must_use]
    pub fn optional_flags(values: impl IntoIterator<Item = Option<bool>>) -> Self {
        Self::optional(values, |values| Data::Bool(Buffer::Owned(values)))
    }

    /// Several texts a row.
    #[must_use]
    pub fn lists<S: Into<Cow<'a, str>>>(
        rows: impl IntoIterator<Item = impl IntoIterator<Item = S>>,
    ) -> Self {
        let (mut offsets, mut values) = (vec![0], Vec::new());
        for row in rows {
            values.extend(row.into_iter().map(Into::into));
            offsets.push(i32::try_from(values.len()).unwrap_or(i32::MAX));
        }
        Self::new(Data::List {
            offsets: offsets.into(),
            values: Texts::Strings(values),
        })
    }

    fn optional<T: Default>(
        values: impl IntoIterator<Item = Option<T>>,
        data: impl FnOnce(Vec<T>) -> Data<'a>,
    ) -> Self {
        let mut known = Vec::new();
        let mut all = true;
        let values = values
            .into_iter()
            .map(|value| {
                known.push(value.is_some());
                all &= value.is_some();
                value.unwrap_or_default()
            })
            .collect();
        let validity = (!all).then(|| Validity::Flags(Buffer::Owned(known)));
        Self {
            validity,
            ..Self::new(data(values))
        }
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values; those not known may be anything.
    #[must_use]
    pub const fn data(&self) -> &Data<'a> {
        &self.data
    }

    /// Whether the value at `row` is known.
    #[inline]
    #[must_use]
    pub fn is_known(&self, row: usize) -> bool {
        self.validity
            .as_ref()
            .is_none_or(|validity| validity.is_known(row))
    }
}
