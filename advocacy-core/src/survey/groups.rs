//! Scores of many groups, compared with each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::named::named;
use crate::stats;

use super::answer::Answer;
use super::difference::{EnpsDifference, enps_difference};
use super::enps::{Enps, EnpsOptions, Tallied, check_lengths};

named! {
    /// Which groups are compared.
    #[derive(Default)]
    pub enum Comparisons as "comparisons" {
        /// Each group with all the others together.
        #[default]
        Rest = "rest",
        /// Each group with each other one.
        Pairs = "pairs",
    }
}

/// The eNPS of every group, of all, and how they differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnpsGroups {
    /// All groups together, counted, not averaged.
    pub total: Enps,
    /// Every group, by name.
    pub groups: BTreeMap<String, Enps>,
    /// The comparisons, by name.
    pub comparisons: Vec<GroupComparison>,
}

/// How one group differs from another, or from the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupComparison {
    /// The group.
    pub first: String,
    /// The group it is compared with; `None` is all others together.
    pub second: Option<String>,
    /// first − second.
    pub difference: EnpsDifference,
    /// Its p-value, corrected for the number of comparisons (Holm 1979).
    pub adjusted_p: Option<f64>,
}

/// The eNPS of every group, and comparisons with p-values corrected by Holm,
/// so that the chance of any false alarm among them stays below the level.
///
/// Each row is a group and an answer; weights go by row. Comparisons without
/// a p-value (no answers, or no variance) do not count towards the correction.
/// Small groups are not protected here.
///
/// # Errors
/// `invalid_option` in `population`: one size cannot be that of every group;
/// else as [`enps`](super::enps).
///
/// ```
/// use advocacy_core::survey::{Comparisons, EnpsOptions, enps_by};
///
/// let rows = [("Data", 9), ("Data", 10), ("Data", 6), ("Sales", 3), ("Sales", 8)];
/// let by = enps_by(rows, Comparisons::Rest, &EnpsOptions::default())?;
/// assert_eq!(by.total.value(), Some(0.0));
/// assert_eq!(by.groups["Sales"].value(), Some(-50.0));
/// assert!(by.comparisons[0].adjusted_p >= by.comparisons[0].difference.p_value);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_by<G: Into<String>, A: Answer>(
    rows: impl IntoIterator<Item = (G, A)>,
    comparisons: Comparisons,
    options: &EnpsOptions,
) -> Result<EnpsGroups> {
    options.check()?;
    no_population(options)?;
    let mut tallies: BTreeMap<String, Tallied> = BTreeMap::new();
    let mut count = 0;
    for (row, (group, answer)) in rows.into_iter().enumerate() {
        tallies
            .entry(group.into())
            .or_insert_with(|| Tallied::new(options))
            .add(answer.value(), row, options)?;
        count = row + 1;
    }
    compared(tallies, count, comparisons, options)
}

/// An error where a population is stated, which is that of one group.
pub(super) fn no_population(options: &EnpsOptions) -> Result<()> {
    if options.population.is_none() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidOption,
        "a population is that of one group: take each group's enps by itself",
    )
    .in_field("population"))
}

/// Groups whose answers, so many in all, are counted, and how they differ.
pub(super) fn compared(
    tallies: BTreeMap<String, Tallied>,
    answers: usize,
    comparisons: Comparisons,
    options: &EnpsOptions,
) -> Result<EnpsGroups> {
    check_lengths(answers, options)?;
    let each: Vec<Tallied> = tallies.values().copied().collect();
    let mut groups = BTreeMap::new();
    for (name, tallied) in tallies {
        groups.insert(name, tallied.finish(options)?);
    }
    let total = each
        .iter()
        .fold(Tallied::new(options), |all, &one| all.merged(one))
        .finish(options)?;
    let mut compared = match comparisons {
        Comparisons::Rest => with_rest(&groups, &each, options)?,
        Comparisons::Pairs => in_pairs(&groups)?,
    };
    let tested: Vec<f64> = compared
        .iter()
        .filter_map(|c| c.difference.p_value)
        .collect();
    let mut adjusted = stats::holm(&tested)?.into_iter();
    for comparison in &mut compared {
        if comparison.difference.p_value.is_some() {
            comparison.adjusted_p = adjusted.next();
        }
    }
    Ok(EnpsGroups {
        total,
        groups,
        comparisons: compared,
    })
}

/// Each group with all others: those before it and those after it, merged.
fn with_rest(
    groups: &BTreeMap<String, Enps>,
    each: &[Tallied],
    options: &EnpsOptions,
) -> Result<Vec<GroupComparison>> {
    let mut after = vec![Tallied::new(options)];
    for &tallied in each.iter().rev() {
        let merged = after.last().copied().map(|last| last.merged(tallied));
        after.extend(merged);
    }
    let mut before = Tallied::new(options);
    let mut compared = Vec::with_capacity(each.len());
    // `after` runs backwards: its last entry is everything, the one before
    // that everything after the first group.
    for (((name, enps), &tallied), &later) in
        groups.iter().zip(each).zip(after.iter().rev().skip(1))
    {
        let rest = before.merged(later).finish(options)?;
        compared.push(comparison(name, None, enps_difference(enps, &rest)?));
        before = before.merged(tallied);
    }
    Ok(compared)
}

fn in_pairs(groups: &BTreeMap<String, Enps>) -> Result<Vec<GroupComparison>> {
    let mut compared = Vec::new();
    for (at, (first, one)) in groups.iter().enumerate() {
        for (second, other) in groups.iter().skip(at + 1) {
            let difference = enps_difference(one, other)?;
            compared.push(comparison(first, Some(second.clone()), difference));
        }
    }
    Ok(compared)
}

fn comparison(first: &str, second: Option<String>, difference: EnpsDifference) -> GroupComparison {
    GroupComparison {
        first: first.to_owned(),
        second,
        difference,
        adjusted_p: None,
    }
}
