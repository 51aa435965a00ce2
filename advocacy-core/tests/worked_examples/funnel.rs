//! §1: who is in and who takes part, and what counts as a share.

use advocacy_core::{
    Action, Activity, Advocate, Content, Dimension, Id, Membership, Metric, Note, Rows, Share,
    State,
};

use crate::{
    account, ask, is_count, is_ratio, later, leaver, listed, member, network, notes, of_item,
    outside, share, split, utc,
};

/// Ten employees and one external advocate, Eve.
///
/// | | who |
/// |---|---|
/// | employed | e1 to e10 |
/// | invited, January | e1 to e8, Eve |
/// | joined, January | e1 to e5, Eve |
/// | account connected | e1 to e4, Eve |
/// | shared in March | e1 three times, e2, e9 (never invited), Eve |
/// | shared in February | e3 |
/// | logged in in March | e1, e4 |
fn company() -> Rows {
    let stay = |invited: bool, joined: bool| Membership {
        hired: Some(utc("2024-01-01")),
        invited: invited.then(|| utc("2025-01-02")),
        joined: joined.then(|| utc("2025-01-10")),
        left: None,
    };
    let mut advocates: Vec<Advocate> = (1..=10)
        .map(|n| Advocate::new(format!("e{n}")).with_membership(stay(n <= 8, n <= 5)))
        .collect();
    let mut eve = Advocate::new("eve").with_membership(stay(true, true));
    eve.external = true;
    advocates.push(eve);
    let login = |who: &str| Activity {
        advocate: who.into(),
        action: Action::Login,
        at: utc("2025-03-12"),
        content: None,
    };
    Rows {
        advocates,
        accounts: ["e1", "e2", "e3", "e4", "eve"]
            .map(|who| account(who, "linkedin"))
            .to_vec(),
        shares: vec![
            share("e1", "linkedin", "2025-03-03"),
            share("e1", "linkedin", "2025-03-04"),
            share("e1", "x", "2025-03-04"),
            share("e2", "linkedin", "2025-03-20"),
            share("e9", "linkedin", "2025-03-21"),
            share("eve", "linkedin", "2025-03-31"),
            share("e3", "linkedin", "2025-02-14"),
        ],
        activities: vec![login("e1"), login("e4")],
        ..Rows::default()
    }
}

fn march(metric: Metric, choices: &[(&str, &str)]) -> advocacy_core::Measure {
    ask(&company(), metric, "2025-03", choices)
}

#[test]
fn populations() {
    is_count(&march(Metric::Employees, &[]), 10); // without Eve
    is_count(&march(Metric::Invited, &[]), 9); // e1 to e8, Eve
    is_count(&march(Metric::Joined, &[]), 6); // e1 to e5, Eve
    is_count(&march(Metric::Connected, &[]), 5); // e1 to e4, Eve
}

#[test]
fn joining_implies_an_invitation() {
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-10")],
        ..Rows::default()
    };
    is_count(&ask(&rows, Metric::Invited, "2025-01", &[]), 1);
    is_count(&ask(&rows, Metric::Invited, "2024-12", &[]), 0);
}

#[test]
fn coverage() {
    // e1 to e8 of e1 to e10; Eve is invited and no employee.
    let rate = march(Metric::CoverageRate, &[]);
    is_ratio(&rate, 8, 10);
    notes(&rate, &outside(1));
}

#[test]
fn adoption() {
    let adoption = |choices: &[(&str, &str)]| march(Metric::AdoptionRate, choices);
    // DSMN8: e1 to e5 of e1 to e10.
    is_ratio(&adoption(&[]), 5, 10);
    notes(&adoption(&[]), &outside(1));
    // Sprout, Oktopost: e1 to e5 and Eve of e1 to e8 and Eve.
    is_ratio(&adoption(&[("adoption_denominator", "invited")]), 6, 9);
    // Licensed seats: all who joined, of 20.
    let seats = [("adoption_denominator", "seats"), ("licensed_seats", "20")];
    is_ratio(&adoption(&seats), 6, 20);
    // Ever shared: e1, e2, e3, e9 of the employees; Eve is none.
    let ever = adoption(&[("adoption_numerator", "sharers_ever")]);
    is_ratio(&ever, 4, 10);
    notes(&ever, &outside(1));
    // Of the invited: e1, e2, e3, Eve; e9 was not.
    let choices = [
        ("adoption_numerator", "sharers_ever"),
        ("adoption_denominator", "invited"),
    ];
    is_ratio(&adoption(&choices), 4, 9);
    notes(&adoption(&choices), &outside(1));
    // In January nobody had yet.
    let choices = [("adoption_numerator", "sharers_ever")];
    is_ratio(
        &ask(&company(), Metric::AdoptionRate, "2025-01", &choices),
        0,
        10,
    );
}

#[test]
fn seats_must_be_stated() {
    let rows = company();
    let program = advocacy_core::Program::from_rows(&rows).unwrap();
    let definitions = crate::definitions(&[("adoption_denominator", "seats")]);
    let query = program.measure([Metric::AdoptionRate]).define(definitions);
    let error = query.table().unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("invalid_option", Some("licensed_seats"))
    );
}

#[test]
fn active_by_the_declared_rule() {
    let active = |actions, minimum| {
        let choices = [("active_actions", actions), ("active_minimum", minimum)];
        march(Metric::ActiveAdvocates, &choices)
    };
    is_count(&active("share", "1"), 4); // e1, e2, e9, Eve
    is_count(&active("share", "3"), 1); // e1
    is_count(&active("login", "1"), 2); // e1, e4
    is_count(&active("login+share", "1"), 5); // e1, e2, e4, e9, Eve
    is_count(&active("login+share", "4"), 1); // e1: three shares and a login
    is_count(&active("login+share", "5"), 0);
    is_count(&active("view", "1"), 0);
    is_count(&march(Metric::Sharers, &[]), 4);
}

#[test]
fn participation() {
    let of = |base| {
        march(
            Metric::ParticipationRate,
            &[("participation_denominator", base)],
        )
    };
    // Active: e1, e2, e9, Eve. Oktopost, Sociuu: of the invited, e9 is none.
    is_ratio(&of("invited"), 3, 9);
    notes(&of("invited"), &outside(1));
    is_ratio(&of("employees"), 3, 10); // e1, e2, e9
    notes(&of("employees"), &outside(1)); // Eve
    is_ratio(&of("joined"), 3, 6); // e1, e2, Eve
    is_ratio(&of("connected"), 3, 5);
    // Logged in or shared: e4 too.
    let choices = [("active_actions", "login+share")];
    is_ratio(&march(Metric::ParticipationRate, &choices), 4, 9);
}

#[test]
fn share_rate() {
    let of = |base| march(Metric::ShareRate, &[("share_rate_denominator", base)]);
    is_ratio(&of("joined"), 3, 6); // e1, e2, Eve
    notes(&of("joined"), &outside(1)); // e9
    is_ratio(&of("employees"), 3, 10); // e1, e2, e9
    // Who shares is active, by the default rule everybody.
    is_ratio(&of("active"), 4, 4);
    let choices = [
        ("share_rate_denominator", "active"),
        ("active_actions", "login+share"),
    ];
    is_ratio(&march(Metric::ShareRate, &choices), 4, 5);
    // Of those who logged in only e1 shared.
    let choices = [
        ("share_rate_denominator", "active"),
        ("active_actions", "login"),
    ];
    is_ratio(&march(Metric::ShareRate, &choices), 1, 2);
    notes(&march(Metric::ShareRate, &choices), &outside(3));
}

#[test]
fn shares_per_whom() {
    // 6 shares in March by e1, e2, e9 and Eve.
    let per = |choices: &[(&str, &str)]| march(Metric::SharesPerActive, choices);
    is_ratio(&per(&[]), 6, 4);
    is_ratio(&per(&[("active_actions", "login+share")]), 6, 5);
    let choices = [("active_actions", "login+share"), ("shares_per", "sharers")];
    is_ratio(&per(&choices), 6, 4);
    // Nobody viewed: 6 / 0 is undefined.
    let nobody = per(&[("active_actions", "view")]);
    assert_eq!((nobody.value(), nobody.state()), (None, State::Undefined));
}

// Active participation: the ISO weeks of February 2025 are W05 (clipped),
// W06 (3 to 9), W07 (10 to 16), W08 (17 to 23), W09 (clipped).

/// Ana is a member all along, Cy until 15 February, Bo from 12 February on.
fn weekly() -> Rows {
    Rows {
        advocates: vec![
            member("ana", "2025-01-01"),
            member("bo", "2025-02-12"),
            leaver("cy", "2025-01-01", "2025-02-15"),
        ],
        shares: vec![
            share("ana", "x", "2025-02-05"), // W06
            share("ana", "x", "2025-02-11"), // W07
            share("cy", "x", "2025-02-13"),  // W07, and gone by its end
            share("bo", "x", "2025-02-19"),  // W08
            share("ana", "x", "2025-02-26"), // W09, clipped
        ],
        ..Rows::default()
    }
}

#[test]
fn active_participation_by_week() {
    let table = split(
        &weekly(),
        Metric::ActiveParticipationRate,
        Dimension::Week,
        "2025-02",
        &[],
    );
    let expected = [
        ("2025-W05", None),      // no complete week
        ("2025-W06", Some(0.5)), // Ana of Ana and Cy
        ("2025-W07", Some(0.5)), // Ana of Ana and Bo
        ("2025-W08", Some(0.5)), // Bo of Ana and Bo
        ("2025-W09", None),
    ];
    let expected = expected.map(|(week, rate)| (week.to_owned(), rate));
    assert_eq!(listed(&table), expected);
    // As one number: (1 + 1 + 1) / (2 + 2 + 2) over three weeks.
    let total = table.get("active_participation_rate").unwrap();
    is_ratio(total, 3, 6);
    assert_eq!(total.component("complete weeks"), Some(3.0));
    notes(total, &outside(1)); // Cy in W07
}

#[test]
fn active_participation_by_other_steps() {
    let of = |grain| {
        let choices = [("active_participation_grain", grain)];
        ask(
            &weekly(),
            Metric::ActiveParticipationRate,
            "2025-02",
            &choices,
        )
    };
    // The month: Ana and Bo of Ana and Bo at its end.
    is_ratio(&of("month"), 2, 2);
    notes(&of("month"), &outside(1));
    // Days: Ana on three, Bo on one, Cy on one; members on 28 (Ana), 17 (Bo,
    // from the 12th on) and 14 (Cy, to the 14th) day ends.
    is_ratio(&of("day"), 5, 28 + 17 + 14);
    // 30 days to each day end: Ana's first share is in those to the 5th to
    // 28th (24), Bo's in those to the 19th to 28th (10), Cy's in those to the
    // 13th and 14th while a member (2), and in 14 after leaving.
    is_ratio(&of("rolling_30_days"), 24 + 10 + 2, 59);
    notes(&of("rolling_30_days"), &outside(14));
}

#[test]
fn active_participation_of_other_populations() {
    let mut rows = company();
    rows.shares = vec![
        share("e1", "linkedin", "2025-02-04"), // W06
        share("e5", "linkedin", "2025-02-12"), // W07; joined, not connected
        share("e8", "linkedin", "2025-02-18"), // W08; invited, not joined
        share("eve", "linkedin", "2025-02-18"),
    ];
    let of = |base| {
        let choices = [("active_participation_denominator", base)];
        ask(&rows, Metric::ActiveParticipationRate, "2025-02", &choices)
    };
    is_ratio(&of("joined"), 3, 3 * 6); // e1; e5; Eve
    is_ratio(&of("connected"), 2, 3 * 5); // e1; Eve
    is_ratio(&of("invited"), 4, 3 * 9);
    is_ratio(&of("employees"), 3, 3 * 10); // e1; e5; e8
}

#[test]
fn active_participation_of_complete_weeks_only() {
    // As of Tuesday 18 February only W06 and W07 are over.
    let rate = crate::ask_as_of(
        &weekly(),
        Metric::ActiveParticipationRate,
        "2025-02",
        &[],
        utc("2025-02-18"),
    );
    is_ratio(&rate, 2, 4);
    assert_eq!(rate.component("complete weeks"), Some(2.0));
}

// Stickiness: June 2025 has four complete ISO weeks (2, 9, 16 and 23 June);
// Sunday the 1st and Monday the 30th are in none of them.

#[test]
fn stickiness() {
    let days = [
        ("ana", "2025-06-03"),
        ("bo", "2025-06-05"),
        ("ana", "2025-06-06"), // the same week once more
        ("ana", "2025-06-10"),
        ("ana", "2025-06-25"),
        ("cy", "2025-06-29"),
        ("di", "2025-06-30"),
    ];
    let rows = Rows {
        advocates: ["ana", "bo", "cy", "di"]
            .map(|who| member(who, "2025-01-01"))
            .to_vec(),
        shares: days.map(|(who, day)| share(who, "x", day)).to_vec(),
        ..Rows::default()
    };
    // Weekly actives 2, 1, 0 and 2: mean 1.25; of 4 in the month.
    let weekly = ask(&rows, Metric::Stickiness, "2025-06", &[]);
    crate::is(&weekly, 1.25 / 4.0);
    // Daily actives: one on each of 7 of 30 days.
    let daily = ask(
        &rows,
        Metric::Stickiness,
        "2025-06",
        &[("stickiness_grain", "day")],
    );
    crate::is(&daily, 7.0 / 30.0 / 4.0);
    // July had nobody: undefined. Part of a month has no stickiness either.
    assert_eq!(
        ask(&rows, Metric::Stickiness, "2025-07", &[]).state(),
        State::Undefined
    );
    let part = ask(&rows, Metric::Stickiness, "2025-06-01..2025-06-30", &[]);
    assert_eq!(part.state(), State::Undefined);
}

// What counts as a share

#[test]
fn record_distinct_and_confirmed() {
    let confirmed = |share: Share| Share {
        confirmed: Some(true),
        ..share
    };
    let on_x = |share: Share| Share {
        network: network("x"),
        ..share
    };
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01"), member("bo", "2025-01-01")],
        content: vec![Content::new("c1"), Content::new("c2")],
        shares: vec![
            confirmed(of_item("ana", "c1", "2025-03-01")),
            of_item("ana", "c1", "2025-03-02"), // again
            on_x(of_item("ana", "c1", "2025-03-02")),
            confirmed(of_item("ana", "c2", "2025-03-02")),
            of_item("bo", "c1", "2025-03-03"),
            Share {
                confirmed: Some(false),
                ..of_item("bo", "c2", "2025-03-03")
            },
            share("bo", "linkedin", "2025-03-04"), // of nothing in the table
            share("bo", "linkedin", "2025-03-05"),
        ],
        ..Rows::default()
    };
    let shares = |unit| ask(&rows, Metric::Shares, "2025-03", &[("share_unit", unit)]);
    is_count(&shares("record"), 8);
    // ana-c1-linkedin, ana-c1-x, ana-c2-linkedin, bo-c1, bo-c2; and shares of
    // unknown content, of which none is known to repeat another.
    is_count(&shares("distinct"), 5 + 2);
    is_count(&shares("confirmed"), 2);
    let per = |unit| {
        ask(
            &rows,
            Metric::SharesPerActive,
            "2025-03",
            &[("share_unit", unit)],
        )
    };
    is_ratio(&per("record"), 8, 2);
    is_ratio(&per("distinct"), 7, 2);
    // Only Ana has confirmed shares.
    is_ratio(&per("confirmed"), 2, 1);
    let confirmed_by = ask(
        &rows,
        Metric::Sharers,
        "2025-03",
        &[("share_unit", "confirmed")],
    );
    is_count(&confirmed_by, 1);
}

#[test]
fn a_share_on_two_networks_is_two_shares() {
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        content: vec![Content::new("c1")],
        shares: ["linkedin", "x"]
            .map(|on| Share {
                network: network(on),
                ..of_item("ana", "c1", "2025-03-01")
            })
            .to_vec(),
        ..Rows::default()
    };
    for unit in ["record", "distinct"] {
        is_count(
            &ask(&rows, Metric::Shares, "2025-03", &[("share_unit", unit)]),
            2,
        );
    }
    is_count(&ask(&rows, Metric::Sharers, "2025-03", &[]), 1);
}

#[test]
fn removed_shares_do_not_count() {
    let removed = |share: Share| Share {
        removed: true,
        ..share
    };
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01"), member("bo", "2025-01-01")],
        shares: vec![
            share("ana", "x", "2025-03-01"),
            removed(share("ana", "x", "2025-03-02")),
            removed(share("bo", "x", "2025-03-02")),
        ],
        ..Rows::default()
    };
    is_count(&ask(&rows, Metric::Shares, "2025-03", &[]), 1);
    is_ratio(&ask(&rows, Metric::ShareRate, "2025-03", &[]), 1, 2);
    is_count(&ask(&rows, Metric::NewSharers, "2025-03", &[]), 1);
}

/// A share seen first, removed later: it counted as long as it was there.
#[test]
fn a_share_removed_between_two_observations() {
    let read = |at: &str, removed| Share {
        id: Some(Id::from("s1")),
        observed_at: Some(utc(at)),
        removed,
        ..share("ana", "x", "2025-03-01")
    };
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![read("2025-03-02", false), read("2025-03-09", true)],
        ..Rows::default()
    };
    let as_of = |at| crate::ask_as_of(&rows, Metric::Shares, "2025-03", &[], at);
    is_count(&as_of(utc("2025-03-05")), 1);
    is_count(&as_of(later()), 0);
}

#[test]
fn paid_shares_count_unless_excluded() {
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![
            share("ana", "x", "2025-03-01"),
            Share {
                paid: true,
                ..share("ana", "x", "2025-03-02")
            },
        ],
        ..Rows::default()
    };
    is_count(&ask(&rows, Metric::Shares, "2025-03", &[]), 2);
    is_count(
        &ask(&rows, Metric::Shares, "2025-03", &[("paid", "exclude")]),
        1,
    );
}

#[test]
fn small_populations_are_marked() {
    notes(&march(Metric::ShareRate, &[]), &Note::SmallSample { n: 6 });
}
