//! What to do with a target, decided from what the shop has now. Pure: the heart of the apply protocol.

use channel::{
    ChannelError, CompareAtWrite, FixedPriceWrite, LivePrice, PriceWrite, ProductRef, RetryClass, VariantRef,
    WriteOutcome,
};
use jiff::{SignedDuration, Timestamp};
use kernel_core::{Currency, Money};

pub use crate::drifts::Amounts;

/// How long after the proof of its lease a write may still arrive: 2 s until it is handed to the connector, 5 s in which
/// that waits for the shop's bucket, and 15 s after which our calls give up (Shopify's own after 10 s).
const MAY_ARRIVE_FOR: SignedDuration = SignedDuration::from_secs(22);

/// A target whose intent is stored.
#[derive(Debug, Clone)]
pub struct OpenTarget {
    pub row: i64,
    pub variant: VariantRef,
    pub product: ProductRef,
    pub before: Amounts,
    pub after: Amounts,
    /// When an earlier attempt may have written: then finding the new price means that we did, and finding the old one
    /// soon after means that the write may still be on its way.
    pub sent_at: Option<Timestamp>,
    /// The name of the vendor's operation in which it left then; `None` if it left in a call of its own.
    pub sent_in: Option<String>,
}

impl OpenTarget {
    /// Whether only the record changes of which sales run: the shop has nothing to do.
    pub fn keeps_price(&self) -> bool {
        self.before == self.after
    }
}

/// Which way a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From the prices before to those of the plan.
    Apply,
    /// Back.
    RollBack,
}

/// What reading the shop says about a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The shop has what we planned from: write.
    Write,
    /// An earlier write may still arrive: look again after this time, and neither write nor settle anything until then.
    Wait(SignedDuration),
    /// It is settled.
    Settled(Settlement),
}

/// How a target ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The shop has the new price, by our hand.
    Applied,
    /// The shop has something else than planned, and it stays. `None` where its amounts are of another currency.
    Conflict { observed: Option<Amounts>, code: &'static str },
    /// On the way back: the shop has the price of before already.
    Unneeded,
    /// The run was stopped before it was written.
    Stopped,
    /// The shop refused, or the variant is gone.
    Failed { code: String, reason: String },
}

/// Compares what the shop has with what was planned. A price in another currency is a conflict like any other.
pub fn decide(
    target: &OpenTarget,
    live: Option<&LivePrice>,
    currency: Currency,
    kind: Kind,
    now: Timestamp,
) -> Verdict {
    let Some(live) = live else {
        return Verdict::Settled(Settlement::Failed {
            code: "variant.gone".to_owned(),
            reason: "The shop no longer has this variant.".to_owned(),
        });
    };
    let observed = Amounts::shown(live);
    if live.price.currency != currency {
        return Verdict::Settled(Settlement::Conflict { observed: None, code: "conflict.currency" });
    }
    if observed == target.after && (target.sent_at.is_some() || target.keeps_price()) {
        return Verdict::Settled(Settlement::Applied);
    }
    if observed == target.after && kind == Kind::RollBack {
        return Verdict::Settled(Settlement::Unneeded);
    }
    // A write that is still on its way may go over whatever stands there now.
    let left = target.sent_at.map_or(SignedDuration::ZERO, |sent_at| may_still_arrive(sent_at, now));
    if left.is_positive() {
        return Verdict::Wait(left);
    }
    if observed == target.before {
        return Verdict::Write;
    }
    let code = if observed == target.after {
        "conflict.already_there"
    } else if observed.relative != target.before.relative {
        "conflict.origin_moved"
    } else if observed.price_minor == target.before.price_minor {
        "conflict.compare_at_moved"
    } else {
        "conflict.price_moved"
    };
    Verdict::Settled(Settlement::Conflict { observed: Some(observed), code })
}

/// How long what left at `sent_at` may still arrive; nothing or less once it has arrived or never will. The start of a bulk
/// operation arrives as a write does, and what it does then takes as long as it takes.
pub fn may_still_arrive(sent_at: Timestamp, now: Timestamp) -> SignedDuration {
    MAY_ARRIVE_FOR.saturating_sub(now.duration_since(sent_at)).min(MAY_ARRIVE_FOR)
}

/// What a write's answer says; `None` means that only reading again can tell.
pub fn judge(target: &OpenTarget, outcome: &WriteOutcome) -> Option<Settlement> {
    match outcome {
        WriteOutcome::Applied { echoed } if Amounts::shown(echoed) == target.after => {
            Some(Settlement::Applied)
        }
        WriteOutcome::Freed if target.after.relative => Some(Settlement::Applied),
        WriteOutcome::Refused { code, message } => Some(Settlement::Failed {
            code: code.clone().map_or_else(|| "shop.refused".to_owned(), |code| format!("shop.{code}")),
            reason: message.clone(),
        }),
        WriteOutcome::Applied { .. }
        | WriteOutcome::Freed
        | WriteOutcome::NotAttempted { .. }
        | WriteOutcome::Unclear { .. } => None,
    }
}

/// What a call that failed as a whole means for its targets; `None` means to go on later by reading again.
pub fn judge_error(error: &ChannelError) -> Option<Settlement> {
    (error.class == RetryClass::Never)
        .then(|| Settlement::Failed { code: error.code.clone(), reason: error.message.clone() })
}

/// The write that takes a target from before to after. Compare-at is not mentioned unless the plan changes it.
pub fn write_of(target: &OpenTarget, currency: Currency) -> PriceWrite {
    let compare_at = match target.after.compare_at_minor {
        same if same == target.before.compare_at_minor => CompareAtWrite::Keep,
        None => CompareAtWrite::Clear,
        Some(minor) => CompareAtWrite::Set(Money::from_minor(minor, currency)),
    };
    PriceWrite {
        variant: target.variant.clone(),
        product: target.product.clone(),
        price: Money::from_minor(target.after.price_minor, currency),
        compare_at,
    }
}

/// The same for a row of a price list, which has no way to leave a compare-at price unmentioned.
pub fn list_write_of(target: &OpenTarget, currency: Currency) -> FixedPriceWrite {
    let money = |minor| Money::from_minor(minor, currency);
    FixedPriceWrite {
        variant: target.variant.clone(),
        price: money(target.after.price_minor),
        compare_at: target.after.compare_at_minor.map(money),
    }
}

/// How a run ends, from its targets.
pub fn end_state(applied: i64, not_applied: i64) -> &'static str {
    match (applied, not_applied) {
        (_, 0) => "applied",
        (0, _) => "failed",
        _ => "partially_applied",
    }
}

#[cfg(test)]
mod tests {
    use channel::PriceOrigin;

    use super::*;

    fn eur() -> Currency {
        "EUR".parse().expect("a currency")
    }

    fn pair(price_minor: i64, compare_at_minor: Option<i64>) -> Amounts {
        Amounts::set(price_minor, compare_at_minor)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("an instant")
    }

    fn target(sent_at: Option<Timestamp>) -> OpenTarget {
        OpenTarget {
            row: 1,
            variant: "v".into(),
            product: "p".into(),
            before: pair(1000, Some(1500)),
            after: pair(900, Some(1500)),
            sent_at,
            sent_in: None,
        }
    }

    fn live(amounts: Amounts) -> LivePrice {
        LivePrice {
            variant: "v".into(),
            product: "p".into(),
            price: Money::from_minor(amounts.price_minor, eur()),
            compare_at: amounts.compare_at_minor.map(|minor| Money::from_minor(minor, eur())),
            origin: if amounts.relative { PriceOrigin::Relative } else { PriceOrigin::Fixed },
        }
    }

    #[test]
    fn every_pair_of_prices_on_a_small_domain_is_decided_as_the_protocol_says() {
        let domain = [800, 900, 1000];
        let compare_ats = [None, Some(1500), Some(1600)];
        for sent_at in [None, Some(at(1000))] {
            let target = target(sent_at);
            for observed in
                domain.iter().flat_map(|price| compare_ats.map(|compare_at| pair(*price, compare_at)))
            {
                let verdict = decide(&target, Some(&live(observed)), eur(), Kind::Apply, at(1022));
                let writes = verdict == Verdict::Write;
                let applied = verdict == Verdict::Settled(Settlement::Applied);
                assert_eq!(writes, observed == target.before, "{observed:?}");
                assert_eq!(applied, sent_at.is_some() && observed == target.after, "{observed:?}");
            }
        }
    }

    #[test]
    fn a_write_that_may_still_arrive_is_waited_for_and_not_repeated() {
        let target = target(Some(at(1000)));
        let verdict = |second| decide(&target, Some(&live(target.before)), eur(), Kind::Apply, at(second));
        assert_eq!(verdict(1000), Verdict::Wait(SignedDuration::from_secs(22)));
        assert_eq!(verdict(1021), Verdict::Wait(SignedDuration::from_secs(1)));
        assert_eq!(verdict(1022), Verdict::Write);
        // The worker that sent it had a clock far ahead of ours.
        assert_eq!(verdict(0), Verdict::Wait(SignedDuration::from_secs(22)));
    }

    #[test]
    fn a_write_that_may_still_arrive_may_go_over_an_edit_so_that_nothing_is_said_before() {
        let target = target(Some(at(1000)));
        let edited = pair(800, Some(1500));
        let verdict = |second| decide(&target, Some(&live(edited)), eur(), Kind::Apply, at(second));
        assert_eq!(verdict(1021), Verdict::Wait(SignedDuration::from_secs(1)));
        let code = "conflict.price_moved";
        let conflict = Settlement::Conflict { observed: Some(edited), code };
        assert_eq!(verdict(1022), Verdict::Settled(conflict));
    }

    #[test]
    fn a_way_back_that_is_not_needed_is_no_conflict() {
        let target = target(None);
        let verdict = |kind| decide(&target, Some(&live(target.after)), eur(), kind, at(0));
        assert_eq!(verdict(Kind::RollBack), Verdict::Settled(Settlement::Unneeded));
        assert!(matches!(verdict(Kind::Apply), Verdict::Settled(Settlement::Conflict { .. })));
    }

    #[test]
    fn a_target_that_only_changes_which_sales_run_is_never_written() {
        let same = pair(1000, Some(1500));
        for sent_at in [None, Some(at(1000))] {
            let target = OpenTarget { after: same, ..target(sent_at) };
            for kind in [Kind::Apply, Kind::RollBack] {
                let verdict = |observed| decide(&target, Some(&live(observed)), eur(), kind, at(1022));
                assert_eq!(verdict(same), Verdict::Settled(Settlement::Applied));
                assert!(matches!(verdict(pair(900, None)), Verdict::Settled(Settlement::Conflict { .. })));
            }
        }
    }

    #[test]
    fn another_currency_is_never_written_over() {
        let usd = "USD".parse().expect("a currency");
        let verdict =
            decide(&target(Some(at(0))), Some(&live(pair(1000, Some(1500)))), usd, Kind::Apply, at(1000));
        assert!(matches!(verdict, Verdict::Settled(Settlement::Conflict { code: "conflict.currency", .. })));
    }

    #[test]
    fn a_missing_variant_fails_and_is_not_written() {
        assert!(matches!(
            decide(&target(Some(at(0))), None, eur(), Kind::Apply, at(1000)),
            Verdict::Settled(Settlement::Failed { .. })
        ));
    }

    #[test]
    fn compare_at_is_mentioned_only_when_the_plan_changes_it() {
        let with = |after| write_of(&OpenTarget { after, ..target(None) }, eur()).compare_at;
        assert_eq!(with(pair(900, Some(1500))), CompareAtWrite::Keep);
        assert_eq!(with(pair(900, None)), CompareAtWrite::Clear);
        assert_eq!(with(pair(900, Some(1000))), CompareAtWrite::Set(Money::from_minor(1000, eur())));
    }

    #[test]
    fn a_row_that_follows_the_base_price_is_another_than_one_that_is_set_to_the_same() {
        let follows = Amounts { relative: true, ..pair(1000, None) };
        let there = OpenTarget { before: follows, after: pair(900, None), ..target(None) };
        let verdict =
            |target: &OpenTarget, observed, kind| decide(target, Some(&live(observed)), eur(), kind, at(0));
        let moved = |observed| {
            let code = "conflict.origin_moved";
            Verdict::Settled(Settlement::Conflict { observed: Some(observed), code })
        };
        assert_eq!(verdict(&there, follows, Kind::Apply), Verdict::Write);
        assert_eq!(verdict(&there, pair(1000, None), Kind::Apply), moved(pair(1000, None)));
        let back = OpenTarget { before: pair(900, None), after: follows, ..target(None) };
        assert_eq!(verdict(&back, pair(900, None), Kind::RollBack), Verdict::Write);
        assert_eq!(verdict(&back, follows, Kind::RollBack), Verdict::Settled(Settlement::Unneeded));
        let elsewhere = Amounts { price_minor: 950, ..follows };
        assert_eq!(verdict(&back, elsewhere, Kind::RollBack), moved(elsewhere));
        assert_eq!(judge(&back, &WriteOutcome::Freed), Some(Settlement::Applied));
        assert_eq!(judge(&there, &WriteOutcome::Freed), None, "it was to be set");
    }

    #[test]
    fn an_echo_of_the_old_price_is_not_believed() {
        let echoed = WriteOutcome::Applied { echoed: live(pair(1000, Some(1500))) };
        assert_eq!(judge(&target(None), &echoed), None);
    }
}
