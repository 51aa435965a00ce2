//! Which facts a query is about.

use serde::{Deserialize, Serialize};

use crate::dimension::Dimension;

/// Conditions on dimensions, all of which must hold.
///
/// People are filtered by what is theirs (team, department, location, tags,
/// cohort, themselves); a condition on shares or content does not shrink a
/// population, and the measure says so.
///
/// ```
/// use advocacy_core::{Dimension, Filter};
///
/// let filter = Filter::new()
///     .only(Dimension::Network, ["linkedin"])
///     .except(Dimension::Team, ["Legal", "Finance"]);
/// assert_eq!(filter.to_string(), "network is linkedin and team is not Legal or Finance");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filter {
    pub(crate) terms: Vec<Term>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Term {
    pub(crate) dimension: Dimension,
    pub(crate) values: Vec<String>,
    #[serde(default)]
    pub(crate) except: bool,
}

impl Filter {
    /// Everything.
    #[must_use]
    pub const fn new() -> Self {
        Self { terms: Vec::new() }
    }

    /// Only rows whose dimension is one of these values; `""` is none.
    #[must_use]
    pub fn only<S: Into<String>>(
        mut self,
        dimension: Dimension,
        values: impl IntoIterator<Item = S>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.terms.push(Term {
            dimension,
            values,
            except: false,
        });
        self
    }

    /// Only rows whose dimension is none of these values.
    #[must_use]
    pub fn except<S: Into<String>>(
        mut self,
        dimension: Dimension,
        values: impl IntoIterator<Item = S>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.terms.push(Term {
            dimension,
            values,
            except: true,
        });
        self
    }
}

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (
            at,
            Term {
                dimension,
                values,
                except,
            },
        ) in self.terms.iter().enumerate()
        {
            let (and, not) = (
                if at == 0 { "" } else { " and " },
                if *except { "not " } else { "" },
            );
            write!(f, "{and}{dimension} is {not}{}", values.join(" or "))?;
        }
        Ok(())
    }
}
