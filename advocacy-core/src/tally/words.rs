//! Quantities side by side: several in a word of 64 bits, each with room to grow.
//!
//! While rows are read, a cell's sums are kept in such words: few additions add
//! a row to a cell, and many cells lie near the processor. The topmost bit of a
//! quantity's room is its guard. What a row adds lies below the guard, so a sum
//! whose guard was not set can set it, but cannot pass it; a word of which any
//! guard is set is emptied into the table, which has 64 bits a quantity.

use crate::model::index::to_u32;
use crate::wide::Place;

/// Where a quantity lies: in which word, and which of its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) word: usize,
    shift: u32,
    bits: u32,
}

impl Slot {
    /// The quantity in a word.
    pub(super) fn of(self, word: u64) -> u64 {
        word >> self.shift & u64::MAX >> (64 - self.bits)
    }

    /// A value in its place; what has no room there is cut off.
    #[inline]
    pub(super) fn put(self, value: u64) -> u64 {
        (value & self.most()) << self.shift
    }

    /// The largest value of a row that has room.
    pub(super) fn most(self) -> u64 {
        (1 << (self.bits - 1)) - 1
    }

    /// The same of values in 32 bits.
    pub(super) fn place(self) -> Place {
        Place {
            room: u32::try_from(self.most()).unwrap_or(u32::MAX),
            shift: self.shift,
        }
    }

    pub(super) fn guard(self) -> u64 {
        1 << (self.shift + self.bits - 1)
    }
}

/// The room a quantity needs by some of its values: twice the largest, and what
/// it grows by in some hundreds of rows.
pub(super) fn room(largest: u64, mean: u64) -> u32 {
    let bits = |value: u64| 64 - value.leading_zeros();
    (bits(largest) + 2).max(bits(mean) + 10).min(64)
}

/// A slot for each quantity by the room it needs: each in the first word that
/// has so much left, what is left in the end shared out.
pub(super) fn lay_out(rooms: &[u32]) -> Vec<Slot> {
    let mut words: Vec<(u32, Vec<usize>)> = Vec::new();
    for (at, room) in rooms.iter().enumerate() {
        let fits = |(left, _): &&mut (u32, Vec<usize>)| *left >= *room;
        match words.iter_mut().find(fits) {
            Some((left, of)) => {
                *left -= room;
                of.push(at);
            }
            None => words.push((64_u32.saturating_sub(*room), vec![at])),
        }
    }
    let nowhere = Slot {
        word: 0,
        shift: 0,
        bits: 64,
    };
    let mut slots = vec![nowhere; rooms.len()];
    for (word, (mut left, of)) in words.into_iter().enumerate() {
        let (mut shift, mut others) = (0, to_u32(of.len()));
        for at in of {
            let more = left / others;
            let bits = (rooms[at] + more).min(64 - shift);
            slots[at] = Slot { word, shift, bits };
            (left, others, shift) = (left - more, others - 1, shift + bits);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_fill_words_and_never_overlap() {
        let slots = lay_out(&[11, 13, 10, 10, 12, 18, 19, 40, 64]);
        let mut taken = vec![0_u64; 4];
        for slot in &slots {
            let all = slot.put(u64::MAX) | slot.guard();
            assert_eq!(taken[slot.word] & all, 0);
            taken[slot.word] |= all;
        }
        assert_eq!(taken, [u64::MAX; 4]);
        assert_eq!(slots[4].word, 0);
        assert_eq!(slots[5].word, 1);
    }

    #[test]
    fn a_sum_sets_its_guard_before_it_can_reach_the_next_slot() {
        let slots = lay_out(&[32, 32]);
        let (low, high) = (slots[0], slots[1]);
        let sum = low.put(low.most()) + low.put(low.most()) + high.put(1);
        assert_eq!(low.of(sum), 2 * low.most());
        assert_ne!(sum & low.guard(), 0);
        assert_eq!(high.of(sum), 1);
        assert_eq!(sum & high.guard(), 0);
    }
}
