//! How employees feel, by the surveys of a programme.

use crate::definitions::{Base, SurveyPopulation, SurveyWeights};
use crate::error::Result;
use crate::measure::{Measure, Note};
use crate::model::field::Field;
use crate::model::kinds::QuestionKind;
use crate::model::questions::Question;
use crate::question::amounts::{Amount, Pair, Sum};
use crate::question::population::People;
use crate::question::scores::{Given, Scored, Scores};
use crate::question::sheet::Sheet;
use crate::rate::proportion;
use crate::survey::{Enps, EnpsOptions, counted};
use crate::tally::spec::Source;

use super::people::number;
use super::sums::about;

/// The answers of one cell to questions of one kind, ready for a formula.
struct Asked {
    scored: Scored,
    /// The answers to each question, with what it is.
    questions: Vec<(Question, Vec<Given>)>,
    /// Those who could answer, where the answers are a sample of them.
    population: Option<u64>,
    /// More answered than could: no sample of them.
    too_many: bool,
}

fn ask(sheet: &mut Sheet<'_, '_>, kind: QuestionKind) -> Result<Asked> {
    let scored = sheet.ask(&Scores(kind))?;
    let equal = sheet.definitions.survey_weights == SurveyWeights::Equal;
    let mut questions = Vec::new();
    for (code, mut given) in scored.by_question() {
        for (_, weight, _) in given.iter_mut().filter(|_| equal) {
            *weight = 1.0;
        }
        if let Some(&question) = sheet.space.program.questions.get(code) {
            questions.push((question, given));
        }
    }
    let mut population = None;
    if sheet.definitions.survey_population == SurveyPopulation::Eligible {
        let eligible = sheet.ask(&Sum {
            amount: Amount::field(Field::Eligible),
            source: Source::Turnout,
        })?;
        population = (eligible.known > 0).then_some(eligible.total);
    }
    let answers: u64 = questions
        .iter()
        .flat_map(|(_, given)| given)
        .map(|given| given.2)
        .sum();
    let too_many = population.is_some_and(|population| answers > population);
    Ok(Asked {
        scored,
        questions,
        population: population.filter(|_| !too_many),
        too_many,
    })
}

impl Asked {
    /// The measure with what is to be said of its answers; missing where the
    /// programme has no survey at all.
    fn about(&self, measure: Measure, sheet: &Sheet<'_, '_>) -> Measure {
        let Scored {
            earlier, nameless, ..
        } = self.scored;
        let measure = measure
            .note_if(earlier > 0, || Note::Excluded {
                count: earlier,
                what: "earlier answers of the same people".into(),
            })
            .note_if(nameless > 0, || Note::Remark {
                text: format!("{nameless} anonymous answers: one person may be among them twice")
                    .into(),
            })
            .note_if(self.too_many, || Note::Remark {
                text: "more answers than people who could answer: no correction for a finite population"
                    .into(),
            });
        let surveyed = sheet.space.program.responses.rows > 0 || !self.questions.is_empty();
        if surveyed { measure } else { measure.unknown() }
    }

    /// Whether all questions have the scale of the first.
    fn is_on_one_scale(&self) -> bool {
        let range = |(question, _): &(Question, Vec<Given>)| (question.min, question.max);
        self.questions
            .windows(2)
            .all(|pair| range(&pair[0]) == range(&pair[1]))
    }
}

/// A net score over all questions of a kind: each answer is put in its group
/// by the scale of its own question.
fn net(sheet: &mut Sheet<'_, '_>, kind: QuestionKind) -> Result<(Enps, Asked)> {
    let asked = ask(sheet, kind)?;
    let scales = asked
        .questions
        .iter()
        .filter_map(|(question, given)| Some((question.scale?, given)));
    let answers = scales.clone().flat_map(|(scale, given)| {
        given
            .iter()
            .map(move |&(score, weight, times)| (scale.category(score), weight, times))
    });
    let options = EnpsOptions {
        scale: scales
            .clone()
            .next()
            .map(|(scale, _)| scale)
            .unwrap_or_default(),
        method: sheet.definitions.enps_method,
        confidence: sheet.definitions.confidence,
        population: asked.population,
        ..EnpsOptions::default()
    };
    let mut enps = counted::enps(answers, asked.scored.blank, &options)?;
    enps.measure = asked
        .about(enps.measure, sheet)
        .note_if(!asked.is_on_one_scale(), || Note::Remark {
            text: "questions on different scales, each by its own cut-offs".into(),
        });
    Ok((enps, asked))
}

pub(crate) fn enps(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    Ok(net(sheet, QuestionKind::Enps)?.0.measure)
}

pub(crate) fn net_score(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    Ok(net(sheet, QuestionKind::NetScore)?.0.measure)
}

pub(crate) fn promoter_share_of_employees(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (enps, asked) = net(sheet, QuestionKind::Enps)?;
    let employees = sheet.ask(&People(Base::Employees))?;
    let Some(size) = number(employees) else {
        let below = ("employees", 0_u64.into());
        return Ok(proportion(("promoters", enps.promoters), below, 0.95)?.unknown());
    };
    let measure = proportion(
        ("promoters", enps.promoters),
        ("employees", size),
        sheet.definitions.confidence,
    )?;
    let measure = asked.about(measure, sheet);
    Ok(measure.note_if(employees.from_advocates, || Note::EmployeesFromAdvocates))
}

pub(crate) fn satisfaction(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let asked = ask(sheet, QuestionKind::Satisfaction)?;
    let given: Vec<Given> = asked
        .questions
        .iter()
        .flat_map(|(_, given)| given)
        .copied()
        .collect();
    let measure = if asked.is_on_one_scale() {
        let range = asked
            .questions
            .first()
            .map_or((1.0, 5.0), |(q, _)| (q.min, q.max));
        let (population, confidence) = (asked.population, sheet.definitions.confidence);
        counted::mean(&given, range, population, confidence)?
    } else {
        Measure::of(None).note(Note::Remark {
            text: "questions on different scales have no mean: split or filter by question".into(),
        })
    };
    let measure = counted::rest_on(measure, &given, asked.scored.blank);
    Ok(asked.about(measure, sheet))
}

/// The share of answers at or above their question's point.
fn share(sheet: &mut Sheet<'_, '_>, kind: QuestionKind) -> Result<Measure> {
    let asked = ask(sheet, kind)?;
    let mut given = Vec::new();
    let mut top = Vec::new();
    for (question, answers) in &asked.questions {
        let favourable = |given: &&Given| given.0 >= question.favourable_from;
        given.extend(answers.iter().copied());
        top.extend(answers.iter().filter(favourable).copied());
    }
    let (population, confidence) = (asked.population, sheet.definitions.confidence);
    let measure = counted::share(&top, &given, population, confidence)?;
    let measure = counted::rest_on(measure, &given, asked.scored.blank);
    Ok(asked.about(measure, sheet))
}

pub(crate) fn satisfaction_top_box(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    share(sheet, QuestionKind::Satisfaction)
}

pub(crate) fn favourability(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    share(sheet, QuestionKind::Agreement)
}

/// People who completed, as a share of others the turnout counts.
fn turnout(sheet: &mut Sheet<'_, '_>, below: Field) -> Result<Measure> {
    let pair = sheet.ask(&Pair {
        above: Amount::field(Field::Completes),
        below: Amount::field(below),
        source: Source::Turnout,
        moments: false,
    })?;
    let measure = proportion(
        (Field::Completes.as_str(), pair.above),
        (below.as_str(), pair.below.into()),
        sheet.definitions.confidence,
    )?;
    let what = format!("completes or {below}");
    let measure = about(measure, &pair, what);
    let asked = sheet.space.program.turnout.rows > 0 || pair.rows > 0;
    Ok(if asked { measure } else { measure.unknown() })
}

pub(crate) fn response_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    turnout(sheet, Field::Eligible)
}

pub(crate) fn completion_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    turnout(sheet, Field::Starts)
}
