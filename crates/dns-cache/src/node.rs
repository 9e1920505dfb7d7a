//! Nodes: the numbers that records keep while they move.

use crate::arena::Addr;

/// No node.
pub(crate) const NIL: u32 = u32::MAX;
/// In the highest octet, where no address has them: a number that a queue still holds though its name is gone, and one
/// that is free, with the next free one below.
const RETIRED: u32 = 0xfe00_0000;
const FREE: u32 = 0xff00_0000;
const NEXT: u32 = 0x00ff_ffff;
/// The table grows by this part of itself, as a divisor, and by so many nodes at least.
const GROWTH: usize = 8;
const LEAST_GROWTH: usize = 16;

/// Where the record of each node is, by its number. Four octets a name.
#[derive(Debug)]
pub(crate) struct Nodes {
    words: Vec<u32>,
    /// The number that was freed last, or [`NEXT`].
    free: u32,
}

impl Default for Nodes {
    fn default() -> Self {
        Self { words: Vec::new(), free: NEXT }
    }
}

impl Nodes {
    pub(crate) fn alloc(&mut self, addr: Addr) -> u32 {
        if self.free != NEXT {
            let id = self.free;
            let word = &mut self.words[id as usize];
            self.free = *word & NEXT;
            *word = addr.bits();
            return id;
        }
        let id = self.words.len();
        if id == self.words.capacity() {
            self.words.reserve_exact((id / GROWTH).max(LEAST_GROWTH));
        }
        self.words.push(addr.bits());
        u32::try_from(id).expect("room is checked before a name is stored")
    }

    /// Whether one more name can be numbered.
    pub(crate) fn has_room(&self) -> bool {
        self.free != NEXT || self.words.len() < NEXT as usize
    }

    /// Numbers that are or have been in use are below this.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// Where the record is; none if the number is not in use.
    pub(crate) fn get(&self, id: u32) -> Option<Addr> {
        let word = *self.words.get(id as usize)?;
        (word < RETIRED).then(|| Addr::from_bits(word))
    }

    /// Where the record of a number in use is.
    pub(crate) fn addr(&self, id: u32) -> Addr {
        Addr::from_bits(self.words[id as usize])
    }

    pub(crate) fn set(&mut self, id: u32, addr: Addr) {
        self.words[id as usize] = addr.bits();
    }

    /// The name is gone. The number is given to no other before it is freed.
    pub(crate) fn retire(&mut self, id: u32) {
        self.words[id as usize] = RETIRED;
    }

    pub(crate) fn free(&mut self, id: u32) {
        self.words[id as usize] = FREE | self.free;
        self.free = id;
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_reused_once_they_are_free() {
        let mut nodes = Nodes::default();
        let addr = Addr::from_bits(7);
        let ids: Vec<u32> = (0..300).map(|_| nodes.alloc(addr)).collect();
        assert_eq!(ids, (0..300).collect::<Vec<_>>());
        nodes.retire(5);
        nodes.free(17);
        nodes.free(200);
        let unused = (0..400).filter(|&id| nodes.get(id).is_none());
        assert_eq!(unused.take(4).collect::<Vec<_>>(), [5, 17, 200, 300]);
        assert_eq!([(); 3].map(|()| nodes.alloc(addr)), [200, 17, 300]);
    }
}
