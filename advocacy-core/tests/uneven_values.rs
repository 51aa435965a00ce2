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

fn numbers(values: &[u32]) -> Column<'_> {
    Column::new(Data::U32(values.into()))
}

/// Who shared what, where and when.
fn shares(rows: &Rows) -> Frame<'_> {
    let names = vec!["linkedin".to_owned(), "x".to_owned()];
    let codes = Codes::U8((&rows.network[..]).into());
    Frame::new()
        .column("advocate", numbers(&rows.advocate))
        .column("content", numbers(&rows.content))
        .column("network", Column::new(Data::Dictionary { codes, names }))
        .column(
            "shared_at",
            Column::new(Data::Time((&rows.at[..]).into(), TimeUnit::Second)),
        )
}

fn programme(shares: Frame<'_>) -> Program<'_> {
    let ids = |count: u32| Column::new(Data::U32((0..count).collect::<Vec<_>>().into()));
    Program::builder()
        .table("advocates", Frame::new().column("id", ids(PEOPLE)))
        .table("content", Frame::new().column("id", ids(ITEMS)))
        .table("shares", shares)
        .build()
        .unwrap()
}

fn program(rows: &Rows) -> Program<'_> {
    let shares = shares(rows)
        .column("likes", numbers(&rows.likes))
        .column("clicks", Column::new(Data::U64((&rows.clicks[..]).into())))
        .column(
            "comments",
            Column::new(Data::U16((&rows.comments[..]).into())),
        )
        .column(
            "revenue",
            Column::new(Data::I64((&rows.revenue[..]).into())),
        )
        .column("reach", numbers(&rows.reach));
    programme(shares)
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

/// Impressions and the parts of engagement, all of up to 32 bits: `rare` is added
/// to a few of each.
fn responses(rare: u64) -> [(&'static str, Vec<u64>); 5] {
    let column = |step: u64, most: u64| {
        let value = |row: u64| row * step % most + if row % 997 == step { rare } else { 0 };
        (0..u64::from(ROWS)).map(value).collect()
    };
    [
        ("impressions", column(131, 3_000)),
        ("likes", column(17, 40)),
        ("comments", column(5, 9)),
        ("reshares", column(3, 4)),
        ("clicks", column(7, 60)),
    ]
}

/// Sums and squares of sums, with their intervals: from columns of 32 bits bit
/// for bit what they are from columns of 64, which lie in memory another way.
#[test]
fn sums_of_columns_do_not_depend_on_how_wide_they_are() {
    // Small; of more bits than squares are kept in; whose sum has more than 32.
    for rare in [0, 1 << 20, 1 << 25, 1 << 31] {
        let rows = rows(true);
        let wide = responses(rare);
        let narrow = wide.clone().map(|(name, values)| {
            let values = values
                .into_iter()
                .map(|value| u32::try_from(value).unwrap());
            (name, values.collect::<Vec<_>>())
        });
        let tables = |column: &dyn Fn(usize) -> Column<'static>| {
            let columns = wide.iter().enumerate();
            let shares = columns.fold(shares(&rows), |shares, (at, (name, _))| {
                shares.column(*name, column(at))
            });
            let program = programme(shares);
            let metrics = [
                Metric::EngagementRate,
                Metric::Engagements,
                Metric::ClickThroughRate,
                Metric::Impressions,
            ];
            let filters = [
                Filter::new(),
                Filter::new().only(Dimension::Content, ["3", "4"]),
            ];
            let by = [
                vec![],
                vec![Dimension::Network],
                vec![Dimension::Network, Dimension::Week],
                vec![Dimension::Content],
            ];
            let of = |filter: &Filter| {
                by.each_ref().map(|by| {
                    let query = program.measure(metrics).by(by.iter().cloned());
                    let table = query.only(filter.clone()).table().unwrap();
                    serde_json::to_string(&table).unwrap()
                })
            };
            filters.each_ref().map(of)
        };
        let of_32 = tables(&|at| Column::new(Data::U32(narrow[at].1.clone().into())));
        let of_64 = tables(&|at| Column::new(Data::U64(wide[at].1.clone().into())));
        assert_eq!(of_32, of_64);
    }
}
