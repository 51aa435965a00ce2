//! Closed sets of names: one line per choice, the same string in every language.

/// Declares an enum whose variants are known by a stable name, with `ALL`,
/// `as_str`, `parse`, `Display` and serde as that name.
macro_rules! named {
    (
        $(#[$meta:meta])*
        $vis:vis enum $type:ident as $what:literal {
            $($(#[$vmeta:meta])* $variant:ident = $name:literal $(| $alias:literal)*,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $type {
            $($(#[$vmeta])* $variant,)+
        }

        impl $type {
            /// Every choice, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Every name, in declaration order.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The choice of that name.
            ///
            /// # Errors
            /// `unknown_name` for any other name; the message lists the known ones.
            pub fn parse(name: &str) -> $crate::error::Result<Self> {
                match name {
                    $($name $(| $alias)* => Ok(Self::$variant),)+
                    _ => Err($crate::named::unknown($what, name, Self::NAMES)),
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                Self::parse(&name).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use named;

use crate::error::{Error, ErrorKind};

/// The error for a name outside a closed set.
#[cold]
pub(crate) fn unknown(what: &str, given: &str, known: &[&str]) -> Error {
    let given: String = given.chars().take(80).collect();
    Error::new(
        ErrorKind::UnknownName,
        format!(
            "{given:?} is not a known {what}; known: {}",
            known.join(", ")
        ),
    )
    .in_field(what)
}
