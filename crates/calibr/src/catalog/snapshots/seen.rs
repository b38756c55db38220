//! What a transaction sees, as Postgres writes it (`xmin:xmax:xip,…`), and which of two saw more. Pure.

/// The transactions whose work a snapshot of the database shows: those below `end` that are not `open`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// As Postgres writes it.
    pub text: String,
    end: u64,
    open: Vec<u64>,
}

impl Seen {
    /// Reads what `pg_current_snapshot()` says.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (_, end, open) = (parts.next()?, parts.next()?, parts.next()?);
        let open = open.split(',').filter(|id| !id.is_empty()).map(str::parse);
        Some(Self {
            text: text.to_owned(),
            end: end.parse().ok()?,
            open: open.collect::<Result<_, _>>().ok()?,
        })
    }

    /// Whether everything seen here is seen there too.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.end <= other.end && other.open.iter().all(|id| !self.shows(*id))
    }

    fn shows(&self, id: u64) -> bool {
        id < self.end && !self.open.contains(&id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(text: &str) -> Seen {
        Seen::parse(text).expect("a snapshot")
    }

    #[test]
    fn more_is_seen_when_transactions_end() {
        let (before, between, after) = (seen("10:12:10,11"), seen("11:12:11"), seen("12:12:"));
        assert!(before.is_within(&between) && between.is_within(&after) && before.is_within(&after));
        assert!(!between.is_within(&before) && !after.is_within(&between));
        assert!(before.is_within(&before));
        // A transaction that began later and is still open shows nothing of itself.
        assert!(after.is_within(&seen("12:13:12")));
        assert!(!seen("12:13:12").is_within(&after), "12 may have ended between, which is not known here");
        for text in ["", "1", "1:2", "a:b:c", "1:2:x"] {
            assert_eq!(Seen::parse(text), None, "{text}");
        }
    }

    proptest! {
        /// Beside counting each transaction by itself.
        #[test]
        fn within_means_every_transaction(
            one in (1_u64..12, prop::collection::btree_set(1_u64..12, 0..6)),
            other in (1_u64..12, prop::collection::btree_set(1_u64..12, 0..6)),
        ) {
            let text = |(end, open): &(u64, std::collections::BTreeSet<u64>)| {
                let open: Vec<String> = open.iter().filter(|id| *id < end).map(u64::to_string).collect();
                format!("1:{end}:{}", open.join(","))
            };
            let shows = |(end, open): &(u64, std::collections::BTreeSet<u64>), id: u64| id < *end && !open.contains(&id);
            let every = (1..12).all(|id| !shows(&one, id) || shows(&other, id));
            let within = seen(&text(&one)).is_within(&seen(&text(&other)));
            // What ends above the other and shows nothing of it cannot be told apart, and is taken for more.
            prop_assert!(!within || every);
            prop_assert!(!every || within || one.0 > other.0);
        }
    }
}
