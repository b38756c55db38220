//! Remembers which handles have gone by, within bounds, to notice a product that is torn apart.

use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many former handles are remembered to notice one that comes back.
const HANDLES_REMEMBERED: usize = 16_384;

/// Handles of products that have ended, the latest of them only.
#[derive(Default)]
pub(super) struct FormerHandles {
    set: HashSet<u64>,
    order: VecDeque<u64>,
}

impl FormerHandles {
    pub(super) fn contains(&self, handle: &str) -> bool {
        self.set.contains(&fingerprint(handle))
    }

    pub(super) fn remember(&mut self, handle: &str) {
        let fingerprint = fingerprint(handle);
        if self.set.insert(fingerprint) {
            self.order.push_back(fingerprint);
        }
        if self.order.len() > HANDLES_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
    }
}

fn fingerprint(handle: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    handle.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_handles_are_known_and_the_memory_is_bounded() {
        let mut former = FormerHandles::default();
        for number in 0..HANDLES_REMEMBERED + 10 {
            former.remember(&number.to_string());
            former.remember(&number.to_string());
        }
        assert!(former.contains(&(HANDLES_REMEMBERED + 9).to_string()) && former.contains("10"));
        assert!(!former.contains("9"));
        assert_eq!((former.set.len(), former.order.len()), (HANDLES_REMEMBERED, HANDLES_REMEMBERED));
    }
}
