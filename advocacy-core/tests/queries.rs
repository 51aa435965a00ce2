//! Queries: order, limit, comparison, filters, definitions side by side, and
//! what cannot be asked.

#![allow(clippy::unwrap_used, reason = "a test helper fails by panicking")]

use advocacy_core::{
    AdoptionNumerator, Base, Baseline, Column, Data, Definitions, Dimension, Filter, Frame, Metric,
    Note, Number, Period, Program, ProgramBuilder, Query, ReportOptions, Rows, State, Table, Texts,
    Zone,
};

/// Four members in two teams; shares in July and August 2025 and July 2024.
fn rows() -> Rows {
    let share = |who: &str, what: &str, network: &str, at: &str, likes: u64| {
        serde_json::json!({
            "advocate": who, "content": what, "network": network,
            "shared_at": format!("{at}T12:00:00Z"), "likes": likes,
        })
    };
    let member = |id: &str, team: &str, joined: &str| {
        serde_json::json!({
            "id": id, "team": team,
            "memberships": [{"joined": format!("{joined}T00:00:00Z")}],
        })
    };
    let mut rows: Rows = serde_json::from_value(serde_json::json!({
        "advocates": [
            member("a", "Data", "2024-01-01"),
            member("b", "Data", "2024-01-01"),
            member("c", "Sales", "2025-08-10"),
            member("d", "Sales", "2024-01-01"),
        ],
        "content": [
            {"id": "i", "kind": "article", "topics": ["ai", "hiring"]},
            {"id": "j", "kind": "video", "topics": ["ai"]},
        ],
        "shares": [
            share("a", "i", "x", "2025-08-02", 1),
            share("a", "j", "linkedin", "2025-08-12", 10),
            share("c", "i", "linkedin", "2025-08-20", 100),
            share("a", "i", "x", "2025-07-03", 2),
            share("b", "j", "x", "2025-07-31", 20),
            share("d", "j", "x", "2024-08-15", 7),
        ],
    }))
    .unwrap();
    rows.advocates[1].opt_out = true;
    rows
}

fn august() -> Period {
    Period::month(2025, 8, &Zone::utc()).unwrap()
}

fn keys(table: &Table) -> Vec<String> {
    let key = |row: &advocacy_core::Row| {
        row.key
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("/")
    };
    table.rows.iter().map(key).collect()
}

fn with<T>(ask: impl for<'p> FnOnce(&'p Program<'p>) -> T) -> T {
    let rows = rows();
    let program = Program::from_rows(&rows).unwrap();
    ask(&program)
}

fn shares<'p>(program: &'p Program<'p>, by: &[Dimension]) -> Query<'p> {
    program
        .measure([Metric::Shares, Metric::Likes])
        .by(by.iter().cloned())
        .over(august())
}

/// A total follows from its rows whatever they are split by.
#[test]
fn rows_of_many_dimensions_add_up_to_their_total() {
    let rows = rows();
    let program = Program::from_rows(&rows).unwrap();
    let all = [
        Dimension::Network,
        Dimension::Team,
        Dimension::Department,
        Dimension::Location,
        Dimension::Kind,
        Dimension::Campaign,
        Dimension::Copy,
        Dimension::Mode,
        Dimension::Month,
    ];
    let number = |measure: &advocacy_core::Measure| measure.value().unwrap();
    let shares = number(&asked(&program, &[]).total.measures[0]);
    for count in 1..=all.len() {
        let table = asked(&program, &all[..count]);
        let sum: f64 = table.rows.iter().map(|row| number(&row.measures[0])).sum();
        let total = number(&table.total.measures[0]);
        assert_eq!((total, sum), (shares, shares), "{count}");
    }
}

/// Of two in Bern one shares within 30 days, of one in Zug one, in Uri nobody.
#[test]
fn first_shares_follow_the_tags_of_people() {
    let member = |id: &str, office: &str| {
        let memberships = [serde_json::json!({"joined": "2025-01-01T00:00:00Z"})];
        serde_json::json!({"id": id, "memberships": memberships, "tags": {"office": [office]}})
    };
    let share = |who: &str| {
        let at = "2025-01-09T00:00:00Z";
        serde_json::json!({"advocate": who, "network": "x", "shared_at": at})
    };
    let rows: Rows = serde_json::from_value(serde_json::json!({
        "advocates": [
            member("ana", "Bern"), member("ben", "Bern"), member("cem", "Uri"), member("dot", "Zug"),
        ],
        "shares": [share("ana"), share("dot")],
    }))
    .unwrap();
    let program = Program::from_rows(&rows).unwrap();
    let query = program.measure([Metric::ActivationRate, Metric::NewSharers]);
    let query = query.by([Dimension::Tag("office".to_owned())]);
    let year = Period::year(2025, &Zone::utc()).unwrap();
    let as_of = advocacy_core::Timestamp::parse("2026-01-01", &Zone::utc()).unwrap();
    let table = query.over(year).as_of(as_of).table().unwrap();
    let column = |at: usize| -> Vec<_> {
        let rows = table.rows.iter().chain([&table.total]);
        rows.map(|row| row.measures[at].value()).collect()
    };
    assert_eq!(column(0), [Some(0.5), Some(0.0), Some(1.0), Some(0.5)]);
    assert_eq!(column(1), [Some(1.0), Some(0.0), Some(1.0), Some(2.0)]);
}

/// Ana, in Bern and Zug, shares on both networks; Ben, in Zug, on X alone.
#[test]
fn people_of_several_tags_are_counted_on_every_network() {
    let member = |id: &str, offices: &[&str]| {
        let memberships = [serde_json::json!({"joined": "2025-01-01T00:00:00Z"})];
        serde_json::json!({"id": id, "memberships": memberships, "tags": {"office": offices}})
    };
    let at = "2025-01-11T00:00:00Z";
    let share = |who: &str, network: &str| serde_json::json!({"advocate": who, "network": network, "shared_at": at});
    let rows: Rows = serde_json::from_value(serde_json::json!({
        "advocates": [member("ana", &["Bern", "Zug"]), member("ben", &["Zug"])],
        "shares": [share("ana", "linkedin"), share("ana", "x"), share("ben", "x")],
    }))
    .unwrap();
    let program = Program::from_rows(&rows).unwrap();
    let by = [Dimension::Network, Dimension::Tag("office".to_owned())];
    let table = asked(&program, &by);
    let sharers = table.rows.iter().map(|row| row.measures[1].value());
    assert_eq!(
        keys(&table).into_iter().zip(sharers).collect::<Vec<_>>(),
        [
            ("linkedin/Bern".to_owned(), Some(1.0)),
            ("linkedin/Zug".to_owned(), Some(1.0)),
            ("x/Bern".to_owned(), Some(1.0)),
            ("x/Zug".to_owned(), Some(2.0)),
        ]
    );
}

fn asked(program: &Program<'_>, by: &[Dimension]) -> Table {
    let query = program.measure([Metric::Shares, Metric::Sharers, Metric::ActivationRate]);
    let query = query.by(by.iter().cloned());
    let year = Period::year(2025, &Zone::utc()).unwrap();
    query.over(year).table().unwrap()
}

/// Nothing is said of teams, campaigns, kinds, topics, copy and surveys.
#[test]
fn a_report_has_no_section_of_what_nobody_said() {
    let rows: Rows = serde_json::from_value(serde_json::json!({
        "advocates": [{"id": "ana"}],
        "content": [{"id": "one", "published_at": "2025-07-02T00:00:00Z"}],
        "shares": [{"advocate": "ana", "content": "one", "network": "x", "shared_at": "2025-07-03T00:00:00Z"}],
    }))
    .unwrap();
    let sections = |rows: &Rows| -> Vec<String> {
        let program = Program::from_rows(rows).unwrap();
        let quarter = Period::quarter(2025, 3, &Zone::utc()).unwrap();
        let report = program.report(&ReportOptions::new(quarter)).unwrap();
        let sections = report.sections.into_iter();
        sections.map(|section| section.id).collect()
    };
    let top = |of: &str| ["shares", "engagements"].map(|by| format!("top_{of}_by_{by}"));
    let always = ["weekly".to_owned(), "networks".to_owned()].into_iter();
    let always: Vec<String> = always
        .chain(top("content"))
        .chain(top("advocates"))
        .collect();
    assert_eq!(sections(&rows), always);
    // Who could answer is of a survey too.
    let mut asked = rows;
    asked.turnout = serde_json::from_value(serde_json::json!([
        {"asked_at": "2025-08-01T00:00:00Z", "wave": "summer", "eligible": 10, "completes": 8},
    ]))
    .unwrap();
    let mut with_surveys = always;
    with_surveys.insert(2, "surveys".to_owned());
    assert_eq!(sections(&asked), with_surveys);
}

#[test]
fn rows_come_by_key_or_by_a_column() {
    with(|program| {
        let by_network = shares(program, &[Dimension::Network]);
        assert_eq!(keys(&by_network.table().unwrap()), ["linkedin", "x"]);
        let largest = by_network.clone().largest_first("likes").table().unwrap();
        assert_eq!(
            largest.numbers("likes"),
            [Some(Number::Count(110)), Some(Number::Count(1))]
        );
        let smallest = by_network
            .clone()
            .smallest_first("likes")
            .limit(1)
            .table()
            .unwrap();
        assert_eq!(keys(&smallest), ["x"]);
        // The total is of everything, whatever the limit.
        assert_eq!(
            smallest.get("likes").unwrap().number(),
            Some(Number::Count(111))
        );
        let error = by_network.largest_first("clicks").table().unwrap_err();
        assert_eq!(
            (error.code(), error.field()),
            ("unknown_name", Some("order_by"))
        );
    });
}

#[test]
fn a_ranking_leaves_out_who_opted_out_and_no_value() {
    with(|program| {
        let july = Period::month(2025, 7, &Zone::utc()).unwrap();
        let by = shares(program, &[Dimension::Advocate]).over(july);
        assert_eq!(keys(&by.table().unwrap()), ["a", "b"]);
        let top = by.top(10, "likes").table().unwrap();
        assert_eq!(keys(&top), ["a"]);
        assert_eq!(top.get("likes").unwrap().number(), Some(Number::Count(22)));
    });
}

#[test]
fn a_baseline_stands_beside_every_measure() {
    with(|program| {
        let query = shares(program, &[Dimension::Network]);
        let compared = query
            .clone()
            .compare(Baseline::PreviousPeriod)
            .table()
            .unwrap();
        let total = compared.total.comparisons[0].as_ref().unwrap();
        // August 3, July 2.
        assert_eq!((total.difference, total.ratio), (Some(1.0), Some(1.5)));
        assert_eq!(total.with, "previous period (2025-07)");
        // LinkedIn has no row in July: nothing to compare with. X: 1 and 2.
        assert_eq!(compared.rows[0].comparisons, [None, None]);
        let x = compared.rows[1].comparisons[0].as_ref().unwrap();
        assert_eq!((x.difference, x.ratio), (Some(-1.0), Some(0.5)));

        let last_year = query
            .clone()
            .compare(Baseline::SamePeriodLastYear)
            .table()
            .unwrap();
        let total = last_year.total.comparisons[1].as_ref().unwrap();
        // 111 likes against 7.
        assert_eq!(
            (total.difference, total.ratio),
            (Some(104.0), Some(111.0 / 7.0))
        );

        let sales = Filter::new().only(Dimension::Team, ["Sales"]);
        let beside = query.compare(Baseline::Filter(sales)).table().unwrap();
        let total = beside.total.comparisons[0].as_ref().unwrap();
        assert_eq!(
            (total.baseline.value(), total.with.as_ref()),
            (Some(1.0), "team is Sales")
        );
    });
}

#[test]
fn proportions_of_people_are_compared_with_an_interval() {
    with(|program| {
        let table = program
            .measure([Metric::ShareRate])
            .over(august())
            .compare(Baseline::PreviousPeriod)
            .table()
            .unwrap();
        // August: a, c of 4 members; July: a, b of 3.
        let rate = table.get("share_rate").unwrap();
        let beside = table.total.comparisons[0].as_ref().unwrap();
        assert_eq!(
            (rate.value(), beside.baseline.value()),
            (Some(0.5), Some(2.0 / 3.0))
        );
        let expected = advocacy_core::stats::newcombe(2, 4, 2, 3, 0.95).unwrap();
        assert_eq!(beside.interval, expected);
    });
}

#[test]
fn steps_of_time_are_compared_by_their_place() {
    with(|program| {
        let by = [Dimension::Team, Dimension::Week];
        let table = shares(program, &by)
            .compare(Baseline::PreviousPeriod)
            .table()
            .unwrap();
        // August's first week (W31, its Friday to Sunday) against July's first
        // (W27, its Tuesday to Sunday): Data shared once in each.
        assert_eq!(keys(&table)[0], "Data/2025-W31");
        let first = table.rows[0].comparisons[0].as_ref().unwrap();
        assert_eq!(
            first.baseline.period().unwrap().label(),
            "2025-07-01..2025-07-07"
        );
        assert_eq!(
            (table.rows[0].measures[0].value(), first.baseline.value()),
            (Some(1.0), Some(1.0))
        );
    });
}

#[test]
fn topics_do_not_add_up_and_say_so() {
    with(|program| {
        let table = shares(program, &[Dimension::Topic]).table().unwrap();
        // Shares of i are in both topics: ai 3, hiring 2, three in all.
        assert_eq!(table.at(&["ai"], "shares").unwrap().value(), Some(3.0));
        assert_eq!(table.at(&["hiring"], "shares").unwrap().value(), Some(2.0));
        assert_eq!(table.get("shares").unwrap().value(), Some(3.0));
        assert!(table.notes[0].contains("topic"));
    });
}

#[test]
fn definitions_stand_side_by_side() {
    with(|program| {
        let invited = Definitions {
            adoption_denominator: Base::Invited,
            adoption_numerator: AdoptionNumerator::SharersEver,
            ..Definitions::default()
        };
        let table = program
            .measure([Metric::AdoptionRate])
            .and_as("shared of invited", Metric::AdoptionRate, invited)
            .over(august())
            .table()
            .unwrap();
        assert_eq!(table.columns, ["adoption_rate", "shared of invited"]);
        assert_eq!(table.get("adoption_rate").unwrap().value(), Some(1.0));
        // a, b, c and, last year, d.
        let other = table.get("shared of invited").unwrap();
        assert_eq!(other.value(), Some(1.0));
        assert_eq!(other.numerator().unwrap().name, "sharers_ever");
        let choices = &other.definition().choices;
        assert!(
            choices
                .iter()
                .any(|c| c.option == "adoption_denominator" && c.value == "invited")
        );
    });
}

#[test]
fn a_filter_that_cannot_narrow_people_is_noted() {
    with(|program| {
        let on_x = Filter::new().only(Dimension::Network, ["x"]);
        let rate = |filter| {
            let query = program
                .measure([Metric::ShareRate])
                .over(august())
                .only(filter);
            query.table().unwrap().total.measures.remove(0)
        };
        // One of four shared on X; the four are not "on X".
        let on_x = rate(on_x);
        assert_eq!(on_x.value(), Some(0.25));
        assert!(on_x.notes().contains(&Note::NotFiltered {
            dimensions: vec!["network".into()]
        }));
        let sales = rate(Filter::new().only(Dimension::Team, ["Sales"]));
        assert_eq!(sales.value(), Some(0.5));
        assert!(
            !sales
                .notes()
                .iter()
                .any(|note| matches!(note, Note::NotFiltered { .. }))
        );
        let neither = rate(Filter::new().except(Dimension::Team, ["Sales", "Data"]));
        assert_eq!((neither.value(), neither.state()), (None, State::Undefined));
    });
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    with(|program| {
        let code = |query: Query<'_>| query.table().unwrap_err().code();
        let twice = program.measure([Metric::Shares, Metric::Shares]);
        assert_eq!(code(twice), "invalid_option");
        let same = shares(program, &[Dimension::Team, Dimension::Team]);
        assert_eq!(code(same), "invalid_option");
        let tag = shares(program, &[Dimension::Tag("grade".into())]);
        assert_eq!(code(tag), "unknown_name");
        let by_time = Filter::new().only(Dimension::Week, ["2025-W31"]);
        assert_eq!(code(shares(program, &[]).only(by_time)), "invalid_option");
        let seats = Definitions {
            adoption_denominator: Base::Seats,
            ..Definitions::default()
        };
        let adoption = program.measure([Metric::AdoptionRate]).over(august());
        assert_eq!(
            code(adoption.clone().define(seats.clone())),
            "invalid_option"
        );
        let seats = Definitions {
            licensed_seats: Some(8),
            ..seats
        };
        let table = adoption.define(seats).table().unwrap();
        assert_eq!(table.get("adoption_rate").unwrap().value(), Some(0.5));
        let confidence = Definitions {
            confidence: 1.0,
            ..Definitions::default()
        };
        assert_eq!(
            code(program.measure([Metric::ShareRate]).define(confidence)),
            "out_of_range"
        );
    });
}

/// A list of stays says of every step whether it was taken, in columns as in
/// rows; an advocate's own columns say nothing of a step they do not hold.
#[test]
fn stays_without_a_step_are_of_nobody_who_took_it() {
    fn texts(values: &[&'static str]) -> Column<'static> {
        let texts = values.iter().map(|&text| text.into());
        Column::new(Data::Text(Texts::Strings(texts.collect())))
    }
    let hired = || Column::optional_times([Some(0), Some(0)]);
    let ids = ["ada", "ben"];
    let joined = |builder: ProgramBuilder<'static>| {
        let program = builder.build().unwrap();
        let query = program.measure([Metric::Joined]).over(august());
        let table = query.table().unwrap();
        (
            table.total.measures[0].state(),
            table.total.measures[0].value(),
        )
    };
    let listed = Frame::new()
        .column("advocate", texts(&ids))
        .column("hired", hired());
    let people = Frame::new().column("id", texts(&ids));
    let builder = Program::builder().table("advocates", people);
    assert_eq!(
        joined(builder.table("memberships", listed)),
        (State::Defined, Some(0.0))
    );
    let people = Frame::new()
        .column("id", texts(&ids))
        .column("hired", hired());
    let builder = Program::builder().table("advocates", people);
    assert_eq!(joined(builder), (State::Missing, None));
}
