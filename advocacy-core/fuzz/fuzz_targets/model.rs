//! A programme from any JSON: an error or a report, never a panic.
#![no_main]

use advocacy_core::{Metric, Program, Rows};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(rows) = serde_json::from_slice::<Rows>(data) else {
        return;
    };
    let problems = Program::builder_from_rows(&rows).validate();
    let program = match Program::from_rows(&rows) {
        Ok(program) => {
            assert!(problems.is_empty(), "it builds, and has {problems:?}");
            program
        }
        Err(error) => {
            assert_eq!(problems.first(), Some(&error), "the first problem is the error");
            return;
        }
    };
    let measured = Metric::ALL.iter().copied().filter(|metric| metric.info().measured);
    if let Ok(table) = program.measure(measured).table() {
        for measure in &table.total.measures {
            assert!(measure.value().is_none_or(f64::is_finite), "{}", measure.explain());
        }
    }
});
