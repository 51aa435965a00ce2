//! Any input to any function: surveys, statistics, scalar forms.
#![no_main]

use advocacy_core::operation::operations;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&at, input)) = data.split_first() else {
        return;
    };
    let operation = &operations()[usize::from(at) % operations().len()];
    let input = serde_json::from_slice(input)
        .unwrap_or_else(|_| serde_json::from_str(operation.example).expect("an example is JSON"));
    if let Err(error) = operation.call_json(&input) {
        assert!(!error.code().is_empty() && !error.message().is_empty());
    }
});
