//! Reach and impressions: four quantities that are all called reach.

use crate::error::{Error, ErrorKind, Result};
use crate::math::{exp_m1, float, ln_1p};
use crate::measure::{Measure, Note, Number, Part};
use crate::model::field::Field;
use crate::question::amounts::{Amount, Reaches, Shares, Summed};
use crate::question::sheet::Sheet;
use crate::question::things::{Followed, Followers};
use crate::tally::spec::Source;

use super::sums::{field, imputed, pooled, sum, total};
use crate::rate::{count, ratio};

pub(crate) fn impressions(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Field::Impressions)
}

fn followed(followed: Followed) -> Measure {
    let measure = count("followers", followed.followers)
        .with_coverage(followed.known, followed.accounts)
        .with_component(Part::new("accounts", followed.accounts))
        .note_if(followed.known < followed.accounts, || Note::NotKnown {
            rows: followed.accounts - followed.known,
            what: "followers".into(),
        })
        .note_if(followed.imputed > 0, || imputed(followed.imputed));
    if followed.accounts > 0 && followed.known == 0 {
        measure.unknown()
    } else {
        measure
    }
}

pub(crate) fn network_size(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let found = sheet.ask(&Followers { shared_only: false })?;
    Ok(followed(found))
}

pub(crate) fn potential_reach(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let found = sheet.ask(&Followers { shared_only: true })?;
    let shares = sheet.ask(&Shares)?;
    let measure = followed(found).note(Note::NonAdditive {
        reason: "an account that shared in two rows counts once in their total".into(),
    });
    // There were shares, and nobody knows from which accounts.
    Ok(if shares > 0 && found.accounts == 0 {
        measure.missing()
    } else {
        measure
    })
}

pub(crate) fn potential_impressions(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    field(sheet, Field::Followers)
}

pub(crate) fn reach(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let summed = sum(sheet, Field::Reach, Source::Shares)?;
    let reached = sheet.ask(&Reaches)?;
    let mut measure = total("reach", summed);
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
            value: Some(Number::Real(estimate)),
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
pub(crate) fn duplicated(universe: u64, each: &[(u64, u64)]) -> Result<f64> {
    let most = each.iter().map(|&(reach, _)| reach).max().unwrap_or(0);
    if universe == 0 || most > universe {
        let message = format!("a reach of {most} among {universe} people");
        return Err(Error::new(ErrorKind::OutOfRange, message).in_field("universe"));
    }
    if most == universe {
        return Ok(float(universe));
    }
    let mut log_missed = 0.0;
    for &(reach, times) in each {
        log_missed += float(times) * ln_1p(-(float(reach) / float(universe)));
    }
    Ok(-float(universe) * exp_m1(log_missed))
}

pub(crate) fn frequency(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let above = (Amount::field(Field::Impressions), "impressions");
    let below = (Amount::field(Field::Reach), "reach");
    pooled(sheet, above, below)
}

/// (advocates' − brand) / brand.
pub(crate) fn gain(advocates: u64, brand: u64) -> Measure {
    // Whole numbers are subtracted before anything is rounded.
    let difference = i128::from(advocates) - i128::from(brand);
    #[expect(clippy::cast_precision_loss, reason = "rounded to nearest, once")]
    let value = (brand > 0).then(|| Number::Real(difference as f64 / float(brand)));
    let mut measure = Measure::of(value);
    measure.numerator = Some(Part::new("advocates_reach", advocates));
    measure.denominator = Some(Part::new("brand_reach", brand));
    measure
}

/// Advocates' and the brand's gross reach.
fn both(sheet: &mut Sheet<'_, '_>) -> Result<(Summed, Summed)> {
    let ours = sum(sheet, Field::Reach, Source::Shares)?;
    let brand = sum(sheet, Field::Reach, Source::BrandPosts)?;
    Ok((ours, brand))
}

/// What a comparison of gross reaches says of them; missing where either is
/// known of no post.
fn gross(mut measure: Measure, (ours, brand): (Summed, Summed)) -> Measure {
    let unknown = |summed: Summed| summed.rows > 0 && summed.known == 0;
    let sides = [
        (ours, &mut measure.numerator),
        (brand, &mut measure.denominator),
    ];
    for (_, part) in sides.into_iter().filter(|(summed, _)| unknown(*summed)) {
        if let Some(part) = part {
            part.value = None;
        }
    }
    let left_out = |summed: Summed, what: &'static str| Note::NotKnown {
        rows: summed.rows - summed.known,
        what: what.into(),
    };
    let measure = measure
        .with_coverage(ours.known, ours.rows)
        .note_if(ours.known < ours.rows, || left_out(ours, "reach"))
        .note_if(brand.known < brand.rows, || left_out(brand, "brand reach"))
        .note(Note::NonAdditive {
            reason: "both reaches are gross sums over posts".into(),
        });
    if unknown(ours) || unknown(brand) {
        measure.missing()
    } else {
        measure
    }
}

pub(crate) fn reach_gain(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (ours, brand) = both(sheet)?;
    Ok(gross(gain(ours.total, brand.total), (ours, brand)))
}

pub(crate) fn reach_multiple(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (ours, brand) = both(sheet)?;
    let above = ("advocates_reach", ours.total.into());
    let measure = ratio(above, ("brand_reach", brand.total.into()));
    Ok(gross(measure, (ours, brand)))
}
