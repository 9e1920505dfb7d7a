//! The hosts file, as glibc's `files` service reads it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::quality::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Longest name that is kept, in octets. Longer ones cannot be asked for.
const MAX_NAME_OCTETS: usize = 255;

/// Ends a chain of [`Link`]s.
const END: u32 = u32::MAX;

/// A parsed hosts file.
///
/// Parsing takes time linear in the input, whatever the input is, and memory bounded by a small multiple of it: names
/// are stored once, lower-cased, in one buffer, and the addresses of a name are a chain of indices in the order of the
/// file. The default is an empty file.
#[derive(Debug, Clone)]
pub(crate) struct HostsFile {
    names: HashTable<Record>,
    text: Vec<u8>,
    links: Vec<Link>,
    addresses: Vec<IpAddr>,
    hasher: FixedState,
}

/// One distinct name.
#[derive(Debug, Clone, Copy)]
struct Record {
    start: u32,
    length: u8,
    first: u32,
    last: u32,
}

/// One line that carries a name.
#[derive(Debug, Clone, Copy)]
struct Link {
    address: u32,
    next: u32,
}

/// What the hosts file says about one name, each list in the order of the lines, repetitions included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HostsEntry {
    /// For a caller of either family: every line.
    pub(crate) any: Vec<IpAddr>,
    /// For a caller of IPv4. As in glibc, a line with `::1` counts as 127.0.0.1 here and an IPv4-mapped address as the
    /// address that is mapped.
    pub(crate) v4: Vec<Ipv4Addr>,
    /// For a caller of IPv6.
    pub(crate) v6: Vec<Ipv6Addr>,
}

impl HostsFile {
    /// Parses a hosts file. What is no entry is skipped, line by line: there is nothing in a hosts file to fail on.
    ///
    /// A line is an address, white space (carriage returns are white space) and names. `#` begins a comment, and a NUL
    /// octet ends the line's text. Addresses are those of `inet_pton`: an IPv6 address with a zone id is none, so its
    /// line says nothing, and neither is `127.1` or `010.0.0.1`.
    #[must_use]
    pub(crate) fn parse(input: &[u8]) -> Self {
        // Offsets are 32 bits wide; what lies beyond is not worth wider ones.
        let input = &input[..input.len().min(u32::MAX as usize - 1)];
        let mut file = Self::default();
        for line in input.split(|&octet| octet == b'\n') {
            let end = line.iter().position(|&octet| octet == b'#' || octet == 0).unwrap_or(line.len());
            let mut fields = line[..end].split(|&octet| is_space(octet)).filter(|field| !field.is_empty());
            let Some(address) = fields.next().and_then(address) else { continue };
            let mut stored = None;
            for name in fields.filter(|name| name.len() <= MAX_NAME_OCTETS) {
                let stored = *stored.get_or_insert_with(|| {
                    file.addresses.push(address);
                    index(file.addresses.len() - 1)
                });
                file.add(name, stored);
            }
        }
        file.text.shrink_to_fit();
        file.links.shrink_to_fit();
        file.addresses.shrink_to_fit();
        file
    }

    /// What the file says about `name`, compared octet by octet without regard to ASCII case.
    ///
    /// `host.` is not `host`: a name with a trailing dot is only found if the file writes it with one.
    #[must_use]
    pub(crate) fn lookup(&self, name: impl AsRef<[u8]>) -> Option<HostsEntry> {
        let name = name.as_ref();
        if name.len() > MAX_NAME_OCTETS || self.names.is_empty() {
            return None;
        }
        let mut buffer = [0_u8; MAX_NAME_OCTETS];
        let key = lowercase(name, &mut buffer);
        let record =
            self.names.find(self.hasher.hash_one(key), |record| text_of(&self.text, *record) == key)?;
        let mut entry = HostsEntry::default();
        let mut next = record.first;
        while let Some(link) = self.links.get(next as usize) {
            entry.push(self.addresses[link.address as usize]);
            next = link.next;
        }
        Some(entry)
    }

    fn add(&mut self, name: &[u8], address: u32) {
        let mut buffer = [0_u8; MAX_NAME_OCTETS];
        let key = lowercase(name, &mut buffer);
        let hash = self.hasher.hash_one(key);
        let link = index(self.links.len());
        if let Some(record) = self.names.find_mut(hash, |record| text_of(&self.text, *record) == key) {
            let last = &mut self.links[record.last as usize];
            // A name twice on one line is one address of that line.
            if last.address == address {
                return;
            }
            last.next = link;
            record.last = link;
        } else {
            let start = index(self.text.len());
            self.text.extend_from_slice(key);
            let length = u8::try_from(key.len()).unwrap_or(u8::MAX);
            let record = Record { start, length, first: link, last: link };
            let (text, hasher) = (&self.text, &self.hasher);
            self.names.insert_unique(hash, record, |record| hasher.hash_one(text_of(text, *record)));
        }
        self.links.push(Link { address, next: END });
    }
}

impl Default for HostsFile {
    fn default() -> Self {
        Self {
            names: HashTable::new(),
            text: Vec::new(),
            links: Vec::new(),
            addresses: Vec::new(),
            // Seeded by the file's owner only: hash flooding needs write access to the hosts file.
            hasher: FixedState::default(),
        }
    }
}

impl HostsEntry {
    fn push(&mut self, address: IpAddr) {
        self.any.push(address);
        match address {
            IpAddr::V4(v4) => self.v4.push(v4),
            IpAddr::V6(v6) => {
                self.v6.push(v6);
                if v6 == Ipv6Addr::LOCALHOST {
                    self.v4.push(Ipv4Addr::LOCALHOST);
                } else if let Some(v4) = v6.to_ipv4_mapped() {
                    self.v4.push(v4);
                }
            }
        }
    }
}

/// `inet_pton`: the standard library accepts exactly its forms, and refuses zone ids as it does.
fn address(field: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

/// `isspace` in the C locale, without the newline that has ended the line.
const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | 0x0b | 0x0c)
}

fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(END)
}

fn text_of(text: &[u8], record: Record) -> &[u8] {
    &text[record.start as usize..][..usize::from(record.length)]
}

fn lowercase<'a>(name: &[u8], buffer: &'a mut [u8; MAX_NAME_OCTETS]) -> &'a [u8] {
    let key = &mut buffer[..name.len()];
    key.copy_from_slice(name);
    key.make_ascii_lowercase();
    key
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn v4(text: &str) -> Vec<Ipv4Addr> {
        text.split_whitespace().map(|address| address.parse().unwrap()).collect()
    }

    fn v6(text: &str) -> Vec<Ipv6Addr> {
        text.split_whitespace().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn merges_all_lines_of_a_name_in_order() {
        let file = HostsFile::parse(b"10.0.0.2 db\n2001:db8::1 db\n10.0.0.1 other db\n10.0.0.2 db\n");
        let entry = file.lookup("db").unwrap();
        assert_eq!(entry.v4, v4("10.0.0.2 10.0.0.1 10.0.0.2"));
        assert_eq!(entry.v6, v6("2001:db8::1"));
        let any: Vec<IpAddr> = ["10.0.0.2", "2001:db8::1", "10.0.0.1", "10.0.0.2"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        assert_eq!(entry.any, any);
        assert_eq!(file.names.len(), 2);
    }

    #[test]
    fn reads_many_aliases_with_any_white_space() {
        let file = HostsFile::parse(b" \t10.0.0.1\ta b\x0bc\x0c  d\t\r\n10.0.0.2 e");
        for name in ["a", "b", "c", "d"] {
            assert_eq!(file.lookup(name).unwrap().v4, v4("10.0.0.1"), "{name}");
        }
        assert_eq!(file.lookup("e").unwrap().v4, v4("10.0.0.2"));
        assert_eq!(file.names.len(), 5);
    }

    #[test]
    fn skips_comments_and_what_is_no_entry() {
        let file = HostsFile::parse(
            b"# 10.0.0.1 a\n10.0.0.2 b#c\n10.0.0.3#d\n10.0.0.4\n  # e\nnonsense f\n10.0.0.256 g\n127.1 h\n010.0.0.1 i\n\
              10.0.0.5 j\0k\n\0 10.0.0.6 l\n10.0.0.7 m\n",
        );
        assert_eq!(file.lookup("b").unwrap().v4, v4("10.0.0.2"));
        assert_eq!(file.lookup("j").unwrap().v4, v4("10.0.0.5"));
        assert_eq!(file.lookup("m").unwrap().v4, v4("10.0.0.7"));
        assert_eq!(file.names.len(), 3);
        assert!(file.lookup("").is_none());
    }

    #[test]
    fn an_ipv6_zone_spoils_its_line_only() {
        let file = HostsFile::parse(b"fe80::1%eth0 router\nfe80::1 router2\n10.0.0.1 router\n");
        let entry = file.lookup("router").unwrap();
        assert!(entry.v6.is_empty());
        assert_eq!(entry.v4, v4("10.0.0.1"));
        assert_eq!(file.lookup("router2").unwrap().v6, v6("fe80::1"));
    }

    #[test]
    fn ipv4_callers_see_loopback_and_mapped_lines() {
        let entry = HostsFile::parse(b"::1 me\n::ffff:10.0.0.1 me\n2001:db8::1 me").lookup("me").unwrap();
        assert_eq!(entry.v4, v4("127.0.0.1 10.0.0.1"));
        assert_eq!(entry.v6, v6("::1 ::ffff:10.0.0.1 2001:db8::1"));
        assert_eq!(entry.any.len(), 3);
    }

    #[test]
    fn case_does_not_matter_and_a_trailing_dot_does() {
        let file = HostsFile::parse(b"10.0.0.1 Host.Example\n10.0.0.2 dotted.\n");
        assert_eq!(file.lookup("hOST.eXAMPLE").unwrap().v4, v4("10.0.0.1"));
        assert!(file.lookup("host.example.").is_none());
        assert!(file.lookup("dotted").is_none());
        assert_eq!(file.lookup("DOTTED.").unwrap().v4, v4("10.0.0.2"));
    }

    #[test]
    fn names_beyond_255_octets_are_not_kept() {
        let (longest, longer) = ("a".repeat(255), "b".repeat(256));
        let file = HostsFile::parse(format!("10.0.0.1 {longest} {longer}").as_bytes());
        assert!(file.lookup(&longest).is_some());
        assert!(file.lookup(&longer).is_none());
        assert_eq!(file.names.len(), 1);
    }

    #[test]
    fn ten_megabytes_of_names_stay_small() {
        let mut input = String::with_capacity(11 << 20);
        for line in 0_u32.. {
            let address = Ipv4Addr::from(line);
            writeln!(input, "{address} host-{line}.example alias-{line} shared").unwrap();
            if input.len() > 10 << 20 {
                break;
            }
        }
        let file = HostsFile::parse(input.as_bytes());
        let lines = input.lines().count();
        assert_eq!(file.names.len(), 2 * lines + 1);
        assert_eq!(file.lookup("SHARED").unwrap().v4.len(), lines);
        assert_eq!(file.lookup("alias-77").unwrap().v4, v4("0.0.0.77"));
        let octets = file.text.capacity()
            + file.links.capacity() * size_of::<Link>()
            + file.addresses.capacity() * size_of::<IpAddr>()
            + file.names.allocation_size();
        assert!(octets < 3 * input.len(), "{octets} octets for {} of input", input.len());
    }

    #[test]
    fn one_endless_line_is_one_entry() {
        let mut input = b"10.0.0.1".to_vec();
        while input.len() < 10 << 20 {
            input.extend_from_slice(b" same");
        }
        let file = HostsFile::parse(&input);
        assert_eq!(file.lookup("same").unwrap().v4, v4("10.0.0.1"));
        assert_eq!((file.names.len(), file.links.len()), (1, 1));
    }

    /// Looks one name up by reading the whole file, as glibc does.
    fn naive(input: &[u8], name: &[u8]) -> Option<HostsEntry> {
        let mut entry = HostsEntry::default();
        for line in input.split(|&octet| octet == b'\n') {
            let line = line.split(|&octet| octet == b'#' || octet == 0).next().unwrap_or_default();
            let fields: Vec<&[u8]> = line
                .split(|octet| b" \t\r\x0b\x0c".contains(octet))
                .filter(|field| !field.is_empty())
                .collect();
            let Some((first, names)) = fields.split_first() else { continue };
            let Some(address) = std::str::from_utf8(first).ok().and_then(|text| text.parse().ok()) else {
                continue;
            };
            if names.iter().any(|candidate| candidate.eq_ignore_ascii_case(name)) {
                entry.push(address);
            }
        }
        (!entry.any.is_empty()).then_some(entry)
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        let address = prop_oneof![
            Just("10.0.0.1".to_owned()),
            Just("::1".to_owned()),
            Just("fe80::1%lo".to_owned()),
            Just("10.1".to_owned()),
            any::<u32>().prop_map(|address| Ipv4Addr::from(address).to_string()),
            any::<u128>().prop_map(|address| Ipv6Addr::from(address).to_string()),
        ];
        let names = proptest::collection::vec("[aAbB.#]{1,2}", 0..5);
        let separator = proptest::sample::select(vec![" ", "\t", "  ", "\r", "\0", "\x0b"]);
        (address, names, separator).prop_map(|(address, names, separator)| {
            let mut line = address;
            for name in names {
                line.push_str(separator);
                line.push_str(&name);
            }
            line.into_bytes()
        })
    }

    proptest! {
        #[test]
        fn agrees_with_reading_line_by_line(lines in proptest::collection::vec(line(), 0..30), name in "[aAbB.]{1,2}") {
            let input = lines.join(&b'\n');
            prop_assert_eq!(HostsFile::parse(&input).lookup(&name), naive(&input, name.as_bytes()));
        }

        #[test]
        fn takes_any_octets(input: Vec<u8>, name: Vec<u8>) {
            prop_assert_eq!(HostsFile::parse(&input).lookup(&name), naive(&input, &name));
        }
    }
}
