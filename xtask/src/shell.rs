//! Running other programs: either in sight, or quietly with the end of what they said when they fail.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail};

/// So much of a quiet program's output is shown when it fails.
const LINES_SHOWN: usize = 40;

/// Runs `command` with its output in sight.
///
/// # Errors
/// It is not there, or it failed.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    succeeded(command, status)
}

/// Starts `command` with its output in sight.
///
/// # Errors
/// It is not there.
pub fn begin(command: &mut Command) -> Result<Child> {
    command.spawn().map_err(|error| not_started(command, &error))
}

/// Says which program failed, if it did.
///
/// # Errors
/// It failed.
pub fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs `command` without showing anything, and gives what it wrote to its output.
///
/// # Errors
/// It is not there, or it failed; then the end of what it said is in the text.
pub fn quiet(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    let said = said + &String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let end = lines[lines.len().saturating_sub(LINES_SHOWN)..].join("\n  ");
    bail!("`{}` failed ({}):\n  {end}", line(command), output.status)
}

/// Replaces this process, so that Ctrl-C and the exit code are the other program's. Returns only to report a failure.
///
/// # Errors
/// The program could not be started.
#[cfg(unix)]
pub fn become_it(command: &mut Command) -> Result<()> {
    let error = std::os::unix::process::CommandExt::exec(command);
    Err(not_started(command, &error))
}

/// Runs the program to its end and ends with its exit code.
///
/// # Errors
/// The program could not be started.
#[cfg(not(unix))]
pub fn become_it(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    std::process::exit(status.code().unwrap_or(1))
}

/// Keeps the settings of the person at this machine from what is tested. Where Postgres' programs are stays known.
pub fn without_settings(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text == "DATABASE_URL" || (text.starts_with("CALIBR_") && text != "CALIBR_PG_BIN") {
            command.env_remove(&name);
        }
    }
    command
}

/// `npm`, to be run in `folder`.
pub fn npm(folder: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder).env("NO_UPDATE_NOTIFIER", "1");
    command
}

fn not_started(command: &Command, error: &std::io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("`{program}` was not found in PATH"),
        _ => anyhow::anyhow!("`{program}` could not be started: {error}"),
    }
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name).chain(words).collect::<Vec<_>>().join(" ")
}

/// Asks a child to end, as Ctrl-C would.
///
/// # Errors
/// There is no `kill`, or no such process.
pub fn terminate(pid: u32) -> Result<()> {
    quiet(Command::new("kill").args(["-TERM", &pid.to_string()]))
        .context("the process could not be stopped")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_what_was_said_and_what_was_run() {
        let error = quiet(Command::new("sh").args(["-c", "echo the reason; exit 3"])).expect_err("it fails");
        let text = error.to_string();
        assert!(text.contains("`sh -c") && text.contains("the reason") && text.contains('3'), "{text}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("calibr-no-such-program")).expect_err("it is not there");
        assert_eq!(error.to_string(), "`calibr-no-such-program` was not found in PATH");
    }
}
