//! Traces as they are stored: the number of a template and the bytes of its arguments. Filling the template gives the
//! canonical JSON again, byte for byte, without the engine that decided.

use std::collections::HashMap;

use super::record::escape;
use crate::decimal::decimal_text;

/// Stands before the kind of each place in a template; JSON text never has it, since it is escaped there.
pub(super) const MARK: char = '\u{1}';

/// The arguments of one trace: integers as variable-length bytes, texts with their length.
#[derive(Debug, Default)]
pub(crate) struct Arguments(Vec<u8>);

impl Arguments {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The sign goes to the lowest bit, so that small numbers of either sign take few bytes.
    pub(super) fn integer(&mut self, number: i128) {
        let mut rest = ((number << 1) ^ (number >> 127)).cast_unsigned();
        while rest >= 0x80 {
            self.0.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        self.0.push(rest as u8);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.integer(text.len() as i128);
        self.0.extend_from_slice(text.as_bytes());
    }
}

/// A trace as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedTrace<'a> {
    /// Number of its template in the plan's [`TraceTemplates`], from 0.
    pub template: u32,
    /// What fills the template.
    pub arguments: &'a [u8],
}

/// The templates of a plan in the order in which they were first needed.
#[derive(Debug, Clone, Default)]
pub struct TraceTemplates {
    texts: Vec<String>,
    places: HashMap<String, u32>,
}

/// A stored trace that does not fit its template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the arguments do not fit the template of the trace")]
pub struct TraceError;

impl TraceTemplates {
    /// The templates' texts; their place is their number.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    pub(super) fn number(&mut self, template: &str) -> u32 {
        if let Some(place) = self.places.get(template) {
            return *place;
        }
        let place = u32::try_from(self.texts.len()).expect("a plan has fewer templates than rows");
        self.texts.push(template.to_owned());
        self.places.insert(template.to_owned(), place);
        place
    }
}

/// The canonical JSON of a stored trace.
///
/// # Errors
/// The arguments do not fit the template.
pub fn unpack_trace(template: &str, arguments: &[u8]) -> Result<String, TraceError> {
    let mut json = String::with_capacity(template.len() + arguments.len() * 2);
    let mut rest = Reader(arguments);
    let mut pieces = template.split(MARK);
    json.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let kind = piece.chars().next().ok_or(TraceError)?;
        match kind {
            't' => escape(rest.text()?, &mut json),
            'n' => {
                let (units, scale, decimals_min) = (rest.integer()?, rest.small()?, rest.small()?);
                json.push_str(&decimal_text(units, scale, decimals_min));
            }
            digit => {
                let digits = digit.to_digit(10).ok_or(TraceError)?;
                json.push_str(&decimal_text(rest.integer()?, digits, digits));
            }
        }
        json.push_str(&piece[kind.len_utf8()..]);
    }
    if rest.0.is_empty() { Ok(json) } else { Err(TraceError) }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn integer(&mut self) -> Result<i128, TraceError> {
        let mut number = 0_u128;
        for shift in (0..128).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(TraceError)?;
            self.0 = rest;
            number |= u128::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed());
            }
        }
        Err(TraceError)
    }

    fn small(&mut self) -> Result<u32, TraceError> {
        // Wider scales than these come from no number of the engine, and would only ask for memory.
        u32::try_from(self.integer()?).ok().filter(|number| *number <= 1_000).ok_or(TraceError)
    }

    fn text(&mut self) -> Result<&'a str, TraceError> {
        let length = usize::try_from(self.integer()?).map_err(|_| TraceError)?;
        let (text, rest) = self.0.split_at_checked(length).ok_or(TraceError)?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| TraceError)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn arguments_come_back_as_they_were(numbers in proptest::collection::vec(any::<i128>(), 0..8), text in ".*") {
            let mut arguments = Arguments::default();
            for number in &numbers {
                arguments.integer(*number);
            }
            arguments.text(&text);
            let mut reader = Reader(arguments.bytes());
            for number in &numbers {
                prop_assert_eq!(reader.integer(), Ok(*number));
            }
            prop_assert_eq!(reader.text(), Ok(text.as_str()));
            prop_assert!(reader.0.is_empty());
        }

        #[test]
        fn bytes_that_do_not_fit_are_refused_and_not_read_past(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(text) = unpack_trace("\u{1}2 \u{1}t \u{1}n", &bytes) {
                prop_assert!(text.len() >= 5, "{}", text);
            }
        }
    }

    #[test]
    fn a_template_is_filled_in_order() {
        let mut arguments = Arguments::default();
        arguments.integer(-5);
        arguments.text("say \"no\"");
        let filled = unpack_trace("{\"a\":\"\u{1}2 EUR\",\"b\":\"\u{1}t\"}", arguments.bytes());
        assert_eq!(filled.as_deref(), Ok(r#"{"a":"-0.05 EUR","b":"say \"no\""}"#));
        assert_eq!(unpack_trace("\u{1}2", &[]), Err(TraceError));
        assert_eq!(unpack_trace("nothing to fill", arguments.bytes()), Err(TraceError));
    }
}
