//! A plan for people: counts, spread, rows. The same for a stored plan and for one made offline.

use super::format;
use super::look::{Grid, Look, Tone, one_line};
use crate::price_changes::dto::PriceChangeRow;
use crate::rules::dto::{GuardrailCount, Impact, PlanVerdict};

/// One row, ready to be shown.
#[derive(Debug, Clone, Default)]
pub struct RowView {
    /// `raise`, `cut`, `same`, `blocked` or `skipped`.
    pub outcome: String,
    /// SKU.
    pub sku: String,
    /// Title.
    pub title: String,
    /// Price before.
    pub before: String,
    /// Price after.
    pub after: String,
    /// Compare-at price before and after, if it changes.
    pub compare_at: Option<(String, String)>,
    /// The change, with its sign.
    pub change: String,
    /// The rule that decided.
    pub rule: String,
    /// Why it was blocked or skipped, or what bent the result.
    pub reason: String,
    /// What guardrails say beyond the reason.
    pub guardrails: String,
    /// The lowest price of the last 30 days, where the law asks for it.
    pub prior_price: Option<String>,
}

impl From<&PriceChangeRow> for RowView {
    fn from(row: &PriceChangeRow) -> Self {
        let changes = row.compare_at_before != row.compare_at_after;
        let both = || {
            (format::amount(row.compare_at_before.as_ref()), format::amount(row.compare_at_after.as_ref()))
        };
        Self {
            outcome: row.outcome.clone(),
            sku: if row.sku.is_empty() { row.variant_id.to_string() } else { row.sku.clone() },
            title: row.title.clone(),
            before: format::amount(row.before.as_ref()),
            after: format::amount(row.after.as_ref()),
            compare_at: changes.then(both),
            change: format::percent(row.change_pct.as_deref()),
            rule: row.rule.clone(),
            reason: row.reason.as_deref().map(format::reason).unwrap_or_default(),
            guardrails: guardrails_view(row.reason.as_deref(), &row.violated, &row.near, &row.waived),
            prior_price: row.prior_price.as_ref().map(|price| format::amount(Some(price))),
        }
    }
}

/// What guardrails say of a row, without the one that the reason names already.
#[must_use]
pub fn guardrails_view<T: AsRef<str>>(
    reason: Option<&str>,
    violated: &[T],
    near: &[T],
    waived: &[T],
) -> String {
    let told = reason.and_then(|reason| reason.strip_prefix("blocked.")).unwrap_or_default();
    let mut parts = Vec::new();
    for (word, guardrails) in [("violated", violated), ("near", near), ("waived", waived)] {
        let names = guardrails.iter().map(AsRef::as_ref).filter(|name| *name != told);
        let names: Vec<_> = names.map(format::state).collect();
        if !names.is_empty() {
            parts.push(format!("{word}: {}", names.join(", ")));
        }
    }
    parts.join("; ")
}

/// Counts by outcome, the spread of the changes, margin and revenue, and what guardrails found: a line each, if known.
#[must_use]
pub fn impact_view(look: Look, impact: &Impact) -> String {
    let counts = &impact.counts;
    let parts = [
        ("cut", counts.cut, "down", true),
        ("raise", counts.raise, "up", true),
        ("blocked", counts.blocked, "blocked", counts.blocked > 0),
        ("same", counts.same, "same", true),
        ("skipped", counts.skipped, "skipped", counts.skipped > 0),
        ("not_selected", counts.not_selected, "not selected", counts.not_selected > 0),
    ];
    let shown: Vec<_> = parts
        .into_iter()
        .filter(|(_, _, _, shown)| *shown)
        .map(|(word, number, name, _)| {
            look.paint(Tone::of(word), &format!("{} {} {name}", format::glyph(word), format::count(number)))
        })
        .collect();
    let mut text = format!("  {}\n", shown.join("   "));
    if let (Some(median), Some(largest)) = (&impact.median_change_pct, &impact.largest_change_pct) {
        let spread = [format::percent(Some(median)), format::percent(Some(largest))];
        text.push_str(&format!("  median {}   largest {}\n", spread[0], spread[1]));
    }
    text.push_str(&worth_view(impact));
    for count in &impact.guardrails {
        text.push_str(&guardrail_view(look, count));
    }
    for (number, what) in [
        (impact.compare_at_too_low, "whose compare-at price would not stand above the price"),
        (impact.ending_missed, "whose ending cannot be shown with tax by any price without it"),
    ] {
        if number > 0 {
            let rows = format::counted(number, "row");
            text.push_str(&format!("  {} {rows} {what}\n", look.paint(Tone::Warn, format::glyph("warn"))));
        }
    }
    text
}

/// Margin and revenue before and after, and for how much of the plan they are known.
fn worth_view(impact: &Impact) -> String {
    let mut text = String::new();
    if let Some(margin) = &impact.margin {
        let share = |pct: &Option<String>| pct.as_ref().map_or("–".to_owned(), |pct| format!("{pct} %"));
        let (before, after) = (share(&margin.before_pct), share(&margin.after_pct));
        let known = &margin.cost_known_pct;
        text.push_str(&format!("  margin {before} → {after}   cost known of {known} %\n").replace('-', "−"));
    }
    if let Some(revenue) = &impact.revenue {
        let (before, after) = (format::amount(Some(&revenue.before)), format::money(Some(&revenue.after)));
        let known = &revenue.sales_known_pct;
        text.push_str(&format!("  revenue of 30 days {before} → {after}   sales known of {known} %\n"));
    }
    text
}

fn guardrail_view(look: Look, count: &GuardrailCount) -> String {
    let parts = [(count.violated, "stopped"), (count.near, "near"), (count.waived, "waived")];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, word)| format!("{} {word}", format::count(number))).collect();
    let (tone, glyph) = verdict_glyph(match count {
        GuardrailCount { violated: 1.., .. } => "violated",
        GuardrailCount { near: 1.., .. } => "near",
        _ => "waived",
    });
    format!("  {} {}: {}\n", look.paint(tone, glyph), format::state(&count.guardrail), parts.join(", "))
}

/// What the guardrails that look at the whole plan found; those that passed are left out.
#[must_use]
pub fn verdicts_view(look: Look, verdicts: &[PlanVerdict]) -> String {
    let mut text = String::new();
    for found in verdicts.iter().filter(|found| found.verdict != "passed") {
        let (tone, glyph) = verdict_glyph(&found.verdict);
        let (what, mode) = (format::state(&found.guardrail), &found.mode);
        let (value, limit, detail) =
            (one_line(&found.value), one_line(&found.limit), one_line(&found.detail));
        text.push_str(&format!(
            "  {} {what} ({mode}): {} at {value}, limit {limit}. {detail}\n",
            look.paint(tone, glyph),
            found.verdict
        ));
    }
    text
}

fn verdict_glyph(verdict: &str) -> (Tone, &'static str) {
    match verdict {
        "violated" => (Tone::Bad, format::glyph("blocked")),
        "near" => (Tone::Warn, format::glyph("warn")),
        "waived" => (Tone::Good, format::glyph("pass")),
        _ => (Tone::Muted, format::glyph("")),
    }
}

/// Rows as a table; columns that would be empty are left out.
#[must_use]
pub fn rows_view(look: Look, rows: &[RowView]) -> String {
    let with_compare_at = rows.iter().any(|row| row.compare_at.is_some());
    let with_reason = rows.iter().any(|row| !row.reason.is_empty());
    let with_prior = rows.iter().any(|row| row.prior_price.is_some());
    let with_guardrails = rows.iter().any(|row| !row.guardrails.is_empty());
    let mut columns = vec!["", "~SKU", "~TITLE", ">OLD", ">NEW", ">CHANGE"];
    columns.extend(with_compare_at.then_some(">COMPARE-AT"));
    columns.extend(with_prior.then_some(">30 DAYS LOW"));
    let with_rule = rows.iter().any(|row| !row.rule.is_empty());
    columns.extend(with_rule.then_some("?~BY"));
    columns.extend(with_reason.then_some("~WHY"));
    columns.extend(with_guardrails.then_some("~ALSO"));
    let mut grid = Grid::new(look, &columns);
    for row in rows {
        let tone = Tone::of(&row.outcome);
        let mut cells = vec![
            (tone, format::glyph(&row.outcome).to_owned()),
            (Tone::Strong, row.sku.clone()),
            (Tone::Plain, row.title.clone()),
            (Tone::Plain, row.before.clone()),
            (tone, row.after.clone()),
            (tone, row.change.clone()),
        ];
        if with_compare_at {
            let both = row.compare_at.as_ref().map(|(before, after)| format!("{before} → {after}"));
            cells.push((Tone::Muted, both.unwrap_or_default()));
        }
        if with_prior {
            cells.push((Tone::Muted, row.prior_price.clone().unwrap_or_default()));
        }
        if with_rule {
            cells.push((Tone::Muted, row.rule.clone()));
        }
        if with_reason {
            cells.push((tone, one_line(&row.reason)));
        }
        if with_guardrails {
            cells.push((Tone::Warn, one_line(&row.guardrails)));
        }
        grid.row(cells);
    }
    grid.finish()
}

#[cfg(test)]
pub(super) mod tests {
    use kernel_core::Money;

    use super::*;
    use crate::rules::dto::{Counts, MarginImpact, RevenueImpact};

    /// A plan's impact as the tests of several commands use it.
    pub fn impact(blocked: u64) -> Impact {
        Impact {
            counts: Counts { raise: 412, cut: 2790, same: 15_688, blocked, skipped: 3, not_selected: 0 },
            median_change_pct: Some("-11.80".into()),
            largest_change_pct: Some("-35.00".into()),
            histogram: Vec::new(),
            guardrails: Vec::new(),
            prices: Vec::new(),
            margin: None,
            revenue: None,
            compare_at_too_low: 0,
            ending_missed: 0,
        }
    }

    fn rows() -> Vec<RowView> {
        let row = |outcome: &str, sku: &str, title: &str, after: &str, change: &str| RowView {
            outcome: outcome.into(),
            sku: sku.into(),
            title: title.into(),
            before: "249.00".into(),
            after: after.into(),
            change: change.into(),
            rule: "black-week v3".into(),
            ..RowView::default()
        };
        vec![
            row("cut", "T-889", "Fjell tent for three people · Green", "161.90", "−35.00 %"),
            RowView {
                compare_at: Some(("–".into(), "249.00".into())),
                ..row("raise", "T-102", "Peg", "261.45", "+5.00 %")
            },
            RowView {
                reason: "the price would be 0.00".into(),
                ..row("blocked", "T-771", "Rope", "0.00", "−100.00 %")
            },
        ]
    }

    const WIDE: Look = Look { colour: false, width: Some(120) };

    #[test]
    fn counts_and_spread_are_told_and_zeros_that_say_nothing_are_not() {
        insta::assert_snapshot!(impact_view(WIDE, &impact(12)), @r"
        ▼ 2,790 down   ▲ 412 up   ⛔ 12 blocked   = 15,688 same   … 3 skipped
        median −11.80 %   largest −35.00 %
        ");
        assert!(!impact_view(WIDE, &impact(0)).contains("blocked"));
    }

    #[test]
    fn what_is_known_of_worth_and_guardrails_is_told_in_lines() {
        let found = |guardrail: &str, violated, near, waived| GuardrailCount {
            guardrail: guardrail.into(),
            violated,
            near,
            waived,
        };
        let euro = |text| Money::parse(text, "EUR".parse().expect("a currency")).expect("an amount");
        let full = Impact {
            guardrails: vec![
                found("below_cost", 12, 3, 0),
                found("maximum_move", 0, 1, 2),
                found("map", 0, 0, 7),
            ],
            margin: Some(MarginImpact {
                before_pct: Some("38.10".into()),
                after_pct: Some("-1.20".into()),
                cost_known_pct: "92.00".into(),
            }),
            revenue: Some(RevenueImpact {
                before: euro("10200.00"),
                after: euro("8900.50"),
                sales_known_pct: "40.00".into(),
            }),
            compare_at_too_low: 1,
            ending_missed: 1200,
            ..impact(12)
        };
        insta::assert_snapshot!(impact_view(WIDE, &full), @r"
        ▼ 2,790 down   ▲ 412 up   ⛔ 12 blocked   = 15,688 same   … 3 skipped
        median −11.80 %   largest −35.00 %
        margin 38.10 % → −1.20 %   cost known of 92.00 %
        revenue of 30 days 10200.00 → 8900.50 EUR   sales known of 40.00 %
        ⛔ below cost: 12 stopped, 3 near
        ! maximum move: 1 near, 2 waived
        ✓ map: 7 waived
        ! 1 row whose compare-at price would not stand above the price
        ! 1,200 rows whose ending cannot be shown with tax by any price without it
        ");
        let verdict = |guardrail: &str, verdict: &str| PlanVerdict {
            guardrail: guardrail.into(),
            mode: "soft".into(),
            verdict: verdict.into(),
            value: "41 % of the catalogue".into(),
            limit: "30 %".into(),
            detail: "Plan fewer variants, or ask for a waiver.".into(),
            rows: 410,
        };
        let verdicts =
            [verdict("blast_radius", "violated"), verdict("collapse", "passed"), verdict("collapse", "near")];
        insta::assert_snapshot!(verdicts_view(WIDE, &verdicts), @r"
        ⛔ blast radius (soft): violated at 41 % of the catalogue, limit 30 %. Plan fewer variants, or ask for a waiver.
        ! collapse (soft): near at 41 % of the catalogue, limit 30 %. Plan fewer variants, or ask for a waiver.
        ");
    }

    #[test]
    fn a_row_says_what_guardrails_found_beyond_its_reason() {
        let none: &[&str] = &[];
        assert_eq!(guardrails_view(Some("blocked.slip"), &["slip"], none, none), "");
        assert_eq!(
            guardrails_view(Some("blocked.slip"), &["below_cost", "slip"], &["maximum_move"], &["map"]),
            "violated: below cost; near: maximum move; waived: map"
        );
        let row = RowView {
            guardrails: "near: maximum move".into(),
            prior_price: Some("199.00".into()),
            ..rows()[0].clone()
        };
        insta::assert_snapshot!(rows_view(WIDE, &[row]), @r"
           SKU    TITLE                                  OLD     NEW    CHANGE  30 DAYS LOW  BY             ALSO
        ▼  T-889  Fjell tent for three people · Gre…  249.00  161.90  −35.00 %       199.00  black-week v3  near: maximum move
        ");
    }

    #[test]
    fn rows_fit_the_screen() {
        insta::assert_snapshot!(rows_view(WIDE, &rows()), @r"
            SKU    TITLE                            OLD     NEW     CHANGE  COMPARE-AT  BY             WHY
        ▼   T-889  Fjell tent for three people…  249.00  161.90   −35.00 %              black-week v3
        ▲   T-102  Peg                           249.00  261.45    +5.00 %  – → 249.00  black-week v3
        ⛔  T-771  Rope                          249.00    0.00  −100.00 %              black-week v3  the price would be 0.00
        ");
        insta::assert_snapshot!(rows_view(Look { width: Some(80), ..WIDE }, &rows()), @r"
            SKU    TITLE        OLD     NEW     CHANGE  COMPARE-AT  BY        WHY
        ▼   T-889  Fjell t…  249.00  161.90   −35.00 %              black-w…
        ▲   T-102  Peg       249.00  261.45    +5.00 %  – → 249.00  black-w…
        ⛔  T-771  Rope      249.00    0.00  −100.00 %              black-w…  the pri…
        ");
        insta::assert_snapshot!(rows_view(Look { width: Some(80), ..WIDE }, &rows()[..1]), @r"
           SKU    TITLE                           OLD     NEW    CHANGE  BY
        ▼  T-889  Fjell tent for three peopl…  249.00  161.90  −35.00 %  black-week v3
        ");
    }
}
