//! Lock files and settings name no registry but the defaults, so that anybody can build from anywhere.

use super::Fault;
use super::tree::Tree;

/// How cargo writes down its own default.
const CARGO_DEFAULT: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// No host of a registry or mirror in lock files, `.npmrc` and cargo's settings.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.files() {
        let named: fn(&str) -> Option<&'static str> = match file.name() {
            "Cargo.lock" => cargo_lock,
            "package-lock.json" => package_lock,
            ".npmrc" => npmrc,
            "config.toml" if file.path.starts_with(".cargo/") => cargo_config,
            _ => continue,
        };
        for (line, content) in (1..).zip(file.text.lines()) {
            if let Some(text) = named(content.trim()) {
                faults.push(Fault::new(&file.path, line, text));
            }
        }
    }
    faults
}

fn cargo_lock(line: &str) -> Option<&'static str> {
    let source = line.strip_prefix("source = \"")?.trim_end_matches('"');
    (source != CARGO_DEFAULT)
        .then_some("a source other than cargo's default registry; depend on a published version")
}

fn package_lock(line: &str) -> Option<&'static str> {
    let resolved = line.strip_prefix("\"resolved\":")?.trim();
    // A link to a folder of this repository has no scheme.
    resolved.contains("://").then_some(
        "names a registry; run `npm install` in this folder, whose .npmrc needs omit-lockfile-registry-resolved=true",
    )
}

fn npmrc(line: &str) -> Option<&'static str> {
    let key = line.split('=').next().unwrap_or_default().trim();
    let named = key == "registry" || key.ends_with(":registry") || key.starts_with("//");
    named.then_some("names a registry; keep that in your own ~/.npmrc")
}

fn cargo_config(line: &str) -> Option<&'static str> {
    let named =
        ["[source", "[registry", "[registries", "replace-with"].iter().any(|start| line.starts_with(start));
    named.then_some("names a registry; keep that in your own ~/.cargo/config.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn defaults_are_fine() {
        let cargo =
            format!("[[package]]\nname = \"a\"\nsource = \"{CARGO_DEFAULT}\"\n[[package]]\nname = \"b\"\n");
        assert_eq!(faults("Cargo.lock", &cargo), 0);
        assert_eq!(
            faults("console/package-lock.json", "{\n\"version\": \"1\",\n\"resolved\": \"tools/x\"\n}"),
            0
        );
        assert_eq!(faults("console/.npmrc", "omit-lockfile-registry-resolved=true\nfund=false\n"), 0);
        assert_eq!(faults(".cargo/config.toml", "[alias]\nxtask = \"run\"\n"), 0);
    }

    #[test]
    fn hosts_are_faults() {
        assert_eq!(faults("Cargo.lock", "source = \"registry+https://mirror.test/index\"\n"), 1);
        assert_eq!(faults("Cargo.lock", "source = \"git+https://example.test/a#1\"\n"), 1);
        assert_eq!(
            faults("console/package-lock.json", "      \"resolved\": \"https://mirror.test/a.tgz\",\n"),
            1
        );
        assert_eq!(
            faults("e2e/.npmrc", "registry=https://mirror.test/\n@a:registry = https://mirror.test\n"),
            2
        );
        assert_eq!(faults(".cargo/config.toml", "[source.x]\nreplace-with = \"y\"\n"), 2);
    }
}
