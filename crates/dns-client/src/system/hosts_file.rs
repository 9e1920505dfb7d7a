//! The hosts file, as glibc's `files` service reads it.

use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::quality::FixedState;
use hashbrown::HashTable;

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
            // A fixed seed will do: names collide on purpose only if whoever writes the file wants them to.
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
mod tests;
