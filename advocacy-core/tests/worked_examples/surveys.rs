//! §8: answers and turnout, by wave, team and question.

use advocacy_core::{
    Baseline, Headcount, Move, QuestionKind, State, SurveyQuestion, SurveyResponse, SurveyTurnout,
    TextFrame,
};

use super::*;

/// An answer to the eNPS question.
fn answer(wave: &str, who: Option<&str>, at: &str, score: Option<f64>) -> SurveyResponse {
    SurveyResponse {
        wave: Some(wave.to_owned()),
        respondent: who.map(Into::into),
        ..SurveyResponse::new(utc(at), score)
    }
}

fn question(id: &str, kind: QuestionKind, scale: Option<(f64, f64)>) -> SurveyQuestion {
    SurveyQuestion {
        id: id.to_owned(),
        kind,
        min: scale.map(|scale| scale.0),
        max: scale.map(|scale| scale.1),
        passive_from: None,
        promoter_from: None,
        favourable_from: None,
    }
}

/// So many promoters, passives and detractors, all anonymous.
fn crowd(
    wave: &str,
    at: &str,
    [promoters, passives, detractors]: [usize; 3],
) -> Vec<SurveyResponse> {
    [(10.0, promoters), (8.0, passives), (2.0, detractors)]
        .into_iter()
        .flat_map(|(score, times)| vec![answer(wave, None, at, Some(score)); times])
        .collect()
}

fn surveyed(responses: Vec<SurveyResponse>) -> Rows {
    Rows {
        responses,
        ..Rows::default()
    }
}

#[track_caller]
fn close(got: f64, wanted: f64, tolerance: f64) {
    assert!((got - wanted).abs() <= tolerance, "{got}, not {wanted}");
}

/// Four answers in spring: 10, 9, 7, 3; three and a blank in autumn: 10, 9, 6.
fn two_waves() -> Rows {
    let mut rows = surveyed(vec![
        answer("spring", Some("ana"), "2025-04-01", Some(10.0)),
        answer("spring", Some("ben"), "2025-04-01", Some(9.0)),
        answer("spring", Some("cem"), "2025-04-02", Some(7.0)),
        answer("spring", Some("dot"), "2025-04-03", Some(3.0)),
        answer("autumn", Some("ana"), "2025-10-01", Some(10.0)),
        answer("autumn", Some("ben"), "2025-10-01", Some(6.0)),
        answer("autumn", Some("cem"), "2025-10-02", None),
        answer("autumn", Some("guest"), "2025-10-02", Some(9.0)),
    ]);
    let mut ben = member("ben", "2025-01-01").with_team("Data");
    ben.moves.push(Move {
        at: utc("2025-07-01"),
        team: Some("Legal".to_owned()),
        department: None,
        location: None,
    });
    rows.advocates = vec![
        member("ana", "2025-01-01").with_team("Data"),
        ben,
        member("cem", "2025-01-01").with_team("Data"),
        member("dot", "2025-01-01").with_team("Data"),
    ];
    rows
}

#[test]
fn enps_by_wave_and_by_team_at_the_time() {
    let rows = two_waves();
    let program = Program::from_rows(&rows).unwrap();
    let by = |dimension| {
        let query = program
            .measure([Metric::Enps])
            .by([dimension])
            .over(period("2025"));
        query.as_of(later()).table().unwrap()
    };
    let waves = by(Dimension::Wave);
    // Spring: (2 − 1) / 4. Autumn: (2 − 1) / 3, and a blank.
    assert_eq!(waves.at(&["spring"], "enps").unwrap().value(), Some(25.0));
    let autumn = waves.at(&["autumn"], "enps").unwrap();
    assert_eq!(autumn.value(), Some(100.0 / 3.0));
    assert_eq!(autumn.coverage(), Some(Coverage { known: 3, rows: 4 }));
    assert!(autumn.notes().contains(&Note::NotKnown {
        rows: 1,
        what: "an answer".into()
    }));
    assert_eq!(autumn.component("promoters"), Some(2.0));
    // All seven: (4 − 2) / 7, computed and not summed.
    assert_eq!(waves.get("enps").unwrap().value(), Some(200.0 / 7.0));
    // Ben was in Legal by autumn, and a guest is in no team: Data is ana twice,
    // ben and cem and dot in spring: (3 − 1) / 5.
    let teams = by(Dimension::Team);
    assert_eq!(teams.at(&["Data"], "enps").unwrap().value(), Some(40.0));
    assert_eq!(teams.at(&["Legal"], "enps").unwrap().value(), Some(-100.0));
    assert_eq!(teams.at(&["(none)"], "enps").unwrap().value(), Some(100.0));
    // What one person answered is never a row of its own.
    let people = by(Dimension::Advocate);
    assert!(
        people
            .rows
            .iter()
            .all(|row| row.measures[0].value() == Some(200.0 / 7.0))
    );
    assert!(
        people.rows[0].measures[0]
            .notes()
            .contains(&Note::NotSplit {
                dimensions: vec!["advocate".to_owned()]
            })
    );
}

#[test]
fn of_a_persons_answers_the_latest_counts() {
    let mut rows = two_waves();
    // Dot changes her mind within the wave, and again by half a year later.
    rows.responses
        .push(answer("spring", Some("dot"), "2025-04-05", Some(9.0)));
    let spring = ask(&rows, Metric::Enps, "2025-Q2", &[]);
    assert_eq!(spring.value(), Some(75.0)); // 10, 9, 9, 7
    // As of the third of April she had answered 3.
    let before = ask_as_of(
        &rows,
        Metric::Enps,
        "2025-Q2",
        &[],
        utc("2025-04-03T12:00:00Z"),
    );
    assert_eq!(before.value(), Some(25.0));
    // Over the year, one answer a person: ana 10, ben 6, cem 7, dot 9, guest 9.
    let latest = ask(&rows, Metric::Enps, "2025", &[("survey_answers", "latest")]);
    assert_eq!(latest.value(), Some(40.0));
    assert!(latest.notes().contains(&Note::Excluded {
        count: 2,
        what: "earlier answers of the same people".into()
    }));
    // An anonymous answer cannot be told from a second one.
    rows.responses
        .push(answer("autumn", None, "2025-10-03", Some(0.0)));
    let program = Program::from_rows(&rows).unwrap();
    let choices = |anonymous: &str| {
        definitions(&[
            ("survey_answers", "latest"),
            ("survey_anonymous", anonymous),
        ])
    };
    let query = |anonymous| {
        let query = program
            .measure([Metric::Enps])
            .over(period("2025"))
            .as_of(later());
        query.define(choices(anonymous))
    };
    let error = query("raise").table().unwrap_err();
    assert_eq!(
        (error.code(), error.field(), error.row()),
        ("missing_value", Some("respondent"), Some(9))
    );
    let counted = query("count").table().unwrap();
    let enps = counted.get("enps").unwrap();
    assert_eq!(enps.value(), Some(100.0 / 6.0)); // (3 − 2) / 6
    assert!(enps.notes().contains(&Note::Remark {
        text: "1 anonymous answers: one person may be among them twice".into()
    }));
    // Nor can it be counted in batches.
    let error = query("count").tally().unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("incompatible_tally", Some("survey_answers"))
    );
}

#[test]
fn intervals_are_those_of_the_method_chosen() {
    // Cavo et al. 2012 (Fagerland, Lydersen and Laake, ch. 8; R
    // contingencytables): 6 promoters, 139 passives, 16 detractors.
    let rows = surveyed(crowd("one", "2025-03-01", [6, 139, 16]));
    for (method, low, high, tolerance) in [
        ("wald", -11.84, -0.58, 6e-3),
        ("agresti_min", -11.82, -0.45, 6e-3),
        ("bonett_price", -11.95, -0.32, 6e-3),
        ("tango", -12.40, -0.54, 6e-3),
        (
            "adjusted_wald",
            -11.815_367_463_259_917,
            -0.379_754_487_959_595_16,
            1e-7,
        ),
    ] {
        let measure = ask(&rows, Metric::Enps, "2025", &[("enps_method", method)]);
        close(measure.value().unwrap(), -1000.0 / 161.0, 1e-12);
        let interval = measure.interval().unwrap();
        assert_eq!(interval.method, method);
        close(interval.low, low, tolerance);
        close(interval.high, high, tolerance);
    }
}

#[test]
fn a_change_between_waves_has_an_interval() {
    // NPS of bank customers, 2021 (R package NPS): Mexico 791 promoters and
    // 509 detractors of 1,649, the United Kingdom 755 and 609 of 1,720. With
    // Wald's intervals MOVER is the two-sample Wald interval.
    let mut responses = crowd("uk", "2025-05-01", [755, 356, 609]);
    responses.extend(crowd("mexico", "2025-08-01", [791, 349, 509]));
    let rows = surveyed(responses);
    let program = Program::from_rows(&rows).unwrap();
    let table = program
        .measure([Metric::Enps])
        .over(period("2025-Q3"))
        .as_of(later())
        .define(definitions(&[("enps_method", "wald")]))
        .compare(Baseline::PreviousPeriod)
        .table()
        .unwrap();
    let comparison = table.total.comparisons[0].as_ref().unwrap();
    close(comparison.difference.unwrap(), 8.612_901_406_067_103, 1e-9);
    let interval = comparison.interval.as_ref().unwrap();
    assert_eq!(interval.method, "mover");
    close(interval.low, 2.677_033_609_199_648, 1e-9);
    close(interval.high, 14.548_769_202_934_558, 1e-9);
}

#[test]
fn weights_are_shares_of_the_weight() {
    let mut responses = crowd("one", "2025-03-01", [2, 1, 1]);
    responses[0].weight = Some(3.0);
    let rows = surveyed(responses);
    // Promoters weigh 4 of 6, detractors 1: 100 × 3 / 6.
    let weighted = ask(&rows, Metric::Enps, "2025", &[]);
    assert_eq!(weighted.value(), Some(50.0));
    // Kish: 6² / (9 + 1 + 1 + 1).
    assert_eq!(weighted.component("effective answers"), Some(3.0));
    let plain = ask(&rows, Metric::Enps, "2025", &[("survey_weights", "equal")]);
    assert_eq!(plain.value(), Some(25.0));
    assert_eq!(plain.component("effective answers"), None);
}

#[test]
fn a_census_has_no_margin() {
    let mut rows = surveyed(crowd("one", "2025-03-01", [6, 3, 1]));
    rows.turnout.push(SurveyTurnout {
        asked_at: utc("2025-03-01"),
        wave: Some("one".to_owned()),
        respondent: None,
        eligible: Some(10),
        starts: Some(10),
        completes: Some(10),
        team: None,
        department: None,
        location: None,
    });
    let choices = [("survey_population", "eligible")];
    let census = ask(&rows, Metric::Enps, "2025", &choices);
    assert_eq!(census.value(), Some(50.0));
    assert_eq!(
        census.interval().map(|i| (i.low, i.high)),
        Some((50.0, 50.0))
    );
    // More answers than people who could answer are a sample of no such people.
    rows.turnout[0].eligible = Some(9);
    let measure = ask(&rows, Metric::Enps, "2025", &choices);
    assert!(measure.interval().unwrap().width() > 0.0);
    assert!(
        measure
            .explain()
            .contains("more answers than people who could answer")
    );
}

#[test]
fn satisfaction_and_favourability_read_their_own_questions() {
    let questions = vec![
        question("work", QuestionKind::Satisfaction, None),
        question("pay", QuestionKind::Satisfaction, Some((1.0, 10.0))),
        question("proud", QuestionKind::Agreement, None),
    ];
    let mut rows = Rows {
        questions,
        ..Rows::default()
    };
    for (question, scores) in [
        ("work", &[5.0, 4.0, 3.0, 4.0][..]),
        ("pay", &[9.0, 8.0]),
        ("proud", &[5.0, 4.0, 2.0]),
    ] {
        for &score in scores {
            rows.responses.push(SurveyResponse {
                question: Some(question.to_owned()),
                ..SurveyResponse::new(utc("2025-03-01"), Some(score))
            });
        }
    }
    let program = Program::from_rows(&rows).unwrap();
    let metrics = [
        Metric::Satisfaction,
        Metric::SatisfactionTopBox,
        Metric::Favourability,
    ];
    let table = program
        .measure(metrics)
        .by([Dimension::Question])
        .over(period("2025"))
        .as_of(later())
        .table()
        .unwrap();
    let value = |row: &str, column: &str| table.at(&[row], column).unwrap().value();
    assert_eq!(value("work", "satisfaction"), Some(4.0));
    assert_eq!(value("pay", "satisfaction"), Some(8.5));
    // The top two points: 4 and 5 of 5, 9 and 10 of 10.
    assert_eq!(value("work", "satisfaction_top_box"), Some(0.75));
    assert_eq!(value("pay", "satisfaction_top_box"), Some(0.5));
    assert_eq!(value("proud", "favourability"), Some(2.0 / 3.0));
    assert_eq!(value("proud", "satisfaction"), None);
    // Two scales have no mean together; their shares of the satisfied have one.
    let total = |column: &str| table.get(column).unwrap();
    assert_eq!(total("satisfaction").state(), State::Undefined);
    assert!(total("satisfaction").explain().contains("different scales"));
    assert_eq!(total("satisfaction_top_box").value(), Some(4.0 / 6.0));
    // Student's interval of 5, 4, 3, 4: s² = 2/3, t(0.975; 3) = 3.182446305284263.
    let interval = table
        .at(&["work"], "satisfaction")
        .unwrap()
        .interval()
        .unwrap();
    let margin = 3.182_446_305_284_263 * (2.0_f64 / 3.0 / 4.0).sqrt();
    close(interval.low, 4.0 - margin, 1e-12);
    // Cut to the scale.
    close(interval.high, 5.0, 0.0);
}

#[test]
fn other_scales_are_no_enps() {
    let mut five = question("five", QuestionKind::NetScore, Some((1.0, 5.0)));
    (five.passive_from, five.promoter_from) = (Some(4.0), Some(5.0));
    let mut rows = Rows {
        questions: vec![five],
        ..Rows::default()
    };
    for score in [5.0, 5.0, 4.0, 1.0] {
        rows.responses.push(SurveyResponse {
            question: Some("five".to_owned()),
            ..SurveyResponse::new(utc("2025-03-01"), Some(score))
        });
    }
    assert_eq!(
        ask(&rows, Metric::NetScore, "2025", &[]).value(),
        Some(25.0)
    );
    let enps = ask(&rows, Metric::Enps, "2025", &[]);
    assert_eq!((enps.value(), enps.state()), (None, State::Undefined));
}

#[test]
fn turnout_and_promoters_among_employees() {
    let mut rows = surveyed(crowd("one", "2025-03-01", [90, 100, 60]));
    for (team, eligible, starts, completes) in [
        ("Data", Some(300), Some(250), Some(200)),
        ("Legal", Some(100), Some(60), Some(50)),
        ("Sales", Some(40), None, None),
    ] {
        rows.turnout.push(SurveyTurnout {
            asked_at: utc("2025-03-01"),
            wave: Some("one".to_owned()),
            respondent: None,
            eligible,
            starts,
            completes,
            team: Some(team.to_owned()),
            department: None,
            location: None,
        });
    }
    rows.headcount.push(Headcount {
        at: utc("2025-01-01"),
        employees: 400,
        team: None,
        department: None,
        location: None,
    });
    // Sales does not say who completed: 250 / 400, known of two of three.
    let response = ask(&rows, Metric::ResponseRate, "2025", &[]);
    assert_eq!(response.value(), Some(0.625));
    assert_eq!(response.coverage(), Some(Coverage { known: 2, rows: 3 }));
    assert_eq!(
        ask(&rows, Metric::CompletionRate, "2025", &[]).value(),
        Some(250.0 / 310.0)
    );
    let program = Program::from_rows(&rows).unwrap();
    let query = program
        .measure([Metric::ResponseRate])
        .by([Dimension::Team]);
    let table = query.over(period("2025")).as_of(later()).table().unwrap();
    assert_eq!(
        table.at(&["Legal"], "response_rate").unwrap().value(),
        Some(0.5)
    );
    let sales = table.at(&["Sales"], "response_rate").unwrap();
    assert_eq!((sales.value(), sales.state()), (None, State::Missing));
    // 90 promoters among 400 employees, whoever answered.
    let share = ask(&rows, Metric::PromoterShareOfEmployees, "2025", &[]);
    assert_eq!(share.value(), Some(0.225));
}

#[test]
fn nothing_asked_is_not_known_and_nothing_answered_is_undefined() {
    let nobody = ask(&Rows::default(), Metric::Enps, "2025", &[]);
    assert_eq!((nobody.value(), nobody.state()), (None, State::Missing));
    let rate = ask(&Rows::default(), Metric::ResponseRate, "2025", &[]);
    assert_eq!((rate.value(), rate.state()), (None, State::Missing));
    let before = ask(&two_waves(), Metric::Enps, "2024", &[]);
    assert_eq!((before.value(), before.state()), (None, State::Undefined));
}

#[test]
fn answers_come_from_cells_of_text() {
    let header = ["answered_at", "wave", "respondent", "score", "weight"];
    let mut text = TextFrame::new("responses", &header, &Zone::utc()).unwrap();
    text.push(["2025-03-01", "one", "ana", "8.5", ""]).unwrap();
    text.push(["2025-03-01", "one", "", "6.5", "1"]).unwrap();
    text.push(["2025-03-01", "one", "cem", "", ""]).unwrap();
    let error = text
        .push(["2025-03-01", "one", "dot", "ten", ""])
        .unwrap_err();
    assert_eq!(
        (error.code(), error.field(), error.row()),
        ("invalid_value", Some("score"), Some(3))
    );
    let program = Program::builder()
        .table("responses", text.finish())
        .build()
        .unwrap();
    let query = program
        .measure([Metric::Enps])
        .over(period("2025"))
        .as_of(later());
    let table = query.table().unwrap();
    // 8.5 is passive, 6.5 a detractor, the blank is missing.
    assert_eq!(table.get("enps").unwrap().value(), Some(-50.0));
    assert_eq!(
        table.get("enps").unwrap().coverage(),
        Some(Coverage { known: 2, rows: 3 })
    );
}
