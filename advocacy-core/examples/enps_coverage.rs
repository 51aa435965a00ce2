//! How often the 95 % intervals of an eNPS hold the true score.
//!
//! Exact: every outcome of n answers is enumerated and weighed by its
//! multinomial probability; nothing is simulated or left out.
//!
//! `cargo run --release --example enps_coverage`

#![allow(clippy::print_stdout, reason = "printing the table is what it is for")]

use advocacy_core::Result;
use advocacy_core::survey::{EnpsMethod, EnpsOptions, enps_interval};

/// Numbers of answers.
const SIZES: [u64; 8] = [10, 20, 30, 50, 100, 200, 500, 1000];

/// Shares of promoters or detractors, in percent. Every pair of them that
/// fits in 100 % is a shape, the rest passive; but for all passive, of which
/// nothing can be learned.
const SHARES: [u32; 12] = [0, 1, 5, 10, 20, 30, 40, 50, 60, 80, 95, 99];

struct Shape {
    promoters: f64,
    passives: f64,
    detractors: f64,
}

impl Shape {
    /// In points.
    fn score(&self) -> f64 {
        100.0 * (self.promoters - self.detractors)
    }
}

/// Every method takes promoters and detractors alike, so mirror images of a
/// shape have the same coverage: only one of the two is looked at.
fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for promoters in SHARES {
        for detractors in SHARES {
            if detractors <= promoters && promoters > 0 && promoters + detractors <= 100 {
                shapes.push(Shape {
                    promoters: f64::from(promoters) / 100.0,
                    passives: f64::from(100 - promoters - detractors) / 100.0,
                    detractors: f64::from(detractors) / 100.0,
                });
            }
        }
    }
    shapes
}

/// ln k! for k up to n.
fn ln_factorials(n: u64) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for k in 1..=n {
        #[expect(clippy::cast_precision_loss, reason = "k is at most 1,000")]
        let term = libm::log(k as f64);
        sum += term;
        sums.push(sum);
    }
    sums
}

/// count · ln(share), with 0 · ln 0 = 0.
#[expect(clippy::cast_precision_loss, reason = "counts are at most 1,000")]
fn weighed(count: u64, share: f64) -> f64 {
    if count == 0 {
        0.0
    } else {
        count as f64 * libm::log(share)
    }
}

/// The coverage of every method (outer) at every shape (inner).
fn coverage(n: u64, shapes: &[Shape], options: &[EnpsOptions]) -> Result<Vec<Vec<f64>>> {
    let logs = ln_factorials(n);
    let log = |k: u64| usize::try_from(k).map_or(0.0, |k| logs[k]);
    // For every shape, count · ln(share) for each count and group.
    let powers: Vec<[Vec<f64>; 3]> = shapes
        .iter()
        .map(|shape| {
            [shape.promoters, shape.passives, shape.detractors]
                .map(|share| (0..=n).map(|count| weighed(count, share)).collect())
        })
        .collect();
    let mut covered = vec![vec![0.0; shapes.len()]; options.len()];
    for promoters in 0..=n {
        for detractors in 0..=n - promoters {
            let passives = n - promoters - detractors;
            let ways = log(n) - log(promoters) - log(passives) - log(detractors);
            let mut intervals = Vec::with_capacity(options.len());
            for option in options {
                intervals.extend(enps_interval(promoters, passives, detractors, option)?);
            }
            for (at, (shape, power)) in shapes.iter().zip(&powers).enumerate() {
                let of = |group: usize, count: u64| {
                    usize::try_from(count).map_or(0.0, |count| power[group][count])
                };
                let exponent = ways + of(0, promoters) + of(1, passives) + of(2, detractors);
                if exponent < -60.0 {
                    continue; // less than 1e-26 each, 1e-20 in all
                }
                let probability = libm::exp(exponent);
                let score = shape.score();
                for (sums, interval) in covered.iter_mut().zip(&intervals) {
                    // An end that is the score itself but for rounding holds it.
                    if interval.low <= score + 1e-9 && score - 1e-9 <= interval.high {
                        sums[at] += probability;
                    }
                }
            }
        }
    }
    Ok(covered)
}

fn mean(values: &[f64]) -> f64 {
    let n = u32::try_from(values.len()).map_or(f64::NAN, f64::from);
    values.iter().sum::<f64>() / n
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(1.0, f64::min)
}

fn main() -> Result<()> {
    let shapes = shapes();
    let options: Vec<EnpsOptions> = EnpsMethod::ALL
        .iter()
        .map(|&method| EnpsOptions {
            method,
            ..EnpsOptions::default()
        })
        .collect();
    println!(
        "exact coverage of 95 % intervals over {} shapes, %: mean (minimum)",
        shapes.len()
    );
    let heads: Vec<String> = EnpsMethod::NAMES
        .iter()
        .map(|name| format!("{name:>15}"))
        .collect();
    println!("{:>5} {}", "n", heads.join(" "));

    let mut all: Vec<Vec<f64>> = vec![Vec::new(); options.len()];
    let mut worst: Vec<(f64, String)> = vec![(1.0, String::new()); options.len()];
    for n in SIZES {
        let covered = coverage(n, &shapes, &options)?;
        let cells: Vec<String> = covered.iter().map(|method| cell(method)).collect();
        println!("{n:>5} {}", cells.join(" "));
        for ((sums, worst), method) in all.iter_mut().zip(&mut worst).zip(&covered) {
            sums.extend(method);
            for (shape, &value) in shapes.iter().zip(method) {
                if value < worst.0 {
                    let at = format!(
                        "n = {n}, {:.0}/{:.0}/{:.0} %",
                        100.0 * shape.promoters,
                        100.0 * shape.passives,
                        100.0 * shape.detractors
                    );
                    *worst = (value, at);
                }
            }
        }
    }
    let cells: Vec<String> = all.iter().map(|method| cell(method)).collect();
    println!("{:>5} {}", "all", cells.join(" "));
    println!("least covered (promoters/passives/detractors):");
    for (name, (value, at)) in EnpsMethod::NAMES.iter().zip(&worst) {
        println!("  {name:<14} {:.2} % at {at}", 100.0 * value);
    }
    Ok(())
}

fn cell(method: &[f64]) -> String {
    let text = format!("{:.2} ({:.2})", 100.0 * mean(method), 100.0 * least(method));
    format!("{text:>15}")
}
