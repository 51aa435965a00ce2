//! Maps and sets in order.

/// What comes, put into a map or set one by one. `collect` sorts first, which brings
/// sorting along for every type: much of a small package for little of the time.
pub(crate) fn one_by_one<C, T>(items: impl IntoIterator<Item = T>) -> C
where
    C: Default + Extend<T>,
{
    let mut all = C::default();
    all.extend(items);
    all
}
