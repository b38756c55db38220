//! A simulated shop as a process of its own, for trying things out and for tests that kill one side.

use std::fs::File;
use std::path::PathBuf;

use clap::Parser;
use simulators::shopify::{Catalogue, Config, Simulator};

/// Serve a simulated Shopify shop on 127.0.0.1.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port; 0 takes any.
    #[arg(long, default_value_t = 4790)]
    port: u16,
    /// The shop's permanent domain.
    #[arg(long)]
    domain: Option<String>,
    /// A Shopify product CSV; the demo shop when absent.
    #[arg(long)]
    catalogue: Option<PathBuf>,
    /// Keep accepted writes here, so that the shop survives a restart.
    #[arg(long)]
    state: Option<PathBuf>,
    /// The access token.
    #[arg(long)]
    token: Option<String>,
    /// Points per second of the cost bucket.
    #[arg(long, default_value_t = 100)]
    rate: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let catalogue = match &arguments.catalogue {
        Some(path) => Catalogue::from_csv(File::open(path)?)?,
        None => Catalogue::demo()?,
    };
    let mut config = Config::new(catalogue);
    config.port = arguments.port;
    config.rate = arguments.rate;
    config.state_file = arguments.state;
    config.domain = arguments.domain.unwrap_or(config.domain);
    config.token = arguments.token.unwrap_or(config.token);
    let shop = Simulator::start(config).await?;
    println!("{} {}", shop.graphql_url, shop.token);
    tokio::signal::ctrl_c().await?;
    Ok(())
}
