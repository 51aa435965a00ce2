//! Surveys and the workforce.

use crate::calendar::Zone;
use crate::catalog::Metric;
use crate::error::{Error, ErrorKind, Result};
use crate::measure::Measure;
use crate::model::id::Id;
use crate::operation::read::{Instants, Scores, same_length, window as period};
#[allow(clippy::wildcard_imports, reason = "the words of this list")]
use crate::operation::words::*;
use crate::operation::{Operation, rows};
use crate::stats::{Interval, SignTestMethod, Test};
use crate::survey::{
    self, Anonymous, AverageHeadcount, Comparisons, Enps, EnpsDifference, EnpsGroups, EnpsMethod,
    EnpsOptions, EsiForm, Expected, Invalid, NonresponseBounds, PulseCheck, PulseOptions, Response,
    Satisfaction, SatisfactionOptions, Scale, TurnoverKind, TurnoverOptions,
};

const ADJUSTED_WALD: crate::operation::Argument<'static> = text(EnpsMethod::AdjustedWald.as_str());
const RAISE: crate::operation::Argument<'static> = text(Invalid::Raise.as_str());
const SCALE_0_10: crate::operation::Argument<'static> = text("0-10");
const MCNEMAR: crate::operation::Argument<'static> = text(SignTestMethod::McNemar.as_str());

const NO_ANSWERS: &str = "undefined without answers";
const NOBODY: &str = "undefined where the second count is 0";

pub(in crate::operation) static SURVEY: &[Operation] = rows! { "survey";
    enps: About::metric(Metric::Enps,
            "undefined without answers, or where all weigh nothing; out_of_range in population below the answers"),
        r#"{"scores": [10, 9, 7, 3]}"#,
        (scores: Scores<'_> => SCORES,
         scale: Scale = SCALE_0_10 => SCALE,
         method: EnpsMethod = ADJUSTED_WALD => METHOD,
         confidence: f64 = USUAL => CONFIDENCE,
         weights: Option<Vec<f64>> => WEIGHTS,
         population: Option<u64> => POPULATION,
         invalid: Invalid = RAISE => INVALID)
        -> Box<Enps> = {
            let options = EnpsOptions { scale, method, confidence, weights, population, invalid };
            match scores {
                Scores::U8(scores) => survey::enps_bytes(scores, &options),
                scores => survey::enps(scores.each(), &options),
            }
            .map(Box::new)
        };
    enps_from_counts: About::metric(Metric::Enps, NO_ANSWERS),
        r#"{"promoters": 55, "passives": 35, "detractors": 10}"#,
        (promoters: u64 => PROMOTERS,
         passives: u64 => PASSIVES,
         detractors: u64 => DETRACTORS,
         scale: Scale = SCALE_0_10 => SCALE,
         method: EnpsMethod = ADJUSTED_WALD => METHOD,
         confidence: f64 = USUAL => CONFIDENCE,
         population: Option<u64> => POPULATION)
        -> Box<Enps> = survey::enps_from_counts(promoters, passives, detractors, &EnpsOptions {
            scale, method, confidence, population, ..EnpsOptions::default()
        }).map(Box::new);
    enps_interval: About::metric(Metric::Enps, "null without answers").titled("Interval of an eNPS"),
        r#"{"promoters": 55, "passives": 35, "detractors": 10}"#,
        (promoters: u64 => PROMOTERS,
         passives: u64 => PASSIVES,
         detractors: u64 => DETRACTORS,
         method: EnpsMethod = ADJUSTED_WALD => METHOD,
         confidence: f64 = USUAL => CONFIDENCE,
         population: Option<u64> => POPULATION)
        -> Option<Interval> = survey::enps_interval(promoters, passives, detractors, &EnpsOptions {
            method, confidence, population, ..EnpsOptions::default()
        });
    enps_test: TEST, r#"{"scores": [10, 9, 9, 7, 3]}"#,
        (scores: Scores<'_> => SCORES,
         method: SignTestMethod = MCNEMAR => "Which p-value.",
         scale: Scale = SCALE_0_10 => SCALE,
         weights: Option<Vec<f64>> => WEIGHTS,
         invalid: Invalid = RAISE => INVALID)
        -> Option<Test> = survey::enps(
            scores.each(),
            &EnpsOptions { scale, weights, invalid, ..EnpsOptions::default() },
        ).and_then(|enps| survey::enps_test(&enps, method));
    enps_test_from_counts: TEST, r#"{"promoters": 6, "passives": 139, "detractors": 16}"#,
        (promoters: u64 => PROMOTERS,
         passives: u64 => PASSIVES,
         detractors: u64 => DETRACTORS,
         method: SignTestMethod = MCNEMAR => "Which p-value.")
        -> Option<Test> = survey::enps_from_counts(promoters, passives, detractors, &EnpsOptions::default())
            .and_then(|enps| survey::enps_test(&enps, method));
    enps_difference: CHANGE,
        r#"{"scores_1": [9, 10, 9, 7, 6, 10], "scores_2": [9, 10, 7, 3, 6, 8]}"#,
        (scores_1: Scores<'_> => SCORES_1,
         scores_2: Scores<'_> => SCORES_2,
         scale: Scale = SCALE_0_10 => SCALE,
         method: EnpsMethod = ADJUSTED_WALD => METHOD,
         confidence: f64 = USUAL => CONFIDENCE,
         weights_1: Option<Vec<f64>> => "A weight for every row of the first.",
         weights_2: Option<Vec<f64>> => "A weight for every row of the second.",
         population_1: Option<u64> => "How many people the first is a sample of.",
         population_2: Option<u64> => "How many people the second is a sample of.",
         invalid: Invalid = RAISE => INVALID)
        -> Box<EnpsDifference> = {
            let side = |scores: Scores<'_>, weights, population, number| survey::enps(
                scores.each(),
                &EnpsOptions { scale, method, confidence, weights, population, invalid },
            ).map_err(|error| numbered(error, number));
            side(scores_1, weights_1, population_1, "1").and_then(|first| {
                let second = side(scores_2, weights_2, population_2, "2")?;
                survey::enps_difference(&first, &second).map(Box::new)
            })
        };
    enps_difference_from_counts: CHANGE,
        r#"{"promoters_1": 791, "passives_1": 349, "detractors_1": 509, "promoters_2": 755, "passives_2": 356, "detractors_2": 609}"#,
        (promoters_1: u64 => "Promoters of the first.",
         passives_1: u64 => "Passives of the first.",
         detractors_1: u64 => "Detractors of the first.",
         promoters_2: u64 => "Promoters of the second.",
         passives_2: u64 => "Passives of the second.",
         detractors_2: u64 => "Detractors of the second.",
         method: EnpsMethod = ADJUSTED_WALD => METHOD,
         confidence: f64 = USUAL => CONFIDENCE,
         population_1: Option<u64> => "How many people the first is a sample of.",
         population_2: Option<u64> => "How many people the second is a sample of.")
        -> Box<EnpsDifference> = {
            let side = |promoters, passives, detractors, population, number| {
                survey::enps_from_counts(promoters, passives, detractors, &EnpsOptions {
                    method, confidence, population, ..EnpsOptions::default()
                }).map_err(|error| numbered(error, number))
            };
            side(promoters_1, passives_1, detractors_1, population_1, "1").and_then(|first| {
                let second = side(promoters_2, passives_2, detractors_2, population_2, "2")?;
                survey::enps_difference(&first, &second).map(Box::new)
            })
        };
    enps_difference_paired: CHANGE.titled("Change of an eNPS among the same people"),
        r#"{"respondents_1": ["ada", "ben", "cem", "dee"], "scores_1": [9, 9, 7, 10], "respondents_2": ["ada", "ben", "cem", "eva"], "scores_2": [6, 9, 5, 2]}"#,
        (respondents_1: Vec<Option<Id>> => RESPONDENTS_1,
         scores_1: Scores<'_> => SCORES_1,
         respondents_2: Vec<Option<Id>> => RESPONDENTS_2,
         scores_2: Scores<'_> => SCORES_2,
         scale: Scale = SCALE_0_10 => SCALE,
         method: EnpsMethod = ADJUSTED_WALD => METHOD,
         confidence: f64 = USUAL => CONFIDENCE,
         population: Option<u64> => POPULATION,
         invalid: Invalid = RAISE => INVALID)
        -> Box<EnpsDifference> = wave(respondents_1, scores_1, ("respondents_1", "scores_1")).and_then(|first| {
            let second = wave(respondents_2, scores_2, ("respondents_2", "scores_2"))?;
            let options = EnpsOptions {
                scale, method, confidence, population, invalid, weights: None,
            };
            survey::enps_difference_paired(first, second, &options).map(Box::new)
        });
    enps_by: About::metric(Metric::Enps, "invalid_option in population: each group has its own; unequal_lengths")
            .titled("eNPS of many groups, compared"),
        r#"{"groups": ["Data", "Data", "Data", "Sales", "Sales"], "scores": [9, 10, 6, 3, 8]}"#,
        (groups: Vec<&str> => "The group of each answer.",
         scores: Scores<'_> => SCORES,
         comparisons: Comparisons = text(Comparisons::Rest.as_str()) => "Which groups are compared.",
         scale: Scale = SCALE_0_10 => SCALE,
         method: EnpsMethod = ADJUSTED_WALD => METHOD,
         confidence: f64 = USUAL => CONFIDENCE,
         weights: Option<Vec<f64>> => WEIGHTS,
         invalid: Invalid = RAISE => INVALID)
        -> Box<EnpsGroups> = same_length(groups.len(), scores.len(), "scores").and_then(|()| {
            let options = EnpsOptions {
                scale, method, confidence, weights, invalid, population: None,
            };
            survey::enps_by(groups.into_iter().zip(scores.each()), comparisons, &options).map(Box::new)
        });
    enps_rolling: About::metric(Metric::Enps,
            "undefined without answers; missing_value in respondents for an anonymous one unless counted")
            .titled("eNPS of a window, the latest answer of each person"),
        r#"{"respondents": [1, 2, 1], "answered_at": ["2025-01-10T09:00:00Z", "2025-01-10T09:00:00Z", "2025-03-10T09:00:00Z"], "scores": [3, 9, 10], "window": "2025-Q1"}"#,
        (respondents: Vec<Option<Id>> => "Who gave each answer; null is anonymous.",
         answered_at: Instants<'_> => "When each was given.",
         scores: Scores<'_> => SCORES,
         window: &str => "The period the answers are of, such as `2025-Q1`.",
         tz: Zone = text("UTC") => TZ,
         anonymous: Anonymous = text(Anonymous::Raise.as_str()) => "What to do with answers of nobody in particular.",
         scale: Scale = SCALE_0_10 => SCALE,
         method: EnpsMethod = ADJUSTED_WALD => METHOD,
         confidence: f64 = USUAL => CONFIDENCE,
         weights: Option<Vec<f64>> => WEIGHTS,
         population: Option<u64> => POPULATION,
         invalid: Invalid = RAISE => INVALID)
        -> Box<Enps> = Ok(tz).and_then(|zone| {
            let window = period(window, &zone)?;
            let answered_at = answered_at.in_zone(&zone)?;
            same_length(respondents.len(), answered_at.len(), "answered_at")?;
            same_length(respondents.len(), scores.len(), "scores")?;
            let rows = respondents.into_iter().zip(answered_at).zip(scores.each());
            let answers: Vec<Response> = rows
                .map(|((respondent, answered_at), score)| Response { respondent, answered_at, score })
                .collect();
            let options = EnpsOptions { scale, method, confidence, weights, population, invalid };
            survey::enps_rolling(&answers, &window, anonymous, &options)
                .map_err(|error| renamed(error, "respondent", "respondents"))
                .map(Box::new)
        });
    enps_sample_size: About::new("Answers needed for an eNPS",
            "z² × (P + D − (P − D)²) / margin², less for a finite population, rounded up",
            "answers, 1 or more", "overflow beyond 64 bits; divide by the response rate you expect",
            "survey sampling; Rocks 2016"),
        r#"{"margin": 10}"#,
        (margin: f64 => "The margin of error wanted, in points.",
         promoters: f64 = number(0.5) => EXPECTED_PROMOTERS,
         detractors: f64 = number(0.5) => EXPECTED_DETRACTORS,
         population: Option<u64> => POPULATION,
         confidence: f64 = USUAL => CONFIDENCE)
        -> u64 = survey::enps_sample_size(margin, Expected { promoters, detractors }, population, confidence);
    enps_margin_of_error: About::new("Margin of error of an eNPS to come",
            "100 × z × √((P + D − (P − D)²) / n), less for a finite population",
            "points, 0 or more", "null for no answers, 0 for a census", "survey sampling; Rocks 2016"),
        r#"{"answers": 385}"#,
        (answers: u64 => "How many answers there will be.",
         promoters: f64 = number(0.5) => EXPECTED_PROMOTERS,
         detractors: f64 = number(0.5) => EXPECTED_DETRACTORS,
         population: Option<u64> => POPULATION,
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<f64> = survey::enps_margin_of_error(answers, Expected { promoters, detractors }, population, confidence);
    nonresponse_bounds: About::new("Worst-case bounds for nonresponse",
            "response rate × eNPS ± 100 × (1 − response rate)",
            POINTS, "no confidence interval: nothing is assumed", "Manski bounds"),
        r#"{"enps": 20, "response_rate": 0.75}"#,
        (enps: f64 => "The eNPS of those who answered, -100..=100.",
         response_rate: f64 => "The share of people who answered, 0..=1.")
        -> NonresponseBounds = survey::nonresponse_bounds(enps, response_rate);
    promoter_share_of_employees: About::metric(Metric::PromoterShareOfEmployees, NOBODY),
        r#"{"promoters": 90, "employees": 400}"#,
        (promoters: u64 => PROMOTERS,
         employees: u64 => "Employees, whether they answered or not.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Measure = survey::promoter_share_of_employees(promoters, employees, confidence);
    satisfaction: About::metric(Metric::Satisfaction,
            "undefined without answers; the mean has Student's interval, the share of the satisfied Wilson's; invalid_option in top_from"),
        r#"{"scores": [5, 4, 3, 4]}"#,
        (scores: Scores<'_> => SCORES,
         min: f64 = number(1.0) => LOWEST,
         max: f64 = number(5.0) => HIGHEST,
         top_from: Option<f64> => "From where an answer counts as satisfied; the top two points unless said.",
         confidence: f64 = USUAL => CONFIDENCE,
         population: Option<u64> => POPULATION,
         invalid: Invalid = RAISE => INVALID)
        -> Box<Satisfaction> = survey::satisfaction(scores.each(), &SatisfactionOptions {
            min, max, top_from, confidence, population, invalid,
        }).map(Box::new);
    favourability: About::metric(Metric::Favourability, NO_ANSWERS),
        r#"{"scores": [5, 4, 3, 2], "favourable_from": 4}"#,
        (scores: Scores<'_> => SCORES,
         favourable_from: f64 => "From where an answer is favourable.",
         min: f64 = number(1.0) => LOWEST,
         max: f64 = number(5.0) => HIGHEST,
         confidence: f64 = USUAL => CONFIDENCE,
         population: Option<u64> => POPULATION,
         invalid: Invalid = RAISE => INVALID)
        -> Measure = survey::favourability(scores.each(), favourable_from, &SatisfactionOptions {
            min, max, top_from: None, confidence, population, invalid,
        });
    share_difference_paired: About::metric(Metric::ShareDifference, "undefined without people").in_unit(DIFFERENCE),
        r#"{"both": 59, "first_only": 6, "second_only": 16, "neither": 80}"#,
        (both: u64 => "People for whom it holds both times.",
         first_only: u64 => "People for whom it holds in the first only (of two waves, the later).",
         second_only: u64 => "People for whom it holds in the second only.",
         neither: u64 => "People for whom it holds in neither.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Measure = survey::share_difference_paired(both, first_only, second_only, neither, confidence);
    esi: About::metric(Metric::Esi, "out_of_range outside 1..=10"),
        r#"{"satisfaction": 7, "expectations": 8, "ideal": 6}"#,
        (satisfaction: f64 => "How satisfied, the mean on 1-10.",
         expectations: f64 => "How far expectations are met, the mean on 1-10.",
         ideal: f64 => "How near the ideal, the mean on 1-10.",
         form: EsiForm = text(EsiForm::Rescaled.as_str()) => "Rescaled to 0..=1, or the total over the greatest possible.")
        -> Measure = survey::esi(satisfaction, expectations, ideal, form);
    pulse_check: About::new("Is it a pulse survey?",
            "at most so many questions, no two waves too close or too far apart",
            "findings, and a median gap in days of 24 hours",
            "invalid_option in shortest_gap_days above the longest", "survey guides"),
        r#"{"questions": 8, "waves": ["2025-01-06", "2025-02-03", "2025-03-03"]}"#,
        (questions: u64 => "How many questions it asks.",
         waves: Instants<'_> => "When it was sent, in any order.",
         tz: Zone = text("UTC") => TZ,
         most_questions: u64 = whole(10) => "No more questions than this.",
         shortest_gap_days: u64 = whole(7) => "No two waves closer than this.",
         longest_gap_days: u64 = whole(92) => "No two waves further apart than this.")
        -> PulseCheck = Ok(tz).and_then(|zone| {
            let waves = waves.in_zone(&zone)?;
            survey::pulse_check(questions, &waves, &PulseOptions {
                most_questions,
                shortest_gap_days: days(shortest_gap_days, "shortest_gap_days")?,
                longest_gap_days: days(longest_gap_days, "longest_gap_days")?,
            })
        });
    response_rate: About::metric(Metric::ResponseRate, NOBODY), r#"{"completes": 312, "eligible": 400}"#,
        (completes: u64 => "People who completed it.",
         eligible: u64 => "People who could have.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Measure = survey::response_rate(completes, eligible, confidence);
    completion_rate: About::metric(Metric::CompletionRate, NOBODY), r#"{"completes": 312, "starts": 390}"#,
        (completes: u64 => "People who completed it.",
         starts: u64 => "People who started.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Measure = survey::completion_rate(completes, starts, confidence);
    turnover_rate: About::metric(Metric::TurnoverRate,
            "undefined where the average is 0 or there are no months; headcounts are start and end, or month_ends"),
        r#"{"separations": 5, "start": 30, "end": 40}"#,
        (separations: u64 => "People who left.",
         start: Option<u64> => "The headcount at the period's start.",
         end: Option<u64> => "The headcount at its end.",
         month_ends: Option<Vec<u64>> => "The headcount at the end of each month, instead of start and end.",
         kind: TurnoverKind = text(TurnoverKind::All.as_str()) => "Which separations were counted.",
         annualise_months: Option<f64> => "The period's months, to annualise by 12 / months.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Measure = headcount(start, end, month_ends).and_then(|headcount| {
            let options = TurnoverOptions { kind, annualise_months, confidence };
            survey::turnover_rate(separations, &headcount, &options)
        });
    retention_rate: About::metric(Metric::RetentionRate, "undefined where nobody was present; out_of_range in stayers above those present"),
        r#"{"stayers": 45, "present_at_start": 50}"#,
        (stayers: u64 => "Of those present at the start, the ones still there at the end.",
         present_at_start: u64 => "People present at the start.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Measure = survey::retention_rate(stayers, present_at_start, confidence);
    stability_index: About::metric(Metric::StabilityIndex, NOBODY),
        r#"{"long_serving": 80, "headcount_year_ago": 100}"#,
        (long_serving: u64 => "Staff with a year's service or more now.",
         headcount_year_ago: u64 => "The headcount a year ago.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Measure = survey::stability_index(long_serving, headcount_year_ago, confidence);
    absence_rate: About::metric(Metric::AbsenceRate, "undefined without available days"),
        r#"{"days_lost": 7.5, "available_days": 250}"#,
        (days_lost: f64 => "Days lost; half days count.",
         available_days: f64 => "Days that were to be worked, planned leave left out.")
        -> Measure = survey::absence_rate(days_lost, available_days);
};

const TEST: About = About::new(
    "Is an eNPS other than 0?",
    "(promoters − detractors) / √(promoters + detractors), or a sign test",
    POINTS,
    "null where there are neither promoters nor detractors; invalid_option in method with weights but for mcnemar",
    "Fagerland, Lydersen and Laake 2017",
);

const CHANGE: About = About::metric(Metric::EnpsDifference, "undefined where either score is")
    .in_unit(DIFFERENCE_POINTS);

/// The error, in the field of one of two samples.
fn numbered(error: Error, number: &str) -> Error {
    let numbered = match error.field() {
        Some(field @ ("scores" | "weights" | "population" | "responses")) => {
            format!("{field}_{number}")
        }
        _ => return error,
    };
    error.in_field(&numbered)
}

fn renamed(error: Error, from: &str, to: &str) -> Error {
    if error.field() == Some(from) {
        error.in_field(to)
    } else {
        error
    }
}

/// The answers of a wave, by person.
fn wave(
    respondents: Vec<Option<Id>>,
    scores: Scores<'_>,
    (ids, answers): (&str, &str),
) -> Result<Vec<(Id, Option<f64>)>> {
    same_length(respondents.len(), scores.len(), answers)?;
    let rows = respondents.into_iter().zip(scores.each()).enumerate();
    rows.map(|(row, (respondent, score))| match respondent {
        Some(respondent) => Ok((respondent, score)),
        None => Err(Error::new(
            ErrorKind::MissingValue,
            format!("the answer at row {row} is anonymous: it cannot be matched"),
        )
        .in_field(ids)
        .at_row(row)),
    })
    .collect()
}

fn days(days: u64, name: &str) -> Result<u32> {
    u32::try_from(days).map_err(|_| {
        let message = format!("{name} {days} is outside 0..={}", u32::MAX);
        Error::new(ErrorKind::OutOfRange, message).in_field(name)
    })
}

fn headcount(
    start: Option<u64>,
    end: Option<u64>,
    month_ends: Option<Vec<u64>>,
) -> Result<AverageHeadcount> {
    let error = |kind, field, message| Err(Error::new(kind, message).in_field(field));
    match (start, end, month_ends) {
        (Some(start), Some(end), None) => Ok(AverageHeadcount::StartEnd { start, end }),
        (None, None, Some(ends)) => Ok(AverageHeadcount::MonthEnds(ends)),
        (_, _, Some(_)) => error(
            ErrorKind::InvalidOption,
            "month_ends",
            "headcounts are start and end, or month_ends, not both",
        ),
        (None, _, None) => error(ErrorKind::MissingValue, "start", "start is missing"),
        (_, None, None) => error(ErrorKind::MissingValue, "end", "end is missing"),
    }
}
