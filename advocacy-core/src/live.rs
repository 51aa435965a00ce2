//! A programme that grows while it is asked.

use crate::error::Result;
use crate::model::program::{Program, ProgramBuilder};
use crate::query::{CohortTable, Query};
use crate::report::{Report, ReportOptions};
use crate::table::Table;
use crate::tally::Memory;

/// A programme that remembers what it has counted: the next question counts
/// only what no earlier one did, and [`add`](Self::add) only the batch.
///
/// Every answer is that of a programme built anew of all facts, bit for bit.
/// What the last sixteen questions needed is kept.
///
/// * Added are rows of `shares`, `activities` and `brand_posts`, of people,
///   content and accounts the programme knows. Other tables are refused.
/// * A row whose id is known is a later observation of it. Its counts take the
///   place of the earlier ones, which no sum can undo: all is counted anew, as
///   with the first row of a network that is new.
/// * `as_of` is by default the latest instant in the data, and moves with it. A
///   question about an earlier one is counted anew once facts lie beyond it.
/// * What a definition asks of a whole programme (each person's latest answer)
///   is worked out anew for every question.
///
/// ```
/// # #[cfg(feature = "sample")] {
/// use advocacy_core::{Live, Period, Program, ReportOptions, Rows, Zone, sample};
///
/// let mut rows = sample::rows();
/// let all = rows.clone();
/// let today = Rows { shares: rows.shares.split_off(8_000), ..Rows::default() };
/// let options = ReportOptions::new(Period::quarter(2025, 3, &Zone::utc())?);
///
/// let mut live = Live::new(Program::from_rows(&rows)?);
/// live.report(&options)?;
/// live.add(Program::builder_from_rows(&today))?;
/// assert_eq!(live.report(&options)?, Program::from_rows(&all)?.report(&options)?);
/// # }
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Live<'a> {
    program: Program<'a>,
    memory: Memory,
}

impl<'a> Live<'a> {
    /// The programme, with nothing counted yet.
    #[must_use]
    pub fn new(program: Program<'a>) -> Self {
        Self {
            program,
            memory: Memory::default(),
        }
    }

    /// The programme as it is now, to put queries together.
    #[must_use]
    pub fn program(&self) -> &Program<'a> {
        &self.program
    }

    /// Adds facts, see [`Program::add`]; only they are counted.
    ///
    /// # Errors
    /// Those of [`Program::add`]; nothing has changed then.
    pub fn add(&mut self, batch: ProgramBuilder<'a>) -> Result<()> {
        let batch = self.program.read_batch(batch)?;
        self.memory.add(&self.program, &batch);
        self.program.take_batch(batch);
        Ok(())
    }

    /// Forgets what was counted, and gives its memory back.
    pub fn forget(&self) {
        self.memory.forget();
    }

    /// The table of a query.
    ///
    /// # Errors
    /// Those of [`Query::table`]; `invalid_option` for a query of another
    /// programme.
    pub fn table(&self, query: &Query<'_>) -> Result<Table> {
        query.check_of(&self.program)?;
        query.table_with(Some(&self.memory))
    }

    /// The tables of several queries and the cohorts of others.
    ///
    /// # Errors
    /// Those of [`Program::tables_and_cohorts`].
    pub fn tables_and_cohorts<'l>(
        &'l self,
        queries: &[Query<'l>],
        cohorts: &[Query<'l>],
    ) -> Result<(Vec<Table>, Vec<CohortTable>)> {
        let memory = Some(&self.memory);
        self.program
            .tables_and_cohorts_with(queries, cohorts, memory)
    }

    /// The report of a period.
    ///
    /// # Errors
    /// Those of [`Program::report`].
    pub fn report(&self, options: &ReportOptions) -> Result<Report> {
        self.program.report_with(options, Some(&self.memory))
    }
}
