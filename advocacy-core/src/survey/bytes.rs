//! Scores of many answers that lie in memory as bytes.

use std::collections::BTreeMap;
use std::ops::BitOr;

use crate::error::{Error, ErrorKind, Result};
use crate::model::column::Codes;
use crate::model::scale::{EnpsCategory, Scale};
use crate::threads;
use crate::wide::wide;

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
    let edges = edges(&options.scale);
    let counts = threads::over(scores, |scores| at_least(scores, edges));
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
    let mut groups: BTreeMap<String, Tallied> = BTreeMap::new();
    if options.weights.is_some() {
        check_codes(codes, names.len())?;
        for (row, &score) in scores.iter().enumerate() {
            let name = names[codes.at(row) as usize].as_ref();
            let tallied = groups.entry(name.to_owned());
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

/// An error where a code has no name.
fn check_codes(codes: &Codes<'_>, names: usize) -> Result<()> {
    let beyond = |code: u32| code as usize >= names;
    let Some(most) = codes.max().filter(|&most| beyond(most)) else {
        return Ok(());
    };
    let row = (0..codes.len()).find(|&row| beyond(codes.at(row)));
    let message = format!("group {most} is beyond its {names} names");
    let error = Error::new(ErrorKind::OutOfRange, message).in_field("groups");
    Err(row.map_or(error.clone(), |row| error.at_row(row)))
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
    let none = || Counting::new(groups, &places);
    let counted = threads::share_rows(scores.len(), none, |counting, rows| {
        let scores = &scores[rows.clone()];
        match codes {
            Codes::U8(codes) => counting.add(&codes[rows], scores),
            Codes::U16(codes) => counting.add(&codes[rows], scores),
            Codes::U32(codes) => counting.add(&codes[rows], scores),
        }
    });
    let (mut all, mut beyond) = (vec![[0_u64; 4]; groups], false);
    for mut counting in counted {
        counting.empty();
        beyond |= counting.beyond;
        let counts = counting.counts.as_flattened();
        for (sum, more) in all.as_flattened_mut().iter_mut().zip(counts) {
            *sum += more;
        }
    }
    if beyond {
        check_codes(codes, groups)?;
    }
    let outside = all.iter().any(|counts| counts[OUTSIDE] > 0);
    if outside && options.invalid == Invalid::Raise {
        // Says which answer it is.
        enps(scores, options)?;
    }
    Ok(all)
}

/// Groups that a byte can tell apart.
const BYTE: usize = 1 << 8;

/// Answers being counted, each in its group.
///
/// Groups that a byte can tell apart are first counted by group and score: what
/// is not one of theirs has a place too, and no answer waits for a comparison.
struct Counting<'s> {
    places: &'s [usize; 256],
    counts: Vec<[u64; 4]>,
    /// By score, then group; none for more groups. Half the size of the counts
    /// they are emptied into, which keeps them near.
    pairs: Vec<u32>,
    /// Answers in them.
    held: usize,
    /// The highest score among them: beyond it nothing was written.
    most: u8,
    /// Whether a code has no name.
    beyond: bool,
}

impl<'s> Counting<'s> {
    fn new(groups: usize, places: &'s [usize; 256]) -> Self {
        let pairs = if groups <= BYTE { BYTE * BYTE } else { 0 };
        Self {
            places,
            counts: vec![[0; 4]; groups],
            pairs: vec![0; pairs],
            held: 0,
            most: 0,
            beyond: false,
        }
    }

    fn add<C>(&mut self, groups: &[C], scores: &[u8])
    where
        C: Copy + Default + BitOr<Output = C> + Into<u32>,
    {
        if self.held.saturating_add(scores.len()) > u32::MAX as usize {
            self.empty();
        }
        let Some(counts) = self.pairs.first_chunk_mut::<{ BYTE * BYTE }>() else {
            return self.add_each(groups, scores);
        };
        self.held += scores.len();
        let (groups, most) = wide(
            #[inline(always)]
            || add_pairs(counts, groups, scores),
        );
        self.most = self.most.max(most);
        self.beyond |= groups.into() as usize >= BYTE;
    }

    fn add_each<C: Copy + Into<u32>>(&mut self, groups: &[C], scores: &[u8]) {
        for (&group, &score) in groups.iter().zip(scores) {
            match self.counts.get_mut(group.into() as usize) {
                Some(counts) => counts[self.places[usize::from(score)] & 3] += 1,
                None => self.beyond = true,
            }
        }
    }

    /// Empties the pairs into the counts.
    fn empty(&mut self) {
        let seen = self.pairs.chunks_exact_mut(BYTE).zip(self.places);
        for (of_score, &place) in seen.take(usize::from(self.most) + 1) {
            for (group, answers) in of_score.iter_mut().enumerate() {
                match self.counts.get_mut(group) {
                    Some(counts) => counts[place] += u64::from(*answers),
                    None => self.beyond |= *answers > 0,
                }
                *answers = 0;
            }
        }
        (self.held, self.most) = (0, 0);
    }
}

/// Counts answers by score and group; gives the bits of the groups, together, and
/// the highest score.
#[inline(always)]
fn add_pairs<C>(counts: &mut [u32; BYTE * BYTE], groups: &[C], scores: &[u8]) -> (C, u8)
where
    C: Copy + Default + BitOr<Output = C> + Into<u32>,
{
    /// Pairs made at a time.
    const CHUNK: usize = 256;
    let (mut pairs, mut bits, mut most) = ([0_u16; CHUNK], C::default(), 0);
    for (groups, scores) in groups.chunks(CHUNK).zip(scores.chunks(CHUNK)) {
        let pairs = &mut pairs[..scores.len()];
        for ((pair, &group), &score) in pairs.iter_mut().zip(groups).zip(scores) {
            let code: u32 = group.into();
            *pair = u16::from_le_bytes([code.to_le_bytes()[0], score]);
            bits = bits | group;
            most = most.max(score);
        }
        for &pair in &*pairs {
            counts[usize::from(pair)] += 1;
        }
    }
    (bits, most)
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

/// How many bytes are at least each of these.
fn at_least(bytes: &[u8], edges: [u16; 4]) -> [u64; 4] {
    /// As many as a byte can count.
    const CHUNK: usize = 240;
    let [a, b, c, d] = edges.map(|from| u8::try_from(from).unwrap_or(u8::MAX));
    let mut counts = [0; 4];
    for chunk in bytes.chunks(CHUNK) {
        // One by one, and not as an array: a loop over them would take longer than they do
        // where code is to be small.
        let (mut at_a, mut at_b, mut at_c, mut at_d) = (0_u8, 0_u8, 0_u8, 0_u8);
        for &byte in chunk {
            at_a = at_a.wrapping_add(u8::from(byte >= a));
            at_b = at_b.wrapping_add(u8::from(byte >= b));
            at_c = at_c.wrapping_add(u8::from(byte >= c));
            at_d = at_d.wrapping_add(u8::from(byte >= d));
        }
        for (count, more) in counts.iter_mut().zip([at_a, at_b, at_c, at_d]) {
            *count += u64::from(more);
        }
    }
    for (count, from) in counts.iter_mut().zip(edges) {
        // No byte is.
        if from > u8::MAX.into() {
            *count = 0;
        }
    }
    counts
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

    /// Groups within and beyond a byte, in codes of every width, some of them
    /// with no name, and answers outside the scale.
    #[test]
    fn groups_may_be_many_and_codes_wide() -> Result<()> {
        let options = EnpsOptions {
            invalid: Invalid::Skip,
            ..EnpsOptions::default()
        };
        let scores: Vec<u8> = (0..70_000_u32)
            .map(|at| (at * 7 % 13).to_le_bytes()[0])
            .collect();
        for many in [7_u16, 200, 256, 300] {
            let names: Vec<String> = (0..many).map(|group| format!("{group:03}")).collect();
            let groups: Vec<u16> = (0..scores.len())
                .map(|at| u16::try_from(at * 31 % usize::from(many)).unwrap_or(0))
                .collect();
            let rows = groups
                .iter()
                .map(|&group| names[usize::from(group)].clone());
            let by_name = super::super::enps_by(rows.zip(&scores), Comparisons::Rest, &options)?;
            let of = |codes: &Codes<'_>| {
                enps_by_codes(&names, codes, &scores, Comparisons::Rest, &options)
            };
            assert_eq!(of(&Codes::U16((&groups[..]).into()))?, by_name);
            let mut wide: Vec<u32> = groups.iter().map(|&group| group.into()).collect();
            assert_eq!(of(&Codes::U32((&wide[..]).into()))?, by_name);
            // Of the same last byte as one that has a name.
            wide[60_000] += 256 * u32::from(many);
            let error = of(&Codes::U32((&wide[..]).into()));
            let error = error.map_err(|error| (error.code(), error.row()));
            assert_eq!(error, Err(("out_of_range", Some(60_000))));
        }
        Ok(())
    }

    /// Where counts are emptied does not matter.
    #[test]
    fn pairs_are_emptied_into_the_counts() {
        let places = std::array::from_fn(|score| score % 4);
        let (groups, scores) = ([1_u8, 0, 1, 1, 9], [0_u8, 255, 6, 5, 4]);
        let mut counting = Counting::new(2, &places);
        counting.add(&groups[..3], &scores[..3]);
        counting.empty();
        assert!(!counting.beyond);
        counting.add(&groups[3..], &scores[3..]);
        counting.empty();
        assert!(counting.beyond);
        assert_eq!(counting.counts, [[0, 0, 0, 1], [1, 1, 1, 0]]);
    }
}
