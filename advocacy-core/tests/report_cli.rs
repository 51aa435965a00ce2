//! The example `report` as its users run it: what it prints, and what it
//! refuses, with which words and which exit code.

#![expect(clippy::expect_used, reason = "a test fails loudly, its helpers too")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const ADVOCATES: &str = "\
id,name,team,hired,invited,joined,left
a1,Ana Núñez,Sales,2024-01-08,2025-01-02,2025-01-07,
a2,Bo,Sales,2024-01-08,2025-01-02,2025-02-03,
a3,Chi,Engineering,2024-01-08,2025-01-02,,
a4,Dee,Engineering,2024-01-08,2025-01-02,2025-07-10,2025-08-20
";
const CONTENT: &str = "\
id,title,kind,campaign,status,published_at
c1,\"Launch, at last\",article,k1,published,2025-06-20
c2,We hire,job_posting,,published,2025-07-01
";
const CAMPAIGNS: &str = "\
id,name,starts_at,ends_at
k1,Launch,2025-06-01,2025-09-01
";
const SHARES: &str = "\
id,advocate,content,network,shared_at,observed_at,impressions,likes,comments,reshares,clicks
s1,a1,c1,linkedin,2025-06-23 09:00,2025-10-06,400,9,1,0,12
s2,a1,c1,linkedin,2025-07-01 08:00,2025-10-06,500,12,2,1,20
s3,a2,c1,x,2025-07-02 10:00,2025-10-06,,4,0,1,3
s4,a4,c2,linkedin,2025-07-15 12:30,2025-10-06,120,0,0,0,1
s5,a2,c2,mastodon,2025-09-29 17:45,2025-10-06,80,2,1,0,2
";

const FILES: [(&str, &str); 4] = [
    ("advocates.csv", ADVOCATES),
    ("content.csv", CONTENT),
    ("campaigns.csv", CAMPAIGNS),
    ("shares.csv", SHARES),
];

/// Cargo builds the examples along with the tests, next to them.
fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in target/PROFILE/deps");
    let binary = profile
        .join("examples")
        .join(format!("report{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.exists(),
        "{} is not there: `cargo test` builds it, `cargo test --test report_cli` alone does not; \
         run `cargo build --example report` first",
        binary.display()
    );
    binary
}

fn run(arguments: &[&str]) -> Output {
    Command::new(binary())
        .args(arguments)
        .output()
        .expect("the example starts")
}

/// A directory of the good files, some replaced or added.
fn directory(name: &str, changed: &[(&str, &[u8])]) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("report_cli")
        .join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir).expect("last run's files go");
    }
    fs::create_dir_all(&dir).expect("the directory can be made");
    let good = FILES.iter().map(|(file, text)| (*file, text.as_bytes()));
    for (file, bytes) in good.chain(changed.iter().copied()) {
        fs::write(dir.join(file), bytes).expect("the file can be written");
    }
    dir
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("messages are UTF-8")
}

/// Bad input: exit code 2, no partial report, and a message that has all of
/// these words.
#[track_caller]
fn refused(dir: &Path, options: &[&str], words: &[&str]) {
    let dir = dir.to_str().expect("the path is UTF-8");
    let output = run(&[&[dir], options].concat());
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{message}");
    for word in words {
        assert!(message.contains(word), "{word:?} is not in: {message}");
    }
}

/// The good files with one more line at the end of a file.
#[track_caller]
fn line_refused(name: &str, file: &str, line: &str, words: &[&str]) {
    let (_, good) = FILES
        .iter()
        .find(|(known, _)| *known == file)
        .expect("one of the files");
    let dir = directory(name, &[(file, format!("{good}{line}\n").as_bytes())]);
    let number = good.lines().count() + 1;
    let place = format!("({file}, line {number}");
    refused(&dir, &[], &[words, &[place.as_str()]].concat());
}

#[test]
fn a_missing_file() {
    let dir = directory("missing_file", &[]);
    fs::remove_file(dir.join("shares.csv")).expect("it was there");
    refused(&dir, &[], &["error[unreadable_file]", "shares.csv"]);
}

#[test]
fn a_missing_directory() {
    refused(
        Path::new("no/such/place"),
        &[],
        &["error[unreadable_file]", "no/such/place"],
    );
}

#[test]
fn an_empty_file() {
    for (name, bytes) in [
        ("empty", ""),
        ("bom_only", "\u{feff}"),
        ("blank_lines", "\r\n\n\n"),
    ] {
        let dir = directory(name, &[("content.csv", bytes.as_bytes())]);
        refused(
            &dir,
            &[],
            &["error[unreadable_file]", "empty", "(content.csv)"],
        );
    }
}

#[test]
fn a_missing_column() {
    let shares = SHARES.replace("network", "netwerk");
    let dir = directory("missing_column", &[("shares.csv", shares.as_bytes())]);
    refused(
        &dir,
        &[],
        &[
            "error[missing_column]",
            "(shares.csv, line 1, column network)",
        ],
    );
}

#[test]
fn another_separator() {
    let shares = SHARES.replace(',', ";");
    let dir = directory("semicolons", &[("shares.csv", shares.as_bytes())]);
    refused(
        &dir,
        &[],
        &[
            "error[missing_column]",
            "shares.csv, line 1",
            "not semicolons",
        ],
    );
}

#[test]
fn a_column_twice() {
    let shares = SHARES.replace("comments", "likes");
    let dir = directory("column_twice", &[("shares.csv", shares.as_bytes())]);
    refused(
        &dir,
        &[],
        &["error[duplicate_id]", "(shares.csv, line 1, column likes)"],
    );
}

#[test]
fn a_bad_date() {
    let line = "s6,a1,c1,x,yesterday,,,,,,";
    line_refused(
        "bad_date",
        "shares.csv",
        line,
        &["error[invalid_value]", "yesterday", "column shared_at)"],
    );
}

#[test]
fn an_impossible_date() {
    let line = "s6,a1,c1,x,2025-02-30,,,,,,";
    line_refused(
        "impossible_date",
        "shares.csv",
        line,
        &["error[out_of_range]", "2025-02-30", "column shared_at)"],
    );
}

#[test]
fn a_negative_count() {
    let line = "s6,a1,c1,x,2025-08-01,,,-3,,,";
    line_refused(
        "negative_count",
        "shares.csv",
        line,
        &[
            "error[negative_count]",
            "-3 is negative",
            "daily deltas",
            "column likes)",
        ],
    );
}

#[test]
fn not_a_number() {
    for (name, cell) in [("nan", "NaN"), ("inf", "inf")] {
        let line = format!("s6,a1,c1,x,2025-08-01,,{cell},,,,");
        line_refused(
            name,
            "shares.csv",
            &line,
            &["error[not_finite]", cell, "column impressions)"],
        );
    }
}

#[test]
fn a_count_beyond_64_bits() {
    let line = "s6,a1,c1,x,2025-08-01,,,,,,18446744073709551616";
    line_refused(
        "beyond_u64",
        "shares.csv",
        line,
        &[
            "error[out_of_range]",
            "18446744073709551616",
            "column clicks)",
        ],
    );
}

#[test]
fn an_unknown_advocate() {
    let line = "s6,a9,c1,x,2025-08-01,,,,,,";
    line_refused(
        "unknown_advocate",
        "shares.csv",
        line,
        &["error[unknown_id]", "a9", "column advocate)"],
    );
}

#[test]
fn an_unknown_content_item() {
    let line = "s6,a1,c9,x,2025-08-01,,,,,,";
    line_refused(
        "unknown_content",
        "shares.csv",
        line,
        &["error[unknown_id]", "c9", "column content)"],
    );
}

#[test]
fn a_duplicate_id() {
    line_refused(
        "duplicate_advocate",
        "advocates.csv",
        "a1,,,,,,",
        &["error[duplicate_id]", "a1", "column id)"],
    );
    let line = "s5,a2,c2,mastodon,2025-09-29 17:45,2025-10-06,80,2,1,0,2";
    line_refused(
        "duplicate_share",
        "shares.csv",
        line,
        &["error[duplicate_id]", "s5", "column id)"],
    );
}

#[test]
fn left_before_joined() {
    let line = "a5,Eve,Sales,2024-01-08,2025-01-02,2025-03-01,2025-02-01";
    line_refused(
        "left_before_joined",
        "advocates.csv",
        line,
        &["error[end_before_start]", "left", "column left)"],
    );
}

#[test]
fn a_campaign_that_ends_before_it_starts() {
    let line = "k2,Back,2025-06-02,2025-06-01";
    line_refused(
        "end_before_start",
        "campaigns.csv",
        line,
        &["error[end_before_start]", "column ends_at)"],
    );
}

#[test]
fn an_illegal_status_transition() {
    let changes =
        "content,at,status\nc1,2025-06-01,draft\nc1,2025-06-20,published\nc1,2025-06-21,draft\n";
    let dir = directory(
        "illegal_transition",
        &[("status_changes.csv", changes.as_bytes())],
    );
    let words = [
        "error[illegal_transition]",
        "published",
        "draft",
        "(status_changes.csv, line 4, column status)",
    ];
    refused(&dir, &[], &words);
}

#[test]
fn an_unknown_zone() {
    let dir = directory("unknown_zone", &[]);
    refused(
        &dir,
        &["--tz", "Europe/Madird"],
        &["error[unknown_zone]", "Europe/Madird", "option --tz"],
    );
}

#[test]
fn an_impossible_option() {
    let dir = directory("bad_option", &[]);
    refused(
        &dir,
        &["--period", "2025-Q5"],
        &["error[invalid_period]", "option --period"],
    );
    refused(
        &dir,
        &["--as-of=2025-02-30"],
        &["error[invalid_period]", "2025-02-30", "option --as-of"],
    );
    refused(
        &dir,
        &["--as-of", "2025-02-03T25:00:00Z"],
        &["error[out_of_range]", "option --as-of"],
    );
    refused(
        &dir,
        &["--currency", "euro"],
        &["error[invalid_value]", "euro", "option --currency"],
    );
}

#[test]
fn bytes_that_are_not_utf_8() {
    let latin1 = [ADVOCATES.as_bytes(), b"a5,Zo\xeb,Sales,,,,\n"].concat();
    let dir = directory("latin1", &[("advocates.csv", &latin1)]);
    refused(
        &dir,
        &[],
        &[
            "error[unreadable_file]",
            "UTF-8",
            "(advocates.csv, line 6, column name)",
        ],
    );

    let utf16: Vec<u8> = "\u{feff}id,name\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let dir = directory("utf16", &[("advocates.csv", &utf16)]);
    refused(
        &dir,
        &[],
        &["error[unreadable_file]", "UTF-8", "(advocates.csv, line 1"],
    );
}

#[test]
fn a_line_of_100_mb() {
    for (name, quote) in [("long_line", ""), ("long_quote", "\"")] {
        let dir = directory(name, &[]);
        let mut file = fs::OpenOptions::new()
            .append(true)
            .open(dir.join("shares.csv"))
            .expect("it opens");
        write!(file, "s6,a1,{quote}").expect("it can be written");
        let megabyte = vec![b'x'; 1_000_000];
        for _ in 0..100 {
            file.write_all(&megabyte).expect("the disk has room");
        }
        let words = [
            "error[unreadable_file]",
            "longer than 1048576 bytes",
            "(shares.csv, line 7)",
        ];
        refused(&dir, &[], &words);
        fs::remove_dir_all(dir).expect("it can go");
    }
}

/// A file without end shows that a long line is not read whole.
#[cfg(unix)]
#[test]
fn a_line_without_end() {
    let dir = directory("endless", &[]);
    fs::remove_file(dir.join("shares.csv")).expect("it was there");
    std::os::unix::fs::symlink("/dev/zero", dir.join("shares.csv")).expect("it can be linked");
    refused(
        &dir,
        &[],
        &[
            "error[unreadable_file]",
            "longer than 1048576 bytes",
            "shares.csv, line 1",
        ],
    );
}

#[test]
fn a_quote_that_is_never_closed() {
    let line = "s6,a1,c1,\"x,2025-08-01,,,,,,\ns7,a1,c1,x,2025-08-01,,,,,,";
    line_refused(
        "open_quote",
        "shares.csv",
        line,
        &["error[unreadable_file]", "never closed"],
    );
}

#[test]
fn an_uneven_record() {
    line_refused(
        "short_record",
        "shares.csv",
        "s6,a1,c1",
        &["error[unequal_lengths]", "3 cells"],
    );
    let long = "s6,a1,c1,x,2025-08-01,,,,,,,7";
    line_refused(
        "long_record",
        "shares.csv",
        long,
        &["error[unequal_lengths]", "more cells"],
    );
}

/// What is found when the tables are put together names the line too, as an
/// editor counts them: quoted line breaks, blank lines, CRLF.
#[test]
fn lines_are_those_of_the_file() {
    let content = "id,title\nc1,\"two\nlines\"\n\n\nc2,one\nc1,again\n";
    for (name, text) in [
        ("lf", content.to_owned()),
        ("crlf", content.replace('\n', "\r\n")),
        ("cr", content.replace('\n', "\r")),
    ] {
        let dir = directory(
            &format!("lines_{name}"),
            &[("content.csv", text.as_bytes())],
        );
        refused(
            &dir,
            &[],
            &["error[duplicate_id]", "(content.csv, line 7, column id)"],
        );
        let uneven = text.trim_end().to_owned() + ",more";
        let dir = directory(
            &format!("uneven_{name}"),
            &[("content.csv", uneven.as_bytes())],
        );
        refused(
            &dir,
            &[],
            &["error[unequal_lengths]", "(content.csv, line 7)"],
        );
    }
}

#[test]
fn everything_wrong_between_the_tables_is_named() {
    let shares = format!("{SHARES}s6,a9,c1,x,2025-08-01,,,,,,\ns7,a1,c9,x,2025-08-01,,,,,,\n");
    let campaigns = format!("{CAMPAIGNS}k1,,,\n");
    let files = [
        ("shares.csv", shares.as_bytes()),
        ("campaigns.csv", campaigns.as_bytes()),
    ];
    let words = [
        "campaigns.csv, line 3, column id",
        "shares.csv, line 7, column advocate",
        "shares.csv, line 8, column content",
    ];
    refused(&directory("several", &files), &[], &words);
}

#[test]
fn usage() {
    for (arguments, word) in [
        (&["--perod", "2025-Q3"][..], "--perod"),
        (&["-x"], "-x"),
        (&["--json=yes"], "--json=yes"),
        (&["--period"], "--period needs a value"),
        (&["--tz", "UTC", "--tz", "UTC"], "--tz is given twice"),
        (&["one", "two"], "one DIR"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(
            stderr(&output).starts_with("error[usage]: "),
            "{}",
            stderr(&output)
        );
        assert!(stderr(&output).contains(word), "{}", stderr(&output));
    }
    let help = run(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    let text = String::from_utf8(help.stdout).expect("help is UTF-8");
    for option in ["DIR", "--period", "--tz", "--as-of", "--currency", "--json"] {
        assert!(text.contains(option), "{option}");
    }
}

/// A failure of the machine is not the input's fault.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let output = Command::new(binary())
        .arg("--help")
        .stdout(full)
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).starts_with("error[io]: "),
        "{}",
        stderr(&output)
    );
}

/// A good directory is reported on; back come text and standard error.
#[track_caller]
fn reported(dir: &Path, options: &[&str]) -> (String, String) {
    let dir = dir.to_str().expect("the path is UTF-8");
    let output = run(&[&[dir], options].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    (
        String::from_utf8(output.stdout.clone()).expect("a report is UTF-8"),
        stderr(&output),
    )
}

#[track_caller]
fn assert_page(text: &str) {
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "{line}");
        assert!(!line.contains(char::is_control), "{line:?}");
        assert_eq!(line.trim_end(), line);
    }
}

#[test]
fn a_good_directory() {
    let (text, warnings) = reported(&directory("good", &[]), &[]);
    assert_page(&text);
    assert_eq!(warnings, "");
    // The last quarter complete at the latest instant, 6 October.
    for words in [
        "2025-Q3",
        "2025-07-01 to 2025-09-30",
        "2025-10-06T00:00:00Z",
        "UTC",
        "definition: ",
        "Retention",
    ] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
}

#[test]
fn an_unknown_column_is_only_warned_of() {
    let shares = SHARES.replace("clicks", "cliques");
    let dir = directory("unknown_column", &[("shares.csv", shares.as_bytes())]);
    let (text, warnings) = reported(&dir, &[]);
    assert_page(&text);
    assert!(warnings.starts_with("warning: "), "{warnings}");
    assert!(
        warnings.contains("shares") && warnings.contains("cliques"),
        "{warnings}"
    );
}

#[test]
fn a_header_alone_is_an_empty_table() {
    for (name, file) in [
        ("no_campaigns", "campaigns.csv"),
        ("no_shares", "shares.csv"),
    ] {
        let (_, good) = FILES
            .iter()
            .find(|(known, _)| *known == file)
            .expect("one of the files");
        let header = good.lines().next().expect("it has a header");
        let mut files = vec![(file, header.as_bytes())];
        let content = CONTENT.replace(",k1,", ",,");
        files.push(("content.csv", content.as_bytes()));
        let (text, _) = reported(&directory(name, &files), &["--period", "2025-Q3"]);
        assert_page(&text);
    }
}

#[test]
fn the_default_quarter_is_complete_at_as_of() {
    let dir = directory("default_period", &[]);
    for (as_of, zone, quarter) in [
        ("2025-09-29", "UTC", "2025-Q2"),
        ("2025-09-30", "UTC", "2025-Q3"),
        ("2025-09-30T21:59:59.999999Z", "Europe/Madrid", "2025-Q3"),
        ("2025-09-30T21:59:59.999998Z", "Europe/Madrid", "2025-Q2"),
        ("2025-10-01", "UTC", "2025-Q3"),
    ] {
        let (json, _) = reported(&dir, &["--json", "--as-of", as_of, "--tz", zone]);
        let report: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(report["period"]["label"], quarter, "{as_of} {zone}");
    }
}

/// Every measure says what it is.
#[test]
fn json_measures_carry_everything() {
    let (json, _) = reported(&directory("json", &[]), &["--json", "--period=2025-Q3"]);
    let report: advocacy_core::Report = serde_json::from_str(&json).expect("a report is read back");
    assert_eq!(report.period.label(), "2025-Q3");
    let mut found = 0;
    let value = serde_json::from_str(&json).expect("JSON");
    measures(&value, &mut |measure| {
        found += 1;
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
            assert!(measure.get(key).is_some(), "{key} is not in {measure}");
        }
    });
    assert!(found > 20, "{found}");
}

/// Everything in a `measures`, `ages` or `baseline`, however deep.
fn measures(value: &Value, each: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("measures" | "ages", Value::Array(all)) => all.iter().for_each(&mut *each),
                    ("baseline", value) => each(value),
                    _ => measures(value, each),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| measures(value, each)),
        _ => {}
    }
}

#[test]
fn the_bundled_sample() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).expect("a report is UTF-8");
    assert_page(&text);
    for words in ["2025-Q3", "Europe/Madrid", "sample", "IANA"] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
}

#[test]
fn under_a_policy_what_is_hidden_says_so() {
    let text = |options: &[&str]| {
        let output = run(options);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        String::from_utf8(output.stdout).expect("reports are UTF-8")
    };
    let line = |text: &str, name: &str| {
        let found = text.lines().find(|line| line.starts_with(name));
        found
            .unwrap_or_else(|| panic!("no line of {name}"))
            .to_owned()
    };
    let section = |text: &str| {
        let at = text.find("Surveys by team").expect("teams were surveyed");
        let table = &text[at..];
        table[..table.find("\n\n").expect("a table ends")].to_owned()
    };
    let open = section(&text(&["--period", "2025-Q3"]));
    let protected = section(&text(&["--period", "2025-Q3", "--privacy", "10"]));
    assert!(!open.contains("hidden"));
    // Hidden is a word, neither 0 nor a blank.
    let hidden: Vec<&str> = protected
        .lines()
        .filter(|line| line.contains("hidden"))
        .collect();
    assert!(!hidden.is_empty());
    for row in hidden {
        let name: String = row.chars().take(12).collect();
        assert_ne!(line(&open, &name), line(&protected, &name));
    }
    let json = text(&["--period", "2025-Q3", "--privacy", "10", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["privacy"]["k"], 10);
    let wrong = run(&["--privacy", "few"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("--privacy"), "{}", stderr(&wrong));
}

/// Teams of 12, 9, 6 and 3 sharers; the three of D wrote 7,919 impressions each.
fn four_teams() -> [(&'static str, String); 2] {
    let mut advocates = "id,team,joined\n".to_owned();
    let mut shares =
        "id,advocate,network,shared_at,impressions,likes,comments,reshares,clicks\n".to_owned();
    for (team, sharers, impressions) in [
        ("A", 12, 100),
        ("B", 9, 200),
        ("C", 6, 4_231),
        ("D", 3, 7_919),
    ] {
        for who in 0..sharers {
            advocates += &format!("{team}{who},{team},2025-01-07\n");
            shares += &format!(
                "s{team}{who},{team}{who},linkedin,2025-07-15 10:00,{impressions},1,0,0,3\n"
            );
        }
    }
    [("advocates.csv", advocates), ("shares.csv", shares)]
}

/// What is printed must be a file that somebody has looked at.
#[track_caller]
fn assert_looked_at(file: &str, printed: &str) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(file);
    if fs::read_to_string(&kept).is_ok_and(|kept| kept == printed) {
        return;
    }
    let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    fs::write(&new, printed).expect("the file can be written");
    panic!(
        "a protected report is not as it was when somebody looked at it: see\n\
         \x20 diff -u {kept} {new}\n\
         and copy the new file over the old one if every hidden number reads as hidden",
        kept = kept.display(),
        new = new.display()
    );
}

#[test]
fn a_protected_report_reads_as_hidden_where_it_is() {
    let files = four_teams();
    let files = files
        .each_ref()
        .map(|(file, text)| (*file, text.as_bytes()));
    let dir = directory("protected", &files);
    let dir = dir.to_str().expect("the path is UTF-8");
    let options = ["--period", "2025-Q3", "--tz", "UTC"];
    let told = |more: &[&str]| {
        let output = run(&[&[dir][..], &options, more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        let text = String::from_utf8(output.stdout).expect("a report is UTF-8");
        // Where the files lie is another place for everybody.
        text.replace(dir, "DIR")
    };
    let text = told(&["--privacy", "5"]);
    assert_looked_at("protected_report.txt", &text);
    let json: Value =
        serde_json::from_str(&told(&["--privacy", "5", "--json"])).expect("it is JSON");
    let sections = json["sections"].as_array().expect("sections are a list");
    let teams = sections.iter().find(|section| section["id"] == "teams");
    let mut teams = teams.expect("there are teams")["table"].clone();
    // Definitions are those of every report.
    forget(&mut teams, &["definition", "period", "notes"]);
    let teams = serde_json::to_string_pretty(&teams).expect("JSON can be written") + "\n";
    assert_looked_at("protected_teams.json", &teams);
    // Impressions of the small team, and of the one hidden for its sake.
    for hidden in ["23,757", "23757", "25,386", "25386"] {
        let shown = [&text, &teams].map(|told| told.contains(hidden));
        assert_eq!(shown, [false, false], "{hidden}");
    }
    // The test can fail: without a policy they are there.
    assert!(told(&["--json"]).contains("25386"));
}

/// Leaves fields of any depth out.
fn forget(json: &mut Value, fields: &[&str]) {
    match json {
        Value::Object(object) => {
            object.retain(|field, _| !fields.contains(&field.as_str()));
            object.values_mut().for_each(|value| forget(value, fields));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| forget(value, fields)),
        _ => {}
    }
}
