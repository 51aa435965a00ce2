//! How a parameter of each type is read: the type says what is taken.

use serde_json::Value;

use crate::calendar::{Period, Timestamp, Zone};
use crate::error::{Error, ErrorKind, Result};
use crate::model::column::{Column, Data};
use crate::model::id::Id;
use crate::named::named;
use crate::stats::{Bound, Effect, PoissonRatioMethod, ProportionMethod, Sample};
use crate::stats::{SignTestMethod, TwoProportionMethod};
use crate::survey::{Anonymous, Comparisons, EnpsMethod, EsiForm, Invalid, Scale, TurnoverKind};

use super::argument::{Argument, At, Cell, Cells, instant};

named! {
    /// What a parameter takes.
    #[non_exhaustive]
    pub enum Kind as "kind" {
        /// A whole number from 0 up; a whole float is one too.
        Count = "count",
        /// A finite number.
        Number = "number",
        /// True or false.
        Flag = "flag",
        /// Text.
        Text = "text",
        /// One of the parameter's choices.
        Choice = "choice",
        /// A list of counts.
        Counts = "counts",
        /// A list of finite numbers.
        Numbers = "numbers",
        /// A list of true and false.
        Flags = "flags",
        /// A list of texts.
        Texts = "texts",
        /// A list of ids, text or whole numbers; null is nobody in particular.
        Ids = "ids",
        /// A list of instants: timestamps, or text such as `2025-07-02T10:00:00Z`.
        Instants = "instants",
        /// A list of answers: numbers, null for a blank.
        Scores = "scores",
        /// `0-10`, `1-10`, or `{min, max, passive_from, promoter_from}`.
        Scale = "scale",
        /// A sample: a list of values, `{n, mean, variance}`, or
        /// `{successes, trials}`.
        Sample = "sample",
    }
}

/// A type a parameter can have.
pub(crate) trait Read<'b>: Sized {
    const KIND: Kind;
    const CHOICES: &'static [&'static str] = &[];
    /// Whether leaving it out, where it has no default, is an error.
    const REQUIRED: bool = true;

    fn read(argument: &'b Argument<'_>, at: At) -> Result<Self>;

    /// What it is where it is left out.
    fn absent(at: At) -> Result<Self> {
        Err(at.missing())
    }
}

impl<'b, T: Read<'b>> Read<'b> for Option<T> {
    const KIND: Kind = T::KIND;
    const CHOICES: &'static [&'static str] = T::CHOICES;
    const REQUIRED: bool = false;

    fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
        T::read(argument, at).map(Some)
    }

    fn absent(_: At) -> Result<Self> {
        Ok(None)
    }
}

macro_rules! values {
    ($($type:ty, $kind:ident, $method:ident;)+) => {$(
        impl<'b> Read<'b> for $type {
            const KIND: Kind = Kind::$kind;

            fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
                Cell::of(argument).$method(at)
            }
        }
    )+};
}

values! {
    u64, Count, count;
    f64, Number, number;
    bool, Flag, flag;
    &'b str, Text, text;
}

macro_rules! lists {
    ($($type:ty, $kind:ident, $method:expr;)+) => {$(
        impl<'b> Read<'b> for Vec<$type> {
            const KIND: Kind = Kind::$kind;

            fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
                Cells::of(argument, at)?.each(at, $method)
            }
        }
    )+};
}

lists! {
    u64, Counts, Cell::count;
    f64, Numbers, Cell::number;
    bool, Flags, Cell::flag;
    &'b str, Texts, Cell::text;
    Option<Id>, Ids, id;
}

fn id(cell: Cell<'_>, at: At) -> Result<Option<Id>> {
    match cell {
        Cell::Null => Ok(None),
        Cell::Text(text) => Ok(Some(text.into())),
        Cell::Whole(whole) => {
            let number = i64::try_from(whole).map_err(|_| {
                let message = format!("id {whole} is outside {}..={}", i64::MIN, i64::MAX);
                at.error(ErrorKind::OutOfRange, message)
            })?;
            Ok(Some(number.into()))
        }
        other => Err(at.wanted("text or a whole number", other)),
    }
}

macro_rules! choices {
    ($($type:ty)+) => {$(
        impl<'b> Read<'b> for $type {
            const KIND: Kind = Kind::Choice;
            const CHOICES: &'static [&'static str] = <$type>::NAMES;

            fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
                let name = Cell::of(argument).text(at)?;
                Self::parse(name).map_err(|error| at.place(error))
            }
        }
    )+};
}

choices! {
    Anonymous Bound Comparisons Effect EnpsMethod EsiForm Invalid
    PoissonRatioMethod ProportionMethod SignTestMethod TurnoverKind TwoProportionMethod
}

/// Answers, borrowed: nothing is copied where they are numbers in a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scores<'b> {
    U8(&'b [u8]),
    I64(&'b [i64]),
    F64(&'b [f64]),
    Cells(Cells<'b>),
}

impl<'b> Read<'b> for Scores<'b> {
    const KIND: Kind = Kind::Scores;

    fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
        if let Argument::Column(Column {
            data,
            validity: None,
            ..
        }) = argument
        {
            match data {
                Data::U8(values) => return Ok(Self::U8(values)),
                Data::I64(values) => return Ok(Self::I64(values)),
                Data::F64(values) => return Ok(Self::F64(values)),
                _ => {}
            }
        }
        let cells = Cells::of(argument, at)?;
        for row in 0..cells.len() {
            match cells.at(row) {
                // Whether they are finite is for the survey to say.
                Cell::Null | Cell::Whole(_) | Cell::Number(_) => {}
                other => return Err(at.row(row).wanted("a number", other)),
            }
        }
        Ok(Self::Cells(cells))
    }
}

impl Scores<'_> {
    pub(super) fn len(self) -> usize {
        match self {
            Self::U8(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::F64(values) => values.len(),
            Self::Cells(cells) => cells.len(),
        }
    }

    #[inline]
    fn at(self, row: usize) -> Option<f64> {
        match self {
            Self::U8(values) => Some(values[row].into()),
            #[expect(clippy::cast_precision_loss, reason = "beyond 2⁵³ no scale reaches")]
            Self::I64(values) => Some(values[row] as f64),
            Self::F64(values) => Some(values[row]),
            Self::Cells(cells) => match cells.at(row) {
                #[expect(clippy::cast_precision_loss, reason = "beyond 2⁵³ no scale reaches")]
                Cell::Whole(whole) => Some(whole as f64),
                Cell::Number(number) => Some(number),
                _ => None,
            },
        }
    }

    /// Every answer; `None` is a blank.
    pub(super) fn each(self) -> impl Iterator<Item = Option<f64>> {
        (0..self.len()).map(move |row| self.at(row))
    }
}

/// Instants, to be read in a zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instants<'b> {
    cells: Cells<'b>,
    at: At,
}

impl<'b> Read<'b> for Instants<'b> {
    const KIND: Kind = Kind::Instants;

    fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
        let cells = Cells::of(argument, at)?;
        Ok(Self { cells, at })
    }
}

impl Instants<'_> {
    pub(super) fn in_zone(self, zone: &Zone) -> Result<Vec<Timestamp>> {
        self.cells.each(self.at, |cell, at| instant(cell, at, zone))
    }
}

/// An error in `name` unless it has a value for every row.
pub(super) fn same_length(rows: usize, given: usize, name: &str) -> Result<()> {
    if rows == given {
        return Ok(());
    }
    let message = format!("{given} {name} for {rows} rows");
    Err(Error::new(ErrorKind::UnequalLengths, message).in_field(name))
}

impl<'b> Read<'b> for Zone {
    const KIND: Kind = Kind::Text;

    fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
        match argument {
            Argument::Zone(zone) => Ok(zone.clone()),
            other => Self::named(Cell::of(other).text(at)?).map_err(|error| at.place(error)),
        }
    }
}

/// The period of a parameter called `window`.
pub(super) fn window(text: &str, zone: &Zone) -> Result<Period> {
    Period::parse(text, zone).map_err(|error| error.in_field("window"))
}

impl<'b> Read<'b> for Scale {
    const KIND: Kind = Kind::Scale;

    fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
        let record = match argument {
            Argument::Json(value) => value.as_object(),
            _ => None,
        };
        let Some(record) = record else {
            let name = Cell::of(argument).text(at)?;
            return Self::parse(name).map_err(|error| at.place(error));
        };
        let [min, max, passive_from, promoter_from] =
            numbers(record, ["min", "max", "passive_from", "promoter_from"], at)?;
        let (Some(min), Some(max)) = (min, max) else {
            return Err(at.error(ErrorKind::MissingValue, "a scale has a min and a max"));
        };
        match (passive_from, promoter_from) {
            (Some(passive_from), Some(promoter_from)) => {
                Self::custom(min, max, passive_from, promoter_from)
            }
            _ => Self::of(min, max),
        }
        .map_err(|error| at.place(error))
    }
}

/// The numbers of a record, which has no other fields.
fn numbers<const N: usize>(
    record: &serde_json::Map<String, Value>,
    names: [&str; N],
    at: At,
) -> Result<[Option<f64>; N]> {
    if let Some(name) = record.keys().find(|name| !names.contains(&name.as_str())) {
        let message = format!("{} has {}, no {name:?}", at.name, names.join(", "));
        return Err(at.error(ErrorKind::UnknownName, message));
    }
    let mut read = [None; N];
    for (place, name) in read.iter_mut().zip(names) {
        let value = record.get(name).filter(|value| !value.is_null());
        *place = value.map(|value| json_number(value, at)).transpose()?;
    }
    Ok(read)
}

fn json_number(value: &Value, at: At) -> Result<f64> {
    match value.as_f64() {
        Some(number) => Ok(number),
        None => Err(at.error(
            ErrorKind::InvalidValue,
            format!("{}: {value} is not a number", at.name),
        )),
    }
}

/// A sample for a comparison of means.
pub(super) struct Of(pub(super) Option<Sample>);

impl<'b> Read<'b> for Of {
    const KIND: Kind = Kind::Sample;

    fn read(argument: &'b Argument<'_>, at: At) -> Result<Self> {
        let record = match argument {
            Argument::Json(value) => value.as_object(),
            _ => None,
        };
        let sample = match record {
            None => {
                let values = Vec::<f64>::read(argument, at)?;
                Sample::from_values(&values)
            }
            Some(record) if record.contains_key("successes") || record.contains_key("trials") => {
                let [successes, trials] = counts(record, ["successes", "trials"], at)?;
                Sample::from_counts(successes, trials)
            }
            Some(record) => {
                let [n, mean, variance] = numbers(record, ["n", "mean", "variance"], at)?;
                let (Some(n), Some(mean), Some(variance)) = (n, mean, variance) else {
                    let message = format!("{} has n, mean and variance", at.name);
                    return Err(at.error(ErrorKind::MissingValue, message));
                };
                let n = Cell::Number(n).count(at)?;
                Sample::new(n, mean, variance).map(Some)
            }
        };
        sample.map(Of).map_err(|error| match error.row() {
            Some(_) => error.in_field(at.name),
            None => at.place(error),
        })
    }
}

/// The counts of a record, which has no other fields.
fn counts<const N: usize>(
    record: &serde_json::Map<String, Value>,
    names: [&str; N],
    at: At,
) -> Result<[u64; N]> {
    numbers(record, names, at)?;
    let mut read = [0; N];
    for (place, name) in read.iter_mut().zip(names) {
        let Some(value) = record.get(name).filter(|value| !value.is_null()) else {
            let message = format!("{} has {}", at.name, names.join(" and "));
            return Err(at.error(ErrorKind::MissingValue, message));
        };
        *place = Cell::of_json(value).count(at)?;
    }
    Ok(read)
}
