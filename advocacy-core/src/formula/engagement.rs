//! Engagement: how people respond.

use crate::catalog::Metric;
use crate::definitions::{EngagementDenominator, LiftOf, Pooling};
use crate::error::Result;
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::model::field::Field;
use crate::query::amounts::{Amount, Pair, Paired, Ratios, Sum, engagement_set};
use crate::query::sheet::Sheet;
use crate::query::things::Followers;
use crate::stats;
use crate::tally::spec::Source;

use super::reach::{field, imputed, mean, total};
use super::{quotient, ratio};

/// A quantity in units of one, from units of one over its scale.
fn unscaled(value: u64, scale: u32) -> Number {
    if scale == 1 {
        Number::Count(value)
    } else {
        Number::Real(float(value) / f64::from(scale))
    }
}

/// What every rate over pairs says of the rows it rests on.
fn about(measure: Measure, paired: &Paired, what: &'static str) -> Measure {
    let measure = measure
        .with_coverage(paired.known, paired.rows)
        .note_if(paired.known < paired.rows, || Note::NotKnown {
            rows: paired.rows - paired.known,
            what: what.into(),
        })
        .note_if(paired.imputed > 0, || imputed(paired.imputed));
    if paired.rows > 0 && paired.known == 0 {
        measure.missing()
    } else {
        measure
    }
}

/// Ratio of sums over the rows in which both sides are known, with the ratio
/// estimator's interval.
pub(crate) fn pooled(
    sheet: &mut Sheet<'_, '_>,
    metric: Metric,
    (above, above_name): (Amount, &'static str),
    (below, below_name): (Amount, &'static str),
) -> Result<Measure> {
    let scale = above.scale;
    let paired = sheet.ask(&Pair {
        above,
        below,
        source: Source::Shares,
        moments: true,
    })?;
    let measure = ratio(
        metric,
        (above_name, unscaled(paired.above, scale)),
        (below_name, paired.below.into()),
    );
    let interval = match &paired.moments {
        Some(moments) => stats::ratio_estimator(moments, sheet.definitions.confidence)?
            .and_then(|estimate| estimate.interval)
            .map(|interval| {
                interval
                    .scaled(1.0 / f64::from(scale))
                    .clipped(0.0, f64::MAX)
            }),
        None => None,
    };
    Ok(about(
        measure.with_interval(interval),
        &paired,
        "both sides",
    ))
}

/// The engagement set, its name in the numerator, and whose count it is.
fn engaged(sheet: &Sheet<'_, '_>) -> Result<(Amount, &'static str, bool)> {
    let amount = Amount::engagements(sheet.space, sheet.definitions)?;
    let own = engagement_set(sheet.space, sheet.definitions)?.own_count();
    let name = if own == Some(Field::Engaged) {
        "engaged"
    } else {
        "engagements"
    };
    Ok((amount, name, own.is_some()))
}

pub(crate) fn engagements(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (amount, name, own) = engaged(sheet)?;
    let (scale, fields) = (amount.scale, amount.fields().collect::<Vec<_>>());
    let summed = sheet.ask(&Sum {
        amount,
        source: Source::Shares,
    })?;
    let mut measure = total(Metric::Engagements, name, summed);
    if scale > 1 {
        let value = unscaled(summed.total, scale);
        measure.value = measure.value.map(|_| value);
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
    Ok(measure.note_if(own, || Note::PlatformCount))
}

pub(crate) fn likes(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Metric::Likes, Field::Likes)
}

pub(crate) fn comments(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Metric::Comments, Field::Comments)
}

pub(crate) fn reshares(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Metric::Reshares, Field::Reshares)
}

pub(crate) fn clicks(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Metric::Clicks, Field::Clicks)
}

pub(crate) fn follows(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Metric::Follows, Field::Follows)
}

pub(crate) fn conversions(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Metric::Conversions, Field::Conversions)
}

pub(crate) fn revenue(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let mut measure = field(sheet, Metric::Revenue, Field::Revenue)?;
    measure.unit = crate::measure::Unit::Money(sheet.space.program.currency);
    Ok(measure)
}

/// A rate of two fields by the pooling in force.
fn rate(
    sheet: &mut Sheet<'_, '_>,
    metric: Metric,
    above: (Amount, &'static str),
    below: (Amount, &'static str),
) -> Result<Measure> {
    let median = match sheet.definitions.pooling {
        Pooling::Pooled => return pooled(sheet, metric, above, below),
        Pooling::MeanOfRatios => false,
        Pooling::MedianOfRatios => true,
    };
    let (names, source) = ((above.1, below.1), Source::Shares);
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
    let mut measure = Measure::new(metric.id(), metric.info().unit, value.map(Number::Real));
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
    Ok(about(measure, &paired, "both sides"))
}

pub(crate) fn engagement_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (amount, name, own) = engaged(sheet)?;
    let above = (amount, name);
    let denominator = match sheet.definitions.engagement_denominator {
        EngagementDenominator::Impressions => (Field::Impressions, "impressions"),
        EngagementDenominator::Reach => (Field::Reach, "reach"),
        EngagementDenominator::FollowersAtPost => (Field::Followers, "followers_at_post"),
        EngagementDenominator::FollowersAtEnd => {
            let measure = over_followers(sheet, Metric::EngagementRate, above, "followers_at_end")?;
            return Ok(measure.note_if(own, || Note::PlatformCount));
        }
    };
    let below = (Amount::field(denominator.0), denominator.1);
    let measure = rate(sheet, Metric::EngagementRate, above, below)?;
    Ok(measure.note_if(own, || Note::PlatformCount))
}

/// A quantity over the followers, at the period's end, of accounts that shared.
fn over_followers(
    sheet: &mut Sheet<'_, '_>,
    metric: Metric,
    (amount, name): (Amount, &'static str),
    below: &'static str,
) -> Result<Measure> {
    let scale = amount.scale;
    let summed = sheet.ask(&Sum {
        amount,
        source: Source::Shares,
    })?;
    let followed = sheet.ask(&Followers { shared_only: true })?;
    let measure = ratio(
        metric,
        (name, unscaled(summed.total, scale)),
        (below, followed.followers.into()),
    )
    .with_coverage(summed.known, summed.rows)
    .note_if(summed.known < summed.rows, || Note::NotKnown {
        rows: summed.rows - summed.known,
        what: name.into(),
    })
    .note_if(followed.known < followed.accounts, || Note::NotKnown {
        rows: followed.accounts - followed.known,
        what: "followers".into(),
    })
    .note_if(followed.imputed > 0, || imputed(followed.imputed));
    let unknown = summed.rows > 0 && (summed.known == 0 || followed.known == 0);
    Ok(if unknown { measure.missing() } else { measure })
}

pub(crate) fn click_through_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let above = (Amount::field(Field::Clicks), "clicks");
    let below = (Amount::field(Field::Impressions), "impressions");
    rate(sheet, Metric::ClickThroughRate, above, below)
}

pub(crate) fn amplification_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let above = (Amount::field(Field::Reshares), "reshares");
    over_followers(sheet, Metric::AmplificationRate, above, "followers")
}

pub(crate) fn virality_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let above = (Amount::field(Field::Reshares), "reshares");
    let below = (Amount::field(Field::Impressions), "impressions");
    rate(sheet, Metric::ViralityRate, above, below)
}

/// A field per share in which it is known.
fn per_share(sheet: &mut Sheet<'_, '_>, metric: Metric, field: Field) -> Result<Measure> {
    let summed = sheet.ask(&Sum {
        amount: Amount::field(field),
        source: Source::Shares,
    })?;
    let measure = ratio(
        metric,
        (field.as_str(), summed.total.into()),
        ("shares", summed.known.into()),
    )
    .with_coverage(summed.known, summed.rows)
    .note_if(summed.known < summed.rows, || Note::NotKnown {
        rows: summed.rows - summed.known,
        what: field.as_str().into(),
    });
    Ok(if summed.rows > 0 && summed.known == 0 {
        measure.missing()
    } else {
        measure
    })
}

pub(crate) fn applause_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    per_share(sheet, Metric::ApplauseRate, Field::Likes)
}

pub(crate) fn conversation_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    per_share(sheet, Metric::ConversationRate, Field::Comments)
}

/// Advocates' rate over the brand's own.
pub(crate) fn lift_over_brand(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (ours, brand, interval) = match sheet.definitions.lift_of {
        LiftOf::Reach => {
            let sum = |source| Sum {
                amount: Amount::field(Field::Reach),
                source,
            };
            let ours = sheet.ask(&sum(Source::Shares))?;
            let brand = sheet.ask(&sum(Source::BrandPosts))?;
            (mean(ours), mean(brand), None)
        }
        LiftOf::EngagementRate | LiftOf::ClickThroughRate => {
            let above = if sheet.definitions.lift_of == LiftOf::EngagementRate {
                Amount::engagements(sheet.space, sheet.definitions)?
            } else {
                Amount::field(Field::Clicks)
            };
            let scale = f64::from(above.scale);
            let pair = |source| Pair {
                above: above.clone(),
                below: Amount::field(Field::Impressions),
                source,
                moments: true,
            };
            let ours = sheet.ask(&pair(Source::Shares))?;
            let brand = sheet.ask(&pair(Source::BrandPosts))?;
            let confidence = sheet.definitions.confidence;
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
            let rate = |paired: &Paired| quotient(paired.above, paired.below).map(|r| r / scale);
            (rate(&ours), rate(&brand), interval)
        }
    };
    let info = Metric::LiftOverBrand.info();
    let value = match (ours, brand) {
        (Some(ours), Some(brand)) if brand > 0.0 => Some(Number::Real(ours / brand)),
        _ => None,
    };
    let mut measure = Measure::new(info.id, info.unit, value).with_interval(interval);
    measure.numerator = Some(Part {
        name: "advocates".into(),
        value: ours.map(Number::Real),
    });
    measure.denominator = Some(Part {
        name: "brand".into(),
        value: brand.map(Number::Real),
    });
    Ok(measure)
}
