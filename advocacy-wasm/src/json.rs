//! Results as JSON for `JSON.parse`: keys in camelCase, every key of a shape
//! always there, whole numbers beyond 2⁵³ − 1 as decimal strings.

use std::fmt::{self, Display, Write};
use std::hash::{Hash, Hasher};

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

/// What tells forms of values of one type apart, without their text: two of one
/// outline have one form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline(Vec<u64>);

/// Word by word: the derived ones go byte by byte.
impl PartialEq for Outline {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }
}

impl Eq for Outline {}

impl Hash for Outline {
    fn hash<H: Hasher>(&self, state: &mut H) {
        /// Odd, with as many bits set as not.
        const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
        let mix = |all: u64, word: u64| (all.rotate_left(23) ^ word).wrapping_mul(MIX);
        // Four side by side, none of which waits for another.
        let (fours, rest) = self.0.as_chunks();
        let [a, b, c, d] = fours.iter().fold([0; 4], |[a, b, c, d], &[e, f, g, h]| {
            [mix(a, e), mix(b, f), mix(c, g), mix(d, h)]
        });
        let all = mix(mix(mix(a, b), c), d);
        state.write_u64(rest.iter().fold(all, |all, &word| mix(all, word)));
    }
}

/// Of a value that is short its outline, and its numbers in order after the given
/// first one; of another the first number alone. Forms recur, and need not be
/// written, or read, twice.
pub(crate) fn json_outline<T: Serialize + ?Sized>(
    value: &T,
    first: f64,
) -> Result<(Outline, Vec<f64>), Failed> {
    /// No outline is longer.
    const LONGEST: usize = 512;
    let mut out = Out {
        mode: Mode::Outline,
        outline: Outline(Vec::with_capacity(LONGEST)),
        numbers: Vec::with_capacity(64),
        ..Out::default()
    };
    out.numbers.push(first);
    value.serialize(Writer::new(&mut out))?;
    if out.outline.0.len() > LONGEST {
        out.numbers.truncate(1);
    }
    Ok((out.outline, out.numbers))
}

/// The form of a value: as JSON with 0 for every number.
pub(crate) fn json_form<T: Serialize + ?Sized>(value: &T) -> Result<String, Failed> {
    let mut out = Out {
        mode: Mode::Form,
        ..Out::default()
    };
    value.serialize(Writer::new(&mut out))?;
    Ok(out.text)
}

/// The value as JSON, what its measures have in common written once: `[value,
/// [form, …], [shared, …]]`; and the numbers of its measures, in order.
///
/// A form is a measure with 0 for every number, its definition and its period;
/// in a measure's place in the value is `{"": form}`, the form by its place, which
/// stands alone where a list has one measure after another: `[{"": 3}, 3, 4]`.
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
    mode: Mode,
    text: String,
    shared: Option<Shared>,
    outline: Outline,
    /// The numbers of what is told in outline.
    numbers: Vec<f64>,
    /// The measure just told in outline is one of a list.
    in_list: bool,
    /// Its form is not known yet.
    is_new: bool,
    /// How much was written when the last measure's form was.
    form_end: usize,
    /// What was written before the part that is being written.
    before: String,
}

/// What becomes of a value.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    /// Its text.
    #[default]
    Whole,
    /// The text of its form.
    Form,
    /// The outline of its form, and its numbers.
    Outline,
}

impl Out {
    /// Writes what is the same wherever it comes from one place: an outline has
    /// where it lies and how long it is.
    fn mark(&mut self, text: &'static str) {
        if self.mode == Mode::Outline {
            self.outline.0.push(place(text));
        } else {
            self.text.push_str(text);
        }
    }

    /// Writes a number, or 0 in its place.
    fn number(&mut self, value: f64) {
        match self.mode {
            Mode::Whole => number(&mut self.text, value),
            Mode::Form => self.text.push('0'),
            Mode::Outline => {
                self.outline.0.push(NUMBER);
                self.numbers.push(value);
            }
        }
    }

    fn key(&mut self, name: &'static str) {
        if self.mode == Mode::Outline {
            self.outline.0.push(place(name));
        } else {
            key(&mut self.text, name);
        }
    }

    /// Writes a text that is always the same.
    fn name(&mut self, name: &'static str) {
        if self.mode == Mode::Outline {
            self.outline.0.push(place(name));
        } else {
            quoted(&mut self.text, name);
        }
    }

    fn quoted(&mut self, text: &str) {
        if self.mode != Mode::Outline {
            return quoted(&mut self.text, text);
        }
        let (words, rest) = text.as_bytes().as_chunks();
        let last = rest
            .iter()
            .fold(0, |last, &byte| last << 8 | u64::from(byte));
        self.outline.0.extend([text.len() as u64, last]);
        let words = words.iter().map(|&word| u64::from_le_bytes(word));
        self.outline.0.extend(words);
    }

    /// Writes the place of the form of a measure in outline, unless it is new.
    fn put_form(&mut self) {
        let forms = self.shared.as_ref().map(|shared| &shared.forms.known);
        let place = forms.and_then(|forms| forms.get(&self.outline));
        self.is_new = place.is_none();
        self.mode = if self.is_new { Mode::Form } else { Mode::Whole };
        if let Some(&place) = place {
            // Between it and the one before is a comma.
            let follows = self.in_list && self.text.len() == self.form_end + 1;
            self.text.push_str(if follows { "" } else { "{\"\":" });
            digits(&mut self.text, place as u64);
            self.text.push_str(if follows { "" } else { "}" });
            self.form_end = self.text.len();
        }
    }

    /// Takes the form written from there on for that of the measure in outline.
    fn learn(&mut self, start: usize) {
        let text = self.text.split_off(start);
        if let Some(Shared { forms, .. }) = &mut self.shared {
            forms.known.insert(self.outline.clone(), forms.texts.len());
            forms.texts.push(text);
        }
        self.put_form();
    }

    /// Writes the place of the part that begins there, and begins one that is new.
    fn part(&mut self, address: usize) -> Kind {
        let Some(Shared { parts, .. }) = &mut self.shared else {
            return Kind::Other;
        };
        let next = parts.texts.len();
        let place = *parts.known.entry(address).or_insert(next);
        self.number(exact(place as u64));
        if place < next {
            return Kind::Known;
        }
        self.before = std::mem::replace(&mut self.text, "{".to_owned());
        self.mode = Mode::Whole;
        Kind::New
    }

    fn end_part(&mut self) {
        self.text.push('}');
        let before = std::mem::take(&mut self.before);
        let text = std::mem::replace(&mut self.text, before);
        // Parts are new where a measure is told in outline.
        self.mode = Mode::Outline;
        if let Some(Shared { parts, .. }) = &mut self.shared {
            parts.texts.push(text);
        }
    }
}

/// What stands for a number in an outline; no text lies or is as long as that.
const NUMBER: u64 = u64::MAX;

/// Where a text of the program lies, and its length.
fn place(text: &'static str) -> u64 {
    (text.as_ptr() as u64) << 16 | text.len() as u64
}

/// What is written once.
#[derive(Default)]
struct Shared {
    forms: Once<Outline>,
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
    /// What it is in.
    within: Kind,
}

/// A list or an object being written, and what closes it.
pub(crate) struct Open<'o> {
    out: &'o mut Out,
    first: bool,
    close: &'static str,
    kind: Kind,
}

/// What is being written, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A record in outline: its name stands for its keys.
    Told,
    /// A measure in outline, whose parts are shared.
    Measure,
    /// The form of such a measure.
    Form,
    /// A part; whether it was written before, its first field will tell.
    Asked,
    /// A part that was written before.
    Known,
    /// A part that was not.
    New,
    /// A list.
    List,
    /// Anything else.
    Other,
}

impl Open<'_> {
    fn gap(&mut self) {
        if !std::mem::take(&mut self.first) && self.out.mode != Mode::Outline {
            self.out.text.push(',');
        }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let start = self.out.text.len();
        value.serialize(self.writer())?;
        if std::mem::take(&mut self.out.is_new) {
            value.serialize(self.writer())?;
            self.out.learn(start);
        }
        Ok(())
    }

    fn writer(&mut self) -> Writer<'_> {
        Writer {
            out: self.out,
            within: self.kind,
        }
    }

    /// Whether a field is to be written, with its key if it has any there.
    fn begins(&mut self, name: &'static str, address: *const ()) -> bool {
        matches!(self.kind, Kind::Told | Kind::Measure) || self.begins_with_key(name, address)
    }

    /// Of what is shared, the first field tells by its address whether it was
    /// written before.
    #[inline(never)] // once, not for every type of field
    fn begins_with_key(&mut self, name: &'static str, address: *const ()) -> bool {
        if self.kind == Kind::Asked {
            self.kind = self.out.part(address as usize);
        }
        if self.kind == Kind::Known {
            return false;
        }
        self.gap();
        self.out.key(name);
        true
    }

    fn close(self) {
        let out = self.out;
        match self.kind {
            Kind::Told | Kind::Known => {}
            Kind::Measure => out.put_form(),
            Kind::New => out.end_part(),
            // Parts have fields: what is still asked for is none.
            Kind::Form | Kind::Asked | Kind::List | Kind::Other => out.mark(self.close),
        }
    }
}

impl<'o> Writer<'o> {
    fn new(out: &'o mut Out) -> Self {
        let within = Kind::Other;
        Self { out, within }
    }

    fn open(self, open: &'static str, close: &'static str, kind: Kind) -> Open<'o> {
        self.out.mark(open);
        Open {
            out: self.out,
            first: true,
            close,
            kind,
        }
    }

    fn record(self, name: &'static str) -> Open<'o> {
        let Self { out, within } = self;
        let is_measure = || out.shared.is_some() && name == SHARING;
        let kind = match out.mode {
            _ if matches!(within, Kind::Measure | Kind::Form) && SHARED.contains(&name) => {
                Kind::Asked
            }
            Mode::Outline => Kind::Told,
            Mode::Whole if is_measure() => Kind::Measure,
            Mode::Form if is_measure() => Kind::Form,
            _ => Kind::Other,
        };
        let open = match kind {
            Kind::Told => name,
            Kind::Measure => {
                out.mode = Mode::Outline;
                out.outline.0.clear();
                out.in_list = within == Kind::List;
                name
            }
            Kind::Asked => "",
            _ => "{",
        };
        Self { out, within }.open(open, "}", kind)
    }

    /// A whole number that is not exact in JavaScript.
    fn large(self, value: impl Display) {
        self.out.quoted(&value.to_string());
    }

    /// `{"variant":` … `}`.
    fn variant(self, name: &'static str, open: &'static str, close: &'static str) -> Open<'o> {
        self.out.mark("{");
        self.out.key(name);
        self.open(open, close, Kind::Other)
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
        self.out.mark(if value { "true" } else { "false" });
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
            self.out.mark("null");
        }
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Failed> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Failed> {
        self.out.quoted(value);
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
        self.out.mark("null");
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
        self.out.name(name);
        Ok(())
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
        Ok(self.open("[", "]", Kind::List))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'o>, Failed> {
        Ok(self.open("[", "]", Kind::Other))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'o>, Failed> {
        Ok(self.open("[", "]", Kind::Other))
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
        Ok(self.open("{", "}", Kind::Other))
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
                if self.begins(name, std::ptr::from_ref(value).cast()) {
                    self.value(value)?;
                }
                Ok(())
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
        if self.out.mode == Mode::Outline || !text.starts_with('"') {
            self.out.quoted(&text);
        } else {
            self.out.text.push_str(&text);
        }
        if self.out.mode != Mode::Outline {
            self.out.text.push(':');
        }
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
    fn an_outline_tells_forms_apart_and_not_numbers() {
        let forms = [
            json!([1, 2]),
            json!([""]),
            json!(["", ""]),
            json!([null]),
            json!([true]),
            json!([[1], 2]),
            json!([[1, 2]]),
            json!({"a": 1}),
            json!({"b": 1}),
            json!("eight by"),
            json!("eight by\0"),
            json!("eight bytes, and more"),
            json!("eight bytes, and some"),
            json!(u64::MAX),
        ];
        let told = |value: &Value| json_outline(value, 7.0).unwrap();
        for (at, form) in forms.iter().enumerate() {
            for (other, another) in forms.iter().enumerate() {
                assert_eq!(
                    told(form).0 == told(another).0,
                    at == other,
                    "{form} {another}"
                );
            }
        }
        let (outline, numbers) = told(&json!({"a": -1.5}));
        assert!(outline == told(&forms[7]).0);
        assert_eq!(numbers, [7.0, -1.5]);
        assert_eq!(json_form(&json!({"a": -1.5})).unwrap(), "{\"a\":0}");
        // What is long is told whole.
        assert_eq!(told(&json!(vec![1; 1_000])).1, [7.0]);
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
        let told = |measure| json_outline(measure, 0.0).unwrap().1.len() - 1 + 2;
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
