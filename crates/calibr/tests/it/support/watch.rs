//! Notices what a test would otherwise not see: panics in tasks, and logged errors. Works since a test, its server and its
//! runner share one thread.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

thread_local! {
    static PANICS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Watches the current thread.
pub struct Watch {
    errors: Arc<Mutex<Vec<String>>>,
    _subscriber: DefaultGuard,
}

impl Watch {
    pub fn start() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                PANICS.with_borrow_mut(|panics| panics.push(info.to_string()));
                before(info);
            }));
        });
        PANICS.with_borrow_mut(Vec::clear);
        let errors = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::registry().with(Errors(Arc::clone(&errors)));
        Self { errors, _subscriber: tracing::subscriber::set_default(subscriber) }
    }

    /// Takes note that an error or warning with `text` in it was logged.
    pub fn expect_logged(&self, text: &str) {
        let mut errors = self.errors.lock().expect("nobody panics while holding it");
        let before = errors.len();
        errors.retain(|error| !error.contains(text));
        assert!(errors.len() < before, "nothing with `{text}` was logged: {errors:#?}");
    }

    /// Fails if anything panicked, or logged an error that was not expected.
    pub fn assert_quiet(&self) {
        PANICS.with_borrow(|panics| assert!(panics.is_empty(), "something panicked: {panics:#?}"));
        let errors = self.errors.lock().expect("nobody panics while holding it");
        assert!(errors.is_empty(), "errors were logged: {errors:#?}");
    }
}

struct Errors(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Errors {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() > Level::WARN {
            return;
        }
        let mut text = Text(format!("{} {}:", event.metadata().level(), event.metadata().target()));
        event.record(&mut text);
        self.0.lock().expect("nobody panics while holding it").push(text.0);
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}
