//! The core's operations, called with what JavaScript has.

use std::cell::RefCell;

use advocacy_core::operation::{Argument, Operation, Output};
use advocacy_core::{Column, Data, ErrorKind};
use rustc_hash::FxHashMap;
use wasm_bindgen::prelude::*;

use crate::fault::{Fault, told, told_form, told_outline};
use crate::json::Outline;
use crate::zone::HostZone;

/// An operation and its arguments, by the place of their parameter.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Arguments {
    operation: &'static Operation,
    given: Vec<(&'static str, Argument<'static>)>,
    result: Option<Output>,
    /// The number of the result's form, and the numbers of the result.
    numbers: Vec<f64>,
}

/// What stands for a form where there is none.
const NO_FORM: f64 = -1.0;

/// Forms of results under a number each, for which they need not cross twice; an
/// outline is one of its operation's.
#[derive(Default)]
struct Forms {
    known: FxHashMap<(*const Operation, Outline), u32>,
    last: u32,
}

/// So many are known at a time; a number stands for one form alone.
const MANY: usize = 500;

impl Forms {
    fn number(&mut self, of: *const Operation, form: Outline) -> u32 {
        let form = (of, form);
        if let Some(&number) = self.known.get(&form) {
            return number;
        }
        if self.known.len() == MANY {
            self.known.clear();
        }
        self.last = self.last.wrapping_add(1);
        self.known.insert(form, self.last);
        self.last
    }
}

thread_local! {
    static FORMS: RefCell<Forms> = RefCell::default();
}

impl Arguments {
    fn give(&mut self, at: usize, argument: Argument<'static>) {
        if let Some(parameter) = self.operation.parameters.get(at) {
            self.given.push((parameter.name, argument));
        }
    }

    fn output(&mut self) -> Result<Output, Fault> {
        Ok(self.operation.call(std::mem::take(&mut self.given))?)
    }
}

fn operation(at: usize) -> Result<&'static Operation, Fault> {
    let found = advocacy_core::operation::operations().get(at);
    found.ok_or_else(|| Fault::new(ErrorKind::UnknownName, "there is no such operation"))
}

#[wasm_bindgen]
impl Arguments {
    /// None yet, of the operation at that place of the list.
    ///
    /// # Errors
    /// `unknown_name` beyond its end.
    #[wasm_bindgen(constructor)]
    pub fn new(at: usize) -> Result<Self, JsValue> {
        Ok(Self {
            operation: operation(at)?,
            given: Vec::new(),
            result: None,
            numbers: Vec::new(),
        })
    }

    /// None again, of another operation.
    ///
    /// # Errors
    /// `unknown_name` beyond the list's end.
    pub fn renew(&mut self, at: usize) -> Result<(), JsValue> {
        self.operation = operation(at)?;
        Ok(())
    }

    /// Forgets what was handed over and what came of it.
    pub fn clear(&mut self) {
        self.given.clear();
        (self.result, self.numbers) = Default::default();
    }

    /// The place of the parameter of that name.
    ///
    /// # Errors
    /// `unknown_name` for any other.
    pub fn place(&self, name: &str) -> Result<usize, JsValue> {
        self.operation.parameter(name).map_err(Fault::from)?;
        let place = self
            .operation
            .parameters
            .iter()
            .position(|known| known.name == name);
        Ok(place.unwrap_or_default())
    }

    /// A number.
    pub fn number(&mut self, at: usize, number: f64) {
        self.give(at, Argument::Number(number));
    }

    /// A whole number of any size.
    ///
    /// # Errors
    /// `out_of_range` beyond 128 bits.
    pub fn whole(&mut self, at: usize, digits: &str) -> Result<(), JsValue> {
        let whole = digits
            .parse()
            .map_err(|_| Fault::new(ErrorKind::OutOfRange, "a whole number is beyond 128 bits"))?;
        self.give(at, Argument::Whole(whole));
        Ok(())
    }

    /// True or false.
    pub fn flag(&mut self, at: usize, flag: bool) {
        self.give(at, Argument::Flag(flag));
    }

    /// Text.
    pub fn text(&mut self, at: usize, text: String) {
        self.give(at, Argument::Text(text.into()));
    }

    /// A time zone.
    pub fn zone(&mut self, at: usize, zone: &HostZone) {
        self.give(at, Argument::Zone(zone.0.clone()));
    }

    /// Small whole numbers.
    pub fn u8(&mut self, at: usize, values: Vec<u8>) {
        self.give(at, Argument::Column(Column::new(Data::U8(values.into()))));
    }

    /// Whole numbers.
    pub fn i64(&mut self, at: usize, values: Vec<i64>) {
        self.give(at, Argument::Column(Column::new(Data::I64(values.into()))));
    }

    /// Whole numbers within 2⁵³.
    pub fn wholes(&mut self, at: usize, values: Vec<f64>) {
        // Where they lie: as wide, and one by one.
        #[expect(clippy::cast_possible_truncation, reason = "they are whole")]
        let values = values.into_iter().map(|value| value as i64).collect();
        self.i64(at, values);
    }

    /// Numbers.
    pub fn f64(&mut self, at: usize, values: Vec<f64>) {
        self.give(at, Argument::Column(Column::new(Data::F64(values.into()))));
    }

    /// Anything else.
    ///
    /// # Errors
    /// `invalid_value` for what is no JSON.
    pub fn json(&mut self, at: usize, text: &str) -> Result<(), JsValue> {
        let value = serde_json::from_str(text)
            .map_err(|error| Fault::new(ErrorKind::InvalidValue, error.to_string()))?;
        self.give(at, Argument::Json(std::borrow::Cow::Owned(value)));
        Ok(())
    }

    /// Where the result lies until the next call: the number of its form, and
    /// its numbers; of a long one, −1 alone.
    ///
    /// # Errors
    /// Those of the operation.
    pub fn call(&mut self) -> Result<*const f64, JsValue> {
        let result = self.output()?;
        let (outline, mut numbers) = told_outline(&result, NO_FORM)?;
        if let [form, _, ..] = &mut numbers[..] {
            *form = FORMS
                .with_borrow_mut(|forms| forms.number(self.operation, outline))
                .into();
        }
        self.result = Some(result);
        self.numbers = numbers;
        Ok(self.numbers.as_ptr())
    }

    /// The form of the last result; of a long one all of it, as JSON.
    ///
    /// # Errors
    /// None.
    pub fn form(&self) -> Result<String, JsValue> {
        let has_form = self.numbers.len() > 1;
        Ok(if has_form {
            told_form(&self.result)?
        } else {
            told(&self.result)?
        })
    }

    /// How it came to its result, where that has a sum.
    ///
    /// # Errors
    /// Those of the operation.
    pub fn explain(&mut self) -> Result<Option<String>, JsValue> {
        Ok(self.output()?.explain())
    }
}

/// The operations there are, as JSON.
///
/// # Errors
/// None.
#[wasm_bindgen]
pub fn operations() -> Result<String, JsValue> {
    Ok(told(&advocacy_core::operation::operations())?)
}
