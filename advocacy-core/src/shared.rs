//! What many measures have in common, kept once.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What many measures have in common; until there is any, that of all measures: no
/// count is kept of those, which threads would write to in turns.
#[derive(Debug)]
pub(crate) struct Shared<T: ?Sized + 'static>(Option<Arc<T>>);

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized> Default for Shared<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: ?Sized, A: Into<Arc<T>>> From<A> for Shared<T> {
    fn from(all: A) -> Self {
        Self(Some(all.into()))
    }
}

impl<T: ?Sized> Deref for Shared<T>
where
    &'static T: Default,
{
    type Target = T;
    fn deref(&self) -> &T {
        match &self.0 {
            Some(all) => all,
            None => <&T>::default(),
        }
    }
}

impl<T: ?Sized + PartialEq> PartialEq for Shared<T>
where
    &'static T: Default,
{
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: ?Sized + Serialize> Serialize for Shared<T>
where
    &'static T: Default,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, T: ?Sized> Deserialize<'de> for Shared<T>
where
    Arc<T>: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Arc::deserialize(deserializer).map(|all: Arc<T>| Self(Some(all)))
    }
}
