//! What decides whether a cell may be shown, and why one is hidden.

use super::policy::PrivacyPolicy;

/// What decides whether a cell may be shown.
///
/// ```
/// use advocacy_core::privacy::Cell;
///
/// let cell = Cell::new(18).of(20); // 18 people of 20
/// # let _ = cell;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub(super) people: u64,
    of: Option<u64>,
    largest: Option<(u64, u64)>,
    all_equal: bool,
    decided: Option<bool>,
    pub(super) fixed: Option<Fixed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fixed {
    Shown,
    Hidden,
}

impl Cell {
    /// A cell that this many distinct people (or respondents) stand behind.
    #[must_use]
    pub fn new(people: u64) -> Self {
        Self {
            people,
            ..Self::default()
        }
    }

    /// They are a part of this many, and the number shown says so.
    #[must_use]
    pub fn of(mut self, people: u64) -> Self {
        self.of = Some(people);
        self
    }

    /// Of the total it shows, one person holds this much.
    #[must_use]
    pub fn largest(mut self, one: u64, total: u64) -> Self {
        self.largest = Some((one, total));
        self
    }

    /// Everybody gave the same answer.
    #[must_use]
    pub fn all_equal(mut self) -> Self {
        self.all_equal = true;
        self
    }

    /// Whether it must be hidden is decided by the caller, not by its numbers.
    pub(crate) fn decided(mut self, hidden: bool) -> Self {
        self.decided = Some(hidden);
        self
    }

    pub(crate) fn people(&self) -> u64 {
        self.people
    }

    /// Whether it is hidden whatever else is, by what the caller decided.
    pub(crate) fn is_hidden_first(&self) -> bool {
        self.fixed == Some(Fixed::Hidden) || self.fixed.is_none() && self.decided == Some(true)
    }

    /// It is shown elsewhere already: it cannot be hidden.
    #[must_use]
    pub fn shown_elsewhere(mut self) -> Self {
        self.fixed = Some(Fixed::Shown);
        self
    }

    /// It is hidden elsewhere already: it cannot be shown.
    #[must_use]
    pub fn hidden_elsewhere(mut self) -> Self {
        self.fixed = Some(Fixed::Hidden);
        self
    }

    /// Why it is hidden for what it is.
    pub(super) fn primary(&self, k: u64, policy: &PrivacyPolicy) -> Option<Reason> {
        if let Some(hidden) = self.decided {
            return hidden.then_some(Reason::Few);
        }
        let least = u64::from(!policy.protect_zero);
        let small = |people: u64| (least..k).contains(&people);
        if small(self.people) {
            return Some(Reason::Few);
        }
        let rest = self.of.map(|of| of.saturating_sub(self.people));
        if policy.complement && rest.is_some_and(small) {
            return Some(Reason::Rest);
        }
        if policy.all_equal && self.all_equal && self.people > 0 {
            return Some(Reason::AllEqual);
        }
        let (percent, (one, total)) = policy.dominance.zip(self.largest)?;
        let holds = u128::from(one) * 100 > u128::from(total) * u128::from(percent);
        holds.then_some(Reason::Dominance)
    }
}

/// Why a cell is hidden. For whoever holds the data: showing it beside the
/// table would tell the small groups from those hidden for their sake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// Fewer people than the threshold.
    Few,
    /// The rest of its whole is fewer people than the threshold.
    Rest,
    /// All answers are the same.
    AllEqual,
    /// One person holds too much of it.
    Dominance,
    /// Another hidden cell could be worked out from it.
    Secondary,
    /// It is hidden in another table it is also part of.
    Elsewhere,
}
