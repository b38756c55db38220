//! Which crate may import which: DESIGN's rules 1 to 3 and 7, read from the manifests.

use super::Fault;
use super::tree::{File, Tree};

/// The kernel from the bottom up: each layer knows those below it.
const KERNEL: [&[&str]; 4] = [
    &["kernel-core"],
    &["kernel-db"],
    &["kernel-audit", "kernel-auth", "kernel-connect", "kernel-events", "kernel-jobs"],
    &["kernel-http", "kernel-nats"],
];

/// No I/O, no async: same input, same output, on any machine.
const PURE: [&str; 3] = ["channel", "kernel-core", "pricing"];

/// What brings I/O or async. A name that begins with one of these and `-` counts too.
const IMPURE: [&str; 9] =
    ["async-std", "axum", "deadpool", "hyper", "mio", "reqwest", "sqlx", "tokio", "tower"];

/// What a connector must never see: our server and our database.
const NOT_FOR_CONNECTORS: [&str; 4] = ["axum", "deadpool", "sqlx", "tokio-postgres"];

/// Every crate imports only what it may.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let manifests: Vec<Manifest> = tree.files().filter_map(Manifest::read).collect();
    let ours: Vec<&str> = manifests.iter().map(|manifest| manifest.package.as_str()).collect();
    manifests.iter().flat_map(|manifest| manifest.faults(&ours)).collect()
}

struct Manifest {
    path: String,
    package: String,
    imports: Vec<Import>,
}

#[derive(Debug, PartialEq, Eq)]
struct Import {
    package: String,
    for_tests: bool,
    line: usize,
}

impl Manifest {
    fn read(file: &File) -> Option<Self> {
        let of_a_crate = file.path.starts_with("crates/") || file.path.starts_with("xtask/");
        if file.name() != "Cargo.toml" || !of_a_crate {
            return None;
        }
        let name = file.text.lines().find_map(|line| value_of(line, "name"))?;
        Some(Self { path: file.path.clone(), package: name.to_owned(), imports: imports(&file.text) })
    }

    fn faults(&self, ours: &[&str]) -> Vec<Fault> {
        self.imports.iter().filter_map(|import| self.fault(import, ours)).collect()
    }

    fn fault(&self, import: &Import, ours: &[&str]) -> Option<Fault> {
        let (own, other) = (self.package.as_str(), import.package.as_str());
        let why = if ours.contains(&other) {
            not_from_the_workspace(own, other, import.for_tests)?
        } else if import.for_tests {
            return None;
        } else {
            not_from_outside(own, other)?
        };
        Some(Fault::new(&self.path, import.line, format!("`{own}` must not import `{other}`: {why}")))
    }
}

/// Why `own` may not import `other`, both of this workspace.
fn not_from_the_workspace(own: &str, other: &str, for_tests: bool) -> Option<&'static str> {
    let knows_nobody = own == "simulators" || own == "xtask";
    if for_tests && !knows_nobody {
        let connector = own.starts_with("connector-") && other == "simulators";
        if other == "kernel-test" || connector {
            return None;
        }
    }
    if other == "kernel-test" && own != "faults" {
        return Some("it serves tests only; make it a dev-dependency, or go without it");
    }
    let (allowed, why) = match own {
        "calibr" => (
            !["faults", "xtask"].contains(&other),
            "nothing of the product needs the developer commands or what hurts it",
        ),
        "channel" | "pricing" => {
            (other == "kernel-core", "it stands on kernel-core alone; move what needs more to calibr")
        }
        "faults" => (other != "xtask", "the developer commands start it, not the other way round"),
        "kernel-test" => {
            (["kernel-core", "kernel-db"].contains(&other), "it stands on kernel-core and kernel-db")
        }
        "simulators" => (
            false,
            "a simulator shares no code with what it judges; write what it needs from the vendor's papers",
        ),
        "xtask" => (false, "the first command must build quickly; run the other crate's program instead"),
        own if own.starts_with("connector-") => (
            ["channel", "kernel-connect", "kernel-core"].contains(&other),
            "a connector knows kernel-core, kernel-connect and channel; turn the call round in calibr",
        ),
        own => match (layer(own), layer(other)) {
            (Some(own), Some(other)) => {
                (other < own, "lower never imports higher; turn the call round or move the type down")
            }
            (Some(_), None) => (false, "the kernel holds no word of an application"),
            (None, _) => (
                false,
                "this crate has no place in the house; give it one in xtask/src/tidy/crates.rs and ARCHITECTURE.md",
            ),
        },
    };
    (!allowed).then_some(why)
}

/// Why `own` may not import `other`, which is not ours.
fn not_from_outside(own: &str, other: &str) -> Option<&'static str> {
    let is_one_of = |names: &[&str]| {
        names.iter().any(|name| {
            other.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
        })
    };
    if PURE.contains(&own) && is_one_of(&IMPURE) {
        return Some("this crate does no I/O and no async; do that in the caller and hand the result in");
    }
    if own.starts_with("connector-") && is_one_of(&NOT_FOR_CONNECTORS) {
        return Some(
            "a connector sees neither our server nor our database; hand the data in through channel's types",
        );
    }
    None
}

fn layer(name: &str) -> Option<usize> {
    KERNEL.iter().position(|layer| layer.contains(&name))
}

/// The dependencies of a manifest as we write them: one to a line, or a table of its own.
fn imports(text: &str) -> Vec<Import> {
    let mut found: Vec<Import> = Vec::new();
    let mut section = String::new();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.split('#').next().unwrap_or_default().trim();
        if let Some(header) = content.strip_prefix('[') {
            section = header.trim_end_matches(']').to_owned();
            if let (Some((table, name)), true) = (section.rsplit_once('.'), section.contains("dependencies."))
            {
                let for_tests = table.ends_with("dev-dependencies");
                found.push(Import { package: name.trim_matches('"').to_owned(), for_tests, line });
            }
            continue;
        }
        let Some((key, value)) = content.split_once('=') else { continue };
        if section.ends_with("dependencies") {
            let name = key.trim().split('.').next().unwrap_or_default().trim_matches('"');
            let package = renamed(value).unwrap_or(name).to_owned();
            found.push(Import { package, for_tests: section.ends_with("dev-dependencies"), line });
        } else if let (true, Some(package), Some(last)) =
            (section.contains("dependencies."), value_of(content, "package"), found.last_mut())
        {
            last.package = package.to_owned();
        }
    }
    found
}

/// `x` in `{ package = "x", … }`.
fn renamed(value: &str) -> Option<&str> {
    let fields = value.trim().strip_prefix('{')?;
    fields.split(',').find_map(|field| value_of(field.trim_end_matches(['}', ' ']), "package"))
}

fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (name, value) = line.split_once('=')?;
    (name.trim() == key).then(|| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 11] = [
        "calibr",
        "channel",
        "connector-other",
        "connector-shopify",
        "kernel-core",
        "kernel-db",
        "kernel-http",
        "kernel-jobs",
        "kernel-test",
        "pricing",
        "simulators",
    ];

    /// What is wrong with a workspace in which `package` has this manifest and all others are bare.
    fn faults(package: &str, dependencies: &str) -> Vec<String> {
        let manifest = |name: &str| format!("[package]\nname = \"{name}\"\n\n");
        let files: Vec<(String, String)> = NAMES
            .iter()
            .map(|name| {
                let own = if *name == package { dependencies } else { "" };
                (format!("crates/{name}/Cargo.toml"), manifest(name) + own)
            })
            .collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        check(&Tree::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lower_never_imports_higher() {
        assert_eq!(
            faults("kernel-http", "[dependencies]\nkernel-db.workspace = true\nserde = \"1\"\n"),
            [""; 0]
        );
        let found = faults("kernel-db", "[dependencies]\nserde = \"1\"\nkernel-http.workspace = true\n");
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("crates/kernel-db/Cargo.toml:6: `kernel-db` must not import `kernel-http`"),
            "{found:?}"
        );
        assert_eq!(faults("kernel-jobs", "[dependencies]\npricing.workspace = true\n").len(), 1);
        assert_eq!(faults("kernel-jobs", "[dependencies.kernel-http]\nworkspace = true\n").len(), 1);
    }

    #[test]
    fn the_engine_and_the_port_do_no_io() {
        for impure in [
            "tokio = \"1\"",
            "tokio-util.workspace = true",
            "sqlx = { version = \"1\" }",
            "axum = \"1\"",
            "reqwest = \"1\"",
        ] {
            for pure in ["pricing", "channel", "kernel-core"] {
                assert_eq!(faults(pure, &format!("[dependencies]\n{impure}\n")).len(), 1, "{pure} {impure}");
            }
        }
        assert_eq!(faults("pricing", "[target.'cfg(unix)'.dependencies]\ntokio = \"1\"\n").len(), 1);
        assert_eq!(faults("pricing", "[build-dependencies]\ntokio = \"1\"\n").len(), 1);
        assert_eq!(faults("pricing", "[dev-dependencies]\ntokio = \"1\"\n"), [""; 0]);
        assert_eq!(faults("pricing", "[dependencies]\nchannel.workspace = true\n").len(), 1);
        assert_eq!(faults("pricing", "[dependencies]\nkernel-core.workspace = true\n"), [""; 0]);
    }

    #[test]
    fn a_connector_sees_the_port_only() {
        let fine = "[dependencies]\nchannel.workspace = true\nkernel-connect = { path = \"x\" }\n[dev-dependencies]\nsimulators.workspace = true\n";
        assert_eq!(faults("connector-shopify", fine), [""; 0]);
        for bad in [
            "axum",
            "tokio-postgres",
            "sqlx",
            "deadpool-postgres",
            "kernel-db",
            "connector-other",
            "simulators",
            "pricing",
        ] {
            let found = faults("connector-shopify", &format!("[dependencies]\n{bad}.workspace = true\n"));
            assert_eq!(found.len(), 1, "{bad}");
        }
        assert_eq!(
            faults("connector-shopify", "[dev-dependencies]\nconnector-other.workspace = true\n").len(),
            1
        );
    }

    #[test]
    fn simulators_know_nobody_not_even_in_tests() {
        for section in ["dependencies", "dev-dependencies"] {
            assert_eq!(
                faults("simulators", &format!("[{section}]\nkernel-core.workspace = true\n")).len(),
                1
            );
            assert_eq!(
                faults("simulators", &format!("[{section}]\nkernel-test.workspace = true\n")).len(),
                1
            );
        }
        assert_eq!(faults("simulators", "[dependencies]\naxum.workspace = true\n"), [""; 0]);
    }

    #[test]
    fn what_serves_tests_is_not_shipped_and_a_new_name_hides_nothing() {
        assert_eq!(faults("calibr", "[dependencies]\nkernel-test.workspace = true\n").len(), 1);
        assert_eq!(faults("calibr", "[dev-dependencies]\nkernel-test.workspace = true\n"), [""; 0]);
        assert_eq!(
            faults("pricing", "[dependencies]\nquick = { package = \"tokio\", version = \"1\" }\n").len(),
            1
        );
        assert_eq!(faults("pricing", "[dependencies.quick]\npackage = \"tokio\"\n").len(), 1);
        assert_eq!(faults("pricing", "[dependencies]\n# tokio = \"1\"\n"), [""; 0]);
    }

    #[test]
    fn a_crate_without_a_place_is_a_fault() {
        let tree = Tree::of(&[
            ("crates/kernel-core/Cargo.toml", "[package]\nname = \"kernel-core\"\n"),
            ("crates/stray/Cargo.toml", "[package]\nname = \"stray\"\n[dependencies]\nkernel-core = \"1\"\n"),
        ]);
        assert!(check(&tree)[0].text.contains("no place in the house"));
    }
}
