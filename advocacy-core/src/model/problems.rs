//! What is wrong with an input: the first thing, or everything.

use crate::error::{Error, Result};

/// Collects problems, or stops at the first.
#[derive(Debug)]
pub(crate) struct Problems {
    all: bool,
    found: Vec<Error>,
}

/// Enough to mend a file by; a column that is wrong throughout stops here.
pub(crate) const MOST: usize = 100_000;

impl Problems {
    pub(crate) const fn first() -> Self {
        Self {
            all: false,
            found: Vec::new(),
        }
    }

    pub(crate) const fn all() -> Self {
        Self {
            all: true,
            found: Vec::new(),
        }
    }

    /// Notes the problem and goes on, or gives it back to stop with.
    pub(crate) fn report(&mut self, error: Error) -> Result<()> {
        if !self.all || self.found.len() >= MOST {
            return Err(error);
        }
        self.found.push(error);
        Ok(())
    }

    /// The value, or nothing where its problem was noted.
    pub(crate) fn keep<T>(&mut self, found: Result<T>) -> Result<Option<T>> {
        match found {
            Ok(value) => Ok(Some(value)),
            Err(error) => self.report(error).map(|()| None),
        }
    }

    pub(crate) fn into_found(self) -> Vec<Error> {
        self.found
    }
}
