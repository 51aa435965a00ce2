//! The core's operations, called with what JavaScript has.

use advocacy_core::operation::{Argument, Operation, Output};
use advocacy_core::{Column, Data, ErrorKind};
use wasm_bindgen::prelude::*;

use crate::fault::{Fault, told, told_form};
use crate::zone::HostZone;

/// An operation and its arguments, by the place of their parameter.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Arguments {
    operation: &'static Operation,
    given: Vec<(&'static str, Argument<'static>)>,
    /// Of the result.
    numbers: Vec<f64>,
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

#[wasm_bindgen]
impl Arguments {
    /// None yet, of the operation at that place of the list.
    ///
    /// # Errors
    /// `unknown_name` beyond its end.
    #[wasm_bindgen(constructor)]
    pub fn new(at: usize) -> Result<Self, JsValue> {
        let operation = advocacy_core::operation::operations().get(at);
        let operation = operation
            .ok_or_else(|| Fault::new(ErrorKind::UnknownName, "there is no such operation"))?;
        Ok(Self {
            operation,
            given: Vec::new(),
            numbers: Vec::new(),
        })
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

    /// The result, as JSON; of a short one the form.
    ///
    /// # Errors
    /// Those of the operation.
    pub fn call(&mut self) -> Result<String, JsValue> {
        let (text, numbers) = told_form(&self.output()?)?;
        self.numbers = numbers;
        Ok(text)
    }

    /// The numbers of the form.
    pub fn numbers(&mut self) -> Vec<f64> {
        std::mem::take(&mut self.numbers)
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
