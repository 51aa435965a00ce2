//! A function of JavaScript for every operation of the core.

use std::error::Error;
use std::fmt::Write;

use advocacy_core::operation::{Kind, Operation, Parameter, operations};

use crate::{camel, comment, union};

pub(crate) fn functions() -> Result<String, Box<dyn Error>> {
    let mut out = String::from(
        "// Made by advocacy-wasm-tool from the core's operations.\n\n\
         import { operation, type Explained, type Ids, type Instants, type Numbers, type Sample, \
         type Scale, type Scores, type Flags, type Texts, type Whole } from \"../operate.js\";\n\
         import type * as results from \"./results.js\";\n",
    );
    for (place, operation) in operations().iter().enumerate() {
        out.push('\n');
        out += &comment("", &doc(operation));
        let (must, may): (Vec<_>, Vec<_>) = (operation.parameters.iter().enumerate())
            .partition(|(_, parameter)| parameter.required);
        let mut signature = Vec::new();
        for (_, parameter) in &must {
            signature.push(format!("{}: {}", camel(parameter.name), takes(parameter)?));
        }
        if !may.is_empty() {
            let mut options = String::from("options?: {");
            for (_, parameter) in &may {
                let default = match shown(&parameter.default) {
                    Some(default) => format!(" By default {default}."),
                    None => String::new(),
                };
                let note = comment("  ", &format!("{}{default}", parameter.doc));
                write!(
                    options,
                    "\n{note}  {}?: {} | null;",
                    camel(parameter.name),
                    takes(parameter)?
                )?;
            }
            signature.push(options + "\n}");
        }
        let null = if operation.optional { " | null" } else { "" };
        let places = must.iter().map(|(at, _)| at.to_string());
        let named = may
            .iter()
            .map(|(at, parameter)| format!("{}: {at}", camel(parameter.name)));
        writeln!(
            out,
            "export const {}: Explained<({}) => {}{null}> = /* @__PURE__ */ operation({place}, [{}], {{ {} }});",
            camel(operation.id),
            signature.join(", "),
            returns(operation.returns),
            places.collect::<Vec<_>>().join(", "),
            named.collect::<Vec<_>>().join(", "),
        )?;
    }
    Ok(out)
}

fn doc(operation: &Operation) -> String {
    let mut text = operation.doc();
    text.push('\n');
    for parameter in operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required)
    {
        text.push_str("\n@param ");
        text.push_str(&camel(parameter.name));
        text.push(' ');
        text.push_str(parameter.doc);
    }
    text + "\n@throws {AdvocacyError} for arguments that are not taken"
}

fn takes(parameter: &Parameter) -> Result<String, Box<dyn Error>> {
    Ok(match parameter.kind {
        Kind::Count => "Whole".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Flag => "boolean".to_owned(),
        Kind::Text => "string".to_owned(),
        Kind::Choice => union(parameter.choices),
        Kind::Counts | Kind::Numbers => "Numbers".to_owned(),
        Kind::Flags => "Flags".to_owned(),
        Kind::Texts => "Texts".to_owned(),
        Kind::Ids => "Ids".to_owned(),
        Kind::Instants => "Instants".to_owned(),
        Kind::Scores => "Scores".to_owned(),
        Kind::Scale => "Scale".to_owned(),
        Kind::Sample => "Sample".to_owned(),
        other => return Err(format!("parameter kind {other} has no type yet").into()),
    })
}

fn returns(name: &str) -> String {
    match name {
        "count" => "results.Whole".to_owned(),
        "number" => "number".to_owned(),
        "numbers" => "number[]".to_owned(),
        "Intervals" => "results.Interval[]".to_owned(),
        record => format!("results.{record}"),
    }
}

/// A default as it is written; `None` where there is none.
fn shown(default: &advocacy_core::operation::Argument<'_>) -> Option<String> {
    use advocacy_core::operation::Argument;
    match default {
        Argument::Flag(flag) => Some(format!("`{flag}`")),
        Argument::Whole(whole) => Some(format!("`{whole}`")),
        Argument::Number(number) => Some(format!("`{number}`")),
        Argument::Text(text) => Some(format!("`{text}`")),
        _ => None,
    }
}
