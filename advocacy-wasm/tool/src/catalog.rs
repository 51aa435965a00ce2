//! The types of what is handed in: tables, names and definitions.

use std::error::Error;
use std::fmt::Write;

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{ColumnSchema, ColumnType, Definitions, Dimension, SCHEMAS, metrics};

use crate::{camel, comment, union};

pub(crate) fn types() -> Result<String, Box<dyn Error>> {
    let mut out = String::from(
        "// Made by advocacy-wasm-tool from the core's catalogue and schemas.\n\n\
         import type { Column } from \"../columns.js\";\n\n\
         /** Text or a whole number; `7` and `\"7\"` are two ids. */\n\
         export type GivenId = string | number | bigint;\n\n\
         /** A `Date`, milliseconds since 1970, or text such as `2025-07-02T10:00:00Z`. */\n\
         export type Time = Date | number | string;\n\n\
         /** A whole number from 0 up. */\n\
         export type Count = number | bigint;\n",
    );

    let ids = metrics().iter().map(|metric| metric.id);
    writeln!(
        out,
        "\n/** A metric, in either spelling. */\nexport type MetricName = {};",
        union(both(ids))
    )?;
    writeln!(
        out,
        "\n/** A dimension; `tag:NAME` is a custom tag. */\n\
         export type DimensionName = {} | `tag:${{string}}`;",
        union(both(Dimension::names().collect::<Vec<_>>().into_iter()))
    )?;

    out.push_str(
        "\n/** How things are counted: what is left out is as the metric reference has it. */\n\
         export interface Definitions {\n",
    );
    for option in Definitions::options() {
        let doc = format!("{}\nBy default `{}`.", option.doc, option.default);
        out += &comment("  ", &doc);
        // A set of choices may be joined to a text of its own.
        let holds = match option.choices {
            [] => "string | number | bigint | null".to_owned(),
            choices => format!("{} | (string & {{}})", union(choices)),
        };
        writeln!(out, "  {}?: {holds};", camel(option.id))?;
    }
    out.push_str("}\n");

    out.push_str("\n/** How small groups are kept private. */\nexport interface PrivacyPolicy {\n");
    for option in PrivacyPolicy::options() {
        let doc = format!("{}\nBy default `{}`.", option.doc, option.default);
        out += &comment("  ", &doc);
        let holds = match (option.choices, option.default.as_str()) {
            (_, "true" | "false") => "boolean".to_owned(),
            ([], "none") => "number | null".to_owned(),
            ([], _) => "number".to_owned(),
            (choices, _) => union(choices),
        };
        writeln!(out, "  {}: {holds};", camel(option.id))?;
    }
    out.push_str("}\n");

    for table in SCHEMAS {
        let doc = format!("A row of `{}`: {}.", camel(table.name), table.doc);
        write!(
            out,
            "\n{}export interface {} {{\n",
            comment("", &doc),
            row_type(table.name)
        )?;
        for column in table.columns {
            let null = column
                .null
                .map_or_else(String::new, |null| format!("\nNull: {null}."));
            out += &comment("  ", &format!("{}.{null}", capital(column.doc)));
            let (may, or_null) = if column.required {
                ("", "")
            } else {
                ("?", " | null")
            };
            writeln!(
                out,
                "  {}{may}: {}{or_null};",
                camel(column.name),
                holds(column)
            )?;
        }
        out.push_str("}\n");
    }

    out.push_str(
        "\n/** The tables of a programme, each an array of rows or an object of columns. */\n\
         export interface Tables {\n  \
           /** The ISO 4217 code of money that states none. */\n  currency?: string | null;\n",
    );
    for table in SCHEMAS {
        let row = row_type(table.name);
        out += &comment("  ", &format!("{}.", capital(table.doc)));
        writeln!(
            out,
            "  {}?: readonly {row}[] | {{ [column in keyof {row}]?: Column | null }} | null;",
            camel(table.name)
        )?;
    }
    out.push_str("}\n");
    Ok(out)
}

/// Names in both spellings, each once.
fn both(names: impl Iterator<Item = &'static str> + Clone) -> Vec<String> {
    let mut all: Vec<String> = names.clone().map(camel).collect();
    for name in names {
        if !all.iter().any(|known| known == name) {
            all.push(name.to_owned());
        }
    }
    all
}

fn holds(column: &ColumnSchema) -> &'static str {
    match column.holds {
        ColumnType::Id => "GivenId",
        ColumnType::Name | ColumnType::Text => "string",
        ColumnType::Names => "readonly string[]",
        ColumnType::Time => "Time",
        ColumnType::Count | ColumnType::Minor => "Count",
        ColumnType::Number => "number",
        ColumnType::Flag => "boolean",
    }
}

/// `status_changes` as `StatusChangesRow`.
fn row_type(table: &str) -> String {
    format!("{}Row", capital(&camel(table)))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
