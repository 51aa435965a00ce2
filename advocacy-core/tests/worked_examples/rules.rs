//! §0: the rules that hold for every metric.

use advocacy_core::{
    BrandPost, Column, Content, Counts, Data, Dimension, Error, Frame, Headcount, Id, Membership,
    Metric, Move, Network, Note, Number, Program, Rows, Share, State, TimeUnit, Unit, Zone,
};

use crate::{
    ask, ask_as_of, counted, covers, is, is_count, is_ratio, leaver, listed, member, near, notes,
    outside, pairs, period, share, split, utc,
};

// 1. A result explains itself

#[test]
fn a_measure_carries_what_it_is() {
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01"), member("bo", "2025-01-01")],
        shares: vec![share("ana", "x", "2025-03-04")],
        ..Rows::default()
    };
    let rate = ask(&rows, Metric::ShareRate, "2025-03", &[]);
    assert_eq!(rate.id(), "share_rate");
    assert_eq!(rate.unit(), Unit::Rate);
    is_ratio(&rate, 1, 2);
    assert_eq!(rate.numerator().unwrap().name, "sharers");
    assert_eq!(rate.denominator().unwrap().name, "joined");
    assert_eq!(rate.period().unwrap().label(), "2025-03");
    assert_eq!(rate.definition().formula, "sharers / joined");
    let chosen = |option: &str| {
        let choices = &rate.definition().choices;
        let choice = choices.iter().find(|choice| choice.option == option);
        choice.map(|choice| choice.value.to_string())
    };
    assert_eq!(chosen("share_rate_denominator").as_deref(), Some("joined"));
    assert_eq!(chosen("population").as_deref(), Some("end"));
    assert_eq!(rate.interval().unwrap().method, "wilson");
    notes(&rate, &Note::SmallSample { n: 2 });
    let first_line = "share_rate = sharers / joined = 1 / 2 = 0.5 (50.00 %)\n";
    assert!(rate.explain().starts_with(first_line), "{}", rate.explain());
}

// 2. Undefined is not zero

#[test]
fn nobody_of_nobody_is_undefined_and_nobody_of_ten_is_zero() {
    let ten = |joined: &str| Rows {
        advocates: (0..10).map(|n| member(&format!("m{n}"), joined)).collect(),
        ..Rows::default()
    };
    // 0 of 10 members shared in March.
    let zero = ask(&ten("2025-01-01"), Metric::ShareRate, "2025-03", &[]);
    is_ratio(&zero, 0, 10);
    assert_eq!(zero.state(), State::Defined);
    // All ten joined in April: in March it is 0 of 0.
    let undefined = ask(&ten("2025-04-01"), Metric::ShareRate, "2025-03", &[]);
    is_ratio(&undefined, 0, 0);
    assert_eq!(undefined.state(), State::Undefined);
    assert!(undefined.interval().is_none());
}

#[test]
fn no_impressions_is_no_rate() {
    let likes = |impressions: u64, likes: u64| Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![counted(
            "ana",
            "2025-03-04",
            Counts {
                impressions: Some(impressions),
                clicks: Some(likes),
                ..Counts::default()
            },
        )],
        ..Rows::default()
    };
    let rate = |rows: &Rows| ask(rows, Metric::ClickThroughRate, "2025-03", &[]);
    is_ratio(&rate(&likes(10, 0)), 0, 10);
    is_ratio(&rate(&likes(0, 0)), 0, 0);
    assert_eq!(rate(&likes(0, 0)).state(), State::Undefined);
}

// 3. Missing is not zero

/// Two shares, one of a network that does not report impressions.
fn one_without_impressions() -> Rows {
    let counts = |impressions, likes| Counts {
        impressions,
        likes: Some(likes),
        comments: Some(1),
        ..Counts::default()
    };
    Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![
            counted("ana", "2025-03-04", counts(Some(100), 4)),
            counted("ana", "2025-03-05", counts(None, 90)),
        ],
        ..Rows::default()
    }
}

#[test]
fn sums_skip_what_is_missing_and_say_so() {
    let impressions = ask(
        &one_without_impressions(),
        Metric::Impressions,
        "2025-03",
        &[],
    );
    is_count(&impressions, 100);
    covers(&impressions, 1, 2);
    assert_eq!(impressions.coverage().unwrap().share(), Some(0.5));
}

#[test]
fn a_ratio_uses_rows_in_which_both_sides_are_known() {
    let choices = [("engagement_set", "everyonesocial")];
    let rate = ask(
        &one_without_impressions(),
        Metric::EngagementRate,
        "2025-03",
        &choices,
    );
    // (4 + 1) / 100; the 91 engagements without impressions are left out, not
    // set against 100 impressions (96 %).
    is_ratio(&rate, 5, 100);
    covers(&rate, 1, 2);
    let left_out = Note::NotKnown {
        rows: 1,
        what: "both sides".into(),
    };
    notes(&rate, &left_out);
    // Summed by itself it is all of them.
    is_count(
        &ask(
            &one_without_impressions(),
            Metric::Engagements,
            "2025-03",
            &choices,
        ),
        96,
    );
}

#[test]
fn known_nowhere_is_missing_and_nothing_there_is_zero() {
    let clicks = ask(&one_without_impressions(), Metric::Clicks, "2025-03", &[]);
    assert_eq!((clicks.value(), clicks.state()), (None, State::Missing));
    covers(&clicks, 0, 2);
    // Not a sum of 0 that has no value either.
    assert_eq!(clicks.numerator().unwrap().value, None);
    let rate = ask(
        &one_without_impressions(),
        Metric::ClickThroughRate,
        "2025-03",
        &[],
    );
    assert_eq!((rate.value(), rate.state()), (None, State::Missing));
    let sums = [rate.numerator(), rate.denominator()];
    assert_eq!(sums.map(|part| part.unwrap().value), [None, None]);
    // No shares in April: none of them clicked.
    let april = ask(&one_without_impressions(), Metric::Clicks, "2025-04", &[]);
    is_count(&april, 0);
    covers(&april, 0, 0);
}

#[test]
fn a_set_is_known_where_all_its_parts_are() {
    let counts = |likes, comments, reshares| Counts {
        likes,
        comments,
        reshares,
        ..Counts::default()
    };
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![
            counted("ana", "2025-03-04", counts(Some(4), Some(2), Some(1))),
            counted("ana", "2025-03-05", counts(Some(50), None, Some(3))),
            counted("ana", "2025-03-06", counts(None, None, None)),
        ],
        ..Rows::default()
    };
    let social = |parts| {
        let choices = [("engagement_set", "social"), ("parts", parts)];
        ask(&rows, Metric::Engagements, "2025-03", &choices)
    };
    // 4 + 2 + 1 over one complete row.
    let all = social("all");
    is_count(&all, 7);
    covers(&all, 1, 3);
    // And 50 + 3 of the second: 60. Only one row is known in full for that.
    let known = social("known");
    is_count(&known, 60);
    covers(&known, 1, 3);
    // Sums of the parts stand beside.
    for measure in [&all, &known] {
        assert_eq!(measure.component("likes"), Some(54.0));
        assert_eq!(measure.component("comments"), Some(2.0));
        assert_eq!(measure.component("reshares"), Some(4.0));
    }
}

/// A programme of one share whose likes are this column.
fn likes(data: Data<'_>) -> Result<(), Error> {
    let frame = Frame::new()
        .column("advocate", Column::texts(["ana"]))
        .column("network", Column::texts(["x"]))
        .column(
            "shared_at",
            Column::new(Data::Time(vec![0].into(), TimeUnit::Second)),
        )
        .column("likes", Column::new(data));
    let ana = Frame::new().column("id", Column::texts(["ana"]));
    let builder = Program::builder()
        .table("advocates", ana)
        .table("shares", frame);
    builder.build().map(|_| ())
}

#[test]
fn whole_floats_are_counts_and_nothing_else_is() {
    assert!(likes(Data::F64(vec![12.0].into())).is_ok());
    for (value, code) in [
        (f64::NAN, "not_finite"),
        (f64::INFINITY, "not_finite"),
        (12.5, "invalid_value"),
        (-3.0, "negative_count"),
        (1e20, "out_of_range"),
    ] {
        let error = likes(Data::F64(vec![value].into())).unwrap_err();
        assert_eq!(error.code(), code, "{value}");
        let place = (error.table(), error.field(), error.row());
        assert_eq!(place, (Some("shares"), Some("likes"), Some(0)));
    }
}

// 4. Ratio of sums by default

#[test]
fn pooled_and_mean_of_ratios_are_two_numbers() {
    let counts = |clicks, impressions| Counts {
        clicks: Some(clicks),
        impressions: Some(impressions),
        ..Counts::default()
    };
    let mut rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![
            counted("ana", "2025-03-04", counts(9, 10)),
            counted("ana", "2025-03-05", counts(10, 1000)),
            counted("ana", "2025-03-06", counts(20, 100)),
        ],
        ..Rows::default()
    };
    let rate_of = |rows: &Rows, pooling| {
        let choices = [("pooling", pooling)];
        ask(rows, Metric::ClickThroughRate, "2025-03", &choices)
    };
    let rate = |pooling| rate_of(&rows, pooling);
    // (9 + 10 + 20) / (10 + 1,000 + 100)
    is_ratio(&rate("pooled"), 39, 1110);
    // (0.9 + 0.01 + 0.2) / 3 = 0.37, ten times as much.
    near(rate("mean_of_ratios").value().unwrap(), 0.37);
    is(&rate("median_of_ratios"), 0.2);
    // The measure says which it is.
    let text = rate("mean_of_ratios").explain();
    assert!(text.contains("pooling: mean_of_ratios"), "{text}");
    // Nothing is left out, until a share was never seen.
    let left_out = |note: &Note| matches!(note, Note::Excluded { .. });
    assert!(!rate("mean_of_ratios").notes().iter().any(left_out));
    rows.shares.push(counted("ana", "2025-03-07", counts(0, 0)));
    let rate = rate_of(&rows, "mean_of_ratios");
    near(rate.value().unwrap(), 0.37);
    notes(
        &rate,
        &Note::Excluded {
            count: 1,
            what: "shares with impressions of 0".into(),
        },
    );
}

// 5. Rates are fractions

#[test]
fn a_rate_is_a_fraction_and_says_when_it_is_above_one() {
    let rows = |likes| Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![counted(
            "ana",
            "2025-03-04",
            Counts {
                likes: Some(likes),
                comments: Some(0),
                impressions: Some(10),
                ..Counts::default()
            },
        )],
        ..Rows::default()
    };
    let choices = [("engagement_set", "everyonesocial")];
    let rate = |likes| ask(&rows(likes), Metric::EngagementRate, "2025-03", &choices);
    is(&rate(5), 0.5);
    assert!(!rate(10).notes().contains(&Note::AboveOne));
    is(&rate(12), 1.2);
    notes(&rate(12), &Note::AboveOne);
}

// 6. Periods; the edges of zones and weeks are in `calendar_edges`

#[test]
fn a_period_is_half_open() {
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![
            share("ana", "x", "2025-02-28T23:59:59.999999Z"),
            share("ana", "x", "2025-03-01"),
            share("ana", "x", "2025-03-31T23:59:59.999999Z"),
            share("ana", "x", "2025-04-01"),
        ],
        ..Rows::default()
    };
    is_count(&ask(&rows, Metric::Shares, "2025-03", &[]), 2);
}

#[test]
fn what_comes_after_as_of_is_ignored() {
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01"), member("bo", "2025-03-20")],
        shares: vec![
            share("ana", "x", "2025-03-04"),
            share("bo", "x", "2025-03-21"),
        ],
        ..Rows::default()
    };
    let as_of = utc("2025-03-10");
    let shares = ask_as_of(&rows, Metric::Shares, "2025-03", &[], as_of);
    is_count(&shares, 1);
    notes(&shares, &Note::PartialPeriod { as_of });
    // Bo had not joined by then.
    is_ratio(
        &ask_as_of(&rows, Metric::ShareRate, "2025-03", &[], as_of),
        1,
        1,
    );
    // By default: as of the latest instant in the data, which is stated.
    let program = Program::from_rows(&rows).unwrap();
    assert_eq!(program.latest(), Some(utc("2025-03-21")));
    let table = program
        .measure([Metric::Shares])
        .over(period("2025-03"))
        .table()
        .unwrap();
    is_count(table.get("shares").unwrap(), 2);
    let as_of = utc("2025-03-21");
    notes(table.get("shares").unwrap(), &Note::PartialPeriod { as_of });
}

#[test]
fn a_day_of_23_hours() {
    // 30 March 2025 in Madrid is from 23:00 UTC the day before to 22:00 UTC.
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![
            share("ana", "x", "2025-03-29T22:59:59.999999Z"),
            share("ana", "x", "2025-03-29T23:00:00Z"),
            share("ana", "x", "2025-03-30T21:59:59.999999Z"),
            share("ana", "x", "2025-03-30T22:00:00Z"),
        ],
        ..Rows::default()
    };
    let Ok(madrid) = Zone::named("Europe/Madrid") else {
        return;
    };
    let program = Program::from_rows(&rows).unwrap();
    let day = advocacy_core::Period::parse("2025-03-30", &madrid).unwrap();
    let table = program
        .measure([Metric::Shares])
        .over(day)
        .as_of(crate::later())
        .table()
        .unwrap();
    is_count(table.get("shares").unwrap(), 2);
}

// 7. Populations are those of the period

/// Ana was a member until June 2024 and again from mid-February 2025; Bo
/// joined in August 2024; Cy was invited and never joined.
fn rehire() -> Rows {
    let mut ana = leaver("ana", "2024-01-10", "2024-06-10");
    ana.memberships.push(Membership {
        joined: Some(utc("2025-02-15")),
        ..Membership::default()
    });
    Rows {
        advocates: vec![
            ana,
            member("bo", "2024-08-01"),
            advocacy_core::Advocate::new("cy"),
        ],
        ..Rows::default()
    }
}

#[test]
fn people_leave_and_come_back() {
    let joined = |over| ask(&rehire(), Metric::Joined, over, &[]);
    is_count(&joined("2024-03"), 1); // Ana
    is_count(&joined("2024-07"), 0); // she has left
    is_count(&joined("2024-12"), 1); // Bo
    is_count(&joined("2025-01"), 1); // Bo
    is_count(&joined("2025-02"), 2); // and Ana again
}

#[test]
fn populations_at_the_end_the_start_on_average_and_ever() {
    let joined = |over, population| {
        ask(
            &rehire(),
            Metric::Joined,
            over,
            &[("population", population)],
        )
    };
    // June 2024: Ana at the start, nobody at the end.
    is_count(&joined("2024-06", "end"), 0);
    is_count(&joined("2024-06", "start"), 1);
    is_count(&joined("2024-06", "anyone"), 1);
    let average = joined("2024-06", "average");
    assert_eq!(average.number(), Some(Number::Real(0.5)));
    // 2024: nobody at the start, Bo at the end, both at some time: (0 + 1) / 2.
    is_count(&joined("2024", "start"), 0);
    is_count(&joined("2024", "end"), 1);
    is_count(&joined("2024", "anyone"), 2);
    is(&joined("2024", "average"), 0.5);
    // August to October 2024: Bo from the first instant on.
    is_count(&joined("2024-08", "start"), 1);
}

#[test]
fn the_day_of_leaving_is_no_day_of_membership() {
    let rows = Rows {
        advocates: vec![
            leaver("ana", "2025-01-01", "2025-04-01"),
            leaver("bo", "2025-01-01", "2025-03-31"),
        ],
        ..Rows::default()
    };
    // Ana leaves at the very end of March and is counted, Bo is not.
    is_count(&ask(&rows, Metric::Joined, "2025-03", &[]), 1);
    is_count(
        &ask(&rows, Metric::Joined, "2025-04", &[("population", "start")]),
        0,
    );
}

#[test]
fn the_numerator_is_kept_to_the_denominators_population() {
    let rows = Rows {
        // Bo shared in March and left before its end; Cy never joined.
        advocates: vec![
            member("ana", "2025-01-01"),
            leaver("bo", "2025-01-01", "2025-03-15"),
            advocacy_core::Advocate::new("cy"),
            member("di", "2025-01-01"),
        ],
        shares: vec![
            share("ana", "x", "2025-03-04"),
            share("bo", "x", "2025-03-04"),
            share("cy", "x", "2025-03-04"),
        ],
        ..Rows::default()
    };
    // Ana of Ana and Di; not 3 / 2.
    let rate = ask(&rows, Metric::ShareRate, "2025-03", &[]);
    is_ratio(&rate, 1, 2);
    notes(&rate, &outside(2));
    // Of anyone who was a member in March: Ana and Bo of Ana, Bo and Di.
    let rate = ask(
        &rows,
        Metric::ShareRate,
        "2025-03",
        &[("population", "anyone")],
    );
    is_ratio(&rate, 2, 3);
    notes(&rate, &outside(1));
    // As a plain count all three stand.
    is_count(&ask(&rows, Metric::Sharers, "2025-03", &[]), 3);
}

#[test]
fn teams_are_those_at_the_time() {
    let mut ana = member("ana", "2025-01-01").with_team("Sales");
    ana.moves.push(Move {
        at: utc("2025-03-10"),
        team: Some("Marketing".to_owned()),
        department: None,
        location: None,
    });
    let rows = Rows {
        advocates: vec![ana, member("bo", "2025-01-01").with_team("Sales")],
        shares: vec![
            share("ana", "x", "2025-03-09T23:59:59Z"),
            share("ana", "x", "2025-03-10"),
            share("ana", "x", "2025-03-20"),
        ],
        ..Rows::default()
    };
    let table = split(&rows, Metric::Shares, Dimension::Team, "2025-03", &[]);
    assert_eq!(listed(&table), pairs([("Marketing", 2.0), ("Sales", 1.0)]));
    // At the end of March one is in each; in February both were in Sales.
    let table = split(&rows, Metric::Joined, Dimension::Team, "2025-03", &[]);
    assert_eq!(listed(&table), pairs([("Marketing", 1.0), ("Sales", 1.0)]));
    let table = split(&rows, Metric::Joined, Dimension::Team, "2025-02", &[]);
    is_count(table.at(&["Sales"], "joined").unwrap(), 2);
}

#[test]
fn employees_are_the_stated_headcount_or_those_known() {
    let mut rows = rehire();
    let known = ask(&rows, Metric::Employees, "2025-03", &[]);
    is_count(&known, 3);
    notes(&known, &Note::EmployeesFromAdvocates);
    // 40 from January on, 50 from March on: the latest by then.
    let at = |at: &str, employees| Headcount {
        at: utc(at),
        employees,
        team: None,
        department: None,
        location: None,
    };
    rows.headcount = vec![at("2025-01-01", 40), at("2025-03-01", 50)];
    let employees = |over, population| {
        ask(
            &rows,
            Metric::Employees,
            over,
            &[("population", population)],
        )
    };
    is_count(&employees("2025-02", "end"), 40);
    is_count(&employees("2025-03", "end"), 50);
    // The first quarter starts with 40 and ends with 50.
    is_count(&employees("2025-Q1", "average"), 45);
    // Before the first count there is none.
    assert_eq!(employees("2024", "end").state(), State::Missing);
    assert!(
        !employees("2025-03", "end")
            .notes()
            .contains(&Note::EmployeesFromAdvocates)
    );
}

// 8. Reach is not additive: see `reach`

// 9. Event date or publish date

#[test]
fn a_share_counts_on_its_own_date_or_on_its_contents() {
    let mut item = Content::new("guide");
    item.published_at = Some(utc("2025-03-20"));
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        content: vec![item],
        shares: vec![
            crate::of_item("ana", "guide", "2025-03-25"),
            crate::of_item("ana", "guide", "2025-04-02"),
            crate::of_item("ana", "guide", "2025-05-02"),
        ],
        ..Rows::default()
    };
    let shares = |over, basis| ask(&rows, Metric::Shares, over, &[("date_basis", basis)]);
    for (over, shared, published) in [("2025-03", 1, 3), ("2025-04", 1, 0), ("2025-05", 1, 0)] {
        is_count(&shares(over, "shared"), shared);
        is_count(&shares(over, "published"), published);
    }
}

// 10. Snapshots

/// One share, its likes read on the 5th, the 10th and the 20th of March.
fn observed() -> Rows {
    let read = |at: &str, likes| Share {
        id: Some(Id::from("s1")),
        observed_at: Some(utc(at)),
        counts: Counts {
            likes: Some(likes),
            ..Counts::default()
        },
        ..share("ana", "x", "2025-03-04")
    };
    Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![
            read("2025-03-10", 8),
            read("2025-03-20", 13),
            read("2025-03-05", 2),
        ],
        ..Rows::default()
    }
}

#[test]
fn the_latest_observation_by_as_of_counts() {
    let rows = observed();
    for (as_of, likes) in [
        ("2025-03-05", 2),
        ("2025-03-09T23:59:59.999999Z", 2),
        ("2025-03-10", 8),
        ("2025-03-19", 8),
        ("2025-03-20", 13),
        ("2025-12-31", 13),
    ] {
        let as_of = utc(as_of);
        is_count(
            &ask_as_of(&rows, Metric::Likes, "2025-03", &[], as_of),
            likes,
        );
        // It is one share all along.
        is_count(&ask_as_of(&rows, Metric::Shares, "2025-03", &[], as_of), 1);
    }
    // Shared but not yet read: the share is a fact, its likes are not known.
    let before = ask_as_of(
        &rows,
        Metric::Likes,
        "2025-03",
        &[],
        utc("2025-03-04T12:00:00Z"),
    );
    assert_eq!(before.state(), State::Missing);
    covers(&before, 0, 1);
}

#[test]
fn brand_posts_are_observed_too() {
    let read = |at: &str, reach| BrandPost {
        id: Some(Id::from("b1")),
        network: Network::new("x").unwrap(),
        published_at: utc("2025-03-01"),
        observed_at: Some(utc(at)),
        removed: false,
        paid: false,
        counts: Counts {
            reach: Some(reach),
            ..Counts::default()
        },
    };
    let reached = Counts {
        reach: Some(90),
        ..Counts::default()
    };
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![counted("ana", "2025-03-02", reached)],
        brand_posts: vec![read("2025-03-02", 10), read("2025-03-09", 30)],
        ..Rows::default()
    };
    is_ratio(&ask(&rows, Metric::ReachMultiple, "2025-03", &[]), 90, 30);
    let early = ask_as_of(
        &rows,
        Metric::ReachMultiple,
        "2025-03",
        &[],
        utc("2025-03-03"),
    );
    is_ratio(&early, 90, 10);
}

#[test]
fn an_id_twice_without_a_later_observation_is_an_error() {
    let mut rows = observed();
    rows.shares[2].observed_at = Some(utc("2025-03-20"));
    let error = Program::from_rows(&rows).unwrap_err();
    assert_eq!(error.code(), "duplicate_id");
    let place = (error.table(), error.field(), error.row());
    assert_eq!(place, (Some("shares"), Some("id"), Some(2)));
    rows.shares
        .iter_mut()
        .for_each(|share| share.observed_at = None);
    assert_eq!(
        Program::from_rows(&rows).unwrap_err().code(),
        "duplicate_id"
    );
}
