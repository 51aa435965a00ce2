//! Surveys and the workforce: eNPS, satisfaction and rates that stand up to a
//! statistician.
//!
//! Every function is pure: answers or counts in, a result out that carries a
//! [`Measure`](crate::Measure) with its sum, interval and notes. Nothing is
//! rounded; without answers a score is undefined, not 0; what is left out is
//! counted.
//!
//! ```
//! use advocacy_core::survey::{EnpsOptions, enps, enps_difference};
//!
//! let spring = enps(&[9, 10, 7, 3, 6, 8], &EnpsOptions::default())?;
//! let autumn = enps(&[9, 10, 9, 7, 6, 10], &EnpsOptions::default())?;
//! assert_eq!(autumn.value(), Some(50.0));
//! let change = enps_difference(&autumn, &spring)?;
//! assert!(change.interval().unwrap().contains(0.0)); // six answers prove nothing
//! println!("{}", autumn.explain());
//! # Ok::<(), advocacy_core::Error>(())
//! ```
//!
//! | question | function |
//! |---|---|
//! | the score, from answers or counts | [`enps`], [`enps_from_counts`] |
//! | is it above 0? | [`enps_test`] |
//! | did it change? do two groups differ? | [`enps_difference`], [`enps_difference_paired`] |
//! | how do many groups compare? | [`enps_by`] |
//! | the same of bytes in columns | [`enps_bytes`], [`enps_by_codes`] |
//! | the last months together, one answer per person | [`enps_rolling`] |
//! | how many must answer? how precise will it be? | [`enps_sample_size`], [`enps_margin_of_error`] |
//! | what could those who stayed silent change? | [`nonresponse_bounds`] |
//! | satisfaction, favourability | [`satisfaction`], [`favourability`], [`share_difference_paired`], [`esi`] |
//! | is it a pulse survey? did people answer? | [`pulse_check`], [`response_rate`], [`completion_rate`] |
//! | who left, stayed, was away? | [`turnover_rate`], [`retention_rate`], [`stability_index`], [`absence_rate`] |
//!
//! # Coverage
//!
//! How often the 95 % intervals of [`EnpsMethod`] hold the true score: the
//! exact multinomial coverage, every outcome enumerated, as
//! `cargo run --release --example enps_coverage` prints it. The grid: all
//! pairs of promoters and detractors from 0, 1, 5, 10, 20, 30, 40, 50, 60, 80,
//! 95 and 99 % that fit in 100 %, the rest passive, mirror images once.
//!
//! ```text
//! exact coverage of 95 % intervals over 52 shapes, %: mean (minimum)
//!     n   adjusted_wald           tango            wald     agresti_min    bonett_price
//!    10   95.52 (87.91)   97.01 (90.44)    78.66 (9.55)   95.75 (89.06)   97.11 (89.06)
//!    20   95.84 (91.33)   96.50 (92.45)   85.65 (18.21)   95.38 (87.60)   96.87 (92.82)
//!    30   95.76 (92.13)   95.88 (92.98)   88.00 (26.01)   95.73 (91.70)   96.39 (93.02)
//!    50   95.34 (92.23)   95.23 (91.06)   90.17 (39.48)   95.49 (92.06)   96.23 (93.51)
//!   100   95.29 (93.69)   94.99 (92.06)   92.15 (63.34)   95.29 (93.24)   95.80 (93.78)
//!   200   95.19 (93.18)   95.22 (94.40)   94.02 (86.50)   94.96 (86.50)   95.61 (94.12)
//!   500   95.11 (94.45)   95.11 (94.56)   94.31 (87.14)   95.10 (94.47)   95.22 (94.56)
//!  1000   94.94 (92.70)   95.07 (94.63)   94.72 (92.70)   95.01 (92.70)   95.17 (94.63)
//!   all   95.37 (87.91)   95.63 (90.44)    89.71 (9.55)   95.34 (86.50)   96.05 (89.06)
//! least covered (promoters/passives/detractors):
//!   adjusted_wald  87.91 % at n = 10, 80/19/1 %
//!   tango          90.44 % at n = 10, 99/1/0 %
//!   wald           9.55 % at n = 10, 1/99/0 %
//!   agresti_min    86.50 % at n = 200, 1/99/0 %
//!   bonett_price   89.06 % at n = 10, 50/0/50 %
//! ```
//!
//! The default keeps its promise on average at every size, and falls up to 7
//! points short at ten answers, up to 4 at twenty, and where all but 1 % answer alike.
//! Where it must not fall short, `bonett_price` is the careful choice (from 20
//! answers never below 92.8 %, for wider intervals), and at ten answers `tango`
//! falls least short. `wald`, the textbook's ±, can be wrong nine times
//! in ten.

mod answer;
mod bytes;
pub(crate) mod counted;
mod definition;
mod difference;
mod enps;
mod esi;
mod groups;
mod intervals;
mod matched;
mod nonresponse;
mod planning;
mod pulse;
mod rates;
mod read;
mod rolling;
mod satisfaction;
mod workforce;
mod zero;

pub use crate::definitions::{Anonymous, EnpsMethod};
pub use crate::model::scale::{EnpsCategory, Scale};

pub use self::{
    answer::Answer,
    bytes::{enps_by_codes, enps_bytes},
    difference::{EnpsDifference, Matched, enps_difference, enps_difference_paired},
    enps::{Enps, EnpsOptions, WeightedShares, enps, enps_from_counts},
    esi::{EsiForm, esi},
    groups::{Comparisons, EnpsGroups, GroupComparison, enps_by},
    intervals::enps_interval,
    matched::share_difference_paired,
    nonresponse::{NonresponseBounds, nonresponse_bounds},
    planning::{Expected, enps_margin_of_error, enps_sample_size},
    pulse::{PulseCheck, PulseFinding, PulseOptions, pulse_check},
    rates::{completion_rate, promoter_share_of_employees, response_rate},
    read::Invalid,
    rolling::{Response, enps_rolling},
    satisfaction::{Satisfaction, SatisfactionOptions, favourability, satisfaction},
    workforce::{
        AverageHeadcount, TurnoverKind, TurnoverOptions, absence_rate, retention_rate,
        stability_index, turnover_rate,
    },
    zero::enps_test,
};
