//! Why there is no report.

use std::fmt;
use std::io;
use std::path::Path;

use advocacy_core::ErrorKind;

/// Something that stops the report, and how the program ends for it.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The command line makes no sense.
    Usage(String),
    /// The input is wrong: every problem found, the first one first.
    Input(Vec<Problem>),
    /// The machine failed us.
    Io(String, io::Error),
}

/// One thing wrong with the input.
#[derive(Debug)]
pub(crate) struct Problem {
    code: &'static str,
    message: String,
    place: Place,
}

/// Where in the input something is: any part may be unknown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// The file's name, or the option's.
    pub(crate) source: Option<String>,
    /// The line in the file, from 1, on which the record begins.
    pub(crate) line: Option<u64>,
    pub(crate) column: Option<String>,
}

/// More than this many problems are counted, not listed.
const MOST_LISTED: usize = 20;

impl Fault {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// A file that cannot be read as a table.
    pub(crate) fn unreadable(message: impl Into<String>, place: Place) -> Self {
        let code = ErrorKind::UnreadableFile.code();
        Self::Input(vec![Problem {
            code,
            message: message.into(),
            place,
        }])
    }

    /// What the library says, at this place.
    pub(crate) fn at(error: &advocacy_core::Error, place: Place) -> Self {
        Self::Input(vec![Problem::new(error, place)])
    }

    /// What the library says of an option's value.
    pub(crate) fn option(error: &advocacy_core::Error, option: &str) -> Self {
        let place = Place {
            source: Some(format!("option {option}")),
            ..Place::default()
        };
        let message = error.message().to_owned();
        Self::Input(vec![Problem {
            code: error.code(),
            message,
            place,
        }])
    }

    /// A file that cannot be opened or read: bad input where it is not there
    /// or no file, else a failure of the machine.
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::InvalidFilename => {
                let source = path
                    .file_name()
                    .unwrap_or(path.as_os_str())
                    .to_string_lossy();
                let place = Place {
                    source: Some(source.into_owned()),
                    ..Place::default()
                };
                Self::unreadable(format!("cannot read {}: {error}", path.display()), place)
            }
            _ => Self::Io(format!("cannot read {}", path.display()), error),
        }
    }

    /// The same fault, with a guess at its cause.
    pub(crate) fn with_hint(mut self, hint: Option<&str>) -> Self {
        if let (Self::Input(problems), Some(hint)) = (&mut self, hint) {
            for problem in problems {
                problem.message = format!("{}; {hint}", problem.message);
            }
        }
        self
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Input(_) => 2,
            Self::Io(..) => 1,
        }
    }
}

impl Problem {
    pub(crate) fn new(error: &advocacy_core::Error, place: Place) -> Self {
        let column = place
            .column
            .or_else(|| error.field().map(ToOwned::to_owned));
        Self {
            code: error.code(),
            message: error.message().to_owned(),
            place: Place { column, ..place },
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => write!(f, "error[usage]: {message}"),
            Self::Io(what, error) => write!(f, "error[io]: {what}: {error}"),
            Self::Input(problems) => {
                for (at, problem) in problems.iter().take(MOST_LISTED).enumerate() {
                    let gap = if at == 0 { "" } else { "\n" };
                    write!(f, "{gap}{problem}")?;
                }
                match problems.len().saturating_sub(MOST_LISTED) {
                    0 => Ok(()),
                    more => write!(f, "\nand {more} more"),
                }
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place {
            source,
            line,
            column,
        } = &self.place;
        // Without a file it is no column, but an option of the metric.
        let column_word = if source.is_some() { "column " } else { "" };
        let parts = [
            source.clone(),
            line.map(|line| format!("line {line}")),
            column
                .as_ref()
                .map(|column| format!("{column_word}{column}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        // Input is quoted in messages: no control character of it may reach a terminal.
        let printable = |text: &str| text.replace(char::is_control, " ");
        write!(f, "error[{}]: {}", self.code, printable(&self.message))?;
        if parts.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", printable(&parts.join(", ")))
        }
    }
}
