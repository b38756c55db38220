//! `cargo xtask bench NAME`: which program measures what. Each prints one line of JSON.

use anyhow::{Result, bail};

use crate::{binary, rust, shell};

/// The benches of `crates/calibr`, alphabetic, and what each measures.
const BENCHES: [(&str, &str); 4] = [
    ("idle", "resident memory of the idle server"),
    ("import", "rows a second and peak memory for a product CSV of 1,000,000 variants"),
    ("plan", "100,000 rows made durable, against INSERT … SELECT"),
    ("preview", "a rule over 1,000,000 variants, against a hand-written loop and one SQL statement"),
];

/// Builds one with optimisation and runs it; `words` after the name go to it.
///
/// # Errors
/// There is none of this name, or it failed.
pub fn run(words: &[String]) -> Result<()> {
    let Some((name, rest)) = words.split_first() else {
        print!("{}", list());
        return Ok(());
    };
    if !BENCHES.iter().any(|(known, _)| known == name) {
        bail!("there is no measurement `{name}`; there are:\n{}", list());
    }
    let mut command = rust::cargo(&["bench", "--quiet", "--package", "calibr", "--bench", name, "--"]);
    shell::run(binary::settle_home(command.args(rest)))
}

fn list() -> String {
    BENCHES.iter().map(|(name, what)| format!("  {name:<8} {what}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo;

    #[test]
    fn the_list_and_the_benches_agree() {
        let folder = repo::root().join("crates/calibr/benches");
        let files =
            std::fs::read_dir(folder).expect("the benches").map(|entry| entry.expect("an entry").path());
        let mut names: Vec<String> = files
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        names.sort();
        assert_eq!(names, BENCHES.map(|(name, _)| name));
    }

    #[test]
    fn an_unknown_name_lists_what_exists() {
        let error = run(&["nothing".to_owned()]).expect_err("there is no such thing").to_string();
        assert!(error.contains("`nothing`"), "{error}");
        for (name, _) in BENCHES {
            assert!(error.contains(&format!("\n  {name} ")), "{error}");
        }
    }
}
