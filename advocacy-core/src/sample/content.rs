//! Campaigns and content items, from draft to archive.

use crate::calendar::Timestamp;
use crate::error::Result;
use crate::model::id::Id;
use crate::model::kinds::{ContentKind, ContentStatus, Currency, Money};
use crate::model::rows::{Campaign, Content, StatusChange};

use super::clock::{self, END, LAST, LAUNCH, workday};
use super::random::{Random, Wheel, weighted};
use super::words::{CAMPAIGNS, HASHTAGS, KINDS, SOURCES, TOPICS};

/// An item, and what is true of it beyond its row.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) row: Content,
    /// When it was offered; `None` where it has not been yet.
    pub(super) offer: Option<Offer>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub(super) published: Timestamp,
    /// The day of its end, on which it is not shared any more.
    until: i64,
    popularity: u64,
    /// How well it engages, in hundredths.
    pub(super) appeal: u64,
}

impl Offer {
    /// Weight among the items that are shared on a day.
    pub(super) fn weight(&self, day: i64) -> u64 {
        let age = day - clock::day_of(self.published);
        if day >= self.until {
            return 0;
        }
        let fresh = match age {
            ..0 => 0,
            0..2 => 1_000,
            2..4 => 700,
            4..7 => 450,
            7..14 => 250,
            14..28 => 120,
            28..56 => 60,
            56..120 => 15,
            _ => 3,
        };
        self.popularity * fresh
    }
}

pub(super) fn campaigns() -> Result<Vec<Campaign>> {
    let currency = Currency::new("EUR")?;
    Ok(CAMPAIGNS
        .iter()
        .map(|&(id, name, goal, start, end, hashtag, minor)| Campaign {
            id: id.into(),
            name: Some(name.to_owned()),
            goal: Some(goal.to_owned()),
            starts_at: Some(clock::at(start, 0, 0)),
            ends_at: Some(clock::at(end, 0, 0)),
            hashtags: vec![hashtag.to_owned()],
            cost: Some(Money { minor, currency }),
        })
        .collect())
}

pub(super) fn generate(random: &mut Random, count: u32) -> Result<Vec<Item>> {
    // A sixth is ready at launch, one in 17 is still being made.
    let (ready, made) = (i64::from(count / 6), i64::from(count - count / 17));
    let mut items = Vec::new();
    for number in 1..=i64::from(count) {
        let mut row = describe(random, number)?;
        let offer = if number > made {
            prepare(random, &mut row, items.len());
            None
        } else {
            let day = if number <= ready {
                random.between(LAUNCH - 14, LAUNCH)
            } else {
                let span = END - 6 - LAUNCH;
                LAUNCH + span * (number - ready) / (made - ready).max(1) - random.between(0, 3)
            };
            Some(publish(
                random,
                &mut row,
                workday(day.max(LAUNCH - 14)),
                number <= ready,
            ))
        };
        items.push(Item { row, offer });
    }
    Ok(items)
}

fn describe(random: &mut Random, number: i64) -> Result<Content> {
    let mut row = Content::new(format!("c{number:03}"));
    let kinds = Wheel::new(KINDS.iter().map(|&(_, weight, ..)| weight));
    let kind = kinds.spin(random).and_then(|at| KINDS.get(at));
    let mut topics: Vec<(&str, &str)> = Vec::new();
    for _ in 0..=weighted(random, &[(0, 45), (1, 40), (2, 15)]) {
        let topic = random.pick(TOPICS);
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    if let (Some(&(name, _, start, call)), Some(&(_, words))) = (kind, topics.first()) {
        row.kind = Some(ContentKind::new(name)?);
        row.title = Some(format!("{start} {words}"));
        row.call_to_action = call.map(ToOwned::to_owned);
        if random.per_mille(850) {
            row.suggested_copy = Some(format!(
                "Worth a look, and proud to be part of it: {words}."
            ));
        }
    }
    row.topics = topics
        .into_iter()
        .map(|(topic, _)| topic.to_owned())
        .collect();
    for _ in 0..random.below(4) {
        let hashtag = random.pick(HASHTAGS);
        if !row.hashtags.iter().any(|known| known == hashtag) {
            row.hashtags.push(hashtag.to_owned());
        }
    }
    row.source = weighted(random, SOURCES);
    row.tags.insert(
        "language".to_owned(),
        vec![weighted(random, &[("en", 60), ("es", 30), ("de", 10)]).to_owned()],
    );
    Ok(row)
}

/// The statuses on the way to `goal`, which lies before publication.
fn path(random: &mut Random, goal: ContentStatus) -> Vec<ContentStatus> {
    use ContentStatus::{Approved, Draft, InReview, Scheduled};
    let mut path = vec![Draft, InReview];
    if random.per_mille(220) {
        // Sent back to its author once.
        path.extend([Draft, InReview]);
    }
    path.extend([Approved, Scheduled]);
    if let Some(end) = path.iter().rposition(|&status| status == goal) {
        path.truncate(end + 1);
    }
    path
}

/// Those statuses on days before `day`, on workdays.
fn steps(random: &mut Random, path: &[ContentStatus], day: i64) -> Vec<StatusChange> {
    let mut steps = Vec::new();
    let mut before = day - 1;
    for &status in path.iter().rev() {
        before = clock::friday(before - random.between(1, 4));
        let at = clock::at(before, random.between(9, 17), random.between(0, 59));
        steps.push(StatusChange { at, status });
    }
    steps.reverse();
    steps
}

/// An item that is still being made when the sample ends.
fn prepare(random: &mut Random, row: &mut Content, number: usize) {
    use ContentStatus::{Approved, Draft, InReview, Scheduled};
    let goals = [Scheduled, Draft, InReview, Scheduled, Approved, Draft];
    let goal = goals[number % goals.len()];
    let path = path(random, goal);
    row.status = Some(goal);
    row.status_changes = steps(random, &path, END);
    if goal == Scheduled {
        row.published_at = Some(clock::at(workday(END + 4 + random.between(0, 5)), 9, 0));
    }
}

/// An item that is offered from `day` on, perhaps until it expires or is
/// archived.
fn publish(random: &mut Random, row: &mut Content, day: i64, ready: bool) -> Offer {
    use ContentStatus::{Approved, Archived, Expired, Published, Scheduled};
    let published = clock::at(day, random.between(8, 10), random.between(0, 3) * 15);
    let goal = if random.per_mille(700) {
        Scheduled
    } else {
        Approved
    };
    let path = path(random, goal);
    let mut changes = steps(random, &path, day);
    changes.push(StatusChange {
        at: published,
        status: Published,
    });
    let mut until = END;
    let mut end = |day: i64, status| {
        until = until.min(day);
        let at = clock::at(day, 18, 0);
        changes.push(StatusChange { at, status });
        at
    };
    let closes = random.below(100);
    let (expires, archived) = (
        day + random.between(45, 150),
        day + random.between(160, 300),
    );
    if closes < 38 && expires < END {
        row.expires_at = Some(end(expires, Expired));
        if closes < 16 && archived <= LAST {
            end(archived, Archived);
        }
    } else if closes >= 90 && archived <= LAST {
        end(archived, Archived);
    }
    row.campaign = campaign_on(random, day);
    row.published_at = Some(published);
    // A few come from elsewhere, without a history: published, by default.
    if until == END && random.per_mille(100) {
        changes.clear();
    }
    row.status = changes.last().map(|last| last.status);
    row.status_changes = changes;
    let popularity = random.heavy().min(3_000) * if ready { 3 } else { 2 };
    Offer {
        published,
        until,
        popularity: if random.per_mille(70) { 0 } else { popularity },
        appeal: 50 + random.exponential(50),
    }
}

/// Often one of the campaigns that are running.
fn campaign_on(random: &mut Random, day: i64) -> Option<Id> {
    let running: Vec<&str> = CAMPAIGNS
        .iter()
        .filter(|&&(_, _, _, start, end, ..)| start <= day && day < end)
        .map(|&(id, ..)| id)
        .collect();
    (!running.is_empty() && random.per_mille(750)).then(|| random.pick(&running).into())
}
