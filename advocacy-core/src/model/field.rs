//! The quantities a fact may carry.

use serde::{Deserialize, Serialize};

use crate::named::named;

named! {
    /// A quantity carried by a share, a brand post, a survey's turnout or an answer.
    pub enum Field as "field" {
        /// Unique people who saw it, as measured by the network.
        Reach = "reach",
        /// Times it was shown.
        Impressions = "impressions",
        /// Likes and reactions.
        Likes = "likes",
        /// Comments.
        Comments = "comments",
        /// Shares of the share.
        Reshares = "reshares",
        /// Clicks on its link.
        Clicks = "clicks",
        /// Follows won by it.
        Follows = "follows",
        /// Conversions it led to.
        Conversions = "conversions",
        /// Their value in minor units.
        Revenue = "revenue",
        /// The platform's own engagement total.
        Engagements = "engagements",
        /// The platform's own count of engaged people.
        Engaged = "engaged",
        /// Followers of the account at the time: of a share looked up from the
        /// account's observations, of a brand post a column.
        Followers = "followers",
        /// People a survey asked.
        Eligible = "eligible",
        /// Of them, those who began it.
        Starts = "starts",
        /// Of them, those who finished it.
        Completes = "completes",
        /// An answer; in the engine by its `ordered_bits`.
        Score = "score",
        /// What the answer weighs; in the engine by its `ordered_bits`.
        Weight = "weight",
    }
}

impl Field {
    /// Its place in [`Field::ALL`].
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// Itself, once.
    pub(crate) fn alone(self) -> &'static [(Self, u32)] {
        const EACH: [(Field, u32); Field::ALL.len()] = {
            let mut each = [(Field::Reach, 1); Field::ALL.len()];
            let mut at = 0;
            while at < each.len() {
                each[at].0 = Field::ALL[at];
                at += 1;
            }
            each
        };
        static ALONE: [(Field, u32); Field::ALL.len()] = EACH;
        std::slice::from_ref(&ALONE[self.index()])
    }
}

/// A finite number as bits in its order, so that a tally counts how often each
/// occurs without holding a float; 0 and −0 are one.
pub(crate) fn ordered_bits(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    }
}

/// The number of those bits.
pub(crate) fn from_ordered_bits(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 {
        bits & !(1 << 63)
    } else {
        !bits
    })
}

/// Optional counts of a share or brand post; absent is not known, never 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Unique people who saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
    /// Times it was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impressions: Option<u64>,
    /// Likes and reactions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
    /// Comments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<u64>,
    /// Shares of the share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reshares: Option<u64>,
    /// Clicks on its link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clicks: Option<u64>,
    /// Follows won by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<u64>,
    /// Conversions it led to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversions: Option<u64>,
    /// Their value in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue: Option<u64>,
    /// The platform's own engagement total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engagements: Option<u64>,
    /// The platform's own count of engaged people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engaged: Option<u64>,
    /// Followers of a brand page at the time; a share's come from its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followers: Option<u64>,
}

impl Counts {
    /// The count of that field, if known.
    #[must_use]
    pub const fn get(&self, field: Field) -> Option<u64> {
        match field {
            Field::Reach => self.reach,
            Field::Impressions => self.impressions,
            Field::Likes => self.likes,
            Field::Comments => self.comments,
            Field::Reshares => self.reshares,
            Field::Clicks => self.clicks,
            Field::Follows => self.follows,
            Field::Conversions => self.conversions,
            Field::Revenue => self.revenue,
            Field::Engagements => self.engagements,
            Field::Engaged => self.engaged,
            Field::Followers => self.followers,
            Field::Eligible | Field::Starts | Field::Completes | Field::Score | Field::Weight => {
                None
            }
        }
    }
}
