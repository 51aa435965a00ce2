//! Content: what is offered, and what is made of it.

use crate::definitions::MixOf;
use crate::error::Result;
use crate::measure::{Measure, Number, Part};
use crate::question::amounts::Shares;
use crate::question::sheet::Sheet;
use crate::question::things::{Items, SharedItems, Spread, Whole};
use crate::stats;

use crate::rate::{count, proportion, ratio};

pub(crate) fn shares(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let shares = sheet.ask_value(&Shares)?;
    Ok(count("shares", shares))
}

pub(crate) fn published_items(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let items = sheet.ask(&Items)?;
    Ok(count("items", items))
}

pub(crate) fn content_utilisation(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let taken = sheet.ask(&SharedItems { sharers: false })?;
    let items = sheet.ask(&Items)?;
    proportion(
        ("shared_items", taken.items),
        ("items", items.into()),
        sheet.definitions.confidence,
    )
}

pub(crate) fn shares_per_item(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let taken = sheet.ask(&SharedItems { sharers: false })?;
    let below = ("items", sheet.ask(&Items)?.into());
    Ok(ratio(("shares", taken.shares.into()), below))
}

pub(crate) fn sharers_per_item(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let taken = sheet.ask(&SharedItems { sharers: true })?;
    let below = ("items", sheet.ask(&Items)?.into());
    Ok(ratio(("sharers", taken.sharers.into()), below))
}

pub(crate) fn content_mix(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let (name, part) = match sheet.definitions.mix_of {
        MixOf::Items => ("items", sheet.ask(&Items)?),
        MixOf::Shares => ("shares", sheet.ask(&Shares)?),
    };
    let whole = sheet.ask(&Whole)?;
    let below = match sheet.definitions.mix_of {
        MixOf::Items => "all items",
        MixOf::Shares => "all shares",
    };
    let measure = ratio((name, part.into()), (below, whole.into()));
    Ok(measure.worded(format!("{name} of the row / {below}")))
}

pub(crate) fn content_entropy(sheet: &mut Sheet<'_, '_>) -> Result<Measure> {
    let counts = sheet.ask(&Spread)?;
    let entropy = stats::entropy(&counts).map(Number::Real);
    let values = counts.iter().filter(|count| **count > 0).count() as u64;
    Ok(Measure::of(entropy).with_component(Part::new("values", values)))
}
