//! `stats` against published and derived values. Each case names its id in
//! the golden set and its source; the numbers are the source's.

#![allow(
    clippy::float_cmp,
    clippy::excessive_precision,
    reason = "ends such as 0 and 1 are exact; reference values have the digits of their source"
)]

use advocacy_core::{
    ErrorKind,
    stats::{
        self, Bound, Effect, PoissonRatioMethod, ProportionMethod, RatioMoments, Sample,
        SignTestMethod, TwoProportionMethod,
    },
};

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() <= tolerance,
        "got {got:?}, want {want:?} within {tolerance:e}"
    );
}

#[track_caller]
fn ends(interval: &stats::Interval, low: f64, high: f64, tolerance: f64) {
    close(interval.low, low, tolerance);
    close(interval.high, high, tolerance);
    assert!(interval.low <= interval.high);
}

// Proportions

/// The median of a symmetric distribution is its centre: 0, not −0.
#[test]
fn the_median_of_t_is_zero() {
    let median = stats::student_t_quantile(0.5, 3.0).unwrap();
    assert_eq!(median.to_bits(), 0);
}

#[test]
fn wilson() {
    // wilson-0-20: Newcombe 1998a
    ends(
        &stats::wilson(0, 20, 0.95).unwrap().unwrap(),
        0.0,
        0.1611,
        6e-5,
    );
    // wilson-R-18-20, wilson-R-4-20: R binom::binom.confint
    let interval = stats::wilson(18, 20, 0.95).unwrap().unwrap();
    ends(
        &interval,
        0.698_966_354_771_512_8,
        0.972_133_518_786_232,
        1e-12,
    );
    let interval = stats::wilson(4, 20, 0.95).unwrap().unwrap();
    ends(
        &interval,
        0.080_657_662_579_798_1,
        0.416_017_432_251_893_5,
        1e-12,
    );
    // wilson-100-200-onesided: R DescTools::BinomCI via statsmodels
    let interval = stats::wilson_one_sided(100, 200, Bound::Upper, 0.95)
        .unwrap()
        .unwrap();
    ends(&interval, 0.0, 0.557_765, 1e-6);
    let mirror = stats::wilson_one_sided(100, 200, Bound::Lower, 0.95)
        .unwrap()
        .unwrap();
    ends(&mirror, 1.0 - 0.557_765, 1.0, 1e-6);
}

/// Newcombe 1998a, table I: four cases by four methods, printed to 4 digits.
#[test]
fn proportions_as_newcombe_prints_them() {
    use ProportionMethod::{ClopperPearson, Wald, Wilson, WilsonContinuity};
    for (x, n, method, low, high) in [
        (81, 263, Wald, 0.2522, 0.3638),
        (81, 263, Wilson, 0.2553, 0.3662),
        (81, 263, WilsonContinuity, 0.2535, 0.3682),
        (81, 263, ClopperPearson, 0.2527, 0.3676),
        (15, 148, Wald, 0.0527, 0.1500),
        (15, 148, Wilson, 0.0624, 0.1605),
        (15, 148, WilsonContinuity, 0.0598, 0.1644),
        (15, 148, ClopperPearson, 0.0578, 0.1617),
        (0, 20, Wilson, 0.0, 0.1611),
        (0, 20, WilsonContinuity, 0.0, 0.2005),
        (0, 20, ClopperPearson, 0.0, 0.1684),
        (1, 29, Wilson, 0.0061, 0.1718),
        (1, 29, WilsonContinuity, 0.0018, 0.1963),
        (1, 29, ClopperPearson, 0.0009, 0.1776),
    ] {
        let interval = stats::proportion_interval(method, x, n, None, 0.95)
            .unwrap()
            .unwrap();
        ends(&interval, low, high, 6e-5);
    }
}

#[test]
fn a_finite_population_narrows_the_interval() {
    for method in [
        ProportionMethod::Wilson,
        ProportionMethod::WilsonContinuity,
        ProportionMethod::AgrestiCoull,
        ProportionMethod::ClopperPearson,
        ProportionMethod::Jeffreys,
        ProportionMethod::Wald,
    ] {
        let sample = stats::proportion_interval(method, 30, 50, None, 0.95)
            .unwrap()
            .unwrap();
        let most = stats::proportion_interval(method, 30, 50, Some(51), 0.95)
            .unwrap()
            .unwrap();
        let all = stats::proportion_interval(method, 30, 50, Some(50), 0.95)
            .unwrap()
            .unwrap();
        assert!(most.width() < sample.width(), "{method:?}");
        assert_eq!((all.low, all.high), (0.6, 0.6));
    }
    // (N − 1)/(N − n) = 99/50: 20 of 50 in 100 is as 39.6 of 99.
    let interval = stats::wilson_finite(20, 50, 100, 0.95).unwrap().unwrap();
    let scaled = stats::wilson_effective(0.4, 99.0, 0.95).unwrap();
    ends(&interval, scaled.low, scaled.high, 1e-15);
    let error = stats::wilson_finite(20, 50, 49, 0.95).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::OutOfRange, Some("population"))
    );
    assert_eq!(
        stats::wilson_finite(1, 1, 1, 0.95)
            .unwrap()
            .unwrap()
            .width(),
        0.0
    );
}

#[test]
fn differences_of_proportions() {
    // newcombe-56-70-48-80, newcombe-9-10-3-10: Newcombe 1998b
    let interval = stats::newcombe(56, 70, 48, 80, 0.95).unwrap().unwrap();
    ends(&interval, 0.0524, 0.3339, 1.1e-4);
    let interval = stats::newcombe(9, 10, 3, 10, 0.95).unwrap().unwrap();
    ends(&interval, 0.1705, 0.809, 1.1e-4);
    // The same through MOVER.
    let (a, b) = (
        stats::wilson(9, 10, 0.95).unwrap().unwrap(),
        stats::wilson(3, 10, 0.95).unwrap().unwrap(),
    );
    let mover = stats::mover_difference(0.9, &a, 0.3, &b).unwrap();
    ends(&interval, mover.low, mover.high, 1e-15);
    // The rest of Newcombe's table II, method 10.
    for (x1, n1, x2, n2, low, high) in [
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ] {
        let interval = stats::newcombe(x1, n1, x2, n2, 0.95).unwrap().unwrap();
        ends(&interval, low, high, 6e-5);
    }
    let interval = stats::agresti_caffo(9, 10, 3, 10, 0.95).unwrap().unwrap();
    let d = 10.0 / 12.0 - 4.0 / 12.0;
    let margin: f64 = 1.959_963_984_540_054 * (20.0f64 / 1728.0 + 32.0 / 1728.0).sqrt();
    ends(&interval, d - margin, d + margin, 1e-14);
}

#[test]
fn two_proportion_tests() {
    // test-prop2-cc: statpsych test.prop2
    let method = TwoProportionMethod::PooledContinuity;
    let test = stats::two_proportion_test(39, 50, 24, 50, method, 0.95)
        .unwrap()
        .unwrap();
    close(test.estimate, 0.3, 1e-15);
    close(test.statistic.unwrap(), 2.8997, 6e-5);
    close(test.p_value, 0.003_73, 6e-5);
    // ztest-statsmodels: proportions_ztest
    let method = TwoProportionMethod::Pooled;
    let test = stats::two_proportion_test(5, 83, 12, 99, method, 0.95)
        .unwrap()
        .unwrap();
    close(test.statistic.unwrap(), -1.407_830_415_125_878_7, 1e-10);
    close(test.p_value, 0.159_181_291_811_569_92, 1e-10);
    // tt-prop-norm: tea-tasting, 2 − 1
    let test = stats::two_proportion_test(13, 47, 19, 53, method, 0.95)
        .unwrap()
        .unwrap();
    close(test.estimate, -0.081_894_821_356_884_75, 1e-9);
    close(test.p_value, 0.380_909_682_311_898_6, 1e-9);
    let interval = test.interval.unwrap();
    ends(
        &interval,
        -0.265_080_143_584_207_23,
        0.101_290_500_870_437_73,
        1e-9,
    );
    // a correction larger than the difference leaves 0, and no −0
    let method = TwoProportionMethod::PooledContinuity;
    let test = stats::two_proportion_test(5, 10, 6, 11, method, 0.95)
        .unwrap()
        .unwrap();
    assert_eq!(test.statistic.unwrap().to_bits(), 0f64.to_bits());
    assert_eq!(test.p_value, 1.0);
    // all succeeded: no variance, no test
    assert!(
        stats::two_proportion_test(5, 5, 7, 7, method, 0.95)
            .unwrap()
            .is_none()
    );
    assert!(
        stats::two_proportion_test(0, 0, 7, 7, method, 0.95)
            .unwrap()
            .is_none()
    );
}

#[test]
fn tables() {
    // tt-prop-pearson, tt-prop-fisher: tea-tasting
    let test = stats::chi_square_test(19, 53, 13, 47, true)
        .unwrap()
        .unwrap();
    close(test.p_value, 0.508_316_553_040_519_5, 1e-9);
    let test = stats::fisher_exact_test(19, 53, 13, 47).unwrap().unwrap();
    close(test.p_value, 0.399_994_891_815_356_9, 1e-9);
    // Fisher's lady tasting tea: 3 of 4 right, two-sided 34/70.
    let test = stats::fisher_exact_test(3, 4, 1, 4).unwrap().unwrap();
    close(test.p_value, 34.0 / 70.0, 1e-15);
    // without correction χ² is the square of the pooled z
    let test = stats::chi_square_test(5, 83, 12, 99, false)
        .unwrap()
        .unwrap();
    close(
        test.statistic.unwrap(),
        1.407_830_415_125_878_7 * 1.407_830_415_125_878_7,
        1e-13,
    );
    assert!(stats::fisher_exact_test(1, u64::MAX, 1, 2).is_err());
    assert_eq!(
        stats::fisher_exact_test(0, 5, 0, 7)
            .unwrap()
            .unwrap()
            .p_value,
        1.0
    );
    close(
        stats::chi_square_p_value(3.841_458_820_694_124, 1.0).unwrap(),
        0.05,
        1e-15,
    );
    close(
        stats::chi_square_p_value(11.070_497_693_516_35, 5.0).unwrap(),
        0.05,
        1e-15,
    );
}

#[test]
fn signs() {
    // nps-zero-mcnemar, nps-zero-mcnemar-exact: Fagerland et al., contingencytables
    let test = stats::sign_test(6, 16, SignTestMethod::McNemar)
        .unwrap()
        .unwrap();
    close(test.statistic.unwrap(), -2.132, 6e-4);
    close(test.p_value, 0.033_006, 1e-6);
    let test = stats::sign_test(6, 16, SignTestMethod::Exact)
        .unwrap()
        .unwrap();
    close(test.p_value, 0.052_479, 1e-6);
    // nps-zero-mcnemar-cc: statpsych test.prop.ps(12,4,26,6)
    let test = stats::sign_test(26, 4, SignTestMethod::McNemarContinuity)
        .unwrap()
        .unwrap();
    close(test.statistic.unwrap(), 3.8341, 6e-5);
    close(test.p_value, 0.000_13, 6e-6);
    // scipy.stats.binomtest(53, 100) in tea-tasting's sample-ratio test
    let test = stats::sign_test(53, 47, SignTestMethod::Exact)
        .unwrap()
        .unwrap();
    close(test.p_value, 0.617_299_413_589_252_1, 1e-12);
    // Exactly: 2·(1 + 5 + 10/2)/2⁵ for 2 against 3; 1 for equal counts.
    let test = stats::sign_test(2, 3, SignTestMethod::MidP)
        .unwrap()
        .unwrap();
    close(test.p_value, 2.0 * 11.0 / 32.0, 1e-15);
    for (n, exact, mid) in [(1, 1.0, 1.0), (10, 1.0, 1.0)] {
        close(
            stats::sign_test(n, n, SignTestMethod::Exact)
                .unwrap()
                .unwrap()
                .p_value,
            exact,
            0.0,
        );
        close(
            stats::sign_test(n, n, SignTestMethod::MidP)
                .unwrap()
                .unwrap()
                .p_value,
            mid,
            1e-15,
        );
    }
    let test = stats::sign_test(0, 5, SignTestMethod::MidP)
        .unwrap()
        .unwrap();
    close(test.p_value, 1.0 / 32.0, 1e-16);
    assert!(
        stats::sign_test(0, 0, SignTestMethod::Exact)
            .unwrap()
            .is_none()
    );
    for method in [
        SignTestMethod::McNemar,
        SignTestMethod::Exact,
        SignTestMethod::MidP,
    ] {
        let test = stats::sign_test(u64::MAX, u64::MAX - 1, method)
            .unwrap()
            .unwrap();
        assert!(test.p_value > 0.999 && test.p_value <= 1.0, "{test:?}");
        let test = stats::sign_test(u64::MAX, 0, method).unwrap().unwrap();
        assert_eq!(test.p_value, 0.0);
    }
}

#[test]
fn goodman() {
    // multinomial-goodman: Sison & Glaz 1995
    let counts = [56, 72, 73, 59, 62, 87, 58];
    let printed = [
        (0.085, 0.166),
        (0.115, 0.204),
        (0.116, 0.207),
        (0.091, 0.173),
        (0.096, 0.181),
        (0.143, 0.239),
        (0.089, 0.171),
    ];
    let intervals = stats::goodman(&counts, 0.95).unwrap().unwrap();
    for (interval, (low, high)) in intervals.iter().zip(printed) {
        ends(interval, low, high, 6e-4);
    }
    assert!(stats::goodman(&[], 0.95).unwrap().is_none());
    assert!(stats::goodman(&[0, 0], 0.95).unwrap().is_none());
    let most = stats::goodman(&[u64::MAX, u64::MAX], 0.95)
        .unwrap()
        .unwrap();
    ends(&most[0], 0.5, 0.5, 1e-9);
}

// Means

#[test]
fn means() {
    // mean-fpc: statpsych ci.mean.fpc
    let sample = Sample::new(40, 24.5, 3.65 * 3.65).unwrap();
    let mean = stats::mean_interval(&sample, Some(300), 0.95).unwrap();
    close(mean.se.unwrap(), 0.538_163_1, 1e-7);
    ends(&mean.interval.unwrap(), 23.411_46, 25.588_54, 1e-5);
    let census = stats::mean_interval(&sample, Some(40), 0.95).unwrap();
    assert_eq!(census.interval.unwrap().width(), 0.0);
    assert!(stats::mean_interval(&sample, Some(39), 0.95).is_err());
    let one = Sample::from_values(&[3.0]).unwrap().unwrap();
    let mean = stats::mean_interval(&one, None, 0.95).unwrap();
    assert_eq!((mean.value, mean.se, mean.interval), (3.0, None, None));
}

#[test]
fn welch() {
    // gb-ttest-abs: GrowthBook test_tests.py; the effect is b − a
    let a = Sample::from_sums(3407, 1396.87, 52_377.976_7)
        .unwrap()
        .unwrap();
    let b = Sample::from_sums(3461, 2422.7, 134_698.29)
        .unwrap()
        .unwrap();
    let test = stats::welch_test(&b, &a, Effect::Absolute, 0.95)
        .unwrap()
        .unwrap();
    close(test.estimate, 0.29, 6e-6);
    close(test.se.unwrap(), 0.124_78, 6e-6);
    ends(&test.interval.unwrap(), 0.045_38, 0.534_62, 6e-6);
    close(test.p_value, 0.020_16, 6e-6);
    // GrowthBook's relative one on the same data: 0.70732, 0.37879, p 0.06191
    let test = stats::welch_test(&b, &a, Effect::Relative, 0.95)
        .unwrap()
        .unwrap();
    close(test.estimate, 0.70732, 6e-6);
    close(test.se.unwrap(), 0.37879, 6e-6);
    ends(&test.interval.unwrap(), -0.03526, 1.44989, 6e-6);
    close(test.p_value, 0.06191, 6e-6);
    let same = Sample::from_values(&[2.0, 2.0]).unwrap().unwrap();
    assert!(
        stats::welch_test(&same, &same, Effect::Absolute, 0.95)
            .unwrap()
            .is_none()
    );
    let one = Sample::from_values(&[2.0]).unwrap().unwrap();
    assert!(
        stats::welch_test(&one, &a, Effect::Absolute, 0.95)
            .unwrap()
            .is_none()
    );
}

#[test]
fn confidence_sequences() {
    // gb-seq-mean: GrowthBook test_sequential_test_runs
    let a = Sample::from_sums(3000, 1396.87, 52_377.976_7)
        .unwrap()
        .unwrap();
    let b = Sample::from_sums(3461, 2422.7, 134_698.29)
        .unwrap()
        .unwrap();
    let test = stats::confidence_sequence(&b, &a, Effect::Relative, 1000.0, 0.95);
    let test = test.unwrap().unwrap();
    close(test.estimate, 0.503_36, 6e-6);
    close(test.se.unwrap(), 0.333_41, 6e-6);
    ends(&test.interval.unwrap(), -0.558_44, 1.565_16, 6e-6);
    assert_eq!(test.p_value, 1.0);
    // gb-seq-prop: test_sequential_test_runs_prop
    let a = Sample::from_counts(1396, 3000).unwrap().unwrap();
    let b = Sample::from_counts(2422, 3461).unwrap().unwrap();
    let test = stats::confidence_sequence(&b, &a, Effect::Relative, 5000.0, 0.95);
    let test = test.unwrap().unwrap();
    close(test.estimate, 0.503_86, 6e-6);
    close(test.se.unwrap(), 0.033_86, 6e-6);
    ends(&test.interval.unwrap(), 0.400_98, 0.606_75, 6e-6);
    // p below α exactly where the interval excludes 0
    for x in [1396, 1450, 1500, 1550, 1600, 1700] {
        let other = Sample::from_counts(x, 3000).unwrap().unwrap();
        let test = stats::confidence_sequence(&other, &a, Effect::Absolute, 5000.0, 0.95);
        let test = test.unwrap().unwrap();
        assert_eq!(test.p_value < 0.05, !test.interval.unwrap().contains(0.0));
    }
    assert!(stats::confidence_sequence(&b, &a, Effect::Absolute, 0.0, 0.95).is_err());
}

// Rates

#[test]
fn poisson() {
    // poisson-ratio, poisson-ratio-exact: statpsych ci.ratio.poisson2
    let ratio = |method| {
        let ratio = stats::poisson_ratio(19, 30.0, 5, 40.5, method, 0.95);
        ratio.unwrap().unwrap()
    };
    let adjusted = ratio(PoissonRatioMethod::Adjusted);
    close(adjusted.value, 5.13, 1e-12);
    ends(&adjusted.interval.unwrap(), 1.939_576, 13.714_81, 1e-5);
    let exact = ratio(PoissonRatioMethod::Exact);
    ends(
        &exact.interval.unwrap(),
        1.852_749_383_270_961_4,
        17.579_138_744_389_695,
        1e-9,
    );
    let test = stats::poisson_ratio_test(19, 30.0, 5, 40.5, 0.95)
        .unwrap()
        .unwrap();
    close(test.p_value, 0.000_575_127_921_506_997_63, 1e-15);
    // Garwood 1936 / Ulm 1990: 10 events, 4.7954 to 18.3904
    let interval = stats::poisson_interval(10, 1.0, 0.95).unwrap().unwrap();
    ends(&interval, 4.7954, 18.3904, 6e-5);
    let interval = stats::poisson_interval(10, 4.0, 0.95).unwrap().unwrap();
    ends(&interval, 4.7954 / 4.0, 18.3904 / 4.0, 6e-5);
    assert!(stats::poisson_interval(3, 0.0, 0.95).unwrap().is_none());
    assert!(stats::poisson_interval(3, -1.0, 0.95).is_err());
    assert_eq!(
        stats::poisson_interval(3, f64::NAN, 0.95)
            .unwrap_err()
            .kind(),
        ErrorKind::NotFinite
    );
    let most = stats::poisson_interval(u64::MAX, 1.0, 0.95)
        .unwrap()
        .unwrap();
    let root = 4_294_967_296.0 * 1.96;
    ends(
        &most,
        18_446_744_073_709_551_616.0 - root,
        18_446_744_073_709_551_616.0 + root,
        1e6,
    );
    let none = stats::poisson_ratio(3, 1.0, 0, 1.0, PoissonRatioMethod::Exact, 0.95);
    assert!(none.unwrap().is_none());
    let zero = stats::poisson_ratio(0, 1.0, 3, 1.0, PoissonRatioMethod::Exact, 0.95);
    assert_eq!(zero.unwrap().unwrap().interval.unwrap().low, 0.0);
}

#[test]
fn ratio_of_sums() {
    // fb-engagement-pooled: UCI Facebook metrics (Moro et al. 2016), its sums
    let moments = RatioMoments {
        n: 500,
        sum_num: 460_172,
        sum_den: 6_951_680,
        sum_num_sq: 907_675_168,
        sum_num_den: 12_776_210_373,
        sum_den_sq: 354_706_283_130,
    };
    let rate = stats::ratio_estimator(&moments, 0.95).unwrap().unwrap();
    close(rate.value, 0.066_195_797_274_903_34, 1e-16);
    close(rate.se.unwrap(), 0.003_996_957_872_522_734, 1e-17);
    ends(
        &rate.interval.unwrap(),
        0.058_361_903_797_034_945,
        0.074_029_690_752_771_73,
        1e-15,
    );
}

/// Sums at the edge of `i128`, against Python's `fractions`: the residual is
/// 30 digits below its parts.
#[test]
fn a_ratio_keeps_its_digits() {
    let cases: [(&[i64], &[i64], f64, f64); 5] = [
        (
            &[
                2_305_843_009_213_693_952,
                2_305_843_009_213_693_953,
                2_305_843_009_213_693_951,
                2_305_843_009_213_693_952,
            ][..],
            &[
                4_611_686_018_427_387_903,
                4_611_686_018_427_387_903,
                4_611_686_018_427_387_903,
                4_611_686_018_427_387_903,
            ][..],
            0.5,
            8.852_473_668_688_27e-20,
        ),
        (
            &[
                768_614_336_404_564_650,
                768_614_336_404_564_650,
                768_614_336_404_564_650,
                768_614_336_404_564_650,
                768_614_336_404_564_650,
                768_614_336_404_564_651,
            ][..],
            &[
                2_305_843_009_213_693_952,
                2_305_843_009_213_693_952,
                2_305_843_009_213_693_952,
                2_305_843_009_213_693_952,
                2_305_843_009_213_693_952,
                2_305_843_009_213_693_952,
            ][..],
            0.333_333_333_333_333_3,
            7.228_014_483_236_696e-20,
        ),
        (
            &[1, 0, 0][..],
            &[
                4_611_686_018_427_387_903,
                4_611_686_018_427_387_903,
                4_611_686_018_427_387_903,
            ][..],
            7.228_014_483_236_696e-20,
            7.228_014_483_236_696e-20,
        ),
        (
            &[-5, 7, 1_000_000_000_000_000_000][..],
            &[1_000_000_000_000_000_000, 3, 2_000_000_000_000_000_001][..],
            0.333_333_333_333_333_3,
            0.192_450_089_729_875_26,
        ),
        (
            &[
                1_000_000_000_000_000_000,
                1_000_000_000_000_000_001,
                1_000_000_000_000_000_003,
            ][..],
            &[
                1_000_000_000_000_000_000,
                1_000_000_000_000_000_001,
                1_000_000_000_000_000_002,
            ][..],
            1.0,
            3.333_333_333_333_333_4e-19,
        ),
    ];
    for (nums, dens, value, se) in cases {
        let mut moments = RatioMoments::default();
        for (&num, &den) in nums.iter().zip(dens) {
            moments.add(num, den).unwrap();
        }
        let rate = stats::ratio_estimator(&moments, 0.95).unwrap().unwrap();
        close(rate.value, value, value.abs() * 2.3e-16);
        close(rate.se.unwrap(), se, se * 4.5e-16);
    }
}

#[test]
fn ratio_edges() {
    let empty = RatioMoments::default();
    assert!(stats::ratio_estimator(&empty, 0.95).unwrap().is_none());
    let mut moments = empty;
    moments.add(5, 0).unwrap();
    assert!(stats::ratio_estimator(&moments, 0.95).unwrap().is_none());
    let mut one = empty;
    one.add(1, 4).unwrap();
    let rate = stats::ratio_estimator(&one, 0.95).unwrap().unwrap();
    assert_eq!((rate.value, rate.se, rate.interval), (0.25, None, None));
    // proportional data: no variance at all
    let mut exact = empty;
    exact.add(1, 3).unwrap();
    exact.add(3, 9).unwrap();
    let rate = stats::ratio_estimator(&exact, 0.95).unwrap().unwrap();
    assert_eq!(rate.se, Some(0.0));
    // negative numerators, merged in another order
    let (mut left, mut right) = (empty, empty);
    left.add(-7, 10).unwrap();
    right.add(12, 30).unwrap();
    right.add(i64::MIN, i64::MAX).unwrap();
    let (mut a, mut b) = (left, right);
    a.merge(&right).unwrap();
    b.merge(&left).unwrap();
    assert_eq!(a, b);
    assert!(stats::ratio_estimator(&a, 0.95).unwrap().is_some());
    let full = RatioMoments {
        sum_num: i128::MIN,
        ..one
    };
    assert_eq!(a.merge(&full).unwrap_err().kind(), ErrorKind::Overflow);
    assert_eq!(a, b);
    let impossible = RatioMoments {
        n: 2,
        sum_num: 10,
        sum_den: 10,
        sum_num_den: 50,
        ..empty
    };
    let error = stats::ratio_estimator(&impossible, 0.95).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
}

#[test]
fn mean_of_ratios() {
    let units = [(1, 2, 1), (1, 4, 1), (3, 4, 2), (5, 0, 1)];
    let ratios = stats::mean_of_ratios(&units, 0.95).unwrap().unwrap();
    assert_eq!((ratios.n, ratios.undefined), (4, 1));
    assert_eq!(ratios.mean.value, 0.5625);
    assert_eq!(ratios.median, 0.625);
    // Σ(r − 9/16)² = 11/64; /3 /4
    close(
        ratios.mean.se.unwrap(),
        (11.0f64 / 64.0 / 12.0).sqrt(),
        1e-16,
    );
    let mut reversed = units;
    reversed.reverse();
    assert_eq!(
        stats::mean_of_ratios(&reversed, 0.95).unwrap().unwrap(),
        ratios
    );
    assert!(stats::mean_of_ratios(&[(1, 0, 3)], 0.95).unwrap().is_none());
    let huge = [
        (u128::MAX, u128::MAX, u64::MAX - 1),
        (u128::MAX - 1, u128::MAX, 1),
    ];
    let ratios = stats::mean_of_ratios(&huge, 0.95).unwrap().unwrap();
    assert_eq!(ratios.median, 1.0);
    let over = [(1, 1, u64::MAX), (1, 1, 1)];
    let error = stats::mean_of_ratios(&over, 0.95).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overflow);
}

// Survival

#[test]
fn survival() {
    // Freireich et al. 1963, 6-MP arm, as in Kalbfleisch & Prentice; R survfit:
    // median 23, 95 % 13 to NA on the log-log scale; S(6) 0.857, S(23) 0.448.
    let times = [
        (6, true),
        (6, true),
        (6, true),
        (6, false),
        (7, true),
        (9, false),
        (10, true),
        (10, false),
        (11, false),
        (13, true),
        (16, true),
        (17, false),
        (19, false),
        (20, false),
        (22, true),
        (23, true),
        (25, false),
        (32, false),
        (32, false),
        (34, false),
        (35, false),
    ];
    let curve = stats::kaplan_meier(&times).unwrap();
    assert_eq!(curve.median(), Some(23));
    close(
        curve.survival_at(6).unwrap(),
        0.857_142_857_142_857_1,
        1e-15,
    );
    close(
        curve.survival_at(23).unwrap(),
        0.448_179_271_708_683_5,
        1e-15,
    );
    close(curve.steps()[0].se.unwrap(), 0.0764, 5e-5);
    let interval = curve.quantile_interval(0.5, 0.95).unwrap().unwrap();
    assert_eq!((interval.low, interval.high), (Some(13), None));
    let greenwood = curve.interval_at(6, 0.95).unwrap().unwrap();
    ends(&greenwood, 0.7074, 1.0, 1e-3);
    assert_eq!(curve.quantile(0.9).unwrap(), None);
    assert_eq!(curve.survival_at(0), Some(1.0));
    assert_eq!(curve.survival_at(36), None);

    // The placebo arm: no censoring, median 8, 95 % 4 to 11.
    let times = [
        1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
    ];
    let times: Vec<(i64, bool)> = times.iter().map(|&time| (time, true)).collect();
    let curve = stats::kaplan_meier(&times).unwrap();
    assert_eq!(curve.median(), Some(8));
    let interval = curve.quantile_interval(0.5, 0.95).unwrap().unwrap();
    assert_eq!((interval.low, interval.high), (Some(4), Some(11)));
    assert_eq!(curve.survival_at(99), Some(0.0));
    assert_eq!(curve.steps().last().unwrap().se, None);
}

#[test]
fn survival_compares_exactly() {
    // Every k/n with no censoring: the q-quantile of 1..=n is ⌈q·n⌉.
    for n in [2i64, 3, 7, 10, 49, 100, 1000] {
        let times: Vec<(i64, bool)> = (1..=n).map(|time| (time, true)).collect();
        let curve = stats::kaplan_meier(&times).unwrap();
        for tenth in 1..=9 {
            let quantile: f64 = format!("0.{tenth}").parse().unwrap();
            let want = (tenth * n + 9) / 10;
            assert_eq!(
                curve.quantile(quantile).unwrap(),
                Some(want),
                "{tenth} of {n}"
            );
        }
    }
    // 16/20, then 8 censored, then 5/8: ½ exactly.
    let curve = stats::kaplan_meier_counts(&[(4, 0, 5), (1, 4, 0), (2, 0, 8), (3, 3, 0)]).unwrap();
    assert_eq!(curve.median(), Some(3));
    assert_eq!(curve.steps()[2].survival, 0.5);
    // 16/20 · 9/14 = 18/35, just above.
    let curve = stats::kaplan_meier_counts(&[(1, 4, 2), (2, 5, 0), (3, 0, 9)]).unwrap();
    assert_eq!(curve.median(), None);
    // 27 times the same: each (n − 1)/n telescopes but for the censored ones.
    let mut counts = Vec::new();
    for time in 0..27 {
        counts.push((time, 1, u64::from(time % 3 == 0)));
    }
    counts.push((99, 0, 1_000));
    let curve = stats::kaplan_meier_counts(&counts).unwrap();
    let last = curve.steps()[26].survival;
    assert!(last > 0.97 && last < 0.98);
    assert_eq!(curve.median(), None);
    let counts = [(1, u64::MAX / 2, 0), (2, 0, u64::MAX / 2 + 1)];
    // (2⁶³)/(2⁶⁴ − 1) > 1/2 by one in 2⁶⁴
    assert_eq!(stats::kaplan_meier_counts(&counts).unwrap().median(), None);
    assert!(stats::kaplan_meier_counts(&[(1, u64::MAX, 1)]).is_err());
    // ties: the event comes first
    let curve = stats::kaplan_meier(&[(3, false), (3, true)]).unwrap();
    assert_eq!(curve.median(), Some(3));
    let none = stats::kaplan_meier(&[]).unwrap();
    assert_eq!((none.median(), none.survival_at(0)), (None, None));
    let error = stats::kaplan_meier(&[(1, true), (-2, true)]).unwrap_err();
    assert_eq!(
        (error.kind(), error.row()),
        (ErrorKind::OutOfRange, Some(1))
    );
    assert!(curve.quantile(1.0).is_err());
    assert!(curve.quantile(f64::NAN).is_err());
}

// Concentration

#[test]
fn concentration() {
    // gini-special, gini-equal: DescTools
    assert_eq!(stats::gini(&[10, 10, 0, 0, 0]), Some(0.6));
    assert_eq!(stats::gini(&[10, 10, 10]), Some(0.0));
    assert_eq!(stats::gini(&[7]), Some(0.0));
    assert_eq!(stats::gini(&[]), None);
    assert_eq!(stats::gini(&[u64::MAX, 0]), Some(0.5));
    assert_eq!(stats::gini_unbiased(&[10, 10, 0, 0, 0]), Some(0.75));
    // diversity: statpsych ci.diversity
    let counts = [847, 320, 57, 274, 36];
    let diversity = stats::diversity(&counts).unwrap();
    close(diversity.berger, 0.5598, 6e-5);
    close(diversity.simpson, 0.7722, 6e-5);
    close(diversity.shannon, 0.728_801_420_182_895_998_7, 1e-15);
    assert_eq!(stats::hhi(&[1, 1, 1, 1]), Some(0.25));
    assert_eq!(stats::effective_number(&[3, 3, 3]), Some(3.0));
    assert_eq!(stats::effective_number(&[u64::MAX, u64::MAX]), Some(2.0));
    assert_eq!(stats::berger_parker(&[1, 3]), Some(0.75));
    assert_eq!(stats::entropy(&[5, 0, 5]), Some(1.0));
    assert_eq!(stats::entropy(&[u64::MAX]), Some(0.0));
    close(stats::entropy(&[u64::MAX, 1]).unwrap(), 3.547e-18, 1e-21);
    assert_eq!(stats::top_share(&[1; 70], 0.1).unwrap(), Some(0.1));
    assert_eq!(
        stats::top_share(&[5, 1, 1, 1, 1, 1], 0.1).unwrap(),
        Some(0.5)
    );
    assert_eq!(stats::top_share(&[0, 0], 0.1).unwrap(), None);
    assert_eq!(stats::top_share(&[2, 1], 1.0).unwrap(), Some(1.0));
    for bad in [0.0, 1.5, f64::NAN] {
        assert_eq!(
            stats::top_share(&[1], bad).unwrap_err().field(),
            Some("fraction")
        );
    }
    assert_eq!(
        (
            stats::hhi(&[0]),
            stats::entropy(&[]),
            stats::diversity(&[1])
        ),
        (None, None, None)
    );
}

#[test]
fn shrinkage() {
    // eb-efron-morris: Efron & Morris 1977
    let y = [
        0.4, 0.378, 0.356, 0.333, 0.311, 0.311, 0.289, 0.267, 0.244, 0.244, 0.222, 0.222, 0.222,
        0.222, 0.222, 0.2, 0.178, 0.156,
    ];
    let mean = y.iter().sum::<f64>() / 18.0;
    let fit = stats::james_stein(&y, mean * (1.0 - mean) / 45.0)
        .unwrap()
        .unwrap();
    close(fit.grand_mean, 0.265, 1e-3);
    close(fit.factor, 0.212, 1e-3);
    close(fit.estimates[0], 0.294, 1e-3); // Clemente
    assert!(stats::james_stein(&[1.0; 5], 1.0).unwrap().is_none());
    let members = [(1, 10), (5, 10), (9, 10), (50, 100)];
    let prior = stats::beta_prior(&members).unwrap().unwrap();
    let shrunk = prior.shrink(9, 10).unwrap();
    assert!(shrunk > 0.5 && shrunk < 0.9);
    close(prior.shrink(0, 0).unwrap(), 0.5, 1e-15);
    assert!(stats::beta_prior(&[(5, 10), (5, 10)]).unwrap().is_none());
}

#[test]
fn planning() {
    // Cochran: 385 for ±5 %, 278 of 1,000; 1,068 for ±3 %.
    assert_eq!(stats::sample_size(0.5, 0.05, None, 0.95).unwrap(), 385);
    assert_eq!(
        stats::sample_size(0.5, 0.05, Some(1000), 0.95).unwrap(),
        278
    );
    assert_eq!(stats::sample_size(0.5, 0.03, None, 0.95).unwrap(), 1068);
    assert_eq!(stats::sample_size(0.0, 0.03, Some(10), 0.95).unwrap(), 1);
    assert_eq!(stats::sample_size(0.5, 1e-300, Some(10), 0.95).unwrap(), 10);
    assert!(stats::sample_size(0.5, 1e-300, None, 0.95).is_err());
    // The golden set's remark: 97, where statpsych prints 106.
    assert_eq!(
        stats::sample_size_two_proportions(0.6, 0.4, 0.8, 0.95).unwrap(),
        97
    );
    // What it asks for is enough, and one less is not.
    for margin in [0.01, 0.037, 0.05, 0.11] {
        for population in [None, Some(50), Some(12_345)] {
            let n = stats::sample_size(0.5, margin, population, 0.95).unwrap();
            let at = |n| {
                stats::margin_of_error(0.5, n, population, 0.95)
                    .unwrap()
                    .unwrap()
            };
            assert!(at(n) <= margin, "{margin} {population:?} {n}");
            assert!(n == 1 || at(n - 1) > margin, "{margin} {population:?} {n}");
        }
    }
    assert!(
        stats::margin_of_error(0.5, 0, None, 0.95)
            .unwrap()
            .is_none()
    );
    assert_eq!(
        stats::margin_of_error(0.5, 7, Some(7), 0.95).unwrap(),
        Some(0.0)
    );
}

#[test]
fn holm() {
    // R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
    let adjusted = stats::holm(&[0.01, 0.02, 0.03, 0.04, 0.05]).unwrap();
    for (got, want) in adjusted.iter().zip([0.05, 0.08, 0.09, 0.09, 0.09]) {
        close(*got, want, 1e-15);
    }
    assert_eq!(stats::holm(&[0.9, 0.8]).unwrap(), [1.0, 1.0]);
    assert!(stats::holm(&[]).unwrap().is_empty());
    let error = stats::holm(&[0.1, f64::NAN]).unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::NotFinite, Some(1)));
}

// Edges common to all

#[test]
fn proportions_at_the_edges() {
    use ProportionMethod::{
        AgrestiCoull, ClopperPearson, Jeffreys, Wald, Wilson, WilsonContinuity,
    };
    let most = u64::MAX;
    for method in [
        Wilson,
        WilsonContinuity,
        AgrestiCoull,
        ClopperPearson,
        Jeffreys,
        Wald,
    ] {
        let make = |x, n| stats::proportion_interval(method, x, n, None, 0.95);
        assert!(make(0, 0).unwrap().is_none());
        assert_eq!(make(0, 9).unwrap().unwrap().low, 0.0, "{method:?}");
        assert_eq!(make(9, 9).unwrap().unwrap().high, 1.0, "{method:?}");
        for (x, n) in [
            (0, 1),
            (1, 1),
            (1, 2),
            (0, most),
            (1, most),
            (5, most),
            (most / 2, most),
            (most - 1, most),
            (most, most),
            (1_000_000, most),
            (123_456_789, 987_654_321),
        ] {
            for confidence in [1e-9, 0.5, 0.95, 0.999_999_999_999] {
                let i = stats::proportion_interval(method, x, n, None, confidence)
                    .unwrap()
                    .unwrap();
                assert!(
                    0.0 <= i.low && i.low <= i.high && i.high <= 1.0,
                    "{method:?} {x} {n} {i:?}"
                );
            }
        }
        for (confidence, kind) in [
            (0.0, ErrorKind::OutOfRange),
            (1.0, ErrorKind::OutOfRange),
            (f64::NAN, ErrorKind::NotFinite),
        ] {
            let error = stats::proportion_interval(method, 1, 2, None, confidence).unwrap_err();
            assert_eq!((error.kind(), error.field()), (kind, Some("confidence")));
        }
        let error = make(3, 2).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::OutOfRange, Some("successes"))
        );
    }
    assert!(stats::newcombe(0, 0, 1, 2, 0.95).unwrap().is_none());
    let interval = stats::newcombe(most, most, 0, most, 0.95).unwrap().unwrap();
    ends(&interval, 1.0, 1.0, 1e-15);
    let method = TwoProportionMethod::Pooled;
    let test = stats::two_proportion_test(most, most, 0, most, method, 0.95)
        .unwrap()
        .unwrap();
    assert_eq!(test.p_value, 0.0);
}

/// The sums of 1, 2, 3, 4, of three zeros, and of nothing at all.
#[test]
fn samples_from_sums_of_whole_numbers() {
    let sample = |n, sum, squares| Sample::from_integer_sums(n, sum, squares);
    let four = sample(4, 10, 30).unwrap().unwrap();
    assert_eq!((four.n(), four.mean()), (4, 2.5));
    assert_eq!(four.variance(), Some(5.0 / 3.0));
    let zeros = sample(3, 0, 0).unwrap().unwrap();
    assert_eq!((zeros.mean(), zeros.variance()), (0.0, Some(0.0)));
    assert_eq!(sample(0, 0, 0), Ok(None));
    let error = sample(2, 0, -1).unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("invalid_value", Some("sum_sq"))
    );
}

/// Beyond 1e8 the tails are found by Temme's expansions: quantiles to 40 digits
/// by the power series and Newton's method, in decimals of 50 digits.
#[test]
fn exact_intervals_of_hundreds_of_millions() {
    let beta = stats::clopper_pearson(120_000_000, 250_000_000, 0.95);
    let beta = beta.unwrap().unwrap();
    ends(
        &beta,
        0.479_938_068_332_075_44,
        0.480_061_932_131_033_35,
        1e-13,
    );
    let gamma = stats::poisson_interval(250_000_000, 1.0, 0.95);
    let gamma = gamma.unwrap().unwrap();
    ends(&gamma, 249_969_011.195_548_6, 250_030_991.698_819_22, 1e-5);
}
