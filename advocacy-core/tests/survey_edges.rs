//! The edges of `survey`: nothing, one, all alike, too many, out of range.

#![allow(
    clippy::float_cmp,
    clippy::many_single_char_names,
    clippy::unwrap_used,
    reason = "edges such as 0, 100 and equal inputs are exact; a case that fails should stop"
)]

use advocacy_core::stats::SignTestMethod;
use advocacy_core::survey::{
    Anonymous, AverageHeadcount, Comparisons, Enps, EnpsCategory, EnpsMethod, EnpsOptions, EsiForm,
    Expected, Invalid, PulseFinding, PulseOptions, Response, SatisfactionOptions, Scale,
    TurnoverOptions, absence_rate, completion_rate, enps, enps_by, enps_difference,
    enps_difference_paired, enps_from_counts, enps_interval, enps_margin_of_error, enps_rolling,
    enps_sample_size, enps_test, esi, favourability, nonresponse_bounds,
    promoter_share_of_employees, pulse_check, response_rate, retention_rate, satisfaction,
    share_difference_paired, stability_index, turnover_rate,
};
use advocacy_core::{ErrorKind, Id, Note, Period, State, Timestamp, Unit, Zone};

#[track_caller]
fn close(got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() <= tolerance,
        "got {got:?}, want {want:?}"
    );
}

fn with(method: EnpsMethod) -> EnpsOptions {
    EnpsOptions {
        method,
        ..EnpsOptions::default()
    }
}

fn counts(promoters: u64, passives: u64, detractors: u64) -> Enps {
    enps_from_counts(promoters, passives, detractors, &EnpsOptions::default()).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text, &Zone::utc()).unwrap()
}

// eNPS

#[test]
fn no_responses_is_undefined() {
    let none: [f64; 0] = [];
    for score in [
        enps(none, &EnpsOptions::default()).unwrap(),
        enps([None::<u8>, None], &EnpsOptions::default()).unwrap(),
        counts(0, 0, 0),
    ] {
        assert_eq!(score.value(), None);
        assert_eq!(score.measure.state(), State::Undefined);
        assert_eq!(score.interval(), None);
        assert_eq!(score.margin_of_error, None);
        assert_eq!(score.responses, 0);
        assert!(enps_test(&score, SignTestMethod::Exact).unwrap().is_none());
        let difference = enps_difference(&score, &counts(1, 2, 3)).unwrap();
        assert_eq!((difference.value(), difference.z), (None, None));
        assert!(score.explain().contains("undefined"));
    }
    assert_eq!(
        enps([None::<u8>, None], &EnpsOptions::default())
            .unwrap()
            .missing,
        2
    );
    let empty = EnpsOptions {
        population: Some(0),
        ..EnpsOptions::default()
    };
    assert_eq!(enps(none, &empty).unwrap().value(), None);
}

#[test]
fn one_response() {
    for (answer, value) in [(10, 100.0), (8, 0.0), (2, -100.0)] {
        for &method in EnpsMethod::ALL {
            let score = enps([answer], &with(method)).unwrap();
            assert_eq!(score.value(), Some(value));
            let interval = score.interval().unwrap();
            assert!(
                -100.0 <= interval.low && interval.low <= interval.high && interval.high <= 100.0
            );
            assert!(score.measure.notes().contains(&Note::SmallSample { n: 1 }));
        }
    }
}

#[test]
fn all_equal() {
    let score = enps([9; 40], &EnpsOptions::default()).unwrap();
    assert_eq!(score.value(), Some(100.0));
    assert!(
        score.interval().unwrap().low < 100.0,
        "40 answers are not certainty"
    );
    assert_eq!(score.interval().unwrap().high, 100.0);
    // Wald's well-known failure.
    let wald = enps([9; 40], &with(EnpsMethod::Wald)).unwrap();
    assert_eq!(wald.interval().unwrap().width(), 0.0);
    let passive = enps([7; 40], &EnpsOptions::default()).unwrap();
    assert_eq!(passive.value(), Some(0.0));
    assert!(passive.value().unwrap().is_sign_positive());
    assert!(
        enps_test(&passive, SignTestMethod::McNemar)
            .unwrap()
            .is_none()
    );
    // Two groups all alike: no variance, so no z; still a difference.
    let difference = enps_difference(&score, &passive).unwrap();
    assert_eq!(difference.value(), Some(100.0));
    assert_eq!((difference.z, difference.p_value), (None, None));
    assert!(difference.interval().is_some());
}

#[test]
fn fractions_fall_in_a_group() {
    let of = |score| EnpsCategory::of(score, &Scale::ZeroToTen).unwrap();
    assert_eq!(of(6.5), EnpsCategory::Detractor);
    assert_eq!(of(8.5), EnpsCategory::Passive);
    assert_eq!(of(6.999_999_999), EnpsCategory::Detractor);
    assert_eq!(
        (of(7.0), of(9.0), of(0.0)),
        (
            EnpsCategory::Passive,
            EnpsCategory::Promoter,
            EnpsCategory::Detractor
        )
    );
    let score = enps([6.5, 8.5], &EnpsOptions::default()).unwrap();
    assert_eq!(
        (score.promoters, score.passives, score.detractors),
        (0, 1, 1)
    );
    assert_eq!(score.value(), Some(-50.0));
}

#[test]
fn outside_the_scale_names_value_and_row() {
    let error = enps([9, 10, 8, 11], &EnpsOptions::default()).unwrap_err();
    assert_eq!(error.message(), "score 11 at row 3 is outside 0..=10");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    assert_eq!((error.field(), error.row()), (Some("scores"), Some(3)));
    let one = EnpsOptions {
        scale: Scale::OneToTen,
        ..EnpsOptions::default()
    };
    let error = enps([1, 0], &one).unwrap_err();
    assert_eq!(error.message(), "score 0 at row 1 is outside 1..=10");
    let skip = EnpsOptions {
        invalid: Invalid::Skip,
        ..EnpsOptions::default()
    };
    let score = enps([Some(9.0), Some(11.0), Some(-0.5), None], &skip).unwrap();
    assert_eq!((score.responses, score.skipped, score.missing), (1, 2, 1));
    assert_eq!(score.measure.coverage().unwrap().rows, 4);
}

#[test]
fn nan_is_an_error_even_when_skipping() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for invalid in [Invalid::Raise, Invalid::Skip] {
            let options = EnpsOptions {
                invalid,
                ..EnpsOptions::default()
            };
            let error = enps([9.0, bad], &options).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFinite);
            assert_eq!((error.field(), error.row()), (Some("scores"), Some(1)));
        }
        assert!(EnpsCategory::of(bad, &Scale::ZeroToTen).is_err());
    }
}

#[test]
fn blanks_are_counted() {
    let score = enps([Some(9), None, Some(3), None], &EnpsOptions::default()).unwrap();
    assert_eq!((score.responses, score.missing), (2, 2));
    assert_eq!(score.value(), Some(0.0));
    assert!(score.explain().contains("coverage: known in 2 of 4 rows"));
    assert!(
        score
            .explain()
            .contains("2 rows without an answer left out")
    );
}

#[test]
fn weights() {
    let weighed = |weights: &[f64]| {
        let options = EnpsOptions {
            weights: Some(weights.to_vec()),
            ..EnpsOptions::default()
        };
        enps([9, 0, 10, 8], &options)
    };
    // All alike: as without weights.
    let plain = enps([9, 0, 10, 8], &EnpsOptions::default()).unwrap();
    for weight in [1.0, 0.1, 3.0, 1e100, 1e-100] {
        let score = weighed(&[weight; 4]).unwrap();
        assert_eq!(score.value(), plain.value());
        close(
            score.interval().unwrap().low,
            plain.interval().unwrap().low,
            1e-10,
        );
        let shares = score.weighted.unwrap();
        close(shares.effective_size, 4.0, 1e-14);
        close(shares.design_effect, 1.0, 1e-14);
    }
    // 3·9 + 1·0 + 1·10 + 1·8: (4 − 1)/6, Kish 36/12 = 3.
    let score = weighed(&[3.0, 1.0, 1.0, 1.0]).unwrap();
    assert_eq!(score.value(), Some(50.0));
    let shares = score.weighted.clone().unwrap();
    assert_eq!((shares.effective_size, shares.weight), (3.0, 6.0));
    close(shares.design_effect, 4.0 / 3.0, 1e-15);
    assert!(score.interval().unwrap().width() > plain.interval().unwrap().width());
    assert!(
        enps_test(&score, SignTestMethod::McNemar)
            .unwrap()
            .is_some()
    );
    let error = enps_test(&score, SignTestMethod::Exact).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    // Weights 3 and 27 times 1: 900/36 = 25 effective answers, so the interval
    // is that of 25 answers with the same shares, 6/30, 12/30 and 12/30.
    let answers = [[9; 4].as_slice(), &[8; 12], &[0; 12]].concat();
    let options = EnpsOptions {
        weights: Some(std::iter::once(3.0).chain([1.0; 27]).collect()),
        ..EnpsOptions::default()
    };
    let score = enps(&answers, &options).unwrap();
    let same = counts(5, 10, 10);
    close(score.value().unwrap(), -20.0, 1e-13);
    close(
        score.interval().unwrap().low,
        same.interval().unwrap().low,
        1e-12,
    );
    close(
        score.interval().unwrap().high,
        same.interval().unwrap().high,
        1e-12,
    );
    // Zero leaves an answer out, and it is said; all zero is undefined.
    let score = weighed(&[1.0, 0.0, 1.0, 1.0]).unwrap();
    close(score.value().unwrap(), 200.0 / 3.0, 1e-13);
    assert_eq!((score.responses, score.detractors), (4, 1));
    close(score.weighted.as_ref().unwrap().design_effect, 1.0, 1e-15);
    assert!(score.explain().contains("left out: 1 of weight 0"));
    let score = weighed(&[0.0; 4]).unwrap();
    assert_eq!((score.value(), score.interval()), (None, None));
    // Negative, NaN, too many, too few, absurd.
    let error = weighed(&[1.0, -1.0, 1.0, 1.0]).unwrap_err();
    assert_eq!(
        (error.kind(), error.row(), error.field()),
        (ErrorKind::OutOfRange, Some(1), Some("weights"))
    );
    assert_eq!(
        weighed(&[1.0, 1.0, f64::NAN, 1.0]).unwrap_err().kind(),
        ErrorKind::NotFinite
    );
    assert_eq!(
        weighed(&[1.0; 3]).unwrap_err().kind(),
        ErrorKind::UnequalLengths
    );
    assert_eq!(
        weighed(&[1.0; 5]).unwrap_err().kind(),
        ErrorKind::UnequalLengths
    );
    assert_eq!(
        weighed(&[1.0, 1.0, f64::MAX, 1.0]).unwrap_err().kind(),
        ErrorKind::OutOfRange
    );
    let options = EnpsOptions {
        weights: Some(vec![1.0]),
        ..EnpsOptions::default()
    };
    assert_eq!(
        enps_from_counts(1, 0, 0, &options).unwrap_err().kind(),
        ErrorKind::InvalidOption
    );
}

#[test]
fn finite_population() {
    for &method in EnpsMethod::ALL {
        let width = |population| {
            let options = EnpsOptions {
                population,
                ..with(method)
            };
            let score = enps_from_counts(30, 10, 10, &options).unwrap();
            assert_eq!(score.value(), Some(40.0));
            score.interval().unwrap().width()
        };
        assert_eq!(
            width(Some(50)),
            0.0,
            "{method}: a census leaves nothing to chance"
        );
        assert!(width(Some(51)) > 0.0);
        assert!(width(Some(51)) < width(Some(100)));
        assert!(width(Some(100)) < width(Some(u64::MAX)));
        close(width(Some(u64::MAX)), width(None), 1e-9);
        let options = EnpsOptions {
            population: Some(49),
            ..with(method)
        };
        let error = enps_from_counts(30, 10, 10, &options).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::OutOfRange, Some("population"))
        );
    }
    // (N − 1)/(N − n) = 98/49: 50 of 99 are as good as 100 of endless many.
    for &method in EnpsMethod::ALL {
        let options = EnpsOptions {
            population: Some(99),
            ..with(method)
        };
        assert_eq!(
            enps_interval(30, 10, 10, &options).unwrap(),
            enps_interval(60, 20, 20, &with(method)).unwrap()
        );
    }
    // Two censuses differ exactly: no standard error, no z.
    let census = |p, d| {
        let options = EnpsOptions {
            population: Some(50),
            ..EnpsOptions::default()
        };
        enps_from_counts(p, 50 - p - d, d, &options).unwrap()
    };
    let difference = enps_difference(&census(30, 10), &census(20, 10)).unwrap();
    assert_eq!(
        (difference.value(), difference.se, difference.z),
        (Some(20.0), Some(0.0), None)
    );
    assert_eq!(difference.interval().unwrap().width(), 0.0);
}

#[test]
fn five_points_need_cut_offs() {
    let error = Scale::of(1.0, 5.0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    assert!(serde_json::from_str::<Scale>(r#"{"min": 1, "max": 5}"#).is_err());
    assert!(serde_json::from_str::<Scale>(r#"{"min": 1, "max": 5, "passive_from": 4}"#).is_err());
    let scale: Scale =
        serde_json::from_str(r#"{"min": 1, "max": 5, "passive_from": 4, "promoter_from": 5}"#)
            .unwrap();
    let options = EnpsOptions {
        scale,
        ..EnpsOptions::default()
    };
    let score = enps([5, 5, 4, 1], &options).unwrap();
    assert_eq!(score.value(), Some(25.0));
    assert_eq!(score.measure.id(), "net_score", "never called eNPS");
    assert_eq!(
        enps([6], &options).unwrap_err().message(),
        "score 6 at row 0 is outside 1..=5"
    );
    // The usual scales by their points, and by name.
    assert_eq!(
        Scale::custom(0.0, 10.0, 7.0, 9.0).unwrap(),
        Scale::ZeroToTen
    );
    assert_eq!(
        serde_json::from_str::<Scale>(r#""1-10""#).unwrap(),
        Scale::OneToTen
    );
    for (min, max, passive, promoter) in [
        (1.0, 5.0, 1.0, 5.0),
        (1.0, 5.0, 4.0, 3.0),
        (1.0, 5.0, 4.0, 6.0),
        (f64::NEG_INFINITY, 5.0, 4.0, 5.0),
        (1.0, 5.0, f64::NAN, 5.0),
    ] {
        assert!(Scale::custom(min, max, passive, promoter).is_err());
        let scale = Scale::Custom {
            min,
            max,
            passive_from: passive,
            promoter_from: promoter,
        };
        assert!(
            enps(
                [5],
                &EnpsOptions {
                    scale,
                    ..EnpsOptions::default()
                }
            )
            .is_err()
        );
    }
    // A score on other cut-offs cannot be compared with an eNPS.
    assert!(enps_difference(&score, &counts(2, 1, 1)).is_err());
}

#[test]
fn counts_near_the_end_of_64_bits() {
    let most = u64::MAX;
    for (p, passive, d) in [
        (most, 0, 0),
        (0, most, 0),
        (0, 0, most),
        (most / 2, 0, most / 2),
        (most / 2 + 1, 0, most / 2),
        (most / 3, most / 3, most / 3),
        (1, most - 2, 1),
    ] {
        for &method in EnpsMethod::ALL {
            for population in [None, Some(most)] {
                let options = EnpsOptions {
                    population,
                    ..with(method)
                };
                let score = enps_from_counts(p, passive, d, &options).unwrap();
                let interval = score.interval().unwrap();
                assert!(interval.low <= interval.high && interval.high - interval.low < 1e-6);
                assert!((-100.0..=100.0).contains(&score.value().unwrap()));
                for method in [
                    SignTestMethod::McNemar,
                    SignTestMethod::Exact,
                    SignTestMethod::MidP,
                ] {
                    enps_test(&score, method).unwrap();
                }
                enps_difference(&score, &counts(most, 0, 0)).unwrap();
            }
        }
    }
    // One promoter more than detractors of 2⁶⁴ − 1 answers: not lost.
    close(
        counts(most / 2 + 1, 0, most / 2).value().unwrap() * 1.844_674_407_370_955_2e17,
        1.0,
        1e-12,
    );
    let error = enps_from_counts(most, 1, 0, &EnpsOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overflow);
    assert_eq!(
        enps_interval(most, most, most, &EnpsOptions::default())
            .unwrap_err()
            .kind(),
        ErrorKind::Overflow
    );
    promoter_share_of_employees(most, most, 0.95).unwrap();
    response_rate(most, 1, 0.95).unwrap();
    stability_index(most, most, 0.95).unwrap();
    share_difference_paired(most / 4, most / 4, most / 4, most / 4, 0.95).unwrap();
    assert!(share_difference_paired(most, 0, 0, 1, 0.95).is_err());
    let headcount = AverageHeadcount::MonthEnds(vec![most; 12]);
    assert_eq!(headcount.mean(), Some(18_446_744_073_709_551_615.0));
    turnover_rate(most, &headcount, &TurnoverOptions::default()).unwrap();
    turnover_rate(
        most,
        &AverageHeadcount::StartEnd { start: 1, end: 0 },
        &TurnoverOptions::default(),
    )
    .unwrap();
}

#[test]
fn every_small_sample_is_sound() {
    for n in 1..=12_u64 {
        for p in 0..=n {
            for d in 0..=n - p {
                for &method in EnpsMethod::ALL {
                    for confidence in [0.5, 0.95, 0.999_999] {
                        let options = EnpsOptions {
                            confidence,
                            ..with(method)
                        };
                        let here = enps_interval(p, n - p - d, d, &options).unwrap().unwrap();
                        let mirror = enps_interval(d, n - p - d, p, &options).unwrap().unwrap();
                        assert!(-100.0 <= here.low && here.low <= here.high && here.high <= 100.0);
                        close(here.low, -mirror.high, 1e-9);
                        if matches!(method, EnpsMethod::Tango | EnpsMethod::Wald) {
                            let score = counts(p, n - p - d, d).value().unwrap();
                            assert!(here.low <= score + 1e-9 && score - 1e-9 <= here.high);
                        }
                    }
                }
            }
        }
    }
    for confidence in [0.0, 1.0, 95.0, f64::NAN] {
        let options = EnpsOptions {
            confidence,
            ..EnpsOptions::default()
        };
        assert_eq!(enps([9], &options).unwrap_err().field(), Some("confidence"));
    }
}

#[test]
fn results_go_through_json() {
    let score = enps([Some(9.0), Some(6.5), None], &EnpsOptions::default()).unwrap();
    let text = serde_json::to_string(&score).unwrap();
    assert_eq!(serde_json::from_str::<Enps>(&text).unwrap(), score);
    assert_eq!(score.measure.unit(), Unit::Points);
    for options in [
        EnpsOptions::default(),
        EnpsOptions {
            scale: Scale::custom(1.0, 5.0, 4.0, 5.0).unwrap(),
            weights: Some(vec![1.0]),
            ..with(EnpsMethod::BonettPrice)
        },
    ] {
        let text = serde_json::to_string(&options).unwrap();
        assert_eq!(serde_json::from_str::<EnpsOptions>(&text).unwrap(), options);
    }
    assert!(serde_json::from_str::<EnpsOptions>(r#"{"methd": "wald"}"#).is_err());
}

// Differences, groups, windows

#[test]
fn mover_by_hand() {
    // Square-and-add of the default intervals, in points.
    let (a, b) = (counts(30, 15, 5), counts(10, 20, 10));
    let of = |enps: &Enps| {
        let interval = enps.interval().unwrap();
        (enps.value().unwrap(), interval.low, interval.high)
    };
    let ((x, l, u), (y, m, v)) = (of(&a), of(&b));
    let difference = enps_difference(&a, &b).unwrap();
    assert_eq!(difference.value(), Some(50.0));
    let interval = difference.interval().unwrap();
    close(
        interval.low,
        50.0 - ((x - l) * (x - l) + (v - y) * (v - y)).sqrt(),
        1e-12,
    );
    close(
        interval.high,
        50.0 + ((u - x) * (u - x) + (y - m) * (y - m)).sqrt(),
        1e-12,
    );
    // z from the plain variances: (35/50 − 0.25)/50 and (20/40 − 0)/40.
    let se = 100.0 * (0.45_f64 / 50.0 + 0.5 / 40.0).sqrt();
    close(difference.z.unwrap(), 50.0 / se, 1e-12);
    let wide = EnpsOptions {
        confidence: 0.9,
        ..EnpsOptions::default()
    };
    let other = enps_from_counts(10, 20, 10, &wide).unwrap();
    assert_eq!(
        enps_difference(&a, &other).unwrap_err().field(),
        Some("confidence")
    );
}

#[test]
fn paired_answers() {
    let options = with(EnpsMethod::Wald);
    let rows = |scores: [i32; 8]| {
        let people = (0..).zip(std::iter::repeat_n(scores, 5).flatten());
        people.collect::<Vec<(i32, i32)>>()
    };
    let first = rows([9, 9, 7, 3, 8, 9, 2, 7]);
    let second = rows([9, 7, 3, 3, 8, 2, 9, 7]);
    let paired = enps_difference_paired(first.clone(), second, &options).unwrap();
    // Of eight: from −1 to 1 in sum; differences 1, 1, 2, −2 and four 0.
    let se = 100.0 * ((10.0 / 8.0 - 0.25 * 0.25) / 40.0_f64).sqrt();
    close(paired.value().unwrap(), 25.0, 1e-12);
    close(paired.se.unwrap(), se, 1e-12);
    close(paired.z.unwrap(), 25.0 / se, 1e-12);
    // MOVER from Wald with the correlation is Wald of the differences.
    let interval = paired.interval().unwrap();
    close(interval.low, 25.0 - 1.959_963_984_540_054 * se, 1e-9);
    close(interval.high, 25.0 + 1.959_963_984_540_054 * se, 1e-9);
    assert_eq!(paired.matched.unwrap().both, 40);
    // Nobody in common: undefined, and said.
    let apart = enps_difference_paired([(1, 9)], [(2, 9)], &options).unwrap();
    assert_eq!(apart.value(), None);
    let matched = apart.matched.unwrap();
    assert_eq!(
        (matched.both, matched.first_only, matched.second_only),
        (0, 1, 1)
    );
    // Twice in one wave, even blank.
    let error =
        enps_difference_paired([(1, Some(9)), (1, None)], [(1, Some(9))], &options).unwrap_err();
    assert_eq!(
        (error.kind(), error.row()),
        (ErrorKind::DuplicateId, Some(1))
    );
    // Unchanged answers: no variance of the change.
    let same = enps_difference_paired(first.clone(), first, &options).unwrap();
    assert_eq!(
        (same.value(), same.se, same.z),
        (Some(0.0), Some(0.0), None)
    );
    close(same.interval().unwrap().width(), 0.0, 1e-9);
}

#[test]
fn groups() {
    let rows: Vec<(&str, i32)> = [
        ("a", 10, 30),
        ("a", 3, 10),
        ("b", 10, 10),
        ("b", 3, 30),
        ("c", 8, 20),
    ]
    .iter()
    .flat_map(|&(group, score, times)| std::iter::repeat_n((group, score), times))
    .collect();
    let options = EnpsOptions::default();
    let by = enps_by(rows.clone(), Comparisons::Rest, &options).unwrap();
    assert_eq!((by.total.responses, by.total.value()), (100, Some(0.0)));
    assert_eq!(by.groups["a"].value(), Some(50.0));
    assert_eq!(by.comparisons.len(), 3);
    // a against b and c together.
    let rest = enps_difference(&by.groups["a"], &counts(10, 20, 30)).unwrap();
    assert_eq!(by.comparisons[0].difference, rest);
    assert_eq!(
        by.comparisons[1].difference,
        enps_difference(&by.groups["b"], &counts(30, 20, 10)).unwrap()
    );
    let (p, adjusted) = (rest.p_value.unwrap(), by.comparisons[0].adjusted_p.unwrap());
    assert!(p < adjusted && adjusted <= 3.0 * p * 1.000_001);
    let pairs = enps_by(rows.clone(), Comparisons::Pairs, &options).unwrap();
    let names: Vec<_> = pairs
        .comparisons
        .iter()
        .map(|c| (c.first.as_str(), c.second.as_deref()))
        .collect();
    assert_eq!(
        names,
        [("a", Some("b")), ("a", Some("c")), ("b", Some("c"))]
    );
    // Weights go by row, into groups and rests alike.
    let weighted = EnpsOptions {
        weights: Some(vec![2.0; 100]),
        ..EnpsOptions::default()
    };
    let by_weight = enps_by(rows, Comparisons::Rest, &weighted).unwrap();
    for (one, other) in by.comparisons.iter().zip(&by_weight.comparisons) {
        close(
            one.difference.z.unwrap(),
            other.difference.z.unwrap(),
            1e-12,
        );
    }
    // One group has no rest; none has nothing.
    let alone = enps_by([("a", 9)], Comparisons::Rest, &options).unwrap();
    assert_eq!(alone.comparisons[0].difference.value(), None);
    assert_eq!(alone.comparisons[0].adjusted_p, None);
    let none: [(&str, i32); 0] = [];
    assert_eq!(
        enps_by(none, Comparisons::Pairs, &options)
            .unwrap()
            .total
            .value(),
        None
    );
    let sized = EnpsOptions {
        population: Some(100),
        ..EnpsOptions::default()
    };
    assert!(enps_by([("a", 9)], Comparisons::Rest, &sized).is_err());
    // The row is that of the table, not of the group.
    let error = enps_by([("a", 9), ("b", 11)], Comparisons::Rest, &options).unwrap_err();
    assert_eq!(error.row(), Some(1));
}

#[test]
fn one_answer_per_person() {
    let row = |respondent: Option<i64>, day: &str, score: Option<f64>| Response {
        respondent: respondent.map(Id::from),
        answered_at: at(day),
        score,
    };
    let mut rows = vec![
        row(Some(1), "2025-03-01", Some(10.0)),
        row(Some(1), "2025-01-01", Some(0.0)), // earlier, though later in the table
        row(Some(2), "2025-01-01", Some(0.0)),
        row(Some(2), "2025-01-01", Some(10.0)), // the same instant: the later row
        row(Some(3), "2025-02-01", Some(8.0)),
        row(Some(3), "2025-02-02", None), // a blank replaces nothing
        row(Some(4), "2024-12-31", Some(0.0)), // outside
        row(Some(5), "2025-04-01", Some(0.0)), // outside: half-open
    ];
    let window = Period::quarter(2025, 1, &Zone::utc()).unwrap();
    let options = EnpsOptions::default();
    let score = enps_rolling(&rows, &window, Anonymous::Raise, &options).unwrap();
    assert_eq!(
        (
            score.promoters,
            score.passives,
            score.detractors,
            score.missing
        ),
        (2, 1, 0, 1)
    );
    assert!(
        score
            .explain()
            .contains("left out: 2 earlier answers of the same people")
    );
    assert_eq!(score.measure.period(), Some(&window));
    rows.push(row(None, "2025-02-02", Some(0.0)));
    let error = enps_rolling(&rows, &window, Anonymous::Raise, &options).unwrap_err();
    assert_eq!(
        (error.kind(), error.row()),
        (ErrorKind::MissingValue, Some(8))
    );
    let score = enps_rolling(&rows, &window, Anonymous::Count, &options).unwrap();
    assert_eq!((score.detractors, score.responses), (1, 4));
    assert!(score.explain().contains("1 anonymous"));
    // Weights stay with their rows.
    let mut weights = vec![1.0; 9];
    weights[0] = 7.0;
    let weighted = EnpsOptions {
        weights: Some(weights),
        ..EnpsOptions::default()
    };
    let score = enps_rolling(&rows, &window, Anonymous::Count, &weighted).unwrap();
    assert_eq!(score.weighted.unwrap().promoters, 0.8);
    rows[0].score = Some(11.0);
    assert_eq!(
        enps_rolling(&rows, &window, Anonymous::Count, &options)
            .unwrap_err()
            .row(),
        Some(0)
    );
}

// Planning and bounds

#[test]
fn planning() {
    assert_eq!(
        enps_sample_size(10.0, Expected::WORST, None, 0.95).unwrap(),
        385
    );
    let expected = Expected {
        promoters: 0.7,
        detractors: 0.3,
    };
    let n = enps_sample_size(5.0, expected, Some(2_000), 0.95).unwrap();
    let margin = |n| {
        enps_margin_of_error(n, expected, Some(2_000), 0.95)
            .unwrap()
            .unwrap()
    };
    assert!(margin(n) <= 5.0 && margin(n - 1) > 5.0);
    assert_eq!(enps_margin_of_error(0, expected, None, 0.95).unwrap(), None);
    assert_eq!(margin(2_000), 0.0);
    assert!(enps_margin_of_error(2_001, expected, Some(2_000), 0.95).is_err());
    let too_much = Expected {
        promoters: 0.7,
        detractors: 0.4,
    };
    assert!(enps_sample_size(5.0, too_much, None, 0.95).is_err());
    assert!(enps_sample_size(0.0, expected, None, 0.95).is_err());
    assert!(enps_sample_size(5.0, expected, Some(0), 0.95).is_err());
    assert_eq!(
        enps_sample_size(1e-300, expected, None, 0.95)
            .unwrap_err()
            .kind(),
        ErrorKind::Overflow
    );
}

#[test]
fn worst_cases() {
    let bounds = nonresponse_bounds(20.0, 0.8).unwrap();
    close(bounds.low, -4.0, 1e-12);
    close(bounds.high, 36.0, 1e-12);
    let all = nonresponse_bounds(-37.5, 1.0).unwrap();
    assert_eq!((all.low, all.high), (-37.5, -37.5));
    let nobody = nonresponse_bounds(0.0, 0.0).unwrap();
    assert_eq!((nobody.low, nobody.high), (-100.0, 100.0));
    assert!(nonresponse_bounds(20.0, 1.1).is_err());
    assert!(nonresponse_bounds(101.0, 0.5).is_err());
    assert!(nonresponse_bounds(f64::NAN, 0.5).is_err());
}

// Satisfaction, rates, workforce

#[test]
fn satisfied() {
    let options = SatisfactionOptions::default();
    let result = satisfaction([Some(5.0), Some(4.0), Some(3.5), None], &options).unwrap();
    close(result.mean.value().unwrap(), 12.5 / 3.0, 1e-15);
    assert_eq!(result.top_box.numerator().unwrap().value, Some(2.into()));
    assert_eq!((result.responses, result.missing), (3, 1));
    let none: [u8; 0] = [];
    let empty = satisfaction(none, &options).unwrap();
    assert_eq!((empty.mean.value(), empty.top_box.value()), (None, None));
    let one = satisfaction([4], &options).unwrap();
    assert_eq!((one.mean.value(), one.mean.interval()), (Some(4.0), None));
    assert_eq!(satisfaction([4, 6], &options).unwrap_err().row(), Some(1));
    assert!(satisfaction([f64::NAN], &options).is_err());
    let census = SatisfactionOptions {
        population: Some(2),
        ..options
    };
    let result = satisfaction([4, 5], &census).unwrap();
    assert_eq!(result.mean.interval().unwrap().width(), 0.0);
    assert_eq!(result.top_box.interval().unwrap().width(), 0.0);
    assert!(satisfaction([4, 5, 5], &census).is_err());
    for (min, max, top_from) in [
        (5.0, 1.0, None),
        (1.0, 5.0, Some(6.0)),
        (f64::NAN, 5.0, None),
        (1.0, f64::INFINITY, None),
    ] {
        let options = SatisfactionOptions {
            min,
            max,
            top_from,
            ..options
        };
        assert_eq!(
            satisfaction([4], &options).unwrap_err().kind(),
            ErrorKind::InvalidOption
        );
    }
    assert_eq!(
        favourability([5, 4, 3, 2], 4.0, &options).unwrap().value(),
        Some(0.5)
    );
    assert_eq!(
        favourability([5], 6.0, &options).unwrap_err().field(),
        Some("favourable_from")
    );
    assert!(esi(0.5, 8.0, 6.0, EsiForm::Total).is_err());
    assert!(esi(7.0, f64::NAN, 6.0, EsiForm::Total).is_err());
}

#[test]
fn rates_of_people() {
    let above = response_rate(12, 10, 0.95).unwrap();
    assert_eq!(above.value(), Some(1.2));
    assert!(above.notes().contains(&Note::AboveOne));
    assert_eq!(above.interval(), None);
    assert_eq!(response_rate(0, 0, 0.95).unwrap().state(), State::Undefined);
    assert_eq!(response_rate(0, 10, 0.95).unwrap().value(), Some(0.0));
    assert!(
        completion_rate(5, 4, 0.95)
            .unwrap()
            .notes()
            .contains(&Note::AboveOne)
    );
    assert!(response_rate(0, 0, 95.0).is_err());
    assert_eq!(
        retention_rate(45, 50, 0.95)
            .unwrap()
            .interval()
            .unwrap()
            .method,
        "wilson"
    );
    assert_eq!(
        retention_rate(51, 50, 0.95).unwrap_err().field(),
        Some("stayers")
    );
    assert_eq!(stability_index(0, 0, 0.95).unwrap().value(), None);
    assert_eq!(
        promoter_share_of_employees(5, 0, 0.95).unwrap().value(),
        None
    );
}

#[test]
fn turnover_and_absence() {
    let rate = |headcount, options| turnover_rate(6, &headcount, &options).unwrap();
    let months = AverageHeadcount::MonthEnds(vec![100, 110, 90]);
    let plain = TurnoverOptions::default();
    assert_eq!(rate(months.clone(), plain).value(), Some(0.06));
    let annual = TurnoverOptions {
        annualise_months: Some(3.0),
        ..plain
    };
    let yearly = rate(months.clone(), annual);
    assert_eq!(yearly.value(), Some(0.24));
    assert!(yearly.interval().unwrap().contains(0.24));
    assert!(yearly.explain().contains("annualised"));
    assert_eq!(
        rate(AverageHeadcount::MonthEnds(Vec::new()), plain).value(),
        None
    );
    assert_eq!(
        rate(AverageHeadcount::StartEnd { start: 0, end: 0 }, plain).value(),
        None
    );
    let tiny = rate(AverageHeadcount::StartEnd { start: 1, end: 0 }, plain);
    assert_eq!(tiny.value(), Some(12.0));
    assert!(tiny.notes().contains(&Note::AboveOne));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-320] {
        let options = TurnoverOptions {
            annualise_months: Some(bad),
            ..plain
        };
        let error = turnover_rate(6, &months, &options).unwrap_err();
        assert_eq!(error.field(), Some("annualise_months"));
    }
    assert_eq!(absence_rate(5.0, 0.0).unwrap().value(), None);
    assert!(
        absence_rate(300.0, 250.0)
            .unwrap()
            .notes()
            .contains(&Note::AboveOne)
    );
    assert!(absence_rate(-1.0, 250.0).is_err());
    assert!(absence_rate(f64::MAX, f64::MIN_POSITIVE).is_err());
}

#[test]
fn pulses() {
    let options = PulseOptions::default();
    let waves = [
        at("2025-03-01"),
        at("2025-01-01"),
        at("2025-03-04"),
        at("2025-12-01"),
    ];
    let check = pulse_check(0, &waves, &options).unwrap();
    assert_eq!(
        check.findings,
        [
            PulseFinding::NoQuestions,
            PulseFinding::TooOften {
                after: at("2025-03-01")
            },
            PulseFinding::TooSeldom {
                after: at("2025-03-04")
            },
        ]
    );
    assert_eq!(check.cadence_days, Some(59.0));
    let check = pulse_check(10, &waves[..1], &options).unwrap();
    assert_eq!(
        (check.findings.as_slice(), check.cadence_days),
        (&[PulseFinding::NoCadence][..], None)
    );
    let never = PulseOptions {
        shortest_gap_days: 100,
        ..options
    };
    assert!(pulse_check(10, &waves, &never).is_err());
    assert!(
        !pulse_check(u64::MAX, &[Timestamp::MIN, Timestamp::MAX], &options)
            .unwrap()
            .is_pulse
    );
}

/// Of nobody, nobody answered: that is no census.
#[test]
fn nobody_is_no_census() {
    let options = |population| EnpsOptions {
        population: Some(population),
        ..EnpsOptions::default()
    };
    let says = |scores: &[u8], population| {
        let score = enps(scores, &options(population)).unwrap();
        score.measure.explain().contains("a census")
    };
    assert!(says(&[9, 3], 2));
    assert!(!says(&[9, 3], 3));
    assert!(!says(&[], 0));
}
