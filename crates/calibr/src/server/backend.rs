//! Which Postgres: the one that `DATABASE_URL` names, or a private one in the data folder.

use std::path::Path;

use anyhow::Context as _;
use kernel_db::{Config, EmbeddedConfig, EmbeddedPostgres};

/// A reachable Postgres.
pub(super) struct Backend {
    owner: Config,
    embedded: Option<EmbeddedPostgres>,
}

impl Backend {
    /// Takes the server that `DATABASE_URL` names, or starts the private one.
    pub async fn open(data: &Path) -> anyhow::Result<Self> {
        if let Some(url) = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) {
            // The URL may hold a password, so it is not repeated.
            let owner = url.parse().context("DATABASE_URL is not a Postgres URL")?;
            return Ok(Self { owner, embedded: None });
        }
        let config = EmbeddedConfig { data_dir: data.join("postgres"), throw_away: false };
        let embedded = EmbeddedPostgres::start(config).await?;
        Ok(Self { owner: embedded.config(), embedded: Some(embedded) })
    }

    /// How to connect as the owner.
    pub fn owner(&self) -> &Config {
        &self.owner
    }

    /// Stops the private Postgres cleanly.
    pub async fn close(self) {
        if let Some(embedded) = self.embedded
            && let Err(error) = embedded.stop().await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "Postgres did not stop cleanly.");
        }
    }
}
