//! What is a small group, and which measures count one.

use crate::catalog::Kind;
use crate::measure::{Measure, Number, Unit};
use crate::privacy::{PrivacyPolicy, Subject};

use super::behind::doubled;

/// What is a small group, of people counted twice each.
pub(super) struct Small {
    pub(super) doubled: u64,
    pub(super) zero: bool,
    complement: bool,
}

impl Small {
    pub(super) fn new(policy: &PrivacyPolicy, subject: Subject) -> Self {
        Self {
            doubled: u64::from(policy.threshold(subject)) * 2,
            zero: policy.protect_zero,
            complement: policy.complement,
        }
    }

    pub(super) fn is(&self, doubled: u64) -> bool {
        doubled < self.doubled && (doubled > 0 || self.zero)
    }

    /// Whether a part leaves a small rest of a whole.
    pub(super) fn is_rest(&self, whole: u64, part: u64) -> bool {
        let rest = whole.saturating_sub(part);
        self.complement && rest > 0 && rest < self.doubled
    }
}

/// Whether a measure by itself says too much: it counts few people, leaves few,
/// or rests on too few known rows.
pub(super) fn is_small(measure: &Measure, kind: Kind, policy: &PrivacyPolicy) -> bool {
    let small = Small::new(policy, kind.subject(policy));
    let coverage = measure.coverage().map(|coverage| coverage.known * 2);
    if coverage.is_some_and(|known| known > 0 && small.is(known)) {
        return true;
    }
    let parts = [measure.numerator(), measure.denominator()];
    let [above, below] = parts.map(|part| part.and_then(|part| part.value).map(doubled));
    match kind {
        Kind::Activity => return false,
        // That all are promoters says what each of them answered.
        Kind::Survey(_) | Kind::Unstated => {
            let all = below.filter(|&all| all > 0);
            let groups = measure.components().iter().filter_map(|part| part.value);
            let mut groups = groups.map(doubled).chain(above);
            let rate = measure.unit() == Unit::Rate;
            // Where answers are weighed, those of a group are counted all the same.
            let answers = coverage.filter(|&answers| answers > 0);
            let alike = policy.all_equal
                && (groups.any(|group| [all, answers].contains(&Some(group)))
                    || rate && all.is_some() && above == Some(0));
            if alike || kind != Kind::Unstated {
                return alike;
            }
        }
        Kind::Membership | Kind::Connected | Kind::Both | Kind::Turnout => {}
    }
    let value = match measure.unit() {
        Unit::People => measure.number().map(doubled),
        _ => None,
    };
    let components = measure
        .components()
        .iter()
        .filter_map(|part| match part.value {
            Some(count @ Number::Count(_)) => Some(doubled(count)),
            _ => None,
        });
    let counts = [above, below, value]
        .into_iter()
        .flatten()
        .chain(components);
    let rate = measure.unit() == Unit::Rate;
    let rest = below.zip(above).filter(|_| rate);
    counts.into_iter().any(|count| small.is(count))
        || rest.is_some_and(|(whole, part)| small.is_rest(whole, part))
}
