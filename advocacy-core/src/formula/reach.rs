//! Reach and impressions: four quantities that are all called reach.

use crate::catalog::{self, Metric};
use crate::definitions::Definitions;
use crate::error::{Error, ErrorKind, Result};
use crate::math::{exp_m1, float, ln_1p};
use crate::measure::{Measure, Note, Number, Part};
use crate::model::field::Field;
use crate::query::amounts::{Amount, Reaches, Sum, Summed};
use crate::query::sheet::Sheet;
use crate::query::things::{Followed, Followers};
use crate::tally::spec::Source;

use super::{count, quotient, ratio};

/// The sum of a field as a metric of its own: missing where it is known in no
/// row, 0 where there are no rows.
pub(crate) fn total(metric: Metric, name: &'static str, summed: Summed) -> Measure {
    let measure = count(metric, name, summed.total)
        .with_coverage(summed.known, summed.rows)
        .note_if(summed.known < summed.rows, || Note::NotKnown {
            rows: summed.rows - summed.known,
            what: name.into(),
        })
        .note_if(summed.imputed > 0, || imputed(summed.imputed));
    if summed.rows > 0 && summed.known == 0 {
        measure.missing()
    } else {
        measure
    }
}

/// Followers observed only later stand in for those at the time.
pub(crate) fn imputed(rows: u64) -> Note {
    Note::Imputed {
        count: rows,
        what: "follower counts by the earliest later observation".into(),
    }
}

fn sum(sheet: &mut Sheet<'_, '_>, field: Field, source: Source) -> Result<Summed> {
    sheet.ask(&Sum {
        amount: Amount::field(field),
        source,
    })
}

/// A field of shares, summed.
pub(crate) fn field(sheet: &mut Sheet<'_, '_>, metric: Metric, field: Field) -> Result<Measure> {
    let summed = sum(sheet, field, Source::Shares)?;
    Ok(total(metric, field.as_str(), summed))
}

pub(crate) fn impressions(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Metric::Impressions, Field::Impressions)
}

fn followed(metric: Metric, followed: Followed) -> Measure {
    let measure = count(metric, "followers", followed.followers)
        .with_coverage(followed.known, followed.accounts)
        .with_component(Part::new("accounts", followed.accounts))
        .note_if(followed.known < followed.accounts, || Note::NotKnown {
            rows: followed.accounts - followed.known,
            what: "followers".into(),
        })
        .note_if(followed.imputed > 0, || imputed(followed.imputed));
    if followed.accounts > 0 && followed.known == 0 {
        measure.missing()
    } else {
        measure
    }
}

pub(crate) fn network_size(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let found = sheet.ask(&Followers { shared_only: false })?;
    Ok(followed(Metric::NetworkSize, found))
}

pub(crate) fn potential_reach(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let found = sheet.ask(&Followers { shared_only: true })?;
    Ok(
        followed(Metric::PotentialReach, found).note(Note::NonAdditive {
            reason: "an account that shared in two rows counts once in their total".into(),
        }),
    )
}

pub(crate) fn potential_impressions(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Metric::PotentialImpressions, Field::Followers)
}

pub(crate) fn reach(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let summed = sum(sheet, Field::Reach, Source::Shares)?;
    let reached = sheet.ask(&Reaches)?;
    let mut measure = total(Metric::Reach, "reach", summed);
    if summed.known > 1 {
        measure = measure.note(Note::NonAdditive {
            reason: "a gross sum: one person reached by two shares counts twice".into(),
        });
    }
    let Some(most) = reached.most else {
        return Ok(measure);
    };
    measure = measure
        .with_component(Part::new("lower_bound", most))
        .with_component(Part::new("gross", summed.total));
    if let Some(universe) = sheet.definitions.universe {
        let estimate = duplicated(universe, &reached.each)?;
        measure = measure.with_component(Part {
            name: "estimate".into(),
            value: estimate.map(Number::Real),
        });
        measure = measure.note(Note::Remark {
            text: format!(
                "the estimate takes reaches as random draws from {universe} people; \
                 employees' networks overlap, so it overstates"
            )
            .into(),
        });
    }
    Ok(measure)
}

/// U(1 − ∏(1 − rᵢ/U)), in the order of the values.
fn duplicated(universe: u64, each: &[(u64, u64)]) -> Result<Option<f64>> {
    if universe == 0 {
        return Ok(None);
    }
    let mut log_missed = 0.0;
    for &(reach, times) in each {
        if reach > universe {
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!("a reach of {reach} is beyond the universe of {universe} people"),
            )
            .in_field("universe"));
        }
        if reach == universe {
            return Ok(Some(float(universe)));
        }
        log_missed += float(times) * ln_1p(-(float(reach) / float(universe)));
    }
    Ok(Some(-float(universe) * exp_m1(log_missed)))
}

/// Reach over several posts: the three numbers that bracket it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReachEstimate {
    /// The largest single reach: nobody can say less.
    pub lower_bound: u64,
    /// The sum: nobody can say more.
    pub gross: u64,
    /// The random-duplication estimate U(1 − ∏(1 − rᵢ/U)).
    pub estimate: f64,
}

/// Lower bound, gross and random-duplication estimate of several reaches in a
/// universe of people. Employees' networks overlap, so the estimate overstates.
///
/// `None` without reaches.
///
/// # Errors
/// `out_of_range` for a reach beyond the universe or an empty universe,
/// `overflow` for a gross sum beyond 64 bits.
///
/// ```
/// use advocacy_core::formula::random_duplication;
///
/// // 400 posts that reach 0.1 % each reach 33 % together (Sainsbury).
/// let net = random_duplication(1_000_000, &[1_000; 400])?.unwrap();
/// assert!((net.estimate / 1e6 - 0.329_814_093_993_259_9).abs() < 1e-12);
/// assert_eq!((net.lower_bound, net.gross), (1_000, 400_000));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn random_duplication(universe: u64, reaches: &[u64]) -> Result<Option<ReachEstimate>> {
    let mut sorted = reaches.to_vec();
    sorted.sort_unstable();
    let Some(&lower_bound) = sorted.last() else {
        return Ok(None);
    };
    let gross = sorted
        .iter()
        .try_fold(0_u64, |sum, &reach| sum.checked_add(reach))
        .ok_or_else(crate::tally::table::overflow)?;
    let mut each: Vec<(u64, u64)> = Vec::new();
    for reach in sorted {
        match each.last_mut() {
            Some((last, times)) if *last == reach => *times += 1,
            _ => each.push((reach, 1)),
        }
    }
    let estimate = duplicated(universe, &each)?.ok_or_else(|| {
        Error::new(ErrorKind::OutOfRange, "a universe of 0 people").in_field("universe")
    })?;
    Ok(Some(ReachEstimate {
        lower_bound,
        gross,
        estimate,
    }))
}

pub(crate) fn frequency(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let above = (Amount::field(Field::Impressions), "impressions");
    let below = (Amount::field(Field::Reach), "reach");
    super::engagement::pooled(sheet, Metric::Frequency, above, below)
}

/// (advocates' − brand) / brand.
pub(crate) fn gain(advocates: u64, brand: u64) -> Measure {
    let info = Metric::ReachGain.info();
    // Whole numbers are subtracted before anything is rounded.
    let difference = i128::from(advocates) - i128::from(brand);
    #[expect(clippy::cast_precision_loss, reason = "rounded to nearest, once")]
    let value = (brand > 0).then(|| Number::Real(difference as f64 / float(brand)));
    let mut measure = Measure::new(info.id, info.unit, value);
    measure.numerator = Some(Part::new("advocates_reach", advocates));
    measure.denominator = Some(Part::new("brand_reach", brand));
    measure
}

/// Advocates' and the brand's reach; whether both are known.
fn both(sheet: &mut Sheet<'_, '_>) -> Result<(Summed, Summed, bool)> {
    let ours = sum(sheet, Field::Reach, Source::Shares)?;
    let brand = sum(sheet, Field::Reach, Source::BrandPosts)?;
    let unknown = |summed: Summed| summed.rows > 0 && summed.known == 0;
    Ok((ours, brand, !unknown(ours) && !unknown(brand)))
}

fn gross_note() -> Note {
    Note::NonAdditive {
        reason: "both reaches are gross sums over posts".into(),
    }
}

pub(crate) fn reach_gain(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (ours, brand, known) = both(sheet)?;
    let measure = gain(ours.total, brand.total)
        .with_coverage(ours.known, ours.rows)
        .note(gross_note());
    Ok(if known { measure } else { measure.missing() })
}

pub(crate) fn reach_multiple(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (ours, brand, known) = both(sheet)?;
    let above = ("advocates_reach", ours.total.into());
    let measure = ratio(
        Metric::ReachMultiple,
        above,
        ("brand_reach", brand.total.into()),
    )
    .with_coverage(ours.known, ours.rows)
    .note(gross_note());
    Ok(if known { measure } else { measure.missing() })
}

/// What a reach calculator assumes; every one is named in its result.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReachAssumptions {
    /// Employees.
    pub headcount: u64,
    /// The share of them who take part, 0..=1.
    pub adoption: f64,
    /// Shares per participant and month.
    pub shares_per_month: f64,
    /// Followers per participant, over all their networks.
    pub followers: f64,
    /// The share of followers who see a share, 0..=1.
    pub view_through: f64,
}

/// Potential views a month: headcount × adoption × shares per month ×
/// followers × view-through, every assumption a component of the result.
///
/// # Errors
/// `not_finite`, or `out_of_range` for a rate outside 0..=1 or a negative
/// number.
///
/// ```
/// use advocacy_core::formula::{ReachAssumptions, reach_calculator};
///
/// let views = reach_calculator(&ReachAssumptions {
///     headcount: 1_000,
///     adoption: 0.25,
///     shares_per_month: 4.0,
///     followers: 500.0,
///     view_through: 0.1,
/// })?;
/// assert_eq!(views.value(), Some(50_000.0));
/// assert_eq!(views.component("adoption"), Some(0.25));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn reach_calculator(assumptions: &ReachAssumptions) -> Result<Measure> {
    let ReachAssumptions {
        headcount,
        adoption,
        shares_per_month,
        followers,
        view_through,
    } = *assumptions;
    let parts = [
        ("adoption", adoption, 1.0),
        ("shares_per_month", shares_per_month, f64::MAX),
        ("followers", followers, f64::MAX),
        ("view_through", view_through, 1.0),
    ];
    let mut views = float(headcount);
    for (name, value, most) in parts {
        if !value.is_finite() {
            return Err(
                Error::new(ErrorKind::NotFinite, format!("{name} is {value}")).in_field(name),
            );
        }
        if !(0.0..=most).contains(&value) {
            let allowed = if most > 1.0 { "0 or more" } else { "0..=1" };
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!("{name} {value} is not {allowed}"),
            )
            .in_field(name));
        }
        views *= value;
    }
    let info = Metric::ReachCalculator.info();
    let measure = parts.into_iter().fold(
        Measure::new(info.id, info.unit, Some(Number::Real(views)))
            .with_component(Part::new("headcount", headcount)),
        |measure, (name, value, _)| measure.with_component(Part::new(name, value)),
    );
    let measure = measure.note(Note::Remark {
        text: "an estimate from assumptions, not a count; people reached twice count twice".into(),
    });
    Ok(catalog::define(
        measure,
        Metric::ReachCalculator,
        &Definitions::default(),
    ))
}

/// Views a month, for the catalogue: the calculator has no counts to ask for.
pub(crate) fn not_asked(_: &mut Sheet<'_, '_>) -> Result<Measure> {
    Err(Error::new(
        ErrorKind::InvalidOption,
        "the reach calculator works on stated assumptions, not on a programme",
    ))
}

/// Mean of a field over the rows where it is known.
pub(crate) fn mean(summed: Summed) -> Option<f64> {
    quotient(summed.total, summed.known)
}
