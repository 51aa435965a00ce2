//! A directory of CSV files as the tables of a programme.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use advocacy_core::{
    Currency, Error, ErrorKind, Frame, Program, ProgramBuilder, SCHEMAS, TextFrame, Zone,
};

use crate::fault::{Fault, Place, Problem};
use crate::records::{MOST_BYTES, Record, Records, Trouble};

/// The files that must be there; those of the other tables may be.
const REQUIRED: [&str; 4] = ["advocates", "content", "campaigns", "shares"];

/// A directory to read, and how.
pub(crate) struct Directory<'d> {
    pub(crate) path: &'d Path,
    pub(crate) zone: &'d Zone,
    pub(crate) currency: Option<Currency>,
}

impl Directory<'_> {
    /// The programme in these files.
    pub(crate) fn program(&self) -> Result<Program<'static>, Fault> {
        let (builder, lines) = self.tables()?;
        builder.build().or_else(|first| {
            // Now it is worth another reading to name everything that is wrong.
            let (builder, _) = self.tables()?;
            let mut all = builder.validate();
            if all.is_empty() {
                all.push(first);
            }
            Err(Fault::Input(
                all.iter().map(|error| problem(error, &lines)).collect(),
            ))
        })
    }

    fn tables(&self) -> Result<(ProgramBuilder<'static>, Vec<Lines>), Fault> {
        if !self.path.is_dir() {
            let message = format!("{} is not a directory", self.path.display());
            return Err(Fault::unreadable(message, Place::default()));
        }
        let mut builder = Program::builder();
        if let Some(currency) = self.currency {
            builder = builder.currency(currency);
        }
        let mut all_lines = Vec::new();
        for table in SCHEMAS.iter().map(|schema| schema.name) {
            let path = self.path.join(file_name(table));
            let file = match File::open(&path) {
                Ok(file) => file,
                Err(error)
                    if error.kind() == io::ErrorKind::NotFound && !REQUIRED.contains(&table) =>
                {
                    continue;
                }
                Err(error) => return Err(Fault::io(&path, error)),
            };
            let (frame, lines) = read(table, BufReader::new(file), &path, self.zone)?;
            builder = builder.table(table, frame);
            all_lines.push(lines);
        }
        Ok((builder, all_lines))
    }
}

fn file_name(table: &str) -> String {
    format!("{table}.csv")
}

/// Reads one table.
fn read(
    table: &'static str,
    input: impl BufRead,
    path: &Path,
    zone: &Zone,
) -> Result<(Frame<'static>, Lines), Fault> {
    let mut records = Records::new(input);
    let in_file = |line, column| Place {
        source: Some(file_name(table)),
        line,
        column,
    };
    let failed = |trouble| match trouble {
        Trouble::Io(error) => Fault::io(path, error),
        Trouble::TooLong(line) => Fault::unreadable(
            format!("the record is longer than {MOST_BYTES} bytes, the most that is read as one"),
            in_file(Some(line), None),
        ),
        Trouble::Unclosed(line) => Fault::unreadable(
            "the record opens a quote that is never closed",
            in_file(Some(line), None),
        ),
    };

    let Some(header) = records.next().map_err(failed)? else {
        let message = "the file is empty; it needs at least a line of column names";
        return Err(Fault::unreadable(message, in_file(None, None)));
    };
    let mut lines = Lines {
        table,
        header: header.line,
        breaks: Vec::new(),
    };
    let names: Vec<String> = utf8(&header, &[])
        .map_err(|(_, message)| Fault::unreadable(message, in_file(Some(lines.header), None)))?
        .into_iter()
        .map(|name| name.trim().to_owned())
        .collect();
    let mut frame = TextFrame::new(table, &names, zone).map_err(|error| {
        let fault = Fault::at(&error, in_file(Some(lines.header), None));
        fault.with_hint(separator_hint(&names))
    })?;

    while let Some(record) = records.next().map_err(failed)? {
        lines.add(frame.rows() as u64, record.line);
        let cells = utf8(&record, &names).map_err(|(column, message)| {
            Fault::unreadable(message, in_file(Some(record.line), column))
        })?;
        frame
            .push(cells)
            .map_err(|error| Fault::at(&error, in_file(Some(record.line), None)))?;
    }
    Ok((frame.finish(), lines))
}

/// The cells as text, or the column that is none, and why.
fn utf8<'r>(
    record: &Record<'r>,
    names: &[String],
) -> Result<Vec<&'r str>, (Option<String>, &'static str)> {
    let text = |(at, cell)| {
        std::str::from_utf8(cell).map_err(|_| {
            (
                names.get(at).cloned(),
                "bytes that are not UTF-8; export the file as UTF-8",
            )
        })
    };
    record.cells().enumerate().map(text).collect()
}

/// A header of one cell is most often one with another separator.
fn separator_hint(names: &[String]) -> Option<&'static str> {
    match names {
        [only] if only.contains(';') => Some("cells are separated by commas, not semicolons"),
        [only] if only.contains('\t') => Some("cells are separated by commas, not tabs"),
        _ => None,
    }
}

/// Where the records of a file begin.
struct Lines {
    table: &'static str,
    header: u64,
    /// Row and line wherever a row does not begin on the line after the one
    /// before it.
    breaks: Vec<(u64, u64)>,
}

impl Lines {
    fn add(&mut self, row: u64, line: u64) {
        if self.of(row) != line {
            self.breaks.push((row, line));
        }
    }

    fn of(&self, row: u64) -> u64 {
        let after = self.breaks.partition_point(|&(from, _)| from <= row);
        let (from, line) = match after.checked_sub(1).and_then(|last| self.breaks.get(last)) {
            Some(&known) => known,
            None => (0, self.header + 1),
        };
        line + (row - from)
    }
}

/// The problem with its row as a line of its file.
fn problem(error: &Error, lines: &[Lines]) -> Problem {
    let of_table = error
        .table()
        .and_then(|table| lines.iter().find(|lines| lines.table == table));
    let line = of_table.and_then(|lines| match error.row() {
        Some(row) => Some(lines.of(row)),
        None => (error.kind() == ErrorKind::MissingColumn).then_some(lines.header),
    });
    Problem::new(
        error,
        Place {
            source: error.table().map(file_name),
            line,
            column: None,
        },
    )
}
