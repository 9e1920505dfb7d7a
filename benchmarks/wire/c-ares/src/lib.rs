//! The answers that opponents parse: the same octets as in `crates/dns-wire/benches/parse.rs`.

use std::net::Ipv4Addr;

use dns_wire::{Class, MessageBuilder, Name, Rdata, Rtype};

/// Answers to compare, by how many A records they have.
pub const CASES: [(&str, u8); 3] = [("1 A", 1), ("4 A", 4), ("13 A", 13)];

/// The name that was asked.
pub const QNAME: &str = "ark.cn-beijing.volces.com";

/// An answer with so many A records.
///
/// # Panics
///
/// Never: the name is a constant, and the message is far from full.
#[must_use]
pub fn compose(addresses: u8) -> Vec<u8> {
    let owner = Name::from_ascii(QNAME).expect("the name is valid");
    let mut builder =
        MessageBuilder::new(4711).response(true).recursion_desired(true).recursion_available(true);
    builder.question(&owner, Rtype::A, Class::IN).expect("there is room");
    for last in 0..addresses {
        let data = Rdata::<&Name>::A(Ipv4Addr::new(192, 0, 2, last));
        builder.answer(&owner, Class::IN, 60, &data).expect("there is room");
    }
    builder.finish()
}
