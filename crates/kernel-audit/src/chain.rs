//! The chain that makes a changed audit visible: each record has a leaf, a seal has the Merkle root (RFC 9162, section 2.1)
//! over the leaves of its records, and each seal's head takes up the head before it. Pure.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The head before the first seal.
pub const GENESIS: Hash = [0; 32];

/// Hashed before everything else of a head, so that no head is a digest of something else.
const HEAD_CONTEXT: &[u8] = b"calibr.audit.head.v1\n";

/// The leaf of a record: the digest of its canonical bytes.
#[must_use]
pub fn leaf(record: &Value) -> Hash {
    let mut text = String::new();
    write_canonical(record, &mut text);
    digest(&[&[0], text.as_bytes()])
}

/// The Merkle root over leaves, in their order.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => digest(&[]),
        [leaf] => *leaf,
        _ => {
            // The largest power of two that is smaller than the number of leaves.
            let middle = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(middle);
            digest(&[&[1], &root(left), &root(right)])
        }
    }
}

/// The head after a seal: it depends on every record before it.
#[must_use]
pub fn head(previous: &Hash, size: usize, root: &Hash) -> Hash {
    digest(&[HEAD_CONTEXT, previous, &(size as u64).to_be_bytes(), root])
}

/// A digest as text.
#[must_use]
pub fn hex(hash: &[u8]) -> String {
    hash.iter().fold(String::with_capacity(hash.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// Reads what [`hex`] wrote.
#[must_use]
pub fn from_hex(text: &str) -> Option<Hash> {
    let bytes = text.as_bytes();
    if bytes.len() != 64 || !bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut hash = GENESIS;
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

fn digest(parts: &[&[u8]]) -> Hash {
    let mut sha = Sha256::new();
    parts.iter().for_each(|part| sha.update(part));
    sha.finalize().into()
}

/// JSON without spaces and with sorted keys, whatever order a parser keeps them in.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (place, (name, field)) in fields.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_canonical(field, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|number| leaf(&json!({ "number": number }))).collect()
    }

    /// The definition of RFC 9162 read level by level: pairs are hashed, and a node that is left over goes up as it is.
    fn root_by_levels(leaves: &[Hash]) -> Hash {
        let mut level = leaves.to_vec();
        while level.len() > 1 {
            let pair = |pair: &[Hash]| match pair {
                [left, right] => digest(&[&[1], left, right]),
                rest => rest[0],
            };
            level = level.chunks(2).map(pair).collect();
        }
        level[0]
    }

    #[test]
    fn the_root_is_that_of_rfc_9162() {
        // The empty tree's root is the digest of nothing; a known value.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex(&root(&[])), nothing);
        for count in 1..40 {
            assert_eq!(root(&leaves(count)), root_by_levels(&leaves(count)), "{count}");
        }
    }

    #[test]
    fn a_record_has_one_leaf_however_it_is_written() {
        let one: Value =
            serde_json::from_str(r#"{"b": [1, {"d": null, "c": "ü"}], "a": "x"}"#).expect("JSON");
        let other: Value =
            serde_json::from_str(r#"{"a":"x","b":[1,{"c":"\u00fc","d":null}]}"#).expect("JSON");
        assert_eq!(leaf(&one), leaf(&other));
        assert_eq!(
            leaf(&one),
            digest(&[&[0], "{\"a\":\"x\",\"b\":[1,{\"c\":\"ü\",\"d\":null}]}".as_bytes()])
        );
        assert_ne!(leaf(&json!({ "a": 1 })), leaf(&json!({ "a": "1" })));
    }

    #[test]
    fn heads_depend_on_all_before_and_on_sizes() {
        let roots = [root(&leaves(2)), root(&leaves(3))];
        let first = head(&GENESIS, 2, &roots[0]);
        assert_ne!(head(&first, 3, &roots[1]), head(&GENESIS, 3, &roots[1]));
        assert_ne!(head(&first, 3, &roots[1]), head(&first, 2, &roots[1]));
    }

    #[test]
    fn digests_survive_being_written() {
        let hash = leaf(&json!(1));
        assert_eq!(from_hex(&hex(&hash)), Some(hash));
        for text in ["", "ab", &"g".repeat(64), &"ä".repeat(32)] {
            assert_eq!(from_hex(text), None, "{text}");
        }
    }
}
