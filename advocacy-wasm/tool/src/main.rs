//! Makes what of the npm package is not written by hand: the glue around the
//! compiled engine, and the types and functions of TypeScript, all from the core.

#[path = "../../../conformance/asked.rs"]
mod asked;
mod catalog;
mod native;
mod operations;
mod shapes;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

const USAGE: &str = "\
usage: advocacy-wasm-tool glue ENGINE.wasm DIR   the glue for the engine
       advocacy-wasm-tool types CORE/src DIR     results.ts, catalog.ts, operations.ts
       advocacy-wasm-tool conformance DIR        what native code makes of the cases, as JSON
       advocacy-wasm-tool programmes DIR         the same of whole programmes
       advocacy-wasm-tool days PERIOD ZONE…      the days of a period in zones, as JSON
       advocacy-wasm-tool report PERIOD ZONE     the sample's report, as JSON";

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = env::args().skip(1).collect();
    match given.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["glue", engine, dir] => glue(engine, dir),
        ["types", core, dir] => types(Path::new(core), Path::new(dir)),
        ["conformance", dir] => native::conformance(Path::new(dir)),
        ["programmes", dir] => native::programmes(Path::new(dir)),
        ["days", period, ref zones @ ..] => native::days(period, zones),
        ["report", period, zone] => native::report(period, zone),
        _ => Err(USAGE.into()),
    }
}

fn glue(engine: &str, dir: &str) -> Result<(), Box<dyn Error>> {
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(engine)
        .web(true)?
        .typescript(true)
        // Where the engine lies is said in js/engine.ts, once.
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .out_name("advocacy")
        .generate(dir)?;
    Ok(())
}

fn types(core: &Path, dir: &Path) -> Result<(), Box<dyn Error>> {
    let source = shapes::Source::read(core)?;
    fs::create_dir_all(dir)?;
    fs::write(dir.join("results.ts"), source.results()?)?;
    fs::write(dir.join("catalog.ts"), catalog::types()?)?;
    fs::write(dir.join("operations.ts"), operations::functions()?)?;
    Ok(())
}

/// `engagement_rate` as `engagementRate`, by the rule of `src/names.rs`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(next) if letter == '_' && next.is_ascii_lowercase() => {
                out.push(next.to_ascii_uppercase());
                letters.next();
            }
            _ => out.push(letter),
        }
    }
    out
}

/// A doc comment.
fn comment(indent: &str, text: &str) -> String {
    let text = text.trim().replace("*/", "* /");
    if text.is_empty() {
        return String::new();
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    if let [line] = lines[..] {
        return format!("{indent}/** {line} */\n");
    }
    let body: Vec<String> = lines
        .iter()
        .map(|line| format!("{indent} * {line}").trim_end().to_owned())
        .collect();
    format!("{indent}/**\n{}\n{indent} */\n", body.join("\n"))
}

/// Names as a union of literals.
fn union<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<String> = names
        .into_iter()
        .map(|name| format!("{:?}", name.as_ref()))
        .collect();
    names.join(" | ")
}
