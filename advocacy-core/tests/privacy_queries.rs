//! A policy through every door of a programme: queries, comparisons, reports,
//! tallies, rankings, notes, text and errors.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

use std::collections::BTreeMap;

use advocacy_core::privacy::{Guard, Layout, PrivacyPolicy, audit};
use advocacy_core::{
    Baseline, Definitions, Dimension, Filter, Measure, Metric, Note, Number, Period, Program,
    ReportOptions, Row, Rows, State, Table, Tally, Zone,
};
use serde_json::{Value, json};

fn period() -> Period {
    Period::quarter(2025, 3, &Zone::utc()).unwrap()
}

/// Shares of people: (advocate, team, department, month, impressions or not).
fn rows(shares: &[(u32, &str, &str, u32, Option<u32>)]) -> Rows {
    let mut people: BTreeMap<u32, Value> = BTreeMap::new();
    let mut facts = Vec::new();
    for &(who, team, department, month, impressions) in shares {
        people.entry(who).or_insert_with(|| {
            json!({"id": who, "team": team, "department": department,
                   "memberships": [{"joined": "2025-01-07T09:00:00Z"}]})
        });
        facts.push(json!({
            "advocate": who, "network": "linkedin",
            "shared_at": format!("2025-{month:02}-10T10:00:00Z"),
            "impressions": impressions, "clicks": 3, "likes": 1, "comments": 0, "reshares": 0,
        }));
    }
    let people: Vec<Value> = people.into_values().collect();
    serde_json::from_value(json!({"advocates": people, "shares": facts})).unwrap()
}

/// So many sharers of a team, numbered on from `first`, one share each.
fn team(
    first: u32,
    team: &'static str,
    sharers: u32,
) -> Vec<(u32, &'static str, &'static str, u32, Option<u32>)> {
    (first..first + sharers)
        .map(|who| (who, team, "All", 7, Some(100)))
        .collect()
}

/// Teams of 12, 9, 6 and 3 sharers.
fn four_teams() -> Rows {
    let teams = [(0, "A", 12), (20, "B", 9), (40, "C", 6), (60, "D", 3)];
    let shares: Vec<_> = teams
        .into_iter()
        .flat_map(|(first, name, sharers)| team(first, name, sharers))
        .collect();
    rows(&shares)
}

fn protected<'r>(rows: &'r Rows, policy: &PrivacyPolicy) -> Program<'r> {
    Program::builder_from_rows(rows)
        .privacy(policy.clone())
        .build()
        .unwrap()
}

fn states(table: &Table, column: &str) -> Vec<(String, State)> {
    let at = table
        .columns
        .iter()
        .position(|name| name == column)
        .unwrap();
    let key = |row: &Row| {
        let key: Vec<String> = row.key.iter().map(ToString::to_string).collect();
        key.join("/")
    };
    table
        .rows
        .iter()
        .map(|row| (key(row), row.measures[at].state()))
        .collect()
}

fn hidden(table: &Table, column: &str) -> Vec<String> {
    let states = states(table, column).into_iter();
    states
        .filter(|(_, state)| *state == State::Suppressed)
        .map(|(key, _)| key)
        .collect()
}

/// A hidden measure holds no number, in the struct, in JSON or in words.
fn assert_blank(measure: &Measure) {
    assert_eq!(measure.state(), State::Suppressed);
    assert!(measure.number().is_none() && measure.value().is_none());
    assert!(measure.coverage().is_none() && measure.interval().is_none());
    let parts = [measure.numerator(), measure.denominator()];
    let parts = parts.into_iter().flatten().chain(measure.components());
    assert!(parts.into_iter().all(|part| part.value.is_none()));
    let told = measure
        .notes()
        .iter()
        .any(|note| matches!(note, Note::Suppressed { .. }));
    assert!(told, "{measure:?}");
    assert!(
        measure
            .explain()
            .contains("hidden to protect a small group")
    );
    assert_eq!(measure.to_string(), "suppressed");
    let json = serde_json::to_value(measure).unwrap();
    assert_eq!(json["state"], "suppressed");
    assert_eq!(json["value"], Value::Null);
}

#[test]
fn the_small_team_and_the_next_smallest_are_hidden() {
    let rows = four_teams();
    let program = protected(&rows, &PrivacyPolicy::default());
    let metrics = [Metric::Shares, Metric::Impressions, Metric::EngagementRate];
    let query = program
        .measure(metrics)
        .by([Dimension::Team])
        .over(period());
    let table = query.table().unwrap();
    for column in ["shares", "impressions", "engagement_rate"] {
        assert_eq!(hidden(&table, column), ["C", "D"], "{column}");
    }
    for measure in table.rows[2..].iter().flat_map(|row| &row.measures) {
        assert_blank(measure);
    }
    // The total is computed, not summed, and shown.
    assert_eq!(table.get("shares").unwrap().value(), Some(30.0));
    assert_eq!(
        table.at(&["A"], "impressions").unwrap().value(),
        Some(1_200.0)
    );
}

#[test]
fn a_small_total_is_hidden_too() {
    let rows = rows(&team(0, "A", 4));
    let program = protected(&rows, &PrivacyPolicy::default());
    let table = program
        .measure([Metric::Shares, Metric::Joined])
        .over(period())
        .table();
    for measure in &table.unwrap().total.measures {
        assert_blank(measure);
    }
}

#[test]
fn a_rate_that_leaves_few_is_hidden_with_its_counts() {
    // 17 of 20 members of A shared; 12 of 30 of B; 9 of 25 of C.
    let mut all = team(0, "A", 17);
    all.extend(team(100, "B", 12));
    all.extend(team(200, "C", 9));
    let mut data = rows(&all);
    for (first, name, silent) in [(50, "A", 3), (150, "B", 18), (250, "C", 16)] {
        for who in first..first + silent {
            let idle = json!({"id": who, "team": name, "department": "All",
                              "memberships": [{"joined": "2025-01-07T09:00:00Z"}]});
            data.advocates.push(serde_json::from_value(idle).unwrap());
        }
    }
    let program = protected(&data, &PrivacyPolicy::default());
    let query = || {
        program
            .measure([Metric::ShareRate])
            .by([Dimension::Team])
            .over(period())
    };
    assert_eq!(hidden(&query().table().unwrap(), "share_rate"), ["A", "C"]);
    let lax = PrivacyPolicy {
        complement: false,
        ..PrivacyPolicy::default()
    };
    let program = protected(&data, &lax);
    let query = program
        .measure([Metric::ShareRate])
        .by([Dimension::Team])
        .over(period());
    assert!(hidden(&query.table().unwrap(), "share_rate").is_empty());
}

#[test]
fn the_stricter_of_programme_and_query_holds() {
    let rows = four_teams();
    let shares = |program: &Program<'_>, policy: Option<PrivacyPolicy>| {
        let query = program
            .measure([Metric::Shares])
            .by([Dimension::Team])
            .over(period());
        let query = match policy {
            Some(policy) => query.privacy(policy),
            None => query,
        };
        hidden(&query.table().unwrap(), "shares")
    };
    let open = Program::from_rows(&rows).unwrap();
    assert!(shares(&open, None).is_empty());
    assert_eq!(shares(&open, Some(PrivacyPolicy::new(8))), ["C", "D"]);
    let strict = protected(&rows, &PrivacyPolicy::new(10));
    assert_eq!(shares(&strict, None), ["B", "C", "D"]);
    assert_eq!(
        shares(&strict, Some(PrivacyPolicy::new(2))),
        ["B", "C", "D"]
    );
}

#[test]
fn what_is_compared_is_protected_on_its_own() {
    // D has 3 sharers in the third quarter and 8 in the second.
    let mut all = team(0, "A", 12);
    all.extend(team(20, "B", 9));
    all.extend(team(60, "D", 3));
    all.extend((60..68).map(|who| (who, "D", "All", 5, Some(10))));
    all.extend((0..12).map(|who| (who, "A", "All", 5, Some(10))));
    let rows = rows(&all);
    let program = protected(&rows, &PrivacyPolicy::default());
    let query = program
        .measure([Metric::Shares])
        .by([Dimension::Team])
        .over(period());
    let table = query.compare(Baseline::PreviousPeriod).table().unwrap();
    let row = |name: &str| {
        let mut rows = table.rows.iter();
        rows.find(|row| row.key[0].to_string() == name).unwrap()
    };
    let compared = row("D").comparisons[0].as_ref().unwrap();
    assert_blank(&row("D").measures[0]);
    assert_eq!(compared.baseline.value(), Some(8.0));
    assert!(compared.difference.is_none() && compared.ratio.is_none());
    let compared = row("A").comparisons[0].as_ref().unwrap();
    assert_eq!(compared.difference, Some(0.0));
}

#[test]
fn a_comparison_that_leaves_one_person_is_refused() {
    let rows = four_teams();
    let program = protected(&rows, &PrivacyPolicy::default());
    let but = |id: &str| Baseline::Filter(Filter::new().except(Dimension::Advocate, [id]));
    let query = || program.measure([Metric::Shares]).over(period());
    let error = query().compare(but("7")).table().unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("protected", Some("compare"))
    );
    assert!(query().compare(but("nobody")).table().is_ok());
}

#[test]
fn three_dimensions_or_several_values_an_item_are_refused() {
    let rows = four_teams();
    let program = protected(&rows, &PrivacyPolicy::default());
    let code = |by: &[Dimension]| {
        let query = program
            .measure([Metric::Shares])
            .by(by.to_vec())
            .over(period());
        let error = query.table().unwrap_err();
        (error.code(), error.field().map(str::to_owned))
    };
    let refused = ("protected", Some("by".to_owned()));
    let three = [Dimension::Team, Dimension::Network, Dimension::Week];
    assert_eq!(code(&three), refused);
    assert_eq!(code(&[Dimension::Topic]), refused);
    assert_eq!(code(&[Dimension::Team, Dimension::Hashtag]), refused);
}

#[test]
fn only_who_agreed_is_named() {
    let mut data = four_teams();
    for advocate in &mut data.advocates {
        let number: u32 = advocate.id.to_string().parse().unwrap();
        advocate.consent = number < 10;
        advocate.opt_out = number == 3;
    }
    let program = protected(&data, &PrivacyPolicy::default());
    let ranking = program
        .measure([Metric::Shares])
        .by([Dimension::Advocate])
        .over(period())
        .top(50, "shares")
        .table()
        .unwrap();
    let named: Vec<String> = ranking
        .rows
        .iter()
        .map(|row| row.key[0].to_string())
        .collect();
    // Three of A's twelve are not named: two more are hidden, or A's total would
    // leave those three.
    assert_eq!(named, ["2", "4", "5", "6", "7", "8", "9", "0", "1"]);
    assert_eq!(hidden(&ranking, "shares"), ["0", "1"]);

    // All but one agreed: their numbers would leave hers.
    for advocate in &mut data.advocates {
        advocate.consent = advocate.id.to_string() != "7";
        advocate.opt_out = false;
    }
    let program = protected(&data, &PrivacyPolicy::default());
    let query = program
        .measure([Metric::Shares])
        .by([Dimension::Advocate])
        .over(period());
    let table = query.table().unwrap();
    assert_eq!(table.rows.len(), 29);
    assert_eq!(hidden(&table, "shares").len(), 4); // five in all, with hers
    assert!(!serde_json::to_string(&table).unwrap().contains("\"id\":7}"));
}

#[test]
fn notes_and_coverage_count_nobody() {
    // Eleven of A's twelve have no impressions known: one person's are.
    let mut all = team(0, "A", 12);
    for share in &mut all[1..] {
        share.4 = None;
    }
    all.extend(team(20, "B", 9));
    all.extend(team(40, "C", 8));
    let rows = rows(&all);
    let program = protected(&rows, &PrivacyPolicy::default());
    let metrics = [
        Metric::Shares,
        Metric::Impressions,
        Metric::ClickThroughRate,
    ];
    let query = program
        .measure(metrics)
        .by([Dimension::Team])
        .over(period());
    let table = query.table().unwrap();
    assert!(hidden(&table, "shares").is_empty());
    assert_eq!(hidden(&table, "impressions"), ["A", "C"]);
    assert_eq!(hidden(&table, "click_through_rate"), ["A", "C"]);
    for row in table.rows.iter().chain([&table.total]) {
        for note in row.measures.iter().flat_map(Measure::notes) {
            let reason = matches!(note, Note::Suppressed { .. } | Note::PartialPeriod { .. });
            let digits = note
                .to_string()
                .contains(|letter: char| letter.is_ascii_digit());
            assert!(reason || !digits, "{note}");
        }
    }
}

#[test]
fn known_rows_of_one_person_are_few_people_however_many() {
    // Twelve sharers; the impressions of nine shares are known, all of one's.
    let mut all = team(0, "A", 12);
    for share in &mut all {
        share.4 = None;
    }
    all.extend((0..9).map(|_| (0, "A", "All", 8, Some(50))));
    let rows = rows(&all);
    let program = protected(&rows, &PrivacyPolicy::default());
    let table = program
        .measure([Metric::Shares, Metric::Impressions])
        .over(period())
        .table();
    let table = table.unwrap();
    assert_eq!(table.get("shares").unwrap().value(), Some(21.0));
    assert_blank(table.get("impressions").unwrap());
}

#[test]
fn one_person_who_holds_most_hides_the_sum() {
    let mut all = team(0, "A", 12);
    all[0].4 = Some(4_500); // of 5,600: 80.4 %
    all.extend(team(20, "B", 9));
    all.extend(team(40, "C", 8));
    let rows = rows(&all);
    let by_team = |dominance: Option<u32>| {
        let policy = PrivacyPolicy {
            dominance,
            ..PrivacyPolicy::default()
        };
        let program = protected(&rows, &policy);
        let metrics = [Metric::Shares, Metric::Impressions];
        let query = program
            .measure(metrics)
            .by([Dimension::Team])
            .over(period());
        let table = query.table().unwrap();
        assert!(hidden(&table, "shares").is_empty());
        hidden(&table, "impressions")
    };
    assert!(by_team(None).is_empty());
    assert!(by_team(Some(81)).is_empty());
    assert_eq!(by_team(Some(80)), ["A", "C"]);
}

#[test]
fn counts_are_rounded_and_divided_again() {
    let rows = four_teams();
    let policy = PrivacyPolicy {
        rounding: 5,
        complement: false,
        ..PrivacyPolicy::new(2)
    };
    let program = protected(&rows, &policy);
    let metrics = [Metric::Shares, Metric::ClickThroughRate, Metric::ShareRate];
    let query = program
        .measure(metrics)
        .by([Dimension::Team])
        .over(period());
    let table = query.table().unwrap();
    let shares: Vec<_> = table
        .numbers("shares")
        .into_iter()
        .map(Option::unwrap)
        .collect();
    assert_eq!(shares, [10, 10, 5, 5].map(Number::Count));
    assert_eq!(
        table.get("shares").unwrap().number(),
        Some(Number::Count(30))
    );
    // 27 / 900 in truth.
    let rate = table.at(&["B"], "click_through_rate").unwrap();
    assert_eq!(rate.value(), Some(25.0 / 900.0));
    assert!(rate.interval().is_none());
    assert!(rate.notes().contains(&Note::Rounded { base: 5 }));
}

#[test]
fn a_protected_tally_is_not_exported_by_mistake() {
    let rows = four_teams();
    let program = protected(&rows, &PrivacyPolicy::default());
    let query = program
        .measure([Metric::Shares])
        .by([Dimension::Team])
        .over(period());
    let tally = query.tally().unwrap();
    assert_eq!(tally.to_bytes().unwrap_err().code(), "protected");
    let debug = format!("{tally:?}");
    assert!(
        !debug.contains("Dictionary") && !debug.contains("Sums"),
        "{debug}"
    );

    let bytes = tally.export_raw_personal_data().unwrap();
    let read = Tally::from_bytes(&bytes).unwrap();
    assert_eq!(read, tally);
    assert_eq!(read.privacy(), Some(&PrivacyPolicy::default()));
    assert_eq!(query.table_from(&read).unwrap(), query.table().unwrap());

    // The policy goes with it, to a programme that has none; the strictest wins.
    let open = Program::from_rows(&rows).unwrap();
    let open = open
        .measure([Metric::Shares])
        .by([Dimension::Team])
        .over(period());
    assert_eq!(
        hidden(&open.table_from(&read).unwrap(), "shares"),
        ["C", "D"]
    );
    let stricter = open
        .clone()
        .privacy(PrivacyPolicy::new(10))
        .tally()
        .unwrap();
    let merged = read.merge(&stricter).unwrap();
    assert_eq!(merged.privacy().unwrap().k, 10);
    assert_eq!(merged.to_bytes().unwrap_err().code(), "protected");
    assert!(open.tally().unwrap().to_bytes().is_ok());
}

#[test]
fn answers_of_few_or_all_alike_are_hidden() {
    let mut responses = Vec::new();
    let mut answer = |team: &str, score: u32, who: u32| {
        responses.push(
            json!({"answered_at": "2025-08-01T09:00:00Z", "wave": "W", "team": team,
                              "score": score, "respondent": format!("r{who}")}),
        );
    };
    for who in 0..12 {
        answer("A", who % 11, who);
        answer("B", who * 2 % 11, 20 + who);
        answer("C", 10, 40 + who);
        answer("E", 9 + who % 2, 60 + who);
    }
    for who in 0..4 {
        answer("D", who * 2 + 1, 80 + who);
    }
    let rows: Rows =
        serde_json::from_value(json!({"advocates": [], "responses": responses})).unwrap();
    let by_team = |policy: PrivacyPolicy| {
        let program = protected(&rows, &policy);
        let query = program
            .measure([Metric::Enps])
            .by([Dimension::Team])
            .over(period());
        let table = query.table().unwrap();
        for row in &table.rows {
            if row.measures[0].state() == State::Suppressed {
                assert_blank(&row.measures[0]);
            }
        }
        hidden(&table, "enps")
    };
    // C is all tens, E all promoters, D four people.
    assert_eq!(by_team(PrivacyPolicy::default()), ["C", "D", "E"]);
    let lax = PrivacyPolicy {
        all_equal: false,
        ..PrivacyPolicy::default()
    };
    assert_eq!(by_team(lax.clone()), ["A", "D"]);
    let surveys = PrivacyPolicy {
        survey_k: Some(13),
        ..lax
    };
    assert_eq!(by_team(surveys), ["A", "B", "C", "D", "E"]);
}

#[test]
fn one_person_in_many_waves_is_one_person() {
    let responses: Vec<Value> = (0..8)
        .flat_map(|wave| {
            (0..3).map(move |who| {
                json!({"answered_at": format!("2025-08-{:02}T09:00:00Z", wave + 1),
                       "wave": format!("W{wave}"), "score": (wave + who) % 11,
                       "respondent": format!("r{who}")})
            })
        })
        .collect();
    let rows: Rows =
        serde_json::from_value(json!({"advocates": [], "responses": responses})).unwrap();
    let program = protected(&rows, &PrivacyPolicy::default());
    let table = program
        .measure([Metric::Enps])
        .over(period())
        .table()
        .unwrap();
    assert_blank(table.get("enps").unwrap());
}

#[test]
fn a_guard_refuses_what_subtraction_would_tell() {
    let rows = four_teams();
    let program = protected(&rows, &PrivacyPolicy::default());
    let shares = || program.measure([Metric::Shares]).over(period());
    let mut guard = Guard::new();
    assert!(guard.table(&shares()).is_ok());
    assert!(
        guard.table(&shares()).is_ok(),
        "the same again tells nothing"
    );
    let without = |team: &str| shares().only(Filter::new().except(Dimension::Team, [team]));
    // All but the three of D.
    assert_eq!(guard.table(&without("D")).unwrap_err().code(), "protected");
    assert!(guard.table(&without("B")).is_ok());

    // C is hidden for D's sake, and must not be had by asking for it alone.
    let only = |team: &str| shares().only(Filter::new().only(Dimension::Team, [team]));
    let mut guard = Guard::new();
    guard.table(&shares().by([Dimension::Team])).unwrap();
    assert_eq!(guard.table(&only("C")).unwrap_err().code(), "protected");
    assert!(guard.table(&only("A")).is_ok());
    // Nor the other way round.
    let mut guard = Guard::new();
    guard.table(&only("C")).unwrap();
    let by_team = shares().by([Dimension::Team]);
    assert_eq!(guard.table(&by_team).unwrap_err().code(), "protected");
    assert!(!format!("{guard:?}").contains("crowd"));
}

#[test]
fn a_guard_compares_periods_too() {
    let mut all = team(0, "A", 12);
    all.extend(team(20, "B", 9));
    all.extend([(0, "A", "All", 9, Some(10)), (1, "A", "All", 9, Some(10))]);
    let rows = rows(&all);
    let program = protected(&rows, &PrivacyPolicy::default());
    let over = |end: &str| {
        let (start, end) = (
            chrono::NaiveDate::from_ymd_opt(2025, 7, 1).unwrap(),
            end.parse().unwrap(),
        );
        let period = Period::between(start, end, &Zone::utc()).unwrap();
        program.measure([Metric::Shares]).over(period)
    };
    let mut guard = Guard::new();
    guard.table(&over("2025-09-30")).unwrap();
    // The 10th of September is two people's.
    assert_eq!(
        guard.table(&over("2025-09-01")).unwrap_err().code(),
        "protected"
    );
    assert!(guard.table(&over("2025-09-20")).is_ok());
}

#[cfg(feature = "sample")]
mod of_the_sample {
    use super::*;
    use advocacy_core::sample;

    const METRICS: [Metric; 9] = [
        Metric::Shares,
        Metric::Sharers,
        Metric::Clicks,
        Metric::EngagementRate,
        Metric::Joined,
        Metric::AdoptionRate,
        Metric::ShareRate,
        Metric::NewSharers,
        Metric::Enps,
    ];

    fn dimensions() -> Vec<Dimension> {
        use Dimension as By;
        vec![
            By::Team,
            By::Department,
            By::Location,
            By::Network,
            By::Kind,
            By::Week,
            By::Month,
            By::Cohort,
        ]
    }

    type Cell = (Vec<String>, Option<f64>);

    #[expect(clippy::cast_possible_truncation, reason = "a count")]
    fn whole(count: f64) -> i128 {
        count as i128
    }

    fn column(table: &Table, at: usize) -> Vec<Cell> {
        // Titles are not unique.
        let key = |row: &Row| row.key.iter().map(|key| format!("{key:?}")).collect();
        let rows = table.rows.iter();
        rows.map(|row| (key(row), row.measures[at].value()))
            .collect()
    }

    /// Everything shown of one quantity by two dimensions, by each of them and
    /// in total, from four requests, as one table to subtract in.
    #[test]
    fn no_sum_of_four_requests_gives_a_hidden_cell_away() {
        let rows = sample::rows();
        let open = Program::from_rows(&rows).unwrap();
        let closed = protected(&rows, &PrivacyPolicy::default());
        let table = |program: &Program<'_>, by: &[Dimension]| {
            let query = program.measure(METRICS).by(by.to_vec()).over(period());
            query.table()
        };
        let tables = |by: &[Dimension]| (table(&open, by).unwrap(), table(&closed, by).unwrap());
        let (mut hidden_cells, mut shown_cells, mut refused) = (0, 0, 0);
        let all = dimensions();
        for (first, down) in all.iter().enumerate() {
            for across in &all[first + 1..] {
                let pair = [down.clone(), across.clone()];
                if let Err(error) = table(&closed, &pair) {
                    assert_eq!(error.code(), "protected");
                    refused += 1;
                    continue;
                }
                let (true_table, told) = tables(&pair);
                let (true_down, told_down) = tables(&pair[..1]);
                let (true_across, told_across) = tables(&pair[1..]);
                let (true_total, told_total) = tables(&[]);
                for (at, name) in ["shares", "sharers", "clicks"].into_iter().enumerate() {
                    let at = if name == "clicks" { 2 } else { at };
                    let margins = |table: &Table| -> Vec<String> {
                        column(table, at)
                            .into_iter()
                            .map(|(key, _)| key.join(""))
                            .collect()
                    };
                    let (down, across) = (margins(&true_down), margins(&true_across));
                    let width = across.len() + 1;
                    let mut values = vec![0; (down.len() + 1) * width];
                    let mut hidden = vec![false; values.len()];
                    let mut people = vec![0.0; values.len()];
                    let mut fill =
                        |truth: &Table, told: &Table, place: &dyn Fn(&[String]) -> usize| {
                            let truth: BTreeMap<_, _> = column(truth, at)
                                .into_iter()
                                .zip(column(truth, 1))
                                .map(|((key, value), (_, sharers))| (key, (value, sharers)))
                                .collect();
                            let told = column(told, at);
                            assert!(
                                truth
                                    .keys()
                                    .all(|key| told.iter().any(|(other, _)| other == key))
                            );
                            for (key, shown) in told {
                                let cell = place(&key);
                                // A row of nobody can be hidden too.
                                let known = truth.get(&key).copied();
                                let (value, sharers) = known.unwrap_or_default();
                                values[cell] = whole(value.unwrap_or(0.0));
                                people[cell] = sharers.unwrap_or(0.0);
                                hidden[cell] =
                                    shown.is_none() && (value.is_some() || known.is_none());
                                assert!(shown.is_none() || shown == value);
                                assert!(
                                    shown.is_none() || people[cell] == 0.0 || people[cell] >= 5.0,
                                    "{key:?} is shown"
                                );
                            }
                        };
                    let row = |name: &String| down.iter().position(|other| other == name).unwrap();
                    let col =
                        |name: &String| across.iter().position(|other| other == name).unwrap();
                    fill(&true_table, &told, &|key| {
                        row(&key[0]) * width + col(&key[1])
                    });
                    fill(&true_down, &told_down, &|key| {
                        row(&key[0]) * width + width - 1
                    });
                    fill(&true_across, &told_across, &|key| {
                        down.len() * width + col(&key[0])
                    });
                    let last = values.len() - 1;
                    let total = |table: &Table| table.total.measures[at].value();
                    values[last] = whole(total(&true_total).unwrap());
                    hidden[last] = total(&told_total).is_none();
                    let layout = Layout::two_way(down.len(), across.len());
                    let got = audit(&layout, &values, Some(0), &hidden).unwrap();
                    let small = |cell: &&usize| people[**cell] > 0.0 && people[**cell] < 5.0;
                    let got: Vec<_> = got.iter().filter(small).collect();
                    assert!(got.is_empty(), "{name} by {pair:?}: {got:?}");
                    hidden_cells += hidden.iter().filter(|hidden| **hidden).count();
                    shown_cells += hidden.iter().filter(|hidden| !**hidden).count();
                }
            }
        }
        assert!(hidden_cells > 1_000 && shown_cells > 1_000);
        assert!(refused < 5, "{refused} pairs are refused");
    }

    /// Everything shown of shares by team and another dimension, by department
    /// and the same, by each of the three and in total, as one hierarchy to
    /// subtract in.
    #[test]
    fn no_sum_of_teams_gives_away_what_departments_hide() {
        let rows = sample::rows();
        let open = Program::from_rows(&rows).unwrap();
        let closed = protected(&rows, &PrivacyPolicy::default());
        let metrics = [Metric::Shares, Metric::Sharers];
        let table = |program: &Program<'_>, by: &[Dimension]| {
            let query = program.measure(metrics).by(by.to_vec()).over(period());
            query.table().unwrap()
        };
        let (department, team) = (Dimension::Department, Dimension::Team);
        let key = |row: &Row, at: usize| format!("{:?}", row.key[at]);
        let names = |by: &Dimension| -> Vec<String> {
            let table = table(&open, std::slice::from_ref(by));
            table.rows.iter().map(|row| key(row, 0)).collect()
        };
        let (departments, teams) = (names(&department), names(&team));
        let place = |of: &[String], name: &str| of.iter().position(|other| other == name).unwrap();
        // The company, its departments, their teams.
        let mut parents = vec![None];
        parents.extend(departments.iter().map(|_| Some(0)));
        parents.extend(teams.iter().map(|_| None));
        let of_department = 1 + departments.len();
        for row in &table(&open, &[department.clone(), team.clone()]).rows {
            let parent = &mut parents[of_department + place(&teams, &key(row, 1))];
            assert!(parent.is_none(), "a team is in one department");
            *parent = Some(1 + place(&departments, &key(row, 0)));
        }
        let mut hidden_cells = 0;
        for across in [
            Dimension::Network,
            Dimension::Kind,
            Dimension::Month,
            Dimension::Week,
        ] {
            let columns = names(&across);
            let width = columns.len() + 1;
            let layout = Layout::tree_by(&parents, columns.len()).unwrap();
            let mut values = vec![0; layout.len()];
            let mut hidden = vec![false; values.len()];
            let mut people = vec![0.0; values.len()];
            let mut fill = |by: &[Dimension], place: &dyn Fn(&Row) -> usize| {
                let (truth, told) = (table(&open, by), table(&closed, by));
                let total = |table: &Table| Row {
                    key: Vec::new(),
                    ..table.total.clone()
                };
                let all = |table: &Table| -> Vec<Row> {
                    if by.is_empty() {
                        vec![total(table)]
                    } else {
                        table.rows.clone()
                    }
                };
                for row in all(&truth) {
                    values[place(&row)] = whole(row.measures[0].value().unwrap());
                    people[place(&row)] = row.measures[1].value().unwrap();
                }
                for row in all(&told) {
                    hidden[place(&row)] = row.measures[0].state() == State::Suppressed;
                }
            };
            let (of_team, column) = (
                |row: &Row| of_department + place(&teams, &key(row, 0)),
                |row: &Row, at: usize| place(&columns, &key(row, at)),
            );
            let of_unit = |row: &Row| 1 + place(&departments, &key(row, 0));
            fill(&[team.clone(), across.clone()], &|row| {
                of_team(row) * width + column(row, 1)
            });
            fill(&[department.clone(), across.clone()], &|row| {
                of_unit(row) * width + column(row, 1)
            });
            fill(&[team.clone()], &|row| of_team(row) * width + width - 1);
            fill(&[department.clone()], &|row| {
                of_unit(row) * width + width - 1
            });
            fill(std::slice::from_ref(&across), &|row| column(row, 0));
            fill(&[], &|_| width - 1);
            let got = audit(&layout, &values, Some(0), &hidden).unwrap();
            let small = |cell: &&usize| people[**cell] > 0.0 && people[**cell] < 5.0;
            let got: Vec<_> = got.iter().filter(small).collect();
            assert!(got.is_empty(), "{across}: {got:?}");
            let small = |at: &usize| people[*at] > 0.0 && people[*at] < 5.0;
            assert!(
                (0..values.len()).filter(small).all(|at| hidden[at]),
                "{across}"
            );
            hidden_cells += hidden.iter().filter(|hidden| **hidden).count();
        }
        assert!(hidden_cells > 100);
    }

    #[test]
    fn which_rows_are_hidden_does_not_depend_on_what_else_is_asked() {
        let rows = sample::rows();
        let program = protected(&rows, &PrivacyPolicy::default());
        let mut compared = 0;
        for by in dimensions() {
            let table = |metrics: &[Metric]| {
                let query = program.measure(metrics.iter().copied()).by([by.clone()]);
                query.over(period()).table().unwrap()
            };
            let together = table(&METRICS);
            for metric in METRICS {
                let alone = table(&[metric]);
                let states = |table: &Table| -> Vec<(String, State)> {
                    let at = table.columns.iter().position(|name| name == metric.id());
                    let rows = table.rows.iter();
                    rows.map(|row| (format!("{:?}", row.key), row.measures[at.unwrap()].state()))
                        .collect()
                };
                let same = states(&together);
                for (key, state) in states(&alone) {
                    if let Some((_, same)) = same.iter().find(|(other, _)| *other == key) {
                        assert_eq!(*same, state, "{metric} by {by}: {key}");
                        compared += 1;
                    }
                }
            }
        }
        assert!(compared > 500);
    }

    #[test]
    fn every_hidden_measure_of_a_report_is_blank() {
        let rows = sample::rows();
        let program = protected(&rows, &PrivacyPolicy::default());
        let report = program.report(&ReportOptions::new(period())).unwrap();
        assert_eq!(report.privacy, Some(PrivacyPolicy::default()));
        let ids: Vec<&str> = report
            .sections
            .iter()
            .map(|section| section.id.as_str())
            .collect();
        assert!(!ids.contains(&"topics") && ids.contains(&"teams"));
        assert!(
            !ids.contains(&"top_advocates_by_shares"),
            "nobody agreed to be named"
        );
        assert!(
            report
                .warnings
                .iter()
                .any(|warning| warning.starts_with("topics: left out"))
        );
        let tables = report.sections.iter().map(|section| &section.table);
        let tables = tables.chain([&report.headline]);
        let rows = tables.flat_map(|table| table.rows.iter().chain([&table.total]));
        let mut measures: Vec<&Measure> = rows.flat_map(|row| &row.measures).collect();
        measures.extend(
            report
                .retention
                .cohorts
                .iter()
                .flat_map(|cohort| &cohort.ages),
        );
        let hidden = measures
            .iter()
            .filter(|measure| measure.state() == State::Suppressed);
        let hidden: Vec<_> = hidden.collect();
        assert!(hidden.len() > 50);
        for measure in hidden {
            assert_blank(measure);
        }
        for cohort in &report.retention.cohorts {
            assert!(cohort.size.is_none_or(|size| size >= 5));
        }
        // It reads back as it was written.
        let json = serde_json::to_string(&report).unwrap();
        let read: advocacy_core::Report = serde_json::from_str(&json).unwrap();
        assert_eq!(read, report);
    }

    #[test]
    fn a_report_of_a_tally_is_protected_alike() {
        let rows = sample::rows();
        let program = protected(&rows, &PrivacyPolicy::default());
        let options = ReportOptions::new(period()).define(Definitions::default());
        let tally = program.report_tally(&options).unwrap();
        assert_eq!(tally.to_bytes().unwrap_err().code(), "protected");
        let open = Program::from_rows(&rows).unwrap();
        let from_tally = open.report_from(&options, &tally).unwrap();
        assert_eq!(from_tally, program.report(&options).unwrap());
    }
}
