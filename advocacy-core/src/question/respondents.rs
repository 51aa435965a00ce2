//! Who stands behind survey answers: nothing a metric shows, but what decides
//! whether it may be shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::definitions::Definitions;
use crate::error::Result;
use crate::model::kinds::QuestionKind;
use crate::model::names::NONE;
use crate::tally::spec::{Source, Spec};
use crate::tally::table::Table;

use super::scores::{Cells, Scores};
use super::sheet::{Answers, Question};
use super::space::Space;

/// How many different people surely answered questions of a kind: those with a
/// name, or as many as the question and wave with most answers has.
///
/// It is found in the programme itself; where its answers come from a tally,
/// nobody is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Respondents(pub(crate) QuestionKind);

/// Who answered, in one cell.
#[derive(Default)]
struct Crowd {
    named: BTreeSet<u32>,
    nameless: BTreeMap<(u32, u32), u64>,
}

impl Question for Respondents {
    type Answer = u64;

    fn specs(&self, _: &Space<'_>, _: &Definitions) -> Result<Vec<Spec>> {
        Ok(Vec::new())
    }

    fn answers(&self, space: &Space<'_>, _: &Definitions, _: &[&Table]) -> Result<Answers<u64>> {
        let mut answers = Answers::new(space.mask_of(Source::Responses));
        let facts = &space.program.responses;
        let cells = Cells::new(space, facts, &answers.mask);
        let asked = Scores(self.0);
        let mut crowds: BTreeMap<u64, Crowd> = BTreeMap::new();
        for row in 0..facts.rows {
            let question = facts.question.as_ref().map_or(NONE, |codes| codes.at(row));
            if !asked.asks(space, question) {
                continue;
            }
            let who = facts.respondent.as_ref().map_or(NONE, |codes| codes[row]);
            let wave = facts.wave.as_ref().map_or(NONE, |codes| codes.at(row));
            for cell in cells.of(row, facts.at.micros(row)) {
                let crowd = crowds.entry(cell).or_default();
                if who == NONE {
                    *crowd.nameless.entry((question, wave)).or_default() += 1;
                } else {
                    crowd.named.insert(who);
                }
            }
        }
        for (cell, crowd) in crowds {
            let nameless = crowd.nameless.values().copied().max().unwrap_or(0);
            let named = crowd.named.len() as u64;
            answers.by_cell.insert(cell, named.saturating_add(nameless));
        }
        answers.makes_rows = false;
        answers.divides = false;
        Ok(answers)
    }
}
