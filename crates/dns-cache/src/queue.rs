//! First-in-first-out queues of nodes.

use crate::node::Nodes;
use std::collections::VecDeque;

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

/// Numbers of retired nodes in a queue, as a part of it; and so many more, as a divisor.
const RETIRED: usize = 8;
const LEAST_RETIRED: usize = 16;
/// A queue grows by this part of itself, as a divisor, and by so many nodes at least.
const GROWTH: usize = 8;
const LEAST_GROWTH: usize = 16;

/// One queue, with the weight of what is in it.
///
/// Four octets a name: a ring of the numbers of nodes, in which one that leaves from the middle stays as a retired
/// number until its turn comes, or there are too many of them.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    ids: VecDeque<u32>,
    retired: usize,
    weight: Weight,
}

impl Queue {
    pub(crate) fn weight(&self) -> Weight {
        self.weight
    }

    /// Nodes in the queue.
    pub(crate) fn names(&self) -> usize {
        self.ids.len() - self.retired
    }

    /// Places in the queue, those of retired nodes included.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The node at a place, the oldest first, unless it is retired.
    pub(crate) fn at(&self, nodes: &Nodes, place: usize) -> Option<u32> {
        self.ids.get(place).copied().filter(|&id| nodes.get(id).is_some())
    }

    /// The node that is next to go, if any.
    pub(crate) fn oldest(&mut self, nodes: &mut Nodes) -> Option<u32> {
        while let Some(&id) = self.ids.front() {
            if nodes.get(id).is_some() {
                return Some(id);
            }
            self.ids.pop_front();
            self.retired -= 1;
            nodes.free(id);
        }
        None
    }

    /// Puts a node at the young end.
    pub(crate) fn push(&mut self, id: u32, weight: Weight) {
        if self.ids.len() == self.ids.capacity() {
            self.ids.reserve_exact((self.ids.len() / GROWTH).max(LEAST_GROWTH));
        }
        self.weight = self.weight.plus(weight);
        self.ids.push_back(id);
    }

    /// Takes the oldest node out, which keeps its number.
    pub(crate) fn pop(&mut self, weight: Weight) {
        self.weight = self.weight.minus(weight);
        self.ids.pop_front();
    }

    /// Takes a node out, whose number ends with that.
    pub(crate) fn take(&mut self, nodes: &mut Nodes, id: u32, weight: Weight) {
        if self.ids.front() == Some(&id) {
            self.pop(weight);
            return nodes.free(id);
        }
        self.weight = self.weight.minus(weight);
        self.retired += 1;
        nodes.retire(id);
    }

    /// Drops retired nodes if there are too many.
    pub(crate) fn tidy(&mut self, nodes: &mut Nodes) {
        if self.retired <= self.ids.len() / RETIRED + LEAST_RETIRED {
            return;
        }
        self.retired = 0;
        self.ids.retain(|&id| {
            let stays = nodes.get(id).is_some();
            if !stays {
                nodes.free(id);
            }
            stays
        });
    }

    /// A node in the queue has changed its weight.
    pub(crate) fn reweigh(&mut self, old: Weight, new: Weight) {
        self.weight = self.weight.minus(old).plus(new);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::arena::Addr;

    const ONE: Weight = Weight { entries: 1, bytes: 10 };

    fn filled(nodes: &mut Nodes, count: usize) -> Queue {
        let mut queue = Queue::default();
        for _ in 0..count {
            queue.push(nodes.alloc(Addr::default()), ONE);
        }
        queue
    }

    fn drain(queue: &mut Queue, nodes: &mut Nodes) -> Vec<u32> {
        let mut order = Vec::new();
        while let Some(id) = queue.oldest(nodes) {
            queue.pop(ONE);
            order.push(id);
        }
        order
    }

    #[test]
    fn leaves_in_order_whatever_is_taken_out_of_the_middle() {
        let mut nodes = Nodes::default();
        let mut queue = filled(&mut nodes, 5);
        queue.take(&mut nodes, 2, ONE);
        queue.take(&mut nodes, 0, ONE);
        queue.take(&mut nodes, 4, ONE);
        queue.push(nodes.alloc(Addr::default()), ONE);
        assert_eq!(queue.weight(), Weight { entries: 3, bytes: 30 });
        assert_eq!((0..queue.len()).map(|at| queue.at(&nodes, at)).collect::<Vec<_>>()[..2], [Some(1), None]);
        // The number of the oldest was free at once, the others wait for their turn.
        assert_eq!(drain(&mut queue, &mut nodes), [1, 3, 0]);
        assert_eq!(queue.weight(), Weight::default());
    }

    #[test]
    fn retired_numbers_do_not_pile_up() {
        let mut nodes = Nodes::default();
        let mut queue = filled(&mut nodes, 200);
        for id in (0..200).filter(|id| id % 10 != 0) {
            queue.take(&mut nodes, id, ONE);
            queue.tidy(&mut nodes);
            assert!(queue.retired <= queue.len() / RETIRED + LEAST_RETIRED);
        }
        assert!(queue.len() <= 20 + 20 / RETIRED + LEAST_RETIRED);
        assert_eq!(drain(&mut queue, &mut nodes), (0..20).map(|ten| ten * 10).collect::<Vec<_>>());
        assert!((0..200).filter(|id| id % 10 != 0).all(|id| nodes.get(id).is_none()));
    }
}
