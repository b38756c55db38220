//! The engine's summary as the API shows it.

use kernel_core::{Currency, Money};
use pricing::{GuardrailKind, PlanVerdicts, Summary, bin_edges};

use super::dto::{Bin, Counts, GuardrailCount, Impact, MarginImpact, PlanVerdict, PriceBin, RevenueImpact};

/// The picture of a plan or preview; its amounts are in `currency`.
#[must_use]
pub fn impact(summary: &Summary, currency: Currency) -> Impact {
    let money = |minor: i64| Money::from_minor(minor, currency);
    let counts = summary.counts;
    let counted = summary.histogram.iter().zip(&summary.histogram_blocked).enumerate();
    let bins = counted.map(|(place, (count, blocked))| {
        let (from, to) = bin_edges(place);
        Bin { from_pct: from.map(percent), to_pct: to.map(percent), count: *count, blocked: *blocked }
    });
    Impact {
        counts: Counts {
            raise: counts.raise,
            cut: counts.cut,
            same: counts.same,
            blocked: counts.blocked,
            skipped: counts.skipped,
            not_selected: counts.not_selected,
        },
        median_change_pct: summary.median_basis_points.map(percent),
        largest_change_pct: summary.largest.map(|largest| percent(largest.basis_points)),
        histogram: bins.collect(),
        guardrails: guardrails(summary),
        prices: summary
            .prices
            .iter()
            .map(|bin| PriceBin {
                from: money(bin.from),
                to: money(bin.to),
                before: bin.before,
                after: bin.after,
            })
            .collect(),
        margin: summary.margin.map(|margin| MarginImpact {
            before_pct: margin.before.map(percent),
            after_pct: margin.after.map(percent),
            cost_known_pct: percent(margin.known),
        }),
        revenue: summary.revenue.map(|revenue| RevenueImpact {
            before: money(revenue.before),
            after: money(revenue.after),
            sales_known_pct: percent(revenue.known),
        }),
        compare_at_too_low: summary.compare_at_too_low,
        ending_missed: summary.display_unreachable,
    }
}

/// What the guardrails say that look at the whole plan.
#[must_use]
pub fn plan_verdicts(verdicts: &PlanVerdicts) -> Vec<PlanVerdict> {
    let shown = verdicts.0.iter().map(|verdict| PlanVerdict {
        guardrail: verdict.kind.code().to_owned(),
        mode: verdict.mode.as_str().to_owned(),
        verdict: verdict.verdict.as_str().to_owned(),
        value: verdict.value.clone(),
        limit: verdict.limit.clone(),
        detail: verdict.words.clone(),
        rows: verdict.rows,
    });
    shown.collect()
}

fn guardrails(summary: &Summary) -> Vec<GuardrailCount> {
    GuardrailKind::ALL
        .iter()
        .zip(&summary.guardrails)
        .map(|(kind, counts)| GuardrailCount {
            guardrail: kind.code().to_owned(),
            violated: counts.violated,
            near: counts.near,
            waived: counts.waived,
        })
        .filter(|count| count.violated + count.near + count.waived > 0)
        .collect()
}

/// The change between two amounts in percent with two decimals; `None` without two amounts to compare.
#[must_use]
pub fn pct_of(before: Option<i64>, after: Option<i64>) -> Option<String> {
    pricing::change_basis_points(before?, after?).map(percent)
}

/// Basis points as percent with two decimals: `-1180` is `-11.80`.
#[must_use]
pub fn percent(basis_points: i64) -> String {
    let sign = if basis_points < 0 { "-" } else { "" };
    let magnitude = basis_points.unsigned_abs();
    format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn percent_keeps_the_sign_of_small_changes() {
        assert_eq!(
            [-1180, -5, 0, 7, 250, 10_000].map(percent),
            ["-11.80", "-0.05", "0.00", "0.07", "2.50", "100.00"]
        );
    }
}
