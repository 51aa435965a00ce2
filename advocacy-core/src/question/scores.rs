//! Questions about survey answers: how often each was given.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::definitions::Anonymous;
use crate::definitions::{Definitions, SurveyAnswers};
use crate::error::{Error, ErrorKind, Result};
use crate::model::facts::Facts;
use crate::model::field::{Field, from_ordered_bits};
use crate::model::kinds::QuestionKind;
use crate::model::names::NONE;
use crate::tally::keys::{KeyReader, radix};
use crate::tally::spec::{Key, Lane, Source, Spec, What};
use crate::tally::table::Table;

use super::amounts::{Amount, scope};
use super::sheet::{Answers, Question};
use super::space::{Mask, Space};

/// The answers to questions of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scores(pub(crate) QuestionKind);

/// How often each answer was given with each weight, by question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scored {
    by_question: BTreeMap<u32, BTreeMap<(u64, u64), u64>>,
    /// Rows without an answer.
    pub(crate) blank: u64,
    /// Answers that a later one of the same person took the place of.
    pub(crate) earlier: u64,
    /// Answers of nobody in particular, where only a person's latest counts.
    pub(crate) nameless: u64,
}

/// One answer, what it weighs, and how often it was given so.
pub(crate) type Given = (f64, f64, u64);

impl Scored {
    /// The answers by question, in order.
    pub(crate) fn by_question(&self) -> impl Iterator<Item = (u32, Vec<Given>)> {
        self.by_question.iter().map(|(&question, given)| {
            let given = given.iter().map(|(&(score, weight), &times)| {
                (from_ordered_bits(score), from_ordered_bits(weight), times)
            });
            (question, given.collect())
        })
    }

    /// How many answers there are.
    pub(crate) fn answers(&self) -> u64 {
        let given = self.by_question.values().flat_map(BTreeMap::values);
        given.fold(0, |sum, &times| sum.saturating_add(times))
    }

    /// Whether some question got the same answer from everybody.
    pub(crate) fn is_unanimous(&self) -> bool {
        let ends = |given: &BTreeMap<(u64, u64), u64>| {
            let (&(first, _), &(last, _)) = (given.keys().next()?, given.keys().next_back()?);
            Some((first, last))
        };
        let mut ends = self.by_question.values().filter_map(ends);
        ends.any(|(first, last)| first == last)
    }

    fn add(&mut self, question: u32, given: (u64, u64), times: u64) {
        *self
            .by_question
            .entry(question)
            .or_default()
            .entry(given)
            .or_default() += times;
    }
}

/// Answers where each that was given counts.
fn every_specs(space: &Space<'_>, definitions: &Definitions) -> Vec<Spec> {
    let keys = space.keys(&space.mask_of(Source::Responses)).into_iter();
    let keys: Vec<Key> = keys.chain([Key::Question]).collect();
    let (score, weight) = (Amount::field(Field::Score), Amount::field(Field::Weight));
    let given = What::Pairs(score.lane(&[&weight], true), weight.lane(&[&score], true));
    let rows = What::Sums(vec![Lane::rows(), score.lane(&[], false)]);
    let spec = |what: What| Spec {
        scope: scope(space, definitions, Source::Responses),
        keys: keys.clone(),
        what,
    };
    vec![spec(given), spec(rows)]
}

impl Question for Scores {
    type Answer = Scored;

    /// A person's latest answer over several waves is found in the programme
    /// itself: it is nothing that counts of batches could be merged to.
    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        Ok(match definitions.survey_answers {
            SurveyAnswers::Every => every_specs(space, definitions),
            SurveyAnswers::Latest => Vec::new(),
        })
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Scored>> {
        let mut answers = Answers::new(space.mask_of(Source::Responses));
        if definitions.survey_answers == SurveyAnswers::Latest {
            self.latest(space, definitions.survey_anonymous, &mut answers)?;
            return Ok(answers);
        }
        let mask = answers.mask.clone();
        let questions = u64::from(radix(space.program, &Key::Question)).max(1);
        let cell_of = |cell: u64| {
            let question = u32::try_from(cell % questions).unwrap_or(u32::MAX);
            (space.widen(cell / questions, &mask), question)
        };
        if let Some(Table::Sums(grid)) = tables.get(1) {
            for (cell, sums) in grid.iter() {
                let (cell, question) = cell_of(cell);
                if self.asks(space, question) {
                    let blank = sums.at(0) - sums.at(1);
                    answers.by_cell.entry(cell).or_default().blank += blank;
                }
            }
        }
        if let Some(Table::Pairs(sets)) = tables.first() {
            for (&cell, given) in sets {
                let (cell, question) = cell_of(cell);
                if !self.asks(space, question) {
                    continue;
                }
                let scored = answers.by_cell.entry(cell).or_default();
                for (&pair, &times) in given {
                    scored.add(question, pair, times);
                }
            }
        }
        Ok(answers)
    }
}

/// By cell, question and person: when they answered last, and what.
type Latest = BTreeMap<(u64, u32, u32), (i64, (u64, u64))>;

impl Scores {
    pub(super) fn asks(&self, space: &Space<'_>, question: u32) -> bool {
        let question = space.program.questions.get(question);
        question.is_some_and(|question| question.kind == self.0)
    }

    /// Of each person in each cell the latest answer.
    fn latest(
        &self,
        space: &Space<'_>,
        anonymous: Anonymous,
        answers: &mut Answers<Scored>,
    ) -> Result<()> {
        let program = space.program;
        let facts = &program.responses;
        let in_force = facts.as_of(space.as_of.micros());
        let cells = Cells::new(space, facts, &answers.mask);
        let number =
            |field: Field, row: usize| facts.field(field).and_then(|column| column.get(row));
        let mut latest = Latest::new();
        for row in 0..facts.rows {
            let question = facts.question.as_ref().map_or(NONE, |codes| codes.at(row));
            let superseded = in_force.skip.as_ref().is_some_and(|skip| skip.get(row));
            if superseded || !self.asks(space, question) {
                continue;
            }
            let at = facts.at.micros(row);
            let given = number(Field::Score, row).zip(number(Field::Weight, row));
            let who = facts.respondent.as_ref().map_or(NONE, |codes| codes[row]);
            for cell in cells.of(row, at) {
                let scored = answers.by_cell.entry(cell).or_default();
                let Some(given) = given else {
                    scored.blank += 1;
                    continue;
                };
                if who == NONE {
                    if anonymous == Anonymous::Raise {
                        return Err(nameless(row));
                    }
                    scored.nameless += 1;
                    scored.add(question, given, 1);
                    continue;
                }
                match latest.entry((cell, question, who)) {
                    Entry::Vacant(place) => {
                        place.insert((at, given));
                    }
                    Entry::Occupied(mut kept) => {
                        scored.earlier += 1;
                        if at >= kept.get().0 {
                            kept.insert((at, given));
                        }
                    }
                }
            }
        }
        for ((cell, question, _), (_, given)) in latest {
            answers
                .by_cell
                .entry(cell)
                .or_default()
                .add(question, given, 1);
        }
        Ok(())
    }
}

#[cold]
fn nameless(row: usize) -> Error {
    Error::new(
        ErrorKind::MissingValue,
        format!("the answer at row {row} is anonymous: one answer per person cannot be kept"),
    )
    .in_table("responses")
    .in_field("respondent")
    .at_row(row)
}

/// From a row of facts to its cells.
pub(super) struct Cells<'s, 'p> {
    space: &'s Space<'p>,
    mask: &'s Mask,
    axes: Vec<KeyReader<'p>>,
    filter: Vec<(KeyReader<'p>, &'s crate::tally::spec::Condition)>,
    spans: Vec<(i64, i64)>,
}

impl<'s, 'p> Cells<'s, 'p> {
    pub(super) fn new(space: &'s Space<'p>, facts: &'p Facts<'p>, mask: &'s Mask) -> Self {
        let reader = |key: &Key| KeyReader::new(space.program, facts, key, |micros| micros);
        let axes = space.axes.iter();
        let filter = space
            .filter
            .iter()
            .zip(&mask.heeds)
            .filter(|(_, heeded)| **heeded);
        Self {
            axes: axes.map(|axis| reader(&axis.key)).collect(),
            filter: filter
                .map(|(condition, _)| (reader(&condition.key), condition))
                .collect(),
            spans: space
                .slots
                .iter()
                .map(|slot| (slot.start, slot.end))
                .collect(),
            space,
            mask,
        }
    }

    fn codes(reader: &KeyReader<'_>, row: usize, at: i64) -> Vec<u32> {
        if !reader.is_many() {
            return vec![reader.one(row, at, at)];
        }
        match reader.many(row) {
            [] => vec![reader.radix.saturating_sub(1)],
            codes => codes.to_vec(),
        }
    }

    pub(super) fn of(&self, row: usize, at: i64) -> Vec<u64> {
        let slot = crate::tally::keys::span_of(&self.spans, at) as usize;
        let met = self.filter.iter().all(|(reader, condition)| {
            let codes = Self::codes(reader, row, at);
            codes.iter().any(|code| condition.codes.contains(code)) != condition.negate
        });
        if slot >= self.spans.len() || !met {
            return Vec::new();
        }
        let mut all: Vec<Vec<u32>> = vec![Vec::new()];
        for (reader, &split) in self.axes.iter().zip(self.mask.iter()) {
            let codes = if split {
                Self::codes(reader, row, at)
            } else {
                vec![0]
            };
            let longer = |so_far: &Vec<u32>| {
                let so_far = so_far.clone();
                codes.iter().map(move |&code| {
                    let mut codes = so_far.clone();
                    codes.push(code);
                    codes
                })
            };
            all = all.iter().flat_map(longer).collect();
        }
        all.iter()
            .map(|codes| self.space.cell(codes, slot, self.mask))
            .collect()
    }
}
