//! IPv4 addresses as `inet_aton` reads them.

use std::net::Ipv4Addr;

/// Reads an IPv4 address in any of the forms of `inet_aton`, as glibc's `getaddrinfo` and `resolv.conf` do.
///
/// One to four parts, each decimal, octal (`0…`) or hexadecimal (`0x…`); the last part fills the octets that are left:
/// `127.1`, `0x7f.1`, `2130706433`, `0177.0.0.1`. Nothing may follow, not even white space.
#[must_use]
pub(crate) fn inet_aton(text: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split(|&octet| octet == b'.');
    let mut index = 0;
    let mut value = number(parts.next()?)?;
    for part in parts {
        if index > 2 {
            return None;
        }
        octets[index] = u8::try_from(value).ok()?;
        index += 1;
        value = number(part)?;
    }
    let last = value.to_be_bytes();
    let (excess, kept) = last.split_at(index);
    if excess.iter().any(|&octet| octet != 0) {
        return None;
    }
    octets[index..].copy_from_slice(kept);
    Some(Ipv4Addr::from(octets))
}

/// One part, as `strtoul` with base 0 reads it: it must begin with a digit and consist of digits to its end.
fn number(part: &[u8]) -> Option<u32> {
    let (digits, radix) = match part {
        [b'0', b'x' | b'X', rest @ ..] => (rest, 16),
        [b'0', rest @ ..] if !rest.is_empty() => (rest, 8),
        _ => (part, 10),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |value, &digit| {
        value.checked_mul(radix)?.checked_add(char::from(digit).to_digit(radix)?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_every_form() {
        for (text, expected) in [
            ("127.0.0.1", [127, 0, 0, 1]),
            ("127.1", [127, 0, 0, 1]),
            ("127.0.1", [127, 0, 0, 1]),
            ("0x7f.1", [127, 0, 0, 1]),
            ("0X7F.0.0.0x1", [127, 0, 0, 1]),
            ("2130706433", [127, 0, 0, 1]),
            ("0177.0.0.1", [127, 0, 0, 1]),
            ("0", [0, 0, 0, 0]),
            ("00", [0, 0, 0, 0]),
            ("10.65535", [10, 0, 255, 255]),
            ("10.16777215", [10, 255, 255, 255]),
            ("4294967295", [255, 255, 255, 255]),
            ("0xffffffff", [255, 255, 255, 255]),
        ] {
            assert_eq!(inet_aton(text.as_bytes()), Some(Ipv4Addr::from(expected)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for text in [
            "",
            ".",
            "1.",
            ".1",
            "1..2",
            "1.2.3.4.5",
            "256.1",
            "1.16777216",
            "1.2.65536",
            "1.2.3.256",
            "4294967296",
            "08",
            "0x",
            "0xg",
            "1.2.3.4 ",
            " 1.2.3.4",
            "1.2.3.4\r",
            "+1",
            "-1",
            "1e3",
            "١",
            "99999999999999999999",
        ] {
            assert_eq!(inet_aton(text.as_bytes()), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_dotted_quads(address: u32) {
            let address = Ipv4Addr::from(address);
            prop_assert_eq!(inet_aton(address.to_string().as_bytes()), Some(address));
            prop_assert_eq!(inet_aton(u32::from(address).to_string().as_bytes()), Some(address));
            prop_assert_eq!(inet_aton(format!("{:#x}", u32::from(address)).as_bytes()), Some(address));
            prop_assert_eq!(inet_aton(format!("0{:o}", u32::from(address)).as_bytes()), Some(address));
        }

        #[test]
        fn never_panics(text: Vec<u8>) {
            let _ = inet_aton(&text);
        }
    }
}
