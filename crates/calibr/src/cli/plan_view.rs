//! A plan for people: counts, spread, rows. The same for a stored plan and for one made offline.

use super::format;
use super::look::{Grid, Look, Tone, one_line};
use crate::price_changes::dto::PriceChangeRow;
use crate::rules::dto::Impact;

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
        }
    }
}

/// Counts by outcome and the spread of the changes, in two lines.
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
    text
}

/// Rows as a table; columns that would be empty are left out.
#[must_use]
pub fn rows_view(look: Look, rows: &[RowView]) -> String {
    let with_compare_at = rows.iter().any(|row| row.compare_at.is_some());
    let with_reason = rows.iter().any(|row| !row.reason.is_empty());
    let mut columns = vec!["", "~SKU", "~TITLE", ">OLD", ">NEW", ">CHANGE"];
    columns.extend(with_compare_at.then_some(">COMPARE-AT"));
    columns.push("?~BY");
    columns.extend(with_reason.then_some("~WHY"));
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
        cells.push((Tone::Muted, row.rule.clone()));
        if with_reason {
            cells.push((tone, one_line(&row.reason)));
        }
        grid.row(cells);
    }
    grid.finish()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::rules::dto::Counts;

    /// A plan's impact as the tests of several commands use it.
    pub fn impact(blocked: u64) -> Impact {
        Impact {
            counts: Counts { raise: 412, cut: 2790, same: 15_688, blocked, skipped: 3, not_selected: 0 },
            median_change_pct: Some("-11.80".into()),
            largest_change_pct: Some("-35.00".into()),
            histogram: Vec::new(),
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
