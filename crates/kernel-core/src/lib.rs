//! What every part of Calibr speaks: ids, actors, context, clock, money and errors.
//! No I/O and no async: the same input gives the same output on any machine.

mod actor;
mod clock;
mod ctx;
mod error;
pub mod failpoint;
mod id;
mod money;
#[cfg(feature = "openapi")]
mod openapi;

pub use actor::{Actor, ActorKind, Role};
pub use clock::{Clock, FixedClock, SystemClock, time_zone};
pub use ctx::Ctx;
pub use error::{Error, ErrorKind, FieldError, Result};
pub use failpoint::failpoint;
pub use id::{
    CorrelationId, IdParseError, ProjectId, RequestId, TenantId, TokenId, UserId, format_id, parse_id,
};
pub use money::{Currency, Money, MoneyError};

#[doc(hidden)]
pub use uuid as __uuid;
#[cfg(feature = "openapi")]
#[doc(hidden)]
pub use {openapi::id_schema, utoipa as __utoipa};
