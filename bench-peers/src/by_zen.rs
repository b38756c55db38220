//! The same as compiled ZEN expressions (GoRules) on one reused virtual machine: the shortest way through that language.
//! Its variants are made ready beforehand, and what one expression gives the next reads as a local.

use pricing::{Tags, VariantFacts};
use zen_expression::expression::Standard;
use zen_expression::vm::VM;
use zen_expression::{Expression, Scope, Variable, compile_expression};

use crate::tally::Tally;

/// Which variants, and then each name with what it stands for, in minor units. The names before may be used.
pub const SELECTED: &str = "'sale' in tags and vendor in ['Fjell', 'Nordlys', 'Havn', 'Skog', 'Elv'] \
    and price != null and price >= 2000";
pub const STEPS: [(&str, &str); 3] = [
    ("after", "floor((price * 0.875 - 50 - 99 + 50) / 100) * 100 + 99"),
    (
        "blocked",
        "2 * after >= 19 * price or 19 * after <= 2 * price or cost == null or after * 80 < cost * 100 \
            or after < 1800 or after * 100 < price * 86 or after * 100 > price * 110",
    ),
    ("compare_at_after", "blocked or after >= price ? compare_at : price"),
];

/// The expressions, and the variants as the language has them.
pub struct Peer {
    selected: Expression<Standard>,
    steps: Vec<(&'static str, Expression<Standard>)>,
    variants: Vec<(Option<i64>, Variable)>,
}

impl Peer {
    /// Compiles the expressions and makes the variants ready.
    pub fn new(facts: &[VariantFacts<'_>]) -> Self {
        let compiled = |text: &str| compile_expression(text).expect("the expression is valid");
        Self {
            selected: compiled(SELECTED),
            steps: STEPS.iter().map(|(name, text)| (*name, compiled(text))).collect(),
            variants: facts.iter().map(|variant| (variant.price_minor, variable(variant))).collect(),
        }
    }

    /// Prices every variant.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        let mut vm = VM::new();
        let mut scope = Scope::default();
        for (before, variant) in &self.variants {
            scope.set_base(variant.shallow_clone());
            let selected = self.selected.evaluate_with_scope(&scope, &mut vm).expect("it evaluates");
            let (Some(true), Some(before)) = (selected.as_bool(), before) else { continue };
            for (name, step) in &self.steps {
                let value = step.evaluate_with_scope(&scope, &mut vm).expect("it evaluates");
                scope.set_local(Variable::key(name), value);
            }
            let local = |name| scope.local_str(name).expect("a step gave it");
            let is_blocked = local("blocked").as_bool().expect("a truth");
            tally.push(*before, minor(local("after")), is_blocked, minor(local("compare_at_after")));
        }
        tally
    }
}

/// A variant as an object of the language.
pub fn variable(facts: &VariantFacts<'_>) -> Variable {
    let Tags::Lines(tags) = facts.tags else { unreachable!("the bench's catalogue has its tags in lines") };
    let tags: Vec<&str> = tags.split('\n').filter(|tag| !tag.is_empty()).collect();
    let object = serde_json::json!({
        "sku": facts.sku, "title": facts.title, "vendor": facts.vendor, "product_type": facts.product_type,
        "tags": tags, "price": facts.price_minor, "compare_at": facts.compare_at_minor, "cost": facts.cost_minor,
    });
    object.into()
}

/// An amount; none counts as zero.
pub fn minor(value: &Variable) -> i64 {
    match value {
        Variable::Null => 0,
        value => {
            let number = value.as_number().expect("an amount");
            i64::try_from(number).expect("it fits")
        }
    }
}
