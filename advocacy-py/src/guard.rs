//! A guard in Python: what it remembers stays in the core.

use std::sync::{Mutex, MutexGuard, PoisonError};

use advocacy_core::privacy::Guard as Core;
use pyo3::prelude::*;

/// Remembers whom the answered requests were about, and refuses one that would
/// tell by subtraction what no answer shows: `measure(…, guard=guard)` and
/// `report(…, guard=guard)`. Keep one for each reader and programme.
///
/// >>> import advocacy as adv
/// >>> program, guard = adv.sample(), adv.Guard()
/// >>> table = program.measure("shares", privacy={}, guard=guard)
/// >>> try:
/// ...     program.measure("shares", privacy={}, guard=guard, where_not={"advocate": "a001"})
/// ... except adv.AdvocacyError as error:
/// ...     error.code
/// 'protected'
#[pyclass(frozen, module = "advocacy")]
#[derive(Debug, Default)]
pub(crate) struct Guard(Mutex<Core>);

impl Guard {
    /// The core's, for one request.
    pub(crate) fn hold(&self) -> MutexGuard<'_, Core> {
        // A request that failed half-way is one it has not admitted.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Guard {
    #[new]
    fn new() -> Self {
        Self::default()
    }
}
