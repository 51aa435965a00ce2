//! Results as JSON for `JSON.parse`: keys in camelCase, every key of a shape
//! always there, whole numbers beyond 2⁵³ − 1 as decimal strings.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write};

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

/// The value as JSON, what its measures have in common written once: `[value,
/// [shared, …]]`, and in a measure's place of it the place among the shared.
pub(crate) fn json_shared(value: &impl Serialize) -> Result<String, Failed> {
    let mut out = Out {
        text: "[".to_owned(),
        shared: Some(Shared::default()),
    };
    value.serialize(Writer::new(&mut out))?;
    let Out { mut text, shared } = out;
    text.push_str(",[");
    text.push_str(&shared.unwrap_or_default().texts.join(","));
    text.push_str("]]");
    Ok(text)
}

/// What is written.
#[derive(Default)]
struct Out {
    text: String,
    shared: Option<Shared>,
}

/// What many measures refer to, told apart by where it lies in memory.
#[derive(Default)]
struct Shared {
    known: BTreeMap<usize, usize>,
    texts: Vec<String>,
}

/// The record whose parts are shared, and which of them.
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
    out.push('"');
    camel(name, out);
    out.push_str("\":");
}

fn whole(out: &mut String, size: u128, value: impl Display) {
    if size > MAX_SAFE_INTEGER.into() {
        put(out, format_args!("\"{value}\""));
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
    /// It is; which one, its first field will tell.
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
            Sharing::Not | Sharing::New(_) => return true,
            Sharing::Known => return false,
            Sharing::Asked => {}
        }
        let Some(shared) = &mut self.out.shared else {
            return true;
        };
        let address = std::ptr::from_ref(field).cast::<()>() as usize;
        let next = shared.known.len();
        let place = *shared.known.entry(address).or_insert(next);
        digits(&mut self.out.text, place as u64);
        if place < next {
            self.sharing = Sharing::Known;
            return false;
        }
        self.sharing = Sharing::New(std::mem::replace(&mut self.out.text, "{".to_owned()));
        true
    }

    fn close(self) {
        match self.sharing {
            Sharing::Not => self.out.text.push_str(self.close),
            // A record without fields has nothing to share.
            Sharing::Asked => self.out.text.push_str("{}"),
            Sharing::Known => {}
            Sharing::New(before) => {
                self.out.text.push_str(self.close);
                let text = std::mem::replace(&mut self.out.text, before);
                if let Some(shared) = &mut self.out.shared {
                    shared.texts.push(text);
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
        let is_shared = self.out.shared.is_some() && self.within == SHARING;
        if is_shared && SHARED.contains(&name) {
            return Open {
                out: self.out,
                first: true,
                close: "}",
                name,
                sharing: Sharing::Asked,
            };
        }
        Open {
            name,
            ..self.open("{", "}")
        }
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
        match u64::try_from(value) {
            Ok(value) => self.serialize_u64(value),
            Err(_) => self.serialize_i128(value.into()),
        }
    }

    fn serialize_u64(self, value: u64) -> Result<(), Failed> {
        if value > MAX_SAFE_INTEGER {
            put(&mut self.out.text, format_args!("\"{value}\""));
        } else {
            digits(&mut self.out.text, value);
        }
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Failed> {
        whole(&mut self.out.text, value.unsigned_abs(), value);
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Failed> {
        whole(&mut self.out.text, value, value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Failed> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Failed> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "compared with what it came from"
        )]
        let whole = value as u64;
        #[expect(
            clippy::cast_precision_loss,
            reason = "compared with what it came from"
        )]
        let is_whole = (whole as f64).to_bits() == value.to_bits() && whole <= MAX_SAFE_INTEGER;
        if is_whole {
            digits(&mut self.out.text, whole);
        } else if value.is_finite() {
            // The shortest digits that give the same bits back.
            put(&mut self.out.text, value);
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

    /// What the glue in `js/engine.ts` does.
    fn linked(value: &mut Value, shared: &[Value]) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| linked(value, shared)),
            Value::Object(fields) if fields.get("definition").is_some_and(Value::is_u64) => {
                for name in ["definition", "period"] {
                    if let Some(place) = fields[name].as_u64() {
                        fields[name] = shared[usize::try_from(place).unwrap()].clone();
                    }
                }
            }
            Value::Object(fields) => fields.values_mut().for_each(|value| linked(value, shared)),
            _ => {}
        }
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
        let text = json_shared(&table).unwrap();
        let [mut value, shared]: [Value; 2] = serde_json::from_str(&text).unwrap();
        let Value::Array(shared) = shared else {
            panic!("{shared}")
        };
        // Two definitions, and the periods of three months and of the total.
        assert_eq!(shared.len(), 2 + 3 + 1);
        linked(&mut value, &shared);
        assert_eq!(value, read(&table));
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
