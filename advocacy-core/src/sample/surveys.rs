//! A pulse survey each quarter: three questions, and who answered.

use crate::model::kinds::QuestionKind;
use crate::model::rows::{Advocate, SurveyQuestion, SurveyResponse, SurveyTurnout};

use super::clock;
use super::people::member_since;
use super::random::{Random, weighted};
use super::words::TEAMS;

/// Each wave: its name, the day it opened, and how the mood was, in thousandths.
const WAVES: [(&str, i64, u64); 5] = [
    ("2024-Q4", 140, 80),
    ("2025-Q1", 231, 100),
    ("2025-Q2", 322, 160),
    ("2025-Q3", 413, 150),
    ("2025-Q4", 504, 210),
];

/// Answers to the eNPS question and how many of a hundred give each.
const ENPS: &[(u8, u64)] = &[
    (10, 15),
    (9, 17),
    (8, 22),
    (7, 16),
    (6, 10),
    (5, 8),
    (4, 4),
    (3, 3),
    (2, 2),
    (1, 1),
    (0, 2),
];
const FIVE_POINTS: &[(u8, u64)] = &[(5, 22), (4, 38), (3, 24), (2, 11), (1, 5)];

const SATISFACTION: &str = "satisfied with the job";
const PROUD: &str = "proud to work here";

/// What is asked each quarter.
pub(super) fn questions() -> Vec<SurveyQuestion> {
    let question = |id: &str, kind| SurveyQuestion {
        id: id.to_owned(),
        kind,
        min: None,
        max: None,
        passive_from: None,
        promoter_from: None,
        favourable_from: None,
    };
    vec![
        question("enps", QuestionKind::Enps),
        question(SATISFACTION, QuestionKind::Satisfaction),
        question(PROUD, QuestionKind::Agreement),
    ]
}

/// The answers of all waves, and the turnout of each by team.
pub(super) fn generate(
    random: &mut Random,
    advocates: &[Advocate],
) -> (Vec<SurveyResponse>, Vec<SurveyTurnout>) {
    let (mut responses, mut turnout) = (Vec::new(), Vec::new());
    for (wave, day, mood) in WAVES {
        let asked_at = clock::at(day, 9, 0);
        let mut by_team = vec![(0_u64, 0_u64, 0_u64); TEAMS.len()];
        for advocate in advocates {
            let team = advocate.moves.iter().rev().find(|step| step.at <= asked_at);
            let team = team
                .and_then(|step| step.team.as_ref())
                .or(advocate.team.as_ref());
            let employed = !advocate.external
                && advocate.memberships.iter().any(|stay| {
                    stay.hired.is_none_or(|hired| hired <= asked_at)
                        && stay.left.is_none_or(|left| asked_at < left)
                });
            let place = TEAMS
                .iter()
                .position(|known| Some(known.name) == team.map(String::as_str));
            let Some(count) = place
                .and_then(|at| by_team.get_mut(at))
                .filter(|_| employed)
            else {
                continue;
            };
            count.0 += 1;
            let member = member_since(advocate, day).is_some();
            if !random.per_mille(if member { 780 } else { 560 }) {
                continue;
            }
            count.1 += 1;
            // Some begin and do not finish.
            let finished = random.per_mille(965);
            count.2 += u64::from(finished);
            let answered_at = clock::at(
                clock::workday(day + random.between(0, 8)),
                random.between(8, 18),
                random.between(0, 59),
            );
            let mood = mood + if member { 90 } else { 0 };
            let mut answer = |question: &str, among: &[(u8, u64)], last: bool| {
                let better = random.per_mille(mood);
                let (first, second) = (weighted(random, among), weighted(random, among));
                let score = if better { first.max(second) } else { first };
                let blank = random.per_mille(12) || (last && !finished);
                responses.push(SurveyResponse {
                    wave: Some(wave.to_owned()),
                    question: Some(question.to_owned()),
                    respondent: Some(advocate.id.clone()),
                    ..SurveyResponse::new(answered_at, (!blank).then(|| f64::from(score)))
                });
            };
            answer("enps", ENPS, false);
            answer(SATISFACTION, FIVE_POINTS, false);
            answer(PROUD, FIVE_POINTS, true);
        }
        for (team, (eligible, starts, completes)) in TEAMS.iter().zip(by_team) {
            turnout.push(SurveyTurnout {
                asked_at,
                wave: Some(wave.to_owned()),
                respondent: None,
                eligible: Some(eligible),
                starts: Some(starts),
                completes: Some(completes),
                team: Some(team.name.to_owned()),
                department: Some(team.department.to_owned()),
                location: None,
            });
        }
    }
    responses.sort_by_cached_key(|response| response.answered_at);
    (responses, turnout)
}
