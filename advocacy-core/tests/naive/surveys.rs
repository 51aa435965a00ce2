//! Survey answers and turnout, answer by answer.

use std::collections::BTreeMap;

use advocacy_core::{
    Base, Definitions, Dimension, QuestionKind, SurveyAnswers, SurveyQuestion, SurveyResponse,
    SurveyTurnout, SurveyWeights,
};

use super::facts::is_of_people;
use super::{Answer, Ask, Cell, Value};

/// An answer that counts: the question, the score and the weight.
struct Given<'r> {
    question: &'r SurveyQuestion,
    score: f64,
    weight: f64,
}

/// What a row says of a respondent, else what is known of the advocate.
struct Who<'r> {
    team: Option<&'r String>,
    department: Option<&'r String>,
    location: Option<&'r String>,
    advocate: usize,
    at: i64,
}

impl Ask<'_> {
    fn surveyed_values(
        &self,
        who: &Who<'_>,
        wave: Option<&String>,
        question: Option<&String>,
        dimension: &Dimension,
    ) -> Option<Vec<Option<String>>> {
        let stated = match dimension {
            Dimension::Team => who.team,
            Dimension::Department => who.department,
            Dimension::Location => who.location,
            Dimension::Wave => return Some(vec![wave.cloned()]),
            Dimension::Question => return question.map(|name| vec![Some(name.clone())]),
            // Nobody's own answers are told.
            Dimension::Advocate => return None,
            _ if is_of_people(dimension) => None,
            _ => return None,
        };
        Some(match stated {
            Some(stated) => vec![Some(stated.clone())],
            None => self.person_values(who.advocate, dimension, who.at),
        })
    }

    fn respondent(&self, id: Option<&advocacy_core::Id>) -> usize {
        let known = self
            .rows
            .advocates
            .iter()
            .position(|who| Some(&who.id) == id);
        known.unwrap_or(usize::MAX)
    }

    fn question_of(&self, response: &SurveyResponse) -> &SurveyQuestion {
        let name = response.question.as_deref().unwrap_or("enps");
        self.rows
            .questions
            .iter()
            .find(|question| question.id == name)
            .unwrap()
    }

    /// Whether a later answer of the same person to the same question of the
    /// same wave takes this one's place.
    fn is_superseded(&self, response: &SurveyResponse) -> bool {
        response.respondent.is_some()
            && response.score.is_some()
            && self.rows.responses.iter().any(|other| {
                other.respondent == response.respondent
                    && self.question_of(other).id == self.question_of(response).id
                    && other.wave == response.wave
                    && other.score.is_some()
                    && other.answered_at > response.answered_at
                    && other.answered_at.micros() <= self.as_of
            })
    }

    /// The answers of a cell to questions of a kind, and how many rows are blank.
    fn given(&self, kind: QuestionKind, d: &Definitions, cell: &Cell) -> (Vec<Given<'_>>, usize) {
        let mut rows = Vec::new();
        for response in &self.rows.responses {
            let at = response.answered_at.micros();
            let question = self.question_of(response);
            let who = Who {
                team: response.team.as_ref(),
                department: response.department.as_ref(),
                location: response.location.as_ref(),
                advocate: self.respondent(response.respondent.as_ref()),
                at,
            };
            let meets = cell.conditions().all(|each| {
                let wave = response.wave.as_ref();
                let values = self.surveyed_values(&who, wave, Some(&question.id), &each.dimension);
                values.is_none_or(|values| each.holds(&values))
            });
            let inside = cell.start <= at && at < self.known_end(cell);
            if inside && meets && question.kind == kind && !self.is_superseded(response) {
                rows.push(response);
            }
        }
        if d.survey_answers == SurveyAnswers::Latest {
            let mut latest: BTreeMap<(String, String), i64> = BTreeMap::new();
            let key = |row: &SurveyResponse| {
                let who = row.respondent.as_ref()?.to_string();
                row.score.map(|_| (who, self.question_of(row).id.clone()))
            };
            for row in &rows {
                if let Some(key) = key(row) {
                    let at = latest.entry(key).or_insert(i64::MIN);
                    *at = (*at).max(row.answered_at.micros());
                }
            }
            rows.retain(|row| key(row).is_none_or(|key| latest[&key] == row.answered_at.micros()));
        }
        let blank = rows.iter().filter(|row| row.score.is_none()).count();
        let answers = rows.iter().filter_map(|row| {
            Some(Given {
                question: self.question_of(row),
                score: row.score?,
                weight: match d.survey_weights {
                    SurveyWeights::Given => row.weight.unwrap_or(1.0),
                    SurveyWeights::Equal => 1.0,
                },
            })
        });
        (answers.collect(), blank)
    }

    pub fn net(&self, kind: QuestionKind, d: &Definitions, cell: &Cell) -> Answer {
        if self.rows.responses.is_empty() {
            return Answer::missing();
        }
        let (given, blank) = self.given(kind, d, cell);
        let weighted = given.iter().any(|each| each.weight != 1.0);
        let (mut net, mut all) = (0.0, 0.0);
        for each in &given {
            let promoter = each.question.promoter_from.unwrap_or(9.0);
            let passive = each.question.passive_from.unwrap_or(7.0);
            all += each.weight;
            if each.score >= promoter {
                net += each.weight;
            } else if each.score < passive {
                net -= each.weight;
            }
        }
        let answer = Answer::ratio(100.0 * net, all).covering(given.len(), given.len() + blank);
        if weighted { answer.rough() } else { answer }
    }

    pub fn promoter_share(&self, d: &Definitions, cell: &Cell) -> Answer {
        let (given, _) = self.given(QuestionKind::Enps, d, cell);
        let promoters = given.iter().filter(|each| each.score >= 9.0).count();
        match self.crowd(Base::Employees, d, cell).size() {
            Some(size) if !self.rows.responses.is_empty() => Answer::ratio(promoters as f64, size),
            _ => Answer::missing(),
        }
    }

    pub fn mean_score(&self, d: &Definitions, cell: &Cell) -> Answer {
        if self.rows.responses.is_empty() {
            return Answer::missing();
        }
        let (given, blank) = self.given(QuestionKind::Satisfaction, d, cell);
        let scale = |each: &Given<'_>| (each.question.min, each.question.max);
        if given
            .windows(2)
            .any(|pair| scale(&pair[0]) != scale(&pair[1]))
        {
            return Answer::plain(Value::Undefined);
        }
        let sum: f64 = given.iter().map(|each| each.score * each.weight).sum();
        let all: f64 = given.iter().map(|each| each.weight).sum();
        Answer::ratio(sum, all)
            .covering(given.len(), given.len() + blank)
            .rough()
    }

    pub fn top_share(&self, kind: QuestionKind, d: &Definitions, cell: &Cell) -> Answer {
        if self.rows.responses.is_empty() {
            return Answer::missing();
        }
        let (given, blank) = self.given(kind, d, cell);
        let top = given.iter().filter(|each| {
            let max = each.question.max.unwrap_or(5.0);
            each.score >= each.question.favourable_from.unwrap_or(max - 1.0)
        });
        let top: f64 = top.map(|each| each.weight).sum();
        let all: f64 = given.iter().map(|each| each.weight).sum();
        Answer::ratio(top, all)
            .covering(given.len(), given.len() + blank)
            .rough()
    }

    pub fn turned_out(&self, below: fn(&SurveyTurnout) -> Option<u64>, cell: &Cell) -> Answer {
        if self.rows.turnout.is_empty() {
            return Answer::missing();
        }
        let (mut rows, mut known, mut above, mut base) = (0, 0, 0, 0);
        for row in &self.rows.turnout {
            let at = row.asked_at.micros();
            let who = Who {
                team: row.team.as_ref(),
                department: row.department.as_ref(),
                location: row.location.as_ref(),
                advocate: self.respondent(row.respondent.as_ref()),
                at,
            };
            let meets = cell.conditions().all(|each| {
                let values = self.surveyed_values(&who, row.wave.as_ref(), None, &each.dimension);
                values.is_none_or(|values| each.holds(&values))
            });
            if !(cell.start <= at && at < self.known_end(cell) && meets) {
                continue;
            }
            rows += 1;
            if let (Some(completes), Some(of)) = (row.completes, below(row)) {
                known += 1;
                above += completes;
                base += of;
            }
        }
        if rows > 0 && known == 0 {
            return Answer::missing();
        }
        Answer::ratio(above as f64, base as f64).covering(known, rows)
    }
}
