//! Facts after facts: a batch's rows below those of its table.

use super::column::{Buffer, Codes, Data, TimeUnit, Validity};
use super::facts::Facts;
use super::index::to_u32;
use super::kinds::{Copy, Mode};
use super::names::NONE;
use super::people::ALWAYS;
use super::read::{Bits, CountColumn, Order, Times, to_micros};

/// How many rows there were, and how many come.
#[derive(Clone, Copy)]
struct Rows {
    before: usize,
    more: usize,
}

impl Facts<'_> {
    /// Puts a batch's rows below these, `no_content` being the code of a row
    /// without an item. What one side has no column of is not known of its rows.
    pub(super) fn append(&mut self, more: Self, no_content: u32) {
        if self.rows == 0 {
            *self = more;
            return;
        }
        let rows = Rows {
            before: self.rows,
            more: more.rows,
        };
        self.rows += more.rows;
        self.at.append(&more.at);
        codes(&mut self.advocate, more.advocate, rows, NONE);
        codes(&mut self.content, more.content, rows, no_content);
        codes(&mut self.network, more.network, rows, NONE);
        values(&mut self.account, more.account, rows, &NONE);
        values(&mut self.copy, more.copy, rows, &beyond(Copy::ALL.len()));
        values(&mut self.mode, more.mode, rows, &beyond(Mode::ALL.len()));
        values(&mut self.observed, more.observed, rows, &ALWAYS);
        if let (Some(actions), Some(more)) = (&mut self.action, more.action) {
            actions.extend(more);
        }
        for (bits, more) in [
            (&mut self.confirmed, more.confirmed),
            (&mut self.paid, more.paid),
            (&mut self.removed, more.removed),
        ] {
            if bits.is_some() || more.is_some() {
                let bits = bits.get_or_insert_with(|| Bits::zeros(rows.before));
                bits.append(&more.unwrap_or_else(|| Bits::zeros(rows.more)));
            }
        }
        for (column, more) in self.fields.iter_mut().zip(more.fields) {
            if column.is_some() || more.is_some() {
                let column = column.get_or_insert_with(|| CountColumn::unknown(rows.before));
                column.append(&more.unwrap_or_else(|| CountColumn::unknown(rows.more)));
            }
        }
        let offset = to_u32(rows.before);
        let below = |versions: Vec<u32>| versions.into_iter().map(|row| row + offset).collect();
        self.versions.extend(more.versions.into_iter().map(below));
        let below = |(first, ids)| (first + rows.before, ids);
        self.ids.extend(more.ids.into_iter().map(below));
    }
}

/// The code one past the last.
fn beyond(choices: usize) -> u8 {
    u8::try_from(choices).unwrap_or(u8::MAX)
}

fn codes<'a>(into: &mut Option<Codes<'a>>, more: Option<Codes<'a>>, rows: Rows, blank: u32) {
    let wide = |codes: Codes<'a>| match codes {
        Codes::U32(values) => values.into_vec(),
        narrow => (0..narrow.len()).map(|row| narrow.at(row)).collect(),
    };
    let mut all = into.take().map(wide);
    values(&mut all, more.map(wide), rows, &blank);
    *into = all.map(|all| Codes::U32(all.into()));
}

fn values<T: Clone>(into: &mut Option<Vec<T>>, more: Option<Vec<T>>, rows: Rows, blank: &T) {
    if into.is_none() && more.is_none() {
        return;
    }
    let into = into.get_or_insert_with(|| vec![blank.clone(); rows.before]);
    match more {
        Some(more) => into.extend(more),
        None => into.resize(rows.before + rows.more, blank.clone()),
    }
}

impl<T: Clone> Buffer<'_, T> {
    /// The values as ours, copied only from somebody else's.
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::Owned(values) => values,
            Self::Borrowed(values) => values.to_vec(),
            Self::Shared(values) => (*values).as_ref().to_vec(),
        }
    }

    fn append(&mut self, more: &[T]) {
        let mut values = std::mem::replace(self, Self::Owned(Vec::new())).into_vec();
        values.extend_from_slice(more);
        *self = Self::Owned(values);
    }
}

impl Times<'_> {
    fn append(&mut self, more: &Times<'_>) {
        if self.unit == more.unit {
            self.values.append(&more.values);
            self.order = self.order.then(more.order);
            return;
        }
        let (ours, theirs) = (self.in_micros(), more.in_micros());
        let mut values = ours.values.into_vec();
        values.extend_from_slice(&theirs.values);
        *self = Times {
            values: values.into(),
            unit: TimeUnit::Micro,
            order: ours.order.then(theirs.order),
        };
    }

    fn in_micros(&self) -> Times<'static> {
        let micros = |ticks| to_micros(ticks, self.unit);
        let values: Vec<i64> = self.values.iter().map(|&ticks| micros(ticks)).collect();
        let Order { bounds, is_sorted } = self.order;
        Times {
            values: values.into(),
            unit: TimeUnit::Micro,
            order: Order {
                bounds: bounds.map(|(first, last)| (micros(first), micros(last))),
                is_sorted,
            },
        }
    }
}

impl Order {
    /// How values lie that are followed by others.
    pub(super) fn then(self, more: Self) -> Self {
        let both = self.bounds.zip(more.bounds);
        let follows = both.is_none_or(|((_, last), (first, _))| last <= first);
        let bounds = self.bounds.into_iter().chain(more.bounds);
        Self {
            bounds: bounds.reduce(|(a, b), (c, d)| (a.min(c), b.max(d))),
            is_sorted: self.is_sorted && more.is_sorted && follows,
        }
    }
}

impl CountColumn<'_> {
    /// A column in which nothing is known.
    fn unknown(rows: usize) -> Self {
        Self {
            data: Data::U32(vec![0; rows].into()),
            validity: Some(Validity::Flags(vec![false; rows].into())),
            max: 0,
        }
    }

    fn append(&mut self, more: &CountColumn<'_>) {
        let (before, after) = (self.data.len(), more.data.len());
        if self.has_gaps() || more.has_gaps() {
            let mut flags: Vec<bool> = match self.validity.take() {
                Some(Validity::Flags(flags)) => flags.into_vec(),
                Some(bits) => (0..before).map(|row| bits.is_known(row)).collect(),
                None => vec![true; before],
            };
            flags.extend((0..after).map(|row| more.is_known(row)));
            self.validity = Some(Validity::Flags(flags.into()));
        }
        self.max = self.max.max(more.max);
        if let (Data::U32(values), Data::U32(more)) = (&mut self.data, &more.data) {
            values.append(more);
            return;
        }
        let wide = |column: &CountColumn<'_>, rows: usize| {
            let mut out = vec![0; rows];
            column.load(0..rows, &mut out);
            out
        };
        let mut values = match std::mem::replace(&mut self.data, Data::U64(Vec::new().into())) {
            Data::U64(values) => values.into_vec(),
            data => {
                self.data = data;
                wide(self, before)
            }
        };
        values.extend(wide(more, after));
        self.data = Data::U64(values.into());
    }
}
