//! How a scenario is written: country, prices with the days from which they hold, a plan, and what must come out.

use jiff::Timestamp;
use pricing::PricePoint;
use pricing::omnibus::{Assessment, CountryCode, Law, Planned, Settings};

use crate::naive;

/// From when, price and compare-at price in cents.
pub type Point = (&'static str, i64, Option<i64>);

pub struct Scenario {
    country: &'static str,
    name: &'static str,
    history: Vec<PricePoint>,
    at: i64,
    price_minor: i64,
    compare_at_minor: Option<i64>,
    perishable: bool,
    on_market_since: Option<i64>,
    expected: (&'static str, Option<i64>, Option<i64>),
}

/// A day is its midnight in Central European winter time; anything longer is an instant.
pub fn instant(text: &str) -> i64 {
    let whole = if text.len() == 10 { format!("{text}T00:00:00+01:00") } else { text.to_owned() };
    whole.parse::<Timestamp>().unwrap_or_else(|e| panic!("{text}: {e}")).as_second()
}

pub fn law(country: &str, at: i64) -> Law {
    let country = CountryCode::new(country).unwrap_or_else(|| panic!("{country}"));
    let settings = Settings { country, ..Settings::default() };
    settings.law(Timestamp::from_second(at).expect("a time"))
}

/// A plan to show `price` with `compare_at` from `at` on.
pub fn plan(
    country: &'static str,
    name: &'static str,
    history: &[Point],
    at: &str,
    price_minor: i64,
    compare_at: impl Into<Option<i64>>,
) -> Scenario {
    let point = |(from, price_minor, compare_at_minor): &Point| PricePoint {
        from: instant(from),
        price_minor: *price_minor,
        compare_at_minor: *compare_at_minor,
    };
    Scenario {
        country,
        name,
        history: history.iter().map(point).collect(),
        at: instant(at),
        price_minor,
        compare_at_minor: compare_at.into(),
        perishable: false,
        on_market_since: None,
        expected: ("", None, None),
    }
}

impl Scenario {
    pub fn perishable(self) -> Self {
        Self { perishable: true, ..self }
    }

    pub fn offered_since(self, day: &str) -> Self {
        Self { on_market_since: Some(instant(day)), ..self }
    }

    /// The prior price in cents and the reduction in hundredths of a percent.
    pub fn gives(self, code: &'static str, prior_minor: i64, basis_points: i64) -> Self {
        Self { expected: (code, Some(prior_minor), Some(basis_points)), ..self }
    }

    pub fn is(self, code: &'static str) -> Self {
        Self { expected: (code, None, None), ..self }
    }

    pub fn check(&self) {
        let planned = self.planned();
        let found = law(self.country, self.at).assess(&planned);
        let title = format!("{}: {}", self.country, self.name);
        assert_eq!(shown(&found), self.expected, "{title}: {found:?}");
        assert_eq!(naive::assess(self.country, self.at, &planned), self.expected, "oracle of {title}");
    }

    fn planned(&self) -> Planned<'_> {
        Planned {
            history: &self.history,
            price_minor: self.price_minor,
            compare_at_minor: self.compare_at_minor,
            perishable: self.perishable,
            on_market_since: self.on_market_since,
        }
    }
}

pub fn shown(found: &Assessment) -> (&'static str, Option<i64>, Option<i64>) {
    (found.reason.code(), found.prior_price_minor, found.reduction_basis_points)
}
