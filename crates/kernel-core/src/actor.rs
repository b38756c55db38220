//! Who acts: a person, a person's token, or Calibr itself.

use serde::{Deserialize, Serialize};

use crate::{TokenId, UserId};

/// What a person may do; each role includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything in the tenant.
    Viewer,
    /// Proposes changes, and applies them once approved.
    Editor,
    /// Approves what somebody else proposed.
    Approver,
    /// Manages people, tokens and channels.
    Admin,
}

impl Role {
    /// The word used in the database and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// Reads the word; `None` if there is no such role.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Viewer, Self::Editor, Self::Approver, Self::Admin].into_iter().find(|r| r.as_str() == word)
    }
}

/// By what means an actor came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActorKind {
    /// A signed-in person.
    User(UserId),
    /// A token that acts for a person, no further than its scopes.
    Token {
        /// The token.
        token: TokenId,
        /// The person it acts for.
        user: UserId,
        /// What it may do, such as `audit:read`; `*` is everything the person may.
        scopes: Vec<String>,
    },
    /// Calibr itself: a job or a schedule.
    System,
}

/// Who acts, with the name that audit records show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// By what means.
    pub kind: ActorKind,
    /// What the role allows.
    pub role: Role,
    /// Shown in audit records and the console: an e-mail address or the name of a job.
    pub label: String,
}

impl Actor {
    /// Calibr itself, doing `what`.
    #[must_use]
    pub fn system(what: &str) -> Self {
        Self { kind: ActorKind::System, role: Role::Admin, label: format!("system:{what}") }
    }

    /// The person behind the actor, also behind a token; `None` for Calibr itself.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match &self.kind {
            ActorKind::User(user) | ActorKind::Token { user, .. } => Some(*user),
            ActorKind::System => None,
        }
    }
}
