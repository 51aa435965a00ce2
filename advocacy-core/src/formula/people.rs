//! The people funnel: who is in, who takes part, who stays.

use crate::definitions::{
    AdoptionNumerator, Base, CohortBasis, FirstShareEstimator, PerWhom, SeriesGrain,
};
use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::question::amounts::Shares;
use crate::question::cohorts::Retention;
use crate::question::members::{Overlap, Overlapped, Who, halved};
use crate::question::population::{Counted, People};
use crate::question::series::{SeriesMembers, SeriesSharers, SeriesSteps, Stickiness};
use crate::question::sheet::Sheet;
use crate::question::tenure::{Activation, DAY, FirstShares, Lifecycle};
use crate::stats;

use crate::rate::{count, proportion, ratio};

/// How a base is called as a population.
const fn name(base: Base) -> &'static str {
    match base {
        Base::Employees => "employees",
        Base::Invited => "invited",
        Base::Joined => "joined",
        Base::Connected => "connected",
        Base::Active => "active",
        Base::Seats => "licensed_seats",
    }
}

/// A population as a number; `None` where the data does not say.
pub(super) fn number(counted: Counted) -> Option<Number> {
    counted.known.then(|| halved(counted.doubled))
}

/// The size of a base and whether it was counted from the advocates.
fn size(sheet: &mut Sheet<'_, '_>, base: Base) -> Result<(Option<Number>, bool)> {
    match base {
        Base::Seats => match sheet.definitions.licensed_seats {
            Some(seats) => Ok((Some(seats.into()), false)),
            None => Err(Error::new(
                ErrorKind::InvalidOption,
                "licensed seats are a denominator, and how many there are is not stated",
            )
            .in_field("licensed_seats")),
        },
        Base::Active => {
            let active = sheet.ask(&Overlap {
                who: Who::Active,
                within: None,
            })?;
            Ok((Some(active.inside()), false))
        }
        _ => {
            let counted = sheet.ask(&People(base))?;
            Ok((number(counted), counted.from_advocates))
        }
    }
}

/// The size of a base as a metric of its own.
fn headcount(sheet: &mut Sheet<'_, '_>, base: Base) -> Result<Measure> {
    let (size, from_advocates) = size(sheet, base)?;
    let mut measure = Measure::of(size);
    measure.numerator = size.map(|size| Part::new(name(base), size));
    if size.is_none() {
        return Ok(measure.missing());
    }
    Ok(measure.note_if(from_advocates, || Note::EmployeesFromAdvocates))
}

pub(crate) fn employees(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    headcount(sheet, Base::Employees)
}

pub(crate) fn invited(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    headcount(sheet, Base::Invited)
}

pub(crate) fn joined(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    headcount(sheet, Base::Joined)
}

pub(crate) fn connected(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    headcount(sheet, Base::Connected)
}

/// A set of people within a base, over that base.
fn rate_of(
    sheet: &mut Sheet<'_, '_>,
    (who, above): (Who, &'static str),
    base: Base,
) -> Result<Measure> {
    let overlap = sheet.ask(&Overlap {
        who,
        within: Some(base),
    })?;
    let (below, from_advocates) = size(sheet, base)?;
    let measure = people_rate(sheet, (above, overlap), (name(base), below), from_advocates)?;
    Ok(measure.worded(format!("{above} / {}", name(base))))
}

fn people_rate(
    sheet: &Sheet<'_, '_>,
    (above, overlap): (&'static str, Overlapped),
    (below, size): (&'static str, Option<Number>),
    from_advocates: bool,
) -> Result<Measure> {
    let confidence = sheet.definitions.confidence;
    let Some(size) = size else {
        let mut measure = proportion((above, overlap.inside()), (below, 0_u64.into()), confidence)?;
        measure.denominator = Some(Part {
            name: below.into(),
            value: None,
        });
        return Ok(measure.missing());
    };
    let measure = proportion((above, overlap.inside()), (below, size), confidence)?
        .note_if(overlap.outside() > 0, || Note::OutsidePopulation {
            people: overlap.outside(),
        })
        .note_if(from_advocates, || Note::EmployeesFromAdvocates);
    if overlap.known {
        return Ok(measure);
    }
    let mut measure = measure.missing();
    measure.numerator = Some(Part {
        name: above.into(),
        value: None,
    });
    Ok(measure)
}

pub(crate) fn coverage_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let who = (Who::Base(Base::Invited), "invited");
    rate_of(sheet, who, Base::Employees)
}

pub(crate) fn adoption_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let who = match sheet.definitions.adoption_numerator {
        AdoptionNumerator::Joined => (Who::Base(Base::Joined), "joined"),
        AdoptionNumerator::SharersEver => (Who::SharersEver, "sharers_ever"),
    };
    let base = sheet.definitions.adoption_denominator;
    rate_of(sheet, who, base)
}

pub(crate) fn activation_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let days = sheet.definitions.activation_days;
    let found = sheet.ask(&Activation)?;
    let measure = proportion(
        ("activated", found.activated),
        ("eligible", found.eligible.into()),
        sheet.definitions.confidence,
    )?
    .note_if(found.too_young > 0, || Note::Excluded {
        count: found.too_young,
        what: format!("members with less than {days} days of follow-up").into(),
    });
    Ok(if found.known {
        measure
    } else {
        measure.missing()
    })
}

pub(crate) fn active_advocates(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let active = sheet.ask(&Overlap {
        who: Who::Active,
        within: None,
    })?;
    Ok(count("active", active.inside()))
}

pub(crate) fn sharers(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let sharers = sheet.ask(&Overlap {
        who: Who::Sharers,
        within: None,
    })?;
    Ok(count("sharers", sharers.inside()))
}

pub(crate) fn active_participation_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let base = sheet.definitions.active_participation_denominator;
    if !matches!(
        base,
        Base::Employees | Base::Invited | Base::Joined | Base::Connected
    ) {
        return Err(Error::new(
            ErrorKind::InvalidOption,
            format!(
                "{base} has no size at each step; choose employees, invited, joined or connected"
            ),
        )
        .in_field("active_participation_denominator"));
    }
    let sharers = sheet.ask(&SeriesSharers)?;
    let series = sheet.ask(&SeriesMembers)?;
    let count = sheet.ask(&SeriesSteps)?;
    // Without a step there are 0 employees, not a headcount that is not stated.
    let known = series.known || (count == 0 && base == Base::Employees);
    let size = known.then_some(Number::Count(series.members));
    let measure = people_rate(sheet, ("sharers", sharers), ("members", size), false)?;
    // Weeks of one person hang together: their sum is no sample of people.
    let steps = match sheet.definitions.active_participation_grain {
        SeriesGrain::Day => "complete days",
        SeriesGrain::Week => "complete weeks",
        SeriesGrain::Month => "complete months",
        SeriesGrain::Rolling30Days => "30-day windows",
    };
    Ok(measure
        .with_interval(None)
        .with_component(Part::new(steps, count)))
}

pub(crate) fn participation_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let base = sheet.definitions.participation_denominator;
    rate_of(sheet, (Who::Active, "active"), base)
}

pub(crate) fn share_rate(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let base = sheet.definitions.share_rate_denominator;
    rate_of(sheet, (Who::Sharers, "sharers"), base)
}

pub(crate) fn shares_per_active(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let shares = sheet.ask(&Shares)?;
    let (who, name) = match sheet.definitions.shares_per {
        PerWhom::Active => (Who::Active, "active"),
        PerWhom::Sharers => (Who::Sharers, "sharers"),
    };
    let people = sheet.ask(&Overlap { who, within: None })?;
    let measure = ratio(("shares", shares.into()), (name, people.inside()));
    Ok(measure.worded(format!("shares / {name}")))
}

pub(crate) fn stickiness(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let stuck = sheet.ask(&Stickiness)?;
    let above = ("mean_actives", Number::Real(stuck.mean_actives));
    Ok(ratio(above, ("monthly_actives", stuck.monthly.into())))
}

pub(crate) fn time_to_first_share(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let found = sheet.ask(&FirstShares)?;
    let quantile = sheet.definitions.first_share_quantile;
    let shared = || found.waits.iter().filter(|wait| wait.shared());
    let (waits, interval) = match sheet.definitions.first_share_estimator {
        FirstShareEstimator::KaplanMeier => {
            let mut waits = found.waits.to_vec();
            waits.sort_unstable();
            let waits = waits.iter().map(|wait| (wait.micros(), wait.shared()));
            let curve = stats::kaplan_meier(&waits.collect::<Vec<_>>())?;
            let interval = curve.quantile_interval(quantile, sheet.definitions.confidence)?;
            let ends = interval.and_then(|interval| interval.low.zip(interval.high));
            let interval = ends.map(|(low, high)| {
                stats::Interval::new(
                    days(low),
                    days(high),
                    sheet.definitions.confidence,
                    "brookmeyer_crowley",
                )
            });
            (curve.quantile(quantile)?.map(days), interval)
        }
        FirstShareEstimator::SharersOnly => {
            let waits = shared().map(|wait| wait.micros()).collect();
            (plain_quantile(waits, quantile), None)
        }
    };
    let mut measure = Measure::of(waits.map(Number::Real))
        .with_interval(interval)
        .with_component(Part::new("members", found.waits.len() as u64))
        .with_component(Part::new("shared", shared().count() as u64));
    measure.numerator = None;
    Ok(if found.known {
        measure
    } else {
        measure.missing()
    })
}

fn days(micros: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact below 285 years")]
    (micros as f64 / DAY as f64)
}

/// The quantile of waits in days, between neighbours where it falls between (the
/// median of an even number is the mean of the middle two).
fn plain_quantile(mut waits: Vec<i64>, quantile: f64) -> Option<f64> {
    let last = waits.len().checked_sub(1)?;
    let place = quantile * float(last as u64);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the waits"
    )]
    let below = (place.floor() as usize).min(last);
    let (_, &mut low, longer) = waits.select_nth_unstable(below);
    let high = longer.iter().min().map_or(low, |&high| high);
    let (low, high) = (days(low), days(high));
    Some(low + (high - low) * (place - place.floor()))
}

pub(crate) fn retention(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (retained, members) = sheet.ask(&Retention)?;
    proportion(
        ("retained", retained),
        (
            match sheet.definitions.retention_cohort {
                CohortBasis::FirstShare => "first_sharers",
                CohortBasis::Joined => "joined",
            },
            members.into(),
        ),
        sheet.definitions.confidence,
    )
}

pub(crate) fn dormant(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let cycle = sheet.ask(&Lifecycle)?;
    let measure = count("dormant", cycle.dormant);
    Ok(if cycle.members_known {
        measure
    } else {
        measure.missing()
    })
}

pub(crate) fn reactivated(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let cycle = sheet.ask(&Lifecycle)?;
    Ok(count("reactivated", cycle.reactivated))
}

pub(crate) fn new_sharers(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let cycle = sheet.ask(&Lifecycle)?;
    Ok(count("new_sharers", cycle.new_sharers))
}
