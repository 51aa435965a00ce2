//! A CSV file, chunk by chunk, as a table; lines are counted as an editor does.

use advocacy_core::{Frame, TextFrame, Zone};
use csv_core::{ReadRecordResult, Reader};

use crate::fault::Fault;

/// No record may be longer: a file with a quote that is never closed must not
/// be read into memory whole.
const MOST_BYTES: usize = 1 << 20;

/// Reads one file.
pub(crate) struct CsvTable {
    table: String,
    zone: Zone,
    splitter: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// Bytes and cells of the record being read.
    written: usize,
    cells: usize,
    /// Whether the record being read has any bytes yet.
    begun: bool,
    /// Where the reader is, and where the record began.
    line: u64,
    began: u64,
    after_cr: bool,
    header: Option<Header>,
    lines: Lines,
}

struct Header {
    names: Vec<String>,
    frame: TextFrame,
}

/// The line on which each row begins: row 0 follows the header, and every row
/// that does not follow the row before it is noted.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) table: String,
    breaks: Vec<(u64, u64)>,
}

impl Lines {
    /// The line, from 1, on which `row` begins.
    pub(crate) fn of(&self, row: u64) -> Option<u64> {
        let past = self.breaks.partition_point(|&(first, _)| first <= row);
        let (first, line) = self.breaks.get(past.checked_sub(1)?)?;
        Some(line + (row - first))
    }

    fn add(&mut self, row: u64, line: u64) {
        if self.of(row) != Some(line) {
            self.breaks.push((row, line));
        }
    }
}

impl CsvTable {
    pub(crate) fn new(table: &str, zone: &Zone) -> Self {
        Self {
            table: table.to_owned(),
            zone: zone.clone(),
            splitter: Reader::new(),
            text: vec![0; 1024],
            ends: vec![0; 64],
            written: 0,
            cells: 0,
            begun: false,
            line: 1,
            began: 1,
            after_cr: false,
            header: None,
            lines: Lines {
                table: table.to_owned(),
                breaks: Vec::new(),
            },
        }
    }

    /// The next bytes of the file.
    pub(crate) fn push(&mut self, mut chunk: &[u8]) -> Result<(), Fault> {
        if self.header.is_none() && !self.begun && self.line == 1 {
            chunk = chunk.strip_prefix("\u{feff}".as_bytes()).unwrap_or(chunk);
        }
        while !chunk.is_empty() {
            if !self.begun {
                let blank = (chunk.iter())
                    .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                    .count();
                let (before, rest) = chunk.split_at(blank);
                self.pass(before);
                chunk = rest;
                if chunk.is_empty() {
                    break;
                }
                self.began = self.line;
                self.begun = true;
            }
            chunk = self.split(chunk)?;
        }
        Ok(())
    }

    /// Everything read, and on which lines it was.
    pub(crate) fn finish(mut self) -> Result<(Frame<'static>, Lines), Fault> {
        if self.begun {
            // The last line need not end with a line break; where one does not
            // end the record either, a quote is open.
            self.split(b"\n")?;
            if self.begun {
                let message = "the record opens a quote that is never closed";
                return Err(Fault::unreadable(&self.table, self.began, message));
            }
        }
        let Some(header) = self.header else {
            let message = "the file is empty; it needs at least a line of column names";
            return Err(Fault::unreadable(&self.table, 1, message));
        };
        Ok((header.frame.finish(), self.lines))
    }

    /// Takes at most one record; what is left of the chunk.
    fn split<'c>(&mut self, chunk: &'c [u8]) -> Result<&'c [u8], Fault> {
        let (result, read, wrote, ended) = self.splitter.read_record(
            chunk,
            self.text.get_mut(self.written..).unwrap_or_default(),
            self.ends.get_mut(self.cells..).unwrap_or_default(),
        );
        let (taken, rest) = chunk.split_at(read);
        self.pass(taken);
        self.written += wrote;
        self.cells += ended;
        match result {
            ReadRecordResult::Record => {
                self.begun = false;
                self.record()?;
                (self.written, self.cells) = (0, 0);
            }
            ReadRecordResult::OutputFull if self.text.len() >= MOST_BYTES => {
                let message = format!(
                    "the record is longer than {MOST_BYTES} bytes, the most that is read as one"
                );
                return Err(Fault::unreadable(&self.table, self.began, &message));
            }
            ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
            ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
        }
        Ok(rest)
    }

    fn pass(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\r' || (byte == b'\n' && !self.after_cr) {
                self.line += 1;
            }
            self.after_cr = byte == b'\r';
        }
    }

    /// The record just read: the header, or a row.
    fn record(&mut self) -> Result<(), Fault> {
        let text = self.text.get(..self.written).unwrap_or_default();
        let mut start = 0;
        let mut cells = Vec::with_capacity(self.cells);
        for &end in self.ends.iter().take(self.cells) {
            let bytes = text.get(start..end).unwrap_or_default();
            let cell = std::str::from_utf8(bytes).map_err(|_| {
                let fault = Fault::unreadable(&self.table, self.began, "the text is not UTF-8");
                match self
                    .header
                    .as_ref()
                    .and_then(|header| header.names.get(cells.len()))
                {
                    Some(name) => fault.in_field(name),
                    None => fault,
                }
            })?;
            cells.push(cell);
            start = end;
        }
        let line = Some(self.began);
        if let Some(Header { frame, .. }) = &mut self.header {
            self.lines.add(frame.rows() as u64, self.began);
            return frame
                .push(cells)
                .map_err(|error| Fault::from(error).on_line(line));
        }
        let names: Vec<String> = (cells.iter())
            .map(|name| name.trim().trim_start_matches('\u{feff}').to_owned())
            .collect();
        let frame = TextFrame::new(&self.table, &names, &self.zone)
            .map_err(|error| Fault::from(error).in_table(&self.table).on_line(line))?;
        self.header = Some(Header { names, frame });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(chunks: &[&[u8]]) -> Result<(usize, Lines), Fault> {
        let mut csv = CsvTable::new("followers", &Zone::utc());
        for chunk in chunks {
            csv.push(chunk)?;
        }
        csv.finish().map(|(frame, lines)| (frame.rows(), lines))
    }

    const TEXT: &[u8] =
        b"\xef\xbb\xbfaccount,at,followers\r\n\r\na,2025-01-01,1\r\n\"b\nb\",2025-01-02,2\r\nc,2025-01-03,3";

    #[test]
    fn chunks_may_be_cut_anywhere() {
        for cut in 0..TEXT.len() {
            let (head, tail) = TEXT.split_at(cut);
            let (rows, lines) = read(&[head, tail]).unwrap();
            assert_eq!(rows, 3);
            assert_eq!(
                [0, 1, 2].map(|row| lines.of(row)),
                [Some(3), Some(4), Some(6)]
            );
        }
        let bytes: Vec<&[u8]> = TEXT.chunks(1).collect();
        assert_eq!(read(&bytes).unwrap().0, 3);
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        let header = b"account,at,followers\n".as_slice();
        for (body, code, line) in [
            (
                b"a,2025-01-01,1\nb,2025-01-02,-2\n".as_slice(),
                "negative_count",
                3,
            ),
            (b"a,2025-01-01\n", "unequal_lengths", 2),
            (b"\na,2025-01-01,\xff\n", "unreadable_file", 3),
            (b"\"a,2025-01-01,1\n\n", "unreadable_file", 2),
        ] {
            let fault = read(&[header, body]).unwrap_err();
            let shown = format!("{fault:?}");
            assert!(shown.contains(code), "{shown}");
            assert!(shown.contains(&format!("line: Some({line})")), "{shown}");
        }
        assert!(format!("{:?}", read(&[]).unwrap_err()).contains("unreadable_file"));
        let fault = read(&[b"account,at\n"]).unwrap_err();
        assert!(format!("{fault:?}").contains("missing_column"));
    }
}
