//! Prints the metric reference: `cargo run --example reference > advocacy-core/docs/REFERENCE.md`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

mod render;

fn main() {
    print!("{}", render::reference());
}
