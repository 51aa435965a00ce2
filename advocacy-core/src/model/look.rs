//! A first look at columns of facts, at all of them while something else is done.

use std::ops::Range;

use crate::{threads, wide};

use super::column::{Column, Data};
use super::frame::Frame;
use super::index::to_u32;
use super::read::{Order, all_bits};

/// What a look at all values of a column has told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seen {
    /// How instants lie.
    Order(Order),
    /// All bits of whole numbers together.
    Bits(i64),
    /// Codes are below this; [`BEYOND`] where some may not be.
    Below(u32),
}

/// No table has so many rows.
const BEYOND: u32 = u32::MAX;

/// Rows looked at by one thread at a time.
const PART: usize = 1 << 17;

impl Seen {
    /// What of these rows is told, all codes being below `end` if they are right;
    /// `None` of columns that are looked at only as they are read.
    fn of(column: &Column<'_>, end: u32, rows: Range<usize>) -> Option<Self> {
        Some(match &column.data {
            Data::Time(values, _) => Self::Order(Order::of(&values[rows])),
            Data::I64(values) => Self::Bits(all_bits(&values[rows])),
            Data::U32(values) if end > 0 => {
                let is_below = wide::all_below(&values[rows], end);
                Self::Below(if is_below { end } else { BEYOND })
            }
            _ => return None,
        })
    }

    /// The same of these rows and those after them.
    fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Order(order), Self::Order(next)) => Self::Order(order.then(next)),
            (Self::Bits(bits), Self::Bits(more)) => Self::Bits(bits | more),
            (Self::Below(end), Self::Below(next)) => Self::Below(end.max(next)),
            (seen, _) => seen,
        }
    }
}

/// Does `own` while others look at the columns of a frame of many rows; the codes
/// of columns of some names should be below what is beside those.
pub(super) fn beside<A>(
    frame: &mut Frame<'_>,
    ends: [(&str, usize); 2],
    own: impl FnOnce() -> A,
) -> A {
    let rows = frame.rows();
    let columns = frame.columns().map(|(name, column)| {
        let end = ends.iter().find(|(of, _)| *of == name);
        (column, end.map_or(0, |(_, end)| to_u32(*end)))
    });
    let mut columns: Vec<(&mut Column<'_>, u32)> = columns
        .filter(|(column, end)| Seen::of(column, *end, 0..0).is_some())
        .collect();
    // Few rows are looked at as they are read.
    let parts = if rows > PART { rows.div_ceil(PART) } else { 0 };
    let (own, seen) = threads::beside(own, parts * columns.len(), |at| {
        let (column, end) = &columns[at / parts];
        let first = at % parts * PART;
        Seen::of(column, *end, first..first.saturating_add(PART).min(rows))
    });
    for ((column, _), seen) in columns.iter_mut().zip(seen.chunks(parts.max(1))) {
        column.seen = seen.iter().copied().flatten().reduce(Seen::then);
    }
    own
}
