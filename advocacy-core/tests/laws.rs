//! What holds of any programme: order, scale, bounds, parts and wholes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_cmp,
    clippy::cast_precision_loss,
    clippy::type_complexity,
    reason = "tests"
)]

mod naive;

use advocacy_core::{
    Buffer, Codes, Column, Data, Definitions, Dimension, Family, Field, Filter,
    FirstShareEstimator, Frame, Grain, Id, KeyValue, Measure, Metric, Note, Number, Period,
    Population, Program, Rows, Share, ShareUnit, State, Table, Texts, TimeUnit, Unit, Validity,
};
use naive::harness::{ask, hold, hold_with, program};
use naive::world::{World, world};
use proptest::prelude::*;

fn all_metrics() -> impl Iterator<Item = Metric> {
    Metric::ALL
        .iter()
        .copied()
        .filter(|metric| metric.info().measured)
}

/// The table of all metrics; `None` where the question is an error.
fn table(program: &Program<'_>, world: &World, by: &[Dimension]) -> Option<Table> {
    ask(program.measure(all_metrics()).by(by.iter().cloned()), world)
        .table()
        .ok()
}

/// What a measure says in numbers.
type Said = (State, Option<Number>, Option<Number>, Option<Number>);

fn said(measure: &Measure) -> Said {
    let number = |part: Option<&advocacy_core::Part>| part.and_then(|part| part.value);
    (
        measure.state(),
        measure.number(),
        number(measure.numerator()),
        number(measure.denominator()),
    )
}

fn names_of(table: &Table) -> Vec<Vec<String>> {
    table
        .rows
        .iter()
        .map(|row| row.key.iter().map(ToString::to_string).collect())
        .collect()
}

/// Some order of so many things, the same for the same seed.
fn order(count: usize, mut seed: u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        places.swap(at, usize::try_from(seed >> 33).unwrap() % (at + 1));
    }
    places
}

fn reordered<T: Clone>(rows: &[T], seed: u64) -> Vec<T> {
    order(rows.len(), seed)
        .into_iter()
        .map(|at| rows[at].clone())
        .collect()
}

#[test]
fn the_order_of_facts_does_not_matter() {
    hold_with(
        96,
        (world(), any::<u64>()),
        |(world, seed)| {
            let mut rows = world.rows.clone();
            rows.shares = reordered(&rows.shares, *seed);
            rows.activities = reordered(&rows.activities, *seed);
            rows.brand_posts = reordered(&rows.brand_posts, *seed);
            rows.followers = reordered(&rows.followers, *seed);
            rows.headcount = reordered(&rows.headcount, *seed);
            rows.accounts = reordered(&rows.accounts, *seed);
            rows.responses = reordered(&rows.responses, *seed);
            rows.turnout = reordered(&rows.turnout, *seed);
            let one = table(&program(&world.rows)?, world, &world.dimensions);
            let other = table(&program(&rows)?, world, &world.dimensions);
            match (one, other) {
                (Some(one), Some(other)) if one != other => Err(difference(&one, &other)),
                (one, other) if one.is_some() != other.is_some() => {
                    Err("one order is an error, the other is not".to_owned())
                }
                _ => Ok(()),
            }
        },
        |(world, _)| world,
    );
}

/// The first thing in which two tables differ.
fn difference(one: &Table, other: &Table) -> String {
    if names_of(one) != names_of(other) {
        return format!("rows {:?}\nrows {:?}", names_of(one), names_of(other));
    }
    let rows = std::iter::once((&one.total, &other.total)).chain(one.rows.iter().zip(&other.rows));
    for (a, b) in rows {
        for (a, b) in a.measures.iter().zip(&b.measures) {
            if a != b {
                return format!("{}\nelse\n{}\n{a:?}\n{b:?}", a.explain(), b.explain());
            }
        }
    }
    "the tables differ in something beside their measures".to_owned()
}

/// What a note says happened did happen: none is about no rows or nobody.
fn counts_nothing(note: &Note) -> bool {
    match note {
        Note::OutsidePopulation { people: count }
        | Note::NotKnown { rows: count, .. }
        | Note::PartlyKnown { rows: count }
        | Note::Excluded { count, .. }
        | Note::Imputed { count, .. } => *count == 0,
        Note::Remark { text } => text.starts_with("0 "),
        _ => false,
    }
}

#[test]
fn no_note_is_about_nothing() {
    hold(64, |world| {
        let program = program(&world.rows)?;
        let Some(table) = table(&program, world, &world.dimensions) else {
            return Ok(());
        };
        let rows = table.rows.iter().chain([&table.total]);
        let mut measures = rows.flat_map(|row| &row.measures);
        match measures.find(|measure| measure.notes().iter().any(counts_nothing)) {
            Some(measure) => Err(measure.explain()),
            None => Ok(()),
        }
    });
}

/// So many copies of everybody, all they shared and did, and the brand's own
/// posts, under other ids.
fn copies(rows: &Rows, times: usize) -> Rows {
    let mut all = rows.clone();
    for copy in 1..times {
        let again = |id: &Id| Id::from(format!("copy {copy} of {id}"));
        for advocate in &rows.advocates {
            let mut advocate = advocate.clone();
            advocate.id = again(&advocate.id);
            all.advocates.push(advocate);
        }
        for account in &rows.accounts {
            let mut account = account.clone();
            account.id = again(&account.id);
            account.advocate = again(&account.advocate);
            all.accounts.push(account);
        }
        for observed in &rows.followers {
            let mut observed = observed.clone();
            observed.account = again(&observed.account);
            all.followers.push(observed);
        }
        for item in &rows.content {
            let mut item = item.clone();
            item.id = again(&item.id);
            all.content.push(item);
        }
        for post in &rows.brand_posts {
            let mut post = post.clone();
            post.id = post.id.as_ref().map(again);
            all.brand_posts.push(post);
        }
        for share in &rows.shares {
            let mut share = share.clone();
            share.id = share.id.as_ref().map(again);
            share.content = share.content.as_ref().map(again);
            share.advocate = again(&share.advocate);
            share.account = share.account.as_ref().map(again);
            all.shares.push(share);
        }
        for activity in &rows.activities {
            let mut activity = activity.clone();
            activity.advocate = again(&activity.advocate);
            activity.content = activity.content.as_ref().map(again);
            all.activities.push(activity);
        }
        for response in &rows.responses {
            let mut response = response.clone();
            response.respondent = response.respondent.as_ref().map(again);
            all.responses.push(response);
        }
        for turnout in &rows.turnout {
            let mut turnout = turnout.clone();
            turnout.respondent = turnout.respondent.as_ref().map(again);
            all.turnout.push(turnout);
        }
    }
    for headcount in &mut all.headcount {
        headcount.employees *= times as u64;
    }
    all
}

/// Whether a metric grows with the company: what counts does, what divides does not.
fn grows(metric: Metric) -> bool {
    matches!(
        metric.info().unit,
        Unit::People | Unit::Shares | Unit::Items | Unit::Count | Unit::Money(_)
    )
}

#[test]
fn a_company_twice_as_large_has_twice_the_counts_and_the_same_rates() {
    hold_with(
        64,
        (world(), 2..4_usize),
        |(world, times)| {
            // A quantile between two waits moves when each occurs twice.
            let d = &world.definitions;
            let between = d.first_share_estimator == FirstShareEstimator::SharersOnly;
            let by_name = |dimension: &Dimension| {
                matches!(dimension, Dimension::Advocate | Dimension::Content)
            };
            let mut world = world.clone();
            world.filter.retain(|each| !by_name(&each.dimension));
            world.dimensions.retain(|dimension| !by_name(dimension));
            if let Some(seats) = &mut world.definitions.licensed_seats {
                *seats *= *times as u64;
            }
            let large = copies(&world.rows, *times);
            let (small, large) = (program(&world.rows)?, program(&large)?);
            let mut small_world = world.clone();
            if let Some(seats) = &mut small_world.definitions.licensed_seats {
                *seats /= *times as u64;
            }
            let small = table(&small, &small_world, &world.dimensions);
            let large = table(&large, &world, &world.dimensions);
            let (Some(small), Some(large)) = (small, large) else {
                return Ok(());
            };
            if names_of(&small) != names_of(&large) {
                return Err(difference(&small, &large));
            }
            let rows = small.rows.iter().zip(&large.rows);
            for (a, b) in rows.chain([(&small.total, &large.total)]) {
                for ((a, b), metric) in a.measures.iter().zip(&b.measures).zip(all_metrics()) {
                    if between && metric == Metric::TimeToFirstShare {
                        continue;
                    }
                    let factor = if grows(metric) { *times as f64 } else { 1.0 };
                    let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
                    let same = match (a.value(), b.value()) {
                        (Some(a), Some(b)) => close(a * factor, b),
                        (a, b) => a == b,
                    };
                    if !same || a.state() != b.state() {
                        return Err(format!(
                            "{times} copies\n{}\nbecome\n{}",
                            a.explain(),
                            b.explain()
                        ));
                    }
                }
            }
            Ok(())
        },
        |(world, _)| world,
    );
}

/// What the metric lists of its options as chosen, all else by default.
fn own_options(metric: Metric, chosen: &Definitions) -> Definitions {
    let mut own = Definitions::default();
    for option in metric.info().options {
        if *option == "engagement_set" {
            // None, which is not written as text, follows the data.
            own.engagement_set.clone_from(&chosen.engagement_set);
        } else {
            own.set(option, &chosen.get(option).unwrap()).unwrap();
        }
    }
    own
}

#[test]
fn an_option_a_metric_does_not_list_does_not_change_it() {
    hold(96, |world| {
        let program = program(&world.rows)?;
        for metric in all_metrics() {
            let by = |definitions: Definitions| {
                let query = program.measure([metric]);
                ask(query, world).define(definitions).table().ok()
            };
            let own = own_options(metric, &world.definitions);
            let (Some(all), Some(own)) = (by(world.definitions.clone()), by(own)) else {
                continue;
            };
            let (all, own) = (&all.total.measures[0], &own.total.measures[0]);
            if said(all) != said(own) {
                return Err(format!(
                    "{}\nby its own options alone\n{}",
                    all.explain(),
                    own.explain()
                ));
            }
        }
        Ok(())
    });
}

#[test]
fn values_keep_within_their_bounds() {
    hold(96, |world| {
        let program = program(&world.rows)?;
        let Some(table) = table(&program, world, &world.dimensions) else {
            return Ok(());
        };
        let d = &world.definitions;
        // A stated number of employees or seats, and the mean of two counts,
        // are not the number of those who are counted.
        let stated = !world.rows.headcount.is_empty()
            || d.population == Population::Average
            || d.licensed_seats.is_some();
        for row in table.rows.iter().chain([&table.total]) {
            for (measure, metric) in row.measures.iter().zip(all_metrics()) {
                let info = metric.info();
                let wrong = |why: &str| Err(format!("{why}\n{}", measure.explain()));
                if measure.number().is_some() != (measure.state() == State::Defined) {
                    return wrong("a value and a state that disagree");
                }
                let Some(value) = measure.value() else {
                    continue;
                };
                let lowest = match metric {
                    Metric::ReachGain => f64::NEG_INFINITY,
                    _ if info.unit == Unit::Points => -100.0,
                    _ => 0.0,
                };
                if !value.is_finite() || value < lowest {
                    return wrong("below the lowest there is");
                }
                if info.unit == Unit::Points && value > 100.0 {
                    return wrong("above the highest there is");
                }
                let of_people = info.family == Family::People || info.family == Family::Content;
                if info.unit == Unit::Rate && value > 1.0 {
                    if of_people && !stated {
                        return wrong("a part larger than its whole");
                    }
                    if !measure.notes().contains(&Note::AboveOne) {
                        return wrong("above 1 without a note");
                    }
                }
                // The interval of a net score begins from a few answers added to
                // those there are: it may leave out a score that is all or none.
                let added_to = info.unit == Unit::Points;
                if let Some(interval) = measure.interval()
                    && !added_to
                    && !(interval.low <= value && value <= interval.high)
                {
                    return wrong("outside its own interval");
                }
            }
        }
        Ok(())
    });
}

/// Metrics of what somebody did over all time are not split by what is not
/// theirs; nor is the mix, whose whole a filter narrows too.
fn splits(metric: Metric, dimension: &Dimension, d: &Definitions) -> bool {
    let of_people = naive::facts::is_of_people(dimension);
    let of_content = naive::facts::is_of_content(dimension);
    let only_shares = d.active_actions == Definitions::default().active_actions;
    match metric {
        Metric::ContentMix => false,
        Metric::ActivationRate
        | Metric::TimeToFirstShare
        | Metric::Retention
        | Metric::Dormant
        | Metric::Reactivated
        | Metric::NewSharers => of_people,
        // Activities have no network, words or mode.
        _ => of_people || of_content || only_shares,
    }
}

#[test]
fn a_row_is_the_total_of_its_filter() {
    let dimensions = [
        Dimension::Network,
        Dimension::Team,
        Dimension::Department,
        Dimension::Location,
        Dimension::Advocate,
        Dimension::Cohort,
        Dimension::Kind,
        Dimension::Topic,
        Dimension::Source,
        Dimension::Campaign,
        Dimension::Hashtag,
        Dimension::Content,
        Dimension::Copy,
        Dimension::Mode,
    ];
    hold_with(
        96,
        (world(), prop::sample::select(dimensions.to_vec())),
        |(world, dimension)| {
            let mut world = world.clone();
            world.filter.clear();
            let program = program(&world.rows)?;
            let Some(split) = table(&program, &world, std::slice::from_ref(dimension)) else {
                return Ok(());
            };
            for row in &split.rows {
                let value = match &row.key[0] {
                    KeyValue::None => String::new(),
                    KeyValue::Thing { id, .. } => id.to_string(),
                    other => other.to_string(),
                };
                let filter = Filter::new().only(dimension.clone(), [value]);
                let filtered = ask(program.measure(all_metrics()), &world)
                    .only(filter.clone())
                    .table()
                    .map_err(|error| format!("{filter}: {error}"))?;
                let pairs = row.measures.iter().zip(&filtered.total.measures);
                for ((row, total), metric) in pairs.zip(all_metrics()) {
                    if splits(metric, dimension, &world.definitions) && said(row) != said(total) {
                        return Err(format!(
                            "the row of {filter}\n{}\nbut filtered\n{}",
                            row.explain(),
                            total.explain()
                        ));
                    }
                }
            }
            Ok(())
        },
        |(world, _)| world,
    );
}

fn sum<'m>(measures: impl Iterator<Item = &'m Measure>) -> f64 {
    measures.filter_map(Measure::value).sum()
}

/// Metrics whose parts add up, and whose whole is known.
fn additive(world: &World, dimension: Option<&Dimension>) -> Vec<Metric> {
    let of_people = dimension.is_some_and(naive::facts::is_of_people);
    let distinct = world.definitions.share_unit == ShareUnit::Distinct;
    all_metrics()
        .filter(|metric| metric.info().additive)
        .filter(|metric| !(*metric == Metric::Shares && distinct))
        .filter(|metric| {
            // People are not divided by what is not theirs, nor by time; a
            // stated headcount need not state every part.
            metric.info().family != Family::People
                || of_people && (*metric != Metric::Employees || world.rows.headcount.is_empty())
        })
        .collect()
}

#[test]
fn parts_add_up_to_the_whole() {
    let single = [
        Dimension::Network,
        Dimension::Team,
        Dimension::Department,
        Dimension::Location,
        Dimension::Advocate,
        Dimension::Cohort,
        Dimension::Kind,
        Dimension::Source,
        Dimension::Campaign,
        Dimension::Content,
        Dimension::Copy,
        Dimension::Mode,
        Dimension::Day,
        Dimension::Week,
        Dimension::Month,
        Dimension::Quarter,
        Dimension::Year,
    ];
    hold_with(
        128,
        (world(), prop::sample::select(single.to_vec())),
        |(world, dimension)| {
            let metrics = additive(world, Some(dimension));
            let program = program(&world.rows)?;
            let query = program
                .measure(metrics.iter().copied())
                .by([dimension.clone()]);
            let Ok(table) = ask(query, world).table() else {
                return Ok(());
            };
            for (at, metric) in metrics.iter().enumerate() {
                let whole = &table.total.measures[at];
                let parts = sum(table.rows.iter().map(|row| &row.measures[at]));
                if whole.value().unwrap_or(0.0) != parts {
                    return Err(format!(
                        "{metric} by {dimension}: {parts}\n{}",
                        whole.explain()
                    ));
                }
            }
            Ok(())
        },
        |(world, _)| world,
    );
}

#[test]
fn a_period_is_the_sum_of_its_parts() {
    hold_with(
        96,
        (world(), any::<bool>()),
        |(world, by_months)| {
            let period = &world.period;
            let parts: Vec<Period> = if *by_months {
                let buckets = period.buckets(Grain::Month, world.week_start).unwrap();
                buckets.into_iter().map(|bucket| bucket.period).collect()
            } else {
                // Two cuts at arbitrary instants.
                let (start, end) = (period.start().micros(), period.end().micros());
                let third = (end - start) / 3;
                let edges = [start, start + third, end - third / 2, end];
                let instants = |pair: &[i64]| {
                    let (from, to) = (naive::world::at(pair[0]), naive::world::at(pair[1]));
                    Period::instants(from, to, period.zone()).unwrap()
                };
                edges.windows(2).map(instants).collect()
            };
            let metrics = additive(world, None);
            let program = program(&world.rows)?;
            let over = |period: &Period| {
                let query = ask(program.measure(metrics.iter().copied()), world);
                query.over(period.clone()).table().ok()
            };
            let Some(whole) = over(period) else {
                return Ok(());
            };
            let parts: Option<Vec<Table>> = parts.iter().map(over).collect();
            let parts = parts.ok_or("a part is an error, the whole is not")?;
            for (at, metric) in metrics.iter().enumerate() {
                let whole = &whole.total.measures[at];
                let sum = sum(parts.iter().map(|part| &part.total.measures[at]));
                if whole.value().unwrap_or(0.0) != sum {
                    return Err(format!("{metric}: {sum} in parts\n{}", whole.explain()));
                }
            }
            Ok(())
        },
        |(world, _)| world,
    );
}

/// Everything a column of shares can look like in memory, held somewhere.
#[derive(Default)]
struct Held {
    at: Vec<i64>,
    network: Vec<u8>,
    network_names: Vec<String>,
    removed: Vec<bool>,
    counts: Vec<(Field, Vec<u32>, Vec<f64>, Vec<u64>, Vec<u8>)>,
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    known: Vec<bool>,
}

const COUNTED: [Field; 11] = [
    Field::Reach,
    Field::Impressions,
    Field::Likes,
    Field::Comments,
    Field::Reshares,
    Field::Clicks,
    Field::Follows,
    Field::Conversions,
    Field::Revenue,
    Field::Engagements,
    Field::Engaged,
];

impl Held {
    fn of(shares: &[Share]) -> Self {
        let mut held = Self {
            offsets: vec![0],
            ..Self::default()
        };
        // A name nobody uses, and codes in an order of their own.
        held.network_names = vec!["nowhere".to_owned()];
        for share in shares {
            held.at.push(share.shared_at.micros() * 1_000);
            let name = share.network.to_string();
            let known = held.network_names.iter().position(|known| *known == name);
            let code = known.unwrap_or_else(|| {
                held.network_names.push(name);
                held.network_names.len() - 1
            });
            held.network.push(u8::try_from(code).unwrap());
            held.removed.push(share.removed);
            // Text with something illegible under the nulls.
            let content = share
                .content
                .as_ref()
                .map_or("?".to_owned(), ToString::to_string);
            held.bytes.extend(content.as_bytes());
            held.offsets.push(i32::try_from(held.bytes.len()).unwrap());
            held.known.push(share.content.is_some());
        }
        for field in COUNTED {
            let values: Vec<Option<u64>> =
                shares.iter().map(|share| share.counts.get(field)).collect();
            // Nulls hold values that must not be read, bits start at the third.
            let mut bits = vec![0_u8; (values.len() + 3) / 8 + 1];
            for (row, value) in values.iter().enumerate() {
                if value.is_some() {
                    bits[(row + 3) / 8] |= 1 << ((row + 3) % 8);
                }
            }
            held.counts.push((
                field,
                values
                    .iter()
                    .map(|value| u32::try_from(value.unwrap_or(77)).unwrap())
                    .collect(),
                values
                    .iter()
                    .map(|value| value.map_or(f64::NAN, |value| value as f64))
                    .collect(),
                values
                    .iter()
                    .map(|value| value.unwrap_or(u64::MAX))
                    .collect(),
                bits,
            ));
        }
        held
    }

    fn frame<'h>(&'h self, shares: &'h [Share]) -> Frame<'h> {
        let time = Data::Time(Buffer::Borrowed(&self.at), TimeUnit::Nano);
        let network = Data::Dictionary {
            codes: Codes::U8(Buffer::Borrowed(&self.network)),
            names: self.network_names.clone(),
        };
        let content = Data::Text(Texts::Utf8 {
            offsets: Buffer::Borrowed(&self.offsets),
            bytes: Buffer::Borrowed(&self.bytes),
        });
        let text = |id: &Option<Id>| id.as_ref().map(ToString::to_string);
        let numbers = shares.iter().map(|share| match &share.advocate {
            Id::Integer(number) => *number,
            Id::Text(_) => unreachable!("advocates have numbers here"),
        });
        let micros =
            |at: Option<advocacy_core::Timestamp>| at.map(advocacy_core::Timestamp::micros);
        let known = Validity::Flags(Buffer::Borrowed(&self.known));
        let mut frame = Frame::new()
            .column("shared_at", Column::new(time))
            .column("network", Column::new(network))
            .column(
                "content",
                Column::new(content).with_validity(known).unwrap(),
            )
            .column(
                "advocate",
                Column::new(Data::I64(Buffer::Owned(numbers.collect()))),
            )
            .column(
                "id",
                Column::optional_texts(shares.iter().map(|share| text(&share.id))),
            )
            .column(
                "account",
                Column::optional_texts(shares.iter().map(|share| text(&share.account))),
            )
            .column(
                "observed_at",
                Column::optional_times(shares.iter().map(|share| micros(share.observed_at))),
            )
            .column(
                "removed",
                Column::new(Data::Bool(Buffer::Borrowed(&self.removed))),
            )
            .column(
                "confirmed",
                Column::optional_flags(shares.iter().map(|share| share.confirmed)),
            )
            .column(
                "paid",
                Column::optional_flags(shares.iter().map(|share| Some(share.paid))),
            )
            .column(
                "copy",
                Column::optional_texts(
                    shares
                        .iter()
                        .map(|share| share.copy.map(advocacy_core::Copy::as_str)),
                ),
            )
            .column(
                "mode",
                Column::optional_texts(
                    shares
                        .iter()
                        .map(|share| share.mode.map(advocacy_core::Mode::as_str)),
                ),
            );
        for (at, (field, small, float, large, bits)) in self.counts.iter().enumerate() {
            let bits = Validity::Bits {
                bits: Buffer::Borrowed(bits),
                offset: 3,
            };
            let data = match at % 3 {
                0 => Data::U32(Buffer::Borrowed(small)),
                1 => Data::F64(Buffer::Borrowed(float)),
                _ => Data::U64(Buffer::Borrowed(large)),
            };
            frame = frame.column(
                field.as_str(),
                Column::new(data).with_validity(bits).unwrap(),
            );
        }
        frame
    }
}

#[test]
fn borrowed_columns_are_the_rows_they_hold() {
    hold(96, |world| {
        if world.rows.shares.is_empty() {
            return Ok(());
        }
        let held = Held::of(&world.rows.shares);
        let of_rows = program(&world.rows)?;
        let of_columns = Program::builder_from_rows(&world.rows)
            .table("shares", held.frame(&world.rows.shares))
            .build()
            .map_err(|error| format!("columns: {error}"))?;
        let one = table(&of_rows, world, &world.dimensions);
        let other = table(&of_columns, world, &world.dimensions);
        match (one, other) {
            (Some(one), Some(other)) if one != other => Err(difference(&one, &other)),
            (one, other) if one.is_some() != other.is_some() => {
                Err("rows or columns are an error, the other is not".to_owned())
            }
            _ => Ok(()),
        }
    });
}
