//! What opens a connection, and may be replaced while that is in use: by whoever keeps it, or because the vendor refused it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Secret;

/// Asks for another secret than the one that the vendor refused.
pub type Renew = Arc<dyn Fn(Secret) -> Pin<Box<dyn Future<Output = Renewal> + Send>> + Send + Sync>;

/// What came of asking for another secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewal {
    /// Go on with this one.
    Renewed(Secret),
    /// There may be one later; why not now.
    Later(String),
    /// There is none.
    None,
}

/// A secret that all clones share. It never prints.
#[derive(Clone)]
pub struct Credential {
    current: Arc<Mutex<Current>>,
    renew: Option<Renew>,
}

struct Current {
    secret: Secret,
    /// Renewed because its predecessor was refused, and not taken by the vendor so far.
    on_trial: bool,
}

impl Credential {
    /// One for which there is another when the vendor refuses it.
    #[must_use]
    pub fn renewable(secret: Secret, renew: Renew) -> Self {
        Self { renew: Some(renew), ..Self::from(secret) }
    }

    /// The secret as it is now.
    #[must_use]
    pub fn secret(&self) -> Secret {
        self.lock().secret.clone()
    }

    /// Puts another in its place.
    pub fn replace(&self, secret: Secret) {
        *self.lock() = Current { secret, on_trial: false };
    }

    /// Notes that the vendor took it.
    pub fn taken(&self, used: &Secret) {
        let mut current = self.lock();
        current.on_trial &= current.secret != *used;
    }

    /// Another secret after the vendor refused this one. One that comes of that and is refused at once is not renewed again.
    pub async fn renewed(&self, refused: &Secret) -> Renewal {
        let renew = {
            let current = self.lock();
            match &self.renew {
                _ if current.secret != *refused => return Renewal::Renewed(current.secret.clone()),
                Some(renew) if !current.on_trial => Arc::clone(renew),
                _ => return Renewal::None,
            }
        };
        let renewal = renew(refused.clone()).await;
        if let Renewal::Renewed(secret) = &renewal {
            let mut current = self.lock();
            if current.secret == *refused {
                *current = Current { secret: secret.clone(), on_trial: true };
            }
        }
        renewal
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that stays as it is unless it is replaced.
impl From<Secret> for Credential {
    fn from(secret: Secret) -> Self {
        Self { current: Arc::new(Mutex::new(Current { secret, on_trial: false })), renew: None }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock().secret.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn counted() -> (Credential, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let renew: Renew = Arc::new(move |_| {
            let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
            Box::pin(async move { Renewal::Renewed(Secret::new(format!("t{number}"))) })
        });
        (Credential::renewable(Secret::new("t0"), renew), asked)
    }

    #[tokio::test]
    async fn one_that_is_refused_right_after_it_was_renewed_is_not_renewed_again() {
        let (credential, asked) = counted();
        let first = Secret::new("t1");
        assert_eq!(credential.renewed(&Secret::new("t0")).await, Renewal::Renewed(first.clone()));
        assert_eq!(credential.renewed(&first).await, Renewal::None);
        credential.taken(&Secret::new("t0"));
        assert_eq!(credential.renewed(&first).await, Renewal::None, "another one was taken");
        credential.taken(&first);
        assert_eq!(credential.renewed(&first).await, Renewal::Renewed(Secret::new("t2")));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn whoever_comes_late_with_an_old_one_gets_the_present_one() {
        let (credential, asked) = counted();
        credential.clone().replace(Secret::new("other"));
        assert_eq!(credential.renewed(&Secret::new("t0")).await, Renewal::Renewed(Secret::new("other")));
        assert_eq!(asked.load(Ordering::SeqCst), 0);
        let fixed = Credential::from(Secret::new("fixed"));
        assert_eq!(fixed.renewed(&fixed.secret()).await, Renewal::None);
        assert_eq!(format!("{fixed:?}"), "[redacted]");
    }
}
