//! Failpoints that ask an injector what to do: that of the future being polled, or else that of the process.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use crate::Result;

/// What happens at a failpoint: it may take time, never end (for a crash), or fail.
pub type Reached<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Decides what happens at failpoints.
pub trait Injector: Send + Sync {
    /// `name` was reached.
    fn reached(&self, name: &'static str) -> Reached<'_>;
}

static OF_THE_PROCESS: OnceLock<Arc<dyn Injector>> = OnceLock::new();

thread_local! {
    static OF_THE_FUTURE: RefCell<Option<Arc<dyn Injector>>> = const { RefCell::new(None) };
}

/// A named moment at which the injector in charge acts, if there is one.
///
/// # Errors
/// What the injector answers.
pub async fn failpoint(name: &'static str) -> Result<()> {
    match in_charge() {
        Some(injector) => injector.reached(name).await,
        None => Ok(()),
    }
}

/// Puts an injector in charge of the whole process. Only the first counts.
pub fn install(injector: Arc<dyn Injector>) -> bool {
    OF_THE_PROCESS.set(injector).is_ok()
}

/// Puts an injector in charge of everything that `future` does, whoever else works in this process.
pub fn within<F: Future>(injector: Arc<dyn Injector>, future: F) -> Within<F> {
    Within { injector: Some(injector), future: Box::pin(future) }
}

/// Keeps who is in charge when a future is handed to a task of its own.
pub fn carry<F: Future>(future: F) -> Within<F> {
    Within { injector: OF_THE_FUTURE.with_borrow(Clone::clone), future: Box::pin(future) }
}

/// A future with its injector.
pub struct Within<F> {
    injector: Option<Arc<dyn Injector>>,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _restore = Restore(OF_THE_FUTURE.replace(self.injector.clone()));
        self.future.as_mut().poll(cx)
    }
}

/// Gives the thread back to whoever was in charge before, also after a panic.
struct Restore(Option<Arc<dyn Injector>>);

impl Drop for Restore {
    fn drop(&mut self) {
        OF_THE_FUTURE.set(self.0.take());
    }
}

fn in_charge() -> Option<Arc<dyn Injector>> {
    OF_THE_FUTURE.with_borrow(Clone::clone).or_else(|| OF_THE_PROCESS.get().cloned())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::task::Waker;

    use super::*;
    use crate::Error;

    /// Fails at the point of its name, and notes all others.
    struct FailsAt(&'static str, Mutex<Vec<&'static str>>);

    impl Injector for FailsAt {
        fn reached(&self, name: &'static str) -> Reached<'_> {
            Box::pin(async move {
                self.1.lock().expect("nobody panics here").push(name);
                if name == self.0 { Err(Error::internal(name)) } else { Ok(()) }
            })
        }
    }

    fn now<T>(future: impl Future<Output = T>) -> T {
        match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it waits"),
        }
    }

    #[test]
    fn each_future_has_its_own_injector_and_hands_it_on() {
        let injector = Arc::new(FailsAt("b", Mutex::default()));
        let in_charge: Arc<dyn Injector> = injector.clone();
        let (first, carried) =
            now(within(in_charge, async { (failpoint("a").await, carry(failpoint("b"))) }));
        assert!(first.is_ok());
        assert!(now(failpoint("b")).is_ok(), "nobody is in charge here");
        assert!(now(carried).is_err(), "a future that was handed on keeps its injector");
        assert_eq!(*injector.1.lock().expect("nobody panics here"), ["a", "b"]);
    }
}
