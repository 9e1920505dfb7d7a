//! First-in-first-out queues threaded through the nodes.

use crate::node::{NIL, Nodes};

/// What something takes of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Weight {
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
}

impl Weight {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { entries: self.entries + other.entries, bytes: self.bytes + other.bytes }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self { entries: self.entries - other.entries, bytes: self.bytes - other.bytes }
    }

    /// What is needed beyond `other`.
    pub(crate) fn beyond(self, other: Self) -> Self {
        Self {
            entries: self.entries.saturating_sub(other.entries),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }

    pub(crate) fn fits(self, limit: Self) -> bool {
        self.entries <= limit.entries && self.bytes <= limit.bytes
    }
}

/// One queue, with the weight of what is in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Queue {
    newest: u32,
    oldest: u32,
    weight: Weight,
}

impl Default for Queue {
    fn default() -> Self {
        Self { newest: NIL, oldest: NIL, weight: Weight::default() }
    }
}

impl Queue {
    pub(crate) fn weight(&self) -> Weight {
        self.weight
    }

    /// The node that is next to go, if any.
    pub(crate) fn oldest(&self) -> Option<u32> {
        (self.oldest != NIL).then_some(self.oldest)
    }

    pub(crate) fn push(&mut self, nodes: &mut Nodes, id: u32, weight: Weight) {
        self.weight = self.weight.plus(weight);
        let node = &mut nodes[id];
        node.newer = NIL;
        node.older = self.newest;
        match self.newest {
            NIL => self.oldest = id,
            newest => nodes[newest].newer = id,
        }
        self.newest = id;
    }

    pub(crate) fn unlink(&mut self, nodes: &mut Nodes, id: u32, weight: Weight) {
        self.weight = self.weight.minus(weight);
        let (newer, older) = (nodes[id].newer, nodes[id].older);
        match newer {
            NIL => self.newest = older,
            newer => nodes[newer].older = older,
        }
        match older {
            NIL => self.oldest = newer,
            older => nodes[older].newer = newer,
        }
    }

    /// A node in the queue has changed its weight.
    pub(crate) fn reweigh(&mut self, old: Weight, new: Weight) {
        self.weight = self.weight.minus(old).plus(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(queue: &mut Queue, nodes: &mut Nodes) -> Vec<u32> {
        let mut order = Vec::new();
        while let Some(id) = queue.oldest() {
            queue.unlink(nodes, id, Weight { entries: 1, bytes: 10 });
            order.push(id);
        }
        order
    }

    #[test]
    fn leaves_in_order_whatever_is_taken_out_of_the_middle() {
        let mut nodes = Nodes::default();
        let mut queue = Queue::default();
        let one = Weight { entries: 1, bytes: 10 };
        for _ in 0..5 {
            let id = nodes.alloc();
            queue.push(&mut nodes, id, one);
        }
        queue.unlink(&mut nodes, 2, one);
        queue.unlink(&mut nodes, 0, one);
        queue.unlink(&mut nodes, 4, one);
        queue.push(&mut nodes, 0, one);
        assert_eq!(queue.weight(), Weight { entries: 3, bytes: 30 });
        assert_eq!(drain(&mut queue, &mut nodes), [1, 3, 0]);
        assert_eq!(queue.weight(), Weight::default());
    }
}
