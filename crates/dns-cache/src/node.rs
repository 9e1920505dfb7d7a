//! Nodes: an entry's place in its queue, off the path of readers.

use crate::arena::Addr;
use std::ops::{Index, IndexMut};

/// No node.
pub(crate) const NIL: u32 = u32::MAX;
/// In no queue: the node is free.
const FREE: u8 = u8::MAX;
/// The table grows by this part of itself, as a divisor, and by so many nodes at least.
const GROWTH: usize = 8;
const LEAST_GROWTH: usize = 16;

/// One name with the answers of its group: 16 octets, beside its record in the arena.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Neighbour that was queued later, or [`NIL`].
    pub(crate) newer: u32,
    /// Neighbour that was queued earlier, or [`NIL`]. The next free node while this one is free.
    pub(crate) older: u32,
    pub(crate) addr: Addr,
    /// Index of the queue it is in, or [`FREE`].
    pub(crate) queue: u8,
}

/// All nodes of one namespace in one shard, numbered; free ones are reused.
#[derive(Debug)]
pub(crate) struct Nodes {
    nodes: Vec<Node>,
    free: u32,
}

impl Default for Nodes {
    fn default() -> Self {
        Self { nodes: Vec::new(), free: NIL }
    }
}

impl Nodes {
    pub(crate) fn alloc(&mut self) -> u32 {
        if self.free != NIL {
            let id = self.free;
            self.free = self[id].older;
            self[id] = Node::default();
            return id;
        }
        let id = self.nodes.len();
        if id == self.nodes.capacity() {
            self.nodes.reserve_exact((id / GROWTH).max(LEAST_GROWTH));
        }
        self.nodes.push(Node::default());
        u32::try_from(id).expect("the arena addresses fewer records")
    }

    /// Numbers that are or have been in use are below this.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn is_in_use(&self, id: u32) -> bool {
        self.nodes.get(id as usize).is_some_and(|node| node.queue != FREE)
    }

    pub(crate) fn free(&mut self, id: u32) {
        self[id].older = self.free;
        self[id].queue = FREE;
        self.free = id;
    }
}

impl Index<u32> for Nodes {
    type Output = Node;

    fn index(&self, id: u32) -> &Node {
        &self.nodes[id as usize]
    }
}

impl IndexMut<u32> for Nodes {
    fn index_mut(&mut self, id: u32) -> &mut Node {
        &mut self.nodes[id as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_reused() {
        let mut nodes = Nodes::default();
        let ids: Vec<u32> = (0..300).map(|_| nodes.alloc()).collect();
        assert_eq!(ids, (0..300).collect::<Vec<_>>());
        nodes.free(17);
        nodes.free(200);
        let unused = (0..400).filter(|&id| !nodes.is_in_use(id));
        assert_eq!(unused.take(3).collect::<Vec<_>>(), [17, 200, 300]);
        assert_eq!((nodes.alloc(), nodes.alloc(), nodes.alloc()), (200, 17, 300));
    }

    #[test]
    fn a_node_is_small() {
        assert_eq!(size_of::<Node>(), 16);
    }
}
