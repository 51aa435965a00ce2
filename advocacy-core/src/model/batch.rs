//! More facts of a programme: checked like the first, then added to them.

use crate::error::Result;

use super::facts::{Facts, References};
use super::index::to_u32;
use super::names::Names;
use super::parts::Parts;
use super::problems::Problems;
use super::program::{Program, ProgramBuilder, Warning, note_networks};

/// The tables that more facts may be of.
const TABLES: [&str; 3] = ["shares", "activities", "brand_posts"];

/// Facts that fit a programme and are not yet part of it.
#[derive(Debug)]
pub(crate) struct Batch<'a> {
    pub(crate) shares: Facts<'a>,
    pub(crate) activities: Facts<'a>,
    pub(crate) brand_posts: Facts<'a>,
    networks: Names,
    warnings: Vec<Warning>,
    /// Tables put together anew, because a row of theirs is observed again.
    anew: [Option<Facts<'a>>; TABLES.len()],
}

impl Batch<'_> {
    /// Whether counts of the facts so far stay what they are, so that those of
    /// the batch can be added to them.
    pub(crate) fn merges(&self, program: &Program<'_>) -> bool {
        self.anew.iter().all(Option::is_none) && self.networks.len() == program.networks.len()
    }
}

impl<'a> Program<'a> {
    /// Adds facts: rows of `shares`, `activities` and `brand_posts` of people,
    /// content and accounts the programme knows. It is then the programme that
    /// would have been built of all rows together.
    ///
    /// A row whose id is known already is a later observation of it, and must
    /// be observed later. To keep what has been counted, and count only the
    /// batch, use [`Live`](crate::Live).
    ///
    /// # Errors
    /// Those of building, rows counted from the batch's first; `unknown_name`
    /// for any other table. After an error the programme is what it was.
    ///
    /// ```
    /// # #[cfg(feature = "sample")] {
    /// use advocacy_core::{Program, Rows, sample};
    ///
    /// let mut rows = sample::rows();
    /// let whole = Program::from_rows(&rows)?.share_rows();
    /// let last = rows.shares.split_off(8_000);
    /// let last = Rows { shares: last, ..Rows::default() };
    /// let mut program = Program::from_rows(&rows)?;
    /// program.add(Program::builder_from_rows(&last))?;
    /// assert_eq!(program.share_rows(), whole);
    /// # }
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn add(&mut self, batch: ProgramBuilder<'a>) -> Result<()> {
        let batch = self.read_batch(batch)?;
        self.take_batch(batch);
        Ok(())
    }

    /// The batch, checked against the programme.
    pub(crate) fn read_batch(&self, mut batch: ProgramBuilder<'a>) -> Result<Batch<'a>> {
        let problems = &mut Problems::first();
        batch
            .frames
            .retain(|(_, frame)| frame.names().next().is_some());
        if let Some((other, _)) = (batch.frames.iter()).find(|(name, _)| !TABLES.contains(&&**name))
        {
            return Err(crate::named::unknown("table", other, &TABLES));
        }
        let warnings = batch.check_frames(problems)?;
        let mut take = |name: &str| batch.take(name);
        let refs = References {
            people: &self.people.index,
            content: &self.content.index,
            accounts: &self.accounts,
        };
        let mut networks = self.networks.clone();
        let shares = Facts::shares(take("shares"), refs, &mut networks, problems)?;
        let activities = Facts::activities(take("activities"), refs, &mut networks, problems)?;
        let brand_posts = Facts::brand_posts(take("brand_posts"), refs, &mut networks, problems)?;
        let anew = [
            self.observed_again(&self.shares, &shares, TABLES[0])?,
            self.observed_again(&self.activities, &activities, TABLES[1])?,
            self.observed_again(&self.brand_posts, &brand_posts, TABLES[2])?,
        ];
        Ok(Batch {
            shares,
            activities,
            brand_posts,
            networks,
            warnings,
            anew,
        })
    }

    /// All rows of a table in one, where a batch observes one of them again.
    fn observed_again(
        &self,
        parts: &Parts<'a>,
        batch: &Facts<'a>,
        table: &'static str,
    ) -> Result<Option<Facts<'a>>> {
        if !parts.iter().any(|facts| facts.shares_an_id(batch)) {
            return Ok(None);
        }
        let no_content = to_u32(self.content.index.len());
        let mut all = parts.built.clone();
        all.append(parts.added.clone(), no_content);
        all.append(batch.clone(), no_content);
        let first = parts.rows() as u64;
        all.find_versions(table, &mut Problems::first())
            .map_err(
                |error| match error.row().and_then(|row| row.checked_sub(first)) {
                    Some(row) => error.at_row(usize::try_from(row).unwrap_or(usize::MAX)),
                    None => error,
                },
            )?;
        Ok(Some(all))
    }

    pub(crate) fn take_batch(&mut self, batch: Batch<'a>) {
        let no_content = to_u32(self.content.index.len());
        self.networks = batch.networks;
        self.networks_in_use.resize(self.networks.len(), false);
        note_networks(
            &mut self.networks_in_use,
            &[&batch.shares, &batch.brand_posts],
        );
        self.warnings.extend(batch.warnings);
        let tables = [
            &mut self.shares,
            &mut self.activities,
            &mut self.brand_posts,
        ];
        let batches = [batch.shares, batch.activities, batch.brand_posts];
        for ((parts, batch), anew) in tables.into_iter().zip(batches).zip(batch.anew) {
            match anew {
                Some(all) => *parts = all.into(),
                None if batch.rows > 0 => parts.add(batch, no_content),
                None => {}
            }
        }
    }
}
