//! Tables on their way in: typed arrays are copied into the engine's memory
//! once, and nothing is looked at row by row here.

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{
    Buffer, Codes, Column, Data, ErrorKind, Frame, Program, ProgramBuilder, Texts, TimeUnit,
    Timestamp, Validity,
};
use wasm_bindgen::prelude::*;

use crate::csv::{CsvTable, Lines};
use crate::fault::{Fault, told};
use crate::programme::Programme;
use crate::question::{default_policy, protect};
use crate::zone::HostZone;

/// Columns and files, handed over one by one, to become a programme.
#[wasm_bindgen]
#[derive(Default)]
pub struct Tables {
    frames: Vec<(String, Frame<'static>)>,
    currency: Option<advocacy_core::Currency>,
    privacy: Option<PrivacyPolicy>,
    /// The mask of the next column.
    validity: Option<Validity<'static>>,
    csv: Option<CsvTable>,
    lines: Vec<Lines>,
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tables")
            .field("frames", &self.frames)
            .finish_non_exhaustive()
    }
}

impl Tables {
    fn column(&mut self, name: &str, data: Data<'static>) -> Result<(), JsValue> {
        let column = Column::new(data);
        let column = match self.validity.take() {
            Some(validity) => column.with_validity(validity),
            None => Ok(column),
        };
        let (table, frame) = self.frames.last_mut().ok_or_else(no_table)?;
        let column = column.map_err(|error| Fault::from(error).in_table(table).in_field(name))?;
        *frame = std::mem::take(frame).column(name, column);
        Ok(())
    }

    fn builder(self) -> (ProgramBuilder<'static>, Vec<Lines>) {
        let mut builder = Program::builder();
        if let Some(currency) = self.currency {
            builder = builder.currency(currency);
        }
        if let Some(privacy) = self.privacy {
            builder = builder.privacy(privacy);
        }
        for (table, frame) in self.frames {
            builder = builder.table(table, frame);
        }
        (builder, self.lines)
    }
}

#[cold]
fn no_table() -> Fault {
    Fault::new(ErrorKind::InvalidValue, "a column needs a table")
}

/// An error with the line of the file it is in, where there is one.
fn placed(error: advocacy_core::Error, lines: &[Lines]) -> Fault {
    let fault = Fault::from(error);
    let of_table = |lines: &&Lines| Some(lines.table.as_str()) == fault.table();
    let line = lines
        .iter()
        .find(of_table)
        .zip(fault.row())
        .and_then(|(lines, row)| lines.of(row));
    fault.on_line(line)
}

macro_rules! typed {
    ($($method:ident: $type:ty => $variant:ident,)+) => {
        #[wasm_bindgen]
        impl Tables {$(
            /// A column of such values.
            ///
            /// # Errors
            /// `unequal_lengths` for a mask that does not fit.
            pub fn $method(&mut self, name: &str, values: Vec<$type>) -> Result<(), JsValue> {
                self.column(name, Data::$variant(values.into()))
            }
        )+}
    };
}

typed! {
    u8: u8 => U8,
    u16: u16 => U16,
    u32: u32 => U32,
    u64: u64 => U64,
    i32: i32 => I32,
    i64: i64 => I64,
    f64: f64 => F64,
}

#[wasm_bindgen]
#[expect(
    clippy::needless_pass_by_value,
    reason = "JavaScript hands its values over"
)]
impl Tables {
    /// None yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The currency that money is in unless it says otherwise.
    ///
    /// # Errors
    /// `invalid_value` for what is no such code.
    pub fn currency(&mut self, code: &str) -> Result<(), JsValue> {
        self.currency = Some(advocacy_core::Currency::new(code).map_err(Fault::from)?);
        Ok(())
    }

    /// Protects small groups by the default policy.
    pub fn protect(&mut self) {
        default_policy(&mut self.privacy);
    }

    /// Protects small groups, by one option more.
    ///
    /// # Errors
    /// `unknown_name` and `invalid_option`.
    pub fn privacy(&mut self, option: &str, choice: &str) -> Result<(), JsValue> {
        protect(&mut self.privacy, option, choice)?;
        Ok(())
    }

    /// The columns that follow are of this table.
    pub fn table(&mut self, name: String) {
        self.frames.push((name, Frame::new()));
    }

    /// The next column is known where the flag of a row is not 0.
    pub fn flags(&mut self, flags: Vec<u8>) {
        // Where they lie.
        let flags: Vec<bool> = flags.into_iter().map(|flag| flag != 0).collect();
        self.validity = Some(Validity::Flags(flags.into()));
    }

    /// The next column is known where the bit of a row is set, the lowest first.
    pub fn bits(&mut self, bits: Vec<u8>) {
        self.validity = Some(Validity::Bits {
            bits: bits.into(),
            offset: 0,
        });
    }

    /// A column of true (not 0) and false.
    ///
    /// # Errors
    /// `unequal_lengths` for a mask that does not fit.
    pub fn bool(&mut self, name: &str, values: Vec<u8>) -> Result<(), JsValue> {
        let values: Vec<bool> = values.into_iter().map(|value| value != 0).collect();
        self.column(name, Data::Bool(values.into()))
    }

    /// A column of instants: ticks since the Unix epoch, so many a second.
    ///
    /// # Errors
    /// `unequal_lengths` for a mask that does not fit.
    pub fn time(&mut self, name: &str, ticks: Vec<i64>, per_second: f64) -> Result<(), JsValue> {
        let units = [
            TimeUnit::Second,
            TimeUnit::Milli,
            TimeUnit::Micro,
            TimeUnit::Nano,
        ];
        #[expect(
            clippy::cast_possible_truncation,
            reason = "one of four numbers, and it saturates"
        )]
        let per_second = per_second as i64;
        let unit = units
            .into_iter()
            .find(|unit| unit.per_second() == per_second);
        self.column(
            name,
            Data::Time(ticks.into(), unit.unwrap_or(TimeUnit::Milli)),
        )
    }

    /// A column of instants: milliseconds since the Unix epoch, as `Date` has
    /// them, by the bits of each. What is not known may be anything.
    ///
    /// # Errors
    /// `not_finite` for NaN, `unequal_lengths` for a mask that does not fit.
    pub fn millis(&mut self, name: &str, mut millis: Vec<i64>) -> Result<(), JsValue> {
        /// From here on no number has a fraction; in microseconds it is in 2112.
        const WHOLE: f64 = 4_503_599_627_370_496.0;
        let micros = |bits: i64| (f64::from_bits(bits.cast_unsigned()) * 1000.0).floor();
        let usual = millis.iter().fold(true, |all, &bits| {
            all & (0.0..WHOLE).contains(&micros(bits))
        });
        if usual {
            // All at a time, by the bits of a sum below which there are no fractions.
            for bits in &mut millis {
                let whole = (micros(*bits) + WHOLE).to_bits() - WHOLE.to_bits();
                *bits = whole.cast_signed();
            }
            return self.column(name, Data::Time(millis.into(), TimeUnit::Micro));
        }
        for (row, bits) in millis.iter_mut().enumerate() {
            let known = self.validity.as_ref().is_none_or(|mask| mask.is_known(row));
            let micros = micros(*bits);
            if known && !micros.is_finite() {
                let milli = f64::from_bits(bits.cast_unsigned());
                let fault = Fault::new(ErrorKind::NotFinite, format!("{milli} is no instant"));
                let table = self.frames.last().map_or("", |(table, _)| table);
                let fault = fault.in_table(table).in_field(name);
                return Err(fault.at_row(row as u64).into());
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it saturates; the core checks the range"
            )]
            let micros = micros as i64;
            *bits = micros;
        }
        self.column(name, Data::Time(millis.into(), TimeUnit::Micro))
    }

    /// A column of instants in words, those without an offset in the zone.
    ///
    /// # Errors
    /// `invalid_value` and `out_of_range` with the row.
    pub fn instants(
        &mut self,
        name: &str,
        texts: Vec<String>,
        zone: &HostZone,
    ) -> Result<(), JsValue> {
        let known = |row| {
            self.validity
                .as_ref()
                .is_none_or(|mask: &Validity<'_>| mask.is_known(row))
        };
        let table = self.frames.last().map_or("", |(table, _)| table);
        let read = |(row, text): (usize, &String)| {
            if known(row) {
                let read = Timestamp::parse(text, &zone.0).map(Timestamp::micros);
                read.map_err(|error| {
                    Fault::from(error)
                        .in_table(table)
                        .in_field(name)
                        .at_row(row as u64)
                })
            } else {
                Ok(0)
            }
        };
        let micros = texts
            .iter()
            .enumerate()
            .map(read)
            .collect::<Result<Vec<_>, _>>()?;
        self.column(name, Data::Time(micros.into(), TimeUnit::Micro))
    }

    /// A column of texts, each a code into the names.
    ///
    /// # Errors
    /// `unequal_lengths` for a mask that does not fit.
    pub fn names(
        &mut self,
        name: &str,
        codes: Vec<u32>,
        names: Vec<String>,
    ) -> Result<(), JsValue> {
        let codes = Codes::U32(codes.into());
        self.column(name, Data::Dictionary { codes, names })
    }

    /// The same with codes of 8 bits.
    ///
    /// # Errors
    /// `unequal_lengths` for a mask that does not fit.
    #[wasm_bindgen(js_name = names8)]
    pub fn names_8(
        &mut self,
        name: &str,
        codes: Vec<u8>,
        names: Vec<String>,
    ) -> Result<(), JsValue> {
        let codes = Codes::U8(codes.into());
        self.column(name, Data::Dictionary { codes, names })
    }

    /// A column of lists of texts: `rows + 1` offsets into them.
    ///
    /// # Errors
    /// `unequal_lengths` for a mask that does not fit.
    pub fn lists(
        &mut self,
        name: &str,
        offsets: Vec<i32>,
        texts: Vec<String>,
    ) -> Result<(), JsValue> {
        let values = Texts::Strings(texts.into_iter().map(Into::into).collect());
        let offsets = Buffer::Owned(offsets);
        self.column(name, Data::List { offsets, values })
    }

    /// Begins a CSV file of a table.
    pub fn csv(&mut self, table: &str, zone: &HostZone) {
        self.csv = Some(CsvTable::new(table, &zone.0));
    }

    /// The next bytes of the file.
    ///
    /// # Errors
    /// Whatever is wrong in them, with line, column and reason.
    pub fn push(&mut self, bytes: Vec<u8>) -> Result<(), JsValue> {
        match &mut self.csv {
            Some(csv) => Ok(csv.push(&bytes)?),
            None => Err(no_table().into()),
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// `unreadable_file` where it ends within a record, or has none.
    pub fn end(&mut self) -> Result<(), JsValue> {
        let csv = self.csv.take().ok_or_else(no_table)?;
        let (frame, lines) = csv.finish()?;
        self.frames.push((lines.table.clone(), frame));
        self.lines.push(lines);
        Ok(())
    }

    /// The programme of these tables.
    ///
    /// # Errors
    /// The first thing wrong with them.
    pub fn build(self) -> Result<Programme, JsValue> {
        let (builder, lines) = self.builder();
        let program = builder.build().map_err(|error| placed(error, &lines))?;
        Ok(Programme::new(program))
    }

    /// Adds them to a programme.
    ///
    /// # Errors
    /// The first thing wrong with them; the programme is then what it was.
    #[wasm_bindgen(js_name = addTo)]
    pub fn add_to(self, programme: &mut Programme) -> Result<(), JsValue> {
        let (builder, lines) = self.builder();
        let added = programme.add(builder);
        added.map_err(|error| placed(error, &lines).into())
    }

    /// Everything wrong with them, as errors; empty when they build.
    #[must_use]
    pub fn problems(self) -> Vec<JsValue> {
        let (builder, lines) = self.builder();
        let problems = builder.validate().into_iter();
        problems.map(|error| placed(error, &lines).into()).collect()
    }
}

/// The tables and columns there are.
///
/// # Errors
/// None.
#[wasm_bindgen]
pub fn schemas() -> Result<String, JsValue> {
    Ok(told(&advocacy_core::SCHEMAS)?)
}
