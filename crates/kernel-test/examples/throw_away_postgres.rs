//! Starts a throw-away Postgres, prints how to connect (for `CALIBR_TEST_PG`), and keeps it until the input closes.

use std::io::Read as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    println!("{}", kernel_db::url_of(&kernel_test::server().await));
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
