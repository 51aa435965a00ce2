//! The cells of a query: resolved dimensions, a time axis, and who may be in
//! which cell.

use std::ops::Deref;

use chrono::Datelike;

use std::sync::Arc;

use crate::calendar::{Bucket, Grain, Period, Timestamp, WeekStart};
use crate::error::{Error, ErrorKind, Result};
use crate::measure::Note;
use crate::model::accounts::network_name;
use crate::model::index::{IdRef, Index, to_u32};
use crate::model::kinds::{Copy, Mode};
use crate::model::names::{Multi, Names};
use crate::model::people::{Attribute, NEVER};
use crate::model::program::Program;
use crate::shared::Shared;
use crate::table::KeyValue;
use crate::tally::keys::{self, radix, supports};
use crate::tally::spec::{Condition, Key, Source};

use crate::dimension::Dimension;
use crate::filter::{Filter, Term};

use super::presence::Presence;

/// A dimension that is not time, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) dimension: Dimension,
    pub(crate) key: Key,
    pub(crate) radix: u32,
}

/// A cell's own period.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) period: Arc<Period>,
    /// One bucket per dimension of time.
    pub(crate) buckets: Vec<Bucket>,
    /// What must be known of it: that it is not over, that it is cut.
    pub(crate) notes: Shared<[Note]>,
    pub(crate) start: i64,
    /// The period's end or just past `as_of`, whichever is first.
    pub(crate) end: i64,
}

/// A query's cells.
pub(crate) struct Space<'p> {
    pub(crate) program: &'p Program<'p>,
    pub(crate) period: Period,
    pub(crate) as_of: Timestamp,
    pub(crate) week_start: WeekStart,
    /// Dimensions that are not time, in the order asked for.
    pub(crate) axes: Vec<Axis>,
    /// Dimensions of time, in the order asked for.
    pub(crate) times: Vec<Dimension>,
    /// One slot per step of time; a single one without dimensions of time.
    pub(crate) slots: Vec<Slot>,
    /// Those of the slots, whether over or not.
    pub(crate) spans: Arc<[(i64, i64)]>,
    pub(crate) filter: Vec<Condition>,
    /// The dimensions filtered by, for notes.
    pub(crate) filtered: Vec<Dimension>,
    /// Of people, what more than one question asks.
    pub(crate) presence: Presence,
}

/// Which axes a question can be split by; time always is one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    axes: Vec<bool>,
    /// Of the filter's conditions, those it heeds.
    pub(crate) heeds: Vec<bool>,
}

impl Deref for Mask {
    type Target = [bool];
    fn deref(&self) -> &[bool] {
        &self.axes
    }
}

impl Mask {
    /// Whether it can be split, and filtered, by everything.
    pub(crate) fn holds_all(&self) -> bool {
        self.axes.iter().chain(&self.heeds).all(|&holds| holds)
    }

    /// What both can be split by; heeded where either does.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let both = |a: &[bool], b: &[bool]| a.iter().zip(b).map(|(&a, &b)| a && b).collect();
        Self {
            axes: both(&self.axes, &other.axes),
            heeds: both(&self.heeds, &other.heeds),
        }
    }
}

impl<'p> Space<'p> {
    pub(crate) fn new(
        program: &'p Program<'p>,
        period: &Period,
        as_of: Timestamp,
        week_start: WeekStart,
        dimensions: &[Dimension],
        filter: &Filter,
    ) -> Result<Self> {
        let mut axes: Vec<Axis> = Vec::new();
        let mut times: Vec<Dimension> = Vec::new();
        for dimension in dimensions {
            if axes.iter().any(|axis| axis.dimension == *dimension) || times.contains(dimension) {
                return Err(Error::new(
                    ErrorKind::InvalidOption,
                    format!("dimension {dimension} is asked for twice"),
                )
                .in_field("by"));
            }
            if dimension.grain().is_some() {
                times.push(dimension.clone());
            } else {
                let key = key_of(program, dimension, period, as_of)?;
                axes.push(Axis {
                    dimension: dimension.clone(),
                    radix: radix(program, &key),
                    key,
                });
            }
        }
        let slots = slots(period, as_of, week_start, &times)?;
        let mut conditions = Vec::new();
        for term in &filter.terms {
            conditions.push(condition(program, term, period, as_of)?);
        }
        let filtered = filter
            .terms
            .iter()
            .map(|term| term.dimension.clone())
            .collect();
        let space = Self {
            program,
            period: period.clone(),
            as_of,
            week_start,
            axes,
            times,
            spans: slots
                .iter()
                .map(|slot| (slot.start, slot.period.end().micros()))
                .collect(),
            slots,
            filter: conditions,
            filtered,
            presence: Presence::default(),
        };
        if space.cells().is_none_or(|cells| cells >= u64::MAX / 2) {
            return Err(
                Error::new(ErrorKind::OutOfRange, "too many dimensions at once").in_field("by"),
            );
        }
        Ok(space)
    }

    /// How many cells there are; `None` beyond 64 bits.
    pub(crate) fn cells(&self) -> Option<u64> {
        let mut radices = self.axes.iter().map(|axis| u64::from(axis.radix.max(1)));
        radices.try_fold(self.slots.len() as u64, u64::checked_mul)
    }

    /// Just past `as_of`.
    pub(crate) fn now(&self) -> i64 {
        self.as_of.micros().saturating_add(1)
    }

    /// A cell from its coordinates; those outside the mask count as 0.
    pub(crate) fn cell(&self, codes: &[u32], slot: usize, mask: &[bool]) -> u64 {
        let mut cell = 0_u64;
        for ((axis, &code), &split) in self.axes.iter().zip(codes).zip(mask) {
            cell = cell * u64::from(axis.radix.max(1)) + if split { u64::from(code) } else { 0 };
        }
        cell * self.slots.len() as u64 + slot as u64
    }

    /// The slot of a cell.
    pub(crate) fn slot_of(&self, cell: u64) -> usize {
        usize::try_from(cell % (self.slots.len() as u64).max(1)).unwrap_or(0)
    }

    /// The code of a cell on the axis in that place.
    fn code_at(&self, cell: u64, place: usize) -> u32 {
        let radix = |axis: &Axis| u64::from(axis.radix.max(1));
        let finer = self.axes[place + 1..].iter().map(radix);
        let finer = finer.product::<u64>() * (self.slots.len() as u64).max(1);
        u32::try_from(cell / finer % radix(&self.axes[place])).unwrap_or(0)
    }

    /// The codes of a cell, one an axis.
    pub(crate) fn codes(&self, cell: u64) -> Vec<u32> {
        let places = 0..self.axes.len();
        places.map(|place| self.code_at(cell, place)).collect()
    }

    /// The same cell seen by a question that only splits by the mask.
    pub(crate) fn project(&self, cell: u64, mask: &[bool]) -> u64 {
        if mask.iter().all(|&split| split) {
            return cell;
        }
        self.cell(&self.codes(cell), self.slot_of(cell), mask)
    }

    /// What a question can be split and filtered by.
    pub(crate) fn mask(&self, supports: impl Fn(&Key) -> bool) -> Mask {
        Mask {
            axes: self.axes.iter().map(|axis| supports(&axis.key)).collect(),
            heeds: self
                .filter
                .iter()
                .map(|condition| supports(&condition.key))
                .collect(),
        }
    }

    /// Of facts of a source.
    pub(crate) fn mask_of(&self, source: Source) -> Mask {
        self.mask(|key| supports(source, key))
    }

    /// Of people.
    pub(crate) fn people_mask(&self) -> Mask {
        self.mask(is_of_people)
    }

    /// Of content items.
    pub(crate) fn content_mask(&self) -> Mask {
        self.mask(is_of_content)
    }

    /// Of everything at once, whatever the dimensions; filters apply.
    pub(crate) fn undivided(&self) -> Mask {
        Mask {
            axes: vec![false; self.axes.len()],
            heeds: vec![true; self.filter.len()],
        }
    }

    /// The keys of a table split by the mask, time included when there is some.
    pub(crate) fn keys(&self, mask: &[bool]) -> Vec<Key> {
        let split = self.axes.iter().zip(mask).filter(|(_, split)| **split);
        let keys = split.map(|(axis, _)| axis.key.clone());
        keys.chain([Key::Spans(Arc::clone(&self.spans))]).collect()
    }

    /// The same without time.
    pub(crate) fn timeless_keys(&self, mask: &[bool]) -> Vec<Key> {
        let mut keys = self.keys(mask);
        keys.pop();
        keys
    }

    /// The cell of a table's cell, given the mask its keys were made with.
    pub(crate) fn widen(&self, table_cell: u64, mask: &[bool]) -> u64 {
        let slots = self.slots.len() as u64;
        self.widen_timeless(table_cell / slots.max(1), mask) * slots + table_cell % slots.max(1)
    }

    /// The cell, less its slot, of a table's cell without time.
    pub(crate) fn widen_timeless(&self, table_cell: u64, mask: &[bool]) -> u64 {
        if mask.iter().all(|&split| split) {
            return table_cell;
        }
        let mut codes = vec![0_u64; self.axes.len()];
        let mut rest = table_cell;
        for ((code, axis), &split) in codes.iter_mut().zip(&self.axes).zip(mask).rev() {
            if split {
                let radix = u64::from(axis.radix.max(1));
                (*code, rest) = (rest % radix, rest / radix);
            }
        }
        codes.iter().zip(&self.axes).fold(0, |cell, (&code, axis)| {
            cell * u64::from(axis.radix.max(1)) + code
        })
    }

    /// Conditions that facts of a source can be held against.
    pub(crate) fn filter_of(&self, source: Source) -> Vec<Condition> {
        self.filter
            .iter()
            .filter(|condition| supports(source, &condition.key))
            .cloned()
            .collect()
    }

    /// Whether something meets the conditions on keys of its kind, by the codes
    /// it has of each.
    fn meets(&self, is_its: fn(&Key) -> bool, codes_of: impl Fn(&Key) -> Vec<u32>) -> bool {
        let mut conditions = self
            .filter
            .iter()
            .filter(|condition| is_its(&condition.key));
        conditions.all(|condition| {
            let codes = codes_of(&condition.key);
            codes.iter().any(|code| condition.codes.contains(code)) != condition.negate
        })
    }

    /// The cells (slot 0) something is in by the axes of its kind; other axes
    /// count as 0.
    fn place(&self, is_its: fn(&Key) -> bool, codes_of: impl Fn(&Key) -> Vec<u32>) -> Vec<u64> {
        let mut cells = vec![0_u64];
        for axis in &self.axes {
            let radix = u64::from(axis.radix.max(1));
            let codes = if is_its(&axis.key) {
                codes_of(&axis.key)
            } else {
                vec![0]
            };
            let spread = |cell: &u64| {
                let cell = *cell * radix;
                codes.iter().map(move |&code| cell + u64::from(code))
            };
            cells = cells.iter().flat_map(spread).collect();
        }
        let slots = self.slots.len() as u64;
        for cell in &mut cells {
            *cell *= slots;
        }
        cells
    }

    /// Whether an advocate, as they were at an instant, meets the conditions on
    /// people.
    pub(crate) fn admits(&self, advocate: u32, micros: i64) -> bool {
        self.meets(is_of_people, |key| self.codes_of(key, advocate, micros))
    }

    /// The cells (slot 0) an advocate is in by the axes of people, as they were
    /// at an instant.
    pub(crate) fn cells_of(&self, advocate: u32, micros: i64) -> Vec<u64> {
        self.place(is_of_people, |key| self.codes_of(key, advocate, micros))
    }

    /// Whether neither axes nor conditions are of people.
    pub(super) fn asks_nothing_of_people(&self) -> bool {
        let conditions = self.filter.iter().map(|condition| &condition.key);
        let mut keys = self.axes.iter().map(|axis| &axis.key).chain(conditions);
        !keys.any(is_of_people)
    }

    /// By advocate: the one cell (slot 0) each is in, `None` for those whom the
    /// conditions on people leave out; where none of that depends on the instant.
    pub(super) fn still_cells(&self) -> Option<impl Iterator<Item = Option<u64>>> {
        let conditions = self.filter.iter().map(|condition| &condition.key);
        let mut keys = self.axes.iter().map(|axis| &axis.key).chain(conditions);
        let is_still = |key: &Key| match key {
            Key::Attribute(which) => self.program.people.attribute(*which).is_static(),
            _ => !is_of_people(key) || matches!(key, Key::Advocate | Key::Cohort(_)),
        };
        if !keys.all(is_still) {
            return None;
        }
        let radix = |key: &Key| radix(self.program, key);
        let axes = self.axes.iter().map(|axis| (axis, radix(&axis.key)));
        let axes: Vec<_> = axes.collect();
        let of_people = |condition: &&Condition| is_of_people(&condition.key);
        let conditions = self.filter.iter().filter(of_people);
        let conditions: Vec<_> = conditions
            .map(|condition| (condition, radix(&condition.key)))
            .collect();
        let slots = self.slots.len() as u64;
        Some((0..to_u32(self.program.people.len())).map(move |who| {
            let code = |key: &Key, radix: u32| self.still_code(key, who, radix.saturating_sub(1));
            let met = |&(condition, radix): &(&Condition, u32)| {
                let code = code(&condition.key, radix);
                condition.codes.binary_search(&code).is_ok() != condition.negate
            };
            let cell = axes.iter().fold(0, |cell, &(axis, radix)| {
                let code = if is_of_people(&axis.key) {
                    code(&axis.key, radix)
                } else {
                    0
                };
                cell * u64::from(axis.radix.max(1)) + u64::from(code)
            });
            conditions.iter().all(met).then_some(cell * slots)
        }))
    }

    /// The one code an advocate has of a key, at any instant.
    fn still_code(&self, key: &Key, advocate: u32, none: u32) -> u32 {
        let people = &self.program.people;
        match key {
            Key::Attribute(which) => people.attribute(*which).base(advocate).min(none),
            Key::Advocate => advocate,
            Key::Cohort(spans) => {
                let joined = people.stays(advocate).iter().map(|stay| stay.joined).min();
                let joined = joined.filter(|&at| at != NEVER);
                joined.map_or(none, |at| keys::span_of(spans, at).min(none))
            }
            _ => none,
        }
    }

    fn codes_of(&self, key: &Key, advocate: u32, micros: i64) -> Vec<u32> {
        let people = &self.program.people;
        let none = radix(self.program, key).saturating_sub(1);
        match key {
            Key::Attribute(which) => vec![people.attribute(*which).at(advocate, micros).min(none)],
            Key::AdvocateTag(name) => many(people.tags.get(name), advocate, none),
            _ => vec![self.still_code(key, advocate, none)],
        }
    }

    /// Whether a content item meets the conditions on content.
    pub(crate) fn admits_item(&self, item: u32) -> bool {
        self.meets(is_of_content, |key| self.item_codes(key, item))
    }

    /// The cells (slot 0) an item is in by the axes of content.
    pub(crate) fn cells_of_item(&self, item: u32) -> Vec<u64> {
        self.place(is_of_content, |key| self.item_codes(key, item))
    }

    pub(crate) fn item_codes(&self, key: &Key, item: u32) -> Vec<u32> {
        let content = &self.program.content;
        let none = radix(self.program, key).saturating_sub(1);
        let at = item as usize;
        let one = |codes: &[u32]| vec![codes.get(at).map_or(none, |&code| code.min(none))];
        match key {
            Key::Content => vec![item],
            Key::Kind => one(&content.kind),
            Key::ContentSource => one(&content.source),
            Key::Campaign => one(&content.campaign),
            Key::Topic => many(Some(&content.topics), item, none),
            Key::Hashtag => many(Some(&content.hashtags), item, none),
            Key::ContentTag(name) => many(content.tags.get(name), item, none),
            _ => vec![none],
        }
    }

    /// The key of a cell, in the order the dimensions were asked for.
    pub(crate) fn key_values(&self, dimensions: &[Dimension], cell: u64) -> Vec<KeyValue> {
        let value = |dimension: &Dimension| {
            if let Some(at) = self.times.iter().position(|time| time == dimension) {
                let slot = self.slots.get(self.slot_of(cell))?;
                return Some(KeyValue::Bucket(slot.buckets[at].clone()));
            }
            let mut axes = self.axes.iter();
            let place = axes.position(|axis| axis.dimension == *dimension)?;
            let code = self.code_at(cell, place);
            Some(key_value(self.program, &self.axes[place].key, code, self))
        };
        let values = dimensions.iter().map(value);
        values
            .map(|value| value.unwrap_or(KeyValue::None))
            .collect()
    }

    /// The codes of an axis that anything has, "none" left out: a dictionary of
    /// networks may hold names that nothing uses.
    pub(crate) fn codes_in_use(&self, axis: &Axis) -> Vec<u32> {
        let mut codes: Vec<u32> = Self::codes_of_axis(axis).collect();
        if axis.key == Key::Network {
            let program = self.program;
            let is_used = |code: u32| program.networks_in_use.get(code as usize).copied();
            codes.retain(|&code| is_used(code).unwrap_or(false));
        }
        codes
    }

    /// Every code of an axis but "none".
    pub(crate) fn codes_of_axis(axis: &Axis) -> std::ops::Range<u32> {
        0..axis.radix.saturating_sub(1)
    }
}

fn many(multi: Option<&Multi>, row: u32, none: u32) -> Vec<u32> {
    let codes = multi.map_or(&[][..], |multi| multi.of(row as usize));
    if codes.is_empty() {
        vec![none]
    } else {
        codes.to_vec()
    }
}

/// Whether a key is something people have.
pub(crate) const fn is_of_people(key: &Key) -> bool {
    matches!(
        key,
        Key::Attribute(_) | Key::AdvocateTag(_) | Key::Advocate | Key::Cohort(_)
    )
}

/// Whether a key is something content items have.
pub(crate) const fn is_of_content(key: &Key) -> bool {
    matches!(
        key,
        Key::Content
            | Key::Kind
            | Key::Topic
            | Key::ContentSource
            | Key::Campaign
            | Key::Hashtag
            | Key::ContentTag(_)
    )
}

/// The key a dimension is read by.
pub(crate) fn key_of(
    program: &Program<'_>,
    dimension: &Dimension,
    period: &Period,
    as_of: Timestamp,
) -> Result<Key> {
    Ok(match dimension {
        Dimension::Network => Key::Network,
        Dimension::Team => Key::Attribute(Attribute::Team),
        Dimension::Department => Key::Attribute(Attribute::Department),
        Dimension::Location => Key::Attribute(Attribute::Location),
        Dimension::Advocate => Key::Advocate,
        Dimension::Content => Key::Content,
        Dimension::Kind => Key::Kind,
        Dimension::Topic => Key::Topic,
        Dimension::Source => Key::ContentSource,
        Dimension::Campaign => Key::Campaign,
        Dimension::Hashtag => Key::Hashtag,
        Dimension::Copy => Key::Copy,
        Dimension::Mode => Key::Mode,
        Dimension::Cohort => Key::Cohort(joining_months(program, period, as_of)?),
        Dimension::Wave => Key::Wave,
        Dimension::Question => Key::Question,
        Dimension::Tag(name) => {
            let of_people = program.people.tags.contains_key(name);
            let of_content = program.content.tags.contains_key(name);
            match (of_people, of_content) {
                (true, false) => Key::AdvocateTag(name.clone()),
                (false, true) => Key::ContentTag(name.clone()),
                (true, true) => {
                    return Err(Error::new(
                        ErrorKind::InvalidOption,
                        format!("tag {name:?} is both advocates' and content's"),
                    ));
                }
                (false, false) => {
                    let tags = program
                        .people
                        .tags
                        .keys()
                        .chain(program.content.tags.keys());
                    let known: Vec<&str> = tags.map(String::as_str).collect();
                    return Err(crate::named::unknown("tag", name, &known));
                }
            }
        }
        Dimension::Day
        | Dimension::Week
        | Dimension::Month
        | Dimension::Quarter
        | Dimension::Year => {
            return Err(Error::new(
                ErrorKind::InvalidOption,
                format!("{dimension} splits time; narrow the period instead of filtering by it"),
            ));
        }
    })
}

/// The months in which anybody first joined, up to `as_of`, in the query's zone.
fn joining_months(
    program: &Program<'_>,
    period: &Period,
    as_of: Timestamp,
) -> Result<Vec<(i64, i64)>> {
    let now = as_of.micros().saturating_add(1);
    let months = cohort_buckets(program, period, as_of, Grain::Month, WeekStart::Monday)?;
    Ok(months
        .iter()
        .map(|month| {
            let span = &month.period;
            (span.start().micros(), span.end().micros().min(now))
        })
        .collect())
}

/// Whole buckets of a grain from the first joining to `as_of`.
pub(crate) fn cohort_buckets(
    program: &Program<'_>,
    period: &Period,
    as_of: Timestamp,
    grain: Grain,
    week_start: WeekStart,
) -> Result<Vec<Bucket>> {
    let first = Some(program.people.earliest.joined);
    let first = first.filter(|&at| at <= as_of.micros());
    whole_buckets(first, period, as_of, grain, week_start)
}

/// Whole buckets of a grain from an instant to `as_of`.
pub(crate) fn whole_buckets(
    first: Option<i64>,
    period: &Period,
    as_of: Timestamp,
    grain: Grain,
    week_start: WeekStart,
) -> Result<Vec<Bucket>> {
    let Some(first) = first else {
        return Ok(Vec::new());
    };
    let first = Timestamp::from_micros(first)?;
    Bucket::whole(grain, week_start, first, as_of, period.zone())
}

fn slots(
    period: &Period,
    as_of: Timestamp,
    week_start: WeekStart,
    times: &[Dimension],
) -> Result<Vec<Slot>> {
    let now = as_of.micros().saturating_add(1);
    let partial = |period: &Period| {
        let is_partial = !period.is_complete(as_of);
        is_partial.then_some(Note::PartialPeriod { as_of })
    };
    let slot = |period: &Period, buckets: Vec<Bucket>, clipped: bool| Slot {
        start: period.start().micros(),
        end: period.end().micros().min(now),
        period: Arc::new(period.clone()),
        buckets,
        notes: match (partial(period), clipped.then_some(Note::ClippedBucket)) {
            (None, None) => Shared::default(),
            (partial, clipped) => partial
                .into_iter()
                .chain(clipped)
                .collect::<Arc<[_]>>()
                .into(),
        },
    };
    let mut slots = vec![slot(period, Vec::new(), false)];
    for dimension in times {
        let Some(grain) = dimension.grain() else {
            continue;
        };
        let buckets = period.buckets(grain, week_start)?;
        let mut finer = Vec::new();
        for coarse in &slots {
            for bucket in &buckets {
                let start = coarse.period.start().max(bucket.period.start());
                let end = coarse.period.end().min(bucket.period.end());
                if start >= end {
                    continue;
                }
                let own = if (start, end) == (bucket.period.start(), bucket.period.end()) {
                    bucket.period.clone()
                } else if (start, end) == (coarse.period.start(), coarse.period.end()) {
                    Period::clone(&coarse.period)
                } else {
                    Period::instants(start, end, period.zone())?
                };
                let all = coarse
                    .buckets
                    .iter()
                    .chain([bucket])
                    .cloned()
                    .collect::<Vec<_>>();
                let cut = all.iter().any(|bucket| {
                    bucket.clipped
                        || bucket.period.start() < start && bucket.period.end() < end
                        || bucket.period.start() > start && bucket.period.end() > end
                });
                finer.push(slot(&own, all, cut));
            }
        }
        slots = finer;
    }
    Ok(slots)
}

fn condition(
    program: &Program<'_>,
    term: &Term,
    period: &Period,
    as_of: Timestamp,
) -> Result<Condition> {
    let key = key_of(program, &term.dimension, period, as_of).map_err(|e| e.in_field("where"))?;
    let none = radix(program, &key).saturating_sub(1);
    let (mut codes, mut unknown) = (Vec::with_capacity(term.values.len()), Vec::new());
    for value in &term.values {
        if value.is_empty() {
            codes.push(none);
        } else if let Some(code) = code_of(program, &key, value, period) {
            codes.push(code);
        } else {
            // A value that nothing has matches nothing.
            let network = (key == Key::Network).then(|| network_name(value).ok());
            unknown.push(network.flatten().unwrap_or_else(|| value.clone()));
        }
    }
    codes.sort_unstable();
    codes.dedup();
    unknown.sort_unstable();
    unknown.dedup();
    Ok(Condition {
        key,
        codes,
        unknown,
        negate: term.except,
    })
}

fn code_of(program: &Program<'_>, key: &Key, value: &str, period: &Period) -> Option<u32> {
    let names = |names: &Names| names.find(value);
    let id = |index: &Index| {
        let number = value
            .parse()
            .ok()
            .and_then(|number| index.find(IdRef::Integer(number)));
        number.or_else(|| index.find(IdRef::Text(value)))
    };
    let closed = |choices: &[&str]| {
        choices
            .iter()
            .position(|choice| *choice == value)
            .map(to_u32)
    };
    match key {
        Key::Network => network_name(value)
            .ok()
            .and_then(|name| program.networks.find(&name)),
        Key::Attribute(which) => names(&program.people.attribute(*which).names),
        Key::AdvocateTag(tag) => program
            .people
            .tags
            .get(tag)
            .and_then(|multi| names(&multi.names)),
        Key::Advocate => id(&program.people.index),
        Key::Account => id(&program.accounts.index),
        Key::Content => id(&program.content.index),
        Key::Kind => names(&program.content.kinds),
        Key::Topic => names(&program.content.topics.names),
        Key::ContentSource => names(&program.content.sources),
        Key::Campaign => id(&program.campaigns.index),
        Key::Hashtag => names(&program.content.hashtags.names),
        Key::ContentTag(tag) => program
            .content
            .tags
            .get(tag)
            .and_then(|multi| names(&multi.names)),
        Key::Copy => closed(Copy::NAMES),
        Key::Mode => closed(Mode::NAMES),
        Key::Cohort(spans) => spans
            .iter()
            .position(|&(start, _)| month(start, period).is_some_and(|month| month.label == value))
            .map(to_u32),
        Key::Wave => names(&program.waves),
        Key::Question => names(&program.questions.names),
        Key::Spans(_) => None,
    }
}

fn key_value(program: &Program<'_>, key: &Key, code: u32, space: &Space<'_>) -> KeyValue {
    let named =
        |name: Option<&str>| name.map_or(KeyValue::None, |name| KeyValue::Name(name.to_owned()));
    let thing = |index: &Index, labels: &[Option<Box<str>>]| {
        if code as usize >= index.len() {
            return KeyValue::None;
        }
        let label = labels.get(code as usize).cloned().flatten();
        KeyValue::Thing {
            id: index.id(code),
            label: label.map(String::from),
        }
    };
    match key {
        Key::Network => named(program.networks.name(code)),
        Key::Attribute(which) => named(program.people.attribute(*which).names.name(code)),
        Key::AdvocateTag(tag) => named(
            program
                .people
                .tags
                .get(tag)
                .and_then(|multi| multi.names.name(code)),
        ),
        Key::Advocate => thing(&program.people.index, &program.people.names),
        Key::Account => thing(&program.accounts.index, &[]),
        Key::Content => thing(&program.content.index, &program.content.titles),
        Key::Kind => named(program.content.kinds.name(code)),
        Key::Topic => named(program.content.topics.names.name(code)),
        Key::ContentSource => named(program.content.sources.name(code)),
        Key::Campaign => thing(&program.campaigns.index, &program.campaigns.names),
        Key::Hashtag => named(program.content.hashtags.names.name(code)),
        Key::ContentTag(tag) => named(
            program
                .content
                .tags
                .get(tag)
                .and_then(|multi| multi.names.name(code)),
        ),
        Key::Copy => named(Copy::NAMES.get(code as usize).copied()),
        Key::Mode => named(Mode::NAMES.get(code as usize).copied()),
        Key::Wave => named(program.waves.name(code)),
        Key::Question => named(program.questions.names.name(code)),
        Key::Spans(_) => KeyValue::None,
        Key::Cohort(spans) => match spans.get(code as usize) {
            Some(&(start, _)) => {
                month(start, &space.period).map_or(KeyValue::None, KeyValue::Bucket)
            }
            None => KeyValue::None,
        },
    }
}

/// The month that begins at an instant.
fn month(start: i64, period: &Period) -> Option<Bucket> {
    let zone = period.zone();
    let date = zone.date_of(Timestamp::from_micros(start).ok()?);
    let month = Period::month(date.year(), date.month(), zone).ok()?;
    let mut buckets = month.buckets(Grain::Month, WeekStart::Monday).ok()?;
    buckets.pop()
}
