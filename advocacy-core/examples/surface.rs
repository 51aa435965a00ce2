//! What every surface must export, as JSON, for `conformance/surface.py`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool that stops at the first thing that cannot be"
)]

use advocacy_core::operation::operations;
use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{Definitions, Dimension, metrics};
use serde_json::{Value, json};

fn main() {
    let operations = operations().iter().map(|operation| {
        let mut stated = serde_json::to_value(operation).unwrap();
        stated["doc"] = operation.doc().into();
        stated
    });
    let measured = metrics().iter().map(|metric| json!(metric));
    let surface = json!({
        "metrics": measured.collect::<Value>(),
        "operations": operations.collect::<Value>(),
        "options": Definitions::options(),
        "privacy": PrivacyPolicy::options(),
        "dimensions": Dimension::names().collect::<Vec<_>>(),
    });
    println!("{surface}");
}
