//! Quantities of rows, and what is known of them before any is read.

use std::borrow::Cow;

use crate::model::facts::{AsOf, Facts};
use crate::model::field::Field;
use crate::model::program::Program;
use crate::model::read::CountColumn;

use super::spec::{FieldSet, Lane, Scope};

/// The facts of a scope as they stood, and what their columns promise.
pub(super) struct Known<'p> {
    pub(super) program: &'p Program<'p>,
    pub(super) facts: &'p Facts<'p>,
    pub(super) scope: &'p Scope,
    pub(super) as_of: i64,
    pub(super) in_force: AsOf,
    /// Fields known in every row.
    always: FieldSet,
}

impl<'p> Known<'p> {
    pub(super) fn new(
        program: &'p Program<'p>,
        facts: &'p Facts<'p>,
        scope: &'p Scope,
        as_of: i64,
    ) -> Self {
        let in_force = facts.as_of(as_of);
        let all_read = in_force.unread.is_none();
        let full = |field: &&Field| {
            let column = facts.field(**field);
            all_read && column.is_some_and(|column| !column.has_gaps())
        };
        Self {
            program,
            facts,
            scope,
            as_of,
            in_force,
            always: FieldSet::of(Field::ALL.iter().filter(full).copied()),
        }
    }

    pub(super) fn column(&self, field: Field) -> Option<&'p CountColumn<'p>> {
        self.facts.field(field)
    }

    /// The lane without conditions that hold in every row, so that equal lanes
    /// are found equal.
    pub(super) fn plain(&self, lane: &Lane) -> Lane {
        let mut lane = lane.clone();
        lane.all = lane.all.without(self.always);
        if lane.any.meets(self.always) {
            lane.any = FieldSet::default();
        }
        lane
    }

    /// Whether a plain lane counts every row.
    pub(super) fn is_unconditional(lane: &Lane) -> bool {
        lane.all.is_empty() && lane.any.is_empty() && !lane.imputed
    }

    /// No row's value of the lane is larger.
    pub(super) fn most(&self, lane: &Lane) -> u128 {
        if lane.terms.is_empty() {
            return 1;
        }
        let field = |field: Field| match self.column(field) {
            Some(column) => column.max,
            None if field == Field::Followers => self.program.accounts.most_followers(),
            None => 0,
        };
        lane.terms.iter().fold(0_u128, |most, &(of, weight)| {
            most.saturating_add(u128::from(field(of)).saturating_mul(weight.into()))
        })
    }

    /// Whether sums of the lane over all rows stay within 64 bits.
    pub(super) fn is_safe(&self, lane: &Lane) -> bool {
        self.most(lane).saturating_mul(self.facts.rows as u128) <= u64::MAX.into()
    }

    /// The lanes whose weighted sum the sum of a lane is: of several fields, all
    /// known in every row, one each.
    pub(super) fn parts(&self, lane: &Lane) -> impl Iterator<Item = (Lane, u32)> + use<> {
        let plain = self.plain(lane);
        let every = |&(field, _): &(Field, u32)| self.always.holds_all(FieldSet::of([field]));
        let apart = Self::is_unconditional(&plain)
            && !plain.terms.is_empty()
            && plain.terms.iter().all(every)
            && self.is_safe(&plain);
        let terms = if apart {
            plain.terms.clone()
        } else {
            Cow::default()
        };
        let parts = (0..terms.len()).map(move |at| {
            let (field, weight) = terms[at];
            let alone = Lane {
                terms: field.alone().into(),
                ..Lane::rows()
            };
            (alone, weight)
        });
        parts.chain((!apart).then_some((plain, 1)))
    }
}
