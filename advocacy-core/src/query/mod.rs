//! Metrics × dimensions × period × filter × definitions → a table of measures.

pub(crate) mod dimension;
