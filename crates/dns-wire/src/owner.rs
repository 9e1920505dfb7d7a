//! Telling whose records are whose.

use crate::{Name, ParsedName, Record};

/// The name whose records are looked for in one message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    asked: &'a Name,
    /// Where the name stands in the message, most owners being a pointer to it; 0 until it has been found
    /// there.
    place: usize,
    /// Whether `place` is the target of an alias, which is then the name, and not the one asked for.
    aliased: bool,
}

impl<'a> Owner<'a> {
    /// The name asked for.
    #[inline]
    pub(crate) fn asked(name: &'a Name) -> Self {
        Self { asked: name, place: 0, aliased: false }
    }

    /// Continues with the target of an alias.
    pub(crate) fn move_to(&mut self, target: ParsedName<'a>) {
        self.place = target.place();
        self.aliased = true;
    }

    /// Whether `record` belongs to the name. Remembers where the name stands.
    #[inline]
    pub(crate) fn owns(&mut self, record: &Record<'a>) -> bool {
        let owns = self.is_of(record);
        if owns {
            self.place = record.owner_place();
        }
        owns
    }

    /// Whether `record` belongs to the name.
    #[inline]
    pub(crate) fn is_of(self, record: &Record<'a>) -> bool {
        self.place == record.owner_place() || self.is(record.owner())
    }

    /// Whether `name`, of the same message, is the name.
    fn is(self, name: ParsedName<'a>) -> bool {
        if self.aliased { name.beside(self.place) == name } else { self.was_asked(name) }
    }

    /// Whether `name` is the one asked for.
    #[inline]
    pub(crate) fn was_asked(self, name: ParsedName<'_>) -> bool {
        name == *self.asked
    }

    /// The name, on its own; `octets` is the message.
    pub(crate) fn to_name(self, octets: &[u8]) -> Name {
        if self.aliased { ParsedName::new(octets, self.place).to_name() } else { self.asked.clone() }
    }
}
