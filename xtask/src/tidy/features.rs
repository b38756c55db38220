//! Features of the application know each other in one direction only: their imports form no circle.

use std::collections::{BTreeMap, BTreeSet};

use super::Fault;
use super::tree::{File, Tree};

const SOURCES: &str = "crates/calibr/src/";

/// Above the features: they know all of them, and no feature knows them. `app` holds the lists and is known by all.
const ABOVE: [&str; 2] = ["cli", "server"];

/// Who imports whom, and where it was seen first.
type Imports = BTreeMap<String, BTreeMap<String, (String, usize)>>;

/// No circle, and no feature that knows what stands above it.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let features: BTreeSet<&str> = tree.rust().filter_map(feature).collect();
    let mut imports = Imports::new();
    for file in tree.rust().filter(|file| !file.is_for_tests()) {
        let Some(own) = feature(file) else { continue };
        for (line, other) in crate_paths(&file.source().code) {
            if other != own && features.contains(other.as_str()) {
                let seen = imports.entry(own.to_owned()).or_default();
                seen.entry(other).or_insert_with(|| (file.path.clone(), line));
            }
        }
    }
    let mut faults = upward(&mut imports);
    faults.extend(circle(&imports));
    faults
}

/// The folder below the sources that the file is in.
fn feature(file: &File) -> Option<&str> {
    file.path.strip_prefix(SOURCES)?.split_once('/').map(|(folder, _)| folder)
}

/// Faults for imports of what stands above, and everything about that taken out.
fn upward(imports: &mut Imports) -> Vec<Fault> {
    imports.retain(|own, _| !ABOVE.contains(&own.as_str()));
    let mut faults = Vec::new();
    for (own, others) in imports {
        others.retain(|other, (path, line)| {
            let above = ABOVE.contains(&other.as_str());
            if above {
                let text = format!(
                    "feature `{own}` imports `{other}`, which stands above it; move what it needs down"
                );
                faults.push(Fault::new(path, *line, text));
            }
            !above
        });
    }
    faults
}

/// One fault for each import on the first circle found.
fn circle(imports: &Imports) -> Vec<Fault> {
    let mut done = BTreeSet::new();
    for start in imports.keys() {
        let mut path = Vec::new();
        if let Some(circle) = walk(start, imports, &mut path, &mut done) {
            let names = circle.iter().chain(circle.first()).cloned().collect::<Vec<_>>().join(" → ");
            let steps = circle.iter().zip(circle.iter().cycle().skip(1));
            return steps
                .filter_map(|(own, other)| imports.get(own)?.get(other))
                .map(|(path, line)| {
                    let mend = "turn one of these imports round, or make it an event";
                    Fault::new(
                        path,
                        *line,
                        format!("features import each other in a circle: {names}; {mend}"),
                    )
                })
                .collect();
        }
    }
    Vec::new()
}

fn walk(
    own: &str,
    imports: &Imports,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(place) = path.iter().position(|seen| seen == own) {
        return Some(path[place..].to_vec());
    }
    if done.contains(own) {
        return None;
    }
    path.push(own.to_owned());
    let others = imports.get(own).into_iter().flatten();
    let found = others.into_iter().find_map(|(other, _)| walk(other, imports, path, done));
    path.pop();
    done.insert(own.to_owned());
    found
}

/// The first name of every path from the root of the crate, with its line: `crate::a::B`, `crate::{a, b::C}`.
fn crate_paths(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (place, mark) in code.match_indices("crate::") {
        if code[..place].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[place + mark.len()..];
        let names = if rest.starts_with('{') { names_in_braces(rest) } else { vec![(0, first_name(rest))] };
        for (offset, name) in names {
            let line = 1 + code[..place + mark.len() + offset].matches('\n').count();
            found.push((line, name.to_owned()));
        }
    }
    found
}

fn first_name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Names that follow the outer brace or a comma directly inside it, each with its place.
fn names_in_braces(text: &str) -> Vec<(usize, &str)> {
    let (mut depth, mut expected, mut names) = (0, false, Vec::new());
    for (place, next) in text.char_indices() {
        match next {
            '{' => {
                depth += 1;
                expected = depth == 1;
            }
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' => expected = depth == 1,
            _ if expected && !next.is_whitespace() => {
                names.push((place, first_name(&text[place..])));
                expected = false;
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("crates/calibr/src/{path}"), *text)).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        check(&Tree::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_direction_is_fine() {
        let files = [
            ("app.rs", "use crate::runs; use crate::server;"),
            ("rules/mod.rs", "use crate::app::App; use crate::catalog::Facts;"),
            (
                "catalog/mod.rs",
                "use crate::ids; // crate::rules\n#[cfg(test)]\nmod tests { use crate::rules; }",
            ),
            ("server/mod.rs", "use crate::rules; use crate::catalog;"),
            ("cli/mod.rs", "use crate::server;"),
        ];
        assert_eq!(faults(&files), [""; 0]);
    }

    #[test]
    fn a_circle_names_every_import_in_it() {
        let files = [
            ("a/mod.rs", "\nuse crate::{\n    ids,\n    b::{c, X},\n};"),
            ("b/store.rs", "fn f() { crate::c::g() }"),
            ("c/mod.rs", "use crate::a;"),
            ("d/mod.rs", "use crate::a;"),
        ];
        let found = faults(&files);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("crates/calibr/src/a/mod.rs:4: "), "{found:?}");
        assert!(found.iter().all(|fault| fault.contains("a → b → c → a")), "{found:?}");
    }

    #[test]
    fn no_feature_knows_the_server_or_the_command_line() {
        let files = [
            ("server/mod.rs", ""),
            ("cli/mod.rs", ""),
            ("rules/api.rs", "use crate::server::X;\nuse crate::cli;"),
        ];
        let found = faults(&files);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found.iter().any(|fault| fault.contains("rules/api.rs:2: feature `rules` imports `cli`")),
            "{found:?}"
        );
    }
}
