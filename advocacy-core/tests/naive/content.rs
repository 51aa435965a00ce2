//! What is offered and shared.

use std::collections::{BTreeMap, BTreeSet};

use advocacy_core::{Content, ContentBasis, Definitions, MixOf, ShareUnit};

use super::facts::was_published;
use super::{Answer, Ask, Cell, Fact, Value};

impl Ask<'_> {
    /// How many shares these are, by the share unit.
    pub fn number_of(&self, shares: &[&Fact<'_>], d: &Definitions) -> u64 {
        if d.share_unit != ShareUnit::Distinct {
            return shares.len() as u64;
        }
        let mut distinct = BTreeSet::new();
        let mut unknown = 0;
        for fact in shares {
            match fact.content {
                Some(item) => {
                    distinct.insert((fact.who, item.id.clone(), fact.network.clone()));
                }
                // Nobody can say whether two shares of something else are of one thing.
                None => unknown += 1,
            }
        }
        distinct.len() as u64 + unknown
    }

    pub fn share_count(&self, d: &Definitions, cell: &Cell) -> u64 {
        self.number_of(&self.shares_in(d, cell), d)
    }

    /// Content on offer (or published) in the cell.
    pub fn items(&self, d: &Definitions, cell: &Cell) -> Vec<&Content> {
        let end = self.known_end(cell);
        let mut found = Vec::new();
        for item in &self.rows.content {
            if !was_published(item) || !self.item_meets(item, cell) {
                continue;
            }
            let from = item.published_at.map_or(i64::MIN, |at| at.micros());
            let until = item.expires_at.map_or(i64::MAX, |at| at.micros());
            let counts = match d.content_basis {
                ContentBasis::Live => from < end && until > cell.start,
                ContentBasis::Published => cell.start <= from && from < end,
            };
            if counts {
                found.push(item);
            }
        }
        found
    }

    pub fn content_utilisation(&self, d: &Definitions, cell: &Cell) -> Answer {
        let items = self.items(d, cell);
        let shares = self.shares_in(d, cell);
        let mut used = 0_u64;
        for item in &items {
            if shares
                .iter()
                .any(|fact| fact.content.is_some_and(|of| of.id == item.id))
            {
                used += 1;
            }
        }
        Answer::ratio(used as f64, items.len() as f64)
    }

    pub fn content_mix(&self, d: &Definitions, cell: &Cell) -> Answer {
        let all = Cell {
            key: Vec::new(),
            ..cell.clone()
        };
        let (row, whole) = match d.mix_of {
            MixOf::Items => (
                self.items(d, cell).len() as u64,
                self.items(d, &all).len() as u64,
            ),
            MixOf::Shares => (self.share_count(d, cell), self.share_count(d, &all)),
        };
        Answer::ratio(row as f64, whole as f64)
    }

    pub fn content_entropy(&self, d: &Definitions, cell: &Cell) -> Answer {
        let mut counts: BTreeMap<Option<String>, u64> = BTreeMap::new();
        match d.mix_of {
            MixOf::Items => {
                for item in self.items(d, cell) {
                    for value in self.item_values(Some(item), &d.mix_dimension) {
                        *counts.entry(value).or_default() += 1;
                    }
                }
            }
            MixOf::Shares => {
                // What counts as a share counts so here too.
                let mut facts: BTreeMap<Option<String>, Vec<&Fact<'_>>> = BTreeMap::new();
                for fact in self.shares_in(d, cell) {
                    for value in self.share_values(fact, &d.mix_dimension) {
                        facts.entry(value).or_default().push(fact);
                    }
                }
                for (value, facts) in facts {
                    counts.insert(value, self.number_of(&facts, d));
                }
            }
        }
        let all: u64 = counts.values().sum();
        if all == 0 {
            return Answer::plain(Value::Undefined);
        }
        let mut bits = 0.0;
        for count in counts.values() {
            let p = *count as f64 / all as f64;
            bits -= p * p.log2();
        }
        Answer::plain(Value::Defined(bits)).rough()
    }

    fn shares_of<'f>(&self, item: &Content, shares: &[&'f Fact<'f>]) -> Vec<&'f Fact<'f>> {
        let of = |fact: &&&Fact<'_>| fact.content.is_some_and(|content| content.id == item.id);
        shares.iter().filter(of).copied().collect()
    }

    pub fn shares_per_item(&self, d: &Definitions, cell: &Cell) -> Answer {
        let items = self.items(d, cell);
        let shares = self.shares_in(d, cell);
        let mut sum = 0;
        for item in &items {
            sum += self.number_of(&self.shares_of(item, &shares), d);
        }
        Answer::ratio(sum as f64, items.len() as f64)
    }

    pub fn sharers_per_item(&self, d: &Definitions, cell: &Cell) -> Answer {
        let items = self.items(d, cell);
        let shares = self.shares_in(d, cell);
        let mut sum = 0_u64;
        for item in &items {
            let who: BTreeSet<usize> = self
                .shares_of(item, &shares)
                .iter()
                .map(|fact| fact.who)
                .collect();
            sum += who.len() as u64;
        }
        Answer::ratio(sum as f64, items.len() as f64)
    }
}
