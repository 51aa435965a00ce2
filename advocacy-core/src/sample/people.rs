//! Employees and externals: hired, invited, joined, moved, left, returned.

use crate::calendar::Timestamp;
use crate::model::rows::{Advocate, Membership, Move};

use super::clock::{self, END, LAUNCH, workday};
use super::random::{Random, Wheel, weighted};
use super::words::{FIRST_NAMES, GRADES, LAST_NAMES, LOCATIONS, OWNERS_TEAM, TEAMS, Team};

/// What drives an advocate, beyond their row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    /// Weight among sharers; 0 never shares.
    pub(super) shares: u64,
    /// Weight among those who log in, read and react.
    pub(super) reads: u64,
}

/// A wave of invitations: its day, and how many of a thousand it has reached.
const WAVES: [(i64, u64); 4] = [(LAUNCH, 290), (98, 500), (196, 640), (308, 735)];

/// How many come back.
const RETURNS: usize = 3;

pub(super) fn generate(random: &mut Random, employees: u32) -> (Vec<Advocate>, Vec<Person>) {
    let teams = Wheel::new(TEAMS.iter().map(|team| team.weight));
    let mut advocates = Vec::new();
    let mut people = Vec::new();
    for number in 1..=employees {
        // The first employee runs the programme, and stays.
        let owner = number == 1;
        let at = if owner {
            Some(OWNERS_TEAM)
        } else {
            teams.spin(random)
        };
        let Some(team) = at.and_then(|at| TEAMS.get(at)) else {
            continue;
        };
        let mut advocate = employee(random, number, team);
        let stay = if owner {
            owner_stay()
        } else {
            stay(random, team.keen)
        };
        advocate.memberships.push(stay);
        if !owner && random.per_mille(25) {
            advocate.moves.extend(change_of_team(random, team, &stay));
        }
        people.push(person(random, &stay, team.keen, owner));
        advocates.push(advocate);
    }
    come_back(random, &mut advocates, employees);
    for number in 1..=employees / 80 {
        let mut advocate = Advocate::new(format!("e{number:02}"));
        advocate.name = Some(display_name(random));
        advocate.external = true;
        advocate
            .tags
            .insert("type".to_owned(), vec!["partner".to_owned()]);
        let invited = clock::at(WAVES[1].0, 9, random.between(0, 20));
        let joined = clock::at(
            workday(WAVES[1].0 + random.between(1, 60)),
            11,
            random.between(0, 59),
        );
        let stay = Membership {
            invited: Some(invited),
            joined: Some(joined),
            ..Membership::default()
        };
        advocate.memberships.push(stay);
        people.push(person(random, &stay, 2, false));
        advocates.push(advocate);
    }
    (advocates, people)
}

fn display_name(random: &mut Random) -> String {
    format!("{} {}", random.pick(FIRST_NAMES), random.pick(LAST_NAMES))
}

fn employee(random: &mut Random, number: u32, team: &Team) -> Advocate {
    let mut advocate = Advocate::new(format!("a{number:03}")).with_team(team.name);
    advocate.name = Some(display_name(random));
    advocate.department = Some(team.department.to_owned());
    let location = match team.home {
        Some(home) if random.per_mille(880) => home,
        _ => weighted(random, LOCATIONS),
    };
    advocate.location = Some(location.to_owned());
    advocate.tags.insert(
        "grade".to_owned(),
        vec![weighted(random, GRADES).to_owned()],
    );
    let mut languages = vec!["en".to_owned()];
    match location {
        "Madrid" => languages.push("es".to_owned()),
        "Berlin" => languages.push("de".to_owned()),
        _ if random.per_mille(250) => languages.push("fr".to_owned()),
        _ => {}
    }
    advocate.tags.insert("language".to_owned(), languages);
    advocate.opt_out = random.per_mille(20);
    advocate
}

fn owner_stay() -> Membership {
    Membership {
        hired: Some(clock::at(-700, 0, 0)),
        invited: Some(clock::at(LAUNCH, 9, 0)),
        joined: Some(clock::at(LAUNCH, 9, 5)),
        left: None,
    }
}

fn stay(random: &mut Random, keen: u64) -> Membership {
    let hired = if random.per_mille(140) {
        workday(random.between(0, END - 40))
    } else {
        workday(-random.between(30, 3_300))
    };
    // The oldest records have no date.
    let known = hired >= -3_100;
    let left = random
        .per_mille(135)
        .then(|| random.between(hired.max(0) + 60, END + 120));
    let left = left.map(workday).filter(|&left| left < END);
    let still_there = |day: i64| left.is_none_or(|left| day < left) && day < END;

    // Keen teams are invited and join earlier, and more of them.
    let rank = random.below(1_000) * (6 - keen) / 5;
    let wave = WAVES
        .iter()
        .find(|&&(_, reached)| rank < reached)
        .map(|&(day, _)| day);
    let invited = wave
        .map(|day| {
            if hired > day - 7 {
                workday(hired + random.between(7, 21))
            } else {
                day
            }
        })
        .filter(|&day| still_there(day));
    let joined = invited
        .filter(|_| random.per_mille(560 + 90 * keen))
        .map(|invited| {
            let delay = match random.below(100) {
                0..50 => random.between(0, 2),
                50..78 => random.between(3, 20),
                _ => random.between(21, 260),
            };
            workday(invited + delay)
        })
        .filter(|&day| still_there(day));
    Membership {
        hired: known.then(|| clock::at(hired, 0, 0)),
        invited: invited.map(|day| clock::at(day, 9, random.between(0, 29))),
        joined: joined.map(|day| clock::at(day, random.between(10, 17), random.between(0, 59))),
        left: left.map(|day| clock::at(day, 18, 0)),
    }
}

fn person(random: &mut Random, stay: &Membership, keen: u64, owner: bool) -> Person {
    // Half share seldom, a few all the time.
    let heavy = random.heavy().min(1_800);
    let heavy = heavy * heavy * (2 + keen) / 3_000;
    let lurks = random.per_mille(260);
    let shares = match stay.joined {
        Some(_) if owner || !lurks => heavy,
        _ => 0,
    };
    let reads = if stay.joined.is_some() {
        60 + shares / 8 + random.below(200)
    } else {
        0
    };
    Person { shares, reads }
}

fn change_of_team(random: &mut Random, from: &Team, stay: &Membership) -> Option<Move> {
    let hired = stay.hired.map_or(0, clock::day_of).max(0);
    let left = stay.left.map_or(END, clock::day_of);
    let others: Vec<usize> = (0..TEAMS.len())
        .filter(|&at| TEAMS[at].name != from.name)
        .collect();
    let to = TEAMS.get(random.pick(&others))?;
    let day = random.between(hired + 30, left - 30);
    (hired + 30 <= left - 30).then(|| Move {
        at: clock::at(workday(day), 0, 0),
        team: Some(to.name.to_owned()),
        department: (to.department != from.department).then(|| to.department.to_owned()),
        location: to.home.map(ToOwned::to_owned),
    })
}

/// A few who left after joining are hired and join again.
fn come_back(random: &mut Random, advocates: &mut [Advocate], employees: u32) {
    let most = usize::try_from(employees / 100)
        .unwrap_or(RETURNS)
        .min(RETURNS);
    let left_early = advocates.iter_mut().filter_map(|advocate| {
        let last = advocate.memberships.last()?;
        let left = last.joined.and(last.left).map(clock::day_of)?;
        (left <= 400).then_some((advocate, left))
    });
    for (advocate, left) in left_early.take(most) {
        let hired = workday(left + random.between(45, 100));
        let invited = workday(hired + 5);
        advocate.memberships.push(Membership {
            hired: Some(clock::at(hired, 0, 0)),
            invited: Some(clock::at(invited, 9, 0)),
            joined: Some(clock::at(workday(invited + random.between(1, 12)), 11, 30)),
            left: None,
        });
    }
}

/// When the advocate joined the stay that holds all of a day, if any does:
/// joined on that day or before, leaving on a later one.
pub(super) fn member_since(advocate: &Advocate, day: i64) -> Option<Timestamp> {
    advocate.memberships.iter().find_map(|stay| {
        let joined = stay.joined.filter(|&joined| clock::day_of(joined) <= day)?;
        stay.left
            .is_none_or(|left| day < clock::day_of(left))
            .then_some(joined)
    })
}
