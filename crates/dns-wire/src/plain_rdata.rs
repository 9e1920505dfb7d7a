//! Record data without compression, for those who keep it apart from its message.

use crate::{Class, ParseError, Record, Rtype};

/// What stands before the last fields of data with names: fixed octets, strings, then names. What follows them holds no
/// name.
#[derive(Clone, Copy)]
struct Form {
    fixed: usize,
    strings: usize,
    names: usize,
}

/// Where the data of a type has names that may be compressed (RFC 3597 §4), or `None` if it has none.
fn form(rtype: Rtype, class: Class) -> Option<Form> {
    let (fixed, strings, names) = match rtype {
        Rtype::NS | Rtype::CNAME | Rtype::PTR => (0, 0, 1),
        Rtype::SOA => (0, 0, 2),
        Rtype::MX => (2, 0, 1),
        // Types of the Internet alone, as in `Rdata`.
        Rtype::SRV if class == Class::IN => (6, 0, 1),
        Rtype::NAPTR if class == Class::IN => (4, 3, 1),
        _ => return None,
    };
    Some(Form { fixed, strings, names })
}

impl Record<'_> {
    /// Appends the data to `out` as it would stand in a message without compression: names in full and in the case they
    /// came in, all else as it is. That are at most 65 535 octets.
    pub fn append_plain_rdata(&self, out: &mut Vec<u8>) {
        let start = out.len();
        let written = form(self.rtype(), self.class()).map(|form| self.append_form(form, out));
        // The data of a parsed message has been checked against the same form.
        if !matches!(written, Some(Ok(()))) {
            out.truncate(start);
            out.extend_from_slice(self.raw_rdata());
        }
    }

    fn append_form(&self, form: Form, out: &mut Vec<u8>) -> Result<(), ParseError> {
        let mut fields = self.fields();
        out.extend_from_slice(fields.take(form.fixed)?);
        for _ in 0..form.strings {
            let string = fields.string()?;
            #[expect(clippy::cast_possible_truncation, reason = "its length came from one octet")]
            out.push(string.len() as u8);
            out.extend_from_slice(string);
        }
        for _ in 0..form.names {
            for label in fields.name()?.labels() {
                #[expect(clippy::cast_possible_truncation, reason = "a label has at most 63 octets")]
                out.push(label.len() as u8);
                out.extend_from_slice(label);
            }
            out.push(0);
        }
        out.extend_from_slice(fields.rest());
        Ok(())
    }
}
