//! Names as text (RFC 1035 §5.1, RFC 4343 §2.1).

use std::fmt::{self, Write as _};

use crate::NameError;
use crate::labels::{Labels, MAX_LABEL_LEN, MAX_NAME_LEN};

/// Characters that mean something in a zone file, as c-ares and so Node's `resolve*` escape them.
const RESERVED: &[u8] = b"\".;\\()@$";

/// Writes labels joined by dots, the root as a single dot.
pub(crate) fn write_name(f: &mut fmt::Formatter<'_>, labels: Labels<'_>) -> fmt::Result {
    let mut first = true;
    for label in labels {
        if !first {
            f.write_char('.')?;
        }
        first = false;
        for &octet in label {
            if RESERVED.contains(&octet) {
                f.write_char('\\')?;
                f.write_char(char::from(octet))?;
            } else if octet == b' ' || octet.is_ascii_graphic() {
                f.write_char(char::from(octet))?;
            } else {
                write!(f, "\\{octet:03}")?;
            }
        }
    }
    if first { f.write_char('.') } else { Ok(()) }
}

/// Reads a name from text into `wire` and returns its length.
pub(crate) fn read_name(text: &str, wire: &mut [u8; MAX_NAME_LEN]) -> Result<usize, NameError> {
    read_plain(text.as_bytes(), wire).map_or_else(|| read_any(text, wire), Ok)
}

/// Reads a name without escapes, as nearly all are; `None` if there is anything else about it.
///
/// Text and wire form differ in the length octets only, which stand where the dots do.
fn read_plain(text: &[u8], wire: &mut [u8; MAX_NAME_LEN]) -> Option<usize> {
    let text = text.strip_suffix(b".").unwrap_or(text);
    let (last, labels) = wire.get_mut(..text.len() + 2)?.split_last_mut()?;
    *last = 0;
    labels.get_mut(1..)?.copy_from_slice(text);
    let mut start = 0;
    for (at, &octet) in text.iter().enumerate() {
        if octet == b'.' {
            *labels.get_mut(start)? = label_len(at - start)?;
            start = at + 1;
        } else if octet == b'\\' || !(b' '..=b'~').contains(&octet) {
            return None;
        }
    }
    *labels.get_mut(start)? = label_len(text.len() - start)?;
    Some(text.len() + 2)
}

/// The octet before a label of so many octets; `None` if no label has so many.
fn label_len(octets: usize) -> Option<u8> {
    u8::try_from(octets).ok().filter(|len| (1..=MAX_LABEL_LEN).contains(&usize::from(*len)))
}

fn read_any(text: &str, wire: &mut [u8; MAX_NAME_LEN]) -> Result<usize, NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text == "." {
        wire[0] = 0;
        return Ok(1);
    }
    let mut len = 0;
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        // The label's length octet is written once the label is known.
        let start = len;
        len += 1;
        rest = read_label(rest, wire, &mut len)?;
        let label = u8::try_from(len - start - 1).map_err(|_| NameError::LabelTooLong)?;
        if label == 0 {
            return Err(NameError::EmptyLabel);
        }
        *wire.get_mut(start).ok_or(NameError::NameTooLong)? = label;
    }
    *wire.get_mut(len).ok_or(NameError::NameTooLong)? = 0;
    Ok(len + 1)
}

/// Reads up to and including the next dot and returns what follows it.
fn read_label<'a>(
    text: &'a [u8],
    wire: &mut [u8; MAX_NAME_LEN],
    len: &mut usize,
) -> Result<&'a [u8], NameError> {
    let end = *len + MAX_LABEL_LEN;
    let mut rest = text;
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        let value = match octet {
            b'.' => return Ok(rest),
            b'\\' => {
                let (value, after) = read_escape(rest)?;
                rest = after;
                value
            }
            b' ' => octet,
            _ if octet.is_ascii_graphic() => octet,
            _ => return Err(NameError::BadCharacter),
        };
        if *len == end {
            return Err(NameError::LabelTooLong);
        }
        *wire.get_mut(*len).ok_or(NameError::NameTooLong)? = value;
        *len += 1;
    }
    Ok(rest)
}

/// Reads what follows a backslash: three decimal digits, or any other character as itself.
fn read_escape(text: &[u8]) -> Result<(u8, &[u8]), NameError> {
    match *text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ref rest @ ..] => {
            let value = [a, b, c].iter().fold(0, |value, digit| value * 10 + u16::from(digit - b'0'));
            Ok((u8::try_from(value).map_err(|_| NameError::BadEscape)?, rest))
        }
        [octet, ref rest @ ..] if octet.is_ascii_graphic() && !octet.is_ascii_digit() => Ok((octet, rest)),
        _ => Err(NameError::BadEscape),
    }
}
