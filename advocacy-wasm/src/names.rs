//! The one rule for names: keys are camelCase in JavaScript, snake_case in the
//! core. Either spelling is taken; values are the core's, letter by letter.

/// `engagement_rate` as `engagementRate`.
pub(crate) fn camel(name: &str, out: &mut String) {
    let mut up = false;
    for letter in name.chars() {
        match letter {
            '_' => up = true,
            _ if up => {
                out.extend(letter.to_uppercase());
                up = false;
            }
            _ => out.push(letter),
        }
    }
}

/// `engagementRate` as `engagement_rate`; what is in that form stays as it is.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No name of the core is lost on its way to JavaScript and back.
    #[test]
    fn every_name_of_the_core_comes_back() {
        let metrics = advocacy_core::metrics();
        let options = advocacy_core::Definitions::options();
        let tables = advocacy_core::SCHEMAS;
        let names = (metrics.iter().map(|metric| metric.id))
            .chain(options.iter().map(|option| option.id))
            .chain(tables.iter().map(|table| table.name))
            .chain(tables.iter().flat_map(|table| table.columns).map(|column| column.name))
            .chain(advocacy_core::Dimension::names());
        for name in names {
            let mut there = String::new();
            camel(name, &mut there);
            assert!(!there.contains('_'));
            assert_eq!(snake(&there), name);
            assert_eq!(snake(name), name);
        }
    }
}
