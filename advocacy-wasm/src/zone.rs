//! Time zones: the core's own, or a table of transitions from the host.

use advocacy_core::{Timestamp, Zone};
use wasm_bindgen::prelude::*;

use crate::fault::Fault;

/// A time zone the engine knows.
#[wasm_bindgen]
#[derive(Debug)]
pub struct HostZone(pub(crate) Zone);

#[wasm_bindgen]
impl HostZone {
    /// UTC or a fixed offset, such as `+02:00`.
    ///
    /// # Errors
    /// `unknown_zone` for any other name.
    pub fn named(name: &str) -> Result<Self, JsValue> {
        Ok(Self(Zone::named(name).map_err(Fault::from)?))
    }

    /// A zone by the host's own table: the offset before the first transition
    /// and from each on, all in whole seconds.
    ///
    /// # Errors
    /// `invalid_value` and `out_of_range` for a table that cannot be.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "JavaScript hands its values over"
    )]
    pub fn table(
        name: &str,
        initial: i32,
        at: Vec<f64>,
        offsets: Vec<i32>,
    ) -> Result<Self, JsValue> {
        let transitions = at.iter().zip(&offsets).map(|(&at, &offset)| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole seconds, and it saturates"
            )]
            let micros = (at as i64).saturating_mul(1_000_000);
            Ok((Timestamp::from_micros(micros)?, offset))
        });
        let transitions = transitions.collect::<advocacy_core::Result<Vec<_>>>();
        let zone = transitions.and_then(|known| Zone::from_transitions(name, initial, &known));
        Ok(Self(zone.map_err(Fault::from)?))
    }
}
