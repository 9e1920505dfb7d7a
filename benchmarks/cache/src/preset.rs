//! The policies in time that are compared.

use dns_cache::Insert;

/// How long answers are taken for fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ttl {
    /// So many seconds for all.
    Fixed(u32),
    /// What the server says.
    Authoritative,
    /// 300 to 600 s by use, less while upstreams are slow.
    Dynamic,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    ttl: Ttl,
    refresh_ahead: bool,
    jitter: bool,
}

const fn preset(name: &'static str, ttl: Ttl, refresh_ahead: bool, jitter: bool) -> Preset {
    Preset { name, ttl, refresh_ahead, jitter }
}

pub(crate) const PRESETS: [Preset; 9] = [
    preset("fixed-60", Ttl::Fixed(60), false, false),
    preset("fixed-300", Ttl::Fixed(300), false, false),
    preset("fixed-300-jitter", Ttl::Fixed(300), false, true),
    preset("authoritative", Ttl::Authoritative, false, false),
    preset("authoritative-ahead", Ttl::Authoritative, true, false),
    preset("resilient", Ttl::Authoritative, true, true),
    preset("dynamic", Ttl::Dynamic, false, false),
    preset("dynamic-ahead", Ttl::Dynamic, true, false),
    preset("doubao-v1", Ttl::Dynamic, true, true),
];

impl Preset {
    /// An answer as this preset stores it.
    pub(crate) fn insert(self, payload: &[u8], ttl_seconds: u32) -> Insert<'_> {
        let ttl_seconds = if let Ttl::Fixed(seconds) = self.ttl { seconds } else { ttl_seconds };
        Insert {
            payload,
            ttl_ms: u64::from(ttl_seconds) * 1_000,
            dynamic_ttl: self.ttl == Ttl::Dynamic,
            jitter_share: if self.jitter { dns_cache::DEFAULT_JITTER_SHARE } else { 0.0 },
            refresh_ahead: self.refresh_ahead,
            ..Insert::default()
        }
    }
}
