//! Results as JSON for `JSON.parse`: keys in camelCase, every key of a shape
//! always there, whole numbers beyond 2⁵³ − 1 as decimal strings.

use std::fmt::{self, Display, Write};

use rustc_hash::FxHashMap;
use serde::ser::{self, Serialize};

use crate::names::camel;

/// Whole numbers up to here are exact in JavaScript.
pub(crate) const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The value as JSON.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Failed> {
    let mut out = Out::default();
    value.serialize(Writer::new(&mut out))?;
    Ok(out.text)
}

/// No form is longer than so many bytes.
const LONGEST: usize = 4096;

/// Of a value that is short as JSON its form, which has 0 for every number, and
/// the numbers in order after the given first one: forms recur, and need not be
/// read twice. Of another the JSON as it is, and the first number alone.
pub(crate) fn json_form<T: Serialize + ?Sized>(
    value: &T,
    first: f64,
) -> Result<(String, Vec<f64>), Failed> {
    let mut out = Out {
        text: String::with_capacity(LONGEST),
        numbers: Vec::with_capacity(64),
        apart: true,
        shared: None,
    };
    out.numbers.push(first);
    value.serialize(Writer::new(&mut out))?;
    if out.text.len() > LONGEST {
        return Ok((json(value)?, vec![first]));
    }
    Ok((out.text, out.numbers))
}

/// The value as JSON, what its measures have in common written once: `[value,
/// [form, …], [shared, …]]`; and the numbers of its measures, in order.
///
/// A form is a measure with 0 for every number, its definition and its period;
/// in a measure's place in the value is `{"": form}`, the form by its place.
/// Among the numbers, definition and period are their places among the shared.
pub(crate) fn json_shared(value: &impl Serialize) -> Result<(String, Vec<f64>), Failed> {
    let mut out = Out {
        text: "[".to_owned(),
        shared: Some(Shared::default()),
        ..Out::default()
    };
    value.serialize(Writer::new(&mut out))?;
    let Out {
        mut text,
        shared,
        numbers,
        ..
    } = out;
    let Shared { forms, parts } = shared.unwrap_or_default();
    for list in [forms.texts, parts.texts] {
        text.push_str(",[");
        text.push_str(&list.join(","));
        text.push(']');
    }
    text.push(']');
    Ok((text, numbers))
}

/// What is written.
#[derive(Default)]
struct Out {
    text: String,
    shared: Option<Shared>,
    /// What is being written is a form: its numbers go elsewhere, …
    apart: bool,
    /// … namely here.
    numbers: Vec<f64>,
}

impl Out {
    /// Writes a number, or 0 in its place.
    fn number(&mut self, value: f64) {
        if self.apart {
            self.text.push('0');
            self.numbers.push(value);
        } else {
            number(&mut self.text, value);
        }
    }
}

/// What is written once.
#[derive(Default)]
struct Shared {
    forms: Once<String>,
    /// Told apart by where they lie in memory.
    parts: Once<usize>,
}

struct Once<K> {
    known: FxHashMap<K, usize>,
    texts: Vec<String>,
}

impl<K> Default for Once<K> {
    fn default() -> Self {
        Self {
            known: FxHashMap::default(),
            texts: Vec::new(),
        }
    }
}

/// The record whose form and parts are shared, and which parts.
const SHARING: &str = "Measure";
const SHARED: [&str; 2] = ["Definition", "Period"];

/// A value that is no JSON; none of the core's is.
#[derive(Debug)]
pub(crate) struct Failed(String);

impl Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// A whole number's digits, which `write!` takes much longer for.
fn digits(out: &mut String, mut value: u64) {
    let mut room = [0; 20];
    let mut at = room.len();
    loop {
        at -= 1;
        room[at] = b'0' + u8::try_from(value % 10).unwrap_or(0);
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.push_str(std::str::from_utf8(&room[at..]).unwrap_or_default());
}

/// Writing to a string cannot fail.
fn put(out: &mut String, value: impl Display) {
    let _ = write!(out, "{value}");
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        out.push_str(text);
        out.push('"');
        return;
    }
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

fn key(out: &mut String, name: &str) {
    out.reserve(name.len() + 3);
    out.push('"');
    camel(name, out);
    out.push_str("\":");
}

/// A whole number that is exact as a float.
#[expect(clippy::cast_precision_loss, reason = "no more than 2^53 - 1")]
fn exact(value: u64) -> f64 {
    value as f64
}

/// A finite number: the shortest digits that give the same bits back.
fn number(out: &mut String, value: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "compared with what it came from"
    )]
    let whole = value as u64;
    if whole <= MAX_SAFE_INTEGER && exact(whole).to_bits() == value.to_bits() {
        digits(out, whole);
    } else {
        put(out, value);
    }
}

struct Writer<'o> {
    out: &'o mut Out,
    /// The record it is a field of.
    within: &'static str,
}

/// A list or an object being written, and what closes it.
pub(crate) struct Open<'o> {
    out: &'o mut Out,
    first: bool,
    close: &'static str,
    name: &'static str,
    sharing: Sharing,
}

/// Whether an object is one of those written once.
enum Sharing {
    Not,
    /// It is a measure, whose form begins here.
    Form(usize),
    /// It is a part; which one, its first field will tell.
    Asked,
    /// It was written before.
    Known,
    /// It is being written; this is what was written before it.
    New(String),
}

impl Open<'_> {
    fn gap(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.out.text.push(',');
        }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        value.serialize(Writer {
            out: self.out,
            within: self.name,
        })
    }

    /// Whether this field is to be written; of what is shared, the first field
    /// tells by its address whether it was written before.
    fn is_wanted<T: ?Sized>(&mut self, field: &T) -> bool {
        match &self.sharing {
            Sharing::Not | Sharing::Form(_) | Sharing::New(_) => return true,
            Sharing::Known => return false,
            Sharing::Asked => {}
        }
        let Some(Shared { parts, .. }) = &mut self.out.shared else {
            return true;
        };
        let address = std::ptr::from_ref(field).cast::<()>() as usize;
        let next = parts.texts.len();
        let place = *parts.known.entry(address).or_insert(next);
        self.out.number(exact(place as u64));
        if place < next {
            self.sharing = Sharing::Known;
            return false;
        }
        let before = std::mem::replace(&mut self.out.text, "{".to_owned());
        self.sharing = Sharing::New(before);
        self.out.apart = false;
        true
    }

    fn close(self) {
        let out = self.out;
        match self.sharing {
            Sharing::Not => out.text.push_str(self.close),
            Sharing::Form(start) => {
                out.text.push_str(self.close);
                out.apart = false;
                let Some(Shared { forms, .. }) = &mut out.shared else {
                    return;
                };
                let form = &out.text[start..];
                let place = forms.known.get(form).copied().unwrap_or_else(|| {
                    forms.known.insert(form.to_owned(), forms.texts.len());
                    forms.texts.push(form.to_owned());
                    forms.texts.len() - 1
                });
                out.text.truncate(start);
                out.text.push_str("{\"\":");
                digits(&mut out.text, place as u64);
                out.text.push('}');
            }
            // A record without fields has nothing to share.
            Sharing::Asked => out.text.push_str("{}"),
            Sharing::Known => {}
            Sharing::New(before) => {
                out.text.push_str(self.close);
                let text = std::mem::replace(&mut out.text, before);
                // Parts are of a measure, which is written as its form.
                out.apart = true;
                if let Some(Shared { parts, .. }) = &mut out.shared {
                    parts.texts.push(text);
                }
            }
        }
    }
}

impl<'o> Writer<'o> {
    fn new(out: &'o mut Out) -> Self {
        Self { out, within: "" }
    }

    fn open(self, open: &str, close: &'static str) -> Open<'o> {
        self.out.text.push_str(open);
        Open {
            out: self.out,
            first: true,
            close,
            name: "",
            sharing: Sharing::Not,
        }
    }

    fn record(self, name: &'static str) -> Open<'o> {
        let is_part = self.within == SHARING && SHARED.contains(&name);
        let (open, sharing) = match &self.out.shared {
            Some(_) if is_part => ("", Sharing::Asked),
            Some(_) if name == SHARING => {
                self.out.apart = true;
                ("{", Sharing::Form(self.out.text.len()))
            }
            _ => ("{", Sharing::Not),
        };
        Open {
            name,
            sharing,
            ..self.open(open, "}")
        }
    }

    /// A whole number that is not exact in JavaScript.
    fn large(self, value: impl Display) {
        put(&mut self.out.text, format_args!("\"{value}\""));
    }

    /// `{"variant":` … `}`.
    fn variant(self, name: &str, open: &str, close: &'static str) -> Open<'o> {
        self.out.text.push('{');
        key(&mut self.out.text, name);
        self.open(open, close)
    }
}

macro_rules! wholes {
    ($($method:ident: $type:ty),+) => {
        $(fn $method(self, value: $type) -> Result<(), Failed> {
            self.serialize_i64(value.into())
        })+
    };
}

impl<'o> ser::Serializer for Writer<'o> {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Open<'o>;
    type SerializeTuple = Open<'o>;
    type SerializeTupleStruct = Open<'o>;
    type SerializeTupleVariant = Open<'o>;
    type SerializeMap = Open<'o>;
    type SerializeStruct = Open<'o>;
    type SerializeStructVariant = Open<'o>;

    wholes! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32
    }

    fn serialize_bool(self, value: bool) -> Result<(), Failed> {
        self.out.text.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Failed> {
        match value.unsigned_abs() {
            size if size > MAX_SAFE_INTEGER => self.large(value),
            size if value < 0 => self.out.number(-exact(size)),
            size => self.out.number(exact(size)),
        }
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Failed> {
        match value {
            0..=MAX_SAFE_INTEGER => self.out.number(exact(value)),
            _ => self.large(value),
        }
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Failed> {
        match i64::try_from(value) {
            Ok(value) => self.serialize_i64(value)?,
            Err(_) => self.large(value),
        }
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Failed> {
        match u64::try_from(value) {
            Ok(value) => self.serialize_u64(value)?,
            Err(_) => self.large(value),
        }
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Failed> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Failed> {
        if value.is_finite() {
            self.out.number(value);
        } else {
            self.out.text.push_str("null");
        }
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Failed> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Failed> {
        quoted(&mut self.out.text, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Failed> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failed> {
        self.out.text.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failed> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<(), Failed> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        let mut open = self.variant(name, "", "}");
        open.value(value)?;
        open.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'o>, Failed> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'o>, Failed> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'o>, Failed> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'o>, Failed> {
        Ok(self.variant(name, "[", "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'o>, Failed> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Open<'o>, Failed> {
        Ok(self.record(name))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'o>, Failed> {
        Ok(self.variant(name, "{", "}}"))
    }
}

macro_rules! lists {
    ($($trait:ident: $method:ident),+) => {$(
        impl ser::$trait for Open<'_> {
            type Ok = ();
            type Error = Failed;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
                self.gap();
                self.value(value)
            }

            fn end(self) -> Result<(), Failed> {
                self.close();
                Ok(())
            }
        }
    )+};
}

lists! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
}

macro_rules! shapes {
    ($($trait:ident),+) => {$(
        impl ser::$trait for Open<'_> {
            type Ok = ();
            type Error = Failed;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Failed> {
                if !self.is_wanted(value) {
                    return Ok(());
                }
                self.gap();
                key(&mut self.out.text, name);
                self.value(value)
            }

            /// What the core leaves out when there is nothing is null here, so
            /// that objects of a kind have one shape.
            fn skip_field(&mut self, name: &'static str) -> Result<(), Failed> {
                self.serialize_field(name, &())
            }

            fn end(self) -> Result<(), Failed> {
                self.close();
                Ok(())
            }
        }
    )+};
}

shapes! { SerializeStruct, SerializeStructVariant }

/// The keys of a map are data and stay as they are.
impl ser::SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Failed> {
        self.gap();
        let text = json(name)?;
        // A number as a key is text.
        if text.starts_with('"') {
            self.out.text.push_str(&text);
        } else {
            quoted(&mut self.out.text, &text);
        }
        self.out.text.push(':');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.value(value)
    }

    fn end(self) -> Result<(), Failed> {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        JobPosting,
        Money(Option<&'static str>),
        TwoParts(u8, i8),
        InWords { some_text: &'static str },
    }

    #[derive(Serialize)]
    struct Shape {
        first_name: &'static str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        left_out: Vec<u8>,
        kinds: Vec<Kind>,
        by_team: BTreeMap<&'static str, u64>,
        by_number: BTreeMap<i64, Option<u8>>,
    }

    fn read(value: &impl Serialize) -> Value {
        serde_json::from_str(&json(value).unwrap()).unwrap()
    }

    #[test]
    fn keys_are_camel_case_and_values_are_not() {
        let shape = Shape {
            first_name: "a_b \"c\\\n\u{1}",
            left_out: Vec::new(),
            kinds: vec![
                Kind::JobPosting,
                Kind::Money(None),
                Kind::TwoParts(1, -1),
                Kind::InWords { some_text: "é" },
            ],
            by_team: [("new_team", 1)].into(),
            by_number: [(-7, None)].into(),
        };
        assert_eq!(
            read(&shape),
            json!({
                "firstName": "a_b \"c\\\n\u{1}",
                "leftOut": null,
                "kinds": ["job_posting", {"money": null}, {"twoParts": [1, -1]},
                          {"inWords": {"someText": "é"}}],
                "byTeam": {"new_team": 1},
                "byNumber": {"-7": null},
            })
        );
    }

    #[test]
    fn whole_numbers_beyond_what_is_exact_are_text() {
        let most = MAX_SAFE_INTEGER;
        assert_eq!(json(&most).unwrap(), "9007199254740991");
        assert_eq!(json(&(most + 1)).unwrap(), "\"9007199254740992\"");
        assert_eq!(json(&u64::MAX).unwrap(), "\"18446744073709551615\"");
        assert_eq!(json(&i64::MIN).unwrap(), "\"-9223372036854775808\"");
        assert_eq!(
            json(&-9_007_199_254_740_991_i64).unwrap(),
            "-9007199254740991"
        );
    }

    #[test]
    fn floats_come_back_bit_by_bit() {
        for number in [
            0.1,
            -0.0,
            1.0 / 3.0,
            5e-324,
            f64::MAX,
            9_007_199_254_740_993.0,
        ] {
            let text = json(&number).unwrap();
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), number.to_bits());
        }
        assert_eq!(json(&f64::NAN).unwrap(), "null");
    }

    #[test]
    fn what_measures_share_is_written_once() {
        use advocacy_core::{Dimension, Metric, Period, Program, Zone, sample};

        let rows = sample::rows();
        let program = Program::from_rows(&rows).unwrap();
        let period = Period::quarter(2025, 3, &Zone::utc()).unwrap();
        let query = program
            .measure([Metric::Shares, Metric::EngagementRate])
            .over(period);
        let table = query
            .by([Dimension::Team, Dimension::Month])
            .table()
            .unwrap();
        let (text, numbers) = json_shared(&table).unwrap();
        let wire = serde_json::from_str(&text).unwrap();
        let (value, forms, shared): (Value, Vec<Value>, Vec<Value>) = wire;
        assert_eq!(value["total"]["measures"][0], json!({"": 0}));
        // A count; a rate with and without an interval, with and without gaps.
        assert_eq!(forms.len(), 5);
        // Two definitions, and the periods of three months and of the total.
        assert_eq!(shared.len(), 2 + 3 + 1);
        // The total comes last; with its numbers each measure has two places of parts.
        let [total, rate] = &table.total.measures[..] else {
            unreachable!();
        };
        let told = |measure| json_form(measure, 0.0).unwrap().1.len() - 1 + 2;
        let at = numbers.len() - told(rate) - told(total);
        assert_eq!(numbers.get(at).copied(), total.value());
    }

    #[test]
    fn a_report_says_what_the_core_says() {
        use advocacy_core::{Period, Program, ReportOptions, Zone, sample};

        let rows = sample::rows();
        let program = Program::from_rows(&rows).unwrap();
        let period = Period::quarter(2025, 3, &Zone::utc()).unwrap();
        let report = program.report(&ReportOptions::new(period)).unwrap();
        let (ours, theirs) = (read(&report), serde_json::to_value(&report).unwrap());
        same(&ours, &theirs);
    }

    /// Equal but for the spelling of keys and for nulls left out.
    fn same(ours: &Value, theirs: &Value) {
        match (ours, theirs) {
            (Value::Object(ours), Value::Object(theirs)) => {
                for (name, value) in ours {
                    match theirs.get(&crate::names::snake(name)) {
                        Some(other) => same(value, other),
                        None => assert!(value.is_null(), "{name}"),
                    }
                }
                assert!(ours.len() >= theirs.len());
            }
            (Value::Array(ours), Value::Array(theirs)) => {
                assert_eq!(ours.len(), theirs.len());
                ours.iter()
                    .zip(theirs)
                    .for_each(|(ours, theirs)| same(ours, theirs));
            }
            // A whole float may be written without a point.
            (Value::Number(ours), Value::Number(theirs)) => {
                let bits = |number: &serde_json::Number| number.as_f64().map(f64::to_bits);
                assert_eq!(bits(ours), bits(theirs));
            }
            _ => assert_eq!(ours, theirs),
        }
    }
}
