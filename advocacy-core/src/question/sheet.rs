//! Where a formula asks for its counts.
//!
//! A metric's formula is written once and run twice: first to find out which
//! tables its questions need, then, when those are counted, to read answers
//! for one cell after the other. Adding a metric means asking existing
//! questions, seldom a new one.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::definitions::Definitions;
use crate::dimension::Dimension;
use crate::error::{Error, ErrorKind, Result};
use crate::tally::Counted;
use crate::tally::grid::{Sums, SumsOf};
use crate::tally::spec::{Key, Lane, Scope, Spec, What};
use crate::tally::table::Table;

use super::space::{Mask, Space};

/// A question about every cell of a space at once.
pub(crate) trait Question: Clone + Debug + PartialEq + 'static {
    /// What one cell is told.
    type Answer: Clone + Default + 'static;

    /// The tables it is answered from.
    fn specs(&self, space: &Space<'_>, definitions: &Definitions) -> Result<Vec<Spec>>;

    /// The answers, from those tables in that order.
    fn answers(
        &self,
        space: &Space<'_>,
        definitions: &Definitions,
        tables: &[&Table],
    ) -> Result<Answers<Self::Answer>>;
}

/// A question whose answer can be a metric's value.
pub(crate) trait Value: Question {
    /// The value; `None` where it is missing.
    fn value(&self, answer: &Self::Answer) -> Option<f64>;

    /// The same, from the sums that an answer is read from.
    fn value_of(&self, sums: SumsOf<'_>) -> Option<f64>;
}

/// Answers by cell, for the axes a question can be split by; a cell without an
/// entry is told the default.
pub(crate) struct Answers<A> {
    pub(crate) mask: Rc<Mask>,
    pub(crate) by_cell: BTreeMap<u64, A>,
    /// Where answers lie in a table just as they are asked for.
    pub(crate) sums: Option<FromSums<A>>,
    /// The rows all of which that table counts, and under which keys.
    rows: Option<Rc<(Scope, Vec<Key>)>>,
    /// What a cell without an entry is told.
    pub(crate) otherwise: A,
    /// Whether that it is not split by an axis says something of the sum.
    pub(crate) divides: bool,
    /// Whether cells in use make rows of the result.
    pub(crate) makes_rows: bool,
}

impl<A: Default> Answers<A> {
    pub(crate) fn new(mask: Mask) -> Self {
        Self {
            mask: Rc::new(mask),
            by_cell: BTreeMap::new(),
            sums: None,
            rows: None,
            otherwise: A::default(),
            divides: true,
            makes_rows: true,
        }
    }
}

impl<A: Clone> Answers<A> {
    /// The answer for a cell, which is one of the mask's.
    fn get(&self, cell: u64) -> A {
        let read = self.sums.as_ref().and_then(|sums| sums.get(cell));
        read.unwrap_or_else(|| self.by_cell.get(&cell).unwrap_or(&self.otherwise).clone())
    }

    /// The cells with an answer of their own.
    fn cells(&self) -> Vec<u64> {
        match &self.sums {
            Some(from) => from.sums.cells_in_use(),
            None => self.by_cell.keys().copied().collect(),
        }
    }
}

/// Answers that grow, person by person: mostly of one cell time and again.
pub(crate) struct ByCell<A> {
    blank: A,
    answers: Vec<(u64, A)>,
    places: FxHashMap<u64, usize>,
    last: usize,
}

impl<A: Clone> ByCell<A> {
    /// None yet; every new one begins like this.
    pub(crate) fn new(blank: A) -> Self {
        Self {
            blank,
            answers: Vec::new(),
            places: FxHashMap::default(),
            last: 0,
        }
    }

    /// The answer of a cell, to change.
    #[inline]
    pub(crate) fn at(&mut self, cell: u64) -> &mut A {
        if self
            .answers
            .get(self.last)
            .is_none_or(|last| last.0 != cell)
        {
            let next = self.answers.len();
            self.last = *self.places.entry(cell).or_insert(next);
            if self.last == next {
                self.answers.push((cell, self.blank.clone()));
            }
        }
        &mut self.answers[self.last].1
    }

    /// All of them, by cell.
    pub(crate) fn by_cell(self) -> BTreeMap<u64, A> {
        let mut by_cell = BTreeMap::new();
        for (cell, answer) in self.answers {
            by_cell.insert(cell, answer);
        }
        by_cell
    }
}

/// Answers read from a table of sums, cell by cell: of thousands of cells, few
/// may ever be asked for.
pub(crate) struct FromSums<A> {
    sums: Sums,
    answer: Box<dyn Fn(SumsOf<'_>) -> A>,
}

impl<A> FromSums<A> {
    pub(crate) fn new(sums: &Sums, answer: impl Fn(SumsOf<'_>) -> A + 'static) -> Self {
        Self {
            sums: sums.clone(),
            answer: Box::new(answer),
        }
    }

    fn get(&self, cell: u64) -> Option<A> {
        self.sums.get(cell).map(&self.answer)
    }
}

/// Which cells questions know.
#[derive(Default)]
pub(crate) struct InUse {
    /// Of each question in order, some more than once.
    pub(crate) cells: Vec<u64>,
    /// What those were found by: of the same rows under the same keys, every
    /// table of sums knows the same cells.
    rows: Vec<Rc<(Scope, Vec<Key>)>>,
}

impl InUse {
    fn add<A: Clone>(&mut self, answers: &Answers<A>) {
        if let Some(rows) = &answers.rows {
            if self.rows.contains(rows) {
                return;
            }
            self.rows.push(Rc::clone(rows));
        }
        // Questions about one thing mostly know the same cells.
        let more = answers.cells();
        if self.cells.is_empty() {
            self.cells = more;
        } else if self.cells != more {
            self.cells.extend(more);
        }
    }
}

/// A question, and its answers.
type Known = (Box<dyn Any>, Rc<dyn Any>);

/// Answers already worked out, each with its question. A formula asks few, so
/// a look at each finds the one; from the one after the last, since every cell
/// asks in the same order.
#[derive(Default)]
struct Memo {
    known: RefCell<Vec<Known>>,
    next: Cell<usize>,
}

/// A metric's view of one cell.
pub(crate) struct Sheet<'x, 'p> {
    pub(crate) space: &'x Space<'p>,
    pub(crate) definitions: &'x Definitions,
    mode: Mode<'x>,
}

enum Mode<'x> {
    /// Noting what will be asked.
    Plan { specs: &'x mut Vec<Spec> },
    /// Reading one cell.
    Read {
        counted: &'x Counted,
        memo: &'x Memo,
        cell: u64,
        /// Of questions that could not be split or filtered by everything.
        masks: Vec<Rc<Mask>>,
    },
    /// Reading many cells.
    Each {
        counted: &'x Counted,
        memo: &'x Memo,
        cells: &'x [u64],
    },
    /// Finding which cells are in use.
    Survey {
        counted: &'x Counted,
        memo: &'x Memo,
        used: &'x mut InUse,
    },
    /// Finding the values of some cells, all at once.
    Rank {
        counted: &'x Counted,
        memo: &'x Memo,
        cells: &'x [u64],
        add: &'x mut dyn FnMut(u64, Option<f64>),
    },
}

/// Where answers under one set of definitions are kept between cells.
#[derive(Default)]
pub(crate) struct Reader {
    memo: Memo,
}

impl<'x, 'p> Sheet<'x, 'p> {
    pub(crate) fn plan(
        space: &'x Space<'p>,
        definitions: &'x Definitions,
        specs: &'x mut Vec<Spec>,
    ) -> Self {
        Self {
            space,
            definitions,
            mode: Mode::Plan { specs },
        }
    }

    pub(crate) fn survey(
        space: &'x Space<'p>,
        definitions: &'x Definitions,
        counted: &'x Counted,
        reader: &'x Reader,
        used: &'x mut InUse,
    ) -> Self {
        Self {
            space,
            definitions,
            mode: Mode::Survey {
                counted,
                memo: &reader.memo,
                used,
            },
        }
    }

    /// Finds the value of each of `cells`, if the metric's is that of a question.
    pub(crate) fn rank(
        space: &'x Space<'p>,
        definitions: &'x Definitions,
        counted: &'x Counted,
        reader: &'x Reader,
        cells: &'x [u64],
        add: &'x mut dyn FnMut(u64, Option<f64>),
    ) -> Self {
        Self {
            space,
            definitions,
            mode: Mode::Rank {
                counted,
                memo: &reader.memo,
                cells,
                add,
            },
        }
    }

    /// Reads many cells, with [`ask_each`](Self::ask_each).
    pub(crate) fn each(
        space: &'x Space<'p>,
        definitions: &'x Definitions,
        counted: &'x Counted,
        reader: &'x Reader,
        cells: &'x [u64],
    ) -> Self {
        let mode = Mode::Each {
            counted,
            memo: &reader.memo,
            cells,
        };
        Self {
            space,
            definitions,
            mode,
        }
    }

    pub(crate) fn read(
        space: &'x Space<'p>,
        definitions: &'x Definitions,
        counted: &'x Counted,
        reader: &'x Reader,
        cell: u64,
    ) -> Self {
        let mode = Mode::Read {
            counted,
            memo: &reader.memo,
            cell,
            masks: Vec::new(),
        };
        Self {
            space,
            definitions,
            mode,
        }
    }

    /// The answer for this cell.
    pub(crate) fn ask<Q: Question>(&mut self, question: &Q) -> Result<Q::Answer> {
        let (space, definitions) = (self.space, self.definitions);
        match &mut self.mode {
            Mode::Plan { specs } => {
                specs.extend(question.specs(space, definitions)?);
                Ok(Q::Answer::default())
            }
            Mode::Survey {
                counted,
                memo,
                used,
            } => {
                let answers = answers(question, space, definitions, counted, memo)?;
                if answers.makes_rows && answers.mask.iter().all(|&split| split) {
                    used.add(&answers);
                }
                Ok(Q::Answer::default())
            }
            Mode::Rank { .. } | Mode::Each { .. } => Ok(Q::Answer::default()),
            Mode::Read {
                counted,
                memo,
                cell,
                masks,
            } => {
                let answers = answers(question, space, definitions, counted, memo)?;
                if answers.divides && !answers.mask.holds_all() {
                    masks.push(Rc::clone(&answers.mask));
                }
                let cell = space.project(*cell, &answers.mask);
                Ok(answers.get(cell))
            }
        }
    }

    /// The answer for each of many cells; one where there is but one.
    pub(crate) fn ask_each<Q: Question>(&mut self, question: &Q) -> Result<Vec<Q::Answer>> {
        let Mode::Each {
            counted,
            memo,
            cells,
        } = &self.mode
        else {
            return Ok(vec![self.ask(question)?]);
        };
        let answers = answers(question, self.space, self.definitions, counted, memo)?;
        let read = |&cell: &u64| answers.get(self.space.project(cell, &answers.mask));
        Ok(cells.iter().map(read).collect())
    }

    /// The answer for this cell, which is the metric's value.
    pub(crate) fn ask_value<Q: Value>(&mut self, question: &Q) -> Result<Q::Answer> {
        if let Mode::Rank {
            counted,
            memo,
            cells,
            add,
        } = &mut self.mode
        {
            let answers = answers(question, self.space, self.definitions, counted, memo)?;
            for &cell in *cells {
                let of = self.space.project(cell, &answers.mask);
                let read = answers.sums.as_ref().and_then(|from| from.sums.get(of));
                let value = match read {
                    Some(sums) => question.value_of(sums),
                    None => question.value(&answers.get(of)),
                };
                add(cell, value);
            }
        }
        self.ask(question)
    }

    /// The slot of the cell being read.
    pub(crate) fn slot(&self) -> Option<usize> {
        match &self.mode {
            Mode::Read { cell, .. } => Some(self.space.slot_of(*cell)),
            _ => None,
        }
    }

    /// The dimensions by which not all of the questions could be split.
    pub(crate) fn not_split(&self) -> Vec<String> {
        let axes = self.space.axes.iter().map(|axis| &axis.dimension);
        self.not_in(axes, |mask, at| mask[at])
    }

    /// The dimensions of the filter that not all of the questions heed.
    pub(crate) fn not_heeded(&self) -> Vec<String> {
        self.not_in(self.space.filtered.iter(), |mask, at| mask.heeds[at])
    }

    fn not_in<'d>(
        &self,
        dimensions: impl Iterator<Item = &'d Dimension>,
        holds: impl Fn(&Mask, usize) -> bool,
    ) -> Vec<String> {
        let Mode::Read { masks, .. } = &self.mode else {
            return Vec::new();
        };
        dimensions
            .enumerate()
            .filter(|(at, _)| masks.iter().any(|mask| !holds(mask, *at)))
            .map(|(_, dimension)| dimension.to_string())
            .collect()
    }
}

fn answers<Q: Question>(
    question: &Q,
    space: &Space<'_>,
    definitions: &Definitions,
    counted: &Counted,
    memo: &Memo,
) -> Result<Rc<Answers<Q::Answer>>> {
    let (all, next) = (memo.known.borrow(), memo.next.get());
    for at in (next..all.len()).chain(0..next) {
        let (asked, known) = &all[at];
        if asked.downcast_ref() == Some(question)
            && let Ok(known) = Rc::clone(known).downcast()
        {
            memo.next.set(at + 1);
            return Ok(known);
        }
    }
    drop(all);
    let specs = question.specs(space, definitions)?;
    let tables: Vec<&Table> = specs
        .iter()
        .map(|spec| {
            counted.get(spec).ok_or_else(|| {
                Error::new(
                    ErrorKind::IncompatibleTally,
                    "the tally does not hold what the query asks for",
                )
            })
        })
        .collect::<Result<_>>()?;
    let mut answers = question.answers(space, definitions, &tables)?;
    if answers.sums.is_some()
        && let Some(Spec { scope, keys, what }) = specs.into_iter().next()
        && let What::Sums(lanes) = what
        && lanes.contains(&Lane::rows())
    {
        answers.rows = Some(Rc::new((scope, keys)));
    }
    let answers = Rc::new(answers);
    let known = Rc::clone(&answers) as Rc<dyn Any>;
    let mut all = memo.known.borrow_mut();
    all.push((Box::new(question.clone()), known));
    memo.next.set(all.len());
    Ok(answers)
}
