//! Employees over time, as stated by the company.

use crate::error::{Error, ErrorKind, Result};

use super::frame::Frame;
use super::names::{NONE, as_it_is, read_names};
use super::people::{Attribute, NEVER, People};
use super::problems::Problems;
use super::read::{read_counts, read_micros};

/// One stated headcount: when, of which part, how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    at: i64,
    part: Part,
    employees: u64,
}

/// A part of the company: codes of team, department and location.
pub(crate) type Part = [Option<u32>; 3];

/// The stated headcounts, sorted by instant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headcounts {
    counts: Vec<Count>,
}

impl Headcounts {
    /// Team, department and location names are matched to the advocates';
    /// a part nobody belongs to is kept under a name of its own.
    pub(crate) fn build(
        mut frame: Frame<'_>,
        people: &mut People,
        problems: &mut Problems,
    ) -> Result<Self> {
        const TABLE: &str = "headcount";
        let (Some(at), Some(employees)) = (frame.take("at"), frame.take("employees")) else {
            return Ok(Self::default());
        };
        let at = read_micros(&at, NEVER, (TABLE, "at"), problems)?;
        let employees = read_counts(employees, (TABLE, "employees"), problems)?;
        let mut parts: Vec<Part> = vec![[None; 3]; at.len()];
        for which in Attribute::ALL {
            let Some(column) = frame.take(which.as_str()) else {
                continue;
            };
            let names = people.attribute_names(which);
            let place = (TABLE, which.as_str());
            let codes = read_names(column, names, as_it_is, false, place, problems)?;
            for (row, part) in parts.iter_mut().enumerate() {
                part[which as usize] = Some(codes.at(row)).filter(|&code| code != NONE);
            }
        }
        let mut counts = Vec::with_capacity(at.len());
        for (row, (&at, &part)) in at.iter().zip(&parts).enumerate() {
            let missing = |field: &str| {
                Error::new(ErrorKind::MissingValue, format!("{field} is missing"))
                    .in_table(TABLE)
                    .in_field(field)
                    .at_row(row)
            };
            if at == NEVER {
                problems.report(missing("at"))?;
            }
            match employees.get(row) {
                Some(employees) => counts.push((
                    Count {
                        at,
                        part,
                        employees,
                    },
                    row,
                )),
                None => problems.report(missing("employees"))?,
            }
        }
        counts.sort_unstable_by_key(|&(count, row)| (count.at, count.part, row));
        for pair in counts.windows(2) {
            let ((before, _), (after, row)) = (pair[0], pair[1]);
            if (before.at, before.part) == (after.at, after.part) {
                let error = Error::new(
                    ErrorKind::DuplicateId,
                    "one part has two headcounts at one instant",
                );
                problems.report(error.in_table(TABLE).in_field("at").at_row(row))?;
            }
        }
        let counts = counts.into_iter().map(|(count, _)| count).collect();
        Ok(Self { counts })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Employees of a part at an instant: its latest count by then. The whole
    /// company is its own count or, where none is stated by then, the sum of
    /// the latest counts of its teams (or departments, or locations).
    pub(crate) fn at(&self, part: Part, micros: i64) -> Option<u64> {
        let by_then = || self.counts.iter().rev().filter(|count| count.at <= micros);
        if let Some(count) = by_then().find(|count| count.part == part) {
            return Some(count.employees);
        }
        if part != [None; 3] {
            return None;
        }
        for which in Attribute::ALL {
            let which = which as usize;
            let mut seen = Vec::new();
            let mut sum = 0_u64;
            for count in by_then() {
                let only = count
                    .part
                    .iter()
                    .enumerate()
                    .all(|(at, code)| (at == which) == code.is_some());
                if only && !seen.contains(&count.part) {
                    seen.push(count.part);
                    sum = sum.checked_add(count.employees)?;
                }
            }
            if !seen.is_empty() {
                return Some(sum);
            }
        }
        None
    }
}
