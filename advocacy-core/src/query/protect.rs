//! A privacy policy applied to a table: what of it may be shown.
//!
//! A row's numbers are decided together, by who stands behind the row, and by
//! the same rule whichever metrics are asked for: hiding one row in one
//! request and another in the next would give both away. Only then is each
//! column looked at by itself, which can hide more and never less.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Family, Metric};
use crate::definitions::Base;
use crate::dimension::Dimension;
use crate::error::{Error, ErrorKind, Result};
use crate::measure::{Measure, Number, Part, Unit};
use crate::model::kinds::QuestionKind;
use crate::model::people::Attribute;
use crate::model::program::Program;
use crate::privacy::{Cell, Layout, PrivacyPolicy, Subject, suppress, suppress_audited};
use crate::question::amounts::Shares;
use crate::question::members::{Busiest, Overlap, Sharing, Who, sharing_is_active};
use crate::question::population::People;
use crate::question::respondents::Respondents;
use crate::question::scores::Scores;
use crate::question::sheet::Sheet;
use crate::table::{KeyValue, Row};
use crate::tally::Counted;

use super::{Cohort, Plan, Raw, RawRow};

/// Populations by membership.
const BASES: [Base; 4] = [
    Base::Employees,
    Base::Invited,
    Base::Joined,
    Base::Connected,
];

fn bases_of(connected: bool) -> &'static [Base] {
    if connected { &BASES } else { &BASES[..3] }
}

/// Who stands behind a cell. People are counted twice each, so that an average
/// of two populations is whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Behind {
    /// Members of each base, where the data says so.
    members: [Option<u64>; 4],
    sharers: u64,
    active: u64,
    shares: u64,
    /// The most shares one person has, in any cell.
    busiest: u64,
    /// By kind of question; none of kinds no metric is about.
    asked: [Option<Asked>; 4],
}

/// Who answered.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    respondents: u64,
    answers: u64,
    unanimous: bool,
}

impl Behind {
    /// Only what these metrics are about is asked.
    pub(super) fn ask(
        sheet: &mut Sheet<'_, '_>,
        metrics: impl Iterator<Item = Metric>,
    ) -> Result<Self> {
        let kinds: BTreeSet<Kind> = metrics.map(Kind::of).collect();
        let tell_of = |aspect| kinds.iter().any(|kind| kind.tells_of(aspect));
        let mut behind = Self::default();
        for kind in kinds.iter().filter_map(|kind| kind.question()) {
            let scored = sheet.ask(&Scores(kind))?;
            let answers = scored.answers();
            let named = sheet.ask(&Respondents(kind))?;
            behind.asked[kind as usize] = Some(Asked {
                // Answers from a tally have nobody behind them that is known.
                respondents: if named == 0 {
                    answers
                } else {
                    named.min(answers)
                },
                answers,
                unanimous: scored.is_unanimous(),
            });
        }
        if tell_of(Aspect::Membership) {
            let bases = bases_of(kinds.contains(&Kind::Connected));
            for (members, &base) in behind.members.iter_mut().zip(bases) {
                let counted = sheet.ask(&People(base))?;
                *members = counted.known.then_some(counted.doubled);
            }
        }
        if tell_of(Aspect::Acts) {
            behind.sharers = sheet.ask(&Sharing)?.saturating_mul(2);
            behind.active = if sharing_is_active(sheet.definitions) {
                behind.sharers
            } else {
                let who = Who::Active;
                doubled(sheet.ask(&Overlap { who, within: None })?.inside())
            };
            behind.shares = sheet.ask(&Shares)?;
            behind.busiest = sheet.ask(&Busiest)?;
        }
        Ok(behind)
    }

    /// The populations a kind of data tells of: who is connected only where
    /// that is what it is about.
    fn bases(&self, kind: Kind) -> impl Iterator<Item = u64> {
        let bases = bases_of(kind == Kind::Connected).len();
        self.members.iter().take(bases).copied().flatten()
    }

    fn asked(&self, kind: QuestionKind) -> Asked {
        self.asked[kind as usize].unwrap_or_default()
    }

    fn acting(&self) -> [u64; 2] {
        [self.sharers, self.active]
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of people, to the half"
)]
fn doubled(number: Number) -> u64 {
    match number {
        Number::Count(count) => count.saturating_mul(2),
        Number::Real(real) => (real * 2.0) as u64,
    }
}

/// What people are behind numbers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aspect {
    Acts,
    Membership,
    Answers,
}

/// What kind of data a metric shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
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
    pub(super) fn of(metric: Metric) -> Self {
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

    pub(super) fn tells_of(self, aspect: Aspect) -> bool {
        match aspect {
            Aspect::Acts => matches!(self, Self::Activity | Self::Both),
            Aspect::Membership => {
                matches!(self, Self::Membership | Self::Connected | Self::Both)
            }
            Aspect::Answers => matches!(self, Self::Survey(_)),
        }
    }

    fn question(self) -> Option<QuestionKind> {
        match self {
            Self::Survey(kind) => Some(kind),
            _ => None,
        }
    }

    fn subject(self) -> Subject {
        match self {
            Self::Survey(_) | Self::Turnout => Subject::Survey,
            _ => Subject::Activity,
        }
    }

    /// Whether a row of this kind must be hidden for who stands behind it.
    fn is_small(self, behind: &Behind, policy: &PrivacyPolicy) -> bool {
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
    fn people(self, behind: &Behind) -> u64 {
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
    fn sums(self, known: &[Option<Known<'_>>]) -> Vec<Vec<i128>> {
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

/// What is a small group, of people counted twice each.
struct Small {
    doubled: u64,
    zero: bool,
    complement: bool,
}

impl Small {
    fn new(policy: &PrivacyPolicy, subject: Subject) -> Self {
        Self {
            doubled: u64::from(policy.threshold(subject)) * 2,
            zero: policy.protect_zero,
            complement: policy.complement,
        }
    }

    fn is(&self, doubled: u64) -> bool {
        doubled < self.doubled && (doubled > 0 || self.zero)
    }

    /// Whether a part leaves a small rest of a whole.
    fn is_rest(&self, whole: u64, part: u64) -> bool {
        let rest = whole.saturating_sub(part);
        self.complement && rest > 0 && rest < self.doubled
    }
}

/// A cell before it is decided on.
#[derive(Clone, Debug)]
struct Known<'g> {
    measures: &'g [Measure],
    behind: &'g [Behind],
    dominated: &'g [bool],
    /// It names a person who agreed to be named.
    consented: bool,
}

impl Known<'_> {
    /// Whether the known rows of a column could be those of few people: a
    /// missing row takes at most one person away, and known ones are of as
    /// many as the busiest person's rows go into them.
    fn rests_on_few(&self, column: usize, policy: &PrivacyPolicy) -> bool {
        let Some(coverage) = self.measures[column].coverage() else {
            return false;
        };
        let missing = coverage.rows.saturating_sub(coverage.known);
        let k = u64::from(policy.threshold(Subject::Activity));
        let few = |behind: &Behind| {
            let left = (behind.sharers / 2).saturating_sub(missing);
            left.max(coverage.known.div_ceil(behind.busiest.max(1))) < k
        };
        coverage.known > 0 && missing > 0 && self.behind.iter().any(few)
    }
}

/// Where a cell has been decided on already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decided {
    Not,
    /// In the table of the totals, at this place.
    Margin {
        axis: usize,
        row: usize,
    },
    /// It is the total: nothing but what stands behind it decides.
    Total,
}

/// Which cells are hidden, by the kind of data and by column.
struct Hidden {
    kinds: BTreeMap<Kind, Vec<bool>>,
    columns: Vec<Vec<bool>>,
}

/// A table, its totals and how they add up.
struct Grid<'g> {
    layout: Layout,
    /// `None`: no row says anything of this cell.
    known: Vec<Option<Known<'g>>>,
    decided: Vec<Decided>,
    margins: &'g [Hidden],
    /// Of two dimensions, where the totals of each are, in order.
    margin_places: [Vec<usize>; 2],
    metrics: Vec<Metric>,
    /// Whether each row is one person.
    is_of_persons: bool,
}

impl Grid<'_> {
    /// Rows for the hidden cells that there is no row of, their numbers those
    /// of another row.
    fn absent(&self, hidden: &[Vec<bool>], tables: &[Raw; 2]) -> Vec<Row> {
        let [down, across] = &self.margin_places;
        let width = self.known.len().div_ceil(down.len() + 1).max(1);
        let mut rows = Vec::new();
        for (row, &at) in tables[0].rows.iter().zip(down) {
            for (column, &under) in tables[1].rows.iter().zip(across) {
                let cell = at / width * width + under % width;
                let is_hidden = || hidden.iter().any(|hidden| hidden[cell]);
                if self.known[cell].is_none() && is_hidden() {
                    let timed = |raw: &RawRow| matches!(raw.row.key[..], [KeyValue::Bucket(_)]);
                    let like = if timed(row) { row } else { column };
                    let key = row.row.key.iter().chain(&column.row.key);
                    rows.push(Row {
                        key: key.cloned().collect(),
                        measures: like.row.measures.clone(),
                        comparisons: Vec::new(),
                    });
                }
            }
        }
        rows
    }

    fn hidden(&self, policy: &PrivacyPolicy) -> Result<Hidden> {
        let mut kinds: BTreeMap<Kind, Vec<bool>> = BTreeMap::new();
        let mut wanted: Vec<Kind> = self
            .metrics
            .iter()
            .map(|&metric| Kind::of(metric))
            .collect();
        if wanted.contains(&Kind::Both) {
            wanted.extend([Kind::Activity, Kind::Membership]);
        }
        // Both comes after the two it is of.
        wanted.sort_unstable();
        for kind in wanted {
            if kinds.contains_key(&kind) {
                continue;
            }
            let decide = |cell: usize, known: &Known<'_>| {
                let mut behind = known.behind.iter();
                // Who sees both kinds sees each.
                behind.any(|behind| kind.is_small(behind, policy))
                    || kind == Kind::Both && kinds.values().any(|hidden| hidden[cell])
            };
            let margin = |hidden: &Hidden, row: usize| hidden.kinds[&kind][row];
            let sums = kind.sums(&self.known);
            let found = self.run(policy, kind, &sums, decide, margin)?;
            kinds.insert(kind, found);
        }
        let mut columns = Vec::new();
        for (at, &metric) in self.metrics.iter().enumerate() {
            let kind = Kind::of(metric);
            let base = &kinds[&kind];
            let decide = |cell: usize, known: &Known<'_>| {
                base[cell]
                    || known.dominated.get(at) == Some(&true)
                    || is_small(&known.measures[at], kind, policy)
                    || kind == Kind::Activity && known.rests_on_few(at, policy)
            };
            let margin = |hidden: &Hidden, row: usize| hidden.columns[at][row];
            let measures = self.known.iter();
            let measures: Vec<Option<&Measure>> = measures
                .map(|known| known.as_ref().map(|known| &known.measures[at]))
                .collect();
            let found = self.run(policy, kind, &sums_of(&measures), decide, margin)?;
            columns.push(found);
        }
        Ok(Hidden { kinds, columns })
    }

    /// Hides what must be hidden, and what keeps it so.
    fn run(
        &self,
        policy: &PrivacyPolicy,
        kind: Kind,
        sums: &[Vec<i128>],
        decide: impl Fn(usize, &Known<'_>) -> bool,
        margin: impl Fn(&Hidden, usize) -> bool,
    ) -> Result<Vec<bool>> {
        let people = |known: &Known<'_>| {
            let people = known.behind.iter().map(|behind| kind.people(behind));
            people.min().unwrap_or(0) / 2
        };
        let cell = |at: usize| {
            let Some(known) = &self.known[at] else {
                // There is no such row, which is as good as a zero.
                return Cell::new(0).decided(false);
            };
            let cell = Cell::new(people(known));
            let fixed = |hidden: bool| {
                if hidden {
                    cell.hidden_elsewhere()
                } else {
                    cell.shown_elsewhere()
                }
            };
            match self.decided[at] {
                Decided::Total => fixed(decide(at, known)),
                Decided::Margin { axis, row } => fixed(margin(&self.margins[axis], row)),
                Decided::Not => cell.decided(decide(at, known) && !known.consented),
            }
        };
        let cells: Vec<Cell> = (0..self.known.len()).map(cell).collect();
        // That one person stands behind a person's row is no secret.
        let (subject, people) = (kind.subject(), !self.is_of_persons);
        let found = suppress_audited(&self.layout, &cells, sums, policy, subject, people)?;
        // A cell that is nothing but a total shown elsewhere is as safe as it.
        let exposed = found.exposed().iter();
        let small = |&&at: &&usize| {
            let known = self.known[at].as_ref();
            self.decided[at] == Decided::Not && known.is_some_and(|known| decide(at, known))
        };
        if !self.margins.is_empty() && exposed.filter(small).count() > 0 {
            return Err(refused(
                "what each of the two dimensions shows by itself leaves nothing to hide small \
                 groups behind",
            )
            .in_field("by"));
        }
        Ok((0..cells.len()).map(|at| found.is_hidden(at)).collect())
    }
}

/// Whether a measure by itself says too much: it counts few people, leaves few,
/// or rests on too few known rows.
fn is_small(measure: &Measure, kind: Kind, policy: &PrivacyPolicy) -> bool {
    let small = Small::new(policy, kind.subject());
    let coverage = measure.coverage().map(|coverage| coverage.known * 2);
    if coverage.is_some_and(|known| known > 0 && small.is(known)) {
        return true;
    }
    let parts = [measure.numerator(), measure.denominator()];
    let [above, below] = parts.map(|part| part.and_then(|part| part.value).map(doubled));
    match kind {
        Kind::Activity => return false,
        // That all are promoters says what each of them answered.
        Kind::Survey(_) => {
            let all = below.filter(|&all| all > 0);
            let groups = measure.components().iter().filter_map(|part| part.value);
            let mut groups = groups.map(doubled).chain(above);
            let rate = measure.unit() == Unit::Rate;
            return policy.all_equal
                && (groups.any(|group| Some(group) == all)
                    || rate && all.is_some() && above == Some(0));
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

/// Every whole number that the measures of one column show, cell by cell.
fn sums_of(measures: &[Option<&Measure>]) -> Vec<Vec<i128>> {
    let part = |part: &Part| part.value;
    let number = |measure: &Measure, which: usize| match which {
        0 => measure.number(),
        1 => measure.numerator().and_then(part),
        2 => measure.denominator().and_then(part),
        3 => measure.coverage().map(|coverage| coverage.known.into()),
        4 => measure.coverage().map(|coverage| coverage.rows.into()),
        _ => measure.components().get(which - 5).and_then(part),
    };
    let components = measures
        .iter()
        .flatten()
        .map(|measure| measure.components().len());
    let numbers = 5 + components.max().unwrap_or(0);
    let mut sums: Vec<Vec<i128>> = Vec::new();
    for which in 0..numbers {
        let whole = |measure: Option<&Measure>| match number(measure?, which)? {
            Number::Count(count) => Some(i128::from(count)),
            Number::Real(_) => None,
        };
        let sum: Vec<i128> = measures
            .iter()
            .map(|&measure| whole(measure).unwrap_or(0))
            .collect();
        // The same numbers again, or none, tell nothing more.
        if sum.iter().any(|&number| number != 0) && !sums.contains(&sum) {
            sums.push(sum);
        }
    }
    sums
}

/// An error for what a policy does not allow to be asked.
#[cold]
pub(crate) fn refused(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Protected, why)
}

/// An error where a policy cannot vouch for a table split this way.
pub(super) fn check(plan: &Plan<'_>) -> Result<()> {
    if plan.dimensions.len() > 2 {
        return Err(refused(format!(
            "{} dimensions at once; under a privacy policy a table has at most 2",
            plan.dimensions.len()
        ))
        .in_field("by"));
    }
    let mut axes = plan.space.axes.iter();
    if let Some(axis) = axes.find(|axis| axis.key.is_multi()) {
        return Err(refused(format!(
            "one share or item can have several of {}: under a privacy policy a table cannot be split by it",
            axis.dimension
        ))
        .in_field("by"));
    }
    Ok(())
}

/// The dimensions of which one is part of the other.
pub(super) const FAMILY: [Dimension; 2] = [Dimension::Department, Dimension::Team];

/// Whether dimensions are some of a hierarchy that the programme knows.
pub(super) fn is_of_family(program: &Program<'_>, dimensions: &[Dimension]) -> bool {
    let known = |attribute| program.people.attribute(attribute).names.len() > 0;
    !dimensions.is_empty()
        && dimensions.iter().all(|by| FAMILY.contains(by))
        && known(Attribute::Team)
        && known(Attribute::Department)
}

/// The table's rows and total with everything hidden that must be.
pub(super) fn protect(
    plan: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: Raw,
    counted: &Counted,
) -> Result<(Vec<Row>, Row)> {
    let Decision {
        places,
        hidden,
        absent,
    } = decide(plan, policy, &raw, counted)?;
    let program = plan.space.program;
    let reason = |column: usize| {
        let subject = Kind::of(plan.columns[column].metric).subject();
        policy.reason(subject)
    };
    let cover = |mut row: Row, cell: usize| {
        let measures = row.measures.into_iter().enumerate();
        row.measures = measures
            .map(|(column, measure)| {
                if hidden[column][cell] {
                    measure.suppressed(reason(column))
                } else {
                    measure.discreet(policy.rounding)
                }
            })
            .collect();
        row
    };
    let named = |row: &Row| is_named_with_consent(program, &plan.dimensions, &row.key);
    let mut rows: Vec<Row> = raw
        .rows
        .into_iter()
        .zip(&places)
        .filter(|(raw, _)| raw.listed && named(&raw.row).unwrap_or(true))
        .map(|(raw, &place)| cover(raw.row, place))
        .collect();
    if !absent.is_empty() {
        // That there is no such row would tell that nobody is in it.
        rows.extend(absent.into_iter().map(|mut row| {
            let measures = row.measures.into_iter().enumerate();
            let hide = |(column, measure): (usize, Measure)| measure.suppressed(reason(column));
            row.measures = measures.map(hide).collect();
            row
        }));
        rows.sort_by_cached_key(|row| row.key.iter().map(KeyValue::place).collect::<Vec<_>>());
    }
    let last = hidden.first().map_or(0, Vec::len).saturating_sub(1);
    Ok((rows, cover(raw.total.row, last)))
}

/// What is to be hidden of a table.
struct Decision {
    /// Of each row.
    places: Vec<usize>,
    /// Of each column, by place; the total last.
    hidden: Vec<Vec<bool>>,
    /// Hidden rows of which there are none.
    absent: Vec<Row>,
}

fn decide(
    plan: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: &Raw,
    counted: &Counted,
) -> Result<Decision> {
    let family = plan.family.as_deref();
    let [down, across] = match (&plan.margins[..], family) {
        ([], Some(family)) if plan.dimensions.len() == 2 => {
            // The hierarchy itself, in the order asked for.
            let found = Hierarchy::new(family, counted)?;
            let (grid, places) = found.grid(family);
            let hidden = grid.hidden(policy)?.columns;
            let turned = plan.dimensions != FAMILY;
            let by_key: BTreeMap<_, usize> = keys(&found.raw.rows).zip(places).collect();
            let place = |raw: &RawRow| {
                let mut key = key_of(&raw.row);
                if turned {
                    key.reverse();
                }
                by_key.get(&key).copied().unwrap_or(0)
            };
            let places = raw.rows.iter().map(place).collect();
            return Ok(Decision {
                places,
                hidden,
                absent: Vec::new(),
            });
        }
        ([], _) => {
            let hidden = one_dimension(plan, policy, raw, counted)?;
            return Ok(Decision {
                places: (0..raw.rows.len()).collect(),
                hidden: hidden.columns,
                absent: Vec::new(),
            });
        }
        ([down, across], _) => [down, across],
        _ => return Err(refused("more than 2 dimensions at once").in_field("by")),
    };
    let tables = [down.raw(counted, None)?, across.raw(counted, None)?];
    let margins = [
        one_dimension(down, policy, &tables[0], counted)?,
        one_dimension(across, policy, &tables[1], counted)?,
    ];
    let (grid, places) = two_way(plan, raw, &tables, &margins);
    let hidden = grid.hidden(policy)?.columns;
    let absent = grid.absent(&hidden, &tables);
    Ok(Decision {
        places,
        hidden,
        absent,
    })
}

/// What is hidden by one dimension: its rows, then the total.
fn one_dimension(
    plan: &Plan<'_>,
    policy: &PrivacyPolicy,
    raw: &Raw,
    counted: &Counted,
) -> Result<Hidden> {
    let Some(family) = plan.family.as_deref() else {
        return one_way(plan, raw).hidden(policy);
    };
    let found = Hierarchy::new(family, counted)?;
    let (grid, _) = found.grid(family);
    let hidden = grid.hidden(policy)?;
    let axis = usize::from(plan.dimensions != FAMILY[..1]);
    let totals = grid.margin_places[axis].iter().copied();
    let by_key: BTreeMap<_, usize> = keys(&found.margins[axis].rows).zip(totals).collect();
    let places = raw
        .rows
        .iter()
        .map(|raw| by_key.get(&key_of(&raw.row)).copied());
    let places: Vec<Option<usize>> = places.chain([grid.known.len().checked_sub(1)]).collect();
    let pick = |all: &Vec<bool>| {
        let places = places.iter();
        // What the hierarchy does not know of is not shown.
        places
            .map(|place| place.is_none_or(|place| all[place]))
            .collect()
    };
    let kinds = hidden.kinds.iter();
    Ok(Hidden {
        kinds: kinds.map(|(&kind, all)| (kind, pick(all))).collect(),
        columns: hidden.columns.iter().map(pick).collect(),
    })
}

/// A hierarchy by both its levels, to be decided on as one table.
struct Hierarchy {
    raw: Raw,
    margins: [Raw; 2],
}

impl Hierarchy {
    fn new(family: &Plan<'_>, counted: &Counted) -> Result<Self> {
        let [down, across] = &family.margins[..] else {
            return Err(refused("a hierarchy has two levels"));
        };
        Ok(Self {
            raw: family.raw(counted, None)?,
            margins: [down.raw(counted, None)?, across.raw(counted, None)?],
        })
    }

    fn grid(&self, family: &Plan<'_>) -> (Grid<'_>, Vec<usize>) {
        two_way(family, &self.raw, &self.margins, &[])
    }
}

fn key_of(row: &Row) -> Vec<(u8, i64, String)> {
    row.key.iter().map(KeyValue::place).collect()
}

fn keys(rows: &[RawRow]) -> impl Iterator<Item = Vec<(u8, i64, String)>> {
    rows.iter().map(|raw| key_of(&raw.row))
}

/// Whether the person a row names agreed to it; `None` where it names nobody.
fn is_named_with_consent(
    program: &Program<'_>,
    dimensions: &[Dimension],
    key: &[KeyValue],
) -> Option<bool> {
    let at = dimensions
        .iter()
        .position(|by| *by == Dimension::Advocate)?;
    Some(match key.get(at) {
        Some(KeyValue::Thing { id, .. }) => program.has_consented(id),
        _ => false,
    })
}

fn known<'g>(plan: &Plan<'_>, raw: &'g RawRow) -> Known<'g> {
    let key = &raw.row.key;
    let consented = is_named_with_consent(plan.space.program, &plan.dimensions, key);
    Known {
        measures: &raw.row.measures,
        behind: &raw.behind,
        dominated: &raw.dominated,
        consented: consented.unwrap_or(false),
    }
}

/// Rows and their total; each row's place is its number.
fn one_way<'g>(plan: &Plan<'_>, raw: &'g Raw) -> Grid<'g> {
    let rows = raw.rows.len();
    let cells = raw.rows.iter().chain([&raw.total]);
    let mut decided = vec![Decided::Not; rows];
    decided.push(Decided::Total);
    Grid {
        layout: Layout::one_way(rows),
        known: cells.map(|row| Some(known(plan, row))).collect(),
        decided,
        margins: &[],
        margin_places: [Vec::new(), Vec::new()],
        metrics: plan.metrics().collect(),
        is_of_persons: plan.dimensions.contains(&Dimension::Advocate),
    }
}

/// Rows by columns with the totals of both, and each row's place. Totals that
/// are decided on already are so in the margins; without those, they are cells
/// like others.
fn two_way<'g>(
    plan: &Plan<'_>,
    raw: &'g Raw,
    tables: &'g [Raw; 2],
    margins: &'g [Hidden],
) -> (Grid<'g>, Vec<usize>) {
    let place = |row: &Row, at: usize| row.key.get(at).map(KeyValue::place);
    let mut steps = [BTreeMap::new(), BTreeMap::new()];
    for (axis, steps) in steps.iter_mut().enumerate() {
        for raw in &raw.rows {
            steps.insert(place(&raw.row, axis), 0);
        }
        for raw in &tables[axis].rows {
            steps.insert(place(&raw.row, 0), 0);
        }
        for (number, step) in steps.values_mut().enumerate() {
            *step = number;
        }
    }
    let [down, across] = [&steps[0], &steps[1]];
    let width = across.len() + 1;
    let cells = (down.len() + 1) * width;
    let mut grid = Grid {
        layout: Layout::two_way(down.len(), across.len()),
        known: vec![None; cells],
        decided: vec![Decided::Not; cells],
        margins,
        margin_places: [Vec::new(), Vec::new()],
        metrics: plan.metrics().collect(),
        is_of_persons: plan.dimensions.contains(&Dimension::Advocate),
    };
    let places: Vec<usize> = raw
        .rows
        .iter()
        .map(|raw| down[&place(&raw.row, 0)] * width + across[&place(&raw.row, 1)])
        .collect();
    for (row, &at) in raw.rows.iter().zip(&places) {
        grid.known[at] = Some(known(plan, row));
    }
    for axis in [0, 1] {
        for (number, row) in tables[axis].rows.iter().enumerate() {
            let step = steps[axis][&place(&row.row, 0)];
            let at = if axis == 0 {
                step * width + width - 1
            } else {
                (cells - width) + step
            };
            grid.known[at] = Some(known(plan, row));
            grid.margin_places[axis].push(at);
            if !margins.is_empty() {
                grid.decided[at] = Decided::Margin { axis, row: number };
            }
        }
    }
    grid.known[cells - 1] = Some(known(plan, &raw.total));
    grid.decided[cells - 1] = Decided::Total;
    (grid, places)
}

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
