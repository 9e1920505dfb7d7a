//! Names as text.

use proptest::prelude::*;

use super::{answers, record};
use crate::{Message, Name, NameError, Rtype};

#[test]
fn escapes_are_read() {
    let wire = |text: &str| Name::from_ascii(text).unwrap().as_wire().to_vec();
    assert_eq!(wire(r"a\.b.c"), b"\x03a.b\x01c\x00");
    assert_eq!(wire(r"a\\b"), b"\x03a\\b\x00");
    assert_eq!(wire(r"\000\255\032"), b"\x03\x00\xff \x00");
    assert_eq!(wire(r"\@.\a"), b"\x01@\x01a\x00");
    assert_eq!(wire("a b"), b"\x03a b\x00");
    assert_eq!(wire(r"a\."), b"\x02a.\x00");
}

#[test]
fn bad_text_is_refused() {
    let error = |text: &str| Name::from_ascii(text).unwrap_err();
    assert_eq!(error(""), NameError::Empty);
    for text in ["a..b", ".a", "a..", "..", "a.b.."] {
        assert_eq!(error(text), NameError::EmptyLabel, "{text}");
    }
    for text in [r"a\", r"a\25", r"a\256", r"a\2x5", "a\\\n", "a\\é"] {
        assert_eq!(error(text), NameError::BadEscape, "{text}");
    }
    for text in ["a\0b", "a\nb", "é.example", "a\x7f", "a\tb"] {
        assert_eq!(error(text), NameError::BadCharacter, "{text:?}");
    }
}

#[test]
fn lengths_are_limited() {
    let label = "a".repeat(63);
    assert!(Name::from_ascii(&label).is_ok());
    assert_eq!(Name::from_ascii(&"a".repeat(64)), Err(NameError::LabelTooLong));
    assert_eq!(Name::from_ascii(&"a".repeat(10_000)), Err(NameError::LabelTooLong));
    // Four labels of 63, 63, 63 and 61 octets: 253 characters, 255 octets.
    let longest = format!("{label}.{label}.{label}.{}", "b".repeat(61));
    assert_eq!(Name::from_ascii(&longest).unwrap().as_wire().len(), 255);
    assert_eq!(Name::from_ascii(&format!("{longest}.")).unwrap().as_wire().len(), 255);
    assert_eq!(Name::from_ascii(&format!("{longest}b")), Err(NameError::NameTooLong));
    assert_eq!(Name::from_ascii(&format!("{longest}.b")), Err(NameError::NameTooLong));
    assert_eq!(Name::from_ascii(&"a.".repeat(127)).unwrap().as_wire().len(), 255);
    assert_eq!(Name::from_ascii(&"a.".repeat(128)), Err(NameError::NameTooLong));
    assert_eq!(Name::from_ascii(&r"\000".repeat(64)), Err(NameError::LabelTooLong));
}

#[test]
fn every_octet_survives_text() {
    for octet in 0..=u8::MAX {
        let name = Name::from_wire(&[3, b'a', octet, b'b', 0]).unwrap();
        let text = name.to_string();
        assert_eq!(Name::from_ascii(&text).unwrap().as_wire(), name.as_wire(), "{text}");
        assert!(text.bytes().all(|octet| octet == b' ' || octet.is_ascii_graphic()), "{text:?}");
        assert_eq!(text.parse::<Name>().unwrap().as_wire(), name.as_wire());
    }
}

#[test]
fn dots_and_control_characters_in_received_labels_are_escaped() {
    let owner = b"\x0ba.b\x00\n\x1b\x7f\xff\\\"@\x00";
    let octets = answers(&[record(owner, Rtype::A, &[192, 0, 2, 1])]);
    let message = Message::parse(&octets).unwrap();
    let owner = message.answers().next().unwrap().owner();
    assert_eq!(owner.to_string(), r#"a\.b\000\010\027\127\255\\\"\@"#);
    assert!(!owner.to_name().is_hostname());
}

proptest! {
    /// Names without escapes are read in a way of their own.
    #[test]
    fn an_escape_that_changes_nothing_changes_nothing(text in r"[a-z](\.?[ -\[\]-~]{0,40}){0,8}\.?") {
        prop_assert_eq!(Name::from_ascii(&text), Name::from_ascii(&format!("\\{text}")));
    }
}
