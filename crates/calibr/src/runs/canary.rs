//! First waves: which targets are in one, and what watching it says. Pure.

use std::collections::HashSet;

use jiff::SignedDuration;
use kernel_core::{Error, Result};
use uuid::Uuid;

use super::dto::Canary;
use super::targets::NewTarget;
use crate::price_changes::dto::CanaryRequest;

const WAIT: SignedDuration = SignedDuration::from_mins(10);
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Divides targets, which come ordered by product, into a first wave and the rest, and says what the first wave is.
///
/// # Errors
/// `canary.percent`, `canary.variants` or `canary.wait` (422).
pub(super) fn divide(request: &CanaryRequest, targets: &mut [NewTarget]) -> Result<Canary> {
    let wait = wait_of(request)?;
    match (request.percent, request.variants.is_empty()) {
        (Some(1..=99), true) => {}
        (None, false) => {}
        (Some(_), true) | (None, true) => {
            return Err(refused(
                "canary.percent",
                "/canary/percent",
                "Name a share from 1 to 99, or variants.",
            ));
        }
        (Some(_), false) => {
            let detail = "Name a share or variants, not both.";
            return Err(refused("canary.variants", "/canary/variants", detail));
        }
    }
    let first: HashSet<Uuid> = request.variants.iter().map(|variant| variant.0).collect();
    let writable = targets.iter().filter(|target| target.external.is_some()).count();
    let wanted = request.percent.map(|percent| (writable * usize::from(percent)).div_ceil(100));
    let mut taken = 0;
    let mut last_product = None;
    for target in targets.iter_mut() {
        target.wave = 1;
        let Some((_, product)) = &target.external else { continue };
        let is_first = match wanted {
            None => first.contains(&target.variant.0),
            // A product is written in one call, so it belongs to one wave.
            Some(wanted) => taken < wanted || last_product.as_ref() == Some(product),
        };
        if is_first {
            target.wave = 0;
            taken += 1;
            last_product = Some(product.clone());
        }
    }
    if taken == 0 {
        let detail = "None of these variants is written by this plan.";
        return Err(refused("canary.variants", "/canary/variants", detail));
    }
    Ok(Canary {
        percent: request.percent,
        targets: taken as u64,
        wait_s: wait.as_secs(),
        watched_until: None,
        verdict: None,
        reason: None,
    })
}

fn wait_of(request: &CanaryRequest) -> Result<SignedDuration> {
    let Some(text) = request.wait.as_deref() else { return Ok(WAIT) };
    let wait: Option<SignedDuration> = text.parse().ok();
    wait.filter(|wait| !wait.is_negative() && *wait <= WAIT_MAX).ok_or_else(|| {
        refused("canary.wait", "/canary/wait", "Write a time such as `10m` or `1h`, up to 7 days.")
    })
}

fn refused(code: &'static str, pointer: &str, detail: &str) -> Error {
    Error::unprocessable(code, detail).at(pointer, "invalid_value", detail)
}

/// What is known of a first wave that was watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Watched {
    pub applied: u64,
    pub failed: u64,
    pub conflict: u64,
    /// Of the applied: the shop has something else now.
    pub drifted: u64,
    /// What guardrails and rules say against the rest now.
    pub guardrail: Option<String>,
    /// Why the shop could not be read.
    pub unread: Option<String>,
}

/// What follows from a first wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The rest is written.
    Pass,
    /// What was written is taken back.
    Fail(String),
    /// A person must look.
    Inconclusive(String),
}

/// Judges a first wave. What speaks against it counts before what leaves it open.
pub(super) fn judge(watched: &Watched) -> Verdict {
    let prices = |count: u64| if count == 1 { "1 price".to_owned() } else { format!("{count} prices") };
    if watched.failed > 0 {
        return Verdict::Fail(format!("The shop refused {} of the first wave.", prices(watched.failed)));
    }
    if watched.drifted > 0 {
        let detail = format!("{} of the first wave changed in the shop since.", prices(watched.drifted));
        return Verdict::Fail(detail);
    }
    if let Some(why) = &watched.guardrail {
        return Verdict::Fail(why.clone());
    }
    if let Some(why) = &watched.unread {
        return Verdict::Inconclusive(format!("The shop could not be read: {why}"));
    }
    if watched.applied == 0 {
        return Verdict::Inconclusive("Nothing of the first wave was written.".to_owned());
    }
    if watched.conflict >= watched.applied {
        let detail = format!("{} of the first wave had moved in the shop.", prices(watched.conflict));
        return Verdict::Inconclusive(detail);
    }
    Verdict::Pass
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::VariantId;
    use crate::runs::model::Amounts;

    fn targets(products: &[usize]) -> Vec<NewTarget> {
        let amounts = Amounts::set(1, None);
        let of = |product: usize| NewTarget {
            row: 1,
            batch: 0,
            wave: 0,
            variant: VariantId::new(),
            external: Some((String::new(), product.to_string())),
            sku: String::new(),
            title: String::new(),
            before: amounts,
            after: amounts,
        };
        let sizes = products.iter().enumerate();
        sizes.flat_map(|(product, size)| (0..*size).map(move |_| of(product))).collect()
    }

    fn share(percent: u8) -> CanaryRequest {
        CanaryRequest { percent: Some(percent), variants: Vec::new(), wait: None }
    }

    #[test]
    fn a_share_is_rounded_up_and_tears_no_product_apart() {
        for (percent, products, first) in [
            (5, &[1; 40][..], 2),
            (1, &[1; 40], 1),
            (10, &[3, 3, 3, 3], 3),
            (50, &[1, 5, 1, 1], 6),
            (99, &[4, 4], 8),
        ] {
            let mut all = targets(products);
            let canary = divide(&share(percent), &mut all).expect("a first wave");
            assert_eq!(canary.targets, first, "{percent} % of {products:?}");
            let waves: Vec<i64> = all.iter().map(|target| target.wave).collect();
            assert!(waves.is_sorted() && waves.iter().filter(|wave| **wave == 0).count() as u64 == first);
        }
    }

    #[test]
    fn named_variants_are_the_first_wave_and_nonsense_is_refused() {
        let mut all = targets(&[2, 2]);
        let named =
            CanaryRequest { percent: None, variants: vec![all[3].variant], wait: Some("1h 30m".into()) };
        let canary = divide(&named, &mut all).expect("a first wave");
        assert_eq!((canary.targets, canary.wait_s, all[3].wave, all[0].wave), (1, 5400, 0, 1));
        let nobody = CanaryRequest { percent: None, variants: vec![VariantId::new()], wait: None };
        let both = CanaryRequest { percent: Some(5), ..named.clone() };
        let nothing = CanaryRequest { percent: None, variants: Vec::new(), wait: None };
        let long = CanaryRequest { wait: Some("8d".into()), ..share(5) };
        let odd = CanaryRequest { wait: Some("soon".into()), ..share(5) };
        for request in [nobody, both, nothing, long, odd, share(0), share(100)] {
            assert!(divide(&request, &mut all).is_err(), "{request:?}");
        }
    }

    #[test]
    fn what_speaks_against_it_counts_before_what_leaves_it_open() {
        let fine = Watched { applied: 10, ..Watched::default() };
        let verdict = |watched: Watched| match judge(&watched) {
            Verdict::Pass => "pass",
            Verdict::Fail(_) => "fail",
            Verdict::Inconclusive(_) => "inconclusive",
        };
        let unread = Some("no answer".to_owned());
        let stopped = Some("below cost".to_owned());
        assert_eq!(verdict(fine.clone()), "pass");
        assert_eq!(verdict(Watched { conflict: 9, ..fine.clone() }), "pass");
        assert_eq!(verdict(Watched { conflict: 10, ..fine.clone() }), "inconclusive");
        assert_eq!(verdict(Watched { unread: unread.clone(), ..fine.clone() }), "inconclusive");
        assert_eq!(verdict(Watched::default()), "inconclusive");
        assert_eq!(verdict(Watched { failed: 1, unread, ..fine.clone() }), "fail");
        assert_eq!(verdict(Watched { drifted: 1, ..fine.clone() }), "fail");
        assert_eq!(verdict(Watched { guardrail: stopped, ..fine }), "fail");
    }
}
