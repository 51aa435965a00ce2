//! Borrowed columns in, mergeable counts out.

pub(crate) mod grid;
pub(crate) mod keys;
pub(crate) mod scan;
pub(crate) mod spec;
pub(crate) mod table;
