//! A query resolved against its programme: dimensions, filter, period and
//! columns, and the tables to count.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::calendar::{Period, Timestamp};
use crate::catalog::{Kind, Metric};
use crate::dimension::Dimension;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::Filter;
use crate::privacy::{PrivacyPolicy, Subject};
use crate::question::members::sharing_is_active;
use crate::question::presence::Belonging;
use crate::question::sheet::{Reader, Sheet};
use crate::question::space::{Space, is_of_people};
use crate::tally::spec::Spec;

use super::ask::Asked;
use super::column::Column;
use super::protect::{self, Behind, How};
use super::{Query, contribution};

/// People by cells (a bit each, 16 MB) that are far from a processor.
const FAR: u64 = 1 << 27;

/// Rows by cell with which few people in one are unlikely.
const MANY: u64 = 1_000;

/// A query resolved against its programme.
pub(crate) struct Plan<'p> {
    pub(crate) space: Space<'p>,
    /// The same without dimensions, for the total.
    pub(super) whole: Space<'p>,
    pub(crate) dimensions: Vec<Dimension>,
    pub(super) columns: Arc<[Column]>,
    pub(super) policy: Option<PrivacyPolicy>,
    /// Under a policy, of two dimensions: the same by each of them alone.
    pub(super) margins: Vec<Self>,
    /// Under a policy, by team or department: the same by both, since everybody
    /// knows which team is in which department.
    pub(super) family: Option<Box<Self>>,
    /// Under a policy, by team or department and something else: by the other
    /// of the two and the same.
    pub(super) sibling: Option<Box<Self>>,
    /// What of those who stand behind a cell is counted at first.
    pub(super) first: How,
}

impl<'q> Query<'q> {
    pub(super) fn plan(&self, policy: Option<&PrivacyPolicy>) -> Result<Plan<'q>> {
        let period = match &self.period {
            Some(period) => period.clone(),
            None => self.program.everything()?,
        };
        let as_of = self
            .as_of
            .unwrap_or_else(|| self.program.default_as_of(&period));
        self.plan_over(&period, as_of, &self.filter, policy)
    }

    pub(crate) fn plan_over(
        &self,
        period: &Period,
        as_of: Timestamp,
        filter: &Filter,
        policy: Option<&PrivacyPolicy>,
    ) -> Result<Plan<'q>> {
        let space = |dimensions: &[Dimension]| {
            Space::new(
                self.program,
                period,
                as_of,
                self.week_start,
                dimensions,
                filter,
            )
        };
        let definitions = Arc::new(self.definitions.clone());
        let column = |asked: &Asked| {
            let own = asked.definitions.clone().map(Arc::new);
            let definitions = own.unwrap_or_else(|| Arc::clone(&definitions));
            Column::new(self.program, asked, definitions)
        };
        let columns = self.asked.iter().map(column);
        let mut columns = columns.collect::<Result<Vec<_>>>()?;
        for at in 0..columns.len() {
            let same = |other: &Column| other.definitions == columns[at].definitions;
            columns[at].set = columns.iter().position(same).unwrap_or(at);
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = columns
            .iter()
            .find(|column| !names.insert(column.name.clone()))
        {
            return Err(Error::new(
                ErrorKind::InvalidOption,
                format!("column {} is asked for twice", twice.name),
            )
            .in_field("metrics"));
        }
        let columns: Arc<[Column]> = columns.into();
        let plan = |dimensions: &[Dimension]| -> Result<Plan<'q>> {
            Ok(Plan {
                space: space(dimensions)?,
                whole: space(&[])?,
                dimensions: dimensions.to_vec(),
                columns: Arc::clone(&columns),
                policy: policy.cloned(),
                margins: Vec::new(),
                family: None,
                sibling: None,
                first: How::ALL,
            })
        };
        let with_margins = |dimensions: &[Dimension]| -> Result<Plan<'q>> {
            let margins = dimensions.chunks(1).map(plan);
            Ok(Plan {
                margins: margins.collect::<Result<_>>()?,
                ..plan(dimensions)?
            })
        };
        // By one dimension, or by the two of a hierarchy.
        let with_family = |dimensions: &[Dimension]| -> Result<Plan<'q>> {
            let family = protect::is_of_family(self.program, dimensions);
            let family = family.then(|| with_margins(&protect::FAMILY)).transpose()?;
            Ok(Plan {
                family: family.map(Box::new),
                ..plan(dimensions)?
            })
        };
        let plan = match (&self.dimensions[..], policy) {
            (_, None) => plan(&self.dimensions)?,
            (two @ [_, _], Some(_)) if !protect::is_of_family(self.program, two) => {
                let margins = two.chunks(1).map(with_family);
                let sibling = protect::sibling(self.program, two);
                let sibling = sibling.map(|other| plan(&other)).transpose()?;
                Plan {
                    margins: margins.collect::<Result<_>>()?,
                    sibling: sibling.map(Box::new),
                    ..plan(two)?
                }
            }
            (dimensions, Some(_)) => with_family(dimensions)?,
        };
        if let Some(policy) = policy {
            policy.check()?;
            protect::check(&plan)?;
        }
        Ok(plan)
    }
}

impl Plan<'_> {
    /// Under a policy, the threshold where nothing hides anything of the table
    /// but few people in a cell: it is of what people did, by what it was about.
    pub(super) fn hides_only_few(&self) -> Option<u32> {
        let policy = self.policy.as_ref()?;
        // Tables of people and of time have other rules, or follow from whom all
        // tables count.
        let [axis] = &self.space.axes[..] else {
            return None;
        };
        let is_of_acts = !is_of_people(&axis.key) && self.dimensions.len() == 1;
        let only_few = policy.dominance.is_none() && !policy.protect_zero;
        let of_shares = |column: &Column| {
            Kind::of(column.metric) == Kind::Activity && sharing_is_active(&column.definitions)
        };
        let may = is_of_acts && only_few && self.columns.iter().all(of_shares);
        may.then(|| policy.threshold(Subject::Activity))
    }

    /// Has people counted at first only as far as tells whether a row has few,
    /// where none is likely to, or counting all of them would take more memory
    /// than lies near a processor; and the busiest of them only where numbers may
    /// be known in part. Where that does not do, the table is counted anew.
    pub(super) fn count_few_first(&mut self) {
        let people = self.space.program.people.len() as u64;
        let rows = self.space.program.shares.rows() as u64;
        let cells = self.space.axes.first().map_or(0, |axis| axis.radix.into());
        let is_large = u64::saturating_mul(cells, people) > FAR || rows / cells.max(1) >= MANY;
        let enough = self.hides_only_few().filter(|_| is_large);
        self.first = How {
            most: enough.and_then(|enough| u8::try_from(enough).ok()),
            busiest: !self.space.program.shares.know_all_or_nothing(),
        };
    }

    /// Has who belongs when found out once with other plans.
    pub(super) fn share(&mut self, belonging: &Arc<Belonging>) {
        self.space.presence.share(belonging);
        self.whole.presence.share(belonging);
        let others = self.margins.iter_mut().chain(self.family.as_deref_mut());
        for other in others.chain(self.sibling.as_deref_mut()) {
            other.share(belonging);
        }
    }

    /// The tables the query needs; some more than once.
    pub(super) fn specs(&self) -> Result<Vec<Spec>> {
        self.specs_of(self.first)
    }

    /// The same, with that much of those who stand behind a cell.
    pub(super) fn specs_of(&self, how: How) -> Result<Vec<Spec>> {
        let mut specs = Vec::new();
        for column in &*self.columns {
            let rows = Some(&self.space).filter(|_| !self.names_nobody());
            for space in rows.into_iter().chain([&self.whole]) {
                let own = column.specs(space)?;
                if self.dominance().is_some() {
                    specs.extend(contribution::specs(&own, space));
                }
                if self.policy.is_some() {
                    let mut sheet = Sheet::plan(space, &column.definitions, &mut specs);
                    Behind::ask(&mut sheet, self.metrics(), how)?;
                }
                specs.extend(own);
            }
        }
        let others = self.margins.iter().chain(self.family.as_deref());
        for other in others.chain(self.sibling.as_deref()) {
            specs.extend(other.specs()?);
        }
        Ok(specs)
    }

    pub(super) fn metrics(&self) -> impl Iterator<Item = Metric> {
        self.columns.iter().map(|column| column.metric)
    }

    /// One place for answers per set of definitions.
    pub(super) fn readers(&self) -> Vec<Reader> {
        self.columns.iter().map(|_| Reader::default()).collect()
    }
}
