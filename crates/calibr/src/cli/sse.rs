//! Server-sent events, read from a byte stream as they come.

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Its name; `message` if the server gave none.
    pub name: String,
    /// Its data, lines joined by newlines.
    pub data: String,
}

/// Takes bytes in any pieces and gives events once they are whole.
#[derive(Debug, Default)]
pub struct Parser {
    buffer: Vec<u8>,
    name: String,
    data: Vec<String>,
}

impl Parser {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        self.buffer.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.buffer.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            events.extend(self.line(line.trim_end_matches(['\n', '\r'])));
        }
        events
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => self.data.push(value.to_owned()),
            // A comment has an empty name; ids and retry times are not needed: the state is read again after a break.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        let name = std::mem::take(&mut self.name);
        let data = std::mem::take(&mut self.data);
        if name.is_empty() && data.is_empty() {
            return None;
        }
        let name = if name.is_empty() { "message".to_owned() } else { name };
        Some(Event { name, data: data.join("\n") })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STREAM: &str = ": hello\n\nevent: run\nid: 7\ndata: {\"a\":1}\n\ndata: one\r\ndata:two\r\n\r\nevent: end\n\nevent: cut";

    fn event(name: &str, data: &str) -> Event {
        Event { name: name.into(), data: data.into() }
    }

    #[test]
    fn comments_are_skipped_and_lines_joined() {
        let events = Parser::default().push(STREAM.as_bytes());
        assert_eq!(events, [event("run", "{\"a\":1}"), event("message", "one\ntwo"), event("end", "")]);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_bytes_are_cut(sizes in prop::collection::vec(1_usize..9, 1..90)) {
            let mut parser = Parser::default();
            let mut rest = STREAM.as_bytes();
            let mut events = Vec::new();
            for size in sizes.into_iter().chain(std::iter::repeat(4)) {
                if rest.is_empty() { break; }
                let (piece, left) = rest.split_at(size.min(rest.len()));
                events.extend(parser.push(piece));
                rest = left;
            }
            prop_assert_eq!(events, Parser::default().push(STREAM.as_bytes()));
        }
    }
}
