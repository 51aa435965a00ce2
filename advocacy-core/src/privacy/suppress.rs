//! Which cells of a table to hide.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};

use super::layout::Layout;
use super::network::{Change, Cost, Network, Numbers};
use super::policy::{PrivacyPolicy, Subject};
use super::spread;

/// What decides whether a cell may be shown.
///
/// ```
/// use advocacy_core::privacy::Cell;
///
/// let cell = Cell::new(18).of(20); // 18 people of 20
/// # let _ = cell;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    people: u64,
    of: Option<u64>,
    largest: Option<(u64, u64)>,
    all_equal: bool,
    decided: Option<bool>,
    fixed: Option<Fixed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fixed {
    Shown,
    Hidden,
}

impl Cell {
    /// A cell that this many distinct people (or respondents) stand behind.
    #[must_use]
    pub fn new(people: u64) -> Self {
        Self {
            people,
            ..Self::default()
        }
    }

    /// They are a part of this many, and the number shown says so.
    #[must_use]
    pub fn of(mut self, people: u64) -> Self {
        self.of = Some(people);
        self
    }

    /// Of the total it shows, one person holds this much.
    #[must_use]
    pub fn largest(mut self, one: u64, total: u64) -> Self {
        self.largest = Some((one, total));
        self
    }

    /// Everybody gave the same answer.
    #[must_use]
    pub fn all_equal(mut self) -> Self {
        self.all_equal = true;
        self
    }

    /// Whether it must be hidden is decided by the caller, not by its numbers.
    pub(crate) fn decided(mut self, hidden: bool) -> Self {
        self.decided = Some(hidden);
        self
    }

    pub(crate) fn people(&self) -> u64 {
        self.people
    }

    /// Whether it is hidden whatever else is, by what the caller decided.
    pub(crate) fn is_hidden_first(&self) -> bool {
        self.fixed == Some(Fixed::Hidden) || self.fixed.is_none() && self.decided == Some(true)
    }

    /// It is shown elsewhere already: it cannot be hidden.
    #[must_use]
    pub fn shown_elsewhere(mut self) -> Self {
        self.fixed = Some(Fixed::Shown);
        self
    }

    /// It is hidden elsewhere already: it cannot be shown.
    #[must_use]
    pub fn hidden_elsewhere(mut self) -> Self {
        self.fixed = Some(Fixed::Hidden);
        self
    }

    /// Why it is hidden for what it is.
    fn primary(&self, k: u64, policy: &PrivacyPolicy) -> Option<Reason> {
        if let Some(hidden) = self.decided {
            return hidden.then_some(Reason::Few);
        }
        let least = u64::from(!policy.protect_zero);
        let small = |people: u64| (least..k).contains(&people);
        if small(self.people) {
            return Some(Reason::Few);
        }
        let rest = self.of.map(|of| of.saturating_sub(self.people));
        if policy.complement && rest.is_some_and(small) {
            return Some(Reason::Rest);
        }
        if policy.all_equal && self.all_equal && self.people > 0 {
            return Some(Reason::AllEqual);
        }
        let (percent, (one, total)) = policy.dominance.zip(self.largest)?;
        let holds = u128::from(one) * 100 > u128::from(total) * u128::from(percent);
        holds.then_some(Reason::Dominance)
    }
}

/// Why a cell is hidden. For whoever holds the data: showing it beside the
/// table would tell the small groups from those hidden for their sake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// Fewer people than the threshold.
    Few,
    /// The rest of its whole is fewer people than the threshold.
    Rest,
    /// All answers are the same.
    AllEqual,
    /// One person holds too much of it.
    Dominance,
    /// Another hidden cell could be worked out from it.
    Secondary,
    /// It is hidden in another table it is also part of.
    Elsewhere,
}

/// Which cells of a table are hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    reasons: Vec<Option<Reason>>,
    exposed: Vec<usize>,
}

impl Suppression {
    /// Whether a cell is hidden.
    #[must_use]
    pub fn is_hidden(&self, cell: usize) -> bool {
        self.reason(cell).is_some()
    }

    /// Why it is.
    #[must_use]
    pub fn reason(&self, cell: usize) -> Option<Reason> {
        self.reasons.get(cell).copied().flatten()
    }

    /// The hidden cells, in order.
    pub fn hidden(&self) -> impl Iterator<Item = usize> {
        let reasons = self.reasons.iter().enumerate();
        reasons
            .filter(|(_, reason)| reason.is_some())
            .map(|(at, _)| at)
    }

    /// Hidden cells that can be worked out all the same, because cells shown
    /// elsewhere leave no choice; always none where no cell is.
    #[must_use]
    pub fn exposed(&self) -> &[usize] {
        &self.exposed
    }
}

/// Hides cells of a table until none of the hidden can be worked out.
///
/// `sums` are the numbers the table shows, one list a quantity and one number
/// a cell, without [`Cell`]'s own people, which are always held to. A line
/// whose whole is the sum of its parts is audited as a sum; one whose whole is
/// between its largest part and their sum, as distinct counts.
///
/// Hidden are first the cells that are small, leave a small rest, are all
/// equal or held by one person; then, as long as the hidden parts of a shown
/// whole are together fewer people than the threshold, the smallest other
/// part; then, as long as the audit can work out a hidden cell, the cheapest
/// cells (fewest people) that keep it from doing so.
///
/// The audit supposes somebody who knows the layout, everything shown, that
/// counts are whole and not negative and, unless zeros are protected, that
/// nobody hides a zero.
///
/// # Errors
/// `unequal_lengths` unless there is a number for each cell; `invalid_option`
/// for a policy that cannot be; `overflow` for numbers beyond 2^90.
///
/// ```
/// use advocacy_core::privacy::{Cell, Layout, PrivacyPolicy, Subject, suppress};
///
/// // Two teams of a department of nine: hiding one of them would not do.
/// let layout = Layout::one_way(2);
/// let cells = [3, 6, 9].map(Cell::new);
/// let found = suppress(&layout, &cells, &[], &PrivacyPolicy::default(), Subject::Activity)?;
/// assert_eq!(found.hidden().collect::<Vec<_>>(), [0, 1]);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn suppress(
    layout: &Layout,
    cells: &[Cell],
    sums: &[Vec<i128>],
    policy: &PrivacyPolicy,
    subject: Subject,
) -> Result<Suppression> {
    suppress_audited(layout, cells, sums, policy, subject, true)
}

/// The same; the cells' own people are audited or known to all.
pub(crate) fn suppress_audited(
    layout: &Layout,
    cells: &[Cell],
    sums: &[Vec<i128>],
    policy: &PrivacyPolicy,
    subject: Subject,
    people: bool,
) -> Result<Suppression> {
    policy.check()?;
    let lengths = [cells.len()]
        .into_iter()
        .chain(sums.iter().map(Vec::len))
        .find(|&length| length != layout.len());
    if let Some(length) = lengths {
        return Err(unequal(layout.len(), length));
    }
    sums.iter().try_for_each(|values| bounded(values))?;
    let k = u64::from(policy.threshold(subject));
    let mut hiding = Hiding::new(
        layout,
        cells,
        sums,
        policy,
        (k, people),
        policy.protect_zero,
    );
    hiding.settle();
    hiding.give_back();
    if !policy.protect_zero && !hiding.exposed().is_empty() {
        // Zeros are hidden too where cells shown elsewhere leave nothing else.
        let mut wider = Hiding::new(layout, cells, sums, policy, (k, people), true);
        wider.reasons = hiding.reasons;
        wider.settle();
        wider.give_back();
        hiding = wider;
    }
    Ok(Suppression {
        exposed: hiding.exposed(),
        reasons: hiding.reasons,
    })
}

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
fn unequal(cells: usize, given: usize) -> Error {
    Error::new(
        ErrorKind::UnequalLengths,
        format!("{given} numbers for {cells} cells"),
    )
}

/// Numbers so small that no sum of them overflows.
fn bounded(values: &[i128]) -> Result<()> {
    let limit = 1_u128 << 90;
    match values.iter().position(|value| value.unsigned_abs() > limit) {
        Some(at) => {
            Err(Error::new(ErrorKind::Overflow, "a number to protect is beyond 2^90").at_row(at))
        }
        None => Ok(()),
    }
}

/// Cells looked at, all tries together, to find hidden ones that need not be:
/// it bounds the time a large table takes.
const GIVE_BACK: usize = 100_000;

/// One quantity, and what its lines say of it.
struct Audit<'l> {
    numbers: Numbers,
    network: Network<'l>,
    layout: &'l Layout,
    /// Which lines add up in it.
    adds: Vec<bool>,
    /// Which do not, and bound their whole instead.
    bounds: Vec<usize>,
    /// Cells that are nothing because a whole shown elsewhere is nothing: no
    /// hiding keeps that to itself.
    nothing: Vec<bool>,
}

impl<'l> Audit<'l> {
    fn new(layout: &'l Layout, numbers: Numbers, shown: impl Fn(usize) -> bool) -> Self {
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
    fn open(&self, mut hidden: Vec<bool>) -> Vec<bool> {
        for (hidden, &nothing) in hidden.iter_mut().zip(&self.nothing) {
            *hidden &= !nothing;
        }
        hidden
    }

    /// The hidden cells that are pinned.
    fn determined(&self, hidden: &[bool]) -> Vec<usize> {
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

    fn spread(&self, hidden: &[bool]) -> Vec<usize> {
        spread::pinned(self.layout, &self.bounds, hidden, &self.numbers)
    }
}

/// A table on its way to being safe.
struct Hiding<'a> {
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
    reasons: Vec<Option<Reason>>,
}

impl<'a> Hiding<'a> {
    fn new(
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
    fn settle(&mut self) {
        loop {
            let before = self.shown();
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

    /// Shows again what was hidden for others' sake and is not needed after
    /// all, the largest first: later cycles can make earlier ones superfluous.
    fn give_back(&mut self) {
        let mut secondary: Vec<usize> = (0..self.cells.len())
            .filter(|&cell| self.reasons[cell] == Some(Reason::Secondary))
            .collect();
        secondary.sort_unstable_by_key(|&cell| (std::cmp::Reverse(self.cells[cell].people), cell));
        let tries = GIVE_BACK / self.cells.len().max(1);
        for cell in secondary.into_iter().take(tries) {
            let reasons = self.reasons.clone();
            self.reasons[cell] = None;
            let without = self.reasons.clone();
            self.settle();
            if self.reasons != without {
                self.reasons = reasons;
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
        // The largest first: what hides them may do for the small ones too.
        stuck.sort_unstable_by_key(|&cell| (std::cmp::Reverse(self.cells[cell].people), cell));
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

    fn exposed(&self) -> Vec<usize> {
        let hidden = self.hidden();
        let mut found: Vec<usize> = self
            .audits
            .iter()
            .flat_map(|audit| audit.determined(&hidden))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
