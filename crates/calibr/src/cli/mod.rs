//! The command line: one file per noun; here the tree of commands and who carries each out.
//! It knows the server only over HTTP, except `up`, `serve` and `migrate`, which are the server.

mod analyse;
mod app;
mod apply;
mod audit;
mod catalog;
mod client;
mod completion;
mod credentials;
mod drift;
mod events;
mod exit;
mod explain;
mod format;
mod guardrails;
mod help;
mod instant;
mod jobs;
mod json;
mod login;
mod look;
mod messages;
mod offline;
mod plan;
mod plan_view;
mod price;
mod price_change;
mod projects;
mod rollback;
mod rules;
mod run;
mod run_view;
mod server;
mod sse;
mod surface;
mod trace;
mod ui;
mod uploads;
mod waivers;
mod watch;
mod webhooks;

use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use app::{App, Global};
use exit::Exit;

/// Plan, approve, apply, watch, explain and undo price changes.
#[derive(Debug, Parser)]
#[command(name = "calibr", version, disable_help_subcommand = true, max_term_width = 100)]
#[command(after_help = "More: calibr help exit-codes | environment | json")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything: private Postgres, server, worker and a simulated shop
    Up(server::UpArgs),
    /// Start the server against an existing database
    Serve(server::ServeArgs),
    /// Bring the database to this version's schema
    Migrate(server::MigrateArgs),
    /// Sign in and keep a token on this machine
    Login(login::LoginArgs),
    /// Sign out and end the token
    Logout(login::LogoutArgs),
    /// Say who is signed in
    Whoami,
    /// Products, variants and their prices
    Catalog(catalog::CatalogArgs),
    /// Pricing rules
    Rules(rules::RulesArgs),
    /// Limits that hold whatever a rule says
    Guardrails(guardrails::GuardrailsArgs),
    /// Let pass for a time what a soft guardrail stops
    Waivers(waivers::WaiversArgs),
    /// Work out what rules would change, and keep it for approval
    Plan(plan::PlanArgs),
    /// Price changes: show, approve, reject
    PriceChange(price_change::PriceChangeArgs),
    /// Write an approved price change to the shop, now or at a time
    Apply(apply::ApplyArgs),
    /// Call off the start of a scheduled price change
    Unschedule(apply::UnscheduleArgs),
    /// Runs: watch, results, retry
    Run(run::RunArgs),
    /// Put back the prices that a run changed
    Rollback(rollback::RollbackArgs),
    /// Prices that the shop shows otherwise than Calibr holds
    Drift(drift::DriftArgs),
    /// Work in the background: list, show, try again, cancel
    Jobs(jobs::JobsArgs),
    /// Say why a variant has its price
    Explain(explain::ExplainArgs),
    /// Prices over time
    Price(price::PriceArgs),
    /// Projects: list, and set country and tax
    Projects(projects::ProjectsArgs),
    /// What happened, who is told, and deliveries that gave up
    Events(events::EventsArgs),
    /// Have events sent to addresses of your own
    Webhooks(webhooks::WebhooksArgs),
    /// Who changed what, when and why
    Audit(audit::AuditArgs),
    /// Write a price change as a CSV that Shopify imports
    Export(price_change::ExportArgs),
    /// Print a completion script for a shell
    Completion(completion::CompletionArgs),
    /// Print the version
    Version,
    /// Explain a command or a topic
    Help(help::HelpArgs),
}

/// Runs the command that was typed.
#[must_use]
pub fn main() -> ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => error.exit(),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let app = App::new(cli.global, flags_to_repeat(&matches));
    let exit = match start(&app, cli.command) {
        Ok(exit) => exit,
        Err(error) => {
            app.ui.error(&error);
            error.exit
        }
    };
    ExitCode::from(exit.code())
}

fn start(app: &App, command: Command) -> exit::Result {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| exit::CliError::failed("runtime", format!("No threads can be started: {e}.")))?;
    runtime.block_on(dispatch(app, command))
}

async fn dispatch(app: &App, command: Command) -> exit::Result {
    match command {
        Command::Up(args) => server::up(args).await,
        Command::Serve(args) => server::serve(args).await,
        Command::Migrate(args) => server::migrate(args).await,
        Command::Login(args) => login::login(app, args).await,
        Command::Logout(args) => login::logout(app, args).await,
        Command::Whoami => login::whoami(app).await,
        Command::Catalog(args) => catalog::run(app, args).await,
        Command::Rules(args) => rules::run(app, args).await,
        Command::Guardrails(args) => guardrails::run(app, args).await,
        Command::Waivers(args) => waivers::run(app, args).await,
        Command::Plan(args) => plan::run(app, args).await,
        Command::PriceChange(args) => price_change::run(app, args).await,
        Command::Apply(args) => apply::run(app, args).await,
        Command::Unschedule(args) => apply::unschedule(app, args).await,
        Command::Run(args) => run::run(app, args).await,
        Command::Rollback(args) => rollback::run(app, args).await,
        Command::Drift(args) => drift::run(app, args).await,
        Command::Jobs(args) => jobs::run(app, args).await,
        Command::Explain(args) => explain::run(app, args).await,
        Command::Price(args) => price::run(app, args).await,
        Command::Projects(args) => projects::run(app, args).await,
        Command::Events(args) => events::run(app, args).await,
        Command::Webhooks(args) => webhooks::run(app, args).await,
        Command::Audit(args) => audit::run(app, args).await,
        Command::Export(args) => price_change::export(app, args).await,
        Command::Completion(args) => completion::run(app, &args),
        Command::Help(args) => help::run(app, &args),
        Command::Version => {
            app.ui.data(concat!("calibr ", env!("CARGO_PKG_VERSION"), "\n"));
            Ok(Exit::Done)
        }
    }
}

/// The whole tree, for parsing, completions and help.
fn command() -> clap::Command {
    Cli::command()
}

/// Where and as whom, if typed as flags: the commands that are proposed must carry them too. Signing in remembers where.
fn flags_to_repeat(matches: &ArgMatches) -> String {
    let remembered = matches.subcommand_name() == Some("login");
    let typed = ["host", "project", "profile"].into_iter().filter(|name| {
        matches.value_source(name) == Some(ValueSource::CommandLine) && !(remembered && *name == "host")
    });
    typed
        .filter_map(|name| Some((name, matches.get_one::<String>(name)?)))
        .map(|(name, value)| format!(" --{name} {value}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn only_typed_flags_are_repeated_wherever_they_stand() {
        let matches = command().try_get_matches_from(["calibr", "run", "--as", "approver", "show", "run_1"]);
        assert_eq!(flags_to_repeat(&matches.unwrap()), " --profile approver");
        let matches = command().try_get_matches_from(["calibr", "--host", "h:1", "whoami"]);
        assert_eq!(flags_to_repeat(&matches.unwrap()), " --host h:1");
        let matches = command().try_get_matches_from(["calibr", "--host", "h:1", "login", "--as", "me"]);
        assert_eq!(flags_to_repeat(&matches.unwrap()), " --profile me");
    }
}
