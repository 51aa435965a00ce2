//! Connected accounts in memory, and their followers over time.

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};

use super::frame::Frame;
use super::index::{Index, to_u32};
use super::kinds::Network;
use super::names::{NONE, Names, read_names};
use super::people::{ALWAYS, NEVER};
use super::problems::Problems;
use super::read::{read_counts, read_micros};

/// The accounts of a programme.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts {
    pub(crate) index: Index,
    pub(crate) advocate: Vec<u32>,
    pub(crate) network: Vec<u32>,
    pub(crate) connected: Vec<i64>,
    pub(crate) disconnected: Vec<i64>,
    /// Per account, sorted: when, how many followers.
    observed: Vec<Vec<(i64, u64)>>,
    by_advocate: FxHashMap<u32, Vec<u32>>,
}

/// Followers at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FollowersAt {
    pub(crate) followers: u64,
    /// The earliest observation stands in: there is none at or before.
    pub(crate) imputed: bool,
}

impl Accounts {
    pub(crate) fn build(
        mut accounts: Frame<'_>,
        mut followers: Frame<'_>,
        people: &Index,
        networks: &mut Names,
        problems: &mut Problems,
    ) -> Result<Self> {
        const TABLE: &str = "accounts";
        let Some(ids) = accounts.take("id") else {
            return Ok(Self::default());
        };
        let rows = ids.len();
        let index = Index::build(&ids, TABLE, problems)?;
        let mut built = Self {
            index,
            advocate: vec![NONE; rows],
            network: vec![NONE; rows],
            observed: vec![Vec::new(); rows],
            ..Self::default()
        };
        if let Some(column) = accounts.take("advocate") {
            let codes = people.resolve(column, true, (TABLE, "advocate"), problems)?;
            built.advocate = (0..rows).map(|row| codes.at(row)).collect();
        }
        if let Some(column) = accounts.take("network") {
            let codes = read_names(
                column,
                networks,
                network_name,
                true,
                (TABLE, "network"),
                problems,
            )?;
            built.network = (0..rows).map(|row| codes.at(row)).collect();
        }
        let mut times = |name: &'static str, null: i64| match accounts.take(name) {
            None => Ok(vec![null; rows]),
            Some(column) => read_micros(&column, null, (TABLE, name), problems),
        };
        built.connected = times("connected_at", ALWAYS)?;
        built.disconnected = times("disconnected_at", NEVER)?;
        for row in 0..rows {
            if built.disconnected[row] < built.connected[row] {
                let error = Error::new(
                    ErrorKind::EndBeforeStart,
                    "disconnected_at lies before connected_at",
                );
                problems.report(
                    error
                        .in_table(TABLE)
                        .in_field("disconnected_at")
                        .at_row(row),
                )?;
            }
        }
        for (account, &advocate) in built.advocate.iter().enumerate() {
            built
                .by_advocate
                .entry(advocate)
                .or_default()
                .push(to_u32(account));
        }
        built.read_followers(&mut followers, problems)?;
        Ok(built)
    }

    fn read_followers(&mut self, frame: &mut Frame<'_>, problems: &mut Problems) -> Result<()> {
        const TABLE: &str = "followers";
        let (Some(account), Some(at), Some(followers)) = (
            frame.take("account"),
            frame.take("at"),
            frame.take("followers"),
        ) else {
            return Ok(());
        };
        let account = self
            .index
            .resolve(account, true, (TABLE, "account"), problems)?;
        let at = read_micros(&at, NEVER, (TABLE, "at"), problems)?;
        let followers = read_counts(followers, (TABLE, "followers"), problems)?;
        let mut stated: Vec<Vec<(i64, usize, u64)>> = vec![Vec::new(); self.len()];
        for (row, &when) in at.iter().enumerate() {
            let place =
                |error: Error, field: &str| error.in_table(TABLE).in_field(field).at_row(row);
            if when == NEVER {
                problems.report(place(
                    Error::new(ErrorKind::MissingValue, "at is missing"),
                    "at",
                ))?;
            }
            match (followers.get(row), stated.get_mut(account.at(row) as usize)) {
                (Some(count), Some(rows)) => rows.push((when, row, count)),
                (None, _) => problems.report(place(
                    Error::new(ErrorKind::MissingValue, "followers is missing"),
                    "followers",
                ))?,
                (_, None) => {}
            }
        }
        for (account, mut rows) in stated.into_iter().enumerate() {
            rows.sort_unstable();
            for pair in rows.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                let id = self.index.id(to_u32(account));
                let error = Error::new(
                    ErrorKind::DuplicateId,
                    format!("account {id} has two follower counts at one instant"),
                );
                problems.report(error.in_table(TABLE).in_field("at").at_row(pair[1].1))?;
            }
            self.observed[account] = rows.into_iter().map(|(at, _, count)| (at, count)).collect();
        }
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// The accounts of an advocate.
    pub(crate) fn of(&self, advocate: u32) -> &[u32] {
        self.by_advocate.get(&advocate).map_or(&[], Vec::as_slice)
    }

    /// The advocate's only account on that network.
    pub(crate) fn only(&self, advocate: u32, network: u32) -> Option<u32> {
        let mut on = self
            .of(advocate)
            .iter()
            .filter(|&&account| self.network.get(account as usize) == Some(&network));
        match (on.next(), on.next()) {
            (Some(&account), None) => Some(account),
            _ => None,
        }
    }

    /// Connected at the last instant before `end`.
    pub(crate) fn is_connected(&self, account: u32, end: i64) -> bool {
        let account = account as usize;
        self.connected[account] < end && self.disconnected[account] >= end
    }

    /// The latest observation at or before `at`, else the earliest; nothing
    /// after `as_of` is known.
    pub(crate) fn followers(&self, account: u32, at: i64, as_of: i64) -> Option<FollowersAt> {
        let observed = self.observed.get(account as usize)?;
        let after = observed.partition_point(|&(when, _)| when <= at.min(as_of));
        if let Some(last) = after.checked_sub(1) {
            return Some(FollowersAt {
                followers: observed[last].1,
                imputed: false,
            });
        }
        let &(when, followers) = observed.first()?;
        (when <= as_of).then_some(FollowersAt {
            followers,
            imputed: true,
        })
    }

    /// The largest count observed: what sums are proved against.
    pub(crate) fn most_followers(&self) -> u64 {
        self.observed
            .iter()
            .flatten()
            .map(|&(_, count)| count)
            .max()
            .unwrap_or(0)
    }

    /// The last instant anything was observed or connected.
    pub(crate) fn latest(&self) -> i64 {
        let observed = self
            .observed
            .iter()
            .filter_map(|each| each.last())
            .map(|&(when, _)| when);
        let connected = self.connected.iter().copied().filter(|&when| when != NEVER);
        observed.chain(connected).max().unwrap_or(ALWAYS)
    }
}

/// A network's stable name.
pub(crate) fn network_name(name: &str) -> Result<String> {
    Network::new(name).map(String::from)
}
