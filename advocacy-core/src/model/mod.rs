//! The domain: what is handed in, and how it lies in memory once checked.

pub(crate) mod accounts;
mod append;
pub(crate) mod batch;
pub(crate) mod column;
pub(crate) mod facts;
pub(crate) mod field;
pub(crate) mod frame;
pub(crate) mod headcount;
pub(crate) mod id;
pub(crate) mod index;
pub(crate) mod items;
pub(crate) mod kinds;
mod look;
pub(crate) mod names;
pub(crate) mod parts;
pub(crate) mod people;
mod problems;
pub(crate) mod program;
pub(crate) mod questions;
pub(crate) mod read;
mod responses;
mod row_frames;
pub(crate) mod rows;
pub(crate) mod scale;
pub(crate) mod schema;
pub(crate) mod text;
mod text_ids;
