//! Scores of many answers that lie in memory as bytes.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::model::column::Codes;
use crate::model::scale::{EnpsCategory, Scale};
use crate::threads;

use super::enps::{Enps, EnpsOptions, Tallied, enps};
use super::groups::{Comparisons, EnpsGroups, compared, no_population};
use super::read::Invalid;

/// [`enps`] of answers that lie in memory as bytes, as they do in a column:
/// the same result, about as fast as memory is read.
///
/// # Errors
/// Those of [`enps`].
///
/// ```
/// use advocacy_core::survey::{EnpsOptions, enps, enps_bytes};
///
/// let (scores, options) = ([10_u8, 9, 7, 3], EnpsOptions::default());
/// assert_eq!(enps_bytes(&scores, &options)?, enps(scores, &options)?);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_bytes(scores: &[u8], options: &EnpsOptions) -> Result<Enps> {
    if options.weights.is_some() {
        return enps(scores, options);
    }
    options.check()?;
    let [low, passive, promoter, above] = edges(&options.scale);
    let counts = threads::over(scores, |scores| {
        [low, passive, promoter, above].map(|from| at_least(scores, from))
    });
    let all = |at: usize| counts.iter().map(|counts| counts[at]).sum::<u64>();
    let (low, passive, promoter, above) = (all(0), all(1), all(2), all(3));
    let skipped = scores.len() as u64 - low + above;
    if skipped > 0 && options.invalid == Invalid::Raise {
        // Says which answer it is.
        return enps(scores, options);
    }
    let mut tallied = Tallied::new(options);
    let counts = [low - passive, passive - promoter, promoter - above, skipped];
    add_counts(&mut tallied, counts)?;
    tallied.finish(options)
}

/// [`enps_by`](super::enps_by) of answers that lie in memory as bytes, in groups
/// by code: `names` has a name for each code.
///
/// # Errors
/// `unequal_lengths` for codes of other rows than the scores'; `out_of_range`
/// for a code without a name; else those of [`enps_by`](super::enps_by).
///
/// ```
/// use advocacy_core::Codes;
/// use advocacy_core::survey::{Comparisons, EnpsOptions, enps_by_codes};
///
/// let (names, codes) = (["Data", "Sales"], Codes::U8(vec![0, 0, 0, 1, 1].into()));
/// let scores = [9, 10, 6, 3, 8];
/// let by = enps_by_codes(&names, &codes, &scores, Comparisons::Rest, &EnpsOptions::default())?;
/// assert_eq!(by.total.value(), Some(0.0));
/// assert_eq!(by.groups["Sales"].value(), Some(-50.0));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_by_codes<N: AsRef<str>>(
    names: &[N],
    codes: &Codes<'_>,
    scores: &[u8],
    comparisons: Comparisons,
    options: &EnpsOptions,
) -> Result<EnpsGroups> {
    options.check()?;
    no_population(options)?;
    if codes.len() != scores.len() {
        let message = format!("{} groups and {} scores", codes.len(), scores.len());
        return Err(Error::new(ErrorKind::UnequalLengths, message).in_field("groups"));
    }
    let code = |row: usize| codes.at(row) as usize;
    if let Some(most) = codes.max().filter(|&most| most as usize >= names.len()) {
        let row = (0..codes.len()).find(|&row| code(row) >= names.len());
        let message = format!("group {most} is beyond its {} names", names.len());
        let error = Error::new(ErrorKind::OutOfRange, message).in_field("groups");
        return Err(row.map_or(error.clone(), |row| error.at_row(row)));
    }
    let mut groups: BTreeMap<String, Tallied> = BTreeMap::new();
    if options.weights.is_some() {
        for (row, &score) in scores.iter().enumerate() {
            let tallied = groups.entry(names[code(row)].as_ref().to_owned());
            let tallied = tallied.or_insert_with(|| Tallied::new(options));
            tallied.add(Some(score.into()), row, options)?;
        }
        return compared(groups, scores.len(), comparisons, options);
    }
    for (name, counts) in names
        .iter()
        .zip(count(names.len(), codes, scores, options)?)
    {
        if counts == [0; 4] {
            continue;
        }
        let tallied = groups.entry(name.as_ref().to_owned());
        let tallied = tallied.or_insert_with(|| Tallied::new(options));
        add_counts(tallied, counts)?;
    }
    compared(groups, scores.len(), comparisons, options)
}

const CATEGORIES: [EnpsCategory; 3] = [
    EnpsCategory::Detractor,
    EnpsCategory::Passive,
    EnpsCategory::Promoter,
];

/// Where answers outside the scale are counted, after the categories.
const OUTSIDE: usize = CATEGORIES.len();

/// Adds how many answers there were of every category, and outside.
fn add_counts(tallied: &mut Tallied, counts: [u64; 4]) -> Result<()> {
    for (category, times) in CATEGORIES.into_iter().zip(counts) {
        tallied.count(Some(category), 1.0, times)?;
    }
    tallied.skip(counts[OUTSIDE]);
    Ok(())
}

/// How many answers of every category each group gave.
fn count(
    groups: usize,
    codes: &Codes<'_>,
    scores: &[u8],
    options: &EnpsOptions,
) -> Result<Vec<[u64; 4]>> {
    let place = |score: u8| {
        let category = options.scale.category(score.into());
        let at = CATEGORIES.iter().position(|of| Some(*of) == category);
        at.unwrap_or(OUTSIDE)
    };
    let places: [usize; 256] = std::array::from_fn(|score| place(score.to_le_bytes()[0]));
    // Each thread counts for itself.
    let none = || vec![[0_u64; 4]; groups];
    let counted = threads::share_rows(scores.len(), none, |counts, rows| {
        let scores = &scores[rows.clone()];
        match codes {
            Codes::U8(codes) => add(counts, &codes[rows], scores, &places),
            Codes::U16(codes) => add(counts, &codes[rows], scores, &places),
            Codes::U32(codes) => add(counts, &codes[rows], scores, &places),
        }
    });
    let mut all = vec![[0_u64; 4]; groups];
    for counts in counted {
        for (sum, more) in all.as_flattened_mut().iter_mut().zip(counts.as_flattened()) {
            *sum += more;
        }
    }
    let outside = all.iter().any(|counts| counts[OUTSIDE] > 0);
    if outside && options.invalid == Invalid::Raise {
        // Says which answer it is.
        enps(scores, options)?;
    }
    Ok(all)
}

/// Counts answers where their bytes have their places, each in its group.
fn add<C: Copy + Into<u32>>(
    counts: &mut [[u64; 4]],
    groups: &[C],
    scores: &[u8],
    places: &[usize; 256],
) {
    for (&group, &score) in groups.iter().zip(scores) {
        let group: u32 = group.into();
        if let Some(counts) = counts.get_mut(group as usize) {
            counts[places[usize::from(score)] & 3] += 1;
        }
    }
}

/// The first byte that is within the scale, passive, a promoter's, and beyond
/// the scale: none is before the first, or after the last.
fn edges(scale: &Scale) -> [u16; 4] {
    let ((min, max), (passive, promoter)) = (scale.range(), scale.cut_offs());
    let from = |edge: f64| (0..256).find(|&byte| f64::from(byte) >= edge);
    let beyond = (0..256).find(|&byte| f64::from(byte) > max);
    let (low, above) = (from(min).unwrap_or(256), beyond.unwrap_or(256));
    let within = |edge: f64| from(edge).unwrap_or(256).clamp(low.min(above), above);
    let promoter = within(promoter);
    let passive = within(passive).min(promoter);
    [low, passive, promoter, above]
}

/// How many bytes are at least that.
fn at_least(bytes: &[u8], from: u16) -> u64 {
    /// As many as a byte can count.
    const CHUNK: usize = 240;
    if from == 0 {
        return bytes.len() as u64;
    }
    let Ok(from) = u8::try_from(from) else {
        return 0;
    };
    let in_chunk = |chunk: &[u8]| {
        let is = chunk.iter().map(|&byte| u8::from(byte >= from));
        u64::from(is.fold(0, u8::wrapping_add))
    };
    bytes.chunks(CHUNK).map(in_chunk).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte, on every scale, one by one and all at once.
    #[test]
    fn bytes_are_counted_as_one_by_one() {
        let custom = Scale::Custom {
            min: 2.5,
            max: 8.0,
            passive_from: 4.0,
            promoter_from: 6.5,
        };
        let scores: Vec<u8> = (0..1_000_u32)
            .map(|at| (at * 7 % 256).to_le_bytes()[0])
            .collect();
        for scale in [Scale::ZeroToTen, Scale::OneToTen, custom] {
            let mut options = EnpsOptions {
                scale,
                invalid: Invalid::Skip,
                ..EnpsOptions::default()
            };
            assert_eq!(enps_bytes(&scores, &options), enps(&scores, &options));
            options.invalid = Invalid::Raise;
            assert_eq!(enps_bytes(&scores, &options), enps(&scores, &options));
        }
    }

    #[test]
    fn groups_by_code_are_groups_by_name() -> Result<()> {
        let scores: Vec<u8> = (0..5_000_u32)
            .map(|at| (at * at % 11).to_le_bytes()[0])
            .collect();
        let groups: Vec<u8> = (0..5_000_u32)
            .map(|at| (at % 13 % 5).to_le_bytes()[0])
            .collect();
        let names = ["a", "b", "c", "d", "e", "nobody"];
        let options = EnpsOptions::default();
        let rows = groups
            .iter()
            .map(|&group| names[usize::from(group)])
            .zip(&scores);
        let by_name = super::super::enps_by(rows, Comparisons::Rest, &options)?;
        let codes = Codes::U8((&groups[..]).into());
        let by_code = enps_by_codes(&names, &codes, &scores, Comparisons::Rest, &options)?;
        assert_eq!(by_code, by_name);
        let error = enps_by_codes(&names[..3], &codes, &scores, Comparisons::Rest, &options);
        assert_eq!(error.map_err(|error| error.code()), Err("out_of_range"));
        Ok(())
    }
}
