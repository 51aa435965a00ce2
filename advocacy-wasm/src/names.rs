//! The one rule for names: keys are camelCase in JavaScript, snake_case in the
//! core. Either spelling is taken; values are the core's, letter by letter.

/// `engagement_rate` as `engagementRate`; an underscore before a digit stays.
pub(crate) fn camel(name: &str, out: &mut String) {
    let mut from = 0;
    for (at, pair) in name.as_bytes().windows(2).enumerate() {
        if let [b'_', letter @ b'a'..=b'z'] = pair {
            out.push_str(&name[from..at]);
            out.push(char::from(letter.to_ascii_uppercase()));
            from = at + 2;
        }
    }
    out.push_str(&name[from..]);
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
        let operations = advocacy_core::operation::operations();
        let parameters = operations.iter().flat_map(|operation| operation.parameters);
        let names = (metrics.iter().map(|metric| metric.id))
            .chain(operations.iter().map(|operation| operation.id))
            .chain(parameters.map(|parameter| parameter.name))
            .chain(options.iter().map(|option| option.id))
            .chain(tables.iter().map(|table| table.name))
            .chain(
                tables
                    .iter()
                    .flat_map(|table| table.columns)
                    .map(|column| column.name),
            )
            .chain(advocacy_core::Dimension::names());
        for name in names {
            let mut there = String::new();
            camel(name, &mut there);
            assert_eq!(snake(&there), name);
            assert_eq!(snake(name), name);
        }
    }
}
