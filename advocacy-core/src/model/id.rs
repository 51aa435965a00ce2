//! Ids as systems have them: whole numbers or text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of an advocate, content item, share, account or campaign.
///
/// Ids are compared as they are: `7` and `"7"` are two ids.
///
/// ```
/// use advocacy_core::Id;
///
/// assert_eq!(Id::from(7), serde_json::from_str("7").unwrap());
/// assert_eq!(Id::from("ada").to_string(), "ada");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Id {
    /// A whole number.
    Integer(i64),
    /// Text, such as a UUID.
    Text(Box<str>),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Id {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for Id {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for Id {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}
