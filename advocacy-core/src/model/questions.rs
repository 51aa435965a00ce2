//! What surveys ask, and the scale each question is answered on.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};

use super::column::{Column, Data, Texts};
use super::frame::Frame;
use super::items::stable;
use super::kinds::QuestionKind;
use super::names::{Names, as_it_is, read_names};
use super::problems::Problems;
use super::read::read_numbers;
use super::scale::Scale;

const TABLE: &str = "questions";

/// The question that answers belong to unless they name another.
pub(crate) const ENPS: &str = "enps";

/// A question and its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Question {
    pub(crate) kind: QuestionKind,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// With its cut-offs, of an eNPS or another net score.
    pub(crate) scale: Option<Scale>,
    /// Satisfied, or in favour, from here.
    pub(crate) favourable_from: f64,
}

/// The questions by code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Questions {
    pub(crate) names: Names,
    questions: Vec<Question>,
}

/// A dictionary's names in the order of its rows: a question's code is its row.
fn in_row_order(column: Column<'_>) -> Column<'_> {
    let Data::Dictionary { codes, names } = &column.data else {
        return column;
    };
    let name = |row| {
        names
            .get(codes.at(row) as usize)
            .map(|name| Cow::from(name.clone()))
    };
    let texts: Option<Vec<Cow<'_, str>>> = (0..codes.len()).map(name).collect();
    match texts {
        Some(texts) => Column {
            validity: column.validity,
            ..Column::new(Data::Text(Texts::Strings(texts)))
        },
        // A code without a name: told of where names are read.
        None => column,
    }
}

/// What a row states of a scale.
#[derive(Clone, Copy, Default)]
struct Stated {
    min: Option<f64>,
    max: Option<f64>,
    passive_from: Option<f64>,
    promoter_from: Option<f64>,
    favourable_from: Option<f64>,
}

impl Questions {
    pub(crate) fn build(mut frame: Frame<'_>, problems: &mut Problems) -> Result<Self> {
        let mut built = Self::default();
        if let (Some(ids), Some(kinds)) = (frame.take("id"), frame.take("kind")) {
            let rows = ids.len();
            let codes = read_names(
                in_row_order(ids),
                &mut built.names,
                as_it_is,
                true,
                (TABLE, "id"),
                problems,
            )?;
            let mut kind_names = Names::default();
            let normal = |name: &str| QuestionKind::parse(&stable(name)).map(|k| k.to_string());
            let kinds = read_names(
                kinds,
                &mut kind_names,
                normal,
                true,
                (TABLE, "kind"),
                problems,
            )?;
            let mut stated = vec![Stated::default(); rows];
            for (name, field) in FIELDS {
                let Some(column) = frame.take(name) else {
                    continue;
                };
                let numbers = read_numbers(&column, (TABLE, name), problems)?;
                for (stated, number) in stated.iter_mut().zip(numbers) {
                    *field(stated) = number;
                }
            }
            for (row, &stated) in stated.iter().enumerate() {
                let place = |error: Error| error.in_table(TABLE).at_row(row);
                if codes.at(row) as usize != built.questions.len() {
                    let name = built.names.name(codes.at(row)).unwrap_or_default();
                    let error = Error::new(
                        ErrorKind::DuplicateId,
                        format!("question {name:?} occurs twice"),
                    );
                    problems.report(place(error).in_field("id"))?;
                    continue;
                }
                let kind = kind_names.name(kinds.at(row)).map(QuestionKind::parse);
                let question = kind
                    .unwrap_or(Ok(QuestionKind::Enps))
                    .and_then(|kind| question(kind, stated));
                let question = match question {
                    Ok(question) => question,
                    Err(error) => {
                        problems.report(place(error))?;
                        USUAL
                    }
                };
                built.questions.push(question);
            }
        }
        if built.names.find(ENPS).is_none() {
            built.names.code_of(ENPS);
            built.questions.push(USUAL);
        }
        Ok(built)
    }

    pub(crate) fn get(&self, code: u32) -> Option<&Question> {
        self.questions.get(code as usize)
    }
}

/// The question every programme has: 0 to 10, with the usual cut-offs.
const USUAL: Question = Question {
    kind: QuestionKind::Enps,
    min: 0.0,
    max: 10.0,
    scale: Some(Scale::ZeroToTen),
    favourable_from: 9.0,
};

type FieldOf = fn(&mut Stated) -> &mut Option<f64>;
const FIELDS: [(&str, FieldOf); 5] = [
    ("min", |stated| &mut stated.min),
    ("max", |stated| &mut stated.max),
    ("passive_from", |stated| &mut stated.passive_from),
    ("promoter_from", |stated| &mut stated.promoter_from),
    ("favourable_from", |stated| &mut stated.favourable_from),
];

fn question(kind: QuestionKind, stated: Stated) -> Result<Question> {
    let usual = match kind {
        QuestionKind::Enps => (0.0, 10.0),
        _ => (1.0, 5.0),
    };
    let (min, max) = (stated.min.unwrap_or(usual.0), stated.max.unwrap_or(usual.1));
    let scale = match (kind, stated.passive_from, stated.promoter_from) {
        (QuestionKind::Enps, None | Some(7.0), None | Some(9.0)) => Some(Scale::of(min, max)?),
        (QuestionKind::Enps, ..) => {
            return Err(Error::new(
                ErrorKind::InvalidOption,
                "an enps has its usual cut-offs, 7 and 9; with others it is a net_score",
            )
            .in_field("passive_from"));
        }
        (QuestionKind::NetScore, Some(passive), Some(promoter)) => {
            Some(Scale::custom(min, max, passive, promoter)?)
        }
        // Only 0–10 and 1–10 have cut-offs that go without saying.
        (QuestionKind::NetScore, ..) => Some(Scale::of(min, max)?),
        _ => None,
    };
    let favourable_from = stated.favourable_from.unwrap_or(max - 1.0);
    if min < max && (min..=max).contains(&favourable_from) {
        return Ok(Question {
            kind,
            min,
            max,
            scale,
            favourable_from,
        });
    }
    Err(Error::new(
        ErrorKind::InvalidOption,
        format!(
            "a scale of {min}..={max} with favourable_from {favourable_from}: \
             min < max with favourable_from between is needed"
        ),
    )
    .in_field("favourable_from"))
}
