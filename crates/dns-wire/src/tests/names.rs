//! Names that stand on their own, and in messages.

use std::collections::HashSet;

use super::{QNAME, answers, name, pointer, record};
use crate::{Message, Name, NameError, Rtype};

fn ascii(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

#[test]
fn wire_form() {
    assert_eq!(ascii("www.Example.com").as_wire(), b"\x03www\x07Example\x03com\x00");
    assert_eq!(ascii("www.example.com."), ascii("www.example.com"));
    assert_eq!(ascii(".").as_wire(), [0]);
    assert_eq!(ascii("."), Name::root());
    assert!(Name::root().is_root() && !ascii("com").is_root());
}

#[test]
fn from_wire_takes_exactly_one_uncompressed_name() {
    assert_eq!(Name::from_wire(b"\x03www\x00").unwrap(), ascii("www"));
    assert_eq!(Name::from_wire(&[0]).unwrap(), Name::root());
    for bad in
        [&b""[..], b"\x00\x00", b"\x03www", b"\x03ww\x00", b"\x03www\x00\x00", b"\xc0\x0c", b"\x40a\x00"]
    {
        assert_eq!(Name::from_wire(bad), Err(NameError::BadWire), "{bad:?}");
    }
    assert_eq!(Name::from_wire(&b"\x01a".repeat(128)), Err(NameError::NameTooLong));
    let longest = [&b"\x01a".repeat(127)[..], &[0]].concat();
    assert_eq!(Name::from_wire(&longest).unwrap().as_wire(), longest);
}

#[test]
fn equality_and_hash_ignore_case_and_nothing_else() {
    let names: HashSet<Name> =
        ["a.Example", "A.example", "b.example", "example", "a-example"].map(ascii).into();
    assert_eq!(names.len(), 4);
    // Octets that differ in the bit that letters' cases differ in, without being letters.
    assert_ne!(ascii("a[b"), ascii("a{b"));
    assert_ne!(ascii("a@b"), ascii("a`b"));
    assert_ne!(ascii(r"\193"), ascii(r"\225"));
    // The same octets, cut otherwise.
    assert_ne!(ascii(r"a\.b"), ascii("a.b"));
}

#[test]
fn lower_case() {
    let mut mixed = ascii(r"WwW.ExAmPlE.\193Z");
    assert_eq!(mixed.to_lowercase().as_wire(), b"\x03www\x07example\x02\xc1z\x00");
    mixed.make_lowercase();
    assert_eq!(mixed.as_wire(), b"\x03www\x07example\x02\xc1z\x00");
}

#[test]
fn labels_and_parents() {
    let www = ascii("www.example.com");
    assert_eq!(www.labels().collect::<Vec<_>>(), [&b"www"[..], b"example", b"com"]);
    assert_eq!(Name::root().labels().count(), 0);
    let parents: Vec<_> =
        std::iter::successors(Some(www), Name::parent).map(|name| name.to_string()).collect();
    assert_eq!(parents, ["www.example.com", "example.com", "com", "."]);
}

#[test]
fn descent() {
    let www = ascii("www.example.com");
    for ancestor in ["www.EXAMPLE.com", "example.com", "com", "."] {
        assert!(www.ends_with(&ascii(ancestor)), "{ancestor}");
    }
    for other in ["ww.example.com", "ample.com", "om", "a.www.example.com", "example.org", "example"] {
        assert!(!www.ends_with(&ascii(other)), "{other}");
    }
    // The wire octets of a name inside a label of another.
    assert!(!ascii(r"a\003com").ends_with(&ascii("com")));
}

#[test]
fn host_names() {
    for host in ["www.example.com", "_srv._tcp.a-b", "xn--bcher-kva.example", "."] {
        assert!(ascii(host).is_hostname(), "{host}");
    }
    for other in ["a b", r"a\.b", r"a\000", r"a\010b", "a*b", "a/b", r"\255"] {
        assert!(!ascii(other).is_hostname(), "{other}");
    }
}

#[test]
fn names_in_messages_equal_names_alone() {
    let spellings = [
        name("Mail.example.com"),
        [&b"\x04mail"[..], &pointer(QNAME + 4)].concat(),
        [&b"\x04MAIL\x07eXample"[..], &pointer(QNAME + 12)].concat(),
    ];
    let octets = answers(&spellings.map(|owner| record(&owner, Rtype::A, &[192, 0, 2, 1])));
    let message = Message::parse(&octets).unwrap();
    let mail = ascii("mail.example.com");
    let owners: Vec<_> = message.answers().map(|record| record.owner()).collect();
    for owner in &owners {
        assert_eq!(*owner, mail);
        assert_eq!(mail, *owner);
        assert_eq!(*owner, owners[0]);
        assert_eq!(owner.to_name(), mail);
        for other in ["example.com", "mail.example", "mail.example.org", "a.mail.example.com", "."] {
            assert_ne!(*owner, ascii(other));
        }
    }
    assert_eq!(owners[2].to_string(), "MAIL.eXample.com");
    assert_ne!(owners[0], message.question().unwrap().name);
}

#[test]
fn the_root_in_messages() {
    let octets = answers(&[record(&[0], Rtype::A, &[192, 0, 2, 1])]);
    let message = Message::parse(&octets).unwrap();
    let owner = message.answers().next().unwrap().owner();
    assert!(owner.is_root());
    assert_eq!(owner, Name::root());
    assert_eq!(owner.to_string(), ".");
    assert!(!message.question().unwrap().name.is_root());
}
