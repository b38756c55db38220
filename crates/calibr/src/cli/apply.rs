//! `apply`: an approved price change goes to the shop, now or at a time, after the number of prices has been typed; and
//! `unschedule`, which calls such a time off.

use super::app::App;
use super::client::Reply;
use super::exit::{CliError, Exit, Result};
use super::format;
use super::price_change::path_of;
use super::run::started;
use super::ui::Ui;
use crate::price_changes::dto::{
    ApplyRequest, CanaryRequest, Disambiguation, PriceChange, Scheduled, StartAt, UnscheduleRequest,
};
use crate::runs::dto::Run;

/// Arguments of `apply`.
#[derive(Debug, clap::Args)]
pub struct ApplyArgs {
    /// Id `pch_…`
    #[arg(value_name = "PRICE_CHANGE")]
    id: String,
    #[command(flatten)]
    consent: Consent,
    /// The plan that was read; refused if it is another by now
    #[arg(long, value_name = "HASH")]
    plan_hash: Option<String>,
    /// Write this share first, such as `5%`, and watch it before the rest
    #[arg(long, value_parser = share, value_name = "SHARE")]
    canary: Option<u8>,
    /// How long to watch it, such as `10m` or `1h`
    #[arg(long, requires = "canary", value_name = "TIME")]
    canary_wait: Option<String>,
    /// Not now, but by itself at this time of the zone's clocks, such as `2026-11-27T09:00`
    #[arg(long, requires = "time_zone", value_name = "LOCAL")]
    at: Option<String>,
    /// The zone of that time, such as `Europe/Paris`
    #[arg(long, requires = "at", value_name = "ZONE")]
    time_zone: Option<String>,
    /// Which one is meant where the clocks change, and the time does not exist or exists twice
    #[arg(long, requires = "at", value_name = "WHICH", value_parser = ["earlier", "later"])]
    disambiguation: Option<String>,
}

impl ApplyArgs {
    fn start_at(&self) -> Option<StartAt> {
        let (local, time_zone) = (self.at.clone()?, self.time_zone.clone()?);
        let disambiguation = match self.disambiguation.as_deref() {
            Some("earlier") => Disambiguation::Earlier,
            Some("later") => Disambiguation::Later,
            _ => Disambiguation::Reject,
        };
        Some(StartAt { local, time_zone, disambiguation })
    }
}

/// Arguments of `unschedule`.
#[derive(Debug, clap::Args)]
pub struct UnscheduleArgs {
    /// Id `pch_…`
    #[arg(value_name = "PRICE_CHANGE")]
    id: String,
    /// Why; goes into the audit
    #[arg(short = 'm', long, value_name = "TEXT")]
    comment: Option<String>,
}

fn share(text: &str) -> std::result::Result<u8, String> {
    let percent = text.trim().trim_end_matches('%').trim_end().parse().ok();
    percent
        .filter(|percent| (1..=99).contains(percent))
        .ok_or_else(|| "write a share from 1% to 99%".to_owned())
}

/// How an act that customers see is agreed to and followed.
#[derive(Debug, Clone, clap::Args)]
pub struct Consent {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Do not wait for the end
    #[arg(long)]
    pub detach: bool,
}

/// Carries out `apply`.
///
/// # Errors
/// Not agreed to, or the server refused or cannot be reached.
pub async fn run(app: &App, args: ApplyArgs) -> Result {
    let client = app.client()?;
    let path = path_of(&args.id)?;
    let change: PriceChange = client.fetch(&path, &[]).await?;
    // Where the server would refuse, asking would be a waste: it is sent, and the refusal is what is shown.
    let at = args.start_at();
    if change.allowed.iter().any(|act| act == "apply") {
        let when = at.as_ref().map(|at| format!(" at {} in {}", at.local, at.time_zone));
        let question = format!(
            "Apply {} of “{}” to the shop{}? Customers see them at once{}.",
            format::counted(change.rows_to_apply, "price"),
            super::look::one_line(&change.title),
            when.as_deref().unwrap_or_default(),
            if at.is_some() { " then" } else { "" },
        );
        agree(&app.ui, args.consent.yes, &question, change.rows_to_apply)?;
    }
    let canary = args.canary.map(|percent| CanaryRequest {
        percent: Some(percent),
        variants: Vec::new(),
        wait: args.canary_wait,
    });
    let is_later = at.is_some();
    let request = ApplyRequest { plan_hash: args.plan_hash.unwrap_or(change.plan_hash), canary, at };
    let sent = client.post(&format!("{path}/apply"), "", &request).await;
    let reply = sent.map_err(|error| not_now(app, error, &args.id, &change.state))?;
    if is_later {
        return shown(app, &reply, |change| {
            let when = change.scheduled.as_ref().map(when).unwrap_or_default();
            (format!("starts by itself at {when}"), "unschedule")
        });
    }
    let run: Run = reply.read()?;
    if reply.replayed {
        app.ui.words(&format!("This was begun before, as run {}.", run.id));
    }
    started(app, &client, run, args.consent.detach).await
}

/// Shows what became of a price change: the answer as it came, its id alone, or a sentence with what to do next.
fn shown(app: &App, reply: &Reply, words: impl FnOnce(&PriceChange) -> (String, &'static str)) -> Result {
    if app.ui.json() {
        app.ui.document(&reply.text);
        return Ok(Exit::Done);
    }
    let change: PriceChange = reply.read()?;
    if app.ui.quiet() {
        app.ui.data(&format!("{}\n", change.id));
        return Ok(Exit::Done);
    }
    let (sentence, next) = words(&change);
    app.ui.data(&format!("Price change {} {sentence}.\n", change.id));
    app.ui.next(&[format!("{next} {}", change.id)]);
    Ok(Exit::Done)
}

/// The instant of a start, after the clock on the wall that was named: `2026-11-27T09:00 in Europe/Paris (…)`.
pub fn when(scheduled: &Scheduled) -> String {
    let instant = format::instant(scheduled.starts_at);
    match (&scheduled.local, &scheduled.time_zone) {
        (Some(local), Some(zone)) => format!("{local} in {zone} ({instant})"),
        _ => instant,
    }
}

/// Carries out `unschedule`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn unschedule(app: &App, args: UnscheduleArgs) -> Result {
    let client = app.client()?;
    let path = path_of(&args.id)?;
    let request = UnscheduleRequest { reason: args.comment };
    let reply = client.post(&format!("{path}/unschedule"), "", &request).await?;
    shown(app, &reply, |change| {
        let state = format::state(&change.state);
        (format!("is {state}. It does not start by itself"), "apply")
    })
}

/// A refusal, told by what the price change lacks: somebody's approval, or a state in which it can be applied at all.
fn not_now(app: &App, error: CliError, id: &str, state: &str) -> CliError {
    if error.exit != Exit::WaitingForApproval {
        return error;
    }
    let show = format!("price-change show {id}");
    if state != "pending_approval" {
        return CliError { exit: Exit::Conflict, ..error }.next(show);
    }
    let as_whom = app.approver_besides_me().map(|name| format!(" --as {name}")).unwrap_or_default();
    error.next(format!("price-change approve {id}{as_whom}")).next(show)
}

/// Lets the reader type `number` to agree. Without a keyboard `--yes` must have been given.
///
/// # Errors
/// Not agreed to, or there is nobody to ask.
pub fn agree(ui: &Ui, yes: bool, question: &str, number: u64) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !ui.may_ask() {
        return Err(CliError::usage(format!(
            "{question} There is nobody to ask here: add --yes if you mean it."
        )));
    }
    let answer = ui.ask(&format!("{question}\nType {number} to go on: "))?;
    if is_consent(&answer, number) {
        return Ok(());
    }
    Err(CliError::new(Exit::Cancelled, "cancelled", "Nothing was changed."))
}

fn is_consent(answer: &str, number: u64) -> bool {
    answer.replace([',', ' ', '_', '.'], "") == number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_with_or_without_its_sign() {
        assert_eq!([share("5%"), share(" 5 "), share("99 %")], [Ok(5), Ok(5), Ok(99)]);
        for text in ["", "0%", "100%", "5.5%", "five", "-1"] {
            assert!(share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_the_number_itself_is_consent() {
        assert!(is_consent("3202", 3202) && is_consent("3,202", 3202));
        for answer in ["", "y", "yes", "3203", "-3202", "0"] {
            assert!(!is_consent(answer, 3202), "{answer}");
        }
    }
}
