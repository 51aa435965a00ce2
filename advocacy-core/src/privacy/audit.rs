//! What can be worked out of one quantity's hidden numbers.

use crate::error::{Error, ErrorKind, Result};

use super::layout::Layout;
use super::network::{Network, Numbers};
use super::spread;

/// The hidden cells of a table that can be worked out from what is shown.
///
/// `values` is one quantity, a number a cell; `least` is what a hidden one is
/// known to be at least, if anything.
///
/// ```
/// use advocacy_core::privacy::{Layout, audit};
///
/// let layout = Layout::one_way(3);
/// let hidden = [true, false, false, false];
/// assert_eq!(audit(&layout, &[3, 5, 8, 16], Some(0), &hidden)?, [0]); // 16 − 8 − 5
/// # Ok::<(), advocacy_core::Error>(())
/// ```
///
/// # Errors
/// `unequal_lengths` unless there is a value and a mark for each cell;
/// `overflow` for numbers beyond 2^90.
pub fn audit(
    layout: &Layout,
    values: &[i128],
    least: Option<i128>,
    hidden: &[bool],
) -> Result<Vec<usize>> {
    for length in [values.len(), hidden.len()] {
        if length != layout.len() {
            return Err(unequal(layout.len(), length));
        }
    }
    bounded(values)?;
    bounded(least.as_slice())?;
    let numbers = Numbers {
        values: values.to_vec(),
        least,
    };
    Ok(Audit::new(layout, numbers, |_| false).determined(hidden))
}

#[cold]
pub(super) fn unequal(cells: usize, given: usize) -> Error {
    Error::new(
        ErrorKind::UnequalLengths,
        format!("{given} numbers for {cells} cells"),
    )
}

/// Numbers so small that no sum of them overflows.
pub(super) fn bounded(values: &[i128]) -> Result<()> {
    let limit = 1_u128 << 90;
    match values.iter().position(|value| value.unsigned_abs() > limit) {
        Some(at) => {
            Err(Error::new(ErrorKind::Overflow, "a number to protect is beyond 2^90").at_row(at))
        }
        None => Ok(()),
    }
}

/// One quantity, and what its lines say of it.
pub(super) struct Audit<'l> {
    pub(super) numbers: Numbers,
    pub(super) network: Network<'l>,
    layout: &'l Layout,
    /// Which lines add up in it.
    pub(super) adds: Vec<bool>,
    /// Which do not, and bound their whole instead.
    pub(super) bounds: Vec<usize>,
    /// Cells that are nothing because a whole shown elsewhere is nothing: no
    /// hiding keeps that to itself.
    nothing: Vec<bool>,
}

impl<'l> Audit<'l> {
    pub(super) fn new(layout: &'l Layout, numbers: Numbers, shown: impl Fn(usize) -> bool) -> Self {
        let values = &numbers.values;
        let sum_of = |parts: &[usize]| {
            let mut parts = parts.iter().map(|&part| values[part]);
            parts.try_fold(0_i128, i128::checked_add)
        };
        let adds: Vec<bool> = layout
            .lines
            .iter()
            .map(|line| sum_of(&line.parts) == Some(values[line.whole]))
            .collect();
        let bounds = layout.lines.iter().enumerate().filter(|(at, line)| {
            let whole = values[line.whole];
            !adds[*at]
                && numbers.least.is_some()
                && line.parts.iter().all(|&part| values[part] <= whole)
                && sum_of(&line.parts).is_some_and(|sum| whole <= sum)
        });
        // Of nothing all parts are, and theirs.
        let mut nothing: Vec<bool> = (0..values.len())
            .map(|cell| numbers.least.is_some() && values[cell] == 0 && shown(cell))
            .collect();
        let mut more = numbers.least.is_some();
        while more {
            more = false;
            for line in &layout.lines {
                if !nothing[line.whole] {
                    continue;
                }
                for &part in &line.parts {
                    more |= values[part] == 0 && !nothing[part];
                    nothing[part] |= values[part] == 0;
                }
            }
        }
        Self {
            nothing,
            bounds: bounds.map(|(at, _)| at).collect(),
            network: Network::new(layout, &adds),
            adds,
            layout,
            numbers,
        }
    }

    /// Of some hidden cells, those whose number here is not known to all.
    pub(super) fn open(&self, mut hidden: Vec<bool>) -> Vec<bool> {
        for (hidden, &nothing) in hidden.iter_mut().zip(&self.nothing) {
            *hidden &= !nothing;
        }
        hidden
    }

    /// The hidden cells that are pinned.
    pub(super) fn determined(&self, hidden: &[bool]) -> Vec<usize> {
        let hidden = &self.open(hidden.to_vec())[..];
        let movable = self.network.movable(hidden, &self.numbers);
        let mut found: Vec<usize> = (0..hidden.len())
            .filter(|&cell| hidden[cell] && !movable[cell])
            .collect();
        found.extend(self.spread(hidden));
        found.sort_unstable();
        found.dedup();
        found
    }

    pub(super) fn spread(&self, hidden: &[bool]) -> Vec<usize> {
        spread::pinned(self.layout, &self.bounds, hidden, &self.numbers)
    }
}
