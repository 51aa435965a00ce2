//! The mapping of `examples/facebook` on made-up posts of the file's shape:
//! blanks are missing, the two rates differ, and the gap is coverage.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

#[path = "../examples/facebook/mapping.rs"]
mod mapping;

use advocacy_core::{
    Coverage, Definitions, Dimension, Measure, Metric, Note, Number, Period, Program, State, Zone,
};

use mapping::{PAGE, Posts, YEAR};

/// Columns of the file that are not read, and in another order than ours.
const HEADER: [&str; 11] = [
    "Type",
    "Post Month",
    "Post Weekday",
    "Post Hour",
    "Lifetime Post Total Reach",
    "Lifetime Post Total Impressions",
    "Lifetime Engaged Users",
    "comment",
    "like",
    "share",
    "Total Interactions",
];

const POSTS: [&str; 8] = [
    // engaged / reach: 0.2; likes + comments + reshares: 90 + 4 + 20 = 114
    "Photo,1,2,9,1000,1500,200,4,90,20,114",
    // 0.3; 60 + 1 + 9 = 70
    "Photo,1,4,14,500,900,150,1,60,9,70",
    // 0.035; 300 + 10 + 50 = 360; counts as pandas exports them
    "Link,2,3,10,20000.0,30000.0,700.0,10.0,300.0,50.0,360",
    // 0.3; 40 + 0, reshares not known
    "Status,2,6,3,400,600,120,0,40,,40",
    // 0.2; 0, likes and reshares not known
    "Video,3,7,18,2500,4000,500,0,,,0",
    // 0.2; 70 + 3 + 7 = 80
    "Photo,12,1,23,800,1000,160,3,70,7,80",
    // 0 / 0: undefined; 0 + 0 + 0 is a real 0
    "Photo,6,5,0,0,0,0,0,0,0,0",
    // reach and engaged not known; 50 + 5 + 5 = 60
    "Photo,9,1,12,,2000,,5,50,5,60",
];

fn posts(records: &[&str]) -> Program<'static> {
    let mut posts = Posts::new(&HEADER).unwrap();
    for record in records {
        posts.push(&record.split(',').collect::<Vec<_>>()).unwrap();
    }
    posts.program().unwrap()
}

fn measure(program: &Program<'_>, metric: Metric, choices: &[(&str, &str)]) -> Measure {
    let mut definitions = Definitions::default();
    for (option, choice) in choices {
        definitions.set(option, choice).unwrap();
    }
    let year = Period::year(YEAR, &Zone::utc()).unwrap();
    let table = program
        .measure([metric])
        .as_of(year.end())
        .over(year)
        .define(definitions)
        .table()
        .unwrap();
    table.total.measures[0].clone()
}

const ENGAGED: (&str, &str) = ("engagement_set", "engaged");
const OVER_REACH: (&str, &str) = ("engagement_denominator", "reach");
const SOCIAL: (&str, &str) = ("engagement_set", "social");

#[test]
fn pooled() {
    // 200 + 150 + 700 + 120 + 500 + 160 + 0 = 1,830 people over
    // 1,000 + 500 + 20,000 + 400 + 2,500 + 800 + 0 = 25,200, in 7 of 8 rows.
    let rate = measure(
        &posts(&POSTS),
        Metric::EngagementRate,
        &[ENGAGED, OVER_REACH],
    );
    assert_eq!(rate.value(), Some(1830.0 / 25_200.0));
    let part =
        |part: Option<&advocacy_core::Part>| part.map(|part| (part.name.to_string(), part.value));
    let (above, below) = (part(rate.numerator()), part(rate.denominator()));
    assert_eq!(
        above,
        Some(("engaged".to_owned(), Some(Number::Count(1830))))
    );
    assert_eq!(
        below,
        Some(("reach".to_owned(), Some(Number::Count(25_200))))
    );
    assert_eq!(rate.coverage(), Some(Coverage { known: 7, rows: 8 }));
    // Whose count it is, and what was left out.
    assert!(rate.notes().contains(&Note::PlatformCount));
    let left_out = Note::NotKnown {
        rows: 1,
        what: "both sides".into(),
    };
    assert!(rate.notes().contains(&left_out));
}

#[test]
fn mean_and_median_of_ratios() {
    let program = posts(&POSTS);
    let of = |pooling| {
        let choices = [ENGAGED, OVER_REACH, ("pooling", pooling)];
        measure(&program, Metric::EngagementRate, &choices)
    };
    // (0.2 + 0.3 + 0.035 + 0.3 + 0.2 + 0.2) / 6 = 1.235 / 6; 0/0 left out.
    let mean = of("mean_of_ratios");
    assert!((mean.value().unwrap() - 1.235 / 6.0).abs() < 1e-15);
    assert_eq!(mean.component("ratios"), Some(6.0));
    assert_eq!(mean.coverage(), Some(Coverage { known: 7, rows: 8 }));
    let excluded = Note::Excluded {
        count: 1,
        what: "shares with reach of 0".into(),
    };
    assert!(mean.notes().contains(&excluded));
    // 0.035, 0.2, 0.2 | 0.2, 0.3, 0.3
    assert_eq!(of("median_of_ratios").value(), Some(0.2));
    // Nearly three times the pooled rate: they are never mixed.
    assert_eq!(of("pooled").value(), Some(1830.0 / 25_200.0));
}

#[test]
fn the_gap_is_coverage_not_zeros() {
    let program = posts(&POSTS);
    // 114 + 70 + 360 + 80 + 0 + 60 = 684 over the 6 complete rows.
    let complete = measure(&program, Metric::Engagements, &[SOCIAL]);
    assert_eq!(complete.number(), Some(Number::Count(684)));
    assert_eq!(complete.coverage(), Some(Coverage { known: 6, rows: 8 }));
    // And the 40 likes of the row whose reshares are blank: 724; the two rows
    // are not complete for that.
    let known = measure(&program, Metric::Engagements, &[SOCIAL, ("parts", "known")]);
    assert_eq!(known.number(), Some(Number::Count(724)));
    assert_eq!(known.coverage(), Some(Coverage { known: 6, rows: 8 }));
    // Sums of the parts stand beside, the same in both:
    // likes 90 + 60 + 300 + 40 + 70 + 0 + 50 = 610,
    // comments 4 + 1 + 10 + 0 + 0 + 3 + 0 + 5 = 23,
    // reshares 20 + 9 + 50 + 7 + 0 + 5 = 91; 610 + 23 + 91 = 724.
    for measure in [&complete, &known] {
        assert_eq!(measure.component("likes"), Some(610.0));
        assert_eq!(measure.component("comments"), Some(23.0));
        assert_eq!(measure.component("reshares"), Some(91.0));
    }
    let coverage = |metric| measure(&program, metric, &[]).coverage().unwrap();
    assert_eq!(coverage(Metric::Likes), Coverage { known: 7, rows: 8 });
    assert_eq!(coverage(Metric::Comments), Coverage { known: 8, rows: 8 });
    assert_eq!(coverage(Metric::Reshares), Coverage { known: 6, rows: 8 });
}

/// The file has no clicks: the default set is not known, and not 0.
#[test]
fn without_clicks_the_default_set_is_missing() {
    let all = measure(&posts(&POSTS), Metric::Engagements, &[]);
    assert_eq!((all.value(), all.state()), (None, State::Missing));
    assert_eq!(all.coverage(), Some(Coverage { known: 0, rows: 8 }));
    assert_eq!(all.component("likes"), Some(610.0));
    assert_eq!(all.component("clicks"), None);
}

/// The first such weekday of that month of 2014, 1 being Sunday.
#[test]
fn instants_are_made_of_month_weekday_and_hour() {
    let program = posts(&POSTS);
    let year = Period::year(YEAR, &Zone::utc()).unwrap();
    let query = program
        .measure([Metric::Shares])
        .over(year.clone())
        .as_of(year.end());
    let months = query.clone().by([Dimension::Month]).table().unwrap();
    let of_month: Vec<Option<Number>> = months.numbers("shares");
    let expected = [2, 2, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1];
    assert_eq!(of_month, expected.map(|n| Some(Number::Count(n))));
    let days = query
        .by([Dimension::Advocate, Dimension::Day])
        .table()
        .unwrap();
    // Monday 6 and Wednesday 1 January, Tuesday 4 and Friday 7 February,
    // Saturday 1 March, Thursday 5 June, Sunday 7 September, 7 December.
    let on = [
        "2014-01-06",
        "2014-01-01",
        "2014-02-04",
        "2014-02-07",
        "2014-03-01",
        "2014-06-05",
        "2014-09-07",
        "2014-12-07",
    ];
    for day in on {
        let shares = days.at(&[PAGE, day], "shares").unwrap();
        assert_eq!(shares.number(), Some(Number::Count(1)), "{day}");
    }
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let error = |record: &str| {
        let mut posts = Posts::new(&HEADER).unwrap();
        posts
            .push(&record.split(',').collect::<Vec<_>>())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error("Photo,13,2,9,1,1,1,1,1,1,3"),
        "Post Month \"13\" is not a number from 1 to 12"
    );
    assert_eq!(
        error("Photo,1,2,,1,1,1,1,1,1,3"),
        "Post Hour \"\" is not a number from 0 to 23"
    );
    assert_eq!(error("Photo,1,2,9"), "4 cells under a header of 11 columns");
    assert_eq!(
        error("Photo,1,2,9,1,1,1,-3,1,1,3"),
        "-3 is negative; counts are lifetime totals of 0 or more, not daily deltas (shares.comments row 0)"
    );
    let missing = Posts::new(&HEADER[..9]).err().unwrap().to_string();
    assert_eq!(missing, "the header has no column \"share\"");
}
