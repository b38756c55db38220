//! What every use case receives first: for whom, by whom, when, and under which ids to report it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{Actor, Clock, CorrelationId, RequestId, TenantId};

/// The context of one request or one attempt of a job.
#[derive(Clone)]
pub struct Ctx {
    /// The tenant whose rows may be seen.
    pub tenant: TenantId,
    /// Who acts.
    pub actor: Actor,
    /// This request; stands in the answer, the log and the audit.
    pub request_id: RequestId,
    /// The intention this request belongs to; jobs inherit it.
    pub correlation_id: CorrelationId,
    clock: Arc<dyn Clock>,
}

impl Ctx {
    /// A context with fresh request and correlation ids.
    #[must_use]
    pub fn new(tenant: TenantId, actor: Actor, clock: Arc<dyn Clock>) -> Self {
        Self { tenant, actor, request_id: RequestId::new(), correlation_id: CorrelationId::new(), clock }
    }

    /// The same intention carried on by Calibr itself, as a job does.
    #[must_use]
    pub fn for_job(
        tenant: TenantId,
        what: &str,
        correlation_id: CorrelationId,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { correlation_id, ..Self::new(tenant, Actor::system(what), clock) }
    }

    /// The present instant by the injected clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The injected clock itself, for parts that outlive the request.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }
}
