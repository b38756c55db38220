//! What each Member State has chosen where Article 6a leaves a choice. Where a national text could not be checked
//! the stricter reading stands, and its entry says so. Sources are in `docs/omnibus.md`.

/// How one country reads Article 6a.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 code, or `EU` for the Directive without what only some Member States grant.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The days before a reduction whose lowest price is the prior price.
    pub window_days: u16,
    /// Whether later steps of one reduction keep the prior price of the first.
    pub progressive: Progressive,
    /// What holds for goods that are younger than the window.
    pub new_arrivals: NewArrivals,
    /// What holds for goods that perish.
    pub perishables: Perishables,
    /// The national text this rests on; `None` if it was not checked and the stricter reading of the Directive stands.
    pub source: Option<&'static str>,
    /// The zones whose calendars count the days; of several the one that reaches back furthest.
    pub(super) zones: &'static [&'static str],
}

/// Whether later steps of one uninterrupted reduction keep the prior price of the first (Article 6a(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progressive {
    /// Each step is a reduction of its own: the sale price before it belongs to its window.
    No,
    /// As long as it goes on.
    Unlimited,
    /// So many days after the first step.
    Days(u16),
    /// So many calendar months after the first step.
    Months(u8),
}

/// What holds for goods on the market for less time than the window (Article 6a(4)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewArrivals {
    /// No shorter period: nothing is known to be lawful.
    NoRelief,
    /// The lowest price since they are offered.
    SinceOffered,
    /// The same, if they have been offered for at least so many days.
    SinceOfferedForDays(u16),
}

/// What holds for goods that deteriorate or expire rapidly (Article 6a(3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Perishables {
    /// The same as for all goods.
    AsOthers,
    /// Nothing has to be shown.
    Exempt,
    /// The price right before the reduction, however low it was before.
    PriceBefore,
    /// The price right before the first step of the reduction.
    PriceBeforeFirst,
}

impl Country {
    /// The country with that code.
    #[must_use]
    pub fn by_code(code: &str) -> Option<&'static Self> {
        COUNTRIES.iter().find(|country| country.code == code)
    }

    /// The default grants nothing that only some Member States grant: a shop seldom knows where its visitors live.
    #[must_use]
    pub fn default_country() -> &'static Self {
        &COUNTRIES[0]
    }
}

/// The Directive without any of its options, which is the stricter reading in every case.
const fn unchecked(code: &'static str, name: &'static str, zones: &'static [&'static str]) -> Country {
    Country {
        code,
        name,
        window_days: 30,
        progressive: Progressive::No,
        new_arrivals: NewArrivals::NoRelief,
        perishables: Perishables::AsOthers,
        source: None,
        zones,
    }
}

/// Every country that can be set, the default first.
pub const COUNTRIES: &[Country] = &[
    Country {
        source: Some("Directive 98/6/EC Article 6a(1) and (2), without the options of (3) to (5)"),
        ..unchecked(
            "EU",
            "European Union",
            &["Atlantic/Azores", "Europe/Lisbon", "Europe/Berlin", "Europe/Helsinki"],
        )
    },
    Country {
        progressive: Progressive::Unlimited,
        new_arrivals: NewArrivals::SinceOffered,
        perishables: Perishables::Exempt,
        source: Some("PrAG § 9a"),
        ..unchecked("AT", "Austria", &["Europe/Vienna"])
    },
    Country {
        progressive: Progressive::Days(30),
        new_arrivals: NewArrivals::SinceOfferedForDays(7),
        source: Some("Code de droit économique art. VI.18"),
        ..unchecked("BE", "Belgium", &["Europe/Brussels"])
    },
    unchecked("BG", "Bulgaria", &["Europe/Sofia"]),
    unchecked("CY", "Cyprus", &["Asia/Nicosia"]),
    Country {
        progressive: Progressive::Unlimited,
        new_arrivals: NewArrivals::SinceOffered,
        perishables: Perishables::Exempt,
        source: Some("zákon č. 634/1992 Sb. § 12a"),
        ..unchecked("CZ", "Czechia", &["Europe/Prague"])
    },
    Country {
        progressive: Progressive::Unlimited,
        perishables: Perishables::Exempt,
        source: Some("PAngV § 11"),
        ..unchecked("DE", "Germany", &["Europe/Berlin"])
    },
    unchecked("DK", "Denmark", &["Europe/Copenhagen"]),
    unchecked("EE", "Estonia", &["Europe/Tallinn"]),
    unchecked("ES", "Spain", &["Atlantic/Canary", "Europe/Madrid"]),
    unchecked("FI", "Finland", &["Europe/Helsinki"]),
    Country {
        progressive: Progressive::Unlimited,
        perishables: Perishables::Exempt,
        source: Some("Code de la consommation art. L112-1-1"),
        ..unchecked("FR", "France", &["Europe/Paris"])
    },
    unchecked("GR", "Greece", &["Europe/Athens"]),
    unchecked("HR", "Croatia", &["Europe/Zagreb"]),
    unchecked("HU", "Hungary", &["Europe/Budapest"]),
    unchecked("IE", "Ireland", &["Europe/Dublin"]),
    Country {
        progressive: Progressive::Unlimited,
        new_arrivals: NewArrivals::SinceOffered,
        perishables: Perishables::Exempt,
        source: Some("Codice del consumo art. 17-bis"),
        ..unchecked("IT", "Italy", &["Europe/Rome"])
    },
    unchecked("LT", "Lithuania", &["Europe/Vilnius"]),
    unchecked("LU", "Luxembourg", &["Europe/Luxembourg"]),
    unchecked("LV", "Latvia", &["Europe/Riga"]),
    unchecked("MT", "Malta", &["Europe/Malta"]),
    Country {
        progressive: Progressive::Months(3),
        perishables: Perishables::PriceBefore,
        source: Some("Besluit prijsaanduiding producten art. 5a"),
        ..unchecked("NL", "Netherlands", &["Europe/Amsterdam"])
    },
    Country {
        new_arrivals: NewArrivals::SinceOffered,
        perishables: Perishables::PriceBeforeFirst,
        source: Some("ustawa o informowaniu o cenach towarów i usług art. 4"),
        ..unchecked("PL", "Poland", &["Europe/Warsaw"])
    },
    unchecked("PT", "Portugal", &["Atlantic/Azores", "Europe/Lisbon"]),
    unchecked("RO", "Romania", &["Europe/Bucharest"]),
    Country {
        progressive: Progressive::Days(30),
        perishables: Perishables::Exempt,
        source: Some("prisinformationslagen 7 a §"),
        ..unchecked("SE", "Sweden", &["Europe/Stockholm"])
    },
    unchecked("SI", "Slovenia", &["Europe/Ljubljana"]),
    unchecked("SK", "Slovakia", &["Europe/Bratislava"]),
];
