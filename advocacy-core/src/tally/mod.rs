//! Borrowed columns in, mergeable counts out.

mod count;
mod fill;
pub(crate) mod grid;
pub(crate) mod keys;
mod lanes;
pub(crate) mod names;
mod plan;
mod rollup;
mod scan;
pub(crate) mod spec;
pub(crate) mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::model::program::Program;

use self::names::{Dictionary, Renaming};
use self::spec::Spec;
use self::table::{InPlace, Table};

/// The version of the serialised form.
pub const TALLY_VERSION: u16 = 1;

/// What a serialised tally starts with.
const MAGIC: &[u8; 4] = b"ADVT";

/// The tables of a query, by what they count.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    places: BTreeMap<Spec, usize>,
    tables: Vec<Table>,
}

impl Counted {
    pub(crate) fn get(&self, spec: &Spec) -> Option<&Table> {
        self.places.get(spec).and_then(|&at| self.tables.get(at))
    }
}

impl Counted {
    /// Counts every spec, each once and in order, up to `as_of`.
    pub(crate) fn new(program: &Program<'_>, specs: Vec<Spec>, as_of: Timestamp) -> Result<Self> {
        let tables = count::count(program, &specs, as_of.micros())?;
        let places = specs
            .into_iter()
            .enumerate()
            .map(|(at, spec)| (spec, at))
            .collect();
        Ok(Self { places, tables })
    }
}

/// Counts that merge: what a query or a report needs of some facts, without
/// the facts.
///
/// `tally(A ∪ B) = tally(A).merge(tally(B))`, exactly and in any order, for
/// batches of shares, activities and brand posts under the same advocates,
/// content and accounts. Counts are whole numbers under stable names; floats
/// appear only when a table is made of them.
///
/// A batch's facts must be unique already: a share observed again belongs in
/// the batch of its first observation. A tally is raw personal data.
///
/// ```
/// # #[cfg(feature = "sample")] {
/// use advocacy_core::{Dimension, Metric, Period, Program, Tally, Zone, sample};
///
/// let rows = sample::rows();
/// let program = Program::from_rows(&rows)?;
/// let zone = Zone::utc();
/// let query = program
///     .measure([Metric::Shares])
///     .by([Dimension::Network])
///     .over(Period::year(2025, &zone)?);
/// let bytes = query.tally()?.to_bytes()?;
/// let tally = Tally::from_bytes(&bytes)?;
/// assert_eq!(query.table_from(&tally)?, query.table()?);
/// # }
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tally {
    as_of: Timestamp,
    names: Dictionary,
    /// By what they count, in the tally's own names.
    tables: BTreeMap<Spec, Table>,
}

impl Tally {
    /// Counts in the tally's own, sorted names.
    pub(crate) fn new(program: &Program<'_>, counted: Counted, as_of: Timestamp) -> Result<Self> {
        let theirs = Dictionary::of(program, counted.places.keys());
        let names = theirs.sorted();
        let renaming = Renaming::new(&theirs, &names);
        let mut tables = BTreeMap::new();
        let mut found: Vec<Option<Table>> = counted.tables.into_iter().map(Some).collect();
        for (spec, at) in counted.places {
            let Some(table) = found.get_mut(at).and_then(Option::take) else {
                continue;
            };
            let (spec, table) = renaming.apply(&spec, &table)?;
            tables.insert(spec, table);
        }
        Ok(Self {
            as_of,
            names,
            tables,
        })
    }

    /// Facts after this instant were not counted.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// Adds another batch's counts.
    ///
    /// # Errors
    /// `incompatible_tally` unless both count the same things up to the same
    /// `as_of`; `overflow` for a sum beyond 64 bits.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        if self.as_of != other.as_of {
            return Err(Error::new(
                ErrorKind::IncompatibleTally,
                format!(
                    "one tally is as of {}, the other as of {}",
                    self.as_of, other.as_of
                ),
            ));
        }
        let names = self.names.union(&other.names);
        let mut tables = Renaming::new(&self.names, &names).apply_all(&self.tables)?;
        let renamed = Renaming::new(&other.names, &names).apply_all(&other.tables)?;
        let same = tables.len() == renamed.len() && tables.keys().eq(renamed.keys());
        if !same {
            return Err(Error::new(
                ErrorKind::IncompatibleTally,
                "the two tallies were made for different queries",
            ));
        }
        for (table, other) in tables.values_mut().zip(renamed.values()) {
            table.merge(other, &InPlace)?;
        }
        Ok(Self {
            as_of: self.as_of,
            names,
            tables,
        })
    }

    /// The serialised form: a magic word, a version, the counts.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(TALLY_VERSION.to_le_bytes());
        postcard::to_extend(self, bytes).map_err(|error| corrupt(&error.to_string()))
    }

    /// Reads the serialised form.
    ///
    /// # Errors
    /// `corrupt_tally` for anything else, or another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let Some((head, rest)) = bytes.split_at_checked(6) else {
            return Err(corrupt("too short"));
        };
        if head[..4] != MAGIC[..] {
            return Err(corrupt("it does not begin like one"));
        }
        let version = u16::from_le_bytes([head[4], head[5]]);
        if version != TALLY_VERSION {
            return Err(corrupt(&format!(
                "version {version}, this library reads {TALLY_VERSION}"
            )));
        }
        let (tally, left): (Self, &[u8]) =
            postcard::take_from_bytes(rest).map_err(|error| corrupt(&error.to_string()))?;
        if !left.is_empty() {
            return Err(corrupt("bytes are left over"));
        }
        tally.check()?;
        Ok(tally)
    }

    /// Every table must be of its spec's shape, every cell within it.
    fn check(&self) -> Result<()> {
        self.names.check()?;
        for (spec, table) in &self.tables {
            if !table.fits(spec, &self.names) {
                return Err(corrupt("a table does not fit what it counts"));
            }
        }
        Ok(())
    }

    /// The counts under a programme's own names, for its queries to read.
    pub(crate) fn counted(
        &self,
        program: &Program<'_>,
        specs: &[Spec],
        as_of: Timestamp,
    ) -> Result<Counted> {
        if self.as_of != as_of {
            return Err(Error::new(
                ErrorKind::IncompatibleTally,
                format!("the tally is as of {}, the query as of {as_of}", self.as_of),
            ));
        }
        let ours = Dictionary::of(program, specs);
        let tables = Renaming::new(&self.names, &ours).apply_all(&self.tables)?;
        let mut counted = Counted::default();
        for (at, (spec, table)) in tables.into_iter().enumerate() {
            counted.places.insert(spec, at);
            counted.tables.push(table);
        }
        Ok(counted)
    }
}

/// Two tallies are equal when they count the same things the same number of
/// times, whatever the order in which that was found.
impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        match (self.to_bytes(), other.to_bytes()) {
            (Ok(ours), Ok(theirs)) => ours == theirs,
            _ => false,
        }
    }
}

#[cold]
fn corrupt(why: &str) -> Error {
    Error::new(
        ErrorKind::CorruptTally,
        format!("these bytes are not a tally: {why}"),
    )
}
