//! JSON as the server wrote it, made readable without changing the order of its fields or any number.

/// Indents a JSON text by two spaces and ends it with a newline. Invalid JSON comes out as it is.
#[must_use]
pub fn indent(text: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return format!("{}\n", text.trim_end());
    }
    let mut out = Indented::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if out.in_string {
            out.string_char(c);
            continue;
        }
        match c {
            '"' => {
                out.in_string = true;
                out.text.push(c);
            }
            '{' | '[' => {
                while chars.next_if(|next| next.is_ascii_whitespace()).is_some() {}
                let closing = chars.next_if(|next| matches!(next, '}' | ']'));
                out.open(c, closing);
            }
            '}' | ']' => out.close(c),
            ',' => {
                out.text.push(',');
                out.new_line();
            }
            ':' => out.text.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.text.push(c),
        }
    }
    out.text.push('\n');
    out.text
}

#[derive(Default)]
struct Indented {
    text: String,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Indented {
    fn string_char(&mut self, c: char) {
        self.text.push(c);
        self.in_string = c != '"' || self.escaped;
        self.escaped = c == '\\' && !self.escaped;
    }

    fn open(&mut self, c: char, closing: Option<char>) {
        self.text.push(c);
        match closing {
            Some(closing) => self.text.push(closing),
            None => {
                self.depth += 1;
                self.new_line();
            }
        }
    }

    fn close(&mut self, c: char) {
        self.depth = self.depth.saturating_sub(1);
        self.new_line();
        self.text.push(c);
    }

    fn new_line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            r#"[a-z"\\{}\[\],: \n]{0,8}"#.prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::hash_map(r#"[a-z"\\]{0,4}"#, inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn indenting_is_what_the_library_would_print(value in any_json()) {
            let pretty = serde_json::to_string_pretty(&value).expect("values are JSON");
            prop_assert_eq!(indent(&value.to_string()), format!("{}\n", pretty));
            prop_assert_eq!(indent(&pretty), format!("{}\n", pretty));
        }
    }

    #[test]
    fn order_and_numbers_are_kept() {
        assert_eq!(indent(r#"{"b":1.10,"a":[]}"#), "{\n  \"b\": 1.10,\n  \"a\": []\n}\n");
        assert_eq!(indent("<html>"), "<html>\n");
    }
}
