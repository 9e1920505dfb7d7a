//! The system check: files and interfaces are looked at, and what changed is put in force.

use std::sync::Arc;

use super::IoThread;
use super::suspension::Clocks;
use crate::engine::Turn;
use crate::event::Event;
use crate::resolver::Resolver;
use crate::snapshot::Snapshot;
use crate::stats::count;
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
        self.keep_warnings(Some(resolver.environment));
        let snapshot = Arc::new(Snapshot::new(&resolver.options, &view, &self.shared.cache));
        resolver.set_snapshot(Arc::clone(&snapshot));
        snapshot
    }

    /// Looks at files, interfaces and clocks, and puts what changed in force.
    pub(super) fn check_system(&mut self) {
        let clocks = Clocks {
            awake_before: self.started.elapsed(),
            counting: Time::now(),
            awake_after: self.started.elapsed(),
        };
        self.check_system_at(clocks);
    }

    fn check_system_at(&mut self, clocks: Clocks) {
        let resumed = self.suspension.look(clocks);
        let interfaces_changed = self.look_at_interfaces();
        let files_changed = self.system.check();
        let resolvers = self.shared.open_resolvers();
        self.keep_warnings(resolvers.first().map(|resolver| resolver.environment));
        self.look_at_watched_files(&resolvers);
        let network_changed = interfaces_changed || resumed;
        let mut changed = network_changed;
        if files_changed {
            for resolver in &resolvers {
                let Some(before) = resolver.snapshot() else { continue };
                let view = self.system.view(&resolver.options);
                let after = Snapshot::new(&resolver.options, &view, &self.shared.cache);
                if before.differs(&after) {
                    // What has proven to be private is so for whichever servers come next.
                    self.shared.cache.mark_like(after.namespace.id(), before.namespace.id());
                    resolver.set_snapshot(Arc::new(after));
                    changed = true;
                }
            }
        }
        if network_changed {
            self.engine.network_changed(&mut Turn { now: Time::now(), network: &mut self.sockets });
            for resolver in &resolvers {
                if let Some(snapshot) = resolver.snapshot() {
                    self.shared.cache.network_changed(snapshot.namespace.id());
                }
            }
        }
        if files_changed {
            self.engine.forget_closed_namespaces();
        }
        if changed {
            self.shared.move_generations();
        }
        if resumed {
            count(&self.shared.counters.resumes);
            self.notify_all(&resolvers, &Event::Resumed);
        }
        if interfaces_changed {
            count(&self.shared.counters.network_changes);
            self.notify_all(&resolvers, &Event::NetworkChanged);
        }
    }

    /// Tells every environment that has one of `resolvers`.
    fn notify_all(&self, resolvers: &[Arc<Resolver>], event: &Event) {
        let mut told = Vec::new();
        for resolver in resolvers {
            if !told.contains(&resolver.environment) {
                told.push(resolver.environment);
                self.shared.host.notify(resolver.environment, event);
            }
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

    /// An environment hears once of a file, however many of its resolvers watch it.
    fn look_at_watched_files(&self, resolvers: &[Arc<Resolver>]) {
        let mut told: Vec<(u32, String)> = Vec::new();
        for resolver in resolvers {
            let Some(path) = resolver.changed_file() else { continue };
            let news = (resolver.environment, path);
            if !told.contains(&news) {
                told.push(news);
            }
        }
        for (environment, path) in told {
            self.shared.host.notify(environment, &Event::FileChanged(path));
        }
    }

    /// Keeps what the files gave to complain of, and tells `environment`.
    fn keep_warnings(&mut self, environment: Option<u32>) {
        let fresh = self.system.take_warnings();
        if fresh.is_empty() {
            return;
        }
        if let Some(environment) = environment {
            for warning in &fresh {
                self.shared.host.notify(environment, &Event::Warning(warning.clone()));
            }
        }
        let mut warnings = self.shared.warnings.lock();
        warnings.extend(fresh);
        let surplus = warnings.len().saturating_sub(WARNINGS);
        warnings.drain(..surplus);
    }
}

#[cfg(test)]
mod tests;
