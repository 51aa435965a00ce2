//! Rows as the tables of the schema: a column a field, in the field's name.

use crate::calendar::Timestamp;

use super::column::{Buffer, Column, Data, Validity};
use super::field::{Counts, Field};
use super::frame::Frame;
use super::id::Id;
use super::kinds::{ContentKind, ContentStatus, Copy as Wording, Mode, Source};
use super::rows::{
    Account, Activity, Advocate, BrandPost, Campaign, Content, Followers, Headcount, Rows, Share,
    SurveyQuestion, SurveyResponse, SurveyTurnout, Tags,
};

impl Rows {
    /// The rows as the tables of the schema, empty ones left out.
    #[must_use]
    pub fn frames(&self) -> Vec<(&'static str, Frame<'_>)> {
        let mut frames = vec![
            ("advocates", advocates(&self.advocates)),
            ("memberships", memberships(&self.advocates)),
            ("moves", moves(&self.advocates)),
            ("accounts", accounts(&self.accounts)),
            ("followers", followers(&self.followers)),
            ("campaigns", campaigns(&self.campaigns)),
            ("content", content(&self.content)),
            ("status_changes", status_changes(&self.content)),
            ("shares", shares(&self.shares)),
            ("activities", activities(&self.activities)),
            ("brand_posts", brand_posts(&self.brand_posts)),
            ("headcount", headcount(&self.headcount)),
            ("questions", questions(&self.questions)),
            ("responses", responses(&self.responses)),
            ("turnout", turnout(&self.turnout)),
        ];
        frames.retain(|(_, frame)| frame.rows() > 0);
        frames
    }
}

/// A table being made, a column after another from the same rows.
struct Making<'a, I> {
    rows: I,
    frame: Frame<'a>,
}

fn of<'a, I: Iterator + Clone>(rows: I) -> Making<'a, I> {
    let frame = Frame::new();
    Making { rows, frame }
}

impl<'a, I: Iterator<Item: Copy> + Clone> Making<'a, I> {
    fn column(self, name: &str, column: Column<'a>) -> Self {
        let frame = self.frame.column(name, column);
        Self { frame, ..self }
    }

    /// Integers when all ids are, text otherwise.
    fn ids(self, name: &str, id: impl Fn(I::Item) -> Option<&'a Id>) -> Self {
        let ids: Vec<Option<&Id>> = self.rows.clone().map(id).collect();
        let number = |id: Option<&Id>| match id {
            None => Some(0),
            Some(Id::Integer(number)) => Some(*number),
            Some(Id::Text(_)) => None,
        };
        let column = match ids
            .iter()
            .copied()
            .map(number)
            .collect::<Option<Vec<i64>>>()
        {
            Some(numbers) => integers(numbers, ids.iter().map(Option::is_some).collect()),
            None => Column::optional_texts(ids.iter().map(|id| id.map(ToString::to_string))),
        };
        self.column(name, column)
    }

    fn texts(self, name: &str, text: impl Fn(I::Item) -> Option<&'a str>) -> Self {
        let column = Column::optional_texts(self.rows.clone().map(text));
        self.column(name, column)
    }

    fn lists(self, name: &str, list: impl Fn(I::Item) -> &'a [String]) -> Self {
        let texts = |row| list(row).iter().map(String::as_str);
        let column = Column::lists(self.rows.clone().map(texts));
        self.column(name, column)
    }

    /// A text `name=value` each.
    fn tags(self, of: impl Fn(I::Item) -> &'a Tags) -> Self {
        let texts = |row| {
            of(row).iter().flat_map(|(name, values)| {
                values.iter().map(move |value| format!("{name}={value}"))
            })
        };
        let column = Column::lists(self.rows.clone().map(texts));
        self.column("tags", column)
    }

    fn times(self, name: &str, time: impl Fn(I::Item) -> Option<Timestamp>) -> Self {
        let micros = |row| time(row).map(Timestamp::micros);
        let column = Column::optional_times(self.rows.clone().map(micros));
        self.column(name, column)
    }

    fn flags(self, name: &str, flag: impl Fn(I::Item) -> Option<bool>) -> Self {
        let column = Column::optional_flags(self.rows.clone().map(flag));
        self.column(name, column)
    }

    fn numbers(self, name: &str, number: impl Fn(I::Item) -> Option<f64>) -> Self {
        let column = Column::optional_numbers(self.rows.clone().map(number));
        self.column(name, column)
    }

    fn count(self, name: &str, count: impl Fn(I::Item) -> Option<u64>) -> Self {
        let column = Column::optional_counts(self.rows.clone().map(count));
        self.column(name, column)
    }

    /// The counts that at least one row knows.
    fn counts(self, of: impl Fn(I::Item) -> &'a Counts) -> Self {
        Field::ALL.iter().fold(self, |making, &field| {
            let known = |row| of(row).get(field).is_some();
            if making.rows.clone().any(known) {
                making.count(field.as_str(), |row| of(row).get(field))
            } else {
                making
            }
        })
    }

    /// Where in the company.
    fn place(self, of: impl Fn(I::Item) -> [&'a Option<String>; 3]) -> Self {
        let [team, department, location] = [0, 1, 2].map(|part| {
            let of = &of;
            move |row| of(row)[part].as_deref()
        });
        self.texts("team", team)
            .texts("department", department)
            .texts("location", location)
    }
}

fn integers(values: Vec<i64>, known: Vec<bool>) -> Column<'static> {
    Column {
        validity: Some(Validity::Flags(Buffer::Owned(known))),
        ..Column::new(Data::I64(values.into()))
    }
}

fn advocates(rows: &[Advocate]) -> Frame<'_> {
    of(rows.iter())
        .ids("id", |row| Some(&row.id))
        .texts("name", |row| row.name.as_deref())
        .place(|row| [&row.team, &row.department, &row.location])
        .tags(|row| &row.tags)
        .flags("external", |row| Some(row.external))
        .flags("opt_out", |row| Some(row.opt_out))
        .flags("consent", |row| Some(row.consent))
        .frame
}

/// What several rows of each owner hold, with the owner.
fn parts<'a, O, P: 'a>(
    owners: &'a [O],
    parts: impl Fn(&'a O) -> &'a [P] + Clone,
) -> impl Iterator<Item = (&'a O, &'a P)> + Clone {
    owners
        .iter()
        .flat_map(move |owner| parts(owner).iter().map(move |part| (owner, part)))
}

fn memberships(rows: &[Advocate]) -> Frame<'_> {
    of(parts(rows, |row| &row.memberships))
        .ids("advocate", |(row, _)| Some(&row.id))
        .times("hired", |(_, stay)| stay.hired)
        .times("invited", |(_, stay)| stay.invited)
        .times("joined", |(_, stay)| stay.joined)
        .times("left", |(_, stay)| stay.left)
        .frame
}

fn moves(rows: &[Advocate]) -> Frame<'_> {
    of(parts(rows, |row| &row.moves))
        .ids("advocate", |(row, _)| Some(&row.id))
        .times("at", |(_, step)| Some(step.at))
        .place(|(_, step)| [&step.team, &step.department, &step.location])
        .frame
}

fn accounts(rows: &[Account]) -> Frame<'_> {
    of(rows.iter())
        .ids("id", |row| Some(&row.id))
        .ids("advocate", |row| Some(&row.advocate))
        .texts("network", |row| Some(row.network.as_str()))
        .times("connected_at", |row| row.connected_at)
        .times("disconnected_at", |row| row.disconnected_at)
        .frame
}

fn followers(rows: &[Followers]) -> Frame<'_> {
    of(rows.iter())
        .ids("account", |row| Some(&row.account))
        .times("at", |row| Some(row.at))
        .count("followers", |row| Some(row.followers))
        .frame
}

fn campaigns(rows: &[Campaign]) -> Frame<'_> {
    let costs = || rows.iter().map(|row| row.cost);
    let minor = costs()
        .map(|cost| cost.map_or(0, |cost| cost.minor))
        .collect();
    let known = costs().map(|cost| cost.is_some()).collect();
    let currencies = costs().map(|cost| cost.map(|cost| cost.currency.to_string()));
    of(rows.iter())
        .ids("id", |row| Some(&row.id))
        .texts("name", |row| row.name.as_deref())
        .texts("goal", |row| row.goal.as_deref())
        .times("starts_at", |row| row.starts_at)
        .times("ends_at", |row| row.ends_at)
        .lists("hashtags", |row| &row.hashtags)
        .column("cost", integers(minor, known))
        .column("currency", Column::optional_texts(currencies))
        .frame
}

fn content(rows: &[Content]) -> Frame<'_> {
    of(rows.iter())
        .ids("id", |row| Some(&row.id))
        .texts("title", |row| row.title.as_deref())
        .texts("kind", |row| row.kind.as_ref().map(ContentKind::as_str))
        .lists("topics", |row| &row.topics)
        .lists("hashtags", |row| &row.hashtags)
        .texts("source", |row| row.source.map(Source::as_str))
        .ids("campaign", |row| row.campaign.as_ref())
        .texts("status", |row| row.status.map(ContentStatus::as_str))
        .times("published_at", |row| row.published_at)
        .times("expires_at", |row| row.expires_at)
        .texts("suggested_copy", |row| row.suggested_copy.as_deref())
        .texts("call_to_action", |row| row.call_to_action.as_deref())
        .tags(|row| &row.tags)
        .frame
}

fn status_changes(rows: &[Content]) -> Frame<'_> {
    of(parts(rows, |row| &row.status_changes))
        .ids("content", |(row, _)| Some(&row.id))
        .times("at", |(_, step)| Some(step.at))
        .texts("status", |(_, step)| Some(step.status.as_str()))
        .frame
}

fn shares(rows: &[Share]) -> Frame<'_> {
    of(rows.iter())
        .ids("advocate", |row| Some(&row.advocate))
        .ids("id", |row| row.id.as_ref())
        .ids("content", |row| row.content.as_ref())
        .texts("network", |row| Some(row.network.as_str()))
        .times("shared_at", |row| Some(row.shared_at))
        .times("observed_at", |row| row.observed_at)
        .flags("removed", |row| Some(row.removed))
        .flags("confirmed", |row| row.confirmed)
        .ids("account", |row| row.account.as_ref())
        .texts("copy", |row| row.copy.map(Wording::as_str))
        .texts("mode", |row| row.mode.map(Mode::as_str))
        .flags("paid", |row| Some(row.paid))
        .counts(|row| &row.counts)
        .frame
}

fn activities(rows: &[Activity]) -> Frame<'_> {
    of(rows.iter())
        .ids("advocate", |row| Some(&row.advocate))
        .texts("action", |row| Some(row.action.as_str()))
        .times("at", |row| Some(row.at))
        .ids("content", |row| row.content.as_ref())
        .frame
}

fn brand_posts(rows: &[BrandPost]) -> Frame<'_> {
    of(rows.iter())
        .ids("id", |row| row.id.as_ref())
        .texts("network", |row| Some(row.network.as_str()))
        .times("published_at", |row| Some(row.published_at))
        .times("observed_at", |row| row.observed_at)
        .flags("removed", |row| Some(row.removed))
        .flags("paid", |row| Some(row.paid))
        .counts(|row| &row.counts)
        .frame
}

fn headcount(rows: &[Headcount]) -> Frame<'_> {
    of(rows.iter())
        .times("at", |row| Some(row.at))
        .count("employees", |row| Some(row.employees))
        .place(|row| [&row.team, &row.department, &row.location])
        .frame
}

fn questions(rows: &[SurveyQuestion]) -> Frame<'_> {
    of(rows.iter())
        .texts("id", |row| Some(&row.id))
        .texts("kind", |row| Some(row.kind.as_str()))
        .numbers("min", |row| row.min)
        .numbers("max", |row| row.max)
        .numbers("passive_from", |row| row.passive_from)
        .numbers("promoter_from", |row| row.promoter_from)
        .numbers("favourable_from", |row| row.favourable_from)
        .frame
}

fn responses(rows: &[SurveyResponse]) -> Frame<'_> {
    of(rows.iter())
        .times("answered_at", |row| Some(row.answered_at))
        .texts("wave", |row| row.wave.as_deref())
        .texts("question", |row| row.question.as_deref())
        .ids("respondent", |row| row.respondent.as_ref())
        .numbers("score", |row| row.score)
        .numbers("weight", |row| row.weight)
        .place(|row| [&row.team, &row.department, &row.location])
        .frame
}

fn turnout(rows: &[SurveyTurnout]) -> Frame<'_> {
    of(rows.iter())
        .times("asked_at", |row| Some(row.asked_at))
        .texts("wave", |row| row.wave.as_deref())
        .ids("respondent", |row| row.respondent.as_ref())
        .count("eligible", |row| row.eligible)
        .count("starts", |row| row.starts)
        .count("completes", |row| row.completes)
        .place(|row| [&row.team, &row.department, &row.location])
        .frame
}
