//! The owners of namespaces are told that there are samples to take.

use super::IoThread;
use crate::event::Event;

impl IoThread {
    /// Who has been told already and has not taken them is not told again: its event loop may be blocked for long.
    pub(super) fn tell_owners(&mut self) {
        for namespace in self.engine.take_news() {
            let Some((environment, handle)) = self.shared.make_owner(namespace) else { continue };
            let guided = self.shared.guided.of(namespace);
            if guided.samples.lock().told.replace(environment) != Some(environment) {
                self.shared.host.notify(environment, &Event::Samples(handle));
            }
        }
    }
}
