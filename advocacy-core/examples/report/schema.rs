//! The tables a directory may hold, for people.

use advocacy_core::{ColumnType, SCHEMAS};

/// Every table and column: type, whether it must be there, what blank means.
pub(crate) fn text() -> String {
    let mut lines = vec![
        "A directory holds one CSV file a table: NAME.csv with a header line.".to_owned(),
        "Lists are separated by `;`. Times are RFC 3339, or local in --tz.".to_owned(),
    ];
    for table in SCHEMAS {
        lines.push(format!("\n{}.csv: {}", table.name, table.doc));
        let width = table.columns.iter().map(|column| column.name.len()).max();
        for column in table.columns {
            let holds = match column.holds {
                ColumnType::Names => "names; …",
                holds => holds.as_str(),
            };
            let rule = match column.null {
                None => "required".to_owned(),
                Some(null) => format!("blank: {null}"),
            };
            lines.push(format!(
                "  {:width$}  {holds:<8}  {} ({rule})",
                column.name,
                column.doc,
                width = width.unwrap_or(0),
            ));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}
