//! Sums over shares, and ratios of them.

use std::collections::BTreeSet;

use advocacy_core::{
    Definitions, Dimension, EngagementDenominator, EngagementSet, Field, LiftOf, Parts, Pooling,
};

use super::facts::{account_of, followers};
use super::people::left;
use super::{Answer, Ask, Cell, Fact, Value};

/// Parts with their weights in thousandths, from the set's text.
fn terms(set: &EngagementSet) -> Vec<(Field, u64)> {
    let mut terms = Vec::new();
    let mut add = |names: &[&str], weight: u64| {
        for name in names {
            terms.push((Field::parse(name).unwrap(), weight));
        }
    };
    for term in set.to_string().split('+') {
        match term {
            "all" => add(&["likes", "comments", "reshares", "clicks"], 1000),
            "social" => add(&["likes", "comments", "reshares"], 1000),
            "everyonesocial" => add(&["likes", "comments"], 1000),
            "platform" => add(&["engagements"], 1000),
            "engaged" => add(&["engaged"], 1000),
            other => {
                let (weight, name) = other.split_once('*').unwrap_or(("1", other));
                let weight: f64 = weight.parse().unwrap();
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "small"
                )]
                add(&[name], (weight * 1000.0).round() as u64);
            }
        }
    }
    terms
}

/// The value of one row, in thousandths.
type Read<'x> = dyn Fn(&Fact<'_>) -> Option<u64> + 'x;

/// Both sides summed over the rows where both are known.
struct Paired {
    above: u64,
    below: u64,
    known: usize,
    rows: usize,
}

fn pair(facts: &[&Fact<'_>], above: &Read<'_>, below: &Read<'_>) -> Paired {
    let mut sums = Paired {
        above: 0,
        below: 0,
        known: 0,
        rows: facts.len(),
    };
    for fact in facts {
        if let (Some(above), Some(below)) = (above(fact), below(fact)) {
            sums.above += above;
            sums.below += below;
            sums.known += 1;
        }
    }
    sums
}

impl Paired {
    /// The sums, divided once.
    fn answer(&self) -> Answer {
        if self.rows > 0 && self.known == 0 {
            return Answer::missing().covering(0, self.rows);
        }
        let (above, below) = (self.above as f64 / 1000.0, self.below as f64 / 1000.0);
        Answer::ratio(above, below).covering(self.known, self.rows)
    }
}

fn field(field: Field) -> impl Fn(&Fact<'_>) -> Option<u64> {
    move |fact| fact.counts.get(field).map(|count| count * 1000)
}

/// The mean or median of each row's own ratio.
fn of_ratios(facts: &[&Fact<'_>], above: &Read<'_>, below: &Read<'_>, pooling: Pooling) -> Answer {
    let mut ratios = Vec::new();
    let mut known = 0;
    for fact in facts {
        if let (Some(above), Some(below)) = (above(fact), below(fact)) {
            known += 1;
            if below > 0 {
                ratios.push(above as f64 / below as f64);
            }
        }
    }
    if !facts.is_empty() && known == 0 {
        return Answer::missing();
    }
    if ratios.is_empty() {
        return Answer::plain(Value::Undefined);
    }
    ratios.sort_by(f64::total_cmp);
    let middle = ratios.len() / 2;
    let value = if pooling == Pooling::MeanOfRatios {
        ratios.iter().sum::<f64>() / ratios.len() as f64
    } else if ratios.len() % 2 == 1 {
        ratios[middle]
    } else {
        f64::midpoint(ratios[middle - 1], ratios[middle])
    };
    Answer::plain(Value::Defined(value)).rough()
}

fn rate(facts: &[&Fact<'_>], above: &Read<'_>, below: &Read<'_>, d: &Definitions) -> Answer {
    match d.pooling {
        Pooling::Pooled => pair(facts, above, below).answer(),
        pooling => of_ratios(facts, above, below, pooling),
    }
}

impl Ask<'_> {
    /// Whether shares state no part of an engagement, and some a total of the
    /// platform's own.
    pub fn only_platform_totals(&self) -> bool {
        let mut parts = false;
        let mut own = false;
        for share in &self.rows.shares {
            let counts = &share.counts;
            parts |= [
                counts.likes,
                counts.comments,
                counts.reshares,
                counts.clicks,
                counts.follows,
            ]
            .iter()
            .any(Option::is_some);
            own |= counts.engagements.is_some();
        }
        own && !parts
    }

    /// The set in force: the one chosen, else all parts, else the platform's.
    pub fn set_in_force(&self, d: &Definitions) -> EngagementSet {
        match &d.engagement_set {
            Some(set) => set.clone(),
            None if self.only_platform_totals() => EngagementSet::platform(),
            None => EngagementSet::default(),
        }
    }

    /// What reads a row's engagements, in thousandths.
    fn engagement(&self, d: &Definitions) -> impl Fn(&Fact<'_>) -> Option<u64> + use<> {
        let terms = terms(&self.set_in_force(d));
        let parts = d.parts;
        move |fact| {
            let mut sum = 0;
            let mut known = 0;
            for (field, weight) in &terms {
                if let Some(count) = fact.counts.get(*field) {
                    sum += count * weight;
                    known += 1;
                }
            }
            let enough = match parts {
                Parts::All => known == terms.len(),
                Parts::Known => known > 0,
            };
            enough.then_some(sum)
        }
    }

    fn sum(&self, facts: &[&Fact<'_>], read: &Read<'_>) -> Answer {
        let mut sum = 0;
        let mut known = 0;
        for fact in facts {
            if let Some(value) = read(fact) {
                sum += value;
                known += 1;
            }
        }
        if known == 0 && !facts.is_empty() {
            return Answer::missing().covering(0, facts.len());
        }
        Answer::plain(Value::Defined(sum as f64 / 1000.0)).covering(known, facts.len())
    }

    pub fn sum_of(&self, of: Field, d: &Definitions, cell: &Cell) -> Answer {
        self.sum(&self.shares_in(d, cell), &field(of))
    }

    pub fn engagements(&self, d: &Definitions, cell: &Cell) -> Answer {
        let shares = self.shares_in(d, cell);
        let mut answer = self.sum(&shares, &self.engagement(d));
        answer.coverage = self.sum(&shares, &self.whole_engagement(d)).coverage;
        answer
    }

    /// The same where all parts are known: what coverage counts.
    fn whole_engagement(&self, d: &Definitions) -> impl Fn(&Fact<'_>) -> Option<u64> + use<> {
        self.engagement(&Definitions {
            parts: Parts::All,
            ..d.clone()
        })
    }

    pub fn engagement_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        let shares = self.shares_in(d, cell);
        let engagement = self.engagement(d);
        let below = match d.engagement_denominator {
            EngagementDenominator::Impressions => Field::Impressions,
            EngagementDenominator::Reach => Field::Reach,
            EngagementDenominator::FollowersAtPost => Field::Followers,
            EngagementDenominator::FollowersAtEnd => {
                return self.per_follower_at_end(&shares, &engagement, cell);
            }
        };
        let mut answer = rate(&shares, &engagement, &field(below), d);
        if answer.coverage.is_some() {
            answer.coverage = pair(&shares, &self.whole_engagement(d), &field(below))
                .answer()
                .coverage;
        }
        answer
    }

    /// A sum over the followers, at the end, of the accounts that shared.
    fn per_follower_at_end(&self, shares: &[&Fact<'_>], above: &Read<'_>, cell: &Cell) -> Answer {
        let mut accounts = BTreeSet::new();
        let mut sum = 0;
        let mut known = 0;
        for fact in shares {
            let account = fact.share.and_then(|share| account_of(self.rows, share));
            let followers = account.and_then(|account| self.followers_at_end(account, cell));
            if let (Some(above), Some(_)) = (above(fact), followers) {
                sum += above;
                known += 1;
                accounts.insert(account.unwrap());
            }
        }
        if known == 0 && !shares.is_empty() {
            return Answer::missing();
        }
        let below: u64 = accounts
            .iter()
            .map(|account| self.followers_at_end(*account, cell).unwrap())
            .sum();
        Answer::ratio(sum as f64 / 1000.0, below as f64)
    }

    fn followers_at_end(&self, account: usize, cell: &Cell) -> Option<u64> {
        followers(self.rows, account, self.known_end(cell) - 1, self.as_of)
    }

    pub fn click_through_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        rate(
            &self.shares_in(d, cell),
            &field(Field::Clicks),
            &field(Field::Impressions),
            d,
        )
    }

    pub fn virality_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        rate(
            &self.shares_in(d, cell),
            &field(Field::Reshares),
            &field(Field::Impressions),
            d,
        )
    }

    pub fn amplification_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        self.per_follower_at_end(&self.shares_in(d, cell), &field(Field::Reshares), cell)
    }

    pub fn frequency(&self, d: &Definitions, cell: &Cell) -> Answer {
        let shares = self.shares_in(d, cell);
        pair(&shares, &field(Field::Impressions), &field(Field::Reach)).answer()
    }

    /// A count per share, over the shares where it is known.
    pub fn per_share(&self, of: Field, d: &Definitions, cell: &Cell) -> Answer {
        pair(&self.shares_in(d, cell), &field(of), &|_| Some(1000)).answer()
    }

    pub fn reach_multiple(&self, d: &Definitions, cell: &Cell) -> Answer {
        let own = self.sum(&self.shares_in(d, cell), &field(Field::Reach));
        let brand = self.sum(&self.posts_in(d, cell), &field(Field::Reach));
        match (own.value, brand.value) {
            (Value::Defined(own), Value::Defined(brand)) => Answer::ratio(own, brand),
            _ => Answer::missing(),
        }
    }

    pub fn reach_gain(&self, d: &Definitions, cell: &Cell) -> Answer {
        let own = self.sum(&self.shares_in(d, cell), &field(Field::Reach));
        let brand = self.sum(&self.posts_in(d, cell), &field(Field::Reach));
        match (own.value, brand.value) {
            (Value::Defined(own), Value::Defined(brand)) => {
                let mut answer = Answer::ratio(own - brand, brand);
                answer.numerator = None;
                answer
            }
            _ => Answer::missing(),
        }
    }

    pub fn lift_over_brand(&self, d: &Definitions, cell: &Cell) -> Answer {
        let shares = self.shares_in(d, cell);
        let posts = self.posts_in(d, cell);
        let engagement = self.engagement(d);
        let each = |facts: &[&Fact<'_>]| match d.lift_of {
            LiftOf::ClickThroughRate => {
                pair(facts, &field(Field::Clicks), &field(Field::Impressions)).answer()
            }
            LiftOf::EngagementRate => pair(facts, &engagement, &field(Field::Impressions)).answer(),
            LiftOf::Reach => pair(facts, &field(Field::Reach), &|_| Some(1000)).answer(),
        };
        match (each(&shares).value, each(&posts).value) {
            (Value::Defined(own), Value::Defined(brand)) => {
                let mut answer = Answer::ratio(own, brand).rough();
                (answer.numerator, answer.denominator) = (None, None);
                answer
            }
            (Value::Undefined, _) | (_, Value::Undefined) => Answer::plain(Value::Undefined),
            _ => Answer::missing(),
        }
    }

    /// Followers of the accounts connected at the end, their owners with us.
    pub fn network_size(&self, cell: &Cell) -> Answer {
        let end = self.known_end(cell);
        let mut sum = 0;
        let mut known = 0;
        let mut rows = 0;
        for (at, account) in self.rows.accounts.iter().enumerate() {
            let from = account.connected_at.map_or(i64::MIN, |at| at.micros());
            let until = account.disconnected_at.map_or(i64::MAX, |at| at.micros());
            let who = super::facts::who(self.rows, &account.advocate);
            let stays = &self.rows.advocates[who].memberships;
            let with_us = stays.is_empty() || stays.iter().any(|stay| left(stay) >= end);
            let network = cell
                .conditions()
                .filter(|each| each.dimension == Dimension::Network)
                .all(|each| each.holds(&[Some(account.network.to_string())]));
            if from < end
                && until >= end
                && with_us
                && network
                && self.person_meets(who, cell, end - 1)
            {
                rows += 1;
                if let Some(followers) = followers(self.rows, at, end - 1, self.as_of) {
                    sum += followers;
                    known += 1;
                }
            }
        }
        if known == 0 && rows > 0 {
            return Answer::missing().covering(0, rows);
        }
        Answer::count(sum).covering(known, rows)
    }

    /// Followers of the accounts that shared, each once.
    pub fn potential_reach(&self, d: &Definitions, cell: &Cell) -> Answer {
        let mut accounts = BTreeSet::new();
        let mut any = false;
        for fact in self.shares_in(d, cell) {
            any = true;
            accounts.extend(fact.share.and_then(|share| account_of(self.rows, share)));
        }
        let mut sum = 0;
        let mut known = 0;
        for account in accounts {
            if let Some(followers) = self.followers_at_end(account, cell) {
                sum += followers;
                known += 1;
            }
        }
        if known == 0 && any {
            return Answer::missing();
        }
        Answer::count(sum)
    }
}
