"""Employee-advocacy metrics that explain and defend themselves.

Written by scripts/stubs.py from the core's registry.
"""

from collections.abc import Mapping
from typing import Literal

from ._advocacy import (
    Cohort as Cohort,
    Comparison as Comparison,
    Coverage as Coverage,
    Guard as Guard,
    Interval as Interval,
    Measure as Measure,
    Note as Note,
    Part as Part,
    Period as Period,
    Program as Program,
    Report as Report,
    Result as Result,
    Row as Row,
    Rows as Rows,
    Section as Section,
    Table as Table,
    Tally as Tally,
    __version__ as __version__,
    dimensions as dimensions,
    metrics as metrics,
    operations as operations,
    options as options,
    privacy_options as privacy_options,
    sample as sample,
    sample_rows as sample_rows,
    schemas as schemas,
)
from ._errors import AdvocacyError as AdvocacyError
from ._types import Ids, Instants, Numbers, Scores, Texts, Values

__all__ = [
    "AdvocacyError",
    "Cohort",
    "Comparison",
    "Coverage",
    "Guard",
    "Interval",
    "Measure",
    "Note",
    "Part",
    "Period",
    "Program",
    "Report",
    "Result",
    "Row",
    "Rows",
    "Section",
    "Table",
    "Tally",
    "__version__",
    "dimensions",
    "metrics",
    "operations",
    "options",
    "privacy_options",
    "sample",
    "sample_rows",
    "schemas",
    "coverage_rate",
    "adoption_rate",
    "activation_rate",
    "active_participation_rate",
    "participation_rate",
    "share_rate",
    "shares_per_active",
    "retention",
    "content_utilisation",
    "shares_per_item",
    "sharers_per_item",
    "frequency",
    "reach_gain",
    "reach_multiple",
    "engagement_rate",
    "click_through_rate",
    "amplification_rate",
    "virality_rate",
    "applause_rate",
    "conversation_rate",
    "random_duplication",
    "reach_calculator",
    "enps",
    "enps_from_counts",
    "enps_interval",
    "enps_test",
    "enps_test_from_counts",
    "enps_difference",
    "enps_difference_from_counts",
    "enps_difference_paired",
    "enps_by",
    "enps_rolling",
    "enps_sample_size",
    "enps_margin_of_error",
    "nonresponse_bounds",
    "promoter_share_of_employees",
    "satisfaction",
    "favourability",
    "share_difference_paired",
    "esi",
    "pulse_check",
    "response_rate",
    "completion_rate",
    "turnover_rate",
    "retention_rate",
    "stability_index",
    "absence_rate",
    "wilson",
    "wilson_continuity",
    "wilson_finite",
    "wilson_effective",
    "wilson_one_sided",
    "agresti_coull",
    "clopper_pearson",
    "jeffreys",
    "wald",
    "proportion_interval",
    "newcombe",
    "agresti_caffo",
    "mover_difference",
    "two_proportion_test",
    "chi_square_test",
    "fisher_exact_test",
    "sign_test",
    "holm",
    "chi_square_p_value",
    "goodman",
    "poisson_interval",
    "poisson_ratio",
    "poisson_ratio_test",
    "ratio_estimator",
    "mean_of_ratios",
    "estimate_difference",
    "estimate_ratio",
    "mean_interval",
    "welch_test",
    "confidence_sequence",
    "kaplan_meier",
    "kaplan_meier_counts",
    "gini",
    "gini_unbiased",
    "hhi",
    "effective_number",
    "top_share",
    "berger_parker",
    "entropy",
    "diversity",
    "james_stein",
    "beta_prior",
    "margin_of_error",
    "sample_size",
    "sample_size_for_variance",
    "sample_size_two_proportions",
    "normal_quantile",
    "two_sided_z",
    "normal_cdf",
    "normal_p_value",
    "student_t_quantile",
    "two_sided_t",
    "student_t_p_value",
]

def coverage_rate(invited: int, employees: int) -> Measure: ...

def adoption_rate(joined: int, employees: int) -> Measure: ...

def activation_rate(activated: int, eligible: int) -> Measure: ...

def active_participation_rate(sharers: int, members: int) -> Measure: ...

def participation_rate(active: int, invited: int) -> Measure: ...

def share_rate(sharers: int, joined: int) -> Measure: ...

def shares_per_active(shares: int, active: int) -> Measure: ...

def retention(retained: int, members: int) -> Measure: ...

def content_utilisation(shared_items: int, items: int) -> Measure: ...

def shares_per_item(shares: int, items: int) -> Measure: ...

def sharers_per_item(sharers: int, items: int) -> Measure: ...

def frequency(impressions: int, reach: int) -> Measure: ...

def reach_gain(advocates_reach: int, brand_reach: int) -> Measure: ...

def reach_multiple(advocates_reach: int, brand_reach: int) -> Measure: ...

def engagement_rate(engagements: int, impressions: int) -> Measure: ...

def click_through_rate(clicks: int, impressions: int) -> Measure: ...

def amplification_rate(reshares: int, followers: int) -> Measure: ...

def virality_rate(reshares: int, impressions: int) -> Measure: ...

def applause_rate(likes: int, shares: int) -> Measure: ...

def conversation_rate(comments: int, shares: int) -> Measure: ...

def random_duplication(universe: int, reaches: Numbers) -> Result | None: ...

def reach_calculator(headcount: int, adoption: float, shares_per_month: float, followers: float, view_through: float) -> Measure: ...

def enps(scores: Scores, *, scale: str | Mapping[str, float] = "0-10", method: Literal["adjusted_wald", "tango", "wald", "agresti_min", "bonett_price"] = "adjusted_wald", confidence: float = 0.95, weights: Numbers | None = None, population: int | None = None, invalid: Literal["raise", "skip"] = "raise") -> Result: ...

def enps_from_counts(promoters: int, passives: int, detractors: int, *, scale: str | Mapping[str, float] = "0-10", method: Literal["adjusted_wald", "tango", "wald", "agresti_min", "bonett_price"] = "adjusted_wald", confidence: float = 0.95, population: int | None = None) -> Result: ...

def enps_interval(promoters: int, passives: int, detractors: int, *, method: Literal["adjusted_wald", "tango", "wald", "agresti_min", "bonett_price"] = "adjusted_wald", confidence: float = 0.95, population: int | None = None) -> Interval | None: ...

def enps_test(scores: Scores, *, method: Literal["mcnemar", "mcnemar_continuity", "exact", "mid_p"] = "mcnemar", scale: str | Mapping[str, float] = "0-10", weights: Numbers | None = None, invalid: Literal["raise", "skip"] = "raise") -> Result | None: ...

def enps_test_from_counts(promoters: int, passives: int, detractors: int, *, method: Literal["mcnemar", "mcnemar_continuity", "exact", "mid_p"] = "mcnemar") -> Result | None: ...

def enps_difference(scores_1: Scores, scores_2: Scores, *, scale: str | Mapping[str, float] = "0-10", method: Literal["adjusted_wald", "tango", "wald", "agresti_min", "bonett_price"] = "adjusted_wald", confidence: float = 0.95, weights_1: Numbers | None = None, weights_2: Numbers | None = None, population_1: int | None = None, population_2: int | None = None, invalid: Literal["raise", "skip"] = "raise") -> Result: ...

def enps_difference_from_counts(promoters_1: int, passives_1: int, detractors_1: int, promoters_2: int, passives_2: int, detractors_2: int, *, method: Literal["adjusted_wald", "tango", "wald", "agresti_min", "bonett_price"] = "adjusted_wald", confidence: float = 0.95, population_1: int | None = None, population_2: int | None = None) -> Result: ...

def enps_difference_paired(respondents_1: Ids, scores_1: Scores, respondents_2: Ids, scores_2: Scores, *, scale: str | Mapping[str, float] = "0-10", method: Literal["adjusted_wald", "tango", "wald", "agresti_min", "bonett_price"] = "adjusted_wald", confidence: float = 0.95, population: int | None = None, invalid: Literal["raise", "skip"] = "raise") -> Result: ...

def enps_by(groups: Texts, scores: Scores, *, comparisons: Literal["rest", "pairs"] = "rest", scale: str | Mapping[str, float] = "0-10", method: Literal["adjusted_wald", "tango", "wald", "agresti_min", "bonett_price"] = "adjusted_wald", confidence: float = 0.95, weights: Numbers | None = None, invalid: Literal["raise", "skip"] = "raise") -> Result: ...

def enps_rolling(respondents: Ids, answered_at: Instants, scores: Scores, window: str, *, tz: str = "UTC", anonymous: Literal["raise", "count"] = "raise", scale: str | Mapping[str, float] = "0-10", method: Literal["adjusted_wald", "tango", "wald", "agresti_min", "bonett_price"] = "adjusted_wald", confidence: float = 0.95, weights: Numbers | None = None, population: int | None = None, invalid: Literal["raise", "skip"] = "raise") -> Result: ...

def enps_sample_size(margin: float, *, promoters: float = 0.5, detractors: float = 0.5, population: int | None = None, confidence: float = 0.95) -> int: ...

def enps_margin_of_error(answers: int, *, promoters: float = 0.5, detractors: float = 0.5, population: int | None = None, confidence: float = 0.95) -> float | None: ...

def nonresponse_bounds(enps: float, response_rate: float) -> Result: ...

def promoter_share_of_employees(promoters: int, employees: int, confidence: float = 0.95) -> Measure: ...

def satisfaction(scores: Scores, *, min: float = 1.0, max: float = 5.0, top_from: float | None = None, confidence: float = 0.95, population: int | None = None, invalid: Literal["raise", "skip"] = "raise") -> Result: ...

def favourability(scores: Scores, favourable_from: float, *, min: float = 1.0, max: float = 5.0, confidence: float = 0.95, population: int | None = None, invalid: Literal["raise", "skip"] = "raise") -> Measure: ...

def share_difference_paired(both: int, first_only: int, second_only: int, neither: int, confidence: float = 0.95) -> Measure: ...

def esi(satisfaction: float, expectations: float, ideal: float, *, form: Literal["rescaled", "total"] = "rescaled") -> Measure: ...

def pulse_check(questions: int, waves: Instants, *, tz: str = "UTC", most_questions: int = 10, shortest_gap_days: int = 7, longest_gap_days: int = 92) -> Result: ...

def response_rate(completes: int, eligible: int, confidence: float = 0.95) -> Measure: ...

def completion_rate(completes: int, starts: int, confidence: float = 0.95) -> Measure: ...

def turnover_rate(separations: int, *, start: int | None = None, end: int | None = None, month_ends: Numbers | None = None, kind: Literal["all", "voluntary", "involuntary", "new_hire"] = "all", annualise_months: float | None = None, confidence: float = 0.95) -> Measure: ...

def retention_rate(stayers: int, present_at_start: int, confidence: float = 0.95) -> Measure: ...

def stability_index(long_serving: int, headcount_year_ago: int, confidence: float = 0.95) -> Measure: ...

def absence_rate(days_lost: float, available_days: float) -> Measure: ...

def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval | None: ...

def wilson_continuity(successes: int, trials: int, confidence: float = 0.95) -> Interval | None: ...

def wilson_finite(successes: int, trials: int, population: int, confidence: float = 0.95) -> Interval | None: ...

def wilson_effective(proportion: float, effective_size: float, confidence: float = 0.95) -> Interval: ...

def wilson_one_sided(successes: int, trials: int, *, bound: Literal["lower", "upper"] = "lower", confidence: float = 0.95) -> Interval | None: ...

def agresti_coull(successes: int, trials: int, confidence: float = 0.95) -> Interval | None: ...

def clopper_pearson(successes: int, trials: int, confidence: float = 0.95) -> Interval | None: ...

def jeffreys(successes: int, trials: int, confidence: float = 0.95) -> Interval | None: ...

def wald(successes: int, trials: int, confidence: float = 0.95) -> Interval | None: ...

def proportion_interval(successes: int, trials: int, *, method: Literal["wilson", "wilson_continuity", "agresti_coull", "clopper_pearson", "jeffreys", "wald"] = "wilson", population: int | None = None, confidence: float = 0.95) -> Interval | None: ...

def newcombe(successes_1: int, trials_1: int, successes_2: int, trials_2: int, confidence: float = 0.95) -> Interval | None: ...

def agresti_caffo(successes_1: int, trials_1: int, successes_2: int, trials_2: int, confidence: float = 0.95) -> Interval | None: ...

def mover_difference(value_1: float, low_1: float, high_1: float, value_2: float, low_2: float, high_2: float, confidence: float = 0.95) -> Interval: ...

def two_proportion_test(successes_1: int, trials_1: int, successes_2: int, trials_2: int, *, method: Literal["pooled", "pooled_continuity", "unpooled", "unpooled_continuity"] = "pooled", confidence: float = 0.95) -> Result | None: ...

def chi_square_test(successes_1: int, trials_1: int, successes_2: int, trials_2: int, *, yates: bool = False) -> Result | None: ...

def fisher_exact_test(successes_1: int, trials_1: int, successes_2: int, trials_2: int) -> Result | None: ...

def sign_test(first: int, second: int, *, method: Literal["mcnemar", "mcnemar_continuity", "exact", "mid_p"] = "mcnemar") -> Result | None: ...

def holm(p_values: Numbers) -> list[float]: ...

def chi_square_p_value(statistic: float, df: float) -> float: ...

def goodman(counts: Numbers, confidence: float = 0.95) -> list[Interval] | None: ...

def poisson_interval(events: int, exposure: float, confidence: float = 0.95) -> Interval | None: ...

def poisson_ratio(events_1: int, exposure_1: float, events_2: int, exposure_2: float, *, method: Literal["exact", "adjusted"] = "exact", confidence: float = 0.95) -> Result | None: ...

def poisson_ratio_test(events_1: int, exposure_1: float, events_2: int, exposure_2: float, confidence: float = 0.95) -> Result | None: ...

def ratio_estimator(numerators: Numbers, denominators: Numbers, confidence: float = 0.95) -> Result | None: ...

def mean_of_ratios(numerators: Numbers, denominators: Numbers, confidence: float = 0.95) -> Result | None: ...

def estimate_difference(value_1: float, se_1: float, value_2: float, se_2: float, confidence: float = 0.95) -> Result | None: ...

def estimate_ratio(value_1: float, se_1: float, value_2: float, se_2: float, confidence: float = 0.95) -> Result | None: ...

def mean_interval(sample: Numbers | Mapping[str, float], *, population: int | None = None, confidence: float = 0.95) -> Result | None: ...

def welch_test(first: Numbers | Mapping[str, float], second: Numbers | Mapping[str, float], *, effect: Literal["absolute", "relative"] = "absolute", confidence: float = 0.95) -> Result | None: ...

def confidence_sequence(first: Numbers | Mapping[str, float], second: Numbers | Mapping[str, float], *, effect: Literal["absolute", "relative"] = "absolute", tuning: float = 5000.0, confidence: float = 0.95) -> Result | None: ...

def kaplan_meier(durations: Numbers, events: Values, *, quantile: float = 0.5, confidence: float = 0.95) -> Result: ...

def kaplan_meier_counts(times: Numbers, events: Numbers, censored: Numbers, *, quantile: float = 0.5, confidence: float = 0.95) -> Result: ...

def gini(values: Numbers) -> float | None: ...

def gini_unbiased(values: Numbers) -> float | None: ...

def hhi(values: Numbers) -> float | None: ...

def effective_number(values: Numbers) -> float | None: ...

def top_share(values: Numbers, *, fraction: float = 0.1) -> float | None: ...

def berger_parker(values: Numbers) -> float | None: ...

def entropy(values: Numbers) -> float | None: ...

def diversity(values: Numbers) -> Result | None: ...

def james_stein(values: Numbers, variance: float) -> Result | None: ...

def beta_prior(successes: Numbers, trials: Numbers) -> Result | None: ...

def margin_of_error(sample: int, *, proportion: float = 0.5, population: int | None = None, confidence: float = 0.95) -> float | None: ...

def sample_size(margin: float, *, proportion: float = 0.5, population: int | None = None, confidence: float = 0.95) -> int: ...

def sample_size_for_variance(variance: float, margin: float, *, population: int | None = None, confidence: float = 0.95) -> int: ...

def sample_size_two_proportions(first: float, second: float, *, power: float = 0.8, confidence: float = 0.95) -> int: ...

def normal_quantile(p: float) -> float: ...

def two_sided_z(confidence: float = 0.95) -> float: ...

def normal_cdf(z: float) -> float: ...

def normal_p_value(z: float) -> float: ...

def student_t_quantile(p: float, df: float) -> float: ...

def two_sided_t(df: float, confidence: float = 0.95) -> float: ...

def student_t_p_value(t: float, df: float) -> float: ...
