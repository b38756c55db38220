//! What can go wrong on the way to a row. Callers of use cases never see SQL or a server's message.

use std::error::Error as _;

use kernel_core::{Error, ErrorKind};

/// The result of a database call.
pub type DbResult<T> = Result<T, DbError>;

/// Why a database call failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Postgres refused, or the connection broke.
    #[error("the database refused a statement")]
    Postgres(#[from] tokio_postgres::Error),
    /// The connection broke off while a commit was under way, which may have taken effect or not.
    #[error("the database did not answer a commit")]
    Commit(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No connection became free, or none could be made, in time.
    #[error("no database connection could be had")]
    Pool(#[source] deadpool_postgres::PoolError),
    /// The text is not a connection string.
    #[error("this is not a database URL")]
    Config(#[source] tokio_postgres::Error),
    /// The server, role or schema is not what Calibr needs; the text says how to mend it.
    #[error("{0}")]
    Setup(String),
    /// A transaction was asked for a setting that policies do not know.
    #[error("`{0}` is not a sign-in key")]
    UnknownSignInKey(String),
    /// A copied row does not have the columns that it was read as.
    #[error("a copied row has other columns than it was read as")]
    Copied,
}

impl DbError {
    /// The five-character SQLSTATE, such as `23505`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.postgres()?.code().map(tokio_postgres::error::SqlState::code)
    }

    /// The name of the violated constraint, which stores map to an error of their own.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.postgres()?.as_db_error()?.constraint()
    }

    /// Whether the same work may succeed a moment later: lost connection, lock timeout, serialization, deadlock.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Pool(_) | Self::Commit(_) => true,
            Self::Postgres(error) if error.is_closed() => true,
            Self::Postgres(error) => match error.code() {
                Some(state) => is_transient_state(state.code()),
                None => error.source().is_some_and(|source| source.is::<std::io::Error>()),
            },
            Self::Config(_) | Self::Setup(_) | Self::UnknownSignInKey(_) | Self::Copied => false,
        }
    }

    /// The same as the answer to a commit. A connection that broke says nothing about what was before.
    pub(crate) fn of_commit(self) -> Self {
        let refused = self.code().is_some_and(|code| !matches!(code.get(..2), Some("08" | "57")));
        match self {
            Self::Postgres(error) if !refused => Self::Commit(Box::new(error)),
            other => other,
        }
    }

    fn postgres(&self) -> Option<&tokio_postgres::Error> {
        match self {
            Self::Postgres(error)
            | Self::Pool(deadpool_postgres::PoolError::Backend(error))
            | Self::Config(error) => Some(error),
            Self::Commit(_) | Self::Pool(_) | Self::Setup(_) | Self::UnknownSignInKey(_) | Self::Copied => {
                None
            }
        }
    }
}

/// Classes 08, 40, 53 and 57, and locks not had in time: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn is_transient_state(code: &str) -> bool {
    matches!(code.get(..2), Some("08" | "40" | "53" | "57")) || code == "55P03" || code == "25P03"
}

impl From<deadpool_postgres::PoolError> for DbError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        Self::Pool(error)
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        if let DbError::Commit(_) = error {
            let detail = "The database broke off while this was being made lasting: it may be done or not. \
                Look before you ask again.";
            return Self::new(ErrorKind::Unavailable, "database.unsure", detail).caused_by(error);
        }
        if error.is_transient() {
            return Self::new(
                ErrorKind::Unavailable,
                "database.unavailable",
                "The database is busy or does not answer. Nothing was changed; try again.",
            )
            .caused_by(error);
        }
        // 22021: Postgres texts hold no NUL, so it came with the input.
        if error.code() == Some("22021") {
            let detail = "A text holds a NUL character, which cannot be stored. Take it out.";
            return Self::invalid("text.nul", detail).caused_by(error);
        }
        Self::internal(error)
    }
}
