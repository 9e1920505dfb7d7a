//! Private names: those that mean something on this machine or network only, so that a public server must not hear of
//! them.

use dns_wire::Name;

/// Top-level labels below which every name is private: RFC 6761, RFC 6762, RFC 7686, `internal` (reserved by ICANN in
/// 2024), what home routers and companies use, and `svc`, which ends the short names of Kubernetes services.
const TOP_LEVEL: [&[u8]; 9] =
    [b"localhost", b"local", b"internal", b"test", b"invalid", b"onion", b"svc", b"corp", b"lan"];

/// Labels of a reverse name that are looked at, from the right: `arpa`, `ip6` and three nibbles.
const LAST_LABELS: usize = 5;

/// `::1`, whose neighbours are other things than loopback.
const LOOPBACK_V6: &[u8] =
    b"\x011\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\x010\
    \x010\x010\x010\x010\x010\x010\x010\x010\x03ip6\x04arpa\x00";

/// Which names are private by themselves: the built-in ones, and those below suffixes of the user's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PrivateNames {
    suffixes: Vec<Name>,
}

impl PrivateNames {
    /// `suffixes` are those of the user's, none of them the root.
    pub(crate) const fn new(suffixes: Vec<Name>) -> Self {
        Self { suffixes }
    }

    pub(crate) fn suffixes(&self) -> &[Name] {
        &self.suffixes
    }

    /// Whether `name`, in lower case, is private.
    pub(crate) fn contains(&self, name: &Name) -> bool {
        self.suffix_of(name).is_some()
    }

    /// What makes `name`, in lower case, private: its own last labels in wire form, all of them for a single label.
    pub(crate) fn suffix_of<'a>(&self, name: &'a Name) -> Option<&'a [u8]> {
        let wire = name.as_wire();
        built_in(wire).or_else(|| {
            let longest = self
                .suffixes
                .iter()
                .filter(|suffix| name.ends_with(suffix))
                .max_by_key(|s| s.as_wire().len())?;
            wire.get(wire.len() - longest.as_wire().len()..)
        })
    }
}

fn built_in(wire: &[u8]) -> Option<&[u8]> {
    let (mut at, mut top) = (0, 0);
    while let Some(&length @ 1..) = wire.get(at) {
        top = at;
        at += 1 + usize::from(length);
    }
    let last = wire.get(top + 1..at)?;
    match last.len() {
        _ if top == 0 => Some(wire),
        3..=9 if TOP_LEVEL.contains(&last) => wire.get(top..),
        4 if last == b"arpa" => reverse(wire),
        _ => None,
    }
}

/// What makes a name below `arpa` private.
#[cold]
fn reverse(wire: &[u8]) -> Option<&[u8]> {
    // Where the last labels begin, as a ring.
    let mut starts = [0_usize; LAST_LABELS];
    let (mut at, mut count) = (0, 0);
    while let Some(&length @ 1..) = wire.get(at) {
        starts[count % LAST_LABELS] = at;
        count += 1;
        at += 1 + usize::from(length);
    }
    // The label so many before the last one.
    let start =
        |back: usize| (back < count.min(LAST_LABELS)).then(|| starts[(count - 1 - back) % LAST_LABELS]);
    let label = |back: usize| {
        let at = start(back)?;
        wire.get(at + 1..at + 1 + usize::from(wire[at]))
    };
    let labels = match label(1)? {
        b"home" => 2,
        b"in-addr" => private_octets(label(2).and_then(octet), label(3).and_then(octet))?,
        b"ip6" if wire == LOOPBACK_V6 => return Some(wire),
        b"ip6" => private_nibbles([2, 3, 4].map(&label))?,
        _ => return None,
    };
    wire.get(start(labels - 1)?..)
}

/// How many labels the reverse zone of a private network has whose addresses begin with these octets.
const fn private_octets(first: Option<u8>, second: Option<u8>) -> Option<usize> {
    match (first, second) {
        // RFC 1918, and loopback.
        (Some(10 | 127), _) => Some(3),
        // RFC 1918, RFC 6598, and link-local (RFC 3927).
        (Some(172), Some(16..=31))
        | (Some(192), Some(168))
        | (Some(100), Some(64..=127))
        | (Some(169), Some(254)) => Some(4),
        _ => None,
    }
}

/// The same for the nibbles of an IPv6 address.
fn private_nibbles(nibbles: [Option<&[u8]>; 3]) -> Option<usize> {
    match nibbles {
        // Unique local addresses (RFC 4193).
        [Some(b"f"), Some(b"c" | b"d"), _] => Some(4),
        // Link-local ones.
        [Some(b"f"), Some(b"e"), Some(b"8" | b"9" | b"a" | b"b")] => Some(5),
        _ => None,
    }
}

fn octet(label: &[u8]) -> Option<u8> {
    std::str::from_utf8(label).ok()?.parse().ok()
}

#[cfg(test)]
mod tests;
