//! Random programmes with a question each, and what this core answers:
//!
//! ```console
//! $ cargo run --example agree generate 1000 7 | cargo run --example agree answer
//! ```
//!
//! `conformance/agree` puts the same questions to Python and JavaScript.

#![allow(
    clippy::float_cmp,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool that stops at the first thing that cannot be"
)]

mod answer;
#[path = "../../../conformance/asked.rs"]
mod asked;
mod generate;
#[path = "../../tests/naive/mod.rs"]
mod naive;

use std::io::{BufWriter, Write as _, stdin, stdout};

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(stdout().lock());
    let words: Vec<&str> = given.iter().map(String::as_str).collect();
    match words[..] {
        ["generate", count, seed] => {
            let number = |text: &str| text.parse().unwrap();
            for line in generate::lines(number(count), number(seed)) {
                writeln!(out, "{line}").unwrap();
            }
        }
        ["answer"] => {
            for line in stdin().lines() {
                writeln!(out, "{}", answer::answer(&line.unwrap())).unwrap();
                // Whoever compares waits for it.
                out.flush().unwrap();
            }
        }
        _ => println!("usage: agree generate COUNT SEED | agree answer"),
    }
}
