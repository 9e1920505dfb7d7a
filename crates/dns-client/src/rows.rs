//! Rows in which answers and popular names leave the process and come back: little-endian, with times of the wall clock.
//!
//! | answer | popular name |
//! |---|---|
//! | u8 1 | u8 2 |
//! | u8 octets of the name | u8 octets of the name |
//! | the name, uncompressed | the name, uncompressed |
//! | u16 record type, 1 or 28 | f64 hits, as they counted when it was last used |
//! | f64 Unix time in ms when it was stored | f64 Unix time in ms when it was last used |
//! | f64 Unix time in ms when it expires | |
//! | u32 octets of the payload | |
//! | the payload | |
//!
//! The wall clock may be set at any time, by anybody. So a row's times are looked at only relative to the clock's time when
//! the row is written or read, and what they say is bounded by what the answer itself says: its TTL.

use dns_cache::{Exported, Restore};
use dns_wire::{Name, Rtype};

use crate::payload;
use crate::plan::Plan;

const ANSWER: u8 = 1;
const POPULAR: u8 = 2;
/// The longest that a dynamic TTL gets: see [`dns_cache::Insert::dynamic_ttl`].
const LONGEST_DYNAMIC_MS: i64 = 600_000;

/// Appends a row, unless it is none that is kept: other types than addresses are not. `wall_ms` is the Unix time now.
pub(crate) fn append(exported: &Exported<'_>, wall_ms: i64, out: &mut Vec<u8>) {
    let ago = |ms: u64| wall_ms.saturating_sub(i64::try_from(ms).unwrap_or(i64::MAX));
    match *exported {
        Exported::Answer { name, rtype, payload, stored_ago_ms, expires_in_ms } => {
            let Ok(length) = u32::try_from(payload.len()) else { return };
            if !payload::is_address(Rtype(rtype)) || !begin(ANSWER, name, out) {
                return;
            }
            out.extend_from_slice(&rtype.to_le_bytes());
            out.extend_from_slice(&float(ago(stored_ago_ms)).to_le_bytes());
            out.extend_from_slice(&float(wall_ms.saturating_add(expires_in_ms)).to_le_bytes());
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(payload);
        }
        Exported::Popular { name, hits, unused_ms } => {
            if begin(POPULAR, name, out) {
                out.extend_from_slice(&hits.to_le_bytes());
                out.extend_from_slice(&float(ago(unused_ms)).to_le_bytes());
            }
        }
    }
}

fn begin(kind: u8, name: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(length) = u8::try_from(name.len()) else { return false };
    out.extend_from_slice(&[kind, length]);
    out.extend_from_slice(name);
    true
}

#[expect(clippy::cast_precision_loss, reason = "Unix times in milliseconds are far below 2⁵³")]
const fn float(ms: i64) -> f64 {
    ms as f64
}

/// What a row says.
#[derive(Debug, PartialEq)]
pub(crate) enum Row<'a> {
    Answer { name: Name, rtype: Rtype, payload: &'a [u8], stored_at: i64, expires_at: i64 },
    Popular { name: Name, hits: f64, last_used: i64 },
}

impl<'a> Row<'a> {
    /// Takes the first row off `rows`; `None` if there is none that makes sense.
    pub(crate) fn take(rows: &mut &'a [u8]) -> Option<Self> {
        let [kind, length] = array(rows)?;
        let name = Name::from_wire(slice(rows, usize::from(length))?).ok()?.to_lowercase();
        match kind {
            ANSWER => {
                let rtype = Rtype(u16::from_le_bytes(array(rows)?));
                let (stored_at, expires_at) = (time(rows)?, time(rows)?);
                let length = usize::try_from(u32::from_le_bytes(array(rows)?)).ok()?;
                let payload = slice(rows, length)?;
                payload::is_well_formed(rtype, payload).then_some(Self::Answer {
                    name,
                    rtype,
                    payload,
                    stored_at,
                    expires_at,
                })
            }
            POPULAR => {
                let hits = f64::from_le_bytes(array(rows)?);
                let last_used = time(rows)?;
                hits.is_finite().then_some(Self::Popular { name, hits, last_used })
            }
            _ => None,
        }
    }
}

/// How an answer that was stored and expires at these Unix times lives on at `wall_ms`: never longer than its TTL says,
/// and as a stale one if it is from the future, which a clock that was set leaves behind.
pub(crate) fn restored<'a>(
    name: &Name,
    payload: &'a [u8],
    stored_at: i64,
    expires_at: i64,
    wall_ms: i64,
    plan: &Plan,
) -> Restore<'a> {
    let (least, most) = plan.ttl_seconds;
    let ttl_ms = if plan.dynamic_ttl {
        LONGEST_DYNAMIC_MS
    } else {
        i64::from(payload::ttl(payload).clamp(least, most)) * 1_000
    };
    let stored_ago_ms = wall_ms.saturating_sub(stored_at);
    let left_ms = ttl_ms.saturating_sub(stored_ago_ms.max(0));
    Restore {
        payload,
        stored_ago_ms,
        expires_in_ms: expires_at.saturating_sub(wall_ms).min(left_ms),
        stale_ms: plan.stale_ms_of(name),
        refresh_ahead: plan.refresh_ahead,
        ..Restore::default()
    }
}

fn array<const N: usize>(rows: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = rows.split_first_chunk()?;
    *rows = rest;
    Some(*first)
}

fn slice<'a>(rows: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (first, rest) = rows.split_at_checked(length)?;
    *rows = rest;
    Some(first)
}

/// Milliseconds; `None` if it is no number.
fn time(rows: &mut &[u8]) -> Option<i64> {
    let ms = f64::from_le_bytes(array(rows)?);
    #[expect(clippy::cast_possible_truncation, reason = "a cast from float to integer saturates")]
    let whole = ms as i64;
    ms.is_finite().then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{ResolverOptions, RouteOption};
    use crate::server::{Protocol, ServerOption};
    use proptest::prelude::*;

    const NAME: &[u8] = b"\x01a\x04test\x00";
    /// TTL 300, then 198.51.100.1.
    const ADDRESS: &[u8] = &[0, 0, 1, 44, 198, 51, 100, 1];
    const WALL_MS: i64 = 1_900_000_000_000;

    fn plan(change: impl FnOnce(&mut ResolverOptions)) -> Plan {
        let mut options = ResolverOptions::default();
        change(&mut options);
        crate::snapshot::plan(&options, &crate::system::ResolvConf::default(), &[])
    }

    fn name(text: &str) -> Name {
        Name::from_ascii(text).expect("a name")
    }

    fn answer(rtype: u16, payload: &[u8]) -> Exported<'_> {
        Exported::Answer { name: NAME, rtype, payload, stored_ago_ms: 60_000, expires_in_ms: 240_000 }
    }

    #[test]
    fn rows_come_back_as_they_left() {
        let mut octets = Vec::new();
        append(&answer(1, ADDRESS), WALL_MS, &mut octets);
        append(&answer(16, ADDRESS), WALL_MS, &mut octets);
        append(&Exported::Popular { name: NAME, hits: 2.5, unused_ms: 1_000 }, WALL_MS, &mut octets);
        assert_eq!(octets[..4], [1, 8, 1, b'a']);
        let name = Name::from_wire(NAME).expect("a name");
        let mut rows = &octets[..];
        let (stored_at, expires_at) = (WALL_MS - 60_000, WALL_MS + 240_000);
        assert_eq!(
            Row::take(&mut rows),
            Some(Row::Answer {
                name: name.clone(),
                rtype: Rtype::A,
                payload: ADDRESS,
                stored_at,
                expires_at
            })
        );
        let last_used = WALL_MS - 1_000;
        assert_eq!(Row::take(&mut rows), Some(Row::Popular { name, hits: 2.5, last_used }));
        assert_eq!((Row::take(&mut rows), rows), (None, &[][..]));
    }

    #[test]
    fn rows_that_make_no_sense_are_none() {
        let mut good = Vec::new();
        append(&answer(1, ADDRESS), WALL_MS, &mut good);
        assert!(Row::take(&mut &good[..]).is_some());
        for length in 0..good.len() {
            assert_eq!(Row::take(&mut &good[..length]), None, "cut after {length} octets");
        }
        let changed = |at: usize, octet: u8| {
            let mut row = good.clone();
            row[at] = octet;
            Row::take(&mut &row[..]).is_some()
        };
        let (kind, label, rtype, stored_at, length) = (0, 2, 10, 12, 28);
        assert!(!changed(kind, 3));
        assert!(!changed(label, 0xc0), "a compressed name");
        assert!(!changed(rtype, 28), "octets of an IPv4 address alone make no IPv6 address");
        assert!(!changed(rtype, 16));
        assert!(!changed(length, 7));
        let mut row = good.clone();
        row[stored_at..stored_at + 8].copy_from_slice(&f64::NAN.to_le_bytes());
        assert_eq!(Row::take(&mut &row[..]), None);
    }

    #[test]
    fn an_answer_has_what_is_left_of_its_life() {
        let plan = plan(|_| ());
        let restored =
            restored(&name("a.example"), ADDRESS, WALL_MS - 60_000, WALL_MS + 240_000, WALL_MS, &plan);
        assert_eq!((restored.stored_ago_ms, restored.expires_in_ms), (60_000, 240_000));
        assert_eq!(restored.stale_ms, 86_400_000);
    }

    #[test]
    fn a_private_name_is_soon_forgotten() {
        let plan = plan(|options| {
            options.private_names = vec!["private.example".to_owned()];
            let servers =
                vec![ServerOption::plain(Protocol::Udp, "10.0.0.2:53".parse().expect("an address"))];
            options.routes = vec![RouteOption { suffix: "routed.example".to_owned(), servers }];
        });
        let of = |text: &str| restored(&name(text), ADDRESS, WALL_MS, WALL_MS, WALL_MS, &plan).stale_ms;
        assert_eq!(of("www.example"), 86_400_000);
        for text in ["db", "db.local", "db.private.example", "db.routed.example"] {
            assert_eq!(of(text), 600_000, "{text}");
        }
    }

    #[test]
    fn no_row_says_more_than_the_ttl_in_it() {
        let in_a_year = WALL_MS + 31_536_000_000;
        let left = |plan: &Plan| {
            restored(&name("a.example"), ADDRESS, WALL_MS - 60_000, in_a_year, WALL_MS, plan).expires_in_ms
        };
        assert_eq!(left(&plan(|_| ())), 240_000);
        assert_eq!(left(&plan(|options| options.cache.max_ttl_seconds = 100)), 40_000);
        assert_eq!(left(&plan(|options| options.cache.dynamic_ttl = true)), 540_000);
    }

    proptest! {
        #[test]
        fn however_the_clock_is_set_nothing_lives_longer_than_its_ttl(
            stored_at in any::<i64>(), expires_at in any::<i64>(), wall_ms in any::<i64>()
        ) {
            let restored = restored(&name("a.example"), ADDRESS, stored_at, expires_at, wall_ms, &plan(|_| ()));
            prop_assert!(restored.expires_in_ms.saturating_add(restored.stored_ago_ms.max(0)) <= 300_000);
        }

        #[test]
        fn any_octets_are_read_without_a_panic(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut rows = &octets[..];
            while Row::take(&mut rows).is_some() {}
        }
    }
}
