//! Every Rust file opens with `//!`: what it is, in one to five lines. More is for the items themselves.

use super::Fault;
use super::tree::Tree;

/// A front door may also tell states, tables and events.
const LINES_MOST: usize = 10;

/// Every file has its opening.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.rust() {
        let opening = file.text.lines().take_while(|line| line.starts_with("//!"));
        let lines: Vec<&str> = opening.collect();
        let says_something = lines.iter().any(|line| line.trim_start_matches("//!").trim().len() > 3);
        if !says_something {
            faults.push(Fault::new(&file.path, 1, "no opening; say in a line of `//!` what this file is"));
        } else if lines.len() > LINES_MOST {
            let text = format!("the opening has {} lines; say what this is in five", lines.len());
            faults.push(Fault::new(&file.path, 1, text));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_must_say_what_it_is_first_and_shortly() {
        let long = "//! Line.\n".repeat(LINES_MOST + 1);
        let faults = |text: &str| check(&Tree::of(&[("crates/a/src/b.rs", text)])).len();
        assert_eq!(faults("//! Prices.\n\nuse a;"), 0);
        for bad in ["use a;\n//! Prices.", "// Prices.\n", "//!\nuse a;", "", long.as_str()] {
            assert_eq!(faults(bad), 1, "{bad}");
        }
        assert_eq!(check(&Tree::of(&[("console/src/b.ts", "let a;")])), []);
    }
}
