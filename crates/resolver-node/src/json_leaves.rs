//! Reads JSON: what is at the ends of its paths.
//!
//! All that comes in is options, a few dozen texts, numbers and switches, written by `JSON.stringify`. Reading them into
//! a tree of values, and out of it with the path at hand for errors, was a twelfth of the addon.

/// A value that is neither an object nor a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// Without quotation marks and escapes.
    Text(String),
    /// A number, `true`, `false` or `null` as it is written; `{}` and `[]` where there is nothing inside.
    Word(String),
}

/// Values with their paths, like `servers[0].port`, in the order in which they are written.
pub(crate) type Leaves = Vec<(String, Leaf)>;

/// Deeper than any options.
const MAX_DEPTH: usize = 16;

/// Reads a text of JSON (RFC 8259). What a word is, is left to who reads it.
///
/// # Errors
/// What is expected where the text is none.
pub(crate) fn leaves(json: &str) -> Result<Leaves, &'static str> {
    let mut reader = Reader { rest: json, leaves: Vec::new() };
    reader.value("", 0)?;
    if reader.rest.trim_start().is_empty() { Ok(reader.leaves) } else { Err("the end is expected") }
}

struct Reader<'a> {
    rest: &'a str,
    leaves: Leaves,
}

impl Reader<'_> {
    /// Takes `token` if it comes next, after white space.
    fn take(&mut self, token: char) -> bool {
        self.rest = self.rest.trim_start();
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn value(&mut self, path: &str, depth: usize) -> Result<(), &'static str> {
        if depth > MAX_DEPTH {
            return Err("fewer levels are expected");
        }
        let leaf = if self.take('{') {
            if !self.take('}') {
                return self.fields(path, depth);
            }
            Leaf::Word("{}".to_owned())
        } else if self.take('[') {
            if !self.take(']') {
                return self.elements(path, depth);
            }
            Leaf::Word("[]".to_owned())
        } else if self.take('"') {
            Leaf::Text(self.text()?)
        } else {
            self.word()?
        };
        self.leaves.push((path.to_owned(), leaf));
        Ok(())
    }

    fn fields(&mut self, path: &str, depth: usize) -> Result<(), &'static str> {
        loop {
            if !self.take('"') {
                return Err("a key is expected");
            }
            let key = self.text()?;
            if !self.take(':') {
                return Err("a colon is expected");
            }
            let path = if path.is_empty() { key } else { [path, ".", &key].concat() };
            self.value(&path, depth + 1)?;
            if self.take('}') {
                return Ok(());
            }
            if !self.take(',') {
                return Err("a comma is expected");
            }
        }
    }

    fn elements(&mut self, path: &str, depth: usize) -> Result<(), &'static str> {
        let mut index = 0_usize;
        loop {
            self.value(&[path, "[", &index.to_string(), "]"].concat(), depth + 1)?;
            index += 1;
            if self.take(']') {
                return Ok(());
            }
            if !self.take(',') {
                return Err("a comma is expected");
            }
        }
    }

    fn word(&mut self) -> Result<Leaf, &'static str> {
        let end = self.rest.find([',', '}', ']', ' ', '\n', '\r', '\t', '"', ':']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        if word.is_empty() { Err("a value is expected") } else { Ok(Leaf::Word(word.to_owned())) }
    }

    /// The rest of a text whose first quotation mark was taken.
    fn text(&mut self) -> Result<String, &'static str> {
        let mut text = String::new();
        loop {
            let Some(end) = self.rest.find(['"', '\\']) else { return Err("a quotation mark is expected") };
            text.push_str(&self.rest[..end]);
            let closed = self.rest.as_bytes()[end] == b'"';
            self.rest = &self.rest[end + 1..];
            if closed {
                return Ok(text);
            }
            text.push(self.escape()?);
        }
    }

    /// The rest of an escape whose backslash was taken.
    fn escape(&mut self) -> Result<char, &'static str> {
        let mut characters = self.rest.chars();
        let escaped = characters.next();
        self.rest = characters.as_str();
        Ok(match escaped {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('u') => self.unicode()?,
            Some(itself @ ('"' | '\\' | '/')) => itself,
            _ => return Err("an escape is expected"),
        })
    }

    /// Four hexadecimal digits, or twice that for what UTF-16 needs two units for. Half a pair stands for nothing.
    fn unicode(&mut self) -> Result<char, &'static str> {
        let first = self.unit()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let Some(rest) = self.rest.strip_prefix("\\u") else { return Ok(char::REPLACEMENT_CHARACTER) };
        self.rest = rest;
        let second = self.unit()?;
        if (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second) {
            let character = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Ok(char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn unit(&mut self) -> Result<u32, &'static str> {
        let digits =
            self.rest.get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or("four hexadecimal digits are expected")?;
        self.rest = &self.rest[4..];
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The same by way of `serde_json`.
    fn naive(path: &str, value: &Value, out: &mut Leaves) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                for (key, value) in fields {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    naive(&path, value, out);
                }
            }
            Value::Array(elements) if !elements.is_empty() => {
                for (index, value) in elements.iter().enumerate() {
                    naive(&format!("{path}[{index}]"), value, out);
                }
            }
            Value::String(text) => out.push((path.to_owned(), Leaf::Text(text.clone()))),
            other => out.push((path.to_owned(), Leaf::Word(other.to_string()))),
        }
    }

    #[test]
    fn leaves_are_those_of_serde_json() {
        for json in [
            "7",
            "\"text\"",
            "{}",
            "[]",
            " { \"a\" : [ 1 , true , null , { } , [ ] ] , \"b\" : { \"c\" : -1.5 , \"d\" : \"\" } } ",
            r#"{"a":"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00 😀"}"#,
            r#"[{"a":1,"b":[2,3]},{"a":"x,y]}"}]"#,
        ] {
            let mut expected = Vec::new();
            naive("", &serde_json::from_str(json).unwrap(), &mut expected);
            let mut found = leaves(json).unwrap();
            // `serde_json` sorts its keys.
            found.sort_by(|a, b| a.0.cmp(&b.0));
            expected.sort_by(|a, b| a.0.cmp(&b.0));
            assert_eq!(found, expected, "{json}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = "[".repeat(MAX_DEPTH + 2);
        for json in [
            "",
            "{",
            "[",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "{a:1}",
            "[1,",
            "[1 2]",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12é4\"",
            "1 2",
            "{\"a\" 1}",
            "\"\\",
            &deep,
        ] {
            assert!(leaves(json).is_err(), "{json}");
        }
    }

    #[test]
    fn half_a_pair_is_no_character() {
        for json in [r#""\ud83d""#, r#""\ude00""#, r#""\ud83d\u0041""#, r#""\ud83dx""#] {
            let text = leaves(json).unwrap().remove(0).1;
            assert!(matches!(text, Leaf::Text(text) if text.starts_with('\u{fffd}')), "{json}");
        }
    }
}
