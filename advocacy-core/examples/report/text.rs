//! Text in columns of characters.

/// No line of the report is longer.
pub(crate) const PAGE: usize = 100;

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().count()
}

/// The text on one line, cut to so many columns.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    let text = text.replace(char::is_control, " ");
    if width(&text) <= columns {
        return text;
    }
    let kept: String = text.chars().take(columns.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

pub(crate) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

pub(crate) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text in lines of at most so many columns, broken between words; a word
/// too long for a line is cut.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = fit(word, columns);
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(&word) <= columns => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// The text wrapped to the page: the first line after `lead`, the others
/// indented to where it ends.
pub(crate) fn hang(lead: &str, text: &str) -> Vec<String> {
    let indent = width(lead);
    let lines = wrap(text, PAGE.saturating_sub(indent))
        .into_iter()
        .enumerate();
    lines
        .map(|(at, line)| match at {
            0 => format!("{lead}{line}"),
            _ => format!("{}{line}", " ".repeat(indent)),
        })
        .collect()
}

/// An id as words: `adoption_rate` is `Adoption rate`.
pub(crate) fn title(id: &str) -> String {
    let words = id.replace('_', " ");
    // A name that is written as it is.
    if let Some(rest) = words.strip_prefix("enps") {
        return format!("eNPS{rest}");
    }
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

/// Names in a row: `a, b, c and 4 more`.
pub(crate) fn listed<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
