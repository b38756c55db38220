//! `completion`: a script that teaches a shell the commands.

use clap_complete::Shell;

use super::app::App;
use super::exit::{Exit, Result};

/// Arguments of `completion`.
#[derive(Debug, clap::Args)]
pub struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Name,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Name {
    Bash,
    Elvish,
    Fish,
    #[value(alias = "powershell")]
    Pwsh,
    Zsh,
}

/// Prints the script.
///
/// # Errors
/// None.
pub fn run(app: &App, args: &CompletionArgs) -> Result {
    let shell = match args.shell {
        Name::Bash => Shell::Bash,
        Name::Elvish => Shell::Elvish,
        Name::Fish => Shell::Fish,
        Name::Pwsh => Shell::PowerShell,
        Name::Zsh => Shell::Zsh,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "calibr", &mut script);
    app.ui.data(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
