//! Traces and hashes that may not change by accident: stored traces are compared byte for byte, plan hashes are signed.

use insta::assert_snapshot;
use kernel_core::Currency;
use pricing::{
    Decision, Guardrails, PackedTrace, PlanHash, PlanHasher, PlanHeader, PlanRow, PlanRule, PlanSales,
    PricingContext, Rule, RuleSet, Tags, Tracer, VariantFacts,
};

const SALE: &str = "
schema: rule.v1
name: Black week
priority: 5
select: { all: [{ tag: { is: tent } }, { price: { gte: 50 EUR } }] }
steps: [{ percent: -33 }, { amount: -1 EUR }]
rounding: { ending: .99 }
constraints: { floor: 60 EUR, maximum_move: { percent: 40 } }
compare_at: set_to_before
";

const RAISE: &str = "
schema: rule.v1
name: Raise
select: { not: { vendor: { is: Fjell } } }
steps: [{ multiply: 1.05 }]
";

fn euro() -> Currency {
    "EUR".parse().expect("a currency")
}

fn rules() -> [Rule; 2] {
    [RAISE, SALE].map(|text| Rule::from_yaml(text).expect("a rule"))
}

fn rule_set() -> RuleSet {
    let [raise, sale] = rules();
    let context = PricingContext::base(euro(), "2026-11-20T13:20:04.5Z".parse().expect("an instant"));
    let rules = [("raise v1", &raise), ("black-week v3", &sale)];
    RuleSet::compile(&rules, &Guardrails::default(), &context).expect("compiles")
}

fn tent(price_minor: i64) -> VariantFacts<'static> {
    VariantFacts {
        key: 0x0191_0000_0000_7000_8000_0000_0000_0001,
        sku: "T-889",
        title: "Fjell 3P tent",
        vendor: "Fjell",
        product_type: "Tent",
        tags: Tags::Lines("outdoor\ntent"),
        price_minor: Some(price_minor),
        ..VariantFacts::default()
    }
}

#[test]
fn a_trace_tells_every_step_in_stable_bytes() {
    let trace = rule_set().explain(&tent(24_900));
    assert_snapshot!(trace.canonical_json(), @r#"{"schema":"trace.v1","engine":"3","guardrails":"4","currency":"EUR","before":"249.00","steps":[{"kind":"select","rule":"black-week v3","output":"selected"},{"kind":"percent","input":"249.00","output":"166.83","reason":"-33 %"},{"kind":"amount","input":"166.83","output":"165.83","reason":"-1.00 EUR"},{"kind":"rounding","input":"165.83","output":"165.99","reason":"nearest, to 0.99 in each 1.00"},{"kind":"floor","verdict":"passed","limit":"60.00","reason":"not below"},{"kind":"maximum_move","verdict":"passed","limit":"99.60","reason":"moves by at most 40 %:"},{"kind":"near_zero","verdict":"passed","value":"165.99","limit":"0.01","reason":"above"},{"kind":"slip","verdict":"passed","value":"165.99","limit":"9.5","reason":"moves by a factor below"},{"kind":"compare_at","input":"none","output":"249.00","reason":"set to the price before"}],"rule":"black-week v3","rule_hash":"d21d779a394349d508347b379b0e14450699c0df83a1b7f41344454fbff64826","outcome":"cut","reason":"as_ruled","after":"165.99"}"#);
    assert_snapshot!(trace.to_text(), @r#"
    price before                         249.00   EUR
    select black-week v3               selected
    percent                              166.83   -33 %
    amount                               165.83   -1.00 EUR
    rounding                             165.99   nearest, to 0.99 in each 1.00
    floor                                passed   not below 60.00
    maximum move                         passed   moves by at most 40 %: 99.60
    near zero                            passed   above 0.01
    slip                                 passed   moves by a factor below 9.5
    compare at                           249.00   set to the price before
    = cut                                165.99   EUR, as_ruled
    "#);
}

#[test]
fn a_limit_that_wins_over_the_ending_says_so() {
    assert_snapshot!(rule_set().explain(&tent(8_990)).to_text(), @r#"
    price before                          89.90   EUR
    select black-week v3               selected
    percent                              60.233   -33 %
    amount                               59.233   -1.00 EUR
    rounding                              58.99   nearest, to 0.99 in each 1.00
    floor                                 60.00   not below 60.00
    maximum move                         passed   moves by at most 40 %: 35.96
    near zero                            passed   above 0.01
    slip                                 passed   moves by a factor below 9.5
    compare at                            89.90   set to the price before
    = cut                                 60.00   EUR, limited.floor
    "#);
}

#[test]
fn the_next_rule_decides_where_the_first_does_not_select() {
    let facts = VariantFacts { vendor: "Nordlys", compare_at_minor: Some(4_000), ..tent(4_000) };
    assert_snapshot!(rule_set().explain(&facts).to_text(), @r#"
    price before                          40.00   EUR
    select black-week v3           not selected   price is 40.00 EUR
    select raise v1                    selected
    multiply                              42.00   × 1.05
    rounding                              42.00   nearest, to a multiple of 0.01
    near zero                            passed   above 0.01
    slip                                 passed   moves by a factor below 9.5
    compare at                            40.00   kept; warning: it does not stand above the price
    = raise                               42.00   EUR, as_ruled
    "#);
    assert_snapshot!(rule_set().explain(&tent(4_000)).to_text(), @r#"
    price before                          40.00   EUR
    select black-week v3           not selected   price is 40.00 EUR
    select raise v1                not selected   excluded: vendor is `Fjell`
    = not selected
    "#);
}

#[test]
fn blocked_and_skipped_rows_say_why() {
    let free = VariantFacts { vendor: "Nordlys", tags: Tags::default(), ..tent(0) };
    assert_snapshot!(rule_set().explain(&free).to_text(), @r#"
    price before                           0.00   EUR
    select black-week v3           not selected   there are no tags
    select raise v1                    selected
    multiply                               0.00   × 1.05
    rounding                               0.00   nearest, to a multiple of 0.01
    near zero                          violated   above 0.01
    slip                               violated   moves by a factor below 9.5
    = blocked                              0.00   EUR, blocked.near_zero
    "#);
    let unpriced = VariantFacts { price_minor: None, ..free };
    assert_snapshot!(rule_set().explain(&unpriced).to_text(), @r#"
    price before                           none   EUR
    select black-week v3           not selected   there are no tags
    select raise v1                    selected
    price                                         there is no price to start from
    = skipped                                     skipped.no_price
    "#);
    let huge = VariantFacts { price_minor: Some(i64::MAX), ..free };
    assert_snapshot!(rule_set().explain(&huge).to_text(), @r#"
    price before                 92233720368547758.07   EUR
    select black-week v3           not selected   there are no tags
    select raise v1                    selected
    multiply                     96845406386975145.9735   × 1.05
    rounding                                      too large to be a price
    = blocked                                     blocked.too_large
    "#);
}

#[test]
fn canonical_bytes_and_content_hash_of_a_rule_stay() {
    let [_, sale] = rules();
    assert_snapshot!(sale.canonical_json(), @r#"{"schema":"rule.v1","name":"Black week","priority":5,"select":{"all":[{"tag":{"is":"tent"}},{"price":{"gte":{"amount":"50.00","currency":"EUR"}}}]},"steps":[{"percent":"-33"},{"amount":{"amount":"-1.00","currency":"EUR"}}],"rounding":{"ending":".99","mode":"nearest"},"constraints":{"floor":{"amount":"60.00","currency":"EUR"},"maximum_move":{"percent":"40"}},"compare_at":"set_to_before"}"#);
    assert_snapshot!(sale.content_hash(), @"d21d779a394349d508347b379b0e14450699c0df83a1b7f41344454fbff64826");
}

fn header() -> PlanHeader {
    PlanHeader {
        engine: pricing::ENGINE_VERSION.to_owned(),
        guardrails: pricing::GUARDRAIL_VERSION.to_owned(),
        guardrail_settings: "f00d".to_owned(),
        waivers: Vec::new(),
        country: None,
        tax: None,
        project: "prj_demo".to_owned(),
        surface: "base".to_owned(),
        currency: euro(),
        instant: "2026-11-20T13:20:04.5Z".parse().expect("an instant"),
        catalogue_watermark: 48_211,
        rules: vec![PlanRule { label: "black-week v3".to_owned(), content_hash: rules()[1].content_hash() }],
    }
}

/// Evaluates `prices` and hashes the plan of their rows.
fn plan_hash(header: &PlanHeader, prices: &[i64]) -> PlanHash {
    let set = rule_set();
    let mut hasher = PlanHasher::new(&header.canonical_json());
    let mut tracer = Tracer::default();
    for price in prices {
        let facts = tent(*price);
        let (decision, trace) = set.evaluate_and_pack(&facts, &mut tracer);
        let Decision::Row(row) = decision else { panic!("{price} is selected") };
        hasher.push(&PlanRow::new(facts.key, &row, trace));
    }
    hasher.finish(tracer.templates().texts())
}

#[test]
fn the_plan_hash_is_the_same_on_every_machine() {
    assert_snapshot!(header().canonical_json(), @r#"{"engine":"3","guardrails":"4","guardrail_settings":"f00d","waivers":[],"project":"prj_demo","surface":"base","currency":"EUR","country":null,"tax":null,"instant":"2026-11-20T13:20:04.5Z","catalogue_watermark":48211,"rules":[{"label":"black-week v3","content_hash":"d21d779a394349d508347b379b0e14450699c0df83a1b7f41344454fbff64826"}]}"#);
    let hash = plan_hash(&header(), &[24_900, 8_990, 5_000]);
    assert_snapshot!(hash, @"7ed0651df61fed742a984784aaf0e15481929f232c1fa4cbf9b6d29e85e939ff");
    assert_eq!(hash.to_string().parse(), Ok(hash));
    assert!("+f".repeat(32).parse::<PlanHash>().is_err());
    assert!("é".repeat(32).parse::<PlanHash>().is_err());
}

#[test]
fn the_plan_hash_is_sha_256_over_the_documented_bytes() {
    let row = PlanRow {
        key: 1,
        rule_index: 2,
        outcome: pricing::Outcome::Cut,
        before: Some(300),
        after: Some(-4),
        compare_at_before: None,
        compare_at_after: Some(5),
        prior: Some(6),
        sales_before: Some(PlanSales { base: 10, base_compare_at: None, hashes: &["ab".to_owned()] }),
        sales_after: Some(PlanSales { base: 11, base_compare_at: Some(12), hashes: &[] }),
        trace: PackedTrace { template: 7, arguments: &[8, 9] },
    };
    let mut hasher = PlanHasher::new("{\"a\":1}");
    hasher.push(&row);
    let mut bytes = b"calibr.plan.v3\0\0\0\0\0\0\0\x07{\"a\":1}".to_vec();
    bytes.extend([0; 15]);
    bytes.extend([1, 0, 0, 0, 2, 3, b'c', b'u', b't']);
    bytes.extend([1, 0, 0, 0, 0, 0, 0, 1, 44, 1, 255, 255, 255, 255, 255, 255, 255, 252]);
    bytes.extend([0, 1, 0, 0, 0, 0, 0, 0, 0, 5]);
    bytes.extend([1, 0, 0, 0, 0, 0, 0, 0, 6]);
    bytes.extend([1, 1, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1, 0, 0, 0, 2, b'a', b'b']);
    bytes.extend([1, 1, 0, 0, 0, 0, 0, 0, 0, 11, 1, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0]);
    bytes.extend([0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 2, 8, 9]);
    bytes.extend([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, b'{', b'}']);
    let expected: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&bytes).into();
    assert_eq!(hasher.finish(&["{}"]), PlanHash(expected));
}

#[test]
fn whatever_differs_changes_the_plan_hash() {
    let plain = plan_hash(&header(), &[24_900, 8_990]);
    let headers = [
        PlanHeader { engine: "other".to_owned(), ..header() },
        PlanHeader { guardrails: "other".to_owned(), ..header() },
        PlanHeader { guardrail_settings: "beef".to_owned(), ..header() },
        PlanHeader { waivers: vec!["wvr_1".to_owned()], ..header() },
        PlanHeader { country: Some("DE".to_owned()), ..header() },
        PlanHeader { tax: Some("19 % included".to_owned()), ..header() },
        PlanHeader { project: "prj_other".to_owned(), ..header() },
        PlanHeader { surface: "market".to_owned(), ..header() },
        PlanHeader { currency: "USD".parse().expect("a currency"), ..header() },
        PlanHeader { instant: "2026-11-20T13:20:05Z".parse().expect("an instant"), ..header() },
        PlanHeader { catalogue_watermark: 48_212, ..header() },
        PlanHeader { rules: Vec::new(), ..header() },
    ];
    let mut hashes: Vec<String> =
        headers.iter().map(|h| plan_hash(h, &[24_900, 8_990]).to_string()).collect();
    hashes.push(plan_hash(&header(), &[8_990, 24_900]).to_string());
    hashes.push(plan_hash(&header(), &[24_900]).to_string());
    hashes.push(plan_hash(&header(), &[24_900, 8_990, 8_990]).to_string());
    hashes.push(plan_hash(&header(), &[24_900, 8_991]).to_string());
    hashes.push(plain.to_string());
    let count = hashes.len();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), count, "two different plans share a hash");
}

#[test]
fn what_a_row_says_of_sales_and_prior_prices_is_signed() {
    let set = rule_set();
    let facts = tent(24_900);
    let mut tracer = Tracer::default();
    let (decision, trace) = set.evaluate_and_pack(&facts, &mut tracer);
    let Decision::Row(row) = decision else { panic!("selected") };
    let plain = PlanRow::new(facts.key, &row, trace);
    let hashes = [["ab", "c"], ["a", "bc"], ["c", "ab"]].map(|pair| pair.map(str::to_owned));
    let sales = |base, base_compare_at, place: usize| {
        Some(PlanSales { base, base_compare_at, hashes: &hashes[place] })
    };
    let beside = [
        sales(100, None, 0),
        sales(101, None, 0),
        sales(100, Some(100), 0),
        sales(100, Some(101), 0),
        sales(100, None, 1),
        sales(100, None, 2),
    ];
    let before = beside.map(|sales_before| PlanRow { sales_before, ..plain });
    let after = beside.map(|sales_after| PlanRow { sales_after, ..plain });
    let prior = [Some(100), Some(101)].map(|prior| PlanRow { prior, ..plain });
    let rows = before.into_iter().chain(after).chain(prior).chain([plain]);
    let mut found: Vec<String> = rows
        .map(|row| {
            let mut hasher = PlanHasher::new("{}");
            hasher.push(&row);
            hasher.finish(&[""; 0]).to_string()
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 15);
}
