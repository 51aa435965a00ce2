//! What is serialised is read back equal, and a report's JSON says of every
//! measure what a reader needs.

#![expect(clippy::unwrap_used, reason = "a test fails loudly, its helpers too")]

use std::fmt::Debug;

use advocacy_core::{
    ActionSet, Baseline, Definitions, Dimension, EngagementSet, Filter, Measure, Metric, Note,
    Period, Program, Rows, Table, Timestamp, WeekStart, Zone,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The JSON, which is read back equal, as text and as a value.
#[track_caller]
fn round<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Value {
    let text = serde_json::to_string(value).unwrap();
    let back: T = serde_json::from_str(&text).unwrap();
    assert_eq!(back, *value, "{text}");
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    let json = serde_json::to_value(value).unwrap();
    assert_eq!(serde_json::from_value::<T>(json.clone()).unwrap(), *value);
    json
}

fn utc(text: &str) -> Timestamp {
    Timestamp::parse(text, &Zone::utc()).unwrap()
}

// Rows

/// One row of every table with every field, and one with as little as may be.
fn every_field() -> Value {
    json!({
        "advocates": [
            {
                "id": "ana", "name": "Ana Núñez", "team": "Sales", "department": "EMEA",
                "location": "Madrid", "tags": {"grade": ["3"], "skill": ["sql", "rust"]},
                "memberships": [
                    {
                        "hired": "2023-01-01T00:00:00Z", "invited": "2023-02-01T00:00:00Z",
                        "joined": "2023-02-02T08:30:00Z", "left": "2024-06-30T00:00:00Z",
                    },
                    {"joined": "2025-01-07T09:00:00.000001Z"},
                ],
                "moves": [
                    {
                        "at": "2025-03-01T00:00:00Z", "team": "Marketing",
                        "department": "HQ", "location": "Oslo",
                    },
                ],
                "external": true, "opt_out": true, "consent": true,
            },
            {"id": "7", "external": false, "opt_out": false},
        ],
        "accounts": [
            {
                "id": "acc", "advocate": "ana", "network": "linkedin",
                "connected_at": "2025-01-08T00:00:00Z", "disconnected_at": "2025-09-01T00:00:00Z",
            },
            {"id": "acc2", "advocate": "7", "network": "our_forum"},
        ],
        "followers": [{"account": "acc", "at": "2025-02-01T00:00:00Z", "followers": 512}],
        "campaigns": [
            {
                "id": "launch", "name": "Launch", "goal": "awareness",
                "starts_at": "2025-03-01T00:00:00Z", "ends_at": "2025-06-01T00:00:00Z",
                "hashtags": ["launch"], "cost": {"minor": 125_000, "currency": "EUR"},
            },
        ],
        "content": [
            {
                "id": "guide", "title": "A guide", "kind": "article", "topics": ["ai"],
                "hashtags": ["guide"], "source": "user_generated", "campaign": "launch",
                "status": "in_review",
                "status_changes": [
                    {"at": "2025-02-01T00:00:00Z", "status": "draft"},
                    {"at": "2025-02-02T00:00:00Z", "status": "in_review"},
                ],
                "published_at": "2025-03-01T00:00:00Z", "expires_at": "2025-12-01T00:00:00Z",
                "suggested_copy": "Read this", "call_to_action": "read",
                "tags": {"audience": ["hr"]},
            },
            {"id": "bare"},
        ],
        "shares": [
            {
                "id": "s1", "advocate": "ana", "content": "guide", "network": "linkedin",
                "shared_at": "2025-03-04T10:00:00Z", "observed_at": "2025-03-11T10:00:00Z",
                "removed": true, "confirmed": false, "account": "acc", "copy": "suggested",
                "mode": "automated", "paid": true, "reach": 1, "impressions": 2, "likes": 3,
                "comments": 4, "reshares": 5, "clicks": 6, "follows": 7, "conversions": 8,
                "revenue": 9, "engagements": 10, "engaged": 11,
            },
            {
                "advocate": "7", "network": "x", "shared_at": "2025-03-05T00:00:00Z",
                "removed": false, "paid": false,
            },
        ],
        "activities": [
            {
                "advocate": "ana", "action": "open", "at": "2025-03-04T09:00:00Z",
                "content": "guide",
            },
            {"advocate": "7", "action": "login", "at": "2025-03-04T09:00:00Z"},
        ],
        "brand_posts": [
            {
                "id": "b1", "network": "facebook", "published_at": "2025-03-04T10:00:00Z",
                "observed_at": "2025-03-05T10:00:00Z", "removed": false, "paid": false,
                "reach": 2000, "followers": u64::MAX,
            },
        ],
        "headcount": [
            {
                "at": "2025-01-01T00:00:00Z", "employees": 400, "team": "Sales",
                "department": "EMEA", "location": "Madrid",
            },
            {"at": "2025-01-01T00:00:00Z", "employees": 1000},
        ],
    })
}

/// The same of the surveys' tables.
fn every_survey_field() -> Value {
    json!({
        "questions": [
            {
                "id": "five", "kind": "net_score", "min": 1.0, "max": 5.0,
                "passive_from": 4.0, "promoter_from": 4.5, "favourable_from": 4.0,
            },
            {"id": "enps", "kind": "enps"},
        ],
        "responses": [
            {
                "answered_at": "2025-03-04T09:00:00Z", "wave": "spring", "question": "five",
                "respondent": "ana", "score": 4.5, "weight": 0.25, "team": "Sales",
                "department": "EMEA", "location": "Madrid",
            },
            {"answered_at": "2025-03-04T09:00:00Z"},
        ],
        "turnout": [
            {
                "asked_at": "2025-03-01T09:00:00Z", "wave": "spring", "respondent": "ana",
                "eligible": 1, "starts": 1, "completes": 0, "team": "Sales",
                "department": "EMEA", "location": "Madrid",
            },
            {"asked_at": "2025-03-01T09:00:00Z"},
        ],
    })
}

#[test]
fn rows_with_every_field() {
    let mut written = every_field();
    for (table, rows) in every_survey_field().as_object().unwrap() {
        written[table] = rows.clone();
    }
    let rows: Rows = serde_json::from_value(written.clone()).unwrap();
    // Nothing is lost and nothing is added: what is not known is not written.
    assert_eq!(round(&rows), written);
    assert_eq!(rows.shares[0].counts.likes, Some(3));
    assert_eq!(rows.shares[1].counts.likes, None);
    assert!(Program::from_rows(&rows).is_ok());
}

#[test]
fn rows_of_nothing() {
    let none: Rows = serde_json::from_str("{}").unwrap();
    assert_eq!(none, Rows::default());
    round(&none);
    // A slip of the pen is an error, not a table that is quietly left out.
    assert!(serde_json::from_str::<Rows>(r#"{"share": []}"#).is_err());
    assert!(serde_json::from_str::<Rows>(r#"{"advocates": [{"id": 1, "tem": "x"}]}"#).is_err());
}

// Definitions

#[test]
fn definitions_are_written_as_choices() {
    assert_eq!(round(&Definitions::default()), json!({}));
    let ours = Definitions {
        licensed_seats: Some(250),
        active_actions: ActionSet::new([
            advocacy_core::Action::Share,
            advocacy_core::Action::Login,
        ])
        .unwrap(),
        engagement_set: Some(EngagementSet::parse("likes + 2.5*comments").unwrap()),
        mix_dimension: Dimension::Tag("grade".to_owned()),
        first_share_quantile: 0.1,
        confidence: 1.0 / 3.0,
        universe: Some(u64::MAX),
        ..Definitions::default()
    };
    let json = round(&ours);
    assert_eq!(json["engagement_set"], "likes+2.5*comments");
    assert_eq!(json["active_actions"], "share+login");
    assert_eq!(json["mix_dimension"], "tag:grade");
    assert_eq!(json.as_object().unwrap().len(), 7);
}

/// Every choice of every option, one at a time.
#[test]
fn every_choice_survives() {
    for option in Definitions::options() {
        for choice in option.choices {
            let mut ours = Definitions::default();
            ours.set(option.id, choice).unwrap();
            assert_eq!(
                ours.get(option.id).as_deref(),
                Some(*choice),
                "{}",
                option.id
            );
            let json = round(&ours);
            // Chosen is chosen, even where the default is the same in force:
            // `auto` is not written, `all` is.
            let implied = *choice == option.default;
            assert_eq!(
                json.get(option.id).is_none(),
                implied,
                "{} {choice}",
                option.id
            );
        }
    }
    let unknown = serde_json::from_str::<Definitions>(r#"{"parts": "some"}"#).unwrap_err();
    assert!(unknown.to_string().contains("some"), "{unknown}");
    assert!(serde_json::from_str::<Definitions>(r#"{"part": "all"}"#).is_err());
}

// Filters and periods

#[test]
fn filters() {
    assert_eq!(round(&Filter::new()), json!([]));
    let filter = Filter::new()
        .only(Dimension::Network, ["linkedin", "x"])
        .except(Dimension::Tag("grade".to_owned()), [""]);
    assert_eq!(
        round(&filter),
        json!([
            {"dimension": "network", "values": ["linkedin", "x"], "except": false},
            {"dimension": "tag:grade", "values": [""], "except": true},
        ])
    );
}

#[test]
fn periods_of_every_kind() {
    let mut zones = vec![Zone::utc(), Zone::fixed(-16_200).unwrap()];
    zones.extend(Zone::named("Europe/Madrid"));
    zones.extend(Zone::named("Pacific/Auckland"));
    for zone in &zones {
        for text in [
            "2025",
            "2025-Q3",
            "2025-07",
            "2025-W27",
            "2020-W53",
            "2025-03-30",
            "2025-07-01..2025-10-01",
            "30 days to 2025-07-30",
            "week of 2025-03-30",
            "2025-07-01T10:00:00Z..2025-07-01T10:00:00.000001Z",
        ] {
            let period = Period::parse(text, zone).unwrap();
            let json = round(&period);
            assert_eq!(json["label"], period.label(), "{text}");
            assert_eq!(json.as_object().unwrap().len(), 4);
            // Still the same kind: it knows the period before it.
            let back: Period = serde_json::from_value(json).unwrap();
            assert_eq!(back.previous().unwrap(), period.previous().unwrap());
        }
    }
}

// Tables

/// Every kind of key, note, state and comparison.
fn table() -> Table {
    let mut written = every_field();
    written["shares"][0]["removed"] = json!(false);
    let rows: Rows = serde_json::from_value(written).unwrap();
    let program = Program::from_rows(&rows).unwrap();
    program
        .measure([
            Metric::Shares,
            Metric::ShareRate,
            Metric::EngagementRate,
            Metric::Clicks,
            Metric::Reach,
            Metric::Revenue,
            Metric::AdoptionRate,
        ])
        .and_as(
            "by hand",
            Metric::Engagements,
            Definitions {
                engagement_set: Some(EngagementSet::parse("likes+0.5*comments").unwrap()),
                ..Definitions::default()
            },
        )
        .by([
            Dimension::Advocate,
            Dimension::Topic,
            Dimension::Network,
            Dimension::Week,
        ])
        .over(Period::month(2025, 3, &Zone::utc()).unwrap())
        .weeks_from(WeekStart::Sunday)
        .as_of(utc("2025-03-12"))
        .compare(Baseline::PreviousPeriod)
        .largest_first("shares")
        .table()
        .unwrap()
}

#[test]
fn tables() {
    let table = table();
    round(&table);
    // What it holds is worth the trip.
    let measures: Vec<&Measure> = table.rows.iter().flat_map(|row| &row.measures).collect();
    let states: Vec<&str> = measures
        .iter()
        .map(|measure| measure.state().as_str())
        .collect();
    for state in ["defined", "undefined", "missing"] {
        assert!(states.contains(&state), "no measure is {state}");
    }
    let partial = Note::PartialPeriod {
        as_of: utc("2025-03-12"),
    };
    assert!(
        measures
            .iter()
            .any(|measure| measure.notes().contains(&partial))
    );
    assert!(
        table
            .rows
            .iter()
            .any(|row| row.comparisons.iter().any(Option::is_some))
    );
    assert!(!table.notes.is_empty());
}

#[test]
fn a_measure_on_its_own() {
    let rate = advocacy_core::scalar::adoption_rate(231, 400).unwrap();
    let json = round(&rate);
    assert_eq!(json["value"], 0.5775);
    assert_eq!(json["numerator"], json!({"name": "joined", "value": 231}));
    assert_eq!(json["state"], "defined");
    // An undefined value is null, never 0 or NaN.
    let json = round(&advocacy_core::scalar::adoption_rate(0, 0).unwrap());
    assert_eq!(json["value"], Value::Null);
    assert_eq!(json["state"], "undefined");
}

// The report

#[cfg(feature = "sample")]
#[test]
fn a_report() {
    use advocacy_core::{Report, ReportOptions, sample};

    let rows = sample::rows();
    let program = Program::from_rows(&rows).unwrap();
    let quarter = Period::quarter(2025, 3, &Zone::utc()).unwrap();
    let report: Report = program.report(&ReportOptions::new(quarter)).unwrap();
    let json = round(&report);
    let mut measures = Vec::new();
    collect(&json, &mut measures);
    assert!(measures.len() > 500, "{} measures", measures.len());
    for measure in measures {
        for key in [
            "id",
            "value",
            "unit",
            "numerator",
            "denominator",
            "definition",
            "coverage",
            "notes",
        ] {
            assert!(measure.get(key).is_some(), "no {key} in {measure:?}");
        }
        assert!(
            !measure["definition"]["formula"]
                .as_str()
                .unwrap()
                .is_empty()
        );
        // A value and a state that say the same.
        let defined = measure["state"] == "defined";
        assert_eq!(measure["value"].is_number(), defined, "{measure:?}");
    }
}

/// Every measure in a document: what has an id and a state.
#[cfg(feature = "sample")]
fn collect<'v>(json: &'v Value, measures: &mut Vec<&'v serde_json::Map<String, Value>>) {
    match json {
        Value::Object(fields) => {
            if fields.contains_key("id") && fields.contains_key("state") {
                measures.push(fields);
            }
            fields.values().for_each(|value| collect(value, measures));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, measures)),
        _ => {}
    }
}

#[cfg(feature = "sample")]
#[test]
fn the_samples_rows() {
    round(&advocacy_core::sample::rows());
}
