//! Small drawings of numbers.

const BLOCKS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const FULL: char = '█';
const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Stands where a series has no value.
pub(crate) const GAP: char = '·';

/// The longest bar, in columns.
const BAR: f64 = 10.0;

/// A bar per value on one scale from 0 up; no bar without a value.
pub(crate) fn bars(values: &[Option<f64>]) -> Vec<String> {
    let most = greatest(values);
    values
        .iter()
        .map(|value| bar(value.unwrap_or(0.0) / most))
        .collect()
}

fn bar(part: f64) -> String {
    if part.is_nan() || part <= 0.0 {
        return String::new();
    }
    let eighths = step((part.min(1.0) * BAR * 8.0).round()).max(1);
    let mut bar = FULL.to_string().repeat(eighths / 8);
    bar.extend((eighths % 8).checked_sub(1).and_then(|at| BLOCKS.get(at)));
    bar
}

/// A character per value on one scale from 0 up.
pub(crate) fn sparkline(values: &[Option<f64>]) -> String {
    let most = greatest(values);
    let mark = |value: &Option<f64>| match value {
        Some(value) => {
            let height = step((value / most * 8.0).ceil());
            STEPS[height.clamp(1, STEPS.len()) - 1]
        }
        None => GAP,
    };
    values.iter().map(mark).collect()
}

fn greatest(values: &[Option<f64>]) -> f64 {
    values.iter().flatten().copied().fold(0.0, f64::max)
}

/// A small number as an index; NaN and what is below 0 are 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates"
)]
fn step(number: f64) -> usize {
    number as usize
}
