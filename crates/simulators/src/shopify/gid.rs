//! Global ids: `gid://shopify/ProductVariant/48540157378793`.

/// The parts of a global id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gid<'a> {
    pub(crate) kind: &'a str,
    pub(crate) number: u64,
}

/// Reads a global id; `None` when the text is none. A query part (`?…`), as some resources carry, is left aside.
pub(crate) fn parse_gid(text: &str) -> Option<Gid<'_>> {
    let (kind, number) = text.strip_prefix("gid://shopify/")?.split_once('/')?;
    let number = number.split('?').next()?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let named = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphanumeric());
    if digits && named { Some(Gid { kind, number: number.parse().ok()? }) } else { None }
}

/// Writes a global id.
pub(crate) fn gid(kind: &str, number: u64) -> String {
    format!("gid://shopify/{kind}/{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn global_ids_are_read_strictly() {
        assert_eq!(parse_gid("gid://shopify/Product/12"), Some(Gid { kind: "Product", number: 12 }));
        for wrong in
            ["12", "gid://shopify/Product/", "gid://shopify/Product/x", "gid://shopify//1", "not-a-gid"]
        {
            assert_eq!(parse_gid(wrong), None, "{wrong}");
        }
    }
}
