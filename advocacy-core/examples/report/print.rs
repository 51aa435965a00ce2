//! The report for a person: plain text, no line longer than the page.

use advocacy_core::{Period, Report, Timestamp};

use crate::cohorts::cohorts;
use crate::headline::headline;
use crate::marks::GAP;
use crate::notes::{data_notes, definitions};
use crate::numbers::{MISSING, SUPPRESSED, UNDEFINED};
use crate::sections::{PARTLY, section};
use crate::text::{PAGE, fit, hang, width};

/// Where the data is from, and what was assumed that the command line did not say.
pub(crate) struct Origin {
    pub(crate) source: String,
    /// Why this period, zone and `as_of`, where they are defaults.
    pub(crate) period: Option<&'static str>,
    pub(crate) zone: Option<&'static str>,
    pub(crate) as_of: Option<&'static str>,
}

pub(crate) fn report(report: &Report, origin: &Origin) -> String {
    let mut lines = title(report, origin);
    let mut part = |name: &str, body: Vec<String>| {
        if !body.is_empty() {
            lines.extend([String::new(), String::new()]);
            lines.extend(heading(name, '─'));
            lines.extend(body);
        }
    };
    part("Headline", headline(&report.headline));
    for each in &report.sections {
        let over = &each.table.period;
        let other = (*over != report.period).then(|| format!(" ({})", over.label()));
        part(
            &format!("{}{}", each.title, other.unwrap_or_default()),
            section(each),
        );
    }
    let kept = "Retention: % active so many months after they began";
    part(kept, cohorts(&report.retention));
    part("Definitions of the tables' columns", definitions(report));
    part("Data notes", data_notes(report));
    lines.push(String::new());
    lines.join("\n")
}

fn title(report: &Report, origin: &Origin) -> Vec<String> {
    let with = |text: String, why: Option<&str>| match why {
        Some(why) => format!("{text} ({why})"),
        None => text,
    };
    let period = &report.period;
    let zone = format!(
        "{}, time-zone data {}",
        period.zone().name(),
        report.zone_database
    );
    let as_of = format!("{}; later facts are ignored", report.as_of);
    let legend = format!(
        "{UNDEFINED} undefined  {MISSING} not known  {SUPPRESSED} for privacy  \
         {PARTLY} known in part  {GAP} no value"
    );
    let mut lines = heading(&format!("Employee advocacy report {}", period.label()), '═');
    lines.extend(hang("Source     ", &origin.source));
    lines.extend(hang("Period     ", &with(days(period), origin.period)));
    if !period.is_complete(report.as_of) {
        lines.extend(hang(
            "           ",
            "The period is not over yet at the as-of instant.",
        ));
    }
    lines.extend(hang("As of      ", &with(as_of, origin.as_of)));
    lines.extend(hang("Time zone  ", &with(zone, origin.zone)));
    lines.extend([format!("Signs      {legend}")]);
    lines
}

fn heading(name: &str, rule: char) -> Vec<String> {
    let name = fit(name, PAGE);
    let rule = rule.to_string().repeat(width(&name));
    vec![name, rule]
}

/// The first and the last day, where the period is of whole days.
fn days(period: &Period) -> String {
    let (zone, start, end) = (period.zone(), period.start(), period.end());
    let (first, next) = (zone.date_of(start), zone.date_of(end));
    let whole = zone.start_of_day(first) == start && zone.start_of_day(next) == end;
    let last = Timestamp::from_micros(end.micros() - 1).map(|last| zone.date_of(last));
    match last {
        Ok(last) if whole => format!("{first} to {last}, both included"),
        _ => format!("{start} up to {end}"),
    }
}
