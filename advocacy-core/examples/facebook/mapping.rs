//! From the columns of the UCI "Facebook metrics" data to the tables of the
//! model: one page, its posts as its shares.

use std::error::Error;

use advocacy_core::{Program, TextFrame, Zone};
use chrono::{Datelike, Days, NaiveDate};

/// The one advocate: the page itself.
pub(crate) const PAGE: &str = "page";

/// The year of all posts; the file does not say it, the paper does.
pub(crate) const YEAR: i32 = 2014;

/// Their counts and ours. Blank cells stay missing, never 0.
const COUNTS: [(&str, &str); 6] = [
    ("Lifetime Post Total Reach", "reach"),
    ("Lifetime Post Total Impressions", "impressions"),
    ("Lifetime Engaged Users", "engaged"),
    ("like", "likes"),
    ("comment", "comments"),
    ("share", "reshares"),
];

/// What a post's synthetic instant is made of, and the range of each.
const WHEN: [(&str, u32, u32); 3] = [
    ("Post Month", 1, 12),
    ("Post Weekday", 1, 7),
    ("Post Hour", 0, 23),
];

/// The posts read so far, as rows of the shares table.
pub(crate) struct Posts {
    /// Places of [`COUNTS`] and of [`WHEN`] in their records.
    counts: [usize; COUNTS.len()],
    when: [usize; WHEN.len()],
    width: usize,
    shares: TextFrame,
}

impl Posts {
    /// A reader for records under this header; columns it has no use for are
    /// left alone.
    pub(crate) fn new(header: &[&str]) -> Result<Self, Box<dyn Error>> {
        let place = |name: &str| {
            let at = header.iter().position(|column| column.trim() == name);
            at.ok_or_else(|| format!("the header has no column {name:?}"))
        };
        let (mut counts, mut when) = ([0; COUNTS.len()], [0; WHEN.len()]);
        for (at, (theirs, _)) in counts.iter_mut().zip(COUNTS) {
            *at = place(theirs)?;
        }
        for (at, (theirs, ..)) in when.iter_mut().zip(WHEN) {
            *at = place(theirs)?;
        }
        let ours = ["id", "advocate", "network", "shared_at"];
        let ours: Vec<&str> = ours
            .into_iter()
            .chain(COUNTS.map(|(_, ours)| ours))
            .collect();
        Ok(Self {
            counts,
            when,
            width: header.len(),
            shares: TextFrame::new("shares", &ours, &Zone::utc())?,
        })
    }

    /// Reads one record: a post becomes a share of the page on Facebook.
    pub(crate) fn push(&mut self, record: &[&str]) -> Result<(), Box<dyn Error>> {
        if record.len() != self.width {
            let (cells, columns) = (record.len(), self.width);
            return Err(format!("{cells} cells under a header of {columns} columns").into());
        }
        let cell = |at: usize| record.get(at).copied().unwrap_or_default();
        let [month, weekday, hour] = self.when.map(cell);
        let at = shared_at(month, weekday, hour)?;
        // Posts have no ids; their place in the file will do.
        let id = (self.shares.rows() + 1).to_string();
        let counts = self.counts.map(cell);
        self.shares
            .push([&id, PAGE, "facebook", &at].into_iter().chain(counts))?;
        Ok(())
    }

    /// The programme of the page and its posts.
    pub(crate) fn program(self) -> Result<Program<'static>, Box<dyn Error>> {
        let mut page = TextFrame::new("advocates", &["id"], &Zone::utc())?;
        page.push([PAGE])?;
        let builder = Program::builder()
            .table("advocates", page.finish())
            .table("shares", self.shares.finish());
        Ok(builder.build()?)
    }
}

/// A synthetic instant: the file has a month, a weekday and an hour, but no
/// day of the month. This takes the first such weekday of that month (1 is
/// Sunday), in UTC. Months and hours are then right; days and weeks are not.
fn shared_at(month: &str, weekday: &str, hour: &str) -> Result<String, String> {
    let mut parts = [0; WHEN.len()];
    for ((part, text), (name, least, most)) in
        parts.iter_mut().zip([month, weekday, hour]).zip(WHEN)
    {
        *part = text
            .trim()
            .parse()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| format!("{name} {text:?} is not a number from {least} to {most}"))?;
    }
    let [month, weekday, hour] = parts;
    let first = NaiveDate::from_ymd_opt(YEAR, month, 1);
    let date = first.and_then(|first| {
        let wait = (weekday + 6 - first.weekday().num_days_from_sunday()) % 7;
        first.checked_add_days(Days::new(wait.into()))
    });
    let date = date.ok_or_else(|| format!("{YEAR} has no month {month}"))?;
    Ok(format!("{date} {hour:02}:00"))
}
