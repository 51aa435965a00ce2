//! Sets of things by cell.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::model::column::{list, ones};
use crate::wide::wide;

use super::grid::FLAT;

/// Which members are in which cells.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Listed", from = "Listed")]
pub(crate) struct Sets {
    members: u64,
    cells: u64,
    held: Held,
}

#[derive(Clone, Debug)]
enum Held {
    /// One bit per cell and member, a run of words per cell: where time is
    /// sorted, one run at a time is in use.
    Bits { words: usize, bits: Vec<u64> },
    /// `member · cells + cell` of those that are.
    Hashed(FxHashSet<u64>),
    /// The first few of each cell: for how many more of `most` there is room,
    /// and who they are, the last first.
    First {
        most: u8,
        room: Vec<u8>,
        who: Vec<u32>,
    },
}

/// The first few members of each cell, one cell after the other.
pub(crate) struct FirstFew<'s> {
    most: u8,
    room: &'s mut [u8],
    who: &'s mut [u32],
}

impl FirstFew<'_> {
    /// The cells that may have more members, if they are no more than so many.
    pub(crate) fn open(&self, most: usize) -> Option<Vec<u32>> {
        const WIDTH: usize = 64;
        let chunks = (0_u32..).step_by(WIDTH).zip(self.room.chunks(WIDTH));
        // Without a look at each: mostly all are full.
        let chunks = chunks.filter(|(_, room)| room.iter().fold(0, |all, room| all | room) > 0);
        let cells = chunks.flat_map(|(first, room)| {
            let cells = (first..).zip(room).filter(|&(_, &room)| room > 0);
            cells.map(|(cell, _)| cell)
        });
        let open: Vec<u32> = cells.take(most + 1).collect();
        (open.len() <= most).then_some(open)
    }

    /// Whether any of some cells may have more members; those beyond the last
    /// have none.
    #[inline]
    pub(crate) fn have_room(&self, cells: impl Iterator<Item = usize>) -> bool {
        // Without a branch for each: hardly ever is there any.
        let room = |cell: usize| self.room.get(cell).copied().unwrap_or(0);
        cells.fold(0, |all, cell| all | room(cell)) > 0
    }

    /// Adds a member where there is room.
    pub(crate) fn insert(&mut self, cell: usize, member: u32) {
        let Some(room) = self.room.get_mut(cell).filter(|room| **room > 0) else {
            return;
        };
        let most = usize::from(self.most);
        let who = &mut self.who[cell * most..(cell + 1) * most];
        let free = usize::from(*room);
        if !who[free..].contains(&member) {
            who[free - 1] = member;
            *room -= 1;
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listed {
    members: u64,
    cells: u64,
    held: Vec<u64>,
}

/// Bits kept flat when there are no more than this (32 MB), or than 64 for
/// every row counted.
const FLAT_BITS: u64 = 1 << 28;

/// Words of bits that sets have, where they are kept as such when that many rows
/// are counted.
pub(crate) fn flat_words(members: u64, cells: u64, rows: u64) -> Option<u64> {
    let words = cells.saturating_mul(members.div_ceil(64));
    (words <= rows.max(FLAT_BITS / 64)).then_some(words)
}

impl Sets {
    /// Sets to count `rows` rows in.
    pub(crate) fn new(members: u64, cells: u64, rows: u64) -> Self {
        let total = flat_words(members, cells, rows).and_then(|all| usize::try_from(all).ok());
        let held = match (total, usize::try_from(members.div_ceil(64))) {
            (Some(size), Ok(words)) => Held::Bits {
                words,
                bits: vec![0; size],
            },
            _ => Held::Hashed(FxHashSet::default()),
        };
        Self {
            members,
            cells,
            held,
        }
    }

    /// Sets of no more than `most` members each, whichever they are; of all
    /// where even those are too many to lie side by side.
    pub(crate) fn few(members: u64, cells: u64, most: u8) -> Self {
        let values = cells.saturating_mul(most.into());
        let held = match (usize::try_from(cells), usize::try_from(values)) {
            (Ok(cells), Ok(size)) if values <= FLAT => Held::First {
                most,
                room: vec![most; cells],
                who: vec![0; size],
            },
            _ => Held::Hashed(FxHashSet::default()),
        };
        Self {
            members,
            cells,
            held,
        }
    }

    /// Sets that only ever hold members in use.
    pub(crate) fn sparse(members: u64, cells: u64) -> Self {
        Self {
            members,
            cells,
            held: Held::Hashed(FxHashSet::default()),
        }
    }

    /// Sets of the same members under other cells, to count `rows` rows in: each
    /// all of those that `of` says go to it, as pairs of that cell and of one here.
    /// `None` where members are not kept as bits.
    pub(crate) fn united(
        &self,
        cells: u64,
        rows: u64,
        of: impl FnOnce() -> Vec<(u64, u32)>,
    ) -> Option<Self> {
        let total = usize::try_from(flat_words(self.members, cells, rows)?).ok()?;
        let width = self.words(0)?.len();
        let mut of = of();
        of.sort_unstable();
        // One cell after the other, so that nothing is written that is written again.
        let mut bits: Vec<u64> = Vec::with_capacity(total);
        for (cell, at) in of.into_iter().filter(|&(cell, _)| cell < cells) {
            let start = usize::try_from(cell).ok()? * width;
            let words = self.words(at.into())?;
            if start < bits.len() {
                Members::Bits(words).add_to(&mut bits[start..]);
            } else {
                bits.resize(start, 0);
                bits.extend_from_slice(words);
            }
        }
        bits.resize(total, 0);
        Some(Self {
            members: self.members,
            cells,
            held: Held::Bits { words: width, bits },
        })
    }

    pub(crate) fn members(&self) -> u64 {
        self.members
    }

    pub(crate) fn cells(&self) -> u64 {
        self.cells
    }

    #[inline]
    pub(crate) fn insert(&mut self, member: u32, cell: u64) {
        match &mut self.held {
            Held::Bits { words, bits } => {
                let cell = usize::try_from(cell).unwrap_or(usize::MAX);
                bits[cell * *words + (member >> 6) as usize] |= 1 << (member & 63);
            }
            Held::Hashed(set) => {
                set.insert(u64::from(member) * self.cells + cell);
            }
            Held::First { .. } => {
                let cell = usize::try_from(cell).unwrap_or(usize::MAX);
                if let Some(mut few) = self.first_few() {
                    few.insert(cell, member);
                }
            }
        }
    }

    /// Where no more than a few of each cell are kept.
    pub(crate) fn first_few(&mut self) -> Option<FirstFew<'_>> {
        match &mut self.held {
            Held::First { most, room, who } => Some(FirstFew {
                most: *most,
                room,
                who,
            }),
            _ => None,
        }
    }

    /// The bits of every cell, and how many words of them a cell has, where
    /// there are such.
    pub(crate) fn bits(&mut self) -> Option<(usize, &mut [u64])> {
        match &mut self.held {
            Held::Bits { words, bits } => Some((*words, bits)),
            _ => None,
        }
    }

    /// The members of a cell as bits, 64 a word, where they are kept so.
    pub(crate) fn words(&self, cell: u64) -> Option<&[u64]> {
        match &self.held {
            Held::Bits { words, bits } => {
                let cell = usize::try_from(cell).ok()?;
                bits.get(cell * words..(cell + 1) * words)
            }
            _ => None,
        }
    }

    /// How many members every cell has; cells without any are left out.
    pub(crate) fn counts(&self) -> Vec<(u64, u64)> {
        match &self.held {
            Held::Bits { words, bits } => {
                let ones = |word: &u64| u64::from(word.count_ones());
                let cells = bits.chunks_exact((*words).max(1));
                let counts = cells.map(|words| words.iter().map(ones).sum());
                let counts = (0..).zip(counts);
                counts.filter(|&(_, count)| count > 0).collect()
            }
            Held::Hashed(set) => {
                let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
                for at in set {
                    *counts.entry(at % self.cells.max(1)).or_default() += 1;
                }
                counts.into_iter().collect()
            }
            Held::First { most, room, .. } => {
                let counts = (0..).zip(room.iter().map(|&room| u64::from(most - room)));
                counts.filter(|&(_, count)| count > 0).collect()
            }
        }
    }

    /// The members of every cell, in order; cells without any are left out.
    pub(crate) fn each(&self, mut each: impl FnMut(u64, Members<'_>)) {
        match &self.held {
            Held::Bits { words, bits } => {
                for (cell, bits) in (0..).zip(bits.chunks_exact((*words).max(1))) {
                    if bits.iter().any(|&word| word != 0) {
                        each(cell, Members::Bits(bits));
                    }
                }
            }
            Held::Hashed(_) | Held::First { .. } => {
                let all: Vec<(u64, u32)> = self.iter().collect();
                for of_cell in all.chunk_by(|a, b| a.0 == b.0) {
                    if let Some(&(cell, _)) = of_cell.first() {
                        each(cell, Members::Listed(of_cell));
                    }
                }
            }
        }
    }

    /// Every (cell, member) held, in order.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = (u64, u32)> + '_> {
        match &self.held {
            Held::Bits { words, bits } => {
                let words = (*words).max(1);
                Box::new(
                    bits.iter()
                        .enumerate()
                        .filter(|(_, word)| **word != 0)
                        .flat_map(move |(at, &word)| {
                            let first = u32::try_from(at % words * 64).unwrap_or(u32::MAX);
                            ones(word).map(move |bit| ((at / words) as u64, first + bit))
                        }),
                )
            }
            Held::Hashed(set) => {
                let cells = self.cells.max(1);
                let mut all: Vec<(u64, u32)> = set
                    .iter()
                    .map(|at| (at % cells, u32::try_from(at / cells).unwrap_or(u32::MAX)))
                    .collect();
                all.sort_unstable();
                Box::new(all.into_iter())
            }
            Held::First { most, room, who } => {
                let of_cells = room.iter().zip(who.chunks_exact(usize::from(*most)));
                Box::new((0..).zip(of_cells).flat_map(|(cell, (&room, who))| {
                    let mut who = who[usize::from(room)..].to_vec();
                    who.sort_unstable();
                    who.into_iter().map(move |member| (cell, member))
                }))
            }
        }
    }
}

/// The members of a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Members<'s> {
    /// A bit each, 64 a word.
    Bits(&'s [u64]),
    /// The cell and each of them, in order.
    Listed(&'s [(u64, u32)]),
}

impl Members<'_> {
    /// How many there are.
    pub(crate) fn len(self) -> u64 {
        match self {
            Self::Bits(bits) => wide(
                #[inline(always)]
                || size(bits.iter().copied()),
            ),
            Self::Listed(all) => all.len() as u64,
        }
    }

    /// How many of them are among others, a bit each.
    pub(crate) fn within(self, others: &[u64]) -> u64 {
        match self {
            Self::Bits(bits) => wide(
                #[inline(always)]
                || size(bits.iter().zip(others).map(|(a, b)| a & b)),
            ),
            Self::Listed(all) => all.iter().filter(|(_, who)| holds(others, *who)).count() as u64,
        }
    }

    /// Adds them to others.
    pub(crate) fn add_to(self, others: &mut [u64]) {
        match self {
            Self::Bits(bits) => others.iter_mut().zip(bits).for_each(|(a, b)| *a |= b),
            Self::Listed(all) => {
                for &(_, who) in all {
                    if let Some(word) = others.get_mut(who as usize / 64) {
                        *word |= 1 << (who % 64);
                    }
                }
            }
        }
    }

    /// Goes through them, in order.
    pub(crate) fn each(self, mut each: impl FnMut(u32)) {
        match self {
            Self::Bits(bits) => each_bit(bits.len(), |at| bits[at], each),
            Self::Listed(all) => all.iter().for_each(|&(_, who)| each(who)),
        }
    }
}

/// Goes through the bits of some words, in order.
fn each_bit(words: usize, word: impl Fn(usize) -> u64, mut each: impl FnMut(u32)) {
    // Of most sets few words have any: those are found first, without a branch.
    let mut filled = vec![0; words];
    let count = list(&mut filled, (0..words).map(|at| word(at) != 0));
    for &at in &filled[..count] {
        ones(word(at as usize)).for_each(|bit| each(at * 64 + bit));
    }
}

/// Whether a member is among others, a bit each.
pub(crate) fn holds(bits: &[u64], member: u32) -> bool {
    let word = bits.get(member as usize / 64);
    word.is_some_and(|word| word >> (member % 64) & 1 == 1)
}

/// How many bits words have.
#[inline(always)]
#[expect(clippy::inline_always, reason = "see `wide`")]
pub(crate) fn size(words: impl Iterator<Item = u64>) -> u64 {
    words.map(|word| u64::from(word.count_ones())).sum()
}

impl From<Sets> for Listed {
    fn from(sets: Sets) -> Self {
        let mut held: Vec<u64> = sets
            .iter()
            .map(|(cell, member)| u64::from(member) * sets.cells + cell)
            .collect();
        held.sort_unstable();
        Self {
            members: sets.members,
            cells: sets.cells,
            held,
        }
    }
}

impl From<Listed> for Sets {
    fn from(listed: Listed) -> Self {
        // Never flat, for the same reason as a grid.
        let within = |at: &u64| listed.cells > 0 && at / listed.cells < listed.members;
        let held = listed.held.iter().copied().filter(within).collect();
        Self {
            members: listed.members,
            cells: listed.cells,
            held: Held::Hashed(held),
        }
    }
}

/// How often each value occurs, by cell.
pub(crate) type Multisets<V> = BTreeMap<u64, BTreeMap<V, u64>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn united_sets_hold_what_each_part_holds() {
        // 70 members, two words a cell.
        let mut sets = Sets::new(70, 3, 0);
        for (member, cell) in [(1, 0), (69, 0), (2, 1), (1, 2)] {
            sets.insert(member, cell);
        }
        // The first and the last go to cell 2, the last to cell 1 too, the second to none.
        let united = sets.united(4, 0, || vec![(2, 2), (1, 2), (2, 0), (9, 1)]);
        let held: Vec<_> = united.iter().flat_map(Sets::iter).collect();
        assert_eq!(held, [(1, 1), (2, 1), (2, 69)]);
        assert_eq!(united.map(|sets| sets.counts()), Some(vec![(1, 1), (2, 2)]));
        assert!(Sets::sparse(70, 3).united(4, 0, Vec::new).is_none());
    }
}
