//! One life of a process: something it does, the injector that may hurt it, and what became of it.

use std::pin::Pin;
use std::sync::Arc;

use kernel_core::failpoint::{Injector, within};
use tokio::sync::{mpsc, oneshot};

use super::world::{OfProcess, Told, World};

/// Something under way.
pub(super) struct Process<T> {
    work: Pin<Box<dyn Future<Output = T>>>,
    told: mpsc::UnboundedReceiver<Told>,
    world: Arc<World>,
    /// It dies as soon as the shop holds so many calls.
    dies_when_held: Option<usize>,
}

/// What became of it for now.
pub(super) enum Became<T> {
    /// It came to its end.
    Ended(T),
    /// It was killed; nothing of it is left but its calls on their way.
    Killed,
    /// It sleeps.
    Asleep(Process<T>, oneshot::Sender<()>),
    /// It is at the point at which a person is to do something, and goes on when told.
    Waits(Process<T>, oneshot::Sender<()>),
}

impl<T: 'static> Process<T> {
    /// Begins `work` with an injector of its own.
    pub fn new(
        world: &Arc<World>,
        dies_when_held: Option<usize>,
        work: impl Future<Output = T> + 'static,
    ) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let injector: Arc<dyn Injector> = Arc::new(OfProcess { world: Arc::clone(world), told: tell });
        Self { work: Box::pin(within(injector, work)), told, world: Arc::clone(world), dies_when_held }
    }

    /// Goes on until it ends or is hurt.
    pub async fn go_on(mut self) -> Became<T> {
        let held = async {
            match self.dies_when_held {
                Some(count) => drop(self.world.shop.wait_held(count).await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            Some(told) = self.told.recv() => match told {
                Told::Killed => Became::Killed,
                Told::Stopped(wake) => Became::Asleep(self, wake),
                Told::Waits(go_on) => Became::Waits(self, go_on),
            },
            () = held => Became::Killed,
            ended = &mut self.work => Became::Ended(ended),
        }
    }

    /// Goes on to its end, whatever sleeps it is put to.
    pub async fn come_to_its_end(self) -> Option<T> {
        let mut process = self;
        loop {
            match process.go_on().await {
                Became::Ended(ended) => return Some(ended),
                Became::Killed => return None,
                // Nobody comes.
                Became::Waits(waiting, go_on) => {
                    go_on.send(()).ok();
                    process = waiting;
                }
                Became::Asleep(sleeper, wake) => {
                    sleeper.world.wait(20_000).await;
                    wake.send(()).ok();
                    process = sleeper;
                }
            }
        }
    }
}
