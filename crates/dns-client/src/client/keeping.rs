//! What the cache has learnt leaves to be kept elsewhere, and comes back.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use dns_cache::{Exported, NamespaceId, POPULAR_NAMES};
use dns_wire::Name;

use super::Client;
use crate::answer::{Answer, Status, Waiter};
use crate::exchange::{Command, Import};
use crate::resolver::Resolver;
use crate::rows;
use crate::time::Time;

/// Octets of rows in one piece, unless a single row is larger.
const PIECE: usize = 1 << 16;

/// A name that is used, and how much beside the others of its namespace.
#[derive(Debug, Clone, PartialEq)]
pub struct PopularName {
    /// In presentation form, without a trailing dot.
    pub name: String,
    /// 0 to 100, the busiest.
    pub weight: f64,
    /// Unix time in milliseconds.
    pub last_used_ms: u64,
}

impl Client {
    /// A piece of the answers and popular names of the resolver's namespace, as rows, and where to go on: 0 at the start
    /// and at the end. Pieces of one walk tell of the cache at different moments.
    #[must_use]
    pub fn export(&self, resolver: &Arc<Resolver>, cursor: u64) -> (u64, Vec<u8>) {
        let mut piece = Vec::new();
        let Some(snapshot) = resolver.snapshot() else { return (0, piece) };
        let wall_ms = unix_ms();
        let (cache, namespace) = (&self.shared.cache, snapshot.namespace.id());
        let next = cache.export(namespace, cursor, Time::now().as_millis(), |exported| {
            let before = piece.len();
            rows::append(&exported, wall_ms, &mut piece);
            let fits = piece.len() <= PIECE || before == 0;
            if !fits {
                piece.truncate(before);
            }
            fits
        });
        (next.unwrap_or(0), piece)
    }

    /// Takes rows of [`Client::export`] back, whole ones, on the I/O thread: what is there already stays. Rows of a
    /// namespace with another digest (hexadecimal) are ignored, and so is what follows a row that makes no sense.
    ///
    /// `waiter` gets [`Status::Ok`] with JSON in [`Answer::records`]: `{"imported": answers that were stored, "matched":
    /// whether the digest is the resolver's}`. Returns true, with a failure in `out`, if nothing could be started.
    pub fn import(
        &self,
        resolver: &Arc<Resolver>,
        waiter: Waiter,
        digest: &str,
        rows: Vec<u8>,
        out: &mut Answer,
    ) -> bool {
        out.clear();
        if resolver.is_closed() {
            out.status = Status::Closed;
            return true;
        }
        let import = Import {
            resolver: Arc::clone(resolver),
            waiter,
            digest: digest.into(),
            rows,
            at: 0,
            imported: 0,
        };
        self.submit_or_fail(Command::Import(Box::new(import)), out)
    }

    /// The names used most in the resolver's namespace, 10 000 at most, the busiest first.
    #[must_use]
    pub fn popularity(&self, resolver: &Arc<Resolver>) -> Vec<PopularName> {
        let Some(snapshot) = resolver.snapshot() else { return Vec::new() };
        let wall_ms = unix_ms();
        let popular = self.shared.cache.popularity(snapshot.namespace.id(), Time::now().as_millis());
        let names = popular.into_iter().filter_map(|popular| {
            let name = Name::from_wire(&popular.name).ok()?.to_string();
            let last_used_ms = wall_ms.unsigned_abs().saturating_sub(popular.unused_ms);
            Some(PopularName { name, weight: popular.weight, last_used_ms })
        });
        names.collect()
    }
}

impl Client {
    /// How many names [`Client::popularity`] would tell, without telling them.
    pub(super) fn popular_names(&self, namespace: NamespaceId) -> u64 {
        let mut names = 0;
        let _at_the_end = self.shared.cache.export(namespace, 0, Time::now().as_millis(), |exported| {
            names += usize::from(matches!(exported, Exported::Popular { .. }));
            names < POPULAR_NAMES
        });
        names as u64
    }
}

/// The wall clock; 0 while it is set to a time before 1970.
pub(crate) fn unix_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
