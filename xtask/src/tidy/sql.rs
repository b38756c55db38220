//! SQL stands in the kernel, in files named `store.rs`, and in files whose opening says so; nowhere else.

use super::Fault;
use super::tree::{File, Tree};

/// Crates that must hold no SQL whatever their files say.
const WITHOUT: [&str; 4] = ["crates/channel/", "crates/connector-", "crates/pricing/", "crates/simulators/"];

/// What a statement begins with, and what must follow somewhere for it to be one.
const STATEMENTS: [(&str, &[&str]); 12] = [
    ("select ", &[" from ", "("]),
    ("insert into ", &["(", "select", "values", "{", ""]),
    ("update ", &[" set "]),
    ("delete from ", &[""]),
    ("with ", &[" as (", " as materialized ("]),
    (
        "create ",
        &[" table ", "database ", " role ", "index ", "function ", "policy ", "schema ", "extension "],
    ),
    ("alter ", &["table ", "database ", "role ", "type "]),
    ("drop ", &["table ", "database ", "role ", "index ", "schema "]),
    ("truncate ", &[""]),
    ("copy ", &[" from stdin", " to stdout"]),
    ("lock table ", &[""]),
    ("set local ", &[""]),
];

/// No statement outside its places.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with("crates/") && !file.is_for_tests()) {
        let Some(mend) = refused(file) else { continue };
        for (line, text) in file.source().texts {
            if is_statement(&text) {
                faults.push(Fault::new(&file.path, line, format!("SQL does not belong here; {mend}")));
            }
        }
    }
    faults
}

/// How to mend SQL in this file; `None` where it may stand.
fn refused(file: &File) -> Option<&'static str> {
    if file.path.starts_with("crates/kernel-") {
        return None;
    }
    if WITHOUT.iter().any(|start| file.path.starts_with(start)) {
        return Some("this crate knows no database: move it to the feature's store.rs in calibr");
    }
    let opening = file.text.lines().take_while(|line| line.starts_with("//!"));
    let says_so =
        opening.flat_map(|line| line.split(|c: char| !c.is_alphanumeric())).any(|word| word == "SQL");
    let may = file.name() == "store.rs" || says_so;
    (!may).then_some("move it to the feature's store.rs, or say in the `//!` of this file which SQL it holds")
}

/// Whether a text is SQL: it begins like a statement, all in capitals or all in small letters, and goes on like one.
fn is_statement(text: &str) -> bool {
    // A backslash at the end of a line continues the text.
    let text = text.replace("\\n", " ").replace('\\', " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ") + " ";
    let first = text.split(' ').next().unwrap_or_default();
    let one_case =
        first.chars().all(|c| c.is_ascii_lowercase()) || first.chars().all(|c| c.is_ascii_uppercase());
    let small = text.to_lowercase();
    one_case
        && STATEMENTS.iter().any(|(start, further)| {
            let rest = small.strip_prefix(start);
            rest.is_some_and(|rest| further.iter().any(|words| format!(" {rest}").contains(words)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SELECT: &str = "//! Reads.\nlet a = \"select id from rules where id = $1\";";

    fn faults(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn sql_is_seen_in_every_form() {
        let texts = [
            "select 1 from a",
            "SELECT count(*) FROM a",
            "insert into a (b) values ($1)",
            "update a set b = 1",
            "\\\n            delete from a",
            "with a as (select 1) select 2",
            "select set_config('a', $1, true)",
            "create table a (b int)",
            "create unique index a on b (c)",
            "lock table a in share mode",
            "copy a (b) from stdin (format binary)",
            "drop database a",
            "set local role x",
            "truncate a",
        ];
        for text in texts {
            let source = format!("//! Reads.\nlet a = \"{text}\";");
            assert_eq!(faults("crates/calibr/src/rules/push.rs", &source).len(), 1, "{text}");
        }
        let raw = "//! Reads.\nlet a = r#\"\n    select \"a\" from b\"#;";
        assert_eq!(faults("crates/calibr/src/rules/push.rs", raw).len(), 1);
    }

    #[test]
    fn people_write_these_words_too() {
        let texts = [
            "Select a rule from the list",
            "update the rule",
            "with a reason",
            "insert a row",
            "selected",
            "deleted",
            "create a rule first",
            "drop the file here",
            "copy",
            "select",
            "Update available: set it",
            "set",
        ];
        for text in texts {
            assert!(!is_statement(text), "{text}");
        }
    }

    #[test]
    fn it_may_stand_in_its_places_only() {
        for path in [
            "crates/calibr/src/rules/store.rs",
            "crates/kernel-auth/src/user.rs",
            "crates/calibr/tests/it/a.rs",
        ] {
            assert_eq!(faults(path, SELECT), [""; 0], "{path}");
        }
        let says_so = SELECT.replace("Reads.", "All SQL over `rules`.");
        assert_eq!(faults("crates/calibr/src/rules/projects.rs", &says_so), [""; 0]);
        assert_eq!(faults("crates/pricing/src/store.rs", &says_so).len(), 1);
        let found = faults("crates/calibr/src/rules/api.rs", SELECT);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("crates/calibr/src/rules/api.rs:2: SQL does not belong here; move it"),
            "{found:?}"
        );
        let unit_test = "//! Reads.\n#[cfg(test)]\nmod tests { fn a() { b(\"select 1 from c\") } }";
        assert_eq!(faults("crates/calibr/src/rules/api.rs", unit_test), [""; 0]);
    }
}
