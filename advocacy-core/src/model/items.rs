//! Content items and campaigns in memory.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};

use super::frame::Frame;
use super::index::{Index, to_u32};
use super::kinds::{ContentKind, ContentStatus, Currency, Money, Source};
use super::names::{Lists, Multi, NONE, Names, read_names};
use super::people::{ALWAYS, NEVER, read_tags};
use super::problems::Problems;
use super::read::{read_counts, read_micros};

/// The campaigns of a programme.
#[derive(Clone, Debug, Default)]
pub(crate) struct Campaigns {
    pub(crate) index: Index,
    pub(crate) names: Vec<Option<Box<str>>>,
    hashtags: Vec<Vec<Box<str>>>,
    pub(crate) cost: Vec<Option<Money>>,
}

/// The content items of a programme.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items {
    pub(crate) index: Index,
    pub(crate) titles: Vec<Option<Box<str>>>,
    pub(crate) kinds: Names,
    pub(crate) kind: Vec<u32>,
    pub(crate) sources: Names,
    pub(crate) source: Vec<u32>,
    pub(crate) campaign: Vec<u32>,
    pub(crate) topics: Multi,
    pub(crate) hashtags: Multi,
    pub(crate) tags: BTreeMap<String, Multi>,
    published: Vec<Window>,
}

/// When an item was on offer; `None` where it never was.
type Window = Option<(i64, i64)>;

impl Campaigns {
    pub(crate) fn build(
        mut frame: Frame<'_>,
        currency: Option<Currency>,
        problems: &mut Problems,
    ) -> Result<Self> {
        const TABLE: &str = "campaigns";
        let Some(ids) = frame.take("id") else {
            return Ok(Self::default());
        };
        let rows = ids.len();
        let index = Index::build(&ids, TABLE, problems)?;
        let names = match frame.take("name") {
            None => vec![None; rows],
            Some(names) => first_of(&Lists::of(&names, (TABLE, "name"))?),
        };
        let hashtags = match frame.take("hashtags") {
            None => vec![Vec::new(); rows],
            Some(column) => {
                let lists = Lists::of(&column, (TABLE, "hashtags"))?;
                let of_row = |row| lists.of_row(row).iter().map(|tag| hashtag(tag).into());
                (0..rows).map(|row| of_row(row).collect()).collect()
            }
        };
        let mut times = |name: &'static str, null: i64| match frame.take(name) {
            None => Ok(vec![null; rows]),
            Some(column) => read_micros(&column, null, (TABLE, name), problems),
        };
        let starts = times("starts_at", ALWAYS)?;
        let ends = times("ends_at", NEVER)?;
        for row in 0..rows {
            if ends[row] <= starts[row] {
                problems.report(
                    Error::new(
                        ErrorKind::EndBeforeStart,
                        "ends_at does not lie after starts_at",
                    )
                    .in_table(TABLE)
                    .in_field("ends_at")
                    .at_row(row),
                )?;
            }
        }
        let mut cost = vec![None; rows];
        if let Some(column) = frame.take("cost") {
            let minor = read_counts(column, (TABLE, "cost"), problems)?;
            let currencies = match frame.take("currency") {
                None => vec![None; rows],
                Some(column) => first_of(&Lists::of(&column, (TABLE, "currency"))?),
            };
            for row in 0..rows {
                let Some(amount) = minor.get(row) else {
                    continue;
                };
                let place = |e: Error, field: &str| e.in_table(TABLE).in_field(field).at_row(row);
                let of = match (&currencies[row], currency) {
                    (Some(code), _) => Currency::new(code),
                    (None, Some(currency)) => Ok(currency),
                    (None, None) => Err(Error::new(
                        ErrorKind::MissingValue,
                        "a cost needs a currency, its own or the programme's",
                    )),
                };
                match (of, i64::try_from(amount)) {
                    (Ok(currency), Ok(minor)) => cost[row] = Some(Money { minor, currency }),
                    (Err(error), _) => problems.report(place(error, "currency"))?,
                    (_, Err(_)) => problems.report(place(
                        Error::new(
                            ErrorKind::OutOfRange,
                            format!("{amount} is beyond {}", i64::MAX),
                        ),
                        "cost",
                    ))?,
                }
            }
        }
        Ok(Self {
            index,
            names,
            hashtags,
            cost,
        })
    }
}

impl Items {
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn build(
        mut frame: Frame<'_>,
        mut changes: Frame<'_>,
        campaigns: &Campaigns,
        problems: &mut Problems,
    ) -> Result<Self> {
        const TABLE: &str = "content";
        let Some(ids) = frame.take("id") else {
            return Ok(Self::default());
        };
        let rows = ids.len();
        let mut items = Self {
            index: Index::build(&ids, TABLE, problems)?,
            ..Self::default()
        };
        items.titles = match frame.take("title") {
            None => vec![None; rows],
            Some(titles) => first_of(&Lists::of(&titles, (TABLE, "title"))?),
        };
        let kind_name = |name: &str| ContentKind::new(name).map(String::from);
        items.kind = named(
            &mut frame,
            "kind",
            &mut items.kinds,
            kind_name,
            rows,
            problems,
        )?;
        items.source = named(
            &mut frame,
            "source",
            &mut items.sources,
            source_name,
            rows,
            problems,
        )?;
        items.campaign = match frame.take("campaign") {
            None => vec![to_u32(campaigns.index.len()); rows],
            Some(column) => {
                let codes =
                    campaigns
                        .index
                        .resolve(column, false, (TABLE, "campaign"), problems)?;
                (0..rows).map(|row| codes.at(row)).collect()
            }
        };
        if let Some(column) = frame.take("topics") {
            let topics = Lists::of(&column, (TABLE, "topics"))?;
            for row in 0..rows {
                items.topics.push(topics.of_row(row).iter());
            }
        }
        let column = frame.take("hashtags");
        let lists = |column| Lists::of(column, (TABLE, "hashtags"));
        let own = column.as_ref().map(lists).transpose()?;
        // An item carries its campaign's hashtags too.
        if own.is_some() || campaigns.hashtags.iter().any(|tags| !tags.is_empty()) {
            for row in 0..rows {
                let own = own.as_ref().map_or(&[][..], |own| own.of_row(row));
                let of_campaign = campaigns.hashtags.get(items.campaign[row] as usize);
                let of_campaign = of_campaign.into_iter().flatten().map(ToString::to_string);
                let all = own.iter().map(|tag| hashtag(tag)).chain(of_campaign);
                items.hashtags.push(all);
            }
        }
        if let Some(column) = frame.take("tags") {
            items.tags = read_tags(&Lists::of(&column, (TABLE, "tags"))?, TABLE, problems)?;
        }
        items.read_windows(&mut frame, &mut changes, rows, problems)?;
        Ok(items)
    }

    fn read_windows(
        &mut self,
        frame: &mut Frame<'_>,
        changes: &mut Frame<'_>,
        rows: usize,
        problems: &mut Problems,
    ) -> Result<()> {
        const TABLE: &str = "content";
        let mut times =
            |name: &'static str, null: i64, problems: &mut Problems| match frame.take(name) {
                None => Ok(vec![null; rows]),
                Some(column) => read_micros(&column, null, (TABLE, name), problems),
            };
        let published = times("published_at", ALWAYS, problems)?;
        let expires = times("expires_at", NEVER, problems)?;
        let mut statuses = Names::default();
        let status = named(frame, "status", &mut statuses, status_name, rows, problems)?;
        let steps = self.read_changes(changes, problems)?;
        self.published.reserve(rows);
        for row in 0..rows {
            let place = |e: Error, field: &str| e.in_table(TABLE).in_field(field).at_row(row);
            if expires[row] <= published[row] && published[row] != ALWAYS {
                problems.report(place(
                    Error::new(
                        ErrorKind::EndBeforeStart,
                        "expires_at does not lie after published_at",
                    ),
                    "expires_at",
                ))?;
            }
            let stated = match statuses.name(status[row]) {
                Some(name) => Some(ContentStatus::parse(name)?),
                None => None,
            };
            let steps = steps.get(row).map_or(&[][..], Vec::as_slice);
            let last = steps.last().map(|&(_, status)| status);
            if let (Some(stated), Some(last)) = (stated, last)
                && stated != last
            {
                problems.report(place(
                    Error::new(
                        ErrorKind::IllegalTransition,
                        format!("status is {stated}, the last status change says {last}"),
                    ),
                    "status",
                ))?;
            }
            let status = stated.or(last).unwrap_or(ContentStatus::Published);
            let when = |wanted: fn(ContentStatus) -> bool| {
                steps
                    .iter()
                    .find(|&&(_, status)| wanted(status))
                    .map(|&(at, _)| at)
            };
            let from = match published[row] {
                ALWAYS => when(|status| status == ContentStatus::Published).unwrap_or(ALWAYS),
                at => at,
            };
            let until =
                when(|status| matches!(status, ContentStatus::Expired | ContentStatus::Archived))
                    .map_or(expires[row], |at| at.min(expires[row]));
            self.published
                .push(status.was_published().then_some((from, until)));
        }
        Ok(())
    }

    /// The steps of every item, sorted, each one legal.
    fn read_changes(
        &self,
        frame: &mut Frame<'_>,
        problems: &mut Problems,
    ) -> Result<Vec<Vec<(i64, ContentStatus)>>> {
        const TABLE: &str = "status_changes";
        let (Some(content), Some(at), Some(status)) = (
            frame.take("content"),
            frame.take("at"),
            frame.take("status"),
        ) else {
            return Ok(Vec::new());
        };
        let content = self
            .index
            .resolve(content, true, (TABLE, "content"), problems)?;
        let at = read_micros(&at, NEVER, (TABLE, "at"), problems)?;
        let mut statuses = Names::default();
        let place = (TABLE, "status");
        let status = read_names(status, &mut statuses, status_name, true, place, problems)?;
        let mut steps: Vec<Vec<(i64, usize, ContentStatus)>> = vec![Vec::new(); self.len()];
        for (row, &when) in at.iter().enumerate() {
            if let (Some(steps), Some(name)) = (
                steps.get_mut(content.at(row) as usize),
                statuses.name(status.at(row)),
            ) {
                steps.push((when, row, ContentStatus::parse(name)?));
            }
        }
        let mut out = Vec::with_capacity(steps.len());
        for steps in &mut steps {
            steps.sort_unstable_by_key(|&(when, row, _)| (when, row));
            let mut before = None;
            for &(_, row, status) in &*steps {
                if let Some(before) = before
                    && !ContentStatus::can_become(before, status)
                {
                    problems.report(
                        Error::new(
                            ErrorKind::IllegalTransition,
                            format!("an item that is {before} cannot become {status}"),
                        )
                        .in_table(TABLE)
                        .in_field("status")
                        .at_row(row),
                    )?;
                }
                before = Some(status);
            }
            out.push(
                steps
                    .iter()
                    .map(|&(when, _, status)| (when, status))
                    .collect(),
            );
        }
        Ok(out)
    }

    /// When the item was on offer: from, until (exclusive).
    pub(crate) fn window(&self, item: u32) -> Window {
        self.published.get(item as usize).copied().flatten()
    }
}

fn first_of(lists: &Lists<'_>) -> Vec<Option<Box<str>>> {
    let first = |row| {
        let text = lists.of_row(row).first()?.trim();
        (!text.is_empty()).then(|| text.into())
    };
    (0..lists.len()).map(first).collect()
}

fn hashtag(tag: &str) -> String {
    tag.trim().trim_start_matches('#').to_lowercase()
}

fn source_name(name: &str) -> Result<String> {
    Source::parse(&stable(name)).map(|source| source.to_string())
}

fn status_name(name: &str) -> Result<String> {
    ContentStatus::parse(&stable(name)).map(|status| status.to_string())
}

/// Spellings people type: `In review`, `user-generated`.
pub(crate) fn stable(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn named(
    frame: &mut Frame<'_>,
    field: &'static str,
    names: &mut Names,
    normal: fn(&str) -> Result<String>,
    rows: usize,
    problems: &mut Problems,
) -> Result<Vec<u32>> {
    match frame.take(field) {
        None => Ok(vec![NONE; rows]),
        Some(column) => {
            let codes = read_names(column, names, normal, false, ("content", field), problems)?;
            Ok((0..rows).map(|row| codes.at(row)).collect())
        }
    }
}
