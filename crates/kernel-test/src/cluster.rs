//! The throw-away Postgres of a test run: one given by `CALIBR_TEST_PG`, or one per test process.

use kernel_db::{Config, EmbeddedConfig, EmbeddedPostgres, IntoConfig};
use tokio::sync::OnceCell;

/// How to connect to the test server as its owner; the database in it is `postgres`.
///
/// # Panics
/// No Postgres can be found or started; the text says where it was looked for.
pub async fn server() -> Config {
    static SERVER: OnceCell<Config> = OnceCell::const_new();
    SERVER.get_or_init(start).await.clone()
}

async fn start() -> Config {
    if let Ok(given) = std::env::var("CALIBR_TEST_PG") {
        return given.as_str().into_config().expect("CALIBR_TEST_PG is a connection string");
    }
    let folder = tempfile::Builder::new().prefix("calibr-test-").tempdir().expect("a temporary folder");
    let cluster = EmbeddedPostgres::start(EmbeddedConfig { data_dir: folder.keep(), throw_away: true })
        .await
        .unwrap_or_else(|error| panic!("tests need Postgres: {error}"));
    let mut config = cluster.config();
    config.dbname("postgres");
    // The server lives as long as this process, which has no later moment to stop it.
    std::mem::forget(cluster);
    config
}
