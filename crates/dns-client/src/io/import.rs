//! Import: rows that were kept elsewhere enter the cache, some at a time, so that nobody waits long behind them.

use dns_cache::{Key, Outcome};

use super::IoThread;
use crate::answer::{Answer, Status};
use crate::client::unix_ms;
use crate::exchange::{Command, Import};
use crate::private_addresses::holds_private_address;
use crate::rows::{self, Row};
use crate::snapshot::Snapshot;
use crate::time::Time;

/// Rows taken before commands that came since get their turn.
const ROWS: usize = 1_024;

impl IoThread {
    /// Takes the next rows of an import.
    pub(super) fn import(&mut self, mut import: Box<Import>) {
        let snapshot = (!import.resolver.is_closed()).then(|| self.snapshot(&import.resolver));
        let mut answer = Answer::default();
        match snapshot {
            None => answer.status = Status::Closed,
            Some(snapshot) => {
                let matched = snapshot.namespace.digest_text() == *import.digest;
                if matched && !self.take_rows(&mut import, &snapshot, unix_ms()) {
                    self.shared.submit(Command::Import(import));
                    return;
                }
                let imported = import.imported;
                answer.records = format!(r#"{{"imported":{imported},"matched":{matched}}}"#).into_bytes();
            }
        }
        self.engine.completed().push(import.waiter, answer);
    }

    /// Returns true if no row is left.
    fn take_rows(&self, import: &mut Import, snapshot: &Snapshot, wall_ms: i64) -> bool {
        let (cache, namespace) = (&self.shared.cache, snapshot.namespace.id());
        let now_ms = Time::now().as_millis();
        let mut rest = import.rows.get(import.at..).unwrap_or_default();
        for _ in 0..ROWS {
            match Row::take(&mut rest) {
                None => return true,
                Some(Row::Answer { name, rtype, payload, stored_at, expires_at }) => {
                    let key = Key { namespace, name: name.as_wire(), rtype: rtype.0 };
                    if snapshot.plan.has_fallback() && holds_private_address(rtype, payload) {
                        // Whoever said so: this errs on the safe side.
                        cache.mark(namespace, name.as_wire());
                    }
                    let restore =
                        rows::restored(&name, payload, stored_at, expires_at, wall_ms, &snapshot.plan);
                    import.imported += u32::from(cache.restore(&key, &restore, now_ms) == Outcome::Stored);
                }
                Some(Row::Popular { name, hits, last_used }) => {
                    let unused_ms = wall_ms.saturating_sub(last_used).max(0).unsigned_abs();
                    cache.restore_popularity(namespace, name.as_wire(), hits, unused_ms, now_ms);
                }
            }
        }
        import.at = import.rows.len() - rest.len();
        false
    }
}
