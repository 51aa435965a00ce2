//! §3: four quantities that are all called reach.

use advocacy_core::{
    BrandPost, Counts, Dimension, Measure, Metric, Note, Rows, Share, State,
    scalar::{
        ReachAssumptions, frequency, random_duplication, reach_calculator, reach_gain,
        reach_multiple,
    },
};

use crate::{
    account, ask, counted, covers, followers, is, is_count, is_ratio, leaver, listed, member, near,
    network, notes, pairs, share, split, utc,
};

/// Haiilo's example: an account with 500 followers that shares three times.
fn haiilo() -> Rows {
    Rows {
        advocates: vec![member("ana", "2025-01-01")],
        accounts: vec![account("ana", "linkedin")],
        followers: vec![followers("ana-linkedin", "2025-01-01", 500)],
        shares: ["2025-03-03", "2025-03-10", "2025-03-17"]
            .map(|day| share("ana", "linkedin", day))
            .to_vec(),
        ..Rows::default()
    }
}

#[test]
fn potential_impressions_count_followers_at_every_share() {
    // 500 + 500 + 500
    let impressions = ask(&haiilo(), Metric::PotentialImpressions, "2025-03", &[]);
    is_count(&impressions, 1500);
    covers(&impressions, 3, 3);
    // The account reaches its 500 followers once.
    is_count(&ask(&haiilo(), Metric::PotentialReach, "2025-03", &[]), 500);
    is_count(&ask(&haiilo(), Metric::NetworkSize, "2025-03", &[]), 500);
}

#[test]
fn followers_are_those_at_the_time() {
    let mut rows = haiilo();
    rows.followers
        .push(followers("ana-linkedin", "2025-03-10", 600));
    rows.followers
        .push(followers("ana-linkedin", "2025-03-25", 650));
    rows.followers
        .push(followers("ana-linkedin", "2025-04-02", 900));
    // 500 on the 3rd, 600 on the 10th (observed that instant) and the 17th.
    is_count(
        &ask(&rows, Metric::PotentialImpressions, "2025-03", &[]),
        1700,
    );
    // At the end of March: 650.
    is_count(&ask(&rows, Metric::PotentialReach, "2025-03", &[]), 650);
    is_count(&ask(&rows, Metric::NetworkSize, "2025-03", &[]), 650);
}

#[test]
fn the_earliest_observation_stands_in_for_what_was_before() {
    let mut rows = haiilo();
    rows.followers = vec![
        followers("ana-linkedin", "2025-03-12", 520),
        followers("ana-linkedin", "2025-03-16", 540),
    ];
    // The 3rd and the 10th come before the first: 520 each; then 540.
    let impressions = ask(&rows, Metric::PotentialImpressions, "2025-03", &[]);
    is_count(&impressions, 520 + 520 + 540);
    let imputed = |count| Note::Imputed {
        count,
        what: "follower counts by the earliest later observation".into(),
    };
    notes(&impressions, &imputed(2));
    covers(&impressions, 3, 3);
    // In February there was the account and no observation yet.
    let size = ask(&rows, Metric::NetworkSize, "2025-02", &[]);
    is_count(&size, 520);
    notes(&size, &imputed(1));
}

#[test]
fn an_account_nobody_observed_is_missing() {
    let mut rows = haiilo();
    rows.followers.clear();
    let impressions = ask(&rows, Metric::PotentialImpressions, "2025-03", &[]);
    assert_eq!(impressions.state(), State::Missing);
    covers(&impressions, 0, 3);
    assert_eq!(
        ask(&rows, Metric::NetworkSize, "2025-03", &[]).state(),
        State::Missing
    );
}

/// Ana has LinkedIn (500) and X (200), Bo LinkedIn (300); Cy (400) has left,
/// Di (700) has disconnected. In March Ana shares three times, Bo once.
fn networked() -> Rows {
    let mut disconnected = account("di", "linkedin");
    disconnected.disconnected_at = Some(utc("2025-03-20"));
    Rows {
        advocates: vec![
            member("ana", "2025-01-01").with_team("Sales"),
            member("bo", "2025-01-01").with_team("Legal"),
            leaver("cy", "2025-01-01", "2025-03-20"),
            member("di", "2025-01-01"),
        ],
        accounts: vec![
            account("ana", "linkedin"),
            account("ana", "x"),
            account("bo", "linkedin"),
            account("cy", "linkedin"),
            disconnected,
        ],
        followers: vec![
            followers("ana-linkedin", "2025-01-01", 500),
            followers("ana-x", "2025-01-01", 200),
            followers("bo-linkedin", "2025-01-01", 300),
            followers("cy-linkedin", "2025-01-01", 400),
            followers("di-linkedin", "2025-01-01", 700),
        ],
        shares: vec![
            share("ana", "linkedin", "2025-03-03"),
            share("ana", "linkedin", "2025-03-10"),
            share("ana", "x", "2025-03-10"),
            share("bo", "linkedin", "2025-03-05"),
        ],
        ..Rows::default()
    }
}

#[test]
fn network_size_is_of_connected_accounts_of_members() {
    // 500 + 200 + 300 at the end of March; Cy and Di counted in February.
    let size = ask(&networked(), Metric::NetworkSize, "2025-03", &[]);
    is_count(&size, 1000);
    // All three are known, and nothing else is said.
    covers(&size, 3, 3);
    let unknown = |note: &Note| matches!(note, Note::NotKnown { .. });
    assert!(!size.notes().iter().any(unknown), "{}", size.explain());
    let mut unseen = networked();
    unseen.followers.remove(2);
    let size = ask(&unseen, Metric::NetworkSize, "2025-03", &[]);
    is_count(&size, 700);
    covers(&size, 2, 3);
    notes(
        &size,
        &Note::NotKnown {
            rows: 1,
            what: "followers".into(),
        },
    );
    is_count(
        &ask(&networked(), Metric::NetworkSize, "2025-02", &[]),
        2100,
    );
    let table = split(
        &networked(),
        Metric::NetworkSize,
        Dimension::Network,
        "2025-03",
        &[],
    );
    assert_eq!(listed(&table), pairs([("linkedin", 800.0), ("x", 200.0)]));
}

#[test]
fn potential_reach_counts_an_account_once() {
    let reach = ask(&networked(), Metric::PotentialReach, "2025-03", &[]);
    // Ana's two accounts and Bo's: 500 + 200 + 300, not 500 twice.
    is_count(&reach, 1000);
    assert_eq!(reach.component("accounts"), Some(3.0));
    assert!(
        reach
            .notes()
            .iter()
            .any(|note| matches!(note, Note::NonAdditive { .. }))
    );
    // 500 + 500 + 200 + 300
    is_count(
        &ask(&networked(), Metric::PotentialImpressions, "2025-03", &[]),
        1500,
    );
    let table = split(
        &networked(),
        Metric::PotentialReach,
        Dimension::Team,
        "2025-03",
        &[],
    );
    assert_eq!(listed(&table), pairs([("Legal", 300.0), ("Sales", 700.0)]));
    // Weeks do not add up: Ana's LinkedIn is in two of them.
    let table = split(
        &networked(),
        Metric::PotentialReach,
        Dimension::Week,
        "2025-03",
        &[],
    );
    assert_eq!(
        table.at(&["2025-W10"], "potential_reach").unwrap().value(),
        Some(800.0)
    );
    assert_eq!(
        table.at(&["2025-W11"], "potential_reach").unwrap().value(),
        Some(700.0)
    );
    is_count(table.get("potential_reach").unwrap(), 1000);
}

// Reach as the networks measure it

fn reached(each: &[u64]) -> Rows {
    let counts = |&reach: &u64| Counts {
        reach: Some(reach),
        ..Counts::default()
    };
    Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: each
            .iter()
            .map(|reach| counted("ana", "2025-03-03", counts(reach)))
            .collect(),
        ..Rows::default()
    }
}

#[test]
fn the_reach_of_one_share_is_what_it_is() {
    let reach = ask(&reached(&[500]), Metric::Reach, "2025-03", &[]);
    is_count(&reach, 500);
    assert_eq!(reach.notes(), []);
}

#[test]
fn reach_is_bracketed() {
    let rows = reached(&[300, 500, 200]);
    let reach = ask(&rows, Metric::Reach, "2025-03", &[]);
    // Labelled gross; never fewer than the largest.
    is_count(&reach, 1000);
    assert_eq!(reach.component("lower_bound"), Some(500.0));
    assert_eq!(reach.component("gross"), Some(1000.0));
    assert_eq!(reach.component("estimate"), None);
    assert!(
        reach
            .notes()
            .iter()
            .any(|note| matches!(note, Note::NonAdditive { .. }))
    );
    // Of 1,000 people: 1,000 · (1 − 0.7 · 0.5 · 0.8) = 720.
    let reach = ask(&rows, Metric::Reach, "2025-03", &[("universe", "1000")]);
    near(reach.component("estimate").unwrap() / 720.0, 1.0);
    assert_eq!(reach.component("lower_bound"), Some(500.0));
    assert_eq!(reach.component("gross"), Some(1000.0));
    let overstates = |note: &Note| note.to_string().contains("it overstates");
    assert!(reach.notes().iter().any(overstates));
    // One share reaches whom it reaches, by all three.
    let one = ask(
        &reached(&[300]),
        Metric::Reach,
        "2025-03",
        &[("universe", "1000")],
    );
    for name in ["lower_bound", "gross", "estimate"] {
        near(one.component(name).unwrap() / 300.0, 1.0);
    }
    // Everybody is everybody, however often.
    let all = ask(
        &reached(&[1000, 400]),
        Metric::Reach,
        "2025-03",
        &[("universe", "1000")],
    );
    assert_eq!(all.component("estimate"), Some(1000.0));
}

#[test]
fn a_reach_beyond_the_universe_is_an_error() {
    let rows = reached(&[300, 1001]);
    let program = advocacy_core::Program::from_rows(&rows).unwrap();
    let query = program
        .measure([Metric::Reach])
        .over(crate::period("2025-03"));
    let query = query.define(crate::definitions(&[("universe", "1000")]));
    let error = query.table().unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("out_of_range", Some("universe"))
    );
    assert_eq!(
        random_duplication(1000, &[300, 1001]).unwrap_err().code(),
        "out_of_range"
    );
}

#[test]
fn organic_excludes_paid() {
    let mut rows = reached(&[300, 500]);
    rows.shares[1].paid = true;
    is_count(&ask(&rows, Metric::Reach, "2025-03", &[]), 800);
    is_count(
        &ask(&rows, Metric::Reach, "2025-03", &[("paid", "exclude")]),
        300,
    );
}

#[test]
fn frequency_is_impressions_over_reach() {
    let both = |impressions, reach| Counts {
        impressions,
        reach,
        ..Counts::default()
    };
    let rows = Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![
            counted("ana", "2025-03-03", both(Some(900), Some(300))),
            counted("ana", "2025-03-04", both(Some(300), Some(200))),
            counted("ana", "2025-03-05", both(None, Some(5000))),
        ],
        ..Rows::default()
    };
    // (900 + 300) / (300 + 200), where both are known.
    let times = ask(&rows, Metric::Frequency, "2025-03", &[]);
    is_ratio(&times, 1200, 500);
    covers(&times, 2, 3);
    is(&frequency(1200, 500).unwrap(), 2.4);
}

// Over the brand

/// 100 employees with 338 friends each, against a page of 2,000 fans.
fn against_brand(brand: &[Option<u64>]) -> Rows {
    let post = |&reach: &Option<u64>| BrandPost {
        id: None,
        network: network("facebook"),
        published_at: utc("2025-03-05"),
        observed_at: None,
        removed: false,
        paid: false,
        counts: Counts {
            reach,
            ..Counts::default()
        },
    };
    let each: Vec<String> = (0..100).map(|n| format!("m{n}")).collect();
    let counts = Counts {
        reach: Some(338),
        ..Counts::default()
    };
    Rows {
        advocates: each.iter().map(|who| member(who, "2025-01-01")).collect(),
        shares: each
            .iter()
            .map(|who| Share {
                counts,
                ..share(who, "facebook", "2025-03-03")
            })
            .collect(),
        brand_posts: brand.iter().map(post).collect(),
        ..Rows::default()
    }
}

#[test]
fn gain_over_the_brand() {
    // 33,800 against 2,000: (33,800 − 2,000) / 2,000 = 15.9, or +1,590 %;
    // 33,800 / 2,000 = 16.9 times.
    is(&reach_gain(33_800, 2_000).unwrap(), 15.9);
    is(&reach_multiple(33_800, 2_000).unwrap(), 16.9);
    let rows = against_brand(&[Some(2_000)]);
    let gain = ask(&rows, Metric::ReachGain, "2025-03", &[]);
    is(&gain, 15.9);
    let multiple = ask(&rows, Metric::ReachMultiple, "2025-03", &[]);
    is_ratio(&multiple, 33_800, 2_000);
    for measure in [&gain, &multiple] {
        assert_eq!(
            part(measure, true),
            ("advocates_reach".to_owned(), 33_800.0)
        );
        assert_eq!(part(measure, false), ("brand_reach".to_owned(), 2_000.0));
        assert!(
            measure
                .notes()
                .iter()
                .any(|note| matches!(note, Note::NonAdditive { .. }))
        );
    }
    // Fewer than the brand is a loss.
    is(&reach_gain(500, 2_000).unwrap(), -0.75);
    is(&reach_gain(0, 2_000).unwrap(), -1.0);
}

fn part(measure: &Measure, above: bool) -> (String, f64) {
    let part = if above {
        measure.numerator()
    } else {
        measure.denominator()
    };
    let part = part.unwrap();
    (part.name.to_string(), part.value.unwrap().as_f64())
}

#[test]
fn without_a_brand_there_is_no_gain() {
    // No post, or one that reached nobody: undefined.
    for brand in [&[][..], &[Some(0)]] {
        let gain = ask(&against_brand(brand), Metric::ReachGain, "2025-03", &[]);
        assert_eq!((gain.value(), gain.state()), (None, State::Undefined));
    }
    assert_eq!(reach_multiple(33_800, 0).unwrap().state(), State::Undefined);
    // A post of which nobody knows how many it reached: missing.
    let gain = ask(&against_brand(&[None]), Metric::ReachGain, "2025-03", &[]);
    assert_eq!((gain.value(), gain.state()), (None, State::Missing));
    assert_eq!(gain.denominator().unwrap().value, None);
    // Of one post it is known, of the other not: the sum is of what is known,
    // and says so.
    let gain = ask(
        &against_brand(&[Some(2_000), None]),
        Metric::ReachGain,
        "2025-03",
        &[],
    );
    is(&gain, 15.9);
    notes(
        &gain,
        &Note::NotKnown {
            rows: 1,
            what: "brand reach".into(),
        },
    );
    let mut rows = against_brand(&[Some(2_000)]);
    rows.shares[0].counts.reach = None;
    // 99 · 338 = 33,462 against 2,000
    let multiple = ask(&rows, Metric::ReachMultiple, "2025-03", &[]);
    is_ratio(&multiple, 33_462, 2_000);
    covers(&multiple, 99, 100);
    notes(
        &multiple,
        &Note::NotKnown {
            rows: 1,
            what: "reach".into(),
        },
    );
}

#[test]
fn the_reach_calculator_names_what_it_assumes() {
    let assumptions = ReachAssumptions {
        headcount: 2_000,
        adoption: 0.25,
        shares_per_month: 4.0,
        followers: 338.0,
        view_through: 0.5,
    };
    // 2,000 · 0.25 · 4 · 338 · 0.5 = 338,000
    let views = reach_calculator(&assumptions).unwrap();
    is(&views, 338_000.0);
    let named = [
        "headcount",
        "adoption",
        "shares_per_month",
        "followers",
        "view_through",
    ];
    let values = named.map(|name| views.component(name));
    assert_eq!(values, [2_000.0, 0.25, 4.0, 338.0, 0.5].map(Some));
    let wrong = ReachAssumptions {
        adoption: 25.0,
        ..assumptions
    };
    let error = reach_calculator(&wrong).unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("out_of_range", Some("adoption"))
    );
}
