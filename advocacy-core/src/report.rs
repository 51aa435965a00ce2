//! The main job: the fixed set of tables a programme owner wants each quarter.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Period, Timestamp, WeekStart};
use crate::catalog::Metric;
use crate::definitions::Definitions;
use crate::dimension::Dimension;
use crate::error::Result;
use crate::filter::Filter;
use crate::model::program::{Program, Warning};
use crate::privacy::PrivacyPolicy;
use crate::query::{Baseline, CohortPlan, CohortTable, Prepared, Query};
use crate::question::presence::Belonging;
use crate::table::Table;
use crate::tally::spec::Spec;
use crate::tally::{Counted, Memory, Tally};
use crate::threads::{beside, in_places};

/// The version of the report's shape; it grows when the shape changes.
pub const REPORT_SCHEMA: u32 = 1;

/// Rows of each ranking.
const TOP: usize = 10;

/// What a report is over, and by which definitions.
///
/// ```
/// use advocacy_core::{Period, ReportOptions, Zone};
///
/// let zone = Zone::utc();
/// let options = ReportOptions::new(Period::quarter(2025, 3, &zone)?);
/// # let _ = options;
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ReportOptions {
    period: Period,
    as_of: Option<Timestamp>,
    week_start: WeekStart,
    filter: Filter,
    definitions: Definitions,
    privacy: Option<PrivacyPolicy>,
}

impl ReportOptions {
    /// A report over a period, by the default definitions.
    pub fn new(period: Period) -> Self {
        Self {
            period,
            as_of: None,
            week_start: WeekStart::Monday,
            filter: Filter::new(),
            definitions: Definitions::default(),
            privacy: None,
        }
    }

    /// Under a privacy policy; where the programme has one too, the stricter
    /// of each option.
    pub fn privacy(mut self, policy: PrivacyPolicy) -> Self {
        self.privacy = Some(policy);
        self
    }

    /// As things stood at this instant; by default, the latest in the data.
    pub fn as_of(mut self, as_of: Timestamp) -> Self {
        self.as_of = Some(as_of);
        self
    }

    /// Weeks begin on this day.
    pub fn weeks_from(mut self, week_start: WeekStart) -> Self {
        self.week_start = week_start;
        self
    }

    /// Only of these facts and people.
    pub fn only(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// By these definitions.
    pub fn define(mut self, definitions: Definitions) -> Self {
        self.definitions = definitions;
        self
    }
}

/// A whole report; its JSON is stable within a schema version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema_version: u32,
    /// What it is over.
    pub period: Period,
    /// Facts after this instant were ignored.
    pub as_of: Timestamp,
    /// The time-zone data used: `IANA 2025b`.
    pub zone_database: String,
    /// The definitions that differ from the defaults.
    pub definitions: Definitions,
    /// The privacy policy it is under, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<PrivacyPolicy>,
    /// The headline numbers, compared with the period before.
    pub headline: Table,
    /// The tables, in reading order.
    pub sections: Vec<Section>,
    /// Who stays: members by cohort and age.
    pub retention: CohortTable,
    /// What was odd about the input.
    pub warnings: Vec<String>,
}

/// One table of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its stable id: `weekly`, `networks`, `top_content_by_shares`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its rows.
    pub table: Table,
}

const HEADLINE: &[Metric] = &[
    Metric::Employees,
    Metric::Invited,
    Metric::Joined,
    Metric::CoverageRate,
    Metric::AdoptionRate,
    Metric::ActivationRate,
    Metric::ActiveAdvocates,
    Metric::ParticipationRate,
    Metric::ActiveParticipationRate,
    Metric::ShareRate,
    Metric::Shares,
    Metric::SharesPerActive,
    Metric::Stickiness,
    Metric::TimeToFirstShare,
    Metric::NewSharers,
    Metric::Reactivated,
    Metric::Dormant,
    Metric::Retention,
    Metric::PublishedItems,
    Metric::ContentUtilisation,
    Metric::NetworkSize,
    Metric::PotentialReach,
    Metric::PotentialImpressions,
    Metric::Reach,
    Metric::Impressions,
    Metric::Engagements,
    Metric::EngagementRate,
    Metric::ClickThroughRate,
    Metric::ViralityRate,
    Metric::LiftOverBrand,
];

/// What shares did, for tables by anything.
const RESPONSE: &[Metric] = &[
    Metric::Shares,
    Metric::Sharers,
    Metric::Impressions,
    Metric::Engagements,
    Metric::EngagementRate,
    Metric::Clicks,
    Metric::ClickThroughRate,
];

const WEEKLY: &[Metric] = &[
    Metric::Shares,
    Metric::ActiveAdvocates,
    Metric::ShareRate,
    Metric::Engagements,
    Metric::EngagementRate,
];

const TEAMS: &[Metric] = &[
    Metric::Shares,
    Metric::Joined,
    Metric::AdoptionRate,
    Metric::ShareRate,
    Metric::SharesPerActive,
    Metric::Engagements,
    Metric::EngagementRate,
];

const SURVEYS: &[Metric] = &[
    Metric::Enps,
    Metric::Satisfaction,
    Metric::SatisfactionTopBox,
    Metric::Favourability,
    Metric::ResponseRate,
];

const RANKED: &[Metric] = &[Metric::Shares, Metric::Engagements, Metric::Clicks];

impl<'a> Program<'a> {
    /// The report of a period.
    ///
    /// # Errors
    /// Those of a query.
    ///
    /// ```
    /// # #[cfg(feature = "sample")] {
    /// use advocacy_core::{Period, Program, ReportOptions, Zone, sample};
    ///
    /// let rows = sample::rows();
    /// let program = Program::from_rows(&rows)?;
    /// let zone = Zone::utc();
    /// let report = program.report(&ReportOptions::new(Period::quarter(2025, 3, &zone)?))?;
    /// assert!(report.headline.get("adoption_rate").unwrap().value().unwrap() > 0.5);
    /// # }
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn report(&'a self, options: &ReportOptions) -> Result<Report> {
        self.report_with(options, None)
    }

    pub(crate) fn report_with(
        &'a self,
        options: &ReportOptions,
        memory: Option<&Memory>,
    ) -> Result<Report> {
        let plan = ReportPlan::new(self, options, None)?;
        let prepared = plan.prepare()?.into_iter();
        let prepared: Vec<_> = prepared.map(|query| query.counted_by(memory)).collect();
        let counted = Counted::new(self, plan.specs(&prepared)?, plan.as_of, memory)?;
        plan.finish(&prepared, &counted)
    }

    /// What a report needs of the programme's facts, counted.
    ///
    /// # Errors
    /// Those of a query.
    pub fn report_tally(&'a self, options: &ReportOptions) -> Result<Tally> {
        let plan = ReportPlan::new(self, options, None)?;
        let prepared = plan.prepare()?;
        prepared.iter().try_for_each(Prepared::check_mergeable)?;
        let counted = Counted::new(self, plan.specs(&prepared)?, plan.as_of, None)?;
        Ok(Tally::new(self, &counted, plan.as_of, plan.policy))
    }

    /// The report, from a tally made with the same options, perhaps of other
    /// batches of facts.
    ///
    /// # Errors
    /// `incompatible_tally` when it was made with others.
    pub fn report_from(&'a self, options: &ReportOptions, tally: &Tally) -> Result<Report> {
        let plan = ReportPlan::new(self, options, tally.privacy())?;
        let prepared = plan.prepare()?;
        prepared.iter().try_for_each(Prepared::check_mergeable)?;
        plan.finish(&prepared, &tally.counted(self, plan.as_of)?)
    }
}

/// The queries of a report, which share one pass over the facts.
pub(crate) struct ReportPlan<'p> {
    program: &'p Program<'p>,
    options: ReportOptions,
    pub(crate) as_of: Timestamp,
    policy: Option<PrivacyPolicy>,
    belonging: Arc<Belonging>,
    retention: CohortPlan<'p>,
    pub(crate) headline: Query<'p>,
    sections: Vec<(&'static str, &'static str, Query<'p>)>,
    /// Sections the policy does not allow.
    refused: Vec<(&'static str, &'static str, Query<'p>)>,
}

impl<'p> ReportPlan<'p> {
    /// Under the programme's policy, the report's and another.
    pub(crate) fn new(
        program: &'p Program<'p>,
        options: &ReportOptions,
        another: Option<&PrivacyPolicy>,
    ) -> Result<Self> {
        let policies = [program.privacy(), options.privacy.as_ref(), another];
        let policies = policies.into_iter().flatten().cloned();
        let policy = policies.reduce(|policy, other| policy.stricter(&other));
        let as_of = options
            .as_of
            .unwrap_or_else(|| program.default_as_of(&options.period));
        let query = |metrics: &[Metric], by: &[Dimension]| {
            let query = program
                .measure(metrics.iter().copied())
                .by(by.iter().cloned())
                .over(options.period.clone())
                .as_of(as_of)
                .weeks_from(options.week_start)
                .only(options.filter.clone())
                .define(options.definitions.clone());
            match &policy {
                Some(policy) => query.privacy(policy.clone()),
                None => query,
            }
        };
        let top = |dimension: Dimension, column: &str| query(RANKED, &[dimension]).top(TOP, column);
        let by = |dimension: Dimension| query(RESPONSE, &[dimension]).largest_first("shares");
        let sections = vec![
            ("weekly", "Week by week", query(WEEKLY, &[Dimension::Week])),
            ("networks", "Networks", by(Dimension::Network)),
            (
                "teams",
                "Teams",
                query(TEAMS, &[Dimension::Team]).largest_first("shares"),
            ),
            ("campaigns", "Campaigns", by(Dimension::Campaign)),
            ("kinds", "Content kinds", by(Dimension::Kind)),
            ("topics", "Topics", by(Dimension::Topic)),
            ("copy", "Own words and suggested copy", by(Dimension::Copy)),
            (
                "surveys",
                "Surveys by wave",
                query(SURVEYS, &[Dimension::Wave]),
            ),
            (
                "survey_teams",
                "Surveys by team",
                query(SURVEYS, &[Dimension::Team]),
            ),
            (
                "top_content_by_shares",
                "Top content by shares",
                top(Dimension::Content, "shares"),
            ),
            (
                "top_content_by_engagements",
                "Top content by engagements",
                top(Dimension::Content, "engagements"),
            ),
            (
                "top_advocates_by_shares",
                "Top advocates by shares",
                top(Dimension::Advocate, "shares"),
            ),
            (
                "top_advocates_by_engagements",
                "Top advocates by engagements",
                top(Dimension::Advocate, "engagements"),
            ),
            (
                "top_teams_by_shares",
                "Top teams by shares",
                top(Dimension::Team, "shares"),
            ),
            (
                "top_teams_by_engagements",
                "Top teams by engagements",
                top(Dimension::Team, "engagements"),
            ),
        ];
        let belonging = Arc::default();
        // A dimension the programme says nothing of makes no section, nor one
        // that the policy does not allow.
        let sections = sections.into_iter();
        let (sections, refused) = sections
            .filter(|(_, _, query)| query.can_be_split())
            .partition(|(_, _, query)| query.is_allowed());
        Ok(Self {
            program,
            as_of,
            refused,
            retention: query(&[], &[]).cohort_plan()?.sharing(&belonging),
            belonging,
            headline: query(HEADLINE, &[]).compare(Baseline::PreviousPeriod),
            sections,
            policy,
            options: options.clone(),
        })
    }

    /// The queries of the sections, by id.
    pub(crate) fn queries(&self) -> impl Iterator<Item = (&'static str, &Query<'p>)> {
        self.sections.iter().map(|(id, _, query)| (*id, query))
    }

    /// Every query resolved, the headline first.
    pub(crate) fn prepare(&self) -> Result<Vec<Prepared<'p, '_>>> {
        let sections = self.sections.iter().map(|(_, _, query)| query);
        [&self.headline]
            .into_iter()
            .chain(sections)
            .map(|query| Ok(query.prepare(None)?.sharing(&self.belonging)))
            .collect()
    }

    /// Every table of every query, each once, in order.
    pub(crate) fn specs(&self, prepared: &[Prepared<'p, '_>]) -> Result<Vec<Spec>> {
        let mut specs = self.retention.specs();
        for query in prepared {
            specs.extend(query.specs()?);
        }
        specs.sort_unstable();
        specs.dedup();
        Ok(specs)
    }

    pub(crate) fn finish(
        &self,
        prepared: &[Prepared<'p, '_>],
        counted: &Counted,
    ) -> Result<Report> {
        let (retention, mut tables) = self.tables(prepared, counted)?;
        let headline = tables.remove(0);
        let sections = self
            .sections
            .iter()
            .zip(tables)
            .filter(|(_, table)| !table.rows.is_empty())
            .map(|((id, title, _), table)| Section {
                id: (*id).to_owned(),
                title: (*title).to_owned(),
                table,
            })
            .collect();
        Ok(Report {
            schema_version: REPORT_SCHEMA,
            period: self.options.period.clone(),
            as_of: self.as_of,
            zone_database: self.options.period.zone().database().to_owned(),
            definitions: self.options.definitions.clone(),
            privacy: self.policy.clone(),
            headline,
            sections,
            retention,
            warnings: self.warnings(),
        })
    }

    /// Of every query, and who stays. Where a policy may hide some rows, a ranking is
    /// made of the whole table, and rankings by several columns of the same one.
    fn tables(
        &self,
        prepared: &[Prepared<'p, '_>],
        counted: &Counted,
    ) -> Result<(CohortTable, Vec<Table>)> {
        let queries: Vec<&Query<'p>> = [&self.headline]
            .into_iter()
            .chain(self.queries().map(|(_, query)| query))
            .collect();
        let first = |at: usize| {
            let same = |other: &&Query<'p>| other.has_rows_of(queries[at]);
            let first = queries.iter().position(same);
            first.filter(|_| self.policy.is_some()).unwrap_or(at)
        };
        let firsts = (0..queries.len()).filter(|&at| first(at) == at);
        // What takes longest first: no thread is left with it when others are done.
        let takes_long = |&at: &usize| at == 0 || prepared[at].is_of_people();
        let (mut firsts, others): (Vec<usize>, Vec<usize>) = firsts.partition(takes_long);
        firsts.extend(others);
        let tables_from = |at: usize| {
            let (mut rows, is_whole) = prepared[at].rows(counted)?;
            let mut made = Vec::new();
            for like in (at + 1..queries.len()).filter(|&like| first(like) == at) {
                let table = if is_whole {
                    prepared[like].arranged(&rows)?
                } else {
                    prepared[like].table(counted)?
                };
                made.push((like, table));
            }
            prepared[at].arrange(&mut rows)?;
            made.push((at, rows));
            Ok(made)
        };
        let retention = || self.retention.table(counted);
        let (retention, made) = beside(retention, firsts.len(), |at| tables_from(firsts[at]));
        let made: Vec<Vec<_>> = made.into_iter().collect::<Result<_>>()?;
        let tables = in_places(queries.len(), made.into_iter().flatten());
        Ok((retention?, tables))
    }

    fn warnings(&self) -> Vec<String> {
        let odd = self.program.warnings().iter().map(Warning::to_string);
        let refused = self.refused.iter().map(|(id, ..)| {
            format!("{id}: left out, because items with several values cannot be protected")
        });
        odd.chain(refused).collect()
    }
}
