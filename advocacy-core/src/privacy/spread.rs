//! What follows from counts that do not add up: of distinct people seen in two
//! columns, the total is no less than the largest part and no more than their
//! sum.

use super::layout::Layout;
use super::network::Numbers;

/// Rounds of narrowing. Each line is done in one; a table of rows and columns
/// settles in a few.
const ROUNDS: usize = 64;

/// The hidden cells that the bounds of those lines leave one value.
pub(crate) fn pinned(
    layout: &Layout,
    lines: &[usize],
    hidden: &[bool],
    numbers: &Numbers,
) -> Vec<usize> {
    let least = numbers.least.unwrap_or(0);
    // What is known of each cell: at least, at most (`None`: no bound).
    let mut known: Vec<(i128, Option<i128>)> = numbers
        .values
        .iter()
        .zip(hidden)
        .map(|(&value, &hidden)| {
            if hidden {
                (least, None)
            } else {
                (value, Some(value))
            }
        })
        .collect();
    for _ in 0..ROUNDS {
        let mut narrowed = false;
        let mut narrow = |cell: &mut (i128, Option<i128>), low: i128, high: Option<i128>| {
            if low > cell.0 {
                cell.0 = low;
                narrowed = true;
            }
            if let Some(high) = high
                && cell.1.is_none_or(|known| high < known)
            {
                cell.1 = Some(high);
                narrowed = true;
            }
        };
        for line in lines.iter().filter_map(|&at| layout.lines.get(at)) {
            let largest = line.parts.iter().map(|&part| known[part].0).max();
            let most = line.parts.iter().map(|&part| known[part].1).sum();
            let mut whole = known[line.whole];
            narrow(&mut whole, largest.unwrap_or(0), most);
            known[line.whole] = whole;
            // The whole less all other parts is no bound worth having: the whole
            // is less than the sum, so it lies below what the part is, and what
            // lies below pins nothing.
            for &part in &line.parts {
                narrow(&mut known[part], least, whole.1);
            }
        }
        if !narrowed {
            break;
        }
    }
    let pinned = |&cell: &usize| hidden[cell] && known[cell].1 == Some(known[cell].0);
    (0..known.len()).filter(pinned).collect()
}
