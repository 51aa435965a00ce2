//! Who belongs when, and in which cells: everybody at once, a bit each.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use crate::definitions::{Base, Definitions, Population};
use crate::model::column::ones;
use crate::model::index::to_u32;
use crate::model::people::NEVER;
use crate::tally::sets::{Members, holds, size};

use super::cohorts::{Beginning, Begun};
use super::population::{advocates, belongs, belongs_within, first_end, step_into};
use super::space::{Slot, Space};

/// People, 64 a word.
pub(super) type Bits = Arc<[u64]>;

/// A base, and the spans of time in each of which people are in it at any
/// instant.
type Asked = (Base, Vec<(i64, i64)>);

/// Who belongs and who began when, as far as anybody asked: the same for every
/// space of a programme.
#[derive(Default)]
pub(crate) struct Belonging {
    told: Found<Asked, Vec<Bits>>,
    pub(super) begun: Found<Beginning, Arc<Begun>>,
}

/// What is found out once, by what was asked.
pub(super) struct Found<K, V>(Mutex<Vec<(K, Arc<OnceLock<V>>)>>);

impl<K, V> Default for Found<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq, V: Clone> Found<K, V> {
    /// What is known is never half written, so that a panic elsewhere is none of
    /// its business.
    pub(super) fn get(&self, asked: K, find: impl FnOnce() -> V) -> V {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|(other, _)| *other == asked);
        let at = at.unwrap_or_else(|| {
            all.push((asked, Arc::default()));
            all.len() - 1
        });
        let place = Arc::clone(&all[at].1);
        // Others may ask something else meanwhile.
        drop(all);
        place.get_or_init(find).clone()
    }
}

/// Those of a base at the last instant before each of some ends.
pub(super) fn present(space: &Space<'_>, base: Base, ends: &[i64]) -> Vec<Bits> {
    let instants = ends.iter().map(|&end| (end.saturating_sub(1), end));
    let told = &space.presence.belonging.told;
    told.get((base, instants.collect()), || {
        shared(at_ends(space, base, ends))
    })
}

/// Those of a base at any instant of each slot.
fn within(space: &Space<'_>, base: Base) -> Vec<Bits> {
    let slots: Vec<_> = (space.slots.iter().map(|slot| (slot.start, slot.end))).collect();
    let told = &space.presence.belonging.told;
    told.get((base, slots.clone()), || {
        shared(each(space, &slots, |&(start, end), who| {
            belongs_within(space, base, who, start, end)
        }))
    })
}

fn shared(told: Vec<Vec<u64>>) -> Vec<Bits> {
    told.into_iter().map(Bits::from).collect()
}

fn at_ends(space: &Space<'_>, base: Base, ends: &[i64]) -> Vec<Vec<u64>> {
    let is_told_by_stays = matches!(base, Base::Employees | Base::Invited | Base::Joined);
    let (Some(&first), Some(&last)) = (ends.first(), ends.last()) else {
        return Vec::new();
    };
    if !is_told_by_stays || !ends.is_sorted() {
        return each(space, ends, |&end, who| belongs(space, base, who, end));
    }
    let (people, from) = (&space.program.people, step_into(base));
    let all = everybody(space, base);
    let mut present = vec![vec![0; all.len()]; ends.len()];
    // Where nothing is stated of a step, all take it at once or never.
    if from(&people.earliest) >= last {
        return present;
    }
    if from(&people.latest) < first && people.earliest.left >= last {
        return vec![all; ends.len()];
    }
    // Who comes or goes before each end.
    for who in advocates(space) {
        let mut so_far = 0;
        for stay in people.stays(who) {
            let after = |at: i64| match at {
                NEVER => ends.len(),
                at if at < first => 0,
                at => ends.partition_point(|&end| end <= at),
            };
            let (came, went) = (after(from(stay)).max(so_far), after(stay.left));
            if came < went {
                so_far = went;
                for at in [came, went] {
                    if let Some(bits) = present.get_mut(at) {
                        bits[who as usize / 64] ^= 1 << (who % 64);
                    }
                }
            }
        }
    }
    let mut here = vec![0; all.len()];
    for bits in &mut present {
        for ((bits, here), all) in bits.iter_mut().zip(&mut here).zip(&all) {
            *here ^= *bits;
            *bits = *here & all;
        }
    }
    present
}

/// All who can be of a base.
fn everybody(space: &Space<'_>, base: Base) -> Vec<u64> {
    let people = &space.program.people;
    let mut all = vec![u64::MAX; people.len().div_ceil(64)];
    if let (Some(last), over @ 1..) = (all.last_mut(), people.len() % 64) {
        *last = (1 << over) - 1;
    }
    if base == Base::Employees {
        let external = all.iter_mut().zip(people.external.words());
        external.for_each(|(all, external)| *all &= !external);
    }
    all
}

/// Of each of some things, the people of whom something holds.
fn each<T>(space: &Space<'_>, things: &[T], holds: impl Fn(&T, u32) -> bool) -> Vec<Vec<u64>> {
    let of_one = |thing: &T| {
        let mut bits = vec![0; space.program.people.len().div_ceil(64)];
        for who in advocates(space).filter(|&who| holds(thing, who)) {
            bits[who as usize / 64] |= 1 << (who % 64);
        }
        bits
    };
    things.iter().map(of_one).collect()
}

/// By slot: the instants at which its population is told, and who is in it
/// then. There is one or, of an average, there are two.
pub(super) type Populations = Vec<Vec<(i64, Bits)>>;

/// Whoever is in a population at any of its instants, in order.
pub(super) fn anyone(told: &[(i64, Bits)]) -> impl Iterator<Item = u32> {
    let words = told.first().map_or(0, |(_, bits)| bits.len());
    let word = |at: usize| told.iter().fold(0, |all, (_, bits)| all | bits[at]);
    let words = (0..).step_by(64).zip((0..words).map(word));
    words.flat_map(|(first, word)| ones(word).map(move |bit| first + bit))
}

/// The populations of a base.
pub(super) fn populations(space: &Space<'_>, definitions: &Definitions, base: Base) -> Populations {
    let slots = &space.slots;
    let at = |end_of: &dyn Fn(&Slot) -> i64| {
        let ends: Vec<i64> = slots.iter().map(end_of).collect();
        let present = present(space, base, &ends);
        let instants = ends.into_iter().map(|end| end.saturating_sub(1));
        instants.zip(present).collect::<Vec<_>>()
    };
    let first = || at(&|slot| first_end(space, slot));
    let last = || at(&|slot| slot.end);
    let one = |told: Vec<(i64, Bits)>| told.into_iter().map(|told| vec![told]).collect();
    match definitions.population {
        Population::End => one(last()),
        Population::Start => one(first()),
        Population::Average => {
            let both = first().into_iter().zip(last());
            both.map(|(first, last)| vec![first, last]).collect()
        }
        Population::Anyone => {
            let instants = slots.iter().map(|slot| slot.end.saturating_sub(1));
            one(instants.zip(within(space, base)).collect())
        }
    }
}

/// What has been found out about the people of a space.
#[derive(Default)]
pub(crate) struct Presence {
    places: OnceLock<Places>,
    pub(super) belonging: Arc<Belonging>,
}

impl Presence {
    /// Has who belongs when found out once for all spaces that share it.
    pub(crate) fn share(&mut self, belonging: &Arc<Belonging>) {
        self.belonging = Arc::clone(belonging);
    }
}

/// In which cells (of a slot's number 0) of a space people are.
pub(super) struct Placing<'x, 'p> {
    space: &'x Space<'p>,
    places: &'x Places,
}

enum Places {
    /// Nothing asks who they are.
    One,
    /// In one part each, whatever the instant, or past the last in none; and the
    /// cell of every part.
    Still { parts: Vec<u32>, cells: Vec<u64> },
    /// As they were at an instant.
    Moving,
}

impl Places {
    fn of(space: &Space<'_>) -> Self {
        match space.still_cells() {
            _ if space.asks_nothing_of_people() => Self::One,
            None => Self::Moving,
            Some(of_each) => {
                // Of the first cells, which are most, without a search.
                let mut first = vec![u32::MAX; 1 << 12];
                let mut others: FxHashMap<u64, u32> = FxHashMap::default();
                let mut cells = Vec::new();
                let mut part = |cell: Option<u64>| {
                    let Some(cell) = cell else { return u32::MAX };
                    let near = usize::try_from(cell).ok();
                    let part = match near.and_then(|cell| first.get_mut(cell)) {
                        Some(part) => part,
                        None => others.entry(cell).or_insert(u32::MAX),
                    };
                    if *part == u32::MAX {
                        *part = to_u32(cells.len());
                        cells.push(cell);
                    }
                    *part
                };
                let parts = of_each.map(&mut part).collect();
                Self::Still { parts, cells }
            }
        }
    }
}

impl<'x, 'p> Placing<'x, 'p> {
    pub(super) fn new(space: &'x Space<'p>) -> Self {
        let places = space.presence.places.get_or_init(|| Places::of(space));
        Self { space, places }
    }

    /// The cells someone is in, as they were at an instant, if the conditions on
    /// people admit them.
    pub(super) fn each(&self, who: u32, instant: i64, mut add: impl FnMut(u64)) {
        match self.places {
            Places::One => add(0),
            Places::Still { parts, cells } => {
                let part = parts
                    .get(who as usize)
                    .map_or(usize::MAX, |&part| part as usize);
                if let Some(&cell) = cells.get(part) {
                    add(cell);
                }
            }
            Places::Moving if self.space.admits(who, instant) => {
                self.space.cells_of(who, instant).into_iter().for_each(add);
            }
            Places::Moving => {}
        }
    }

    /// Whether the conditions on people admit someone, as they were at an instant.
    pub(super) fn admits(&self, who: u32, instant: i64) -> bool {
        match self.places {
            Places::One => true,
            Places::Still { parts, cells } => {
                let part = parts.get(who as usize);
                part.is_some_and(|&part| (part as usize) < cells.len())
            }
            Places::Moving => self.space.admits(who, instant),
        }
    }

    /// The cells someone is in at any of the instants at which they are present,
    /// each once; `cells` is room for them.
    pub(super) fn each_present<'c>(
        &self,
        who: u32,
        present: &[(i64, Bits)],
        cells: &'c mut Vec<u64>,
    ) -> &'c [u64] {
        cells.clear();
        for (instant, present) in present {
            if holds(present, who) {
                self.each(who, *instant, |cell| cells.push(cell));
            }
        }
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// Whether someone, as they were at an instant, is in the part of people that
    /// a cell (of a slot's number 0) is of.
    pub(super) fn is_in(&self, who: u32, instant: i64, cell: u64) -> bool {
        if matches!(self.places, Places::One) {
            return true;
        }
        let part = self.space.project(cell, &self.space.people_mask());
        let mut is_in = false;
        self.each(who, instant, |own| is_in |= own == part);
        is_in
    }

    /// How many of some people are in the part of people that a cell (of a
    /// slot's number 0) is of, at any of the instants at which they are present,
    /// and how many are not.
    pub(super) fn divide(
        &self,
        people: Members<'_>,
        cell: u64,
        present: &[(i64, Bits)],
    ) -> (u64, u64) {
        if let (Places::One, [(_, present)]) = (self.places, present) {
            let inside = people.within(present);
            return (inside, people.len() - inside);
        }
        let part = self.space.project(cell, &self.space.people_mask());
        if let (Places::Still { parts, cells }, [(_, present)]) = (self.places, present) {
            let own = cells.iter().position(|&cell| cell == part).map(to_u32);
            let mut inside = 0;
            people.each(|who| {
                let is_own = parts.get(who as usize).copied() == own;
                inside += u64::from(is_own & holds(present, who));
            });
            return (inside, people.len() - inside);
        }
        let (mut inside, mut outside) = (0, 0);
        people.each(|who| {
            let mut is_in = false;
            for (instant, _) in present.iter().filter(|(_, present)| holds(present, who)) {
                self.each(who, *instant, |own| is_in |= own == part);
            }
            *(if is_in { &mut inside } else { &mut outside }) += 1;
        });
        (inside, outside)
    }

    /// How many of some people are in each cell, as they were at an instant.
    pub(super) fn count(
        &self,
        words: impl Iterator<Item = u64>,
        instant: i64,
        mut add: impl FnMut(u64, u64),
    ) {
        match self.places {
            Places::One => match size(words) {
                0 => {}
                people => add(0, people),
            },
            Places::Still { cells, parts } => {
                let mut counts = vec![0; cells.len()];
                for (word, parts) in words.zip(parts.chunks(64)) {
                    for bit in ones(word) {
                        if let Some(count) = counts.get_mut(parts[bit as usize] as usize) {
                            *count += 1;
                        }
                    }
                }
                let counts = cells.iter().zip(counts);
                counts
                    .filter(|&(_, n)| n > 0)
                    .for_each(|(&cell, n)| add(cell, n));
            }
            Places::Moving => {
                let words: Vec<u64> = words.collect();
                Members::Bits(&words).each(|who| self.each(who, instant, |cell| add(cell, 1)));
            }
        }
    }
}
