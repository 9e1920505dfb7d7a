//! Writes JSON: objects of numbers, texts and lists are all that goes out, and floats need no more than a tenth.

use std::fmt::Write;

/// An object that is being written.
pub(crate) struct ObjectWriter<'a> {
    out: &'a mut String,
    empty: bool,
}

/// Appends an object with the fields that `fields` writes.
pub(crate) fn push_object(out: &mut String, fields: impl FnOnce(&mut ObjectWriter<'_>)) {
    out.push('{');
    fields(&mut ObjectWriter { out, empty: true });
    out.push('}');
}

/// Appends a list with what `item` writes for each of `items`.
pub(crate) fn push_list<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut item: impl FnMut(&mut String, T),
) {
    out.push('[');
    for (index, value) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        item(out, value);
    }
    out.push(']');
}

/// Appends a text in quotation marks (RFC 8259 §7).
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\x1f' => push_display(out, format_args!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

impl ObjectWriter<'_> {
    pub(crate) fn number(&mut self, key: &str, number: impl Into<u64>) {
        let number = number.into();
        push_display(self.key(key), format_args!("{number}"));
    }

    /// A number with one decimal place; `null` if there is none, or none that JSON knows.
    pub(crate) fn tenths(&mut self, key: &str, number: Option<f64>) {
        let out = self.key(key);
        match number {
            Some(number) if number.is_finite() && number >= 0.0 => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "finite and not negative; a cast from float to integer saturates"
                )]
                let tenths = (number * 10.0).round() as u64;
                push_display(out, format_args!("{}.{}", tenths / 10, tenths % 10));
            }
            _ => out.push_str("null"),
        }
    }

    pub(crate) fn boolean(&mut self, key: &str, value: bool) {
        self.key(key).push_str(if value { "true" } else { "false" });
    }

    pub(crate) fn text(&mut self, key: &str, text: &str) {
        push_text(self.key(key), text);
    }

    /// Writes the key and returns where its value goes.
    pub(crate) fn key(&mut self, key: &str) -> &mut String {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        push_text(self.out, key);
        self.out.push(':');
        self.out
    }
}

fn push_display(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A `String` takes whatever is written to it.
    let _ = out.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn objects_and_lists() {
        let mut out = String::new();
        push_list(&mut out, [1_u32, 2], |out, number| {
            push_object(out, |object| {
                object.number("number", number);
                object.text("text", "a");
                object.boolean("even", number % 2 == 0);
                push_list(object.key("empty"), [""; 0], push_text);
            });
        });
        push_object(&mut out, |_| ());
        assert_eq!(
            out,
            r#"[{"number":1,"text":"a","even":false,"empty":[]},{"number":2,"text":"a","even":true,"empty":[]}]{}"#
        );
    }

    #[test]
    fn texts_survive() {
        let all: String = ('\0'..='\u{ff}').chain(['\u{2028}', '\u{10ffff}']).collect();
        let mut out = String::new();
        push_text(&mut out, &all);
        assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), json!(all));
    }

    #[test]
    fn tenths_are_numbers_or_null() {
        for (number, expected) in [
            (Some(0.0), "0.0"),
            (Some(12.349), "12.3"),
            (Some(0.96), "1.0"),
            (Some(f64::NAN), "null"),
            (Some(-1.0), "null"),
            (None, "null"),
        ] {
            let mut out = String::new();
            push_object(&mut out, |object| object.tenths("n", number));
            assert_eq!(out, format!(r#"{{"n":{expected}}}"#));
        }
    }
}
