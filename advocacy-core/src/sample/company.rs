//! The rest of the programme: other activity, the company's page, headcount.

use crate::model::kinds::{Action, Network};
use crate::model::rows::{Account, Activity, Advocate, BrandPost, Headcount};

use super::Networks;
use super::clock::{self, END, LAUNCH, MONTHS};
use super::content::Item;
use super::counts::{Post, counts};
use super::people::{Person, member_since};
use super::random::{Random, Wheel, weighted, wide};
use super::rhythm::{intensity, moment};
use super::words::TEAMS;

/// Logins, views and the like: three for every four shares, and a connection
/// for every account.
pub(super) fn activities(
    random: &mut Random,
    advocates: &[Advocate],
    people: &[Person],
    items: &[Item],
    accounts: &[&Account],
    shares: u32,
) -> Vec<Activity> {
    const ACTIONS: [(Option<Action>, u64); 5] = [
        (Some(Action::Login), 40),
        (Some(Action::View), 36),
        (Some(Action::Open), 17),
        (Some(Action::React), 5),
        (Some(Action::Suggest), 2),
    ];
    let days = Wheel::new((LAUNCH..END).map(intensity));
    let mut on_day = vec![0_u32; usize::try_from(END - LAUNCH).unwrap_or(0)];
    for _ in 0..u64::from(shares) * 3 / 4 {
        if let Some(count) = days.spin(random).and_then(|day| on_day.get_mut(day)) {
            *count += 1;
        }
    }
    let mut activities: Vec<Activity> = accounts
        .iter()
        .filter_map(|account| {
            Some(Activity {
                advocate: account.advocate.clone(),
                action: Action::Connect,
                at: account.connected_at?,
                content: None,
            })
        })
        .collect();
    for (day, of_day) in (LAUNCH..END).zip(on_day) {
        if of_day == 0 {
            continue;
        }
        let who = Wheel::new(
            advocates
                .iter()
                .zip(people)
                .map(|(advocate, person)| member_since(advocate, day).map_or(0, |_| person.reads)),
        );
        let what = Wheel::new(
            items
                .iter()
                .map(|item| item.offer.map_or(0, |offer| offer.weight(day))),
        );
        for _ in 0..of_day {
            let Some(advocate) = who.spin(random).and_then(|at| advocates.get(at)) else {
                continue;
            };
            let Some(action) = weighted(random, &ACTIONS) else {
                continue;
            };
            let about = matches!(action, Action::View | Action::Open | Action::React);
            let item = what
                .spin(random)
                .filter(|_| about)
                .and_then(|at| items.get(at));
            let published = item
                .and_then(|item| item.offer)
                .map(|offer| offer.published);
            let at = moment(random, day, &[member_since(advocate, day), published]);
            // A view of nothing is none.
            if about && item.is_none() {
                continue;
            }
            activities.push(Activity {
                advocate: advocate.id.clone(),
                action,
                at,
                content: item.map(|item| item.row.id.clone()),
            });
        }
    }
    activities.sort_by_cached_key(|activity| activity.at);
    activities
}

/// The company's own posts: about two for every content item.
pub(super) fn brand_posts(
    random: &mut Random,
    networks: &Networks,
    content: u32,
) -> Vec<BrandPost> {
    // A page: its weight, followers at first, followers won a day.
    let pages: [(&Network, u64, u64, u64); 4] = [
        (&networks.linkedin, 45, 18_200, 11),
        (&networks.x, 25, 6_100, 1),
        (&networks.facebook, 15, 9_400, 1),
        (&networks.instagram, 15, 3_800, 4),
    ];
    let wheel = Wheel::new(pages.iter().map(|&(_, weight, ..)| weight));
    let count = i64::from(content).saturating_mul(2) + 10;
    let mut posts = Vec::new();
    for number in 0..count {
        let day = clock::workday(END * number / count);
        let page = wheel.spin(random).and_then(|at| pages.get(at));
        let Some(&(network, _, start, daily)) = page.filter(|_| day < END) else {
            continue;
        };
        let followers = start + daily * u64::try_from(day).unwrap_or(0);
        let paid = random.per_mille(60);
        posts.push(BrandPost {
            id: None,
            network: network.clone(),
            published_at: clock::at(day, random.between(9, 17), random.between(0, 59)),
            observed_at: Some(clock::at(day + random.between(7, 13), 4, 0)),
            removed: random.per_mille(8),
            paid,
            counts: counts(
                random,
                Post {
                    network: network.as_str(),
                    followers,
                    views: (30, 40),
                    appeal: 48,
                    paid,
                },
            ),
        });
        if let Some(post) = posts.last_mut() {
            post.counts.followers = Some(followers);
        }
    }
    posts.sort_by_cached_key(|post| post.published_at);
    for (number, post) in (1_u32..).zip(&mut posts) {
        post.id = Some(format!("b{number:03}").into());
    }
    posts
}

/// Those employed at the start of every month, in all and by team.
pub(super) fn headcount(advocates: &[Advocate]) -> Vec<Headcount> {
    let mut rows = Vec::new();
    for day in MONTHS {
        let at = clock::at(day, 0, 0);
        let employed = |advocate: &&Advocate| {
            !advocate.external
                && advocate.memberships.iter().any(|stay| {
                    stay.hired.is_none_or(|hired| hired <= at)
                        && stay.left.is_none_or(|left| at < left)
                })
        };
        let team_of = |advocate: &'_ Advocate| {
            let mut moved = advocate.moves.iter().rev().filter(|step| step.at <= at);
            let team = moved.find_map(|step| step.team.clone());
            team.or_else(|| advocate.team.clone())
        };
        let teams: Vec<_> = advocates.iter().filter(employed).map(team_of).collect();
        let count = |team: Option<&str>| {
            let of = |known: &&Option<String>| team.is_none() || known.as_deref() == team;
            wide(teams.iter().filter(of).count())
        };
        for team in std::iter::once(None).chain(TEAMS.iter().map(|team| Some(team.name))) {
            rows.push(Headcount {
                at,
                employees: count(team),
                team: team.map(ToOwned::to_owned),
                department: None,
                location: None,
            });
        }
    }
    rows
}
