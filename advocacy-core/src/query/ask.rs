//! How a query is put together, step by step.

use crate::calendar::{Period, Timestamp, WeekStart, Zone};
use crate::catalog::Metric;
use crate::definitions::Definitions;
use crate::dimension::Dimension;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::Filter;
use crate::model::parts::Parts;
use crate::model::program::Program;
use crate::privacy::PrivacyPolicy;

use super::Baseline;

/// A metric as it is asked for: under its own name and the query's definitions
/// unless told otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) metric: Metric,
    pub(crate) name: String,
    pub(crate) definitions: Option<Definitions>,
}

/// A query, put together step by step.
///
/// ```
/// # #[cfg(feature = "sample")] {
/// use advocacy_core::{Dimension, Metric, Period, Program, Zone, sample};
///
/// let rows = sample::rows();
/// let program = Program::from_rows(&rows)?;
/// let zone = Zone::utc();
/// let table = program
///     .measure([Metric::EngagementRate, Metric::Shares])
///     .by([Dimension::Network, Dimension::Month])
///     .over(Period::quarter(2025, 3, &zone)?)
///     .table()?;
/// println!("{}", table.get("engagement_rate").unwrap().explain());
/// # }
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Query<'q> {
    pub(super) program: &'q Program<'q>,
    pub(crate) asked: Vec<Asked>,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) period: Option<Period>,
    pub(super) as_of: Option<Timestamp>,
    pub(super) week_start: WeekStart,
    pub(super) filter: Filter,
    pub(super) definitions: Definitions,
    pub(super) baseline: Option<Baseline>,
    pub(super) order_by: Option<(String, bool)>,
    pub(super) limit: Option<usize>,
    pub(super) ranking: bool,
    pub(super) privacy: Option<PrivacyPolicy>,
}

impl<'a> Program<'a> {
    /// Starts a query for these metrics: over everything known, undivided, by
    /// the default definitions.
    pub fn measure(&'a self, metrics: impl IntoIterator<Item = Metric>) -> Query<'a> {
        Query {
            program: self,
            asked: metrics
                .into_iter()
                .map(|metric| Asked {
                    metric,
                    name: metric.id().to_owned(),
                    definitions: None,
                })
                .collect(),
            dimensions: Vec::new(),
            period: None,
            as_of: None,
            week_start: WeekStart::Monday,
            filter: Filter::new(),
            definitions: Definitions::default(),
            baseline: None,
            order_by: None,
            limit: None,
            ranking: false,
            privacy: None,
        }
    }

    /// The default `as_of` for a period: the latest instant in the data, or
    /// the period's end where there is none.
    pub(crate) fn default_as_of(&self, period: &Period) -> Timestamp {
        self.latest().unwrap_or_else(|| period.end())
    }

    /// Whole years, in UTC, around everything known.
    pub(super) fn everything(&self) -> Result<Period> {
        let zone = Zone::utc();
        let facts = [&self.shares, &self.activities, &self.brand_posts];
        let first = facts
            .into_iter()
            .filter_map(Parts::bounds)
            .map(|(first, _)| first)
            .min();
        let Some((first, last)) = first.zip(self.latest()) else {
            return Err(Error::new(
                ErrorKind::InvalidPeriod,
                "a period is needed: the programme has no facts to take one from",
            )
            .in_field("period"));
        };
        let year = |at: Timestamp| Period::year(chrono::Datelike::year(&zone.date_of(at)), &zone);
        let (from, to) = (year(Timestamp::from_micros(first)?)?, year(last)?);
        if from == to {
            Ok(from)
        } else {
            Period::instants(from.start(), to.end(), &zone)
        }
    }
}

impl Query<'_> {
    /// Splits by these dimensions, outermost first.
    pub fn by(mut self, dimensions: impl IntoIterator<Item = Dimension>) -> Self {
        self.dimensions = dimensions.into_iter().collect();
        self
    }

    /// Over this period; without it, over the whole years of the data in UTC.
    pub fn over(mut self, period: Period) -> Self {
        self.period = Some(period);
        self
    }

    /// As things stood at this instant; facts after it are ignored.
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

    /// One more column: a metric under a name and definitions of its own, to
    /// set definitions side by side.
    pub fn and_as(
        mut self,
        name: impl Into<String>,
        metric: Metric,
        definitions: Definitions,
    ) -> Self {
        self.asked.push(Asked {
            metric,
            name: name.into(),
            definitions: Some(definitions),
        });
        self
    }

    /// Sets a baseline beside every measure.
    pub fn compare(mut self, baseline: Baseline) -> Self {
        self.baseline = Some(baseline);
        self
    }

    /// Rows in the order of a column, largest first; rows without a value come
    /// last, equal ones in the order of their keys.
    pub fn largest_first(mut self, column: impl Into<String>) -> Self {
        self.order_by = Some((column.into(), true));
        self
    }

    /// Rows in the order of a column, smallest first.
    pub fn smallest_first(mut self, column: impl Into<String>) -> Self {
        self.order_by = Some((column.into(), false));
        self
    }

    /// No more than this many rows; totals are of all.
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = Some(rows);
        self
    }

    /// A ranking: the first rows by a column, largest first. Rows of no value
    /// ("no team") and advocates who opted out are not ranked; the total is of
    /// everybody.
    ///
    /// ```
    /// # #[cfg(feature = "sample")] {
    /// use advocacy_core::{Dimension, Metric, Program, sample};
    ///
    /// let rows = sample::rows();
    /// let program = Program::from_rows(&rows)?;
    /// let best = program.measure([Metric::Engagements]).by([Dimension::Advocate]).top(10, "engagements");
    /// assert_eq!(best.table()?.rows.len(), 10);
    /// # }
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn top(mut self, rows: usize, column: impl Into<String>) -> Self {
        self.ranking = true;
        self.largest_first(column).limit(rows)
    }

    /// Under a privacy policy; where the programme has one too, the stricter
    /// of each option.
    pub fn privacy(mut self, policy: PrivacyPolicy) -> Self {
        self.privacy = Some(policy);
        self
    }

    /// The policy in force: what satisfies the programme's, the query's and
    /// another.
    pub(super) fn policy(&self, another: Option<&PrivacyPolicy>) -> Option<PrivacyPolicy> {
        let all = [self.program.privacy(), self.privacy.as_ref(), another];
        let all = all.into_iter().flatten().cloned();
        all.reduce(|policy, other| policy.stricter(&other))
    }
}
