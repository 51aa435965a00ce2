"""Scalar forms: the formulas of the metric reference for counts in hand."""

from fractions import Fraction as F

from fault import Fault, closed_unit, not_negative
from measure import measure
from stats import wilson


def _people(id):
    """A proportion of people, with its Wilson interval where it is one."""

    def rate(above, below):
        value = F(above, below) if below else None
        made = wilson(above, below) if below and above <= below else None
        return measure(id, value, above, below, made)

    return rate


def _ratio(id):
    def ratio(above, below):
        return measure(id, F(above, below) if below else None, above, below)

    return ratio


def _gain(id):
    def gain(ours, theirs):
        return measure(id, F(ours - theirs, theirs) if theirs else None)

    return gain


COUNTS = {
    "coverage_rate": (_people, "invited", "employees"),
    "adoption_rate": (_people, "joined", "employees"),
    "activation_rate": (_people, "activated", "eligible"),
    "active_participation_rate": (_ratio, "sharers", "members"),
    "participation_rate": (_people, "active", "invited"),
    "share_rate": (_people, "sharers", "joined"),
    "shares_per_active": (_ratio, "shares", "active"),
    "retention": (_people, "retained", "members"),
    "content_utilisation": (_people, "shared_items", "items"),
    "shares_per_item": (_ratio, "shares", "items"),
    "sharers_per_item": (_ratio, "sharers", "items"),
    "frequency": (_ratio, "impressions", "reach"),
    "reach_gain": (_gain, "advocates_reach", "brand_reach"),
    "reach_multiple": (_ratio, "advocates_reach", "brand_reach"),
    "engagement_rate": (_ratio, "engagements", "impressions"),
    "click_through_rate": (_ratio, "clicks", "impressions"),
    "amplification_rate": (_ratio, "reshares", "followers"),
    "virality_rate": (_ratio, "reshares", "impressions"),
    "applause_rate": (_ratio, "likes", "shares"),
    "conversation_rate": (_ratio, "comments", "shares"),
}


def of_counts(id):
    kind, first, second = COUNTS[id]
    formula = kind(id)
    return lambda **given: formula(given[first], given[second])


def random_duplication(universe, reaches):
    if not reaches:
        return None
    if sum(reaches) >= 2**64:
        raise Fault("overflow")
    if universe == 0 or max(reaches) > universe:
        raise Fault("out_of_range", "universe")
    missed = F(1)
    for reach in reaches:
        missed *= 1 - F(reach, universe)
    return {
        "lower_bound": max(reaches),
        "gross": sum(reaches),
        "estimate": universe * (1 - missed),
    }


def reach_calculator(headcount, adoption, shares_per_month, followers, view_through):
    closed_unit(adoption, "adoption")
    not_negative(shares_per_month, "shares_per_month")
    not_negative(followers, "followers")
    closed_unit(view_through, "view_through")
    views = F(headcount) * F(adoption) * F(shares_per_month) * F(followers) * F(view_through)
    return measure("reach_calculator", views)
