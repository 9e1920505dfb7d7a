//! The least recently used name goes: the textbook's list through a table.

use std::collections::HashMap;
use std::rc::Rc;

const NIL: u32 = u32::MAX;

struct Node<V> {
    name: Rc<[u8]>,
    value: V,
    newer: u32,
    older: u32,
}

/// A cache of so many names.
pub(crate) struct Lru<V> {
    capacity: usize,
    places: HashMap<Rc<[u8]>, u32>,
    nodes: Vec<Node<V>>,
    newest: u32,
    oldest: u32,
}

impl<V: Copy> Lru<V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, places: HashMap::new(), nodes: Vec::new(), newest: NIL, oldest: NIL }
    }

    pub(crate) fn get(&mut self, name: &[u8]) -> Option<V> {
        let place = *self.places.get(name)?;
        self.unlink(place);
        self.push(place);
        Some(self.nodes[place as usize].value)
    }

    /// Stores a name that is not there.
    pub(crate) fn insert(&mut self, name: &[u8], value: V) {
        let node = Node { name: name.into(), value, newer: NIL, older: NIL };
        let key = node.name.clone();
        let place = if self.nodes.len() < self.capacity {
            self.nodes.push(node);
            u32::try_from(self.nodes.len() - 1).unwrap_or(NIL)
        } else {
            let place = self.oldest;
            self.unlink(place);
            self.places.remove(&self.nodes[place as usize].name);
            self.nodes[place as usize] = node;
            place
        };
        self.places.insert(key, place);
        self.push(place);
    }

    fn unlink(&mut self, place: u32) {
        let Node { newer, older, .. } = self.nodes[place as usize];
        match newer {
            NIL => self.newest = older,
            newer => self.nodes[newer as usize].older = older,
        }
        match older {
            NIL => self.oldest = newer,
            older => self.nodes[older as usize].newer = newer,
        }
    }

    fn push(&mut self, place: u32) {
        let node = &mut self.nodes[place as usize];
        (node.newer, node.older) = (NIL, self.newest);
        match self.newest {
            NIL => self.oldest = place,
            newest => self.nodes[newest as usize].newer = place,
        }
        self.newest = place;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes() {
        let mut lru = Lru::new(2);
        lru.insert(b"a", 1);
        lru.insert(b"b", 2);
        assert_eq!(lru.get(b"a"), Some(1));
        lru.insert(b"c", 3);
        assert_eq!((lru.get(b"a"), lru.get(b"b"), lru.get(b"c")), (Some(1), None, Some(3)));
    }
}
