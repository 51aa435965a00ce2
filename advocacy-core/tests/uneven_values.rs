//! Sums are exact whatever values come: rare ones far larger than those the
//! engine looks at beforehand, columns that are mostly 0, cells that fill up.

#![allow(clippy::unwrap_used, reason = "a test helper fails by panicking")]

use std::collections::BTreeMap;

use advocacy_core::{
    Codes, Column, Data, Dimension, Filter, Frame, Metric, Period, Program, TimeUnit, Zone,
};

const ROWS: u32 = 40_000;
const PEOPLE: u32 = 37;
const ITEMS: u32 = 11;
const METRICS: [Metric; 6] = [
    Metric::Shares,
    Metric::Likes,
    Metric::Clicks,
    Metric::Comments,
    Metric::Revenue,
    Metric::Reach,
];

struct Rows {
    advocate: Vec<u32>,
    content: Vec<u32>,
    network: Vec<u8>,
    at: Vec<i64>,
    likes: Vec<u32>,
    clicks: Vec<u64>,
    comments: Vec<u16>,
    revenue: Vec<i64>,
    reach: Vec<u32>,
}

/// Half of all shares are one person's; a like in thousands is far larger than
/// the rest, as is a click; there is seldom any revenue.
fn rows(in_order: bool) -> Rows {
    let all = || 0..ROWS;
    let day = |row: u32| {
        if in_order {
            row / 120
        } else {
            row * 7919 % ROWS / 120
        }
    };
    let rare = |row: u32, every: u32, value: u64, else_: u64| {
        if row % every == 1 { value } else { else_ }
    };
    let narrow = |value: u64| u32::try_from(value).unwrap();
    Rows {
        advocate: all()
            .map(|row| if row % 2 == 0 { 5 } else { row * 31 % PEOPLE })
            .collect(),
        content: all().map(|row| row * row % ITEMS).collect(),
        network: all()
            .map(|row| u8::try_from(row % 3 % 2).unwrap())
            .collect(),
        at: all()
            .map(|row| 1_735_689_600 + i64::from(day(row)) * 86_400)
            .collect(),
        likes: all()
            .map(|row| narrow(rare(row, 4_999, 3_000_000_000, u64::from(row % 7))))
            .collect(),
        clicks: all()
            .map(|row| rare(row, 7_001, 1 << 40, u64::from(row % 90)))
            .collect(),
        comments: all()
            .map(|row| u16::try_from(row % 1_000).unwrap())
            .collect(),
        revenue: all()
            .map(|row| i64::try_from(rare(row, 23, 1_000_000 + u64::from(row), 0)).unwrap())
            .collect(),
        reach: all()
            .map(|row| narrow(rare(row, 6_007, u32::MAX.into(), 100)))
            .collect(),
    }
}

fn program(rows: &Rows) -> Program<'_> {
    let numbers = |values| Column::new(Data::U32(values));
    let ids = |count: u32| numbers((0..count).collect::<Vec<_>>().into());
    let names = vec!["linkedin".to_owned(), "x".to_owned()];
    let codes = Codes::U8((&rows.network[..]).into());
    let shares = Frame::new()
        .column("advocate", numbers((&rows.advocate[..]).into()))
        .column("content", numbers((&rows.content[..]).into()))
        .column("network", Column::new(Data::Dictionary { codes, names }))
        .column(
            "shared_at",
            Column::new(Data::Time((&rows.at[..]).into(), TimeUnit::Second)),
        )
        .column("likes", numbers((&rows.likes[..]).into()))
        .column("clicks", Column::new(Data::U64((&rows.clicks[..]).into())))
        .column(
            "comments",
            Column::new(Data::U16((&rows.comments[..]).into())),
        )
        .column(
            "revenue",
            Column::new(Data::I64((&rows.revenue[..]).into())),
        )
        .column("reach", numbers((&rows.reach[..]).into()));
    Program::builder()
        .table("advocates", Frame::new().column("id", ids(PEOPLE)))
        .table("content", Frame::new().column("id", ids(ITEMS)))
        .table("shares", shares)
        .build()
        .unwrap()
}

impl Rows {
    /// What a share adds to each metric, in their order.
    fn added(&self, row: usize) -> [u64; 6] {
        [
            1,
            self.likes[row].into(),
            self.clicks[row],
            self.comments[row].into(),
            self.revenue[row].unsigned_abs(),
            self.reach[row].into(),
        ]
    }

    /// Sums by key, in plain loops.
    fn sums(&self, key: impl Fn(usize) -> Option<String>) -> BTreeMap<String, [u64; 6]> {
        let mut sums: BTreeMap<String, [u64; 6]> = BTreeMap::new();
        for row in 0..self.at.len() {
            if let Some(key) = key(row) {
                let sums = sums.entry(key).or_default();
                for (sum, value) in sums.iter_mut().zip(self.added(row)) {
                    *sum += value;
                }
            }
        }
        sums
    }
}

fn asked(program: &Program<'_>, by: &[Dimension], filter: &Filter) -> BTreeMap<String, [u64; 6]> {
    let table = program
        .measure(METRICS)
        .by(by.iter().cloned())
        .only(filter.clone())
        .over(Period::year(2025, &Zone::utc()).unwrap())
        .table()
        .unwrap();
    let row = |row: &advocacy_core::Row| {
        let key: Vec<String> = row.key.iter().map(ToString::to_string).collect();
        let count = |measure: &advocacy_core::Measure| match measure.number() {
            Some(advocacy_core::Number::Count(count)) => Some(count),
            _ => None,
        };
        let values = row.measures.iter().map(|measure| count(measure).unwrap());
        (
            key.join("/"),
            values.collect::<Vec<_>>().try_into().unwrap(),
        )
    };
    let rows = table.rows.iter().map(row);
    rows.filter(|(_, sums): &(_, [u64; 6])| sums[0] > 0)
        .collect()
}

#[test]
fn sums_are_exact_whatever_values_come() {
    for in_order in [true, false] {
        let rows = rows(in_order);
        let program = program(&rows);
        let network = |row: usize| ["linkedin", "x"][usize::from(rows.network[row])];
        let all = Filter::new();
        let (advocate, content) = (Dimension::Advocate, Dimension::Content);
        assert_eq!(
            asked(&program, std::slice::from_ref(&advocate), &all),
            rows.sums(|row| Some(rows.advocate[row].to_string()))
        );
        assert_eq!(
            asked(&program, &[content.clone(), Dimension::Network], &all),
            rows.sums(|row| Some(format!("{}/{}", rows.content[row], network(row))))
        );
        let day = |row: usize| {
            let days = u32::try_from((rows.at[row] - 1_735_689_600) / 86_400).unwrap();
            let first = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
            (first + chrono::Days::new(days.into())).to_string()
        };
        assert_eq!(
            asked(&program, &[Dimension::Day], &all),
            rows.sums(|row| Some(day(row)))
        );
        // Under a filter rows are no longer one run.
        let some = Filter::new().only(content, ["3", "4"]);
        assert_eq!(
            asked(&program, &[advocate], &some),
            rows.sums(|row| {
                matches!(rows.content[row], 3 | 4).then(|| rows.advocate[row].to_string())
            })
        );
    }
}
