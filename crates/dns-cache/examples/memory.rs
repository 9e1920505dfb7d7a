//! What a name costs: an A answer of two addresses and an AAAA answer of one, under names of about 20 octets.
//!
//! Run with `cargo run --release -p dns-cache --example memory [names]`. Prints what the allocator handed
//! out, what the cache says it holds, and, on Linux, how the resident set grew.

use dns_cache::{Cache, CacheConfig, Insert, Key, NamespaceLimits, Outcome};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn grew(by: usize) {
    let now = ALLOCATED.fetch_add(by, Ordering::Relaxed) + by;
    PEAK.fetch_max(now, Ordering::Relaxed);
}

// SAFETY: every call is handed to the system's allocator unchanged; counting touches no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grew(layout.size());
        // SAFETY: the caller's obligations are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's obligations are the same.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Octets of the resident set, 0 where the system does not say.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    status.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4_096
}

/// A wire name of 20 or 21 octets: `\x06` + six digits + `\x05cache\x04test\x00`, some with a seventh digit.
fn wire_name(out: &mut Vec<u8>, n: u64) -> std::io::Result<()> {
    out.clear();
    out.push(if n < 1_000_000 { 6 } else { 7 });
    write!(out, "{n:06}")?;
    out.extend_from_slice(b"\x05cache\x05test1\x00");
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |arg| arg.parse())?;
    let cache = Cache::new(CacheConfig { max_bytes_process: u64::MAX, ..CacheConfig::default() });
    let (allocated, resident_before) = (ALLOCATED.load(Ordering::Relaxed), resident());
    let limits = NamespaceLimits { max_bytes: u64::MAX, max_entries: names * 4 };
    let namespace = cache.open_namespace([0; 32], limits);
    let mut name = Vec::new();
    let mut octets = 0;
    for n in 0..names {
        wire_name(&mut name, n)?;
        octets += name.len();
        for (rtype, payload) in [(1, &[192, 0, 2, 1, 192, 0, 2, 2][..]), (28, &[0x20; 16][..])] {
            let insert = Insert { payload, ttl_ms: 300_000, ..Insert::default() };
            let outcome = cache.insert(&Key { namespace, name: &name, rtype }, &insert, 0);
            assert_eq!(outcome, Outcome::Stored);
        }
    }
    assert_eq!(cache.stats(namespace).entries, names * 2);
    drop(name);
    let held = ALLOCATED.load(Ordering::Relaxed) - allocated;
    #[expect(clippy::cast_precision_loss, reason = "for display")]
    let per_name = |octets: usize| octets as f64 / names as f64;
    println!("names                     {names}");
    println!("octets a name, average    {:.1}", per_name(octets));
    println!("allocated a name          {:.1}", per_name(held));
    println!("allocated a name, peak    {:.1}", per_name(PEAK.load(Ordering::Relaxed) - allocated));
    println!("accounted a name          {:.1}", per_name(usize::try_from(cache.bytes())?));
    println!("resident a name           {:.1}", per_name(resident().saturating_sub(resident_before)));
    cache.close_namespace(namespace);
    let left = ALLOCATED.load(Ordering::Relaxed).saturating_sub(allocated);
    println!("left after closing        {left} octets in all");
    Ok(())
}
