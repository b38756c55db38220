//! What a rule would do to another catalogue than today's: as prices were at a past instant, or with all costs or prices
//! moved. The same pass as the preview, over other facts, and in force whatever the rule's schedule says. Nothing is stored.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Ctx, Error, Result};
use pricing::{DayTotals, MoreFacts, Needs, PricePoint, Shift, Snapshot, SnapshotBuilder, VariantFacts};
use serde::Deserialize;
use utoipa::IntoParams;

use super::compile::of_one;
use super::dto::Preview;
use super::look::look;
use super::preview::next_in_force;
use super::ready::{Named, ReadyRules, running_sales};
use super::{invalid, store};
use crate::accounts::{self, dto::Project};
use crate::catalog::{self, REMEMBERED_DAYS};
use crate::guardrails::{self, Others};
use crate::state::App;

/// What to suppose.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Supposed {
    /// Prices as they were at this instant of the last 120 days, with the costs, tags and stock of today.
    at: Option<Timestamp>,
    /// All costs changed by so many percent, such as `12.5`.
    cost_change_pct: Option<String>,
    /// All prices, past ones too, changed by so many percent, such as `-3`.
    price_change_pct: Option<String>,
    /// All reference prices, those of competitors and manufacturers, changed by so many percent.
    reference_change_pct: Option<String>,
}

/// Runs `rule` over the supposed catalogue, as if in force: at the instant supposed, or when its schedule next begins.
///
/// # Errors
/// `simulate.at` and `simulate.percent` (422), `rule.invalid` (422), or the database refused.
pub(super) async fn simulate(
    app: &App,
    ctx: &Ctx,
    project: &Project,
    rule: &pricing::Rule,
    supposed: &Supposed,
) -> Result<Preview> {
    let other = Otherwise::read(supposed, ctx.now())?;
    let at = supposed.at.unwrap_or_else(|| next_in_force(rule, ctx.now()));
    let context = accounts::pricing_context(project, at);
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let effective = guardrails::effective(&tx, project, ctx.now()).await?;
    let snapshot = catalog::snapshot(app, &tx, project.id).await?;
    let id = store::rule_by_name(&tx, project.id, rule.name()).await?.map(|stored| stored.id);
    let named = [Named { label: rule.name().to_owned(), rule: rule.clone(), id }];
    // Of the past neither the sales nor the other plans of that day are remembered.
    let (running, today) = match supposed.at {
        Some(_) => (Vec::new(), DayTotals::default()),
        None => (
            running_sales(&tx, project.id, &snapshot, &named).await?,
            guardrails::day_totals(&tx, (project.id, catalog::BASE), ctx.now(), Others::ApprovedOrStarted)
                .await?,
        ),
    };
    drop(tx);
    let rules = ReadyRules::compile(&named, &running, &[], &effective.guardrails, &context);
    let mut rules = rules.map_err(|faults| invalid(of_one(faults)))?;
    rules.begin(rule);
    let looking = tokio::task::spawn_blocking(move || {
        let sale_price = |facts: &VariantFacts<'_>| rules.rules().sale_price(facts);
        look(&other.of_snapshot(&snapshot, sale_price), &rules, &today)
    });
    looking.await.map_err(Error::internal)
}

/// How the facts differ from today's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Otherwise {
    /// In seconds since 1970.
    at: Option<i64>,
    shift: Shift,
}

impl Otherwise {
    fn read(supposed: &Supposed, now: Timestamp) -> Result<Self> {
        if let Some(at) = supposed.at {
            let oldest = now - SignedDuration::from_hours(24 * REMEMBERED_DAYS);
            if at > now || at < oldest {
                let detail =
                    format!("Say an instant of the last {REMEMBERED_DAYS} days: from {oldest} to {now}.");
                return Err(Error::unprocessable("simulate.at", detail.clone()).at(
                    "/at",
                    "out_of_range",
                    detail,
                ));
            }
        }
        let mut shift = Shift::NONE;
        let refused = |name: &str, fault: String| {
            let detail = format!("`{name}` cannot be used: {fault}.");
            Error::unprocessable("simulate.percent", detail.clone()).at(format!("/{name}"), "percent", detail)
        };
        if let Some(percent) = &supposed.cost_change_pct {
            shift = shift.cost(percent).map_err(|fault| refused("cost_change_pct", fault))?;
        }
        if let Some(percent) = &supposed.price_change_pct {
            shift = shift.price(percent).map_err(|fault| refused("price_change_pct", fault))?;
        }
        if let Some(percent) = &supposed.reference_change_pct {
            shift = shift.reference(percent).map_err(|fault| refused("reference_change_pct", fault))?;
        }
        Ok(Self { at: supposed.at.map(Timestamp::as_second), shift })
    }

    /// `sale_price` tells what running sales make of a variant.
    fn of_snapshot(
        self,
        snapshot: &Snapshot,
        sale_price: impl Fn(&VariantFacts<'_>) -> Option<i64>,
    ) -> Snapshot {
        if self.at.is_none() && self.shift == Shift::NONE {
            return snapshot.clone();
        }
        let mut builder = SnapshotBuilder::default();
        snapshot.for_each(Needs::History, |facts| self.of(facts, &sale_price, |facts| builder.push(facts)));
        builder.finish()
    }

    /// Hands on the facts as supposed; nothing for a variant that had its first price later.
    fn of(
        self,
        facts: &VariantFacts<'_>,
        sale_price: impl Fn(&VariantFacts<'_>) -> Option<i64>,
        hand_on: impl FnOnce(&VariantFacts<'_>),
    ) {
        let known = facts.more.history;
        let held = self.at.map_or(known.len(), |at| known.partition_point(|point| point.from <= at));
        let past = self.at.is_some();
        if past && held == 0 && facts.price_minor.is_some() {
            return;
        }
        let more = MoreFacts {
            // Which sales ran then is not remembered.
            base_minor: facts.more.base_minor.filter(|_| !past),
            base_compare_at_minor: facts.more.base_compare_at_minor.filter(|_| !past),
            running_sales: if past { MoreFacts::NONE.running_sales } else { facts.more.running_sales },
            ..*facts.more
        };
        let then = known[..held].last().filter(|_| past);
        let facts = VariantFacts {
            price_minor: then.map_or(facts.price_minor, |point| Some(point.price_minor)),
            compare_at_minor: then.map_or(facts.compare_at_minor, |point| point.compare_at_minor),
            more: &more,
            ..*facts
        };
        let mut history: Vec<PricePoint> =
            known[..held].iter().filter_map(|point| self.point(point)).collect();
        // A price that a sale gives is supposed to follow: it is what the sale would give then.
        let in_sale = sale_price(&facts).filter(|price| facts.price_minor == Some(*price));
        self.shift.apply(&facts, |facts| {
            let price_minor = in_sale.and_then(|_| sale_price(facts)).or(facts.price_minor);
            if let (Some(now), Some(price_minor)) = (history.last_mut(), price_minor) {
                now.price_minor = price_minor;
            }
            let more = MoreFacts { history: &history, ..*facts.more };
            hand_on(&VariantFacts { price_minor, more: &more, ..*facts });
        });
    }

    /// A past price, shifted like the present one; else every variant would seem to have just moved.
    fn point(self, point: &PricePoint) -> Option<PricePoint> {
        let facts = VariantFacts {
            price_minor: Some(point.price_minor),
            compare_at_minor: point.compare_at_minor,
            ..VariantFacts::default()
        };
        self.shift.apply(&facts, |facts| {
            Some(PricePoint {
                from: point.from,
                price_minor: facts.price_minor?,
                compare_at_minor: facts.compare_at_minor,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_past_catalogue_has_the_prices_that_held_then() {
        let history = [(100, 1000, None), (200, 800, Some(1000)), (300, 900, None)];
        let history = history.map(|(from, price_minor, compare_at_minor)| PricePoint {
            from,
            price_minor,
            compare_at_minor,
        });
        let more = MoreFacts { history: &history, base_minor: Some(950), ..MoreFacts::default() };
        let facts = VariantFacts {
            price_minor: Some(900),
            cost_minor: Some(500),
            more: &more,
            ..VariantFacts::default()
        };
        let at = |at: Option<i64>, price: &str| {
            let mut seen = None;
            let shift = Shift::NONE.cost("10").and_then(|shift| shift.price(price)).expect("percentages");
            Otherwise { at, shift }.of(
                &facts,
                |_| None,
                |f| {
                    seen = Some((
                        f.price_minor,
                        f.compare_at_minor,
                        f.cost_minor,
                        f.more.base_minor,
                        f.more.history.len(),
                    ));
                },
            );
            seen
        };
        assert_eq!(at(Some(99), "0"), None, "it had no price yet");
        assert_eq!(at(Some(100), "0"), Some((Some(1000), None, Some(550), None, 1)));
        assert_eq!(at(Some(299), "0"), Some((Some(800), Some(1000), Some(550), None, 2)));
        assert_eq!(at(Some(299), "-50"), Some((Some(400), Some(500), Some(550), None, 2)));
        assert_eq!(at(None, "10"), Some((Some(990), None, Some(550), Some(1045), 3)));
    }
}
