//! The one binary.

fn main() -> std::process::ExitCode {
    calibr::cli::main()
}
