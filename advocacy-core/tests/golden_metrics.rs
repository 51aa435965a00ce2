//! Golden cases of metrics, by their ids in the golden set, through the query
//! engine; those of the statistics alone are in `golden_stats`.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

use advocacy_core::{
    Advocate, Counts, Definitions, Measure, Metric, Network, Number, Period, Program, Rows, Share,
    Timestamp, Zone,
    scalar::{engagement_rate, random_duplication},
    stats::{self, RatioMoments},
};

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() <= tolerance,
        "got {got:?}, want {want:?} within {tolerance:e}"
    );
}

/// One share of one advocate for each of these.
fn programme(counts: impl IntoIterator<Item = Counts>) -> Rows {
    let at = Timestamp::parse("2025-03-04", &Zone::utc()).unwrap();
    let network = Network::new("facebook").unwrap();
    let share = |counts| Share {
        counts,
        ..Share::new("page", network.clone(), at)
    };
    Rows {
        advocates: vec![Advocate::new("page")],
        shares: counts.into_iter().map(share).collect(),
        ..Rows::default()
    }
}

fn ask(rows: &Rows, metric: Metric, choices: &[(&str, &str)]) -> Measure {
    let mut definitions = Definitions::default();
    for (option, choice) in choices {
        definitions.set(option, choice).unwrap();
    }
    let program = Program::from_rows(rows).unwrap();
    let march = Period::month(2025, 3, &Zone::utc()).unwrap();
    let table = program
        .measure([metric])
        .over(march)
        .define(definitions)
        .table()
        .unwrap();
    table.total.measures[0].clone()
}

/// reach-sainsbury-400: Sainsbury (latinbusinesstoday.com), 400 messages that
/// each reach 0.1 % reach 1 − (1 − 0.1 %)^400 = 33 % together.
#[test]
fn reach_sainsbury_400() {
    const NET: f64 = 0.329_814_093_993_259_9;
    let estimate = random_duplication(1_000_000, &[1_000; 400])
        .unwrap()
        .unwrap();
    close(estimate.estimate / 1e6, NET, 1e-12);
    assert_eq!((estimate.lower_bound, estimate.gross), (1_000, 400_000));
    // The same from a programme: 400 shares that each reach 1,000 of a million.
    let reached = Counts {
        reach: Some(1_000),
        ..Counts::default()
    };
    let rows = programme(vec![reached; 400]);
    let reach = ask(&rows, Metric::Reach, &[("universe", "1000000")]);
    close(reach.component("estimate").unwrap() / 1e6, NET, 1e-12);
    assert_eq!(reach.component("lower_bound"), Some(1_000.0));
    assert_eq!(reach.component("gross"), Some(400_000.0));
    assert_eq!(reach.value(), Some(400_000.0));
    // It depends on the shares of the universe, not on its size.
    let one_in_a_thousand = random_duplication(1_000, &[1; 400]).unwrap().unwrap();
    close(one_in_a_thousand.estimate / 1e3, NET, 1e-12);
}

// The 500 posts of the Facebook data by their sufficient statistics, and by
// posts made up to have the same. On the file itself: the example `facebook`.

const SUM_ENGAGED: u64 = 460_172;
const SUM_REACH: u64 = 6_951_680;

/// fb-engagement-pooled: UCI Facebook metrics (Moro et al. 2016), engaged users
/// over total reach; the ratio estimator with n/(n − 1).
#[test]
fn fb_engagement_pooled() {
    const RATE: f64 = 0.066_195_797_274_903_34;
    let rate = engagement_rate(SUM_ENGAGED, SUM_REACH).unwrap();
    close(rate.value().unwrap(), RATE, 1e-12);
    let moments = RatioMoments {
        n: 500,
        sum_num: SUM_ENGAGED.into(),
        sum_den: SUM_REACH.into(),
        sum_num_sq: 907_675_168,
        sum_num_den: 12_776_210_373,
        sum_den_sq: 354_706_283_130,
    };
    let estimate = stats::ratio_estimator(&moments, 0.95).unwrap().unwrap();
    close(estimate.value, RATE, 1e-12);
    close(estimate.se.unwrap(), 0.003_996_957_872_522_734, 1e-12);
    let interval = estimate.interval.unwrap();
    close(interval.low, 0.058_361_903_797_034_945, 1e-12);
    close(interval.high, 0.074_029_690_752_771_73, 1e-12);
}

/// Made-up posts, 500 in all, with the file's sums: engaged, reach, how many.
const KINDS: [(u64, u64, usize); 4] = [
    (400, 2_000, 300),    // 120,000 of   600,000
    (1_360, 25_000, 150), // 204,000 of 3,750,000
    (2_700, 52_000, 49),  // 132,300 of 2,548,000
    (3_872, 53_680, 1),   // together 460,172 of 6,951,680
];

fn programme_of(kinds: &[(u64, u64, usize)]) -> Rows {
    let posts = kinds.iter().flat_map(|&(engaged, reach, times)| {
        let counts = Counts {
            engaged: Some(engaged),
            reach: Some(reach),
            // The file's posts have parts too.
            likes: Some(0),
            ..Counts::default()
        };
        vec![counts; times]
    });
    programme(posts)
}

const ENGAGED: (&str, &str) = ("engagement_set", "engaged");
const OVER_REACH: (&str, &str) = ("engagement_denominator", "reach");
const MEAN: (&str, &str) = ("pooling", "mean_of_ratios");
const Z: f64 = 1.959_963_984_540_054;

#[test]
fn fb_engagement_pooled_through_the_engine() {
    let rows = programme_of(&KINDS);
    let rate = ask(&rows, Metric::EngagementRate, &[ENGAGED, OVER_REACH]);
    let sums = [rate.numerator(), rate.denominator()].map(|part| part.unwrap().value);
    assert_eq!(
        sums,
        [SUM_ENGAGED, SUM_REACH].map(|sum| Some(Number::Count(sum)))
    );
    close(rate.value().unwrap(), 0.066_195_797_274_903_34, 1e-12);
    // √(500/499 · Σ(y − r·x)² / (Σx)²) of these posts in Python's fractions.
    let se = 0.001_130_341_293_126_830_5;
    let interval = rate.interval().unwrap();
    close(interval.margin() / Z, se, 1e-15);
    close(interval.low, 0.066_195_797_274_903_34 - Z * se, 1e-12);
    // Their mean of ratios, likewise: another number for the same posts.
    let mean = ask(&rows, Metric::EngagementRate, &[ENGAGED, OVER_REACH, MEAN]);
    close(mean.value().unwrap(), 0.141_552_723_833_543_5, 1e-15);
    close(
        mean.interval().unwrap().margin() / Z,
        0.003_204_846_267_663_000_6,
        1e-15,
    );
}

/// fb-engagement-mean-of-ratios: the same data; here by 500 posts, half of
/// them at the file's mean plus √499 standard errors and half at the mean less
/// as many, which have that mean and that error.
#[test]
fn fb_engagement_mean_of_ratios() {
    const REACH: u64 = 1_000_000_000_000_000;
    let rows = programme_of(&[
        (43_308_042_493_417, REACH, 250),
        (205_370_860_717_817, REACH, 250),
    ]);
    let mean = ask(&rows, Metric::EngagementRate, &[ENGAGED, OVER_REACH, MEAN]);
    close(mean.value().unwrap(), 0.124_339_451_605_616_99, 1e-12);
    let interval = mean.interval().unwrap();
    close(interval.margin() / Z, 0.003_627_464_061_358_891, 1e-12);
    assert_eq!(interval.method, "mean_of_ratios");
}
