//! What to count: facts, window, keys and quantity.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::field::Field;
use crate::model::kinds::Action;
use crate::model::people::Attribute;

/// Which facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Source {
    Shares,
    Activities,
    BrandPosts,
    Responses,
    Turnout,
}

/// Which rows of them. Rows of one scope are read in one pass.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub(crate) source: Source,
    /// Half-open, in microseconds.
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// Rows are dated by their content's publication, not by their own date.
    pub(crate) published: bool,
    pub(crate) confirmed_only: bool,
    pub(crate) organic_only: bool,
    /// Of activities, those that qualify; empty is all.
    pub(crate) actions: Vec<Action>,
    /// All must hold.
    pub(crate) filter: Vec<Condition>,
}

#[cfg(test)]
impl Scope {
    /// All shares of an instant: for tests to which rows do not matter.
    pub(crate) fn of_shares() -> Self {
        Self {
            source: Source::Shares,
            start: 0,
            end: 1,
            published: false,
            confirmed_only: false,
            organic_only: false,
            actions: Vec::new(),
            filter: Vec::new(),
        }
    }
}

/// Rows whose key is (or is not) one of some codes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Condition {
    pub(crate) key: Key,
    /// In order, each once; so are the names.
    pub(crate) codes: Vec<u32>,
    /// Names that nothing here has: another batch may have them.
    pub(crate) unknown: Vec<String>,
    pub(crate) negate: bool,
}

/// What a cell of a table is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Key {
    Network,
    Attribute(Attribute),
    AdvocateTag(String),
    Advocate,
    Account,
    Content,
    Kind,
    Topic,
    ContentSource,
    Campaign,
    Hashtag,
    ContentTag(String),
    Copy,
    Mode,
    /// The first of these half-open spans that holds the row's instant; rows
    /// outside all of them are not counted.
    Spans(Arc<[(i64, i64)]>),
    /// The span in which the advocate first joined.
    Cohort(Vec<(i64, i64)>),
    /// A survey's wave.
    Wave,
    /// A survey's question.
    Question,
}

impl Key {
    /// Whether one row can fall in several cells of it.
    pub(crate) const fn is_multi(&self) -> bool {
        matches!(
            self,
            Self::Topic | Self::Hashtag | Self::AdvocateTag(_) | Self::ContentTag(_)
        )
    }
}

/// A set of fields, and the rows in which it is known.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub(crate) struct FieldSet(u32);

impl FieldSet {
    pub(crate) fn of(fields: impl IntoIterator<Item = Field>) -> Self {
        fields.into_iter().fold(Self::default(), Self::with)
    }

    pub(crate) fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field.index())
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn holds_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const EVERY: Self = Self(u32::MAX);
}

/// A whole-number quantity of a row: a weighted sum of fields, taken over rows
/// in which `all` of some fields and, if stated, at least one of `any` are
/// known. Without terms it counts those rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Lane {
    pub(crate) terms: Cow<'static, [(Field, u32)]>,
    pub(crate) all: FieldSet,
    pub(crate) any: FieldSet,
    /// Counts, instead, the rows whose followers are a stand-in.
    pub(crate) imputed: bool,
}

impl Lane {
    /// Every row.
    pub(crate) fn rows() -> Self {
        Self::default()
    }

    pub(crate) fn fields(&self) -> FieldSet {
        let terms = FieldSet::of(self.terms.iter().map(|&(field, _)| field));
        let terms = terms.union(self.all).union(self.any);
        if self.imputed {
            terms.with(Field::Followers)
        } else {
            terms
        }
    }
}

/// What is counted in each cell.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum What {
    /// Sums of quantities.
    Sums(Vec<Lane>),
    /// Σn², Σnd and Σd² of two quantities.
    Moments(Lane, Lane),
    /// How often each value of a quantity occurs.
    Values(Lane),
    /// How often each pair of values of two quantities occurs.
    Pairs(Lane, Lane),
    /// The largest value of a quantity.
    Most(Lane),
    /// Distinct values of a key.
    Distinct(Key),
    /// Distinct advocate × content × network.
    DistinctShares,
    /// Each advocate's earliest instant.
    First,
    /// Each advocate's stretches of time without a pause longer than so many
    /// microseconds.
    Runs(u64),
    /// Distinct values of a key, no more than so many in a cell: whether they
    /// are few. Of one pass only, never of a tally.
    Few(Key, u8),
}

/// One table to count.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Spec {
    pub(crate) scope: Scope,
    pub(crate) keys: Vec<Key>,
    pub(crate) what: What,
}
