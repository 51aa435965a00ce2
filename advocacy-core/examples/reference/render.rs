//! The metric reference, rendered from the core's own lists.

use std::fmt::Write as _;

use advocacy_core::operation::{Operation, operations};
use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{ColumnType, Definitions, Dimension, Family, MetricInfo, SCHEMAS, metrics};

/// The whole reference as Markdown.
pub(crate) fn reference() -> String {
    let mut out = String::from(
        "# Reference\n\n\
         Every metric, option, dimension, function and table of the library, as its core\n\
         lists them. Names are the same in Rust and Python, camelCase in JavaScript.\n\
         Made by `cargo run --example reference > advocacy-core/docs/REFERENCE.md`; a test compares.\n\n",
    );
    out.push_str("[Metrics](#metrics) · [Options](#options) · [Dimensions](#dimensions) · [Functions](#functions) · [Tables](#tables)\n\n");
    metrics_of_all_families(&mut out);
    options(&mut out);
    privacy(&mut out);
    dimensions(&mut out);
    functions(&mut out);
    tables(&mut out);
    out
}

/// A line, formatted. Writing to a string does not fail.
macro_rules! line {
    ($out:expr, $($arg:tt)*) => {{ let _ = writeln!($out, $($arg)*); }};
}

fn metrics_of_all_families(out: &mut String) {
    out.push_str("## Metrics\n\n");
    out.push_str(
        "A programme is asked for those marked ●, by any dimensions; the others are\n\
         computed from numbers in hand. Without a denominator a value is undefined,\n\
         without the data it is missing; neither is 0.\n\n",
    );
    for family in Family::ALL {
        line!(out, "### {}\n", capital(family.as_str()));
        for metric in metrics().iter().filter(|metric| metric.family == *family) {
            one_metric(out, metric);
        }
    }
}

fn one_metric(out: &mut String, metric: &MetricInfo) {
    let asked = if metric.measured { " ●" } else { "" };
    line!(out, "#### `{}` — {}{asked}\n", metric.id, metric.title);
    line!(out, "{}.\n", capital(metric.formula));
    let unit = serde_json::to_value(metric.unit).unwrap_or_default();
    let unit = unit.as_str().unwrap_or("money, minor units");
    let sums = if metric.additive {
        "adds up over rows"
    } else {
        "does not add up over rows"
    };
    line!(out, "* {unit}; {sums}");
    line!(out, "* source: {}", metric.source);
    if !metric.options.is_empty() {
        let options: Vec<String> = metric
            .options
            .iter()
            .map(|option| format!("[`{option}`](#{option})"))
            .collect();
        line!(out, "* options: {}", options.join(", "));
    }
    out.push('\n');
}

fn options(out: &mut String) {
    out.push_str("## Options\n\n");
    for option in Definitions::options() {
        line!(out, "#### `{}`\n", option.id);
        line!(
            out,
            "{}\n",
            option
                .doc
                .lines()
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(" ")
        );
        line!(out, "* default: `{}`", option.default);
        if !option.choices.is_empty() {
            line!(out, "* choices: {}", code(option.choices));
        }
        out.push('\n');
    }
}

fn privacy(out: &mut String) {
    out.push_str("## Privacy policy\n\n");
    out.push_str("| option | default | |\n|---|---|---|\n");
    for option in PrivacyPolicy::options() {
        let doc: Vec<&str> = option.doc.lines().map(str::trim).collect();
        line!(
            out,
            "| `{}` | {} | {} |",
            option.id,
            option.default,
            doc.join(" ")
        );
    }
    out.push('\n');
}

fn dimensions(out: &mut String) {
    out.push_str("## Dimensions\n\n");
    let names: Vec<&str> = Dimension::names().collect();
    line!(out, "{}, and any custom tag as `tag:NAME`.\n", code(&names));
}

fn functions(out: &mut String) {
    out.push_str("## Functions\n\n");
    for module in ["scalar", "survey", "stats"] {
        line!(out, "### `{module}`\n");
        for operation in operations()
            .iter()
            .filter(|operation| operation.module == module)
        {
            one_function(out, operation);
        }
    }
}

fn one_function(out: &mut String, operation: &Operation) {
    let names: Vec<&str> = operation
        .parameters
        .iter()
        .map(|parameter| parameter.name)
        .collect();
    line!(out, "#### `{}({})`\n", operation.id, names.join(", "));
    line!(out, "{}: {}.\n", operation.title, operation.formula);
    let null = if operation.optional { ", or null" } else { "" };
    line!(
        out,
        "* returns {}{null}; {}",
        operation.returns,
        operation.unit
    );
    if !operation.rule.is_empty() {
        line!(out, "* {}", operation.rule);
    }
    line!(out, "* source: {}", operation.source);
    for parameter in operation.parameters {
        let default = serde_json::to_string(&parameter.default).unwrap_or_default();
        let default = match (parameter.required, default.as_str()) {
            (true, _) => String::new(),
            (false, "null") => " (optional)".to_owned(),
            (false, default) => format!(" (default `{default}`)"),
        };
        let choices = if parameter.choices.is_empty() {
            String::new()
        } else {
            format!(" One of {}.", code(parameter.choices))
        };
        line!(
            out,
            "* `{}`{default}: {}{choices}",
            parameter.name,
            parameter.doc
        );
    }
    line!(out, "* example: `{}`\n", operation.example);
}

fn tables(out: &mut String) {
    out.push_str("## Tables\n\n");
    for table in SCHEMAS {
        line!(out, "### `{}`\n\n{}.\n", table.name, capital(table.doc));
        out.push_str("| column | holds | null is | says |\n|---|---|---|---|\n");
        for column in table.columns {
            let null = match (column.required, column.null) {
                (true, _) => "an error; the column is required",
                (false, null) => null.unwrap_or("an error"),
            };
            line!(
                out,
                "| `{}` | {} | {null} | {} |",
                column.name,
                holds(column.holds),
                column.doc
            );
        }
        out.push('\n');
    }
}

fn holds(column: ColumnType) -> &'static str {
    column.as_str()
}

fn code(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
