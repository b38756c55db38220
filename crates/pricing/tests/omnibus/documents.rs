//! The settings as a document, what follows from a verdict, and what people read.

use insta::assert_snapshot;
use jiff::Timestamp;
use pricing::PricePoint;
use pricing::omnibus::{Action, COUNTRIES, Country, CountryCode, Planned, Reason, Settings, Verdict};
use serde_json::json;

use crate::scenario::{instant, law};

fn settings(document: serde_json::Value) -> Result<Settings, String> {
    serde_json::from_value(document).map_err(|e| e.to_string())
}

#[test]
fn without_a_word_the_strictest_law_blocks() {
    let defaults = settings(json!({})).expect("all have defaults");
    assert_eq!(defaults, Settings::default());
    assert_snapshot!(serde_json::to_string(&defaults).expect("JSON"), @r#"{"country":"EU","mode":"block","unknown":"warn"}"#);
    assert_eq!(Country::default_country().code, "EU");
}

#[test]
fn mistakes_are_refused() {
    assert_snapshot!(settings(json!({ "country": "GB" })).expect_err("refused"), @"`GB` is not a country whose law is known here; write one of EU, AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK");
    assert!(settings(json!({ "country": "de" })).is_err());
    assert!(settings(json!({ "country": null })).is_err());
    assert_snapshot!(settings(json!({ "mode": "ignore" })).expect_err("refused"), @"unknown variant `ignore`, expected one of `block`, `warn`, `off`");
    assert_snapshot!(settings(json!({ "modus": "block" })).expect_err("refused"), @"unknown field `modus`, expected one of `country`, `mode`, `unknown`");
}

#[test]
fn the_setting_decides_what_a_verdict_does() {
    let at = instant("2027-11-26");
    let action = |document, history: &[PricePoint]| {
        let law = settings(document).expect("settings").law(Timestamp::from_second(at).expect("a time"));
        let planned = Planned {
            history,
            price_minor: 80_00,
            compare_at_minor: Some(100_00),
            perishable: false,
            on_market_since: None,
        };
        law.action(&law.assess(&planned))
    };
    let price = |price_minor| [PricePoint { from: 0, price_minor, compare_at_minor: None }];
    let (lawful, unlawful, unknown) = (price(100_00), price(90_00), []);
    for (mode, unknown_is, expected) in [
        ("block", "warn", [Action::Pass, Action::Block, Action::Warn]),
        ("block", "block", [Action::Pass, Action::Block, Action::Block]),
        ("warn", "block", [Action::Pass, Action::Warn, Action::Warn]),
        ("off", "block", [Action::Pass, Action::Pass, Action::Pass]),
    ] {
        let document = json!({ "mode": mode, "unknown": unknown_is });
        let found = [&lawful[..], &unlawful[..], &unknown[..]].map(|h| action(document.clone(), h));
        assert_eq!(found, expected, "{document}");
    }
}

#[test]
fn people_read_the_prior_price() {
    let at = instant("2027-11-26");
    let words = |country, history: &[PricePoint], compare_at| {
        let planned = Planned {
            history,
            price_minor: 80_00,
            compare_at_minor: compare_at,
            perishable: false,
            on_market_since: None,
        };
        let found = law(country, at).assess(&planned);
        format!("{}: {}", found.verdict().as_str(), found.words("EUR".parse().expect("a currency")))
    };
    let old = [PricePoint { from: 0, price_minor: 90_00, compare_at_minor: None }];
    let young = [PricePoint { from: at - 86_400, price_minor: 90_00, compare_at_minor: None }];
    assert_snapshot!(words("DE", &old, Some(100_00)), @"unlawful: the compare-at price lies above the prior price, so more is announced than is given (prior price 90.00 EUR)");
    assert_snapshot!(words("DE", &young, Some(90_00)), @"unknown: the known prices do not reach back far enough (lowest known price 90.00 EUR)");
    assert_snapshot!(words("DE", &old, None), @"lawful: no reduction is announced");
}

#[test]
fn the_table_is_whole() {
    let codes: Vec<&str> = COUNTRIES.iter().map(|country| country.code).collect();
    assert_eq!(codes.len(), 28, "27 Member States and the default");
    let mut sorted = codes[1..].to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted, codes[1..], "in order, none twice");
    for country in COUNTRIES {
        assert_eq!(CountryCode::new(country.code).map(CountryCode::country), Some(country));
        assert!(country.window_days >= 30, "{}: the Directive allows no less", country.name);
        // Without a zone the window would be longer than the law asks.
        let from = law(country.code, instant("2027-11-26")).assess(&Planned {
            history: &[],
            price_minor: 1,
            compare_at_minor: None,
            perishable: false,
            on_market_since: None,
        });
        let days = instant("2027-11-26") - from.window_from;
        let hour = 3_600;
        assert!((30 * 24 * hour..=31 * 24 * hour + 2 * hour).contains(&days), "{}: {days}", country.name);
    }
    let guide = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/omnibus.md"));
    for country in COUNTRIES {
        assert!(guide.contains(country.name), "the guide names {}", country.name);
        assert!(
            country.source.is_none_or(|source| guide.contains(source)),
            "the guide names {:?}",
            country.source
        );
    }
    for reason in Reason::ALL {
        assert!(guide.contains(reason.code()), "the guide explains {}", reason.code());
        assert!(reason.code().starts_with(reason.verdict().as_str()));
    }
    assert_eq!(Verdict::Unknown.as_str(), "unknown");
}
