//! Scalar forms of more than two counts; those of two are in [`crate::scalar`].

use crate::catalog::Metric;
use crate::operation::words::About;
use crate::operation::{Operation, rows};
use crate::scalar::{self, ReachAssumptions, ReachEstimate};

pub(in crate::operation) static SCALAR: &[Operation] = rows! { "scalar";
    random_duplication: About::new(
            "Reach of several posts",
            "largest reach, sum of reaches, and universe × (1 − ∏(1 − reach / universe))",
            "people, 0 or more",
            "null without reaches; out_of_range in universe for a reach beyond it, or where it is 0",
            "Sainsbury; Agostini"),
        r#"{"universe": 10000, "reaches": [1000, 2000]}"#,
        (universe: u64 => "How many people there are to be reached.",
         reaches: Vec<u64> => "The reach of each post.")
        -> Option<ReachEstimate> = scalar::random_duplication(universe, &reaches);
    reach_calculator: About::metric(Metric::ReachCalculator,
            "out_of_range for a rate outside 0..=1 or a negative number"),
        r#"{"headcount": 1000, "adoption": 0.25, "shares_per_month": 4, "followers": 500, "view_through": 0.1}"#,
        (headcount: u64 => "Employees.",
         adoption: f64 => "The share of them who take part, 0..=1.",
         shares_per_month: f64 => "Shares per participant and month.",
         followers: f64 => "Followers per participant, over all their networks.",
         view_through: f64 => "The share of followers who see a share, 0..=1.")
        -> crate::Measure = scalar::reach_calculator(&ReachAssumptions {
            headcount, adoption, shares_per_month, followers, view_through,
        });
};
