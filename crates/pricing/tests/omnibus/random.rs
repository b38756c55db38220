//! Random histories: the law and the oracle say the same, and what is lawful stays within its own promise.

use pricing::PricePoint;
use pricing::omnibus::{Planned, Verdict};
use proptest::prelude::*;

use crate::scenario::{instant, law, shown};
use crate::{naive, scenario};

const COUNTRIES: [&str; 11] = ["EU", "AT", "BE", "CZ", "DE", "ES", "FR", "IT", "NL", "PL", "SE"];

/// Hours before the plan, price, and how far above it the compare-at price stands.
fn history() -> impl Strategy<Value = Vec<(i64, i64, Option<i64>)>> {
    let price = prop::sample::select(vec![60_00_i64, 70_00, 80_00, 90_00, 100_00]);
    let above = prop::option::weighted(0.6, prop::sample::select(vec![0_i64, 10_00, 30_00]));
    let hours = prop_oneof![Just(0_i64), 1_i64..72, 1_i64..900, 700_i64..3_000];
    prop::collection::vec((hours, price, above), 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn law_and_oracle_agree(
        country in prop::sample::select(&COUNTRIES),
        start in 0_i64..2_400,
        mut points in history(),
        price in prop::sample::select(vec![50_00_i64, 60_00, 70_00, 80_00, 89_99]),
        compare_at in prop::option::weighted(0.9, prop::sample::select(vec![60_00_i64, 70_00, 80_00, 100_00, 130_00])),
        perishable in prop::bool::weighted(0.1),
        offered in prop::option::of(0_i64..1_200),
    ) {
        let at = instant("2027-12-01") + start * 3_600;
        points.sort_by_key(|(hours, _, _)| -hours);
        let history: Vec<PricePoint> = points
            .iter()
            .map(|(hours, price, above)| PricePoint {
                from: at - hours * 3_600,
                price_minor: *price,
                compare_at_minor: above.map(|above| price + above),
            })
            .collect();
        let planned = Planned {
            history: &history,
            price_minor: price,
            compare_at_minor: compare_at,
            perishable,
            on_market_since: offered.map(|hours| at - hours * 3_600),
        };
        let found = scenario::law(country, at).assess(&planned);
        prop_assert_eq!(shown(&found), naive::assess(country, at, &planned), "{:?}", found);
        if let (Verdict::Lawful, Some(prior), Some(compare_at)) = (found.verdict(), found.prior_price_minor, compare_at) {
            prop_assert!(price < prior && compare_at <= prior);
        }
        // The default grants nothing: where a country sees the same reduction it finds lawful what the default does.
        let strictest = law("EU", at).assess(&planned);
        if strictest.verdict() == Verdict::Lawful && strictest.began_at == found.began_at {
            prop_assert_eq!(found.verdict(), Verdict::Lawful, "{:?} but {:?}", strictest, found);
        }
    }
}
