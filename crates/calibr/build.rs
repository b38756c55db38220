//! Lets a release build notice that the console was built anew. A debug build reads the console from disk instead.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let dist = Path::new("../../console/dist");
    // The folder must be there before the code that embeds it is compiled; empty means "not built yet".
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::warning=The console's folder could not be made: {error}");
    }
    if std::env::var("PROFILE").is_ok_and(|profile| profile != "debug") {
        println!("cargo::rerun-if-changed={}", dist.display());
    }
}
