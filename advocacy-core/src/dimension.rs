//! What a metric can be split by.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calendar::Grain;
use crate::error::Result;

/// A dimension: any combination of them splits any metric.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Dimension {
    /// Where it was shared.
    Network,
    /// The advocate's team at the time.
    Team,
    /// The advocate's department at the time.
    Department,
    /// The advocate's location at the time.
    Location,
    /// The advocate.
    Advocate,
    /// The content item.
    Content,
    /// What the item is.
    Kind,
    /// Its topics; several an item.
    Topic,
    /// Owned, curated or user-generated.
    Source,
    /// The campaign it belongs to.
    Campaign,
    /// Its hashtags; several an item.
    Hashtag,
    /// Own or suggested words.
    Copy,
    /// By hand or automated.
    Mode,
    /// Local days.
    Day,
    /// Weeks, from Monday (ISO) or Sunday.
    Week,
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
    /// The month in which the advocate first joined.
    Cohort,
    /// A survey's wave.
    Wave,
    /// A survey's question.
    Question,
    /// A custom tag of advocates or of content, by its name.
    Tag(String),
}

const PLAIN: &[(&str, Dimension)] = &[
    ("network", Dimension::Network),
    ("team", Dimension::Team),
    ("department", Dimension::Department),
    ("location", Dimension::Location),
    ("advocate", Dimension::Advocate),
    ("content", Dimension::Content),
    ("kind", Dimension::Kind),
    ("topic", Dimension::Topic),
    ("source", Dimension::Source),
    ("campaign", Dimension::Campaign),
    ("hashtag", Dimension::Hashtag),
    ("copy", Dimension::Copy),
    ("mode", Dimension::Mode),
    ("day", Dimension::Day),
    ("week", Dimension::Week),
    ("month", Dimension::Month),
    ("quarter", Dimension::Quarter),
    ("year", Dimension::Year),
    ("cohort", Dimension::Cohort),
    ("wave", Dimension::Wave),
    ("question", Dimension::Question),
];

impl Dimension {
    /// The names of all dimensions but custom tags, which are `tag:NAME`.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PLAIN.iter().map(|(name, _)| *name)
    }

    /// The dimension of that name; `tag:grade` is the custom tag `grade`.
    ///
    /// # Errors
    /// `unknown_name` for any other name.
    ///
    /// ```
    /// use advocacy_core::Dimension;
    ///
    /// assert_eq!(Dimension::parse("week")?, Dimension::Week);
    /// assert_eq!(Dimension::parse("tag:grade")?.to_string(), "tag:grade");
    /// assert!(Dimension::parse("weeks").is_err());
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn parse(name: &str) -> Result<Self> {
        if let Some(tag) = name.strip_prefix("tag:").filter(|tag| !tag.is_empty()) {
            return Ok(Self::Tag(tag.to_owned()));
        }
        let known = || Self::names().chain(["tag:NAME"]).collect::<Vec<_>>();
        PLAIN
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, dimension)| dimension.clone())
            .ok_or_else(|| crate::named::unknown("dimension", name, &known()))
    }

    /// The calendar grain, of a dimension of time.
    #[must_use]
    pub const fn grain(&self) -> Option<Grain> {
        match self {
            Self::Day => Some(Grain::Day),
            Self::Week => Some(Grain::Week),
            Self::Month => Some(Grain::Month),
            Self::Quarter => Some(Grain::Quarter),
            Self::Year => Some(Grain::Year),
            _ => None,
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, PLAIN.iter().find(|(_, known)| known == self)) {
            (Self::Tag(tag), _) => write!(f, "tag:{tag}"),
            (_, Some((name, _))) => f.write_str(name),
            (_, None) => Ok(()),
        }
    }
}

impl TryFrom<String> for Dimension {
    type Error = crate::error::Error;
    fn try_from(name: String) -> Result<Self> {
        Self::parse(&name)
    }
}

impl From<Dimension> for String {
    fn from(dimension: Dimension) -> Self {
        dimension.to_string()
    }
}
