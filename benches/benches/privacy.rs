//! Protecting tables of counts, 200 teams by 52 weeks, sparse and dense; and
//! what a policy adds to the whole report.
#![expect(
    clippy::expect_used,
    reason = "a bench that cannot run has nothing to say"
)]

use std::hint::black_box;

use advocacy_benches::{programme, whole_report, workload};
use advocacy_core::privacy::{Cell, Layout, PrivacyPolicy, Subject, suppress};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

const TEAMS: usize = 200;
const WEEKS: usize = 52;

/// Counts below a limit, spread without pattern, with their totals.
fn counts(limit: u64) -> Vec<u64> {
    let mut cells = vec![0; (TEAMS + 1) * (WEEKS + 1)];
    let mut state = 1_u64;
    for team in 0..TEAMS {
        for week in 0..WEEKS {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let count = (state >> 33) % limit;
            for (row, column) in [(team, week), (team, WEEKS), (TEAMS, week), (TEAMS, WEEKS)] {
                cells[row * (WEEKS + 1) + column] += count;
            }
        }
    }
    cells
}

fn tables(criterion: &mut Criterion) {
    let layout = Layout::two_way(TEAMS, WEEKS);
    let mut group = criterion.benchmark_group("suppress 200 × 52");
    for limit in [3, 8, 30, 1_000, 20_000] {
        let people = counts(limit);
        let cells: Vec<Cell> = people.iter().map(|&n| Cell::new(n)).collect();
        let shares: Vec<i128> = people.iter().map(|&n| i128::from(n) * 3).collect();
        let policy = PrivacyPolicy::default();
        group.bench_function(BenchmarkId::new("counts below", limit), |bencher| {
            bencher.iter(|| {
                suppress(
                    &layout,
                    black_box(&cells),
                    std::slice::from_ref(&shares),
                    &policy,
                    Subject::Activity,
                )
                .expect("the policy is the default")
            });
        });
    }
    group.finish();
}

/// The whole report as it is, and under the default policy.
fn reports(criterion: &mut Criterion) {
    let workload = workload(1_000_000);
    let program = programme(&workload).expect("the workload is valid");
    let plain = whole_report().expect("the year is a year");
    let protected = plain.clone().privacy(PrivacyPolicy::default());
    let mut group = criterion.benchmark_group("the whole report, 1,000,000 shares");
    group.sample_size(10);
    for (name, options) in [("plain", plain), ("protected", protected)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| program.report(black_box(&options)));
        });
    }
    group.finish();
}

criterion_group!(benches, tables, reports);
criterion_main!(benches);
