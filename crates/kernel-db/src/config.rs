//! Where Postgres is: a URL, a libpq-like line, or a config built in code.

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::{DbError, DbResult};

/// Anything that names a database: `postgresql://…`, `host=… dbname=…`, or a [`Config`].
pub trait IntoConfig {
    /// The config.
    ///
    /// # Errors
    /// The text is not a connection string.
    fn into_config(self) -> DbResult<Config>;
}

impl IntoConfig for Config {
    fn into_config(self) -> DbResult<Config> {
        Ok(self)
    }
}

impl IntoConfig for &Config {
    fn into_config(self) -> DbResult<Config> {
        Ok(self.clone())
    }
}

impl IntoConfig for &str {
    fn into_config(self) -> DbResult<Config> {
        self.parse().map_err(DbError::Config)
    }
}

impl IntoConfig for &String {
    fn into_config(self) -> DbResult<Config> {
        self.as_str().into_config()
    }
}

/// Adds run-time settings to those the caller chose; ours win since Postgres reads them in order.
///
/// # Errors
/// The config insists on TLS, which this build does not speak.
pub(crate) fn with_settings(mut config: Config, settings: &[(&str, &str)]) -> DbResult<Config> {
    if config.get_ssl_mode() == SslMode::Require {
        return Err(DbError::Setup(
            "The database URL asks for TLS (sslmode=require), which Calibr does not speak yet. Reach the server over \
             a Unix socket, a private network or a local TLS proxy, and leave sslmode out."
                .to_owned(),
        ));
    }
    let mut options = config.get_options().unwrap_or_default().to_owned();
    for (name, value) in settings {
        options.push_str(&format!(" -c {name}={value}"));
    }
    config.options(options.trim_start());
    if config.get_application_name().is_none() {
        config.application_name("calibr");
    }
    Ok(config)
}

/// Writes `config` as a URL that other programs, and [`IntoConfig`], read back.
#[must_use]
pub fn url_of(config: &Config) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    for host in config.get_hosts() {
        let host = match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(folder) => folder.to_string_lossy().into_owned(),
        };
        pairs.push(("host", host));
    }
    for port in config.get_ports() {
        pairs.push(("port", port.to_string()));
    }
    if let Some(user) = config.get_user() {
        pairs.push(("user", user.to_owned()));
    }
    if let Some(password) = config.get_password() {
        pairs.push(("password", String::from_utf8_lossy(password).into_owned()));
    }
    let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
    format!("postgresql:///{}?{}", percent(config.get_dbname().unwrap_or_default()), query.join("&"))
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
