//! What every command gets: the output, the flags that hold for all, and the way to the server.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::client::{Client, Page, Query};
use super::credentials::{Credentials, DEFAULT_PROFILE};
use super::exit::{CliError, Exit, Result};
use super::look::Look;
use super::ui::{Colour, Ui, Wishes};

/// Where a server listens unless told otherwise.
pub const DEFAULT_HOST: &str = "http://127.0.0.1:7400";

/// Flags that hold for every command.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Address of the server
    #[arg(long, global = true, env = "CALIBR_HOST", hide_env_values = true, value_name = "ADDRESS")]
    pub host: Option<String>,
    /// Project, where the account has several
    #[arg(long, global = true, env = "CALIBR_PROJECT", hide_env_values = true, value_name = "SLUG")]
    pub project: Option<String>,
    /// Which of several stored sign-ins to use
    #[arg(
        long,
        visible_alias = "as",
        global = true,
        env = "CALIBR_PROFILE",
        hide_env_values = true,
        value_name = "NAME"
    )]
    pub profile: Option<String>,
    /// One JSON document on stdout instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Nothing but the data; for acting commands only the id
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// No progress bars
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Never ask; what needs an answer is refused
    #[arg(long, global = true, env = "CALIBR_NO_INPUT", hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub no_input: bool,
    /// Colours
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Colour,
    /// Repeats an earlier command safely: the same key does the work once
    #[arg(long, global = true, value_name = "KEY")]
    pub idempotency_key: Option<String>,
}

/// How much of a list to show.
#[derive(Debug, Clone, clap::Args)]
pub struct Paging {
    /// Show at most this many
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
    /// Show all
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
}

impl Paging {
    /// All of a list that is short.
    #[must_use]
    pub fn whole() -> Self {
        Self { limit: 0, all: true }
    }

    fn most(&self) -> usize {
        if self.all { usize::MAX } else { self.limit.max(1) }
    }
}

/// What every command gets.
pub struct App {
    /// Output.
    pub ui: Ui,
    /// Flags that hold for every command.
    pub global: Global,
}

impl App {
    /// `repeat` holds the flags that proposed commands must carry too.
    #[must_use]
    pub fn new(global: Global, repeat: String) -> Self {
        let wishes = Wishes {
            json: global.json,
            quiet: global.quiet,
            no_progress: global.no_progress,
            no_input: global.no_input,
            colour: global.color,
            repeat,
        };
        Self { ui: Ui::new(wishes), global }
    }

    /// The stored sign-ins and where they are.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn credentials(&self) -> Result<(PathBuf, Credentials)> {
        let path = super::credentials::path()?;
        let credentials = Credentials::load(&path)?;
        Ok((path, credentials))
    }

    /// The server: flag, environment, last sign-in, this machine.
    ///
    /// # Errors
    /// What was given is not an address.
    pub fn host(&self, credentials: &Credentials) -> Result<String> {
        let told = self.global.host.as_deref().filter(|host| !host.is_empty());
        super::client::normal_host(told.or(credentials.host.as_deref()).unwrap_or(DEFAULT_HOST))
    }

    /// The name of the stored sign-in to use.
    #[must_use]
    pub fn profile_name(&self) -> &str {
        self.global.profile.as_deref().filter(|name| !name.is_empty()).unwrap_or(DEFAULT_PROFILE)
    }

    /// A client that is signed in.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn client(&self) -> Result<Client> {
        if let Some(token) = std::env::var("CALIBR_TOKEN").ok().filter(|token| !token.is_empty()) {
            // The token stands for itself; the file is only asked where the server is.
            let credentials = self.credentials().map(|(_, credentials)| credentials).unwrap_or_default();
            return self.client_with(&self.host(&credentials)?, Some(token));
        }
        let (_, credentials) = self.credentials()?;
        let host = self.host(&credentials)?;
        let profile = credentials.profile(&host, self.profile_name()).ok_or_else(|| {
            let message = match self.profile_name() {
                DEFAULT_PROFILE => format!("You are not signed in to {host}."),
                name => format!("Nobody is signed in to {host} as `{name}`."),
            };
            CliError::new(Exit::NotAllowed, "not_signed_in", message).next("login")
        })?;
        self.client_with(&host, Some(profile.token.clone()))
    }

    /// A client for `host` with or without a token.
    ///
    /// # Errors
    /// The host is not an address.
    pub fn client_with(&self, host: &str, token: Option<String>) -> Result<Client> {
        let project = self.global.project.clone().filter(|slug| !slug.is_empty());
        let key = self.global.idempotency_key.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        Client::new(host, token, project, key)
    }

    /// The stored sign-in of somebody else here who may approve, if there is one.
    #[must_use]
    pub fn approver_besides_me(&self) -> Option<String> {
        let (_, credentials) = self.credentials().ok()?;
        let host = self.host(&credentials).ok()?;
        credentials.approver_besides(&host, self.profile_name()).map(str::to_owned)
    }

    /// Prints a list: one JSON document as the server wrote it, or what `view` makes of it.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn print_list<T: DeserializeOwned>(
        &self,
        list: List<'_>,
        paging: &Paging,
        view: impl FnOnce(Look, &[T]) -> String,
    ) -> Result<usize> {
        self.print_list_of(&self.client()?, list, paging, view).await
    }

    /// The same with a client of one's own.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn print_list_of<T: DeserializeOwned>(
        &self,
        client: &Client,
        list: List<'_>,
        paging: &Paging,
        view: impl FnOnce(Look, &[T]) -> String,
    ) -> Result<usize> {
        if self.ui.json() {
            let page: Page<Box<RawValue>> = client.list(list.path, list.query, paging.most()).await?;
            let text = serde_json::to_string(&page).map_err(|e| CliError::failed("json", e.to_string()))?;
            self.ui.document(&text);
            return Ok(page.data.len());
        }
        let page: Page<T> = client.list(list.path, list.query, paging.most()).await?;
        if page.data.is_empty() {
            self.ui.words(list.when_empty);
            return Ok(0);
        }
        self.ui.data(&view(self.ui.look, &page.data));
        if page.has_more {
            self.ui.words(&format!("Only the first {} are shown; --all shows the rest.", page.data.len()));
        }
        Ok(page.data.len())
    }

    /// Prints one thing: its JSON as the server wrote it, or what `view` makes of it.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn print_one<T: DeserializeOwned>(
        &self,
        path: &str,
        query: Query<'_>,
        view: impl FnOnce(Look, &T) -> String,
    ) -> Result<Option<T>> {
        let reply = self.client()?.get(path, query).await?;
        if self.ui.json() {
            self.ui.document(&reply.text);
            return Ok(None);
        }
        let thing: T = reply.read()?;
        self.ui.data(&view(self.ui.look, &thing));
        Ok(Some(thing))
    }
}

/// A list to print.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// Its path under `/api/v1`.
    pub path: &'a str,
    /// Its filters.
    pub query: Query<'a>,
    /// What to say when nothing is in it.
    pub when_empty: &'a str,
}

/// Filters that were given, as query parameters.
#[must_use]
pub fn filters<'a>(pairs: &[(&'a str, Option<&String>)]) -> Vec<(&'a str, String)> {
    pairs.iter().filter_map(|(name, value)| Some((*name, (*value)?.clone()))).collect()
}
