//! From what travels to the port's words, and back. Amounts become minor units exactly or not at all.

pub(crate) mod catalogue;
pub(crate) mod price_lists;
pub(crate) mod prices;

use channel::{ChannelError, Result, ShopInfo};
use kernel_core::{Currency, Money, MoneyError};

use crate::wire::catalogue::Shop;

/// The currency of a code that Shopify sent.
pub(crate) fn currency(code: &str) -> Result<Currency> {
    code.parse::<Currency>().map_err(|e| ChannelError::never("shopify.currency", e.to_string()))
}

pub(crate) fn shop(shop: Shop) -> Result<ShopInfo> {
    Ok(ShopInfo {
        currency: currency(&shop.currency_code)?,
        domain: shop.myshopify_domain,
        name: shop.name,
        time_zone: shop.iana_timezone,
    })
}

/// An amount as Shopify writes it; `25`, `25.0` and `25.00` are the same.
pub(crate) fn money(text: &str, currency: Currency) -> Result<Money, MoneyError> {
    Money::parse(text, currency)
}

/// Whether two texts name the same live object: Shopify's ids for objects of `kind` start like this.
pub(crate) fn is_id_of(kind: &str, id: &str) -> bool {
    let number = id.strip_prefix("gid://shopify/").and_then(|rest| rest.strip_prefix(kind));
    let number = number.and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_compare_as_numbers_not_as_text() {
        let eur = currency("EUR").expect("a currency");
        let read = |text| money(text, eur).expect(text);
        assert_eq!(read("0.0"), read("0.00"));
        assert_eq!(read("25.98"), Money::from_minor(2598, eur));
        assert_eq!(read("16843.00"), read("16843"));
        assert!(money("16.843", eur).is_err());
        let jpy = currency("JPY").expect("a currency");
        assert_eq!(money("1200.0", jpy), Ok(Money::from_minor(1200, jpy)));
    }

    #[test]
    fn only_shopifys_own_ids_are_sent_back_to_it() {
        assert!(is_id_of("ProductVariant", "gid://shopify/ProductVariant/123"));
        for text in [
            "csv-variant-0a",
            "123",
            "gid://shopify/Product/123",
            "gid://shopify/ProductVariant/",
            "gid://shopify/ProductVariant/1x",
        ] {
            assert!(!is_id_of("ProductVariant", text), "{text}");
        }
    }
}
