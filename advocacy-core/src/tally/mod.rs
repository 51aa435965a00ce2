//! Borrowed columns in, mergeable counts out.

mod ahead;
mod block;
mod cell_words;
mod count;
mod fill;
mod gather;
pub(crate) mod grid;
pub(crate) mod keys;
mod lanes;
mod members;
mod memory;
pub(crate) mod names;
mod near;
mod pairs;
mod plan;
mod quantity;
mod rollup;
pub(crate) mod runs;
mod scan;
pub(crate) mod sets;
pub(crate) mod spec;
pub(crate) mod table;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::model::program::Program;
use crate::privacy::PrivacyPolicy;

pub(crate) use self::memory::Memory;
use self::names::{Dictionary, Renaming};
use self::spec::Spec;
use self::table::{Table, merge_all};

/// The version of the serialised form.
pub const TALLY_VERSION: u16 = 4;

/// What a serialised tally starts with.
const MAGIC: &[u8; 4] = b"ADVT";

/// The tables of a query, by what they count.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    tables: Arc<Tables>,
}

impl Counted {
    pub(crate) fn get(&self, spec: &Spec) -> Option<&Table> {
        self.tables.get(spec).map(|table| &**table)
    }
}

impl Counted {
    /// Counts every spec, each once and in order, up to `as_of`; with a memory,
    /// what is not counted yet.
    pub(crate) fn new(
        program: &Program<'_>,
        specs: Vec<Spec>,
        as_of: Timestamp,
        memory: Option<&Memory>,
    ) -> Result<Self> {
        let tables = if let Some(memory) = memory {
            memory.tables(program, &specs, as_of.micros())?
        } else {
            let tables = count::count(program, &specs, as_of.micros())?;
            tables.into_iter().map(Arc::new).collect::<Vec<_>>()
        };
        let tables = Arc::new(specs.into_iter().zip(tables).collect());
        Ok(Self { tables })
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
#[derive(Clone)]
pub struct Tally {
    held: Held,
}

/// What a tally holds; its serialised form.
#[derive(Clone, Serialize, Deserialize)]
struct Held {
    as_of: Timestamp,
    /// The policy under which tables are made of it.
    privacy: Option<PrivacyPolicy>,
    /// In the order of the codes; sorted as soon as they are written.
    names: Arc<Dictionary>,
    /// By what they count, under the codes of these names.
    tables: Arc<Tables>,
}

/// Tables, which several tallies and what is read may share until they change.
type Tables = BTreeMap<Spec, Arc<Table>>;

/// Without its counts, which are raw personal data.
impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally")
            .field("as_of", &self.held.as_of)
            .field("privacy", &self.held.privacy)
            .field("tables", &self.held.tables.len())
            .finish_non_exhaustive()
    }
}

impl Tally {
    /// Counts under the programme's names.
    pub(crate) fn new(
        program: &Program<'_>,
        counted: &Counted,
        as_of: Timestamp,
        privacy: Option<PrivacyPolicy>,
    ) -> Self {
        let names = Arc::new(Dictionary::of(program, counted.tables.keys()));
        let held = Held {
            as_of,
            privacy,
            names,
            tables: Arc::clone(&counted.tables),
        };
        Self { held }
    }

    /// Facts after this instant were not counted.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        self.held.as_of
    }

    /// The policy under which tables are made of it, if any.
    #[must_use]
    pub fn privacy(&self) -> Option<&PrivacyPolicy> {
        self.held.privacy.as_ref()
    }

    /// Adds another batch's counts; of two policies, the stricter of each
    /// option holds.
    ///
    /// # Errors
    /// `incompatible_tally` unless both count the same things up to the same
    /// `as_of`; `overflow` for a sum beyond 64 bits.
    pub fn merge(&self, other: &Self) -> Result<Self> {
        self.clone().with(other)
    }

    /// The same in place: only what the other batch counts is touched.
    ///
    /// # Errors
    /// Those of [`merge`](Self::merge).
    ///
    /// ```
    /// # #[cfg(feature = "sample")] {
    /// use advocacy_core::{Metric, Period, Program, Rows, Zone, sample};
    ///
    /// let rows = sample::rows();
    /// let year = Period::year(2025, &Zone::utc())?;
    /// let all = Program::from_rows(&rows)?;
    /// let shares = all.measure([Metric::Shares]).over(year.clone());
    ///
    /// let mut before = rows.clone();
    /// let today = Rows { shares: before.shares.split_off(rows.shares.len() / 2), ..rows.clone() };
    /// let (before, today) = (Program::from_rows(&before)?, Program::from_rows(&today)?);
    /// let of = |program| Program::measure(program, [Metric::Shares]).over(year.clone());
    /// let as_of = all.latest().unwrap();
    /// let tally = of(&before).as_of(as_of).tally()?;
    /// let tally = tally.with(&of(&today).as_of(as_of).tally()?)?;
    /// assert_eq!(shares.table_from(&tally)?, shares.table()?);
    /// # }
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn with(mut self, other: &Self) -> Result<Self> {
        let (ours, theirs) = (&mut self.held, &other.held);
        if ours.as_of != theirs.as_of {
            return Err(Error::new(
                ErrorKind::IncompatibleTally,
                format!(
                    "one tally is as of {}, the other as of {}",
                    ours.as_of, theirs.as_of
                ),
            ));
        }
        let mut renamed = None;
        if ours.names != theirs.names {
            let names = ours.names.union(&theirs.names);
            ours.tables = Arc::new(Renaming::new(&ours.names, &names).apply_all(&ours.tables)?);
            renamed = Some(Renaming::new(&theirs.names, &names).apply_all(&theirs.tables)?);
            ours.names = Arc::new(names);
        }
        let tables = renamed.as_ref().unwrap_or(&*theirs.tables);
        if !ours.tables.keys().eq(tables.keys()) {
            return Err(Error::new(
                ErrorKind::IncompatibleTally,
                "the two tallies were made for different queries",
            ));
        }
        let own = Arc::make_mut(&mut ours.tables);
        let own = own.values_mut().map(Arc::make_mut);
        merge_all(own.zip(tables.values().map(|table| &**table)))?;
        let policies = [&ours.privacy, &theirs.privacy].into_iter().flatten();
        ours.privacy = policies.cloned().reduce(|a, b| a.stricter(&b));
        Ok(self)
    }

    /// The serialised form: a magic word, a version, the counts.
    ///
    /// # Errors
    /// `protected` where it is under a privacy policy: it holds every person's
    /// counts.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        if self.held.privacy.is_some() {
            return Err(Error::new(
                ErrorKind::Protected,
                "a tally under a privacy policy holds raw personal data; \
                 export_raw_personal_data gives it out all the same",
            ));
        }
        self.export_raw_personal_data()
    }

    /// The serialised form of a tally under a privacy policy as well: every
    /// person's counts, for those who may hold the data itself. The policy
    /// goes with it.
    ///
    /// # Errors
    /// None that input can cause.
    pub fn export_raw_personal_data(&self) -> Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(TALLY_VERSION.to_le_bytes());
        postcard::to_extend(&self.held.sorted()?, bytes)
            .map_err(|error| corrupt(&error.to_string()))
    }

    /// Reads the serialised form.
    ///
    /// # Errors
    /// `corrupt_tally` for anything else, or another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let Some((start, rest)) = bytes.split_at_checked(6) else {
            return Err(corrupt("too short"));
        };
        if start[..4] != MAGIC[..] {
            return Err(corrupt("it does not begin like one"));
        }
        let version = u16::from_le_bytes([start[4], start[5]]);
        if version != TALLY_VERSION {
            return Err(corrupt(&format!(
                "version {version}, this library reads {TALLY_VERSION}"
            )));
        }
        let (held, left): (Held, &[u8]) =
            postcard::take_from_bytes(rest).map_err(|error| corrupt(&error.to_string()))?;
        if !left.is_empty() {
            return Err(corrupt("bytes are left over"));
        }
        held.check()?;
        Ok(Self { held })
    }

    /// The counts under a programme's own names, for its queries to read.
    pub(crate) fn counted(&self, program: &Program<'_>, as_of: Timestamp) -> Result<Counted> {
        let held = &self.held;
        if held.as_of != as_of {
            return Err(Error::new(
                ErrorKind::IncompatibleTally,
                format!("the tally is as of {}, the query as of {as_of}", held.as_of),
            ));
        }
        let tables = if held.names.is_of(program) {
            Arc::clone(&held.tables)
        } else {
            let ours = Dictionary::of(program, held.tables.keys());
            Arc::new(Renaming::new(&held.names, &ours).apply_all(&held.tables)?)
        };
        Ok(Counted { tables })
    }
}

impl Held {
    /// The same under sorted names, so that equal counts are equal bytes.
    fn sorted(&self) -> Result<Cow<'_, Self>> {
        if self.names.is_sorted() {
            return Ok(Cow::Borrowed(self));
        }
        let names = self.names.sorted();
        let tables = Renaming::new(&self.names, &names).apply_all(&self.tables)?;
        Ok(Cow::Owned(Self {
            names: Arc::new(names),
            tables: Arc::new(tables),
            ..self.clone()
        }))
    }

    /// Every table must be of its spec's shape, every cell within it.
    fn check(&self) -> Result<()> {
        if let Some(policy) = &self.privacy {
            policy.check()?;
        }
        self.names.check()?;
        for (spec, table) in &*self.tables {
            if !table.fits(spec, &self.names) {
                return Err(corrupt("a table does not fit what it counts"));
            }
        }
        Ok(())
    }
}

/// Two tallies are equal when they count the same things the same number of
/// times, whatever the order in which that was found.
impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        match (
            self.export_raw_personal_data(),
            other.export_raw_personal_data(),
        ) {
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
