//! §1 through time: activation, the first share, who stays, goes quiet and
//! comes back.

use advocacy_core::{
    Advocate, CohortTable, KeyValue, Membership, Metric, Note, Program, ReportOptions, Rows, State,
};

use crate::{
    account, ask, ask_as_of, definitions, is, is_count, is_ratio, later, leaver, member,
    micros_after, near, notes, period, share, utc,
};

// Activation: 30 days unless told otherwise

fn newcomers() -> Rows {
    Rows {
        advocates: vec![
            member("ana", "2025-01-01"), // first share after 19 days
            member("bo", "2025-01-01"),  // after 50
            member("cy", "2025-01-15"),  // never
            member("di", "2025-03-20"),  // too young, though she has shared
        ],
        shares: vec![
            share("ana", "x", "2025-01-20"),
            share("ana", "x", "2025-03-20"),
            share("bo", "x", "2025-02-20"),
            share("di", "x", "2025-03-21"),
        ],
        ..Rows::default()
    }
}

fn too_young(count: u64, days: u32) -> Note {
    Note::Excluded {
        count,
        what: format!("members with less than {days} days of follow-up").into(),
    }
}

#[test]
fn activation() {
    let rate =
        |choices: &[(&str, &str)]| ask(&newcomers(), Metric::ActivationRate, "2025-03", choices);
    // Ana of Ana, Bo and Cy.
    is_ratio(&rate(&[]), 1, 3);
    notes(&rate(&[]), &too_young(1, 30));
    // Within 60 days: Bo too (by 2 March).
    is_ratio(&rate(&[("activation_days", "60")]), 2, 3);
    // Within 80 days Cy (to 5 April) is too young as well.
    is_ratio(&rate(&[("activation_days", "80")]), 2, 2);
    notes(&rate(&[("activation_days", "80")]), &too_young(2, 80));
    // Within 5 days: Di has had 12, and shared after one.
    is_ratio(&rate(&[("activation_days", "5")]), 1, 4);
}

#[test]
fn activation_to_the_microsecond() {
    let at = |micros: i64| {
        let thirty_days = micros_after(utc("2025-01-31"), micros);
        let mut share = share("ana", "x", "2025-01-31");
        share.shared_at = thirty_days;
        let rows = Rows {
            advocates: vec![member("ana", "2025-01-01")],
            shares: vec![share],
            ..Rows::default()
        };
        ask(&rows, Metric::ActivationRate, "2025-03", &[])
    };
    is_ratio(&at(0), 1, 1); // exactly 30 days after joining
    is_ratio(&at(1), 0, 1);
}

#[test]
fn nobody_old_enough_is_undefined() {
    let rate = ask(
        &newcomers(),
        Metric::ActivationRate,
        "2025-01-01..2025-01-20",
        &[],
    );
    is_ratio(&rate, 0, 0);
    notes(&rate, &too_young(3, 30));
    // And so is a period that is not over: as of 25 January, nobody has had 30 days.
    let as_of = utc("2025-01-25");
    let rate = ask_as_of(&newcomers(), Metric::ActivationRate, "2025-03", &[], as_of);
    is_ratio(&rate, 0, 0);
}

/// The clock starts on joining, on being invited or on connecting an account.
#[test]
fn the_clock_of_activation() {
    let stay = |invited: &str, joined: Option<&str>| Membership {
        invited: Some(utc(invited)),
        joined: joined.map(utc),
        ..Membership::default()
    };
    let mut connected = account("ana", "x");
    connected.connected_at = Some(utc("2025-02-10"));
    let rows = Rows {
        advocates: vec![
            Advocate::new("ana").with_membership(stay("2024-11-01", Some("2025-01-01"))),
            Advocate::new("bo").with_membership(stay("2024-11-01", None)),
        ],
        accounts: vec![connected],
        shares: vec![share("ana", "x", "2025-02-15")],
        ..Rows::default()
    };
    let from = |clock| {
        ask(
            &rows,
            Metric::ActivationRate,
            "2025-03",
            &[("activation_clock", clock)],
        )
    };
    is_ratio(&from("joined"), 0, 1); // 45 days after joining
    is_ratio(&from("connected"), 1, 1); // 5 days after connecting
    is_ratio(&from("invited"), 0, 1); // 106 days; Bo has not joined
}

// Time to the first share

/// Days to the first share 2, 5, 8 and 12; one left after 5 days without, one
/// has been waiting for 20.
fn waiting() -> Rows {
    Rows {
        advocates: vec![
            member("ana", "2025-03-01"),
            member("bo", "2025-03-01"),
            leaver("cy", "2025-03-01", "2025-03-06"),
            member("di", "2025-03-02"),
            member("ed", "2025-03-03"),
            member("flo", "2025-03-05"),
        ],
        shares: vec![
            share("ana", "x", "2025-03-03"),
            share("ana", "x", "2025-03-20"), // not her first
            share("bo", "x", "2025-03-06"),
            share("di", "x", "2025-03-10"),
            share("ed", "x", "2025-03-15"),
        ],
        ..Rows::default()
    }
}

fn wait(choices: &[(&str, &str)]) -> advocacy_core::Measure {
    // Flo joined on the 5th: as of the 25th she has waited for 20 days.
    let as_of = utc("2025-03-25");
    ask_as_of(
        &waiting(),
        Metric::TimeToFirstShare,
        "2025-03",
        choices,
        as_of,
    )
}

#[test]
fn kaplan_meier_by_hand() {
    // day 2: 6 at risk, one shares:  S = 5/6       = 0.833
    // day 5: 5 at risk, one shares:  S = 5/6 · 4/5 = 0.667; Cy is censored
    // day 8: 3 at risk, one shares:  S = 2/3 · 2/3 = 0.444, below one half
    // day 12: 2 at risk, one shares: S = 4/9 · 1/2 = 0.222
    let median = wait(&[]);
    is(&median, 8.0);
    assert_eq!(median.component("members"), Some(6.0));
    assert_eq!(median.component("shared"), Some(4.0));
    let quantile = |q| wait(&[("first_share_quantile", q)]);
    is(&quantile("0.1"), 2.0); // S ≤ 0.9
    is(&quantile("0.25"), 5.0); // S ≤ 0.75
    is(&quantile("0.75"), 12.0); // S ≤ 0.25
    // S never comes down to 0.2: undefined, not the longest wait.
    assert_eq!(quantile("0.8").state(), State::Undefined);
}

/// Dropping those who never shared would make the programme look quicker.
#[test]
fn sharers_only_is_the_plain_median() {
    // 2, 5 | 8, 12
    is(&wait(&[("first_share_estimator", "sharers_only")]), 6.5);
    let choices = [
        ("first_share_estimator", "sharers_only"),
        ("first_share_quantile", "0.25"),
    ];
    // A quarter of the way through 2, 5, 8, 12: between 2 and 5, at 0.75 of it.
    is(&wait(&choices), 4.25);
}

#[test]
fn the_median_is_undefined_while_most_have_not_shared() {
    let rows = Rows {
        advocates: ["ana", "bo", "cy", "di"]
            .map(|who| member(who, "2025-03-01"))
            .to_vec(),
        shares: vec![share("ana", "x", "2025-03-04")],
        ..Rows::default()
    };
    // S = 3/4 from day 3 on.
    let median = ask(&rows, Metric::TimeToFirstShare, "2025-03", &[]);
    assert_eq!((median.value(), median.state()), (None, State::Undefined));
    assert_eq!(median.component("members"), Some(4.0));
    // Not so for the sharers alone.
    let choices = [("first_share_estimator", "sharers_only")];
    is(
        &ask(&rows, Metric::TimeToFirstShare, "2025-03", &choices),
        3.0,
    );
}

/// Half a day is half a day.
#[test]
fn waits_are_days_of_24_hours() {
    let rows = Rows {
        advocates: vec![member("ana", "2025-03-01T18:00:00Z")],
        shares: vec![share("ana", "x", "2025-03-03T06:00:00Z")],
        ..Rows::default()
    };
    is(&ask(&rows, Metric::TimeToFirstShare, "2025-03", &[]), 1.5);
}

// Retention by month of the first share

/// | | January | February | March |
/// |---|---|---|---|
/// | Ana | first | shares | shares |
/// | Bo | first | | shares |
/// | Cy | first, then leaves | | |
/// | Di | | first | shares |
/// | Ed | | | first |
fn cohorts() -> Rows {
    let shares = [
        ("ana", "2025-01-05"),
        ("ana", "2025-02-05"),
        ("ana", "2025-03-05"),
        ("bo", "2025-01-20"),
        ("bo", "2025-03-20"),
        ("cy", "2025-01-25"),
        ("di", "2025-02-10"),
        ("di", "2025-03-10"),
        ("ed", "2025-03-25"),
    ];
    Rows {
        advocates: vec![
            member("ana", "2025-01-01"),
            member("bo", "2025-01-01"),
            leaver("cy", "2025-01-01", "2025-02-01"),
            member("di", "2025-01-01"),
            member("ed", "2025-03-01"),
        ],
        shares: shares.map(|(who, day)| share(who, "x", day)).to_vec(),
        ..Rows::default()
    }
}

#[test]
fn classic_retention() {
    let at = |age, over| {
        let choices = [("retention_age", age)];
        ask_as_of(
            &cohorts(),
            Metric::Retention,
            over,
            &choices,
            utc("2025-04-01"),
        )
    };
    // January's cohort in February: Ana of Ana, Bo and Cy, who stays in the
    // denominator though he has left.
    is_ratio(&at("1", "2025-02"), 1, 3);
    // February's in March: Di of Di.
    is_ratio(&at("1", "2025-03"), 1, 1);
    // The quarter has both.
    is_ratio(&at("1", "2025-Q1"), 2, 4);
    // January's in March: Ana and Bo.
    is_ratio(&at("2", "2025-Q1"), 2, 3);
    // Every cohort in its own month.
    is_ratio(&at("0", "2025-Q1"), 5, 5);
    // No cohort is three months old.
    is_ratio(&at("3", "2025-Q1"), 0, 0);
}

#[test]
fn rolling_retention() {
    let at = |age| {
        let choices = [("retention_age", age), ("retention_kind", "rolling")];
        ask_as_of(
            &cohorts(),
            Metric::Retention,
            "2025-Q1",
            &choices,
            utc("2025-04-01"),
        )
    };
    // In February or later: Ana and Bo of January's three; Di in March.
    is_ratio(&at("1"), 3, 4);
    is_ratio(&at("2"), 2, 3);
}

#[test]
fn retention_of_those_who_joined() {
    let choices = [("retention_cohort", "joined")];
    let as_of = utc("2025-04-01");
    // Joined in January: Ana, Bo, Cy, Di. Active in February: Ana, Di.
    let rate = ask_as_of(&cohorts(), Metric::Retention, "2025-02", &choices, as_of);
    is_ratio(&rate, 2, 4);
}

fn cohort_table(as_of: &str, choices: &[(&str, &str)]) -> CohortTable {
    let rows = cohorts();
    let program = Program::from_rows(&rows).unwrap();
    let options = ReportOptions::new(period("2025-Q1"))
        .as_of(utc(as_of))
        .define(definitions(choices));
    program.report(&options).unwrap().retention
}

fn cells(table: &CohortTable) -> Vec<(String, u64, Vec<Option<f64>>)> {
    let cohort = |cohort: &advocacy_core::Cohort| {
        let KeyValue::Bucket(bucket) = &cohort.key else {
            panic!("{:?} is no bucket", cohort.key)
        };
        let ages = cohort
            .ages
            .iter()
            .map(advocacy_core::Measure::value)
            .collect();
        (bucket.label.clone(), cohort.size.unwrap(), ages)
    };
    table.cohorts.iter().map(cohort).collect()
}

#[test]
fn the_cohort_table() {
    let third = 1.0 / 3.0;
    let row = |month: &str, size, ages: &[Option<f64>]| (month.to_owned(), size, ages.to_vec());
    // The quarter is over.
    assert_eq!(
        cells(&cohort_table("2025-04-01", &[])),
        [
            row("2025-01", 3, &[Some(1.0), Some(third), Some(2.0 / 3.0)]),
            row("2025-02", 1, &[Some(1.0), Some(1.0)]),
            row("2025-03", 1, &[Some(1.0)]),
        ]
    );
    // In mid-March, March cannot be observed yet: undefined, not 0 and not
    // what has been seen so far.
    let table = cohort_table("2025-03-15", &[]);
    assert_eq!(
        cells(&table),
        [
            row("2025-01", 3, &[Some(1.0), Some(third), None]),
            row("2025-02", 1, &[Some(1.0), None]),
            row("2025-03", 0, &[None]),
        ]
    );
    assert_eq!(table.cohorts[0].ages[2].state(), State::Undefined);
    // Rolling: Bo is back in March.
    assert_eq!(
        cells(&cohort_table(
            "2025-04-01",
            &[("retention_kind", "rolling")]
        ))[0],
        row("2025-01", 3, &[Some(1.0), Some(2.0 / 3.0), Some(2.0 / 3.0)])
    );
}

// Dormant, reactivated, new: June 2025, the 30 days to 1 July

fn moods() -> Rows {
    let shares = [
        ("ana", "2025-04-10"), // quiet since
        ("bo", "2025-04-10"),  // quiet, and has left
        ("cy", "2025-04-10"),
        ("cy", "2025-06-05"), // back after 56 days
        ("di", "2025-05-20"),
        ("di", "2025-06-05"), // after 16 days
        ("ed", "2025-06-07"), // the first ever
        ("flo", "2025-05-02"),
        ("flo", "2025-06-01"), // after 30 days exactly
        ("gus", "2025-05-01T23:59:59.999999Z"),
        ("gus", "2025-06-01"), // after 30 days and a microsecond
    ];
    let mut advocates = ["ana", "cy", "di", "ed", "flo", "gus", "hal"]
        .map(|who| member(who, "2025-01-01"))
        .to_vec();
    advocates.push(leaver("bo", "2025-01-01", "2025-05-01"));
    Rows {
        advocates,
        shares: shares.map(|(who, at)| share(who, "x", at)).to_vec(),
        ..Rows::default()
    }
}

#[test]
fn dormant() {
    let dormant = |days| {
        ask(
            &moods(),
            Metric::Dormant,
            "2025-06",
            &[("dormancy_days", days)],
        )
    };
    // Ana. Bo is no member, Hal never did anything, Flo and Gus shared on the
    // first instant of the 30 days.
    is_count(&dormant("30"), 1);
    // None in the ten days from 21 June on: all who ever shared but Bo.
    is_count(&dormant("10"), 6);
    // 82 days back from 1 July is 10 April.
    is_count(&dormant("81"), 1);
    is_count(&dormant("82"), 0);
}

#[test]
fn reactivated() {
    let back = |days| {
        ask(
            &moods(),
            Metric::Reactivated,
            "2025-06",
            &[("dormancy_days", days)],
        )
    };
    // Cy after 56 days, Gus after a little more than 30; Flo shared within
    // the 30 days before, Ed never before.
    is_count(&back("30"), 2);
    // With 10 days: Cy, Di, Flo and Gus.
    is_count(&back("10"), 4);
    is_count(&back("60"), 0);
}

#[test]
fn new_sharers() {
    let new = |over| ask(&moods(), Metric::NewSharers, over, &[]);
    is_count(&new("2025-04"), 3); // Ana, Bo, Cy
    is_count(&new("2025-05"), 3); // Di, Flo, Gus
    is_count(&new("2025-06"), 1); // Ed
    is_count(&new("2025-07"), 0);
}

/// Actions other than shares keep a member from going dormant, if the rule
/// says so; a share alone makes a new sharer.
#[test]
fn dormancy_by_the_declared_rule() {
    let mut rows = moods();
    rows.activities = vec![advocacy_core::Activity {
        advocate: "ana".into(),
        action: advocacy_core::Action::Login,
        at: utc("2025-06-20"),
        content: None,
    }];
    let with_logins = [("active_actions", "login+share")];
    is_count(&ask(&rows, Metric::Dormant, "2025-06", &[]), 1);
    is_count(&ask(&rows, Metric::Dormant, "2025-06", &with_logins), 0);
    // She is back after 71 days.
    is_count(&ask(&rows, Metric::Reactivated, "2025-06", &with_logins), 3);
    is_count(&ask(&rows, Metric::NewSharers, "2025-06", &with_logins), 1);
}

/// The interval of a median says how well it is known, where it is.
#[test]
fn the_median_wait_of_many() {
    // 30 members joined on 1 March; one shares on each of the next 30 days.
    let day = |n: u32| format!("2025-03-{:02}", n + 1);
    let rows = Rows {
        advocates: (1..=30)
            .map(|n| member(&format!("m{n}"), "2025-03-01"))
            .collect(),
        shares: (1..=30)
            .map(|n| share(&format!("m{n}"), "x", &day(n)))
            .collect(),
        ..Rows::default()
    };
    let median = ask_as_of(&rows, Metric::TimeToFirstShare, "2025-03", &[], later());
    // S(15) = 15/30: the first day by which half have shared.
    is(&median, 15.0);
    let interval = median.interval().unwrap();
    assert!(interval.low < 15.0 && interval.high > 15.0, "{interval:?}");
    near(interval.confidence, 0.95);
}
