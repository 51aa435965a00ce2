//! Who takes part.

use std::collections::{BTreeMap, BTreeSet};

use advocacy_core::{
    Action, AdoptionNumerator, Base, Clock, CohortBasis, DateBasis, Definitions,
    FirstShareEstimator, Grain, Headcount, Membership, PerWhom, Population, RetentionKind,
    SeriesGrain, StickinessGrain,
};
use chrono::TimeDelta;

use super::calendar::{Unit, date_of, start_of, unit_of, whole_units};
use super::facts::{is_of_content, is_of_people, is_of_surveys, who};
use super::{Answer, Ask, Cell, Condition, DAY, Value};

/// People, and how many of them at the start and the end.
#[derive(Clone, Debug, Default)]
pub struct Crowd {
    /// At each instant taken: one of them, or start and end.
    pub at: Vec<BTreeSet<usize>>,
    /// Stated numbers that stand in for them: a headcount, seats.
    pub stated: Option<Vec<Option<u64>>>,
}

impl Crowd {
    pub fn people(&self) -> BTreeSet<usize> {
        self.at.iter().flatten().copied().collect()
    }

    /// The mean number; `None` where it is not known.
    pub fn size(&self) -> Option<f64> {
        let numbers: Vec<u64> = match &self.stated {
            Some(stated) => stated.iter().copied().collect::<Option<_>>()?,
            None => self.at.iter().map(|people| people.len() as u64).collect(),
        };
        Some(mean(&numbers))
    }
}

fn mean(numbers: &[u64]) -> f64 {
    let sum: u64 = numbers.iter().sum();
    sum as f64 / numbers.len() as f64
}

pub fn left(stay: &Membership) -> i64 {
    stay.left.map_or(i64::MAX, |at| at.micros())
}

fn hired(stay: &Membership) -> i64 {
    stay.hired.map_or(i64::MIN, |at| at.micros())
}

fn joined(stay: &Membership) -> i64 {
    stay.joined.map_or(i64::MAX, |at| at.micros())
}

fn invited(stay: &Membership) -> i64 {
    stay.invited
        .map_or(i64::MAX, |at| at.micros())
        .min(joined(stay))
}

impl Ask<'_> {
    fn stays(&self, who: usize) -> Vec<Membership> {
        let stays = self.rows.advocates[who].memberships.clone();
        // An advocate of whom nothing is said is an employee.
        if stays.is_empty() {
            vec![Membership::default()]
        } else {
            stays
        }
    }

    /// Whether somebody belongs during `[start, end)`; at an instant with
    /// `start + 1 = end`.
    fn belongs(&self, who: usize, base: Base, start: i64, end: i64) -> bool {
        let external = self.rows.advocates[who].external;
        let connected = || {
            self.rows.accounts.iter().any(|account| {
                account.advocate == self.rows.advocates[who].id
                    && account.connected_at.map_or(i64::MIN, |at| at.micros()) < end
                    && account.disconnected_at.map_or(i64::MAX, |at| at.micros()) > start
            })
        };
        self.stays(who).iter().any(|stay| {
            let from = match base {
                Base::Employees => hired(stay),
                Base::Invited => invited(stay),
                _ => joined(stay),
            };
            let within = from < end && left(stay) > start;
            within
                && match base {
                    Base::Employees => !external,
                    Base::Connected => connected(),
                    _ => true,
                }
        })
    }

    /// Everybody who belongs during `[start, end)`, as they are at its end.
    fn members(&self, base: Base, cell: &Cell, start: i64, end: i64) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for who in 0..self.rows.advocates.len() {
            if self.belongs(who, base, start, end) && self.person_meets(who, cell, end - 1) {
                found.insert(who);
            }
        }
        found
    }

    /// Whether anybody ever sits in that part, or a headcount is stated of it.
    fn is_part(&self, place: usize, name: &Option<String>) -> bool {
        self.rows.advocates.iter().any(|who| {
            let at = [&who.team, &who.department, &who.location];
            let moved = |step: &advocacy_core::Move| {
                [&step.team, &step.department, &step.location][place] == name
            };
            at[place] == name || who.moves.iter().any(moved)
        }) || self
            .rows
            .headcount
            .iter()
            .any(|row| [&row.team, &row.department, &row.location][place] == name)
    }

    /// The company's stated number of employees, or its part's.
    fn headcount(&self, cell: &Cell, end: i64) -> Option<u64> {
        let mut part: [Option<String>; 3] = [None, None, None];
        for each in cell
            .conditions()
            .filter(|each| is_of_people(&each.dimension))
        {
            let place = match each.dimension {
                advocacy_core::Dimension::Team => 0,
                advocacy_core::Dimension::Department => 1,
                advocacy_core::Dimension::Location => 2,
                _ => return None,
            };
            // A name that nothing has narrows nothing down.
            let known = |name: &&Option<String>| name.is_none() || self.is_part(place, name);
            let values: Vec<&Option<String>> = each.values.iter().filter(known).collect();
            let [Some(name)] = values.as_slice() else {
                return None;
            };
            if each.except || part[place].as_ref().is_some_and(|other| other != name) {
                return None;
            }
            part[place] = Some(name.clone());
        }
        let of = |row: &Headcount| {
            [
                row.team.clone(),
                row.department.clone(),
                row.location.clone(),
            ]
        };
        let latest = |part: &[Option<String>; 3]| {
            let mut best: Option<&Headcount> = None;
            for row in &self.rows.headcount {
                if of(row) == *part
                    && row.at.micros() < end
                    && best.is_none_or(|before| row.at > before.at)
                {
                    best = Some(row);
                }
            }
            best.map(|row| row.employees)
        };
        if let Some(count) = latest(&part) {
            return Some(count);
        }
        if part.iter().any(Option::is_some) {
            return None;
        }
        // Without a count of its own the company is the sum of its teams, else
        // of its departments, else of its locations.
        for place in 0..3 {
            let mut parts = BTreeSet::new();
            for row in &self.rows.headcount {
                let part = of(row);
                if part
                    .iter()
                    .enumerate()
                    .all(|(at, name)| (at == place) == name.is_some())
                {
                    parts.insert(part);
                }
            }
            let counts: Vec<u64> = parts.iter().filter_map(latest).collect();
            if !counts.is_empty() {
                return Some(counts.iter().sum());
            }
        }
        None
    }

    /// The people a rate is a share of.
    pub fn crowd(&self, base: Base, d: &Definitions, cell: &Cell) -> Crowd {
        let end = self.known_end(cell);
        let start = (cell.start + 1).min(end);
        if base == Base::Seats {
            return Crowd {
                at: Vec::new(),
                stated: Some(vec![d.licensed_seats]),
            };
        }
        if base == Base::Active {
            return Crowd {
                at: vec![self.active(d, cell)],
                stated: None,
            };
        }
        let spans = match d.population {
            Population::End => vec![(end - 1, end)],
            Population::Start => vec![(start - 1, start)],
            Population::Average => vec![(start - 1, start), (end - 1, end)],
            Population::Anyone => vec![(cell.start, end)],
        };
        let at = spans
            .iter()
            .map(|&(from, to)| self.members(base, cell, from, to))
            .collect();
        let nobody_says = self
            .rows
            .advocates
            .iter()
            .all(|who| who.memberships.is_empty());
        let no_accounts = base == Base::Connected && self.rows.accounts.is_empty();
        if base != Base::Employees && nobody_says || no_accounts {
            // Nothing is said of the programme's members: not known, not nobody.
            return Crowd {
                at,
                stated: Some(vec![None]),
            };
        }
        let stated = (base == Base::Employees && !self.rows.headcount.is_empty()).then(|| {
            // A headcount is of an instant; nobody stated how many there were in all.
            let anyone = d.population == Population::Anyone;
            let at = |to| {
                if anyone {
                    None
                } else {
                    self.headcount(cell, to)
                }
            };
            spans.iter().map(|&(_, to)| at(to)).collect()
        });
        Crowd { at, stated }
    }

    pub fn head(&self, base: Base, d: &Definitions, cell: &Cell) -> Answer {
        match self.crowd(base, d, cell).size() {
            Some(size) => Answer::plain(Value::Defined(size)),
            None => Answer::missing(),
        }
    }

    /// These people, those outside the population left out, as a share of it.
    fn share_of(&self, base: Base, people: &Crowd, d: &Definitions, cell: &Cell) -> Answer {
        let whole = self.crowd(base, d, cell);
        let within = whole.people();
        let counts: Vec<u64> = people
            .at
            .iter()
            .map(|at| {
                at.iter()
                    .filter(|who| base == Base::Seats || within.contains(who))
                    .count() as u64
            })
            .collect();
        match (people.size(), whole.size()) {
            (Some(_), Some(size)) => Answer::ratio(mean(&counts), size),
            _ => Answer::missing(),
        }
    }

    pub fn coverage_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        self.share_of(
            Base::Employees,
            &self.crowd(Base::Invited, d, cell),
            d,
            cell,
        )
    }

    pub fn adoption_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        let who = match d.adoption_numerator {
            AdoptionNumerator::Joined => self.crowd(Base::Joined, d, cell),
            AdoptionNumerator::SharersEver => {
                let end = self.known_end(cell);
                let mut ever = BTreeSet::new();
                for fact in &self.shares {
                    if fact.at < end && self.counts(fact, d) && self.share_meets(fact, cell) {
                        ever.insert(fact.who);
                    }
                }
                Crowd {
                    at: vec![ever],
                    stated: None,
                }
            }
        };
        self.share_of(d.adoption_denominator, &who, d, cell)
    }

    pub fn participation_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        let active = Crowd {
            at: vec![self.active(d, cell)],
            stated: None,
        };
        self.share_of(d.participation_denominator, &active, d, cell)
    }

    pub fn share_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        let sharers = Crowd {
            at: vec![self.sharers(d, cell)],
            stated: None,
        };
        self.share_of(d.share_rate_denominator, &sharers, d, cell)
    }

    pub fn sharers(&self, d: &Definitions, cell: &Cell) -> BTreeSet<usize> {
        self.shares_in(d, cell)
            .iter()
            .map(|fact| fact.who)
            .collect()
    }

    /// Qualifying actions of a cell's conditions, whenever they were: who, when.
    ///
    /// Activities have no network, words or mode: a rule that asks for any is
    /// not split by those.
    fn actions(&self, d: &Definitions, cell: &Cell) -> Vec<(usize, i64)> {
        let wanted = d.active_actions.actions();
        let shares_only = wanted == [Action::Share];
        let applies =
            |each: &Condition| is_of_people(&each.dimension) || is_of_content(&each.dimension);
        let mut cell = cell.clone();
        if !shares_only {
            cell.key.retain(applies);
        }
        let mut of_activities = cell.clone();
        of_activities.filter.retain(applies);
        let mut found = Vec::new();
        if wanted.contains(&Action::Share) {
            for fact in &self.shares {
                if self.share_meets(fact, &cell) && self.counts(fact, d) {
                    found.extend(self.dated(fact, d).map(|at| (fact.who, at)));
                }
            }
        }
        for activity in &self.rows.activities {
            let meets = of_activities
                .conditions()
                .filter(|each| !is_of_surveys(&each.dimension))
                .all(|each| each.holds(&self.activity_values(activity, &each.dimension)));
            let at = activity.at.micros();
            if wanted.contains(&activity.action) && meets && at <= self.as_of {
                found.push((who(self.rows, &activity.advocate), at));
            }
        }
        found
    }

    /// All qualifying actions there ever were, each at its own date.
    fn history(&self, d: &Definitions, cell: &Cell) -> Vec<(usize, i64)> {
        let d = Definitions {
            date_basis: DateBasis::Shared,
            ..d.clone()
        };
        self.actions(&d, &cell.history())
    }

    /// Who has enough of them in a span.
    fn active_among(
        &self,
        actions: &[(usize, i64)],
        d: &Definitions,
        start: i64,
        end: i64,
    ) -> BTreeSet<usize> {
        let mut times: BTreeMap<usize, u32> = BTreeMap::new();
        for &(who, at) in actions {
            if start <= at && at < end {
                *times.entry(who).or_default() += 1;
            }
        }
        times
            .into_iter()
            .filter(|(_, n)| *n >= d.active_minimum)
            .map(|(who, _)| who)
            .collect()
    }

    pub fn active(&self, d: &Definitions, cell: &Cell) -> BTreeSet<usize> {
        self.active_among(&self.actions(d, cell), d, cell.start, cell.end)
    }

    pub fn shares_per_active(&self, d: &Definitions, cell: &Cell) -> Answer {
        let whom = match d.shares_per {
            PerWhom::Active => self.active(d, cell),
            PerWhom::Sharers => self.sharers(d, cell),
        };
        Answer::ratio(self.share_count(d, cell) as f64, whom.len() as f64)
    }

    /// The steps of the participation series that are complete.
    fn steps(&self, d: &Definitions, cell: &Cell) -> Vec<(i64, i64)> {
        let units = |unit| whole_units(unit, cell.start, cell.end, &self.zone, self.week_start);
        let steps = match d.active_participation_grain {
            SeriesGrain::Day => units(Unit::Day),
            SeriesGrain::Week => units(Unit::Week),
            SeriesGrain::Month => units(Unit::Month),
            SeriesGrain::Rolling30Days => {
                let mut windows = Vec::new();
                for (_, to) in whole_days(self, cell) {
                    let end = date_of(&self.zone, to);
                    windows.push((start_of(&self.zone, end - TimeDelta::days(30)), to));
                }
                windows
            }
        };
        steps
            .into_iter()
            .filter(|&(_, to)| to <= self.as_of + 1)
            .collect()
    }

    pub fn active_participation_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        let base = d.active_participation_denominator;
        // At each step's end, whatever the other populations are.
        let d = &Definitions {
            population: Population::End,
            ..d.clone()
        };
        if base != Base::Employees && self.crowd(base, d, cell).size().is_none() {
            return Answer::missing();
        }
        let (mut above, mut below) = (0.0, 0.0);
        for (start, end) in self.steps(d, cell) {
            let step = Cell {
                start,
                end,
                ..cell.clone()
            };
            let whole = self.crowd(base, d, &step);
            let within = whole.people();
            let who = self.sharers(d, &step);
            above += who
                .iter()
                .filter(|who| base == Base::Seats || within.contains(who))
                .count() as f64;
            match whole.size() {
                Some(size) => below += size,
                None => return Answer::missing(),
            }
        }
        Answer::ratio(above, below)
    }

    pub fn stickiness(&self, d: &Definitions, cell: &Cell) -> Answer {
        let actions = self.actions(d, cell);
        let (mut means, mut actives) = (0.0, 0_u64);
        for (start, end) in whole_units(
            Unit::Month,
            cell.start,
            cell.end,
            &self.zone,
            self.week_start,
        ) {
            if end > self.as_of + 1 {
                continue;
            }
            let unit = match d.stickiness_grain {
                StickinessGrain::Week => Unit::Week,
                StickinessGrain::Day => Unit::Day,
            };
            let parts = whole_units(unit, start, end, &self.zone, self.week_start);
            let mut sum = 0_u64;
            for &(from, to) in &parts {
                sum += self.active_among(&actions, d, from, to).len() as u64;
            }
            means += sum as f64 / parts.len() as f64;
            actives += self.active_among(&actions, d, start, end).len() as u64;
        }
        Answer::ratio(means, actives as f64).rough()
    }

    /// Everybody's first share ever, of the shares the query is about.
    fn first_shares(&self, d: &Definitions, cell: &Cell) -> BTreeMap<usize, i64> {
        let cell = cell.history();
        let mut first = BTreeMap::new();
        for fact in &self.shares {
            if self.counts(fact, d) && self.share_meets(fact, &cell) {
                let at = first.entry(fact.who).or_insert(fact.at);
                *at = fact.at.min(*at);
            }
        }
        first
    }

    /// When somebody's clock starts; `None` where it has not by then.
    ///
    /// An account connected before the data begins starts it on joining.
    fn clock(&self, who: usize, clock: Clock, end: i64) -> Option<i64> {
        let stays = self.stays(who);
        let first_joined = stays.iter().map(joined).min();
        let at = match clock {
            Clock::Joined => first_joined,
            Clock::Invited => stays.iter().map(invited).min(),
            Clock::Connected => {
                let own = self
                    .rows
                    .accounts
                    .iter()
                    .filter(|account| account.advocate == self.rows.advocates[who].id);
                let first = own
                    .map(|account| account.connected_at.map(|at| at.micros()))
                    .min();
                match first {
                    Some(Some(at)) => Some(at),
                    Some(None) => first_joined,
                    None => None,
                }
            }
        };
        at.filter(|at| *at < end)
    }

    pub fn activation_rate(&self, d: &Definitions, cell: &Cell) -> Answer {
        let end = self.known_end(cell);
        let first = self.first_shares(d, cell);
        let time = i64::from(d.activation_days) * DAY;
        let crowd = self.crowd(Base::Joined, d, cell);
        if crowd.size().is_none() {
            return Answer::missing();
        }
        let crowd = Crowd {
            at: vec![crowd.people()],
            stated: None,
        };
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for people in &crowd.at {
            let (mut activated, mut old_enough) = (0_u64, 0_u64);
            for who in people {
                let Some(clock) = self.clock(*who, d.activation_clock, end) else {
                    continue;
                };
                let until = clock.saturating_add(time);
                if until < end {
                    old_enough += 1;
                    activated += u64::from(first.get(who).is_some_and(|at| *at <= until));
                }
            }
            above.push(activated);
            below.push(old_enough);
        }
        Answer::ratio(mean(&above), mean(&below))
    }

    pub fn time_to_first_share(&self, d: &Definitions, cell: &Cell) -> Answer {
        let end = self.known_end(cell);
        let first = self.first_shares(d, cell);
        let base = match d.first_share_clock {
            Clock::Joined => Base::Joined,
            Clock::Invited => Base::Invited,
            Clock::Connected => Base::Connected,
        };
        if self.crowd(base, d, cell).size().is_none() {
            return Answer::missing();
        }
        // How long, and whether a share ended it.
        let mut spells: Vec<(i64, bool)> = Vec::new();
        for who in 0..self.rows.advocates.len() {
            let Some(clock) = self.clock(who, d.first_share_clock, end) else {
                continue;
            };
            if !self.person_meets(who, cell, clock) {
                continue;
            }
            let gone = self.stays(who).iter().map(left).max().unwrap().min(end);
            match first.get(&who).filter(|at| **at < end) {
                Some(at) => spells.push(((at - clock).max(0), true)),
                None => spells.push(((gone - clock).max(0), false)),
            }
        }
        let quantile = d.first_share_quantile;
        let days = |micros: i64| Answer::plain(Value::Defined(micros as f64 / DAY as f64)).rough();
        if d.first_share_estimator == FirstShareEstimator::SharersOnly {
            let mut times: Vec<i64> = spells
                .iter()
                .filter(|(_, shared)| *shared)
                .map(|(time, _)| *time)
                .collect();
            times.sort_unstable();
            if times.is_empty() {
                return Answer::plain(Value::Undefined);
            }
            let place = quantile * (times.len() - 1) as f64;
            let low = times[place.floor() as usize] as f64;
            let high = times[place.ceil() as usize] as f64;
            let value = low + (high - low) * (place - place.floor());
            return Answer::plain(Value::Defined(value / DAY as f64)).rough();
        }
        spells.sort_unstable();
        let (mut above, mut below) = (1_u128, 1_u128);
        let mut times: Vec<i64> = spells.iter().map(|(time, _)| *time).collect();
        times.dedup();
        for time in times {
            let at_risk = spells.iter().filter(|(other, _)| *other >= time).count() as u128;
            let events = spells
                .iter()
                .filter(|(other, shared)| *other == time && *shared)
                .count() as u128;
            above *= at_risk - events;
            below *= at_risk;
            if above as f64 / below as f64 <= 1.0 - quantile + 1e-12 && events > 0 {
                return days(time);
            }
        }
        Answer::plain(Value::Undefined)
    }

    pub fn retention(&self, d: &Definitions, cell: &Cell) -> Answer {
        let unit = match d.retention_grain {
            Grain::Day => Unit::Day,
            Grain::Week => Unit::Week,
            Grain::Month => Unit::Month,
            Grain::Quarter => Unit::Quarter,
            Grain::Year => Unit::Year,
        };
        let firsts = match d.retention_cohort {
            CohortBasis::FirstShare => self.first_shares(d, cell),
            CohortBasis::Joined => (0..self.rows.advocates.len())
                .filter_map(|who| Some((who, self.clock(who, Clock::Joined, self.as_of + 1)?)))
                .collect(),
        };
        let actions = self.actions(d, &cell.history());
        let (mut above, mut below) = (0_u64, 0_u64);
        for (observed, observed_end) in
            whole_units(unit, cell.start, cell.end, &self.zone, self.week_start)
        {
            if observed_end > self.as_of + 1 {
                continue;
            }
            for (&who, &first) in &firsts {
                // So many units after the one of the first share.
                let (mut from, mut next) =
                    unit_of(unit, date_of(&self.zone, first), self.week_start);
                for _ in 0..d.retention_age {
                    (from, next) = unit_of(unit, next, self.week_start);
                }
                let _ = next;
                if start_of(&self.zone, from) != observed || !self.person_meets(who, cell, first) {
                    continue;
                }
                below += 1;
                let retained = match d.retention_kind {
                    RetentionKind::Classic => self
                        .active_among(&actions, d, observed, observed_end)
                        .contains(&who),
                    RetentionKind::Rolling => {
                        let mut any = false;
                        let mut date = from;
                        while start_of(&self.zone, date) <= self.as_of {
                            let (start, next) = unit_of(unit, date, self.week_start);
                            let (start, end) =
                                (start_of(&self.zone, start), start_of(&self.zone, next));
                            any |= self.active_among(&actions, d, start, end).contains(&who);
                            date = next;
                        }
                        any
                    }
                };
                above += u64::from(retained);
            }
        }
        Answer::ratio(above as f64, below as f64)
    }

    pub fn dormant(&self, d: &Definitions, cell: &Cell) -> Answer {
        let end = self.known_end(cell);
        let actions = self.history(d, cell);
        let crowd = self.crowd(Base::Joined, d, cell);
        if crowd.size().is_none() {
            return Answer::missing();
        }
        let crowd = Crowd {
            at: vec![crowd.people()],
            stated: None,
        };
        let mut counts = Vec::new();
        for people in &crowd.at {
            let mut quiet = 0;
            for who in people {
                let last = actions
                    .iter()
                    .filter(|(of, at)| of == who && *at < end)
                    .map(|(_, at)| *at)
                    .max();
                quiet +=
                    u64::from(last.is_some_and(|at| at < end - i64::from(d.dormancy_days) * DAY));
            }
            counts.push(quiet);
        }
        Answer::plain(Value::Defined(mean(&counts)))
    }

    pub fn reactivated(&self, d: &Definitions, cell: &Cell) -> Answer {
        let mut actions = self.history(d, cell);
        actions.sort_unstable();
        // When each first came back in the period.
        let mut back = BTreeMap::new();
        for pair in actions.windows(2) {
            let ((who, before), (same, at)) = (pair[0], pair[1]);
            let gap = at - before > i64::from(d.dormancy_days) * DAY;
            if who == same && gap && cell.start <= at && at < cell.end {
                back.entry(who).or_insert(at);
            }
        }
        let met = back
            .iter()
            .filter(|(who, at)| self.person_meets(**who, cell, **at));
        Answer::count(met.count() as u64)
    }

    pub fn new_sharers(&self, d: &Definitions, cell: &Cell) -> Answer {
        let mut new = 0;
        for (who, at) in self.first_shares(d, cell) {
            let met = self.person_meets(who, cell, at);
            new += u64::from(met && cell.start <= at && at < cell.end);
        }
        Answer::count(new)
    }
}

/// The local days that end within a cell, as instants.
fn whole_days(ask: &Ask<'_>, cell: &Cell) -> Vec<(i64, i64)> {
    whole_units(Unit::Day, cell.start, cell.end, &ask.zone, ask.week_start)
}
