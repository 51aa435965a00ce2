//! Questions about content items and about accounts.

use std::sync::Arc;

use crate::definitions::{ContentBasis, Definitions, MixOf};
use crate::error::{Error, ErrorKind, Result};
use crate::model::index::to_u32;
use crate::tally::keys::radix;
use crate::tally::spec::{Key, Lane, Source, Spec, What};
use crate::tally::table::{Table, overflow};

use super::amounts::{Amount, Paired, scope, unit, units};
use super::presence::Placing;
use super::sheet::{Answers, Question};
use super::space::{Slot, Space, is_of_content, key_of};

/// Whether an item is in question in a slot.
fn is_in(space: &Space<'_>, definitions: &Definitions, item: u32, slot: &Slot) -> bool {
    match (
        space.program.content.window(item),
        definitions.content_basis,
    ) {
        (None, _) => false,
        (Some((from, until)), ContentBasis::Live) => from < slot.end && until > slot.start,
        (Some((from, _)), ContentBasis::Published) => slot.start <= from && from < slot.end,
    }
}

/// How many items there are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Items;

impl Question for Items {
    type Answer = u64;

    fn specs(&self, _: &Space<'_>, _: &Definitions) -> Result<Vec<Spec>> {
        Ok(Vec::new())
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        _: &[&Table],
    ) -> Result<Answers<u64>> {
        let mut answers: Answers<u64> = Answers::new(space.content_mask());
        for (at, slot) in space.slots.iter().enumerate() {
            for item in items_in(space, definitions, slot) {
                for cell in space.cells_of_item(item) {
                    *answers.by_cell.entry(cell + at as u64).or_default() += 1;
                }
            }
        }
        Ok(answers)
    }
}

/// What became of the items there are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SharedItems {
    /// Whether their sharers are wanted, item by item.
    pub(crate) sharers: bool,
}

/// Items by what was done with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Items shared in the slot.
    pub(crate) items: u64,
    /// Their shares.
    pub(crate) shares: u64,
    /// Σ over them of their distinct sharers.
    pub(crate) sharers: u64,
}

impl Question for SharedItems {
    type Answer = Taken;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = space.mask_of(Source::Shares);
        let scope = scope(space, definitions, Source::Shares);
        let keys: Vec<Key> = space
            .keys(&mask)
            .into_iter()
            .chain([Key::Content])
            .collect();
        let sharers = self.sharers.then_some(What::Distinct(Key::Advocate));
        let spec = |what| Spec {
            scope: scope.clone(),
            keys: keys.clone(),
            what,
        };
        let whats = [unit(definitions)].into_iter().chain(sharers);
        Ok(whats.map(spec).collect())
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Taken>> {
        let mask = space.mask_of(Source::Shares);
        let mut answers: Answers<Taken> = Answers::new(mask.clone());
        let radix = u64::from(radix(space.program, &Key::Content)).max(1);
        let there: Vec<Vec<bool>> = space
            .slots
            .iter()
            .map(|slot| {
                let mut there = vec![false; space.program.content.len()];
                items_in(space, definitions, slot).for_each(|item| there[item as usize] = true);
                there
            })
            .collect();
        // The cell of a share of an item that is in question.
        let place = |cell: u64| {
            let item = usize::try_from(cell % radix).unwrap_or(usize::MAX);
            let cell = space.widen(cell / radix, &mask);
            let there = &there[space.slot_of(cell)];
            there.get(item).is_some_and(|&there| there).then_some(cell)
        };
        for (cell, shares) in units(tables.first()) {
            if let Some(cell) = place(cell) {
                let taken = answers.by_cell.entry(cell).or_default();
                taken.items += 1;
                taken.shares += shares;
            }
        }
        if let Some(Table::Distinct(sets)) = tables.get(1) {
            for (cell, sharers) in sets.counts() {
                if let Some(cell) = place(cell) {
                    answers.by_cell.entry(cell).or_default().sharers += sharers;
                }
            }
        }
        Ok(answers)
    }
}

/// The items in question in a slot.
fn items_in<'s>(
    space: &'s Space<'_>,
    definitions: &'s Definitions,
    slot: &'s Slot,
) -> impl Iterator<Item = u32> + 's {
    (0..to_u32(space.program.content.len()))
        .filter(move |&item| is_in(space, definitions, item, slot) && space.admits_item(item))
}

/// Items or shares of everything, whatever the dimensions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Whole;

impl Question for Whole {
    type Answer = u64;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let scope = scope(space, definitions, Source::Shares);
        let keys = vec![Key::Spans(Arc::clone(&space.spans))];
        Ok(vec![Spec {
            scope,
            keys,
            what: unit(definitions),
        }])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<u64>> {
        let mut answers: Answers<u64> = Answers::new(space.undivided());
        let shares = units(tables.first());
        for (at, slot) in space.slots.iter().enumerate() {
            let whole = match definitions.mix_of {
                MixOf::Items => items_in(space, definitions, slot).count() as u64,
                MixOf::Shares => shares.get(&(at as u64)).copied().unwrap_or(0),
            };
            answers.by_cell.insert(at as u64, whole);
        }
        Ok(answers)
    }
}

/// How items or shares spread over one dimension.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spread;

impl Spread {
    fn key(space: &Space<'_>, definitions: &Definitions) -> Result<Key> {
        let dimension = &definitions.mix_dimension;
        let key = key_of(space.program, dimension, &space.period, space.as_of)?;
        if key.is_multi() {
            return Err(Error::new(
                ErrorKind::InvalidOption,
                format!("an item can have several of {dimension}: its mix has no entropy"),
            )
            .in_field("mix_dimension"));
        }
        if definitions.mix_of == MixOf::Items && !is_of_content(&key) {
            return Err(Error::new(
                ErrorKind::InvalidOption,
                format!("items have no {dimension}; mix shares instead"),
            )
            .in_field("mix_dimension"));
        }
        Ok(key)
    }
}

impl Question for Spread {
    /// Counts by value; no value is a value of its own, as it is a row.
    type Answer = Vec<u64>;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let key = Self::key(space, definitions)?;
        if definitions.mix_of == MixOf::Items {
            return Ok(Vec::new());
        }
        let mask = space.mask_of(Source::Shares);
        let scope = scope(space, definitions, Source::Shares);
        let keys = space.keys(&mask).into_iter().chain([key]).collect();
        Ok(vec![Spec {
            scope,
            keys,
            what: unit(definitions),
        }])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Vec<u64>>> {
        let key = Self::key(space, definitions)?;
        let radix = u64::from(radix(space.program, &key)).max(1);
        if definitions.mix_of == MixOf::Shares {
            let mask = space.mask_of(Source::Shares);
            let mut answers: Answers<Vec<u64>> = Answers::new(mask.clone());
            for (cell, shares) in units(tables.first()) {
                let cell = space.widen(cell / radix, &mask);
                answers.by_cell.entry(cell).or_default().push(shares);
            }
            return Ok(answers);
        }
        let mut answers: Answers<Vec<u64>> = Answers::new(space.content_mask());
        for (at, slot) in space.slots.iter().enumerate() {
            for item in items_in(space, definitions, slot) {
                let code = space.item_codes(&key, item).first().copied().unwrap_or(0) as usize;
                for cell in space.cells_of_item(item) {
                    let counts = answers.by_cell.entry(cell + at as u64).or_default();
                    if counts.len() <= code {
                        counts.resize(code + 1, 0);
                    }
                    counts[code] += 1;
                }
            }
        }
        Ok(answers)
    }
}

/// Followers of accounts: of all connected ones, or of those that shared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Followers {
    pub(crate) shared_only: bool,
}

/// Followers summed over accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Followed {
    pub(crate) followers: u64,
    pub(crate) accounts: u64,
    pub(crate) known: u64,
    pub(crate) imputed: u64,
}

impl Followed {
    fn add(&mut self, space: &Space<'_>, account: u32, at: i64) -> Result<()> {
        self.accounts += 1;
        if let Some(found) = space
            .program
            .accounts
            .followers(account, at, space.as_of.micros())
        {
            self.known += 1;
            self.imputed += u64::from(found.imputed);
            let sum = self.followers.checked_add(found.followers);
            self.followers = sum.ok_or_else(overflow)?;
        }
        Ok(())
    }
}

impl Question for Followers {
    type Answer = Followed;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        if !self.shared_only {
            return Ok(Vec::new());
        }
        let mask = space.mask_of(Source::Shares);
        let scope = scope(space, definitions, Source::Shares);
        Ok(vec![Spec {
            scope,
            keys: space.keys(&mask),
            what: What::Distinct(Key::Account),
        }])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        _: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Followed>> {
        if self.shared_only {
            let mask = space.mask_of(Source::Shares);
            let mut answers: Answers<Followed> = Answers::new(mask.clone());
            if let Some(Table::Distinct(sets)) = tables.first() {
                for (cell, account) in sets.iter() {
                    let cell = space.widen(cell, &mask);
                    let slot = &space.slots[space.slot_of(cell)];
                    let followed = answers.by_cell.entry(cell).or_default();
                    followed.add(space, account, slot.end.saturating_sub(1))?;
                }
            }
            return Ok(answers);
        }
        connected(space)
    }
}

/// A quantity of shares, and the followers at the slot's end of the accounts
/// they came from, each once, where both are known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OverFollowers {
    pub(crate) amount: Amount,
}

impl Question for OverFollowers {
    type Answer = Paired;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = space.mask_of(Source::Shares);
        let keys = space.keys(&mask).into_iter().chain([Key::Account]);
        let amount = &self.amount;
        Ok(vec![Spec {
            scope: scope(space, definitions, Source::Shares),
            keys: keys.collect(),
            what: What::Sums(vec![
                amount.lane(&[], true),
                amount.lane(&[], false),
                Lane::rows(),
                amount.complete(&[]),
            ]),
        }])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        _: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Paired>> {
        let mask = space.mask_of(Source::Shares);
        let mut answers: Answers<Paired> = Answers::new(mask.clone());
        let Some(Table::Sums(grid)) = tables.first() else {
            return Ok(answers);
        };
        let accounts = &space.program.accounts;
        let radix = u64::from(radix(space.program, &Key::Account)).max(1);
        let add = |sum: u64, more: u64| sum.checked_add(more).ok_or_else(overflow);
        for (cell, sums) in grid.iter() {
            let (account, cell) = (cell % radix, space.widen(cell / radix, &mask));
            let slot = &space.slots[space.slot_of(cell)];
            let paired = answers.by_cell.entry(cell).or_default();
            let (sum, known) = (sums.at(0), sums.at(1));
            let (rows, complete) = (sums.at(2), sums.at(3));
            paired.rows += rows;
            let end = slot.end.saturating_sub(1);
            let account = u32::try_from(account).unwrap_or(u32::MAX);
            let found = accounts.followers(account, end, space.as_of.micros());
            if let (Some(found), true) = (found, known > 0) {
                paired.above = add(paired.above, sum)?;
                paired.below = add(paired.below, found.followers)?;
                paired.known += known;
                paired.complete += complete;
                paired.imputed += u64::from(found.imputed);
            }
        }
        Ok(answers)
    }
}

/// Followers of members' connected accounts.
fn connected(space: &Space<'_>) -> Result<Answers<Followed>> {
    let accounts = &space.program.accounts;
    let of_account = |key: &Key| super::space::is_of_people(key) || *key == Key::Network;
    let mask = space.mask(of_account);
    let mut answers: Answers<Followed> = Answers::new(mask);
    let (placing, mut cells) = (Placing::new(space), Vec::new());
    let networks = space.axes.iter().position(|axis| axis.key == Key::Network);
    for (at, slot) in space.slots.iter().enumerate() {
        let last = slot.end.saturating_sub(1);
        for account in 0..to_u32(accounts.len()) {
            let who = accounts.advocate[account as usize];
            let network = accounts.network[account as usize];
            let on_network = space.filter.iter().all(|condition| {
                condition.key != Key::Network
                    || condition.codes.contains(&network) != condition.negate
            });
            let member = space
                .program
                .people
                .stays(who)
                .iter()
                .any(|stay| stay.left >= slot.end);
            if !accounts.is_connected(account, slot.end)
                || !member
                || !on_network
                || !placing.admits(who, last)
            {
                continue;
            }
            cells.clear();
            placing.each(who, last, |cell| cells.push(cell));
            for &cell in &cells {
                let cell = match networks {
                    None => cell + at as u64,
                    Some(axis) => {
                        let mut codes = space.codes(cell);
                        codes[axis] = network;
                        space.cell(&codes, at, &vec![true; space.axes.len()])
                    }
                };
                answers
                    .by_cell
                    .entry(cell)
                    .or_default()
                    .add(space, account, last)?;
            }
        }
    }
    Ok(answers)
}
