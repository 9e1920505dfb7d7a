//! c-ares reading an answer: parse it, take its addresses and their least TTL, free it.

use std::hint::black_box;
use std::ptr;

use c_ares_parse::{CASES, compose};
use c_ares_sys as ares;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

/// The sum of the addresses, so that each is read, and the least TTL.
fn c_ares(octets: &[u8]) -> Option<(u32, u32)> {
    let mut message = ptr::null_mut();
    // SAFETY: the pointer and length are one slice's, and `message` is written on success only.
    let status = unsafe { ares::ares_dns_parse(octets.as_ptr(), octets.len(), 0, &raw mut message) };
    if status != ares::ares_status_t::ARES_SUCCESS {
        return None;
    }
    let answer = ares::ares_dns_section_t::ARES_SECTION_ANSWER;
    // SAFETY: `message` is what the successful parse gave.
    let count = unsafe { ares::ares_dns_record_rr_cnt(message, answer) };
    let (mut sum, mut least) = (0_u32, u32::MAX);
    for index in 0..count {
        // SAFETY: as above, and the index is below the count.
        let record = unsafe { ares::ares_dns_record_rr_get_const(message, answer, index) };
        // SAFETY: the record lives as long as the message; c-ares gives null if it is of another type.
        let address = unsafe { ares::ares_dns_rr_get_addr(record, ares::ares_dns_rr_key_t::ARES_RR_A_ADDR) };
        if address.is_null() {
            continue;
        }
        // SAFETY: not null, and an `in_addr` is four octets in network order.
        let octets = unsafe { address.cast::<[u8; 4]>().read_unaligned() };
        sum = sum.wrapping_add(u32::from_be_bytes(octets));
        // SAFETY: as above.
        least = least.min(unsafe { ares::ares_dns_rr_get_ttl(record) });
    }
    // SAFETY: nothing points into the message any more.
    unsafe { ares::ares_dns_record_destroy(message) };
    Some((sum, least))
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (case, addresses) in CASES {
        let octets = compose(addresses);
        let sum = (0..addresses).map(|last| 0xC000_0200 + u32::from(last)).fold(0, u32::wrapping_add);
        assert_eq!(c_ares(&octets), Some((sum, 60)), "{case}");
        group.bench_with_input(BenchmarkId::new("c-ares", case), &octets[..], |bencher, octets| {
            bencher.iter(|| c_ares(black_box(octets)));
        });
    }
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
