//! Which rows count, and what they are.

use advocacy_core::{
    Activity, Advocate, BrandPost, Content, ContentStatus, Copy, Counts, DateBasis, Definitions,
    Dimension, Id, Mode, Network, Paid, Rows, Share, ShareUnit,
};

use super::calendar::{Unit, date_of, unit_of};
use super::{Ask, Cell};

/// A share or a brand post in force, with what is known of it.
#[derive(Clone, Debug)]
pub struct Fact<'r> {
    pub share: Option<&'r Share>,
    /// The index of who shared.
    pub who: usize,
    pub network: &'r Network,
    pub at: i64,
    pub paid: bool,
    pub content: Option<&'r Content>,
    /// Empty where they were read after `as_of`.
    pub counts: Counts,
}

/// Of the observations of one id, the one in force.
fn in_force(observations: &[(usize, i64)], as_of: i64) -> (usize, bool) {
    let mut best: Option<(usize, i64)> = None;
    for &(row, observed) in observations {
        if observed <= as_of && best.is_none_or(|(_, before)| observed > before) {
            best = Some((row, observed));
        }
    }
    if let Some((row, _)) = best {
        return (row, true);
    }
    let mut earliest = observations[0];
    for &observation in observations {
        if observation.1 < earliest.1 {
            earliest = observation;
        }
    }
    (earliest.0, false)
}

/// The rows in force, each with whether its counts are known.
fn settle(ids: &[(Option<&Id>, i64)], as_of: i64) -> Vec<(usize, bool)> {
    let mut settled = Vec::new();
    for (row, &(id, observed)) in ids.iter().enumerate() {
        match id {
            None => settled.push((row, observed <= as_of)),
            Some(id) => {
                let same: Vec<(usize, i64)> = ids
                    .iter()
                    .enumerate()
                    .filter(|(_, (other, _))| *other == Some(id))
                    .map(|(at, (_, observed))| (at, *observed))
                    .collect();
                let (chosen, known) = in_force(&same, as_of);
                if chosen == row {
                    settled.push((row, known));
                }
            }
        }
    }
    settled
}

pub fn shares(rows: &Rows, as_of: i64) -> Vec<Fact<'_>> {
    let seen = |share: &Share| share.observed_at.map_or(i64::MIN, |at| at.micros());
    let ids: Vec<_> = rows
        .shares
        .iter()
        .map(|share| (share.id.as_ref(), seen(share)))
        .collect();
    let mut facts = Vec::new();
    for (row, known) in settle(&ids, as_of) {
        let share = &rows.shares[row];
        if share.removed || share.shared_at.micros() > as_of {
            continue;
        }
        let mut counts = if known {
            share.counts
        } else {
            Counts::default()
        };
        counts.followers = followers_of_share(rows, share, as_of);
        facts.push(Fact {
            share: Some(share),
            who: who(rows, &share.advocate),
            network: &share.network,
            at: share.shared_at.micros(),
            paid: share.paid,
            content: share
                .content
                .as_ref()
                .map(|id| rows.content.iter().find(|item| item.id == *id).unwrap()),
            counts,
        });
    }
    facts
}

pub fn brand(rows: &Rows, as_of: i64) -> Vec<Fact<'_>> {
    let seen = |post: &BrandPost| post.observed_at.map_or(i64::MIN, |at| at.micros());
    let ids: Vec<_> = rows
        .brand_posts
        .iter()
        .map(|post| (post.id.as_ref(), seen(post)))
        .collect();
    let mut facts = Vec::new();
    for (row, known) in settle(&ids, as_of) {
        let post = &rows.brand_posts[row];
        if post.removed || post.published_at.micros() > as_of {
            continue;
        }
        facts.push(Fact {
            share: None,
            who: usize::MAX,
            network: &post.network,
            at: post.published_at.micros(),
            paid: post.paid,
            content: None,
            counts: if known {
                post.counts
            } else {
                Counts::default()
            },
        });
    }
    facts
}

/// Whether an item has ever been on offer.
pub fn was_published(item: &Content) -> bool {
    matches!(
        item.status.unwrap_or(ContentStatus::Published),
        ContentStatus::Published | ContentStatus::Expired | ContentStatus::Archived
    )
}

pub fn who(rows: &Rows, id: &Id) -> usize {
    rows.advocates
        .iter()
        .position(|advocate| advocate.id == *id)
        .unwrap()
}

/// The account a share came from: the one stated, else the only one.
pub fn account_of(rows: &Rows, share: &Share) -> Option<usize> {
    if let Some(id) = &share.account {
        return rows.accounts.iter().position(|account| account.id == *id);
    }
    let mut own = Vec::new();
    for (at, account) in rows.accounts.iter().enumerate() {
        if account.advocate == share.advocate && account.network == share.network {
            own.push(at);
        }
    }
    if own.len() == 1 { Some(own[0]) } else { None }
}

/// An account's followers at an instant, as far as known.
pub fn followers(rows: &Rows, account: usize, instant: i64, as_of: i64) -> Option<u64> {
    let id = &rows.accounts[account].id;
    let mut latest: Option<(i64, u64)> = None;
    let mut earliest: Option<(i64, u64)> = None;
    for row in rows.followers.iter().filter(|row| row.account == *id) {
        let at = row.at.micros();
        if at <= instant.min(as_of) && latest.is_none_or(|(before, _)| at > before) {
            latest = Some((at, row.followers));
        }
        if at <= as_of && earliest.is_none_or(|(before, _)| at < before) {
            earliest = Some((at, row.followers));
        }
    }
    latest.or(earliest).map(|(_, followers)| followers)
}

fn followers_of_share(rows: &Rows, share: &Share, as_of: i64) -> Option<u64> {
    followers(
        rows,
        account_of(rows, share)?,
        share.shared_at.micros(),
        as_of,
    )
}

/// A value that may have changed: the last stated by then.
fn moved(
    advocate: &Advocate,
    base: Option<&String>,
    micros: i64,
    which: impl Fn(&advocacy_core::Move) -> Option<&String>,
) -> Option<String> {
    let mut value = base;
    let mut latest = i64::MIN;
    for step in &advocate.moves {
        let at = step.at.micros();
        if let Some(new) = which(step)
            && at <= micros
            && at >= latest
        {
            (value, latest) = (Some(new), at);
        }
    }
    value.cloned()
}

/// Several values, or the one that says there is none.
fn several(values: impl IntoIterator<Item = String>) -> Vec<Option<String>> {
    let values: Vec<Option<String>> = values.into_iter().map(Some).collect();
    if values.is_empty() {
        vec![None]
    } else {
        values
    }
}

pub fn is_of_people(dimension: &Dimension) -> bool {
    match dimension {
        Dimension::Team
        | Dimension::Department
        | Dimension::Location
        | Dimension::Advocate
        | Dimension::Cohort => true,
        Dimension::Tag(tag) => tag == "grade",
        _ => false,
    }
}

/// What only surveys are split or narrowed by.
pub fn is_of_surveys(dimension: &Dimension) -> bool {
    matches!(dimension, Dimension::Wave | Dimension::Question)
}

pub fn is_of_content(dimension: &Dimension) -> bool {
    match dimension {
        Dimension::Content
        | Dimension::Kind
        | Dimension::Topic
        | Dimension::Source
        | Dimension::Campaign
        | Dimension::Hashtag => true,
        Dimension::Tag(tag) => tag == "tone",
        _ => false,
    }
}

impl Ask<'_> {
    /// What an advocate is at an instant.
    pub fn person_values(
        &self,
        who: usize,
        dimension: &Dimension,
        micros: i64,
    ) -> Vec<Option<String>> {
        let Some(advocate) = self.rows.advocates.get(who) else {
            return vec![None];
        };
        let step = |base: &Option<String>, which: fn(&advocacy_core::Move) -> Option<&String>| {
            vec![moved(advocate, base.as_ref(), micros, which)]
        };
        match dimension {
            Dimension::Team => step(&advocate.team, |step| step.team.as_ref()),
            Dimension::Department => step(&advocate.department, |step| step.department.as_ref()),
            Dimension::Location => step(&advocate.location, |step| step.location.as_ref()),
            Dimension::Advocate => vec![Some(advocate.id.to_string())],
            Dimension::Cohort => {
                let joined = advocate.memberships.iter().filter_map(|stay| stay.joined);
                let joined = joined.filter(|at| at.micros() <= self.as_of).min();
                vec![joined.map(|at| {
                    let date = date_of(&self.zone, at.micros());
                    let (first, _) = unit_of(Unit::Month, date, self.week_start);
                    first.format("%Y-%m").to_string()
                })]
            }
            Dimension::Tag(tag) => several(advocate.tags.get(tag).cloned().unwrap_or_default()),
            _ => vec![None],
        }
    }

    pub fn item_values(
        &self,
        item: Option<&Content>,
        dimension: &Dimension,
    ) -> Vec<Option<String>> {
        let Some(item) = item else { return vec![None] };
        match dimension {
            Dimension::Content => vec![Some(item.id.to_string())],
            Dimension::Kind => vec![item.kind.as_ref().map(ToString::to_string)],
            Dimension::Topic => several(item.topics.clone()),
            Dimension::Source => vec![item.source.map(|source| source.to_string())],
            Dimension::Campaign => vec![item.campaign.as_ref().map(ToString::to_string)],
            Dimension::Hashtag => {
                let mut tags = item.hashtags.clone();
                for campaign in &self.rows.campaigns {
                    if Some(&campaign.id) == item.campaign.as_ref() {
                        tags.extend(campaign.hashtags.clone());
                    }
                }
                several(tags)
            }
            Dimension::Tag(tag) => several(item.tags.get(tag).cloned().unwrap_or_default()),
            _ => vec![None],
        }
    }

    pub fn share_values(&self, fact: &Fact<'_>, dimension: &Dimension) -> Vec<Option<String>> {
        if is_of_people(dimension) {
            return self.person_values(fact.who, dimension, fact.at);
        }
        if is_of_content(dimension) {
            return self.item_values(fact.content, dimension);
        }
        let share = fact.share;
        match dimension {
            Dimension::Network => vec![Some(fact.network.to_string())],
            Dimension::Copy => {
                vec![
                    share
                        .and_then(|share| share.copy)
                        .map(|copy: Copy| copy.to_string()),
                ]
            }
            Dimension::Mode => {
                vec![
                    share
                        .and_then(|share| share.mode)
                        .map(|mode: Mode| mode.to_string()),
                ]
            }
            _ => vec![None],
        }
    }

    pub fn activity_values(
        &self,
        activity: &Activity,
        dimension: &Dimension,
    ) -> Vec<Option<String>> {
        if is_of_people(dimension) {
            let who = who(self.rows, &activity.advocate);
            return self.person_values(who, dimension, activity.at.micros());
        }
        if is_of_content(dimension) {
            let item = activity.content.as_ref();
            let item = item.and_then(|id| self.rows.content.iter().find(|item| item.id == *id));
            return self.item_values(item, dimension);
        }
        vec![None]
    }

    /// Whether a share meets the cell's conditions.
    pub fn share_meets(&self, fact: &Fact<'_>, cell: &Cell) -> bool {
        cell.conditions()
            .filter(|each| !is_of_surveys(&each.dimension))
            .all(|each| each.holds(&self.share_values(fact, &each.dimension)))
    }

    /// Whether somebody meets the cell's conditions on people at an instant.
    pub fn person_meets(&self, who: usize, cell: &Cell, micros: i64) -> bool {
        cell.conditions()
            .filter(|each| is_of_people(&each.dimension))
            .all(|each| each.holds(&self.person_values(who, &each.dimension, micros)))
    }

    /// Whether an item meets the cell's conditions on content.
    pub fn item_meets(&self, item: &Content, cell: &Cell) -> bool {
        cell.conditions()
            .filter(|each| is_of_content(&each.dimension))
            .all(|each| each.holds(&self.item_values(Some(item), &each.dimension)))
    }

    /// Whether a brand post meets the cell's condition on networks.
    pub fn post_meets(&self, post: &Fact<'_>, cell: &Cell) -> bool {
        cell.conditions()
            .filter(|each| each.dimension == Dimension::Network)
            .all(|each| each.holds(&self.share_values(post, &each.dimension)))
    }

    /// The instant that puts a share in a period.
    pub fn dated(&self, fact: &Fact<'_>, d: &Definitions) -> Option<i64> {
        match d.date_basis {
            DateBasis::Shared => Some(fact.at),
            DateBasis::Published => {
                let item = fact.content?;
                let at = item.published_at?.micros();
                let known_then = at <= self.as_of;
                (was_published(item) && known_then).then_some(at)
            }
        }
    }

    /// Whether the definitions let a share count, whenever it was.
    pub fn counts(&self, fact: &Fact<'_>, d: &Definitions) -> bool {
        let confirmed = fact
            .share
            .is_some_and(|share| share.confirmed == Some(true));
        (d.paid == Paid::Include || !fact.paid)
            && (d.share_unit != ShareUnit::Confirmed || confirmed)
    }

    /// The shares of a cell, as the definitions have them.
    pub fn shares_in(&self, d: &Definitions, cell: &Cell) -> Vec<&Fact<'_>> {
        let mut found = Vec::new();
        for fact in &self.shares {
            let Some(at) = self.dated(fact, d) else {
                continue;
            };
            if cell.start <= at
                && at < cell.end
                && self.counts(fact, d)
                && self.share_meets(fact, cell)
            {
                found.push(fact);
            }
        }
        found
    }

    /// The brand's posts of a cell.
    pub fn posts_in(&self, d: &Definitions, cell: &Cell) -> Vec<&Fact<'_>> {
        let mut found = Vec::new();
        for post in &self.brand {
            let paid = d.paid == Paid::Include || !post.paid;
            if cell.start <= post.at && post.at < cell.end && paid && self.post_meets(post, cell) {
                found.push(post);
            }
        }
        found
    }
}
