//! A hostile colleague with the whole public API: each test is a way to a small
//! group's numbers that must stay closed.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

use advocacy_core::privacy::{Guard, PrivacyPolicy};
use advocacy_core::{
    Baseline, Definitions, Dimension, Filter, Metric, Period, Program, Query, ReportOptions, Rows,
    State, Table, Zone,
};
use serde_json::{Value, json};

fn quarter() -> Period {
    Period::quarter(2025, 3, &Zone::utc()).unwrap()
}

fn month(number: u32) -> Period {
    Period::month(2025, number, &Zone::utc()).unwrap()
}

fn person(who: u32, team: &str, location: &str) -> Value {
    json!({"id": who, "team": team, "location": location,
           "memberships": [{"joined": "2025-01-07T09:00:00Z"}]})
}

fn share(who: u32, month: u32) -> Value {
    json!({"advocate": who, "network": "linkedin",
           "shared_at": format!("2025-{month:02}-10T10:00:00Z"),
           "impressions": 100, "clicks": 3, "likes": 1, "comments": 0, "reshares": 0})
}

fn rows(advocates: Vec<Value>, shares: Vec<Value>) -> Rows {
    let (advocates, shares) = (Value::Array(advocates), Value::Array(shares));
    serde_json::from_value(json!({"advocates": advocates, "shares": shares})).unwrap()
}

fn protected(rows: &Rows) -> Program<'_> {
    Program::builder_from_rows(rows)
        .privacy(PrivacyPolicy::default())
        .build()
        .unwrap()
}

fn shares<'p>(program: &'p Program<'p>) -> Query<'p> {
    program.measure([Metric::Shares]).over(quarter())
}

fn is_hidden(table: &Table, key: &str, column: &str) -> bool {
    let measure = table.at(&[key], column).unwrap();
    measure.state() == State::Suppressed
}

/// Twenty people of team A, 20 of B; of A the last 3 and of B the first 17 are
/// in Oslo; 20 more are in neither.
fn two_groups_that_overlap() -> Rows {
    let place = |who: u32| {
        if (17..37).contains(&who) {
            "Oslo"
        } else {
            "Bonn"
        }
    };
    let team = |who: u32| match who {
        0..20 => "A",
        20..40 => "B",
        _ => "C",
    };
    let advocates = (0..60).map(|who| person(who, team(who), place(who)));
    rows(
        advocates.collect(),
        (0..60).map(|who| share(who, 7)).collect(),
    )
}

#[test]
fn two_groups_and_all_but_their_union_give_the_overlap_away() {
    let rows = two_groups_that_overlap();
    let program = protected(&rows);
    let mut guard = Guard::new();
    guard.table(&shares(&program)).unwrap();
    let team = Filter::new().only(Dimension::Team, ["A"]);
    guard.table(&shares(&program).only(team)).unwrap();
    let place = Filter::new().only(Dimension::Location, ["Oslo"]);
    guard.table(&shares(&program).only(place)).unwrap();
    // Any two of the four differ by many: all four together by three people.
    let neither = Filter::new()
        .except(Dimension::Team, ["A"])
        .except(Dimension::Location, ["Oslo"]);
    let error = guard.table(&shares(&program).only(neither)).unwrap_err();
    assert_eq!(error.code(), "protected");
    assert_eq!(
        error.to_string(),
        "beside earlier answers this one would tell of fewer than 5 people"
    );
    // What was refused is not remembered.
    let b = Filter::new().only(Dimension::Team, ["C"]);
    assert!(guard.table(&shares(&program).only(b)).is_ok());
}

#[test]
fn a_quarter_less_two_months_is_the_third() {
    // In September three people shared, who shared in July as well.
    let advocates = (0..30).map(|who| person(who, "A", "Bonn")).collect();
    let mut facts: Vec<Value> = (0..20).map(|who| share(who, 7)).collect();
    facts.extend((10..30).map(|who| share(who, 8)));
    facts.extend((0..3).map(|who| share(who, 9)));
    let rows = rows(advocates, facts);
    let program = protected(&rows);
    let mut guard = Guard::new();
    for period in [quarter(), month(7)] {
        guard.table(&shares(&program).over(period)).unwrap();
    }
    let august = guard.table(&shares(&program).over(month(8)));
    assert_eq!(august.unwrap_err().code(), "protected");
}

#[test]
fn a_baseline_is_an_answer_too() {
    let rows = two_groups_that_overlap();
    let program = protected(&rows);
    let but_three = Filter::new()
        .except(Dimension::Team, ["A"])
        .except(Dimension::Location, ["Oslo"]);
    let mut guard = Guard::new();
    for place in [("team", "A"), ("location", "Oslo")] {
        let dimension = Dimension::parse(place.0).unwrap();
        let filter = Filter::new().only(dimension, [place.1]);
        guard.table(&shares(&program).only(filter)).unwrap();
    }
    let with_baseline = shares(&program).compare(Baseline::Filter(but_three));
    let refused = guard.table(&with_baseline).unwrap_err();
    assert_eq!(refused.code(), "protected");
}

#[test]
fn who_agreed_to_be_named_may_be_asked_for_one_by_one() {
    let mut advocates: Vec<Value> = (0..20).map(|who| person(who, "A", "Bonn")).collect();
    for advocate in &mut advocates[..4] {
        advocate["consent"] = true.into();
    }
    let rows = rows(advocates, (0..20).map(|who| share(who, 7)).collect());
    let program = protected(&rows);
    let mut guard = Guard::new();
    let top = |rows: usize| {
        shares(&program)
            .by([Dimension::Advocate])
            .top(rows, "shares")
    };
    assert_eq!(guard.table(&top(1)).unwrap().rows.len(), 1);
    assert_eq!(guard.table(&top(4)).unwrap().rows.len(), 4);
}

#[test]
fn a_campaigns_items_do_not_leave_its_small_one_over() {
    // Campaign X: one item of 12 sharers, one of 3. Campaign Y: of 14, 6 and 9.
    let items = [
        ("x1", "X", 12),
        ("x2", "X", 3),
        ("y1", "Y", 14),
        ("y2", "Y", 6),
        ("y3", "Y", 9),
    ];
    let mut facts = Vec::new();
    for (item, _, sharers) in items {
        for who in 0..sharers {
            let mut fact = share(who, 7);
            fact["content"] = item.into();
            facts.push(fact);
        }
    }
    let content = items.map(|(item, campaign, _)| {
        json!({"id": item, "kind": "article", "campaign": campaign,
               "published_at": "2025-07-01T00:00:00Z"})
    });
    let rows: Rows = serde_json::from_value(json!({
        "advocates": (0..14).map(|who| person(who, "A", "Bonn")).collect::<Vec<_>>(),
        "campaigns": [{"id": "X"}, {"id": "Y"}],
        "content": content, "shares": facts,
    }))
    .unwrap();
    let program = protected(&rows);
    let campaigns = shares(&program).by([Dimension::Campaign]).table().unwrap();
    assert_eq!(campaigns.at(&["X"], "shares").unwrap().value(), Some(15.0));
    let items = shares(&program).by([Dimension::Content]).table().unwrap();
    // 15 less x1 would be x2's.
    for item in ["x1", "x2"] {
        assert!(is_hidden(&items, item, "shares"), "{item}");
    }
    assert!(!is_hidden(&items, "y1", "shares"));
    // The report shows both tables.
    let report = program.report(&ReportOptions::new(quarter())).unwrap();
    let best = report
        .sections
        .iter()
        .find(|section| section.id == "top_content_by_shares");
    assert!(is_hidden(&best.unwrap().table, "x1", "shares"));
}

#[test]
fn those_named_do_not_leave_the_rest_of_their_team_over() {
    // Of six in team A three agreed to be named; team B has ten, none of whom did.
    let team = |who: u32| if who < 6 { "A" } else { "B" };
    let mut advocates: Vec<Value> = (0..16).map(|who| person(who, team(who), "Bonn")).collect();
    for advocate in &mut advocates[..3] {
        advocate["consent"] = true.into();
    }
    let rows = rows(advocates, (0..16).map(|who| share(who, 7)).collect());
    let program = protected(&rows);
    let teams = shares(&program).by([Dimension::Team]).table().unwrap();
    assert_eq!(teams.at(&["A"], "shares").unwrap().value(), Some(6.0));
    let people = shares(&program).by([Dimension::Advocate]).table().unwrap();
    let shown = people.rows.iter();
    let shown = shown.filter(|row| row.measures[0].state() != State::Suppressed);
    // Six less one is five.
    assert_eq!(shown.count(), 1);
}

#[test]
fn a_hidden_row_of_nobody_names_nobody() {
    let team = |who: u32| if who < 6 { "A" } else { "B" };
    let advocates = (0..12).map(|who| person(who, team(who), "Bonn")).collect();
    let mut facts: Vec<Value> = (0..12).map(|who| share(who, 7)).collect();
    facts.extend((0..7).map(|who| share(who, 8)));
    let rows = rows(advocates, facts);
    let program = protected(&rows);
    for dimensions in [
        [Dimension::Advocate, Dimension::Month],
        [Dimension::Month, Dimension::Advocate],
    ] {
        let table = shares(&program).by(dimensions).table().unwrap();
        assert!(table.rows.is_empty());
    }
}

#[test]
fn two_definitions_side_by_side_do_not_tell_of_those_between() {
    // Two of twelve people shared four times, the others five times.
    let advocates = (0..12).map(|who| person(who, "A", "Bonn")).collect();
    let facts =
        (0..12).flat_map(|who| (0..if who < 2 { 4 } else { 5 }).map(move |_| share(who, 7)));
    let rows = rows(advocates, facts.collect());
    let program = protected(&rows);
    let at_least = |times: u32| Definitions {
        active_minimum: times,
        ..Definitions::default()
    };
    let alone = program.measure([]).over(quarter());
    let alone = alone.and_as("four", Metric::ActiveAdvocates, at_least(4));
    assert_eq!(
        alone.table().unwrap().get("four").unwrap().value(),
        Some(12.0)
    );
    let both = alone.and_as("five", Metric::ActiveAdvocates, at_least(5));
    let table = both.table().unwrap();
    for column in ["four", "five"] {
        assert_eq!(table.get(column).unwrap().state(), State::Suppressed);
    }
}

#[test]
fn sharers_of_one_item_are_a_part_of_the_members_too() {
    // 18 of 20 members shared the one item.
    let mut facts: Vec<Value> = (0..18).map(|who| share(who, 7)).collect();
    for fact in &mut facts {
        fact["content"] = "x".into();
    }
    let rows: Rows = serde_json::from_value(json!({
        "advocates": (0..20).map(|who| person(who, "A", "Bonn")).collect::<Vec<_>>(),
        "content": [{"id": "x", "kind": "article", "published_at": "2025-07-01T00:00:00Z"}],
        "shares": facts,
    }))
    .unwrap();
    let program = protected(&rows);
    let metrics = [Metric::ShareRate, Metric::SharersPerItem, Metric::Sharers];
    let table = program.measure(metrics).over(quarter()).table().unwrap();
    for measure in &table.total.measures {
        assert_eq!(measure.state(), State::Suppressed, "{}", measure.id());
    }
}

/// Teams of 12, 9 and 3; each share of the 3 has 7,919 impressions and 613
/// clicks, each of the 9 (hidden beside them) 4,231 and 379.
fn with_numbers_that_stand_out() -> Rows {
    let team = |who: u32| match who {
        0..12 => "A",
        12..21 => "B",
        _ => "C",
    };
    let advocates = (0..24).map(|who| person(who, team(who), "Bonn")).collect();
    let facts = (0..24).map(|who| {
        let (impressions, clicks) = match team(who) {
            "A" => (100, 3),
            "B" => (4_231, 379),
            _ => (7_919, 613),
        };
        let mut fact = share(who, 7);
        fact["impressions"] = impressions.into();
        fact["clicks"] = clicks.into();
        fact
    });
    rows(advocates, facts.collect())
}

/// Sums, rates and their parts of what is hidden, as any output would write
/// them.
const HIDDEN: [&str; 8] = [
    "23757", "23,757", "1839", "1,839", // of three people
    "38079", "38,079", "3411", "3,411", // of the nine
];

fn by_team<'p>(program: &'p Program<'p>, metrics: [Metric; 3]) -> Query<'p> {
    let query = program.measure(metrics).by([Dimension::Team]);
    query.over(quarter()).compare(Baseline::SamePeriodLastYear)
}

#[test]
fn nothing_hidden_is_anywhere_in_what_leaves() {
    let rows = with_numbers_that_stand_out();
    let open = Program::from_rows(&rows).unwrap();
    let program = protected(&rows);
    let metrics = [
        Metric::Impressions,
        Metric::Clicks,
        Metric::ClickThroughRate,
    ];
    let written = |program: &Program<'_>| {
        let query = by_team(program, metrics);
        let table = query.table().unwrap();
        let report = program.report(&ReportOptions::new(quarter())).unwrap();
        let mut guard = Guard::new();
        guard.table(&query).unwrap();
        let ranking = query.clone().top(2, "clicks");
        let mut texts = vec![
            format!("{table:?}"),
            format!("{report:?}"),
            format!("{query:?}"),
            format!("{guard:?}"),
            format!("{program:?}"),
            format!("{:?}", query.tally().unwrap()),
            format!("{:?}", guard.table(&ranking)),
            serde_json::to_string(&table).unwrap(),
            serde_json::to_string(&report).unwrap(),
        ];
        for row in table.rows.iter().chain([&table.total]) {
            for measure in &row.measures {
                texts.push(measure.explain());
                texts.push(measure.to_string());
                texts.push(format!("{measure:?}"));
            }
        }
        texts.join("\n")
    };
    // The test can fail: without a policy they are there.
    let open = written(&open);
    assert!(HIDDEN.iter().filter(|number| is_in(&open, number)).count() >= 4);
    let told = written(&program);
    for number in HIDDEN {
        assert!(!is_in(&told, number), "{number}");
    }
}

/// Whether a number stands in a text, and not as a part of another number.
fn is_in(text: &str, number: &str) -> bool {
    let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    text.match_indices(number).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + number.len()..]);
        !digit(before.chars().next_back()) && !digit(after.chars().next())
    })
}

#[test]
fn a_hidden_measure_reads_as_hidden_in_json_and_in_words() {
    let rows = with_numbers_that_stand_out();
    let program = protected(&rows);
    let query = program
        .measure([Metric::ClickThroughRate])
        .by([Dimension::Team])
        .over(quarter())
        .as_of(quarter().end());
    let table = query.table().unwrap();
    let hidden = table.at(&["C"], "click_through_rate").unwrap();
    assert_eq!(hidden.to_string(), "suppressed");
    let json = serde_json::to_value(hidden).unwrap();
    assert_eq!(json["state"], "suppressed");
    for field in ["value", "coverage", "interval"] {
        assert!(json[field].is_null(), "{field}: {}", json[field]);
    }
    for part in ["numerator", "denominator"] {
        assert!(json[part]["value"].is_null(), "{part}: {}", json[part]);
    }
    let words = hidden.explain();
    assert!(words.contains("suppressed"), "{words}");
    assert!(words.contains(
        "hidden to protect a small group (fewer than 5 people): this one, or another that this \
         number would give away"
    ));
    // The one hidden for its sake reads the same.
    let beside = table.at(&["B"], "click_through_rate").unwrap();
    assert_eq!(serde_json::to_value(beside).unwrap(), json);
}

/// Teams by month, each with so many sharers; A and B are of one department, C
/// and F of another, and G is of both.
fn teams_by_month(with_shared_team: bool) -> Rows {
    let teams = [
        ("A", "D", [12, 3, 9]),
        ("B", "D", [14, 10, 12]),
        ("C", "E", [8, 6, 7]),
        ("F", "E", [9, 9, 9]),
        ("G", "D", [7, 7, 7]),
        ("G", "E", [8, 8, 8]),
    ];
    let (mut advocates, mut facts) = (Vec::new(), Vec::new());
    for (number, (team, department, sharers)) in (0..).zip(teams) {
        if team == "G" && !with_shared_team {
            continue;
        }
        for who in (number * 100..).take(15) {
            let mut somebody = person(who, team, "Bonn");
            somebody["department"] = department.into();
            advocates.push(somebody);
        }
        for (month, sharers) in (7..).zip(sharers) {
            facts.extend((number * 100..).take(sharers).map(|who| share(who, month)));
        }
    }
    rows(advocates, facts)
}

#[test]
fn a_departments_month_does_not_leave_its_small_team_over() {
    for with_shared_team in [false, true] {
        let rows = teams_by_month(with_shared_team);
        let program = protected(&rows);
        for turned in [false, true] {
            let table = |level: Dimension| {
                let mut by = vec![level, Dimension::Month];
                if turned {
                    by.reverse();
                }
                shares(&program).by(by).table().unwrap()
            };
            let (teams, departments) = (table(Dimension::Team), table(Dimension::Department));
            let hidden = |table: &Table, name: &str, month: &str| {
                let mut keys = [name, month];
                if turned {
                    keys.reverse();
                }
                table.at(&keys, "shares").unwrap().state() == State::Suppressed
            };
            assert!(hidden(&teams, "A", "2025-08"));
            for month in ["2025-07", "2025-08", "2025-09"] {
                let units: &[(&[&str], &[&str])] = if with_shared_team {
                    &[(&["D", "E"], &["A", "B", "C", "F", "G"])]
                } else {
                    &[(&["D"], &["A", "B"]), (&["E"], &["C", "F"])]
                };
                for (of, parts) in units {
                    let shown = of.iter().all(|of| !hidden(&departments, of, month));
                    let hidden = parts.iter().filter(|team| hidden(&teams, team, month));
                    let hidden: Vec<_> = hidden.collect();
                    assert!(
                        !shown || hidden.len() != 1,
                        "{month}: {of:?} less all but {hidden:?}"
                    );
                }
            }
        }
    }
}
