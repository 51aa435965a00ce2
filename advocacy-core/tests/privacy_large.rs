//! In large programmes people are counted to few at first, and once more where
//! a row has few: what is hidden must be what is hidden where all are counted
//! at once, as a programme that remembers its counts does.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

use std::ops::Range;

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{
    Buffer, Column, Data, Dimension, Frame, Live, Metric, Period, Program, State, Table, TimeUnit,
    Zone,
};

const ITEMS: u32 = 3_000;

/// Items, each with so many sharers who shared it so many times.
struct Facts {
    people: Vec<u32>,
    items: Vec<u32>,
    kinds: Vec<String>,
    advocate: Vec<u32>,
    content: Vec<u32>,
    at: Vec<i64>,
    clicks: Vec<Option<u64>>,
}

impl Facts {
    fn new(people: u32, sharers: &[(u32, u32)], unknown: usize) -> Self {
        let mut facts = Self::nobody(people);
        for (item, &(sharers, times)) in (0..).zip(sharers) {
            facts.share(item, times, &(0..sharers));
        }
        facts.clicks[..unknown].fill(None);
        facts
    }

    fn nobody(people: u32) -> Self {
        Self {
            people: (0..people).collect(),
            items: (0..ITEMS).collect(),
            // The first four items one by one, then a thousand each.
            kinds: (0..ITEMS)
                .map(|item| format!("kind {}", item.min(4 + item / 1_000)))
                .collect(),
            advocate: Vec::new(),
            content: Vec::new(),
            at: Vec::new(),
            clicks: Vec::new(),
        }
    }

    /// Each of these people shares an item so many times.
    fn share(&mut self, item: u32, times: u32, people: &Range<u32>) {
        for who in (0..times).flat_map(|_| people.clone()) {
            self.advocate.push(who);
            self.content.push(item);
            self.at.push(1_751_449_600_000 + i64::from(who));
            self.clicks.push(Some(7 + u64::from(item)));
        }
    }

    fn program(&self) -> Program<'_> {
        let numbers = |values| Column::new(Data::U32(Buffer::Borrowed(values)));
        let advocates = Frame::new().column("id", numbers(&self.people));
        let content = Frame::new()
            .column("id", numbers(&self.items))
            .column("kind", Column::texts(self.kinds.iter().map(String::as_str)));
        let times = Column::new(Data::Time(Buffer::Borrowed(&self.at), TimeUnit::Milli));
        let shares = Frame::new()
            .column("advocate", numbers(&self.advocate))
            .column("content", numbers(&self.content))
            .column("network", Column::texts(self.at.iter().map(|_| "x")))
            .column("shared_at", times)
            .column(
                "clicks",
                Column::optional_counts(self.clicks.iter().copied()),
            );
        Program::builder()
            .table("advocates", advocates)
            .table("content", content)
            .table("shares", shares)
            .privacy(PrivacyPolicy::default())
            .build()
            .unwrap()
    }

    /// By item, by kind and by network, of which the first two are hidden in
    /// part: how many rows of each.
    fn hidden(&self) -> [usize; 3] {
        let dimensions = [Dimension::Content, Dimension::Kind, Dimension::Network];
        let period = Period::quarter(2025, 3, &Zone::utc()).unwrap();
        let program = self.program();
        // Of reach and of likes nothing is known.
        let metrics = [
            Metric::Shares,
            Metric::Clicks,
            Metric::Reach,
            Metric::Engagements,
        ];
        let query = |by: &Dimension| {
            let query = program.measure(metrics);
            query.by([by.clone()]).over(period.clone())
        };
        let queries: Vec<_> = dimensions.iter().map(query).collect();
        let tables = program.tables(&queries).unwrap();
        let live = Live::new(self.program());
        for (by, table) in dimensions.iter().zip(&tables) {
            let query = live.program().measure(metrics);
            let query = query.by([by.clone()]).over(period.clone());
            assert_eq!(live.table(&query).unwrap(), *table, "{by}");
        }
        let tables: [Table; 3] = tables.try_into().unwrap();
        tables.map(|table| {
            let is_hidden = |state| state == State::Suppressed;
            let rows = table.rows.iter();
            rows.filter(|row| is_hidden(row.measures[0].state()))
                .count()
        })
    }
}

#[test]
fn few_people_among_many_are_hidden_all_the_same() {
    // 3,000 items by 50,000 people do not lie near a processor.
    let hidden = |sharers: &[(u32, u32)], unknown| Facts::new(50_000, sharers, unknown).hidden();
    assert_eq!(hidden(&[(20, 2), (6, 2), (5, 2), (90, 2)], 0), [0, 0, 0]);
    assert_eq!(hidden(&[(20, 2), (6, 2), (2, 2), (90, 2)], 0), [2, 2, 0]);
    assert_eq!(hidden(&[(20, 2), (3, 2), (7, 2), (90, 2)], 0), [2, 2, 0]);
    // Those whose clicks are known could be few.
    assert_eq!(hidden(&[(20, 2), (6, 2), (5, 2), (90, 2)], 38), [0, 0, 0]);
}

#[test]
fn whoever_shares_what_the_two_ways_of_counting_hide_the_same() {
    let mut dice = 1_u64;
    let mut below = |end: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from((dice >> 33) % end).unwrap()
    };
    let (mut some, mut none) = (0, 0);
    for _ in 0..40 {
        let mut facts = Facts::nobody(60);
        for item in 0..4 {
            // People from anywhere on, so that items share some of them.
            let (first, count) = (below(50), 3 + below(12));
            let people = first..(first + count).min(60);
            facts.share(item, 3_000 / count, &people);
        }
        // Tables are compared with a live programme's inside.
        match facts.hidden() {
            [_, 0, _] => none += 1,
            _ => some += 1,
        }
    }
    assert!(
        some > 5 && none > 5,
        "{some} with something to hide, {none} without"
    );
}

#[test]
fn few_people_behind_many_rows_are_hidden_all_the_same() {
    // Thousands of rows a kind and network: nobody expects few people.
    let hidden = |sharers: &[(u32, u32)]| Facts::new(200, sharers, 0).hidden();
    let many = [(20, 200), (6, 200), (5, 200), (90, 100)];
    assert_eq!(hidden(&many), [0, 0, 0]);
    let few = [(20, 200), (6, 200), (4, 200), (90, 100)];
    assert_eq!(hidden(&few), [2, 2, 0]);
}
