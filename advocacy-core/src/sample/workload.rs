//! Columns for benchmarks.

use std::fmt;

use crate::model::column::{Buffer, Codes, Column, Data, TimeUnit};
use crate::model::frame::Frame;

use super::random::{Random, exponential, minus_log2, wide};

/// 2025-01-01T00:00:00Z in milliseconds.
const START: i64 = 1_735_689_600_000;
const DAY: u64 = 86_400_000;
const SPAN: u64 = 364 * DAY;

const TEAMS: u16 = 200;
const ITEMS: u32 = 5_000;
const KINDS: [&str; 8] = [
    "article",
    "job_posting",
    "product_news",
    "company_news",
    "case_study",
    "event",
    "video",
    "image",
];
const TOPICS: u16 = 50;
const CAMPAIGNS: u16 = 20;
/// Six networks and their shares, in hundredths.
const NETWORKS: [(&str, u64); 6] = [
    ("linkedin", 50),
    ("x", 20),
    ("facebook", 15),
    ("instagram", 8),
    ("xing", 5),
    ("bluesky", 2),
];

/// A year of shares as plain columns: the reference workload.
///
/// One advocate for every hundred shares (at least 1,000) with heavy-tailed
/// activity, 5,000 content items with heavy-tailed popularity, six networks,
/// 364 days from 2025-01-01. Shares are sorted by time. Integers alone make
/// it, so a seed gives the same columns on every target.
///
/// ```
/// use advocacy_core::{Program, sample::Workload};
///
/// let workload = Workload::new(10_000, 7);
/// let builder = Program::builder();
/// let program = workload
///     .frames()
///     .into_iter()
///     .fold(builder, |builder, (table, frame)| builder.table(table, frame))
///     .build()?;
/// assert_eq!(program.share_rows(), 10_000);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Workload {
    /// Of each share, the advocate: a place among the advocates.
    pub advocate: Vec<u32>,
    /// Of each share, the content item: a place among the items.
    pub content: Vec<u32>,
    /// Of each share, the network, one of six.
    pub network: Vec<u8>,
    /// Of each share, the time: milliseconds since 1970, ascending.
    pub shared_at: Vec<i64>,
    /// Of each share, unique people who saw it.
    pub reach: Vec<u32>,
    /// Of each share, the times it was shown.
    pub impressions: Vec<u32>,
    /// Of each share, the likes.
    pub likes: Vec<u32>,
    /// Of each share, the comments.
    pub comments: Vec<u32>,
    /// Of each share, its reshares.
    pub reshares: Vec<u32>,
    /// Of each share, the clicks.
    pub clicks: Vec<u32>,
    /// Of each share, the conversions.
    pub conversions: Vec<u32>,
    /// Of each share, the value of those conversions in minor units.
    pub revenue: Vec<i64>,
    /// Advocates' ids: 0, 1, 2, …
    pub advocate_ids: Vec<u32>,
    /// Of each advocate, the team, one of 200.
    pub team: Vec<u16>,
    /// Of each advocate, the followers. In no frame: an advocate's followers
    /// are their accounts', of which the workload has none.
    pub followers: Vec<u32>,
    /// Of each advocate, the invitation: milliseconds since 1970.
    pub invited_at: Vec<i64>,
    /// Content items' ids: 0, 1, 2, …
    pub content_ids: Vec<u32>,
    /// Of each item, the kind, one of eight.
    pub kind: Vec<u8>,
    /// Of each item, the topic, one of 50.
    pub topic: Vec<u16>,
    /// Of each item, the campaign: a place among the campaigns.
    pub campaign: Vec<u16>,
    /// Campaigns' ids: 0, 1, 2, …
    pub campaign_ids: Vec<u32>,
}

impl Workload {
    /// A workload of that many shares.
    #[must_use]
    pub fn new(shares: usize, seed: u64) -> Self {
        let mut workload = Self::default();
        workload.add_people(&mut Random::new(seed, 101), shares);
        workload.add_items(&mut Random::new(seed, 102));
        workload.add_shares(&mut Random::new(seed, 103), shares);
        workload
    }

    fn add_people(&mut self, random: &mut Random, shares: usize) {
        let count = u32::try_from(shares / 100).unwrap_or(u32::MAX).max(1_000);
        self.advocate_ids = (0..count).collect();
        for _ in 0..count {
            self.team.push(random.below_u16(TEAMS));
            self.followers.push(gamma(random.next(), 320));
            self.invited_at
                .push(START.saturating_sub_unsigned(random.below(90 * DAY)));
        }
    }

    fn add_items(&mut self, random: &mut Random) {
        self.content_ids = (0..ITEMS).collect();
        self.campaign_ids = (0..CAMPAIGNS.into()).collect();
        for _ in 0..ITEMS {
            self.kind.push((random.below_u16(8) & 0xFF) as u8);
            self.topic.push(random.below_u16(TOPICS));
            self.campaign.push(random.below_u16(CAMPAIGNS));
        }
    }

    fn add_shares(&mut self, random: &mut Random, shares: usize) {
        self.reserve(shares);
        let advocates = Alias::new(&activity(random, self.advocate_ids.len()));
        let networks: Vec<u8> = (0_u8..)
            .zip(NETWORKS)
            .flat_map(|(network, (_, hundredths))| (0..hundredths).map(move |_| network))
            .collect();
        let mut slots = Slots::new(wide(shares));
        for _ in 0..shares {
            self.advocate.push(advocates.draw(random));
            self.content.push(popular(random));
            self.network.push(random.pick(&networks));
            self.shared_at
                .push(START.saturating_add_unsigned(slots.next(random)));
            let reach = gamma(random.next(), 120);
            let (luck, dice, more) = (random.next(), random.next(), random.next());
            // Between reach and twice that.
            let impressions = reach + thin(reach, more >> 44, 0);
            // Each rate times a luck from 0 to 2, its own 16 bits of the draw.
            let count = |rate: u64, at: u32| {
                let luck = (luck >> at) & 0xFFFF;
                thin(
                    impressions,
                    (rate * luck) >> 15,
                    ((dice >> at) & 0xFFFF) << 4,
                )
            };
            let clicks = count(percent(100), 48);
            let conversions = thin(clicks, percent(200), more & 0xF_FFFF);
            self.reach.push(reach);
            self.impressions.push(impressions);
            self.likes.push(count(percent(200), 0));
            self.comments.push(count(percent(30), 16));
            self.reshares.push(count(percent(20), 32));
            self.clicks.push(clicks);
            self.conversions.push(conversions);
            // Mostly there is nothing to value.
            let value = if conversions > 0 {
                1_000 + random.below_u32(49_000)
            } else {
                0
            };
            self.revenue.push(i64::from(conversions) * i64::from(value));
        }
    }

    fn reserve(&mut self, shares: usize) {
        self.network.reserve_exact(shares);
        self.shared_at.reserve_exact(shares);
        self.revenue.reserve_exact(shares);
        for column in [
            &mut self.advocate,
            &mut self.content,
            &mut self.reach,
            &mut self.impressions,
            &mut self.likes,
            &mut self.comments,
            &mut self.reshares,
            &mut self.clicks,
            &mut self.conversions,
        ] {
            column.reserve_exact(shares);
        }
    }

    /// The columns as tables of a programme, borrowed: advocates, campaigns,
    /// content and shares.
    #[must_use]
    pub fn frames(&self) -> Vec<(&'static str, Frame<'_>)> {
        let numbers = |values| Column::new(Data::U32(Buffer::Borrowed(values)));
        let times = |values| Column::new(Data::Time(Buffer::Borrowed(values), TimeUnit::Milli));
        let dictionary = |codes, names| Column::new(Data::Dictionary { codes, names });
        let numbered =
            |what: &str, count: u16| (0..count).map(|n| format!("{what} {n:03}")).collect();
        let advocates = Frame::new()
            .column("id", numbers(&self.advocate_ids))
            .column(
                "team",
                dictionary(Codes::U16((&*self.team).into()), numbered("team", TEAMS)),
            )
            .column("invited", times(&self.invited_at));
        let campaigns = Frame::new().column("id", numbers(&self.campaign_ids));
        let kinds = KINDS.map(str::to_owned).to_vec();
        let content = Frame::new()
            .column("id", numbers(&self.content_ids))
            .column("kind", dictionary(Codes::U8((&*self.kind).into()), kinds))
            .column(
                "topics",
                dictionary(Codes::U16((&*self.topic).into()), numbered("topic", TOPICS)),
            )
            .column("campaign", Column::new(Data::U16((&*self.campaign).into())));
        let networks = NETWORKS.map(|(name, _)| name.to_owned()).to_vec();
        let shares = Frame::new()
            .column("advocate", numbers(&self.advocate))
            .column("content", numbers(&self.content))
            .column(
                "network",
                dictionary(Codes::U8((&*self.network).into()), networks),
            )
            .column("shared_at", times(&self.shared_at))
            .column("reach", numbers(&self.reach))
            .column("impressions", numbers(&self.impressions))
            .column("likes", numbers(&self.likes))
            .column("comments", numbers(&self.comments))
            .column("reshares", numbers(&self.reshares))
            .column("clicks", numbers(&self.clicks))
            .column("conversions", numbers(&self.conversions))
            .column("revenue", Column::new(Data::I64((&*self.revenue).into())));
        vec![
            ("advocates", advocates),
            ("campaigns", campaigns),
            ("content", content),
            ("shares", shares),
        ]
    }
}

impl fmt::Debug for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workload")
            .field("shares", &self.advocate.len())
            .field("advocates", &self.advocate_ids.len())
            .field("content", &self.content_ids.len())
            .finish_non_exhaustive()
    }
}

/// 1 as a fraction of 20 bits.
const ONE: u64 = 1 << 20;

/// Hundredths of a per cent as a fraction of 20 bits.
const fn percent(hundredths: u64) -> u64 {
    hundredths * ONE / 10_000
}

/// `count` times a fraction of 20 bits, rounded up or down by `dice` (20 bits).
#[inline]
fn thin(count: u32, fraction: u64, dice: u64) -> u32 {
    (((u64::from(count) * fraction + dice) >> 20) & 0xFFFF_FFFF) as u32
}

/// Close to a gamma distribution of shape 1.5: an exponential, and half of the
/// time another.
#[inline]
fn gamma(bits: u64, scale: u32) -> u32 {
    let (high, low) = ((bits >> 32) as u32, (bits & 0xFFFF_FFFF) as u32);
    // The logarithm does not look at the lowest bit, so it may decide.
    let sum = u64::from(exponential(high)) + u64::from(exponential(low)) * (bits & 1);
    (((u64::from(scale) * sum) >> 16) & 0xFFFF_FFFF) as u32
}

/// An item: 40 times a Pareto (Lomax) variable of shape 1, cut at the last.
#[inline]
fn popular(random: &mut Random) -> u32 {
    const UNIT: u64 = 1 << 32;
    let uniform = (random.next() >> 32) + 1;
    let place = 40 * (UNIT - uniform) / uniform;
    (place.min(u64::from(ITEMS) - 1) & 0xFFFF_FFFF) as u32
}

/// Pareto (Lomax) weights of shape 1.2, and a little for everybody.
fn activity(random: &mut Random, count: usize) -> Vec<u64> {
    let weight = |bits: u32| {
        // u^(−1/1.2) as a power of two: its exponent in units of 2⁻¹⁶.
        let exponent = u64::from(minus_log2(bits)) * 5 / 6;
        let power = ((1 << 16) + (exponent & 0xFFFF)) << (exponent >> 16);
        power - (1 << 16) + (1 << 16) / 20
    };
    (0..count)
        .map(|_| weight((random.next() >> 32) as u32))
        .collect()
}

/// Draws places with given weights in constant time (Walker 1977, Vose 1991).
#[derive(Clone, Debug)]
struct Alias {
    /// Of each place, how often out of 2³² it is itself, and else which.
    cells: Vec<(u32, u32)>,
}

impl Alias {
    fn new(weights: &[u64]) -> Self {
        // In units in which the mean weight is `total`.
        let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
        let mut left: Vec<u128> = weights
            .iter()
            .map(|&weight| u128::from(weight) * u128::from(wide(weights.len())))
            .collect();
        let mut cells: Vec<(u32, u32)> =
            (0..).take(weights.len()).map(|at| (u32::MAX, at)).collect();
        let (mut small, mut large): (Vec<u32>, Vec<u32>) = (0..)
            .take(weights.len())
            .partition(|&at: &u32| left[at as usize] < total);
        while let (Some(poor), Some(&rich)) = (small.pop(), large.last()) {
            let own = left[poor as usize];
            let odds = (own << 32).checked_div(total).unwrap_or(0);
            cells[poor as usize] = (u32::try_from(odds).unwrap_or(u32::MAX), rich);
            let rest = &mut left[rich as usize];
            *rest = rest.saturating_sub(total.saturating_sub(own));
            if *rest < total {
                large.pop();
                small.push(rich);
            }
        }
        Self { cells }
    }

    #[inline]
    fn draw(&self, random: &mut Random) -> u32 {
        let bits = random.next();
        let high = (bits >> 32) * wide(self.cells.len());
        let place = ((high >> 32) & 0xFFFF_FFFF) as u32;
        match self.cells.get(place as usize) {
            Some(&(odds, other)) if (bits & 0xFFFF_FFFF) as u32 >= odds => other,
            _ => place,
        }
    }
}

/// Ascending times, one in each of as many equal slots of the span.
#[derive(Clone, Debug)]
struct Slots {
    count: u64,
    start: u64,
    /// What the slots so far fell short of their share, out of `count`.
    short: u64,
}

impl Slots {
    const fn new(count: u64) -> Self {
        Self {
            count,
            start: 0,
            short: 0,
        }
    }

    fn next(&mut self, random: &mut Random) -> u64 {
        if self.count == 0 {
            return 0;
        }
        let start = self.start;
        let mut width = SPAN / self.count;
        self.short += SPAN % self.count;
        if self.short >= self.count {
            self.short -= self.count;
            width += 1;
        }
        self.start += width;
        start + random.below(width)
    }
}
