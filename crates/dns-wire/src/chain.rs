//! Aliases one after the other.

use crate::owner::Owner;
use crate::{Rdata, Record};

/// The most aliases followed from the name asked for to the one that owns the records.
pub const MAX_CHAIN: usize = 11;

/// Why the aliases of an answer lead nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ChainError {
    /// An alias leads back to a name already passed.
    #[error("CNAME loop")]
    Loop,
    /// More than eleven aliases.
    #[error("more than {MAX_CHAIN} CNAMEs in a row")]
    TooLong,
}

/// What is to be known of the aliases followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aliases {
    pub(crate) count: usize,
    /// `u32::MAX` without any.
    pub(crate) min_ttl: u32,
}

impl Aliases {
    pub(crate) const NONE: Self = Self { count: 0, min_ttl: u32::MAX };
}

/// The aliases followed so far.
pub(crate) struct Chain {
    /// Where the targets stand in the message.
    targets: [usize; MAX_CHAIN],
    aliases: Aliases,
}

impl Chain {
    pub(crate) fn new() -> Self {
        Self { targets: [0; MAX_CHAIN], aliases: Aliases::NONE }
    }

    pub(crate) fn aliases(&self) -> Aliases {
        self.aliases
    }

    /// Follows an alias, which must be one of `owner`'s.
    pub(crate) fn follow<'a>(&mut self, alias: Record<'a>, owner: &mut Owner<'a>) -> Result<(), ChainError> {
        let Ok(Rdata::Cname(target)) = alias.rdata() else { return Ok(()) };
        let Aliases { count, min_ttl } = &mut self.aliases;
        if owner.was_asked(target)
            || self.targets.iter().take(*count).any(|&place| target.beside(place) == target)
        {
            return Err(ChainError::Loop);
        }
        *self.targets.get_mut(*count).ok_or(ChainError::TooLong)? = target.place();
        *count += 1;
        *min_ttl = alias.ttl().min(*min_ttl);
        owner.move_to(target);
        Ok(())
    }
}
