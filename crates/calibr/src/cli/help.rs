//! `help`: of a command, or of a topic that belongs to all commands.

use super::app::App;
use super::exit::{CliError, Exit, Result};

/// Arguments of `help`.
#[derive(Debug, clap::Args)]
pub struct HelpArgs {
    /// A command such as `run watch`, or exit-codes, environment, json
    #[arg(value_name = "COMMAND|TOPIC")]
    words: Vec<String>,
}

const ENVIRONMENT: &str = "\
Flags win over the environment, the environment over what was stored when signing in.

  CALIBR_HOST        address of the server (http://127.0.0.1:7400 if never signed in)
  CALIBR_TOKEN       API token; used instead of the stored sign-in
  CALIBR_PROJECT     project, where the account has several
  CALIBR_PROFILE     which of several stored sign-ins to use
  CALIBR_NO_INPUT    if set, nothing is ever asked
  CALIBR_CONFIG_DIR  folder of the stored sign-ins (~/.config/calibr)
  CALIBR_DATA        folder of `up`, `serve` and `migrate` (.calibr)
  CALIBR_CURRENCY    currency of the first project without the demo (EUR)
  CALIBR_MASTER_KEY  seals credentials, 32 bytes in base64; instead of master.key
  CALIBR_PG_BIN      folder of Postgres' programs, instead of those that come along
  DATABASE_URL       Postgres for `up`, `serve` and `migrate`, instead of the private one
  NO_COLOR           if set, no colours; so does TERM=dumb
  CLICOLOR_FORCE     if set, colours even into a pipe
  COLUMNS            width of tables; a pipe gets uncut lines
";

const JSON: &str = "\
With --json stdout carries nothing but JSON, and the exit code is the same as without.

  show commands      one document, exactly as the API wrote it
  ls commands        one document: {\"data\":[…],\"has_more\":…,\"next_cursor\":…}; --limit and --all say how much
  plan               the price change that was made; with --offline counts and rows
  apply, rollback,
  run watch          one message per line. The first is {\"type\":\"version\",\"calibr\":…,\"ui\":\"1.0\"};
                     ui grows in its second number when fields are added, in its first when one changes.
                     Then apply.start, apply.progress, diagnostic, apply.end (roll_back.… on the way back).
                     The last carries exit_code.
  errors             one line on stderr: {\"type\":\"diagnostic\",\"severity\":\"error\",\"code\":…,\"detail\":…,\"exit_code\":…}

Amounts are strings, never numbers. Unknown fields and words may appear: ignore them.
";

/// Prints the help.
///
/// # Errors
/// There is no such command or topic.
pub fn run(app: &App, args: &HelpArgs) -> Result {
    let words: Vec<&str> = args.words.iter().map(String::as_str).collect();
    let text = match words.as_slice() {
        ["exit-codes"] => exit_codes(),
        ["environment"] => ENVIRONMENT.to_owned(),
        ["json"] => JSON.to_owned(),
        path => of_command(path)?,
    };
    app.ui.data(&text);
    Ok(Exit::Done)
}

fn exit_codes() -> String {
    let mut text = String::from("From 10 on the command did what was asked, and found something.\n\n");
    for (exit, meaning) in Exit::ALL {
        text.push_str(&format!("  {:>3}  {meaning}\n", exit.code()));
    }
    text
}

fn of_command(path: &[&str]) -> Result<String> {
    let mut command = super::command();
    command.build();
    for word in path {
        command = command.find_subcommand(word).cloned().ok_or_else(|| {
            CliError::usage(format!("There is no command or topic `{}`.", path.join(" "))).next("help")
        })?;
    }
    Ok(command.render_long_help().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_is_explained() {
        insta::assert_snapshot!(exit_codes(), @r"
        From 10 on the command did what was asked, and found something.

            0  done
            1  failed; nothing was changed, or it is unknown
            2  wrong usage
            3  cancelled at a prompt
            4  not signed in, or not allowed
            5  not found
            6  conflict: the plan is stale, or something changed underneath
           10  changes present (plan --detailed-exitcode only)
           11  guardrails stopped rows
           12  waiting for approval
           13  partly applied
           14  drift found
           15  audit chain broken
          130  interrupted by Ctrl-C; a run that was started goes on
        ");
    }

    #[test]
    fn commands_are_found_by_their_path() {
        assert!(of_command(&["run", "watch"]).unwrap().contains("calibr run watch"));
        assert_eq!(of_command(&["run", "walk"]).unwrap_err().exit, Exit::Usage);
    }
}
