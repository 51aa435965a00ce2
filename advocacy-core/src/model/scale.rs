//! Scales of answers, and the groups that answers on them fall in.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::named::named;

/// The scale a question was asked on, and where its groups begin.
///
/// 0–10 and 1–10 have the cut-offs of the net promoter score: passive from 7,
/// promoter from 9. Any other scale needs its own, stated; what comes of it
/// is called `net_score`, not eNPS. JSON: `"0-10"`, `"1-10"` or
/// `{"min": 1, "max": 5, "passive_from": 4, "promoter_from": 5}`.
///
/// ```
/// use advocacy_core::survey::Scale;
///
/// assert_eq!(Scale::of(0.0, 10.0)?, Scale::ZeroToTen);
/// let error = Scale::of(1.0, 5.0).unwrap_err();
/// assert_eq!(error.message(), "a scale of 1..=5 needs its own passive_from and promoter_from");
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub enum Scale {
    /// 0 to 10, passive from 7, promoter from 9.
    #[default]
    ZeroToTen,
    /// 1 to 10 with the same cut-offs.
    OneToTen,
    /// Another scale with cut-offs of its own:
    /// min < passive_from ≤ promoter_from ≤ max, checked wherever it is used.
    Custom {
        /// The lowest answer.
        min: f64,
        /// The highest answer.
        max: f64,
        /// Passive from here, detractor below.
        passive_from: f64,
        /// Promoter from here.
        promoter_from: f64,
    },
}

/// The scale in JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Name(String),
    Points {
        min: f64,
        max: f64,
        #[serde(default)]
        passive_from: Option<f64>,
        #[serde(default)]
        promoter_from: Option<f64>,
    },
}

impl TryFrom<Form> for Scale {
    type Error = Error;

    fn try_from(form: Form) -> Result<Self> {
        match form {
            Form::Name(name) => Self::parse(&name),
            Form::Points {
                min,
                max,
                passive_from: Some(passive_from),
                promoter_from: Some(promoter_from),
            } => Self::custom(min, max, passive_from, promoter_from),
            Form::Points { min, max, .. } => Self::of(min, max),
        }
    }
}

impl From<Scale> for Form {
    fn from(scale: Scale) -> Self {
        match scale {
            Scale::ZeroToTen | Scale::OneToTen => Self::Name(scale.label()),
            Scale::Custom {
                min,
                max,
                passive_from,
                promoter_from,
            } => Self::Points {
                min,
                max,
                passive_from: Some(passive_from),
                promoter_from: Some(promoter_from),
            },
        }
    }
}

impl Scale {
    /// The scale of that name: `0-10` or `1-10`.
    ///
    /// # Errors
    /// `unknown_name` for any other.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "0-10" => Ok(Self::ZeroToTen),
            "1-10" => Ok(Self::OneToTen),
            _ => Err(crate::named::unknown("scale", name, &["0-10", "1-10"])),
        }
    }

    /// The scale from `min` to `max` with the usual cut-offs, which only 0–10
    /// and 1–10 have.
    ///
    /// # Errors
    /// `invalid_option` for any other scale: it needs its own cut-offs, and
    /// 7 and 9 mean nothing on five points.
    pub fn of(min: f64, max: f64) -> Result<Self> {
        match (min, max) {
            (0.0, 10.0) => Ok(Self::ZeroToTen),
            (1.0, 10.0) => Ok(Self::OneToTen),
            _ => Err(Error::new(
                ErrorKind::InvalidOption,
                format!("a scale of {min}..={max} needs its own passive_from and promoter_from"),
            )
            .in_field("scale")),
        }
    }

    /// A scale with its own cut-offs; 0–10 and 1–10 with the usual ones are
    /// recognised.
    ///
    /// # Errors
    /// `invalid_option` unless min < passive_from ≤ promoter_from ≤ max, all
    /// of them finite.
    pub fn custom(min: f64, max: f64, passive_from: f64, promoter_from: f64) -> Result<Self> {
        if (passive_from, promoter_from) == (7.0, 9.0)
            && let Ok(scale) = Self::of(min, max)
        {
            return Ok(scale);
        }
        let scale = Self::Custom {
            min,
            max,
            passive_from,
            promoter_from,
        };
        scale.check().map(|()| scale)
    }

    /// The lowest and the highest answer.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        match *self {
            Self::ZeroToTen => (0.0, 10.0),
            Self::OneToTen => (1.0, 10.0),
            Self::Custom { min, max, .. } => (min, max),
        }
    }

    /// From where an answer is passive, and from where a promoter's.
    #[must_use]
    pub fn cut_offs(&self) -> (f64, f64) {
        match *self {
            Self::ZeroToTen | Self::OneToTen => (7.0, 9.0),
            Self::Custom {
                passive_from,
                promoter_from,
                ..
            } => (passive_from, promoter_from),
        }
    }

    /// Whether what comes of it is called eNPS.
    pub(crate) fn is_usual(&self) -> bool {
        !matches!(self, Self::Custom { .. })
    }

    /// `0-10`, or `1-5, passive from 4, promoter from 5`.
    pub(crate) fn label(&self) -> String {
        let (min, max) = self.range();
        let (passive, promoter) = self.cut_offs();
        if self.is_usual() {
            format!("{min}-{max}")
        } else {
            format!("{min}-{max}, passive from {passive}, promoter from {promoter}")
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        let (min, max) = self.range();
        let (passive, promoter) = self.cut_offs();
        // NaN fails every comparison, so only ±∞ is left to exclude.
        if min < passive
            && passive <= promoter
            && promoter <= max
            && min.is_finite()
            && max.is_finite()
        {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidOption,
            format!(
                "a scale of {min}..={max} with passive_from {passive} and promoter_from {promoter}: \
                 min < passive_from <= promoter_from <= max is needed"
            ),
        )
        .in_field("scale"))
    }

    /// The group of an answer on a scale that has been checked; `None`
    /// outside it.
    pub(crate) fn category(&self, score: f64) -> Option<EnpsCategory> {
        let (min, max) = self.range();
        let (passive, promoter) = self.cut_offs();
        (min <= score && score <= max).then_some(if score >= promoter {
            EnpsCategory::Promoter
        } else if score >= passive {
            EnpsCategory::Passive
        } else {
            EnpsCategory::Detractor
        })
    }
}

named! {
    /// The group an answer falls in, always derived from the answer itself.
    pub enum EnpsCategory as "category" {
        /// 9 or 10.
        Promoter = "promoter",
        /// 7 and above, below 9.
        Passive = "passive",
        /// Below 7.
        Detractor = "detractor",
    }
}

impl EnpsCategory {
    /// The group of one answer. Between whole numbers it falls in a group
    /// too: 6.5 is a detractor's, 8.5 passive.
    ///
    /// # Errors
    /// `not_finite` for NaN and infinities, `out_of_range` outside the scale,
    /// `invalid_option` for a scale that cannot be.
    ///
    /// ```
    /// use advocacy_core::survey::{EnpsCategory, Scale};
    ///
    /// assert_eq!(EnpsCategory::of(8.5, &Scale::ZeroToTen)?, EnpsCategory::Passive);
    /// assert!(EnpsCategory::of(0.0, &Scale::OneToTen).is_err());
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn of(score: f64, scale: &Scale) -> Result<Self> {
        scale.check()?;
        crate::stats::finite(score, "score")?;
        let (min, max) = scale.range();
        scale.category(score).ok_or_else(|| {
            Error::new(
                ErrorKind::OutOfRange,
                format!("score {score} is outside {min}..={max}"),
            )
            .in_field("score")
        })
    }
}
