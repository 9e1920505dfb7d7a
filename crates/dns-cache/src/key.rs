//! How an answer is addressed.

/// The A record type.
pub(crate) const A: u16 = 1;
/// The AAAA record type.
const AAAA: u16 = 28;

/// A namespace that is open in one [`Cache`](crate::Cache).
///
/// Answers of one namespace are never visible in another. An identifier outlives its namespace harmlessly:
/// once the last user has closed it, reads miss and writes are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NamespaceId(u32);

impl NamespaceId {
    const SPREAD_BITS: u32 = 3;
    const SLOT_BITS: u32 = 16;

    /// `spread` is the binary logarithm of the number of shards used, `generation` tells users of one slot
    /// apart.
    pub(crate) fn new(slot: u16, spread: u32, generation: u16) -> Self {
        debug_assert!(spread < 1 << Self::SPREAD_BITS);
        Self(
            u32::from(slot)
                | spread << Self::SLOT_BITS
                | u32::from(generation) << (Self::SLOT_BITS + Self::SPREAD_BITS),
        )
    }

    pub(crate) fn slot(self) -> usize {
        (self.0 & 0xffff) as usize
    }

    /// Binary logarithm of the number of shards that the namespace is spread over.
    pub(crate) fn spread(self) -> u32 {
        self.0 >> Self::SLOT_BITS & ((1 << Self::SPREAD_BITS) - 1)
    }
}

/// What an answer is stored under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key<'a> {
    /// The namespace, from [`Cache::open_namespace`](crate::Cache::open_namespace).
    pub namespace: NamespaceId,
    /// The name in uncompressed wire form, lowercase, at most 255 octets. The cache compares octets and
    /// looks at nothing inside.
    pub name: &'a [u8],
    /// The record type.
    pub rtype: u16,
}

/// Where the answer of a type is kept among those of its name.
///
/// Addresses of both families are asked, used and evicted together, so they share a node of two rows. Every
/// other type has a node of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Tells nodes of one name apart.
    pub(crate) group: u16,
    /// Row in the node.
    pub(crate) row: usize,
}

impl Place {
    /// The record type that a row of a group answers.
    pub(crate) fn rtype(group: u16, row: usize) -> u16 {
        if row == 0 { group } else { AAAA }
    }

    pub(crate) fn of(rtype: u16) -> Self {
        match rtype {
            AAAA => Self { group: A, row: 1 },
            other => Self { group: other, row: 0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_their_parts() {
        let id = NamespaceId::new(0xfffe, 6, 0x1fff);
        assert_eq!((id.slot(), id.spread()), (0xfffe, 6));
        assert_ne!(id, NamespaceId::new(0xfffe, 6, 0x1ffe));
    }

    #[test]
    fn only_the_address_types_share_a_node() {
        assert_eq!(Place::of(A).group, Place::of(AAAA).group);
        assert_ne!(Place::of(A).row, Place::of(AAAA).row);
        assert_ne!(Place::of(16).group, Place::of(A).group);
        for rtype in [A, AAAA, 16] {
            let Place { group, row } = Place::of(rtype);
            assert_eq!(Place::rtype(group, row), rtype);
        }
    }
}
