//! The order of the log: life, transaction, position. Positions alone do not do, since they are given before the commit.

use std::error::Error;

use bytes::BytesMut;
use kernel_db::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use serde::{Deserialize, Serialize};

/// Where an event stands. Whoever has read up to a place below the watermark has missed nothing before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Place {
    /// The life of the log, which begins anew in another server.
    pub epoch: i32,
    /// The transaction that appended it, or the youngest that had told of the same thing by then.
    pub tx_id: TxId,
    /// The number it was given, unique in the log.
    pub position: i64,
}

/// A transaction id of Postgres, 64 bits wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct TxId(pub u64);

impl<'a> FromSql<'a> for TxId {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(u64::from_be_bytes(raw.try_into()?)))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::XID8
    }
}

impl ToSql for TxId {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.0.to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::XID8
    }

    to_sql_checked!();
}
