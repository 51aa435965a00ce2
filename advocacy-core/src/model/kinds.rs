//! The closed vocabularies of the model, and the two open ones.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::named::named;

named! {
    /// Where a content item comes from.
    pub enum Source as "source" {
        /// Made by the employer.
        Owned = "owned",
        /// Somebody else's, picked by the employer.
        Curated = "curated",
        /// Made by employees or customers.
        UserGenerated = "user_generated",
    }
}

named! {
    /// Where a content item stands between draft and archive.
    pub enum ContentStatus as "status" {
        /// Being written.
        Draft = "draft",
        /// Waiting for approval.
        InReview = "in_review",
        /// Approved, without a date.
        Approved = "approved",
        /// Approved, with a date ahead.
        Scheduled = "scheduled",
        /// Offered to advocates.
        Published = "published",
        /// No longer offered: its window has closed.
        Expired = "expired",
        /// Put away for good.
        Archived = "archived",
    }
}

named! {
    /// What a survey's question asks, and so which metrics read its answers.
    pub enum QuestionKind as "kind" {
        /// Would you recommend us? From 0 or 1 to 10.
        Enps = "enps",
        /// The same on another scale, with its own cut-offs.
        NetScore = "net_score",
        /// How satisfied are you?
        Satisfaction = "satisfaction",
        /// How far do you agree?
        Agreement = "agreement",
    }
}

impl ContentStatus {
    /// Whether `next` may follow this status.
    ///
    /// Forward along draft → in review → approved → scheduled → published →
    /// expired → archived; approved items may skip scheduling, published ones
    /// may be archived at once; reviewers may send back to draft, and a
    /// schedule may be taken back.
    ///
    /// ```
    /// use advocacy_core::ContentStatus::*;
    ///
    /// assert!(InReview.can_become(Draft));
    /// assert!(!Draft.can_become(Published));
    /// assert!(!Archived.can_become(Published));
    /// ```
    #[must_use]
    pub const fn can_become(self, next: Self) -> bool {
        use ContentStatus::{Approved, Archived, Draft, Expired, InReview, Published, Scheduled};
        matches!(
            (self, next),
            (Draft, InReview)
                | (InReview, Approved | Draft)
                | (Approved, Scheduled | Published)
                | (Scheduled, Published | Approved)
                | (Published, Expired | Archived)
                | (Expired, Archived)
        )
    }

    /// Whether an item of this status has been offered to advocates.
    #[must_use]
    pub const fn was_published(self) -> bool {
        matches!(self, Self::Published | Self::Expired | Self::Archived)
    }
}

named! {
    /// Whose words a share carries.
    pub enum Copy as "copy" {
        /// The advocate's own.
        Own = "own",
        /// The suggested text, unchanged.
        Suggested = "suggested",
    }
}

named! {
    /// How a share was posted.
    pub enum Mode as "mode" {
        /// By hand.
        Manual = "manual",
        /// By a schedule or an auto-share rule.
        Automated = "automated",
    }
}

named! {
    /// Something an advocate does in the programme. A share is an action too;
    /// it is recorded as a share, never as an activity.
    pub enum Action as "action" {
        /// Shared content (a row of the shares table).
        Share = "share",
        /// Logged in.
        Login = "login",
        /// Saw a content item.
        View = "view",
        /// Opened or clicked a content item.
        Open = "open",
        /// Connected a network account.
        Connect = "connect",
        /// Liked, commented or reacted inside the programme.
        React = "react",
        /// Suggested content to the programme.
        Suggest = "suggest",
    }
}

/// An open vocabulary: a lower-case name, the known ones listed.
macro_rules! open_names {
    (
        $(#[$meta:meta])* $type:ident, $what:literal, [$($known:literal),+ $(,)?]
        $(, aliases: [$($from:literal => $to:literal),+ $(,)?])?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(Cow<'static, str>);

        impl $type {
            /// The names known by the library; any other is allowed.
            pub const KNOWN: &'static [&'static str] = &[$($known),+];

            /// The value of that name: trimmed, lower case, with spaces and
            /// hyphens as underscores.
            ///
            /// # Errors
            /// `missing_value` when nothing is left.
            pub fn new(name: &str) -> Result<Self> {
                let name = normal_name(name);
                if name.is_empty() {
                    return Err(Error::new(ErrorKind::MissingValue, concat!($what, " is blank"))
                        .in_field($what));
                }
                $($(if name == $from { return Ok(Self(Cow::Borrowed($to))); })+)?
                Ok(Self(match Self::KNOWN.iter().find(|known| **known == name) {
                    Some(known) => Cow::Borrowed(known),
                    None => Cow::Owned(name),
                }))
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = Error;
            fn try_from(name: String) -> Result<Self> {
                Self::new(&name)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.0.into_owned()
            }
        }
    };
}

fn normal_name(name: &str) -> String {
    name.trim()
        .chars()
        .map(|c| if c == ' ' || c == '-' { '_' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

open_names! {
    /// A social network: one of the known ones, or any other by name.
    ///
    /// ```
    /// use advocacy_core::Network;
    ///
    /// assert_eq!(Network::new("LinkedIn").unwrap().as_str(), "linkedin");
    /// assert_eq!(Network::new("Twitter").unwrap().as_str(), "x");
    /// assert_eq!(Network::new("Our Forum").unwrap().as_str(), "our_forum");
    /// ```
    Network, "network",
    [
        "linkedin", "x", "facebook", "instagram", "tiktok", "youtube", "threads", "bluesky",
        "mastodon", "xing", "whatsapp", "telegram", "wechat", "weibo", "pinterest", "reddit",
        "snapchat", "line", "vk", "email",
    ],
    aliases: ["twitter" => "x"]
}

open_names! {
    /// What a content item is: one of the known kinds, or any other by name.
    ContentKind, "kind",
    [
        "article", "job_posting", "product_news", "company_news", "thought_leadership",
        "case_study", "testimonial", "event", "webinar", "video", "image", "infographic",
        "report", "social_post", "call_to_action", "other",
    ]
}

/// Three capital letters, ISO 4217.
///
/// ```
/// use advocacy_core::Currency;
///
/// assert_eq!(Currency::new("EUR").unwrap().as_str(), "EUR");
/// assert!(Currency::new("euro").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The currency of that code.
    ///
    /// # Errors
    /// `invalid_value` unless it is three capital ASCII letters.
    pub fn new(code: &str) -> Result<Self> {
        match code.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(Error::new(
                ErrorKind::InvalidValue,
                format!(
                    "{:?} is not a currency code (three capital letters, ISO 4217)",
                    code.chars().take(20).collect::<String>()
                ),
            )
            .in_field("currency")),
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Currency {
    type Error = Error;
    fn try_from(code: String) -> Result<Self> {
        Self::new(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

/// Money: whole minor units and a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: cents, pence, öre.
    pub minor: i64,
    /// The currency they are of.
    pub currency: Currency,
}
