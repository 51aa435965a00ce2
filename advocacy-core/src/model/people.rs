//! Advocates in memory: who they are, when they belong, where they sit.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};

use super::frame::Frame;
use super::index::{Index, to_u32};
use super::names::{Lists, Multi, NONE, Names, as_it_is, read_names};
use super::problems::Problems;
use super::read::{Bits, read_flags, read_micros};

/// Has not happened.
pub(crate) const NEVER: i64 = i64::MAX;
/// Before the data begins.
pub(crate) const ALWAYS: i64 = i64::MIN;

/// One stay, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) hired: i64,
    pub(crate) invited: i64,
    pub(crate) joined: i64,
    pub(crate) left: i64,
}

/// The three attributes that may change.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub(crate) enum Attribute {
    Team,
    Department,
    Location,
}

impl Attribute {
    pub(crate) const ALL: [Self; 3] = [Self::Team, Self::Department, Self::Location];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Department => "department",
            Self::Location => "location",
        }
    }
}

/// One attribute of everybody, through time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) names: Names,
    /// Per advocate, before the first move.
    base: Vec<u32>,
    /// Per advocate who moves: from when on, sorted.
    moves: BTreeMap<u32, Vec<(i64, u32)>>,
}

impl Attributes {
    /// The code at an instant; [`NONE`] for none.
    #[inline]
    pub(crate) fn at(&self, advocate: u32, micros: i64) -> u32 {
        let base = self.base.get(advocate as usize).copied().unwrap_or(NONE);
        if self.moves.is_empty() {
            return base;
        }
        match self.moves.get(&advocate) {
            None => base,
            Some(moves) => {
                let after = moves.partition_point(|&(from, _)| from <= micros);
                after.checked_sub(1).map_or(base, |last| moves[last].1)
            }
        }
    }

    /// Whether nobody ever moves.
    pub(crate) fn is_static(&self) -> bool {
        self.moves.is_empty()
    }

    /// The code before any move.
    pub(crate) fn base(&self, advocate: u32) -> u32 {
        self.base.get(advocate as usize).copied().unwrap_or(NONE)
    }
}

/// The advocates of a programme.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    pub(crate) index: Index,
    pub(crate) names: Vec<Option<Box<str>>>,
    attributes: [Attributes; 3],
    pub(crate) tags: BTreeMap<String, Multi>,
    pub(crate) external: Bits,
    pub(crate) opt_out: Bits,
    pub(crate) consent: Bits,
    /// Per advocate, sorted by their start: `stays[starts[a]..starts[a + 1]]`.
    starts: Vec<u32>,
    stays: Vec<Stay>,
    /// The earliest and the latest that any stay has of each step.
    pub(crate) earliest: Stay,
    pub(crate) latest: Stay,
    /// Whether the input says anything of invitations or joining at all.
    pub(crate) says_invited: bool,
    pub(crate) says_joined: bool,
}

impl People {
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn attribute(&self, which: Attribute) -> &Attributes {
        &self.attributes[which as usize]
    }

    /// The vocabulary of an attribute, to which a headcount may add.
    pub(crate) fn attribute_names(&mut self, which: Attribute) -> &mut Names {
        &mut self.attributes[which as usize].names
    }

    pub(crate) fn is_external(&self, advocate: u32) -> bool {
        self.external.get(advocate as usize)
    }

    pub(crate) fn stays(&self, advocate: u32) -> &[Stay] {
        let a = advocate as usize;
        match (self.starts.get(a), self.starts.get(a + 1)) {
            (Some(&start), Some(&end)) => &self.stays[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The last instant anybody was invited or joined.
    pub(crate) fn latest(&self) -> i64 {
        let steps = self
            .stays
            .iter()
            .flat_map(|stay| [stay.invited, stay.joined]);
        steps.filter(|&at| at != NEVER).max().unwrap_or(ALWAYS)
    }

    pub(crate) fn build(
        mut advocates: Frame<'_>,
        mut memberships: Frame<'_>,
        moves: Frame<'_>,
        problems: &mut Problems,
    ) -> Result<Self> {
        const TABLE: &str = "advocates";
        let rows = advocates.rows();
        let index = match advocates.take("id") {
            Some(ids) => Index::build(&ids, TABLE, problems)?,
            None => Index::default(),
        };
        let mut people = Self {
            index,
            ..Self::default()
        };
        people.names = match advocates.take("name") {
            None => Vec::new(),
            Some(names) => {
                let names = Lists::of(&names, (TABLE, "name"))?;
                let name = |row| names.of_row(row).first().filter(|name| !name.is_empty());
                (0..rows)
                    .map(|row| name(row).map(|&name| name.into()))
                    .collect()
            }
        };
        for which in Attribute::ALL {
            let attributes = &mut people.attributes[which as usize];
            attributes.base = match advocates.take(which.as_str()) {
                None => Vec::new(),
                Some(column) => {
                    let at = (TABLE, which.as_str());
                    let codes =
                        read_names(column, &mut attributes.names, as_it_is, false, at, problems)?;
                    (0..codes.len()).map(|row| codes.at(row)).collect()
                }
            };
        }
        if let Some(tags) = advocates.take("tags") {
            people.tags = read_tags(&Lists::of(&tags, (TABLE, "tags"))?, TABLE, problems)?;
        }
        for (name, bits) in [
            ("external", &mut people.external),
            ("opt_out", &mut people.opt_out),
            ("consent", &mut people.consent),
        ] {
            if let Some(column) = advocates.take(name) {
                *bits = read_flags(&column, (TABLE, name))?;
            }
        }
        people.read_stays(&mut advocates, &mut memberships, rows, problems)?;
        let stays = || people.stays.iter().copied();
        let earliest = stays().reduce(|a, b| a.with(b, i64::min));
        let latest = stays().reduce(|a, b| a.with(b, i64::max));
        (people.earliest, people.latest) = earliest.zip(latest).unwrap_or_default();
        people.read_moves(moves, problems)?;
        Ok(people)
    }

    fn read_stays(
        &mut self,
        advocates: &mut Frame<'_>,
        memberships: &mut Frame<'_>,
        rows: usize,
        problems: &mut Problems,
    ) -> Result<()> {
        let (own, says) = read_stay_columns(advocates, "advocates", rows, problems)?;
        self.says_invited |= says.0;
        self.says_joined |= says.1;
        let more = memberships.rows();
        let advocate = match memberships.take("advocate") {
            Some(column) => {
                Some(
                    self.index
                        .resolve(column, true, ("memberships", "advocate"), problems)?,
                )
            }
            None => None,
        };
        let (further, says) = read_stay_columns(memberships, "memberships", more, problems)?;
        // A step that no stay in a list of stays states was taken by nobody;
        // whether rows or columns hold the list makes no difference.
        self.says_invited |= says.0 || more > 0;
        self.says_joined |= says.1 || more > 0;
        if more == 0 {
            // An advocate's row is their one stay.
            self.starts = (0..=to_u32(rows)).collect();
            self.stays = own;
            return Ok(());
        }
        // Who, the stay, and where it was stated.
        let mut each: Vec<(u32, Stay, (&'static str, usize))> = Vec::new();
        let mut has_more = Bits::zeros(rows);
        if let Some(advocate) = advocate {
            for (row, stay) in further.into_iter().enumerate() {
                let who = advocate.at(row);
                if (who as usize) < rows {
                    has_more.set(who as usize);
                    each.push((who, stay, ("memberships", row)));
                }
            }
        }
        for (row, stay) in own.into_iter().enumerate() {
            // A row that says nothing of its own stay leaves it to the
            // memberships table.
            if !(stay == Stay::BLANK && has_more.get(row)) {
                each.push((to_u32(row), stay, ("advocates", row)));
            }
        }
        each.sort_by_key(|&(who, stay, _)| (who, stay.start(), stay.left));
        for pair in each.windows(2) {
            let ((a, before, _), (b, after, (table, row))) = (pair[0], pair[1]);
            if a == b && after.start() < before.left {
                let error = Error::new(
                    ErrorKind::InvalidValue,
                    format!("two stays of advocate {} overlap", self.index.id(a)),
                );
                problems.report(error.in_table(table).at_row(row))?;
            }
        }
        let mut starts = vec![0_u32; rows + 1];
        for &(who, ..) in &each {
            starts[who as usize + 1] += 1;
        }
        for who in 0..rows {
            starts[who + 1] += starts[who];
        }
        self.starts = starts;
        self.stays = each.into_iter().map(|(_, stay, _)| stay).collect();
        Ok(())
    }

    fn read_moves(&mut self, mut moves: Frame<'_>, problems: &mut Problems) -> Result<()> {
        const TABLE: &str = "moves";
        let (Some(advocate), Some(at)) = (moves.take("advocate"), moves.take("at")) else {
            return Ok(());
        };
        let advocate = self
            .index
            .resolve(advocate, true, (TABLE, "advocate"), problems)?;
        let at = read_micros(&at, NEVER, (TABLE, "at"), problems)?;
        for which in Attribute::ALL {
            let Some(column) = moves.take(which.as_str()) else {
                continue;
            };
            let attributes = &mut self.attributes[which as usize];
            let place = (TABLE, which.as_str());
            let codes = read_names(
                column,
                &mut attributes.names,
                as_it_is,
                false,
                place,
                problems,
            )?;
            let mut steps: BTreeMap<u32, Vec<(i64, u32, usize)>> = BTreeMap::new();
            for (row, &from) in at.iter().enumerate() {
                let (who, code) = (advocate.at(row), codes.at(row));
                if code != NONE && (who as usize) < self.index.len() {
                    steps.entry(who).or_default().push((from, code, row));
                }
            }
            for (who, mut steps) in steps {
                steps.sort_unstable_by_key(|&(from, _, row)| (from, row));
                for pair in steps.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                    let error = Error::new(
                        ErrorKind::DuplicateId,
                        format!("advocate {} moves twice at one instant", self.index.id(who)),
                    );
                    problems.report(error.in_table(TABLE).in_field("at").at_row(pair[1].2))?;
                }
                let steps = steps.into_iter().map(|(from, code, _)| (from, code));
                attributes.moves.insert(who, steps.collect());
            }
        }
        Ok(())
    }
}

impl Default for Stay {
    fn default() -> Self {
        Self::BLANK
    }
}

impl Stay {
    /// One of which nothing is stated.
    const BLANK: Self = Self {
        hired: ALWAYS,
        invited: NEVER,
        joined: NEVER,
        left: NEVER,
    };

    /// Of each step, what both come to.
    fn with(self, other: Self, of: impl Fn(i64, i64) -> i64) -> Self {
        Self {
            hired: of(self.hired, other.hired),
            invited: of(self.invited, other.invited),
            joined: of(self.joined, other.joined),
            left: of(self.left, other.left),
        }
    }

    /// The invitation, which joining implies.
    pub(crate) const fn first(self) -> i64 {
        if self.joined < self.invited {
            self.joined
        } else {
            self.invited
        }
    }

    /// When it begins: hired, or whatever is stated first.
    const fn start(self) -> i64 {
        if self.hired == ALWAYS && self.first() != NEVER {
            self.first()
        } else {
            self.hired
        }
    }
}

/// The stays in the columns of one table, and whether it speaks of
/// invitations and of joining.
fn read_stay_columns(
    frame: &mut Frame<'_>,
    table: &'static str,
    rows: usize,
    problems: &mut Problems,
) -> Result<(Vec<Stay>, (bool, bool))> {
    let mut column = |name: &'static str, null: i64| -> Result<Option<Vec<i64>>> {
        let column = frame.take(name);
        let read = |column| read_micros(&column, null, (table, name), problems);
        column.map(read).transpose()
    };
    let hired = column("hired", ALWAYS)?;
    let invited = column("invited", NEVER)?;
    let joined = column("joined", NEVER)?;
    let left = column("left", NEVER)?;
    // Nothing lies after a day that has not come.
    for (row, &left) in (0..).zip(left.iter().flatten()) {
        for (what, column) in [
            ("hired", &hired),
            ("invited", &invited),
            ("joined", &joined),
        ] {
            let when = column.as_ref().and_then(|column| column.get(row));
            if left != NEVER && when.is_some_and(|&when| when != NEVER && when > left) {
                let error = Error::new(
                    ErrorKind::EndBeforeStart,
                    format!("left lies before {what}"),
                );
                problems.report(error.in_table(table).in_field("left").at_row(row))?;
            }
        }
    }
    let at = |column: &Option<Vec<i64>>, row: usize, null: i64| {
        let stated = column.as_ref().and_then(|column| column.get(row));
        stated.copied().unwrap_or(null)
    };
    let stay = |row| Stay {
        hired: at(&hired, row, ALWAYS),
        invited: at(&invited, row, NEVER),
        joined: at(&joined, row, NEVER),
        left: at(&left, row, NEVER),
    };
    let stays = (0..rows).map(stay).collect();
    Ok((stays, (invited.is_some(), joined.is_some())))
}

/// Custom tags of every row, by tag name.
pub(crate) fn read_tags(
    rows: &Lists<'_>,
    table: &'static str,
    problems: &mut Problems,
) -> Result<BTreeMap<String, Multi>> {
    let mut tags: BTreeMap<String, Multi> = BTreeMap::new();
    for row in 0..rows.len() {
        for text in rows.of_row(row) {
            match text.split_once('=') {
                Some((name, _)) if !name.trim().is_empty() => {
                    tags.entry(name.trim().to_owned()).or_default();
                }
                _ => {
                    let error = Error::new(
                        ErrorKind::InvalidValue,
                        format!(
                            "tag {:?} is not of the form name=value",
                            text.chars().take(80).collect::<String>()
                        ),
                    );
                    problems.report(error.in_table(table).in_field("tags").at_row(row))?;
                }
            }
        }
    }
    for (name, multi) in &mut tags {
        for row in 0..rows.len() {
            multi.push(rows.of_row(row).iter().filter_map(|text| {
                text.split_once('=')
                    .filter(|(known, _)| known.trim() == name)
                    .map(|(_, value)| value)
            }));
        }
    }
    Ok(tags)
}
