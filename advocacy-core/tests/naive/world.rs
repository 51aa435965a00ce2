//! Random programmes, periods and definitions, small enough to read when shrunk.

use advocacy_core::{
    Account, Action, Activity, Advocate, BrandPost, Campaign, Content, ContentKind, ContentStatus,
    Copy, Counts, Definitions, Dimension, Followers, Headcount, Membership, Mode, Move, Network,
    Period, QuestionKind, Rows, Share, Source, SurveyAnswers, SurveyQuestion, SurveyResponse,
    SurveyTurnout, Timestamp, WeekStart, Zone, survey,
};
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::Condition;

/// A programme and a question about it.
#[derive(Clone, Debug)]
pub struct World {
    pub zone: Zone,
    pub rows: Rows,
    pub period: Period,
    pub as_of: Timestamp,
    pub week_start: WeekStart,
    pub definitions: Definitions,
    pub dimensions: Vec<Dimension>,
    pub filter: Vec<Condition>,
}

/// A local day and a place in it; the edges of days come up often.
type When = (u16, u8);

const DAYS: u16 = 300;
const NETWORKS: [&str; 3] = ["linkedin", "x", "our_forum"];
const TEAMS: [&str; 3] = ["Sales", "Legal", "R&D"];
const PLACES: [&str; 2] = ["Madrid", "Oslo"];
const KINDS: [&str; 3] = ["article", "video", "job_posting"];
const TOPICS: [&str; 3] = ["ai", "cloud", "people"];

pub const ZONES: [&str; 4] = [
    "UTC",
    "Europe/Madrid",
    "America/New_York",
    "Pacific/Auckland",
];

fn when() -> impl Strategy<Value = When> {
    // Days cluster, so that windows of some days are often just met or missed.
    let day = prop_oneof![0..DAYS, 90..190_u16, (0..10_u16).prop_map(|at| at * 30)];
    (day, prop_oneof![Just(0_u8), 0..8_u8])
}

fn instant(zone: &Zone, (day, place): When) -> i64 {
    const HOUR: i64 = 3_600_000_000;
    let date = NaiveDate::from_ymd_opt(2024, 12, 16).unwrap() + TimeDelta::days(day.into());
    let midnight = zone.start_of_day(date).micros();
    midnight
        + match place {
            0 => 12 * HOUR,
            1 => 0,
            2 => -1,
            3 => 1,
            4 => 2 * HOUR + HOUR / 2,
            5 => 23 * HOUR + HOUR / 2,
            6 => 9 * HOUR + 123_456,
            _ => 18 * HOUR,
        }
}

pub fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

#[derive(Clone, Debug)]
struct AdvocateSpec {
    team: Option<usize>,
    department: Option<usize>,
    location: Option<usize>,
    grades: Vec<usize>,
    external: bool,
    /// Gap before, then steps between hired, invited, joined, left.
    stays: Vec<StaySpec>,
    moves: Vec<(When, Option<usize>, Option<usize>)>,
}

#[derive(Clone, Debug)]
struct StaySpec {
    from: u16,
    place: u8,
    hired: bool,
    invited: Option<u16>,
    joined: Option<u16>,
    swap: bool,
    lasts: Option<u16>,
}

fn stay() -> impl Strategy<Value = StaySpec> {
    (
        (0..200_u16, 0..8_u8),
        any::<bool>(),
        prop::option::weighted(0.6, 0..40_u16),
        prop::option::weighted(0.8, 0..40_u16),
        prop::bool::weighted(0.1),
        prop::option::weighted(0.4, 0..120_u16),
    )
        .prop_map(
            |((from, place), hired, invited, joined, swap, lasts)| StaySpec {
                from,
                place,
                hired,
                invited,
                joined,
                swap,
                lasts,
            },
        )
}

fn advocate() -> impl Strategy<Value = AdvocateSpec> {
    (
        (
            prop::option::weighted(0.8, 0..TEAMS.len()),
            prop::option::weighted(0.5, 0..2_usize),
            prop::option::weighted(0.5, 0..PLACES.len()),
        ),
        prop::collection::vec(0..2_usize, 0..3),
        prop::bool::weighted(0.15),
        prop_oneof![
            1 => prop::collection::vec(stay(), 0..1),
            6 => prop::collection::vec(stay(), 1..2),
            3 => prop::collection::vec(stay(), 2..4),
        ],
        prop::collection::vec(
            (
                when(),
                prop::option::weighted(0.7, 0..TEAMS.len()),
                prop::option::of(0..PLACES.len()),
            ),
            0..3,
        ),
    )
        .prop_map(
            |((team, department, location), grades, external, stays, moves)| AdvocateSpec {
                team,
                department,
                location,
                grades,
                external,
                stays,
                moves,
            },
        )
}

fn build_advocate(index: usize, spec: &AdvocateSpec, zone: &Zone) -> Advocate {
    let mut advocate = Advocate::new(i64::try_from(index).unwrap() + 1);
    advocate.team = spec.team.map(|at| TEAMS[at].to_owned());
    advocate.department = spec.department.map(|at| ["North", "South"][at].to_owned());
    advocate.location = spec.location.map(|at| PLACES[at].to_owned());
    advocate.external = spec.external;
    if !spec.grades.is_empty() {
        let grades = spec
            .grades
            .iter()
            .map(|at| ["junior", "senior"][*at].to_owned())
            .collect();
        advocate.tags.insert("grade".to_owned(), grades);
    }
    let mut from = 0_u16;
    let last = spec.stays.len().saturating_sub(1);
    for (at_stay, stay) in spec.stays.iter().enumerate() {
        from += stay.from;
        let start = instant(zone, (from, stay.place));
        let after = |days: u16| start + i64::from(days) * 86_400_000_000;
        let mut invited = stay.invited.map(after);
        let mut joined = stay
            .joined
            .map(|days| after(days.saturating_add(stay.invited.unwrap_or(0))));
        if stay.swap {
            (invited, joined) = (joined, invited);
        }
        let latest = invited.into_iter().chain(joined).max().unwrap_or(start);
        let mut left = stay
            .lasts
            .map(|days| latest + i64::from(days) * 86_400_000_000);
        // Only the last stay may be open, and only a first may begin in the dark.
        if at_stay < last && left.is_none() {
            left = Some(latest + 86_400_000_000);
        }
        let dark = at_stay == 0 && !stay.hired;
        advocate.memberships.push(Membership {
            hired: (!dark).then(|| at(start)),
            invited: invited.map(at),
            joined: joined.map(at),
            left: left.map(at),
        });
        from = from.max(
            u16::try_from(left.map_or(0, |left| {
                (left - instant(zone, (0, 1))) / 86_400_000_000 + 2
            }))
            .unwrap(),
        );
    }
    let mut taken = Vec::new();
    for (moment, team, location) in &spec.moves {
        let moment = instant(zone, *moment);
        if taken.contains(&moment) {
            continue;
        }
        taken.push(moment);
        advocate.moves.push(Move {
            at: at(moment),
            team: team.map(|at| TEAMS[at].to_owned()),
            department: None,
            location: location.map(|at| PLACES[at].to_owned()),
        });
    }
    advocate
}

#[derive(Clone, Debug)]
struct ContentSpec {
    kind: Option<usize>,
    topics: Vec<usize>,
    source: Option<usize>,
    campaign: Option<usize>,
    status: u8,
    published: Option<When>,
    lasts: Option<u16>,
    tone: Option<usize>,
}

fn content() -> impl Strategy<Value = ContentSpec> {
    (
        prop::option::weighted(0.8, 0..KINDS.len()),
        prop::collection::vec(0..TOPICS.len(), 0..4),
        prop::option::weighted(0.6, 0..3_usize),
        prop::option::weighted(0.4, 0..2_usize),
        prop_oneof![3 => Just(0_u8), 1 => 0..8_u8],
        prop::option::weighted(0.8, when()),
        prop::option::weighted(0.4, 0..90_u16),
        prop::option::of(0..2_usize),
    )
        .prop_map(
            |(kind, topics, source, campaign, status, published, lasts, tone)| ContentSpec {
                kind,
                topics,
                source,
                campaign,
                status,
                published,
                lasts,
                tone,
            },
        )
}

fn build_content(index: usize, spec: &ContentSpec, zone: &Zone) -> Content {
    let mut content = Content::new(format!("c{index}"));
    content.kind = spec.kind.map(|at| ContentKind::new(KINDS[at]).unwrap());
    content.topics = spec
        .topics
        .iter()
        .map(|at| TOPICS[*at].to_owned())
        .collect();
    content.source = spec.source.map(|at| Source::ALL[at]);
    content.campaign = spec.campaign.map(|at| format!("k{at}").into());
    if let (Some(at), true) = (spec.tone, spec.topics.len() > 1) {
        content.hashtags.push(["work", "fun"][at].to_owned());
    }
    content.status = match spec.status {
        0 => None,
        at => Some(ContentStatus::ALL[usize::from(at) - 1]),
    };
    let published = spec.published.map(|moment| instant(zone, moment));
    content.published_at = published.map(at);
    content.expires_at = spec.lasts.map(|days| {
        let from = published.unwrap_or_else(|| instant(zone, (90, 0)));
        at(from + i64::from(days) * 86_400_000_000 + 1)
    });
    if let Some(at) = spec.tone {
        content
            .tags
            .insert("tone".to_owned(), vec![["warm", "dry"][at].to_owned()]);
    }
    content
}

fn count(most: u64) -> impl Strategy<Value = Option<u64>> {
    prop_oneof![
        3 => (0..=most).prop_map(Some),
        1 => Just(Some(0)),
        1 => Just(None),
    ]
}

fn counts() -> impl Strategy<Value = Counts> {
    let parts = (count(60), count(20), count(10), count(40), count(5));
    let rest = (
        count(900),
        count(5_000),
        count(6),
        count(100_000),
        count(150),
        count(120),
    );
    (parts, rest, any::<bool>()).prop_map(|(parts, rest, blank)| {
        let (likes, comments, reshares, clicks, follows) = parts;
        let (reach, impressions, conversions, revenue, engagements, engaged) = rest;
        if blank && likes == Some(0) {
            return Counts::default();
        }
        Counts {
            reach,
            impressions,
            likes,
            comments,
            reshares,
            clicks,
            follows,
            conversions,
            revenue,
            engagements,
            engaged,
            followers: None,
        }
    })
}

#[derive(Clone, Debug)]
struct ShareSpec {
    advocate: usize,
    content: Option<usize>,
    network: usize,
    at: When,
    account: Option<usize>,
    /// Observations: after how many days, if stated, with what flags and counts.
    seen: Vec<(Option<u16>, u8, Counts)>,
}

fn share() -> impl Strategy<Value = ShareSpec> {
    let seen = (
        prop::option::weighted(0.5, 0..120_u16),
        any::<u8>(),
        counts(),
    )
        .boxed();
    (
        0..12_usize,
        prop::option::weighted(0.8, 0..8_usize),
        0..NETWORKS.len(),
        when(),
        prop::option::weighted(0.3, 0..20_usize),
        prop_oneof![
            6 => prop::collection::vec(seen.clone(), 1..2),
            2 => prop::collection::vec(seen, 2..4),
        ],
    )
        .prop_map(
            |(advocate, content, network, at, account, seen)| ShareSpec {
                advocate,
                content,
                network,
                at,
                account,
                seen,
            },
        )
}

fn build_share(index: usize, spec: &ShareSpec, world: &Rows, zone: &Zone, out: &mut Vec<Share>) {
    let advocates = &world.advocates;
    let advocate = advocates[spec.advocate % advocates.len()].id.clone();
    let network = Network::new(NETWORKS[spec.network]).unwrap();
    let content = spec
        .content
        .and_then(|at| world.content.get(at))
        .map(|item| item.id.clone());
    let own: Vec<&Account> = world
        .accounts
        .iter()
        .filter(|account| account.advocate == advocate && account.network == network)
        .collect();
    let account = spec
        .account
        .filter(|_| !own.is_empty())
        .map(|at| own[at % own.len()].id.clone());
    let shared = instant(zone, spec.at);
    let mut observed = Vec::new();
    for (after, flags, counts) in &spec.seen {
        let seen = after.map(|days| shared + i64::from(days) * 86_400_000_000);
        if observed.contains(&seen) {
            continue;
        }
        observed.push(seen);
        let once = spec.seen.len() == 1;
        out.push(Share {
            id: (!once || flags & 1 == 1).then(|| format!("s{index}").into()),
            advocate: advocate.clone(),
            content: content.clone(),
            network: network.clone(),
            shared_at: at(shared),
            observed_at: seen.map(at),
            removed: flags & 0b1110 == 0b1110,
            confirmed: [None, Some(true), Some(false), Some(true)][usize::from(flags >> 4 & 3)],
            account: account.clone(),
            copy: [
                None,
                Some(Copy::Own),
                Some(Copy::Suggested),
                Some(Copy::Own),
            ][usize::from(flags >> 6 & 3)],
            mode: [
                None,
                Some(Mode::Manual),
                Some(Mode::Automated),
                Some(Mode::Manual),
            ][usize::from(flags >> 1 & 3)],
            paid: flags & 0b11_0000 == 0b11_0000,
            counts: *counts,
        });
    }
}

type ActivitySpec = (usize, usize, When, Option<usize>);
type AccountSpec = (usize, usize, Option<When>, Option<u16>);
type FollowerSpec = (usize, When, u64);
type BrandSpec = (usize, When, u8, Counts, Option<u16>);
type HeadcountSpec = (When, u64, u8);
/// Who, which wave, which question, when, the answer, its weight, which team.
type ResponseSpec = (
    Option<usize>,
    Option<usize>,
    usize,
    When,
    Option<u8>,
    Option<u8>,
    Option<usize>,
);
type TurnoutSpec = (
    Option<usize>,
    Option<usize>,
    When,
    [Option<u64>; 3],
    Option<usize>,
);
type Surveys = (Vec<ResponseSpec>, Vec<TurnoutSpec>);

const WAVES: [&str; 3] = ["spring", "autumn", "pulse 7"];

/// The questions of every programme: each kind, two scales of one.
fn questions() -> Vec<SurveyQuestion> {
    let question = |id: &str, kind, scale: Option<(f64, f64)>| SurveyQuestion {
        id: id.to_owned(),
        kind,
        min: scale.map(|scale| scale.0),
        max: scale.map(|scale| scale.1),
        passive_from: None,
        promoter_from: None,
        favourable_from: None,
    };
    let mut five = question("five", QuestionKind::NetScore, Some((1.0, 5.0)));
    (five.passive_from, five.promoter_from) = (Some(4.0), Some(5.0));
    let mut proud = question("proud", QuestionKind::Agreement, None);
    proud.favourable_from = Some(3.5);
    vec![
        question("enps", QuestionKind::Enps, None),
        five,
        question("work", QuestionKind::Satisfaction, None),
        question("pay", QuestionKind::Satisfaction, Some((1.0, 10.0))),
        proud,
    ]
}

fn surveys() -> impl Strategy<Value = Surveys> {
    let who = || prop::option::weighted(0.7, 0..14_usize);
    let response = (
        who(),
        prop::option::weighted(0.8, 0..WAVES.len()),
        0..5_usize,
        when(),
        prop::option::weighted(0.9, 0..=20_u8),
        prop::option::weighted(0.2, 0..4_u8),
        prop::option::weighted(0.2, 0..TEAMS.len()),
    );
    let turnout = (
        who(),
        prop::option::weighted(0.8, 0..WAVES.len()),
        when(),
        [count(40), count(40), count(40)],
        prop::option::weighted(0.4, 0..TEAMS.len()),
    );
    prop_oneof![
        1 => Just((Vec::new(), Vec::new())),
        3 => (
            prop::collection::vec(response, 0..40),
            prop::collection::vec(turnout, 0..10),
        ),
    ]
}

fn build_surveys(zone: &Zone, rows: &mut Rows, (responses, turnout): &Surveys) {
    rows.questions = questions();
    // Some of those surveyed are not in the programme.
    let id = |at: usize| {
        rows.advocates
            .get(at)
            .map_or_else(|| format!("o{at}").into(), |a| a.id.clone())
    };
    let named = |names: &[&str], at: &Option<usize>| at.map(|at| names[at].to_owned());
    let mut said = Vec::new();
    for (who, wave, question, moment, score, weight, team) in responses {
        let asked = &rows.questions[*question];
        let kind = (*question > 0 || *moment == (0, 0)).then(|| asked.id.clone());
        let (min, max) = (
            asked.min.unwrap_or(if *question == 0 { 0.0 } else { 1.0 }),
            asked.max.unwrap_or(if *question == 0 { 10.0 } else { 5.0 }),
        );
        // Halves, within the scale.
        let score = score.map(|halves| (min + f64::from(halves) / 2.0).min(max));
        let moment = instant(zone, *moment);
        let once = (*who, *wave, *question, moment);
        if who.is_some() && said.contains(&once) {
            continue;
        }
        said.push(once);
        rows.responses.push(SurveyResponse {
            wave: named(&WAVES, wave),
            question: kind,
            respondent: who.map(id),
            weight: weight.map(|halves| f64::from(halves) / 2.0),
            team: named(&TEAMS, team),
            ..SurveyResponse::new(at(moment), score)
        });
    }
    for (who, wave, moment, [eligible, starts, completes], team) in turnout {
        rows.turnout.push(SurveyTurnout {
            asked_at: at(instant(zone, *moment)),
            wave: named(&WAVES, wave),
            respondent: who.map(id),
            eligible: *eligible,
            starts: *starts,
            completes: *completes,
            team: named(&TEAMS, team),
            department: None,
            location: None,
        });
    }
}

pub type Facts = (
    Vec<ShareSpecOpaque>,
    Vec<ActivitySpec>,
    Vec<AccountSpec>,
    Vec<FollowerSpec>,
    Vec<BrandSpec>,
    Vec<HeadcountSpec>,
);

/// A share not yet tied to a programme.
#[derive(Clone, Debug)]
pub struct ShareSpecOpaque(ShareSpec);

fn facts() -> impl Strategy<Value = Facts> {
    (
        prop::collection::vec(share().prop_map(ShareSpecOpaque), 0..=60),
        prop::collection::vec(
            (
                0..12_usize,
                0..6_usize,
                when(),
                prop::option::of(0..8_usize),
            ),
            0..20,
        ),
        prop::collection::vec(
            (
                0..12_usize,
                0..NETWORKS.len(),
                prop::option::weighted(0.7, when()),
                prop::option::weighted(0.3, 0..120_u16),
            ),
            0..14,
        ),
        prop::collection::vec((0..14_usize, when(), 0..5_000_u64), 0..20),
        prop::collection::vec(
            (
                0..NETWORKS.len(),
                when(),
                any::<u8>(),
                counts(),
                prop::option::of(0..60_u16),
            ),
            0..8,
        ),
        prop_oneof![
            3 => prop::collection::vec((when(), 0..30_u64, 0..6_u8), 0..1),
            1 => prop::collection::vec((when(), 0..30_u64, 0..6_u8), 1..6),
        ],
    )
}

fn build_rows(
    zone: &Zone,
    advocates: &[AdvocateSpec],
    content: &[ContentSpec],
    facts: &Facts,
) -> Rows {
    let mut rows = Rows::default();
    for (index, spec) in advocates.iter().enumerate() {
        rows.advocates.push(build_advocate(index, spec, zone));
    }
    for index in 0..2 {
        rows.campaigns.push(Campaign {
            id: format!("k{index}").into(),
            name: None,
            goal: None,
            starts_at: None,
            ends_at: None,
            hashtags: if index == 0 {
                vec!["launch".to_owned()]
            } else {
                Vec::new()
            },
            cost: None,
        });
    }
    for (index, spec) in content.iter().enumerate() {
        rows.content.push(build_content(index, spec, zone));
    }
    let (shares, activities, accounts, followers, brand, headcount) = facts;
    if !rows.advocates.is_empty() {
        let who = |index: usize| rows.advocates[index % rows.advocates.len()].id.clone();
        for (index, (advocate, network, connected, lasts)) in accounts.iter().enumerate() {
            let connected = connected.map(|moment| instant(zone, moment));
            rows.accounts.push(Account {
                id: format!("a{index}").into(),
                advocate: who(*advocate),
                network: Network::new(NETWORKS[*network]).unwrap(),
                connected_at: connected.map(at),
                disconnected_at: lasts.map(|days| {
                    let from = connected.unwrap_or_else(|| instant(zone, (60, 1)));
                    at(from + i64::from(days) * 86_400_000_000)
                }),
            });
        }
        for (advocate, action, moment, content) in activities {
            let actions: Vec<Action> = Action::ALL
                .iter()
                .copied()
                .filter(|action| *action != Action::Share)
                .collect();
            rows.activities.push(Activity {
                advocate: who(*advocate),
                action: actions[action % actions.len()],
                at: at(instant(zone, *moment)),
                content: content
                    .and_then(|at| rows.content.get(at))
                    .map(|item| item.id.clone()),
            });
        }
        let mut out = Vec::new();
        for (index, spec) in shares.iter().enumerate() {
            build_share(index, &spec.0, &rows, zone, &mut out);
        }
        rows.shares = out;
    }
    if !rows.accounts.is_empty() {
        let mut seen = Vec::new();
        for (account, moment, followers) in followers {
            let account = rows.accounts[account % rows.accounts.len()].id.clone();
            let moment = instant(zone, *moment);
            if seen.contains(&(account.clone(), moment)) {
                continue;
            }
            seen.push((account.clone(), moment));
            rows.followers.push(Followers {
                account,
                at: at(moment),
                followers: *followers,
            });
        }
    }
    for (index, (network, moment, flags, counts, observed)) in brand.iter().enumerate() {
        let published = instant(zone, *moment);
        let mut counts = *counts;
        counts.followers = counts.engaged;
        rows.brand_posts.push(BrandPost {
            id: (flags & 1 == 1).then(|| format!("b{index}").into()),
            network: Network::new(NETWORKS[*network]).unwrap(),
            published_at: at(published),
            observed_at: observed.map(|days| at(published + i64::from(days) * 86_400_000_000)),
            removed: flags & 0b1110 == 0b1110,
            paid: flags & 0b11_0000 == 0b11_0000,
            counts,
        });
    }
    let mut seen = Vec::new();
    for (moment, employees, part) in headcount {
        let moment = instant(zone, *moment);
        let part = if *part == 4 { &0 } else { part };
        if seen.contains(&(moment, *part)) {
            continue;
        }
        seen.push((moment, *part));
        rows.headcount.push(Headcount {
            at: at(moment),
            employees: *employees,
            team: (1..4)
                .contains(part)
                .then(|| TEAMS[usize::from(*part) - 1].to_owned()),
            department: None,
            location: (*part == 5).then(|| PLACES[0].to_owned()),
        });
    }
    rows
}

/// Any of the periods worth asking about.
fn period(zone: &Zone, (kind, index, length): (u8, u16, u16)) -> Period {
    let date = NaiveDate::from_ymd_opt(2024, 12, 16).unwrap() + TimeDelta::days(index.into());
    match kind {
        0 => Period::quarter(2025, u32::from(index) % 4 + 1, zone),
        1 => Period::month(2025, u32::from(index) % 12 + 1, zone),
        2 => Period::week_of(date, WeekStart::Monday, zone),
        3 => Period::day(date, zone),
        4 => Period::between(date, date + TimeDelta::days(i64::from(length) + 1), zone),
        7 => Period::month(2024, 12, zone),
        5 => Period::rolling(u32::from(length) + 1, date, zone),
        _ => Period::year(2025, zone),
    }
    .unwrap()
}

/// Dimensions to split by, none to two of them.
pub fn dimensions() -> impl Strategy<Value = Vec<Dimension>> {
    let one = prop_oneof![
        Just(Dimension::Network),
        Just(Dimension::Team),
        Just(Dimension::Kind),
        Just(Dimension::Topic),
        Just(Dimension::Copy),
        Just(Dimension::Week),
        Just(Dimension::Month),
        Just(Dimension::Advocate),
        Just(Dimension::Content),
        Just(Dimension::Mode),
        Just(Dimension::Source),
        Just(Dimension::Campaign),
        Just(Dimension::Hashtag),
        Just(Dimension::Department),
        Just(Dimension::Location),
        Just(Dimension::Cohort),
        Just(Dimension::Quarter),
        Just(Dimension::Wave),
        Just(Dimension::Question),
        Just(Dimension::Tag("grade".to_owned())),
        Just(Dimension::Tag("tone".to_owned())),
    ];
    prop_oneof![
        1 => Just(Vec::new()),
        3 => one.clone().prop_map(|only| vec![only]),
        2 => (one.clone(), one).prop_filter_map("twice the same", |(a, b)| (a != b).then(|| vec![a, b])),
    ]
}

/// Conditions to narrow by, seldom any.
pub fn filter() -> impl Strategy<Value = Vec<Condition>> {
    let pools: [(Dimension, &[&str]); 15] = [
        (Dimension::Network, &NETWORKS),
        (Dimension::Team, &TEAMS),
        (Dimension::Department, &["North", "South"]),
        (Dimension::Location, &PLACES),
        (Dimension::Advocate, &["1", "2", "3"]),
        (Dimension::Content, &["c0", "c1", "c2"]),
        (Dimension::Kind, &KINDS),
        (Dimension::Topic, &TOPICS),
        (Dimension::Source, &["owned", "curated"]),
        (Dimension::Campaign, &["k0", "k1"]),
        (Dimension::Hashtag, &["launch", "work"]),
        (Dimension::Copy, &["own", "suggested"]),
        (Dimension::Wave, &WAVES),
        (Dimension::Question, &["enps", "work", "proud"]),
        (Dimension::Cohort, &["2024-12", "2025-01", "2025-03"]),
    ];
    let one = prop::sample::select(pools.to_vec()).prop_flat_map(|(dimension, pool)| {
        let mut values: Vec<Option<String>> = vec![None];
        values.extend(pool.iter().map(|name| Some((*name).to_owned())));
        (
            prop::sample::subsequence(values, 1..3),
            prop::bool::weighted(0.3),
        )
            .prop_map(move |(values, except)| Condition {
                dimension: dimension.clone(),
                values,
                except,
            })
    });
    prop_oneof![
        5 => Just(Vec::new()),
        2 => prop::collection::vec(one, 1..3),
    ]
}

/// Definitions of which about one option in eight is not the default.
pub fn definitions() -> impl Strategy<Value = Definitions> {
    let mut each = Vec::new();
    for option in Definitions::options() {
        let choices: Vec<String> = match option.id {
            // Without seats there is nothing to divide by; they are stated with the choice.
            "activation_days" | "dormancy_days" => ["0", "1", "7", "60"].map(String::from).to_vec(),
            "active_actions" => ["share+login", "view", "login+open+view+connect"]
                .map(String::from)
                .to_vec(),
            "active_minimum" => ["2", "3"].map(String::from).to_vec(),
            "first_share_quantile" => ["0.25", "0.75", "0.1"].map(String::from).to_vec(),
            "retention_grain" => ["day", "week", "month", "quarter"]
                .map(String::from)
                .to_vec(),
            "retention_age" => ["0", "2", "3"].map(String::from).to_vec(),
            "universe" => ["1000", "100000"].map(String::from).to_vec(),
            "licensed_seats" => ["0", "5", "40"].map(String::from).to_vec(),
            "engagement_set" => [
                "social",
                "everyonesocial+follows",
                "platform",
                "engaged",
                "likes+2.5*comments",
                "all",
            ]
            .map(String::from)
            .to_vec(),
            "mix_dimension" => ["source", "campaign"].map(String::from).to_vec(),
            "confidence" => ["0.9"].map(String::from).to_vec(),
            // Nobody is active or seated at a step's end: that is an error.
            "active_participation_denominator" => ["employees", "invited", "connected"]
                .map(String::from)
                .to_vec(),
            _ => option.choices.iter().map(ToString::to_string).collect(),
        };
        assert!(!choices.is_empty(), "{} has no choices here", option.id);
        let id = option.id;
        each.push(
            prop::option::weighted(0.15, prop::sample::select(choices))
                .prop_map(move |choice| choice.map(|choice| (id, choice))),
        );
    }
    each.prop_map(|chosen| {
        let mut definitions = Definitions::default();
        let mut seats = false;
        for (option, choice) in chosen.into_iter().flatten() {
            seats |= choice == "seats";
            definitions.set(option, &choice).unwrap();
        }
        // Anonymous answers, of which there always are, would be an error.
        if definitions.survey_answers == SurveyAnswers::Latest {
            definitions.survey_anonymous = survey::Anonymous::Count;
        }
        if seats && definitions.licensed_seats.is_none() {
            definitions.licensed_seats = Some(20);
        }
        definitions
    })
}

/// A programme and a question about it.
pub fn world() -> impl Strategy<Value = World> {
    let people = prop::collection::vec(advocate(), 0..=12);
    let items = prop::collection::vec(content(), 0..=8);
    let question = (
        0..ZONES.len(),
        (0..8_u8, 0..DAYS, 0..60_u16),
        prop_oneof![1 => when().prop_map(Some), 1 => Just(None)],
        -1..=1_i64,
        prop::bool::weighted(0.1),
    );
    (
        question,
        people,
        items,
        (facts(), surveys()),
        definitions(),
        (dimensions(), filter()),
    )
        .prop_map(
            |((zone, asked, as_of, nudge, sunday), people, items, facts, definitions, split)| {
                let (dimensions, filter) = split;
                let zone = Zone::named(ZONES[zone]).unwrap();
                let (facts, surveys) = facts;
                let mut rows = build_rows(&zone, &people, &items, &facts);
                build_surveys(&zone, &mut rows, &surveys);
                let period = period(&zone, asked);
                // Any instant, or close to the end.
                let as_of = match as_of {
                    Some(moment) => at(instant(&zone, moment)),
                    None => at(period.end().micros() - 1 + nudge),
                };
                let mut dimensions = dimensions;
                // A tag nobody has is an error, not a dimension.
                dimensions.retain(|dimension| match dimension {
                    Dimension::Tag(tag) => {
                        rows.advocates.iter().any(|who| who.tags.contains_key(tag))
                            || rows.content.iter().any(|item| item.tags.contains_key(tag))
                    }
                    _ => true,
                });
                let week_start = if sunday {
                    WeekStart::Sunday
                } else {
                    WeekStart::Monday
                };
                World {
                    zone,
                    rows,
                    period,
                    as_of,
                    week_start,
                    definitions,
                    dimensions,
                    filter,
                }
            },
        )
}
