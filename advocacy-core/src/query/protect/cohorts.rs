//! A table of cohorts, as it may be shown.

use crate::error::Result;
use crate::measure::Measure;
use crate::privacy::{Cell, Layout, PrivacyPolicy, Subject, suppress};
use crate::query::Cohort;

use super::behind::doubled;

/// A table of cohorts by age, as it may be shown: a small cohort is hidden at
/// every age, and at each age what leaves few or would give another away.
pub(crate) fn cohorts(cohorts: &mut [Cohort], policy: &PrivacyPolicy) -> Result<()> {
    let ages = cohorts.iter().map(|cohort| cohort.ages.len()).max();
    let sizes: Vec<u64> = cohorts
        .iter()
        .map(|cohort| cohort.size.unwrap_or(0))
        .collect();
    let whole: Vec<(u64, u64)> = sizes.iter().map(|&size| (size, size)).collect();
    let few = hidden_parts(&whole, &vec![false; sizes.len()], policy)?;
    for (cohort, &few) in cohorts.iter_mut().zip(&few) {
        if few {
            cohort.size = None;
        }
    }
    let hidden = |measure: &Measure| {
        let reason = policy.reason(Subject::Activity);
        measure.clone().suppressed(reason)
    };
    for age in 0..ages.unwrap_or(0) {
        // How many of each cohort are still there at this age, of how many.
        let counts: Vec<(u64, u64)> = cohorts
            .iter()
            .zip(&sizes)
            .map(|(cohort, &size)| {
                let measure = cohort.ages.get(age);
                let retained = measure
                    .and_then(Measure::numerator)
                    .and_then(|part| part.value);
                retained.map_or((0, 0), |retained| (doubled(retained) / 2, size))
            })
            .collect();
        let close = hidden_parts(&counts, &few, policy)?;
        for (cohort, hide) in cohorts.iter_mut().zip(close) {
            if let Some(measure) = cohort.ages.get_mut(age) {
                *measure = if hide {
                    hidden(measure)
                } else {
                    measure.clone().discreet(policy.rounding)
                };
            }
        }
    }
    for cohort in cohorts {
        let base = u64::from(policy.rounding);
        let rounded = cohort
            .size
            .map(|size| size.saturating_add(base / 2) / base * base);
        cohort.size = rounded;
    }
    Ok(())
}

/// Which parts of a total that is shown elsewhere are hidden: (part, of) each,
/// some of them hidden already.
fn hidden_parts(
    counts: &[(u64, u64)],
    already: &[bool],
    policy: &PrivacyPolicy,
) -> Result<Vec<bool>> {
    let whole = counts.iter().map(|(part, _)| part).sum();
    let parts = counts.iter().zip(already).map(|(&(part, of), &hidden)| {
        let cell = Cell::new(part).of(of);
        if hidden {
            cell.hidden_elsewhere()
        } else {
            cell
        }
    });
    let cells: Vec<Cell> = parts.chain([Cell::new(whole).shown_elsewhere()]).collect();
    let layout = Layout::one_way(counts.len());
    let found = suppress(&layout, &cells, &[], policy, Subject::Activity)?;
    Ok((0..counts.len()).map(|at| found.is_hidden(at)).collect())
}
