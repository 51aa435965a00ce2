//! What is asked, put together setting by setting.

use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use advocacy_core::privacy::{Guard, PrivacyPolicy};
use advocacy_core::{
    Baseline, Definitions, Dimension, Error, Filter, Metric, Period, Program, Query, ReportOptions,
    Timestamp, WeekStart,
};
use wasm_bindgen::prelude::*;

use crate::fault::Fault;
use crate::names::snake;
use crate::zone::HostZone;

/// A column asked for: its name, its metric, and its definitions where they
/// differ from the question's.
#[derive(Clone, Debug)]
struct Asked {
    name: String,
    metric: Metric,
    definitions: Option<Definitions>,
}

/// Questions asked at once.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Questions {
    pub(crate) tables: Vec<Question>,
    pub(crate) cohorts: Vec<Question>,
}

#[wasm_bindgen]
impl Questions {
    /// None yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more, of a table.
    pub fn table(&mut self, question: &Question) {
        self.tables.push(question.clone());
    }

    /// One more, of cohorts.
    pub fn cohorts(&mut self, question: &Question) {
        self.cohorts.push(question.clone());
    }
}

/// A question to a programme.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Question {
    zone: advocacy_core::Zone,
    asked: Vec<Asked>,
    by: Vec<Dimension>,
    period: Option<Period>,
    as_of: Option<Timestamp>,
    week_start: WeekStart,
    filter: Filter,
    definitions: Definitions,
    privacy: Option<PrivacyPolicy>,
    guard: Option<Rc<RefCell<Guard>>>,
    compare: Option<Baseline>,
    order: Option<(String, bool)>,
    limit: Option<usize>,
    ranking: bool,
}

impl Question {
    pub(crate) fn query<'p>(&self, program: &'p Program<'p>) -> Query<'p> {
        let mut query = (program.measure([]))
            .by(self.by.iter().cloned())
            .weeks_from(self.week_start)
            .only(self.filter.clone())
            .define(self.definitions.clone());
        for column in &self.asked {
            let definitions = column.definitions.as_ref().unwrap_or(&self.definitions);
            query = query.and_as(&column.name, column.metric, definitions.clone());
        }
        if let Some(period) = &self.period {
            query = query.over(period.clone());
        }
        if let Some(as_of) = self.as_of {
            query = query.as_of(as_of);
        }
        if let Some(policy) = &self.privacy {
            query = query.privacy(policy.clone());
        }
        if let Some(baseline) = &self.compare {
            query = query.compare(baseline.clone());
        }
        if let (true, Some((column, true)), Some(rows)) = (self.ranking, &self.order, self.limit) {
            return query.top(rows, column);
        }
        query = match &self.order {
            Some((column, true)) => query.largest_first(column),
            Some((column, false)) => query.smallest_first(column),
            None => query,
        };
        match self.limit {
            Some(rows) => query.limit(rows),
            None => query,
        }
    }

    /// The guard that its answer must pass, if any.
    pub(crate) fn guard_of(&self) -> Option<RefMut<'_, Guard>> {
        self.guard.as_ref().map(|guard| guard.borrow_mut())
    }

    /// An error where a guard does not look at the answer.
    pub(crate) fn check_unguarded(&self) -> Result<(), Fault> {
        if self.guard.is_none() {
            return Ok(());
        }
        let kind = advocacy_core::ErrorKind::InvalidOption;
        let message = "a guard looks at one question of a programme's own facts at a time";
        Err(Fault::new(kind, message).in_field("guard"))
    }

    pub(crate) fn report(&self) -> Result<ReportOptions, Fault> {
        let Some(period) = &self.period else {
            let kind = advocacy_core::ErrorKind::InvalidPeriod;
            return Err(Fault::new(kind, "a report needs a period").in_field("period"));
        };
        let options = ReportOptions::new(period.clone())
            .weeks_from(self.week_start)
            .only(self.filter.clone())
            .define(self.definitions.clone());
        let options = match &self.privacy {
            Some(policy) => options.privacy(policy.clone()),
            None => options,
        };
        Ok(match self.as_of {
            Some(as_of) => options.as_of(as_of),
            None => options,
        })
    }
}

fn dimension(name: &str) -> Result<Dimension, Fault> {
    // The name of a tag is the user's own.
    if name.starts_with("tag:") {
        return Ok(Dimension::parse(name)?);
    }
    Ok(Dimension::parse(&snake(name))?)
}

fn define(definitions: &mut Definitions, option: &str, choice: &str) -> Result<(), Fault> {
    Ok(definitions.set(&snake(option), choice)?)
}

/// One option more of a policy, which begins with the first.
pub(crate) fn protect(
    policy: &mut Option<PrivacyPolicy>,
    option: &str,
    choice: &str,
) -> Result<(), Fault> {
    Ok(default_policy(policy).set(&snake(option), choice)?)
}

/// The policy, which is the core's default until an option says otherwise.
pub(crate) fn default_policy(policy: &mut Option<PrivacyPolicy>) -> &mut PrivacyPolicy {
    policy.get_or_insert_with(PrivacyPolicy::default)
}

#[wasm_bindgen]
impl Question {
    /// Nothing yet; times and periods are meant in the zone.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(zone: &HostZone) -> Self {
        Self {
            zone: zone.0.clone(),
            asked: Vec::new(),
            by: Vec::new(),
            period: None,
            as_of: None,
            week_start: WeekStart::Monday,
            filter: Filter::new(),
            definitions: Definitions::default(),
            privacy: None,
            guard: None,
            compare: None,
            order: None,
            limit: None,
            ranking: false,
        }
    }

    /// One more column.
    ///
    /// # Errors
    /// `unknown_name`.
    pub fn column(&mut self, name: String, metric: &str) -> Result<(), JsValue> {
        let metric = Metric::parse(&snake(metric)).map_err(Fault::from)?;
        self.asked.push(Asked {
            name,
            metric,
            definitions: None,
        });
        Ok(())
    }

    /// One more dimension.
    ///
    /// # Errors
    /// `unknown_name`.
    pub fn by(&mut self, name: &str) -> Result<(), JsValue> {
        self.by.push(dimension(name)?);
        Ok(())
    }

    /// Over this period: `2025-Q3`.
    ///
    /// # Errors
    /// `invalid_period` and `out_of_range`.
    pub fn period(&mut self, text: &str) -> Result<(), JsValue> {
        self.period = Some(Period::parse(text, &self.zone).map_err(in_field("period"))?);
        Ok(())
    }

    /// As things stood at this instant.
    ///
    /// # Errors
    /// `invalid_value` and `out_of_range`.
    #[wasm_bindgen(js_name = asOf)]
    pub fn as_of(&mut self, text: &str) -> Result<(), JsValue> {
        self.as_of = Some(Timestamp::parse(text, &self.zone).map_err(in_field("as_of"))?);
        Ok(())
    }

    /// Weeks begin on this day.
    ///
    /// # Errors
    /// `unknown_name`.
    #[wasm_bindgen(js_name = weekStart)]
    pub fn week_start(&mut self, name: &str) -> Result<(), JsValue> {
        self.week_start = WeekStart::parse(name).map_err(in_field("week_start"))?;
        Ok(())
    }

    /// Only facts and people whose dimension is, or is not, among the values.
    ///
    /// # Errors
    /// `unknown_name`.
    pub fn filter(&mut self, name: &str, values: Vec<String>, except: bool) -> Result<(), JsValue> {
        let filter = std::mem::take(&mut self.filter);
        self.filter = narrowed(filter, name, values, except)?;
        Ok(())
    }

    /// Chooses for an option, of the last column or of all.
    ///
    /// # Errors
    /// `unknown_name` and `invalid_option`.
    pub fn define(&mut self, option: &str, choice: &str, last: bool) -> Result<(), JsValue> {
        match self.asked.last_mut().filter(|_| last) {
            Some(column) => {
                let ours = || self.definitions.clone();
                define(column.definitions.get_or_insert_with(ours), option, choice)?;
            }
            None => define(&mut self.definitions, option, choice)?,
        }
        Ok(())
    }

    /// Protects small groups by the default policy.
    pub fn protect(&mut self) {
        default_policy(&mut self.privacy);
    }

    /// Protects small groups, by one option more.
    ///
    /// # Errors
    /// `unknown_name` and `invalid_option`.
    pub fn privacy(&mut self, option: &str, choice: &str) -> Result<(), JsValue> {
        protect(&mut self.privacy, option, choice)?;
        Ok(())
    }

    /// Remembers the answer, and refuses it beside earlier ones that it would
    /// tell of few people with.
    pub fn guard(&mut self, guard: &Watch) {
        self.guard = Some(Rc::clone(&guard.0));
    }

    /// Sets the period before, or the one last year, beside every measure.
    ///
    /// # Errors
    /// `unknown_name`.
    pub fn compare(&mut self, name: &str) -> Result<(), JsValue> {
        self.compare = Some(match snake(name).as_str() {
            "previous_period" => Baseline::PreviousPeriod,
            "same_period_last_year" => Baseline::SamePeriodLastYear,
            _ => {
                let message = format!(
                    "{name:?} is not a known baseline; known: previousPeriod, \
                     samePeriodLastYear, or a filter"
                );
                let kind = advocacy_core::ErrorKind::UnknownName;
                return Err(Fault::new(kind, message).in_field("compare").into());
            }
        });
        Ok(())
    }

    /// Sets what another filter leaves beside every measure; called once a
    /// dimension.
    ///
    /// # Errors
    /// `unknown_name`.
    #[wasm_bindgen(js_name = compareWith)]
    pub fn compare_with(
        &mut self,
        name: &str,
        values: Vec<String>,
        except: bool,
    ) -> Result<(), JsValue> {
        let filter = match self.compare.take() {
            Some(Baseline::Filter(filter)) => filter,
            _ => Filter::new(),
        };
        self.compare = Some(Baseline::Filter(narrowed(filter, name, values, except)?));
        Ok(())
    }

    /// Rows in the order of a column.
    pub fn order(&mut self, column: String, largest: bool) {
        self.order = Some((column, largest));
    }

    /// No more than so many rows; as a ranking, without the unnamed.
    pub fn limit(&mut self, rows: u32, ranking: bool) {
        self.limit = usize::try_from(rows).ok();
        self.ranking = ranking;
    }
}

/// A guard, which several questions share.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Watch(Rc<RefCell<Guard>>);

#[wasm_bindgen]
impl Watch {
    /// One that has seen nothing.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

fn narrowed(
    filter: Filter,
    name: &str,
    values: Vec<String>,
    except: bool,
) -> Result<Filter, Fault> {
    let dimension = dimension(name)?;
    Ok(if except {
        filter.except(dimension, values)
    } else {
        filter.only(dimension, values)
    })
}

fn in_field(field: &str) -> impl Fn(Error) -> Fault {
    move |error| {
        let at = error.field().unwrap_or(field).to_owned();
        Fault::from(error).in_field(&at)
    }
}
