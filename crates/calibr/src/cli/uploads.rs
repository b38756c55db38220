//! `catalog facts` and `catalog history`: sending files of facts and past prices, and showing what became of the rows.

use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;

use super::app::App;
use super::client::{Client, Reply};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Look, Tone, one_line};
use crate::catalog::dto::UploadReport;

/// Refused lines that are shown; the rest is in `--json`.
const LINES_SHOWN: usize = 20;

/// A file to send.
#[derive(Debug, clap::Args)]
pub struct FileArgs {
    /// CSV file; `-` reads stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Sends a file to `path` and shows what was taken and refused.
///
/// # Errors
/// The server refused or cannot be reached, or the file cannot be read.
pub async fn run(app: &App, path: &str, args: &FileArgs) -> Result {
    let client = app.client()?;
    let reply = send_file(app, &client, path, &args.file).await?;
    if app.ui.json() {
        app.ui.document(&reply.text);
        return Ok(Exit::Done);
    }
    let report: UploadReport = reply.read()?;
    if app.ui.quiet() {
        app.ui.data(&format!("{}\n", report.id));
    } else {
        app.ui.data(&view(app.ui.look, &report));
    }
    app.ui.next(&["catalog show SKU"]);
    Ok(Exit::Done)
}

/// Sends a CSV file, or stdin for `-`, with a bar that grows.
///
/// # Errors
/// The file cannot be read, or the server refused it.
pub async fn send_file(app: &App, client: &Client, path: &str, file: &Path) -> Result<Reply> {
    let unreadable = |e: std::io::Error| CliError::failed("input", format!("{}: {e}.", file.display()));
    if file.as_os_str() == "-" {
        let body = tokio_util::io::ReaderStream::new(tokio::io::stdin());
        return client.post_body(path, "", "text/csv", reqwest::Body::wrap_stream(body)).await;
    }
    let opened = tokio::fs::File::open(file).await.map_err(unreadable)?;
    let size = opened.metadata().await.map_err(unreadable)?.len();
    let bar = app.ui.bytes_bar(Some(size), "Importing");
    let counting = bar.clone();
    let body = tokio_util::io::ReaderStream::with_capacity(opened, 64 * 1024)
        .inspect_ok(move |chunk| counting.inc(chunk.len() as u64));
    let reply = client.post_body(path, "", "text/csv", reqwest::Body::wrap_stream(body)).await;
    bar.finish_and_clear();
    reply
}

fn view(look: Look, report: &UploadReport) -> String {
    let mut text = format!(
        "  {}: {} taken, {} known already, {} refused\n",
        format::counted(report.rows, "row"),
        format::count(report.taken),
        format::count(report.unchanged),
        format::count(report.refused_count),
    );
    if !report.refused.is_empty() {
        text.push_str(&format!("  {}\n", look.paint(Tone::Bad, "Refused")));
    }
    for fault in report.refused.iter().take(LINES_SHOWN) {
        text.push_str(&format!("    {}  {}\n", fault.pointer, one_line(&fault.detail)));
    }
    if report.refused.len() > LINES_SHOWN {
        text.push_str(&format!("    … {} more; --json shows them\n", report.refused.len() - LINES_SHOWN));
    }
    text
}
