//! Connected accounts and what was seen of their followers.

use crate::calendar::Timestamp;
use crate::model::kinds::Network;
use crate::model::rows::{Account, Advocate, Followers};

use super::Networks;
use super::clock::{self, END, workday};
use super::people::Person;
use super::random::Random;

/// An account, and what is true of it whether observed or not.
#[derive(Clone, Debug)]
pub(super) struct Connected {
    pub(super) row: Account,
    /// The advocate's place in their table.
    pub(super) advocate: usize,
    /// Weight among the advocate's accounts when they share.
    pub(super) weight: u64,
    /// Whether the advocate has another on this network.
    pub(super) twin: bool,
    from: i64,
    until: i64,
    start: u64,
    /// Growth a month, in thousandths.
    growth: u64,
}

impl Connected {
    /// Whether it was connected for all of a day but perhaps its beginning.
    pub(super) fn is_open(&self, day: i64) -> bool {
        self.from <= day && day < self.until
    }

    pub(super) fn followers(&self, day: i64) -> u64 {
        let days = u64::try_from(day - self.from).unwrap_or(0);
        self.start + self.start * self.growth * days / 30_000
    }
}

pub(super) fn generate(
    random: &mut Random,
    networks: &Networks,
    advocates: &[Advocate],
    people: &[Person],
) -> (Vec<Connected>, Vec<Followers>) {
    let mut accounts = Vec::new();
    for (place, (advocate, person)) in advocates.iter().zip(people).enumerate() {
        let Some(stay) = advocate.memberships.first() else {
            continue;
        };
        let Some(joined) = stay.joined else { continue };
        // A few join and never connect anything.
        if random.per_mille(60) && person.shares < 1_000 {
            continue;
        }
        let xing = if advocate.location.as_deref() == Some("Berlin") {
            380
        } else {
            40
        };
        // Those who share a lot do so in more places.
        let eager = if person.shares > 400 { 2 } else { 1 };
        let chances: [(&Network, u64, u64, u64); 6] = [
            (&networks.linkedin, 930, 100, 2_000),
            (&networks.x, 270, 50, 800),
            (&networks.facebook, 190, 40, 900),
            (&networks.instagram, 150, 40, 900),
            (&networks.xing, xing, 50, 300),
            (&networks.bluesky, 80, 40, 400),
        ];
        for (network, chance, weight, size) in chances {
            if !random.per_mille(chance * eager) {
                continue;
            }
            // A second account, such as a page of one's own, is rare.
            let twin = *network == networks.x && random.per_mille(60);
            for _ in 0..=u64::from(twin) {
                let account = connect(
                    random,
                    Owner {
                        place,
                        advocate,
                        joined,
                    },
                    network,
                    weight,
                    size,
                );
                accounts.extend(account.map(|account| Connected { twin, ..account }));
            }
        }
    }
    for (number, account) in (1_u32..).zip(&mut accounts) {
        account.row.id = format!("n{number:03}").into();
    }
    let followers = accounts
        .iter()
        .flat_map(|account| observe(random, account))
        .collect();
    (accounts, followers)
}

#[derive(Clone, Copy, Debug)]
struct Owner<'a> {
    place: usize,
    advocate: &'a Advocate,
    joined: Timestamp,
}

fn connect(
    random: &mut Random,
    owner: Owner<'_>,
    network: &Network,
    weight: u64,
    size: u64,
) -> Option<Connected> {
    let at_once = random.per_mille(600);
    let connected = if at_once {
        clock::later(owner.joined, random.between(0, 900))
    } else {
        let day = workday(clock::day_of(owner.joined) + 1 + random.between(0, 45));
        clock::at(day, random.between(9, 17), random.between(0, 59))
    };
    let came_back = owner.advocate.memberships.len() > 1;
    let left = owner
        .advocate
        .memberships
        .first()
        .and_then(|stay| stay.left);
    let from = clock::day_of(connected);
    if from >= left.map_or(END, clock::day_of) {
        return None;
    }
    // Most accounts of those who left were disconnected then.
    let disconnected = match left {
        Some(left) => (!came_back && random.per_mille(800)).then_some(left),
        None if random.per_mille(25) => {
            let day = workday(from + random.between(60, 400));
            (day < END).then(|| clock::at(day, 12, random.between(0, 59)))
        }
        None => None,
    };
    Some(Connected {
        row: Account {
            id: 0.into(),
            advocate: owner.advocate.id.clone(),
            network: network.clone(),
            connected_at: Some(connected),
            disconnected_at: disconnected,
        },
        advocate: owner.place,
        weight,
        twin: false,
        from,
        until: disconnected.map_or(END, clock::day_of),
        start: (40 + random.heavy()) * size / 1_000,
        growth: 2 + random.below(24),
    })
}

/// About once a month; some accounts late, some never.
fn observe(random: &mut Random, account: &Connected) -> Vec<Followers> {
    let first = match random.below(100) {
        0..6 => return Vec::new(),
        6..14 => account.from + random.between(35, 100),
        _ => account.from,
    };
    let mut seen = Vec::new();
    let mut day = first;
    while day < account.until {
        let at = match account.row.connected_at {
            Some(connected) if day == account.from => clock::later(connected, 30),
            _ => clock::at(day, 22, random.between(0, 59)),
        };
        seen.push(Followers {
            account: account.row.id.clone(),
            at,
            followers: account.followers(day),
        });
        // Now and then a month is skipped.
        day += random.between(28, 33) * if random.per_mille(70) { 2 } else { 1 };
    }
    seen
}
