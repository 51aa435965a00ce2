//! What rows further on will touch, brought near while rows before them are added.
//!
//! A table of hundreds of thousands of cells does not fit into the cache next to
//! the processor, and each row's cell is somewhere else in it. The processor looks
//! a few rows ahead by itself; that is too few for memory this far.

/// So many rows on: as many lines as are surely still near when their rows come,
/// and more than can be on their way at a time.
const AHEAD: usize = 192;

/// Tables of so many bytes stay near by themselves.
const NEAR: usize = 1 << 18;

/// Brings near what rows will touch of a table, if it is worth it.
#[derive(Clone, Copy)]
pub(super) struct Ahead(bool);

impl Ahead {
    pub(super) const fn of<T>(table: &[T]) -> Self {
        Self(cfg!(target_arch = "x86_64") && size_of_val(table) > NEAR)
    }

    /// What the row further on will touch, by what says where.
    #[inline]
    pub(super) fn fetch<T>(self, table: &[T], row: usize, place: impl Fn(usize) -> Option<usize>) {
        if self.0
            && let Some(of) = place(row + AHEAD).and_then(|place| table.get(place))
        {
            near(of);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn near<T>(of: &T) {
    safe_arch::prefetch_t0(of);
}

/// Elsewhere nobody is asked.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn near<T>(_: &T) {}
