//! The core in JavaScript: names, parameters and results are the catalogue's.
//!
//! `surface` does the work and is tested on the host; here its JSON becomes
//! plain objects, and its faults real errors.

mod surface;

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;

use self::surface::Fault;

/// Every metric of the catalogue: id, title, family, unit, formula, source,
/// options, and the parameters of its scalar form (null where it has none).
///
/// # Errors
/// None today.
#[wasm_bindgen]
pub fn metrics() -> Result<JsValue, JsValue> {
    plain(surface::metrics())
}

/// A metric from two counts in hand, as `metrics()` names them: whole numbers
/// from 0 to 2⁵³ − 1. A value of null is undefined, and is not zero.
///
/// # Errors
/// Throws an `AdvocacyError` for an unknown metric, one without a scalar form,
/// or what is no such number.
#[wasm_bindgen]
#[expect(
    clippy::needless_pass_by_value,
    reason = "JavaScript hands its values over"
)]
pub fn measure(
    metric: &str,
    #[wasm_bindgen(unchecked_param_type = "number")] first: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] second: JsValue,
) -> Result<JsValue, JsValue> {
    plain(surface::measure(metric, [first.as_f64(), second.as_f64()]))
}

/// The report of the bundled sample programme, over a period such as
/// `2025-Q3`, in UTC.
///
/// # Errors
/// Throws an `AdvocacyError` for a period that cannot be.
#[wasm_bindgen(js_name = sampleReport)]
pub fn sample_report(period: &str) -> Result<JsValue, JsValue> {
    plain(surface::sample_report(period))
}

/// JSON as plain objects, a fault as an error to throw.
fn plain(result: Result<String, Fault>) -> Result<JsValue, JsValue> {
    match result {
        Ok(text) => JSON::parse(&text),
        Err(fault) => Err(error(fault)),
    }
}

fn error(fault: Fault) -> JsValue {
    let error = js_sys::Error::new(&fault.message);
    error.set_name("AdvocacyError");
    #[expect(clippy::cast_precision_loss, reason = "no input has 2^53 rows")]
    let row = fault
        .row
        .map_or(JsValue::NULL, |row| JsValue::from_f64(row as f64));
    let field = fault.field.map_or(JsValue::NULL, JsValue::from);
    for (name, value) in [
        ("code", JsValue::from(fault.code)),
        ("field", field),
        ("row", row),
    ] {
        // It cannot fail: the error is a plain object of our own.
        let _ = Reflect::set(&error, &name.into(), &value);
    }
    error.into()
}
