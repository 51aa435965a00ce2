//! A seeded sample programme, the same bytes in every language and on every
//! target: [`rows`] for examples and tests, [`Workload`] for benchmarks.
//!
//! Nothing here is real: the company, its people, their posts and the effects
//! built into the numbers (own words engage more, brand posts engage less) are
//! made up. Only integers are used, and a generator of our own.

mod accounts;
mod clock;
mod company;
mod content;
mod counts;
mod people;
mod random;
mod rhythm;
mod shares;
mod surveys;
mod words;
mod workload;

#[cfg(test)]
mod tests;

use crate::error::Result;
use crate::model::kinds::{Currency, Network};
use crate::model::rows::Rows;

use self::random::Random;

pub use self::workload::Workload;

/// How large a sample is. The time it covers does not change with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Everybody ever on the payroll; externals come on top, one in 80.
    pub employees: u32,
    /// Content items, unpublished ones included.
    pub content: u32,
    /// Distinct shares; one of them is observed twice. None without employees.
    pub shares: u32,
}

impl Default for Size {
    /// 400 employees, 120 content items, 8,000 shares.
    fn default() -> Self {
        Self {
            employees: 400,
            content: 120,
            shares: 8_000,
        }
    }
}

const SEED: u64 = 20_240_902;

/// The sample programme: a company of about 400 employees from 2024-07-01 to
/// 2025-12-31, whose programme was launched on 2024-09-02. Costs and revenue
/// are in EUR, days and weeks are meant in Europe/Madrid, and the last counts
/// were read by 2026-01-15.
///
/// It has what real programmes have: a burst at launch and its decay, waves of
/// invitations, late joiners, leavers, people who came back or changed team,
/// networks without impressions, missing values, removed shares, and one share
/// that was observed twice.
///
/// ```
/// use advocacy_core::{Program, sample};
///
/// let rows = sample::rows();
/// let program = Program::from_rows(&rows)?;
/// assert_eq!(program.content_count(), 120);
/// assert_eq!(program.share_rows(), 8_001);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[must_use]
pub fn rows() -> Rows {
    rows_with(SEED, Size::default())
}

/// A sample programme of another seed or size, shaped like [`rows`].
///
/// ```
/// use advocacy_core::sample::{self, Size};
///
/// let size = Size { employees: 50, content: 12, shares: 300 };
/// let rows = sample::rows_with(7, size);
/// assert_eq!(rows.content.len(), 12);
/// assert_eq!(rows, sample::rows_with(7, size));
/// ```
#[must_use]
pub fn rows_with(seed: u64, size: Size) -> Rows {
    // The only things that could fail are the names below, which are constants.
    generate(seed, size).unwrap_or_default()
}

fn generate(seed: u64, size: Size) -> Result<Rows> {
    let networks = Networks::new()?;
    // A stream of random numbers for each part: a change to one part leaves
    // the draws of the others as they are.
    let random = |part: u64| Random::new(seed, part);
    let (advocates, people) = people::generate(&mut random(1), size.employees);
    let (accounts, followers) = accounts::generate(&mut random(2), &networks, &advocates, &people);
    let campaigns = content::campaigns()?;
    let items = content::generate(&mut random(3), size.content)?;
    let shares = shares::generate(
        &mut random(4),
        &shares::World {
            advocates: &advocates,
            people: &people,
            accounts: &accounts,
            items: &items,
            elsewhere: &networks.linkedin,
        },
        size.shares,
    );
    let connected: Vec<_> = accounts.iter().map(|account| &account.row).collect();
    let activities = company::activities(
        &mut random(5),
        &advocates,
        &people,
        &items,
        &connected,
        size.shares,
    );
    let brand_posts = company::brand_posts(&mut random(6), &networks, size.content);
    let headcount = company::headcount(&advocates);
    let (responses, turnout) = surveys::generate(&mut random(7), &advocates);
    Ok(Rows {
        currency: Some(Currency::new("EUR")?),
        advocates,
        accounts: accounts.into_iter().map(|account| account.row).collect(),
        followers,
        campaigns,
        content: items.into_iter().map(|item| item.row).collect(),
        shares,
        activities,
        brand_posts,
        headcount,
        questions: surveys::questions(),
        responses,
        turnout,
    })
}

/// The six networks of the sample.
#[derive(Clone, Debug)]
struct Networks {
    linkedin: Network,
    x: Network,
    facebook: Network,
    instagram: Network,
    xing: Network,
    bluesky: Network,
}

impl Networks {
    fn new() -> Result<Self> {
        Ok(Self {
            linkedin: Network::new("linkedin")?,
            x: Network::new("x")?,
            facebook: Network::new("facebook")?,
            instagram: Network::new("instagram")?,
            xing: Network::new("xing")?,
            bluesky: Network::new("bluesky")?,
        })
    }
}
