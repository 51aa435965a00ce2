//! §2: what is offered, what is shared of it, and what it is made of.

use advocacy_core::{
    Content, ContentKind, ContentStatus, Copy, Dimension, Metric, Mode, Program, Rows, Share,
    Source, State, Table,
};

use crate::{
    ask, definitions, is, is_count, is_ratio, later, listed, member, network, of_item, pairs,
    period, share, split, utc,
};

fn item(id: &str, kind: &str, topics: &[&str]) -> Content {
    Content {
        kind: Some(ContentKind::new(kind).unwrap()),
        topics: topics.iter().map(|&topic| topic.to_owned()).collect(),
        published_at: Some(utc("2025-01-01")),
        ..Content::new(id)
    }
}

/// March 2025: three items on offer, of which two are shared.
///
/// | item | kind | topics | in March | shares |
/// |---|---|---|---|---|
/// | guide | article | ai, hiring | on offer since January | Ana twice, Bo |
/// | role | job posting | hiring | published on the 10th | Ana |
/// | clip | video | | on offer since January | |
/// | draft | article | ai | a draft | |
/// | next | event | events | published in April | |
/// | past | article | ai | expired in February | Bo, in March all the same |
fn library() -> Rows {
    let content = vec![
        item("guide", "article", &["ai", "hiring"]),
        Content {
            published_at: Some(utc("2025-03-10")),
            ..item("role", "job_posting", &["hiring"])
        },
        item("clip", "video", &[]),
        Content {
            status: Some(ContentStatus::Draft),
            ..item("draft", "article", &["ai"])
        },
        Content {
            published_at: Some(utc("2025-04-01")),
            ..item("next", "event", &["events"])
        },
        Content {
            expires_at: Some(utc("2025-02-15")),
            ..item("past", "article", &["ai"])
        },
    ];
    Rows {
        advocates: vec![member("ana", "2025-01-01"), member("bo", "2025-01-01")],
        content,
        shares: vec![
            of_item("ana", "guide", "2025-03-02"),
            Share {
                network: network("x"),
                ..of_item("ana", "guide", "2025-03-02")
            },
            of_item("bo", "guide", "2025-03-05"),
            of_item("ana", "role", "2025-03-11"),
            of_item("bo", "past", "2025-03-12"),
            share("bo", "linkedin", "2025-03-13"), // of nothing in the table
            of_item("bo", "clip", "2025-02-01"),
        ],
        ..Rows::default()
    }
}

fn march(metric: Metric, choices: &[(&str, &str)]) -> advocacy_core::Measure {
    ask(&library(), metric, "2025-03", choices)
}

fn by(metric: Metric, dimension: Dimension, choices: &[(&str, &str)]) -> Table {
    split(&library(), metric, dimension, "2025-03", choices)
}

#[test]
fn utilisation() {
    is_count(&march(Metric::PublishedItems, &[]), 3); // guide, role, clip
    is_ratio(&march(Metric::ContentUtilisation, &[]), 2, 3); // guide, role
    // Of the items published in March: the role.
    let published = [("content_basis", "published")];
    is_ratio(&march(Metric::ContentUtilisation, &published), 1, 1);
    // No item was on offer in 2024: undefined.
    let before = ask(&library(), Metric::ContentUtilisation, "2024", &[]);
    assert_eq!(before.state(), State::Undefined);
}

#[test]
fn per_item() {
    // guide 3, role 1, clip 0; what was shared of other things is not theirs.
    is_ratio(&march(Metric::SharesPerItem, &[]), 4, 3);
    // guide by Ana and Bo, role by Ana.
    is_ratio(&march(Metric::SharersPerItem, &[]), 3, 3);
    // Item by item.
    let table = by(Metric::SharersPerItem, Dimension::Content, &[]);
    assert_eq!(
        listed(&table),
        pairs([("clip", 0.0), ("guide", 2.0), ("role", 1.0)])
    );
}

#[test]
fn mix_of_items() {
    let table = by(Metric::ContentMix, Dimension::Kind, &[]);
    let third = 1.0 / 3.0;
    assert_eq!(
        listed(&table),
        pairs([("article", third), ("job_posting", third), ("video", third)])
    );
}

#[test]
fn mix_of_shares() {
    // 6 shares in March: article 3 + 1 (past), job posting 1, one of nothing.
    let table = by(Metric::ContentMix, Dimension::Kind, &[("mix_of", "shares")]);
    assert_eq!(
        listed(&table),
        pairs([
            ("article", 4.0 / 6.0),
            ("job_posting", 1.0 / 6.0),
            ("(none)", 1.0 / 6.0)
        ])
    );
}

/// Whatever counts as a share, it does so above and below the line.
#[test]
fn items_and_mixes_by_share_unit() {
    let mut rows = library();
    // Ana shares the guide on LinkedIn once more; the network confirmed that.
    rows.shares.push(Share {
        confirmed: Some(true),
        ..of_item("ana", "guide", "2025-03-20")
    });
    let mix = |unit| {
        let choices = [("mix_of", "shares"), ("share_unit", unit)];
        listed(&split(
            &rows,
            Metric::ContentMix,
            Dimension::Kind,
            "2025-03",
            &choices,
        ))
    };
    // Records: article 5, job posting 1, none 1.
    let (article, role, none) = (5.0 / 7.0, 1.0 / 7.0, 1.0 / 7.0);
    assert_eq!(
        mix("record"),
        pairs([
            ("article", article),
            ("job_posting", role),
            ("(none)", none)
        ])
    );
    // Distinct: the second guide of Ana on LinkedIn is none.
    let (article, role, none) = (4.0 / 6.0, 1.0 / 6.0, 1.0 / 6.0);
    assert_eq!(
        mix("distinct"),
        pairs([
            ("article", article),
            ("job_posting", role),
            ("(none)", none)
        ])
    );
    assert_eq!(mix("confirmed"), pairs([("article", 1.0)]));
    let per_item = |unit| {
        ask(
            &rows,
            Metric::SharesPerItem,
            "2025-03",
            &[("share_unit", unit)],
        )
    };
    is_ratio(&per_item("record"), 5, 3);
    is_ratio(&per_item("distinct"), 4, 3);
    is_ratio(&per_item("confirmed"), 1, 3);
    let used = [("share_unit", "confirmed")];
    is_ratio(
        &ask(&rows, Metric::ContentUtilisation, "2025-03", &used),
        1,
        3,
    );
}

#[test]
fn mix_by_copy_mode_and_source() {
    let mut rows = library();
    rows.content[0].source = Some(Source::Owned);
    rows.content[1].source = Some(Source::Curated);
    rows.content[2].source = Some(Source::UserGenerated);
    for (at, share) in rows.shares.iter_mut().enumerate() {
        share.copy = Some(if at < 2 { Copy::Own } else { Copy::Suggested });
        share.mode = (at == 0).then_some(Mode::Automated);
    }
    let mix = |dimension| {
        split(
            &rows,
            Metric::ContentMix,
            dimension,
            "2025-03",
            &[("mix_of", "shares")],
        )
    };
    let (own, suggested) = (2.0 / 6.0, 4.0 / 6.0);
    assert_eq!(
        listed(&mix(Dimension::Copy)),
        pairs([("own", own), ("suggested", suggested)])
    );
    let (automated, none) = (1.0 / 6.0, 5.0 / 6.0);
    assert_eq!(
        listed(&mix(Dimension::Mode)),
        pairs([("automated", automated), ("(none)", none)])
    );
    // guide 3, role 1, and two of no stated source.
    assert_eq!(
        listed(&mix(Dimension::Source)),
        pairs([
            ("curated", 1.0 / 6.0),
            ("owned", 3.0 / 6.0),
            ("(none)", 2.0 / 6.0)
        ])
    );
}

/// An item can have several topics: it is in each row, and once in the total.
#[test]
fn topics_do_not_add_up() {
    let table = by(Metric::PublishedItems, Dimension::Topic, &[]);
    let rows = listed(&table);
    assert_eq!(rows, pairs([("ai", 1.0), ("hiring", 2.0), ("(none)", 1.0)]));
    is_count(table.get("published_items").unwrap(), 3);
    assert_eq!(table.notes.len(), 1);
    assert!(
        table.notes[0].starts_with("rows do not add up"),
        "{}",
        table.notes[0]
    );
    // Shares: 3 of the guide in both, 1 of the role, 1 of past under ai.
    let table = by(Metric::Shares, Dimension::Topic, &[]);
    assert_eq!(
        listed(&table),
        pairs([("ai", 4.0), ("hiring", 4.0), ("(none)", 1.0)])
    );
    is_count(table.get("shares").unwrap(), 6);
    assert!(!table.notes.is_empty());
    // A kind is one an item: rows add up, and nothing is said.
    assert!(by(Metric::Shares, Dimension::Kind, &[]).notes.is_empty());
}

#[test]
fn entropy() {
    let offered = |kinds: &[&str]| Rows {
        content: kinds
            .iter()
            .enumerate()
            .map(|(n, kind)| item(&format!("c{n}"), kind, &[]))
            .collect(),
        ..Rows::default()
    };
    let entropy = |kinds: &[&str]| ask(&offered(kinds), Metric::ContentEntropy, "2025-03", &[]);
    // Four kinds, one item each: log2 4 = 2 bits.
    is(&entropy(&["article", "video", "event", "report"]), 2.0);
    // 2, 1, 1 of 4: 1/2 · 1 + 2 · 1/4 · 2 = 1.5 bits.
    is(&entropy(&["article", "article", "video", "event"]), 1.5);
    // All of one kind: nothing left to know.
    is(&entropy(&["article", "article"]), 0.0);
    assert_eq!(entropy(&[]).state(), State::Undefined);
    assert_eq!(
        entropy(&["article", "video"]).component("values"),
        Some(2.0)
    );
    // What is not on offer yet is no value of its kind.
    let mut rows = offered(&["article", "event", "video"]);
    rows.content[1].published_at = Some(utc("2025-04-01"));
    let entropy = ask(&rows, Metric::ContentEntropy, "2025-03", &[]);
    is(&entropy, 1.0);
    assert_eq!(entropy.component("values"), Some(2.0));
}

#[test]
fn entropy_of_shares() {
    // Kinds of shares in March: article 4, job posting 1, none 1, which is a row
    // of its own. −(4/6 log2 4/6 + 2 · 1/6 log2 1/6) = 1.251629167387823
    let entropy = march(Metric::ContentEntropy, &[("mix_of", "shares")]);
    crate::near(entropy.value().unwrap(), 1.251_629_167_387_822_8);
    assert_eq!(entropy.component("values"), Some(3.0));
    // By network: 5 on LinkedIn, 1 on X. −(5/6 log2 5/6 + 1/6 log2 1/6)
    let choices = [("mix_of", "shares"), ("mix_dimension", "network")];
    let entropy = march(Metric::ContentEntropy, &choices);
    crate::near(entropy.value().unwrap(), 0.650_022_421_648_354_1);
}

#[test]
fn several_topics_have_no_entropy() {
    let rows = library();
    let program = Program::from_rows(&rows).unwrap();
    let entropy = |choices: &[(&str, &str)]| {
        let query = program
            .measure([Metric::ContentEntropy])
            .define(definitions(choices));
        query.over(period("2025-03")).table().unwrap_err()
    };
    let error = entropy(&[("mix_dimension", "topic")]);
    assert_eq!(
        (error.code(), error.field()),
        ("invalid_option", Some("mix_dimension"))
    );
    // An item has no network; its shares do.
    let error = entropy(&[("mix_dimension", "network")]);
    assert_eq!(
        (error.code(), error.field()),
        ("invalid_option", Some("mix_dimension"))
    );
}

#[test]
fn top_content() {
    let rows = library();
    let program = Program::from_rows(&rows).unwrap();
    let top = |by: &str| {
        program
            .measure([Metric::Shares, Metric::Sharers])
            .by([Dimension::Content])
            .over(period("2025-03"))
            .as_of(later())
            .largest_first(by)
            .limit(2)
            .table()
            .unwrap()
    };
    // guide 3, then past and role with 1 each: by key, past comes first.
    let table = top("shares");
    assert_eq!(listed(&table), pairs([("guide", 3.0), ("past", 1.0)]));
    // The total is of all, whatever the limit.
    is_count(table.get("shares").unwrap(), 6);
    is_count(top("sharers").at(&["guide"], "sharers").unwrap(), 2);
}
