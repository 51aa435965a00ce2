//! Shares: who shared what, where, when, and with what effect.

use rustc_hash::FxHashSet;

use crate::calendar::Timestamp;
use crate::model::kinds::{Copy, Mode, Network};
use crate::model::rows::{Advocate, Share};

use super::accounts::Connected;
use super::clock::{self, END, LAST, LAUNCH};
use super::content::{Item, Offer};
use super::counts::{Post, counts, grown};
use super::people::{Person, member_since};
use super::random::{Random, Wheel, weighted};
use super::rhythm::{intensity, moment};

/// What shares are made from.
#[derive(Clone, Copy, Debug)]
pub(super) struct World<'a> {
    pub(super) advocates: &'a [Advocate],
    pub(super) people: &'a [Person],
    pub(super) accounts: &'a [Connected],
    pub(super) items: &'a [Item],
    /// Where those share who have connected nothing.
    pub(super) elsewhere: &'a Network,
}

pub(super) fn generate(random: &mut Random, world: &World<'_>, count: u32) -> Vec<Share> {
    let days = Wheel::new((LAUNCH..END).map(intensity));
    let mut on_day = vec![0_u32; usize::try_from(END - LAUNCH).unwrap_or(0)];
    for _ in 0..count {
        if let Some(shares) = days.spin(random).and_then(|day| on_day.get_mut(day)) {
            *shares += 1;
        }
    }
    let mut shares = Vec::new();
    let mut seen = FxHashSet::default();
    for (day, of_day) in (LAUNCH..END).zip(on_day) {
        if of_day > 0 {
            let today = Day::new(world, day);
            shares.extend((0..of_day).filter_map(|_| today.share(random, &mut seen)));
        }
    }
    shares.sort_by_cached_key(|share| share.shared_at);
    for (number, share) in (1_u32..).zip(&mut shares) {
        share.id = Some(format!("s{number:05}").into());
    }
    shares.extend(seen_again(&shares));
    shares
}

/// Who has shared which item from which account.
type Seen = FxHashSet<(usize, usize, Option<usize>)>;

/// Who may share what on a day.
#[derive(Clone, Debug)]
struct Day<'a> {
    world: &'a World<'a>,
    date: i64,
    people: Wheel,
    items: Wheel,
}

impl<'a> Day<'a> {
    fn new(world: &'a World<'a>, day: i64) -> Self {
        let people = world
            .advocates
            .iter()
            .zip(world.people)
            .map(|(advocate, person)| {
                let Some(joined) = member_since(advocate, day) else {
                    return 0;
                };
                // Enthusiasm wanes.
                let zeal = match day - clock::day_of(joined) {
                    ..14 => 3,
                    14..56 => 2,
                    _ => 1,
                };
                person.shares * zeal
            });
        let items = world
            .items
            .iter()
            .map(|item| item.offer.map_or(0, |offer| offer.weight(day)));
        Self {
            world,
            date: day,
            people: Wheel::new(people),
            items: Wheel::new(items),
        }
    }

    fn share(&self, random: &mut Random, seen: &mut Seen) -> Option<Share> {
        let (mut who, mut account, mut item) = self.draw(random)?;
        // Some share what is not in the programme.
        let outside = random.per_mille(60);
        // Hardly anybody shares an item twice in one place.
        for _ in 0..16 {
            let new = |item| seen.insert((who, item, account));
            if outside || item.is_none_or(new) || random.per_mille(20) {
                break;
            }
            (who, account, item) = self.draw(random)?;
        }
        let advocate = self.world.advocates.get(who)?;
        let account = account.and_then(|at| self.world.accounts.get(at));
        let item = item
            .filter(|_| !outside)
            .and_then(|at| self.world.items.get(at));
        let offer = item.and_then(|item| item.offer);
        let floors = [
            member_since(advocate, self.date),
            account.and_then(|account| account.row.connected_at),
            offer.map(|offer| offer.published),
        ];
        let shared_at = moment(random, self.date, &floors);
        let network = account.map_or(self.world.elsewhere, |account| &account.row.network);
        let mut share = Share::new(advocate.id.clone(), network.clone(), shared_at);
        share.content = item.map(|item| item.row.id.clone());
        share.account = account
            .filter(|account| account.twin)
            .map(|account| account.row.id.clone());
        self.describe(random, &mut share, account, offer);
        Some(share)
    }

    fn draw(&self, random: &mut Random) -> Option<(usize, Option<usize>, Option<usize>)> {
        let who = self.people.spin(random)?;
        let account = self.account(random, who);
        Some((who, account, self.items.spin(random)))
    }

    fn account(&self, random: &mut Random, who: usize) -> Option<usize> {
        // Accounts lie in the order of their advocates.
        let from = self
            .world
            .accounts
            .partition_point(|account| account.advocate < who);
        let until = self
            .world
            .accounts
            .partition_point(|account| account.advocate <= who);
        let own = self.world.accounts.get(from..until)?;
        let open = |account: &Connected| {
            if account.is_open(self.date) {
                account.weight
            } else {
                0
            }
        };
        Wheel::new(own.iter().map(open))
            .spin(random)
            .map(|at| from + at)
    }

    fn describe(
        &self,
        random: &mut Random,
        share: &mut Share,
        account: Option<&Connected>,
        offer: Option<Offer>,
    ) {
        share.copy = match offer {
            None => Some(Copy::Own),
            Some(_) => weighted(
                random,
                &[
                    (Some(Copy::Suggested), 62),
                    (Some(Copy::Own), 34),
                    (None, 4),
                ],
            ),
        };
        share.mode = weighted(
            random,
            &[
                (Some(Mode::Manual), 84),
                (Some(Mode::Automated), 12),
                (None, 4),
            ],
        );
        share.paid = random.per_mille(10);
        share.removed = random.per_mille(15);
        share.confirmed = match share.network.as_str() {
            "xing" | "instagram" => None,
            _ => Some(!random.per_mille(25)),
        };
        let draws = random.below(1_000);
        if draws < 10 {
            return; // never read
        }
        share.observed_at = Some(clock::at(
            self.date + random.between(5, 13),
            4,
            random.between(0, 59),
        ));
        let appeal = offer.map_or(80, |offer| offer.appeal);
        // Own words engage more, machines less.
        let appeal = appeal
            * if share.copy == Some(Copy::Own) {
                135
            } else {
                95
            }
            / 100;
        let appeal = appeal
            * if share.mode == Some(Mode::Automated) {
                80
            } else {
                100
            }
            / 100;
        share.counts = counts(
            random,
            Post {
                network: share.network.as_str(),
                followers: account.map_or(180, |account| account.followers(self.date)),
                views: (90, 260),
                appeal,
                paid: share.paid,
            },
        );
    }
}

/// One share's counts were read once more, some weeks later.
fn seen_again(shares: &[Share]) -> Option<Share> {
    const DAYS: i64 = 60;
    let in_time = |share: &Share| {
        let again = share.observed_at.map(|at| clock::day_of(at) + DAYS);
        !share.removed && again.is_some_and(|day| day <= LAST)
    };
    let telling = |share: &Share| {
        in_time(share)
            && share.confirmed == Some(true)
            && share.counts.follows.is_some()
            && share.counts.impressions > Some(200)
    };
    let middle = shares.get(shares.len() / 2..)?;
    let first = middle
        .iter()
        .find(|share| telling(share))
        .or_else(|| shares.iter().find(|share| in_time(share)))?;
    Some(Share {
        observed_at: first
            .observed_at
            .map(|at: Timestamp| clock::later(at, DAYS * 86_400)),
        counts: grown(&first.counts),
        ..first.clone()
    })
}
