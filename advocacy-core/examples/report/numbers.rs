//! Numbers as people read them. Nothing is rounded before this.

use advocacy_core::{Comparison, Coverage, Currency, Measure, Number, State, Unit};

pub(crate) const UNDEFINED: &str = "–";
pub(crate) const MISSING: &str = "n/a";
pub(crate) const SUPPRESSED: &str = "hidden";

/// A measure's value, or why there is none.
pub(crate) fn value(measure: &Measure) -> String {
    match (measure.state(), measure.number()) {
        (State::Undefined, _) => UNDEFINED.to_owned(),
        (State::Suppressed, _) => SUPPRESSED.to_owned(),
        (State::Missing, _) | (State::Defined, None) => MISSING.to_owned(),
        (State::Defined, Some(number)) => amount(number, measure.unit()),
    }
}

fn amount(number: Number, unit: Unit) -> String {
    match (unit, number) {
        (Unit::Rate, _) => format!("{} %", tenths(number.as_f64() * 100.0)),
        (Unit::Ratio, _) => format!("{}×", times(number.as_f64())),
        (Unit::Days, _) => match tenths(number.as_f64()) {
            one if one == "1.0" => "1 day".to_owned(),
            days => format!("{} days", days.strip_suffix(".0").unwrap_or(&days)),
        },
        (Unit::Bits, _) => format!("{:.2} bits", number.as_f64()),
        (Unit::Points, _) => tenths(number.as_f64()),
        (Unit::Money(Some(currency)), _) => money(number.as_f64(), currency),
        (Unit::Money(None), _) => format!("{} minor units", plain(number)),
        _ => plain(number),
    }
}

/// Minor units as the currency is written: `1,234.50 EUR`.
fn money(minor: f64, currency: Currency) -> String {
    let (size, decimals) = match currency.as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => (1.0, 0),
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => (1000.0, 3),
        _ => (100.0, 2),
    };
    format!("{} {currency}", fixed(minor / size, decimals))
}

fn plain(number: Number) -> String {
    match number {
        Number::Count(count) => grouped(&count.to_string()),
        Number::Real(value) => real(value),
    }
}

/// A real to about three digits, whole where it is or from a thousand up.
fn real(value: f64) -> String {
    if value.fract() == 0.0 || value.abs() >= 1000.0 {
        fixed(value, 0)
    } else {
        times(value)
    }
}

/// A number of times, to about three digits.
fn times(value: f64) -> String {
    match value.abs() {
        size if size > 0.0 && size < 0.005 => {
            (if value < 0.0 { ">-0.01" } else { "<0.01" }).to_owned()
        }
        size if size < 10.0 => fixed(value, 2),
        size if size < 1000.0 => fixed(value, 1),
        _ => fixed(value, 0),
    }
}

/// One decimal; what is not 0 is not shown as 0.
fn tenths(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.05 {
        return (if value < 0.0 { ">-0.1" } else { "<0.1" }).to_owned();
    }
    fixed(value, 1)
}

/// So many decimals, the thousands separated.
fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |rest| ("-", rest));
    match digits.split_once('.') {
        Some((whole, rest)) => format!("{sign}{}.{rest}", grouped(whole)),
        None => format!("{sign}{}", grouped(digits)),
    }
}

/// A whole percentage without its sign, for grids.
pub(crate) fn percent(measure: &Measure) -> String {
    match measure.value() {
        Some(rate) if rate > 0.0 && rate < 0.005 => "<1".to_owned(),
        Some(rate) => format!("{:.0}", rate * 100.0),
        None => value(measure),
    }
}

pub(crate) fn count(count: u64) -> String {
    grouped(&count.to_string())
}

/// `1234567` as `1,234,567`.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How a measure moved: `▲ 2.1 pp`, `▼ 120 (-8.1 %)`.
pub(crate) fn change(unit: Unit, comparison: &Comparison) -> String {
    let Some(difference) = comparison.difference else {
        return format!("before: {}", value(&comparison.baseline));
    };
    let arrow = match difference {
        _ if difference > 0.0 => '▲',
        _ if difference < 0.0 => '▼',
        _ => return "= no change".to_owned(),
    };
    let size = difference.abs();
    if unit == Unit::Rate {
        return format!("{arrow} {} pp", tenths(size * 100.0));
    }
    format!(
        "{arrow} {}{}",
        amount(Number::Real(size), unit),
        relative(comparison)
    )
}

/// The change as a share of what was before, where that says something.
fn relative(comparison: &Comparison) -> String {
    let positive = comparison
        .baseline
        .value()
        .is_some_and(|before| before > 0.0);
    match comparison.ratio.filter(|_| positive) {
        Some(ratio) if ratio >= 10.0 => format!(" (×{})", times(ratio)),
        Some(ratio) if (ratio - 1.0).abs() >= 0.0005 => {
            let sign = if ratio > 1.0 { "+" } else { "" };
            format!(" ({sign}{} %)", tenths((ratio - 1.0) * 100.0))
        }
        _ => String::new(),
    }
}

/// A measure's interval: `95 %: 52.9 % to 62.5 %`.
pub(crate) fn interval(measure: &Measure) -> Option<String> {
    let interval = measure.interval()?;
    let end = |end| amount(Number::Real(end), measure.unit());
    let confidence = real(interval.confidence * 100.0);
    Some(format!(
        "{confidence} % interval {} to {}",
        end(interval.low),
        end(interval.high)
    ))
}

/// What was known, where that is not everything: `known in 6,812 of 8,000 rows (85.2 %)`.
pub(crate) fn gap(coverage: Option<Coverage>) -> Option<String> {
    let coverage = coverage.filter(|coverage| coverage.known < coverage.rows)?;
    let share = tenths(coverage.share()? * 100.0);
    Some(format!(
        "known in {} of {} rows ({share} %)",
        count(coverage.known),
        count(coverage.rows)
    ))
}
