//! What kind of data a metric shows.

use crate::catalog::{Kind, Metric};
use crate::definitions::Base;
use crate::model::kinds::QuestionKind;
use crate::privacy::{PrivacyPolicy, Subject};

use super::behind::Behind;
use super::grid::Known;
use super::small::Small;

/// What people are behind numbers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::query) enum Aspect {
    Acts,
    Membership,
    Answers,
}

/// Populations by membership.
pub(super) const BASES: [Base; 4] = [
    Base::Employees,
    Base::Invited,
    Base::Joined,
    Base::Connected,
];

const QUESTIONS: [QuestionKind; 4] = [
    QuestionKind::Enps,
    QuestionKind::NetScore,
    QuestionKind::Satisfaction,
    QuestionKind::Agreement,
];

impl Kind {
    pub(in crate::query) fn of(metric: Metric) -> Self {
        metric.info().kind
    }

    /// The kinds it is made of: who sees it sees each of them.
    pub(super) fn parts(self) -> Vec<Self> {
        match self {
            Self::Both => vec![Self::Activity, Self::Membership],
            Self::Unstated => {
                let known = [
                    Self::Activity,
                    Self::Membership,
                    Self::Connected,
                    Self::Both,
                ];
                let surveys = QUESTIONS.map(Self::Survey);
                known.into_iter().chain(surveys).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(in crate::query) fn tells_of(self, aspect: Aspect) -> bool {
        match aspect {
            Aspect::Acts => matches!(self, Self::Activity | Self::Both | Self::Unstated),
            Aspect::Membership => matches!(
                self,
                Self::Membership | Self::Connected | Self::Both | Self::Unstated
            ),
            Aspect::Answers => matches!(self, Self::Survey(_) | Self::Unstated),
        }
    }

    /// The kinds of question it is about.
    pub(super) fn questions(self) -> impl Iterator<Item = QuestionKind> {
        let is_of = move |question: &QuestionKind| match self {
            Self::Survey(kind) => kind == *question,
            _ => self == Self::Unstated,
        };
        QUESTIONS.into_iter().filter(is_of)
    }

    /// The populations it tells of: who is connected only where that is what
    /// it is about.
    pub(in crate::query) fn bases(self) -> &'static [Base] {
        match self {
            Self::Connected | Self::Unstated => &BASES,
            Self::Membership | Self::Both => &BASES[..3],
            _ => &[],
        }
    }

    /// Whose threshold holds.
    pub(super) fn subject(self, policy: &PrivacyPolicy) -> Subject {
        let stricter = || policy.threshold(Subject::Survey) > policy.threshold(Subject::Activity);
        match self {
            Self::Survey(_) | Self::Turnout => Subject::Survey,
            Self::Unstated if stricter() => Subject::Survey,
            _ => Subject::Activity,
        }
    }

    /// Whether a row of this kind must be hidden for who stands behind it.
    pub(super) fn is_small(self, behind: &Behind, policy: &PrivacyPolicy) -> bool {
        let small = Small::new(policy, self.subject(policy));
        let few = |people: u64| small.is(people);
        let rest = |whole: u64, part: u64| small.is_rest(whole, part);
        let bases = || behind.bases(self.bases().len());
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
            Self::Unstated => self
                .parts()
                .iter()
                .any(|part| part.is_small(behind, policy)),
        }
    }

    /// Whether two sets of people that a row may count differ by few: those who
    /// shared and those active, or those active by two definitions.
    pub(super) fn differ_by_few(self, behind: &[Behind], policy: &PrivacyPolicy) -> bool {
        let small = Small::new(policy, self.subject(policy));
        let acting = || behind.iter().flat_map(Behind::acting);
        matches!(self, Self::Both | Self::Unstated)
            && acting().any(|a| acting().any(|b| small.is_rest(a, b)))
    }

    /// How many people a row of this kind is about, doubled.
    pub(super) fn people(self, behind: &Behind) -> u64 {
        match self {
            Self::Activity | Self::Both | Self::Unstated => behind.sharers.max(behind.active),
            Self::Membership | Self::Connected => {
                let bases = behind
                    .bases(self.bases().len())
                    .filter(|&people| people > 0);
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
        if self.tells_of(Aspect::Acts) {
            sums.push(of(&|behind| behind.shares));
            sums.push(of(&|behind| behind.active));
        }
        if self.tells_of(Aspect::Membership) {
            let base = |at: usize| of(&|behind: &Behind| behind.members[at].unwrap_or(0));
            sums.extend((0..self.bases().len()).map(base));
        }
        for kind in self.questions() {
            sums.push(of(&|behind| behind.asked(kind).answers));
        }
        // What the data does not say is no number anybody could subtract.
        sums.retain(|numbers| numbers.iter().any(|&number| number != 0));
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_that_says_nothing_gets_the_strictest_kind() {
        // Computed from numbers in hand: nobody stands behind it in a programme.
        assert_eq!(Kind::of(Metric::TurnoverRate), Kind::Unstated);
        let stated = crate::catalog::metrics()
            .iter()
            .filter(|info| info.measured);
        assert!(stated.clone().all(|info| info.kind != Kind::Unstated));
        for kind in stated
            .map(|info| info.kind)
            .filter(|kind| *kind != Kind::Turnout)
        {
            assert!(Kind::Unstated.parts().contains(&kind), "{kind:?}");
            assert!(Kind::Unstated.bases().len() >= kind.bases().len());
        }
        for aspect in [Aspect::Acts, Aspect::Membership, Aspect::Answers] {
            assert!(Kind::Unstated.tells_of(aspect));
        }
    }

    #[test]
    fn the_strictest_kind_is_small_wherever_another_is() {
        let policy = PrivacyPolicy::default();
        let mut few_answers = Behind::default();
        few_answers.asked[0] = Some(crate::query::protect::behind::Asked {
            respondents: 4,
            answers: 4,
            unanimous: false,
        });
        let few_sharers = Behind {
            sharers: 8,
            ..Behind::default()
        };
        let few_members = Behind {
            members: [Some(40), Some(36), None, None],
            ..Behind::default()
        };
        for behind in [few_answers, few_sharers, few_members] {
            assert!(Kind::Unstated.is_small(&behind, &policy), "{behind:?}");
        }
        assert!(!Kind::Unstated.is_small(&Behind::default(), &policy));
    }
}
