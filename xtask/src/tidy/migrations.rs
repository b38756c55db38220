//! Migrations are forward only, in one flat folder, named after their owner and numbered without gaps.

use super::Fault;
use super::tree::Tree;

const FOLDER: &str = "migrations/";
const OWNERS: [&str; 2] = ["kernel", "pricing"];
const SHAPE: &str = "name it {owner}_{NNNN}_{what}.sql with lower-case letters, digits and _";

/// Names and numbers. That none is changed after it was applied is for the migrator to see.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut numbered: Vec<(u32, &str)> = Vec::new();
    for file in tree.files() {
        let Some(name) = file.path.strip_prefix(FOLDER) else { continue };
        match read(name) {
            Ok(number) => numbered.push((number, &file.path)),
            Err(text) => faults.push(Fault::new(&file.path, 1, text)),
        }
    }
    numbered.sort_unstable();
    let mut expected = 1;
    for (number, path) in numbered {
        if number < expected {
            let text = format!("number {number:04} is taken; give this one the next free number");
            faults.push(Fault::new(path, 1, text));
        } else if number > expected {
            let text = format!("{expected:04} is missing before this one; numbers have no gaps");
            faults.push(Fault::new(path, 1, text));
        }
        expected = expected.max(number + 1);
    }
    faults
}

fn read(name: &str) -> Result<u32, String> {
    let shape = || format!("not the name of a migration; {SHAPE}");
    let stem = name.strip_suffix(".sql").ok_or_else(shape)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let (owner, rest) = stem.split_once('_').ok_or_else(shape)?;
    let (digits, what) = rest.split_once('_').ok_or_else(shape)?;
    if !stem.chars().all(plain) || digits.len() != 4 || what.is_empty() {
        return Err(shape());
    }
    if !OWNERS.contains(&owner) {
        return Err(format!("nobody is called `{owner}`; the owners are {}", OWNERS.join(", ")));
    }
    digits.parse().map_err(|_| shape())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(names: &[&str]) -> Vec<String> {
        let paths: Vec<String> = names.iter().map(|name| format!("migrations/{name}")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        check(&Tree::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn numbers_run_over_all_owners() {
        assert_eq!(
            faults(&["kernel_0001_base.sql", "pricing_0003_rules.sql", "kernel_0002_tenants.sql"]),
            [""; 0]
        );
    }

    #[test]
    fn gaps_and_doubles_are_named() {
        let gap = faults(&["kernel_0001_a.sql", "kernel_0003_b.sql", "kernel_0004_c.sql"]);
        assert_eq!(
            gap,
            ["migrations/kernel_0003_b.sql:1: 0002 is missing before this one; numbers have no gaps"]
        );
        let double = faults(&["kernel_0001_a.sql", "pricing_0001_b.sql", "kernel_0002_c.sql"]);
        assert_eq!(double.len(), 1);
        assert!(double[0].starts_with("migrations/pricing_0001_b.sql:1: number 0001 is taken"), "{double:?}");
    }

    #[test]
    fn other_names_are_refused() {
        let bad = [
            "kernel_1_a.sql",
            "kernel_00001_a.sql",
            "Kernel_0001_a.sql",
            "kernel_0001_.sql",
            "stories_0001_a.sql",
            "kernel_0001_a.down.sql",
            "kernel_0001_a.txt",
            "old/kernel_0001_a.sql",
            "kernel-0001-a.sql",
        ];
        for name in bad {
            assert_eq!(faults(&[name]).len(), 1, "{name}");
        }
    }
}
