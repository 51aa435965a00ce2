//! Another table's columns, mapped to the model: the posts of a brand's
//! Facebook page, as in the UCI data set "Facebook metrics" (Moro, Rita &
//! Vala 2016), and why one engagement rate is twice the other.
//!
//! ```sh
//! cargo run --example facebook                          # on a few made-up rows
//! cargo run --example facebook -- facebook_metrics.csv  # on a file of that shape
//! ```
//!
//! The file has one row a post, separated by commas, under a header. This is
//! how it becomes a programme (`mapping.rs`):
//!
//! | theirs | ours |
//! |---|---|
//! | (the page) | one advocate, `page` |
//! | a row | a share by `page` on `facebook`, its id its place in the file |
//! | `Post Month`, `Post Weekday`, `Post Hour` | `shared_at`, synthetic: see below |
//! | `Lifetime Post Total Reach` | `reach` |
//! | `Lifetime Post Total Impressions` | `impressions` |
//! | `Lifetime Engaged Users` | `engaged`, the platform's own count of people |
//! | `like`, `comment`, `share` | `likes`, `comments`, `reshares` |
//!
//! A blank cell is a count that is not known, never 0. Columns not listed are
//! not read. Beside employees' shares a page's posts would be `brand_posts`,
//! what lift and reach gain compare with; here they are what is measured.
//!
//! **The instant is made up.** The file says in which month, on which weekday
//! and at what hour a post went out, but not on which day, nor in which year.
//! The example takes the first such weekday of that month of 2014, 1 being
//! Sunday, in UTC. Months are right, days and weeks are not.

mod mapping;
#[path = "../report/records.rs"]
mod records;

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};
use std::process::ExitCode;

use advocacy_core::{
    Definitions, EngagementDenominator, EngagementSet, Measure, Metric, Parts, Period, Pooling,
    Program, Zone,
};

use crate::mapping::{Posts, YEAR};
use crate::records::{MOST_BYTES, Record, Records, Trouble};

/// A few rows of the file's shape, made up: a big post that few engage with, a
/// small one that many do, and two with blanks.
const MADE_UP: &str = "\
Type,Post Month,Post Weekday,Post Hour,Lifetime Post Total Reach,Lifetime Post Total Impressions,\
Lifetime Engaged Users,comment,like,share
Photo,1,2,9,1000,1500,200,4,90,20
Photo,1,4,14,500,900,150,1,60,9
Link,2,3,10,20000,31000,700,12,310,55
Status,2,6,3,400,650,120,0,41,
Video,3,7,18,2500,4100,500,0,,
Photo,12,1,23,800,1000,160,3,72,8
";

fn main() -> ExitCode {
    let text = match env::args_os().nth(1) {
        None => report(MADE_UP.as_bytes()),
        Some(path) => File::open(&path)
            .map_err(Into::into)
            .and_then(|file| report(BufReader::new(file)))
            .map_err(|error| format!("{}: {error}", path.display()).into()),
    };
    let printed = text.and_then(|text| match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Reads a file of the shape and says what there is to say of it.
fn report(input: impl BufRead) -> Result<String, Box<dyn Error>> {
    let program = read(input)?;
    let mut text = format!("{} posts\n", program.share_rows());
    for (title, measure) in measures(&program)? {
        // A rate is worth more digits here than explain() prints.
        let value = measure
            .value()
            .map_or_else(|| measure.state().to_string(), |v| format!("{v:.10}"));
        let value = value.trim_end_matches(".0000000000");
        write!(text, "\n{title}: {value}\n{}\n", measure.explain())?;
    }
    Ok(text)
}

/// The same posts under one definition after the other, in one query.
fn measures(program: &Program<'_>) -> Result<Vec<(String, Measure)>, Box<dyn Error>> {
    let people = Definitions {
        engagement_set: Some(EngagementSet::parse("engaged")?),
        engagement_denominator: EngagementDenominator::Reach,
        ..Definitions::default()
    };
    let each_post = Definitions {
        pooling: Pooling::MeanOfRatios,
        ..people.clone()
    };
    let social = Definitions {
        engagement_set: Some(EngagementSet::parse("social")?),
        ..Definitions::default()
    };
    let known_parts = Definitions {
        parts: Parts::Known,
        ..social.clone()
    };
    let (rate, sum) = (Metric::EngagementRate, Metric::Engagements);
    let year = Period::year(YEAR, &Zone::utc())?;
    let table = program
        .measure([])
        .and_as("engaged people over reach, both summed", rate, people)
        .and_as(
            "engaged people over reach, mean of each post's",
            rate,
            each_post,
        )
        .and_as(
            "likes + comments + reshares, where all are known",
            sum,
            social,
        )
        .and_as(
            "likes + comments + reshares, what is known",
            sum,
            known_parts,
        )
        // The counts are lifetime totals, read when the year was over.
        .as_of(year.end())
        .over(year)
        .table()?;
    Ok(table
        .columns
        .into_iter()
        .zip(table.total.measures)
        .collect())
}

/// Records into posts, posts into a programme.
fn read(input: impl BufRead) -> Result<Program<'static>, Box<dyn Error>> {
    let mut records = Records::new(input);
    let header = records
        .next()
        .map_err(trouble)?
        .ok_or("the file is empty")?;
    let mut posts = Posts::new(&cells(&header)?)?;
    while let Some(record) = records.next().map_err(trouble)? {
        let read = cells(&record).and_then(|cells| posts.push(&cells));
        read.map_err(|error| format!("line {}: {error}", record.line))?;
    }
    posts.program()
}

fn cells<'r>(record: &Record<'r>) -> Result<Vec<&'r str>, Box<dyn Error>> {
    let cells: Result<_, _> = record.cells().map(std::str::from_utf8).collect();
    Ok(cells?)
}

fn trouble(trouble: Trouble) -> Box<dyn Error> {
    match trouble {
        Trouble::Io(error) => error.into(),
        Trouble::TooLong(line) => format!("line {line}: a record beyond {MOST_BYTES} bytes").into(),
        Trouble::Unclosed(line) => format!("line {line}: a quote that is never closed").into(),
    }
}
