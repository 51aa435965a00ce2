//! Vocabularies in use: names by code, one or several a row.

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::threads;

use super::column::{Codes, Column, Data, Texts};
use super::index::to_u32;
use super::problems::Problems;

/// Names by code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    names: Vec<Box<str>>,
    at: FxHashMap<Box<str>, u32>,
}

impl Names {
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn name(&self, code: u32) -> Option<&str> {
        self.names.get(code as usize).map(|name| &**name)
    }

    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.at.get(name).copied()
    }

    pub(crate) fn code_of(&mut self, name: &str) -> u32 {
        if let Some(code) = self.find(name) {
            return code;
        }
        let code = to_u32(self.names.len());
        self.names.push(name.into());
        self.at.insert(name.into(), code);
        code
    }

    /// The code of a spelling, once it is in its stable form; none of a blank.
    fn read(&mut self, spelling: &str, normal: Normal) -> Result<u32> {
        if spelling.trim().is_empty() {
            return Ok(NONE);
        }
        normal(spelling).map(|name| self.code_of(&name))
    }
}

/// A code for "none": no vocabulary grows that large.
pub(crate) const NONE: u32 = u32::MAX;

/// How a name is brought into its stable form.
pub(crate) type Normal = fn(&str) -> Result<String>;

/// Keeps a name as it is, trimmed.
#[expect(
    clippy::unnecessary_wraps,
    reason = "one `Normal` among several that can fail"
)]
pub(crate) fn as_it_is(name: &str) -> Result<String> {
    Ok(name.trim().to_owned())
}

/// Reads a column of names into codes of `names`; null and blank are [`NONE`].
///
/// Codes lie in the column as they are where that needs no translation.
pub(crate) fn read_names<'a>(
    column: Column<'a>,
    names: &mut Names,
    normal: Normal,
    required: bool,
    (table, field): (&'static str, &'static str),
    problems: &mut Problems,
) -> Result<Codes<'a>> {
    let place = |e: Error, row: usize| e.in_table(table).in_field(field).at_row(row);
    let Column { data, validity, .. } = column;
    let rows = data.len();
    // Codes with names: translate the names once.
    let (codes, known) = match data {
        Data::Dictionary {
            codes,
            names: known,
        } => (codes, known),
        // Codes without names are named by their number.
        Data::U8(values) => numbered(Codes::U8(values)),
        Data::U16(values) => numbered(Codes::U16(values)),
        Data::Text(texts) => {
            let column = Column {
                validity,
                ..Column::new(Data::Text(texts))
            };
            return read_texts(&column, names, normal, required, place, problems);
        }
        other => {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                format!(
                    "names are text, dictionary codes or small unsigned integers, not {}",
                    other.type_name()
                ),
            )
            .in_table(table)
            .in_field(field));
        }
    };
    let mut translate = Vec::with_capacity(known.len());
    for name in &known {
        translate.push(match normal(name) {
            Ok(name) if name.is_empty() => NONE,
            Ok(name) => names.code_of(&name),
            Err(error) => {
                problems.report(error.in_table(table).in_field(field))?;
                NONE
            }
        });
    }
    let as_they_are = validity.is_none()
        && translate
            .iter()
            .enumerate()
            .all(|(at, &code)| at == code as usize)
        && codes
            .max()
            .is_none_or(|max| (max as usize) < translate.len());
    if as_they_are {
        return Ok(codes);
    }
    let names = Vec::new();
    let column = Column {
        validity,
        ..Column::new(Data::Dictionary { codes, names })
    };
    let Data::Dictionary { codes, .. } = &column.data else {
        return Ok(Codes::U32(Vec::new().into()));
    };
    let mut out = Vec::with_capacity(rows);
    for row in 0..rows {
        let code = if column.is_known(row) {
            let code = codes.at(row) as usize;
            if let Some(&code) = translate.get(code) {
                code
            } else {
                problems.report(place(
                    Error::new(
                        ErrorKind::OutOfRange,
                        format!(
                            "code {code} is beyond its dictionary of {}",
                            translate.len()
                        ),
                    ),
                    row,
                ))?;
                NONE
            }
        } else {
            NONE
        };
        if code == NONE && required {
            problems.report(place(blank(field), row))?;
        }
        out.push(code);
    }
    Ok(Codes::U32(out.into()))
}

/// Gives a dictionary's own codes to its names, before any other table names
/// anything, so that its codes need no translation later.
pub(crate) fn seed_names(column: &Column<'_>, names: &mut Names, normal: Normal) {
    let numbers = |max: Option<u32>| {
        (0..max.map_or(0, |max| max + 1))
            .map(|code| code.to_string())
            .collect()
    };
    let known: Vec<String> = match &column.data {
        Data::Dictionary { names, .. } => names.clone(),
        Data::U8(values) => numbers(values.iter().max().map(|&max| max.into())),
        Data::U16(values) => numbers(values.iter().max().map(|&max| max.into())),
        _ => return,
    };
    for name in known.iter().filter_map(|name| normal(name).ok()) {
        names.code_of(&name);
    }
}

#[cold]
fn blank(field: &str) -> Error {
    Error::new(ErrorKind::MissingValue, format!("{field} is missing"))
}

fn numbered(codes: Codes<'_>) -> (Codes<'_>, Vec<String>) {
    let names = codes.max().map_or(0, |max| max + 1);
    (codes, (0..names).map(|code| code.to_string()).collect())
}

fn read_texts(
    column: &Column<'_>,
    names: &mut Names,
    normal: Normal,
    required: bool,
    place: impl Fn(Error, usize) -> Error,
    problems: &mut Problems,
) -> Result<Codes<'static>> {
    let Data::Text(texts) = &column.data else {
        return Ok(Codes::U32(Vec::new().into()));
    };
    if let Some(codes) = read_plain_texts(column, texts, names, normal, required) {
        return Ok(Codes::U32(codes.into()));
    }
    // Each spelling is brought into its stable form once.
    let mut spellings: FxHashMap<&str, u32> = FxHashMap::default();
    let mut out = Vec::with_capacity(texts.len());
    for row in 0..texts.len() {
        let found = if column.is_known(row) {
            match texts.get(row) {
                None => Err(Error::new(
                    ErrorKind::InvalidValue,
                    "text that is not UTF-8",
                )),
                Some(text) => {
                    if let Some(&code) = spellings.get(text) {
                        Ok(code)
                    } else {
                        let code = names.read(text, normal);
                        if let Ok(code) = code {
                            spellings.insert(text, code);
                        }
                        code
                    }
                }
            }
        } else {
            Ok(NONE)
        };
        let code = match found {
            Ok(NONE) if required => {
                problems.report(place(
                    Error::new(ErrorKind::MissingValue, "a name is missing"),
                    row,
                ))?;
                NONE
            }
            Ok(code) => code,
            Err(error) => {
                problems.report(place(error, row))?;
                NONE
            }
        };
        out.push(code);
    }
    Ok(Codes::U32(out.into()))
}

/// The same where nothing is wrong, on several threads; `None` where something
/// is.
fn read_plain_texts(
    column: &Column<'_>,
    texts: &Texts<'_>,
    names: &mut Names,
    normal: Normal,
    required: bool,
) -> Option<Vec<u32>> {
    // Of every part, its spellings as they first occur, and which each row has.
    let parts = threads::in_parts(texts.len(), |rows| {
        let mut known: FxHashMap<&[u8], u32> = FxHashMap::default();
        let mut spellings = Vec::new();
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if !column.is_known(row) {
                found.push(NONE);
                continue;
            }
            let text = texts.bytes(row)?;
            found.push(*known.entry(text).or_insert_with(|| {
                spellings.push(text);
                to_u32(spellings.len() - 1)
            }));
        }
        Some((spellings, found))
    });
    let mut codes = Vec::with_capacity(texts.len());
    for part in parts {
        let (spellings, found) = part?;
        let code_of = |spelling: &&[u8]| {
            let text = std::str::from_utf8(spelling).ok()?;
            names.read(text, normal).ok()
        };
        let by: Vec<u32> = spellings.iter().map(code_of).collect::<Option<_>>()?;
        let code = |at: u32| by.get(at as usize).copied().unwrap_or(NONE);
        codes.extend(found.into_iter().map(code));
    }
    let is_plain = !(required && codes.contains(&NONE));
    is_plain.then_some(codes)
}

/// Several names a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Multi {
    pub(crate) names: Names,
    starts: Vec<u32>,
    codes: Vec<u32>,
    several: bool,
}

impl Multi {
    /// The codes of `row`, each once; none for rows beyond the table.
    pub(crate) fn of(&self, row: usize) -> &[u32] {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(&start), Some(&end)) => &self.codes[start as usize..end as usize],
            _ => &[],
        }
    }

    /// Whether any row has several.
    pub(crate) fn has_several(&self) -> bool {
        self.several
    }

    pub(crate) fn push(&mut self, names: impl Iterator<Item = impl AsRef<str>>) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let from = self.codes.len();
        for name in names {
            let name = name.as_ref().trim();
            if name.is_empty() {
                continue;
            }
            let code = self.names.code_of(name);
            if !self.codes[from..].contains(&code) {
                self.codes.push(code);
            }
        }
        self.several |= self.codes.len() - from > 1;
        self.starts.push(to_u32(self.codes.len()));
    }
}

/// The texts of each row of a column, one after the other.
#[derive(Debug)]
pub(crate) struct Lists<'c> {
    /// Where those of each row end.
    ends: Vec<usize>,
    texts: Vec<&'c str>,
}

impl<'c> Lists<'c> {
    /// Those of a list column, or of a text column: one a row.
    pub(crate) fn of(
        column: &'c Column<'_>,
        (table, field): (&'static str, &'static str),
    ) -> Result<Self> {
        let not_text = |row: usize| {
            Error::new(ErrorKind::InvalidValue, "text that is not UTF-8")
                .in_table(table)
                .in_field(field)
                .at_row(row)
        };
        let rows = column.len();
        let (mut ends, mut texts) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        for row in 0..rows {
            let text = |text: Option<&'c str>| text.ok_or_else(|| not_text(row));
            match &column.data {
                _ if !column.is_known(row) => {}
                Data::Text(all) => texts.push(text(all.get(row))?),
                Data::Dictionary { codes, names } => {
                    let name = names.get(codes.at(row) as usize);
                    texts.push(text(name.map(String::as_str))?);
                }
                Data::List { offsets, values } => {
                    for at in offsets[row]..offsets[row + 1] {
                        let at = usize::try_from(at).ok();
                        texts.push(text(at.and_then(|at| values.get(at)))?);
                    }
                }
                other => {
                    return Err(Error::new(
                        ErrorKind::InvalidValue,
                        format!("names are text or lists of text, not {}", other.type_name()),
                    )
                    .in_table(table)
                    .in_field(field));
                }
            }
            ends.push(texts.len());
        }
        Ok(Self { ends, texts })
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Those of a row.
    pub(crate) fn of_row(&self, row: usize) -> &[&'c str] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.texts[start..self.ends[row]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of several parts, read on several threads: "red" and "blue" by turns,
    /// "green" in the last row, with blanks around some.
    fn colours(rows: usize) -> Vec<String> {
        let mut colours: Vec<String> = (0..rows)
            .map(|row| ["red", "blue", " red "][row % 3].to_owned())
            .collect();
        colours[rows - 1] = "green".to_owned();
        colours
    }

    fn read(
        texts: Vec<String>,
        required: bool,
        problems: &mut Problems,
    ) -> (Names, Result<Vec<u32>>) {
        let mut names = Names::default();
        names.code_of("yellow");
        let at = ("shares", "network");
        let codes = read_names(
            Column::texts(texts),
            &mut names,
            as_it_is,
            required,
            at,
            problems,
        );
        let codes = codes.map(|codes| (0..codes.len()).map(|row| codes.at(row)).collect());
        (names, codes)
    }

    #[test]
    fn names_are_numbered_as_they_first_occur_whoever_reads_them() {
        const ROWS: usize = 200_000;
        let (names, codes) = read(colours(ROWS), true, &mut Problems::first());
        let codes = codes.unwrap();
        let expected = ["yellow", "red", "blue", "green"];
        assert_eq!([0, 1, 2, 3].map(|code| names.name(code).unwrap()), expected);
        assert_eq!((codes[0], codes[1], codes[2]), (1, 2, 1));
        assert_eq!(
            (codes[ROWS - 3], codes[ROWS - 2], codes[ROWS - 1]),
            (1, 1, 3)
        );
        assert_eq!(codes.iter().filter(|&&code| code == 2).count(), ROWS / 3);
    }

    #[test]
    fn a_blank_among_many_is_told_with_its_row() {
        let mut texts = colours(200_000);
        texts[150_000] = "  ".to_owned();
        let (_, codes) = read(texts.clone(), true, &mut Problems::first());
        assert_eq!(codes.unwrap_err().row(), Some(150_000));
        let (_, codes) = read(texts, false, &mut Problems::first());
        assert_eq!(codes.unwrap()[150_000], NONE);
    }
}
