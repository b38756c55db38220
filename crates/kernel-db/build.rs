//! Rebuilds this crate when a migration is added or changed, since the files are embedded in the binary.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
