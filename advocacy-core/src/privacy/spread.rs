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
            let most = at_most(&known, &line.parts, None);
            let mut whole = known[line.whole];
            narrow(&mut whole, largest.unwrap_or(0), most);
            known[line.whole] = whole;
            let unbounded = line.parts.iter().filter(|&&part| known[part].1.is_none());
            let unbounded = unbounded.count();
            for &part in &line.parts {
                // What all the others come to at most.
                let others = match (most, known[part].1) {
                    (Some(most), Some(own)) => Some(most - own),
                    (None, None) if unbounded == 1 => at_most(&known, &line.parts, Some(part)),
                    _ => None,
                };
                let low = others.map_or(least, |others| whole.0 - others);
                narrow(&mut known[part], low, whole.1);
            }
        }
        if !narrowed {
            break;
        }
    }
    let pinned = |&cell: &usize| hidden[cell] && known[cell].1 == Some(known[cell].0);
    (0..known.len()).filter(pinned).collect()
}

/// What parts but one come to at most; `None` where one has no bound.
fn at_most(known: &[(i128, Option<i128>)], parts: &[usize], but: Option<usize>) -> Option<i128> {
    let parts = parts.iter().filter(|&&part| Some(part) != but);
    parts.map(|&part| known[part].1).sum()
}
