//! A request body that remembers whether the connection took it. Before that, nothing the other side could act on was sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// Whether the last byte of the body was handed to the connection.
#[derive(Debug, Default)]
pub(super) struct Handover(AtomicBool);

impl Handover {
    pub(super) fn complete(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

pub(super) struct WatchedBody {
    rest: Option<Bytes>,
    handover: Arc<Handover>,
}

impl WatchedBody {
    pub(super) fn new(bytes: Bytes, handover: Arc<Handover>) -> Self {
        // An empty body is never asked for, so that it must count as handed over from the start.
        handover.0.store(bytes.is_empty(), Ordering::SeqCst);
        let rest = (!bytes.is_empty()).then_some(bytes);
        Self { rest, handover }
    }
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let rest = self.rest.take();
        self.handover.0.store(true, Ordering::SeqCst);
        Poll::Ready(rest.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
