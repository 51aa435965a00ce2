//! Published cases of suppression, and each rule by itself.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

use advocacy_core::privacy::{
    Cell, Layout, PrivacyPolicy, Reason, Subject, Suppression, audit, suppress,
};

fn hidden(layout: &Layout, people: &[u64], policy: &PrivacyPolicy) -> Vec<usize> {
    let cells: Vec<Cell> = people.iter().map(|&n| Cell::new(n)).collect();
    protect(layout, &cells, policy).hidden().collect()
}

fn protect(layout: &Layout, cells: &[Cell], policy: &PrivacyPolicy) -> Suppression {
    suppress(layout, cells, &[], policy, Subject::Activity).unwrap()
}

/// newmeasures.com on Qualtrics' options: a department of 10, of whom 6 are
/// men and 4 women, under a threshold of 5. The women are hidden; the men too,
/// or 10 − 6 would tell.
#[test]
fn a_department_of_ten() {
    let policy = PrivacyPolicy::new(5);
    assert_eq!(hidden(&Layout::one_way(2), &[6, 4, 10], &policy), [0, 1]);
}

/// The first table of the vignette of R's GaussSuppression (Statistics
/// Norway): young and old by Iceland, Portugal and Spain; cells of at most 1
/// are primary, zeros included. It hides young and old, Portugal and Iceland.
#[test]
fn the_gauss_suppression_vignette() {
    let people = [2, 0, 5, 7, 3, 4, 6, 13, 5, 4, 11, 20];
    let layout = Layout::two_way(2, 3);
    let policy = PrivacyPolicy {
        protect_zero: true,
        ..PrivacyPolicy::new(2)
    };
    let cells = people.map(Cell::new);
    let found = protect(&layout, &cells, &policy);
    assert_eq!(found.hidden().collect::<Vec<_>>(), [0, 1, 4, 5]);
    let primary = (0..12).filter(|&at| found.reason(at) == Some(Reason::Few));
    assert_eq!(primary.collect::<Vec<_>>(), [1]);
}

/// One person, seen in both columns: 1 + 1 is not the 1 of the whole, so nothing
/// follows from sums. Yet no part has more people than its whole, and a hidden
/// one has at least one: both are 1. With 5, 3 and 6 behind them, the hidden may
/// be any of 1..=6.
#[test]
fn the_bounds_of_distinct_counts_can_tell_all() {
    let layout = Layout::one_way(2);
    let hidden = [true, true, false];
    let told = |values: [i128; 3]| audit(&layout, &values, Some(1), &hidden).unwrap();
    assert_eq!(told([1, 1, 1]), [0, 1]);
    assert_eq!(told([5, 3, 6]), [0_usize; 0]);
    // Of a department 5 people of one team are seen, so it has 5 at least, and
    // the company it is a part of has no more.
    let layout = Layout::tree(&[None, Some(0), Some(0), Some(1), Some(1)]).unwrap();
    let hidden = [false, true, false, false, false];
    let told = |company| audit(&layout, &[company, 5, 2, 5, 3], Some(0), &hidden).unwrap();
    assert_eq!(told(5), [1]);
    assert_eq!(told(6), [0_usize; 0]);
}

#[test]
fn a_whole_of_nine_hides_both_parts() {
    let policy = PrivacyPolicy::default();
    assert_eq!(hidden(&Layout::one_way(2), &[3, 6, 9], &policy), [0, 1]);
}

#[test]
fn the_third_of_eight_five_three_takes_the_next_smallest_along() {
    let policy = PrivacyPolicy::default();
    assert_eq!(hidden(&Layout::one_way(3), &[8, 5, 3, 16], &policy), [1, 2]);
}

/// Four by four, hidden in blocks {r1, r2} × {c1, c2} and {r3, r4} × {c3, c4}
/// and at r1c3: two or more in every row and column with any, three in c3 and
/// r1, so no rule about lines sees anything. Yet r1 + r2 − c1 − c2, less what
/// is shown, is r1c3.
#[test]
fn a_pattern_that_fools_every_rule_about_lines() {
    let layout = Layout::two_way(4, 4);
    let at = |row: usize, column: usize| row * 5 + column;
    let mut pattern = vec![false; 25];
    for (row, column) in [
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
        (2, 2),
        (2, 3),
        (3, 2),
        (3, 3),
    ] {
        pattern[at(row, column)] = true;
    }
    pattern[at(0, 2)] = true;
    let inner = [
        [6, 7, 3, 20],
        [8, 9, 21, 22],
        [23, 24, 6, 7],
        [25, 26, 8, 9],
    ];
    let mut people = [0_u64; 25];
    for (row, values) in inner.iter().enumerate() {
        for (column, &value) in values.iter().enumerate() {
            for cell in [at(row, column), at(row, 4), at(4, column), at(4, 4)] {
                people[cell] += value;
            }
        }
    }
    let values = people.map(i128::from);
    assert_eq!(
        audit(&layout, &values, Some(0), &pattern).unwrap(),
        [at(0, 2)]
    );

    // Protected from there, r1c3 is no longer determined.
    let cells: Vec<Cell> = (0..25)
        .map(|cell| {
            let decided = Cell::new(people[cell]);
            if pattern[cell] {
                decided.hidden_elsewhere()
            } else {
                decided
            }
        })
        .collect();
    let found = protect(&layout, &cells, &PrivacyPolicy::default());
    let after: Vec<bool> = (0..25).map(|cell| found.is_hidden(cell)).collect();
    assert!(
        pattern
            .iter()
            .zip(&after)
            .all(|(before, after)| after >= before)
    );
    assert_eq!(
        audit(&layout, &values, Some(0), &after).unwrap(),
        [0_usize; 0]
    );
    // The cheapest to join the two blocks elsewhere: r1c4, of 20 people.
    let added = (0..25).filter(|&cell| after[cell] && !pattern[cell]);
    assert_eq!(added.collect::<Vec<_>>(), [at(0, 3)]);
}

#[test]
fn parts_that_are_small_together_take_another_along() {
    // 1 + 2 < 5: who is not in the shown part is a small group.
    let policy = PrivacyPolicy::default();
    assert_eq!(
        hidden(&Layout::one_way(4), &[1, 2, 9, 30, 42], &policy),
        [0, 1, 2]
    );
}

#[test]
fn a_part_that_leaves_a_small_rest_is_hidden() {
    let layout = Layout::one_way(3);
    let cells = [
        Cell::new(18).of(20),
        Cell::new(30).of(60),
        Cell::new(40).of(90),
        Cell::new(88),
    ];
    let found = protect(&layout, &cells, &PrivacyPolicy::default());
    assert_eq!(found.reason(0), Some(Reason::Rest));
    assert_eq!(found.reason(1), Some(Reason::Secondary));
    let without = PrivacyPolicy {
        complement: false,
        ..PrivacyPolicy::default()
    };
    assert_eq!(protect(&layout, &cells, &without).hidden().count(), 0);
}

#[test]
fn answers_all_equal_and_one_persons_money_are_hidden() {
    let layout = Layout::one_way(3);
    let cells = [
        Cell::new(12).all_equal(),
        Cell::new(30).largest(81, 100),
        Cell::new(30).largest(80, 100),
        Cell::new(72),
    ];
    let policy = PrivacyPolicy {
        dominance: Some(80),
        ..PrivacyPolicy::default()
    };
    let found = protect(&layout, &cells, &policy);
    let reasons: Vec<_> = (0..4).map(|cell| found.reason(cell)).collect();
    assert_eq!(
        reasons,
        [Some(Reason::AllEqual), Some(Reason::Dominance), None, None]
    );
}

#[test]
fn a_zero_is_shown_unless_protected() {
    let layout = Layout::one_way(3);
    let people = [0, 20, 30, 50];
    assert_eq!(
        hidden(&layout, &people, &PrivacyPolicy::default()),
        [0_usize; 0]
    );
    let policy = PrivacyPolicy {
        protect_zero: true,
        ..PrivacyPolicy::default()
    };
    assert_eq!(hidden(&layout, &people, &policy), [0, 1]);
}

/// Whatever the teams of the first department, 3 and 17 of a shown 20, might be,
/// the 3 are 1 to 19: no room of 100 is to be had, so all that can be hidden is,
/// the teams of the second department too.
#[test]
fn where_no_room_is_to_be_had_the_table_is_hidden() {
    let of = |parent| Some(parent);
    let layout = Layout::tree(&[None, of(0), of(0), of(1), of(1), of(2), of(2)]).unwrap();
    let mut cells = [60, 20, 40, 3, 17, 15, 25].map(Cell::new);
    for cell in &mut cells[..3] {
        *cell = cell.shown_elsewhere();
    }
    let width = |width| PrivacyPolicy {
        width,
        ..PrivacyPolicy::default()
    };
    let hidden = |policy| {
        protect(&layout, &cells, &policy)
            .hidden()
            .collect::<Vec<_>>()
    };
    assert_eq!(hidden(width(18)), [3, 4]);
    assert_eq!(hidden(width(19)), [3, 4, 5, 6]);
}

/// Room for the 1 hides the two cells of nobody. Under their column's total, which
/// is 0, that tells both, and is seen only when the sums are looked at again.
#[test]
fn what_is_hidden_for_room_is_told_by_no_sum_either() {
    let people = [0, 10, 10, 0, 1, 1, 0, 11, 11];
    let clicks = [0, 0, 0, 1, 0, 1, 1, 0, 1];
    let layout = Layout::two_way(2, 2);
    let mut cells = people.map(Cell::new);
    cells[7] = cells[7].shown_elsewhere();
    let policy = PrivacyPolicy {
        width: 8,
        ..PrivacyPolicy::default()
    };
    let sums = [clicks.to_vec()];
    let found = suppress(&layout, &cells, &sums, &policy, Subject::Activity).unwrap();
    let hidden: Vec<bool> = (0..9).map(|cell| found.reason(cell).is_some()).collect();
    assert!(hidden[0] && hidden[3] && hidden[6], "{hidden:?}");
    assert!(found.exposed().is_empty());
    let people = people.map(i128::from);
    assert_eq!(
        audit(&layout, &people, Some(0), &hidden).unwrap(),
        [0_usize; 0]
    );
}

/// The 3 of the first department's teams are 13 − 10, whatever is hidden: that is
/// said, and nothing else of the company is hidden for it.
#[test]
fn where_nothing_helps_nothing_else_is_hidden() {
    let of = |parent| Some(parent);
    let layout = Layout::tree(&[None, of(0), of(0), of(1), of(1), of(2), of(2)]).unwrap();
    let mut cells = [40, 13, 27, 3, 10, 13, 14].map(Cell::new);
    for shown in [1, 4] {
        cells[shown] = cells[shown].shown_elsewhere();
    }
    let found = protect(&layout, &cells, &PrivacyPolicy::default());
    assert_eq!(found.hidden().collect::<Vec<_>>(), [3]);
    assert_eq!(found.exposed(), [3]);
}

/// The company is the root, 0; its departments 1 and 2; teams 3 to 5 in the
/// first and 6 to 8 in the second.
#[test]
fn a_team_in_a_department_in_a_company() {
    let of = |parent| Some(parent);
    let parents = [None, of(0), of(0), of(1), of(1), of(1), of(2), of(2), of(2)];
    let layout = Layout::tree(&parents).unwrap();
    let people = [90, 40, 50, 3, 10, 27, 15, 15, 20];
    assert_eq!(hidden(&layout, &people, &PrivacyPolicy::default()), [3, 4]);

    // A department that is itself small takes the other along, and each of
    // them enough teams not to follow from them.
    let people = [54, 4, 50, 1, 1, 2, 15, 15, 20];
    let found = hidden(&layout, &people, &PrivacyPolicy::default());
    assert_eq!(found, [1, 2, 3, 4, 5, 6]);
}

/// Sharers by network: who shares on two is counted in both, so nothing can
/// be subtracted, but a total equal to the largest part would pin another.
#[test]
fn distinct_people_do_not_subtract_but_bound() {
    let layout = Layout::one_way(2);
    let policy = PrivacyPolicy::default();
    // 3 of x; 28 in all, 27 on the other network: between 1 and 28.
    assert_eq!(hidden(&layout, &[3, 27, 28], &policy), [0]);
    let values = [0, 28, 28];
    let marked = |cell| [0, 1, 2].map(|at| at == cell);
    // The whole is at least 28, its parts come to 28: it is 28.
    assert_eq!(audit(&layout, &values, Some(0), &marked(2)).unwrap(), [2]);
    // Distinct counts: 6 and 4 are between 6 and 10 together.
    assert!(
        audit(&layout, &[6, 4, 7], Some(0), &marked(2))
            .unwrap()
            .is_empty()
    );
    assert!(
        audit(&layout, &[6, 4, 7], Some(0), &marked(1))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_sum_of_nothing_pins_what_stands_in_it() {
    // With 6 hidden beside 3, both would be known to have no click: it takes
    // the 20, after which the 6 can be shown.
    let layout = Layout::one_way(3);
    let cells = [3, 6, 20, 29].map(Cell::new);
    let clicks = vec![0, 0, 50, 50];
    let policy = PrivacyPolicy::default();
    let found = suppress(&layout, &cells, &[clicks], &policy, Subject::Activity).unwrap();
    assert_eq!(found.hidden().collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn cells_shown_elsewhere_stay_shown() {
    // The margins are another table's: only inner cells can be hidden.
    let people = [3, 10, 13, 12, 20, 32, 15, 30, 45];
    let mut cells = people.map(Cell::new);
    for margin in [2, 5, 6, 7, 8] {
        cells[margin] = cells[margin].shown_elsewhere();
    }
    let found = protect(&Layout::two_way(2, 2), &cells, &PrivacyPolicy::default());
    assert_eq!(found.hidden().collect::<Vec<_>>(), [0, 1, 3, 4]);
    assert!(found.exposed().is_empty());

    // One column: its cells are the margins, and the audit says so.
    let people = [3, 3, 20, 20, 23, 23];
    let mut cells = people.map(Cell::new);
    for margin in [1, 3, 4, 5] {
        cells[margin] = cells[margin].shown_elsewhere();
    }
    let found = protect(&Layout::two_way(2, 1), &cells, &PrivacyPolicy::default());
    assert_eq!(found.exposed(), [0, 2]);
}

#[test]
fn the_stricter_of_two_policies_is_both() {
    let a = PrivacyPolicy {
        survey_k: Some(10),
        dominance: Some(90),
        rounding: 5,
        complement: false,
        ..PrivacyPolicy::new(5)
    };
    let b = PrivacyPolicy {
        activity_k: Some(3),
        dominance: Some(80),
        protect_zero: true,
        width: 4,
        ..PrivacyPolicy::new(7)
    };
    let both = a.stricter(&b);
    assert_eq!(both, b.stricter(&a));
    assert_eq!(both.threshold(Subject::Survey), 10);
    assert_eq!(both.threshold(Subject::Activity), 5);
    assert_eq!(both.dominance, Some(80));
    assert!(both.protect_zero && both.complement);
    // What one of them turns off stays on by the other, and off by both.
    let off = PrivacyPolicy {
        complement: false,
        all_equal: false,
        differencing: false,
        ..PrivacyPolicy::default()
    };
    let on = PrivacyPolicy::default();
    assert_eq!(off.stricter(&on), on);
    assert_eq!(on.stricter(&off), on);
    assert_eq!(off.stricter(&off), off);
    assert_eq!((both.rounding, both.width), (5, 4));
    assert_eq!(both.stricter(&a), both);
}

#[test]
fn what_cannot_be_is_an_error() {
    let layout = Layout::one_way(2);
    let cells = [Cell::new(3); 3];
    let code = |cells: &[Cell], sums: &[Vec<i128>], policy: &PrivacyPolicy| {
        suppress(&layout, cells, sums, policy, Subject::Activity)
            .unwrap_err()
            .code()
    };
    let policy = PrivacyPolicy::default();
    assert_eq!(code(&cells[..2], &[], &policy), "unequal_lengths");
    assert_eq!(code(&cells, &[vec![1]], &policy), "unequal_lengths");
    assert_eq!(code(&cells, &[vec![i128::MAX; 3]], &policy), "overflow");
    assert_eq!(code(&cells, &[], &PrivacyPolicy::new(1)), "invalid_option");
    let error = PrivacyPolicy {
        dominance: Some(100),
        ..policy
    }
    .check()
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "dominance 100 is outside 1..=99 (dominance)"
    );
    let error = Layout::tree(&[Some(1), Some(0)]).unwrap_err();
    assert_eq!(error.to_string(), "a cell is its own ancestor (parents)");
    let error = Layout::tree(&[None, Some(9)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "parent 9 is outside 0..2 (parents row 1)"
    );
    let unknown = serde_json::from_str::<PrivacyPolicy>(r#"{"threshold": 5}"#);
    assert!(unknown.is_err());
}

#[test]
fn extremes_do_not_panic() {
    let policy = PrivacyPolicy {
        width: 1_000_000,
        ..PrivacyPolicy::default()
    };
    for layout in [
        Layout::one_way(0),
        Layout::one_way(1),
        Layout::two_way(0, 0),
        Layout::two_way(1, 0),
        Layout::two_way(0, 3),
        Layout::two_way(3, 1),
        Layout::tree(&[]).unwrap(),
        Layout::tree(&[None]).unwrap(),
        Layout::tree_by(&[None, Some(0)], 0).unwrap(),
        Layout::tree_by(&[], 3).unwrap(),
    ] {
        for people in [0, 1, 7, u64::MAX] {
            let cells = vec![Cell::new(people).of(people); layout.len()];
            let sums = vec![vec![-(1_i128 << 90); layout.len()]];
            let found = suppress(&layout, &cells, &sums, &policy, Subject::Survey).unwrap();
            assert!(people != 1 || found.hidden().count() == layout.len());
        }
    }
}
