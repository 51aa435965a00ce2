//! Every function for counts, answers and samples in hand, one row each:
//! what Python functions, JavaScript functions, their types and the
//! conformance cases are made from.
//!
//! A row says what the function is called, what it takes (with defaults,
//! choices and a line on each parameter), what it returns, what it means and
//! who says so. A binding walks [`operations`], makes a function of each, and
//! hands the arguments over as they lie in memory; it types no signature.
//!
//! ```
//! use advocacy_core::operation::{Argument, Output, operation};
//! use advocacy_core::Column;
//!
//! let enps = operation("enps")?;
//! assert_eq!(enps.parameters[0].name, "scores");
//!
//! let scores = [10_u8, 9, 7, 3];
//! let scores = Column::new(advocacy_core::Data::U8((&scores[..]).into())); // borrowed
//! let Output::Enps(score) = enps.call([("scores", Argument::Column(scores))])? else { panic!() };
//! assert_eq!(score.value(), Some(25.0));
//!
//! let input = serde_json::json!({"successes": 18, "trials": 20});
//! let output = operation("wilson")?.call_json(&input)?;
//! assert_eq!(output["method"], "wilson");
//!
//! let error = operation("wilson")?.call_json(&serde_json::json!({"successes": 18})).unwrap_err();
//! assert_eq!((error.code(), error.field()), ("missing_value", Some("trials")));
//! # Ok::<(), advocacy_core::Error>(())
//! ```
//!
//! | given | is |
//! |---|---|
//! | a parameter left out, or null | its default; `missing_value` if it has none |
//! | a name that is no parameter | `unknown_name`, the name as field |
//! | another type than is taken | `invalid_value`, with the row in a list |
//! | NaN or an infinity | `not_finite`, with the row in a list |
//! | a count below 0, beyond 64 bits, not whole | `negative_count`, `out_of_range`, `invalid_value` |
//! | null in a list of answers | a blank: missing, counted |
//! | null in another list | `missing_value` with the row |

mod argument;
mod list;
mod output;
mod read;
mod words;

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};

pub use self::argument::Argument;
pub use self::output::{Output, SurvivalCurve};
pub use self::read::Kind;

pub(crate) use self::output::Returned;
pub(crate) use self::read::Read;
pub(crate) use self::words::About;

use self::argument::At;

/// A parameter of an operation.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name (camelCase in JavaScript).
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether leaving it out is an error.
    pub required: bool,
    /// What it is when left out; null for nothing.
    pub default: Argument<'static>,
    /// What it can be, if it is one of a few names.
    pub choices: &'static [&'static str],
    /// What it is, in a line.
    pub doc: &'static str,
}

/// A function for counts, answers or samples in hand.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Operation {
    /// Its name, the same in every language (camelCase in JavaScript).
    pub id: &'static str,
    /// The module of the core it is in: `scalar`, `survey` or `stats`.
    pub module: &'static str,
    /// Its title, for people.
    pub title: &'static str,
    /// The formula in words.
    pub formula: &'static str,
    /// What the result is in, with its range.
    pub unit: &'static str,
    /// When it is undefined, and what it refuses beyond what its parameters say.
    pub rule: &'static str,
    /// Who defines it so.
    pub source: &'static str,
    /// What it takes, in order.
    pub parameters: &'static [Parameter],
    /// The type it returns: `count`, `number`, `numbers`, or a record's name.
    pub returns: &'static str,
    /// Whether it can return null instead.
    pub optional: bool,
    /// An input that works, as JSON.
    pub example: &'static str,
    #[serde(skip)]
    pub(crate) call: fn(&Arguments<'_>) -> Result<Output>,
}

/// One row per operation: what is said of it, an example, its parameters each
/// with type, default and doc, what it returns, and the call.
macro_rules! rows {
    ($module:literal; $(
        $id:ident: $about:expr, $example:literal,
        ($($name:ident: $type:ty $(= $default:expr)? => $doc:expr),* $(,)?)
        -> $returns:ty = $body:expr;
    )+) => {
        &[$($crate::operation::Operation {
            id: stringify!($id),
            module: $module,
            title: $about.title,
            formula: $about.formula,
            unit: $about.unit,
            rule: $about.rule,
            source: $about.source,
            parameters: &[$($crate::operation::Parameter {
                name: stringify!($name),
                kind: <$type as $crate::operation::Read<'_>>::KIND,
                required: $crate::operation::rows!(
                    @required <$type as $crate::operation::Read<'_>>::REQUIRED $(, $default)?
                ),
                default: $crate::operation::rows!(@default $($default)?),
                choices: <$type as $crate::operation::Read<'_>>::CHOICES,
                doc: $doc,
            }),*],
            returns: <$returns as $crate::operation::Returned>::NAME,
            optional: <$returns as $crate::operation::Returned>::OPTIONAL,
            example: $example,
            call: |arguments| {
                let mut next = arguments.reader();
                $(let $name = next.read::<$type>()?;)*
                let result: $crate::error::Result<$returns> = $body;
                result.map($crate::operation::Output::from)
            },
        }),+]
    };
    (@required $required:expr) => { $required };
    (@required $required:expr, $default:expr) => { false };
    (@default) => { $crate::operation::Argument::Null };
    (@default $default:expr) => { $default };
}
pub(crate) use rows;

/// The arguments of a call, in the order of the parameters.
pub(crate) struct Arguments<'a> {
    parameters: &'static [Parameter],
    values: Vec<Argument<'a>>,
}

/// Reads arguments one after the other, each as its parameter's type.
pub(crate) struct Reader<'r, 'a> {
    arguments: &'r Arguments<'a>,
    next: usize,
}

impl<'a> Arguments<'a> {
    pub(crate) fn reader(&self) -> Reader<'_, 'a> {
        Reader {
            arguments: self,
            next: 0,
        }
    }
}

impl<'r> Reader<'r, '_> {
    pub(crate) fn read<T: Read<'r>>(&mut self) -> Result<T> {
        let parameter = &self.arguments.parameters[self.next];
        let given = &self.arguments.values[self.next];
        self.next += 1;
        let at = At::parameter(parameter.name);
        let null = |argument: &Argument<'_>| match argument {
            Argument::Null => true,
            Argument::Json(value) => value.is_null(),
            _ => false,
        };
        match (null(given), null(&parameter.default)) {
            (false, _) => T::read(given, at),
            (true, false) => T::read(&parameter.default, at),
            (true, true) => T::absent(at),
        }
    }
}

impl Operation {
    /// Calls it by name of parameter.
    ///
    /// # Errors
    /// As the [module](self) says, and those of the function itself.
    pub fn call<'a, N: AsRef<str>>(
        &self,
        arguments: impl IntoIterator<Item = (N, Argument<'a>)>,
    ) -> Result<Output> {
        let mut values = vec![Argument::Null; self.parameters.len()];
        for (name, argument) in arguments {
            values[self.position(name.as_ref())?] = argument;
        }
        (self.call)(&Arguments {
            parameters: self.parameters,
            values,
        })
    }

    /// Calls it with a JSON object of arguments; the result as JSON.
    ///
    /// # Errors
    /// As [`call`](Self::call); `invalid_value` for what is no object.
    pub fn call_json(&self, input: &Value) -> Result<Value> {
        let Some(arguments) = input.as_object() else {
            let message = format!("{} takes an object of arguments", self.id);
            return Err(Error::new(ErrorKind::InvalidValue, message));
        };
        let json = |value| Argument::Json(std::borrow::Cow::Borrowed(value));
        let output = self.call(arguments.iter().map(|(name, value)| (name, json(value))))?;
        serde_json::to_value(&output)
            .map_err(|error| Error::new(ErrorKind::InvalidValue, error.to_string()))
    }

    /// What it is, as every language's documentation says it: title, formula,
    /// unit, when it is undefined, and who says so. Parameters have their own.
    ///
    /// ```
    /// let doc = advocacy_core::operation::operation("gini")?.doc();
    /// assert!(doc.starts_with("Gini coefficient.\n\nFormula: Σ (2i − n − 1) x₍ᵢ₎ / (n Σx).\n"));
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    #[must_use]
    pub fn doc(&self) -> String {
        let stop = if self.title.ends_with('?') { "" } else { "." };
        format!(
            "{}{stop}\n\nFormula: {}.\nUnit: {}.\nRule: {}.\nSource: {}.",
            self.title, self.formula, self.unit, self.rule, self.source
        )
    }

    /// The parameter of that name.
    ///
    /// # Errors
    /// `unknown_name` for any other, with the name as field.
    pub fn parameter(&self, name: &str) -> Result<&'static Parameter> {
        self.position(name).map(|at| &self.parameters[at])
    }

    fn position(&self, name: &str) -> Result<usize> {
        let found = self.parameters.iter().position(|p| p.name == name);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.parameters.iter().map(|p| p.name).collect();
            let given: String = name.chars().take(80).collect();
            let message = format!(
                "{given:?} is not a parameter of {}; known: {}",
                self.id,
                known.join(", ")
            );
            Error::new(ErrorKind::UnknownName, message).in_field(&given)
        })
    }
}

/// Every operation: scalar forms, survey functions, statistics.
#[must_use]
pub fn operations() -> &'static [Operation] {
    static ALL: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        [
            crate::scalar::OPERATIONS,
            list::SCALAR,
            list::SURVEY,
            list::STATS,
        ]
        .concat()
    });
    &ALL
}

/// The operation of that id.
///
/// # Errors
/// `unknown_name` in `operation` for any other.
pub fn operation(id: &str) -> Result<&'static Operation> {
    let found = operations().iter().find(|operation| operation.id == id);
    found.ok_or_else(|| {
        let known: Vec<&str> = operations().iter().map(|operation| operation.id).collect();
        crate::named::unknown("operation", id, &known)
    })
}
