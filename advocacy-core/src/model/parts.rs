//! A table of facts in two parts: as it was built, and what was added since.
//!
//! What was built stays where it lies, often in somebody else's memory; what is
//! added grows beside it. Counts of parts merge, so that nothing that counts
//! needs to know.

use super::facts::Facts;
use super::field::Field;
use super::read::CountColumn;

/// Both parts of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) built: Facts<'a>,
    pub(crate) added: Facts<'a>,
    latest: i64,
}

impl<'a> From<Facts<'a>> for Parts<'a> {
    fn from(built: Facts<'a>) -> Self {
        Self {
            latest: built.latest(),
            built,
            added: Facts::default(),
        }
    }
}

impl<'a> Parts<'a> {
    /// The parts that there are; what was built always is.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Facts<'a>> {
        let added = Some(&self.added).filter(|added| added.rows > 0);
        std::iter::once(&self.built).chain(added)
    }

    pub(crate) fn rows(&self) -> usize {
        self.built.rows + self.added.rows
    }

    /// The earliest and the latest instant, in microseconds.
    pub(crate) fn bounds(&self) -> Option<(i64, i64)> {
        let bounds = self.iter().filter_map(|facts| facts.at.bounds());
        bounds.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
    }

    /// The last instant anything happened or was observed.
    pub(crate) fn latest(&self) -> i64 {
        self.latest
    }

    /// Whether any row carries one of the parts of an engagement set.
    pub(crate) fn has_parts(&self) -> bool {
        self.iter().any(Facts::has_parts)
    }

    /// Whether every field is known of all rows or of none, as of whenever.
    pub(crate) fn know_all_or_nothing(&self) -> bool {
        let Facts {
            account,
            observed,
            fields,
            ..
        } = &self.built;
        let mut columns = fields.iter().flatten();
        let has_no_gaps = !columns.any(CountColumn::has_gaps);
        self.added.rows == 0 && account.is_none() && observed.is_none() && has_no_gaps
    }

    /// Whether any row knows the field.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.iter().any(|facts| facts.field(field).is_some())
    }

    pub(super) fn add(&mut self, batch: Facts<'a>, no_content: u32) {
        self.latest = self.latest.max(batch.latest());
        self.added.append(batch, no_content);
    }
}
