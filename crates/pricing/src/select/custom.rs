//! Selects by a custom field: `custom: { key: season, is: autumn }`.

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Predicate;
use super::text_test::{ReadyText, TextTest};
use crate::analyse::{Condition, TextField};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::read::given;
use crate::snapshot::{Needs, SharedText};

/// A custom field by its `key`, and one comparison with its value. Of several values, any may pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Custom {
    /// Name of the field.
    #[schemars(length(min = 1))]
    key: String,
    /// Has this text somewhere in it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    contains: Option<String>,
    /// Ends with this text.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    ends_with: Option<String>,
    /// Is one of these texts.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    r#in: Option<Vec<String>>,
    /// Is this text.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    is: Option<String>,
    /// Whether the field has a value at all.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    is_set: Option<bool>,
    /// Follows this pattern.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    matches: Option<String>,
    /// Is none of these texts.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    not_in: Option<Vec<String>>,
    /// Starts with this text.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    starts_with: Option<String>,
}

/// The comparison with the values of one field.
#[derive(Debug)]
pub(crate) struct ReadyCustom {
    key: Box<str>,
    test: ReadyText,
}

impl Custom {
    fn tests(&self) -> Vec<TextTest> {
        let tests = [
            self.contains.clone().map(TextTest::Contains),
            self.ends_with.clone().map(TextTest::EndsWith),
            self.r#in.clone().map(TextTest::In),
            self.is.clone().map(TextTest::Is),
            self.is_set.map(TextTest::IsSet),
            self.matches.clone().map(TextTest::Matches),
            self.not_in.clone().map(TextTest::NotIn),
            self.starts_with.clone().map(TextTest::StartsWith),
        ];
        tests.into_iter().flatten().collect()
    }
}

impl ReadyCustom {
    /// The values of the field.
    fn any(&self, facts: &VariantFacts<'_>, test: impl Fn(&str) -> bool) -> bool {
        facts.more.custom.any(|entry| {
            entry.strip_prefix(&*self.key).and_then(|rest| rest.strip_prefix('=')).is_some_and(&test)
        })
    }

    fn passes(&self, test: &ReadyText, facts: &VariantFacts<'_>) -> bool {
        match test {
            ReadyText::IsSet(set) => self.any(facts, |value| !value.is_empty()) == *set,
            ReadyText::Not(other) => !self.passes(other, facts),
            other => self.any(facts, |value| other.holds(value)),
        }
    }
}

impl Predicate for Custom {
    type Ready = ReadyCustom;
    const NEEDS: Needs = Needs::More;
    const SHARED: Option<SharedText> = Some(SharedText::Custom);

    fn ready(&self, compile: &mut Compile) -> ReadyCustom {
        if self.key.is_empty() || self.key.contains(['=', '\n']) {
            compile.inside("key", |c| c.fault("invalid_value", "a key has letters, and no `=`"));
        }
        let tests = self.tests();
        let test = match tests.as_slice() {
            [test] => test.ready(compile),
            several => {
                let code = if several.is_empty() { "empty" } else { "more_than_one" };
                compile.fault(code, "needs one comparison beside `key`, such as `is: autumn`");
                ReadyText::IsSet(true)
            }
        };
        ReadyCustom { key: self.key.as_str().into(), test }
    }

    fn holds(ready: &ReadyCustom, facts: &VariantFacts<'_>) -> bool {
        ready.passes(&ready.test, facts)
    }

    fn condition(ready: &ReadyCustom) -> Condition<'_> {
        ready.test.condition(TextField::Custom(&ready.key))
    }

    fn seen(ready: &ReadyCustom, facts: &VariantFacts<'_>, _: Currency) -> String {
        let mut values: Vec<String> = Vec::new();
        facts.more.custom.any(|entry| {
            let value = entry.strip_prefix(&*ready.key).and_then(|rest| rest.strip_prefix('='));
            values.extend(value.map(|value| format!("`{value}`")));
            false
        });
        match values.as_slice() {
            [] => format!("custom `{}` is not set", ready.key),
            values => format!("custom `{}` is {}", ready.key, values.join(", ")),
        }
    }
}
