//! The records of a CSV stream, each with its line, none beyond a stated size.

use std::io::{self, BufRead};

use csv_core::ReadRecordResult;

/// No record may be longer: a file without line ends, or with a quote that is
/// never closed, must not be read into memory whole.
pub(crate) const MOST_BYTES: usize = 1 << 20;

/// Splits a stream into records. Blank lines are skipped; a line ends with
/// LF, CRLF or CR.
pub(crate) struct Records<R> {
    input: R,
    splitter: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    lines: LineCount,
    started: bool,
}

/// One record.
pub(crate) struct Record<'r> {
    /// The line it begins on, from 1.
    pub(crate) line: u64,
    text: &'r [u8],
    ends: &'r [usize],
}

/// Why there is no next record.
pub(crate) enum Trouble {
    Io(io::Error),
    /// The record that begins on this line is beyond [`MOST_BYTES`].
    TooLong(u64),
    /// The record that begins on this line opens a quote that is never closed.
    Unclosed(u64),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl<R: BufRead> Records<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            splitter: csv_core::Reader::new(),
            text: vec![0; 1024],
            ends: vec![0; 64],
            lines: LineCount {
                line: 1,
                after_cr: false,
            },
            started: false,
        }
    }

    /// The next record; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, Trouble> {
        self.skip_blank_lines()?;
        let line = self.lines.line;
        let (mut taken, mut written, mut cells) = (0, 0, 0);
        loop {
            let chunk = self.input.fill_buf()?;
            let at_end = chunk.is_empty();
            if at_end && taken == 0 {
                return Ok(None);
            }
            // The last line need not end with a line break. Where one does not
            // end the record either, a quote is open.
            let chunk = if at_end { b"\n" } else { chunk };
            let (result, read, wrote, ended) = self.splitter.read_record(
                chunk,
                self.text.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(cells..).unwrap_or_default(),
            );
            if !at_end {
                self.lines.pass(chunk.get(..read).unwrap_or_default());
                self.input.consume(read);
            }
            (taken, written, cells) = (taken + read, written + wrote, cells + ended);
            if taken > MOST_BYTES {
                return Err(Trouble::TooLong(line));
            }
            match result {
                ReadRecordResult::Record => {
                    let text = self.text.get(..written).unwrap_or_default();
                    let ends = self.ends.get(..cells).unwrap_or_default();
                    return Ok(Some(Record { line, text, ends }));
                }
                ReadRecordResult::InputEmpty if at_end => return Err(Trouble::Unclosed(line)),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn skip_blank_lines(&mut self) -> io::Result<()> {
        if !self.started {
            self.started = true;
            if self.input.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
                self.input.consume(3);
            }
        }
        loop {
            let chunk = self.input.fill_buf()?;
            let breaks = chunk
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            self.lines.pass(chunk.get(..breaks).unwrap_or_default());
            self.input.consume(breaks);
            if breaks == 0 {
                return Ok(());
            }
        }
    }
}

impl<'r> Record<'r> {
    pub(crate) fn cells(&self) -> impl Iterator<Item = &'r [u8]> + use<'r> {
        let text = self.text;
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let cell = text.get(start..end).unwrap_or_default();
            start = end;
            cell
        })
    }
}

/// Counts lines as an editor does.
struct LineCount {
    line: u64,
    after_cr: bool,
}

impl LineCount {
    fn pass(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\r' || (byte == b'\n' && !self.after_cr) {
                self.line += 1;
            }
            self.after_cr = byte == b'\r';
        }
    }
}
