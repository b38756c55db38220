//! What all sides must agree on.

/// Counts of what becomes of the selected variants, and sums over their prices in minor units.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub raise: u64,
    pub cut: u64,
    pub same: u64,
    pub blocked: u64,
    pub skipped: u64,
    pub after_sum: i64,
    pub compare_at_sum: i64,
}

impl Tally {
    /// Counts a selected variant as a peer reckoned it.
    pub fn push(&mut self, before: i64, after: i64, is_blocked: bool, compare_at: i64) {
        if is_blocked {
            self.blocked += 1;
        } else if after < before {
            self.cut += 1;
        } else if after > before {
            self.raise += 1;
        } else {
            self.same += 1;
        }
        self.after_sum += after;
        self.compare_at_sum += compare_at;
    }
}
