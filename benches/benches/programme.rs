//! Building a programme, single tables, and the whole report.
#![expect(
    clippy::expect_used,
    reason = "a bench that cannot run has nothing to say"
)]

use std::hint::black_box;

use advocacy_benches::{ad_hoc, answers, programme, reference, whole_report, workload, year};
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
        let period = year().expect("the year is a year");
        let queries = [Ok(reference(&program, &period)), ad_hoc(&program)];
        let queries = queries.into_iter().flatten().flatten();
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
                    let found = answers(&program, &period)?;
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
