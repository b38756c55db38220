//! What the API shows of saved views.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::ViewId;

/// A list as somebody likes to see it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SavedView {
    /// Id.
    pub id: ViewId,
    /// Which list, such as `catalog`.
    pub list: String,
    /// Name for its person.
    pub name: String,
    /// The query of the list's address, without a question mark.
    pub query: String,
    /// When it was saved first.
    pub created_at: Timestamp,
}

/// Saving a view. The same name for the same list takes the place of the one before.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// Which list: lower-case letters, digits, `-` and `_`, up to 40.
    pub list: String,
    /// A name of up to 80 characters.
    pub name: String,
    /// The query of the list's address, up to 2,000 characters.
    pub query: String,
}
