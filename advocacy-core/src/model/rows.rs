//! Rows for people: how an HR system or an API hands a programme over.
//!
//! Every row type is plain serde data. [`Rows`] holds them all and becomes
//! [`Frame`](super::frame::Frame)s, the only form the engine reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::Timestamp;

use super::field::Counts;
use super::id::Id;
use super::kinds::{
    Action, ContentKind, ContentStatus, Copy, Currency, Mode, Money, Network, QuestionKind, Source,
};

/// Custom tags: values by tag name.
pub type Tags = BTreeMap<String, Vec<String>>;

/// One stay of an advocate: employment, invitation, joining, leaving.
///
/// No hire date means employed from before the data begins; a joined advocate
/// without an invitation counts as invited when they joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Membership {
    /// When employment began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hired: Option<Timestamp>,
    /// When invited to the programme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited: Option<Timestamp>,
    /// When they joined the programme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<Timestamp>,
    /// When they left the company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Timestamp>,
}

/// A change of an advocate's attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// From when on.
    pub at: Timestamp,
    /// Team from then on; absent is unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Department from then on; absent is unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Location from then on; absent is unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// An employee or external advocate known to the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advocate {
    /// Unique among advocates.
    pub id: Id,
    /// Display name, for leaderboards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Team, before the first move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Department, before the first move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Location, before the first move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Custom tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: Tags,
    /// Their stays, in any order; people leave and come back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<Membership>,
    /// Changes of team, department or location.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    /// Not on the payroll: never counted as an employee.
    #[serde(default)]
    pub external: bool,
    /// Never named in rankings.
    #[serde(default)]
    pub opt_out: bool,
    /// Agrees to be named; under a privacy policy nobody else is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consent: bool,
}

impl Advocate {
    /// An advocate with that id and nothing else known.
    #[must_use]
    pub fn new(id: impl Into<Id>) -> Self {
        Self {
            id: id.into(),
            name: None,
            team: None,
            department: None,
            location: None,
            tags: Tags::new(),
            memberships: Vec::new(),
            moves: Vec::new(),
            external: false,
            opt_out: false,
            consent: false,
        }
    }

    /// The same advocate with a team.
    #[must_use]
    pub fn with_team(mut self, team: impl Into<String>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// The same advocate with one more stay.
    #[must_use]
    pub fn with_membership(mut self, membership: Membership) -> Self {
        self.memberships.push(membership);
        self
    }
}

/// An advocate's account on a network, connected to the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Unique among accounts.
    pub id: Id,
    /// Whose account.
    pub advocate: Id,
    /// On which network.
    pub network: Network,
    /// When connected; absent is before the data begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_at: Option<Timestamp>,
    /// When disconnected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disconnected_at: Option<Timestamp>,
}

/// An observation of an account's followers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Followers {
    /// Which account.
    pub account: Id,
    /// When observed.
    pub at: Timestamp,
    /// How many.
    pub followers: u64,
}

/// A campaign that content belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Unique among campaigns.
    pub id: Id,
    /// Display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is to achieve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// Start of its window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// End of its window, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Hashtags, without #.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<String>,
    /// What it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

/// A step in a content item's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    /// When.
    pub at: Timestamp,
    /// The new status.
    pub status: ContentStatus,
}

/// A content item offered to advocates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Unique among content items.
    pub id: Id,
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ContentKind>,
    /// Topics, several an item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// Hashtags, without #.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<String>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The campaign it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Id>,
    /// Where it stands; absent is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ContentStatus>,
    /// Its steps so far; only legal ones, the last one its status.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status_changes: Vec<StatusChange>,
    /// Offered from; absent is before the data begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// Offered until, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Suggested words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested_copy: Option<String>,
    /// What readers are asked to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_to_action: Option<String>,
    /// Custom tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: Tags,
}

impl Content {
    /// A content item with that id and nothing else known.
    #[must_use]
    pub fn new(id: impl Into<Id>) -> Self {
        Self {
            id: id.into(),
            title: None,
            kind: None,
            topics: Vec::new(),
            hashtags: Vec::new(),
            source: None,
            campaign: None,
            status: None,
            status_changes: Vec::new(),
            published_at: None,
            expires_at: None,
            suggested_copy: None,
            call_to_action: None,
            tags: Tags::new(),
        }
    }
}

/// One share of a content item by an advocate on a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The share's id; several observations of one share carry the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// Who shared.
    pub advocate: Id,
    /// What was shared; absent is something outside the content table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Id>,
    /// Where.
    pub network: Network,
    /// When.
    pub shared_at: Timestamp,
    /// When the counts were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<Timestamp>,
    /// Deleted since.
    #[serde(default)]
    pub removed: bool,
    /// Whether the network confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<bool>,
    /// From which account; absent is the advocate's only one on that network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Id>,
    /// Own or suggested words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copy>,
    /// By hand or automated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Boosted with money.
    #[serde(default)]
    pub paid: bool,
    /// Its counts, lifetime totals.
    #[serde(flatten)]
    pub counts: Counts,
}

impl Share {
    /// A share without an id and without counts.
    #[must_use]
    pub fn new(advocate: impl Into<Id>, network: Network, shared_at: Timestamp) -> Self {
        Self {
            id: None,
            advocate: advocate.into(),
            content: None,
            network,
            shared_at,
            observed_at: None,
            removed: false,
            confirmed: None,
            account: None,
            copy: None,
            mode: None,
            paid: false,
            counts: Counts::default(),
        }
    }
}

/// Something an advocate did in the programme other than sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Who.
    pub advocate: Id,
    /// What.
    pub action: Action,
    /// When.
    pub at: Timestamp,
    /// With which content item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Id>,
}

/// A post of the company's own page, kept apart from shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandPost {
    /// The post's id; several observations of one post carry the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// Where.
    pub network: Network,
    /// When.
    pub published_at: Timestamp,
    /// When the counts were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<Timestamp>,
    /// Deleted since.
    #[serde(default)]
    pub removed: bool,
    /// Boosted with money.
    #[serde(default)]
    pub paid: bool,
    /// Its counts, lifetime totals.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Employees at an instant, for the company or one part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headcount {
    /// When counted.
    pub at: Timestamp,
    /// How many.
    pub employees: u64,
    /// Of which team; absent is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Of which department; absent is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Of which location; absent is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// A question that surveys ask, and the scale it is answered on.
///
/// Without any, there is one: `enps`, from 0 to 10.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyQuestion {
    /// Its name, unique among questions.
    pub id: String,
    /// What it asks.
    pub kind: QuestionKind,
    /// The lowest answer; absent is 0 of an eNPS, else 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The highest answer; absent is 10 of an eNPS, else 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Passive from here: a net score must state it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passive_from: Option<f64>,
    /// Promoter from here: a net score must state it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoter_from: Option<f64>,
    /// Satisfied, or in favour, from here; absent is the top two points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favourable_from: Option<f64>,
}

/// An answer to a question of a survey.
///
/// Of a person's several answers to one question of one wave the latest
/// counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyResponse {
    /// When.
    pub answered_at: Timestamp,
    /// The survey's wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wave: Option<String>,
    /// Which question; absent is `enps`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Who answered, an advocate or anyone else; absent is anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondent: Option<Id>,
    /// The answer; absent is none given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// What it weighs; absent is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Of which team; absent is the respondent's at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Of which department; absent is the respondent's at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Of which location; absent is the respondent's at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

impl SurveyResponse {
    /// An anonymous answer to the eNPS question.
    #[must_use]
    pub fn new(answered_at: Timestamp, score: Option<f64>) -> Self {
        Self {
            answered_at,
            wave: None,
            question: None,
            respondent: None,
            score,
            weight: None,
            team: None,
            department: None,
            location: None,
        }
    }
}

/// How many people a survey asked, and how many began and finished it: of a
/// group, or of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyTurnout {
    /// When they were asked.
    pub asked_at: Timestamp,
    /// The survey's wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wave: Option<String>,
    /// The one person the row is of; absent is a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondent: Option<Id>,
    /// People who could answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eligible: Option<u64>,
    /// People who began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<u64>,
    /// People who finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completes: Option<u64>,
    /// Of which team; absent is the respondent's at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Of which department; absent is the respondent's at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Of which location; absent is the respondent's at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// A whole programme as rows.
///
/// ```
/// use advocacy_core::{Program, Rows};
///
/// let rows: Rows = serde_json::from_str(r#"{
///     "advocates": [{"id": 1, "memberships": [{"joined": "2025-01-07T09:00:00Z"}]}],
///     "shares": [{"advocate": 1, "network": "LinkedIn", "shared_at": "2025-02-03T10:00:00Z", "likes": 4}]
/// }"#)?;
/// let program = Program::from_rows(&rows)?;
/// assert_eq!(program.share_rows(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rows {
    /// The currency of costs and revenue unless they say otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Employees and external advocates.
    pub advocates: Vec<Advocate>,
    /// Their connected accounts.
    pub accounts: Vec<Account>,
    /// Those accounts' followers over time.
    pub followers: Vec<Followers>,
    /// Campaigns.
    pub campaigns: Vec<Campaign>,
    /// Content items.
    pub content: Vec<Content>,
    /// Shares.
    pub shares: Vec<Share>,
    /// Other activity.
    pub activities: Vec<Activity>,
    /// The company's own posts.
    pub brand_posts: Vec<BrandPost>,
    /// Employees over time.
    pub headcount: Vec<Headcount>,
    /// Questions that surveys ask.
    pub questions: Vec<SurveyQuestion>,
    /// Answers to them.
    pub responses: Vec<SurveyResponse>,
    /// How many were asked, began and finished.
    pub turnout: Vec<SurveyTurnout>,
}
