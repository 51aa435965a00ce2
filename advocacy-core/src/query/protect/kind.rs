//! What kind of data a metric shows.

use crate::catalog::{Family, Metric};
use crate::model::kinds::QuestionKind;
use crate::privacy::{PrivacyPolicy, Subject};

use super::behind::{BASES, Behind};
use super::grid::Known;
use super::small::Small;

/// What people are behind numbers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::query) enum Aspect {
    Acts,
    Membership,
    Answers,
}

/// What kind of data a metric shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::query) enum Kind {
    /// What people did, and not how many they are.
    Activity,
    /// How many belong.
    Membership,
    /// How many of them are connected.
    Connected,
    /// How many of those who belong did something.
    Both,
    /// What people answered.
    Survey(QuestionKind),
    /// How many answered of those who could.
    Turnout,
}

impl Kind {
    pub(in crate::query) fn of(metric: Metric) -> Self {
        match metric {
            Metric::Employees
            | Metric::Invited
            | Metric::Joined
            | Metric::CoverageRate
            | Metric::AdoptionRate => Self::Membership,
            Metric::Connected | Metric::NetworkSize => Self::Connected,
            Metric::Enps | Metric::PromoterShareOfEmployees => Self::Survey(QuestionKind::Enps),
            Metric::NetScore => Self::Survey(QuestionKind::NetScore),
            Metric::Satisfaction | Metric::SatisfactionTopBox => {
                Self::Survey(QuestionKind::Satisfaction)
            }
            Metric::Favourability => Self::Survey(QuestionKind::Agreement),
            Metric::ResponseRate | Metric::CompletionRate => Self::Turnout,
            _ => match metric.info().family {
                // Of one that is new here, the strictest is assumed.
                Family::People | Family::Workforce => Self::Both,
                _ => Self::Activity,
            },
        }
    }

    pub(in crate::query) fn tells_of(self, aspect: Aspect) -> bool {
        match aspect {
            Aspect::Acts => matches!(self, Self::Activity | Self::Both),
            Aspect::Membership => {
                matches!(self, Self::Membership | Self::Connected | Self::Both)
            }
            Aspect::Answers => matches!(self, Self::Survey(_)),
        }
    }

    pub(super) fn question(self) -> Option<QuestionKind> {
        match self {
            Self::Survey(kind) => Some(kind),
            _ => None,
        }
    }

    pub(super) fn subject(self) -> Subject {
        match self {
            Self::Survey(_) | Self::Turnout => Subject::Survey,
            _ => Subject::Activity,
        }
    }

    /// Whether a row of this kind must be hidden for who stands behind it.
    pub(super) fn is_small(self, behind: &Behind, policy: &PrivacyPolicy) -> bool {
        let small = Small::new(policy, self.subject());
        let few = |people: u64| small.is(people);
        let rest = |whole: u64, part: u64| small.is_rest(whole, part);
        let bases = || behind.bases(self);
        let acting = behind.acting();
        match self {
            Self::Activity => acting.into_iter().any(few),
            Self::Membership | Self::Connected => {
                bases().any(few) || bases().any(|a| bases().any(|b| rest(a, b)))
            }
            Self::Both => {
                let rates = || {
                    acting
                        .into_iter()
                        .any(|part| bases().any(|a| rest(a, part)))
                };
                Self::Activity.is_small(behind, policy)
                    || Self::Membership.is_small(behind, policy)
                    || rates()
            }
            Self::Survey(kind) => {
                let asked = behind.asked(kind);
                few(asked.respondents * 2) || policy.all_equal && asked.unanimous
            }
            // Nothing but the measure itself says how many.
            Self::Turnout => false,
        }
    }

    /// How many people a row of this kind is about, doubled.
    pub(super) fn people(self, behind: &Behind) -> u64 {
        match self {
            Self::Activity | Self::Both => behind.sharers.max(behind.active),
            Self::Membership | Self::Connected => {
                let bases = behind.bases(self).filter(|&people| people > 0);
                bases.min().unwrap_or(0)
            }
            Self::Survey(kind) => behind.asked(kind).respondents * 2,
            Self::Turnout => 0,
        }
    }

    /// The numbers of every row by which it is audited.
    pub(super) fn sums(self, known: &[Option<Known<'_>>]) -> Vec<Vec<i128>> {
        let of = |number: &dyn Fn(&Behind) -> u64| -> Vec<i128> {
            let each = |known: &Known<'_>| known.behind.iter().map(number).max().unwrap_or(0);
            known
                .iter()
                .map(|known| known.as_ref().map_or(0, each).into())
                .collect()
        };
        let mut sums = Vec::new();
        if matches!(self, Self::Activity | Self::Both) {
            sums.push(of(&|behind| behind.shares));
            sums.push(of(&|behind| behind.active));
        }
        if matches!(self, Self::Membership | Self::Connected | Self::Both) {
            let base = |at: usize| of(&|behind: &Behind| behind.members[at].unwrap_or(0));
            sums.extend((0..BASES.len()).map(base));
        }
        if let Self::Survey(kind) = self {
            sums.push(of(&|behind| behind.asked(kind).answers));
        }
        // What the data does not say is no number anybody could subtract.
        sums.retain(|numbers| numbers.iter().any(|&number| number != 0));
        sums
    }
}
