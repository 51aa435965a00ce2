//! What the command line asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::fault::Fault;

pub(crate) const HELP: &str = "\
The quarterly report of an employee-advocacy programme.

Usage: report [DIR] [--period P] [--tz ZONE] [--as-of T] [--currency CODE]
              [--privacy K] [--json]
       report --schema

  DIR              reads advocates.csv, content.csv, campaigns.csv and shares.csv from it, and
                   memberships, moves, accounts, followers, status_changes, activities,
                   brand_posts and headcount where they are there;
                   without DIR: the bundled sample company
  --period P       2025-Q3, 2025-07, 2025-W31, 2025, 2025-07-01..2025-10-01, …
                   (default: the last quarter that is complete; 2025-Q3 for the sample)
  --tz ZONE        an IANA zone, UTC or +02:00; local times in the files are read in it too
                   (default: UTC; Europe/Madrid for the sample)
  --as-of T        a date (to the end of that day) or an instant, 2025-10-01T00:00:00Z;
                   later facts are ignored (default: the latest instant in the data)
  --currency CODE  of costs and revenue that state none: EUR
  --privacy K      hides groups of fewer than K people, and what would give them away
  --json           prints the report as JSON
  --schema         prints the files and columns that DIR may hold
  -h, --help       prints this

Exit code: 0 done, 2 bad input or usage (nothing is printed but the error), 1 input/output failure.
";

/// A report to make.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) dir: Option<PathBuf>,
    pub(crate) period: Option<String>,
    pub(crate) tz: Option<String>,
    pub(crate) as_of: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) privacy: Option<String>,
    pub(crate) json: bool,
}

/// What is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Help,
    Schema,
    Report(Args),
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(mut given: impl Iterator<Item = OsString>) -> Result<Wish, Fault> {
    let mut args = Args::default();
    let mut only_paths = false;
    while let Some(argument) = given.next() {
        let text = argument
            .to_str()
            .filter(|text| text.starts_with('-') && !only_paths);
        let Some(text) = text else {
            if args.dir.replace(PathBuf::from(argument)).is_some() {
                return Err(Fault::usage("one DIR is enough"));
            }
            continue;
        };
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        let slot = match name {
            "--period" => &mut args.period,
            "--tz" => &mut args.tz,
            "--as-of" => &mut args.as_of,
            "--currency" => &mut args.currency,
            "--privacy" => &mut args.privacy,
            _ if inline.is_some() => return Err(unknown(text)),
            "--json" => {
                args.json = true;
                continue;
            }
            "-h" | "--help" => return Ok(Wish::Help),
            "--schema" => return Ok(Wish::Schema),
            "--" => {
                only_paths = true;
                continue;
            }
            _ => return Err(unknown(text)),
        };
        let value = match inline {
            Some(value) => value,
            None => given
                .next()
                .and_then(|value| value.into_string().ok())
                .ok_or_else(|| Fault::usage(format!("{name} needs a value")))?,
        };
        if slot.replace(value).is_some() {
            return Err(Fault::usage(format!("{name} is given twice")));
        }
    }
    Ok(Wish::Report(args))
}

fn unknown(option: &str) -> Fault {
    Fault::usage(format!("there is no option {option:?}; --help lists them"))
}
