//! Writing fields and names into a message under construction.

use std::collections::HashMap;

use crate::{ComposeError, DomainName, Name};

/// Pointers have fourteen bits for where they lead (RFC 1035 §4.1.4).
const POINTER_REACH: usize = 0x3fff;

/// The two high bits of a pointer.
const POINTER: u16 = 0xc000;

/// Octets written so far, and where the names among them can be pointed to.
#[derive(Clone, Debug)]
pub(crate) struct Composer {
    octets: Vec<u8>,
    limit: usize,
    /// Where each name, by its exact octets, was written first. Case is compared, so that none is changed.
    names: HashMap<Box<[u8]>, u16>,
}

impl Composer {
    /// Begins with `octets`; in the end there will be at most `limit`.
    pub(crate) fn new(octets: Vec<u8>, limit: usize) -> Self {
        Self { octets, limit, names: HashMap::new() }
    }

    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    pub(crate) fn len(&self) -> usize {
        self.octets.len()
    }

    /// Forgets all that was written from `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.octets.truncate(len);
        self.names.retain(|_, place| usize::from(*place) < len);
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.octets
    }

    pub(crate) fn slice(&mut self, octets: &[u8]) -> Result<(), ComposeError> {
        if octets.len() > self.limit.saturating_sub(self.octets.len()) {
            return Err(ComposeError::MessageFull);
        }
        self.octets.extend_from_slice(octets);
        Ok(())
    }

    pub(crate) fn u16(&mut self, value: u16) -> Result<(), ComposeError> {
        self.slice(&value.to_be_bytes())
    }

    pub(crate) fn u32(&mut self, value: u32) -> Result<(), ComposeError> {
        self.slice(&value.to_be_bytes())
    }

    /// A string after an octet with its length.
    pub(crate) fn string(&mut self, string: &[u8]) -> Result<(), ComposeError> {
        let length = u8::try_from(string.len()).map_err(|_| ComposeError::FieldTooLong)?;
        self.slice(&[length])?;
        self.slice(string)
    }

    /// A name in full.
    pub(crate) fn plain_name(&mut self, name: &impl DomainName) -> Result<(), ComposeError> {
        let name = Name::from_labels(name.labels());
        self.slice(name.as_wire())
    }

    /// A name, its end replaced by a pointer if the same end was written before.
    pub(crate) fn name(&mut self, name: &impl DomainName) -> Result<(), ComposeError> {
        let name = Name::from_labels(name.labels());
        let mut rest = name.as_wire();
        while let Some((&length, after)) = rest.split_first()
            && length > 0
        {
            if let Some(place) = self.names.get(rest) {
                return self.u16(POINTER | place);
            }
            let (label, after) = after.split_at_checked(usize::from(length)).unwrap_or_default();
            let place = self.octets.len();
            self.string(label)?;
            if place <= POINTER_REACH
                && let Ok(place) = u16::try_from(place)
            {
                self.names.insert(rest.into(), place);
            }
            rest = after;
        }
        self.slice(&[0])
    }

    /// Whatever `write` writes, after two octets with its length.
    pub(crate) fn counted(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), ComposeError>,
    ) -> Result<(), ComposeError> {
        let start = self.octets.len();
        self.u16(0)?;
        write(self)?;
        let length = self.octets.len() - start - 2;
        self.set_u16(start, u16::try_from(length).map_err(|_| ComposeError::FieldTooLong)?);
        Ok(())
    }

    /// Replaces the two octets at `place`, which must have been written.
    pub(crate) fn set_u16(&mut self, place: usize, value: u16) {
        self.octets[place..place + 2].copy_from_slice(&value.to_be_bytes());
    }

    /// Replaces the octet at `place`, which must have been written.
    pub(crate) fn set_u8(&mut self, place: usize, value: u8) {
        self.octets[place] = value;
    }
}
