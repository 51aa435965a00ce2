//! What a privacy policy asks for.

use serde::{Deserialize, Serialize};

use crate::definitions::{OptionInfo, Setting, options_by_name};
use crate::error::{Error, ErrorKind, Result};

/// Whose data a cell is made of; each has a threshold of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// What people did: shares, clicks, memberships.
    Activity,
    /// What people answered.
    Survey,
}

macro_rules! policy {
    ($($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr,)+) => {
        /// How small groups are protected: one field per option.
        ///
        /// Every option has the same name in every language; those left out
        /// keep their default.
        ///
        /// ```
        /// use advocacy_core::privacy::{PrivacyPolicy, Subject};
        ///
        /// let policy = PrivacyPolicy { survey_k: Some(8), ..PrivacyPolicy::default() };
        /// assert_eq!(policy.threshold(Subject::Activity), 5);
        /// assert_eq!(policy.threshold(Subject::Survey), 8);
        ///
        /// let read: PrivacyPolicy = serde_json::from_str(r#"{"survey_k": 8}"#)?;
        /// assert_eq!(read, policy);
        ///
        /// let mut policy = PrivacyPolicy::default();
        /// policy.set("survey_k", "8")?;
        /// assert_eq!(policy.survey_k, Some(8));
        /// assert_eq!(policy.set("k", "few").unwrap_err().field(), Some("k"));
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct PrivacyPolicy {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        options_by_name!(PrivacyPolicy { $($(#[doc = $doc])+ $field: $type = $default,)+ });
    };
}

policy! {
    /// Fewer distinct people than this are a small group.
    k: u32 = 5,
    /// The same for survey answers, counted in respondents; `k` unless stated.
    survey_k: Option<u32> = None,
    /// The same for activity data; `k` unless stated.
    activity_k: Option<u32> = None,
    /// Whether a part is hidden that leaves a small group as the rest of its
    /// whole: 18 of 20.
    complement: bool = true,
    /// Whether a group's answers are hidden when all are the same, or all in
    /// one group: all promoters.
    all_equal: bool = true,
    /// Hides a sum of which one person holds more than this percentage.
    dominance: Option<u32> = None,
    /// Whether a group of nobody is protected like a small one; otherwise a
    /// zero is shown.
    protect_zero: bool = false,
    /// Counts are shown as the nearest multiple of this; 1 leaves them alone.
    rounding: u32 = 1,
    /// Whether two populations that differ by a small group may not stand side
    /// by side: in one comparison, or in the requests a guard has seen.
    differencing: bool = true,
    /// What anybody can work out of the number of people in a small hidden cell
    /// must leave at least this much room (highest less lowest possible value);
    /// 1 asks no more than that it cannot be worked out exactly, which is also
    /// all that is asked of sums (shares, clicks, answers).
    width: u32 = 1,
}

impl PrivacyPolicy {
    /// The default policy under another threshold.
    #[must_use]
    pub fn new(k: u32) -> Self {
        Self {
            k,
            ..Self::default()
        }
    }

    /// Fewer people than this are a small group.
    #[must_use]
    pub fn threshold(&self, subject: Subject) -> u32 {
        let own = match subject {
            Subject::Activity => self.activity_k,
            Subject::Survey => self.survey_k,
        };
        own.unwrap_or(self.k)
    }

    /// What satisfies both: of every option, the stricter.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        let both = |subject| self.threshold(subject).max(other.threshold(subject));
        let (activity, survey) = (both(Subject::Activity), both(Subject::Survey));
        let k = self.k.max(other.k);
        Self {
            k,
            survey_k: (survey != k).then_some(survey),
            activity_k: (activity != k).then_some(activity),
            complement: self.complement || other.complement,
            all_equal: self.all_equal || other.all_equal,
            dominance: match (self.dominance, other.dominance) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            protect_zero: self.protect_zero || other.protect_zero,
            rounding: self.rounding.max(other.rounding),
            differencing: self.differencing || other.differencing,
            width: self.width.max(other.width),
        }
    }

    /// Why a number is hidden, in words for whoever reads the table.
    ///
    /// They are the same for every hidden number: saying which one is small,
    /// and which one is hidden beside it, would help to work them out.
    #[must_use]
    pub fn reason(&self, subject: Subject) -> String {
        let (k, who) = match subject {
            Subject::Activity => (self.threshold(subject), "people"),
            Subject::Survey => (self.threshold(subject), "respondents"),
        };
        format!(
            "hidden to protect a small group (fewer than {k} {who}): this one, or another that \
             this number would give away"
        )
    }

    /// Whether the options can be.
    ///
    /// # Errors
    /// `invalid_option` naming the option.
    pub fn check(&self) -> Result<()> {
        let wrong = |field: &str, given: u32, allowed: &str| {
            Error::new(
                ErrorKind::InvalidOption,
                format!("{field} {given} is outside {allowed}"),
            )
            .in_field(field)
        };
        let thresholds = [
            ("k", Some(self.k)),
            ("survey_k", self.survey_k),
            ("activity_k", self.activity_k),
        ];
        for (field, k) in thresholds {
            if let Some(k) = k.filter(|k| !(2..=1_000_000).contains(k)) {
                return Err(wrong(field, k, "2..=1000000"));
            }
        }
        if let Some(percent) = self.dominance.filter(|p| !(1..=99).contains(p)) {
            return Err(wrong("dominance", percent, "1..=99"));
        }
        if !(1..=1_000_000).contains(&self.rounding) {
            return Err(wrong("rounding", self.rounding, "1..=1000000"));
        }
        if !(1..=1_000_000).contains(&self.width) {
            return Err(wrong("width", self.width, "1..=1000000 people of room"));
        }
        Ok(())
    }
}
