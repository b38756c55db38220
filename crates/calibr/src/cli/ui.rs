//! Where output goes: data to stdout, words to stderr, progress on stderr while it lasts.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde::Serialize;

use super::exit::{CliError, Exit, Result};
use super::look::{Look, Tone};
use super::messages::Diagnostic;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

/// What the user asked of the output.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// One JSON document instead of text.
    pub json: bool,
    /// No words.
    pub quiet: bool,
    /// No progress.
    pub no_progress: bool,
    /// No questions.
    pub no_input: bool,
    /// Colour.
    pub colour: Colour,
    /// Flags to repeat in the commands that are proposed.
    pub repeat: String,
}

/// The reader's end of a command.
#[derive(Debug, Clone)]
pub struct Ui {
    wishes: Wishes,
    /// How stdout looks.
    pub look: Look,
    words: Look,
}

impl Ui {
    /// Looks at the environment once.
    #[must_use]
    pub fn new(wishes: Wishes) -> Self {
        let colour = |choice: ColorChoice| match wishes.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => !matches!(choice, ColorChoice::Never),
        };
        let width = screen_width();
        let look = Look { colour: colour(AutoStream::choice(&io::stdout())), width };
        let words = Look { colour: colour(AutoStream::choice(&io::stderr())), width: None };
        Self { wishes, look, words }
    }

    /// Whether JSON was asked for.
    #[must_use]
    pub fn json(&self) -> bool {
        self.wishes.json
    }

    /// Whether only the essential was asked for.
    #[must_use]
    pub fn quiet(&self) -> bool {
        self.wishes.quiet
    }

    /// Whether a question may be asked: somebody sits at the keyboard and did not forbid it.
    #[must_use]
    pub fn may_ask(&self) -> bool {
        !self.wishes.no_input && !self.wishes.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Data, to stdout. A reader that has gone away (`| head`) ends the command quietly.
    pub fn data(&self, text: &str) {
        let mut out = io::stdout().lock();
        if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
            std::process::exit(i32::from(Exit::Done.code()));
        }
    }

    /// One JSON document, as the server wrote it, indented.
    pub fn document(&self, json: &str) {
        self.data(&super::json::indent(json));
    }

    /// One line of a stream of JSON messages.
    pub fn message<T: Serialize>(&self, message: &T) {
        self.data(&line(message));
    }

    /// Words for people, to stderr.
    pub fn words(&self, text: &str) {
        if !self.wishes.quiet && !self.wishes.json {
            self.complain(&format!("{}\n", text.trim_end_matches('\n')));
        }
    }

    /// A warning, to stderr.
    pub fn warn(&self, text: &str) {
        self.words(&format!("{} {text}", self.words.paint(Tone::Warn, "!")));
    }

    /// The exact commands to type next.
    pub fn next<S: AsRef<str>>(&self, commands: &[S]) {
        if !commands.is_empty() {
            self.words(&next_line(commands, &self.wishes.repeat));
        }
    }

    /// The error that ends the command: words to stderr, or one JSON line there with `--json`.
    pub fn error(&self, error: &CliError) {
        if self.wishes.json {
            self.complain(&line(&Diagnostic::of(error)));
            return;
        }
        let mut text = format!("{} {}\n", self.words.paint(Tone::Bad, "error:"), error.message);
        // A server names the only fault in its sentence already.
        for field in error.fields.iter().filter(|field| !error.message.contains(&field.detail)) {
            text.push_str(&format!(
                "  {}  {}\n",
                self.words.paint(Tone::Strong, &field.pointer),
                field.detail
            ));
        }
        if let Some(id) = &error.request_id {
            let id = self.words.paint(Tone::Muted, &format!("{} · {id}", error.code));
            text.push_str(&format!("  {id}\n"));
        }
        if !error.next.is_empty() {
            text.push_str(&next_line(&error.next, &self.wishes.repeat));
            text.push('\n');
        }
        self.complain(&text);
    }

    /// Asks for a line. The question goes to stderr.
    ///
    /// # Errors
    /// The keyboard cannot be read.
    pub fn ask(&self, question: &str) -> Result<String> {
        self.complain(question);
        let mut answer = String::new();
        io::stdin()
            .read_line(&mut answer)
            .map_err(|e| CliError::failed("input", format!("Your answer could not be read: {e}.")))?;
        Ok(answer.trim().to_owned())
    }

    /// A spinner with a word, for a step of unknown length.
    #[must_use]
    pub fn spinner(&self, what: &str) -> ProgressBar {
        let bar = self.bar(None, "  {msg:20} {spinner} {elapsed}");
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// A bar for bytes.
    #[must_use]
    pub fn bytes_bar(&self, total: Option<u64>, what: &str) -> ProgressBar {
        let template = match total {
            Some(_) => "  {msg:20} {bar:20} {bytes}/{total_bytes}  {bytes_per_sec}",
            None => "  {msg:20} {spinner} {bytes}  {bytes_per_sec}",
        };
        let bar = self.bar(total, template);
        bar.set_message(what.to_owned());
        bar
    }

    /// A bar for the targets of a run.
    #[must_use]
    pub fn targets_bar(&self, total: u64) -> ProgressBar {
        self.bar(Some(total), "  {bar:20} {msg}  {rate}  about {eta}")
    }

    fn bar(&self, total: Option<u64>, template: &str) -> ProgressBar {
        let hidden = self.wishes.quiet || self.wishes.json || self.wishes.no_progress;
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = ProgressStyle::with_template(template).expect("templates are constants of this file");
        let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
            write!(out, "{:.0}/s", state.per_sec()).unwrap_or(())
        };
        ProgressBar::with_draw_target(total, target)
            .with_style(style.progress_chars("█▒░").with_key("rate", rate))
    }

    fn complain(&self, text: &str) {
        // Nobody reads stderr: there is no better place to say so.
        io::stderr().lock().write_all(text.as_bytes()).ok();
    }
}

fn line<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message).expect("messages have only texts, numbers and lists") + "\n"
}

/// A command that names somebody with `--as` is not told the profile as well, which stands last in `repeat`: it is the same flag.
fn next_line<S: AsRef<str>>(commands: &[S], repeat: &str) -> String {
    let without_profile = repeat.split_once(" --profile ").map_or(repeat, |(before, _)| before);
    let flags = |command: &str| if command.contains(" --as ") { without_profile } else { repeat };
    let whole = |command: &S| format!("calibr {}{}", command.as_ref(), flags(command.as_ref()));
    let commands: Vec<_> = commands.iter().map(whole).collect();
    format!("Next: {}", commands.join("   |   "))
}

/// Columns of the screen: `COLUMNS`, else the terminal's; `None` for a pipe.
fn screen_width() -> Option<u16> {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let is_screen = io::stdout().is_terminal();
    told.or_else(|| is_screen.then(|| console_width().unwrap_or(100))).filter(|width| *width >= 40)
}

fn console_width() -> Option<u16> {
    comfy_table::Table::new().width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_names_whole_commands_with_the_flags_that_were_given() {
        let line = next_line(&["run show run_1", "rollback run_1"], " --profile approver");
        assert_eq!(
            line,
            "Next: calibr run show run_1 --profile approver   |   calibr rollback run_1 --profile approver"
        );
        let line = next_line(&["price-change approve pch_1 --as second"], " --host h --profile me");
        assert_eq!(line, "Next: calibr price-change approve pch_1 --as second --host h");
    }
}
