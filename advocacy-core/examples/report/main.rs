//! Prints the quarterly report of an employee-advocacy programme: of a
//! directory of CSV files, or of the bundled sample company.
//!
//! ```sh
//! cargo run --release --example report
//! cargo run --release --example report -- DIR --period 2025-Q3 --tz Europe/Madrid
//! ```

mod args;
mod cohorts;
mod fault;
mod files;
mod grid;
mod headline;
mod marks;
mod notes;
mod numbers;
mod print;
mod records;
mod schema;
mod sections;
mod text;

use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{Currency, Period, Program, ReportOptions, Timestamp, Zone, sample};
use chrono::Datelike;

use crate::args::{Args, HELP, Wish};
use crate::fault::{Fault, Place};
use crate::files::Directory;
use crate::print::Origin;

fn main() -> ExitCode {
    let outcome = args::parse(env::args_os().skip(1)).and_then(|wish| match wish {
        Wish::Help => Ok(Output::of(HELP.to_owned())),
        Wish::Schema => Ok(Output::of(schema::text())),
        Wish::Report(args) => sample_or_dir(&args),
    });
    // Nothing is printed before everything has succeeded.
    let code = match outcome.and_then(|output| output.print()) {
        Ok(()) => 0,
        Err(fault) => {
            // Where standard error is gone too, the exit code still tells.
            let _ = writeln!(io::stderr(), "{fault}");
            fault.exit_code()
        }
    };
    ExitCode::from(code)
}

/// What to print, once there is nothing left that can fail.
struct Output {
    text: String,
    warnings: Vec<String>,
}

impl Output {
    fn of(text: String) -> Self {
        Self {
            text,
            warnings: Vec::new(),
        }
    }

    fn print(&self) -> Result<(), Fault> {
        let mut stderr = io::stderr().lock();
        for warning in &self.warnings {
            let _ = writeln!(
                stderr,
                "warning: {}",
                warning.replace(char::is_control, " ")
            );
        }
        let mut stdout = io::stdout().lock();
        match stdout
            .write_all(self.text.as_bytes())
            .and_then(|()| stdout.flush())
        {
            // A reader that has seen enough (`| head`) is no failure.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Fault::Io("cannot print".to_owned(), error))
            }
            _ => Ok(()),
        }
    }
}

fn sample_or_dir(args: &Args) -> Result<Output, Fault> {
    let currency = args.currency.as_deref().map(Currency::new).transpose();
    let currency = currency.map_err(|error| Fault::option(&error, "--currency"))?;
    if let Some(path) = &args.dir {
        let zone = zone(args, "UTC")?;
        let program = Directory {
            path,
            zone: &zone,
            currency,
        }
        .program()?;
        return of_program(&program, args, &zone, Some(path));
    }
    let zone = zone(args, "Europe/Madrid")?;
    let rows = sample::rows();
    let mut builder = Program::builder_from_rows(&rows);
    if let Some(currency) = currency {
        builder = builder.currency(currency);
    }
    let program = builder
        .build()
        .map_err(|error| Fault::at(&error, Place::default()))?;
    of_program(&program, args, &zone, None)
}

fn zone(args: &Args, default: &str) -> Result<Zone, Fault> {
    let name = args.tz.as_deref().unwrap_or(default);
    Zone::named(name).map_err(|error| Fault::option(&error, "--tz"))
}

fn of_program(
    program: &Program<'_>,
    args: &Args,
    zone: &Zone,
    dir: Option<&Path>,
) -> Result<Output, Fault> {
    let as_of = match &args.as_of {
        Some(text) => {
            Some(read_as_of(text, zone).map_err(|error| Fault::option(&error, "--as-of"))?)
        }
        None => program.latest(),
    };
    let (period, why) = match (&args.period, dir, as_of) {
        (Some(text), _, _) => (Period::parse(text, zone), None),
        (None, None, _) => (
            Period::quarter(2025, 3, zone),
            Some("--period chooses another"),
        ),
        (None, Some(_), Some(as_of)) => (
            last_quarter(as_of, zone),
            Some("the last complete quarter; --period chooses another"),
        ),
        (None, Some(_), None) => {
            return Err(Fault::usage(
                "the data has no instant to choose a period by; --period is needed",
            ));
        }
    };
    let period = period.map_err(|error| Fault::option(&error, "--period"))?;
    let mut options = ReportOptions::new(period);
    if let Some(as_of) = as_of {
        options = options.as_of(as_of);
    }
    if let Some(k) = &args.privacy {
        let mut policy = PrivacyPolicy::default();
        policy
            .set("k", k)
            .map_err(|error| Fault::option(&error, "--privacy"))?;
        options = options.privacy(policy);
    }
    let report = program
        .report(&options)
        .map_err(|error| Fault::at(&error, Place::default()))?;

    let warnings = program.warnings().iter().map(ToString::to_string).collect();
    if args.json {
        let mut text = serde_json::to_string_pretty(&report).map_err(|error| {
            Fault::Io("cannot write the report as JSON".to_owned(), error.into())
        })?;
        text.push('\n');
        return Ok(Output { text, warnings });
    }
    let origin = Origin {
        source: dir.map_or_else(
            || "the bundled sample company".to_owned(),
            |dir| dir.display().to_string(),
        ),
        period: why,
        zone: args.tz.is_none().then_some("--tz chooses another"),
        as_of: args
            .as_of
            .is_none()
            .then_some("the latest instant in the data"),
    };
    Ok(Output {
        text: print::report(&report, &origin),
        warnings,
    })
}

/// A date is up to its last microsecond.
fn read_as_of(text: &str, zone: &Zone) -> advocacy_core::Result<Timestamp> {
    const DATE: usize = "2025-09-30".len();
    if text.len() == DATE {
        let day = Period::parse(text, zone)?;
        Timestamp::from_micros(day.end().micros() - 1)
    } else {
        Timestamp::parse(text, zone)
    }
}

/// The last calendar quarter that is complete at this instant.
fn last_quarter(as_of: Timestamp, zone: &Zone) -> advocacy_core::Result<Period> {
    let date = zone.date_of(as_of);
    let now = Period::quarter(date.year(), date.month0() / 3 + 1, zone)?;
    if now.is_complete(as_of) {
        Ok(now)
    } else {
        now.previous()
    }
}
