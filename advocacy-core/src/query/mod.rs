//! Metrics × dimensions × period × filter × definitions → a table of measures.

mod cohorts;
mod compare;
mod contribution;
mod guard;
pub(crate) mod protect;
mod together;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::calendar::{Period, Timestamp, WeekStart, Zone};
use crate::catalog::{Metric, definition};
use crate::definitions::{Definitions, SurveyAnswers};
use crate::dimension::Dimension;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::Filter;
use crate::measure::{Definition, Measure, Note};
use crate::model::program::Program;
use crate::privacy::PrivacyPolicy;
use crate::question::sheet::{Reader, Sheet};
use crate::question::space::Space;
use crate::question::{amounts, space};
use crate::table::{KeyValue, Row, Table};
use crate::tally::spec::Spec;
use crate::tally::{Counted, Tally};

pub(crate) use self::cohorts::CohortPlan;
pub use self::cohorts::{Cohort, CohortTable};
pub use self::compare::Baseline;
use self::contribution::Contributions;
pub use self::guard::Guard;
use self::protect::Behind;

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
    program: &'q Program<'q>,
    pub(crate) asked: Vec<Asked>,
    dimensions: Vec<Dimension>,
    period: Option<Period>,
    as_of: Option<Timestamp>,
    week_start: WeekStart,
    filter: Filter,
    definitions: Definitions,
    baseline: Option<Baseline>,
    order_by: Option<(String, bool)>,
    limit: Option<usize>,
    ranking: bool,
    privacy: Option<PrivacyPolicy>,
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
    fn everything(&self) -> Result<Period> {
        let zone = Zone::utc();
        let facts = [&self.shares, &self.activities, &self.brand_posts];
        let first = facts
            .into_iter()
            .filter_map(|facts| facts.at.bounds())
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

impl<'q> Query<'q> {
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
    fn policy(&self, another: Option<&PrivacyPolicy>) -> Option<PrivacyPolicy> {
        let all = [self.program.privacy(), self.privacy.as_ref(), another];
        let all = all.into_iter().flatten().cloned();
        all.reduce(|policy, other| policy.stricter(&other))
    }

    /// The table.
    ///
    /// # Errors
    /// `unknown_name` and `invalid_option` for what cannot be asked,
    /// `overflow` for a sum beyond 64 bits.
    pub fn table(&self) -> Result<Table> {
        let prepared = self.prepare(None)?;
        let counted = Counted::new(self.program, prepared.specs()?, prepared.as_of())?;
        prepared.table(&counted)
    }

    /// What the query needs of the programme's facts, counted. State `as_of`
    /// when batches are to be merged: by default it is the batch's own latest
    /// instant.
    ///
    /// # Errors
    /// Those of a query.
    pub fn tally(&self) -> Result<Tally> {
        let prepared = self.prepare(None)?;
        prepared.check_mergeable()?;
        let as_of = prepared.as_of();
        let counted = Counted::new(self.program, prepared.specs()?, as_of)?;
        Tally::new(self.program, counted, as_of, self.policy(None))
    }

    /// The table, from a tally made for this query, perhaps of other batches
    /// of facts.
    ///
    /// # Errors
    /// `incompatible_tally` when the tally was made for another query, another
    /// `as_of`, or names things this programme does not know.
    pub fn table_from(&self, tally: &Tally) -> Result<Table> {
        let prepared = self.prepare(tally.privacy())?;
        prepared.check_mergeable()?;
        let specs = prepared.specs()?;
        prepared.table(&tally.counted(self.program, &specs, prepared.as_of())?)
    }

    /// Whether the programme says anything of its dimensions at all.
    pub(crate) fn can_be_split(&self) -> bool {
        let period = self.period.clone();
        let Some(period) = period else { return true };
        let as_of = self
            .as_of
            .unwrap_or_else(|| self.program.default_as_of(&period));
        self.dimensions.iter().all(|dimension| {
            dimension.grain().is_some()
                || space::key_of(self.program, dimension, &period, as_of)
                    .is_ok_and(|key| crate::tally::keys::is_said(self.program, &key))
        })
    }

    /// Whether the policy in force allows its dimensions.
    pub(crate) fn is_allowed(&self) -> bool {
        let prepared = self.prepare(None);
        !prepared.is_err_and(|error| error.kind() == ErrorKind::Protected)
    }

    /// The query resolved, with what it is compared with.
    pub(crate) fn prepare(&self, another: Option<&PrivacyPolicy>) -> Result<Prepared<'q, '_>> {
        let policy = self.policy(another);
        let plan = self.plan(policy.as_ref())?;
        let baseline = match &self.baseline {
            Some(with) => {
                let baseline = compare::plan(self, &plan, with)?;
                if let (Some(policy), Baseline::Filter(_)) = (&policy, with)
                    && policy.differencing
                {
                    guard::check_side_by_side(&plan, &baseline.0, policy)?;
                }
                Some(baseline)
            }
            None => None,
        };
        Ok(Prepared {
            query: self,
            plan,
            baseline,
        })
    }

    fn plan(&self, policy: Option<&PrivacyPolicy>) -> Result<Plan<'q>> {
        let period = match &self.period {
            Some(period) => period.clone(),
            None => self.program.everything()?,
        };
        let as_of = self
            .as_of
            .unwrap_or_else(|| self.program.default_as_of(&period));
        self.plan_over(&period, as_of, &self.filter, policy)
    }

    pub(crate) fn plan_over(
        &self,
        period: &Period,
        as_of: Timestamp,
        filter: &Filter,
        policy: Option<&PrivacyPolicy>,
    ) -> Result<Plan<'q>> {
        let space = |dimensions: &[Dimension]| {
            Space::new(
                self.program,
                period,
                as_of,
                self.week_start,
                dimensions,
                filter,
            )
        };
        let mut columns = self
            .asked
            .iter()
            .map(|asked| {
                let definitions = asked
                    .definitions
                    .clone()
                    .unwrap_or_else(|| self.definitions.clone());
                Column::new(self.program, asked, definitions)
            })
            .collect::<Result<Vec<_>>>()?;
        for at in 0..columns.len() {
            let same = |other: &Column| other.definitions == columns[at].definitions;
            columns[at].set = columns.iter().position(same).unwrap_or(at);
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = columns
            .iter()
            .find(|column| !names.insert(column.name.clone()))
        {
            return Err(Error::new(
                ErrorKind::InvalidOption,
                format!("column {} is asked for twice", twice.name),
            )
            .in_field("metrics"));
        }
        let plan = |dimensions: &[Dimension]| -> Result<Plan<'q>> {
            Ok(Plan {
                space: space(dimensions)?,
                whole: space(&[])?,
                dimensions: dimensions.to_vec(),
                columns: columns.clone(),
                policy: policy.cloned(),
                margins: Vec::new(),
                family: None,
            })
        };
        let with_margins = |dimensions: &[Dimension]| -> Result<Plan<'q>> {
            let margins = dimensions.chunks(1).map(plan);
            Ok(Plan {
                margins: margins.collect::<Result<_>>()?,
                ..plan(dimensions)?
            })
        };
        // By one dimension, or by the two of a hierarchy.
        let with_family = |dimensions: &[Dimension]| -> Result<Plan<'q>> {
            let family = protect::is_of_family(self.program, dimensions);
            let family = family.then(|| with_margins(&protect::FAMILY)).transpose()?;
            Ok(Plan {
                family: family.map(Box::new),
                ..plan(dimensions)?
            })
        };
        let plan = match (&self.dimensions[..], policy) {
            (_, None) => plan(&self.dimensions)?,
            (two @ [_, _], Some(_)) if !protect::is_of_family(self.program, two) => {
                let margins = two.chunks(1).map(with_family);
                Plan {
                    margins: margins.collect::<Result<_>>()?,
                    ..plan(two)?
                }
            }
            (dimensions, Some(_)) => with_family(dimensions)?,
        };
        if let Some(policy) = policy {
            policy.check()?;
            protect::check(&plan)?;
        }
        Ok(plan)
    }

    /// Whether a row of that key has a place in the table.
    fn is_shown(&self, key: &[KeyValue]) -> bool {
        let unnamed = |value: &KeyValue, dimension: &Dimension| match value {
            KeyValue::None => true,
            KeyValue::Thing { id, .. } if *dimension == Dimension::Advocate => {
                self.program.has_opted_out(id)
            }
            _ => false,
        };
        let mut values = key.iter().zip(&self.dimensions);
        !self.ranking || !values.any(|(value, by)| unnamed(value, by))
    }

    /// The rows that are enough, where an order and a limit are asked for.
    fn first(&self) -> Option<First<'_>> {
        let (column, largest) = self.order_by.as_ref()?;
        Some(First {
            query: self,
            column,
            largest: *largest,
            rows: self.limit?,
        })
    }

    fn arrange(&self, table: &mut Table) -> Result<()> {
        table.rows.retain(|row| self.is_shown(&row.key));
        if let Some((column, largest)) = &self.order_by {
            let Some(at) = table.columns.iter().position(|name| name == column) else {
                let known: Vec<&str> = table.columns.iter().map(String::as_str).collect();
                return Err(crate::named::unknown("order_by", column, &known));
            };
            // Stable: equal values stay in the order of their keys.
            let value = |row: &Row| row.measures[at].value();
            table
                .rows
                .sort_by(|a, b| by_value(value(a), value(b), *largest));
        }
        if let Some(limit) = self.limit {
            table.rows.truncate(limit);
        }
        Ok(())
    }
}

/// The order of values; rows without one come last.
fn by_value(a: Option<f64>, b: Option<f64>, largest: bool) -> std::cmp::Ordering {
    match (a, b) {
        (Some(a), Some(b)) if largest => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// Which rows come first, and how many are wanted.
#[derive(Clone, Copy)]
pub(crate) struct First<'q> {
    query: &'q Query<'q>,
    column: &'q str,
    largest: bool,
    rows: usize,
}

/// A query ready to be counted and read.
pub(crate) struct Prepared<'p, 'q> {
    query: &'q Query<'p>,
    plan: Plan<'p>,
    baseline: Option<(Plan<'p>, String)>,
}

impl Prepared<'_, '_> {
    pub(crate) fn as_of(&self) -> Timestamp {
        self.plan.space.as_of
    }

    /// An error where what is asked for cannot be counted in batches.
    pub(crate) fn check_mergeable(&self) -> Result<()> {
        let columns = &self.plan.columns;
        if columns.iter().all(Column::is_mergeable) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::IncompatibleTally,
            "a person's latest answer is known only of a whole programme: a tally counts every answer",
        )
        .in_field("survey_answers"))
    }

    /// The tables it needs, each once, in order.
    pub(crate) fn specs(&self) -> Result<Vec<Spec>> {
        let mut specs = self.plan.specs()?;
        if let Some((baseline, _)) = &self.baseline {
            specs.extend(baseline.specs()?);
        }
        specs.sort_unstable();
        specs.dedup();
        Ok(specs)
    }

    /// The table, from counted facts.
    pub(crate) fn table(&self, counted: &Counted) -> Result<Table> {
        let mut table = self.plan.table(counted, self.query.first())?;
        if let Some((baseline, words)) = &self.baseline {
            compare::add(&mut table, &baseline.table(counted, None)?, words)?;
        }
        self.query.arrange(&mut table)?;
        Ok(table)
    }
}

/// A column ready to be computed.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    metric: Metric,
    name: String,
    definitions: Definitions,
    /// The first column of the same definitions, which shares its answers.
    set: usize,
    definition: Arc<Definition>,
}

impl Column {
    /// The tables its formula needs.
    fn specs(&self, space: &Space<'_>) -> Result<Vec<Spec>> {
        let mut specs = Vec::new();
        self.metric
            .compute(&mut Sheet::plan(space, &self.definitions, &mut specs))?;
        Ok(specs)
    }

    fn is_mergeable(&self) -> bool {
        self.definitions.survey_answers == SurveyAnswers::Every
            || !self.metric.info().options.contains(&"survey_answers")
    }

    fn new(program: &Program<'_>, asked: &Asked, definitions: Definitions) -> Result<Self> {
        let mut shown = definition(asked.metric, &definitions);
        // What is in force is shown, not what was left to the default.
        if let Some(choice) = shown
            .choices
            .iter_mut()
            .find(|choice| choice.option == "engagement_set")
        {
            choice.value = amounts::engagement_set(program, &definitions)?
                .to_string()
                .into();
        }
        Ok(Self {
            metric: asked.metric,
            name: asked.name.clone(),
            definitions,
            set: 0,
            definition: Arc::new(shown),
        })
    }
}

/// A query resolved against its programme.
pub(crate) struct Plan<'p> {
    pub(crate) space: Space<'p>,
    /// The same without dimensions, for the total.
    whole: Space<'p>,
    pub(crate) dimensions: Vec<Dimension>,
    columns: Vec<Column>,
    policy: Option<PrivacyPolicy>,
    /// Under a policy, of two dimensions: the same by each of them alone.
    margins: Vec<Self>,
    /// Under a policy, by team or department: the same by both, since everybody
    /// knows which team is in which department.
    family: Option<Box<Self>>,
}

/// A table before a policy is applied: rows and their total, with who stands
/// behind them; nobody is asked for without a policy.
struct Raw {
    rows: Vec<RawRow>,
    total: RawRow,
}

struct RawRow {
    row: Row,
    /// Under each set of definitions.
    behind: Vec<Behind>,
    /// By column, whether one person holds too much; empty if nobody asks.
    dominated: Vec<bool>,
    /// Whether the metrics asked for make a row of it.
    listed: bool,
}

impl Plan<'_> {
    /// The tables the query needs; some more than once.
    fn specs(&self) -> Result<Vec<Spec>> {
        let mut specs = Vec::new();
        for column in &self.columns {
            for space in [&self.space, &self.whole] {
                let own = column.specs(space)?;
                if self.dominance().is_some() {
                    specs.extend(contribution::specs(&own, space));
                }
                if self.policy.is_some() {
                    let mut sheet = Sheet::plan(space, &column.definitions, &mut specs);
                    Behind::ask(&mut sheet, self.metrics())?;
                }
                specs.extend(own);
            }
        }
        for other in self.margins.iter().chain(self.family.as_deref()) {
            specs.extend(other.specs()?);
        }
        Ok(specs)
    }

    fn metrics(&self) -> impl Iterator<Item = Metric> {
        self.columns.iter().map(|column| column.metric)
    }

    /// One place for answers per set of definitions.
    fn readers(&self) -> Vec<Reader> {
        self.columns.iter().map(|_| Reader::default()).collect()
    }

    /// The table, from counted facts, and under the policy in force.
    pub(crate) fn table(&self, counted: &Counted, first: Option<First<'_>>) -> Result<Table> {
        // What is hidden must not depend on which rows are wanted.
        let raw = self.raw(counted, first.filter(|_| self.policy.is_none()))?;
        let (rows, total) = if let Some(policy) = &self.policy {
            protect::protect(self, policy, raw, counted)?
        } else {
            let rows = raw.rows.into_iter().map(|raw| raw.row);
            (rows.collect(), raw.total.row)
        };
        let mut notes = Vec::new();
        for axis in self.space.axes.iter().filter(|axis| axis.key.is_multi()) {
            notes.push(format!(
                "rows do not add up: one share or item can have several of {}; the total counts each once",
                axis.dimension
            ));
        }
        Ok(Table {
            dimensions: self.dimensions.clone(),
            columns: self
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            period: self.space.period.clone(),
            rows,
            total,
            notes,
        })
    }

    fn dominance(&self) -> Option<u32> {
        self.policy.as_ref()?.dominance
    }

    /// Every row and the total, as they are.
    fn raw(&self, counted: &Counted, first: Option<First<'_>>) -> Result<Raw> {
        let readers = self.readers();
        let mut listed = self.cells(counted, &readers)?;
        if let Some(first) = first {
            listed = self.first(listed, first, counted, &readers)?;
        }
        let mut cells = listed.clone();
        if self.policy.is_some() {
            // What is hidden must not depend on which rows a metric makes.
            cells.extend(self.cells_of_people(counted, &readers)?);
            cells.sort_unstable();
            cells.dedup();
        }
        self.sort(&mut cells);
        let listed: BTreeSet<u64> = listed.into_iter().collect();
        let (space, whole) = (&self.space, &self.whole);
        let held = self.contributions(space, counted)?;
        let rows = cells.into_iter().map(|cell| {
            let key = space.key_values(&self.dimensions, cell);
            let mut raw = self.row(space, counted, &readers, (cell, key), &held)?;
            raw.listed = listed.contains(&cell);
            Ok(raw)
        });
        let rows = rows.collect::<Result<_>>()?;
        let held = self.contributions(whole, counted)?;
        let total = self.row(whole, counted, &self.readers(), (0, Vec::new()), &held)?;
        Ok(Raw { rows, total })
    }

    fn row(
        &self,
        space: &Space<'_>,
        counted: &Counted,
        readers: &[Reader],
        (cell, key): (u64, Vec<KeyValue>),
        held: &[Contributions],
    ) -> Result<RawRow> {
        let row = Row {
            key,
            measures: self.measures(space, counted, readers, cell)?,
            comparisons: Vec::new(),
        };
        let dominates = |held: &Contributions| {
            self.dominance()
                .is_some_and(|percent| held.dominates(cell, space, percent))
        };
        Ok(RawRow {
            row,
            behind: self.behind(space, counted, readers, cell)?,
            dominated: held.iter().map(dominates).collect(),
            listed: true,
        })
    }

    /// What each cell holds of every column's quantities and who holds most of
    /// it; nothing unless the policy asks.
    fn contributions(&self, space: &Space<'_>, counted: &Counted) -> Result<Vec<Contributions>> {
        if self.dominance().is_none() {
            return Ok(Vec::new());
        }
        let columns = self.columns.iter();
        let columns =
            columns.map(|column| Ok(Contributions::new(&column.specs(space)?, space, counted)));
        columns.collect()
    }

    /// The cells anybody stands behind.
    fn cells_of_people(&self, counted: &Counted, readers: &[Reader]) -> Result<Vec<u64>> {
        let mut cells = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            if column.set == at {
                let (space, reader) = (&self.space, &readers[at]);
                let mut sheet =
                    Sheet::survey(space, &column.definitions, counted, reader, &mut cells);
                Behind::ask(&mut sheet, self.metrics())?;
            }
        }
        Ok(cells)
    }

    /// Who stands behind a cell, under each set of definitions.
    fn behind(
        &self,
        space: &Space<'_>,
        counted: &Counted,
        readers: &[Reader],
        cell: u64,
    ) -> Result<Vec<Behind>> {
        if self.policy.is_none() {
            return Ok(Vec::new());
        }
        let columns = self.columns.iter().enumerate();
        let sets = columns.filter(|(at, column)| column.set == *at);
        let behind = sets.map(|(at, column)| {
            let reader = &readers[at];
            let mut sheet = Sheet::read(space, &column.definitions, counted, reader, cell);
            Behind::ask(&mut sheet, self.metrics())
        });
        behind.collect()
    }

    /// The cells that make rows: every combination in use, at every step of
    /// time; empty steps are rows too.
    fn cells(&self, counted: &Counted, readers: &[Reader]) -> Result<Vec<u64>> {
        let space = &self.space;
        if self.dimensions.is_empty() {
            return Ok(Vec::new());
        }
        let mut used = Vec::new();
        for column in &self.columns {
            let mut sheet = Sheet::survey(
                space,
                &column.definitions,
                counted,
                &readers[column.set],
                &mut used,
            );
            column.metric.compute(&mut sheet)?;
        }
        let slots = space.slots.len() as u64;
        let mut parts: Vec<u64> = used.into_iter().map(|cell| cell / slots.max(1)).collect();
        parts.sort_unstable();
        parts.dedup();
        if parts.is_empty() && !space.axes.is_empty() {
            // Nothing can be split by these: every known value is a row.
            let mut all = vec![0_u64];
            for axis in &space.axes {
                let radix = u64::from(axis.radix.max(1));
                let codes: Vec<u64> = space
                    .codes_in_use(axis)
                    .into_iter()
                    .map(u64::from)
                    .collect();
                all = all
                    .iter()
                    .flat_map(|cell| codes.iter().map(move |code| cell * radix + code))
                    .collect();
            }
            parts = all;
        } else if parts.is_empty() {
            parts.push(0);
        }
        Ok(parts
            .into_iter()
            .flat_map(|part| (0..slots).map(move |slot| part * slots + slot))
            .collect())
    }

    /// Of the cells, those of the first rows by a column whose values are found
    /// at once; all of them where they are not.
    fn first(
        &self,
        cells: Vec<u64>,
        first: First<'_>,
        counted: &Counted,
        readers: &[Reader],
    ) -> Result<Vec<u64>> {
        let by = self.columns.iter();
        let Some(column) = by.into_iter().find(|column| column.name == first.column) else {
            return Ok(cells);
        };
        if cells.len() <= first.rows {
            return Ok(cells);
        }
        let mut values = None;
        let mut sheet = Sheet::rank(
            &self.space,
            &column.definitions,
            counted,
            &readers[column.set],
            &cells,
            &mut values,
        );
        column.metric.compute(&mut sheet)?;
        let Some(values) = values else {
            return Ok(cells);
        };
        let mut ranked: Vec<(Option<f64>, u64)> = values.into_iter().zip(cells).collect();
        let order =
            |a: &(Option<f64>, u64), b: &(Option<f64>, u64)| by_value(a.0, b.0, first.largest);
        // Twice as many each time, until enough of them are shown.
        let mut most = first.rows.saturating_mul(2).max(64);
        loop {
            if most >= ranked.len() {
                return Ok(ranked.into_iter().map(|(_, cell)| cell).collect());
            }
            let (_, &mut last, _) = ranked.select_nth_unstable_by(most, order);
            let ahead = |ranked: &&(Option<f64>, u64)| order(ranked, &last).is_lt();
            let shown = |&&(_, cell): &&(Option<f64>, u64)| {
                let key = self.space.key_values(&self.dimensions, cell);
                first.query.is_shown(&key)
            };
            if ranked[..most].iter().filter(ahead).filter(shown).count() >= first.rows {
                let ahead = ranked[..most].iter().filter(ahead);
                return Ok(ahead.map(|&(_, cell)| cell).collect());
            }
            most = most.saturating_mul(4);
        }
    }

    /// Rows are in the order of their keys: names by name, time by time, none
    /// last.
    fn sort(&self, cells: &mut [u64]) {
        let key = |cell: &u64| {
            self.space
                .key_values(&self.dimensions, *cell)
                .iter()
                .map(KeyValue::place)
                .collect::<Vec<_>>()
        };
        cells.sort_by_cached_key(key);
    }

    fn measures(
        &self,
        space: &Space<'_>,
        counted: &Counted,
        readers: &[Reader],
        cell: u64,
    ) -> Result<Vec<Measure>> {
        self.columns
            .iter()
            .map(|column| {
                let mut sheet = Sheet::read(
                    space,
                    &column.definitions,
                    counted,
                    &readers[column.set],
                    cell,
                );
                let mut measure = column.metric.compute(&mut sheet)?;
                let (not_split, not_heeded) = (sheet.not_split(), sheet.not_heeded());
                let slot = sheet.slot().and_then(|slot| space.slots.get(slot));
                let worded = Arc::clone(&measure.definition);
                measure.definition = Arc::clone(&column.definition);
                if !worded.formula.is_empty() {
                    Arc::make_mut(&mut measure.definition)
                        .formula
                        .clone_from(&worded.formula);
                }
                if let Some(slot) = slot {
                    measure.period = Some(slot.period.clone());
                    measure = measure
                        .note_if(!slot.period.is_complete(space.as_of), || {
                            Note::PartialPeriod { as_of: space.as_of }
                        })
                        .note_if(slot.clipped, || Note::ClippedBucket);
                }
                Ok(measure
                    .note_if(!not_split.is_empty(), || Note::NotSplit {
                        dimensions: not_split,
                    })
                    .note_if(!not_heeded.is_empty(), || Note::NotFiltered {
                        dimensions: not_heeded,
                    }))
            })
            .collect()
    }
}
