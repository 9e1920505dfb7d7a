//! The system check: files and interfaces are looked at, and what changed is put in force.

use std::sync::Arc;

use super::IoThread;
use crate::engine::Turn;
use crate::resolver::Resolver;
use crate::snapshot::Snapshot;
use crate::system::InterfaceTable;
use crate::time::Time;

/// Warnings that are kept for [`crate::Stats`].
const WARNINGS: usize = 16;

impl IoThread {
    /// What `resolver` goes by, made at its first lookup.
    pub(super) fn snapshot(&mut self, resolver: &Arc<Resolver>) -> Arc<Snapshot> {
        if let Some(snapshot) = resolver.snapshot() {
            return snapshot;
        }
        let view = self.system.view(&resolver.options);
        self.keep_warnings();
        let snapshot = Arc::new(Snapshot::new(&resolver.options, &view, &self.shared.cache));
        resolver.set_snapshot(Arc::clone(&snapshot));
        snapshot
    }

    /// Looks at files and interfaces, and puts what changed in force.
    pub(super) fn check_system(&mut self) {
        let interfaces_changed = self.look_at_interfaces();
        let files_changed = self.system.check();
        self.keep_warnings();
        let mut changed = interfaces_changed;
        if files_changed {
            let resolvers: Vec<_> =
                self.shared.resolvers.lock().iter().filter_map(std::sync::Weak::upgrade).collect();
            for resolver in resolvers {
                let Some(before) = resolver.snapshot() else { continue };
                let view = self.system.view(&resolver.options);
                let after = Snapshot::new(&resolver.options, &view, &self.shared.cache);
                if before.differs(&after) {
                    resolver.set_snapshot(Arc::new(after));
                    changed = true;
                }
            }
        }
        if interfaces_changed {
            self.engine.network_changed(&mut Turn { now: Time::now(), network: &mut self.sockets });
            for resolver in self.shared.resolvers.lock().iter().filter_map(std::sync::Weak::upgrade) {
                if let Some(snapshot) = resolver.snapshot() {
                    self.shared.cache.network_changed(snapshot.namespace.id());
                }
            }
        }
        if changed {
            self.shared.move_generations();
        }
    }

    /// Returns true if the machine's addresses changed since the last look.
    pub(super) fn look_at_interfaces(&mut self) -> bool {
        // Where they cannot be listed, nothing is known to have changed.
        let Ok(table) = InterfaceTable::read() else { return false };
        if self.interfaces.as_ref() == Some(&table) {
            return false;
        }
        let first = self.interfaces.is_none();
        self.epoch += 1;
        self.shared.sources.lock().begin_epoch(self.epoch);
        self.shared.set_families(table.families());
        self.interfaces = Some(table);
        !first
    }

    fn keep_warnings(&mut self) {
        let fresh = self.system.take_warnings();
        if fresh.is_empty() {
            return;
        }
        let mut warnings = self.shared.warnings.lock();
        warnings.extend(fresh);
        let surplus = warnings.len().saturating_sub(WARNINGS);
        warnings.drain(..surplus);
    }
}
