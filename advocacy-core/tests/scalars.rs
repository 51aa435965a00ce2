//! Scalar forms: metrics from counts in hand, and how a measure explains
//! itself, word for word.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails loudly, its helpers too"
)]

use advocacy_core::{Measure, Metric, Note, Number, Result, State, Unit, scalar};

type Scalar = fn(u64, u64) -> Result<Measure>;

/// Every scalar form: what it is of, an example, and whether it is a proportion
/// of people or things, which has an interval. Of active participation it is
/// none: a person counts once a week.
const SCALARS: &str = "\
coverage_rate             invited         employees      300   400 0.75      people
adoption_rate             joined          employees      231   400 0.5775    people
activation_rate           activated       eligible         3     8 0.375     people
active_participation_rate sharers         members          3     6 0.5       -
participation_rate        active          invited          9    36 0.25      people
share_rate                sharers         joined          64   100 0.64      people
shares_per_active         shares          active           6     4 1.5       -
retention                 retained        members          1     4 0.25      people
content_utilisation       shared_items    items           90   120 0.75      people
shares_per_item           shares          items          600   120 5.0       -
sharers_per_item          sharers         items          300   120 2.5       -
frequency                 impressions     reach          900   600 1.5       -
reach_gain                advocates_reach brand_reach  33800  2000 15.9      -
reach_multiple            advocates_reach brand_reach  33800  2000 16.9      -
engagement_rate           engagements     impressions     46  1472 0.03125   -
click_through_rate        clicks          impressions     24  1500 0.016     -
amplification_rate        reshares        followers        5   640 0.0078125 -
virality_rate             reshares        impressions      5   640 0.0078125 -
applause_rate             likes           shares          15     2 7.5       -
conversation_rate         comments        shares           5     2 2.5       -
";

/// The functions by their names, in the order of [`SCALARS`].
macro_rules! named {
    ($($name:ident),+ $(,)?) => {
        [$((stringify!($name), scalar::$name as Scalar)),+]
    };
}

struct Case {
    metric: Metric,
    scalar: Scalar,
    names: [&'static str; 2],
    sums: [u64; 2],
    value: f64,
    proportion: bool,
}

fn cases() -> Vec<Case> {
    let functions = named![
        coverage_rate,
        adoption_rate,
        activation_rate,
        active_participation_rate,
        participation_rate,
        share_rate,
        shares_per_active,
        retention,
        content_utilisation,
        shares_per_item,
        sharers_per_item,
        frequency,
        reach_gain,
        reach_multiple,
        engagement_rate,
        click_through_rate,
        amplification_rate,
        virality_rate,
        applause_rate,
        conversation_rate
    ];
    assert_eq!(SCALARS.lines().count(), functions.len());
    let case = |(line, (name, scalar)): (&'static str, (&str, Scalar))| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [id, above, below, x, y, value, kind] = words[..] else {
            panic!("{line:?} has not seven words");
        };
        assert_eq!(id, name);
        Case {
            metric: Metric::parse(id).unwrap(),
            scalar,
            names: [above, below],
            sums: [x.parse().unwrap(), y.parse().unwrap()],
            value: value.parse().unwrap(),
            proportion: kind == "people",
        }
    };
    SCALARS.lines().zip(functions).map(case).collect()
}

#[test]
fn every_scalar_form() {
    for Case {
        metric,
        scalar,
        names,
        sums: [above, below],
        value,
        proportion,
    } in cases()
    {
        let measure = scalar(above, below).unwrap();
        assert_eq!(measure.id(), metric.id());
        assert_eq!(measure.unit(), metric.info().unit);
        assert_eq!(measure.value(), Some(value), "{metric}");
        let parts = [measure.numerator(), measure.denominator()].map(Option::unwrap);
        assert_eq!(parts.map(|part| &*part.name), names, "{metric}");
        let sums = [above, below].map(|sum| Some(Number::Count(sum)));
        assert_eq!(parts.map(|part| part.value), sums, "{metric}");
        assert_eq!(measure.definition().formula, metric.info().formula);
        assert_eq!(measure.interval().is_some(), proportion, "{metric}");
        assert!(measure.period().is_none() && measure.coverage().is_none());
        // By name it is the same.
        assert_eq!(metric.parameters(), Some(names));
        assert_eq!(metric.of_counts(above, below).unwrap(), measure);
    }
}

#[test]
fn there_are_no_others() {
    let cases = cases();
    for &metric in Metric::ALL {
        let known = cases.iter().any(|case| case.metric == metric);
        assert_eq!(metric.parameters().is_some(), known, "{metric}");
        if !known {
            let error = metric.of_counts(1, 2).unwrap_err();
            assert_eq!(error.code(), "invalid_option", "{metric}");
        }
    }
}

#[test]
fn undefined_is_not_zero() {
    for Case { metric, scalar, .. } in cases() {
        for above in [0, 5] {
            let measure = scalar(above, 0).unwrap();
            assert_eq!(measure.value(), None, "{metric}");
            assert_eq!(measure.state(), State::Undefined);
            assert!(measure.interval().is_none());
            assert!(
                measure.explain().contains("= undefined\n"),
                "{}",
                measure.explain()
            );
        }
        // Nothing of ten is 0; a gain of nothing over ten is a loss of all.
        let nothing = if metric == Metric::ReachGain {
            -1.0
        } else {
            0.0
        };
        assert_eq!(scalar(0, 10).unwrap().value(), Some(nothing), "{metric}");
    }
}

#[test]
fn above_one() {
    for Case { metric, scalar, .. } in cases() {
        let noted = scalar(12, 10).unwrap().notes().contains(&Note::AboveOne);
        // A number of times may be any; a rate above 1 is worth a word.
        assert_eq!(noted, metric.info().unit == Unit::Rate, "{metric}");
        assert!(!scalar(10, 10).unwrap().notes().contains(&Note::AboveOne));
    }
    let rate = scalar::engagement_rate(12, 10).unwrap();
    assert_eq!(rate.value(), Some(1.2));
    // 12 of 10 people is no proportion: it has no interval.
    assert!(scalar::adoption_rate(12, 10).unwrap().interval().is_none());
}

#[test]
fn counts_at_the_edge() {
    for Case { metric, scalar, .. } in cases() {
        let all = scalar(u64::MAX, u64::MAX).unwrap().value().unwrap();
        let expected = if metric == Metric::ReachGain {
            0.0
        } else {
            1.0
        };
        assert_eq!(all.to_bits(), f64::to_bits(expected), "{metric}");
        assert!(scalar(u64::MAX, 1).unwrap().value().unwrap().is_finite());
    }
    // Whole numbers are subtracted before anything is rounded.
    let gain = scalar::reach_gain(u64::MAX, u64::MAX - 1)
        .unwrap()
        .value()
        .unwrap();
    assert!(gain > 5.4e-20 && gain < 5.5e-20, "{gain}");
}

// Word for word

#[test]
fn a_proportion_explains_itself() {
    // Wilson: (231 + z²/2 ± z √(231 · 169/400 + z²/4)) / (400 + z²)
    assert_eq!(
        scalar::adoption_rate(231, 400).unwrap().explain(),
        "\
adoption_rate = joined / employees = 231 / 400 = 0.5775 (57.75 %)
  definition: joined / employees — confidence: 0.95
  95 % interval: 0.528581 to 0.624945 (wilson)"
    );
}

#[test]
fn few_are_few() {
    assert_eq!(
        scalar::share_rate(0, 10).unwrap().explain(),
        "\
share_rate = sharers / joined = 0 / 10 = 0 (0.00 %)
  definition: sharers / joined — confidence: 0.95
  95 % interval: 0 to 0.277533 (wilson)
  note: small sample: 10"
    );
}

#[test]
fn nobody_is_undefined() {
    assert_eq!(
        scalar::share_rate(0, 0).unwrap().explain(),
        "\
share_rate = sharers / joined = 0 / 0 = undefined
  definition: sharers / joined — confidence: 0.95"
    );
}

#[test]
fn times_are_no_percentage() {
    assert_eq!(
        scalar::reach_multiple(33_800, 2_000).unwrap().explain(),
        "\
reach_multiple = advocates_reach / brand_reach = 33,800 / 2,000 = 16.9
  definition: advocates' reach / brand reach"
    );
    assert_eq!(
        scalar::engagement_rate(12, 10)
            .unwrap()
            .explain()
            .lines()
            .last(),
        Some("  note: above 1, which the definition allows")
    );
}

#[test]
fn for_people() {
    let shown = |measure: Result<Measure>| measure.unwrap().to_string();
    assert_eq!(shown(scalar::adoption_rate(231, 400)), "57.8 %");
    assert_eq!(shown(scalar::reach_multiple(33_800, 2_000)), "16.90");
    assert_eq!(shown(scalar::reach_multiple(33_800, 0)), "undefined");
}
