//! An attack on what the library shows: thousands of random tables, protected,
//! then read by somebody who knows every sum, that counts are whole and not
//! negative, and exact algebra. Nothing here is taken from the library but
//! which cells it hides.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

mod attacker;
mod tables;

use advocacy_core::privacy::{Cell, PrivacyPolicy, Subject, audit, suppress};

use attacker::recovered;
use tables::{Random, Table};

/// What three ways to protect the same tables leave.
#[derive(Default)]
struct Kept {
    cells: usize,
    ours: usize,
    naive: usize,
    /// Hidden by "hide n < k", and worked out all the same.
    naive_recovered: usize,
    whole: usize,
}

fn attack(table: &Table, policy: &PrivacyPolicy, kept: &mut Kept) {
    let k = u64::from(policy.threshold(Subject::Survey));
    let cells: Vec<Cell> = table.people.iter().map(|&n| Cell::new(n)).collect();
    let found = suppress(&table.layout, &cells, &table.sums, policy, Subject::Survey).unwrap();
    let hidden: Vec<bool> = (0..cells.len()).map(|at| found.is_hidden(at)).collect();
    let small = |n: u64| n < k && (n > 0 || policy.protect_zero);
    let naive: Vec<bool> = table.people.iter().map(|&n| small(n)).collect();
    for (at, &is_small) in naive.iter().enumerate() {
        assert!(hidden[at] || !is_small, "a small cell is shown: {table:?}");
    }
    let got = recovered(table, policy.protect_zero, &hidden);
    assert!(
        got.is_empty(),
        "recovered {got:?} of {hidden:?} in {table:?} under {policy:?}"
    );
    assert!(found.exposed().is_empty());
    let shown = |hidden: &[bool]| hidden.iter().filter(|hidden| !**hidden).count();
    kept.cells += cells.len();
    kept.ours += shown(&hidden);
    kept.naive += shown(&naive);
    kept.naive_recovered += recovered(table, policy.protect_zero, &naive).len();
    if !naive.contains(&true) {
        kept.whole += cells.len();
    }
}

type Make = fn(&mut Random) -> Table;

#[test]
fn nothing_hidden_is_recovered_from_ten_thousand_tables() {
    let kinds: [(&str, Make); 5] = [
        ("one-way", tables::one_way),
        ("two-way", tables::two_way),
        ("hierarchy", tables::hierarchy),
        ("hierarchy by columns", tables::hierarchy_by_columns),
        ("weighted survey waves", tables::survey_waves),
    ];
    let mut all = Kept::default();
    for (at, (name, make)) in kinds.into_iter().enumerate() {
        let mut random = Random::new(at as u64 + 1);
        let mut kept = Kept::default();
        for number in 0..2_000 {
            let table = make(&mut random);
            let policy = PrivacyPolicy {
                protect_zero: number % 4 == 3,
                ..PrivacyPolicy::new([3, 5, 5, 10][number / 4 % 4])
            };
            attack(&table, &policy, &mut kept);
        }
        print(name, &kept);
        all.cells += kept.cells;
        all.ours += kept.ours;
        all.naive += kept.naive;
        all.naive_recovered += kept.naive_recovered;
        all.whole += kept.whole;
    }
    print("all", &all);
    // The naive way leaks, and hiding whole tables keeps less.
    assert!(all.naive_recovered > 1_000);
    assert!(all.ours > all.whole);
}

#[expect(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "for people to read, with --nocapture"
)]
fn print(name: &str, kept: &Kept) {
    let percent = |part: usize| 100.0 * part as f64 / kept.cells as f64;
    println!(
        "{name}: {} cells; shown: ours {:.1} %, naive {:.1} % ({} hidden cells recovered), whole tables {:.1} %",
        kept.cells,
        percent(kept.ours),
        percent(kept.naive),
        kept.naive_recovered,
        percent(kept.whole),
    );
}

/// Every table that agrees with what is shown, each hidden cell within `reach`
/// of what it is: the cells that are the same in all of them.
fn same_in_all(table: &Table, hidden: &[bool], reach: i128) -> Vec<usize> {
    let values: Vec<i128> = table.people.iter().map(|&n| i128::from(n)).collect();
    let open: Vec<usize> = (0..values.len()).filter(|&at| hidden[at]).collect();
    let mut same: Vec<bool> = hidden.to_vec();
    let span = 2 * reach + 1;
    let all = span.pow(u32::try_from(open.len()).unwrap());
    for number in 0..all {
        let mut other = values.clone();
        let mut rest = number;
        for &at in &open {
            other[at] += rest % span - reach;
            rest /= span;
        }
        let adds_up = |(whole, parts): &(usize, Vec<usize>)| {
            parts.iter().map(|&part| other[part]).sum::<i128>() == other[*whole]
        };
        if other.iter().all(|&value| value >= 0) && table.lines.iter().all(adds_up) {
            for &at in &open {
                same[at] &= other[at] == values[at];
            }
        }
    }
    (0..same.len()).filter(|&at| same[at]).collect()
}

#[test]
fn the_audit_finds_exactly_what_trying_every_table_finds() {
    let mut random = Random::new(77);
    let mut found = 0;
    for number in 0..1_500 {
        let table = match number % 4 {
            0 => tables::small_one_way(&mut random),
            1 => tables::small_tree(&mut random),
            2 => tables::small_tree_by(&mut random),
            _ => tables::small_two_way(&mut random),
        };
        let cells = table.people.len() as u64;
        let mut hidden = vec![false; table.people.len()];
        for _ in 0..random.below(8) {
            hidden[usize::try_from(random.below(cells)).unwrap()] = true;
        }
        let values: Vec<i128> = table.people.iter().map(|&n| i128::from(n)).collect();
        let got = audit(&table.layout, &values, Some(0), &hidden).unwrap();
        let wider = hidden.iter().filter(|hidden| **hidden).count() <= 4;
        let want = same_in_all(&table, &hidden, if wider { 2 } else { 1 });
        assert_eq!(got, want, "{hidden:?} in {table:?}");
        found += want.len();
    }
    assert!(found > 1_000, "too few cells were pinned to mean anything");
}

#[test]
fn a_width_leaves_that_much_room() {
    let mut random = Random::new(5);
    let mut checked = 0;
    for _ in 0..400 {
        let table = tables::small_two_way(&mut random);
        let cells: Vec<Cell> = table.people.iter().map(|&n| Cell::new(n)).collect();
        let policy = PrivacyPolicy {
            width: 3,
            ..PrivacyPolicy::new(3)
        };
        let found = suppress(&table.layout, &cells, &[], &policy, Subject::Activity).unwrap();
        let hidden: Vec<bool> = (0..cells.len()).map(|at| found.is_hidden(at)).collect();
        for at in 0..cells.len() {
            if !(1..3).contains(&table.people[at]) {
                continue;
            }
            assert!(hidden[at]);
            let room = attacker::room(&table, false, &hidden, at);
            // No bound above is room enough.
            assert!(
                room.is_none_or(|room| room >= 3),
                "{room:?} at {at} of {hidden:?} in {table:?}"
            );
            checked += 1;
        }
    }
    assert!(checked > 400);
}
