//! Nothing is left undone, no test is switched off, and none runs alone.

use super::Fault;
use super::tree::Tree;

const IN_RUST: [(&str, &str); 3] = [
    ("todo!", "unfinished code; finish it or leave it out"),
    ("unimplemented!", "unfinished code; finish it or leave it out"),
    ("#[ignore", "a test that never runs; mend it or remove it"),
];

const IN_SCRIPTS: [(&str, &str); 7] = [
    (".only(", "leaves out all other tests; remove it"),
    ("it.skip(", "a test that never runs; mend it or remove it"),
    ("test.skip(", "a test that never runs; mend it or remove it"),
    ("describe.skip(", "tests that never run; mend them or remove them"),
    ("it.todo(", "a test that is not there; write it"),
    ("test.todo(", "a test that is not there; write it"),
    ("test.fixme(", "a test that never runs; mend it or remove it"),
];

/// None of the marks above, anywhere.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.files() {
        if file.is(&["rs"]) {
            // Unit tests are part of this, so only comments and texts are blanked.
            let code = file.text.replace("cfg(test)", "cfg(any)");
            let code = super::source::Source::read(&code).code;
            mark(&file.path, &code, &IN_RUST, &mut faults);
        } else if file.is(&["js", "mjs", "ts", "tsx"]) {
            mark(&file.path, &file.text, &IN_SCRIPTS, &mut faults);
        }
    }
    faults
}

fn mark(path: &str, code: &str, marks: &[(&str, &str)], faults: &mut Vec<Fault>) {
    for (line, content) in (1..).zip(code.lines()) {
        let spaceless: String = content.split_whitespace().collect();
        for (mark, why) in marks {
            if spaceless.contains(mark) {
                faults.push(Fault::new(path, line, format!("`{mark}` is {why}")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn marks_are_seen_in_code_and_in_unit_tests() {
        assert_eq!(faults("crates/a/src/b.rs", "fn a() { todo!() }"), 1);
        assert_eq!(
            faults(
                "crates/a/src/b.rs",
                "#[cfg(test)]\nmod tests {\n    #[ignore = \"slow\"]\n    fn a() {}\n}"
            ),
            1
        );
        assert_eq!(faults("crates/a/tests/b.rs", "# [ ignore ]\nfn a() { unimplemented!() }"), 2);
        for text in [
            "it.only('a', () => {})",
            "test.only('a')",
            "describe.only('a')",
            "it.skip('a')",
            "test.todo('a')",
        ] {
            assert_eq!(faults("console/src/a.test.ts", text), 1, "{text}");
        }
    }

    #[test]
    fn words_in_comments_and_texts_are_none() {
        assert_eq!(faults("crates/a/src/b.rs", "// no todo! here\nlet a = \"#[ignore]\";"), 0);
        assert_eq!(faults("console/src/a.ts", "list.filter(only)"), 0);
    }
}
