//! From a row to its cell: codes of every key, looked up per row.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::column::Codes;
use crate::model::facts::Facts;
use crate::model::index::to_u32;
use crate::model::kinds::{Copy, Mode};
use crate::model::names::{Multi, NONE};
use crate::model::people::{Attributes, NEVER};
use crate::model::program::Program;

use super::spec::{Key, Source};

/// A row that is in no cell of a key.
pub(crate) const OUTSIDE: u32 = u32::MAX;

/// How a key's code is found for a row.
#[derive(Debug)]
pub(crate) enum Reader<'p> {
    /// Positions, in a column of the facts as it lies.
    Positions(&'p [u32]),
    /// In a column of the facts.
    Column(&'p Codes<'p>),
    /// In a list of accounts.
    Listed(&'p [u32]),
    /// In a small closed vocabulary.
    Closed(&'p [u8]),
    /// By the advocate or the item; one more entry for none.
    Through(&'p Codes<'p>, Lookup),
    /// By the advocate and the instant.
    Moving(&'p Codes<'p>, &'p Attributes),
    /// Several, by the advocate or the item.
    Many(&'p Codes<'p>, &'p Multi),
    /// By the instant.
    Spans(Finder),
    /// There is no such column: none throughout.
    Nothing,
}

/// A key ready to be read: how, and into how many codes.
#[derive(Debug)]
pub(crate) struct KeyReader<'p> {
    pub(crate) read: Reader<'p>,
    /// Codes are below this; the last one is "none" where the key has one.
    pub(crate) radix: u32,
}

/// The codes of a key in the programme; "none" is one more, except of spans.
pub(crate) fn radix(program: &Program<'_>, key: &Key) -> u32 {
    let named = |names: usize| to_u32(names).saturating_add(1);
    let tag = |multi: Option<&Multi>| named(multi.map_or(0, |multi| multi.names.len()));
    match key {
        Key::Network => named(program.networks.len()),
        Key::Attribute(which) => named(program.people.attribute(*which).names.len()),
        Key::AdvocateTag(name) => tag(program.people.tags.get(name)),
        Key::Advocate => named(program.people.len()),
        Key::Account => named(program.accounts.len()),
        Key::Content => named(program.content.len()),
        Key::Kind => named(program.content.kinds.len()),
        Key::Topic => named(program.content.topics.names.len()),
        Key::ContentSource => named(program.content.sources.len()),
        Key::Campaign => named(program.campaigns.index.len()),
        Key::Hashtag => named(program.content.hashtags.names.len()),
        Key::ContentTag(name) => tag(program.content.tags.get(name)),
        Key::Copy => named(Copy::ALL.len()),
        Key::Mode => named(Mode::ALL.len()),
        Key::Spans(spans) => to_u32(spans.len()),
        Key::Cohort(spans) => named(spans.len()),
        Key::Wave => named(program.waves.len()),
        Key::Question => named(program.questions.names.len()),
    }
}

/// Whether facts of a source can be split by the key at all, by their schema:
/// a column that is not there is null throughout, so that batches with and
/// without it count alike.
pub(crate) const fn supports(source: Source, key: &Key) -> bool {
    use Source::{Activities, BrandPosts, Responses, Shares, Turnout};
    match key {
        Key::Spans(_) => true,
        Key::Network => matches!(source, Shares | BrandPosts),
        Key::Account | Key::Copy | Key::Mode => matches!(source, Shares),
        Key::Attribute(_) | Key::AdvocateTag(_) | Key::Cohort(_) => {
            matches!(source, Shares | Activities | Responses | Turnout)
        }
        // What one person answered is nobody's business.
        Key::Advocate
        | Key::Content
        | Key::Kind
        | Key::Topic
        | Key::ContentSource
        | Key::Campaign
        | Key::Hashtag
        | Key::ContentTag(_) => matches!(source, Shares | Activities),
        Key::Wave => matches!(source, Responses | Turnout),
        Key::Question => matches!(source, Responses),
    }
}

/// Whether the shares, or the surveys, say anything of the key.
pub(crate) fn is_said(program: &Program<'_>, key: &Key) -> bool {
    let column = program.shares.iter().any(|shares| match key {
        Key::Network | Key::Spans(_) | Key::Wave | Key::Question => true,
        Key::Attribute(_) | Key::AdvocateTag(_) | Key::Advocate | Key::Cohort(_) => {
            shares.advocate.is_some()
        }
        Key::Account => shares.account.is_some(),
        Key::Copy => shares.copy.is_some(),
        Key::Mode => shares.mode.is_some(),
        _ => shares.content.is_some(),
    });
    column && radix(program, key) > 1
}

/// A key's codes by those of a key it follows from.
#[derive(Debug)]
pub(crate) enum Derived<'p> {
    /// The same.
    Same,
    /// One each; [`OUTSIDE`] is none at all.
    One(Cow<'p, [u32]>),
    /// Several each; without any, the last.
    Many(&'p Multi, u32),
}

/// What a key follows from, whatever else the row says.
pub(crate) fn base(program: &Program<'_>, facts: &Facts<'_>, key: &Key) -> Option<Key> {
    match key {
        Key::Kind
        | Key::Topic
        | Key::ContentSource
        | Key::Campaign
        | Key::Hashtag
        | Key::ContentTag(_) => Some(Key::Content),
        // Unless people move, or the facts state their own.
        Key::Attribute(which) => {
            let is_static = program.people.attribute(*which).is_static();
            let stated = facts.attributes[*which as usize].is_some();
            (is_static && !stated).then_some(Key::Advocate)
        }
        Key::AdvocateTag(_) | Key::Cohort(_) => Some(Key::Advocate),
        _ => None,
    }
}

/// Whether `key` follows from `from`.
pub(crate) fn follows(program: &Program<'_>, facts: &Facts<'_>, key: &Key, from: &Key) -> bool {
    match (key, from) {
        _ if key == from => true,
        (Key::Spans(spans), Key::Spans(finer)) => lie_in(finer, spans),
        _ => base(program, facts, key).as_ref() == Some(from),
    }
}

/// Whether anything has several codes of the key.
pub(crate) fn is_many(program: &Program<'_>, key: &Key) -> bool {
    let several = |multi: Option<&Multi>| multi.is_some_and(Multi::has_several);
    match key {
        Key::Topic => several(Some(&program.content.topics)),
        Key::Hashtag => several(Some(&program.content.hashtags)),
        Key::ContentTag(name) => several(program.content.tags.get(name)),
        Key::AdvocateTag(name) => several(program.people.tags.get(name)),
        _ => false,
    }
}

/// How `key` follows from `from`; `None` where it does not.
pub(crate) fn derive<'p>(
    program: &'p Program<'p>,
    facts: &Facts<'_>,
    key: &Key,
    from: &Key,
) -> Option<Derived<'p>> {
    if key == from {
        return Some(Derived::Same);
    }
    if let (Key::Spans(spans), Key::Spans(finer)) = (key, from) {
        return within(spans, finer).map(|codes| Derived::One(codes.into()));
    }
    if base(program, facts, key).as_ref() != Some(from) {
        return None;
    }
    let none = radix(program, key).saturating_sub(1);
    // One entry per thing and one for none of it, "none" mapped to the last code.
    let one = |codes: &'p [u32], things: usize| -> Derived<'p> {
        let stated = codes.iter().copied().chain(std::iter::repeat(NONE));
        let codes = stated.take(things).map(|code| code.min(none));
        Derived::One(codes.chain([none]).collect())
    };
    let many = |multi: Option<&'p Multi>, things: usize| match multi {
        Some(multi) if multi.has_several() => Derived::Many(multi, none),
        _ => {
            let first = |row| multi.and_then(|multi| multi.of(row).first());
            let codes = (0..=things).map(|row| first(row).map_or(none, |&code| code));
            Derived::One(codes.collect())
        }
    };
    let (items, people) = (program.content.len(), program.people.len());
    Some(match key {
        Key::Kind => one(&program.content.kind, items),
        Key::ContentSource => one(&program.content.source, items),
        Key::Campaign => one(&program.content.campaign, items),
        Key::Topic => many(Some(&program.content.topics), items),
        Key::Hashtag => many(Some(&program.content.hashtags), items),
        Key::ContentTag(name) => many(program.content.tags.get(name), items),
        Key::AdvocateTag(name) => many(program.people.tags.get(name), people),
        Key::Attribute(which) => {
            let attributes = program.people.attribute(*which);
            let codes = (0..to_u32(people)).map(|who| attributes.base(who).min(none));
            Derived::One(codes.chain([none]).collect())
        }
        Key::Cohort(spans) => Derived::One(cohorts(program, spans).into()),
        _ => return None,
    })
}

/// Of each finer span, the span it lies in; `None` when one lies in part of
/// one, or together they leave out part of one.
fn within(spans: &[(i64, i64)], finer: &[(i64, i64)]) -> Option<Vec<u32>> {
    let length = |&(start, end): &(i64, i64)| i128::from(end) - i128::from(start);
    let mut left: i128 = spans.iter().map(length).sum();
    let codes = finer
        .iter()
        .map(|span| {
            let at = span_of(spans, span.0);
            if let Some(&(_, until)) = spans.get(at as usize) {
                left -= length(span);
                return (span.1 <= until).then_some(at);
            }
            let next = spans.partition_point(|&(from, _)| from <= span.0);
            let clear = spans.get(next).is_none_or(|&(from, _)| span.1 <= from);
            clear.then_some(OUTSIDE)
        })
        .collect();
    if left == 0 { codes } else { None }
}

/// Whether it can be told of every instant of the finer spans which of the others
/// it lies in, and of all of those.
pub(crate) fn lie_in(finer: &[(i64, i64)], spans: &[(i64, i64)]) -> bool {
    within(spans, finer).is_some()
}

/// The coarsest spans that both can be told from.
pub(crate) fn refine(a: &[(i64, i64)], b: &[(i64, i64)]) -> Vec<(i64, i64)> {
    if a == b {
        return a.to_vec();
    }
    let mut edges: Vec<i64> = a
        .iter()
        .chain(b)
        .flat_map(|&(start, end)| [start, end])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|&(start, _)| span_of(a, start) != OUTSIDE || span_of(b, start) != OUTSIDE)
        .collect()
}

impl<'p> KeyReader<'p> {
    /// `ticks` brings the edges of spans into the unit rows are dated in.
    pub(crate) fn new(
        program: &'p Program<'p>,
        facts: &'p Facts<'p>,
        key: &Key,
        ticks: impl Fn(i64) -> i64,
    ) -> Self {
        let radix = radix(program, key);
        let advocate = facts.advocate.as_ref();
        let read = match key {
            Key::Network => facts.network.as_ref().map(Reader::Column),
            Key::Account => facts.account.as_deref().map(Reader::Listed),
            Key::Advocate => advocate.map(positions),
            Key::Content => facts.content.as_ref().map(positions),
            Key::Copy => facts.copy.as_deref().map(Reader::Closed),
            Key::Mode => facts.mode.as_deref().map(Reader::Closed),
            Key::Wave => facts.wave.as_ref().map(Reader::Column),
            Key::Question => facts.question.as_ref().map(Reader::Column),
            Key::Spans(spans) => {
                let spans = spans.iter().map(|&(start, end)| (ticks(start), ticks(end)));
                Some(Reader::Spans(Finder::new(spans.collect())))
            }
            Key::Attribute(which) if base(program, facts, key).is_none() => {
                match &facts.attributes[*which as usize] {
                    Some(stated) => Some(Reader::Listed(stated)),
                    None => {
                        advocate.map(|who| Reader::Moving(who, program.people.attribute(*which)))
                    }
                }
            }
            _ => {
                let from = base(program, facts, key).unwrap_or(Key::Advocate);
                let column = if from == Key::Content {
                    facts.content.as_ref()
                } else {
                    advocate
                };
                match (column, derive(program, facts, key, &from)) {
                    (Some(column), Some(Derived::One(by))) => {
                        Some(Reader::Through(column, Lookup::new(&by, radix)))
                    }
                    (Some(column), Some(Derived::Many(multi, _))) => {
                        Some(Reader::Many(column, multi))
                    }
                    _ => None,
                }
            }
        };
        Self {
            read: read.unwrap_or(Reader::Nothing),
            radix,
        }
    }

    /// Whether a row can have no code at all, not even "none".
    pub(crate) fn leaves_out(&self) -> bool {
        matches!(self.read, Reader::Spans(_))
    }

    /// Whether one row can have several codes.
    pub(crate) fn is_many(&self) -> bool {
        matches!(self.read, Reader::Many(..))
    }

    /// The code of one row, for keys with one value a row; `at` is when it is
    /// dated, `micros` when it happened.
    #[inline]
    pub(crate) fn one(&self, row: usize, at: i64, micros: i64) -> u32 {
        let none = self.radix.saturating_sub(1);
        match &self.read {
            Reader::Positions(codes) => codes[row],
            Reader::Column(codes) => codes.at(row).min(none),
            Reader::Listed(codes) => codes[row].min(none),
            Reader::Closed(codes) => u32::from(codes[row]).min(none),
            Reader::Through(which, by) => by.of(which.at(row)),
            Reader::Moving(who, attribute) => attribute.at(who.at(row), micros).min(none),
            Reader::Spans(spans) => spans.find(at),
            Reader::Nothing => none,
            Reader::Many(..) => OUTSIDE,
        }
    }

    /// The codes of one row, for keys with several; empty is "none".
    #[inline]
    pub(crate) fn many(&self, row: usize) -> &[u32] {
        match &self.read {
            Reader::Many(which, multi) => multi.of(which.at(row) as usize),
            _ => &[],
        }
    }
}

/// A column of positions: none is beyond one past the last.
fn positions<'p>(codes: &'p Codes<'p>) -> Reader<'p> {
    match codes {
        Codes::U32(codes) => Reader::Positions(codes),
        narrower => Reader::Column(narrower),
    }
}

/// Codes by codes, as narrow as they can be so that they stay near.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// Up to 256.
    U8(Vec<u8>),
    /// Up to 65,536.
    U16(Vec<u16>),
    /// Any.
    U32(Vec<u32>),
}

impl Lookup {
    fn new(by: &[u32], radix: u32) -> Self {
        let bytes = || by.iter().map(|&code| u8::try_from(code).unwrap_or(u8::MAX));
        let words = || {
            by.iter()
                .map(|&code| u16::try_from(code).unwrap_or(u16::MAX))
        };
        match radix {
            0..=0x100 => Self::U8(bytes().collect()),
            0x101..=0x1_0000 => Self::U16(words().collect()),
            _ => Self::U32(by.to_vec()),
        }
    }

    #[inline]
    fn of(&self, code: u32) -> u32 {
        let code = code as usize;
        match self {
            Self::U8(by) => by[code].into(),
            Self::U16(by) => by[code].into(),
            Self::U32(by) => by[code],
        }
    }

    /// What every code stands for, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let codes = match self {
            Self::U8(by) => by.len(),
            Self::U16(by) => by.len(),
            Self::U32(by) => by.len(),
        };
        (0..to_u32(codes)).map(|code| self.of(code))
    }

    /// What the codes of `rows` stand for.
    pub(super) fn load(&self, codes: &Codes<'_>, rows: Range<usize>, out: &mut Vec<u32>) {
        match self {
            Self::U8(by) => codes.load(rows, out, |code| by[code as usize].into()),
            Self::U16(by) => codes.load(rows, out, |code| by[code as usize].into()),
            Self::U32(by) => codes.load(rows, out, |code| by[code as usize]),
        }
    }
}

/// Finds the span an instant lies in by a table of when to begin looking.
#[derive(Debug)]
pub(crate) struct Finder {
    spans: Vec<(i64, i64)>,
    bounds: (i64, i64),
    shift: u32,
    /// Of each stretch of 2^shift ticks, the first span that ends after its start.
    first: Vec<u32>,
}

impl Finder {
    /// Stretches per span: most lie within one.
    const FINE: usize = 16;

    pub(crate) fn new(spans: Vec<(i64, i64)>) -> Self {
        let bounds = match (spans.first(), spans.last()) {
            (Some(&(start, _)), Some(&(_, end))) => (start, end),
            _ => (i64::MAX, i64::MIN),
        };
        let width = bounds.1.saturating_sub(bounds.0).max(1).unsigned_abs();
        let stretches = spans.len().saturating_mul(Self::FINE).max(1) as u64;
        let shift = (width / stretches).checked_ilog2().map_or(0, |log| log + 1);
        let count = if spans.is_empty() {
            0
        } else {
            (width >> shift) + 1
        };
        let first = (0..count)
            .map(|at| {
                let start = bounds.0.saturating_add_unsigned(at << shift);
                to_u32(spans.partition_point(|&(_, end)| end <= start))
            })
            .collect();
        Self {
            spans,
            bounds,
            shift,
            first,
        }
    }

    /// How many instants, in order and all at or after one of a span, are of that
    /// span too; none of [`OUTSIDE`].
    pub(crate) fn count(&self, span: u32, instants: &[i64]) -> usize {
        let span = self.spans.get(span as usize);
        span.map_or(0, |&(_, end)| instants.partition_point(|&at| at < end))
    }

    /// The span that holds an instant, or [`OUTSIDE`].
    #[inline]
    pub(crate) fn find(&self, at: i64) -> u32 {
        if at < self.bounds.0 || at >= self.bounds.1 {
            return OUTSIDE;
        }
        let stretch = at.wrapping_sub(self.bounds.0).cast_unsigned() >> self.shift;
        let mut span = usize::try_from(stretch)
            .ok()
            .and_then(|stretch| self.first.get(stretch))
            .map_or(0, |&span| span as usize);
        while let Some(&(start, end)) = self.spans.get(span) {
            if at < end {
                return if at < start { OUTSIDE } else { to_u32(span) };
            }
            span += 1;
        }
        OUTSIDE
    }
}

/// The span that holds an instant; spans are sorted and disjoint.
#[inline]
pub(crate) fn span_of(spans: &[(i64, i64)], micros: i64) -> u32 {
    let after = spans.partition_point(|&(start, _)| start <= micros);
    match after.checked_sub(1) {
        Some(at) if micros < spans[at].1 => to_u32(at),
        _ => OUTSIDE,
    }
}

/// Per advocate: the span of their first joining, one past the last for none;
/// one more entry for no advocate.
pub(crate) fn cohorts(program: &Program<'_>, spans: &[(i64, i64)]) -> Vec<u32> {
    let none = to_u32(spans.len());
    (0..to_u32(program.people.len()))
        .map(|advocate| {
            let joined = program
                .people
                .stays(advocate)
                .iter()
                .map(|stay| stay.joined)
                .min();
            match joined {
                Some(at) if at != NEVER => span_of(spans, at).min(none),
                _ => none,
            }
        })
        .chain([none])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finer_spans_lie_in_coarser_ones_or_beside_them() {
        let halves = [(0, 10), (10, 20)];
        let codes = |finer: &[(i64, i64)]| within(&halves, finer);
        assert_eq!(codes(&[(0, 4), (4, 10), (10, 20)]), Some(vec![0, 0, 1]));
        let beside = [(-5, 0), (0, 10), (10, 20), (20, 25)];
        assert_eq!(codes(&beside), Some(vec![OUTSIDE, 0, 1, OUTSIDE]));
        // Part of a half is missing, or one lies in both.
        assert_eq!(codes(&[(0, 6), (6, 8), (10, 20)]), None);
        assert_eq!(codes(&[(0, 8), (8, 12), (12, 20)]), None);
        assert_eq!(codes(&[(-2, 2), (2, 10), (10, 20)]), None);
    }

    #[test]
    fn refined_spans_tell_both_apart() {
        assert_eq!(
            refine(&[(0, 10)], &[(5, 15), (20, 30)]),
            [(0, 5), (5, 10), (10, 15), (20, 30)]
        );
        assert_eq!(refine(&[(0, 10)], &[(0, 10)]), [(0, 10)]);
        assert_eq!(refine(&[], &[]), []);
    }
}
