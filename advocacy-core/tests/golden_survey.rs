//! `survey` against published and derived values. Each case names its id in
//! the golden set and its source; the numbers are the source's, those of
//! scores times 100: ours are in points.

#![allow(
    clippy::too_many_lines,
    clippy::unreadable_literal,
    clippy::excessive_precision,
    clippy::unwrap_used,
    reason = "reference values as their source prints them; a case that fails should stop"
)]

use advocacy_core::stats::{self, Interval, SignTestMethod};
use advocacy_core::survey::{
    AverageHeadcount, Enps, EnpsMethod, EnpsOptions, EsiForm, Expected, TurnoverOptions, enps,
    enps_difference, enps_from_counts, enps_margin_of_error, enps_test, esi,
    share_difference_paired, turnover_rate,
};

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() <= tolerance,
        "got {got:?}, want {want:?} within {tolerance:e}"
    );
}

/// The ends of a score on the −1..=1 scale.
#[track_caller]
fn ends(interval: &Interval, low: f64, high: f64, tolerance: f64) {
    close(interval.low / 100.0, low, tolerance);
    close(interval.high / 100.0, high, tolerance);
}

fn score(promoters: u64, passives: u64, detractors: u64, method: EnpsMethod) -> Enps {
    let options = EnpsOptions {
        method,
        ..EnpsOptions::default()
    };
    enps_from_counts(promoters, passives, detractors, &options).unwrap()
}

/// Cavo et al. 2012, the data of Fagerland, Lydersen & Laake, ch. 8.
fn cavo(method: EnpsMethod) -> Enps {
    score(6, 139, 16, method)
}

#[test]
fn nps_point_agendrix() {
    // nps-point-agendrix: agendrix.com/?p=4945
    let enps = score(55, 35, 10, EnpsMethod::default());
    close(enps.value().unwrap(), 45.0, 1e-9);
}

#[test]
fn nps_var_whuber() {
    // nps-var-whuber: stats.stackexchange 18603
    let enps = enps([2, 8, 7, 9, 9, 10], &EnpsOptions::default()).unwrap();
    close(enps.value().unwrap() / 100.0, 1.0 / 3.0, 1e-12);
    let expected = Expected {
        promoters: 1.0 / 2.0,
        detractors: 1.0 / 6.0,
    };
    let margin = enps_margin_of_error(1, expected, None, 0.95)
        .unwrap()
        .unwrap();
    let se = margin / 100.0 / stats::two_sided_z(0.95).unwrap();
    close(se * se, 5.0 / 9.0, 1e-12);
}

#[test]
fn nps_ci_cavo() {
    // nps-ci-cavo-wald, -am, -bp, -tango: R contingencytables 3.0.0, test-ch8.R
    for (method, low, high) in [
        (EnpsMethod::Wald, -0.1184, -0.0058),
        (EnpsMethod::AgrestiMin, -0.1182, -0.0045),
        (EnpsMethod::BonettPrice, -0.1195, -0.0032),
        (EnpsMethod::Tango, -0.1240, -0.0054),
    ] {
        let enps = cavo(method);
        close(enps.value().unwrap() / 100.0, -0.0621, 6e-5);
        ends(enps.interval().unwrap(), low, high, 6e-5);
        assert_eq!(enps.interval().unwrap().method, method.as_str());
    }
}

#[test]
fn nps_ci_cavo_rocks() {
    // nps-ci-cavo-rocks: brendan-r/NPS, R/nps_tests.R, the author of Rocks 2016
    let enps = cavo(EnpsMethod::default());
    let interval = enps.interval().unwrap();
    ends(
        interval,
        -0.118_153_674_632_599_17,
        -0.003_797_544_879_595_951_6,
        1e-9,
    );
    let centre = f64::midpoint(interval.low, interval.high) / 100.0;
    close(centre, -0.060_975_609_756_097_56, 1e-9);
    let se = enps.margin_of_error.unwrap() / 100.0 / stats::two_sided_z(0.95).unwrap();
    close(se, 0.029_173_018_140_902_02, 1e-9);
}

#[test]
fn nps_ci_cavo_newc10() {
    // nps-ci-cavo-newc10: the same, with the passives split in two
    let change = share_difference_paired(59, 6, 16, 80, 0.95).unwrap();
    close(change.value().unwrap(), -0.0621, 6e-5);
    let interval = change.interval().unwrap();
    close(interval.low, -0.1186, 6e-5);
    close(interval.high, -0.0046, 6e-5);
}

#[test]
fn nps_ci_tango_alldet() {
    // nps-ci-tango-alldet: contingencytables test-ch8.R, edge cases
    let enps = score(0, 0, 3, EnpsMethod::Tango);
    ends(enps.interval().unwrap(), -1.0, 0.123, 6e-5);
}

/// Every method against 60-digit decimals in plain Python: promoters, passives
/// and detractors, then the ends in points in the order of `EnpsMethod::ALL`.
#[test]
fn intervals_of_an_independent_oracle() {
    type Case = ((u64, u64, u64), [(f64, f64); 5]);
    let cases: &[Case] = &[
        (
            (6, 139, 16),
            [
                (-11.815367463259918, -0.37975448795959443),
                (-12.402343246406817, -0.5433395731677082),
                (-11.839965766157988, -0.5823944822892176),
                (-11.824200957882669, -0.4457376924240802),
                (-11.949881106651192, -0.3200575436555563),
            ],
        ),
        (
            (55, 35, 10),
            [
                (30.666099422274794, 56.71254135442423),
                (30.8246722506074, 57.055202913799526),
                (31.888734529952416, 58.111265470047584),
                (31.06435868622287, 57.17093543142419),
                (30.923685272038863, 57.3116088456082),
            ],
        ),
        (
            (1, 0, 0),
            [
                (-48.498649420252036, 98.49864942025204),
                (-58.69013712455252, 100.0),
                (100.0, 100.0),
                (-51.01008745877735, 100.0),
                (-73.35359280789578, 100.0),
            ],
        ),
        (
            (0, 5, 0),
            [
                (-30.005697977220688, 30.005697977220688),
                (-43.44824647831748, 43.44824647831748),
                (0.0, 0.0),
                (-27.999485493429347, 27.999485493429347),
                (-39.597252124276515, 39.597252124276515),
            ],
        ),
        (
            (3, 2, 0),
            [
                (-7.508546965831034, 82.50854696583103),
                (-9.51719436530797, 88.23792257673522),
                (17.059340550788225, 100.0),
                (-3.2722598673644074, 88.98654558165012),
                (-11.10481581391113, 96.81910152819684),
            ],
        ),
        (
            (791, 349, 509),
            [
                (12.869956633602573, 21.270479201748515),
                (12.865166234080528, 21.268936289491887),
                (12.89603656927769, 21.306510428903024),
                (12.878639167761223, 21.282475308313884),
                (12.876962535482162, 21.284151940592942),
            ],
        ),
        (
            (0, 98, 2),
            [
                (-5.481900483812732, 1.5984053381816639),
                (-7.001179072854391, 1.7733368171125399),
                (-4.743949578356076, 0.7439495783560759),
                (-5.267153195267314, 1.3455845678163338),
                (-5.784965987455259, 1.8633973600042784),
            ],
        ),
        (
            (400000, 500000, 100000),
            [
                (29.874411176933815, 30.125408823606183),
                (29.87445605068065, 30.125454002171473),
                (29.874501071060962, 30.125498928939038),
                (29.874441141582842, 30.125438858657155),
                (29.874440988535987, 30.12543901170401),
            ],
        ),
        (
            (1, 999998, 1),
            [
                (-0.00036667458600450105, 0.00036667458600450105),
                (-0.0004737040332414611, 0.0004737040332414611),
                (-0.0002771807648699356, 0.0002771807648699356),
                (-0.000339475041272769, 0.000339475041272769),
                (-0.000391992012923985, 0.000391992012923985),
            ],
        ),
    ];
    for &((promoters, passives, detractors), wanted) in cases {
        for (&method, (low, high)) in EnpsMethod::ALL.iter().zip(wanted) {
            let enps = score(promoters, passives, detractors, method);
            let interval = enps.interval().unwrap();
            close(interval.low, low, 2e-13 * low.abs().max(1e-2));
            close(interval.high, high, 2e-13 * high.abs().max(1e-2));
        }
    }
}

#[test]
fn nps_zero() {
    // nps-zero-mcnemar, nps-zero-mcnemar-exact: R contingencytables 3.0.0
    let enps = cavo(EnpsMethod::default());
    let test = enps_test(&enps, SignTestMethod::McNemar).unwrap().unwrap();
    close(test.statistic.unwrap(), -2.132, 6e-4);
    close(test.p_value, 0.033_006, 6e-4);
    close(test.estimate, enps.value().unwrap(), 0.0);
    let test = enps_test(&enps, SignTestMethod::Exact).unwrap().unwrap();
    close(test.p_value, 0.052_479, 1e-6);
    // The mid-p of the same: twice the tail less the probability of what was
    // seen, in whole numbers over 2^22.
    let test = enps_test(&enps, SignTestMethod::MidP).unwrap().unwrap();
    close(
        test.p_value,
        (2.0 * 110_056.0 - 74_613.0) / 4_194_304.0,
        1e-15,
    );
    // nps-zero-mcnemar-cc: statpsych test.prop.ps(12, 4, 26, 6)
    let enps = score(26, 18, 4, EnpsMethod::default());
    let test = enps_test(&enps, SignTestMethod::McNemarContinuity)
        .unwrap()
        .unwrap();
    close(test.statistic.unwrap(), 3.8341, 6e-5);
    close(test.p_value, 0.000_13, 6e-5);
}

#[test]
fn nps_diff_bank_mex_uk() {
    // nps-diff-bank-mex-uk: NPS::nps_test on data/nps_bank_2021.csv
    let mexico = score(791, 1649 - 791 - 509, 509, EnpsMethod::Wald);
    let britain = score(755, 1720 - 755 - 609, 609, EnpsMethod::Wald);
    let difference = enps_difference(&mexico, &britain).unwrap();
    close(
        difference.value().unwrap() / 100.0,
        0.086_129_014_060_671_03,
        1e-9,
    );
    close(
        difference.se.unwrap() / 100.0,
        0.030_285_596_284_874_736,
        1e-9,
    );
    close(difference.z.unwrap(), 2.843_893_620_271_418_2, 1e-9);
    close(difference.p_value.unwrap(), 0.004_456_592_455_106_721, 1e-9);
    ends(
        difference.interval().unwrap(),
        0.026_770_336_091_996_48,
        0.145_487_692_029_345_58,
        1e-9,
    );
}

#[test]
fn turnover_bizfluent() {
    // turnover-bizfluent: bizfluent.com how-5080019, prints 14 percent
    let headcount = AverageHeadcount::StartEnd { start: 30, end: 40 };
    close(headcount.mean().unwrap(), 35.0, 1e-12);
    let rate = turnover_rate(5, &headcount, &TurnoverOptions::default()).unwrap();
    close(rate.value().unwrap(), 0.142_857_142_857_142_85, 1e-12);
}

#[test]
fn esi_of_the_metric_reference() {
    // METRICS.md §8: 7, 8, 6 → 0.6667 and 0.70
    let value = |form| esi(7.0, 8.0, 6.0, form).unwrap().value().unwrap();
    close(value(EsiForm::Rescaled), 0.6667, 5e-5);
    close(value(EsiForm::Total), 0.70, 1e-12);
}
