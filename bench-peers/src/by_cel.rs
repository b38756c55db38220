//! The same in the Common Expression Language: programs compiled once, one context, the variants made ready beforehand
//! and read without a copy. The language binds no names, so what one program gives the next reads as a variable.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed};

use cel::common::types::{CelBool, CelInt, CelList, CelNull, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Program, Value};
use pricing::{Tags, VariantFacts};

use crate::tally::Tally;

const SELECTED: &str = "'sale' in tags && vendor in ['Fjell', 'Nordlys', 'Havn', 'Skog', 'Elv'] \
    && price != null && price >= 2000";

/// In minor units; division cuts off what is behind the point.
const AFTER: &str = "(price * 875 - 50000 - 99000 + 50000) / 100000 * 100 + 99";
const BLOCKED: &str = "2 * after >= 19 * price || 19 * after <= 2 * price || cost == null || after * 80 < cost * 100 \
    || after < 1800 || after * 100 < price * 86 || after * 100 > price * 110";
const COMPARE_AT: &str = "after >= price ? compare_at : price";

/// The programs, and the variants as the language has them.
pub struct Peer<'c> {
    selected: Program,
    after: Program,
    blocked: Program,
    compare_at: Program,
    variants: Variants<'c>,
}

/// What the programs read: the variant whose turn it is, and the new price reckoned for it.
struct Variants<'c> {
    all: Vec<Variant<'c>>,
    place: AtomicUsize,
    after: AtomicI64,
}

struct Variant<'c> {
    tags: CelList<'c>,
    texts: [CelString<'c>; 4],
    amounts: [Box<dyn Val>; 3],
    before: Option<i64>,
    compare_at: i64,
}

impl<'c> Peer<'c> {
    /// Compiles the programs and makes the variants ready.
    pub fn new(facts: &[VariantFacts<'c>]) -> Self {
        let compiled = |text: &str| Program::compile(text).expect("the program is valid");
        let variants = Variants {
            all: facts.iter().map(Variant::new).collect(),
            place: AtomicUsize::new(0),
            after: AtomicI64::new(0),
        };
        Self {
            selected: compiled(SELECTED),
            after: compiled(AFTER),
            blocked: compiled(BLOCKED),
            compare_at: compiled(COMPARE_AT),
            variants,
        }
    }

    /// Prices every variant.
    pub fn tally(&self) -> Tally {
        let mut context = Context::default();
        context.set_variable_resolver(&self.variants);
        let mut tally = Tally::default();
        for (place, variant) in self.variants.all.iter().enumerate() {
            self.variants.place.store(place, Relaxed);
            let (true, Some(before)) = (truth(&self.selected, &context), variant.before) else { continue };
            let after = amount(&self.after, &context);
            self.variants.after.store(after, Relaxed);
            let is_blocked = truth(&self.blocked, &context);
            let compare_at = if is_blocked { variant.compare_at } else { amount(&self.compare_at, &context) };
            tally.push(before, after, is_blocked, compare_at);
        }
        tally
    }
}

impl<'c> Variant<'c> {
    fn new(facts: &VariantFacts<'c>) -> Self {
        let Tags::Lines(tags) = facts.tags else {
            unreachable!("the bench's catalogue has its tags in lines")
        };
        let tags = tags.split('\n').filter(|tag| !tag.is_empty());
        let tags: Vec<Box<dyn Val + 'c>> = tags.map(|tag| Box::new(CelString::from(tag)) as _).collect();
        let amount = |minor: Option<i64>| -> Box<dyn Val> {
            minor.map_or_else(|| Box::new(CelNull) as _, |minor| Box::new(CelInt::from(minor)) as _)
        };
        Self {
            tags: tags.into(),
            texts: [facts.sku, facts.title, facts.vendor, facts.product_type].map(CelString::from),
            amounts: [facts.price_minor, facts.compare_at_minor, facts.cost_minor].map(amount),
            before: facts.price_minor,
            compare_at: facts.compare_at_minor.unwrap_or(0),
        }
    }
}

impl VariableResolver for Variants<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let variant = &self.all[self.place.load(Relaxed)];
        let value: &dyn Val = match name {
            "tags" => &variant.tags,
            "sku" => &variant.texts[0],
            "title" => &variant.texts[1],
            "vendor" => &variant.texts[2],
            "product_type" => &variant.texts[3],
            "price" => variant.amounts[0].as_ref(),
            "compare_at" => variant.amounts[1].as_ref(),
            "cost" => variant.amounts[2].as_ref(),
            "after" => return Some(CowVal::owned(CelInt::from(self.after.load(Relaxed)))),
            _ => return None,
        };
        Some(CowVal::Borrowed(value))
    }
}

fn truth(program: &Program, context: &Context<'_, '_>) -> bool {
    let value = Value::resolve_val(program.expression(), context).expect("it evaluates");
    *value.downcast_ref::<CelBool>().expect("a truth").inner()
}

/// An amount; none counts as zero.
fn amount(program: &Program, context: &Context<'_, '_>) -> i64 {
    let value = Value::resolve_val(program.expression(), context).expect("it evaluates");
    value.downcast_ref::<CelInt>().map_or(0, |number| *number.inner())
}
