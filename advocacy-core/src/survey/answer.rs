//! What can be handed in as an answer.

/// One answer to one question: a number, or nothing (a blank).
///
/// Numbers of any type and `Option`s of them are answers, so `&[10, 9, 7]`,
/// `&[Some(9.0), None]` and an iterator over a column are all taken. NaN is
/// not a blank: it is an error where it is read.
pub trait Answer {
    /// The number; `None` is a blank.
    fn value(&self) -> Option<f64>;
}

macro_rules! numbers {
    ($($type:ty)+) => {$(
        impl Answer for $type {
            fn value(&self) -> Option<f64> {
                Some(f64::from(*self))
            }
        }
    )+};
}

macro_rules! long_numbers {
    ($($type:ty)+) => {$(
        impl Answer for $type {
            #[expect(clippy::cast_precision_loss, reason = "beyond 2⁵³ no scale reaches")]
            fn value(&self) -> Option<f64> {
                Some(*self as f64)
            }
        }
    )+};
}

numbers! { f64 f32 u8 u16 u32 i8 i16 i32 }
long_numbers! { u64 i64 usize isize }

impl<A: Answer> Answer for Option<A> {
    fn value(&self) -> Option<f64> {
        self.as_ref().and_then(Answer::value)
    }
}

impl<A: Answer + ?Sized> Answer for &A {
    fn value(&self) -> Option<f64> {
        (**self).value()
    }
}
