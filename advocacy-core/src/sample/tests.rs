//! What the samples promise.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::{self, END, LAUNCH};
use super::*;
use crate::calendar::Timestamp;
use crate::model::field::Field;
use crate::model::id::Id;
use crate::model::kinds::{Action, ContentStatus, Currency};
use crate::model::program::Program;
use crate::model::rows::{Account, Advocate, Membership, Share};

/// FNV-1a, written out because no hasher in a crate promises its values.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

fn checksum(rows: &Rows) -> u64 {
    fnv(serde_json::to_string(rows).unwrap().as_bytes())
}

fn employees(rows: &Rows) -> impl Iterator<Item = &Advocate> {
    rows.advocates.iter().filter(|advocate| !advocate.external)
}

fn stays(rows: &Rows) -> impl Iterator<Item = &Membership> {
    employees(rows).flat_map(|advocate| &advocate.memberships)
}

fn problems(rows: &Rows) -> Vec<crate::Error> {
    Program::builder_from_rows(rows).validate()
}

#[track_caller]
fn assert_within(value: usize, low: usize, high: usize) {
    assert!(
        (low..=high).contains(&value),
        "{value} is not in {low}..={high}"
    );
}

#[test]
fn the_generator_is_splitmix64() {
    // The first outputs of the reference implementation for seed 1234567.
    let mut random = Random::from_state(1_234_567);
    let expected = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
    ];
    assert_eq!(expected.map(|_| random.next()), expected);
}

#[test]
fn draws_stay_within_their_bounds() {
    let mut random = Random::new(1, 2);
    for _ in 0..10_000 {
        assert!((-3..=4).contains(&random.between(-3, 4)));
        assert!((100..=5_000).contains(&random.heavy()));
        assert!(random.below_u32(7) < 7);
        assert!(random.below_u16(7) < 7);
    }
    assert_eq!(random.below(0), 0);
    assert_eq!(random.between(5, 2), 5);
    assert_eq!(random.pick::<u8>(&[]), 0);
    assert_eq!(random::Wheel::new([0, 0]).spin(&mut random), None);
    assert_eq!(random::Wheel::new([0, 3, 0]).spin(&mut random), Some(1));
    let mean = (0..100_000).map(|_| random.exponential(1_000)).sum::<u64>() / 100_000;
    assert!((980..1_020).contains(&mean), "{mean}");
    for bits in [0, 1, u32::MAX] {
        assert!(random::exponential(bits) <= 22 << 16);
    }
}

#[test]
#[cfg(feature = "tzdb")]
fn days_are_those_of_madrid() {
    let madrid = crate::Zone::named("Europe/Madrid").unwrap();
    assert_eq!(clock::at(0, 0, 0).to_string(), "2024-06-30T22:00:00Z");
    for day in -3_400..clock::LAST {
        for hour in [9, 23] {
            let at = clock::at(day, hour, 30);
            let date = madrid.date_of(at);
            let local = Timestamp::parse(&format!("{date} {hour:02}:30"), &madrid).unwrap();
            assert_eq!(at, local);
        }
        let midnight = clock::at(day, 0, 0);
        let sunday = clock::weekday(day) == 6;
        assert!(sunday || midnight == madrid.start_of_day(madrid.date_of(clock::at(day, 12, 0))));
    }
    for day in clock::MONTHS {
        let date = madrid.date_of(clock::at(day, 0, 0)).to_string();
        assert!(date.ends_with("-01"), "{date}");
    }
}

#[test]
fn the_same_for_ever() {
    assert_eq!(rows(), rows());
    assert_eq!(
        checksum(&rows()),
        1_159_438_577_165_605_865,
        "the sample has changed"
    );
    let small = Size {
        employees: 30,
        content: 10,
        shares: 100,
    };
    assert_ne!(rows_with(1, small), rows_with(2, small));
    assert_eq!(rows(), rows_with(SEED, Size::default()));
}

#[test]
fn survives_json() {
    let rows = rows_with(
        3,
        Size {
            employees: 40,
            content: 20,
            shares: 200,
        },
    );
    let json = serde_json::to_string(&rows).unwrap();
    assert_eq!(serde_json::from_str::<Rows>(&json).unwrap(), rows);
}

#[test]
fn builds_without_problems() {
    let rows = rows();
    assert_eq!(problems(&rows), []);
    let program = Program::from_rows(&rows).unwrap();
    assert_eq!(program.warnings(), []);
}

#[test]
fn builds_in_every_size() {
    for (seed, (employees, content, shares)) in (0..).zip([
        (0, 0, 0),
        (0, 5, 50),
        (1, 0, 50),
        (1, 1, 1),
        (2, 300, 40),
        (60, 17, 0),
        (130, 40, 900),
        (900, 60, 3_000),
    ]) {
        let rows = rows_with(
            seed,
            Size {
                employees,
                content,
                shares,
            },
        );
        assert_eq!(problems(&rows), [], "seed {seed}");
        assert_eq!(rows.content.len(), content as usize);
        assert_eq!(employees as usize, self::employees(&rows).count());
        let distinct: BTreeSet<_> = rows.shares.iter().map(|share| &share.id).collect();
        assert_eq!(
            distinct.len(),
            if employees > 0 { shares as usize } else { 0 }
        );
        check_shares(&rows);
        check_instants(&rows);
    }
    for seed in 10..16 {
        let rows = rows_with(
            seed,
            Size {
                employees: 150,
                content: 50,
                shares: 1_000,
            },
        );
        assert_eq!(problems(&rows), [], "seed {seed}");
        check_shares(&rows);
    }
}

#[test]
fn people_come_and_go() {
    let rows = rows();
    assert_eq!(employees(&rows).count(), 400);
    assert_eq!(rows.advocates.len(), 405);
    let distinct = |of: fn(&Advocate) -> &Option<String>| {
        employees(&rows).map(of).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(distinct(|advocate| &advocate.team), 12);
    assert_eq!(distinct(|advocate| &advocate.department), 5);
    assert_eq!(distinct(|advocate| &advocate.location), 4);
    let having = |has: fn(&Membership) -> bool| {
        employees(&rows)
            .filter(|advocate| advocate.memberships.iter().any(has))
            .count()
    };
    assert_within(having(|stay| stay.invited.is_some()), 330, 360);
    assert_within(having(|stay| stay.joined.is_some()), 225, 255);
    assert_within(
        having(|stay| stay.joined.is_some() && stay.left.is_some()),
        15,
        40,
    );
    assert_within(having(|stay| stay.hired.is_none()), 5, 40);
    assert_eq!(
        employees(&rows)
            .filter(|advocate| advocate.memberships.len() == 2)
            .count(),
        3
    );
    assert_within(
        employees(&rows)
            .filter(|advocate| !advocate.moves.is_empty())
            .count(),
        4,
        15,
    );
    assert_within(
        employees(&rows).filter(|advocate| advocate.opt_out).count(),
        3,
        12,
    );
    // Late joiners: a quarter or more after their invitation.
    let late = stays(&rows).filter(|stay| match (stay.invited, stay.joined) {
        (Some(invited), Some(joined)) => clock::day_of(joined) - clock::day_of(invited) > 90,
        _ => false,
    });
    assert_within(late.count(), 15, 60);
    for stay in stays(&rows) {
        let order = [stay.hired, stay.invited, stay.joined, stay.left];
        assert!(order.iter().flatten().is_sorted(), "{stay:?}");
        assert!(stay.invited.is_some() || stay.joined.is_none());
        assert!(
            stay.invited
                .is_none_or(|invited| clock::day_of(invited) >= LAUNCH)
        );
    }
}

#[test]
fn nothing_is_later_than_mid_january() {
    check_instants(&rows());
}

/// Every text that reads as an instant, wherever it is.
fn check_instants(rows: &Rows) {
    fn visit(value: &serde_json::Value, latest: &mut Option<Timestamp>) {
        match value {
            serde_json::Value::String(text) => {
                let at = Timestamp::parse(text, &crate::Zone::utc()).ok();
                *latest = (*latest).max(at);
            }
            serde_json::Value::Array(values) => values.iter().for_each(|v| visit(v, latest)),
            serde_json::Value::Object(values) => values.values().for_each(|v| visit(v, latest)),
            _ => {}
        }
    }
    let mut latest = None;
    visit(&serde_json::to_value(rows).unwrap(), &mut latest);
    assert!(
        latest.is_none_or(|latest| latest < clock::at(clock::LAST + 1, 0, 0)),
        "{latest:?}"
    );
}

#[test]
fn content_lives_legal_lives() {
    let rows = rows();
    assert_eq!((rows.content.len(), rows.campaigns.len()), (120, 8));
    let euro = Currency::new("EUR").unwrap();
    assert!(rows.campaigns.iter().all(|campaign| {
        campaign
            .cost
            .is_some_and(|cost| cost.minor > 0 && cost.currency == euro)
    }));
    let mut seen = BTreeSet::new();
    for item in &rows.content {
        seen.extend(item.status);
        for pair in item.status_changes.windows(2) {
            assert!(pair[0].at < pair[1].at && pair[0].status.can_become(pair[1].status));
        }
        assert_eq!(
            item.status,
            item.status_changes.last().map(|last| last.status)
        );
        let step = |status| {
            let step = item
                .status_changes
                .iter()
                .find(|step| step.status == status);
            step.map(|step| step.at)
        };
        if let Some(published) = step(ContentStatus::Published) {
            assert_eq!(item.published_at, Some(published));
        }
        assert_eq!(item.expires_at, step(ContentStatus::Expired));
        let campaign = item.campaign.as_ref().map(|id| {
            rows.campaigns
                .iter()
                .find(|campaign| campaign.id == *id)
                .unwrap()
        });
        if let Some(campaign) = campaign {
            assert!(campaign.starts_at <= item.published_at);
            assert!(item.published_at < campaign.ends_at);
        }
    }
    assert_eq!(seen.len(), ContentStatus::ALL.len());
    assert!(rows.content.iter().any(|item| item.topics.len() > 1));
    assert!(rows.content.iter().any(|item| item.campaign.is_none()));
}

/// Whether a stay of the advocate holds an instant.
fn is_member(advocate: &Advocate, at: Timestamp) -> bool {
    advocate.memberships.iter().any(|stay| {
        stay.joined.is_some_and(|joined| joined <= at) && stay.left.is_none_or(|left| at < left)
    })
}

fn check_shares(rows: &Rows) {
    let advocates: BTreeMap<&Id, &Advocate> = rows
        .advocates
        .iter()
        .map(|advocate| (&advocate.id, advocate))
        .collect();
    let content: BTreeMap<&Id, _> = rows.content.iter().map(|item| (&item.id, item)).collect();
    let mut accounts: BTreeMap<_, Vec<&Account>> = BTreeMap::new();
    for account in &rows.accounts {
        accounts
            .entry((&account.advocate, account.network.as_str()))
            .or_default()
            .push(account);
    }
    let mut without_account = 0;
    for share in &rows.shares {
        let at = share.shared_at;
        assert!((LAUNCH..END).contains(&clock::day_of(at)));
        assert!(is_member(advocates[&share.advocate], at), "{share:?}");
        if let Some(item) = share.content.as_ref().map(|id| content[id]) {
            assert!(
                item.published_at.is_some_and(|published| published <= at),
                "{share:?}"
            );
            assert!(
                item.expires_at.is_none_or(|expires| at < expires),
                "{share:?}"
            );
            let archived = item
                .status_changes
                .last()
                .filter(|last| last.status == ContentStatus::Archived);
            assert!(archived.is_none_or(|last| at < last.at), "{share:?}");
        }
        assert!(share.observed_at.is_none_or(|observed| at < observed));
        let own = accounts.get(&(&share.advocate, share.network.as_str()));
        let open = own.into_iter().flatten().filter(|account| {
            share.account.as_ref().is_none_or(|id| *id == account.id)
                && account.connected_at.is_none_or(|connected| connected <= at)
                && account
                    .disconnected_at
                    .is_none_or(|disconnected| at < disconnected)
        });
        match open.count() {
            0 => without_account += 1,
            1 => {}
            _ => panic!("{share:?} may be from several accounts"),
        }
    }
    assert!(
        without_account * 4 <= rows.shares.len() + 400,
        "{without_account}"
    );
    for activity in &rows.activities {
        assert!(
            is_member(advocates[&activity.advocate], activity.at),
            "{activity:?}"
        );
        let item = activity.content.as_ref().map(|id| content[id]);
        assert!(item.is_none_or(|item| item.published_at <= Some(activity.at)));
    }
}

#[test]
fn shares_are_those_of_members_and_of_published_items() {
    let rows = rows();
    check_shares(&rows);
    assert!(rows.shares[..8_000].is_sorted_by_key(|share| share.shared_at));
    assert_eq!(rows.shares[0].id, Some("s00001".into()));
    let count = |is: fn(&&Share) -> bool| rows.shares.iter().filter(is).count();
    assert_within(count(|share| share.removed), 80, 160);
    assert_within(count(|share| share.content.is_none()), 300, 700);
    assert_within(count(|share| share.paid), 40, 120);
    assert_within(count(|share| share.account.is_some()), 1, 500);
    assert_within(count(|share| share.observed_at.is_none()), 40, 160);
    let sharers: BTreeSet<_> = rows.shares.iter().map(|share| &share.advocate).collect();
    assert_within(sharers.len(), 150, 200);
    assert_within(rows.activities.len(), 5_500, 7_000);
    assert!(
        rows.activities
            .iter()
            .all(|activity| activity.action != Action::Share)
    );
    let brand: BTreeSet<_> = rows
        .brand_posts
        .iter()
        .map(|post| post.network.as_str())
        .collect();
    assert_eq!((rows.brand_posts.len(), brand.len()), (250, 4));
}

#[test]
fn one_share_is_observed_again() {
    let rows = rows();
    let mut by_id: BTreeMap<&Id, Vec<&Share>> = BTreeMap::new();
    for share in &rows.shares {
        by_id
            .entry(share.id.as_ref().unwrap())
            .or_default()
            .push(share);
    }
    let again: Vec<_> = by_id.values().filter(|shares| shares.len() > 1).collect();
    assert_eq!((by_id.len(), again.len()), (8_000, 1));
    let [before, after] = again[0][..] else {
        panic!("{again:?}")
    };
    assert!(before.observed_at.unwrap() < after.observed_at.unwrap());
    assert!(!before.removed && !after.removed);
    for &field in Field::ALL {
        let (before, after) = (before.counts.get(field), after.counts.get(field));
        assert!(
            before.is_none() && after.is_none() || before < after,
            "{field}"
        );
    }
    assert!(before.counts.follows.is_some());
}

#[test]
fn networks_tell_what_they_tell() {
    use Field::{Clicks, Comments, Impressions, Likes, Reach, Reshares};
    let rows = rows();
    let told: [(&str, &[Field]); 6] = [
        (
            "linkedin",
            &[Reach, Impressions, Likes, Comments, Reshares, Clicks],
        ),
        ("x", &[Impressions, Likes, Comments, Reshares, Clicks]),
        (
            "facebook",
            &[Reach, Impressions, Likes, Comments, Reshares, Clicks],
        ),
        ("instagram", &[Reach, Likes, Comments, Reshares]),
        ("xing", &[Likes, Comments]),
        ("bluesky", &[Likes, Comments, Reshares]),
    ];
    let mut seen = 0;
    for (network, fields) in told {
        let of: Vec<_> = rows
            .shares
            .iter()
            .filter(|share| share.network.as_str() == network)
            .collect();
        seen += of.len();
        assert!(of.len() > 50, "{network}: {}", of.len());
        for field in [Reach, Impressions, Likes, Comments, Reshares, Clicks] {
            let known = of
                .iter()
                .filter(|share| share.counts.get(field).is_some())
                .count();
            if fields.contains(&field) {
                // Nearly all; some are missing for no reason.
                assert!(known * 100 >= of.len() * 94, "{network} {field}: {known}");
            } else {
                assert_eq!(known, 0, "{network} {field}");
            }
        }
    }
    assert_eq!(seen, rows.shares.len());
    let gaps = rows.shares.iter().filter(|share| {
        share.network.as_str() == "linkedin"
            && share.observed_at.is_some()
            && share.counts.impressions.is_none()
    });
    assert!(gaps.count() > 0);
}

#[test]
fn rates_are_plausible() {
    let rows = rows();
    let sum = |field: Field| {
        let known = rows
            .shares
            .iter()
            .filter(|share| share.network.as_str() == "linkedin");
        known
            .filter_map(|share| share.counts.get(field))
            .sum::<u64>()
    };
    let impressions = sum(Field::Impressions);
    let parts = [
        Field::Likes,
        Field::Comments,
        Field::Reshares,
        Field::Clicks,
    ];
    let engagements: u64 = parts.map(sum).iter().sum();
    let per_mille = |count: u64| count * 1_000 / impressions;
    assert!(
        (20..=50).contains(&per_mille(engagements)),
        "{}",
        per_mille(engagements)
    );
    assert!((7..=15).contains(&per_mille(sum(Field::Clicks))));
    assert!(sum(Field::Reach) < impressions);
    let brand = |field: Field| {
        let known = rows
            .brand_posts
            .iter()
            .filter(|post| post.counts.impressions.is_some());
        known.filter_map(|post| post.counts.get(field)).sum::<u64>()
    };
    assert!(brand(Field::Likes) * impressions < sum(Field::Likes) * brand(Field::Impressions));
    let mean_reach = brand(Field::Reach) / 250;
    assert!(mean_reach > 2 * sum(Field::Reach) / 8_000, "{mean_reach}");
}

#[test]
fn the_launch_is_a_burst() {
    let rows = rows();
    let mut days = vec![0_usize; usize::try_from(END - LAUNCH).unwrap()];
    for share in &rows.shares {
        days[usize::try_from(clock::day_of(share.shared_at) - LAUNCH).unwrap()] += 1;
    }
    let weeks8: Vec<usize> = days.windows(56).map(|window| window.iter().sum()).collect();
    // No eight weeks that start after the first eight come near them.
    assert!(
        weeks8[56..].iter().all(|&later| later * 3 < weeks8[0] * 2),
        "{weeks8:?}"
    );
    let by_weekday = |weekday: usize| days.iter().skip(weekday).step_by(7).sum::<usize>();
    assert!(by_weekday(1) > 5 * by_weekday(6));
}

#[test]
fn followers_grow_and_some_were_seen_late_or_never() {
    let rows = rows();
    let mut seen: BTreeMap<&Id, Vec<(Timestamp, u64)>> = BTreeMap::new();
    for row in &rows.followers {
        seen.entry(&row.account)
            .or_default()
            .push((row.at, row.followers));
    }
    assert!(seen.values().all(|seen| seen.is_sorted()));
    assert!(
        seen.values()
            .all(|seen| seen.windows(2).all(|pair| pair[0].1 <= pair[1].1))
    );
    assert_within(rows.accounts.len() - seen.len(), 5, 60);
    let of = |share: &Share| {
        rows.accounts.iter().find(|account| {
            account.advocate == share.advocate
                && account.network == share.network
                && share.account.as_ref().is_none_or(|id| *id == account.id)
        })
    };
    let imputed = rows.shares.iter().filter(|share| {
        let seen = of(share).and_then(|account| seen.get(&account.id));
        seen.is_some_and(|seen| share.shared_at < seen[0].0)
    });
    assert_within(imputed.count(), 20, 800);
    for account in &rows.accounts {
        let owner = rows
            .advocates
            .iter()
            .find(|advocate| advocate.id == account.advocate)
            .unwrap();
        assert!(is_member(owner, account.connected_at.unwrap()));
    }
}

#[test]
fn headcounts_are_those_of_the_employees() {
    let rows = rows();
    let mut total = BTreeMap::new();
    let mut teams: BTreeMap<Timestamp, u64> = BTreeMap::new();
    for row in &rows.headcount {
        match &row.team {
            None => assert!(total.insert(row.at, row.employees).is_none()),
            Some(_) => *teams.entry(row.at).or_default() += row.employees,
        }
    }
    assert_eq!(total.len(), 19);
    assert_eq!(total, teams);
    for (&at, &count) in &total {
        let employed = employees(&rows).filter(|advocate| {
            advocate.memberships.iter().any(|stay| {
                stay.hired.is_none_or(|hired| hired <= at) && stay.left.is_none_or(|left| at < left)
            })
        });
        assert_eq!(random::wide(employed.count()), count);
        assert!((330..400).contains(&count));
    }
}

#[test]
fn a_workload_builds() {
    for shares in [0, 1, 999, 200_000] {
        let workload = Workload::new(shares, 7);
        let program = workload
            .frames()
            .into_iter()
            .fold(Program::builder(), |builder, (table, frame)| {
                builder.table(table, frame)
            });
        assert_eq!(program.clone().validate(), []);
        let program = program.build().unwrap();
        assert_eq!(program.warnings(), []);
        assert_eq!(program.share_rows(), shares);
        assert_eq!(program.advocate_count(), (shares / 100).max(1_000));
        assert_eq!(program.content_count(), 5_000);
    }
}

#[test]
fn a_workload_is_the_same_for_ever_and_in_shape() {
    const SHARES: usize = 200_000;
    let workload = Workload::new(SHARES, 7);
    assert_eq!(workload, Workload::new(SHARES, 7));
    assert_ne!(workload, Workload::new(SHARES, 8));
    assert!(workload.shared_at.is_sorted());
    let year = 1_735_689_600_000..1_735_689_600_000 + 364 * 86_400_000;
    assert!(workload.shared_at.iter().all(|at| year.contains(at)));
    assert!(workload.invited_at.iter().all(|at| *at <= year.start));
    let top = |column: &[u32], places: usize| {
        let mut counts = vec![0_usize; places];
        for &at in column {
            counts[at as usize] += 1;
        }
        counts.sort_unstable();
        counts.into_iter().rev().take(places / 100).sum::<usize>() * 100 / column.len()
    };
    // The busiest hundredth of advocates make a third of the shares or so.
    assert_within(top(&workload.advocate, 2_000), 20, 60);
    assert_within(top(&workload.content, 5_000), 40, 70);
    let most = |codes: &[u16]| codes.iter().max().copied();
    assert_eq!(most(&workload.team), Some(199));
    assert_eq!(most(&workload.topic), Some(49));
    assert_eq!(most(&workload.campaign), Some(19));
    assert_eq!(workload.kind.iter().max(), Some(&7));
    assert_eq!(workload.network.iter().max(), Some(&5));
    let sum = |column: &[u32]| column.iter().map(|&count| u64::from(count)).sum::<u64>();
    let per_share = |column: &[u32]| sum(column) * 1_000 / random::wide(SHARES);
    assert!((170_000..190_000).contains(&per_share(&workload.reach)));
    assert!((260_000..280_000).contains(&per_share(&workload.impressions)));
    assert!((5_200..5_600).contains(&per_share(&workload.likes)));
    assert!((2_600..2_800).contains(&per_share(&workload.clicks)));
    assert!((48..60).contains(&per_share(&workload.conversions)));
    let all = [
        &workload.advocate,
        &workload.content,
        &workload.reach,
        &workload.impressions,
        &workload.likes,
        &workload.comments,
        &workload.reshares,
        &workload.clicks,
        &workload.conversions,
        &workload.followers,
    ];
    let numbers = all.into_iter().flatten().map(|&number| i64::from(number));
    let more = workload.shared_at.iter().chain(&workload.revenue).copied();
    let codes = workload
        .network
        .iter()
        .chain(&workload.kind)
        .map(|&code| i64::from(code));
    let bytes: Vec<u8> = numbers
        .chain(more)
        .chain(codes)
        .flat_map(i64::to_le_bytes)
        .collect();
    assert_eq!(
        fnv(&bytes),
        5_168_534_587_264_600_028,
        "the workload has changed"
    );
}
