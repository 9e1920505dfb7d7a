//! Nodes: what an entry is besides its octets.

use crate::arena::Addr;
use crate::live::Live;
use crate::record::ROWS;
use std::ops::{Index, IndexMut};

/// No node.
pub(crate) const NIL: u32 = u32::MAX;
/// Nodes in one allocation.
const CHUNK: usize = 128;

/// One name with the answers of its group: 24 octets, beside its record in the arena.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) live: [Live; ROWS],
    /// Neighbour that was queued later, or [`NIL`].
    pub(crate) newer: u32,
    /// Neighbour that was queued earlier, or [`NIL`]. The next free node while this one is free.
    pub(crate) older: u32,
    pub(crate) addr: Addr,
    /// Index of the queue it is in.
    pub(crate) queue: u8,
}

impl Node {
    /// How often the name was used since the eviction last looked, 0–3. A lookup reads both families at once, so the
    /// busier row counts, not the sum.
    pub(crate) fn uses(&self) -> u32 {
        self.live.iter().map(Live::uses).max().unwrap_or(0)
    }
}

/// All nodes of one namespace in one shard, numbered; free ones are reused.
#[derive(Debug)]
pub(crate) struct Nodes {
    chunks: Vec<Vec<Node>>,
    free: u32,
}

impl Default for Nodes {
    fn default() -> Self {
        Self { chunks: Vec::new(), free: NIL }
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
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::new());
        }
        let full = (self.chunks.len() - 1) * CHUNK;
        let chunk = self.chunks.last_mut().expect("a chunk was pushed when there was none with room");
        chunk.push(Node::default());
        u32::try_from(full + chunk.len() - 1).expect("the arena addresses fewer records")
    }

    pub(crate) fn free(&mut self, id: u32) {
        self[id].older = self.free;
        self.free = id;
    }
}

impl Index<u32> for Nodes {
    type Output = Node;

    fn index(&self, id: u32) -> &Node {
        let id = id as usize;
        &self.chunks[id / CHUNK][id % CHUNK]
    }
}

impl IndexMut<u32> for Nodes {
    fn index_mut(&mut self, id: u32) -> &mut Node {
        let id = id as usize;
        &mut self.chunks[id / CHUNK][id % CHUNK]
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
        assert_eq!((nodes.alloc(), nodes.alloc(), nodes.alloc()), (200, 17, 300));
    }

    #[cfg(not(loom))]
    #[test]
    fn a_node_is_small() {
        assert_eq!(size_of::<Node>(), 24);
    }
}
