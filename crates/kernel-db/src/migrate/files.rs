//! The migration files: their names, their order, and what a database has of them. No I/O.

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::DbError;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../migrations");

/// Why a database cannot be brought to this binary's schema.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A file is not named `{owner}_{NNNN}_{name}.sql`.
    #[error("`{0}` is not a migration name; write owner_0001_what.sql with lower-case letters, digits and _")]
    Name(String),
    /// Two files have one number.
    #[error("`{0}` and `{1}` have the same number; give the later one the next free number")]
    Duplicate(String, String),
    /// A number is missing.
    #[error("migration {0} is missing before `{1}`; numbers have no gaps")]
    Gap(i32, String),
    /// A file differs from what was applied.
    #[error("`{0}` was changed after it had been applied; restore it and write a new migration instead")]
    Changed(String),
    /// The database has migrations this binary does not know.
    #[error("the database is at migration {found}, this binary knows {known}; start a newer calibr")]
    Newer {
        /// Where the database is.
        found: i32,
        /// The last one embedded.
        known: i32,
    },
    /// A file could not be applied; nothing of it remains.
    #[error("`{file}` failed and changed nothing: {server}")]
    Failed {
        /// The file.
        file: String,
        /// The server's words.
        server: String,
        /// The cause.
        source: tokio_postgres::Error,
    },
    /// The database refused or could not be reached.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// One file.
#[derive(Debug, Clone)]
pub struct Migration {
    number: i32,
    file_name: String,
    sql: String,
    sha256: String,
}

impl Migration {
    /// Reads the number from `file_name`.
    ///
    /// # Errors
    /// [`MigrationError::Name`].
    pub fn new(file_name: &str, sql: &str) -> Result<Self, MigrationError> {
        let number = number_of(file_name).ok_or_else(|| MigrationError::Name(file_name.to_owned()))?;
        let sha256 = Sha256::digest(sql).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { number, file_name: file_name.to_owned(), sql: sql.to_owned(), sha256 })
    }

    /// Its place in the order, from 1.
    #[must_use]
    pub fn number(&self) -> i32 {
        self.number
    }

    /// `{owner}_{NNNN}_{name}.sql`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    pub(super) fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// Migrations in order, numbered from 1 without gaps.
#[derive(Debug, Clone)]
pub struct Migrations(Vec<Migration>);

impl Migrations {
    /// Those in this binary.
    ///
    /// # Panics
    /// Never in a released binary: a test reads them all.
    #[must_use]
    pub fn embedded() -> Self {
        Self::read_embedded().expect("a test proves the embedded migrations well-formed")
    }

    fn read_embedded() -> Result<Self, MigrationError> {
        let files = FILES.files().filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            (!name.starts_with('.')).then(|| Migration::new(name, file.contents_utf8().unwrap_or_default()))
        });
        Self::new(files.collect::<Result<_, _>>()?)
    }

    /// Sorts and checks `files`.
    ///
    /// # Errors
    /// Two have one number, or a number is missing.
    pub fn new(mut files: Vec<Migration>) -> Result<Self, MigrationError> {
        files.sort_by(|a, b| (a.number, &a.file_name).cmp(&(b.number, &b.file_name)));
        for pair in files.windows(2) {
            if pair[0].number == pair[1].number {
                return Err(MigrationError::Duplicate(pair[0].file_name.clone(), pair[1].file_name.clone()));
            }
        }
        for (expected, file) in (1..).zip(&files) {
            if file.number != expected {
                return Err(MigrationError::Gap(expected, file.file_name.clone()));
            }
        }
        Ok(Self(files))
    }

    /// The number of the last one; 0 if there are none.
    #[must_use]
    pub fn latest(&self) -> i32 {
        self.0.last().map_or(0, |migration| migration.number)
    }

    /// A short name for exactly this set of files and contents, for test templates.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut all = Sha256::new();
        for migration in &self.0 {
            all.update(&migration.file_name);
            all.update(&migration.sha256);
        }
        all.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Those to apply, given what is `recorded` (number, name, hash; in order).
    pub(super) fn pending(&self, recorded: &[(i32, String, String)]) -> Result<&[Migration], MigrationError> {
        for (place, (number, name, sha256)) in recorded.iter().enumerate() {
            let Some(file) = self.0.get(place) else {
                let found = recorded.last().map_or(0, |last| last.0);
                return Err(MigrationError::Newer { found, known: self.latest() });
            };
            if file.number != *number {
                return Err(MigrationError::Gap(file.number, name.clone()));
            }
            if file.sha256 != *sha256 || file.file_name != *name {
                return Err(MigrationError::Changed(name.clone()));
            }
        }
        Ok(&self.0[recorded.len()..])
    }
}

fn number_of(file_name: &str) -> Option<i32> {
    let stem = file_name.strip_suffix(".sql")?;
    if !stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return None;
    }
    let (owner, rest) = stem.split_once('_')?;
    let (digits, name) = rest.split_once('_')?;
    let fits = !owner.is_empty() && !name.is_empty() && digits.len() == 4;
    digits.parse().ok().filter(|number| fits && *number > 0)
}
