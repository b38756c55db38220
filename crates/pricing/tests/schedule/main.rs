//! Schedules: exact instants in many zones, what was missed, the words that are read and those that are refused.

mod brute;
mod catch_up;
mod refused;
mod table;
mod words;
mod zones;

use jiff::Timestamp;
use pricing::{Schedule, Timetable, Window};
use serde_json::Value;

fn schedule(document: &Value) -> Schedule {
    serde_json::from_value(document.clone()).unwrap_or_else(|e| panic!("{document}: {e}"))
}

fn timetable(document: Value) -> Timetable {
    schedule(&document).timetable().unwrap_or_else(|faults| panic!("{document}: {faults:?}"))
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn window(starts_at: &str, ends_at: &str) -> Window {
    Window { starts_at: instant(starts_at), ends_at: Some(instant(ends_at)) }
}

/// What is wrong with a document: shape or meaning.
fn refused(document: &Value) -> String {
    match serde_json::from_value::<Schedule>(document.clone()) {
        Err(e) => e.to_string(),
        Ok(schedule) => match schedule.timetable() {
            Ok(_) => panic!("{document} should be refused"),
            Err(faults) => {
                let lines = faults.iter().map(|f| format!("{} [{}] {}", f.pointer, f.code, f.detail));
                lines.collect::<Vec<_>>().join("\n")
            }
        },
    }
}
