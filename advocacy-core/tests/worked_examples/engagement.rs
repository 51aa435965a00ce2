//! §4: how people respond.

use advocacy_core::{
    BrandPost, Column, Counts, Data, Dimension, EngagementSet, Frame, Measure, Metric, Note,
    Number, Program, Rows, Share, State, TextFrame, TimeUnit, Zone, stats,
};

use crate::{
    account, ask, counted, covers, definitions, followers, is, is_count, is_ratio, listed, member,
    near, network, notes, pairs, period, split, utc,
};

/// Two shares of one account, with 500 followers at the first, 600 at the
/// second and 640 at the end of March.
///
/// | | likes | comments | reshares | clicks | follows | impressions | reach |
/// |---|---|---|---|---|---|---|---|
/// | 3 March | 10 | 4 | 2 | 20 | 1 | 1000 | 800 |
/// | 10 March | 5 | 1 | 0 | 4 | 0 | 500 | 400 |
/// | | 15 | 5 | 2 | 24 | 1 | 1500 | 1200 |
fn two_shares() -> Rows {
    let counts = |[
        likes,
        comments,
        reshares,
        clicks,
        follows,
        impressions,
        reach,
    ]: [u64; 7]| Counts {
        likes: Some(likes),
        comments: Some(comments),
        reshares: Some(reshares),
        clicks: Some(clicks),
        follows: Some(follows),
        impressions: Some(impressions),
        reach: Some(reach),
        ..Counts::default()
    };
    Rows {
        advocates: vec![member("ana", "2025-01-01")],
        accounts: vec![account("ana", "linkedin")],
        followers: vec![
            followers("ana-linkedin", "2025-01-01", 500),
            followers("ana-linkedin", "2025-03-05", 600),
            followers("ana-linkedin", "2025-03-25", 640),
        ],
        shares: vec![
            counted("ana", "2025-03-03", counts([10, 4, 2, 20, 1, 1000, 800])),
            counted("ana", "2025-03-10", counts([5, 1, 0, 4, 0, 500, 400])),
        ],
        ..Rows::default()
    }
}

fn march(metric: Metric, choices: &[(&str, &str)]) -> Measure {
    ask(&two_shares(), metric, "2025-03", choices)
}

#[test]
fn sets() {
    let engagements = |set| march(Metric::Engagements, &[("engagement_set", set)]);
    is_count(&march(Metric::Engagements, &[]), 46); // all, by default
    is_count(&engagements("all"), 15 + 5 + 2 + 24);
    is_count(&engagements("social"), 15 + 5 + 2);
    is_count(&engagements("everyonesocial"), 15 + 5);
    is_count(&engagements("all+follows"), 46 + 1);
    is_count(&engagements("social+follows"), 22 + 1);
    is_count(&engagements("everyonesocial+follows"), 20 + 1);
    is_count(&engagements("clicks"), 24);
    is_count(&engagements("likes+2*comments"), 15 + 2 * 5);
    // 15 + 2.5 · 5 + 3 · 2
    is(&engagements("likes + 2.5*comments + 3*reshares"), 33.5);
    is(&engagements("0.001*likes"), 0.015);
    // The parts stand beside.
    assert_eq!(engagements("social").component("likes"), Some(15.0));
    assert_eq!(engagements("social").component("comments"), Some(5.0));
    assert_eq!(engagements("social").component("reshares"), Some(2.0));
}

#[test]
fn what_is_no_set() {
    for text in [
        "likes+likes",
        "reach",
        "platform+likes",
        "0*likes",
        "1001*likes",
        "1.2345*likes",
        "",
    ] {
        let error = EngagementSet::parse(text).unwrap_err();
        assert!(
            ["invalid_option", "unknown_name"].contains(&error.code()),
            "{text}: {error}"
        );
    }
    assert_eq!(
        EngagementSet::parse("lkies").unwrap_err().code(),
        "unknown_name"
    );
}

#[test]
fn denominators() {
    let rate = |below| march(Metric::EngagementRate, &[("engagement_denominator", below)]);
    is_ratio(&march(Metric::EngagementRate, &[]), 46, 1500);
    is_ratio(&rate("impressions"), 46, 1500);
    is_ratio(&rate("reach"), 46, 1200);
    // 500 at the first share, 600 at the second.
    is_ratio(&rate("followers_at_post"), 46, 500 + 600);
    // One account, as it is at the end of March.
    is_ratio(&rate("followers_at_end"), 46, 640);
    // Weighted: (15 + 2.5 · 5 + 3 · 2) / 1,500
    let weighted = [("engagement_set", "likes+2.5*comments+3*reshares")];
    near(
        march(Metric::EngagementRate, &weighted).value().unwrap(),
        33.5 / 1500.0,
    );
}

#[test]
fn the_other_rates() {
    is_ratio(&march(Metric::ClickThroughRate, &[]), 24, 1500);
    is_ratio(&march(Metric::ViralityRate, &[]), 2, 1500);
    is_ratio(&march(Metric::AmplificationRate, &[]), 2, 640);
    is_ratio(&march(Metric::ApplauseRate, &[]), 15, 2);
    is_ratio(&march(Metric::ConversationRate, &[]), 5, 2);
    is_count(&march(Metric::Likes, &[]), 15);
    is_count(&march(Metric::Follows, &[]), 1);
}

#[test]
fn likes_per_share_that_knows_its_likes() {
    let mut rows = two_shares();
    rows.shares[1].counts.likes = None;
    let rate = ask(&rows, Metric::ApplauseRate, "2025-03", &[]);
    is_ratio(&rate, 10, 1);
    covers(&rate, 1, 2);
}

#[test]
fn per_network() {
    let mut rows = two_shares();
    rows.shares[1].network = network("mastodon");
    rows.shares[1].counts.impressions = None;
    let table = split(
        &rows,
        Metric::EngagementRate,
        Dimension::Network,
        "2025-03",
        &[],
    );
    is_ratio(
        table.at(&["linkedin"], "engagement_rate").unwrap(),
        36,
        1000,
    );
    let silent = table.at(&["mastodon"], "engagement_rate").unwrap();
    assert_eq!((silent.value(), silent.state()), (None, State::Missing));
    // The total is of what is known, not of the rows' rates.
    let total = table.get("engagement_rate").unwrap();
    is_ratio(total, 36, 1000);
    covers(total, 1, 2);
    let table = split(
        &rows,
        Metric::Engagements,
        Dimension::Network,
        "2025-03",
        &[],
    );
    assert_eq!(
        listed(&table),
        pairs([("linkedin", 36.0), ("mastodon", 10.0)])
    );
}

// Intervals

#[test]
fn the_interval_is_of_shares() {
    // r = 46/1,500; residuals 36 − 1,000r = 16/3 and 10 − 500r = −16/3;
    // var = 2/1 · (2 · 256/9) / 1,500², se = 32/3 / 1,500 = 0.0071111…;
    // r ± 1.959964 · se
    let rate = march(Metric::EngagementRate, &[]);
    let se = 32.0 / 3.0 / 1500.0;
    let r = 46.0 / 1500.0;
    let interval = rate.interval().unwrap();
    near(interval.low, r - 1.959_963_984_540_054 * se);
    near(interval.high, r + 1.959_963_984_540_054 * se);
    assert_eq!(interval.method, "ratio_estimator");
    // Far wider than a binomial on 1,500 impressions would have it.
    let binomial = stats::wilson(46, 1500, 0.95).unwrap().unwrap();
    assert!(interval.width() > 1.5 * binomial.width());
    // At 50 % confidence it is narrower.
    let half = march(Metric::EngagementRate, &[("confidence", "0.5")]);
    near(
        half.interval().unwrap().high,
        r + 0.674_489_750_196_081_7 * se,
    );
}

/// A share of which only the likes are known adds what is there, and the measure
/// says of how many that is so.
#[test]
fn what_is_partly_known_is_counted() {
    let mut rows = two_shares();
    rows.shares[0].counts = Counts {
        likes: Some(7),
        ..Counts::default()
    };
    let whole = ask(&rows, Metric::Engagements, "2025-03", &[]);
    let known = ask(&rows, Metric::Engagements, "2025-03", &[("parts", "known")]);
    let added = known.value().unwrap() - whole.value().unwrap();
    assert_eq!(added.to_bits(), 7.0_f64.to_bits());
    covers(&known, 1, 2);
    notes(&known, &Note::PartlyKnown { rows: 1 });
}

#[test]
fn the_interval_is_of_advocates() {
    let mut rows = two_shares();
    let of = |rows: &Rows| {
        ask(
            rows,
            Metric::EngagementRate,
            "2025-03",
            &[("interval_unit", "advocate")],
        )
    };
    // One advocate is one observation: a rate without an interval.
    is_ratio(&of(&rows), 46, 1500);
    assert!(of(&rows).interval().is_none());
    // Bo has 14 on 500: Ana's sums are 46 on 1,500, r = 60/2,000 = 0.03;
    // residuals 46 − 45 = 1 and 14 − 15 = −1; se = √(2 · 2 / 2,000²) = 0.001.
    rows.advocates.push(member("bo", "2025-01-01"));
    let mut of_bo = rows.shares[1].clone();
    of_bo.advocate = "bo".into();
    of_bo.counts.likes = Some(9);
    rows.shares.push(of_bo);
    let rate = of(&rows);
    is_ratio(&rate, 60, 2000);
    let interval = rate.interval().unwrap();
    near(interval.low, 0.03 - 1.959_963_984_540_054 * 0.001);
    near(interval.high, 0.03 + 1.959_963_984_540_054 * 0.001);
}

#[test]
fn one_share_has_no_interval() {
    let mut rows = two_shares();
    rows.shares.truncate(1);
    let rate = ask(&rows, Metric::EngagementRate, "2025-03", &[]);
    is_ratio(&rate, 36, 1000);
    assert!(rate.interval().is_none());
}

// Lift over the brand

fn with_brand(brand: Counts) -> Rows {
    Rows {
        brand_posts: vec![BrandPost {
            id: None,
            network: network("linkedin"),
            published_at: utc("2025-03-05"),
            observed_at: None,
            removed: false,
            paid: false,
            counts: brand,
        }],
        ..two_shares()
    }
}

#[test]
fn lift_over_the_brand() {
    let rows = with_brand(Counts {
        likes: Some(10),
        comments: Some(0),
        reshares: Some(0),
        clicks: Some(5),
        impressions: Some(1000),
        reach: Some(300),
        ..Counts::default()
    });
    let lift = |of| ask(&rows, Metric::LiftOverBrand, "2025-03", &[("lift_of", of)]);
    // (46 / 1,500) / (15 / 1,000)
    near(
        lift("engagement_rate").value().unwrap(),
        46_000.0 / 22_500.0,
    );
    // (24 / 1,500) / (5 / 1,000) = 3.2
    near(lift("click_through_rate").value().unwrap(), 3.2);
    // A share reaches 600 on average, a post of the brand 300.
    is(&lift("reach"), 2.0);
    // Brand posts are kept apart: they are no shares and add no engagement.
    is_count(&ask(&rows, Metric::Shares, "2025-03", &[]), 2);
    is_count(&ask(&rows, Metric::Engagements, "2025-03", &[]), 46);
}

#[test]
fn a_lift_needs_a_brand() {
    let lift = |rows: &Rows| ask(rows, Metric::LiftOverBrand, "2025-03", &[]);
    assert_eq!(lift(&two_shares()).state(), State::Undefined);
    // A brand that nobody engages with cannot be outdone by a factor.
    let idle = Counts {
        likes: Some(0),
        comments: Some(0),
        reshares: Some(0),
        clicks: Some(0),
        impressions: Some(1000),
        ..Counts::default()
    };
    assert_eq!(lift(&with_brand(idle)).state(), State::Undefined);
}

/// Likes and two and a half times comments: (2 + 2.5 × 2) / 100 = 0.07 and
/// (1 + 2.5 × 1) / 100 = 0.035. A second post of the brand, of which nothing is
/// known, is left out.
#[test]
fn a_lift_shows_both_rates() {
    let counts = |likes, comments| Counts {
        likes: Some(likes),
        comments: Some(comments),
        impressions: Some(100),
        ..Counts::default()
    };
    let mut rows = with_brand(counts(1, 1));
    rows.shares = vec![counted("ana", "2025-03-03", counts(2, 2))];
    let mut unknown = rows.brand_posts[0].clone();
    unknown.counts = Counts::default();
    rows.brand_posts.push(unknown);
    let choices = [
        ("lift_of", "engagement_rate"),
        ("engagement_set", "likes + 2.5*comments"),
    ];
    let lift = ask(&rows, Metric::LiftOverBrand, "2025-03", &choices);
    near(lift.value().unwrap(), 2.0);
    let rate =
        |part: Option<&advocacy_core::Part>| part.and_then(|part| part.value).unwrap().as_f64();
    near(rate(lift.numerator()), 0.07);
    near(rate(lift.denominator()), 0.035);
    let brand = Note::NotKnown {
        rows: 1,
        what: "the brand's figures".into(),
    };
    notes(&lift, &brand);
}

/// A share without impressions is left out of a lift, which says so.
#[test]
fn a_lift_says_what_it_rests_on() {
    let post = Counts {
        likes: Some(10),
        comments: Some(0),
        reshares: Some(0),
        clicks: Some(5),
        impressions: Some(1000),
        reach: Some(300),
        ..Counts::default()
    };
    let mut rows = with_brand(post);
    rows.shares[1].counts.impressions = None;
    rows.shares[1].counts.reach = None;
    let left_out = |what: &'static str| Note::NotKnown {
        rows: 1,
        what: what.into(),
    };
    for (of, lift, what) in [
        // (36 / 1,000) / (15 / 1,000), (20 / 1,000) / (5 / 1,000), 800 / 300
        ("engagement_rate", 2.4, "both sides"),
        ("click_through_rate", 4.0, "both sides"),
        ("reach", 800.0 / 300.0, "reach"),
    ] {
        let measure = ask(&rows, Metric::LiftOverBrand, "2025-03", &[("lift_of", of)]);
        near(measure.value().unwrap(), lift);
        covers(&measure, 1, 2);
        notes(&measure, &left_out(what));
    }
    // Not a single post known: missing, as for any other rate.
    let rows = with_brand(Counts {
        likes: Some(3),
        ..Counts::default()
    });
    for of in ["engagement_rate", "click_through_rate", "reach"] {
        let lift = ask(&rows, Metric::LiftOverBrand, "2025-03", &[("lift_of", of)]);
        assert_eq!((lift.value(), lift.state()), (None, State::Missing), "{of}");
    }
}

#[test]
fn a_lift_says_whose_count_it_is() {
    let own = |engagements, impressions| Counts {
        engagements: Some(engagements),
        impressions: Some(impressions),
        ..Counts::default()
    };
    let mut rows = with_brand(own(10, 1000));
    for share in &mut rows.shares {
        share.counts = own(20, 1000);
    }
    let lift = ask(&rows, Metric::LiftOverBrand, "2025-03", &[]);
    is(&lift, 2.0);
    notes(&lift, &Note::PlatformCount);
}

// A platform's own total

fn platform(counts: Counts) -> Rows {
    let own = |at| Share {
        counts,
        ..counted("ana", at, Counts::default())
    };
    Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: vec![own("2025-03-03"), own("2025-03-04")],
        ..Rows::default()
    }
}

#[test]
fn a_platforms_own_total_stands_for_the_parts() {
    let rows = platform(Counts {
        engagements: Some(21),
        impressions: Some(50),
        ..Counts::default()
    });
    let total = ask(&rows, Metric::Engagements, "2025-03", &[]);
    is_count(&total, 42);
    notes(&total, &Note::PlatformCount);
    let choices = &total.definition().choices;
    let set = choices
        .iter()
        .find(|choice| choice.option == "engagement_set");
    assert_eq!(set.unwrap().value, "platform");
    let rate = ask(&rows, Metric::EngagementRate, "2025-03", &[]);
    is_ratio(&rate, 42, 100);
    notes(&rate, &Note::PlatformCount);
    // Asked for by name it is the same.
    is_count(
        &ask(
            &rows,
            Metric::Engagements,
            "2025-03",
            &[("engagement_set", "platform")],
        ),
        42,
    );
}

#[test]
fn of_a_platforms_own_total_no_set_can_be_chosen() {
    let own = [
        Counts {
            engagements: Some(21),
            ..Counts::default()
        },
        Counts {
            engaged: Some(21),
            ..Counts::default()
        },
    ];
    for counts in own {
        let rows = platform(counts);
        let program = Program::from_rows(&rows).unwrap();
        for set in ["all", "social", "everyonesocial", "likes+2*comments"] {
            let query = program
                .measure([Metric::Engagements])
                .over(period("2025-03"));
            let query = query.define(definitions(&[("engagement_set", set)]));
            let error = query.table().unwrap_err();
            let place = (error.code(), error.field());
            assert_eq!(place, ("invalid_option", Some("engagement_set")), "{set}");
        }
    }
}

#[test]
fn engaged_people_say_whose_count_they_are() {
    let rows = platform(Counts {
        engaged: Some(30),
        reach: Some(100),
        ..Counts::default()
    });
    let choices = [
        ("engagement_set", "engaged"),
        ("engagement_denominator", "reach"),
    ];
    for choices in [&choices[..], &choices[1..]] {
        let rate = ask(&rows, Metric::EngagementRate, "2025-03", choices);
        is_ratio(&rate, 60, 200);
        assert_eq!(rate.numerator().unwrap().name, "engaged");
        notes(&rate, &Note::PlatformCount);
    }
}

/// An export has all columns; those nobody fills in say nothing.
#[test]
fn columns_of_blanks_are_no_parts() {
    let header = [
        "advocate",
        "network",
        "shared_at",
        "likes",
        "comments",
        "engagements",
    ];
    let mut shares = TextFrame::new("shares", &header, &Zone::utc()).unwrap();
    shares
        .push(["ana", "x", "2025-03-01", "", "", "21"])
        .unwrap();
    let mut advocates = TextFrame::new("advocates", &["id"], &Zone::utc()).unwrap();
    advocates.push(["ana"]).unwrap();
    let builder = Program::builder().table("advocates", advocates.finish());
    let program = builder.table("shares", shares.finish()).build().unwrap();
    let table = program
        .measure([Metric::Engagements])
        .over(period("2025-03"))
        .table()
        .unwrap();
    is_count(table.get("engagements").unwrap(), 21);
    notes(table.get("engagements").unwrap(), &Note::PlatformCount);
}

/// A network that reports its own total among others that report parts.
#[test]
fn parts_and_totals_are_not_added_to_each_other() {
    let mut rows = two_shares();
    rows.shares.push(counted(
        "ana",
        "2025-03-11",
        Counts {
            engagements: Some(1000),
            ..Counts::default()
        },
    ));
    let all = ask(&rows, Metric::Engagements, "2025-03", &[]);
    is_count(&all, 46);
    covers(&all, 2, 3);
    let own = ask(
        &rows,
        Metric::Engagements,
        "2025-03",
        &[("engagement_set", "platform")],
    );
    is_count(&own, 1000);
    covers(&own, 1, 3);
    notes(&own, &Note::PlatformCount);
}

// Counts are totals

#[test]
fn a_negative_count_is_an_error_that_says_why() {
    let share = |likes: Data<'static>| {
        Frame::new()
            .column("advocate", Column::texts(["ana", "ana"]))
            .column("network", Column::texts(["x", "x"]))
            .column(
                "shared_at",
                Column::new(Data::Time(vec![0, 1].into(), TimeUnit::Second)),
            )
            .column("likes", Column::new(likes))
    };
    for likes in [
        Data::I64(vec![4, -3].into()),
        Data::I32(vec![4, -3].into()),
        Data::F64(vec![4.0, -3.0].into()),
    ] {
        let ana = Frame::new().column("id", Column::texts(["ana"]));
        let builder = Program::builder()
            .table("advocates", ana)
            .table("shares", share(likes));
        let error = builder.build().unwrap_err();
        assert_eq!(error.code(), "negative_count");
        let place = (error.table(), error.field(), error.row());
        assert_eq!(place, (Some("shares"), Some("likes"), Some(1)));
        let says = "-3 is negative; counts are lifetime totals of 0 or more, not daily deltas";
        assert_eq!(error.message(), says);
    }
    // In text, and in JSON.
    let header = ["advocate", "network", "shared_at", "likes"];
    let mut text = TextFrame::new("shares", &header, &Zone::utc()).unwrap();
    let error = text.push(["ana", "x", "2025-03-01", "-3"]).unwrap_err();
    assert_eq!(error.code(), "negative_count");
    let row =
        r#"{"advocate": "ana", "network": "x", "shared_at": "2025-03-01T00:00:00Z", "likes": -3}"#;
    assert!(serde_json::from_str::<Share>(row).is_err());
}

/// Whole numbers are exact, and a sum beyond 64 bits is an error, never a wrap.
#[test]
fn sums_are_exact() {
    let rows = |likes: [u64; 2]| Rows {
        advocates: vec![member("ana", "2025-01-01")],
        shares: likes
            .map(|likes| {
                counted(
                    "ana",
                    "2025-03-03",
                    Counts {
                        likes: Some(likes),
                        ..Counts::default()
                    },
                )
            })
            .to_vec(),
        ..Rows::default()
    };
    // 2⁵³ + 1 has no float of its own.
    let exact = ask(&rows([1 << 53, 1]), Metric::Likes, "2025-03", &[]);
    assert_eq!(exact.number(), Some(Number::Count((1 << 53) + 1)));
    let rows = rows([u64::MAX, 1]);
    let program = Program::from_rows(&rows).unwrap();
    let error = program
        .measure([Metric::Likes])
        .over(period("2025-03"))
        .table()
        .unwrap_err();
    assert_eq!(error.code(), "overflow");
}
