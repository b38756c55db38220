//! The official schema, unpacked and parsed once per process when the first shop starts.

use std::io::Read;
use std::sync::OnceLock;

use anyhow::{Context, anyhow};
use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

/// The version whose schema the simulator carries.
pub const API_VERSION: &str = "2026-10";

static PACKED: &[u8] = include_bytes!("../../schema/admin_2026-10.graphql.gz");

/// The parsed schema.
///
/// # Errors
/// Only if the file in the repository is damaged.
pub(crate) fn official() -> anyhow::Result<&'static Valid<Schema>> {
    static SCHEMA: OnceLock<Result<Valid<Schema>, String>> = OnceLock::new();
    SCHEMA
        .get_or_init(|| parse().map_err(|error| format!("{error:#}")))
        .as_ref()
        .map_err(|error| anyhow!("{error}"))
}

fn parse() -> anyhow::Result<Valid<Schema>> {
    // The printed schema uses @oneOf without declaring it; the parser wants the declaration.
    let mut sdl = "directive @oneOf on INPUT_OBJECT\n".to_owned();
    flate2::read::GzDecoder::new(PACKED).read_to_string(&mut sdl).context("the packed schema is damaged")?;
    Schema::parse_and_validate(sdl, "admin.graphql")
        .map_err(|error| anyhow!("the schema is not valid: {error}"))
}
