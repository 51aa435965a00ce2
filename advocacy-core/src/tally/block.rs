//! A block of rows: which of them count, and what each is under.

use std::ops::Range;

use crate::model::column::list;
use crate::model::field::Field;
use crate::model::index::to_u32;
use crate::model::names::NONE;

use super::keys::{Finder, KeyReader, OUTSIDE, Reader};
use super::pairs::Pairs;
use super::scan::{FEW, Pass, Sieve};
use super::spec::FieldSet;

/// What is known of a block's selected rows.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) rows: Vec<u32>,
    /// The same, where they are all rows from the first to the last.
    run: Option<Range<usize>>,
    /// When rows are dated, in microseconds, where it is not by themselves.
    micros: Vec<i64>,
    pub(super) known: Vec<FieldSet>,
    pub(super) imputed: Vec<bool>,
    /// By field, then row.
    pub(super) fields: Vec<Vec<u64>>,
    /// By key, then row; nothing where all are the same.
    pub(super) codes: Vec<Vec<u32>>,
    /// By key: the code of all rows, where known to be one.
    pub(super) same: Vec<Option<u32>>,
    /// By key: rows in the order of time that are all in one span, and which.
    spans: Vec<(Range<usize>, u32)>,
    /// By word, then row: quantities side by side.
    pub(super) words: Vec<Vec<u64>>,
    /// By quantity: the sum over all rows, where it came up.
    pub(super) totals: Vec<Option<u64>>,
    /// By quantity: rows and their values that are not in words.
    pub(super) listed: Vec<Vec<(u32, u64)>>,
    /// By quantity, then row: of those wanted alone.
    pub(super) values: Vec<Vec<u64>>,
    /// The same in 32 bits, where they are enough.
    pub(super) short: Vec<Vec<u32>>,
    /// Places of rows that are kept, or not 0.
    pub(super) places: Vec<u32>,
    pub(super) cells: Vec<u32>,
    /// Sums of pairs that came up under some keys.
    pub(super) pairs: Pairs,
}

impl Block {
    /// The rows, where they are all from the first to the last.
    pub(super) fn run(&self) -> Option<Range<usize>> {
        self.run.clone()
    }

    /// Lists the rows one by one, of which so far only the run may be known.
    fn list_rows(&mut self) {
        if let (Some(run), true) = (&self.run, self.rows.is_empty()) {
            self.rows.extend(to_u32(run.start)..to_u32(run.end));
        }
    }

    /// Keeps the rows at the first `count` of these places, which ascend.
    fn keep(&mut self, mut places: Vec<u32>, count: usize) {
        places.truncate(count);
        if count < self.rows.len() {
            keep(&mut self.rows, &places);
            keep(&mut self.micros, &places);
            self.run = None;
        }
        self.places = places;
    }
}

impl<'p> Pass<'p> {
    /// The rows of the block that count; not one by one, where they are a run.
    pub(super) fn select(&self, start: usize, end: usize, block: &mut Block) {
        block.rows.clear();
        block.micros.clear();
        block.run = None;
        let (scope, facts) = (self.known.scope, self.known.facts);
        let at = &facts.at;
        let numbers = to_u32(start)..to_u32(end);
        if scope.published {
            let until = scope.end.min(self.known.as_of.saturating_add(1));
            for row in numbers {
                // What has not been shared by `as_of` is not a fact yet.
                if at.micros(row as usize) > self.known.as_of {
                    continue;
                }
                let content = facts.content.as_ref();
                let item = content.map_or(OUTSIDE, |content| content.at(row as usize));
                match self.published.get(item as usize) {
                    Some(&at) if at >= scope.start && at < until => {
                        block.rows.push(row);
                        block.micros.push(at);
                    }
                    _ => {}
                }
            }
        } else if let Some((low, high)) = self.ticks {
            let inside = |&(_, &tick): &(u32, &i64)| low <= tick && tick < high;
            let rows = numbers.zip(&at.values[start..end]).filter(inside);
            block.rows.extend(rows.map(|(row, _)| row));
        } else {
            block.run = Some(start..end);
        }
        let all_count = self.known.in_force.skip.is_none()
            && !scope.confirmed_only
            && !(scope.organic_only && facts.paid.is_some())
            && scope.actions.is_empty();
        if !all_count {
            block.list_rows();
            let mut places = std::mem::take(&mut block.places);
            places.resize(block.rows.len(), 0);
            let counts = block.rows.iter().map(|&row| self.counts(row as usize));
            let count = list(&mut places, counts);
            block.keep(places, count);
        }
        if block.rows.len() == end - start {
            block.run = Some(start..end);
        }
    }

    /// When a row of the block is dated, in microseconds.
    #[inline]
    pub(super) fn instant(&self, block: &Block, row: usize) -> i64 {
        match block.micros.get(row) {
            Some(&micros) => micros,
            None => self.known.facts.at.micros(block.rows[row] as usize),
        }
    }

    /// The same of all its rows.
    pub(super) fn instants(&self, block: &Block, instants: &mut Vec<i64>) {
        let at = &self.known.facts.at;
        instants.clear();
        match block.run() {
            _ if !block.micros.is_empty() => instants.extend(&block.micros),
            Some(run) => at.load(run, instants),
            None => instants.extend(block.rows.iter().map(|&row| at.micros(row as usize))),
        }
    }

    /// The codes of the block's rows.
    pub(super) fn codes<'b>(&self, key: usize, block: &'b Block) -> &'b [u32]
    where
        'p: 'b,
    {
        match (&self.keys[key].read, block.run()) {
            (&Reader::Positions(codes), Some(run)) => &codes[run],
            _ => &block.codes[key],
        }
    }

    #[inline]
    fn counts(&self, row: usize) -> bool {
        let (facts, scope) = (self.known.facts, self.known.scope);
        let skip = self.known.in_force.skip.as_ref();
        if skip.is_some_and(|skip| skip.get(row)) {
            return false;
        }
        if scope.confirmed_only && !facts.confirmed.as_ref().is_some_and(|c| c.get(row)) {
            return false;
        }
        if scope.organic_only && facts.paid.as_ref().is_some_and(|paid| paid.get(row)) {
            return false;
        }
        scope.actions.is_empty()
            || facts
                .action
                .as_ref()
                .is_some_and(|actions| scope.actions.contains(&actions[row]))
    }

    /// Where a block ends, at `end` at the latest: where its rows are in the order
    /// of time it is of one span, unless few of that span's are left, which come
    /// with the next one's.
    pub(super) fn before_next_span(&self, first: usize, end: usize, block: &mut Block) -> usize {
        if !self.in_order {
            return end;
        }
        block.spans.resize(self.keys.len(), (0..0, OUTSIDE));
        let keys = self.keys.iter().zip(&self.in_tables);
        let ends = keys.zip(&mut block.spans).filter_map(|(key, known)| {
            let (
                KeyReader {
                    read: Reader::Spans(spans),
                    ..
                },
                true,
            ) = key
            else {
                return None;
            };
            let (within, _) = self.span(spans, first, known);
            (within.len() >= FEW).then_some(within.end)
        });
        ends.fold(end, usize::min)
    }

    /// The span of a row, where rows are in the order of time, and which others are
    /// in it: looked up once a span, not once a block.
    fn span<'k>(
        &self,
        spans: &Finder,
        row: usize,
        known: &'k mut (Range<usize>, u32),
    ) -> &'k (Range<usize>, u32) {
        if !known.0.contains(&row) {
            let rest = &self.known.facts.at.values[row..];
            let span = rest.first().map_or(OUTSIDE, |&tick| spans.find(tick));
            *known = (row..row + spans.count(span, rest), span);
        }
        known
    }

    pub(super) fn read_keys(&self, block: &mut Block) {
        let (at, published) = (&self.known.facts.at, self.known.scope.published);
        let run = block.run();
        block.codes.resize_with(self.keys.len(), Vec::new);
        block.spans.resize(self.keys.len(), (0..0, OUTSIDE));
        block.same.clear();
        block.same.resize(self.keys.len(), None);
        for (key, reader) in self.keys.iter().enumerate() {
            let codes = &mut block.codes[key];
            codes.clear();
            let none = reader.radix.saturating_sub(1);
            match (&reader.read, &run) {
                // Told of the rows it was to tell when they were filtered.
                _ if !self.in_tables[key] => {}
                (Reader::Many(..), _) | (Reader::Positions(_), Some(_)) => {}
                (Reader::Positions(column), None) => {
                    codes.extend(block.rows.iter().map(|&row| column[row as usize]));
                }
                // A run of rows is loaded at once.
                (Reader::Column(column), Some(run)) => {
                    column.load_up_to(run.clone(), codes, none);
                }
                (Reader::Through(which, by), Some(run)) => by.load(which, run.clone(), codes),
                (Reader::Spans(spans), _) if published => {
                    codes.extend(block.micros.iter().map(|&micros| spans.find(micros)));
                }
                (Reader::Spans(spans), run) => {
                    if let (&[first, .., last], true) = (&block.rows[..], self.in_order) {
                        let known = &mut block.spans[key];
                        let (within, span) = self.span(spans, first as usize, known);
                        block.same[key] = within.contains(&(last as usize)).then_some(*span);
                    } else if let Some((first, last)) = at.order.bounds
                        && let span = spans.find(first)
                        && (span != OUTSIDE && spans.find(last) == span)
                    {
                        block.same[key] = Some(span);
                    }
                    match run {
                        _ if block.same[key].is_some() => {}
                        Some(run) => {
                            let ticks = at.values[run.clone()].iter();
                            codes.extend(ticks.map(|&tick| spans.find(tick)));
                        }
                        None => codes.extend(
                            block
                                .rows
                                .iter()
                                .map(|&row| spans.find(at.values[row as usize])),
                        ),
                    }
                }
                // Attributes are those at the share, whatever date it counts under.
                (Reader::Moving(..), _) => codes.extend(block.rows.iter().map(|&row| {
                    let micros = at.micros(row as usize);
                    reader.one(row as usize, micros, micros)
                })),
                _ => {
                    let rows = block.rows.iter();
                    codes.extend(rows.map(|&row| reader.one(row as usize, 0, 0)));
                }
            }
        }
    }

    /// Keeps the rows that meet every condition.
    pub(super) fn apply_filter(&self, block: &mut Block) {
        for sieve in &self.filter {
            if let (Some((codes, admitted)), Some(run), []) =
                (&sieve.by, block.run(), &block.micros[..])
            {
                let rows = run.len();
                block.rows.clear();
                codes.list(run, admitted, &mut block.rows);
                if block.rows.len() < rows {
                    block.run = None;
                }
                continue;
            }
            block.list_rows();
            let rows = block.rows.len();
            let mut places = std::mem::take(&mut block.places);
            places.resize(rows, 0);
            let admitted = (0..rows).map(|at| self.is_admitted(sieve, block, at));
            let count = list(&mut places, admitted);
            block.keep(places, count);
        }
        block.list_rows();
    }

    fn is_admitted(&self, sieve: &Sieve<'_>, block: &Block, at: usize) -> bool {
        let (row, reader) = (block.rows[at] as usize, &self.keys[sieve.key]);
        let is_wanted = |code: u32| sieve.wanted.get(code as usize).copied().unwrap_or(false);
        let met = if reader.is_many() {
            let codes = reader.many(row);
            let none = reader.radix.saturating_sub(1);
            codes.iter().any(|&code| is_wanted(code)) || (codes.is_empty() && is_wanted(none))
        } else {
            // Spans are told by when a row is dated, people by when it happened.
            let micros = self.known.facts.at.micros(row);
            is_wanted(reader.one(row, self.instant(block, at), micros))
        };
        met != sieve.negate
    }

    pub(super) fn read_fields(&self, block: &mut Block) {
        if self.fields.is_empty() {
            return;
        }
        let (rows, run) = (block.rows.len(), block.run());
        block.known.clear();
        block.known.resize(rows, FieldSet::EVERY);
        block.fields.resize_with(Field::ALL.len(), Vec::new);
        for &field in &self.fields {
            let values = &mut block.fields[field.index()];
            values.clear();
            values.resize(rows, 0);
            let bit = FieldSet::of([field]);
            match (self.known.column(field), &run) {
                (Some(column), Some(run)) if !column.has_gaps() => {
                    column.load(run.clone(), values);
                }
                (Some(column), _) => {
                    for (at, &row) in block.rows.iter().enumerate() {
                        match column.get(row as usize) {
                            Some(value) => values[at] = value,
                            None => block.known[at] = block.known[at].without(bit),
                        }
                    }
                }
                (None, _) if field == Field::Followers => self.look_up_followers(block),
                (None, _) => {
                    for known in &mut block.known {
                        *known = known.without(bit);
                    }
                }
            }
        }
        if let Some(unread) = &self.known.in_force.unread {
            // Followers are looked up as of then; everything else was read later.
            let looked_up = self.known.column(Field::Followers).is_none();
            let kept = if looked_up {
                FieldSet::of([Field::Followers])
            } else {
                FieldSet::default()
            };
            let hidden = FieldSet::EVERY.without(kept);
            for (known, &row) in block.known.iter_mut().zip(&block.rows) {
                if unread.get(row as usize) {
                    *known = known.without(hidden);
                }
            }
        }
    }

    /// Followers of each row's account at its instant.
    fn look_up_followers(&self, block: &mut Block) {
        let (facts, accounts) = (self.known.facts, &self.known.program.accounts);
        let bit = FieldSet::of([Field::Followers]);
        let values = &mut block.fields[Field::Followers.index()];
        block.imputed.clear();
        block.imputed.resize(block.rows.len(), false);
        for (at, &row) in block.rows.iter().enumerate() {
            let account = facts
                .account
                .as_ref()
                .map_or(NONE, |account| account[row as usize]);
            // By the share's own instant, whatever date it is counted under.
            let when = facts.at.micros(row as usize);
            match accounts.followers(account, when, self.known.as_of) {
                Some(found) => {
                    values[at] = found.followers;
                    block.imputed[at] = found.imputed;
                }
                None => block.known[at] = block.known[at].without(bit),
            }
        }
    }
}

/// Keeps the values at these places, which ascend; nothing of nothing.
fn keep<T: Copy>(values: &mut Vec<T>, places: &[u32]) {
    if values.is_empty() {
        return;
    }
    for (to, &from) in places.iter().enumerate() {
        values[to] = values[from as usize];
    }
    values.truncate(places.len());
}
