//! Rust source, read just closely enough to tell code from comments, texts and unit tests.

/// One file.
pub struct Source {
    /// The code alone: comments, the inside of texts and unit tests are blank, lines keep their numbers.
    pub code: String,
    /// Texts outside unit tests, each with the line it begins on (from 1).
    pub texts: Vec<(usize, String)>,
}

impl Source {
    /// Reads one file.
    pub fn read(text: &str) -> Self {
        let mut reader =
            Reader { chars: text.chars().collect(), place: 0, line: 1, code: String::new(), texts: vec![] };
        reader.read();
        let Reader { code, mut texts, .. } = reader;
        let (code, blanked) = without_unit_tests(&code);
        texts.retain(|(line, _)| !blanked.iter().any(|(first, last)| first <= line && line <= last));
        Self { code, texts }
    }

    /// The lines of code, numbered from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.code.lines())
    }
}

struct Reader {
    chars: Vec<char>,
    place: usize,
    line: usize,
    code: String,
    texts: Vec<(usize, String)>,
}

impl Reader {
    fn read(&mut self) {
        while let Some(next) = self.peek(0) {
            match next {
                '/' if self.peek(1) == Some('/') => self.blank_while(|reader| reader.peek(0) != Some('\n')),
                '/' if self.peek(1) == Some('*') => self.block_comment(),
                '"' => self.text(),
                'r' if self.raw_hashes().is_some() && !self.follows_a_word() => self.raw_text(),
                '\'' => self.character_or_lifetime(),
                _ => self.take(true),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.place + ahead).copied()
    }

    /// Moves on by one, keeping what was there or leaving a blank.
    fn take(&mut self, keep: bool) {
        let Some(next) = self.peek(0) else { return };
        self.code.push(if keep || next == '\n' { next } else { ' ' });
        self.line += usize::from(next == '\n');
        self.place += 1;
    }

    fn blank_while(&mut self, more: impl Fn(&Self) -> bool) {
        while self.peek(0).is_some() && more(self) {
            self.take(false);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.peek(0).is_some() {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                _ => {
                    self.take(false);
                    continue;
                }
            }
            self.take(false);
            self.take(false);
            if depth == 0 {
                return;
            }
        }
    }

    fn text(&mut self) {
        let (line, start) = (self.line, self.place + 1);
        self.take(true);
        while self.peek(0).is_some_and(|next| next != '"') {
            if self.peek(0) == Some('\\') {
                self.take(false);
            }
            self.take(false);
        }
        self.texts.push((line, self.chars[start..self.place].iter().collect()));
        self.take(true);
    }

    fn follows_a_word(&self) -> bool {
        let before = self.place.checked_sub(1).and_then(|place| self.chars.get(place));
        // `br"…"` and `cr"…"` are raw too.
        before.is_some_and(|c| (c.is_alphanumeric() || *c == '_') && *c != 'b' && *c != 'c')
    }

    /// How many `#` stand in `r##"`, if that is what comes next.
    fn raw_hashes(&self) -> Option<usize> {
        let hashes = (1..).take_while(|ahead| self.peek(*ahead) == Some('#')).count();
        (self.peek(hashes + 1) == Some('"')).then_some(hashes)
    }

    fn raw_text(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        let line = self.line;
        (0..hashes + 2).for_each(|_| self.take(true));
        let start = self.place;
        let ends = |reader: &Self| {
            reader.peek(0) == Some('"') && (1..=hashes).all(|ahead| reader.peek(ahead) == Some('#'))
        };
        self.blank_while(|reader| !ends(reader));
        self.texts.push((line, self.chars[start..self.place].iter().collect()));
        (0..=hashes).for_each(|_| self.take(true));
    }

    fn character_or_lifetime(&mut self) {
        let escaped = self.peek(1) == Some('\\');
        if !escaped && self.peek(2) != Some('\'') {
            return self.take(true);
        }
        self.take(true);
        self.take(false);
        if escaped {
            self.take(false);
        }
        self.blank_while(|reader| reader.peek(0) != Some('\''));
        self.take(true);
    }
}

/// Blanks `#[cfg(test)] mod … { … }`, and tells the lines (first, last) of each.
fn without_unit_tests(code: &str) -> (String, Vec<(usize, usize)>) {
    const MARK: &str = "#[cfg(test)]";
    let mut blanked = Vec::new();
    let mut result = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        let (before, tests) = rest.split_at(start);
        result.push_str(before);
        let end = end_of_item(tests);
        let first = 1 + result.matches('\n').count();
        result.extend(tests[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        blanked.push((first, 1 + result.matches('\n').count()));
        rest = &tests[end..];
    }
    result.push_str(rest);
    (result, blanked)
}

/// Where the item that `code` begins with ends: behind its block, or behind its semicolon if it has none.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0;
    for (place, next) in code.char_indices() {
        match next {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return place + 1,
            _ => continue,
        }
        if depth == 0 {
            return place + 1;
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_texts_and_characters_are_no_code() {
        let text = r##"let a = "x \" // y"; // f64
/* f64 /* nested */ f64 */ let b = '"'; let c: &'static str = r#"raw " f64"#; let d = '\''; f32"##;
        let source = Source::read(text);
        assert!(!source.code.contains("f64"), "{}", source.code);
        assert!(
            source.code.contains("let b")
                && source.code.contains("&'static str")
                && source.code.ends_with("f32")
        );
        assert_eq!(source.code.chars().count(), text.chars().count());
        let texts: Vec<&str> = source.texts.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, [r#"x \" // y"#, r#"raw " f64"#]);
        assert_eq!(source.texts[1].0, 2);
    }

    #[test]
    fn names_that_end_in_r_are_not_raw_texts() {
        let source = Source::read(r#"write!(for_r"x") + br"y""#);
        assert_eq!(source.texts.len(), 2);
        assert!(source.code.contains("for_r"));
    }

    #[test]
    fn unit_tests_are_blank_and_what_follows_is_not() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { \"}\" }\n}\nfn c() { \"t\" }\n#[cfg(test)]\nmod d;\nfn e() {}";
        let source = Source::read(text);
        assert!(!source.code.contains("fn b") && !source.code.contains("mod d"), "{}", source.code);
        assert!(source.code.contains("fn c") && source.code.contains("fn e"));
        assert_eq!(source.texts, [(6, "t".to_owned())]);
        assert_eq!(source.lines().count(), 9);
    }
}
