//! Building a programme, single tables, and the whole report.
#![expect(
    clippy::expect_used,
    reason = "a bench that cannot run has nothing to say"
)]

use std::hint::black_box;

use advocacy_benches::{ad_hoc, cohorts, programme, reference, whole_report, workload};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn programmes(criterion: &mut Criterion) {
    for shares in [100_000_usize, 1_000_000] {
        let workload = workload(shares);
        let program = programme(&workload).expect("the workload is valid");
        let mut group = criterion.benchmark_group("programme");
        group
            .throughput(Throughput::Elements(shares as u64))
            .sample_size(10);
        group.bench_function(BenchmarkId::new("build", shares), |bencher| {
            bencher.iter(|| programme(black_box(&workload)));
        });
        let queries = reference(&program)
            .into_iter()
            .chain(ad_hoc(&program))
            .flatten();
        for (name, query) in queries {
            group.bench_function(BenchmarkId::new(name, shares), |bencher| {
                bencher.iter(|| query.table());
            });
        }
        group.bench_function(
            BenchmarkId::new("the reference report", shares),
            |bencher| {
                bencher.iter(|| {
                    let program = programme(black_box(&workload))?;
                    let queries = reference(&program)?.into_iter();
                    let queries: Vec<_> = queries.map(|(_, query)| query).collect();
                    let found = program.tables_and_cohorts(&queries, &[cohorts(&program)?])?;
                    Ok::<_, advocacy_core::Error>(found)
                });
            },
        );
        let options = whole_report().expect("the year is a year");
        group.bench_function(BenchmarkId::new("the whole report", shares), |bencher| {
            bencher.iter(|| program.report(black_box(&options)));
        });
        group.finish();
    }
}

criterion_group!(benches, programmes);
criterion_main!(benches);
