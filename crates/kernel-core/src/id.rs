//! Typed ids: time-sortable, written as a prefix and 26 Crockford base-32 digits (`pch_01jd…`).

use std::fmt;

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id of the form {prefix}_ followed by 26 characters")]
pub struct IdParseError {
    /// The text that was refused.
    pub text: String,
    /// The prefix that was expected, without the underscore.
    pub prefix: &'static str,
}

/// Defines an id type over a UUID version 7 with its own prefix: `define_id!(OrderId, "ord", "one order")`.
#[macro_export]
macro_rules! define_id {
    ($name:ident, $prefix:literal, $what:literal) => {
        #[doc = concat!("Id of ", $what, ", written `", $prefix, "_…`. Sorts by the time it was made.")]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $crate::__uuid::Uuid);

        impl $name {
            /// The prefix before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A fresh id that sorts after those made before.
            #[must_use]
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self($crate::__uuid::Uuid::now_v7())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::format_id(Self::PREFIX, self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(self, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::IdParseError;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                $crate::parse_id(Self::PREFIX, text).map(Self)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, s: S) -> ::std::result::Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(d: D) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(d)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }

        $crate::__id_schema!($name, $prefix, $what);
    };
}

/// Describes an id in the OpenAPI document.
#[cfg(feature = "openapi")]
#[doc(hidden)]
#[macro_export]
macro_rules! __id_schema {
    ($name:ident, $prefix:literal, $what:literal) => {
        impl $crate::__utoipa::PartialSchema for $name {
            fn schema() -> $crate::__utoipa::openapi::RefOr<$crate::__utoipa::openapi::schema::Schema> {
                $crate::id_schema($prefix, $what)
            }
        }

        impl $crate::__utoipa::ToSchema for $name {}
    };
}

/// Without the `openapi` feature ids carry no schema.
#[cfg(not(feature = "openapi"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __id_schema {
    ($name:ident, $prefix:literal, $what:literal) => {};
}

define_id!(TenantId, "ten", "a customer organisation");
define_id!(ProjectId, "prj", "a shop or brand inside a tenant");
define_id!(UserId, "usr", "a person who signs in");
define_id!(TokenId, "tok", "an API token");
define_id!(RequestId, "req", "one HTTP request or one attempt of a job");
define_id!(CorrelationId, "cor", "one intention across requests, jobs, events and audit");

/// Writes `prefix_` and the UUID in base 32. Used by [`define_id!`].
#[doc(hidden)]
pub fn format_id(prefix: &str, uuid: uuid::Uuid, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let value = uuid.as_u128();
    write!(f, "{prefix}_")?;
    (0..26).rev().try_for_each(|place| {
        let digit = (value >> (place * 5)) & 31;
        write!(f, "{}", char::from(DIGITS[digit as usize]))
    })
}

/// Reads what [`format_id`] writes; upper case is accepted. Used by [`define_id!`].
#[doc(hidden)]
pub fn parse_id(prefix: &'static str, text: &str) -> Result<uuid::Uuid, IdParseError> {
    let refused = || IdParseError { text: text.chars().take(64).collect(), prefix };
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or_else(refused)?;
    if digits.len() != 26 {
        return Err(refused());
    }
    let mut value: u128 = 0;
    for (place, byte) in digits.bytes().enumerate() {
        let digit = DIGITS.iter().position(|d| *d == byte.to_ascii_lowercase()).ok_or_else(refused)?;
        if place == 0 && digit > 7 {
            return Err(refused());
        }
        value = (value << 5) | digit as u128;
    }
    Ok(uuid::Uuid::from_u128(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_writing_and_reading() {
        let id = TenantId::new();
        assert_eq!(id.to_string().parse::<TenantId>(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().replacen("TEN", "ten", 1).parse::<TenantId>(), Ok(id));
    }

    #[test]
    fn later_ids_sort_later_as_text() {
        let ids: Vec<String> = (0..50).map(|_| UserId::new().to_string()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn foreign_prefixes_and_wrong_digits_are_refused() {
        let user = UserId::new().to_string();
        assert!(user.parse::<TenantId>().is_err());
        for text in
            ["ten_", "ten_0", "", "ten", "ten_zzzzzzzzzzzzzzzzzzzzzzzzzz", "ten_0123456789012345678901234u"]
        {
            assert!(text.parse::<TenantId>().is_err(), "{text}");
        }
    }
}
