//! Members added to sets, and the rows in which they are first.

use super::ahead::Ahead;
use super::fill::Cells;
use super::sets::FirstFew;

/// Adds the members of rows, of whom the last is none, to cells of bits.
#[inline(never)]
pub(super) fn add_members(
    (words, bits): (usize, &mut [u64]),
    cells: Cells<'_>,
    (members, radix): (&[u32], u32),
) {
    let none = radix.saturating_sub(1);
    let add = |bits: &mut [u64], member: u32| {
        if member != none
            && let Some(word) = bits.get_mut((member >> 6) as usize)
        {
            *word |= 1 << (member & 63);
        }
    };
    match cells {
        Cells::None => {}
        Cells::One(cell) => {
            let start = cell as usize * words;
            if let Some(bits) = bits.get_mut(start..start + words) {
                for &member in members {
                    add(bits, member);
                }
            }
        }
        Cells::Each(cells) => {
            for (cell, &member) in cells.iter().zip(members) {
                if let Some(bits) = bits.get_mut(cell as usize * words..) {
                    add(bits, member);
                }
            }
        }
    }
}

/// Cells with room up to which rows are searched for each of them.
const OPEN: usize = 4;

/// Adds members to the cells that have few.
pub(super) fn add_few(mut few: FirstFew<'_>, cells: Cells<'_>, (members, radix): (&[u32], u32)) {
    let none = radix.saturating_sub(1);
    match cells {
        Cells::None => {}
        Cells::One(cell) => {
            let known = members.iter().filter(|&&member| member != none);
            known.for_each(|&member| few.insert(cell as usize, member));
        }
        Cells::Each(cells) => {
            if few.open(OPEN).is_some_and(|open| !cells.hold_any(&open)) {
                return;
            }
            for (codes, members) in cells.codes.chunks(16).zip(members.chunks(16)) {
                let places = codes.iter().map(|&code| cells.cell(code) as usize);
                if !few.have_room(places.clone()) {
                    continue;
                }
                let known = places.zip(members).filter(|&(_, &member)| member != none);
                known.for_each(|(cell, &member)| few.insert(cell, member));
            }
        }
    }
}

/// Notes the earliest instant of each member in each cell.
#[inline(never)] // so that its few values stay in registers
pub(super) fn add_firsts(
    firsts: &mut [i64],
    cells: Cells<'_>,
    (members, radix): (&[u32], u32),
    instants: &[i64],
) {
    let note = |firsts: &mut [i64], place: usize, instant: i64| {
        if let Some(first) = firsts.get_mut(place) {
            *first = (*first).max(-instant);
        }
    };
    // That of a row in no cell lies beyond all.
    let place = |cell: u32| (cell as usize).saturating_mul(radix as usize);
    let ahead = Ahead::of(firsts);
    let rows = members.iter().zip(instants);
    match cells {
        Cells::None => {}
        Cells::One(cell) => {
            if let Some(firsts) = firsts.get_mut(place(cell)..) {
                for (row, (&member, &at)) in rows.enumerate() {
                    ahead.fetch(firsts, row, |row| Some(*members.get(row)? as usize));
                    note(firsts, member as usize, at);
                }
            }
        }
        Cells::Each(cells) => {
            for (cell, (&member, &at)) in cells.iter().zip(rows) {
                note(firsts, place(cell).saturating_add(member as usize), at);
            }
        }
    }
}

/// The same of rows in the order of time, of which only the first of each
/// counts, a bit for each that was seen.
pub(super) fn add_first_rows(
    firsts: &mut [i64],
    seen: &mut [u64],
    cells: Cells<'_>,
    (members, radix): (&[u32], u32),
    instant: impl Fn(usize) -> i64,
) {
    // That of a row in no cell lies beyond all.
    let place = |cell: u32| (cell as usize).saturating_mul(radix as usize);
    // Noted first and looked up after, so that no row waits for another's.
    let found = match cells {
        Cells::None => Vec::new(),
        Cells::One(cell) => {
            let start = place(cell);
            unseen(
                seen,
                members
                    .iter()
                    .map(|&member| start.saturating_add(member as usize)),
            )
        }
        Cells::Each(cells) => {
            let rows = cells.iter().zip(members);
            let place = |(cell, &member): (u32, &u32)| place(cell).saturating_add(member as usize);
            unseen(seen, rows.map(place))
        }
    };
    note_first_rows(firsts, found, instant);
}

/// Notes the instants of first rows, each by its place.
fn note_first_rows(firsts: &mut [i64], found: Vec<(usize, usize)>, instant: impl Fn(usize) -> i64) {
    for (place, at) in found {
        if let Some(first) = firsts.get_mut(place) {
            *first = -instant(at);
        }
    }
}

/// The same of all members in one cell, who are added to a cell of bits as well,
/// the last of whom is none: each row is looked at once for both.
pub(super) fn add_members_and_first_rows(
    bits: &mut [u64],
    firsts: &mut [i64],
    seen: &mut [u64],
    (members, radix): (&[u32], u32),
    instant: impl Fn(usize) -> i64,
) {
    note_first_rows(firsts, add_and_see(bits, seen, members), instant);
    let none = radix.saturating_sub(1);
    if let Some(word) = bits.get_mut((none >> 6) as usize) {
        *word &= !(1 << (none & 63));
    }
}

/// Adds members to bits; gives those seen for the first time, as [`unseen`].
#[inline(never)] // so that its few values stay in registers
fn add_and_see(bits: &mut [u64], seen: &mut [u64], members: &[u32]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Of one length, so that a place in one is a place in the other.
    let words = bits.len().min(seen.len());
    let (bits, seen) = (&mut bits[..words], &mut seen[..words]);
    for (at, &member) in members.iter().enumerate() {
        let (place, bit) = ((member >> 6) as usize, 1 << (member & 63));
        if place < words {
            bits[place] |= bit;
            if seen[place] & bit == 0 {
                seen[place] |= bit;
                found.push((member as usize, at));
            }
        }
    }
    found
}

/// The places that are seen for the first time, each with where it is among all.
#[inline(never)]
fn unseen(seen: &mut [u64], places: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, place) in places.enumerate() {
        if let Some(word) = seen.get_mut(place >> 6)
            && *word >> (place & 63) & 1 == 0
        {
            *word |= 1 << (place & 63);
            found.push((place, at));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 130 members the last is none: 64 and 65 lie in the second word, 129 in the
    /// third, where 128 lies too.
    #[test]
    fn members_and_their_first_rows_are_told_at_once() {
        let members = [64, 129, 128, 64, 65, 129];
        let (mut bits, mut seen, mut firsts) = ([0, 0, 0], [0, 2, 0], [0_i64; 130]);
        let instant = |row: usize| [10, 20, 30, 40, 50, 60][row];
        let of = (&members[..], 130);
        add_members_and_first_rows(&mut bits, &mut firsts, &mut seen, of, instant);
        // None is in no set, and 65 was seen before.
        assert_eq!(bits, [0, 3, 1]);
        assert_eq!(seen, [0, 3, 3]);
        assert_eq!(firsts[64..66], [-10, 0]);
        assert_eq!(firsts[128..], [-30, -20]);
    }
}
