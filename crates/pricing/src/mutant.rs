//! A seam for the tests of guard code: places that can be made wrong on purpose, one at a time, to see that this is noticed.
//! Outside unit tests nothing of it is left.

/// `right`, or in a unit test that chose this mutant, `wrong`.
#[cfg(test)]
macro_rules! mutant {
    ($id:literal, $right:expr, $wrong:expr) => {
        if $crate::mutant::is_chosen($id) { $wrong } else { $right }
    };
}

#[cfg(not(test))]
macro_rules! mutant {
    ($id:literal, $right:expr, $wrong:expr) => {
        $right
    };
}

#[cfg(test)]
thread_local! {
    static CHOSEN: std::cell::Cell<&'static str> = const { std::cell::Cell::new("") };
    static ASKED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

#[cfg(test)]
pub(crate) fn is_chosen(id: &str) -> bool {
    let chosen = CHOSEN.get() == id;
    if chosen {
        ASKED.set(true);
    }
    chosen
}

/// Runs with one mutant; also says whether its place was come by.
#[cfg(test)]
pub(crate) fn with<T>(id: &'static str, run: impl FnOnce() -> T) -> (T, bool) {
    ASKED.set(false);
    CHOSEN.set(id);
    let result = run();
    CHOSEN.set("");
    (result, ASKED.get())
}
