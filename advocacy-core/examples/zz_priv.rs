use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::*;
fn main() {
    let rows = sample::rows();
    let plain = Program::from_rows(&rows).unwrap();
    let program = Program::builder_from_rows(&rows).privacy(PrivacyPolicy::default()).build().unwrap();
    let zone = Zone::utc();
    let period = Period::quarter(2025, 3, &zone).unwrap();
    for by in [vec![Dimension::Team], vec![Dimension::Network], vec![Dimension::Week], vec![Dimension::Department, Dimension::Month], vec![Dimension::Cohort], vec![Dimension::Content], vec![Dimension::Advocate]] {
        let m = [Metric::Shares, Metric::Joined, Metric::ShareRate, Metric::EngagementRate, Metric::NewSharers, Metric::Enps];
        let t = program.measure(m).by(by.clone()).over(period.clone()).table().unwrap();
        let p = plain.measure([Metric::Shares, Metric::Joined, Metric::ShareRate, Metric::EngagementRate, Metric::NewSharers, Metric::Enps, Metric::Sharers]).by(by.clone()).over(period.clone()).table().unwrap();
        println!("{by:?} rows {} of {}", t.rows.len(), p.rows.len());
        for (a, b) in t.rows.iter().zip(&p.rows).take(14).chain([(&t.total, &p.total)]) {
            let k: Vec<String> = a.key.iter().map(|k| k.to_string()).collect();
            println!("  {:30} {}", k.join("/"), a.measures.iter().zip(&b.measures).map(|(x, y)| format!("{x} [{y}]")).collect::<Vec<_>>().join("  ") + &format!("   sharers {}", b.measures[6]));
        }
    }
    let report = program.report(&ReportOptions::new(period.clone())).unwrap();
    let before = plain.report(&ReportOptions::new(period.clone())).unwrap();
    for s in &report.sections {
        let all: Vec<_> = s.table.rows.iter().flat_map(|r| &r.measures).collect();
        println!("{} {} rows, hidden {} of {}", s.id, s.table.rows.len(), all.iter().filter(|m| m.state() == State::Suppressed).count(), all.len());
    }
    println!("{} {} sections; warnings {:?}", report.sections.len(), before.sections.len(), report.warnings);
    for c in &report.retention.cohorts { println!("{} {:?} {}", c.key, c.size, c.ages.iter().map(|m| m.to_string()).collect::<Vec<_>>().join(" ")); }
    for (m, n) in report.headline.total.measures.iter().zip(&before.headline.total.measures) { if m.value() != n.value() { println!("{} vs {}", m.explain(), n.explain()); } }
}
