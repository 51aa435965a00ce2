//! Intervals, tests and concentration.

use crate::error::{Error, ErrorKind, Result};
use crate::operation::output::SurvivalCurve;
use crate::operation::read::{Of, same_length};
#[allow(clippy::wildcard_imports, reason = "the words of this list")]
use crate::operation::words::*;
use crate::operation::{Argument, Operation, rows};
use crate::stats::{
    self, BetaPrior, Bound, Diversity, Effect, Estimate, Interval, JamesStein, PoissonRatioMethod,
    ProportionMethod, RatioMean, RatioMoments, SignTestMethod, Survival, Test, TwoProportionMethod,
};

const NO_TRIALS: &str = "null without trials; out_of_range in successes above trials";
const EITHER: &str =
    "null where either has no trials; out_of_range in successes_1 or successes_2 above its trials";

const fn interval(title: &'static str, formula: &'static str, source: &'static str) -> About {
    About::new(title, formula, FRACTION, NO_TRIALS, source)
}

const WILSON: Argument<'static> = text(ProportionMethod::Wilson.as_str());
const ABSOLUTE: Argument<'static> = text(Effect::Absolute.as_str());

pub(in crate::operation) static STATS: &[Operation] = rows! { "stats";
    wilson: interval("Wilson interval of a proportion",
            "(x + z²/2 ± z √(x (n − x) / n + z²/4)) / (n + z²)", "Wilson 1927; Newcombe 1998"),
        r#"{"successes": 18, "trials": 20}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::wilson(successes, trials, confidence);
    wilson_continuity: interval("Wilson interval with continuity correction",
            "Wilson's, half a trial wider on each side", "Newcombe 1998, method 4"),
        r#"{"successes": 18, "trials": 20}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::wilson_continuity(successes, trials, confidence);
    wilson_finite: About::new("Wilson interval of a sample from a finite population",
            "Wilson's, of counts × (N − 1) / (N − n)", FRACTION,
            "null without trials; width 0 for a census; out_of_range in population below trials", "survey sampling"),
        r#"{"successes": 40, "trials": 50, "population": 60}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS, population: u64 => POPULATION,
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::wilson_finite(successes, trials, population, confidence);
    wilson_effective: About::new("Wilson interval from an effective sample size",
            "Wilson's, of proportion × size successes", FRACTION, "never null", "Kish 1965; Wilson 1927"),
        r#"{"proportion": 0.4, "effective_size": 31.5}"#,
        (proportion: f64 => "The proportion, 0..=1.",
         effective_size: f64 => "The effective sample size, such as Kish's; above 0.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Interval = stats::wilson_effective(proportion, effective_size, confidence);
    wilson_one_sided: interval("One-sided Wilson bound", "Wilson's with all the error on one side", "Wilson 1927"),
        r#"{"successes": 90, "trials": 100, "bound": "lower"}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS,
         bound: Bound = text(Bound::Lower.as_str()) => "Which end is informative: at least, or at most.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::wilson_one_sided(successes, trials, bound, confidence);
    agresti_coull: interval("Agresti–Coull interval", "Wald's with z² trials added, half of them successes", "Agresti and Coull 1998"),
        r#"{"successes": 18, "trials": 20}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::agresti_coull(successes, trials, confidence);
    clopper_pearson: interval("Exact interval of a proportion",
            "beta quantiles B(α/2; x, n − x + 1) and B(1 − α/2; x + 1, n − x)", "Clopper and Pearson 1934"),
        r#"{"successes": 18, "trials": 20}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::clopper_pearson(successes, trials, confidence);
    jeffreys: interval("Jeffreys interval",
            "beta quantiles with x + ½ and n − x + ½; 0 where x = 0, 1 where x = n", "Brown, Cai and DasGupta 2001"),
        r#"{"successes": 18, "trials": 20}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::jeffreys(successes, trials, confidence);
    wald: interval("Wald interval", "p ± z √(p (1 − p) / n), cut to 0..=1", "for comparison with other systems"),
        r#"{"successes": 18, "trials": 20}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::wald(successes, trials, confidence);
    proportion_interval: About::new("Interval of a proportion",
            "that of the method, counts × (N − 1) / (N − n) for a finite population", FRACTION,
            "null without trials; width 0 for a census; out_of_range in successes above trials, in population below trials",
            "that of the method"),
        r#"{"successes": 40, "trials": 50, "population": 60}"#,
        (successes: u64 => SUCCESSES, trials: u64 => TRIALS,
         method: ProportionMethod = WILSON => METHOD,
         population: Option<u64> => POPULATION,
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::proportion_interval(method, successes, trials, population, confidence);
    newcombe: About::new("Interval of a difference of proportions",
            "square and add of two Wilson intervals", DIFFERENCE, EITHER, "Newcombe 1998, method 10"),
        r#"{"successes_1": 56, "trials_1": 70, "successes_2": 48, "trials_2": 80}"#,
        (successes_1: u64 => SUCCESSES_1, trials_1: u64 => TRIALS_1,
         successes_2: u64 => SUCCESSES_2, trials_2: u64 => TRIALS_2,
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::newcombe(successes_1, trials_1, successes_2, trials_2, confidence);
    agresti_caffo: About::new("Interval of a difference of proportions, by pseudo-counts",
            "Wald's with one success and one failure added to each, cut to -1..=1", DIFFERENCE, EITHER, "Agresti and Caffo 2000"),
        r#"{"successes_1": 56, "trials_1": 70, "successes_2": 48, "trials_2": 80}"#,
        (successes_1: u64 => SUCCESSES_1, trials_1: u64 => TRIALS_1,
         successes_2: u64 => SUCCESSES_2, trials_2: u64 => TRIALS_2,
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::agresti_caffo(successes_1, trials_1, successes_2, trials_2, confidence);
    mover_difference: About::new("Interval of a difference, from an interval of each",
            "d − √((v₁ − l₁)² + (u₂ − v₂)²) to d + √((u₁ − v₁)² + (v₂ − l₂)²)", VALUES,
            "both intervals are of the confidence stated", "Zou and Donner 2008"),
        r#"{"value_1": 0.8, "low_1": 0.69, "high_1": 0.88, "value_2": 0.6, "low_2": 0.49, "high_2": 0.7}"#,
        (value_1: f64 => "The first value.", low_1: f64 => "The lower end of its interval.",
         high_1: f64 => "The upper end of its interval.",
         value_2: f64 => "The second value.", low_2: f64 => "The lower end of its interval.",
         high_2: f64 => "The upper end of its interval.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Interval = stats::two_sided_z(confidence).and_then(|_| {
            let of = |low, high| Interval::new(low, high, confidence, "given");
            stats::mover_difference(value_1, &of(low_1, high_1), value_2, &of(low_2, high_2))
        });
    two_proportion_test: About::new("Are two proportions equal?",
            "(p₁ − p₂) / se", DIFFERENCE,
            "null where either has no trials or the standard error is 0; out_of_range in successes_1 or successes_2 above its trials",
            "textbooks; Yates 1934 for the correction"),
        r#"{"successes_1": 5, "trials_1": 83, "successes_2": 12, "trials_2": 99}"#,
        (successes_1: u64 => SUCCESSES_1, trials_1: u64 => TRIALS_1,
         successes_2: u64 => SUCCESSES_2, trials_2: u64 => TRIALS_2,
         method: TwoProportionMethod = text(TwoProportionMethod::Pooled.as_str()) => "How the standard error is computed.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Test> = stats::two_proportion_test(successes_1, trials_1, successes_2, trials_2, method, confidence);
    chi_square_test: About::new("χ² test of two proportions",
            "N (|ad − bc| − N/2 if corrected)² / (row totals × column totals), 1 degree of freedom", DIFFERENCE,
            "null where a row or a column is empty; out_of_range in successes_1 or successes_2 above its trials",
            "Pearson 1900; Yates 1934"),
        r#"{"successes_1": 19, "trials_1": 53, "successes_2": 13, "trials_2": 47, "yates": true}"#,
        (successes_1: u64 => SUCCESSES_1, trials_1: u64 => TRIALS_1,
         successes_2: u64 => SUCCESSES_2, trials_2: u64 => TRIALS_2,
         yates: bool = flag(false) => "Whether to correct for continuity.")
        -> Option<Test> = stats::chi_square_test(successes_1, trials_1, successes_2, trials_2, yates);
    fisher_exact_test: About::new("Exact test of two proportions",
            "the probability of all tables with these margins at most as likely as this one", DIFFERENCE,
            "null where either has no trials; out_of_range in successes_1 or successes_2 above its trials, in trials_1 beyond 10¹² together",
            "Fisher 1922"),
        r#"{"successes_1": 19, "trials_1": 53, "successes_2": 13, "trials_2": 47}"#,
        (successes_1: u64 => SUCCESSES_1, trials_1: u64 => TRIALS_1,
         successes_2: u64 => SUCCESSES_2, trials_2: u64 => TRIALS_2)
        -> Option<Test> = stats::fisher_exact_test(successes_1, trials_1, successes_2, trials_2);
    sign_test: About::new("Do two counts of one total differ?",
            "(a − b) / √(a + b), or binomial tails at ½", DIFFERENCE, "null where both are 0",
            "McNemar 1947; Edwards 1948; Lancaster 1961 for mid-p"),
        r#"{"first": 6, "second": 16, "method": "exact"}"#,
        (first: u64 => "The first count.", second: u64 => "The second count.",
         method: SignTestMethod = text(SignTestMethod::McNemar.as_str()) => "Which p-value.")
        -> Option<Test> = stats::sign_test(first, second, method);
    holm: About::new("p-values of several tests, corrected",
            "the i-th smallest of m becomes the largest of (m − j + 1) p₍ⱼ₎ for j ≤ i, at most 1", P_VALUE,
            "in the order of the input; out_of_range with the row", "Holm 1979"),
        r#"{"p_values": [0.01, 0.04, 0.03]}"#,
        (p_values: Vec<f64> => "The p-values, 0..=1.")
        -> Vec<f64> = stats::holm(&p_values);
    chi_square_p_value: About::new("p-value of a χ² statistic", "Q(df / 2, x / 2)", P_VALUE, "never null", "Pearson 1900"),
        r#"{"statistic": 5.2, "df": 2}"#,
        (statistic: f64 => "The statistic, 0 or more.", df: f64 => "Degrees of freedom, above 0.")
        -> f64 = stats::chi_square_p_value(statistic, df);
    goodman: About::new("Simultaneous intervals of the shares of a whole",
            "Wilson's at confidence 1 − α/k", FRACTION, "null where the counts are all 0", "Goodman 1965"),
        r#"{"counts": [56, 72, 73]}"#,
        (counts: Vec<u64> => "One count per category, zeros among them.", confidence: f64 = USUAL => "The confidence of all of them together.")
        -> Option<Vec<Interval>> = stats::goodman(&counts, confidence);
    poisson_interval: About::new("Exact interval of a rate",
            "gamma quantiles γ(α/2; x) / t and γ(1 − α/2; x + 1) / t", "events per unit of exposure",
            "null where the exposure is 0", "Garwood 1936"),
        r#"{"events": 5, "exposure": 35}"#,
        (events: u64 => "Events.", exposure: f64 => "How much there was for them to happen in, 0 or more.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Interval> = stats::poisson_interval(events, exposure, confidence);
    poisson_ratio: About::new("Ratio of two rates", "(x₁ / t₁) / (x₂ / t₂)", "ratio, 0 or more",
            "null where an exposure is 0 or the second has no events; no interval without a finite end",
            "Clopper and Pearson 1934; Price and Bonett 2000"),
        r#"{"events_1": 19, "exposure_1": 30, "events_2": 5, "exposure_2": 40.5}"#,
        (events_1: u64 => "Events of the first.", exposure_1: f64 => "Exposure of the first.",
         events_2: u64 => "Events of the second.", exposure_2: f64 => "Exposure of the second.",
         method: PoissonRatioMethod = text(PoissonRatioMethod::Exact.as_str()) => METHOD,
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Estimate> = stats::poisson_ratio(events_1, exposure_1, events_2, exposure_2, method, confidence);
    poisson_ratio_test: About::new("Are two rates equal?",
            "twice the smaller binomial tail of x₁ given x₁ + x₂, at most 1", "ratio, 0 or more",
            "null where an exposure is 0 or the second has no events", "Clopper and Pearson 1934"),
        r#"{"events_1": 19, "exposure_1": 30, "events_2": 5, "exposure_2": 40.5}"#,
        (events_1: u64 => "Events of the first.", exposure_1: f64 => "Exposure of the first.",
         events_2: u64 => "Events of the second.", exposure_2: f64 => "Exposure of the second.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Test> = stats::poisson_ratio_test(events_1, exposure_1, events_2, exposure_2, confidence);
    ratio_estimator: About::new("A rate of sums", "Σy / Σx, se √(n/(n − 1) Σ(y − r x)²) / Σx", "ratio",
            "null where Σx is 0; with one unit the rate alone; unequal_lengths", "Cochran 1977, § 6"),
        r#"{"numerators": [4, 9, 2], "denominators": [100, 150, 90]}"#,
        (numerators: Vec<u64> => "y of each unit (share or advocate).",
         denominators: Vec<u64> => "x of each unit.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Estimate> = moments(&numerators, &denominators)
            .and_then(|moments| stats::ratio_estimator(&moments, confidence));
    mean_of_ratios: About::new("Mean and median of ratios", "mean of y / x, and the median", "ratio",
            "null where no unit has a denominator above 0; unequal_lengths; not the ratio of sums", "textbooks"),
        r#"{"numerators": [1, 1, 9], "denominators": [10, 10, 10]}"#,
        (numerators: Vec<u64> => "y of each unit.", denominators: Vec<u64> => "x of each unit.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<RatioMean> = pairs(&numerators, &denominators, "denominators").and_then(|pairs| {
            let units: Vec<(u128, u128, u64)> = pairs.map(|(y, x)| (y.into(), x.into(), 1)).collect();
            stats::mean_of_ratios(&units, confidence)
        });
    estimate_difference: About::new("Difference of two independent estimates", "(v₁ − v₂) / √(se₁² + se₂²)", VALUES,
            "null where both standard errors are 0; out_of_range in se_1 or se_2 below 0", "textbooks"),
        r#"{"value_1": 0.05, "se_1": 0.01, "value_2": 0.02, "se_2": 0.005}"#,
        (value_1: f64 => "The first value.", se_1: f64 => SE,
         value_2: f64 => "The second value.", se_2: f64 => SE,
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Test> = estimates((value_1, se_1), (value_2, se_2))
            .and_then(|(first, second)| stats::estimate_difference(&first, &second, confidence));
    estimate_ratio: About::new("Ratio of two independent estimates",
            "v₁ / v₂, interval exp(ln ratio ± z √((se₁/v₁)² + (se₂/v₂)²))", "ratio, 0 or more",
            "null where the second is 0 or either is negative; no interval where the first is 0; out_of_range in se_1 or se_2 below 0", "delta method"),
        r#"{"value_1": 0.05, "se_1": 0.01, "value_2": 0.02, "se_2": 0.005}"#,
        (value_1: f64 => "The first value.", se_1: f64 => SE,
         value_2: f64 => "The second value.", se_2: f64 => SE,
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Estimate> = estimates((value_1, se_1), (value_2, se_2))
            .and_then(|(first, second)| stats::estimate_ratio(&first, &second, confidence));
    mean_interval: About::new("Mean with its interval", "mean ± t(n − 1) s / √n, × √((N − n)/(N − 1)) for a finite population", VALUES,
            "null without values; one value has no interval unless it is a census", "Student 1908"),
        r#"{"sample": [3, 4, 1, 2.1]}"#,
        (sample: Of => "The sample.", population: Option<u64> => POPULATION, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Estimate> = sample.0
            .map(|sample| stats::mean_interval(&sample, population, confidence)).transpose();
    welch_test: About::new("Are two means equal?", "(m₁ − m₂) / √(s₁²/n₁ + s₂²/n₂), degrees of freedom after Satterthwaite", VALUES,
            "null where either has fewer than two values, neither varies, or a relative effect has a base of 0", "Welch 1947"),
        r#"{"first": [3, 4, 1, 2.1], "second": [490.2, 340, 433.9]}"#,
        (first: Of => SAMPLE_1, second: Of => SAMPLE_2,
         effect: Effect = ABSOLUTE => EFFECT, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Test> = match first.0.zip(second.0) {
            Some((first, second)) => stats::welch_test(&first, &second, effect, confidence),
            None => stats::two_sided_z(confidence).map(|_| None),
        };
    confidence_sequence: About::new("A/B comparison to be watched",
            "difference ± √(v n · 2 (n ρ² + 1) / (n ρ)² · ln(√(n ρ² + 1) / α))", VALUES,
            "null where the effect or its variance is undefined or 0; valid at every look", "Waudby-Smith et al., arXiv 2103.06476"),
        r#"{"first": {"successes": 2422, "trials": 3461}, "second": {"successes": 1396, "trials": 3000}, "effect": "relative"}"#,
        (first: Of => SAMPLE_1, second: Of => SAMPLE_2,
         effect: Effect = ABSOLUTE => EFFECT,
         tuning: f64 = number(5000.0) => "How many observations the interval is meant to be tightest at.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> Option<Test> = match first.0.zip(second.0) {
            Some((first, second)) => stats::confidence_sequence(&first, &second, effect, tuning, confidence),
            None => stats::two_sided_z(confidence).map(|_| None),
        };
    kaplan_meier: About::new("Survival curve", "S(t) = ∏ (1 − dᵢ / nᵢ) over event times up to t", "time in the unit of the input",
            "quantile null where the curve stays above it; unequal_lengths", "Kaplan and Meier 1958; Greenwood 1926; Brookmeyer and Crowley 1982"),
        r#"{"durations": [5, 2, 4, 9, 30], "events": [true, true, false, true, false]}"#,
        (durations: Vec<u64> => "How long each was under observation.",
         events: Vec<bool> => "Whether it happened then; false is censored.",
         quantile: f64 = number(0.5) => "Which quantile of the time, strictly between 0 and 1.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> SurvivalCurve = same_length(durations.len(), events.len(), "events").and_then(|()| {
            let each = durations.iter().enumerate().zip(events);
            let pairs = each.map(|((row, &time), event)| Ok((ticks(time, "durations", row)?, event)));
            curve(&stats::kaplan_meier(&pairs.collect::<Result<Vec<_>>>()?)?, quantile, confidence)
        });
    kaplan_meier_counts: About::new("Survival curve of counts", "S(t) = ∏ (1 − dᵢ / nᵢ) over event times up to t", "time in the unit of the input",
            "quantile null where the curve stays above it; unequal_lengths; overflow beyond 64 bits", "Kaplan and Meier 1958; Greenwood 1926; Brookmeyer and Crowley 1982"),
        r#"{"times": [2, 5, 9], "events": [1, 1, 1], "censored": [0, 1, 1]}"#,
        (times: Vec<u64> => "Times, in any order.",
         events: Vec<u64> => "How often it happened at each.",
         censored: Vec<u64> => "How many were last seen at each, without it.",
         quantile: f64 = number(0.5) => "Which quantile of the time, strictly between 0 and 1.",
         confidence: f64 = USUAL => CONFIDENCE)
        -> SurvivalCurve = same_length(times.len(), events.len(), "events").and_then(|()| {
            same_length(times.len(), censored.len(), "censored")?;
            let each = times.iter().enumerate().zip(events).zip(censored);
            let counts = each.map(|(((row, &time), event), censored)| {
                Ok((ticks(time, "times", row)?, event, censored))
            });
            curve(&stats::kaplan_meier_counts(&counts.collect::<Result<Vec<_>>>()?)?, quantile, confidence)
        });
    gini: About::new("Gini coefficient", "Σ (2i − n − 1) x₍ᵢ₎ / (n Σx)", "0 where all have the same, (n − 1)/n where one has all",
            "null where the sum is 0; whether members with 0 are in the list is a choice", "Gini 1912"),
        r#"{"values": [10, 10, 0, 0, 0]}"#, (values: Vec<u64> => MEMBERS)
        -> Option<f64> = Ok(stats::gini(&values));
    gini_unbiased: About::new("Gini coefficient, unbiased", "Gini × n / (n − 1)", FRACTION,
            "null where the sum is 0 or there is one member", "Deltas 2003"),
        r#"{"values": [10, 0]}"#, (values: Vec<u64> => MEMBERS)
        -> Option<f64> = Ok(stats::gini_unbiased(&values));
    hhi: About::new("Herfindahl–Hirschman index", "Σ (xᵢ / Σx)²", "1/n..=1", "null where the sum is 0", "Herfindahl 1950; Hirschman 1945"),
        r#"{"values": [5, 5]}"#, (values: Vec<u64> => MEMBERS)
        -> Option<f64> = Ok(stats::hhi(&values));
    effective_number: About::new("Effective number of members", "1 / HHI", "members, 1..=n", "null where the sum is 0", "Laakso and Taagepera 1979"),
        r#"{"values": [7, 7, 7, 0]}"#, (values: Vec<u64> => MEMBERS)
        -> Option<f64> = Ok(stats::effective_number(&values));
    top_share: About::new("Share of the top", "sum of the top members / sum of all", FRACTION,
            "null where the sum is 0; the top is ⌈fraction × n⌉ members", "programme guides"),
        r#"{"values": [4, 3, 2, 1], "fraction": 0.25}"#,
        (values: Vec<u64> => MEMBERS, fraction: f64 = number(0.1) => "Which part of the members is the top, above 0 and at most 1.")
        -> Option<f64> = stats::top_share(&values, fraction);
    berger_parker: About::new("Berger–Parker index", "largest / sum", FRACTION, "null where the sum is 0", "Berger and Parker 1970"),
        r#"{"values": [4, 3, 2, 1]}"#, (values: Vec<u64> => MEMBERS)
        -> Option<f64> = Ok(stats::berger_parker(&values));
    entropy: About::new("Shannon entropy", "−Σ p log₂ p", "bits, 0..=log₂ n", "null where the sum is 0", "Shannon 1948"),
        r#"{"values": [1, 1, 1, 1]}"#, (values: Vec<u64> => MEMBERS)
        -> Option<f64> = Ok(stats::entropy(&values));
    diversity: About::new("Diversity indices", "1 − Σp², 1 − max p and −Σ p ln p, each over its greatest for k categories", FRACTION,
            "null where the sum is 0 or there are fewer than two categories", "Simpson 1949; Berger and Parker 1970; Shannon 1948"),
        r#"{"values": [847, 320, 57, 274, 36]}"#, (values: Vec<u64> => "One count per category, zeros among them.")
        -> Option<Diversity> = Ok(stats::diversity(&values));
    james_stein: About::new("Means drawn towards each other", "ȳ + (1 − (k − 3) σ² / Σ(y − ȳ)²) (y − ȳ)", VALUES,
            "null for fewer than four, or where all are equal", "James and Stein 1961; Efron and Morris 1977"),
        r#"{"values": [0.4, 0.378, 0.356, 0.333, 0.311], "variance": 0.004}"#,
        (values: Vec<f64> => "The means.", variance: f64 => "The variance of each, known and the same; 0 or more.")
        -> Option<JamesStein> = stats::james_stein(&values, variance);
    beta_prior: About::new("Prior of rates of unequal support", "ρ = (s² / (p (1 − p)) − (k − 1)) / (N − Σn² / N − (k − 1)); α + β = 1/ρ − 1", "pseudo-counts",
            "null for fewer than two members, a pooled rate of 0 or 1, or no more variance than chance gives; out_of_range in successes with the row", "Kleinman 1973"),
        r#"{"successes": [1, 8, 3], "trials": [10, 10, 12]}"#,
        (successes: Vec<u64> => "Successes of each member.", trials: Vec<u64> => "Trials of each member.")
        -> Option<BetaPrior> = pairs(&successes, &trials, "trials")
            .and_then(|members| stats::beta_prior(&members.collect::<Vec<_>>()));
    margin_of_error: About::new("Margin of error of a proportion", "z √(p (1 − p) / n), × √((N − n)/(N − 1)) for a finite population", FRACTION,
            "null where the sample is 0, 0 for a census; out_of_range in population below sample", "survey sampling"),
        r#"{"sample": 1000}"#,
        (sample: u64 => "How many will be asked.",
         proportion: f64 = number(0.5) => "The proportion expected, 0..=1; a half is the worst case.",
         population: Option<u64> => POPULATION, confidence: f64 = USUAL => CONFIDENCE)
        -> Option<f64> = stats::margin_of_error(proportion, sample, population, confidence);
    sample_size: About::new("Sample for a proportion", "z² p (1 − p) / margin², less for a finite population, rounded up", "answers, 1 or more",
            "overflow beyond 64 bits", "survey sampling"),
        r#"{"margin": 0.05}"#,
        (margin: f64 => "The margin of error wanted, strictly between 0 and 1.",
         proportion: f64 = number(0.5) => "The proportion expected, 0..=1; a half is the worst case.",
         population: Option<u64> => POPULATION, confidence: f64 = USUAL => CONFIDENCE)
        -> u64 = stats::sample_size(proportion, margin, population, confidence);
    sample_size_for_variance: About::new("Sample for a mean", "z² variance / margin², less for a finite population, rounded up", "answers, 1 or more",
            "overflow beyond 64 bits", "survey sampling"),
        r#"{"variance": 1, "margin": 0.1}"#,
        (variance: f64 => "The variance of a single value, 0 or more.",
         margin: f64 => "The margin of error wanted, above 0.",
         population: Option<u64> => POPULATION, confidence: f64 = USUAL => CONFIDENCE)
        -> u64 = stats::sample_size_for_variance(variance, margin, population, confidence);
    sample_size_two_proportions: About::new("Sample per group to tell two proportions apart",
            "(z √(2 p̄ (1 − p̄)) + z_power √(p₁ (1 − p₁) + p₂ (1 − p₂)))² / (p₁ − p₂)², rounded up", "answers per group, 1 or more",
            "invalid_option in second equal to first; overflow beyond 64 bits", "Fleiss 1981"),
        r#"{"first": 0.6, "second": 0.4}"#,
        (first: f64 => "The first proportion, 0..=1.", second: f64 => "The second, 0..=1.",
         power: f64 = number(0.8) => "The power, strictly between 0 and 1.", confidence: f64 = USUAL => CONFIDENCE)
        -> u64 = stats::sample_size_two_proportions(first, second, power, confidence);
    normal_quantile: About::new("Quantile of the normal distribution", "Φ⁻¹(p)", "standard deviations", "never null", "Wichura 1988, AS 241"),
        r#"{"p": 0.975}"#, (p: f64 => "The probability below, strictly between 0 and 1.")
        -> f64 = stats::normal_quantile(p);
    two_sided_z: About::new("z of a two-sided interval", "Φ⁻¹((1 + confidence) / 2)", "standard deviations", "never null", "Wichura 1988, AS 241"),
        "{}", (confidence: f64 = USUAL => CONFIDENCE)
        -> f64 = stats::two_sided_z(confidence);
    normal_cdf: About::new("Normal distribution function", "Φ(z)", P_VALUE, "never null", "textbooks"),
        r#"{"z": 1.96}"#, (z: f64 => "Standard deviations.")
        -> f64 = stats::normal_cdf(z);
    normal_p_value: About::new("p-value of z", "2 (1 − Φ(|z|))", P_VALUE, "never null", "textbooks"),
        r#"{"z": 1.96}"#, (z: f64 => "The statistic.")
        -> f64 = stats::normal_p_value(z);
    student_t_quantile: About::new("Quantile of Student's t", "the t below which p lies", "standard errors",
            "out_of_range in p where it leaves the numbers", "Student 1908"),
        r#"{"p": 0.975, "df": 4}"#,
        (p: f64 => "The probability below, strictly between 0 and 1.", df: f64 => "Degrees of freedom, above 0.")
        -> f64 = stats::student_t_quantile(p, df);
    two_sided_t: About::new("t of a two-sided interval", "the (1 + confidence) / 2 quantile", "standard errors", "never null", "Student 1908"),
        r#"{"df": 4}"#, (df: f64 => "Degrees of freedom, above 0.", confidence: f64 = USUAL => CONFIDENCE)
        -> f64 = stats::two_sided_t(confidence, df);
    student_t_p_value: About::new("p-value of t", "P(|T| > |t|)", P_VALUE, "never null", "Student 1908"),
        r#"{"t": 2.776, "df": 4}"#, (t: f64 => "The statistic.", df: f64 => "Degrees of freedom, above 0.")
        -> f64 = stats::student_t_p_value(t, df);
};

/// Two lists of the same length, side by side.
fn pairs<'b>(
    first: &'b [u64],
    second: &'b [u64],
    name: &str,
) -> Result<impl Iterator<Item = (u64, u64)> + use<'b>> {
    same_length(first.len(), second.len(), name)?;
    Ok(first.iter().copied().zip(second.iter().copied()))
}

/// A whole number that fits 63 bits.
fn ticks(number: u64, name: &str, row: usize) -> Result<i64> {
    i64::try_from(number).map_err(|_| {
        let message = format!("{name} {number} is outside 0..={}", i64::MAX);
        let error = Error::new(ErrorKind::OutOfRange, message);
        error.in_field(name).at_row(row)
    })
}

fn moments(numerators: &[u64], denominators: &[u64]) -> Result<RatioMoments> {
    let mut moments = RatioMoments::default();
    for (row, (y, x)) in pairs(numerators, denominators, "denominators")?.enumerate() {
        moments.add(ticks(y, "numerators", row)?, ticks(x, "denominators", row)?)?;
    }
    Ok(moments)
}

fn estimates(first: (f64, f64), second: (f64, f64)) -> Result<(Estimate, Estimate)> {
    let estimate = |(value, se): (f64, f64), name| {
        stats::not_negative(se, name).map(|se| Estimate {
            value,
            se: Some(se),
            interval: None,
        })
    };
    Ok((estimate(first, "se_1")?, estimate(second, "se_2")?))
}

fn curve(survival: &Survival, quantile: f64, confidence: f64) -> Result<SurvivalCurve> {
    Ok(SurvivalCurve {
        quantile: survival.quantile(quantile)?,
        interval: survival.quantile_interval(quantile, confidence)?,
        steps: survival.steps().to_vec(),
    })
}
