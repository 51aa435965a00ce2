//! A programme so large that people are counted to few at first: what is hidden
//! must be what is hidden of the same facts among fewer people.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{
    Buffer, Column, Data, Dimension, Frame, Metric, Period, Program, State, Table, TimeUnit, Zone,
};

const ITEMS: u32 = 3_000;

/// Each of the first items with so many sharers, all of whom shared it twice.
struct Facts {
    people: Vec<u32>,
    items: Vec<u32>,
    advocate: Vec<u32>,
    content: Vec<u32>,
    at: Vec<i64>,
    clicks: Vec<Option<u64>>,
}

impl Facts {
    fn new(people: u32, sharers: &[u32], unknown: usize) -> Self {
        let mut facts = Self {
            people: (0..people).collect(),
            items: (0..ITEMS).collect(),
            advocate: Vec::new(),
            content: Vec::new(),
            at: Vec::new(),
            clicks: Vec::new(),
        };
        for (item, &sharers) in (0..).zip(sharers) {
            for who in (0..sharers).chain(0..sharers) {
                facts.advocate.push(who);
                facts.content.push(item);
                facts.at.push(1_751_449_600_000 + i64::from(who));
                facts.clicks.push(Some(7 + u64::from(item)));
            }
        }
        facts.clicks[..unknown].fill(None);
        facts
    }

    /// Shares and clicks by item, under the default policy.
    fn table(&self) -> Table {
        let numbers = |values: &'_ [u32]| Column::new(Data::U32(Buffer::Owned(values.to_vec())));
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
        let program = Program::builder()
            .table(
                "advocates",
                Frame::new().column("id", numbers(&self.people)),
            )
            .table("content", Frame::new().column("id", numbers(&self.items)))
            .table("shares", shares)
            .privacy(PrivacyPolicy::default())
            .build()
            .unwrap();
        let query = program
            .measure([Metric::Shares, Metric::Clicks])
            .by([Dimension::Content]);
        let period = Period::quarter(2025, 3, &Zone::utc()).unwrap();
        query.over(period).table().unwrap()
    }
}

fn hidden(table: &Table) -> usize {
    let mut rows = table.rows.iter();
    let is_hidden = |state| state == State::Suppressed;
    rows.by_ref()
        .filter(|row| is_hidden(row.measures[0].state()))
        .count()
}

#[test]
fn idle_people_change_nothing_of_what_is_hidden() {
    // Nothing small; one item of 2 people; one of 3; clicks partly unknown.
    let cases: [(&[u32], usize, usize); 4] = [
        (&[20, 6, 5, 90], 0, 0),
        (&[20, 6, 2, 90], 0, 2),
        (&[20, 3, 7, 6, 90], 0, 2),
        (&[20, 6, 5, 90], 38, 0),
    ];
    for (sharers, unknown, expected) in cases {
        let few = Facts::new(200, sharers, unknown).table();
        // 3,000 items by 50,000 people are more than lie near a processor.
        let many = Facts::new(50_000, sharers, unknown).table();
        assert_eq!(hidden(&few), expected, "{sharers:?}");
        assert_eq!(few, many, "{sharers:?}");
    }
}
