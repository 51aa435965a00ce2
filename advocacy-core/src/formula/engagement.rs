//! Engagement: how people respond.

use crate::definitions::{EngagementDenominator, EngagementSet, LiftOf, Parts, Pooling};
use crate::error::Result;
use crate::measure::{Measure, Note, Number, Part};
use crate::model::field::Field;
use crate::question::amounts::{Amount, Pair, Paired, Ratios, Sum, engagement_set, unscaled};
use crate::question::sheet::Sheet;
use crate::question::things::OverFollowers;
use crate::stats;
use crate::tally::spec::Source;

use super::sums::{Basis, about, field, mean, pooled, sum, total};
use crate::rate::{quotient, ratio};

/// The engagement set in force.
fn set(sheet: &Sheet<'_, '_>) -> Result<EngagementSet> {
    engagement_set(sheet.space.program, sheet.definitions)
}

/// A set's quantity, its name in the numerator, and whether the platform counts it.
fn engaged(sheet: &Sheet<'_, '_>, set: &EngagementSet) -> (Amount, &'static str, bool) {
    let own = set.own_count();
    let name = if own == Some(Field::Engaged) {
        "engaged"
    } else {
        "engagements"
    };
    let amount = Amount::of_set(set, sheet.definitions);
    (amount, name, own.is_some())
}

pub(crate) fn engagements(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let set = set(sheet)?;
    let (amount, name, own) = engaged(sheet, &set);
    let (scale, fields) = (amount.scale, amount.fields().collect::<Vec<_>>());
    let summed = sheet.ask_value(&Sum {
        amount,
        source: Source::Shares,
    })?;
    let mut measure = total(name, summed);
    if measure.value.is_some() {
        let value = unscaled(summed.total, scale);
        measure.value = Some(value);
        measure.numerator = Some(Part::new(name, value));
    }
    // Sums of the parts stand beside, each over the rows that know it.
    if fields.len() > 1 {
        for part in fields {
            let of_part = Sum {
                amount: Amount::field(part),
                source: Source::Shares,
            };
            let of_part = sheet.ask(&of_part)?;
            let value = (of_part.known > 0).then_some(Number::Count(of_part.total));
            measure = measure.with_component(Part {
                name: part.as_str().into(),
                value,
            });
        }
    }
    let known = match sheet.definitions.parts {
        Parts::All => "where all are known",
        Parts::Known => "as far as known",
    };
    Ok(measure
        .worded(format!("{}, {known}", set.sum()))
        .note_if(own, || Note::PlatformCount))
}

pub(crate) fn likes(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Field::Likes)
}

pub(crate) fn comments(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Field::Comments)
}

pub(crate) fn reshares(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Field::Reshares)
}

pub(crate) fn clicks(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Field::Clicks)
}

pub(crate) fn follows(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Field::Follows)
}

pub(crate) fn conversions(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Field::Conversions)
}

pub(crate) fn revenue(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let mut measure = field(sheet, Field::Revenue)?;
    measure.unit = crate::measure::Unit::Money(sheet.space.program.currency);
    Ok(measure)
}

/// A rate of two fields by the pooling in force.
fn rate(
    sheet: &mut Sheet<'_, '_>,
    above: (Amount, &'static str),
    below: (Amount, &'static str),
) -> Result<Measure> {
    let (names, source) = ((above.1, below.1), Source::Shares);
    let worded = |how: &str| format!("{} / {}, {how}", names.0, names.1);
    let (median, words) = match sheet.definitions.pooling {
        Pooling::Pooled => {
            let measure = pooled(sheet, above, below)?;
            return Ok(measure.worded(worded("both summed first")));
        }
        Pooling::MeanOfRatios => (false, worded("the mean of each share's")),
        Pooling::MedianOfRatios => (true, worded("the median of each share's")),
    };
    let ratios = sheet.ask(&Ratios {
        above: above.0.clone(),
        below: below.0.clone(),
    })?;
    let paired = sheet.ask(&Pair {
        above: above.0,
        below: below.0,
        source,
        moments: false,
    })?;
    let found = stats::mean_of_ratios(&ratios, sheet.definitions.confidence)?;
    let value = found.as_ref().map(|found| {
        if median {
            found.median
        } else {
            found.mean.value
        }
    });
    let mut measure = Measure::of(value.map(Number::Real));
    if let Some(found) = &found {
        let interval = if median {
            None
        } else {
            found.mean.interval.clone()
        };
        measure = measure
            .with_interval(interval)
            .with_component(Part::new("ratios", found.n))
            .note_if(found.undefined > 0, || Note::Excluded {
                count: found.undefined,
                what: format!("shares with {} of 0", names.1).into(),
            });
    }
    Ok(about(measure, &paired, "both sides").worded(words))
}

pub(crate) fn engagement_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (amount, name, own) = engaged(sheet, &set(sheet)?);
    let above = (amount, name);
    let denominator = match sheet.definitions.engagement_denominator {
        EngagementDenominator::Impressions => (Field::Impressions, "impressions"),
        EngagementDenominator::Reach => (Field::Reach, "reach"),
        EngagementDenominator::FollowersAtPost => (Field::Followers, "followers_at_post"),
        EngagementDenominator::FollowersAtEnd => {
            let measure = over_followers(sheet, above, "followers_at_end")?;
            return Ok(measure.note_if(own, || Note::PlatformCount));
        }
    };
    let below = (Amount::field(denominator.0), denominator.1);
    let measure = rate(sheet, above, below)?;
    Ok(measure.note_if(own, || Note::PlatformCount))
}

/// A quantity over the followers, at the period's end, of the accounts that
/// shared: each account once, and only with shares of which the quantity is
/// known.
fn over_followers(
    sheet: &mut Sheet<'_, '_>,
    (amount, name): (Amount, &'static str),
    below: &'static str,
) -> Result<Measure> {
    let scale = amount.scale;
    let paired = sheet.ask(&OverFollowers { amount })?;
    let measure = ratio(
        (name, unscaled(paired.above, scale)),
        (below, paired.below.into()),
    );
    Ok(about(measure, &paired, "both sides").worded(format!(
        "{name} / followers, at the period's end, of accounts that shared"
    )))
}

pub(crate) fn click_through_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let above = (Amount::field(Field::Clicks), "clicks");
    let below = (Amount::field(Field::Impressions), "impressions");
    rate(sheet, above, below)
}

pub(crate) fn amplification_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let above = (Amount::field(Field::Reshares), "reshares");
    over_followers(sheet, above, "followers")
}

pub(crate) fn virality_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let above = (Amount::field(Field::Reshares), "reshares");
    let below = (Amount::field(Field::Impressions), "impressions");
    rate(sheet, above, below)
}

/// A field per share in which it is known.
fn per_share(sheet: &mut Sheet<'_, '_>, field: Field) -> Result<Measure> {
    let summed = sheet.ask(&Sum {
        amount: Amount::field(field),
        source: Source::Shares,
    })?;
    let measure = ratio(
        (field.as_str(), summed.total.into()),
        ("shares", summed.known.into()),
    );
    Ok(about(measure, summed, field.as_str()))
}

pub(crate) fn applause_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    per_share(sheet, Field::Likes)
}

pub(crate) fn conversation_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    per_share(sheet, Field::Comments)
}

/// Advocates' rate over the brand's own.
pub(crate) fn lift_over_brand(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    match sheet.definitions.lift_of {
        LiftOf::Reach => {
            let ours = sum(sheet, Field::Reach, Source::Shares)?;
            let brand = sum(sheet, Field::Reach, Source::BrandPosts)?;
            let sides = [(mean(ours), ours.into()), (mean(brand), brand.into())];
            Ok(lift(sides, "reach"))
        }
        LiftOf::EngagementRate => {
            let (amount, _, own) = engaged(sheet, &set(sheet)?);
            let measure = lift_of_rates(sheet, &amount)?;
            Ok(measure.note_if(own, || Note::PlatformCount))
        }
        LiftOf::ClickThroughRate => lift_of_rates(sheet, &Amount::field(Field::Clicks)),
    }
}

/// Advocates' pooled rate over impressions, over the brand's.
fn lift_of_rates(sheet: &mut Sheet<'_, '_>, above: &Amount) -> Result<Measure> {
    let confidence = sheet.definitions.confidence;
    let pair = |source| Pair {
        above: above.clone(),
        below: Amount::field(Field::Impressions),
        source,
        moments: true,
    };
    let ours = sheet.ask(&pair(Source::Shares))?;
    let brand = sheet.ask(&pair(Source::BrandPosts))?;
    let estimate = |paired: &Paired| match &paired.moments {
        Some(moments) => stats::ratio_estimator(moments, confidence),
        None => Ok(None),
    };
    let interval = match (estimate(&ours)?, estimate(&brand)?) {
        (Some(ours), Some(brand)) => {
            stats::estimate_ratio(&ours, &brand, confidence)?.and_then(|e| e.interval)
        }
        _ => None,
    };
    let scale = f64::from(above.scale);
    let rate = |paired: &Paired| quotient(paired.above, paired.below).map(|r| r / scale);
    let sides = [
        (rate(&ours), (&ours).into()),
        (rate(&brand), (&brand).into()),
    ];
    let measure = lift(sides, "both sides");
    let interval = interval.filter(|_| measure.value.is_some());
    Ok(measure.with_interval(interval))
}

/// Advocates' rate over the brand's, with what either rests on: undefined where
/// a side is, else missing where a side is.
fn lift(
    [(ours, basis), (brand, brand_basis)]: [(Option<f64>, Basis); 2],
    what: &'static str,
) -> Measure {
    let value = match (ours, brand) {
        (Some(ours), Some(brand)) if brand > 0.0 => Some(Number::Real(ours / brand)),
        _ => None,
    };
    let part = |name: &'static str, value: Option<f64>| Part {
        name: name.into(),
        value: value.map(Number::Real),
    };
    let mut measure = Measure::of(value);
    measure.numerator = Some(part("advocates", ours));
    measure.denominator = Some(part("brand", brand));
    let Basis { rows, known, .. } = brand_basis;
    let undefined =
        |rate: Option<f64>, basis: Basis| rate.is_none() && (basis.rows == 0 || basis.known > 0);
    let neither = undefined(ours, basis) || undefined(brand, brand_basis);
    let measure = about(measure, basis, what).note_if(known < rows, || Note::NotKnown {
        rows: rows - known,
        what: "the brand's figures".into(),
    });
    match (neither, known == 0) {
        (true, _) => measure.undefined(),
        (false, true) => measure.missing(),
        (false, false) => measure,
    }
}
