//! The only pass over facts: blocks of rows in, tables out.
//!
//! All tables of one scope share a pass. A block's rows are selected, their
//! keys and quantities computed once, and then added to every table. Tables
//! keep small working sets; what is looked up per row (a team, a topic) is
//! never an accumulator of its own.

use crate::error::{Error, ErrorKind, Result};
use crate::model::column::TimeUnit;
use crate::model::facts::{AsOf, Facts};
use crate::model::field::Field;
use crate::model::names::NONE;
use crate::model::people::ALWAYS;
use crate::model::program::Program;
use crate::model::read::{CountColumn, to_micros};

use super::grid::Grid;
use super::keys::{KeyReader, OUTSIDE, Reader};
use super::spec::{Condition, FieldSet, Key, Lane, Scope, Source, Spec, What};
use super::table::{Table, overflow};

/// The cell of a row that is in none.
const NOWHERE: u64 = u64::MAX;

/// Rows read at a time: small enough for a block's quantities to stay near.
const BLOCK: usize = 1024;

/// Counts every spec, in the order given; facts after `as_of` are ignored.
pub(crate) fn count(program: &Program<'_>, specs: &[Spec], as_of: i64) -> Result<Vec<Table>> {
    let mut tables: Vec<Option<Table>> = vec![None; specs.len()];
    for at in 0..specs.len() {
        if tables[at].is_some() {
            continue;
        }
        let scope = &specs[at].scope;
        let same: Vec<usize> = (at..specs.len())
            .filter(|&other| specs[other].scope == *scope)
            .collect();
        let mut pass = Pass::new(program, scope, same.iter().map(|&at| &specs[at]), as_of)?;
        pass.run()?;
        for (at, table) in same.into_iter().zip(pass.into_tables()) {
            tables[at] = Some(table);
        }
    }
    Ok(tables.into_iter().flatten().collect())
}

/// The facts a scope reads.
pub(crate) fn facts_of<'p>(program: &'p Program<'_>, source: Source) -> &'p Facts<'p> {
    match source {
        Source::Shares => &program.shares,
        Source::Activities => &program.activities,
        Source::BrandPosts => &program.brand_posts,
        Source::Responses => &program.responses,
        Source::Turnout => &program.turnout,
    }
}

/// A lane ready to be computed: which conditions still need a look.
#[derive(Debug)]
struct Quantity {
    lane: Lane,
    /// No value is larger.
    most: u128,
    /// Known in every row, so nothing to check.
    always: bool,
}

/// One table being filled. Sums under the same keys fill one table together,
/// however many specs ask for them.
#[derive(Debug)]
struct Filling {
    /// Places of its keys among the pass's.
    keys: Vec<usize>,
    /// Places of its lanes among the pass's.
    lanes: Vec<usize>,
    /// Place, among the pass's keys, of what is distinct or whose edges.
    member: Option<usize>,
    /// Sums cannot overflow over all rows of the facts.
    safe: bool,
    many: bool,
    table: Table,
}

struct Pass<'p, 's> {
    program: &'p Program<'p>,
    facts: &'p Facts<'p>,
    scope: &'s Scope,
    as_of: i64,
    in_force: AsOf,
    key_names: Vec<Key>,
    keys: Vec<KeyReader<'p>>,
    filter: Vec<(usize, Vec<bool>, bool)>,
    quantities: Vec<Quantity>,
    fields: Vec<Field>,
    fillings: Vec<Filling>,
    /// Per spec: its table, and the places of its lanes in it.
    outputs: Vec<(usize, Vec<usize>)>,
    published: Vec<i64>,
}

/// What is known of a block's selected rows.
#[derive(Debug, Default)]
struct Block {
    rows: Vec<u32>,
    micros: Vec<i64>,
    known: Vec<FieldSet>,
    imputed: Vec<bool>,
    /// By field, then row.
    fields: Vec<Vec<u64>>,
    /// By key, then row.
    codes: Vec<Vec<u32>>,
    /// By row, then lane.
    lanes: Vec<u64>,
    cells: Vec<u64>,
}

impl<'p, 's> Pass<'p, 's> {
    fn new(
        program: &'p Program<'p>,
        scope: &'s Scope,
        specs: impl Iterator<Item = &'s Spec>,
        as_of: i64,
    ) -> Result<Self> {
        let facts = facts_of(program, scope.source);
        let published = if scope.published {
            published_at(program)
        } else {
            Vec::new()
        };
        let mut pass = Self {
            program,
            facts,
            scope,
            as_of,
            in_force: facts.as_of(as_of),
            key_names: Vec::new(),
            keys: Vec::new(),
            filter: Vec::new(),
            quantities: Vec::new(),
            fields: Vec::new(),
            fillings: Vec::new(),
            outputs: Vec::new(),
            published,
        };
        for Condition { key, codes, negate } in &scope.filter {
            let at = pass.key(key);
            let mut wanted = vec![false; pass.keys[at].radix as usize];
            for &code in codes {
                if let Some(wanted) = wanted.get_mut(code as usize) {
                    *wanted = true;
                }
            }
            pass.filter.push((at, wanted, *negate));
        }
        for spec in specs {
            pass.prepare(spec)?;
        }
        pass.size_sums();
        Ok(pass)
    }

    fn prepare(&mut self, spec: &'s Spec) -> Result<()> {
        let keys: Vec<usize> = spec.keys.iter().map(|key| self.key(key)).collect();
        let lanes: Vec<usize> = match &spec.what {
            What::Sums(lanes) => lanes.iter().map(|lane| self.lane(lane)).collect(),
            What::Moments(a, b) | What::Pairs(a, b) => vec![self.lane(a), self.lane(b)],
            // The second says in which rows the first is known.
            What::Values(lane) | What::Most(lane) => {
                let known = Lane {
                    terms: Vec::new(),
                    ..lane.clone()
                };
                vec![self.lane(lane), self.lane(&known)]
            }
            What::Distinct(_) | What::DistinctShares | What::Edges | What::Instants => Vec::new(),
        };
        // For moments and pairs, rows in which both are known.
        let lanes = match &spec.what {
            What::Moments(a, _) | What::Pairs(a, _) => {
                let known = Lane {
                    terms: Vec::new(),
                    ..a.clone()
                };
                let known = self.lane(&known);
                lanes.into_iter().chain([known]).collect()
            }
            _ => lanes,
        };
        let member = match &spec.what {
            What::Distinct(key) => Some(self.key(key)),
            What::Edges | What::Instants => Some(self.key(&Key::Advocate)),
            What::DistinctShares => {
                self.key(&Key::Advocate);
                self.key(&Key::Content);
                self.key(&Key::Network);
                None
            }
            _ => None,
        };
        let members = member.map_or(0, |at| u64::from(self.keys[at].radix));
        let mut cells = keys
            .iter()
            .try_fold(1_u64, |cells, &at| {
                cells.checked_mul(self.keys[at].radix.max(1).into())
            })
            .ok_or_else(too_many)?;
        if matches!(spec.what, What::Edges | What::Instants) {
            cells = cells.checked_mul(members.max(1)).ok_or_else(too_many)?;
        }
        if matches!(spec.what, What::Distinct(_)) {
            cells.checked_mul(members.max(1)).ok_or_else(too_many)?;
        }
        let many = keys.iter().any(|&at| self.key_names[at].is_multi());
        if matches!(spec.what, What::Sums(_)) {
            let together =
                |filling: &Filling| matches!(filling.table, Table::Sums(_)) && filling.keys == keys;
            let at = self.fillings.iter().position(together);
            let at = at.unwrap_or(self.fillings.len());
            if at == self.fillings.len() {
                self.fillings.push(Filling {
                    keys,
                    lanes: Vec::new(),
                    member,
                    safe: true,
                    many,
                    table: Table::Sums(Grid::sparse(cells, 0, 0)),
                });
            }
            let filling = &mut self.fillings[at];
            let places = lanes
                .iter()
                .map(|lane| {
                    let known = filling.lanes.iter().position(|known| known == lane);
                    known.unwrap_or_else(|| {
                        filling.lanes.push(*lane);
                        filling.lanes.len() - 1
                    })
                })
                .collect();
            self.outputs.push((at, places));
            return Ok(());
        }
        self.outputs.push((self.fillings.len(), Vec::new()));
        self.fillings.push(Filling {
            keys,
            lanes,
            member,
            safe: false,
            many,
            table: Table::new(&spec.what, cells, members),
        });
        Ok(())
    }

    /// Gives every table of sums its size, now that all its lanes are known.
    fn size_sums(&mut self) {
        let rows = self.facts.rows as u128;
        for filling in &mut self.fillings {
            if let Table::Sums(grid) = &mut filling.table {
                *grid = Grid::new(grid.cells(), filling.lanes.len(), 0);
                filling.safe = filling.lanes.iter().all(|&lane| {
                    self.quantities[lane].most.saturating_mul(rows) <= u64::MAX.into()
                });
            }
        }
    }

    /// The place of a key among the pass's, read once for all tables.
    fn key(&mut self, key: &Key) -> usize {
        if let Some(at) = self.key_names.iter().position(|known| known == key) {
            return at;
        }
        self.keys
            .push(KeyReader::new(self.program, self.facts, key));
        self.key_names.push(key.clone());
        self.keys.len() - 1
    }

    /// The place of a lane among the pass's; conditions that hold in every row
    /// are dropped, so that equal lanes are found equal.
    fn lane(&mut self, lane: &Lane) -> usize {
        let always = self.always_known();
        let mut lane = lane.clone();
        lane.all = lane.all.without(always);
        if lane.any.meets(always) {
            lane.any = FieldSet::default();
        }
        if let Some(at) = self.quantities.iter().position(|known| known.lane == lane) {
            return at;
        }
        for &field in Field::ALL {
            if lane.fields().holds_all(FieldSet::of([field])) && !self.fields.contains(&field) {
                self.fields.push(field);
            }
        }
        let most = if lane.terms.is_empty() {
            1
        } else {
            lane.terms.iter().fold(0_u128, |most, &(field, weight)| {
                most.saturating_add(u128::from(self.most(field)).saturating_mul(weight.into()))
            })
        };
        let always = lane.all.is_empty() && lane.any.is_empty() && !lane.imputed;
        self.quantities.push(Quantity { lane, most, always });
        self.quantities.len() - 1
    }

    fn most(&self, field: Field) -> u64 {
        match self.column(field) {
            Some(column) => column.max,
            None if field == Field::Followers => self.program.accounts.most_followers(),
            None => 0,
        }
    }

    fn column(&self, field: Field) -> Option<&'p CountColumn<'p>> {
        self.facts.field(field)
    }

    /// Fields known in every row.
    fn always_known(&self) -> FieldSet {
        if self.in_force.unread.is_some() {
            return FieldSet::default();
        }
        let full = |field: &&Field| {
            self.column(**field)
                .is_some_and(|column| !column.has_gaps())
        };
        FieldSet::of(Field::ALL.iter().filter(full).copied())
    }

    fn run(&mut self) -> Result<()> {
        let mut block = Block::default();
        let at = &self.facts.at;
        let (low, high) = (at.tick_at(self.scope.start), at.tick_at(self.end()));
        for start in (0..self.facts.rows).step_by(BLOCK) {
            let end = (start + BLOCK).min(self.facts.rows);
            self.select(start, end, (low, high), &mut block);
            if block.rows.is_empty() {
                continue;
            }
            self.read_keys(&mut block);
            self.apply_filter(&mut block);
            if block.rows.is_empty() {
                continue;
            }
            self.read_fields(start, end, &mut block);
            self.compute_lanes(&mut block)?;
            let mut fillings = std::mem::take(&mut self.fillings);
            for filling in &mut fillings {
                self.fill(filling, &mut block)?;
            }
            self.fillings = fillings;
        }
        Ok(())
    }

    /// Rows up to the scope's end and to `as_of`, whichever is first.
    fn end(&self) -> i64 {
        self.scope.end.min(self.as_of.saturating_add(1))
    }

    /// The rows of the block that count, with their instants.
    fn select(&self, start: usize, end: usize, (low, high): (i64, i64), block: &mut Block) {
        block.rows.clear();
        block.micros.clear();
        let unit = self.facts.at.unit;
        let ticks = &self.facts.at.values[start..end];
        let dated = self.scope.published;
        for (row, &tick) in (start..end).zip(ticks) {
            let micros = if dated {
                // What has not been shared by `as_of` is not a fact yet.
                if to_micros(tick, unit) > self.as_of {
                    continue;
                }
                let content = self.facts.content.as_ref();
                let at = content.and_then(|content| self.published.get(content.at(row) as usize));
                match at {
                    Some(&at) if at >= self.scope.start && at < self.end() => at,
                    _ => continue,
                }
            } else {
                if tick < low || tick >= high {
                    continue;
                }
                if unit == TimeUnit::Micro {
                    tick
                } else {
                    to_micros(tick, unit)
                }
            };
            if self.counts(row) {
                #[expect(clippy::cast_possible_truncation, reason = "rows are below 2^32")]
                block.rows.push(row as u32);
                block.micros.push(micros);
            }
        }
    }

    #[inline]
    fn counts(&self, row: usize) -> bool {
        let facts = self.facts;
        if self
            .in_force
            .skip
            .as_ref()
            .is_some_and(|skip| skip.get(row))
        {
            return false;
        }
        if self.scope.confirmed_only && !facts.confirmed.as_ref().is_some_and(|c| c.get(row)) {
            return false;
        }
        if self.scope.organic_only && facts.paid.as_ref().is_some_and(|paid| paid.get(row)) {
            return false;
        }
        self.scope.actions.is_empty()
            || facts
                .action
                .as_ref()
                .is_some_and(|actions| self.scope.actions.contains(&actions[row]))
    }

    fn read_keys(&self, block: &mut Block) {
        block.codes.resize_with(self.keys.len(), Vec::new);
        for ((reader, name), codes) in self.keys.iter().zip(&self.key_names).zip(&mut block.codes) {
            codes.clear();
            if name.is_multi() {
                continue;
            }
            let rows = &block.rows;
            let (first, last) = (rows[0] as usize, rows[rows.len() - 1] as usize);
            let whole = last + 1 - first == rows.len();
            match &reader.read {
                // A run of rows is loaded at once.
                Reader::Column(column) if whole => {
                    let none = reader.radix.saturating_sub(1);
                    codes.resize(rows.len(), 0);
                    column.load(first..last + 1, codes);
                    for code in codes {
                        *code = (*code).min(none);
                    }
                }
                Reader::Advocate(who, by) | Reader::Content(who, by) if whole => {
                    codes.resize(rows.len(), 0);
                    who.load(first..last + 1, codes);
                    for code in codes {
                        *code = by[*code as usize];
                    }
                }
                // Runs of time mostly stay within one span.
                Reader::Spans(spans) => {
                    let mut span = (i64::MAX, i64::MIN, OUTSIDE);
                    for &micros in &block.micros {
                        if !(span.0 <= micros && micros < span.1) {
                            let code = super::keys::span_of(spans, micros);
                            let bounds = spans
                                .get(code as usize)
                                .copied()
                                .unwrap_or((i64::MAX, i64::MIN));
                            span = (bounds.0, bounds.1, code);
                        }
                        codes.push(span.2);
                    }
                }
                // Attributes are those at the share, whatever date it counts under.
                _ => codes.extend(rows.iter().map(|&row| {
                    let row = row as usize;
                    reader.one(row, self.facts.at.micros(row))
                })),
            }
        }
    }

    /// Keeps the rows that meet every condition.
    fn apply_filter(&self, block: &mut Block) {
        for (key, wanted, negate) in &self.filter {
            let reader = &self.keys[*key];
            let many = self.key_names[*key].is_multi();
            let is_wanted = |code: u32| wanted.get(code as usize).copied().unwrap_or(false);
            let none = reader.radix.saturating_sub(1);
            let keep: Vec<bool> = block
                .rows
                .iter()
                .enumerate()
                .map(|(at, &row)| {
                    let met = if many {
                        let codes = reader.many(row as usize);
                        codes.iter().any(|&code| is_wanted(code))
                            || (codes.is_empty() && is_wanted(none))
                    } else {
                        is_wanted(block.codes[*key][at])
                    };
                    met != *negate
                })
                .collect();
            if keep.iter().all(|&keep| keep) {
                continue;
            }
            retain(&mut block.rows, &keep);
            retain(&mut block.micros, &keep);
            for codes in &mut block.codes {
                retain(codes, &keep);
            }
        }
    }

    fn read_fields(&self, start: usize, end: usize, block: &mut Block) {
        let rows = block.rows.len();
        block.known.clear();
        block.known.resize(rows, FieldSet::EVERY);
        block.fields.resize_with(Field::ALL.len(), Vec::new);
        let whole = rows == end - start;
        for &field in &self.fields {
            let values = &mut block.fields[field.index()];
            values.clear();
            values.resize(rows, 0);
            let bit = FieldSet::of([field]);
            match self.column(field) {
                Some(column) if whole && !column.has_gaps() => column.load(start..end, values),
                Some(column) => {
                    for (at, &row) in block.rows.iter().enumerate() {
                        match column.get(row as usize) {
                            Some(value) => values[at] = value,
                            None => block.known[at] = block.known[at].without(bit),
                        }
                    }
                }
                None if field == Field::Followers => self.look_up_followers(block),
                None => {
                    for known in &mut block.known {
                        *known = known.without(bit);
                    }
                }
            }
        }
        if let Some(unread) = &self.in_force.unread {
            // Followers are looked up as of then; everything else was read later.
            let looked_up = self.column(Field::Followers).is_none();
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
        let bit = FieldSet::of([Field::Followers]);
        let values = &mut block.fields[Field::Followers.index()];
        block.imputed.clear();
        block.imputed.resize(block.rows.len(), false);
        for (at, &row) in block.rows.iter().enumerate() {
            let account = self
                .facts
                .account
                .as_ref()
                .map_or(NONE, |account| account[row as usize]);
            // By the share's own instant, whatever date it is counted under.
            let when = self.facts.at.micros(row as usize);
            match self.program.accounts.followers(account, when, self.as_of) {
                Some(found) => {
                    values[at] = found.followers;
                    block.imputed[at] = found.imputed;
                }
                None => block.known[at] = block.known[at].without(bit),
            }
        }
    }

    fn compute_lanes(&self, block: &mut Block) -> Result<()> {
        let (rows, width) = (block.rows.len(), self.quantities.len());
        block.lanes.clear();
        block.lanes.resize(rows * width, 0);
        for (at, quantity) in self.quantities.iter().enumerate() {
            let Lane {
                terms,
                all,
                any,
                imputed,
            } = &quantity.lane;
            let out = block.lanes.iter_mut().skip(at).step_by(width);
            if quantity.always && terms.is_empty() {
                out.for_each(|value| *value = 1);
                continue;
            }
            if let (true, &[(field, 1)]) = (quantity.always, &terms[..]) {
                out.zip(&block.fields[field.index()])
                    .for_each(|(value, &count)| *value = count);
                continue;
            }
            let exact = quantity.most <= u64::MAX.into();
            for (row, value) in out.enumerate() {
                let known = block.known[row];
                let counts = known.holds_all(*all) && (any.is_empty() || known.meets(*any));
                if !counts || (*imputed && !block.imputed.get(row).copied().unwrap_or(false)) {
                    continue;
                }
                if terms.is_empty() {
                    *value = 1;
                    continue;
                }
                for &(field, weight) in terms {
                    if !known.holds_all(FieldSet::of([field])) {
                        continue;
                    }
                    let count = block.fields[field.index()][row];
                    if exact {
                        *value += count * u64::from(weight);
                    } else {
                        let term = count.checked_mul(weight.into()).ok_or_else(overflow)?;
                        *value = value.checked_add(term).ok_or_else(overflow)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the block to one table.
    fn fill(&self, filling: &mut Filling, block: &mut Block) -> Result<()> {
        let mut cells = std::mem::take(&mut block.cells);
        cells.clear();
        cells.resize(block.rows.len(), 0);
        // The last key's codes lie next to each other.
        let mut strides = Vec::with_capacity(filling.keys.len());
        let mut stride = 1_u64;
        for &key in filling.keys.iter().rev() {
            strides.push((key, stride));
            stride *= u64::from(self.keys[key].radix.max(1));
        }
        for &(key, stride) in strides
            .iter()
            .filter(|(key, _)| !self.key_names[*key].is_multi())
        {
            for (cell, &code) in cells.iter_mut().zip(&block.codes[key]) {
                *cell = if code == OUTSIDE || *cell == NOWHERE {
                    NOWHERE
                } else {
                    *cell + stride * u64::from(code)
                };
            }
        }
        if filling.many {
            strides.retain(|(key, _)| self.key_names[*key].is_multi());
            let mut spread = Vec::new();
            for (at, &cell) in cells.iter().enumerate() {
                if cell == NOWHERE {
                    continue;
                }
                self.spread(cell, &strides, block.rows[at] as usize, &mut spread);
                for &cell in &spread {
                    self.add(filling, block, at, cell)?;
                }
            }
        } else {
            self.fill_cells(filling, block, &cells)?;
        }
        block.cells = cells;
        Ok(())
    }

    /// Adds the block to one table in which every row has one cell.
    fn fill_cells(&self, filling: &mut Filling, block: &Block, cells: &[u64]) -> Result<()> {
        match (&mut filling.table, filling.member) {
            (Table::Sums(grid), _) if filling.safe => {
                let width = self.quantities.len();
                add_sums(grid, cells, &block.lanes, width, &filling.lanes);
            }
            (Table::Distinct(sets), Some(key)) => {
                let none = self.keys[key].radix.saturating_sub(1);
                for (&cell, &member) in cells.iter().zip(&block.codes[key]) {
                    if cell != NOWHERE && member != none {
                        sets.insert(member, cell);
                    }
                }
            }
            _ => {
                for (at, &cell) in cells.iter().enumerate() {
                    if cell != NOWHERE {
                        self.add(filling, block, at, cell)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The cells of one row, spread over the codes of keys with several.
    fn spread(&self, cell: u64, keys: &[(usize, u64)], row: usize, cells: &mut Vec<u64>) {
        cells.clear();
        cells.push(cell);
        for &(key, stride) in keys {
            let reader = &self.keys[key];
            let none = [reader.radix.saturating_sub(1)];
            let codes = match reader.many(row) {
                [] => &none[..],
                codes => codes,
            };
            let so_far = cells.len();
            for &code in &codes[1..] {
                for at in 0..so_far {
                    cells.push(cells[at] + stride * u64::from(code));
                }
            }
            for cell in &mut cells[..so_far] {
                *cell += stride * u64::from(codes[0]);
            }
        }
    }

    /// Adds one row to one cell.
    fn add(&self, filling: &mut Filling, block: &Block, at: usize, cell: u64) -> Result<()> {
        let width = self.quantities.len();
        let lane = |place: usize| block.lanes[at * width + filling.lanes[place]];
        let member = filling.member.map(|key| block.codes[key][at]);
        match &mut filling.table {
            Table::Sums(grid) => {
                for (sum, &lane) in grid.slot(cell).iter_mut().zip(&filling.lanes) {
                    *sum = sum
                        .checked_add(block.lanes[at * width + lane])
                        .ok_or_else(overflow)?;
                }
            }
            Table::Moments(grid) => {
                if lane(2) == 0 {
                    return Ok(());
                }
                let (n, d) = (u128::from(lane(0)), u128::from(lane(1)));
                for (sum, product) in grid.slot(cell).iter_mut().zip([n * n, n * d, d * d]) {
                    *sum = sum.checked_add(product).ok_or_else(overflow)?;
                }
            }
            Table::Values(sets) => {
                if lane(1) > 0 {
                    *sets.entry(cell).or_default().entry(lane(0)).or_default() += 1;
                }
            }
            Table::Pairs(sets) => {
                if lane(2) > 0 {
                    *sets
                        .entry(cell)
                        .or_default()
                        .entry((lane(0), lane(1)))
                        .or_default() += 1;
                }
            }
            Table::Most(grid) => {
                if lane(1) > 0
                    && let [most, rows] = grid.slot(cell)
                {
                    *most = (*most).max(lane(0));
                    *rows += 1;
                }
            }
            Table::Distinct(sets) => {
                // No account, no item: nobody to count.
                let none = filling
                    .member
                    .map(|key| self.keys[key].radix.saturating_sub(1));
                if member != none
                    && let Some(member) = member
                {
                    sets.insert(member, cell);
                }
            }
            Table::DistinctShares(sets) => {
                let code = |wanted: &Key| {
                    let key = self.key_names.iter().position(|key| key == wanted);
                    key.map_or(OUTSIDE, |key| block.codes[key][at])
                };
                let none = super::keys::radix(self.program, &Key::Content).saturating_sub(1);
                let (shares, loose) = sets.entry(cell).or_default();
                if code(&Key::Content) == none {
                    *loose += 1;
                } else {
                    shares.insert([
                        code(&Key::Advocate),
                        code(&Key::Content),
                        code(&Key::Network),
                    ]);
                }
            }
            Table::Edges(grid) => {
                if let (Some(key), Some(member)) = (filling.member, member) {
                    let cell = cell * u64::from(self.keys[key].radix) + u64::from(member);
                    Table::note_edge(grid, cell, block.micros[at]);
                }
            }
            Table::Instants(instants) => {
                if let (Some(key), Some(member)) = (filling.member, member) {
                    let cell = cell * u64::from(self.keys[key].radix) + u64::from(member);
                    instants.entry(cell).or_default().push(block.micros[at]);
                }
            }
        }
        Ok(())
    }

    /// The tables, one per spec.
    fn into_tables(self) -> Vec<Table> {
        let mut fillings: Vec<Option<Table>> = self
            .fillings
            .into_iter()
            .map(|filling| Some(filling.table))
            .collect();
        let mut tables = Vec::with_capacity(self.outputs.len());
        for (at, lanes) in self.outputs {
            tables.extend(match &mut fillings[at] {
                Some(Table::Sums(grid)) => Some(Table::Sums(grid.columns(&lanes))),
                other => other.take(),
            });
        }
        for table in &mut tables {
            if let Table::Instants(instants) = table {
                for all in instants.values_mut() {
                    all.sort_unstable();
                }
            }
        }
        tables
    }
}

/// Adds quantities that cannot overflow.
fn add_sums(grid: &mut Grid<u64>, cells: &[u64], values: &[u64], width: usize, lanes: &[usize]) {
    // Lanes that lie side by side are added side by side.
    let first = lanes.first().copied().unwrap_or(0);
    let in_a_row = lanes.iter().zip(first..).all(|(&lane, at)| lane == at);
    for (&cell, row) in cells.iter().zip(values.chunks_exact(width)) {
        if cell == NOWHERE {
            continue;
        }
        let sums = grid.slot(cell);
        if in_a_row {
            for (sum, value) in sums.iter_mut().zip(&row[first..]) {
                *sum = sum.wrapping_add(*value);
            }
        } else {
            for (sum, &lane) in sums.iter_mut().zip(lanes) {
                *sum = sum.wrapping_add(row[lane]);
            }
        }
    }
}

fn retain<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
    if values.len() != keep.len() {
        return;
    }
    let mut keep = keep.iter();
    values.retain(|_| keep.next().copied().unwrap_or(false));
}

/// When each item was published; never for items without a date.
fn published_at(program: &Program<'_>) -> Vec<i64> {
    let items = crate::model::index::to_u32(program.content.len());
    (0..items)
        .map(|item| {
            program
                .content
                .window(item)
                .map_or(ALWAYS, |(from, _)| from)
        })
        .collect()
}

#[cold]
fn too_many() -> Error {
    Error::new(
        ErrorKind::OutOfRange,
        "that many dimensions make more cells than can be counted",
    )
}
