//! Members of large sets, gathered cell by cell.
//!
//! A bit for each of a million members in each of hundreds of cells is more than
//! lies near the processor: rows in no order would wait for nearly every bit.
//! So they are first listed, cell by cell, and a cell's bits set when its list
//! takes as much room as they do, and in the end.

use super::fill::Cells;
use super::sets::flat_words;

/// Bits that are so many words, or fewer, lie near enough to be set at once.
const NEAR: u64 = 1 << 19;

/// Members by cell, most of which are listed.
#[derive(Clone, Debug)]
pub(super) struct Gathered {
    cells: usize,
    /// Words that the bits of a cell are.
    words: usize,
    /// The last member, who is nobody.
    none: u32,
    lists: Vec<Vec<u32>>,
    /// The bits of cells whose lists were full; none as long as none was.
    bits: Vec<u64>,
}

impl Gathered {
    /// Where sets of so many members are worth it, to count so many rows in.
    pub(super) fn of(members: u64, cells: u64, rows: u64) -> Option<Self> {
        flat_words(members, cells, rows).filter(|&words| words > NEAR)?;
        Some(Self {
            cells: usize::try_from(cells).ok()?,
            words: usize::try_from(members.div_ceil(64)).ok()?,
            none: u32::try_from(members.checked_sub(1)?).ok()?,
            lists: Vec::new(),
            bits: Vec::new(),
        })
    }

    /// Adds the members of rows.
    #[inline(never)] // so that its few values stay in registers
    pub(super) fn add(&mut self, cells: Cells<'_>, members: &[u32]) {
        self.lists.resize_with(self.cells, Vec::new);
        let most = self.words * 2;
        match cells {
            Cells::None => {}
            Cells::One(cell) => {
                if let Some(list) = self.lists.get_mut(cell as usize) {
                    list.extend(members);
                    if list.len() >= most {
                        self.settle(cell);
                    }
                }
            }
            Cells::Each(cells) => {
                for (cell, &member) in cells.iter().zip(members) {
                    if let Some(list) = self.lists.get_mut(cell as usize) {
                        list.push(member);
                        if list.len() >= most {
                            self.settle(cell);
                        }
                    }
                }
            }
        }
    }

    /// Sets the bits of a cell whose list is full.
    #[cold]
    fn settle(&mut self, cell: u32) {
        self.bits.resize(self.cells * self.words, 0);
        let bits = self.bits.chunks_exact_mut(self.words).nth(cell as usize);
        if let (Some(bits), Some(list)) = (bits, self.lists.get_mut(cell as usize)) {
            set(bits, list, self.none);
            list.clear();
        }
    }

    /// Adds all of them to the bits of all cells.
    pub(super) fn add_to(self, bits: &mut [u64]) {
        for (into, from) in bits.iter_mut().zip(&self.bits) {
            *into |= from;
        }
        for (bits, list) in bits.chunks_exact_mut(self.words).zip(self.lists) {
            set(bits, &list, self.none);
        }
    }
}

/// Sets the bits of members.
fn set(bits: &mut [u64], members: &[u32], none: u32) {
    for &member in members {
        if member != none
            && let Some(word) = bits.get_mut((member >> 6) as usize)
        {
            *word |= 1 << (member & 63);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fill::Each;
    use super::super::members::add_members;
    use super::*;

    /// 100 members, of whom the last is nobody, in 3 cells of 2 words: a list is
    /// full with 4 of them.
    fn empty() -> Gathered {
        Gathered {
            cells: 3,
            words: 2,
            none: 99,
            lists: Vec::new(),
            bits: Vec::new(),
        }
    }

    #[test]
    fn what_is_gathered_is_what_would_have_been_set() {
        let members: Vec<u32> = (0..40).map(|row| row * 37 % 100).collect();
        // Every fourth row is in no cell.
        let cells: Vec<u32> = (0..40).map(|row| [2, 0, u32::MAX, 1][row % 4]).collect();
        let all = [Cells::Each(Each::of(&cells)), Cells::One(1), Cells::None];
        let (mut gathered, mut bits) = (empty(), vec![0; 6]);
        for of in all {
            gathered.add(of, &members[..17]);
            add_members((2, &mut bits), of, (&members[..17], 100));
        }
        assert!(!gathered.bits.is_empty());
        assert!(gathered.lists.iter().any(|list| !list.is_empty()));
        let mut set = vec![0; 6];
        gathered.add_to(&mut set);
        assert_eq!(set, bits);
        // 0 · 37, 4 · 37, 8 · 37, 12 · 37 and 16 · 37, less hundreds.
        let third = [0_u32, 48, 96, 44, 92];
        let word = |of: u32| {
            third
                .iter()
                .filter(|&&m| m >> 6 == of)
                .fold(0, |w, m| w | 1 << (m & 63))
        };
        assert_eq!(&set[4..], [word(0), word(1)]);
    }

    #[test]
    fn sets_are_gathered_where_they_are_large_and_flat() {
        // 15,626 words a cell: 33 of them are within the half million, 34 are not.
        assert!(Gathered::of(1_000_001, 33, 0).is_none());
        assert!(Gathered::of(1_000_001, 34, 0).is_some());
        // More than 32 MB, and more than 64 bits a row.
        assert!(Gathered::of(1_000_001, 269, 0).is_none());
        assert!(Gathered::of(1_000_001, 269, 5_000_000).is_some());
    }
}
