//! Developer commands: up, test, bench, codegen, tidy.
fn main() {}
