//! `explain`: why a variant has its price, now or at a past instant.

use jiff::Timestamp;

use super::app::App;
use super::catalog::{find_variant, full_title, name_of};
use super::exit::{Exit, Result};
use super::look::{Look, Tone, facts, one_line};
use super::{format, instant, trace};
use crate::catalog::BASE;
use crate::catalog::dto::Explanation;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// SKU, or an id `var_…`
    sku: String,
    /// At this instant instead of now
    #[arg(long, value_name = "INSTANT", value_parser = instant::read)]
    at: Option<Timestamp>,
    /// The price on this price list instead of the base price; `calibr catalog surfaces` names them
    #[arg(long, value_name = "NAME")]
    surface: Option<String>,
}

/// Carries out `explain`.
///
/// # Errors
/// There is no such variant, or the server cannot be reached.
pub async fn run(app: &App, args: ExplainArgs) -> Result {
    let variant = find_variant(&app.client()?, &args.sku).await?;
    let mut query: Vec<_> = args.at.iter().map(|at| ("at", at.to_string())).collect();
    query.extend(args.surface.iter().map(|name| ("surface", name.clone())));
    let path = format!("variants/{}/explain", variant.id);
    let explanation = app.print_one(&path, &query, explanation_view).await?;
    let Some(explanation) = explanation else {
        return Ok(Exit::Done);
    };
    let on = args.surface.iter().map(|name| format!(" --surface {name}")).collect::<String>();
    let mut next = vec![format!("price history {}{on}", name_of(&variant))];
    next.extend(explanation.price_change_id.map(|id| format!("price-change show {id}")));
    app.ui.next(&next);
    Ok(Exit::Done)
}

fn explanation_view(look: Look, explanation: &Explanation) -> String {
    let sku = look.paint(Tone::Strong, &one_line(&explanation.variant.sku));
    let title = one_line(&full_title(&explanation.variant));
    let on = match explanation.surface.as_str() {
        BASE => String::new(),
        list => format!(" · {list}"),
    };
    let mut text =
        format!("{sku} {title}{on} · {}\n", format::instant(explanation.at)).trim_start().to_owned();
    let Some(price) = &explanation.price else {
        return text + "  It had no price that Calibr knows of.\n";
    };
    if let Some(stored) = &explanation.trace {
        text.push_str(&trace::view(look, stored));
    }
    let compare_at = price.compare_at.as_ref().map(|m| format!("   compare-at {}", format::money(Some(m))));
    let result = format!("= {}", format::money(Some(&price.price)));
    text.push_str(&format!("  {}{}\n", look.paint(Tone::Strong, &result), compare_at.unwrap_or_default()));
    let until = price.valid_to.map(|at| format!(" until {}", format::instant(at))).unwrap_or_default();
    let mut source = format::state(&price.source);
    if price.relative {
        source = format!("the base price, which it follows by a rule of the shop; {source}");
    }
    let pairs = [
        ("since", format!("{}{until}", format::instant(price.valid_from))),
        ("from", price.source_id.as_ref().map_or_else(|| source.clone(), |id| format!("{source} {id}"))),
        ("by", price.actor.clone()),
        ("rule", explanation.rule.clone().unwrap_or_default()),
        ("price change", explanation.price_change_id.clone().unwrap_or_default()),
        ("run", explanation.run_id.clone().unwrap_or_default()),
        ("approved by", explanation.approved_by.join(", ")),
    ];
    text + &facts(look, &pairs)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn explanation(decided: bool) -> Explanation {
        let trace = r#"{"steps":[{"kind":"percent","output":"161.85","reason":"−35 %"},{"kind":"rounding","output":"161.90"}]}"#;
        let text = json!({
            "variant": {
                "id": "var_00000000000000000000000001", "product_id": "prd_00000000000000000000000001",
                "product_title": "Fjell tent", "title": "Green", "sku": "T-889", "vendor": "Fjell",
                "product_type": "Tents", "tags": [], "price": null, "compare_at": null, "cost": null,
                "channel_refs": {}, "price_since": null, "price_source": null
            },
            "surface": if decided { "base" } else { "germany" },
            "at": "2026-11-27T00:00:00Z",
            "price": decided.then(|| json!({
                "id": "prv_00000000000000000000000001", "price": {"amount": "161.90", "currency": "EUR"},
                "compare_at": {"amount": "249.00", "currency": "EUR"}, "valid_from": "2026-11-26T23:00:04Z",
                "valid_to": null, "source": "price_change", "source_id": "run_1", "actor": "approver@demo.test"
            })),
            "trace": decided.then_some(trace),
            "price_change_id": decided.then_some("pch_1"), "run_id": decided.then_some("run_1"),
            "rule": decided.then_some("black-week v3"), "approved_by": ["approver@demo.test"]
        });
        serde_json::from_value(text).expect("the answer of the test is one")
    }

    const PLAIN: Look = Look { colour: false, width: Some(80) };

    #[test]
    fn every_step_and_every_name_is_told() {
        insta::assert_snapshot!(explanation_view(PLAIN, &explanation(true)), @r"
        T-889 Fjell tent – Green · 2026-11-27 00:00:00 UTC
          STEP      RESULT  WHY
          percent   161.85  −35 %
          rounding  161.90
          = 161.90 EUR   compare-at 249.00 EUR
          since         2026-11-26 23:00:04 UTC
          from          price change run_1
          by            approver@demo.test
          rule          black-week v3
          price change  pch_1
          run           run_1
          approved by   approver@demo.test
        ");
    }

    #[test]
    fn a_time_before_the_first_price_is_said() {
        insta::assert_snapshot!(explanation_view(PLAIN, &explanation(false)), @r"
        T-889 Fjell tent – Green · germany · 2026-11-27 00:00:00 UTC
          It had no price that Calibr knows of.
        ");
    }
}
