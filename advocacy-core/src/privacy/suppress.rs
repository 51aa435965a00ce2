//! Which cells of a table to hide.

use crate::error::Result;

use super::audit::{bounded, unequal};
use super::cell::{Cell, Reason};
use super::hiding::Hiding;
use super::layout::Layout;
use super::policy::{PrivacyPolicy, Subject};

/// Which cells of a table are hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    reasons: Vec<Option<Reason>>,
    exposed: Vec<usize>,
}

impl Suppression {
    /// Whether a cell is hidden.
    #[must_use]
    pub fn is_hidden(&self, cell: usize) -> bool {
        self.reason(cell).is_some()
    }

    /// Why it is.
    #[must_use]
    pub fn reason(&self, cell: usize) -> Option<Reason> {
        self.reasons.get(cell).copied().flatten()
    }

    /// The hidden cells, in order.
    pub fn hidden(&self) -> impl Iterator<Item = usize> {
        let reasons = self.reasons.iter().enumerate();
        reasons
            .filter(|(_, reason)| reason.is_some())
            .map(|(at, _)| at)
    }

    /// Hidden cells that can be worked out all the same, because cells shown
    /// elsewhere leave no choice; always none where no cell is.
    #[must_use]
    pub fn exposed(&self) -> &[usize] {
        &self.exposed
    }
}

/// Hides cells of a table until none of the hidden can be worked out.
///
/// `sums` are the numbers the table shows, one list a quantity and one number
/// a cell, without [`Cell`]'s own people, which are always held to. A line
/// whose whole is the sum of its parts is audited as a sum; one whose whole is
/// between its largest part and their sum, as distinct counts.
///
/// Hidden are first the cells that are small, leave a small rest, are all
/// equal or held by one person; then, as long as the hidden parts of a shown
/// whole are together fewer people than the threshold, the smallest other
/// part; then, as long as the audit can work out a hidden cell, the cheapest
/// cells (fewest people) that keep it from doing so.
///
/// The audit supposes somebody who knows the layout, everything shown, that
/// counts are whole and not negative and, unless zeros are protected, that
/// nobody hides a zero.
///
/// # Errors
/// `unequal_lengths` unless there is a number for each cell; `invalid_option`
/// for a policy that cannot be; `overflow` for numbers beyond 2^90.
///
/// ```
/// use advocacy_core::privacy::{Cell, Layout, PrivacyPolicy, Subject, suppress};
///
/// // Two teams of a department of nine: hiding one of them would not do.
/// let layout = Layout::one_way(2);
/// let cells = [3, 6, 9].map(Cell::new);
/// let found = suppress(&layout, &cells, &[], &PrivacyPolicy::default(), Subject::Activity)?;
/// assert_eq!(found.hidden().collect::<Vec<_>>(), [0, 1]);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn suppress(
    layout: &Layout,
    cells: &[Cell],
    sums: &[Vec<i128>],
    policy: &PrivacyPolicy,
    subject: Subject,
) -> Result<Suppression> {
    suppress_audited(layout, cells, sums, policy, subject, true)
}

/// The same; the cells' own people are audited or known to all.
pub(crate) fn suppress_audited(
    layout: &Layout,
    cells: &[Cell],
    sums: &[Vec<i128>],
    policy: &PrivacyPolicy,
    subject: Subject,
    people: bool,
) -> Result<Suppression> {
    policy.check()?;
    let lengths = [cells.len()]
        .into_iter()
        .chain(sums.iter().map(Vec::len))
        .find(|&length| length != layout.len());
    if let Some(length) = lengths {
        return Err(unequal(layout.len(), length));
    }
    sums.iter().try_for_each(|values| bounded(values))?;
    let k = u64::from(policy.threshold(subject));
    let mut hiding = Hiding::new(
        layout,
        cells,
        sums,
        policy,
        (k, people),
        policy.protect_zero,
    );
    hiding.settle();
    hiding.give_back();
    if !policy.protect_zero && !hiding.exposed.is_empty() {
        // Zeros are hidden too where cells shown elsewhere leave nothing else.
        let mut wider = Hiding::new(layout, cells, sums, policy, (k, people), true);
        wider.reasons = hiding.reasons;
        wider.settle();
        wider.give_back();
        hiding = wider;
    }
    Ok(Suppression {
        exposed: hiding.exposed.into_iter().collect(),
        reasons: hiding.reasons,
    })
}
