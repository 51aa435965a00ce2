//! Who stays: a grid of cohorts by age.

use advocacy_core::CohortTable;

use crate::grid::{Column, lay_out};
use crate::numbers::{SUPPRESSED, count, percent};

/// A row a cohort: how many began, and of them the percentage active at each age.
pub(crate) fn cohorts(table: &CohortTable) -> Vec<String> {
    let cohorts = &table.cohorts;
    if cohorts.is_empty() {
        return vec!["Nobody has begun yet.".to_owned()];
    }
    let names = [
        Column::texts(
            "Began",
            cohorts.iter().map(|cohort| cohort.key.to_string()),
            12,
        ),
        Column::numbers(
            "Size",
            cohorts
                .iter()
                .map(|cohort| cohort.size.map_or_else(|| SUPPRESSED.to_owned(), count))
                .collect(),
        ),
    ];
    let oldest = cohorts
        .iter()
        .map(|cohort| cohort.ages.len())
        .max()
        .unwrap_or(0);
    let ages: Vec<Column> = (0..oldest)
        .map(|age| {
            let cell = |measures: &[_]| measures.get(age).map(percent).unwrap_or_default();
            let cells = cohorts.iter().map(|cohort| cell(&cohort.ages)).collect();
            Column::numbers(&format!("+{age}"), cells)
        })
        .collect();
    lay_out(&names, &ages, false)
}
