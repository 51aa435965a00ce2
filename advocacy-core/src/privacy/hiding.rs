//! A table on its way to being safe: what to hide, cheapest first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::audit::Audit;
use super::cell::{Cell, Fixed, Reason};
use super::layout::Layout;
use super::network::{Change, Cost, Numbers};
use super::policy::PrivacyPolicy;

/// Cells looked at, all tries together, to find hidden ones that need not be:
/// it bounds the time a large table takes.
const GIVE_BACK: usize = 100_000;

/// A table on its way to being safe.
pub(super) struct Hiding<'a> {
    layout: &'a Layout,
    cells: &'a [Cell],
    /// Of people first, unless everybody knows how many they are.
    audits: Vec<Audit<'a>>,
    /// The lines in which people add up: nobody is in two parts.
    apart: Vec<bool>,
    k: u64,
    width: i128,
    /// Whether zeros can be hidden for others' sake.
    zeros: bool,
    pub(super) reasons: Vec<Option<Reason>>,
    /// The hidden cells that can be worked out all the same, as it was settled
    /// last.
    pub(super) exposed: BTreeSet<usize>,
}

impl<'a> Hiding<'a> {
    pub(super) fn new(
        layout: &'a Layout,
        cells: &'a [Cell],
        sums: &[Vec<i128>],
        policy: &PrivacyPolicy,
        (k, audited): (u64, bool),
        zeros: bool,
    ) -> Self {
        let people = Numbers {
            values: cells.iter().map(|cell| i128::from(cell.people)).collect(),
            // Whoever knows that a zero is never hidden knows that much.
            least: Some(i128::from(!zeros)),
        };
        let shown = |cell: usize| cells[cell].fixed == Some(Fixed::Shown);
        let sums = sums.iter().map(|values| Numbers {
            values: values.clone(),
            least: values.iter().all(|&value| value >= 0).then_some(0),
        });
        let people = Audit::new(layout, people, shown);
        let mut audits: Vec<Audit<'_>> = sums
            .map(|numbers| Audit::new(layout, numbers, shown))
            .collect();
        let apart = people.adds.clone();
        if audited {
            audits.insert(0, people);
        }
        let reasons = cells
            .iter()
            .map(|cell| match cell.fixed {
                Some(Fixed::Shown) => None,
                Some(Fixed::Hidden) => Some(Reason::Elsewhere),
                None => cell.primary(k, policy),
            })
            .collect();
        Self {
            layout,
            cells,
            audits,
            apart,
            k,
            width: i128::from(policy.width),
            zeros,
            reasons,
            exposed: BTreeSet::new(),
        }
    }

    /// What it costs to hide a cell: nothing more when it is hidden already.
    fn cost(&self, cell: usize) -> Cost {
        if self.reasons[cell].is_some() {
            return Some(0);
        }
        let Cell { people, fixed, .. } = self.cells[cell];
        let may = fixed.is_none() && (people > 0 || self.zeros);
        may.then_some(people.max(1))
    }

    fn hide(&mut self, cell: usize) {
        self.reasons[cell].get_or_insert(Reason::Secondary);
    }

    fn hidden(&self) -> Vec<bool> {
        self.reasons.iter().map(Option::is_some).collect()
    }

    /// The cheapest of some cells that is shown and can be hidden.
    fn cheapest(&self, of: impl Iterator<Item = usize>) -> Option<usize> {
        of.filter(|&cell| self.reasons[cell].is_none())
            .filter_map(|cell| Some((self.cost(cell)?, cell)))
            .min()
            .map(|(_, cell)| cell)
    }

    /// Hides until nothing asks for more. Every round hides a cell or is the
    /// last, so it ends.
    pub(super) fn settle(&mut self) {
        loop {
            let before = self.shown();
            // Those of the last round, which hides nothing, stay.
            self.exposed.clear();
            self.hold_lines();
            for at in 0..self.audits.len() {
                self.hold_sums(at);
                self.hold_bounds(at);
            }
            if self.width > 1 {
                self.hold_widths();
            }
            if self.shown() == before {
                break;
            }
        }
    }

    fn sort_largest_first(&self, cells: &mut [usize]) {
        cells.sort_unstable_by_key(|&cell| (Reverse(self.cells[cell].people), cell));
    }

    /// Shows again what was hidden for others' sake and is not needed after
    /// all, the largest first: later cycles can make earlier ones superfluous.
    pub(super) fn give_back(&mut self) {
        let mut secondary: Vec<usize> = (0..self.cells.len())
            .filter(|&cell| self.reasons[cell] == Some(Reason::Secondary))
            .collect();
        self.sort_largest_first(&mut secondary);
        let tries = GIVE_BACK / self.cells.len().max(1);
        for cell in secondary.into_iter().take(tries) {
            let (reasons, exposed) = (self.reasons.clone(), self.exposed.clone());
            self.reasons[cell] = None;
            let without = self.reasons.clone();
            self.settle();
            if self.reasons != without {
                (self.reasons, self.exposed) = (reasons, exposed);
            }
        }
    }

    fn shown(&self) -> usize {
        self.reasons
            .iter()
            .filter(|reason| reason.is_none())
            .count()
    }

    /// The hidden parts of a shown whole are not a small group together.
    fn hold_lines(&mut self) {
        for at in 0..self.layout.lines.len() {
            let adds = |audit: &Audit<'_>| audit.adds[at];
            if !self.apart[at] && !self.audits.iter().any(adds) {
                continue;
            }
            let apart = self.apart[at];
            let line = &self.layout.lines[at];
            while self.reasons[line.whole].is_none() {
                let hidden = line
                    .parts
                    .iter()
                    .filter(|&&part| self.reasons[part].is_some());
                let people = hidden.map(|&part| self.cells[part].people);
                // People counted in two parts may be the same.
                let together: Option<u64> = if apart {
                    people.reduce(u64::saturating_add)
                } else {
                    people.max()
                };
                if together.is_none_or(|together| together >= self.k || together == 0) {
                    break;
                }
                let next = self.cheapest(line.parts.iter().copied());
                match next.or_else(|| self.cheapest([line.whole].into_iter())) {
                    Some(cell) => self.hide(cell),
                    None => break,
                }
            }
        }
    }

    /// No hidden cell follows from sums.
    fn hold_sums(&mut self, at: usize) {
        let hidden = self.audits[at].open(self.hidden());
        let mut movable = self.audits[at]
            .network
            .movable(&hidden, &self.audits[at].numbers);
        let mut stuck: Vec<usize> = (0..hidden.len())
            .filter(|&cell| hidden[cell] && !movable[cell])
            .collect();
        self.exposed.extend(&stuck);
        // The largest first: what hides them may do for the small ones too.
        self.sort_largest_first(&mut stuck);
        let mut hopeless: BTreeMap<(usize, usize), u32> = BTreeMap::new();
        for cell in stuck {
            if movable[cell] {
                continue;
            }
            for other in self.cheapest_cycle(at, cell, &mut hopeless) {
                self.hide(other);
                movable[other] = true;
            }
        }
    }

    /// The cells of the cheapest cycle a cell can change along; none when
    /// there is none.
    ///
    /// Where two cells between the same ends had no way back, no other has one:
    /// its way would go through neither of the two.
    fn cheapest_cycle(
        &self,
        at: usize,
        cell: usize,
        hopeless: &mut BTreeMap<(usize, usize), u32>,
    ) -> Vec<usize> {
        let Audit {
            numbers, network, ..
        } = &self.audits[at];
        let cost = |other: usize| self.cost(other);
        let mut along = |up: bool| {
            let change = Change { arc: cell, up };
            let failed = hopeless.entry(network.way_back(change)).or_default();
            if *failed > 1 {
                return None;
            }
            let found = network.cycle(numbers, change, &cost);
            *failed += u32::from(found.is_none());
            found
        };
        let cheaper = [along(true), along(false)].into_iter().flatten();
        let cheaper = cheaper.min_by_key(|(price, cells)| (*price, cells.len()));
        cheaper.map(|(_, cells)| cells).unwrap_or_default()
    }

    /// No hidden cell follows from the bounds of distinct counts.
    fn hold_bounds(&mut self, at: usize) {
        if self.audits[at].bounds.is_empty() {
            return;
        }
        loop {
            let mut pinned = vec![false; self.cells.len()];
            for cell in self.audits[at].spread(&self.audits[at].open(self.hidden())) {
                pinned[cell] = true;
                self.exposed.insert(cell);
            }
            let layout = self.layout;
            let lines = self.audits[at]
                .bounds
                .iter()
                .map(|&line| &layout.lines[line]);
            let beside = lines
                .filter(|line| {
                    let mut all = line.parts.iter().chain([&line.whole]);
                    all.any(|&cell| pinned[cell])
                })
                .flat_map(|line| line.parts.iter().copied().chain([line.whole]));
            match self.cheapest(beside) {
                Some(cell) => self.hide(cell),
                None => break,
            }
        }
    }

    /// Every small hidden count has room to be something else.
    fn hold_widths(&mut self) {
        let primary: Vec<usize> = (0..self.cells.len())
            .filter(|&cell| !matches!(self.reasons[cell], None | Some(Reason::Secondary)))
            .collect();
        for cell in primary {
            for other in self.room_for(cell) {
                self.hide(other);
            }
        }
    }

    /// What to hide for a cell's count of people to have room.
    fn room_for(&self, cell: usize) -> Vec<usize> {
        let Some(Audit {
            numbers, network, ..
        }) = self.audits.first()
        else {
            return Vec::new();
        };
        let mut wanted = self.width;
        let mut used = Vec::new();
        // First what is hidden anyhow, then at a cost.
        for free in [true, false] {
            wanted = self.width;
            for up in [true, false] {
                let mut values = numbers.values.clone();
                let cost = |other: usize| self.cost(other).filter(|&cost| !free || cost == 0);
                let change = Change { arc: cell, up };
                let mut along = Vec::new();
                wanted -= network.shift(
                    &mut values,
                    numbers.least,
                    change,
                    wanted,
                    &cost,
                    &mut along,
                );
                used.extend(along);
            }
            if wanted <= 0 {
                break;
            }
        }
        if wanted > 0 {
            // No room to be had: hide all there is.
            used.extend((0..self.cells.len()).filter(|&cell| self.cost(cell).is_some()));
        }
        used
    }
}
