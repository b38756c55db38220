//! What a rule would do to another catalogue than today's: as prices were at a past instant, or with all costs or prices
//! moved. The same pass as the preview, over other facts. Nothing is stored.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Ctx, Error, Result};
use pricing::{DayTotals, MoreFacts, Needs, PricePoint, Snapshot, SnapshotBuilder, VariantFacts};
use serde::Deserialize;
use utoipa::IntoParams;

use super::compile::of_one;
use super::dto::Preview;
use super::invalid;
use super::look::look;
use super::ready::{Named, ReadyRules};
use crate::accounts::{self, dto::Project};
use crate::catalog;
use crate::guardrails;
use crate::state::App;

/// Prices of this span are kept in memory.
const REMEMBERED_DAYS: i64 = 120;
/// Digits after the point of a percentage.
const DECIMALS: usize = 4;
/// A percentage of which this is one.
const ONE_PERCENT: i128 = 10_000;

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
}

/// Runs `rule` over the supposed catalogue.
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
    let shift = Shift::read(supposed, ctx.now())?;
    let context = accounts::pricing_context(project, supposed.at.unwrap_or_else(|| ctx.now()));
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let effective = guardrails::effective(&tx, project, ctx.now()).await?;
    let named = [Named { label: rule.name().to_owned(), rule: rule.clone(), id: None }];
    let rules = ReadyRules::compile(&named, &[], &[], &effective.guardrails, &context);
    let rules = rules.map_err(|faults| invalid(of_one(faults)))?;
    let snapshot = catalog::snapshot(app, &tx, project.id).await?;
    drop(tx);
    let looking = tokio::task::spawn_blocking(move || {
        look(&shift.of_snapshot(&snapshot), &rules, &DayTotals::default())
    });
    looking.await.map_err(Error::internal)
}

/// How the facts differ from today's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Shift {
    /// In seconds since 1970.
    at: Option<i64>,
    /// In ten-thousandths of a percent.
    cost: i128,
    price: i128,
}

impl Shift {
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
        Ok(Self {
            at: supposed.at.map(Timestamp::as_second),
            cost: percentage("cost_change_pct", supposed.cost_change_pct.as_deref())?,
            price: percentage("price_change_pct", supposed.price_change_pct.as_deref())?,
        })
    }

    fn of_snapshot(self, snapshot: &Snapshot) -> Snapshot {
        if self == Self::default() {
            return snapshot.clone();
        }
        let mut builder = SnapshotBuilder::default();
        snapshot.for_each(Needs::History, |facts| self.of(facts, |facts| builder.push(facts)));
        builder.finish()
    }

    /// Hands on the facts as supposed; nothing for a variant that had its first price later.
    fn of(self, facts: &VariantFacts<'_>, hand_on: impl FnOnce(&VariantFacts<'_>)) {
        let known = facts.more.history;
        let held = self.at.map_or(known.len(), |at| known.partition_point(|point| point.from <= at));
        let past = self.at.is_some();
        if past && held == 0 && facts.price_minor.is_some() {
            return;
        }
        let moved = |minor: Option<i64>| minor.map(|minor| shifted(minor, self.price));
        let history: Vec<PricePoint> = known[..held]
            .iter()
            .map(|point| PricePoint {
                from: point.from,
                price_minor: shifted(point.price_minor, self.price),
                compare_at_minor: moved(point.compare_at_minor),
            })
            .collect();
        let then = history.last().filter(|_| past);
        let more = MoreFacts {
            // Which sales ran then is not remembered.
            base_minor: if past { None } else { moved(facts.more.base_minor) },
            running_sales: if past { MoreFacts::NONE.running_sales } else { facts.more.running_sales },
            history: &history,
            ..*facts.more
        };
        hand_on(&VariantFacts {
            price_minor: then.map_or_else(|| moved(facts.price_minor), |point| Some(point.price_minor)),
            compare_at_minor: match then {
                Some(point) => point.compare_at_minor,
                None => moved(facts.compare_at_minor),
            },
            cost_minor: facts.cost_minor.map(|minor| shifted(minor, self.cost)),
            more: &more,
            ..*facts
        });
    }
}

/// `minor` changed by ten-thousandths of a percent, rounded half up.
fn shifted(minor: i64, by: i128) -> i64 {
    let whole = 100 * ONE_PERCENT;
    let scaled = i128::from(minor) * (whole + by);
    i64::try_from((scaled * 2 + whole).div_euclid(whole * 2)).unwrap_or(i64::MAX)
}

/// Reads `-12.5` as ten-thousandths of a percent.
fn percentage(name: &str, text: Option<&str>) -> Result<i128> {
    let Some(text) = text else { return Ok(0) };
    let read = || {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain =
            |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole, 6) || !plain(fraction, DECIMALS) {
            return None;
        }
        let amount: i128 = format!("{whole}{fraction:0<DECIMALS$}").parse().ok()?;
        Some(sign * amount).filter(|amount| *amount > -100 * ONE_PERCENT)
    };
    read().ok_or_else(|| {
        let detail = format!(
            "`{name}` is a percentage above -100 with at most {DECIMALS} digits after the point, such as 12.5 or -3."
        );
        Error::unprocessable("simulate.percent", detail.clone()).at(format!("/{name}"), "percent", detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact_and_round_half_up() {
        let read = |text| percentage("cost_change_pct", Some(text)).ok();
        assert_eq!(read("12.5"), Some(125_000));
        assert_eq!(read("-0.0001"), Some(-1));
        assert_eq!(read("-99.9999"), Some(-999_999));
        for text in ["", "-", "1,5", "12 %", "-100", "1.00001", "1e3", "+3", "1.", ".5", "1234567"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(shifted(1000, 125_000), 1125);
        assert_eq!(shifted(1001, 125_000), 1126, "1126.125");
        assert_eq!(shifted(10, 50_000), 11, "10.5 goes up");
        assert_eq!(shifted(10, -50_000), 10, "9.5 goes up");
        assert_eq!(shifted(i64::MAX, 9_999_990_000), i64::MAX);
        assert_eq!(shifted(0, 125_000), 0);
    }

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
        let at = |at: Option<i64>, price: i128| {
            let mut seen = None;
            let shift = Shift { at, price, cost: 100_000 };
            shift.of(&facts, |f| {
                seen = Some((
                    f.price_minor,
                    f.compare_at_minor,
                    f.cost_minor,
                    f.more.base_minor,
                    f.more.history.len(),
                ));
            });
            seen
        };
        assert_eq!(at(Some(99), 0), None, "it had no price yet");
        assert_eq!(at(Some(100), 0), Some((Some(1000), None, Some(550), None, 1)));
        assert_eq!(at(Some(299), 0), Some((Some(800), Some(1000), Some(550), None, 2)));
        assert_eq!(at(Some(299), -500_000), Some((Some(400), Some(500), Some(550), None, 2)));
        assert_eq!(at(None, 100_000), Some((Some(990), None, Some(550), Some(1045), 3)));
    }
}
