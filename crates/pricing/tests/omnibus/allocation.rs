//! Judging a row allocates nothing, not even where a reduction that runs already has a window of its own.
#![expect(unsafe_code, reason = "counting allocations takes an allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use pricing::PricePoint;
use pricing::omnibus::Planned;

use crate::scenario::{instant, law};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn a_row_is_judged_without_allocating() {
    let at = instant("2027-11-26");
    let history: Vec<PricePoint> = (0..50)
        .map(|step| PricePoint {
            from: at - (60 - step) * 86_400,
            price_minor: 100_00 - step,
            compare_at_minor: (step > 35).then_some(100_00),
        })
        .collect();
    let planned = Planned {
        history: &history,
        price_minor: 50_00,
        compare_at_minor: Some(90_00),
        perishable: false,
        on_market_since: None,
    };
    for country in ["EU", "DE", "NL", "BE"] {
        let law = law(country, at);
        let before = ALLOCATIONS.get();
        let found = std::hint::black_box(law.assess(std::hint::black_box(&planned)));
        assert_eq!(ALLOCATIONS.get() - before, 0, "{country}: {found:?}");
        assert_eq!(found.began_at < at, country != "EU");
    }
    let before = ALLOCATIONS.get();
    drop(std::hint::black_box(vec![1_u8]));
    assert!(ALLOCATIONS.get() > before, "the counter counts");
}
