//! The validated whole, and how it is put together.

use std::fmt;

use crate::calendar::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::privacy::PrivacyPolicy;

use super::accounts::{Accounts, network_name};
use super::column::Codes;
use super::facts::{Facts, References};
use super::frame::Frame;
use super::headcount::Headcounts;
use super::id::Id;
use super::items::{Campaigns, Items};
use super::kinds::{Currency, Money};
use super::look;
use super::names::{Names, seed_names};
use super::parts::Parts;
use super::people::{ALWAYS, People};
use super::problems::Problems;
use super::questions::Questions;
use super::rows::Rows;
use super::schema::{SCHEMAS, table};

/// A validated advocacy programme: what every metric is computed from.
///
/// Built once, from rows ([`Program::from_rows`]) or from borrowed columns
/// ([`Program::builder`]); every reference is resolved and every value checked
/// before any number is computed. Afterwards only [`Program::add`] changes it, by
/// whole batches that were checked alike.
#[derive(Clone)]
pub struct Program<'a> {
    pub(crate) people: People,
    pub(crate) accounts: Accounts,
    pub(crate) campaigns: Campaigns,
    pub(crate) content: Items,
    pub(crate) networks: Names,
    pub(crate) networks_in_use: Vec<bool>,
    pub(crate) shares: Parts<'a>,
    pub(crate) activities: Parts<'a>,
    pub(crate) brand_posts: Parts<'a>,
    pub(crate) headcount: Headcounts,
    pub(crate) questions: Questions,
    pub(crate) waves: Names,
    pub(crate) responses: Facts<'a>,
    pub(crate) turnout: Facts<'a>,
    /// The latest instant of all that no batch adds to.
    settled: i64,
    pub(crate) currency: Option<Currency>,
    privacy: Option<PrivacyPolicy>,
    pub(super) warnings: Vec<Warning>,
}

/// Something odd that is no error: an unknown column.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Warning {
    /// The table it is in.
    pub table: &'static str,
    /// The column.
    pub field: String,
    /// What is odd, in words.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}: {}", self.table, self.field, self.message)
    }
}

/// Puts a [`Program`] together, table by table.
///
/// ```
/// use advocacy_core::{Column, Data, Frame, Program, TimeUnit};
///
/// let at = [1_735_689_600_000_i64, 1_735_776_000_000];
/// let (who, likes) = ([0_u32, 0], [3_u32, 0]);
/// let program = Program::builder()
///     .table("advocates", Frame::new().column("id", Column::new(Data::U32((&[0_u32][..]).into()))))
///     .table(
///         "shares",
///         Frame::new()
///             .column("advocate", Column::new(Data::U32((&who[..]).into())))
///             .column("network", Column::texts(["linkedin", "x"]))
///             .column("shared_at", Column::new(Data::Time((&at[..]).into(), TimeUnit::Milli)))
///             .column("likes", Column::new(Data::U32((&likes[..]).into()))),
///     )
///     .build()?;
/// assert_eq!(program.share_rows(), 2);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ProgramBuilder<'a> {
    pub(super) frames: Vec<(String, Frame<'a>)>,
    currency: Option<Currency>,
    privacy: Option<PrivacyPolicy>,
}

impl<'a> ProgramBuilder<'a> {
    /// The same programme with one more table of [`SCHEMAS`]; a later frame of
    /// the same table takes the earlier one's place.
    #[must_use]
    pub fn table(mut self, name: impl Into<String>, frame: Frame<'a>) -> Self {
        let name = name.into();
        self.frames.retain(|(known, _)| *known != name);
        self.frames.push((name, frame));
        self
    }

    /// The currency that costs and revenue are in unless they say otherwise.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.currency = Some(currency);
        self
    }

    /// Nothing leaves the programme but under this policy.
    ///
    /// ```
    /// # #[cfg(feature = "sample")] {
    /// use advocacy_core::privacy::PrivacyPolicy;
    /// use advocacy_core::{Dimension, Metric, Program, sample};
    ///
    /// let rows = sample::rows();
    /// let program = Program::builder_from_rows(&rows)
    ///     .privacy(PrivacyPolicy::new(8))
    ///     .build()?;
    /// let table = program.measure([Metric::Shares]).by([Dimension::Team]).table()?;
    /// assert!(table.rows.iter().any(|row| row.measures[0].value().is_some()));
    /// # }
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    #[must_use]
    pub fn privacy(mut self, policy: PrivacyPolicy) -> Self {
        self.privacy = Some(policy);
        self
    }

    /// The programme, or the first thing wrong with its input.
    ///
    /// # Errors
    /// Any input error, with table, field and row.
    pub fn build(self) -> Result<Program<'a>> {
        self.assemble(&mut Problems::first())
    }

    /// Everything wrong with the input, in table order; empty when it builds.
    /// At most 100,000 problems are listed.
    #[must_use]
    pub fn validate(self) -> Vec<Error> {
        let mut problems = Problems::all();
        let stopped = self.assemble(&mut problems).err();
        let mut found = problems.into_found();
        found.extend(stopped);
        found
    }

    fn assemble(mut self, problems: &mut Problems) -> Result<Program<'a>> {
        if let Some(Err(error)) = self.privacy.as_ref().map(PrivacyPolicy::check) {
            problems.report(error)?;
        }
        let warnings = self.check_frames(problems)?;
        let currency = self.currency;
        let mut take = |name: &str| self.take(name);
        let mut shares = take("shares");
        let mut networks = Names::default();
        // The shares' own codes come first, so that they need no translation.
        if let Some(column) = shares.peek("network") {
            seed_names(column, &mut networks, network_name);
        }
        let (advocates, items) = (take("advocates"), take("content"));
        let ends = [("advocate", advocates.rows()), ("content", items.rows())];
        let others = look::beside(&mut shares, ends, || {
            let people = People::build(advocates, take("memberships"), take("moves"), problems)?;
            let accounts = Accounts::build(
                take("accounts"),
                take("followers"),
                &people.index,
                &mut networks,
                problems,
            )?;
            let campaigns = Campaigns::build(take("campaigns"), currency, problems)?;
            let content = Items::build(items, take("status_changes"), &campaigns, problems)?;
            Ok((people, accounts, campaigns, content))
        });
        let (mut people, accounts, campaigns, content) = others?;
        let refs = References {
            people: &people.index,
            content: &content.index,
            accounts: &accounts,
        };
        let shares = Facts::shares(shares, refs, &mut networks, problems)?;
        let activities = Facts::activities(take("activities"), refs, &mut networks, problems)?;
        let brand_posts = Facts::brand_posts(take("brand_posts"), refs, &mut networks, problems)?;
        let headcount = Headcounts::build(take("headcount"), &mut people, problems)?;
        let questions = Questions::build(take("questions"), problems)?;
        let mut waves = Names::default();
        let responses = take("responses");
        let responses = Facts::responses(responses, &mut people, &mut waves, &questions, problems)?;
        let turnout = Facts::turnout(take("turnout"), &mut people, &mut waves, problems)?;
        let mut networks_in_use = vec![false; networks.len()];
        note_networks(&mut networks_in_use, &[&shares, &brand_posts]);
        for &code in &accounts.network {
            note(&mut networks_in_use, &[code]);
        }
        let settled = [responses.latest(), turnout.latest(), accounts.latest()]
            .into_iter()
            .fold(people.latest(), i64::max);
        Ok(Program {
            settled,
            people,
            accounts,
            campaigns,
            content,
            networks,
            networks_in_use,
            shares: shares.into(),
            activities: activities.into(),
            brand_posts: brand_posts.into(),
            headcount,
            questions,
            waves,
            responses,
            turnout,
            currency,
            privacy: self.privacy,
            warnings,
        })
    }

    /// A table's frame, which is then no longer here; an empty one of a table
    /// that was not given.
    pub(super) fn take(&mut self, name: &str) -> Frame<'a> {
        let at = self.frames.iter().position(|(known, _)| known == name);
        at.map_or_else(Frame::new, |at| self.frames.remove(at).1)
    }

    /// Known tables, equal lengths, required columns; unknown columns are
    /// warned of and left out.
    pub(super) fn check_frames(&mut self, problems: &mut Problems) -> Result<Vec<Warning>> {
        let mut warnings = Vec::new();
        for (name, frame) in &mut self.frames {
            let Some(schema) = table(name) else {
                let known: Vec<&str> = SCHEMAS.iter().map(|table| table.name).collect();
                problems.report(crate::named::unknown("table", name, &known))?;
                continue;
            };
            if let Err(error) = frame.check_lengths(schema.name) {
                problems.report(error)?;
                *frame = Frame::new();
                continue;
            }
            let unknown: Vec<String> = frame
                .names()
                .filter(|column| schema.column(column).is_none())
                .map(ToOwned::to_owned)
                .collect();
            for field in unknown {
                frame.take(&field);
                warnings.push(Warning {
                    table: schema.name,
                    message: "not a column of this table: ignored".to_owned(),
                    field,
                });
            }
            for column in schema.columns.iter().filter(|column| column.required) {
                if frame.peek(column.name).is_none() {
                    problems.report(missing_column(schema.name, column.name))?;
                }
            }
        }
        Ok(warnings)
    }
}

/// Notes the networks that rows are on.
pub(super) fn note_networks(in_use: &mut [bool], facts: &[&Facts<'_>]) {
    for codes in facts.iter().filter_map(|facts| facts.network.as_ref()) {
        match codes {
            Codes::U8(codes) => note(in_use, codes),
            Codes::U16(codes) => note(in_use, codes),
            Codes::U32(codes) => note(in_use, codes),
        }
    }
}

/// Notes codes, until all there are have been noted.
fn note<C: Copy + Into<u32>>(in_use: &mut [bool], codes: &[C]) {
    /// Rows after which it may well be so.
    const MANY: usize = 4096;
    for part in codes.chunks(MANY) {
        if in_use.iter().all(|in_use| *in_use) {
            return;
        }
        for &code in part {
            if let Some(in_use) = in_use.get_mut(code.into() as usize) {
                *in_use = true;
            }
        }
    }
}

#[cold]
pub(crate) fn missing_column(table: &'static str, column: &str) -> Error {
    Error::new(
        ErrorKind::MissingColumn,
        format!("table {table} has no column {column}"),
    )
    .in_table(table)
    .in_field(column)
}

impl<'a> Program<'a> {
    /// An empty programme to add tables to.
    #[must_use]
    pub fn builder() -> ProgramBuilder<'a> {
        ProgramBuilder::default()
    }

    /// The programme these rows describe.
    ///
    /// # Errors
    /// The first thing wrong with them.
    pub fn from_rows(rows: &'a Rows) -> Result<Self> {
        Self::builder_from_rows(rows).build()
    }

    /// A builder holding these rows, to set more on.
    #[must_use]
    pub fn builder_from_rows(rows: &'a Rows) -> ProgramBuilder<'a> {
        let builder = ProgramBuilder {
            currency: rows.currency,
            ..Self::builder()
        };
        rows.frames()
            .into_iter()
            .fold(builder, |builder, (name, frame)| builder.table(name, frame))
    }

    /// What was odd about the input.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Rows of the shares table, observations and removed shares included.
    #[must_use]
    pub fn share_rows(&self) -> usize {
        self.shares.rows()
    }

    /// Whether facts were added since it was built.
    pub(crate) fn has_added(&self) -> bool {
        let grown = [&self.shares, &self.activities, &self.brand_posts];
        grown.iter().any(|parts| parts.added.rows > 0)
    }

    /// Advocates known to the programme.
    #[must_use]
    pub fn advocate_count(&self) -> usize {
        self.people.len()
    }

    /// Content items known to the programme.
    #[must_use]
    pub fn content_count(&self) -> usize {
        self.content.len()
    }

    /// The currency of costs and revenue, if stated.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// What a campaign cost, where stated.
    #[must_use]
    pub fn campaign_cost(&self, campaign: &Id) -> Option<Money> {
        let at = self.campaigns.index.find(campaign.into())?;
        self.campaigns.cost.get(at as usize).copied().flatten()
    }

    /// The policy under which everything leaves it, if any.
    #[must_use]
    pub fn privacy(&self) -> Option<&PrivacyPolicy> {
        self.privacy.as_ref()
    }

    /// Whether an advocate agreed to be named, and did not opt out.
    pub(crate) fn has_consented(&self, id: &Id) -> bool {
        let found = self.people.index.find(id.into());
        found.is_some_and(|advocate| self.people.consent.get(advocate as usize))
            && !self.has_opted_out(id)
    }

    /// Whether anybody agreed to be named.
    pub(crate) fn names_anybody(&self) -> bool {
        (0..self.people.len()).any(|advocate| self.people.consent.get(advocate))
    }

    /// Whether an advocate is never named in rankings.
    pub(crate) fn has_opted_out(&self, id: &Id) -> bool {
        let found = self.people.index.find(id.into());
        found.is_some_and(|advocate| self.people.opt_out.get(advocate as usize))
    }

    /// The latest instant at which something happened: a share, an
    /// observation, an activity, a brand post, a survey's answer, a follower
    /// count, a connection, an invitation or a joining. The default `as_of`.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        let grown = [&self.shares, &self.activities, &self.brand_posts];
        let latest = grown.into_iter().map(Parts::latest).chain([self.settled]);
        latest
            .max()
            .filter(|&at| at != ALWAYS)
            .and_then(|at| Timestamp::from_micros(at).ok())
    }
}

impl fmt::Debug for Program<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("advocates", &self.people.len())
            .field("content", &self.content.len())
            .field("shares", &self.shares.rows())
            .field("activities", &self.activities.rows())
            .field("brand_posts", &self.brand_posts.rows())
            .field("responses", &self.responses.rows)
            .finish_non_exhaustive()
    }
}
