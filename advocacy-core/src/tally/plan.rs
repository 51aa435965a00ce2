//! Which tables to count, so that those asked for follow from them.
//!
//! Counting is cheapest under few, small tables. Shares by kind, topic and
//! campaign all follow from shares by item; the year's from its weeks'. Tables
//! that follow from one another are counted once, under the keys that cost
//! least, and rolled up when all rows are read.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use crate::model::facts::Facts;
use crate::model::program::Program;

use super::grid::{Weighted, is_flat};
use super::keys;
use super::lanes::Known;
use super::spec::{Key, Lane, Spec, What};

/// The tables to count, and from which of them each one asked for follows.
pub(super) struct Plan {
    pub(super) grains: Vec<Spec>,
    /// Per spec: its grain and, of sums, what each lane is put together of.
    pub(super) steps: Vec<(usize, Vec<Weighted>)>,
}

/// Tables to be counted as one.
#[derive(Clone)]
struct Draft {
    keys: Vec<Key>,
    /// Of sums, with all lanes.
    what: What,
    /// The specs whose tables follow from it.
    of: Vec<usize>,
    /// The tables themselves, by number: sums under the same keys are views of one.
    tables: Vec<usize>,
}

impl Plan {
    /// For specs of one scope.
    pub(super) fn new(known: &Known<'_>, specs: &[&Spec]) -> Self {
        let planner = Planner {
            program: known.program,
            facts: known.facts,
            refined: RefCell::default(),
        };
        // Those under the same keys mostly follow one another, sums first.
        let tables = specs.chunk_by(|spec, next| spec.keys == next.keys);
        let (mut drafts, mut at) = (Vec::new(), 0);
        for (table, of_table) in tables.enumerate() {
            let is_alike = |spec: &&Spec, next: &&Spec| spec.what.is_like(&next.what);
            for alike in of_table.chunk_by(is_alike) {
                let places = at..at + alike.len();
                at = places.end;
                drafts.extend(planner.draft(known, alike, places, table));
            }
        }
        let mut drafts = planner.merge(&united(drafts.into_iter()));
        for draft in &mut drafts {
            draft.keep_together(known, specs);
        }
        let mut steps = vec![(0, Vec::new()); specs.len()];
        for (at, draft) in drafts.iter().enumerate() {
            for &spec in &draft.of {
                steps[spec] = (at, draft.lanes_of(known, specs[spec]));
            }
        }
        let mut plan = Self {
            grains: drafts
                .into_iter()
                .map(|draft| Spec {
                    scope: known.scope.clone(),
                    keys: draft.keys,
                    what: draft.what,
                })
                .collect(),
            steps,
        };
        plan.order_lanes();
        plan
    }

    /// The grains, by their places, in passes of their own where their cells would
    /// drive each other out of the cache: reading some columns again costs less.
    pub(super) fn passes(&self, known: &Known<'_>, cached: u64) -> Vec<Vec<usize>> {
        let mut passes: Vec<(u64, Vec<usize>)> = vec![(0, Vec::new())];
        let reads_all = known.scope.filter.is_empty() && !known.scope.published;
        let apart = reads_all && !known.facts.at.order.is_sorted;
        // Sums first: they share most columns.
        let mut order: Vec<usize> = (0..self.grains.len()).collect();
        order.sort_by_key(|&at| !matches!(self.grains[at].what, What::Sums(_)));
        for at in order {
            let bytes = if apart {
                reach(known.program, &self.grains[at])
            } else {
                0
            };
            let has_room = |(taken, _): &&mut (u64, _)| bytes.saturating_add(*taken) <= cached;
            match passes.iter_mut().find(has_room) {
                Some((taken, grains)) => {
                    *taken += bytes;
                    grains.push(at);
                }
                None => passes.push((bytes, vec![at])),
            }
        }
        passes.into_iter().map(|(_, grains)| grains).collect()
    }

    /// Lanes that more tables have come first, so that the lanes of most tables
    /// lie side by side in a row.
    fn order_lanes(&mut self) {
        let all = self.grains.iter().flat_map(|grain| grain.what.lanes());
        let all: Vec<Lane> = all.cloned().collect();
        let times = |lane: &Lane| all.iter().filter(|other| *other == lane).count();
        for (at, grain) in self.grains.iter_mut().enumerate() {
            let What::Sums(lanes) = &mut grain.what else {
                continue;
            };
            let before = lanes.clone();
            lanes.sort_by_cached_key(|lane| (usize::MAX - times(lane), lane.clone()));
            let moved: Vec<usize> = before
                .iter()
                .map(|lane| lanes.iter().position(|other| other == lane).unwrap_or(0))
                .collect();
            for (_, weighted) in self.steps.iter_mut().filter(|(from, _)| *from == at) {
                for (place, _) in weighted.iter_mut().flatten() {
                    *place = moved[*place];
                }
            }
        }
    }
}

/// The drafts, those under the same keys as one.
fn united(drafts: impl Iterator<Item = Draft>) -> Vec<Draft> {
    let mut all: Vec<Draft> = Vec::new();
    for draft in drafts {
        let same = |other: &&mut Draft| other.keys == draft.keys && other.what.is_like(&draft.what);
        match all.iter_mut().find(same) {
            Some(same) => same.take_in(&draft),
            None => all.push(draft),
        }
    }
    all
}

impl What {
    /// The lanes of sums; none of anything else.
    fn lanes(&self) -> &[Lane] {
        match self {
            Self::Sums(lanes) => lanes,
            _ => &[],
        }
    }

    /// Whether both count the same thing, under whatever keys.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sums(_), Self::Sums(_)) => true,
            (a, b) => a == b,
        }
    }

    /// Whose members or instants are told apart within a cell.
    pub(super) fn member(&self) -> Option<Key> {
        match self {
            Self::Distinct(key) | Self::Few(key, _) => Some(key.clone()),
            Self::First | Self::Runs(_) => Some(Key::Advocate),
            _ => None,
        }
    }
}

impl Draft {
    /// What each lane of a spec of sums is put together of.
    fn lanes_of(&self, known: &Known<'_>, spec: &Spec) -> Vec<Weighted> {
        let (What::Sums(lanes), What::Sums(counted)) = (&spec.what, &self.what) else {
            return Vec::new();
        };
        let find = |lane: &Lane| counted.iter().position(|known| known == lane);
        let parts = |lane| {
            let parts = known.parts(lane);
            parts.filter_map(|(part, weight)| Some((find(&part)?, weight)))
        };
        let lanes = lanes.iter();
        let made = lanes.map(|lane| match find(&known.plain(lane)) {
            Some(whole) => vec![(whole, 1)],
            None => parts(lane).collect(),
        });
        made.collect()
    }

    /// Counts a sum of several fields as one lane where nothing else is made of
    /// its parts.
    fn keep_together(&mut self, known: &Known<'_>, specs: &[&Spec]) {
        let asked = self.of.iter().flat_map(|&spec| specs[spec].what.lanes());
        let mut asked: Vec<Lane> = asked.map(|lane| known.plain(lane)).collect();
        asked.sort_unstable();
        asked.dedup();
        let What::Sums(lanes) = &mut self.what else {
            return;
        };
        for (at, whole) in asked.iter().enumerate() {
            let parts: Vec<_> = known.parts(whole).collect();
            let mut others = asked.iter().enumerate().filter(|(other, _)| *other != at);
            let is_part = |(part, _): (Lane, u32)| parts.iter().any(|(own, _)| *own == part);
            if parts.len() > 1 && !others.any(|(_, other)| known.parts(other).any(is_part)) {
                lanes.retain(|lane| !parts.iter().any(|(part, _)| part == lane));
                lanes.push(whole.clone());
            }
        }
    }

    /// How many lanes and tables both have.
    fn size_with(&self, other: &Self) -> (usize, usize) {
        let lanes = match (&self.what, &other.what) {
            (What::Sums(lanes), What::Sums(more)) => {
                lanes.len() + more.iter().filter(|lane| !lanes.contains(lane)).count()
            }
            _ => 0,
        };
        let more = other.tables.iter();
        let more = more.filter(|table| !self.tables.contains(table)).count();
        (lanes, self.tables.len() + more)
    }

    fn take_in(&mut self, other: &Self) {
        self.of.extend(&other.of);
        for table in &other.tables {
            if !self.tables.contains(table) {
                self.tables.push(*table);
            }
        }
        if let (What::Sums(lanes), What::Sums(more)) = (&mut self.what, &other.what) {
            for lane in more {
                if !lanes.contains(lane) {
                    lanes.push(lane.clone());
                }
            }
        }
    }
}

/// Lanes that a word holds, one table with another.
const LANES_A_WORD: u64 = 5;

/// What it costs to add a lane of a row to a table, in hundredths of a
/// nanosecond, by the bytes that rows one after the other may touch.
///
/// Timed once, on one core with 1 MB of L2 and 32 MB of L3, for tables of 1,407,
/// 5,001 and 100,000 cells over 10 million rows drawn like the bench workload's;
/// the tiers between and beyond are judged from those. On other machines other
/// numbers hold, in the same order.
const PER_LANE: &[(u64, u64)] = &[
    (0x8000, 13),
    (0x8_0000, 15),
    (0x10_0000, 30),
    (0x20_0000, 60),
    (0x40_0000, 90),
    (0x200_0000, 200),
];

/// The same beyond the last of them.
const FAR: u64 = 400;

/// The same of rows that are all in one cell for long: they are summed, or compared,
/// as they lie, if they have not been already.
const IN_ONE: u64 = 2;

/// What it costs to add a row to several cells, in tenths of a nanosecond.
const SPREAD: u64 = 150;

/// Bytes of tables that rows in no order reach without waiting for memory: two
/// threads with as many each share 32 MB of L3 with what is read.
pub(super) const CACHED: u64 = 12 << 20;

/// Bytes of a table that rows in no order reach, where those are counted one by
/// one: what is gathered, or seldom, is left out.
fn reach(program: &Program<'_>, grain: &Spec) -> u64 {
    let radix = |key: &Key| u64::from(keys::radix(program, key)).max(1);
    let cells = grain.keys.iter().map(radix).fold(1, u64::saturating_mul);
    let bytes = match &grain.what {
        What::Sums(lanes) => (lanes.len() as u64).div_ceil(LANES_A_WORD) * 8,
        What::Moments(..) => 24,
        What::Most(_) => 8,
        What::First => radix(&Key::Advocate).saturating_mul(8),
        What::Runs(_) => radix(&Key::Advocate).saturating_mul(16),
        _ => 0,
    };
    cells.saturating_mul(bytes)
}

/// Two drafts, by their places, that gain by being counted as one.
struct Pair {
    gain: u64,
    of: (usize, usize),
    /// Under which they are counted then.
    keys: Vec<Key>,
}

struct Planner<'p> {
    program: &'p Program<'p>,
    facts: &'p Facts<'p>,
    /// What two spans were refined to: few, and asked for time and again.
    refined: RefCell<Vec<(Spans, Spans, Option<Spans>)>>,
}

type Spans = Arc<[(i64, i64)]>;

impl Planner<'_> {
    /// Of specs that count the same thing under the same keys, by their places and
    /// the number of their table; nothing of none.
    fn draft(
        &self,
        known: &Known<'_>,
        specs: &[&Spec],
        places: Range<usize>,
        table: usize,
    ) -> Option<Draft> {
        let first = specs.first()?;
        let what = match &first.what {
            What::Sums(_) => {
                let lanes = specs.iter().flat_map(|spec| spec.what.lanes());
                let mut parts: Vec<Lane> = Vec::new();
                for (part, _) in lanes.flat_map(|lane| known.parts(lane)) {
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
                What::Sums(parts)
            }
            other => other.clone(),
        };
        let mut keys = first.keys.clone();
        // Of a few members nothing follows of the others.
        let member = what.member().filter(|_| !matches!(what, What::Few(..)));
        // What follows from the member is looked up when all is counted.
        let of_member = |key: &Key| {
            let member = member.as_ref();
            member.is_some_and(|member| keys::follows(self.program, self.facts, key, member))
        };
        keys.retain(|key| !of_member(key));
        keys.sort_unstable();
        keys.dedup();
        Some(Draft {
            keys,
            what,
            of: places.collect(),
            tables: vec![table],
        })
    }

    /// Whether a table under these keys follows from one under others, the spans of
    /// which they follow from.
    fn follows(&self, keys: &[Key], from: &[Key]) -> bool {
        let follows = |key: &Key| {
            let mut bases = from.iter();
            let follows = |base| keys::follows(self.program, self.facts, key, base);
            matches!(key, Key::Spans(_)) || bases.any(follows)
        };
        // Under a key with several codes rows count more than once.
        let kept = |key: &Key| !keys::is_many(self.program, key) || keys.contains(key);
        keys.iter().all(follows) && from.iter().all(kept)
    }

    /// The coarsest spans that both follow from, if they do.
    fn refined(&self, a: &Spans, b: &Spans) -> Option<Spans> {
        if a == b {
            return Some(Arc::clone(a));
        }
        let known = self.refined.borrow();
        if let Some((.., refined)) = known.iter().find(|known| (&known.0, &known.1) == (a, b)) {
            return refined.clone();
        }
        drop(known);
        let follows = |finer: &Spans| [a, b].iter().all(|spans| keys::lie_in(finer, spans));
        let refined = Some(keys::refine(a, b).into()).filter(follows);
        let known = (Arc::clone(a), Arc::clone(b), refined.clone());
        self.refined.borrow_mut().push(known);
        refined
    }

    /// The drafts merged for as long as that gains. Where that leads depends on
    /// where it begins: each under the keys that cost least, or all under what
    /// their keys follow from.
    fn merge(&self, drafts: &[Draft]) -> Vec<Draft> {
        let apart = drafts.iter().map(|draft| self.cheapest(draft));
        let based = drafts.iter().map(|draft| self.based_draft(draft));
        let merged = [united(apart), united(based)].map(|drafts| self.merge_pairs(drafts));
        let cost = |drafts: &Vec<Draft>| {
            let counting = drafts.iter().map(|draft| self.cost(draft)).sum::<u64>();
            counting.saturating_add(self.reading(drafts))
        };
        merged.into_iter().min_by_key(cost).unwrap_or_default()
    }

    /// The draft as it is or under what its keys follow from.
    fn cheapest(&self, draft: &Draft) -> Draft {
        let based = self.based_draft(draft);
        if self.cost(&based) < self.cost(draft) {
            based
        } else {
            draft.clone()
        }
    }

    fn based_draft(&self, draft: &Draft) -> Draft {
        Draft {
            keys: self.based(&draft.keys),
            ..draft.clone()
        }
    }

    /// What keys follow from, where that is the item.
    fn based(&self, keys: &[Key]) -> Vec<Key> {
        let based = |key: &Key| {
            let base = keys::base(self.program, self.facts, key);
            let base = base.filter(|base| *base == Key::Content);
            base.unwrap_or_else(|| key.clone())
        };
        let mut keys: Vec<Key> = keys.iter().map(based).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The two drafts that gain most by being counted as one are, and so on.
    fn merge_pairs(&self, drafts: Vec<Draft>) -> Vec<Draft> {
        let mut costs: Vec<u64> = drafts.iter().map(|draft| self.cost(draft)).collect();
        let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
        let places = 0..drafts.len();
        let all = places
            .clone()
            .flat_map(|other| (0..other).map(move |at| (at, other)));
        let mut pairs: Vec<Pair> = all
            .filter_map(|of| self.pair(&drafts, &costs, of))
            .collect();
        let best = |pairs: &[Pair]| {
            let order = |at: &usize| (u64::MAX - pairs[*at].gain, pairs[*at].of);
            (0..pairs.len()).min_by_key(order)
        };
        while let Some(best) = best(&pairs) {
            let Pair { of, keys, .. } = pairs.swap_remove(best);
            let second = drafts[of.1].take();
            if let (Some(merged), Some(second)) = (&mut drafts[of.0], second) {
                merged.keys = keys;
                merged.take_in(&second);
                costs[of.0] = self.cost(merged);
            }
            let is_gone = |at: usize| at == of.0 || at == of.1;
            pairs.retain(|pair| !is_gone(pair.of.0) && !is_gone(pair.of.1));
            let others = places.clone().filter(|&other| other != of.0);
            let new = others.map(|other| (of.0.min(other), of.0.max(other)));
            pairs.extend(new.filter_map(|of| self.pair(&drafts, &costs, of)));
        }
        drafts.into_iter().flatten().collect()
    }

    /// Two drafts, of those there are and their costs, as one, if that gains.
    fn pair(&self, drafts: &[Option<Draft>], costs: &[u64], of: (usize, usize)) -> Option<Pair> {
        let (first, second) = (drafts[of.0].as_ref()?, drafts[of.1].as_ref()?);
        if !first.what.is_like(&second.what) {
            return None;
        }
        let apart = costs[of.0].saturating_add(costs[of.1]);
        let (lanes, tables) = first.size_with(second);
        let mut best: Option<Pair> = None;
        for keys in self.ways(&first.keys, &second.keys) {
            let cost = self.cost_of(&keys, &first.what, lanes, tables);
            let gain = apart.saturating_sub(cost);
            if gain > best.as_ref().map_or(0, |best| best.gain) {
                best = Some(Pair { gain, of, keys });
            }
        }
        best
    }

    /// Keys from which tables under both of some follow.
    fn ways(&self, a: &[Key], b: &[Key]) -> impl Iterator<Item = Vec<Key>> {
        let fine = self.time_of(a, b).map(|time| self.fine(a, b, time));
        let based = fine.as_deref().map(|fine| self.based(fine));
        let based = based.filter(|based| Some(based) != fine.as_ref());
        let ways = fine.into_iter().chain(based);
        ways.filter(|keys| self.follows(a, keys) && self.follows(b, keys))
    }

    /// The spans that those of both keys follow from, which is no key where they have
    /// none; `None` where there are no such.
    fn time_of(&self, a: &[Key], b: &[Key]) -> Option<impl Iterator<Item = Key> + use<>> {
        let spans = |keys: &[Key]| {
            let mut spans = keys.iter().filter_map(|key| match key {
                Key::Spans(spans) => Some(Arc::clone(spans)),
                _ => None,
            });
            (spans.next(), spans.next())
        };
        match (spans(a), spans(b)) {
            ((None, _), (None, _)) => Some(None.into_iter()),
            ((Some(a), None), (Some(b), None)) => {
                let refined = self.refined(&a, &b);
                refined.map(|spans| Some(Key::Spans(spans)).into_iter())
            }
            // Rows outside all spans are in one of them only.
            _ => None,
        }
    }

    /// Both keys under these spans, less those that say nothing more beside others.
    fn fine(&self, a: &[Key], b: &[Key], time: impl Iterator<Item = Key>) -> Vec<Key> {
        let all = a.iter().chain(b);
        let all = all.filter(|key| !matches!(key, Key::Spans(_))).cloned();
        let mut keys: Vec<Key> = all.chain(time).collect();
        keys.sort_unstable();
        keys.dedup();
        let coarse = |key: &Key| {
            keys::base(self.program, self.facts, key).is_some_and(|base| keys.contains(&base))
        };
        let coarse: Vec<bool> = keys.iter().map(coarse).collect();
        let keys = keys.into_iter().zip(coarse);
        keys.filter_map(|(key, coarse)| (!coarse).then_some(key))
            .collect()
    }

    /// What reading all keys costs, in tenths of a nanosecond a row: each is read
    /// once, however many tables are under it.
    fn reading(&self, drafts: &[Draft]) -> u64 {
        let mut keys: Vec<&Key> = drafts.iter().flat_map(|draft| &draft.keys).collect();
        keys.sort_unstable();
        keys.dedup();
        let sorted = self.facts.at.order.is_sorted;
        keys.into_iter().map(|key| self.key_cost(key, sorted)).sum()
    }

    /// What counting costs, in tenths of a nanosecond a row, but for reading keys;
    /// see [`PER_LANE`].
    fn cost(&self, draft: &Draft) -> u64 {
        let lanes = draft.what.lanes().len();
        self.cost_of(&draft.keys, &draft.what, lanes, draft.tables.len())
    }

    /// The same under some keys, of so many lanes if it is of sums, for so many tables.
    fn cost_of(&self, keys: &[Key], what: &What, lanes: usize, tables: usize) -> u64 {
        let rows = (self.facts.rows as u64).max(1);
        let sorted = self.facts.at.order.is_sorted;
        // All cells, and those that rows one after the other may be in.
        let (mut cells, mut near, mut cost) = (1_u64, 1_u64, 0_u64);
        for key in keys {
            let radix = u64::from(keys::radix(self.program, key)).max(1);
            cells = cells.saturating_mul(radix);
            let in_turn = sorted && matches!(key, Key::Spans(_));
            near = near.saturating_mul(if in_turn { 1 } else { radix });
            if keys::is_many(self.program, key) {
                cost += SPREAD;
            }
        }
        // Bytes a cell takes near the processor, lanes a row touches, values
        // that are kept of a cell.
        let members = |key: &Key| u64::from(keys::radix(self.program, key));
        let (bytes, lanes, values) = match what {
            What::Sums(_) => {
                let lanes = lanes as u64;
                ((lanes * 8).div_ceil(LANES_A_WORD), lanes, lanes)
            }
            What::Moments(..) => (24, 12, 6),
            What::Most(_) => (8, 4, 1),
            What::Distinct(key) => (members(key).div_ceil(8), 4, members(key).div_ceil(64)),
            What::Few(_, most) => (u64::from(*most) * 4 + 1, 2, u64::from(*most)),
            What::First => (
                members(&Key::Advocate).div_ceil(8),
                4,
                members(&Key::Advocate),
            ),
            What::Runs(_) => (
                members(&Key::Advocate).saturating_mul(16),
                4,
                members(&Key::Advocate).saturating_mul(3),
            ),
            What::Values(_) | What::Pairs(..) | What::DistinctShares => (64, 200, 8),
        };
        let size = cells.saturating_mul(values);
        if !is_flat(size, rows) {
            cost += 1_000;
        }
        let per_lane = if near == 1 && matches!(what, What::Sums(_) | What::Most(_)) {
            IN_ONE
        } else {
            let near = near.saturating_mul(bytes);
            let tier = PER_LANE.iter().find(|&&(most, _)| near <= most);
            tier.map_or(FAR, |&(_, cost)| cost)
        };
        cost += lanes.saturating_mul(per_lane) / 10;
        // Rolling up comes once a cell, for each table.
        let once = size
            .saturating_mul(10)
            .saturating_add(cells.saturating_mul(200));
        cost.saturating_add(once.saturating_mul(tables as u64) / rows)
    }

    /// What reading a key costs, in tenths of a nanosecond a row.
    fn key_cost(&self, key: &Key, sorted: bool) -> u64 {
        match key {
            Key::Spans(_) if sorted => 0,
            Key::Spans(_) => 30,
            Key::Attribute(_) if keys::base(self.program, self.facts, key).is_none() => 40,
            _ if keys::base(self.program, self.facts, key).is_some() => 10,
            _ => 5,
        }
    }
}
