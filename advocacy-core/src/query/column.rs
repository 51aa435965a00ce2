//! A metric asked for, ready to be computed.

use std::sync::{Arc, OnceLock};

use crate::catalog::{Metric, definition};
use crate::definitions::{Definitions, SurveyAnswers};
use crate::error::Result;
use crate::measure::Definition;
use crate::model::program::Program;
use crate::question::amounts;
use crate::question::sheet::Sheet;
use crate::question::space::Space;
use crate::shared::Shared;
use crate::tally::spec::Spec;

use super::ask::Asked;

/// A column ready to be computed.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(super) metric: Metric,
    pub(super) name: String,
    pub(super) definitions: Arc<Definitions>,
    /// The first column of the same definitions, which shares its answers.
    pub(super) set: usize,
    pub(super) definition: Shared<Definition>,
    /// The same in the words that the first cell had for its formula.
    worded: OnceLock<Shared<Definition>>,
}

impl Column {
    /// The tables its formula needs.
    pub(super) fn specs(&self, space: &Space<'_>) -> Result<Vec<Spec>> {
        let mut specs = Vec::new();
        self.metric
            .compute(&mut Sheet::plan(space, &self.definitions, &mut specs))?;
        Ok(specs)
    }

    pub(super) fn is_mergeable(&self) -> bool {
        self.definitions.survey_answers == SurveyAnswers::Every
            || !self.metric.info().options.contains(&"survey_answers")
    }

    pub(super) fn new(
        program: &Program<'_>,
        asked: &Asked,
        definitions: Arc<Definitions>,
    ) -> Result<Self> {
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
            definition: shown.into(),
            worded: OnceLock::new(),
        })
    }

    /// The definition in a cell's own words, where it has any: mostly those of
    /// the cells before, which then share it.
    pub(super) fn worded(&self, formula: &str) -> Shared<Definition> {
        if formula.is_empty() {
            return self.definition.clone();
        }
        let anew = || {
            let mut definition = Definition::clone(&self.definition);
            definition.formula = formula.to_owned().into();
            definition.into()
        };
        let first = self.worded.get_or_init(anew);
        if first.formula == formula {
            first.clone()
        } else {
            anew()
        }
    }
}
