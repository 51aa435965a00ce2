//! Bad input: a code, a table, a field and a row; everything at once when
//! asked, the first thing when building.

#![allow(clippy::unwrap_used, reason = "a test helper fails by panicking")]

use advocacy_core::{
    Codes, Column, Currency, Data, Error, ErrorKind, Frame, Program, ProgramBuilder, Rows, Texts,
    TimeUnit, Validity,
};

fn times(micros: Vec<i64>) -> Column<'static> {
    Column::new(Data::Time(micros.into(), TimeUnit::Micro))
}

fn counts(values: &[i64]) -> Column<'static> {
    Column::new(Data::I64(values.to_vec().into()))
}

fn two_shares() -> Frame<'static> {
    Frame::new()
        .column("advocate", Column::texts(["a", "b"]))
        .column("network", Column::texts(["x", "linkedin"]))
        .column(
            "shared_at",
            times(vec![1_750_000_000_000_000, 1_750_000_100_000_000]),
        )
}

fn with_shares(shares: Frame<'static>) -> ProgramBuilder<'static> {
    Program::builder()
        .table(
            "advocates",
            Frame::new().column("id", Column::texts(["a", "b"])),
        )
        .table("content", Frame::new().column("id", Column::texts(["c1"])))
        .table("shares", shares)
}

/// Code, field and row of the first problem, which is also what build says.
fn first(builder: ProgramBuilder<'static>) -> (&'static str, Option<String>, Option<u64>) {
    let show = |e: &Error| (e.code(), e.field().map(str::to_owned), e.row());
    let all = builder.clone().validate();
    let error = builder.build().unwrap_err();
    assert_eq!(
        show(&all[0]),
        show(&error),
        "validate begins with what build stops at"
    );
    show(&error)
}

fn at(code: &'static str, field: &str, row: u64) -> (&'static str, Option<String>, Option<u64>) {
    (code, Some(field.to_owned()), Some(row))
}

#[test]
fn good_columns_build() {
    assert_eq!(with_shares(two_shares()).validate(), []);
}

#[test]
fn every_kind_of_bad_count() {
    let likes = |column| first(with_shares(two_shares().column("likes", column)));
    let floats = |values: [f64; 2]| Column::new(Data::F64(values.to_vec().into()));
    assert_eq!(likes(counts(&[3, -1])), at("negative_count", "likes", 1));
    assert_eq!(likes(floats([f64::NAN, 1.0])), at("not_finite", "likes", 0));
    assert_eq!(
        likes(floats([1.0, f64::INFINITY])),
        at("not_finite", "likes", 1)
    );
    assert_eq!(likes(floats([1.0, 1.5])), at("invalid_value", "likes", 1));
    assert_eq!(likes(floats([1.0, 2e19])), at("out_of_range", "likes", 1));
    let text = Column::texts(["1", "2"]);
    assert_eq!(likes(text), ("invalid_value", Some("likes".into()), None));
    // Integral floats are counts; what is not known may be anything.
    let gaps = Validity::Flags(vec![true, false].into());
    let holed = floats([4.0, f64::NAN]).with_validity(gaps).unwrap();
    assert!(
        with_shares(two_shares().column("likes", holed))
            .build()
            .is_ok()
    );
}

#[test]
fn references_must_be_known() {
    let shares = two_shares().column("advocate", Column::texts(["a", "z"]));
    assert_eq!(first(with_shares(shares)), at("unknown_id", "advocate", 1));
    let shares = two_shares().column("advocate", Column::optional_texts([Some("a"), None]));
    assert_eq!(
        first(with_shares(shares)),
        at("missing_value", "advocate", 1)
    );
    let shares = two_shares().column("content", Column::texts(["c1", "c2"]));
    assert_eq!(first(with_shares(shares)), at("unknown_id", "content", 1));
    // A number is no text: `1` and `"1"` are two ids.
    let shares = two_shares().column("advocate", counts(&[1, 2]));
    assert_eq!(first(with_shares(shares)), at("unknown_id", "advocate", 0));
}

#[test]
fn ids_are_unique_unless_observed_again() {
    let ids = || two_shares().column("id", Column::texts(["s1", "s1"]));
    let same_person = |frame: Frame<'static>| {
        frame
            .column("advocate", Column::texts(["a", "a"]))
            .column("network", Column::texts(["x", "x"]))
    };
    assert_eq!(
        first(with_shares(same_person(ids()))),
        at("duplicate_id", "id", 1)
    );
    let observed = |values: [Option<i64>; 2]| {
        with_shares(same_person(ids()).column("observed_at", Column::optional_times(values)))
    };
    assert_eq!(
        first(observed([Some(5), Some(5)])),
        at("duplicate_id", "id", 1)
    );
    assert!(observed([Some(5), Some(6)]).build().is_ok());
    assert!(observed([None, Some(6)]).build().is_ok());
    let two_people = ids().column("observed_at", Column::optional_times([Some(5), Some(6)]));
    assert_eq!(first(with_shares(two_people)), at("invalid_value", "id", 1));
    let advocates = Frame::new().column("id", Column::texts(["a", "b", "a"]));
    assert_eq!(
        first(Program::builder().table("advocates", advocates)),
        at("duplicate_id", "id", 2)
    );
}

#[test]
fn shapes_are_checked() {
    let missing = Frame::new().column("advocate", Column::texts(["a"]));
    assert_eq!(
        first(with_shares(missing)),
        ("missing_column", Some("network".into()), None)
    );
    let uneven = two_shares().column("likes", counts(&[1]));
    assert_eq!(
        first(with_shares(uneven)),
        ("unequal_lengths", Some("likes".into()), None)
    );
    let unknown = Program::builder().table("share", Frame::new());
    assert_eq!(first(unknown), ("unknown_name", Some("table".into()), None));
    let short = Column::texts(["a", "b"]).with_validity(Validity::Flags(vec![true].into()));
    assert_eq!(short.unwrap_err().kind(), ErrorKind::UnequalLengths);
    // Malformed foreign buffers are an error, not a crash.
    let bad = Column::new(Data::Dictionary {
        codes: Codes::U8(vec![0, 9].into()),
        names: vec!["x".to_owned()],
    });
    assert_eq!(
        first(with_shares(two_shares().column("network", bad))),
        at("out_of_range", "network", 1)
    );
    let bad = Column::new(Data::Text(Texts::Utf8 {
        offsets: vec![0, 5, -3].into(),
        bytes: vec![b'x'].into(),
    }));
    assert_eq!(
        first(with_shares(two_shares().column("network", bad))),
        at("invalid_value", "network", 0)
    );
    let late = two_shares().column("shared_at", times(vec![0, i64::MAX]));
    assert_eq!(first(with_shares(late)), at("out_of_range", "shared_at", 1));
}

#[test]
fn an_unknown_column_is_only_warned_of() {
    let program = with_shares(two_shares().column("mood", Column::texts(["good", "bad"])))
        .build()
        .unwrap();
    let warnings: Vec<String> = program.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["shares.mood: not a column of this table: ignored"]
    );
}

/// Rows of a programme with one part replaced.
fn rows(part: &str) -> (&'static str, Option<String>, Option<u64>) {
    let rows: Rows = serde_json::from_str(&format!("{{{part}}}")).unwrap();
    let error = Program::from_rows(&rows).map(|_| ()).unwrap_err();
    (error.code(), error.field().map(str::to_owned), error.row())
}

#[test]
fn people_cannot_leave_before_they_come() {
    let stay = |stay: &str| {
        rows(&format!(
            r#""advocates": [{{"id": 1}}, {{"id": 2, "memberships": [{stay}]}}]"#
        ))
    };
    assert_eq!(
        stay(r#"{"joined": "2025-03-01T00:00:00Z", "left": "2025-02-01T00:00:00Z"}"#),
        at("end_before_start", "left", 0)
    );
    let overlapping =
        stay(r#"{"joined": "2025-03-01T00:00:00Z"}, {"joined": "2025-04-01T00:00:00Z"}"#);
    assert_eq!(overlapping, ("invalid_value", None, Some(1)));
}

#[test]
fn windows_and_statuses_must_make_sense() {
    let content = |part: &str| rows(&format!(r#""content": [{{"id": "c", {part}}}]"#));
    assert_eq!(
        content(r#""published_at": "2025-03-01T00:00:00Z", "expires_at": "2025-03-01T00:00:00Z""#),
        at("end_before_start", "expires_at", 0)
    );
    assert_eq!(
        content(
            r#""status_changes": [{"at": "2025-03-01T00:00:00Z", "status": "draft"},
                                  {"at": "2025-03-02T00:00:00Z", "status": "published"}]"#
        ),
        at("illegal_transition", "status", 1)
    );
    assert_eq!(
        content(
            r#""status": "draft", "status_changes": [{"at": "2025-03-01T00:00:00Z", "status": "in_review"}]"#
        ),
        at("illegal_transition", "status", 0)
    );
    assert_eq!(
        rows(
            r#""campaigns": [{"id": 1, "starts_at": "2025-03-01T00:00:00Z", "ends_at": "2025-02-01T00:00:00Z"}]"#
        ),
        at("end_before_start", "ends_at", 0)
    );
}

#[test]
fn a_cost_needs_a_currency() {
    let campaigns = || {
        Frame::new()
            .column("id", Column::texts(["c"]))
            .column("cost", counts(&[5_000]))
    };
    let builder = Program::builder().table("campaigns", campaigns());
    assert_eq!(first(builder.clone()), at("missing_value", "currency", 0));
    let program = builder
        .currency(Currency::new("EUR").unwrap())
        .build()
        .unwrap();
    let cost = program.campaign_cost(&"c".into()).unwrap();
    assert_eq!((cost.minor, cost.currency.as_str()), (5_000, "EUR"));
}

#[test]
fn validate_lists_everything() {
    let shares = two_shares()
        .column("advocate", Column::texts(["z", "a"]))
        .column("network", Column::optional_texts([None, Some("x")]))
        .column("likes", counts(&[-3, -4]))
        .column("clicks", Column::texts(["1", "2"]))
        .column("removed", counts(&[0, 1]));
    let found: Vec<(&str, Option<String>, Option<u64>)> = with_shares(shares)
        .validate()
        .iter()
        .map(|e| (e.code(), e.field().map(str::to_owned), e.row()))
        .collect();
    assert_eq!(
        found,
        [
            at("unknown_id", "advocate", 0),
            at("missing_value", "network", 0),
            ("invalid_value", Some("removed".into()), None),
            at("negative_count", "likes", 0),
            at("negative_count", "likes", 1),
            ("invalid_value", Some("clicks".into()), None),
        ]
    );
}

#[test]
fn accounts_must_be_the_advocates_own() {
    let accounts = Frame::new()
        .column("id", Column::texts(["acc"]))
        .column("advocate", Column::texts(["a"]))
        .column("network", Column::texts(["x"]));
    let shares = two_shares().column("account", Column::texts(["acc", "acc"]));
    let builder = with_shares(shares).table("accounts", accounts);
    assert_eq!(first(builder), at("invalid_value", "account", 1));
    // Even with a column missing, listing all problems does not stop short.
    let headless = Frame::new().column("id", Column::texts(["acc"]));
    let shares = two_shares().column("account", Column::texts(["acc", "acc"]));
    let found = with_shares(shares).table("accounts", headless).validate();
    assert_eq!(found[0].code(), "missing_column");
    assert!(found.len() > 2);
}

#[test]
fn surveys_name_what_is_wrong_and_where() {
    let numbers = |values: &[f64]| Column::new(Data::F64(values.to_vec().into()));
    let at_noon = || times(vec![1_750_000_000_000_000; 2]);
    let answers = || Frame::new().column("answered_at", at_noon());
    let wrong = |frame| first(Program::builder().table("responses", frame));
    let scored = |values: &[f64]| wrong(answers().column("score", numbers(values)));
    assert_eq!(scored(&[7.0, 11.0]), at("out_of_range", "score", 1));
    assert_eq!(scored(&[-0.5, 7.0]), at("out_of_range", "score", 0));
    assert_eq!(scored(&[7.0, f64::NAN]), at("not_finite", "score", 1));
    let message = Program::builder()
        .table(
            "responses",
            answers().column("score", numbers(&[7.0, 11.0])),
        )
        .build()
        .unwrap_err();
    assert_eq!(message.message(), "score 11 at row 1 is outside 0..=10");
    let weighed = |values: &[f64]| wrong(answers().column("weight", numbers(values)));
    assert_eq!(weighed(&[0.0, -1.0]), at("out_of_range", "weight", 1));
    assert_eq!(
        weighed(&[f64::INFINITY, 1.0]),
        at("not_finite", "weight", 0)
    );
    let unknown = answers().column("question", Column::texts(["", "pay"]));
    assert_eq!(wrong(unknown), at("unknown_id", "question", 1));
    let twice = answers()
        .column("respondent", Column::texts(["ana", "ana"]))
        .column("score", numbers(&[7.0, 8.0]));
    assert_eq!(wrong(twice), at("duplicate_id", "respondent", 1));
    // Two blanks of one person say nothing twice.
    let blanks = answers().column("respondent", Column::texts(["ana", "ana"]));
    assert!(
        Program::builder()
            .table("responses", blanks)
            .build()
            .is_ok()
    );
    let turnout = Frame::new()
        .column("asked_at", at_noon())
        .column("completes", counts(&[3, -1]));
    let turnout = Program::builder().table("turnout", turnout);
    assert_eq!(first(turnout), at("negative_count", "completes", 1));
}

#[test]
fn questions_may_be_coded_in_any_order() {
    let codes = Codes::U8(vec![1, 0].into());
    let names = vec!["proud".to_owned(), "satisfied".to_owned()];
    let ids = Column::new(Data::Dictionary { codes, names });
    let kinds = Column::texts(["satisfaction", "agreement"]);
    let frame = Frame::new().column("id", ids).column("kind", kinds);
    assert!(Program::builder().table("questions", frame).build().is_ok());
}

#[test]
fn questions_need_a_scale_that_can_be() {
    let asks = |id: &[&'static str], kind: &[&'static str]| {
        Frame::new()
            .column("id", Column::texts(id.to_vec()))
            .column("kind", Column::texts(kind.to_vec()))
    };
    let number = |value: f64| Column::new(Data::F64(vec![value].into()));
    let wrong = |frame| first(Program::builder().table("questions", frame));
    assert_eq!(
        wrong(asks(&["a", "a"], &["enps", "agreement"])),
        at("duplicate_id", "id", 1)
    );
    assert_eq!(wrong(asks(&["a"], &["nps"])).0, "unknown_name");
    // An eNPS has 0 or 1 to 10; five points need their own cut-offs.
    let five = asks(&["a"], &["enps"]).column("max", number(5.0));
    assert_eq!(wrong(five), at("invalid_option", "scale", 0));
    let five = asks(&["a"], &["net_score"]).column("max", number(5.0));
    assert_eq!(wrong(five), at("invalid_option", "scale", 0));
    let cut = asks(&["a"], &["enps"]).column("promoter_from", number(8.0));
    assert_eq!(wrong(cut), at("invalid_option", "passive_from", 0));
    let top = asks(&["a"], &["agreement"]).column("favourable_from", number(6.0));
    assert_eq!(wrong(top), at("invalid_option", "favourable_from", 0));
}
