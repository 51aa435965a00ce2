//! The core in JavaScript.
//!
//! Here is what crosses the boundary: typed arrays and short texts in, JSON
//! (what results have in common once, see `json`) out, and errors as
//! `AdvocacyError`. What JavaScript sees is made of it in
//! `js/`; every name, column, option and metric is the core's.

mod csv;
mod fault;
mod json;
mod names;
mod operate;
mod programme;
mod question;
mod sample;
mod tables;
mod zone;

pub use self::operate::{Arguments, operations};
pub use self::programme::{Answer, Counts, Programme};
pub use self::question::{Question, Questions};
pub use self::sample::sample;
pub use self::tables::{Tables, schemas};
pub use self::zone::HostZone;

use wasm_bindgen::prelude::*;

use crate::fault::told;

/// The catalogue, as JSON.
///
/// # Errors
/// None.
#[wasm_bindgen]
pub fn metrics() -> Result<String, JsValue> {
    Ok(told(&advocacy_core::scalar::listings())?)
}

/// The options of definitions, as JSON.
///
/// # Errors
/// None.
#[wasm_bindgen]
pub fn options() -> Result<String, JsValue> {
    Ok(told(&advocacy_core::Definitions::options())?)
}

/// The options of a privacy policy, as JSON.
///
/// # Errors
/// None.
#[wasm_bindgen(js_name = privacyOptions)]
pub fn privacy_options() -> Result<String, JsValue> {
    Ok(told(&advocacy_core::privacy::PrivacyPolicy::options())?)
}

/// The names of the dimensions but tags, as JSON.
///
/// # Errors
/// None.
#[wasm_bindgen]
pub fn dimensions() -> Result<String, JsValue> {
    Ok(told(
        &advocacy_core::Dimension::names().collect::<Vec<_>>(),
    )?)
}
