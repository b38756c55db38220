//! No money is computed in the browser: amounts arrive as text, and the console formats, compares and draws them, never more.
//! Here only the words of a line are looked at, in an instant; `npm run lint` of the console knows its types and follows each amount.

use super::Fault;
use super::tree::Tree;

const CONSOLE: &str = "console/src/";

/// Words of which a line that makes numbers must have none.
const MONEY: [&str; 8] = ["amount", "compareAt", "compare_at", "cost", "margin", "minor", "money", "price"];

/// What makes a number of a text.
const NUMBERS: [&str; 6] =
    ["BigInt(", "Number(", "Number.parseFloat(", "Number.parseInt(", "parseFloat(", "parseInt("];

/// No number is made of an amount, and none is reckoned with.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.files().filter(|file| file.path.starts_with(CONSOLE) && file.is(&["ts", "tsx"])) {
        let is_test = file.path.ends_with(".test.ts") || file.path.ends_with(".test.tsx");
        if is_test {
            continue;
        }
        for (line, text) in (1..).zip(file.text.lines()) {
            let code = text.split("//").next().unwrap_or_default();
            if let Some(why) = reckons(code) {
                faults.push(Fault::new(
                    &file.path,
                    line,
                    format!("{why}; let the server reckon, and show its text"),
                ));
            }
        }
    }
    faults
}

fn reckons(code: &str) -> Option<&'static str> {
    if code.contains(".toFixed(") {
        return Some("`toFixed` rounds a binary fraction");
    }
    let lower = code.to_ascii_lowercase();
    let speaks_of_money = MONEY.iter().any(|word| lower.contains(&word.to_ascii_lowercase()));
    if speaks_of_money && NUMBERS.iter().any(|number| code.contains(number)) {
        return Some("an amount becomes a number");
    }
    let mut amounts = code.match_indices(".amount").chain(code.match_indices("_minor"));
    amounts.any(|(at, word)| is_operand(code, at, at + word.len())).then_some("an amount is reckoned with")
}

/// Whether the name that holds `from..to` has an operator on either side. A template or an element between them is none.
fn is_operand(code: &str, from: usize, to: usize) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || "_.!?[]'".contains(c);
    let before = code[..from].trim_end_matches(is_name).trim_end();
    let after = code[to..].trim_start_matches(is_name).trim_start();
    let multiplies = |c: char| "*/%-+".contains(c);
    before.ends_with(multiplies) || (after.starts_with(multiplies) && !after.starts_with("/>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn reckoning_with_money_is_seen() {
        for text in [
            "const change = Number(row.after.amount);",
            "const minor = parseInt(text, 10);",
            "const price = BigInt(text);",
            "total.toFixed(2)",
            "row.after.amount - row.before.amount",
            "const gross = 1.19 * money.amount;",
            "value.unit_minor / 100",
            "return before!.amount * 2;",
        ] {
            assert_eq!(faults("console/src/ui/a.tsx", text), 1, "{text}");
        }
    }

    #[test]
    fn showing_comparing_and_other_numbers_are_allowed() {
        for text in [
            "formatMoney({ amount, currency })",
            "compareDecimals(after.amount, before.amount) > 0",
            "`${price.amount} – ${price.currency}`",
            "<Money value={row.after.amount} />",
            "const place = Number(text);",
            "// Number(amount) would be wrong",
            "prices.length - 1",
        ] {
            assert_eq!(faults("console/src/ui/a.tsx", text), 0, "{text}");
        }
    }

    #[test]
    fn only_tests_may() {
        let text = "const number = Number(price.amount);";
        assert_eq!(faults("console/src/shared/scale.ts", text), 1);
        assert_eq!(faults("console/src/shared/scale.test.ts", text), 0);
        assert_eq!(faults("e2e/lib/a.mjs", text), 0);
        assert_eq!(faults("console/src/shared/format.ts", text), 1);
    }
}
