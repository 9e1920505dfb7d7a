//! Addresses as text, octet for octet what Node prints: libuv's `uv_inet_ntop`.
//!
//! Rust's own `Display` differs: it prints `::1:0` where libuv sees an IPv4-compatible address (`::0.1.0.0`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Appends `address`.
pub(crate) fn push_address(out: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => push_ipv4(out, address),
        IpAddr::V6(address) => push_ipv6(out, address),
    }
}

fn push_ipv4(out: &mut Vec<u8>, address: Ipv4Addr) {
    for (index, octet) in address.octets().into_iter().enumerate() {
        if index > 0 {
            out.push(b'.');
        }
        push_decimal(out, octet);
    }
}

fn push_decimal(out: &mut Vec<u8>, octet: u8) {
    if octet >= 100 {
        out.push(b'0' + octet / 100);
    }
    if octet >= 10 {
        out.push(b'0' + octet / 10 % 10);
    }
    out.push(b'0' + octet % 10);
}

fn push_ipv6(out: &mut Vec<u8>, address: Ipv6Addr) {
    let words = address.segments();
    let zeros = longest_zero_run(&words);
    let mut index = 0;
    while index < words.len() {
        if index == zeros.start && !zeros.is_empty() {
            // The word after the run brings the second colon, unless there is none.
            out.extend_from_slice(if zeros.end == words.len() { b"::" } else { b":" });
            index = zeros.end;
            continue;
        }
        if index > 0 {
            out.push(b':');
        }
        if index == 6 && embeds_ipv4(&words, &zeros) {
            let [.., a, b, c, d] = address.octets();
            push_ipv4(out, Ipv4Addr::new(a, b, c, d));
            return;
        }
        push_hexadecimal(out, words[index]);
        index += 1;
    }
}

/// The first longest run of at least two zero words; empty if there is none.
fn longest_zero_run(words: &[u16; 8]) -> std::ops::Range<usize> {
    let mut best = 0..0;
    let mut start = 0;
    for end in 1..=words.len() {
        if words[end - 1] != 0 {
            start = end;
        } else if end - start > best.len() {
            best = start..end;
        }
    }
    if best.len() < 2 { 0..0 } else { best }
}

/// IPv4-compatible (`::192.0.2.1`) or IPv4-mapped (`::ffff:192.0.2.1`), as BIND's `inet_ntop` decides it.
fn embeds_ipv4(words: &[u16; 8], zeros: &std::ops::Range<usize>) -> bool {
    zeros.start == 0 && (zeros.len() == 6 || (zeros.len() == 5 && words[5] == 0xffff))
}

fn push_hexadecimal(out: &mut Vec<u8>, word: u16) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut started = false;
    for shift in [12, 8, 4, 0] {
        let digit = usize::from(word >> shift & 0xf);
        started |= digit != 0 || shift == 0;
        if started {
            out.push(DIGITS[digit]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(address: &str) -> String {
        let mut out = Vec::new();
        push_address(&mut out, address.parse().unwrap());
        String::from_utf8(out).unwrap()
    }

    /// The expected forms are what `new net.SocketAddress({ address, family }).address` gives on Node 20.
    #[test]
    fn equals_node() {
        for (address, expected) in [
            ("0.0.0.0", "0.0.0.0"),
            ("9.10.99.100", "9.10.99.100"),
            ("255.255.255.255", "255.255.255.255"),
            ("::", "::"),
            ("::1", "::1"),
            ("::2", "::2"),
            ("::ffff", "::ffff"),
            ("::1:0", "::0.1.0.0"),
            ("::c000:201", "::192.0.2.1"),
            ("::ffff:c000:201", "::ffff:192.0.2.1"),
            ("::ffff:0:0", "::ffff:0.0.0.0"),
            ("::fffe:c000:201", "::fffe:c000:201"),
            ("::ffff:0:c000:201", "::ffff:0:c000:201"),
            ("1::", "1::"),
            ("1:0:2::", "1:0:2::"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
            ("1:2:0:0:3:0:0:4", "1:2::3:0:0:4"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("0:1:0:0:0:0:0:0", "0:1::"),
            ("0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"),
            ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"),
            ("2001:db8::a:b0:c00", "2001:db8::a:b0:c00"),
            ("FE80::0ABC", "fe80::abc"),
            ("64:ff9b::c000:201", "64:ff9b::c000:201"),
        ] {
            assert_eq!(text(address), expected);
        }
    }
}
