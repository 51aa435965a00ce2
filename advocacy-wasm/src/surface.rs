//! What the surface does, without JavaScript: numbers in, JSON out.

use std::fmt;

use advocacy_core::{Error, ErrorKind, Metric};
use advocacy_core::{Period, Program, ReportOptions, Zone, sample};
use serde::Serialize;

/// Whole numbers up to here, 2⁵³ − 1, are exact in JavaScript.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// What is thrown as an `AdvocacyError`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) code: &'static str,
    pub(crate) field: Option<String>,
    pub(crate) row: Option<u64>,
}

impl Fault {
    fn in_field(kind: ErrorKind, field: &str, message: impl fmt::Display) -> Self {
        Self {
            message: format!("{message} ({field})"),
            code: kind.code(),
            field: Some(field.to_owned()),
            row: None,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self {
            message: error.to_string(),
            code: error.code(),
            field: error.field().map(str::to_owned),
            row: error.row(),
        }
    }
}

/// The catalogue.
pub(crate) fn metrics() -> Result<String, Fault> {
    json(&advocacy_core::scalar::listings())
}

/// A metric from two numbers; `None` is something that is no number.
pub(crate) fn measure(metric: &str, numbers: [Option<f64>; 2]) -> Result<String, Fault> {
    let metric = Metric::parse(metric)?;
    let fields = metric.parameters().unwrap_or(["first", "second"]);
    let first = count(numbers[0], fields[0])?;
    let second = count(numbers[1], fields[1])?;
    json(&metric.of_counts(first, second)?)
}

/// The report of the bundled sample programme, in UTC.
pub(crate) fn sample_report(period: &str) -> Result<String, Fault> {
    let period = Period::parse(period, &Zone::utc())?;
    let rows = sample::rows();
    json(&Program::from_rows(&rows)?.report(&ReportOptions::new(period))?)
}

/// A count from a number of JavaScript's.
fn count(number: Option<f64>, field: &str) -> Result<u64, Fault> {
    let bad = |kind, message: fmt::Arguments<'_>| Err(Fault::in_field(kind, field, message));
    match number {
        None => bad(ErrorKind::InvalidValue, format_args!("a count is a number")),
        Some(number) if !number.is_finite() => {
            bad(ErrorKind::NotFinite, format_args!("{number} is no count"))
        }
        Some(number) if number < 0.0 => bad(
            ErrorKind::NegativeCount,
            format_args!("count {number} is below 0"),
        ),
        Some(number) if number > MAX_SAFE_INTEGER => bad(
            ErrorKind::OutOfRange,
            format_args!("count {number} is outside 0..={MAX_SAFE_INTEGER}"),
        ),
        Some(number) if number.fract() > 0.0 => bad(
            ErrorKind::InvalidValue,
            format_args!("count {number} is not a whole number"),
        ),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 0 to 2^53 - 1, as the arms above see to"
        )]
        Some(number) => Ok(number as u64),
    }
}

fn json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault {
        message: error.to_string(),
        code: ErrorKind::InvalidValue.code(),
        field: None,
        row: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(text: Result<String, Fault>) -> Value {
        serde_json::from_str(&text.unwrap()).unwrap()
    }

    fn scalars() -> Vec<(String, [String; 2])> {
        let listed = read(metrics());
        let scalar = |info: &Value| {
            let id = info["id"].as_str()?.to_owned();
            let [first, second] = &info["parameters"].as_array()?[..] else {
                return None;
            };
            Some((
                id,
                [first.as_str()?.to_owned(), second.as_str()?.to_owned()],
            ))
        };
        listed
            .as_array()
            .unwrap()
            .iter()
            .filter_map(scalar)
            .collect()
    }

    #[test]
    fn lists_the_whole_catalogue() {
        let listed = read(metrics());
        assert_eq!(
            listed.as_array().unwrap().len(),
            advocacy_core::metrics().len()
        );
        assert!(!scalars().is_empty());
    }

    #[test]
    fn measures_what_the_core_measures() {
        for (id, _) in scalars() {
            let ours = read(measure(&id, [Some(1.0), Some(4.0)]));
            let core = Metric::parse(&id).unwrap().of_counts(1, 4).unwrap();
            assert_eq!(ours, serde_json::to_value(core).unwrap());
            assert!(read(measure(&id, [Some(0.0), Some(-0.0)]))["value"].is_null());
        }
    }

    #[test]
    fn takes_whole_numbers_that_are_exact_and_no_others() {
        for (id, fields) in scalars() {
            let most = read(measure(&id, [Some(0.0), Some(MAX_SAFE_INTEGER)]));
            assert_eq!(most["denominator"]["value"], 9_007_199_254_740_991_u64);
            for (number, code) in [
                (None, "invalid_value"),
                (Some(f64::NAN), "not_finite"),
                (Some(f64::INFINITY), "not_finite"),
                (Some(-1.0), "negative_count"),
                (Some(-0.5), "negative_count"),
                (Some(0.5), "invalid_value"),
                (Some(MAX_SAFE_INTEGER + 1.0), "out_of_range"),
            ] {
                let fault = measure(&id, [Some(1.0), number]).unwrap_err();
                assert_eq!((fault.code, fault.field.as_ref()), (code, Some(&fields[1])));
                let fault = measure(&id, [number, Some(1.0)]).unwrap_err();
                assert_eq!((fault.code, fault.field.as_ref()), (code, Some(&fields[0])));
            }
        }
    }

    #[test]
    fn names_that_are_not_known_are_errors_with_a_code() {
        let fault = measure("nonsense", [Some(1.0), Some(2.0)]).unwrap_err();
        assert_eq!(
            (fault.code, fault.field.as_deref()),
            ("unknown_name", Some("metric"))
        );
        assert_eq!(sample_report("2025-Q5").unwrap_err().code, "invalid_period");
    }

    #[test]
    fn reports_on_the_sample() {
        let report = read(sample_report("2025-Q3"));
        assert_eq!(report["period"]["label"], "2025-Q3");
        assert_eq!(report["period"]["zone"], "UTC");
        assert!(!report["sections"].as_array().unwrap().is_empty());
    }
}
