//! A validated programme, asked.

use advocacy_core::{CohortTable, KeyValue, Live, Measure, Program, ProgramBuilder, Row, Table};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::fault::{Fault, told, told_shared};
use crate::question::{Question, Questions};

#[derive(Serialize)]
struct Answers {
    tables: Vec<Table>,
    cohorts: Vec<CohortTable>,
}

/// An answer of many measures.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Answer {
    text: String,
    numbers: Vec<f64>,
}

impl Answer {
    fn of(value: &impl Serialize) -> Result<Self, Fault> {
        let (text, numbers) = told_shared(value)?;
        Ok(Self { text, numbers })
    }
}

#[wasm_bindgen]
impl Answer {
    /// As JSON, without the numbers of its measures; it is handed over once.
    pub fn text(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Where the numbers lie.
    #[must_use]
    pub fn numbers(&self) -> *const f64 {
        self.numbers.as_ptr()
    }
}

/// A programme and what it is asked.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Programme(Live<'static>);

impl Programme {
    pub(crate) fn new(program: Program<'static>) -> Self {
        Self(Live::new(program))
    }

    pub(crate) fn add(&mut self, batch: ProgramBuilder<'static>) -> advocacy_core::Result<()> {
        self.0.add(batch)
    }

    /// The table, past the question's guard if it has one.
    fn table(&self, question: &Question) -> Result<Table, Fault> {
        let query = question.query(self.0.program());
        Ok(match question.guard_of() {
            Some(mut guard) => guard.table(&query)?,
            None => self.0.table(&query)?,
        })
    }
}

#[wasm_bindgen]
impl Programme {
    /// The table.
    ///
    /// # Errors
    /// Those of a query.
    pub fn measure(&self, question: &Question) -> Result<Answer, JsValue> {
        Ok(Answer::of(&self.table(question)?)?)
    }

    /// The tables of some questions and the cohorts of others, from shared
    /// passes.
    ///
    /// # Errors
    /// Those of a query.
    pub fn answer(&self, questions: &Questions) -> Result<Answer, JsValue> {
        let mut all = questions.tables.iter().chain(&questions.cohorts);
        all.try_for_each(Question::check_unguarded)?;
        let query = |question: &Question| question.query(self.0.program());
        let tables: Vec<_> = questions.tables.iter().map(query).collect();
        let cohorts: Vec<_> = questions.cohorts.iter().map(query).collect();
        let answered = self.0.tables_and_cohorts(&tables, &cohorts);
        let (tables, cohorts) = answered.map_err(Fault::from)?;
        Ok(Answer::of(&Answers { tables, cohorts })?)
    }

    /// The table from a tally.
    ///
    /// # Errors
    /// Those of a query; `incompatible_tally`.
    #[wasm_bindgen(js_name = measureFrom)]
    pub fn measure_from(&self, question: &Question, tally: &Counts) -> Result<Answer, JsValue> {
        question.check_unguarded()?;
        let table = question
            .query(self.0.program())
            .table_from(&tally.0)
            .map_err(Fault::from)?;
        Ok(Answer::of(&table)?)
    }

    /// What the question needs, counted.
    ///
    /// # Errors
    /// Those of a query.
    pub fn tally(&self, question: &Question) -> Result<Counts, JsValue> {
        Ok(Counts(
            question
                .query(self.0.program())
                .tally()
                .map_err(Fault::from)?,
        ))
    }

    /// The report.
    ///
    /// # Errors
    /// Those of a query.
    pub fn report(&self, question: &Question) -> Result<Answer, JsValue> {
        let options = question.report()?;
        let report = match question.guard_of() {
            Some(mut guard) => guard.report(self.0.program(), &options),
            None => self.0.report(&options),
        };
        Ok(Answer::of(&report.map_err(Fault::from)?)?)
    }

    /// The report from a tally.
    ///
    /// # Errors
    /// Those of a query; `incompatible_tally`.
    #[wasm_bindgen(js_name = reportFrom)]
    pub fn report_from(&self, question: &Question, tally: &Counts) -> Result<Answer, JsValue> {
        question.check_unguarded()?;
        let report = self.0.program().report_from(&question.report()?, &tally.0);
        Ok(Answer::of(&report.map_err(Fault::from)?)?)
    }

    /// What the report needs, counted.
    ///
    /// # Errors
    /// Those of a query.
    #[wasm_bindgen(js_name = reportTally)]
    pub fn report_tally(&self, question: &Question) -> Result<Counts, JsValue> {
        let tally = self.0.program().report_tally(&question.report()?);
        Ok(Counts(tally.map_err(Fault::from)?))
    }

    /// How the numbers of a row came about, the total's without a key: the
    /// explanations of all columns. A key is written as it is shown; a thing's
    /// as its id.
    ///
    /// # Errors
    /// Those of a query.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "JavaScript hands its values over"
    )]
    pub fn explain(
        &self,
        question: &Question,
        key: Vec<String>,
    ) -> Result<Option<String>, JsValue> {
        let table = self.table(question)?;
        let is = |value: &KeyValue, text: &String| match value {
            KeyValue::Thing { id, .. } => id.to_string() == *text,
            value => value.to_string() == *text,
        };
        let row = if key.is_empty() {
            Some(&table.total)
        } else {
            let found = |row: &&Row| {
                row.key.len() == key.len()
                    && row
                        .key
                        .iter()
                        .zip(&key)
                        .all(|(value, text)| is(value, text))
            };
            table.rows.iter().find(found)
        };
        Ok(row.map(|row| {
            let texts: Vec<String> = row.measures.iter().map(Measure::explain).collect();
            texts.join("\n\n")
        }))
    }

    /// What was odd about the input, as JSON.
    ///
    /// # Errors
    /// None.
    pub fn warnings(&self) -> Result<String, JsValue> {
        Ok(told(&self.0.program().warnings())?)
    }

    /// The latest instant in the data, if there is any.
    #[must_use]
    pub fn latest(&self) -> Option<String> {
        self.0.program().latest().map(|at| at.to_string())
    }

    /// The currency that money is in unless it says otherwise.
    #[must_use]
    pub fn currency(&self) -> Option<String> {
        self.0
            .program()
            .currency()
            .map(|currency| currency.to_string())
    }
}

/// Counts that merge.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Counts(advocacy_core::Tally);

#[wasm_bindgen]
impl Counts {
    /// Reads the serialised form.
    ///
    /// # Errors
    /// `corrupt_tally` for anything else.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, JsValue> {
        Ok(Self(
            advocacy_core::Tally::from_bytes(bytes).map_err(Fault::from)?,
        ))
    }

    /// The serialised form.
    ///
    /// # Errors
    /// None that input can cause.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.to_bytes().map_err(Fault::from)?)
    }

    /// Both batches' counts.
    ///
    /// # Errors
    /// `incompatible_tally` and `overflow`.
    pub fn merge(&self, other: &Self) -> Result<Self, JsValue> {
        Ok(Self(self.0.merge(&other.0).map_err(Fault::from)?))
    }

    /// Facts after this instant were not counted.
    #[wasm_bindgen(js_name = asOf)]
    #[must_use]
    pub fn as_of(&self) -> String {
        self.0.as_of().to_string()
    }
}
