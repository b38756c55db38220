//! `rules fmt`: rule files in their one layout, comments kept.

use std::path::Path;

use super::documents::{Document, Files, read_all};
use super::layout;
use crate::cli::app::App;
use crate::cli::exit::{CliError, Exit, Result};
use crate::cli::json;
use crate::cli::look::Tone;

/// Arguments of `rules fmt`.
#[derive(Debug, clap::Args)]
pub struct FmtArgs {
    #[command(flatten)]
    files: Files,
    /// Write nothing; exit with 10 if a file would change
    #[arg(long)]
    check: bool,
}

/// Lays out rule files. Either all of them can be laid out, or none is written.
///
/// # Errors
/// A file cannot be read, is no rule, or cannot be written.
pub fn run(app: &App, args: &FmtArgs) -> Result {
    let documents = read_all(&args.files.files)?;
    let laid_out: Vec<String> = documents.iter().map(laid_out).collect::<Result<_>>()?;
    let pairs: Vec<_> = documents.iter().zip(&laid_out).collect();
    let changed: Vec<_> = pairs.iter().filter(|(document, text)| document.text != **text).collect();
    if !args.check {
        for (document, text) in &pairs {
            if document.is_stdin() {
                app.ui.data(text);
            } else if document.text != **text {
                replace(Path::new(&document.name), text)?;
            }
        }
    }
    if app.ui.json() {
        let state = |(document, text): &(&Document, &String)| serde_json::json!({ "file": document.name, "changed": document.text != **text });
        let all: Vec<_> = pairs.iter().map(state).collect();
        app.ui.document(&serde_json::json!({ "data": all }).to_string());
    } else {
        for (document, _) in changed.iter().filter(|(document, _)| args.check || !document.is_stdin()) {
            let (tone, glyph) = if args.check { (Tone::Warn, "!") } else { (Tone::Good, "✓") };
            app.ui.data(&format!("{} {}\n", app.ui.look.paint(tone, glyph), document.name));
        }
    }
    if args.check && !changed.is_empty() {
        let files = changed.iter().map(|(document, _)| format!(" -f {}", document.name)).collect::<String>();
        app.ui.next(&[format!("rules fmt{files}")]);
        return Ok(Exit::Changes);
    }
    Ok(Exit::Done)
}

fn laid_out(document: &Document) -> Result<String> {
    super::documents::parse(document)?;
    if document.is_json() {
        return Ok(json::indent(&document.text));
    }
    layout::laid_out(&document.text)
        .map_err(|fault| CliError::failed("rule.layout", format!("{}: {fault}.", document.name)))
}

/// Writes a file beside the old one and puts it in its place, so that a full disk loses nothing.
///
/// # Errors
/// It cannot be written.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let refused = |e: std::io::Error| CliError::failed("output", format!("{}: {e}.", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(refused)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(refused)?;
    let known = std::fs::metadata(path).map(|known| known.permissions());
    let kept = match known {
        Ok(permissions) => file.as_file().set_permissions(permissions),
        Err(_) => world_readable(file.as_file()),
    };
    kept.map_err(refused)?;
    file.persist(path).map(drop).map_err(|e| refused(e.error))
}

/// Temporary files are for their owner alone; a rule file is as others in its folder.
#[cfg(unix)]
fn world_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn world_readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
