//! A number that explains and defends itself.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Period, Timestamp};
use crate::model::kinds::Currency;
use crate::named::named;
use crate::shared::Shared;
use crate::stats::Interval;

/// A count, exact, or a real number. JSON: a number either way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A whole number, exact.
    Count(u64),
    /// A real number.
    Real(f64),
}

impl Number {
    /// The number as a float; counts beyond 2⁵³ are rounded to nearest.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "documented")]
            Self::Count(count) => count as f64,
            Self::Real(real) => real,
        }
    }
}

impl From<u64> for Number {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for Number {
    fn from(real: f64) -> Self {
        Self::Real(real)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.write_str(&grouped(*count)),
            Self::Real(real) => f.write_str(&shown(*real)),
        }
    }
}

/// 1234567 as `1,234,567`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A real for people: six significant digits, no trailing zeros.
fn shown(real: f64) -> String {
    let size = real.abs();
    let decimals = if size >= 100_000.0 {
        0
    } else if size >= 1_000.0 {
        2
    } else if size >= 1.0 {
        4
    } else {
        6
    };
    let text = format!("{real:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

named! {
    /// Whether a measure has a value, and why not.
    pub enum State as "state" {
        /// It has a value.
        Defined = "defined",
        /// The definition gives none here: 0/0, nobody asked, nothing to count.
        Undefined = "undefined",
        /// The data that would give one is not known.
        Missing = "missing",
        /// A privacy policy hides it.
        Suppressed = "suppressed",
    }
}

/// What a value is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// A fraction, 0..=1 unless the definition allows more; never percent.
    Rate,
    /// A plain number of times: 16.9 × .
    Ratio,
    /// Distinct people.
    People,
    /// Shares.
    Shares,
    /// Content items.
    Items,
    /// Plain counts of events: impressions, clicks, followers.
    Count,
    /// Days of 24 hours.
    Days,
    /// Bits of information.
    Bits,
    /// Points of a net score, −100..=100; of a difference, −200..=200.
    Points,
    /// A mean of answers, on the scale of their question.
    Score,
    /// Minor units of the stated currency.
    Money(Option<Currency>),
}

/// A named number in a sum: `joined 231`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What it counts.
    pub name: Cow<'static, str>,
    /// How many; `None` is not known.
    pub value: Option<Number>,
}

impl Part {
    pub(crate) fn new(name: impl Into<Cow<'static, str>>, value: impl Into<Number>) -> Self {
        Self {
            name: name.into(),
            value: Some(value.into()),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Some(value) => write!(f, "{value} {}", self.name),
            None => write!(f, "unknown {}", self.name),
        }
    }
}

/// One choice among a metric's options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The option.
    pub option: Cow<'static, str>,
    /// What was chosen.
    pub value: Cow<'static, str>,
}

/// The definition a measure was computed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The formula in words.
    pub formula: Cow<'static, str>,
    /// Every option of the metric, and what was chosen.
    pub choices: Vec<Choice>,
}

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.formula)?;
        for (at, choice) in self.choices.iter().enumerate() {
            let gap = if at == 0 { " — " } else { ", " };
            write!(f, "{gap}{}: {}", choice.option, choice.value)?;
        }
        Ok(())
    }
}

/// For how many rows what a measure needs was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Rows in which it was.
    pub known: u64,
    /// Rows in question.
    pub rows: u64,
}

impl Coverage {
    /// known / rows; `None` without rows.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a share of rows")]
        (self.rows > 0).then(|| self.known as f64 / self.rows as f64)
    }
}

/// Something a reader of the number must know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// The period was not over at `as_of`.
    PartialPeriod {
        /// Data up to here.
        as_of: Timestamp,
    },
    /// The week, month, … is cut by the edge of the period.
    ClippedBucket,
    /// Adding this over rows counts people or things twice.
    NonAdditive {
        /// Why.
        reason: Cow<'static, str>,
    },
    /// People in the numerator who are not in the denominator's population.
    OutsidePopulation {
        /// How many were left out.
        people: u64,
    },
    /// Rows left out because one side or a part was not known.
    NotKnown {
        /// How many.
        rows: u64,
        /// Of what.
        what: Cow<'static, str>,
    },
    /// Rows of which only some parts were known, and those were summed.
    PartlyKnown {
        /// How many.
        rows: u64,
    },
    /// Left out by the definition.
    Excluded {
        /// How many.
        count: u64,
        /// What, and why.
        what: Cow<'static, str>,
    },
    /// Stand-ins were used.
    Imputed {
        /// How many.
        count: u64,
        /// What for what.
        what: Cow<'static, str>,
    },
    /// A rate above 1, which the definition allows.
    AboveOne,
    /// Not every part of the sum could be split by these dimensions: it is the
    /// same for all their values.
    NotSplit {
        /// The dimensions.
        dimensions: Vec<String>,
    },
    /// The filter on these dimensions could not narrow every part of the sum.
    NotFiltered {
        /// The dimensions.
        dimensions: Vec<String>,
    },
    /// No headcount was stated: employees are those known to the programme.
    EmployeesFromAdvocates,
    /// The engagement count is the platform's own, not a sum of parts.
    PlatformCount,
    /// Fewer rows or people than a rate should rest on.
    SmallSample {
        /// How many.
        n: u64,
    },
    /// Counts are the nearest multiple of a base.
    Rounded {
        /// The base.
        base: u32,
    },
    /// Hidden by a privacy policy.
    Suppressed {
        /// Why, in words.
        reason: Cow<'static, str>,
    },
    /// Anything else, in words.
    Remark {
        /// The words.
        text: Cow<'static, str>,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartialPeriod { as_of } => {
                write!(f, "the period was not over: data up to {as_of}")
            }
            Self::ClippedBucket => f.write_str("cut by the edge of the period"),
            Self::NonAdditive { reason } => write!(f, "does not add up: {reason}"),
            Self::OutsidePopulation { people } => {
                write!(
                    f,
                    "{} outside the denominator's population left out",
                    counted(*people, "person", "people")
                )
            }
            Self::NotKnown { rows, what } => {
                write!(
                    f,
                    "{} without {what} left out",
                    counted(*rows, "row", "rows")
                )
            }
            Self::PartlyKnown { rows } => {
                write!(
                    f,
                    "{} summed over the parts that are known",
                    counted(*rows, "row", "rows")
                )
            }
            Self::Excluded { count, what } => write!(f, "left out: {} {what}", grouped(*count)),
            Self::Imputed { count, what } => write!(f, "imputed: {} {what}", grouped(*count)),
            Self::AboveOne => f.write_str("above 1, which the definition allows"),
            Self::NotSplit { dimensions } => {
                write!(f, "one side is not split by {}", dimensions.join(", "))
            }
            Self::NotFiltered { dimensions } => {
                write!(
                    f,
                    "the filter on {} does not narrow one side",
                    dimensions.join(", ")
                )
            }
            Self::EmployeesFromAdvocates => {
                f.write_str("no headcount stated: employees are those known to the programme")
            }
            Self::PlatformCount => f.write_str("the platform's own count, not a sum of parts"),
            Self::Rounded { base } => write!(f, "counts are rounded to multiples of {base}"),
            Self::Suppressed { reason } => f.write_str(reason),
            Self::SmallSample { n } => write!(f, "small sample: {n}"),
            Self::Remark { text } => f.write_str(text),
        }
    }
}

impl Note {
    /// Whether it says only when, which is the same for every row.
    fn is_about_time(&self) -> bool {
        matches!(self, Self::PartialPeriod { .. } | Self::ClippedBucket)
    }

    /// The note without its count.
    fn uncounted(self) -> Self {
        let some = |text: String| Self::Remark { text: text.into() };
        match self {
            Self::OutsidePopulation { .. } => {
                some("people outside the denominator's population left out".to_owned())
            }
            Self::NotKnown { what, .. } => some(format!("rows without {what} left out")),
            Self::PartlyKnown { .. } => {
                some("some rows summed over the parts that are known".to_owned())
            }
            Self::Excluded { what, .. } => some(format!("left out: {what}")),
            Self::Imputed { what, .. } => some(format!("imputed: {what}")),
            Self::SmallSample { .. } => some("small sample".to_owned()),
            // A count stands at the beginning of a remark, if anywhere.
            Self::Remark { text } => some(
                text.trim_start_matches(|letter: char| letter.is_ascii_digit())
                    .trim_start()
                    .to_owned(),
            ),
            note => note,
        }
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A metric's result: a value, and everything that says what it is.
///
/// ```
/// use advocacy_core::scalar::adoption_rate;
///
/// let rate = adoption_rate(231, 400)?;
/// assert_eq!(rate.value(), Some(0.5775));
/// assert!(rate.explain().starts_with("adoption_rate = joined / employees = 231 / 400 = 0.5775"));
///
/// let nobody = adoption_rate(0, 0)?;
/// assert_eq!(nobody.value(), None); // undefined is not zero
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub(crate) id: Cow<'static, str>,
    pub(crate) value: Option<Number>,
    pub(crate) state: State,
    pub(crate) unit: Unit,
    pub(crate) numerator: Option<Part>,
    pub(crate) denominator: Option<Part>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) components: Vec<Part>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) period: Option<Arc<Period>>,
    pub(crate) definition: Shared<Definition>,
    pub(crate) coverage: Option<Coverage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) interval: Option<Interval>,
    pub(crate) notes: Shared<[Note]>,
}

/// What a measure is defined by before its column says so.
static NOT_YET: Definition = Definition {
    formula: Cow::Borrowed(""),
    choices: Vec::new(),
};

impl Default for &Definition {
    fn default() -> Self {
        &NOT_YET
    }
}

impl Measure {
    /// A value, not yet named: the catalogue gives it id, unit and definition.
    pub(crate) fn of(value: Option<Number>) -> Self {
        Self {
            id: Cow::Borrowed(""),
            value,
            state: if value.is_some() {
                State::Defined
            } else {
                State::Undefined
            },
            unit: Unit::Count,
            numerator: None,
            denominator: None,
            components: Vec::new(),
            period: None,
            definition: Shared::default(),
            coverage: None,
            interval: None,
            notes: Shared::default(),
        }
    }

    /// The same measure without a value by definition.
    pub(crate) fn undefined(mut self) -> Self {
        self.value = None;
        self.state = State::Undefined;
        self.interval = None;
        self
    }

    /// The same measure with its value not known.
    pub(crate) fn missing(mut self) -> Self {
        self.value = None;
        self.state = State::Missing;
        self.interval = None;
        self
    }

    /// The same measure with neither its value nor its sums known.
    pub(crate) fn unknown(mut self) -> Self {
        let parts = [&mut self.numerator, &mut self.denominator];
        for part in parts.into_iter().flatten() {
            part.value = None;
        }
        self.missing()
    }

    /// The same measure hidden, with no number left anywhere.
    pub(crate) fn suppressed(self, reason: String) -> Self {
        let mut hidden = self.unknown();
        hidden.state = State::Suppressed;
        for part in &mut hidden.components {
            part.value = None;
        }
        hidden.coverage = None;
        let about_time = hidden.notes.iter().filter(|note| note.is_about_time());
        hidden.notes = about_time.cloned().collect::<Vec<_>>().into();
        hidden.note(Note::Suppressed {
            reason: reason.into(),
        })
    }

    /// The same measure under a privacy policy that does not hide it: without
    /// what its notes count, which may be few, and its counts rounded.
    pub(crate) fn discreet(mut self, base: u32) -> Self {
        // Those say no count, and many rows have them in one place.
        if !self.notes.iter().all(Note::is_about_time) {
            let notes = self.notes.iter().cloned().map(Note::uncounted);
            self.notes = notes.collect::<Vec<_>>().into();
        }
        if base > 1 { self.rounded(base) } else { self }
    }

    /// The same measure with whole numbers as the nearest multiple of a base,
    /// halves up, and what is divided divided again.
    fn rounded(mut self, base: u32) -> Self {
        let round = |number: Number| match number {
            Number::Count(count) => {
                let base = u64::from(base);
                Number::Count(count.saturating_add(base / 2) / base * base)
            }
            real @ Number::Real(_) => real,
        };
        let quotient = |above: &Option<Part>, below: &Option<Part>| {
            let of = |part: &Option<Part>| part.as_ref()?.value.map(Number::as_f64);
            let (above, below) = (of(above)?, of(below)?);
            Some(above / below).filter(|quotient| quotient.is_finite())
        };
        let exact = quotient(&self.numerator, &self.denominator);
        let parts = [&mut self.numerator, &mut self.denominator];
        let parts = parts.into_iter().flatten().chain(&mut self.components);
        for part in parts {
            part.value = part.value.map(round);
        }
        if let Some(coverage) = &mut self.coverage {
            let rounded = |count| round(Number::Count(count)).as_f64();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number"
            )]
            let whole = |count| rounded(count) as u64;
            coverage.known = whole(coverage.known);
            coverage.rows = whole(coverage.rows);
        }
        let is_quotient = exact.is_some_and(|exact| {
            self.value()
                .is_some_and(|value| exact.to_bits() == value.to_bits())
        });
        if is_quotient {
            self.value = quotient(&self.numerator, &self.denominator).map(Number::Real);
            if self.value.is_none() {
                self.state = State::Undefined;
            }
        } else {
            self.value = self.value.map(round);
        }
        // The interval was made of the exact counts.
        self.interval = None;
        self.note(Note::Rounded { base })
    }

    pub(crate) fn note(mut self, note: Note) -> Self {
        self.add_note(note);
        self
    }

    /// The same in place, which is quicker where there are thousands.
    pub(crate) fn add_note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            let notes = self.notes.iter().cloned().chain([note]);
            self.notes = notes.collect::<Arc<[Note]>>().into();
        }
    }

    /// The same with several, which other measures have too.
    pub(crate) fn add_notes(&mut self, notes: &Shared<[Note]>) {
        if self.notes.is_empty() {
            self.notes = notes.clone();
        } else {
            notes.iter().for_each(|note| self.add_note(note.clone()));
        }
    }

    pub(crate) fn note_if(self, condition: bool, note: impl FnOnce() -> Note) -> Self {
        if condition { self.note(note()) } else { self }
    }

    /// The formula in words, where the choices in force make it another than
    /// the catalogue's.
    pub(crate) fn worded(mut self, formula: String) -> Self {
        self.definition = Shared::from(Definition {
            formula: Cow::Owned(formula),
            choices: self.definition.choices.clone(),
        });
        self
    }

    pub(crate) fn with_component(mut self, part: Part) -> Self {
        self.components.push(part);
        self
    }

    pub(crate) fn with_coverage(mut self, known: u64, rows: u64) -> Self {
        self.coverage = Some(Coverage { known, rows });
        self
    }

    pub(crate) fn with_interval(mut self, interval: Option<Interval>) -> Self {
        self.interval = interval;
        self
    }

    /// The metric's id, the same in every language.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The value as a float; `None` unless [`State::Defined`].
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.value.map(Number::as_f64)
    }

    /// The value, exact where it is a count.
    #[must_use]
    pub fn number(&self) -> Option<Number> {
        self.value
    }

    /// Whether there is a value, and why not.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// What the value is in.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// What is divided, or counted.
    #[must_use]
    pub fn numerator(&self) -> Option<&Part> {
        self.numerator.as_ref()
    }

    /// What it is divided by.
    #[must_use]
    pub fn denominator(&self) -> Option<&Part> {
        self.denominator.as_ref()
    }

    /// Sums and bounds that stand beside the value.
    #[must_use]
    pub fn components(&self) -> &[Part] {
        &self.components
    }

    /// The component of that name.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<f64> {
        let part = self.components.iter().find(|part| part.name == name)?;
        part.value.map(Number::as_f64)
    }

    /// The period it is over; `None` for scalar forms.
    #[must_use]
    pub fn period(&self) -> Option<&Period> {
        self.period.as_deref()
    }

    /// The definition it was computed by.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// In how many rows the fields it needs were known.
    #[must_use]
    pub fn coverage(&self) -> Option<Coverage> {
        self.coverage
    }

    /// The confidence interval, where one is defined.
    #[must_use]
    pub fn interval(&self) -> Option<&Interval> {
        self.interval.as_ref()
    }

    /// What a reader must know.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The sum as a person would check it by hand, then definition, period,
    /// coverage, interval and notes, a line each.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut lines = vec![self.sum()];
        if !self.components.is_empty() {
            let parts: Vec<String> = self.components.iter().map(ToString::to_string).collect();
            lines.push(format!("parts: {}", parts.join(", ")));
        }
        lines.push(format!("definition: {}", self.definition()));
        if let Some(period) = &self.period {
            lines.push(format!(
                "period: {} ({})",
                period.label(),
                period.zone().name()
            ));
        }
        if let Some(Coverage { known, rows }) = self.coverage {
            lines.push(format!(
                "coverage: known in {} of {}",
                grouped(known),
                counted(rows, "row", "rows")
            ));
        }
        if let Some(interval) = &self.interval {
            lines.push(format!(
                "{} % interval: {} to {} ({})",
                shown(interval.confidence * 100.0),
                shown(interval.low),
                shown(interval.high),
                interval.method
            ));
        }
        lines.extend(self.notes.iter().map(|note| format!("note: {note}")));
        lines.join("\n  ")
    }

    /// `adoption_rate = joined / employees = 231 / 400 = 0.5775 (57.75 %)`.
    fn sum(&self) -> String {
        let mut steps = vec![self.id.to_string()];
        match (&self.numerator, &self.denominator) {
            (Some(above), Some(below)) => {
                let count =
                    |part: &Part| part.value.map_or_else(|| "?".to_owned(), |v| v.to_string());
                steps.push(format!("{} / {}", above.name, below.name));
                steps.push(format!("{} / {}", count(above), count(below)));
            }
            (Some(above), None) => steps.push(above.name.to_string()),
            (None, _) => {}
        }
        steps.push(match (self.value, self.unit) {
            (None, _) => self.state.to_string(),
            (Some(value), Unit::Rate) => format!("{value} ({:.2} %)", value.as_f64() * 100.0),
            (Some(value), _) => value.to_string(),
        });
        steps.join(" = ")
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.value, self.unit) {
            (None, _) => f.write_str(self.state.as_str()),
            (Some(value), Unit::Rate) => write!(f, "{:.1} %", value.as_f64() * 100.0),
            (Some(value), Unit::Days) => write!(f, "{:.1} days", value.as_f64()),
            (Some(Number::Real(real)), _) => write!(f, "{real:.2}"),
            (Some(value), _) => write!(f, "{value}"),
        }
    }
}
