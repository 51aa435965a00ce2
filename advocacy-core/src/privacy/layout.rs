//! How the cells of a published table hang together: which is the sum of which.

use crate::error::{Error, ErrorKind, Result};

/// A sum everybody can check: a whole and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) whole: usize,
    pub(crate) parts: Vec<usize>,
}

/// The cells of a table and the sums they stand in.
///
/// Every layout here is a *network*: drawn with a node for each sum and an arc
/// for each cell, from one of the (at most two) sums it stands in to the
/// other. What can be worked out of a network's hidden arcs follows from paths
/// alone, which is why an audit takes no algebra.
///
/// ```
/// use advocacy_core::privacy::Layout;
///
/// let layout = Layout::two_way(2, 3); // with a total after each row and column
/// assert_eq!(layout.len(), 12);
/// // Company, two departments, three teams in the first.
/// let tree = Layout::tree(&[None, Some(0), Some(0), Some(1), Some(1), Some(1)])?;
/// assert_eq!(tree.len(), 6);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Every sum; those of inner rows follow from the others.
    pub(crate) lines: Vec<Line>,
    /// A cell's two sums, by their number, the one it adds to second; those
    /// it lacks are the ground, which comes after the last sum.
    pub(crate) arcs: Vec<(usize, usize)>,
}

impl Layout {
    /// Parts and, after them, their total.
    #[must_use]
    pub fn one_way(parts: usize) -> Self {
        let line = Line {
            whole: parts,
            parts: (0..parts).collect(),
        };
        let mut arcs = vec![(1, 0); parts];
        arcs.push((0, 1));
        Self {
            lines: vec![line],
            arcs,
        }
    }

    /// Rows by columns: cells row by row, each row ended by its total, and
    /// after the last row a row of totals.
    #[must_use]
    pub fn two_way(rows: usize, columns: usize) -> Self {
        let leaves: Vec<usize> = (0..rows).collect();
        Self::grid(&[(rows, leaves.clone())], &leaves, rows + 1, columns)
    }

    /// A hierarchy: each cell's parent, which is the sum of its children; team
    /// in department in company.
    ///
    /// # Errors
    /// `out_of_range` for a parent that is no cell, or for cells that are
    /// their own ancestors.
    pub fn tree(parents: &[Option<usize>]) -> Result<Self> {
        let families = families(parents)?;
        let ground = families.len();
        let mut arcs = vec![(ground, ground); parents.len()];
        for (node, (whole, parts)) in families.iter().enumerate() {
            arcs[*whole].0 = node;
            for &part in parts {
                arcs[part].1 = node;
            }
        }
        let lines = families
            .into_iter()
            .map(|(whole, parts)| Line { whole, parts })
            .collect();
        Ok(Self { lines, arcs })
    }

    /// A hierarchy of rows by columns, each row ended by its total.
    ///
    /// # Errors
    /// Those of [`tree`](Self::tree).
    pub fn tree_by(parents: &[Option<usize>], columns: usize) -> Result<Self> {
        Ok(Self::levels(&families(parents)?, parents.len(), columns))
    }

    /// A hierarchy of rows by columns, each row ended by its total, from its
    /// families: wholes with their parts. A row can be the whole of two, once by
    /// departments and once by teams, if it is no part itself or always shown.
    pub(crate) fn levels(families: &[(usize, Vec<usize>)], rows: usize, columns: usize) -> Self {
        let mut inner = vec![false; rows];
        for (whole, _) in families {
            inner[*whole] = true;
        }
        let leaves: Vec<usize> = (0..rows).filter(|&row| !inner[row]).collect();
        Self::grid(families, &leaves, rows, columns)
    }

    /// How many cells it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.arcs.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.arcs.is_empty()
    }

    /// The number that stands for having no second sum.
    pub(crate) fn ground(&self) -> usize {
        self.lines.len()
    }

    /// Rows, some of which are sums of others, by columns and a total.
    ///
    /// A cell stands in its column's sum over its family and, in a row that is
    /// no sum itself, in its row's. Signs alternate: rows add to their total,
    /// columns take from theirs, and in the column of totals the other way
    /// round. That a summed row adds up as well follows from the rest. In a
    /// whole's second family, whose parts are no wholes, all signs are turned.
    fn grid(
        families: &[(usize, Vec<usize>)],
        leaves: &[usize],
        rows: usize,
        columns: usize,
    ) -> Self {
        let width = columns + 1;
        let cell = |row: usize, column: usize| row * width + column;
        let mut lines = Vec::new();
        let nodes = leaves.len() + families.len() * width;
        let inner = families.len();
        let ground = nodes + inner;
        let mut arcs = vec![(ground, ground); rows * width];
        let is_second = |at: usize| {
            families[..at]
                .iter()
                .any(|(whole, _)| *whole == families[at].0)
        };
        let mut turned = vec![false; rows];
        for at in (0..families.len()).filter(|&at| is_second(at)) {
            for &row in &families[at].1 {
                turned[row] = true;
            }
        }
        let end = |arc: &mut (usize, usize), first: bool, node: usize| {
            *(if first { &mut arc.0 } else { &mut arc.1 }) = node;
        };
        for &row in leaves {
            let node = lines.len();
            lines.push(Line {
                whole: cell(row, columns),
                parts: (0..columns).map(|column| cell(row, column)).collect(),
            });
            for column in 0..columns {
                end(&mut arcs[cell(row, column)], turned[row], node);
            }
            end(&mut arcs[cell(row, columns)], !turned[row], node);
        }
        for (at, (whole, parts)) in families.iter().enumerate() {
            for column in 0..width {
                let node = lines.len();
                lines.push(Line {
                    whole: cell(*whole, column),
                    parts: parts.iter().map(|&row| cell(row, column)).collect(),
                });
                let first = (column == columns) == is_second(at);
                for &row in parts {
                    end(&mut arcs[cell(row, column)], first, node);
                }
                end(&mut arcs[cell(*whole, column)], !first, node);
            }
        }
        for (whole, _) in families {
            lines.push(Line {
                whole: cell(*whole, columns),
                parts: (0..columns).map(|column| cell(*whole, column)).collect(),
            });
        }
        Self { lines, arcs }
    }
}

/// Each parent with its children, in the order of the parents' numbers.
fn families(parents: &[Option<usize>]) -> Result<Vec<(usize, Vec<usize>)>> {
    let mut children = vec![Vec::new(); parents.len()];
    for (cell, parent) in parents.iter().enumerate() {
        let Some(parent) = *parent else { continue };
        let Some(siblings) = children.get_mut(parent) else {
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!("parent {parent} is outside 0..{}", parents.len()),
            )
            .in_field("parents")
            .at_row(cell));
        };
        siblings.push(cell);
    }
    // Who is reached from the roots is nobody's own ancestor.
    let mut reached: Vec<usize> = (0..parents.len())
        .filter(|&cell| parents[cell].is_none())
        .collect();
    let mut at = 0;
    while let Some(&cell) = reached.get(at) {
        reached.extend(&children[cell]);
        at += 1;
    }
    if reached.len() < parents.len() {
        return Err(
            Error::new(ErrorKind::OutOfRange, "a cell is its own ancestor").in_field("parents"),
        );
    }
    Ok(children
        .into_iter()
        .enumerate()
        .filter(|(_, children)| !children.is_empty())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A total stands in no sum as a part, and a summed row in none as a row:
    /// what a cell lacks is the ground, one past the last sum.
    #[test]
    fn what_a_cell_lacks_is_the_ground() {
        let trees = Layout::tree_by(&[None, Some(0), Some(0), Some(1), Some(1)], 3);
        for layout in [Layout::two_way(2, 3), Layout::two_way(4, 4), trees.unwrap()] {
            let ends = || layout.arcs.iter().flat_map(|&(from, to)| [from, to]);
            assert_eq!(ends().max(), Some(layout.ground()));
            // Every other sum is met by its whole and each of its parts.
            for (at, line) in layout.lines.iter().enumerate() {
                let met = ends().filter(|&end| end == at).count();
                assert!(met == 0 || met == line.parts.len() + 1, "{at}: {met}");
            }
        }
    }

    /// Two parts and their whole; a forest may have no tree.
    #[test]
    fn a_layout_has_as_many_cells_as_its_table() {
        let (table, none) = (Layout::one_way(2), Layout::tree(&[]).unwrap());
        assert_eq!((table.len(), table.is_empty()), (3, false));
        assert_eq!((none.len(), none.is_empty()), (0, true));
    }
}
