//! What surveys brought in: answers and turnout, as facts.

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};

use super::column::{Codes, Column};
use super::facts::Facts;
use super::field::{Field, ordered_bits};
use super::frame::Frame;
use super::id::Id;
use super::index::{IdRef, Index, id_at, to_u32};
use super::names::{NONE, Names, as_it_is, read_names};
use super::people::{Attribute, People};
use super::problems::Problems;
use super::questions::{ENPS, Questions};
use super::read::{CountColumn, read_counts, read_numbers};

const RESPONSES: &str = "responses";
const TURNOUT: &str = "turnout";

/// Numbers whose squares stay within the range of a float.
const WEIGHTS: std::ops::RangeInclusive<f64> = 1e-100..=1e100;

impl<'a> Facts<'a> {
    /// Answers: who said what to which question, and when.
    pub(crate) fn responses(
        mut frame: Frame<'a>,
        people: &mut People,
        waves: &mut Names,
        questions: &Questions,
        problems: &mut Problems,
    ) -> Result<Self> {
        let Some(mut facts) = Self::dated(&mut frame, (RESPONSES, "answered_at"), problems)? else {
            return Ok(Self::default());
        };
        facts.read_who(&mut frame, RESPONSES, people, waves, problems)?;
        let question = read_questions(frame.take("question"), facts.rows, questions, problems)?;
        facts.read_scores(frame.take("score"), &question, questions, problems)?;
        facts.read_weights(frame.take("weight"), problems)?;
        facts.question = Some(Codes::U32(question.into()));
        facts.keep_latest(problems)?;
        Ok(facts)
    }

    /// How many were asked, began and finished.
    pub(crate) fn turnout(
        mut frame: Frame<'a>,
        people: &mut People,
        waves: &mut Names,
        problems: &mut Problems,
    ) -> Result<Self> {
        let Some(mut facts) = Self::dated(&mut frame, (TURNOUT, "asked_at"), problems)? else {
            return Ok(Self::default());
        };
        facts.read_who(&mut frame, TURNOUT, people, waves, problems)?;
        for field in [Field::Eligible, Field::Starts, Field::Completes] {
            if let Some(column) = frame.take(field.as_str()) {
                let counts = read_counts(column, (TURNOUT, field.as_str()), problems);
                facts.fields[field.index()] =
                    problems.keep(counts)?.filter(CountColumn::says_something);
            }
        }
        Ok(facts)
    }

    /// The wave, the respondent, and where they stood: as the row states, else
    /// as the advocate did at the time.
    fn read_who(
        &mut self,
        frame: &mut Frame<'a>,
        table: &'static str,
        people: &mut People,
        waves: &mut Names,
        problems: &mut Problems,
    ) -> Result<()> {
        if let Some(column) = frame.take("wave") {
            let at = (table, "wave");
            self.wave = Some(read_names(column, waves, as_it_is, false, at, problems)?);
        }
        let nobody = to_u32(people.len());
        let mut advocates = vec![nobody; self.rows];
        if let Some(column) = frame.take("respondent") {
            let mut known: FxHashMap<Id, u32> = FxHashMap::default();
            let mut respondents = vec![NONE; self.rows];
            for row in 0..self.rows {
                match id_at(&column, row) {
                    Ok(None) => {}
                    Ok(Some(id)) => {
                        let next = to_u32(known.len());
                        respondents[row] = *known.entry(id.to_id()).or_insert(next);
                        // Who is surveyed need not be in the programme.
                        advocates[row] = advocate(&people.index, id).unwrap_or(nobody);
                    }
                    Err(error) => {
                        let error = error.in_table(table).in_field("respondent");
                        problems.report(error.at_row(row))?;
                    }
                }
            }
            self.respondent = Some(respondents);
        }
        for which in Attribute::ALL {
            let stated = match frame.take(which.as_str()) {
                None => None,
                Some(column) => {
                    let names = people.attribute_names(which);
                    let at = (table, which.as_str());
                    Some(read_names(column, names, as_it_is, false, at, problems)?)
                }
            };
            let attribute = people.attribute(which);
            let codes = advocates.iter().enumerate().map(|(row, &advocate)| {
                let stated = stated.as_ref().map(|codes| codes.at(row));
                let stated = stated.filter(|&code| code != NONE);
                stated.unwrap_or_else(|| attribute.at(advocate, self.at.micros(row)))
            });
            self.attributes[which as usize] = Some(codes.collect());
        }
        self.advocate = Some(Codes::U32(advocates.into()));
        Ok(())
    }

    fn read_scores(
        &mut self,
        column: Option<Column<'_>>,
        question: &[u32],
        questions: &Questions,
        problems: &mut Problems,
    ) -> Result<()> {
        let scores = match column {
            None => vec![None; self.rows],
            Some(column) => read_numbers(&column, (RESPONSES, "score"), problems)?,
        };
        for (row, (&score, &code)) in scores.iter().zip(question).enumerate() {
            let (Some(score), Some(question)) = (score, questions.get(code)) else {
                continue;
            };
            let (min, max) = (question.min, question.max);
            if !(min..=max).contains(&score) {
                let error = Error::new(
                    ErrorKind::OutOfRange,
                    format!("score {score} at row {row} is outside {min}..={max}"),
                );
                let error = error.in_table(RESPONSES).in_field("score");
                problems.report(error.at_row(row))?;
            }
        }
        self.set_numbers(Field::Score, &scores);
        Ok(())
    }

    fn read_weights(&mut self, column: Option<Column<'_>>, problems: &mut Problems) -> Result<()> {
        let weights = match column {
            None => vec![None; self.rows],
            Some(column) => read_numbers(&column, (RESPONSES, "weight"), problems)?,
        };
        for (row, &weight) in weights.iter().enumerate() {
            let Some(weight) = weight else { continue };
            if weight != 0.0 && !WEIGHTS.contains(&weight) {
                let error = Error::new(
                    ErrorKind::OutOfRange,
                    format!("weight {weight:e} at row {row} is neither 0 nor 1e-100..=1e100"),
                );
                let error = error.in_table(RESPONSES).in_field("weight");
                problems.report(error.at_row(row))?;
            }
        }
        let weights: Vec<_> = weights.iter().map(|w| Some(w.unwrap_or(1.0))).collect();
        self.set_numbers(Field::Weight, &weights);
        Ok(())
    }

    fn set_numbers(&mut self, field: Field, numbers: &[Option<f64>]) {
        let bits = numbers.iter().map(|number| number.map_or(0, ordered_bits));
        let known = numbers.iter().map(Option::is_some);
        self.fields[field.index()] = Some(CountColumn::of(bits.collect(), known.collect()));
    }

    /// One answer per person, question and wave: the latest counts. Blanks and
    /// anonymous answers are nobody's second thoughts.
    fn keep_latest(&mut self, problems: &mut Problems) -> Result<()> {
        let Some(respondent) = &self.respondent else {
            return Ok(());
        };
        let code = |codes: &Option<Codes<'_>>, row: usize| {
            codes.as_ref().map_or(NONE, |codes| codes.at(row))
        };
        let mut answers: FxHashMap<[u32; 3], Vec<u32>> = FxHashMap::default();
        let scores = self.field(Field::Score);
        for (row, &who) in respondent.iter().enumerate() {
            if who != NONE && scores.is_some_and(|scores| scores.is_known(row)) {
                let key = [who, code(&self.question, row), code(&self.wave, row)];
                answers.entry(key).or_default().push(to_u32(row));
            }
        }
        let mut versions: Vec<Vec<u32>> = answers.into_values().collect();
        versions.retain(|rows| rows.len() > 1);
        versions.sort_unstable();
        let at: Vec<i64> = (0..self.rows).map(|row| self.at.micros(row)).collect();
        for rows in &mut versions {
            rows.sort_unstable_by_key(|&row| (at[row as usize], row));
            for pair in rows.windows(2) {
                if at[pair[0] as usize] == at[pair[1] as usize] {
                    let error = Error::new(
                        ErrorKind::DuplicateId,
                        "one person answers one question of one wave twice at one instant",
                    );
                    let error = error.in_table(RESPONSES).in_field("respondent");
                    problems.report(error.at_row(pair[1] as usize))?;
                }
            }
        }
        if !versions.is_empty() {
            self.observed = Some(at);
            self.versions = versions;
        }
        Ok(())
    }
}

/// The advocate of an id, be it written as a number or as text: a column in
/// which some ids are text is text throughout.
fn advocate(advocates: &Index, id: IdRef<'_>) -> Option<u32> {
    advocates.find(id).or_else(|| match id {
        IdRef::Text(text) => advocates.find(IdRef::Integer(text.parse().ok()?)),
        IdRef::Integer(number) => advocates.find(IdRef::Text(&number.to_string())),
    })
}

/// The question of every row; blank is the eNPS.
fn read_questions(
    column: Option<Column<'_>>,
    rows: usize,
    questions: &Questions,
    problems: &mut Problems,
) -> Result<Vec<u32>> {
    let usual = questions.names.find(ENPS).unwrap_or(0);
    let Some(column) = column else {
        return Ok(vec![usual; rows]);
    };
    let at = (RESPONSES, "question");
    let mut named = Names::default();
    let codes = read_names(column, &mut named, as_it_is, false, at, problems)?;
    let mut found = Vec::with_capacity(rows);
    for row in 0..rows {
        let Some(name) = named.name(codes.at(row)) else {
            found.push(usual);
            continue;
        };
        if let Some(code) = questions.names.find(name) {
            found.push(code);
            continue;
        }
        let error = Error::new(
            ErrorKind::UnknownId,
            format!("question {name:?} is not in the questions table"),
        );
        problems.report(error.in_table(at.0).in_field(at.1).at_row(row))?;
        found.push(usual);
    }
    Ok(found)
}
