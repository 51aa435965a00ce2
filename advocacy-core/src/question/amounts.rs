//! Questions about what shares and posts carry: sums, pairs, moments.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::definitions::{
    DateBasis, Definitions, EngagementSet, IntervalUnit, Paid, Parts, ShareUnit,
};
use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::measure::Number;
use crate::model::field::Field;
use crate::model::program::Program;
use crate::ordered::one_by_one;
use crate::stats::RatioMoments;
use crate::tally::grid::{Sums, SumsOf};
use crate::tally::spec::{FieldSet, Key, Lane, Scope, Source, Spec, What};
use crate::tally::table::Table;

use super::sheet::{Answers, FromSums, Question, Value};
use super::space::{Mask, Space, is_of_people};

/// A whole-number quantity of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    terms: Cow<'static, [(Field, u32)]>,
    /// Values are in units of one over this.
    pub(crate) scale: u32,
    parts: Parts,
}

impl Amount {
    pub(crate) fn field(field: Field) -> Self {
        Self {
            terms: Cow::Borrowed(field.alone()),
            scale: 1,
            parts: Parts::All,
        }
    }

    /// The sum of an engagement set.
    pub(crate) fn of_set(set: &EngagementSet, definitions: &Definitions) -> Self {
        let (terms, scale) = set.terms();
        Self {
            terms: terms.into(),
            scale,
            parts: definitions.parts,
        }
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = Field> {
        self.terms.iter().map(|&(field, _)| field)
    }

    fn set(&self) -> FieldSet {
        FieldSet::of(self.fields())
    }

    /// The lane of this quantity over rows where it and others are known.
    pub(super) fn lane(&self, with: &[&Self], terms: bool) -> Lane {
        let mut lane = Lane::rows();
        for amount in with.iter().copied().chain([self]) {
            match amount.parts {
                Parts::All => lane.all = lane.all.union(amount.set()),
                Parts::Known => lane.any = lane.any.union(amount.set()),
            }
        }
        if terms {
            lane.terms.clone_from(&self.terms);
        }
        lane
    }

    /// Rows in which every part of this and of others is known.
    pub(super) fn complete(&self, with: &[&Self]) -> Lane {
        let sets = with.iter().map(|amount| amount.set());
        Lane {
            all: sets.fold(self.set(), FieldSet::union),
            ..Lane::rows()
        }
    }
}

/// The set that is in force: the one chosen, or `all`; where the programme's
/// shares carry only a platform's own count, that.
///
/// # Errors
/// `invalid_option` when parts are chosen and the shares carry no parts.
pub(crate) fn engagement_set(
    program: &Program<'_>,
    definitions: &Definitions,
) -> Result<EngagementSet> {
    let shares = &program.shares;
    let own = match (shares.has_parts(), shares.has(Field::Engagements)) {
        (true, _) => None,
        (false, true) => Some(EngagementSet::platform()),
        (false, false) => shares.has(Field::Engaged).then(EngagementSet::engaged),
    };
    match (&definitions.engagement_set, own) {
        (None, own) => Ok(own.unwrap_or_default()),
        (Some(set), Some(_)) if set.own_count().is_none() => Err(Error::new(
            ErrorKind::InvalidOption,
            format!("set {set} cannot be chosen: the shares carry only the platform's own count"),
        )
        .in_field("engagement_set")),
        (Some(set), _) => Ok(set.clone()),
    }
}

/// The scope of a query's facts within its slots.
pub(crate) fn scope(space: &Space<'_>, definitions: &Definitions, source: Source) -> Scope {
    Scope {
        source,
        start: space.period.start().micros(),
        end: space.period.end().micros(),
        published: source == Source::Shares && definitions.date_basis == DateBasis::Published,
        confirmed_only: source == Source::Shares && definitions.share_unit == ShareUnit::Confirmed,
        organic_only: definitions.paid == Paid::Exclude,
        actions: Vec::new(),
        filter: space.filter_of(source),
    }
}

/// The same from the beginning of all data. Conditions on people are not held
/// against each share, but once against the person, as they are counted.
pub(crate) fn history(space: &Space<'_>, definitions: &Definitions, source: Source) -> Scope {
    let mut scope = scope(space, definitions, source);
    scope
        .filter
        .retain(|condition| !is_of_people(&condition.key));
    Scope {
        start: i64::MIN,
        end: i64::MAX,
        published: false,
        ..scope
    }
}

/// What is counted of shares, by the unit in force.
pub(super) fn unit(definitions: &Definitions) -> What {
    if definitions.share_unit == ShareUnit::Distinct {
        What::DistinctShares
    } else {
        What::Sums(vec![Lane::rows()])
    }
}

/// The shares in every cell of a table that counts them by a unit.
pub(super) fn units(table: Option<&&Table>) -> BTreeMap<u64, u64> {
    match table {
        Some(Table::Sums(grid)) => one_by_one(grid.iter().map(|(cell, sums)| (cell, sums.at(0)))),
        Some(Table::DistinctShares(sets)) => {
            let units = |(&cell, (shares, loose)): (&u64, &(BTreeSet<_>, u64))| {
                (cell, shares.len() as u64 + loose)
            };
            one_by_one(sets.iter().map(units))
        }
        _ => BTreeMap::new(),
    }
}

/// How many shares there are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shares;

impl Question for Shares {
    type Answer = u64;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = space.mask_of(Source::Shares);
        let scope = scope(space, definitions, Source::Shares);
        Ok(vec![Spec {
            scope,
            keys: space.keys(&mask),
            what: unit(definitions),
        }])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        _: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<u64>> {
        let mask = space.mask_of(Source::Shares);
        let mut answers = Answers::new(mask.clone());
        if let (Some(Table::Sums(sums)), true) = (tables.first(), splits_by_all(&mask)) {
            answers.sums = Some(FromSums::new(sums, |sums| sums.at(0)));
            return Ok(answers);
        }
        for (cell, shares) in units(tables.first()) {
            answers.by_cell.insert(space.widen(cell, &mask), shares);
        }
        Ok(answers)
    }
}

impl Value for Shares {
    fn value(&self, shares: &u64) -> Option<f64> {
        Some(float(*shares))
    }

    fn value_of(&self, sums: SumsOf<'_>) -> Option<f64> {
        self.value(&sums.at(0))
    }
}

/// Whether the cells of a table are those of its space.
fn splits_by_all(mask: &Mask) -> bool {
    mask.iter().all(|&split| split)
}

/// The sum of a quantity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sum {
    pub(crate) amount: Amount,
    pub(crate) source: Source,
}

/// A sum, and in how many rows it was known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summed {
    pub(crate) total: u64,
    pub(crate) known: u64,
    pub(crate) rows: u64,
    /// Rows of which every part is known.
    pub(crate) complete: u64,
    /// Rows whose followers are a stand-in.
    pub(crate) imputed: u64,
}

impl Question for Sum {
    type Answer = Summed;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = space.mask_of(self.source);
        let amount = &self.amount;
        let lanes = vec![
            amount.lane(&[], true),
            amount.lane(&[], false),
            Lane::rows(),
            amount.complete(&[]),
            Lane {
                imputed: amount.fields().any(|field| field == Field::Followers),
                ..amount.lane(&[], false)
            },
        ];
        let scope = scope(space, definitions, self.source);
        Ok(vec![Spec {
            scope,
            keys: space.keys(&mask),
            what: What::Sums(lanes),
        }])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        _: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Summed>> {
        let mask = space.mask_of(self.source);
        let mut answers = Answers::new(mask.clone());
        answers.makes_rows = self.source != Source::BrandPosts;
        let follows = self.amount.fields().any(|field| field == Field::Followers);
        let summed = move |sums: SumsOf<'_>| Summed {
            total: sums.at(0),
            known: sums.at(1),
            rows: sums.at(2),
            complete: sums.at(3),
            imputed: if follows { sums.at(4) } else { 0 },
        };
        match tables {
            [Table::Sums(sums)] if splits_by_all(&mask) => {
                answers.sums = Some(FromSums::new(sums, summed));
            }
            [Table::Sums(sums)] => {
                for (cell, sums) in sums.iter() {
                    let cell = space.widen(cell, &mask);
                    answers.by_cell.insert(cell, summed(sums));
                }
            }
            _ => {}
        }
        Ok(answers)
    }
}

impl Value for Sum {
    fn value(&self, summed: &Summed) -> Option<f64> {
        let unknown = summed.rows > 0 && summed.known == 0;
        (!unknown).then(|| unscaled(summed.total, self.amount.scale).as_f64())
    }

    fn value_of(&self, sums: SumsOf<'_>) -> Option<f64> {
        let unknown = sums.at(1) == 0 && sums.at(2) > 0;
        (!unknown).then(|| unscaled(sums.at(0), self.amount.scale).as_f64())
    }
}

/// A quantity in units of one, from units of one over its scale.
pub(crate) fn unscaled(value: u64, scale: u32) -> Number {
    if scale == 1 {
        Number::Count(value)
    } else {
        Number::Real(float(value) / f64::from(scale))
    }
}

/// Two quantities over the rows in which both are known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pair {
    pub(crate) above: Amount,
    pub(crate) below: Amount,
    pub(crate) source: Source,
    /// Whether moments for an interval are wanted.
    pub(crate) moments: bool,
}

/// Two sums over the same rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Paired {
    pub(crate) above: u64,
    pub(crate) below: u64,
    pub(crate) known: u64,
    pub(crate) rows: u64,
    /// Rows of which every part is known.
    pub(crate) complete: u64,
    pub(crate) imputed: u64,
    /// Of shares or of advocates, as the interval's unit is.
    pub(crate) moments: Option<RatioMoments>,
}

impl Pair {
    fn lanes(&self) -> Vec<Lane> {
        let (above, below) = (&self.above, &self.below);
        vec![
            above.lane(&[below], true),
            below.lane(&[above], true),
            above.lane(&[below], false),
            Lane::rows(),
            above.complete(&[below]),
            Lane {
                imputed: self.follows(),
                ..above.lane(&[below], false)
            },
        ]
    }

    /// Whether followers are looked up.
    fn follows(&self) -> bool {
        self.below.fields().any(|field| field == Field::Followers)
    }

    /// Brand posts have no advocate: their unit is always the post.
    fn by_advocate(&self, definitions: &Definitions) -> bool {
        self.source == Source::Shares && definitions.interval_unit == IntervalUnit::Advocate
    }
}

impl Question for Pair {
    type Answer = Paired;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = space.mask_of(self.source);
        let (keys, scope) = (space.keys(&mask), scope(space, definitions, self.source));
        let lanes = self.lanes();
        let mut specs = Vec::new();
        if self.moments {
            if self.by_advocate(definitions) {
                let keys = keys.iter().cloned().chain([Key::Advocate]).collect();
                let what = What::Sums(lanes[..3].to_vec());
                specs.push(Spec {
                    scope: scope.clone(),
                    keys,
                    what,
                });
            } else {
                let what = What::Moments(lanes[0].clone(), lanes[1].clone());
                specs.push(Spec {
                    scope: scope.clone(),
                    keys: keys.clone(),
                    what,
                });
            }
        }
        specs.insert(
            0,
            Spec {
                scope,
                keys,
                what: What::Sums(lanes),
            },
        );
        Ok(specs)
    }

    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Paired>> {
        let mask = space.mask_of(self.source);
        let mut answers = Answers::new(mask.clone());
        answers.makes_rows = self.source != Source::BrandPosts;
        if let Some(Table::Sums(grid)) = tables.first() {
            for (cell, sums) in grid.iter() {
                let at = |lane: usize| sums.at(lane);
                let paired = Paired {
                    above: at(0),
                    below: at(1),
                    known: at(2),
                    rows: at(3),
                    complete: at(4),
                    imputed: if self.follows() { at(5) } else { 0 },
                    moments: None,
                };
                answers.by_cell.insert(space.widen(cell, &mask), paired);
            }
        }
        match tables.get(1) {
            Some(Table::Moments(grid)) => {
                for (cell, values) in grid.iter() {
                    let cell = space.widen(cell, &mask);
                    if let (Some(paired), [nn, nd, dd]) = (answers.by_cell.get_mut(&cell), values) {
                        paired.moments = moments(paired, [*nn, *nd, *dd]);
                    }
                }
            }
            Some(Table::Sums(grid)) if self.by_advocate(definitions) => {
                advocate_moments(space, grid, &mask, &mut answers)?;
            }
            _ => {}
        }
        // A pair none of whose rows has a square still has moments: zeros.
        if self.moments {
            for paired in answers.by_cell.values_mut() {
                if paired.moments.is_none() && !self.by_advocate(definitions) {
                    paired.moments = moments(paired, [0; 3]);
                }
            }
        }
        Ok(answers)
    }
}

fn moments(paired: &Paired, [nn, nd, dd]: [u128; 3]) -> Option<RatioMoments> {
    Some(RatioMoments {
        n: paired.known,
        sum_num: paired.above.into(),
        sum_den: paired.below.into(),
        sum_num_sq: i128::try_from(nn).ok()?,
        sum_num_den: i128::try_from(nd).ok()?,
        sum_den_sq: i128::try_from(dd).ok()?,
    })
}

/// Moments over advocates: each one's sums are one observation.
fn advocate_moments(
    space: &Space<'_>,
    grid: &Sums,
    mask: &Mask,
    answers: &mut Answers<Paired>,
) -> Result<()> {
    let radix = u64::from(crate::tally::keys::radix(space.program, &Key::Advocate)).max(1);
    let beyond = || Error::new(ErrorKind::Overflow, "a sum of squares is beyond 127 bits");
    for (cell, of_advocate) in grid.iter() {
        let cell = space.widen(cell / radix, mask);
        let (above, below, known) = (of_advocate.at(0), of_advocate.at(1), of_advocate.at(2));
        let Some(paired) = answers.by_cell.get_mut(&cell) else {
            continue;
        };
        if known == 0 {
            continue;
        }
        let sums = (paired.above, paired.below);
        let moments = paired.moments.get_or_insert_with(|| RatioMoments {
            n: 0,
            sum_num: sums.0.into(),
            sum_den: sums.1.into(),
            sum_num_sq: 0,
            sum_num_den: 0,
            sum_den_sq: 0,
        });
        let (n, d) = (i128::from(above), i128::from(below));
        let add = |sum: i128, a: i128, b: i128| {
            a.checked_mul(b)
                .and_then(|product| sum.checked_add(product))
                .ok_or_else(beyond)
        };
        moments.n += 1;
        moments.sum_num_sq = add(moments.sum_num_sq, n, n)?;
        moments.sum_num_den = add(moments.sum_num_den, n, d)?;
        moments.sum_den_sq = add(moments.sum_den_sq, d, d)?;
    }
    Ok(())
}

/// How often each pair of values occurs, for means and medians of ratios.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ratios {
    pub(crate) above: Amount,
    pub(crate) below: Amount,
}

impl Question for Ratios {
    /// (above, below, how often), in order.
    type Answer = Vec<(u128, u128, u64)>;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = space.mask_of(Source::Shares);
        let (above, below) = (&self.above, &self.below);
        let what = What::Pairs(above.lane(&[below], true), below.lane(&[above], true));
        let scope = scope(space, definitions, Source::Shares);
        Ok(vec![Spec {
            scope,
            keys: space.keys(&mask),
            what,
        }])
    }

    fn answers(
        &self,
        space: &Space<'_>,
        _: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Self::Answer>> {
        let mask = space.mask_of(Source::Shares);
        let mut answers = Answers::new(mask.clone());
        if let [Table::Pairs(sets)] = tables {
            for (&cell, pairs) in sets {
                let scale = u128::from(self.above.scale);
                let pairs = pairs
                    .iter()
                    .map(|(&(above, below), &times)| {
                        (above.into(), u128::from(below) * scale, times)
                    })
                    .collect();
                answers.by_cell.insert(space.widen(cell, &mask), pairs);
            }
        }
        Ok(answers)
    }
}

/// The largest reach of a share and, with a stated universe, every value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reaches;

/// Reach, share by share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) most: Option<u64>,
    /// (reach, how often), in order; empty without a universe.
    pub(crate) each: Vec<(u64, u64)>,
}

impl Question for Reaches {
    type Answer = Reached;

    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>> {
        let mask = space.mask_of(Source::Shares);
        let lane = Amount::field(Field::Reach).lane(&[], true);
        let (keys, scope) = (space.keys(&mask), scope(space, definitions, Source::Shares));
        let mut whats = vec![What::Most(lane.clone())];
        if definitions.universe.is_some() {
            whats.push(What::Values(lane));
        }
        Ok(whats
            .into_iter()
            .map(|what| Spec {
                scope: scope.clone(),
                keys: keys.clone(),
                what,
            })
            .collect())
    }

    fn answers(
        &self,
        space: &Space<'_>,
        _: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Reached>> {
        let mask = space.mask_of(Source::Shares);
        let mut answers: Answers<Reached> = Answers::new(mask.clone());
        if let Some(Table::Most(grid)) = tables.first() {
            for (cell, values) in grid.iter() {
                answers
                    .by_cell
                    .entry(space.widen(cell, &mask))
                    .or_default()
                    .most = values[0];
            }
        }
        if let Some(Table::Values(sets)) = tables.get(1) {
            for (&cell, values) in sets {
                answers
                    .by_cell
                    .entry(space.widen(cell, &mask))
                    .or_default()
                    .each = values
                    .iter()
                    .map(|(&value, &times)| (value, times))
                    .collect();
            }
        }
        Ok(answers)
    }
}
