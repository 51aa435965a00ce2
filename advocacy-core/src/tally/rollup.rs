//! From a table as it was counted to one that follows from it.

use crate::error::Result;
use crate::model::facts::Facts;
use crate::model::index::to_u32;
use crate::model::program::Program;

use super::keys::{self, Derived, OUTSIDE};
use super::spec::{Key, Spec, What};
use super::table::{Places, Table};

/// The table under the keys asked for, of what was counted under the grain's.
pub(super) fn roll_up(
    program: &Program<'_>,
    facts: &Facts<'_>,
    grain: &Spec,
    counted: &Table,
    keys: &[Key],
) -> Result<Table> {
    let rows = facts.rows as u64;
    let coarser = Coarser::new(program, facts, grain, keys);
    let follows = |key: &&Key| {
        let mut bases = grain.keys.iter();
        bases.any(|base| keys::follows(program, facts, key, base))
    };
    if coarser.reads_members() && matches!(counted, Table::Distinct(_)) {
        // Members are looked at one by one: of as few cells as there can be.
        let own: Vec<Key> = keys.iter().filter(follows).cloned().collect();
        if own != grain.keys {
            let counted = roll_up(program, facts, grain, counted, &own)?;
            let grain = Spec {
                keys: own,
                ..grain.clone()
            };
            return roll_up(program, facts, &grain, &counted, keys);
        }
    }
    let cells = keys.iter().fold(1_u64, |cells, key| {
        cells.saturating_mul(keys::radix(program, key).max(1).into())
    });
    let members = coarser.members;
    let all = if coarser.is_in_cell {
        cells.saturating_mul(members)
    } else {
        cells
    };
    if let Table::Distinct(sets) = counted
        && coarser.keeps_members()
        && let Some(united) = sets.united(cells, rows, || coarser.pairs(sets.cells()))
    {
        return Ok(Table::Distinct(united));
    }
    let mut table = Table::new(&grain.what, all, members, rows);
    table.merge(counted, &coarser)?;
    Ok(table)
}

/// Where the cells of the grain are under coarser keys.
struct Coarser<'p> {
    /// Of the grain's keys, how many codes each has.
    radices: Vec<u64>,
    /// Of each key asked for: how many codes, the grain's key it follows from
    /// (past the last: the member), and how.
    keys: Vec<(u64, usize, Derived<'p>)>,
    /// How many members there are, and whether they are part of the cell.
    members: u64,
    is_in_cell: bool,
}

impl<'p> Coarser<'p> {
    fn new(program: &'p Program<'p>, facts: &Facts<'_>, grain: &Spec, keys: &[Key]) -> Self {
        let member = grain.what.member();
        let radix = |key: &Key| u64::from(keys::radix(program, key).max(1));
        let mut radices: Vec<u64> = grain.keys.iter().map(radix).collect();
        let ways = keys.iter().map(|key| {
            let bases = grain.keys.iter().chain(&member).enumerate();
            let mut ways =
                bases.filter_map(|(at, base)| Some((at, keys::derive(program, facts, key, base)?)));
            let (at, way) = ways.next().unwrap_or((0, Derived::Same));
            (radix(key), at, way)
        });
        let mut keys: Vec<(u64, usize, Derived<'_>)> = ways.collect();
        // A key of one code, of which no more is asked, is the same in every cell.
        for at in (0..radices.len()).rev() {
            let is_same = |key: &(u64, usize, Derived<'_>)| {
                key.1 != at || (key.0 == 1 && matches!(key.2, Derived::Same))
            };
            if radices[at] == 1 && keys.iter().all(is_same) {
                radices.remove(at);
                keys.retain(|key| key.1 != at);
                for key in &mut keys {
                    key.1 -= usize::from(key.1 > at);
                }
            }
        }
        Self {
            radices,
            keys,
            members: member.as_ref().map_or(0, radix),
            is_in_cell: matches!(grain.what, What::First | What::Runs(_)),
        }
    }

    /// The cell that a cell under one key is part of, where there is one at most;
    /// [`OUTSIDE`] is none.
    fn only(&self, cell: u64) -> Option<u32> {
        if let Some(by) = self.by_cell() {
            let code = usize::try_from(cell).ok().and_then(|cell| by.get(cell));
            return Some(code.copied().unwrap_or(OUTSIDE));
        }
        let is_all = self.radices.len() == 1 && self.keys.is_empty() && !self.is_in_cell;
        is_all.then_some(0)
    }

    /// Each cell, below `end`, of the grain beside those it is part of.
    fn pairs(&self, end: u64) -> Vec<(u64, u32)> {
        let mut cells = Vec::new();
        let mut pairs = Vec::new();
        // Sets kept as bits are of no more cells than that.
        for at in 0..to_u32(usize::try_from(end).unwrap_or(0)) {
            for &cell in self.of(at.into(), None, &mut cells) {
                pairs.push((cell, at));
            }
        }
        pairs
    }

    fn reads_members(&self) -> bool {
        self.keys.iter().any(|&(_, at, _)| at == self.radices.len())
    }
}

impl Places for Coarser<'_> {
    fn of<'c>(&self, cell: u64, member: Option<u32>, cells: &'c mut Vec<u64>) -> &'c [u64] {
        if let Some(only) = self.only(cell) {
            cells.clear();
            cells.extend(Some(u64::from(only)).filter(|_| only != OUTSIDE));
            return cells;
        }
        let (mut rest, mut who) = (cell, u64::from(member.unwrap_or(0)));
        if self.is_in_cell {
            (rest, who) = (rest / self.members.max(1), rest % self.members.max(1));
        }
        let mut codes = [0_u64; 8];
        let mut spilled;
        let codes: &mut [u64] = if self.radices.len() < codes.len() {
            &mut codes[..=self.radices.len()]
        } else {
            spilled = vec![0; self.radices.len() + 1];
            &mut spilled
        };
        for (at, radix) in self.radices.iter().enumerate().rev() {
            (codes[at], rest) = (rest % radix, rest / radix);
        }
        codes[self.radices.len()] = who;
        cells.clear();
        cells.push(0);
        for (radix, at, way) in &self.keys {
            let code = codes[*at];
            let place = usize::try_from(code).unwrap_or(usize::MAX);
            let one = |code: u64, cells: &mut Vec<u64>| {
                for cell in cells {
                    *cell = *cell * radix + code;
                }
            };
            match way {
                Derived::Same => one(code, cells),
                Derived::One(by) => match by.get(place).copied().unwrap_or(OUTSIDE) {
                    OUTSIDE => cells.clear(),
                    code => one(code.into(), cells),
                },
                Derived::Many(multi, none) => match multi.of(place) {
                    [] => one((*none).into(), cells),
                    several => {
                        let so_far = std::mem::take(cells);
                        for cell in so_far {
                            cells.extend(several.iter().map(|&c| cell * radix + u64::from(c)));
                        }
                    }
                },
            }
        }
        if self.is_in_cell {
            for cell in &mut *cells {
                *cell = *cell * self.members + who;
            }
        }
        cells
    }

    fn keeps_members(&self) -> bool {
        !self.reads_members()
    }

    fn by_cell(&self) -> Option<&[u32]> {
        match (&self.radices[..], &self.keys[..]) {
            ([_], [(_, 0, Derived::One(by))]) if !self.is_in_cell => Some(by),
            _ => None,
        }
    }

    fn by_member(&self) -> Option<&[u32]> {
        match (&self.radices[..], &self.keys[..]) {
            ([], [(_, _, Derived::One(by))]) if !self.is_in_cell => Some(by),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of two networks by two modes and three people, the second network, the
    /// second mode and the third person: (1 · 2 + 1) · 3 + 2 = 11. Under the
    /// network alone 1 · 3 + 2 = 5; under mode and network that is 3 · 3 + 2.
    #[test]
    fn cells_with_people_in_them_stay_theirs() {
        let under = |keys: &[usize]| {
            let coarser = Coarser {
                radices: vec![2, 2],
                keys: keys.iter().map(|&at| (2, at, Derived::Same)).collect(),
                members: 3,
                is_in_cell: true,
            };
            coarser.of(11, None, &mut Vec::new()).to_vec()
        };
        assert_eq!(under(&[0]), [5]);
        assert_eq!(under(&[1, 0]), [11]);
        assert_eq!(under(&[]), [2]);
    }
}
