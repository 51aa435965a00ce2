//! The published tables: columns, types and null rules.

use crate::named::named;

named! {
    /// What a column holds.
    pub enum ColumnType as "type" {
        /// A whole number or text; unique where the table is keyed by it.
        Id = "id",
        /// A name out of a vocabulary, open or closed.
        Name = "name",
        /// Free text.
        Text = "text",
        /// Names, several a row.
        Names = "names",
        /// An instant.
        Time = "time",
        /// A whole number from 0 to 2⁶⁴−1.
        Count = "count",
        /// Money: whole minor units from 0 to 2⁶³−1.
        Minor = "minor",
        /// A finite number, whole or not.
        Number = "number",
        /// True or false.
        Flag = "flag",
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ColumnSchema {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: ColumnType,
    /// Whether the table must have it.
    pub required: bool,
    /// What a null in it means; `None` where a null is an error.
    pub null: Option<&'static str>,
    /// What it says.
    pub doc: &'static str,
}

/// One table of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct TableSchema {
    /// Its name.
    pub name: &'static str,
    /// What a row of it is.
    pub doc: &'static str,
    /// Its columns.
    pub columns: &'static [ColumnSchema],
}

impl TableSchema {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static ColumnSchema> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A column that must be there and may not be null.
const fn key(name: &'static str, holds: ColumnType, doc: &'static str) -> ColumnSchema {
    ColumnSchema {
        name,
        holds,
        required: true,
        null: None,
        doc,
    }
}

/// A column that may be absent or null.
const fn may(
    name: &'static str,
    holds: ColumnType,
    null: &'static str,
    doc: &'static str,
) -> ColumnSchema {
    ColumnSchema {
        name,
        holds,
        required: false,
        null: Some(null),
        doc,
    }
}

use ColumnType::{Count, Flag, Id, Minor, Name, Names, Number, Text, Time};

const UNKNOWN: &str = "not known: left out of sums, reported as coverage";
const NONE: &str = "none: a group of its own";

const HIRED: ColumnSchema = may(
    "hired",
    Time,
    "employed from before the data begins",
    "when employment began",
);
const INVITED: ColumnSchema = may(
    "invited",
    Time,
    "never invited, unless joined",
    "when invited to the programme; without the column, invitations are not known",
);
const JOINED: ColumnSchema = may(
    "joined",
    Time,
    "has not joined",
    "when they joined the programme; without the column, joining is not known",
);
const LEFT: ColumnSchema = may("left", Time, "has not left", "when they left the company");

const REACH: ColumnSchema = may(
    "reach",
    Count,
    UNKNOWN,
    "unique people who saw it, by the network",
);
const IMPRESSIONS: ColumnSchema = may("impressions", Count, UNKNOWN, "times it was shown");
const LIKES: ColumnSchema = may("likes", Count, UNKNOWN, "likes and reactions");
const COMMENTS: ColumnSchema = may("comments", Count, UNKNOWN, "comments");
const RESHARES: ColumnSchema = may("reshares", Count, UNKNOWN, "shares of the share");
const CLICKS: ColumnSchema = may("clicks", Count, UNKNOWN, "clicks on its link");
const FOLLOWS: ColumnSchema = may("follows", Count, UNKNOWN, "follows won by it");
const CONVERSIONS: ColumnSchema = may("conversions", Count, UNKNOWN, "conversions it led to");
const REVENUE: ColumnSchema = may(
    "revenue",
    Minor,
    UNKNOWN,
    "value of those conversions, in the programme's currency",
);
const ENGAGEMENTS: ColumnSchema = may(
    "engagements",
    Count,
    UNKNOWN,
    "the platform's own engagement total",
);
const ENGAGED: ColumnSchema = may(
    "engaged",
    Count,
    UNKNOWN,
    "the platform's own count of engaged people",
);

const OBSERVED: ColumnSchema = may(
    "observed_at",
    Time,
    "before every other observation of the same id",
    "when these lifetime counts were read",
);
const TEAM: ColumnSchema = may("team", Name, NONE, "team");
const DEPARTMENT: ColumnSchema = may("department", Name, NONE, "department");
const LOCATION: ColumnSchema = may("location", Name, NONE, "location");
const OF_RESPONDENT: &str =
    "the respondent's at the time, where they are an advocate; else a group of its own";
const RESPONDENT_TEAM: ColumnSchema = may("team", Name, OF_RESPONDENT, "of which team");
const RESPONDENT_DEPARTMENT: ColumnSchema =
    may("department", Name, OF_RESPONDENT, "of which department");
const RESPONDENT_LOCATION: ColumnSchema = may("location", Name, OF_RESPONDENT, "of which location");
const WAVE: ColumnSchema = may("wave", Name, NONE, "the survey's wave: `2025-Q3 pulse`");

const TAGS: ColumnSchema = may(
    "tags",
    Names,
    "no tags",
    "custom tags, each `name=value`; several values a name are fine",
);

/// Every table, in the order they refer to each other.
///
/// ```
/// use advocacy_core::SCHEMAS;
///
/// let shares = SCHEMAS.iter().find(|table| table.name == "shares").unwrap();
/// assert!(shares.column("advocate").unwrap().required);
/// assert!(shares.column("impressions").unwrap().null.is_some());
/// ```
pub const SCHEMAS: &[TableSchema] = &[
    TableSchema {
        name: "advocates",
        doc: "an employee or external advocate known to the programme",
        columns: &[
            key("id", Id, "unique"),
            may("name", Text, "not shown", "display name, for leaderboards"),
            TEAM,
            DEPARTMENT,
            LOCATION,
            TAGS,
            HIRED,
            INVITED,
            JOINED,
            LEFT,
            may(
                "external",
                Flag,
                "false",
                "not on the payroll: never counted as an employee",
            ),
            may("opt_out", Flag, "false", "never named in rankings"),
            may(
                "consent",
                Flag,
                "false",
                "agrees to be named; under a privacy policy nobody else is",
            ),
        ],
    },
    TableSchema {
        name: "memberships",
        doc: "one more stay of an advocate, for people who leave and come back",
        columns: &[
            key("advocate", Id, "whose stay"),
            HIRED,
            INVITED,
            JOINED,
            LEFT,
        ],
    },
    TableSchema {
        name: "moves",
        doc: "a change of an advocate's attributes; the advocates table holds those before the first",
        columns: &[
            key("advocate", Id, "who moved"),
            key("at", Time, "from when on"),
            may("team", Name, "unchanged", "the new team"),
            may("department", Name, "unchanged", "the new department"),
            may("location", Name, "unchanged", "the new location"),
        ],
    },
    TableSchema {
        name: "accounts",
        doc: "an advocate's account on a network, connected to the programme",
        columns: &[
            key("id", Id, "unique"),
            key("advocate", Id, "whose account"),
            key("network", Name, "on which network"),
            may(
                "connected_at",
                Time,
                "connected from before the data begins",
                "when connected",
            ),
            may(
                "disconnected_at",
                Time,
                "still connected",
                "when disconnected",
            ),
        ],
    },
    TableSchema {
        name: "followers",
        doc: "an observation of an account's followers",
        columns: &[
            key("account", Id, "which account"),
            key("at", Time, "when observed"),
            key("followers", Count, "how many"),
        ],
    },
    TableSchema {
        name: "campaigns",
        doc: "a campaign that content belongs to",
        columns: &[
            key("id", Id, "unique"),
            may("name", Text, "shown by id", "display name"),
            may("goal", Text, "not stated", "what it is to achieve"),
            may("starts_at", Time, "open", "start of its window"),
            may("ends_at", Time, "open", "end of its window, exclusive"),
            may("hashtags", Names, "none", "hashtags, without #"),
            may("cost", Minor, "not known", "cost in minor units"),
            may(
                "currency",
                Name,
                "the programme's",
                "ISO 4217 code of the cost",
            ),
        ],
    },
    TableSchema {
        name: "content",
        doc: "a content item offered to advocates",
        columns: &[
            key("id", Id, "unique"),
            may("title", Text, "shown by id", "title"),
            may(
                "kind",
                Name,
                NONE,
                "what it is: article, job_posting, video, …",
            ),
            may("topics", Names, "none", "topics, several an item"),
            may("hashtags", Names, "none", "hashtags, without #"),
            may("source", Name, NONE, "owned, curated or user_generated"),
            may("campaign", Id, NONE, "the campaign it belongs to"),
            may(
                "status",
                Name,
                "published",
                "draft, in_review, approved, scheduled, published, expired or archived",
            ),
            may(
                "published_at",
                Time,
                "published before the data begins",
                "offered from",
            ),
            may(
                "expires_at",
                Time,
                "does not expire",
                "offered until, exclusive",
            ),
            may("suggested_copy", Text, "none", "suggested words"),
            may(
                "call_to_action",
                Text,
                "none",
                "what readers are asked to do",
            ),
            TAGS,
        ],
    },
    TableSchema {
        name: "status_changes",
        doc: "a step in a content item's life; only legal steps, the last one its status",
        columns: &[
            key("content", Id, "which item"),
            key("at", Time, "when"),
            key("status", Name, "the new status"),
        ],
    },
    TableSchema {
        name: "shares",
        doc: "one share of a content item by an advocate on a network; counts are lifetime totals as of observed_at",
        columns: &[
            may(
                "id",
                Id,
                "the row is a share of its own",
                "of several rows with the same id the latest observed counts",
            ),
            key("advocate", Id, "who shared"),
            may(
                "content",
                Id,
                "a share of something else",
                "what was shared",
            ),
            key("network", Name, "where"),
            key("shared_at", Time, "when"),
            OBSERVED,
            may("removed", Flag, "false", "deleted since: does not count"),
            may(
                "confirmed",
                Flag,
                "not confirmed",
                "the network confirmed it",
            ),
            may(
                "account",
                Id,
                "the advocate's only account on that network",
                "from which account",
            ),
            may("copy", Name, NONE, "own or suggested words"),
            may("mode", Name, NONE, "manual or automated"),
            may("paid", Flag, "false", "boosted with money"),
            REACH,
            IMPRESSIONS,
            LIKES,
            COMMENTS,
            RESHARES,
            CLICKS,
            FOLLOWS,
            CONVERSIONS,
            REVENUE,
            ENGAGEMENTS,
            ENGAGED,
        ],
    },
    TableSchema {
        name: "activities",
        doc: "something an advocate did in the programme other than sharing",
        columns: &[
            key("advocate", Id, "who"),
            key(
                "action",
                Name,
                "login, view, open, connect, react or suggest",
            ),
            key("at", Time, "when"),
            may("content", Id, "nothing in particular", "with which item"),
        ],
    },
    TableSchema {
        name: "brand_posts",
        doc: "a post of the company's own page, kept apart from shares",
        columns: &[
            may(
                "id",
                Id,
                "the row is a post of its own",
                "of several rows with the same id the latest observed counts",
            ),
            key("network", Name, "where"),
            key("published_at", Time, "when"),
            OBSERVED,
            may("removed", Flag, "false", "deleted since: does not count"),
            may("paid", Flag, "false", "boosted with money"),
            may(
                "followers",
                Count,
                UNKNOWN,
                "the page's followers at the time",
            ),
            REACH,
            IMPRESSIONS,
            LIKES,
            COMMENTS,
            RESHARES,
            CLICKS,
            FOLLOWS,
            CONVERSIONS,
            REVENUE,
            ENGAGEMENTS,
            ENGAGED,
        ],
    },
    TableSchema {
        name: "headcount",
        doc: "employees at an instant, for the company or one part of it",
        columns: &[
            key("at", Time, "when counted"),
            key("employees", Count, "how many"),
            may("team", Name, "all teams", "of which team"),
            may("department", Name, "all departments", "of which department"),
            may("location", Name, "all locations", "of which location"),
        ],
    },
    TableSchema {
        name: "questions",
        doc: "a question that surveys ask, and the scale it is answered on; without the table there is one, `enps`, from 0 to 10",
        columns: &[
            key("id", Name, "unique: `enps`, `proud to work here`"),
            key("kind", Name, "enps, net_score, satisfaction or agreement"),
            may(
                "min",
                Number,
                "0 of enps, 1 of satisfaction and agreement",
                "the lowest answer",
            ),
            may(
                "max",
                Number,
                "10 of enps, 5 of satisfaction and agreement",
                "the highest answer",
            ),
            may(
                "passive_from",
                Number,
                "7 of enps; a net_score must state it",
                "passive from here, detractor below",
            ),
            may(
                "promoter_from",
                Number,
                "9 of enps; a net_score must state it",
                "promoter from here",
            ),
            may(
                "favourable_from",
                Number,
                "max − 1: the top two points",
                "satisfied, or in favour, from here",
            ),
        ],
    },
    TableSchema {
        name: "responses",
        doc: "an answer to a question of a survey; of a person's several answers to one question of one wave the latest counts",
        columns: &[
            key("answered_at", Time, "when"),
            WAVE,
            may("question", Name, "enps", "which question"),
            may(
                "respondent",
                Id,
                "anonymous",
                "who answered: an advocate's id, or anyone's",
            ),
            may(
                "score",
                Number,
                "no answer: counted as missing",
                "the answer",
            ),
            may(
                "weight",
                Number,
                "1",
                "what the answer weighs: 0, or 1e-100 to 1e100",
            ),
            RESPONDENT_TEAM,
            RESPONDENT_DEPARTMENT,
            RESPONDENT_LOCATION,
        ],
    },
    TableSchema {
        name: "turnout",
        doc: "how many people a survey asked, and how many of them began and finished it: a row for a group, or for one person",
        columns: &[
            key("asked_at", Time, "when they were asked"),
            WAVE,
            may(
                "respondent",
                Id,
                "a group",
                "the one person the row is of: an advocate's id, or anyone's",
            ),
            may("eligible", Count, UNKNOWN, "people who could answer"),
            may("starts", Count, UNKNOWN, "people who began"),
            may("completes", Count, UNKNOWN, "people who finished"),
            RESPONDENT_TEAM,
            RESPONDENT_DEPARTMENT,
            RESPONDENT_LOCATION,
        ],
    },
];

/// The table of that name.
pub(crate) fn table(name: &str) -> Option<&'static TableSchema> {
    SCHEMAS.iter().find(|table| table.name == name)
}
