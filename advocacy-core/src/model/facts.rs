//! What happened: shares, activities, brand posts and surveys, as columns.
//!
//! One shape for all of them, so that one engine counts them all.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Error, ErrorKind, Result};

use super::accounts::{Accounts, network_name};
use super::column::{Codes, Column, TimeUnit};
use super::field::Field;
use super::frame::Frame;
use super::index::{IdRef, Index, id_at, to_u32};
use super::items::stable;
use super::kinds::{Action, Copy, Mode};
use super::names::{NONE, Names, read_names};
use super::people::{ALWAYS, Attribute};
use super::problems::Problems;
use super::read::{
    Bits, CountColumn, Order, Times, read_counts, read_flags, read_micros, read_times,
};

/// A table of facts.
#[derive(Clone, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) rows: usize,
    pub(crate) at: Times<'a>,
    pub(crate) advocate: Option<Codes<'a>>,
    /// One past the last item where there is none.
    pub(crate) content: Option<Codes<'a>>,
    pub(crate) network: Option<Codes<'a>>,
    /// Per row; [`NONE`] where no account is known.
    pub(crate) account: Option<Vec<u32>>,
    pub(crate) action: Option<Vec<Action>>,
    /// Codes of [`Copy::ALL`] and [`Mode::ALL`]; one past the last is none.
    pub(crate) copy: Option<Vec<u8>>,
    pub(crate) mode: Option<Vec<u8>>,
    pub(crate) confirmed: Option<Bits>,
    pub(crate) paid: Option<Bits>,
    pub(crate) wave: Option<Codes<'a>>,
    pub(crate) question: Option<Codes<'a>>,
    /// Who answered, by a number of their own; [`NONE`] is anonymous.
    pub(crate) respondent: Option<Vec<u32>>,
    /// Team, department and location where the rows state their own.
    pub(crate) attributes: [Option<Vec<u32>>; Attribute::ALL.len()],
    pub(super) removed: Option<Bits>,
    pub(super) observed: Option<Vec<i64>>,
    /// Rows of one id that were observed more than once, in observed order.
    pub(super) versions: Vec<Vec<u32>>,
    /// The ids of rows, where rows have any: from which row on, and their column.
    pub(super) ids: Vec<(usize, Column<'a>)>,
    pub(super) fields: [Option<CountColumn<'a>>; Field::ALL.len()],
}

impl Default for Facts<'_> {
    fn default() -> Self {
        Self {
            rows: 0,
            at: Times {
                values: Vec::new().into(),
                unit: TimeUnit::Micro,
                order: Order::default(),
            },
            advocate: None,
            content: None,
            network: None,
            account: None,
            action: None,
            copy: None,
            mode: None,
            confirmed: None,
            paid: None,
            wave: None,
            question: None,
            respondent: None,
            attributes: [const { None }; Attribute::ALL.len()],
            removed: None,
            observed: None,
            versions: Vec::new(),
            ids: Vec::new(),
            fields: [const { None }; Field::ALL.len()],
        }
    }
}

/// The facts as they stood at an instant.
#[derive(Clone, Debug, Default)]
pub(crate) struct AsOf {
    /// Rows that do not count: removed, or observed again by then.
    pub(crate) skip: Option<Bits>,
    /// Rows whose counts were not read by then.
    pub(crate) unread: Option<Bits>,
}

/// What facts refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct References<'p> {
    pub(crate) people: &'p Index,
    pub(crate) content: &'p Index,
    pub(crate) accounts: &'p Accounts,
}

impl<'a> Facts<'a> {
    pub(crate) fn field(&self, field: Field) -> Option<&CountColumn<'a>> {
        self.fields[field.index()].as_ref()
    }

    /// Shares: who shared what, where and when.
    pub(crate) fn shares(
        frame: Frame<'a>,
        refs: References<'_>,
        networks: &mut Names,
        problems: &mut Problems,
    ) -> Result<Self> {
        Self::build(frame, "shares", "shared_at", refs, networks, problems)
    }

    /// Brand posts: shares without an advocate.
    pub(crate) fn brand_posts(
        frame: Frame<'a>,
        refs: References<'_>,
        networks: &mut Names,
        problems: &mut Problems,
    ) -> Result<Self> {
        Self::build(
            frame,
            "brand_posts",
            "published_at",
            refs,
            networks,
            problems,
        )
    }

    /// Activities: who did what and when.
    pub(crate) fn activities(
        frame: Frame<'a>,
        refs: References<'_>,
        networks: &mut Names,
        problems: &mut Problems,
    ) -> Result<Self> {
        Self::build(frame, "activities", "at", refs, networks, problems)
    }

    fn build(
        mut frame: Frame<'a>,
        table: &'static str,
        at: &'static str,
        refs: References<'_>,
        networks: &mut Names,
        problems: &mut Problems,
    ) -> Result<Self> {
        let Some(mut facts) = Self::dated(&mut frame, (table, at), problems)? else {
            return Ok(Self::default());
        };
        if let Some(column) = frame.take("advocate") {
            facts.advocate =
                Some(
                    refs.people
                        .resolve(column, true, (table, "advocate"), problems)?,
                );
        }
        if let Some(column) = frame.take("content") {
            let items = refs
                .content
                .resolve(column, false, (table, "content"), problems)?;
            // Shares of nothing known say no more than a column that is not there.
            let known = (0..items.len()).any(|row| (items.at(row) as usize) < refs.content.len());
            facts.content = known.then_some(items);
        }
        if let Some(column) = frame.take("network") {
            let at = (table, "network");
            facts.network = Some(read_names(
                column,
                networks,
                network_name,
                true,
                at,
                problems,
            )?);
        }
        if let Some(column) = frame.take("action") {
            facts.action = Some(read_actions(column, table, problems)?);
        }
        facts.copy = match frame.take("copy") {
            None => None,
            Some(column) => {
                let normal = |name: &str| Copy::parse(&stable(name)).map(|copy| copy.to_string());
                read_closed(column, Copy::NAMES, normal, (table, "copy"), problems)?
            }
        };
        facts.mode = match frame.take("mode") {
            None => None,
            Some(column) => {
                let normal = |name: &str| Mode::parse(&stable(name)).map(|mode| mode.to_string());
                read_closed(column, Mode::NAMES, normal, (table, "mode"), problems)?
            }
        };
        for (name, bits) in [
            ("confirmed", &mut facts.confirmed),
            ("paid", &mut facts.paid),
            ("removed", &mut facts.removed),
        ] {
            if let Some(column) = frame.take(name) {
                *bits = problems.keep(read_flags(&column, (table, name)))?;
            }
        }
        for &field in Field::ALL {
            if let Some(column) = frame.take(field.as_str()) {
                let at = (table, field.as_str());
                let counts = read_counts(column, at, problems);
                // A column of blanks says no more than none.
                facts.fields[field.index()] =
                    problems.keep(counts)?.filter(CountColumn::says_something);
            }
        }
        if let Some(column) = frame.take("observed_at") {
            facts.observed = Some(read_micros(
                &column,
                ALWAYS,
                (table, "observed_at"),
                problems,
            )?);
        }
        if let Some(ids) = frame.take("id") {
            facts.ids.push((0, ids));
            facts.find_versions(table, problems)?;
        }
        facts.find_accounts(frame.take("account"), refs.accounts, table, problems)?;
        Ok(facts)
    }

    /// Facts of which only the instants are read so far; `None` without them.
    pub(super) fn dated(
        frame: &mut Frame<'a>,
        at: (&'static str, &'static str),
        problems: &mut Problems,
    ) -> Result<Option<Self>> {
        let rows = frame.rows();
        if u32::try_from(rows).is_err() {
            return Err(
                Error::new(ErrorKind::OutOfRange, format!("{rows} rows are too many"))
                    .in_table(at.0),
            );
        }
        let Some(times) = frame.take(at.1) else {
            return Ok(None);
        };
        Ok(Some(Self {
            rows,
            at: read_times(times, at, problems)?,
            ..Self::default()
        }))
    }

    /// Groups the observations of one id; the same id observed at one instant
    /// twice is a duplicate.
    pub(super) fn find_versions(
        &mut self,
        table: &'static str,
        problems: &mut Problems,
    ) -> Result<()> {
        let mut first_row = FxHashMap::default();
        let mut repeated: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let ids = self.ids.iter();
        let ids = ids
            .flat_map(|(first, ids)| (0..ids.len()).map(move |row| (first + row, id_at(ids, row))));
        for (row, id) in ids {
            let id = match id {
                Ok(Some(id)) => id,
                Ok(None) => continue,
                Err(error) => {
                    problems.report(error.in_table(table).in_field("id").at_row(row))?;
                    continue;
                }
            };
            let key = id.to_id();
            let row = to_u32(row);
            match first_row.get(&key) {
                None => {
                    first_row.insert(key, row);
                }
                Some(&first) => repeated
                    .entry(first)
                    .or_insert_with(|| vec![first])
                    .push(row),
            }
        }
        let mut versions: Vec<Vec<u32>> = repeated.into_values().collect();
        versions.sort_unstable();
        for rows in &mut versions {
            let observed = |row: u32| self.observed.as_ref().map_or(ALWAYS, |at| at[row as usize]);
            rows.sort_unstable_by_key(|&row| (observed(row), row));
            for pair in rows.windows(2) {
                let (a, b) = (pair[0] as usize, pair[1] as usize);
                let place = |error: Error| error.in_table(table).in_field("id").at_row(a.max(b));
                let show = || self.id(b).map_or_else(String::new, IdRef::show);
                if observed(pair[0]) == observed(pair[1]) {
                    problems.report(place(Error::new(
                        ErrorKind::DuplicateId,
                        format!("id {} occurs twice without a later observed_at", show()),
                    )))?;
                }
                let same = |codes: &Option<Codes<'_>>| {
                    codes
                        .as_ref()
                        .is_none_or(|codes| codes.at(a) == codes.at(b))
                };
                if !(same(&self.advocate) && same(&self.network) && same(&self.content)) {
                    problems.report(place(Error::new(
                        ErrorKind::InvalidValue,
                        format!(
                            "two observations of id {} differ in advocate, content or network",
                            show()
                        ),
                    )))?;
                }
            }
        }
        self.versions = versions;
        Ok(())
    }

    /// The id of a row, where it has one.
    fn id(&self, row: usize) -> Option<IdRef<'_>> {
        let (first, ids) = self.ids.iter().rfind(|(first, _)| *first <= row)?;
        let row = row - first;
        (row < ids.len()).then(|| id_at(ids, row).ok().flatten())?
    }

    /// Whether any of a batch's ids is among these.
    pub(super) fn shares_an_id(&self, batch: &Self) -> bool {
        let mut theirs = FxHashSet::default();
        for (_, ids) in &batch.ids {
            theirs.extend((0..ids.len()).filter_map(|row| id_at(ids, row).ok().flatten()));
        }
        if theirs.is_empty() {
            return false;
        }
        self.ids.iter().any(|(_, ids)| {
            let mut ours = (0..ids.len()).filter_map(|row| id_at(ids, row).ok().flatten());
            ours.any(|id| theirs.contains(&id))
        })
    }

    /// The account of every row: the stated one, else the advocate's only one
    /// on that network.
    fn find_accounts(
        &mut self,
        stated: Option<Column<'_>>,
        accounts: &Accounts,
        table: &'static str,
        problems: &mut Problems,
    ) -> Result<()> {
        let stated = match stated {
            None => None,
            Some(column) => Some(accounts.index.resolve(
                column,
                false,
                (table, "account"),
                problems,
            )?),
        };
        let (Some(advocate), Some(network)) = (&self.advocate, &self.network) else {
            return Ok(());
        };
        if accounts.len() == 0 {
            return Ok(());
        }
        let none = to_u32(accounts.len());
        let mut found = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let stated = stated
                .as_ref()
                .map(|codes| codes.at(row))
                .filter(|&code| code != none);
            let (who, on) = (advocate.at(row), network.at(row));
            if let Some(account) = stated
                && (accounts.advocate[account as usize] != who
                    || accounts.network[account as usize] != on)
            {
                let error = Error::new(
                    ErrorKind::InvalidValue,
                    format!(
                        "account {} is another advocate's or on another network",
                        accounts.index.id(account)
                    ),
                );
                problems.report(error.in_table(table).in_field("account").at_row(row))?;
            }
            found.push(stated.or_else(|| accounts.only(who, on)).unwrap_or(NONE));
        }
        self.account = Some(found);
        Ok(())
    }

    /// The facts as they stood at `as_of`: of several observations of one id
    /// the latest by then counts; a row observed later has its counts unread.
    pub(crate) fn as_of(&self, as_of: i64) -> AsOf {
        // Mostly there is nothing to skip or unread, and nothing is laid out for it.
        let observed = |row: u32| self.observed.as_ref().map_or(ALWAYS, |at| at[row as usize]);
        let superseded = || {
            let removed = self.removed.clone();
            let mut skip = removed.unwrap_or_else(|| Bits::zeros(self.rows));
            for rows in &self.versions {
                let by_then = rows.iter().rposition(|&row| observed(row) <= as_of);
                let in_force = by_then.unwrap_or(0);
                for (place, &row) in rows.iter().enumerate() {
                    if place != in_force {
                        skip.set(row as usize);
                    }
                }
            }
            skip
        };
        let later = |observed: &Vec<i64>| {
            let mut unread = Bits::zeros(self.rows);
            for (row, &at) in observed.iter().enumerate() {
                if at > as_of {
                    unread.set(row);
                }
            }
            unread
        };
        let may_skip = self.removed.is_some() || !self.versions.is_empty();
        AsOf {
            skip: may_skip.then(superseded).filter(Bits::any),
            unread: self.observed.as_ref().map(later).filter(Bits::any),
        }
    }

    /// The last instant anything happened or was observed.
    pub(crate) fn latest(&self) -> i64 {
        let happened = self.at.bounds().map_or(ALWAYS, |(_, last)| last);
        let observed = self.observed.iter().flatten().max();
        happened.max(observed.copied().unwrap_or(ALWAYS))
    }

    /// Whether any row carries one of the parts of an engagement set.
    pub(crate) fn has_parts(&self) -> bool {
        [
            Field::Likes,
            Field::Comments,
            Field::Reshares,
            Field::Clicks,
            Field::Follows,
        ]
        .iter()
        .any(|&field| self.field(field).is_some())
    }
}

fn read_actions(
    column: Column<'_>,
    table: &'static str,
    problems: &mut Problems,
) -> Result<Vec<Action>> {
    let mut names = Names::default();
    let normal = |name: &str| Action::parse(&stable(name)).map(|action| action.to_string());
    let codes = read_names(
        column,
        &mut names,
        normal,
        true,
        (table, "action"),
        problems,
    )?;
    let mut actions = Vec::with_capacity(codes.len());
    for row in 0..codes.len() {
        let action = names
            .name(codes.at(row))
            .map_or(Ok(Action::Login), Action::parse)?;
        if action == Action::Share {
            let error = Error::new(
                ErrorKind::InvalidValue,
                "a share is a row of the shares table, not an activity",
            );
            problems.report(error.in_table(table).in_field("action").at_row(row))?;
        }
        actions.push(action);
    }
    Ok(actions)
}

/// Codes of a closed vocabulary; one past the last is none.
fn read_closed(
    column: Column<'_>,
    choices: &[&str],
    normal: fn(&str) -> Result<String>,
    at: (&'static str, &'static str),
    problems: &mut Problems,
) -> Result<Option<Vec<u8>>> {
    let mut names = Names::default();
    let codes = read_names(column, &mut names, normal, false, at, problems)?;
    if names.len() == 0 {
        return Ok(None);
    }
    let none = choices.len();
    let place = |name: &str| {
        choices
            .iter()
            .position(|choice| *choice == name)
            .unwrap_or(none)
    };
    let codes = (0..codes.len())
        .map(|row| names.name(codes.at(row)).map_or(none, place))
        .map(|code| u8::try_from(code).unwrap_or(u8::MAX));
    Ok(Some(codes.collect()))
}
