//! Short ways to put one price, or a shop full of them, before the guardrails.

use jiff::Timestamp;
use kernel_core::Currency;
use pricing::{
    DayTotals, Decision, GuardrailKind, Guardrails, MoreFacts, PlanVerdicts, PricingContext, Row, Rule,
    RuleSet, VariantFacts, Verdict,
};

pub const NOW: i64 = 1_800_000_000;
pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 24 * HOUR;

pub fn currency(code: &str) -> Currency {
    code.parse().expect("a currency")
}

pub fn context(code: &str) -> PricingContext {
    PricingContext::base(currency(code), Timestamp::from_second(NOW).expect("an instant"))
}

pub fn guardrails(lines: &str) -> Guardrails {
    let text = format!("schema: guardrails.v1\n{lines}\n");
    Guardrails::from_yaml(&text).unwrap_or_else(|faults| panic!("{text}{faults:?}"))
}

pub fn rule(lines: &str) -> Rule {
    let text = format!("schema: rule.v1\nname: test\nselect: {{ all_variants: true }}\n{lines}\n");
    Rule::from_yaml(&text).unwrap_or_else(|faults| panic!("{text}{faults:?}"))
}

pub fn rule_set(lines: &str, guardrails: &Guardrails, context: &PricingContext) -> RuleSet {
    RuleSet::compile(&[("test v1", &rule(lines))], guardrails, context).expect("compiles")
}

/// A move from one price to another, under given guardrails and facts.
pub struct Try<'a> {
    pub guardrails: Guardrails,
    pub context: PricingContext,
    pub cost: Option<i64>,
    pub more: MoreFacts<'a>,
}

impl Try<'_> {
    pub fn under(guardrails: Guardrails) -> Self {
        Self { guardrails, context: context("EUR"), cost: None, more: MoreFacts::default() }
    }

    pub fn of(lines: &str) -> Self {
        Self::under(guardrails(lines))
    }

    pub fn facts(&self, before: i64) -> VariantFacts<'_> {
        VariantFacts {
            price_minor: Some(before),
            cost_minor: self.cost,
            more: &self.more,
            ..VariantFacts::default()
        }
    }

    pub fn row(&self, before: i64, after: i64) -> Row {
        let amount = kernel_core::Money::from_minor(after, self.context.currency).to_decimal_string();
        let step = match after - before {
            0 => "steps: [{ percent: 0 }]".to_owned(),
            _ if after > 0 => format!("steps: [{{ set: {amount} {} }}]", self.context.currency.code()),
            _ => {
                let by = kernel_core::Money::from_minor(after - before, self.context.currency);
                format!("steps: [{{ amount: {} {} }}]", by.to_decimal_string(), self.context.currency.code())
            }
        };
        match rule_set(&step, &self.guardrails, &self.context).evaluate(&self.facts(before)) {
            Decision::Row(row) => row,
            Decision::NotSelected => panic!("everything is selected"),
        }
    }

    pub fn verdict(&self, kind: GuardrailKind, before: i64, after: i64) -> Verdict {
        self.row(before, after).guardrails.verdict(kind)
    }

    /// What the trace says of one guardrail: verdict, value, limit, reason.
    pub fn trace(&self, code: &str, before: i64, after: i64) -> String {
        let step =
            format!("steps: [{{ set: {} {} }}]", text(after, &self.context), self.context.currency.code());
        let set = rule_set(&step, &self.guardrails, &self.context);
        let trace = set.explain(&self.facts(before));
        let step = trace.steps.iter().find(|step| step.kind == code).expect("the guardrail is in the trace");
        let shown = [&step.verdict, &step.value, &step.limit, &step.reason];
        shown.map(|text| text.as_deref().unwrap_or("-")).join(" | ")
    }
}

fn text(minor: i64, context: &PricingContext) -> String {
    kernel_core::Money::from_minor(minor, context.currency).to_decimal_string()
}

/// Runs a rule over a shop and answers its rows and what the guardrails say of the whole.
pub fn plan(
    lines: &str,
    guardrails: &Guardrails,
    context: &PricingContext,
    shop: &[VariantFacts<'_>],
    today: &DayTotals,
) -> (Vec<Row>, PlanVerdicts) {
    let set = rule_set(lines, guardrails, context);
    let mut aggregate = set.aggregate();
    let mut rows = Vec::new();
    for facts in shop {
        let decision = set.evaluate(facts);
        aggregate.push(&decision, facts);
        if let Decision::Row(row) = decision {
            rows.push(row);
        }
    }
    (rows, aggregate.finish(today, shop.len() as u64))
}

pub fn shop(prices: impl IntoIterator<Item = i64>) -> Vec<VariantFacts<'static>> {
    let variants = (0_u128..).zip(prices);
    variants
        .map(|(key, price)| VariantFacts { key, price_minor: Some(price), ..VariantFacts::default() })
        .collect()
}
