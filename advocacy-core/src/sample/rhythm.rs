//! When things happen: the burst at launch, weekdays, seasons, hours.

use crate::calendar::Timestamp;

use super::clock::{self, LAUNCH, weekday};
use super::random::{Random, weighted};

/// How busy a day is.
pub(super) fn intensity(day: i64) -> u64 {
    // By week since launch, on top of an everyday 1,000.
    const BURST: [u64; 13] = [
        2_500, 2_200, 1_900, 1_600, 1_350, 1_100, 900, 700, 500, 350, 250, 150, 80,
    ];
    let weeks = usize::try_from((day - LAUNCH).div_euclid(7)).ok();
    let burst = weeks.and_then(|week| BURST.get(week)).copied().unwrap_or(0);
    let workday = match weekday(day) {
        0 => 100,
        1 => 120,
        2 => 116,
        3 => 108,
        4 => 82,
        5 => 12,
        _ => 9,
    };
    let season = match day {
        175..191 | 540.. => 30, // Christmas
        290..297 => 60,         // Easter
        396..427 => 45,         // August
        450..457 => 170,        // the conference
        _ => 100,
    };
    (1_000 + burst) * workday * season
}

/// A moment of a day, after all of `floors`, which lie in its working hours.
pub(super) fn moment(random: &mut Random, day: i64, floors: &[Option<Timestamp>]) -> Timestamp {
    const HOURS: [(i64, u64); 13] = [
        (8, 8),
        (9, 16),
        (10, 14),
        (11, 12),
        (12, 9),
        (13, 6),
        (14, 8),
        (15, 8),
        (16, 7),
        (17, 6),
        (18, 3),
        (19, 2),
        (20, 1),
    ];
    let second = weighted(random, &HOURS) * 3_600 + random.between(0, 3_599);
    let moment = clock::at_second(day, second);
    match floors.iter().flatten().max() {
        Some(&floor) if floor >= moment => clock::later(floor, random.between(60, 3_600)),
        _ => moment,
    }
}
