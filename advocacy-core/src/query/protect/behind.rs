//! Who stands behind a cell.

use std::collections::BTreeSet;

use crate::catalog::{Kind, Metric};
use crate::error::Result;
use crate::measure::Number;
use crate::model::kinds::QuestionKind;
use crate::ordered::one_by_one;
use crate::question::amounts::Shares;
use crate::question::members::{Busiest, Overlap, Sharing, Who, sharing_is_active};
use crate::question::population::People;
use crate::question::respondents::Respondents;
use crate::question::scores::Scores;
use crate::question::sheet::Sheet;

use super::kind::Aspect;

/// Who stands behind a cell. People are counted twice each, so that an average
/// of two populations is whole.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::query) struct Behind {
    /// Members of each base, where the data says so.
    pub(super) members: [Option<u64>; 4],
    pub(super) sharers: u64,
    pub(super) active: u64,
    pub(in crate::query) shares: u64,
    /// The most shares one person has, in any cell; 0 where nothing is missing.
    pub(super) busiest: u64,
    /// By kind of question; none of kinds no metric is about.
    pub(super) asked: [Option<Asked>; 4],
}

/// How exactly to ask who stands behind a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::query) struct How {
    /// How many of those who act are enough to know of.
    pub(in crate::query) most: Option<u8>,
    /// Of how many the rows are that are known, which matters where some are
    /// not.
    pub(in crate::query) busiest: bool,
}

impl How {
    /// Everything there is to know.
    pub(in crate::query) const ALL: Self = Self {
        most: None,
        busiest: true,
    };
}

/// Who answered.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    pub(super) respondents: u64,
    pub(super) answers: u64,
    pub(super) unanimous: bool,
}

impl Behind {
    /// Who stands behind each cell that a sheet reads; only what these metrics
    /// are about is asked.
    pub(in crate::query) fn ask(
        sheet: &mut Sheet<'_, '_>,
        metrics: impl Iterator<Item = Metric>,
        ask: How,
    ) -> Result<Vec<Self>> {
        let kinds: BTreeSet<Kind> = one_by_one(metrics.map(Kind::of));
        let tell_of = |aspect| kinds.iter().any(|kind| kind.tells_of(aspect));
        let mut cells: Vec<Self> = Vec::new();
        for kind in kinds.iter().flat_map(|kind| kind.questions()) {
            let scored = sheet.ask_each(&Scores(kind))?;
            let named = sheet.ask_each(&Respondents(kind))?;
            let asked = scored.into_iter().zip(named).map(|(scored, named)| {
                let answers = scored.answers();
                Asked {
                    // Answers from a tally have nobody behind them that is known.
                    respondents: if named == 0 {
                        answers
                    } else {
                        named.min(answers)
                    },
                    answers,
                    unanimous: scored.is_unanimous(),
                }
            });
            fill(&mut cells, asked, |cell, asked| {
                cell.asked[kind as usize] = Some(asked);
            });
        }
        if tell_of(Aspect::Membership) {
            let bases = kinds.iter().map(|kind| kind.bases());
            let bases = bases.max_by_key(|bases| bases.len()).unwrap_or_default();
            for (at, &base) in bases.iter().enumerate() {
                let people = sheet.ask_each(&People(base))?;
                fill(&mut cells, people, |cell, people| {
                    cell.members[at] = people.known.then_some(people.doubled);
                });
            }
        }
        if tell_of(Aspect::Acts) {
            let most = ask.most;
            let sharers = sheet.ask_each(&Sharing { most })?;
            fill(&mut cells, sharers, |cell, sharers| {
                cell.sharers = sharers.saturating_mul(2);
                cell.active = cell.sharers;
            });
            if !sharing_is_active(sheet.definitions) {
                let who = Who::Active;
                let active = sheet.ask_each(&Overlap { who, within: None })?;
                fill(&mut cells, active, |cell, active| {
                    cell.active = doubled(active.inside());
                });
            }
            fill(&mut cells, sheet.ask_each(&Shares)?, |cell, shares| {
                cell.shares = shares;
            });
            if ask.busiest {
                fill(&mut cells, sheet.ask_each(&Busiest)?, |cell, busiest| {
                    cell.busiest = busiest;
                });
            }
        }
        Ok(cells)
    }

    /// How many belong to each of the first populations.
    pub(super) fn bases(&self, first: usize) -> impl Iterator<Item = u64> {
        self.members.iter().take(first).copied().flatten()
    }

    pub(super) fn asked(&self, kind: QuestionKind) -> Asked {
        self.asked[kind as usize].unwrap_or_default()
    }

    /// Whether nobody acted, or no fewer than that.
    pub(in crate::query) fn is_of_many(&self, enough: u32) -> bool {
        let enough = u64::from(enough) * 2;
        self.acting()
            .into_iter()
            .all(|acting| acting == 0 || acting >= enough)
    }

    /// Whether there is nobody at all.
    pub(super) fn is_of_nobody(&self) -> bool {
        let members = self.members.iter().copied().flatten();
        let asked = self.asked.iter().flatten().map(|asked| asked.answers);
        let all = members.chain(asked).chain(self.acting());
        all.chain([self.shares]).all(|number| number == 0)
    }

    pub(super) fn acting(&self) -> [u64; 2] {
        [self.sharers, self.active]
    }
}

/// Writes one answer into each cell.
fn fill<A>(
    cells: &mut Vec<Behind>,
    answers: impl IntoIterator<Item = A>,
    write: impl Fn(&mut Behind, A),
) {
    for (at, answer) in answers.into_iter().enumerate() {
        if at == cells.len() {
            cells.push(Behind::default());
        }
        write(&mut cells[at], answer);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of people, to the half"
)]
pub(super) fn doubled(number: Number) -> u64 {
    match number {
        Number::Count(count) => count.saturating_mul(2),
        Number::Real(real) => (real * 2.0) as u64,
    }
}
