//! Files stay short enough to be read in one go.

use super::Fault;
use super::tree::Tree;

const LINES_MOST: usize = 600;

/// Written by a machine, so nobody reads them from end to end.
const GENERATED: [&str; 1] = ["console/src/api/schema.d.ts"];

/// No code file is longer than the limit.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let code = tree.files().filter(|file| file.is(&["css", "js", "mjs", "rs", "sql", "ts", "tsx"]));
    code.filter(|file| !GENERATED.contains(&file.path.as_str()))
        .filter_map(|file| {
            let lines = file.text.lines().count();
            let text =
                format!("{lines} lines; cut the file where its subject changes (at most {LINES_MOST})");
            (lines > LINES_MOST).then(|| Fault::new(&file.path, LINES_MOST + 1, text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_faults_unless_generated() {
        let (most, more) = ("x\n".repeat(LINES_MOST), "x\n".repeat(LINES_MOST + 1));
        let faults = |path: &str, text: &str| check(&Tree::of(&[(path, text)])).len();
        assert_eq!(faults("crates/a/src/b.rs", &most), 0);
        assert_eq!(faults("crates/a/src/b.rs", &more), 1);
        assert_eq!(faults("console/src/app/page.tsx", &more), 1);
        assert_eq!(faults("console/src/api/schema.d.ts", &more), 0);
        assert_eq!(faults("schemas/openapi.json", &more), 0);
    }
}
