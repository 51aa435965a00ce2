//! A programme from any columns: whatever type, length and validity.
#![no_main]

use advocacy_core::{
    Codes, Column, Data, Dimension, Frame, Metric, Program, SCHEMAS, Texts, TimeUnit, Validity,
};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Values {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F64(Vec<f64>),
    Bool(Vec<bool>),
    Text(Vec<String>),
    Names(Vec<Vec<String>>),
    Dictionary(Vec<u8>, Vec<String>),
    Time(Vec<i64>, u8),
    /// Instants of the years that programmes live in.
    Recent(Vec<u32>),
}

#[derive(Arbitrary, Debug)]
struct Given {
    table: u8,
    column: u8,
    values: Values,
    known: Option<Vec<bool>>,
}

fn column(values: Values, known: Option<Vec<bool>>) -> Option<Column<'static>> {
    let column = Column::new(match values {
        Values::U8(values) => Data::U8(values.into()),
        Values::U16(values) => Data::U16(values.into()),
        Values::U32(values) => Data::U32(values.into()),
        Values::U64(values) => Data::U64(values.into()),
        Values::I32(values) => Data::I32(values.into()),
        Values::I64(values) => Data::I64(values.into()),
        Values::F64(values) => Data::F64(values.into()),
        Values::Bool(values) => Data::Bool(values.into()),
        Values::Text(values) => {
            Data::Text(Texts::Strings(values.into_iter().map(Into::into).collect()))
        }
        Values::Names(values) => return Some(Column::lists(values)),
        Values::Dictionary(codes, names) => Data::Dictionary {
            codes: Codes::U8(codes.into()),
            names,
        },
        Values::Time(values, unit) => {
            let units = [TimeUnit::Second, TimeUnit::Milli, TimeUnit::Micro, TimeUnit::Nano];
            Data::Time(values.into(), units[usize::from(unit) % 4])
        }
        Values::Recent(hours) => Data::Time(
            hours.into_iter().map(|hour| 1_700_000_000 + i64::from(hour % 20_000) * 3_600).collect::<Vec<_>>().into(),
            TimeUnit::Second,
        ),
    });
    match known {
        None => Some(column),
        Some(known) => column.with_validity(Validity::Flags(known.into())).ok(),
    }
}

fuzz_target!(|given: Vec<Given>| {
    let mut frames: Vec<Frame<'static>> = SCHEMAS.iter().map(|_| Frame::new()).collect();
    for Given { table, column: name, values, known } in given {
        let table = usize::from(table) % SCHEMAS.len();
        let columns = SCHEMAS[table].columns;
        let name = columns[usize::from(name) % columns.len()].name;
        if let Some(column) = column(values, known) {
            frames[table] = std::mem::take(&mut frames[table]).column(name, column);
        }
    }
    let builder = SCHEMAS.iter().zip(frames).fold(Program::builder(), |builder, (schema, frame)| {
        if frame.names().next().is_none() { builder } else { builder.table(schema.name, frame) }
    });
    let problems = builder.clone().validate();
    match builder.build() {
        Err(error) => assert_eq!(problems.first(), Some(&error)),
        Ok(program) => {
            assert!(problems.is_empty());
            let measured = Metric::ALL.iter().copied().filter(|metric| metric.info().measured);
            let _ = program.measure(measured).by([Dimension::Team, Dimension::Network]).table();
        }
    }
});
