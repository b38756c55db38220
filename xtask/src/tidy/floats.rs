//! No binary fraction ever touches a price: the crates that hold money have no float types at all.

use super::Fault;
use super::tree::Tree;

const CRATES: [&str; 3] = ["crates/channel/src/", "crates/kernel-core/src/", "crates/pricing/src/"];

/// Where the name of a type is needed to refuse it. Each with its reason.
const EXCEPT: [(&str, &str); 2] = [
    ("crates/pricing/src/decimal.rs", "serde hands over a JSON fraction as a float, which this refuses"),
    ("crates/pricing/src/read/de.rs", "the list of types that a serde deserialiser forwards names them all"),
];

/// No `f32` or `f64` in the crates that hold money.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let near_prices = |path: &str| CRATES.iter().any(|folder| path.starts_with(folder));
    let mut faults = Vec::new();
    for file in tree.rust().filter(|file| near_prices(&file.path)) {
        if EXCEPT.iter().any(|(path, _)| file.path == *path) {
            continue;
        }
        for (line, code) in file.source().lines() {
            let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            if let Some(float) = words.find(|word| is_float(word)) {
                let text = format!("`{float}` near prices; use Money, Decimal or integers, which are exact");
                faults.push(Fault::new(&file.path, line, text));
            }
        }
    }
    faults
}

/// A type, or a number with the type behind it.
fn is_float(word: &str) -> bool {
    let number = word.trim_end_matches("f32").trim_end_matches("f64");
    let is_type = word.ends_with("f32") || word.ends_with("f64");
    is_type && number.chars().all(|c| c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn floats_are_seen_as_types_and_behind_numbers() {
        for text in ["fn a(x: f64) {}", "let a = 1f32;", "let a = x as f64;", "let a = 0_f64;", "Vec<f32>"] {
            assert_eq!(faults("crates/pricing/src/a.rs", text), 1, "{text}");
        }
    }

    #[test]
    fn names_comments_texts_and_other_crates_are_not_floats() {
        for text in ["fn visit_f64() {}", "// f64", "\"f64\"", "let buf32 = 1;"] {
            assert_eq!(faults("crates/pricing/src/a.rs", text), 0, "{text}");
        }
        assert_eq!(faults("crates/kernel-http/src/a.rs", "f64"), 0);
        assert_eq!(faults("crates/pricing/examples/a.rs", "f64"), 0);
    }

    #[test]
    fn exceptions_are_needed() {
        for (path, _) in EXCEPT {
            let text =
                std::fs::read_to_string(crate::repo::root().join(path)).expect("an exception names a file");
            assert!(faults("crates/pricing/src/other.rs", &text) > 0, "{path} needs no exception any more");
        }
    }
}
