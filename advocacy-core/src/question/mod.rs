//! What formulas ask, answered for every cell at once: the tables a question
//! needs, and the reading of them.

pub(crate) mod amounts;
pub(crate) mod cohorts;
pub(crate) mod crowd;
pub(crate) mod members;
pub(crate) mod population;
pub(crate) mod presence;
pub(crate) mod respondents;
pub(crate) mod scores;
pub(crate) mod series;
pub(crate) mod sheet;
pub(crate) mod space;
pub(crate) mod tenure;
pub(crate) mod things;
