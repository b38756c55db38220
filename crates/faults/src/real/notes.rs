//! What the harness and a hurt server tell each other, in files of one folder.

use std::path::Path;

/// Lines of what was done: the process, the point, and how it was hurt.
pub const MET: &str = "met";
/// If this is there, nothing goes wrong any more.
pub const CALM: &str = "calm";
/// The process of a Postgres that may be killed.
pub const POSTGRES: &str = "postgres.pid";
/// How the harness names itself to Postgres.
pub const HARNESS: &str = "faults";
/// How a server names itself to the shop, with its process id behind it.
pub const SERVER: &str = "server-";

/// One line of [`MET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Met {
    pub pid: u32,
    pub point: String,
    pub hurt: String,
}

/// The lines after the first `known`.
pub(super) fn met_since(folder: &Path, known: usize) -> anyhow::Result<Vec<Met>> {
    let text = match std::fs::read_to_string(folder.join(MET)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    let read = |line: &str| {
        let mut words = line.split(' ');
        let (pid, point, hurt) = (words.next()?.parse().ok()?, words.next()?, words.next()?);
        Some(Met { pid, point: point.to_owned(), hurt: hurt.to_owned() })
    };
    let lines = text.lines().skip(known);
    lines.map(|line| read(line).ok_or_else(|| anyhow::anyhow!("`{line}` is no note"))).collect()
}
