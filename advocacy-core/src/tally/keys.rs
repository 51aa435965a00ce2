//! From a row to its cell: codes of every key, looked up per row.

use std::borrow::Cow;

use crate::model::column::Codes;
use crate::model::facts::Facts;
use crate::model::index::to_u32;
use crate::model::kinds::{Copy, Mode};
use crate::model::names::Multi;
use crate::model::people::{Attribute, Attributes, NEVER};
use crate::model::program::Program;

use super::spec::{Key, Source};

/// A row that is in no cell of a key.
pub(crate) const OUTSIDE: u32 = u32::MAX;

/// How a key's code is found for a row.
#[derive(Debug)]
pub(crate) enum Reader<'p> {
    /// In a column of the facts.
    Column(&'p Codes<'p>),
    /// In a list of accounts.
    Listed(&'p [u32]),
    /// In a small closed vocabulary.
    Closed(&'p [u8]),
    /// By the advocate.
    Advocate(&'p Codes<'p>, Cow<'p, [u32]>),
    /// By the advocate and the instant.
    Moving(&'p Codes<'p>, &'p Attributes),
    /// By the content item; one more entry for none.
    Content(&'p Codes<'p>, Cow<'p, [u32]>),
    /// Several, by the advocate.
    ManyOfAdvocate(&'p Codes<'p>, &'p Multi),
    /// Several, by the content item.
    ManyOfContent(&'p Codes<'p>, &'p Multi),
    /// By the instant: spans in microseconds.
    Spans(Vec<(i64, i64)>),
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
    let shares = &program.shares;
    let column = match key {
        Key::Network | Key::Spans(_) => true,
        Key::Attribute(_) | Key::AdvocateTag(_) | Key::Advocate | Key::Cohort(_) => {
            shares.advocate.is_some()
        }
        Key::Account => shares.account.is_some(),
        Key::Wave | Key::Question => program.responses.rows > 0,
        Key::Copy => shares.copy.is_some(),
        Key::Mode => shares.mode.is_some(),
        _ => shares.content.is_some(),
    };
    column && radix(program, key) > 1
}

impl<'p> KeyReader<'p> {
    pub(crate) fn new(program: &'p Program<'p>, facts: &'p Facts<'p>, key: &Key) -> Self {
        let radix = radix(program, key);
        let none = radix.saturating_sub(1);
        // One entry per item and one for "no item", "none" mapped to the last code.
        let by_content = |codes: &'p [u32]| -> Cow<'p, [u32]> {
            codes
                .iter()
                .map(|&code| code.min(none))
                .chain([none])
                .collect()
        };
        let advocate = facts.advocate.as_ref();
        let content = facts.content.as_ref();
        let of_content =
            |codes: &'p [u32]| content.map(|what| Reader::Content(what, by_content(codes)));
        let read = match key {
            Key::Network => facts.network.as_ref().map(Reader::Column),
            Key::Account => facts.account.as_deref().map(Reader::Listed),
            Key::Advocate => advocate.map(Reader::Column),
            Key::Content => content.map(Reader::Column),
            Key::Attribute(which) => match &facts.attributes[*which as usize] {
                Some(stated) => Some(Reader::Listed(stated)),
                None => advocate.map(|who| attribute(program, *which, who, none)),
            },
            Key::AdvocateTag(name) => advocate
                .zip(program.people.tags.get(name))
                .map(|(who, tags)| Reader::ManyOfAdvocate(who, tags)),
            Key::Kind => of_content(&program.content.kind),
            Key::ContentSource => of_content(&program.content.source),
            Key::Campaign => of_content(&program.content.campaign),
            Key::Topic => content.map(|what| Reader::ManyOfContent(what, &program.content.topics)),
            Key::Hashtag => {
                content.map(|what| Reader::ManyOfContent(what, &program.content.hashtags))
            }
            Key::ContentTag(name) => content
                .zip(program.content.tags.get(name))
                .map(|(what, tags)| Reader::ManyOfContent(what, tags)),
            Key::Copy => facts.copy.as_deref().map(Reader::Closed),
            Key::Mode => facts.mode.as_deref().map(Reader::Closed),
            Key::Spans(spans) => Some(Reader::Spans(spans.clone())),
            Key::Wave => facts.wave.as_ref().map(Reader::Column),
            Key::Question => facts.question.as_ref().map(Reader::Column),
            Key::Cohort(spans) => {
                advocate.map(|who| Reader::Advocate(who, cohorts(program, spans).into()))
            }
        };
        Self {
            read: read.unwrap_or(Reader::Nothing),
            radix,
        }
    }

    /// The code of one row, for keys with one value a row.
    #[inline]
    pub(crate) fn one(&self, row: usize, micros: i64) -> u32 {
        let none = self.radix.saturating_sub(1);
        match &self.read {
            Reader::Column(codes) => codes.at(row).min(none),
            Reader::Listed(codes) => codes[row].min(none),
            Reader::Closed(codes) => u32::from(codes[row]).min(none),
            Reader::Advocate(who, codes) => codes[who.at(row) as usize],
            Reader::Moving(who, attribute) => attribute.at(who.at(row), micros).min(none),
            Reader::Content(what, codes) => codes[what.at(row) as usize],
            Reader::Spans(spans) => span_of(spans, micros),
            Reader::Nothing => none,
            Reader::ManyOfAdvocate(..) | Reader::ManyOfContent(..) => OUTSIDE,
        }
    }

    /// The codes of one row, for keys with several; empty is "none".
    #[inline]
    pub(crate) fn many(&self, row: usize) -> &[u32] {
        match &self.read {
            Reader::ManyOfAdvocate(who, multi) => multi.of(who.at(row) as usize),
            Reader::ManyOfContent(what, multi) => multi.of(what.at(row) as usize),
            _ => &[],
        }
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

fn attribute<'p>(
    program: &'p Program<'p>,
    which: Attribute,
    who: &'p Codes<'p>,
    none: u32,
) -> Reader<'p> {
    let attributes = program.people.attribute(which);
    if !attributes.is_static() {
        return Reader::Moving(who, attributes);
    }
    let codes = (0..to_u32(program.people.len())).map(|a| attributes.base(a).min(none));
    Reader::Advocate(who, codes.chain([none]).collect())
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
