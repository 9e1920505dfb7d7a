//! A stub resolver's view of an answer.

use std::net::IpAddr;

use crate::{Class, Message, Name, ParsedName, Rdata, Record, Records, Rtype};

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

/// The records that answer a question, at the end of whatever aliases lead to them.
///
/// Aliases are followed within the answer section and in any order. Records of other owners, and of classes
/// other than IN, are as if they were not there.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    message: Message<'a>,
    rtype: Rtype,
    owner: Owner<'a>,
    links: usize,
    /// From the first matching record on.
    records: Records<'a>,
    matches: usize,
    min_ttl: Option<u32>,
}

impl<'a> Answer<'a> {
    /// Follows the aliases from `qname` to the records of `rtype`.
    ///
    /// Asking for CNAME or ANY follows none. Takes time linear in the answer section for each alias;
    /// allocates nothing.
    ///
    /// # Errors
    ///
    /// [`ChainError`] if the aliases run in a circle or are too many.
    #[inline]
    pub fn follow(message: &Message<'a>, qname: &'a Name, rtype: Rtype) -> Result<Self, ChainError> {
        let mut answer = Self {
            message: *message,
            rtype,
            owner: Owner::new(message, qname),
            links: 0,
            records: message.answers(),
            matches: 0,
            min_ttl: None,
        };
        let mut alias = answer.scan();
        if alias.is_some() {
            let mut passed = [None; MAX_CHAIN];
            while let Some((target, ttl)) = alias {
                let slot = passed.get_mut(answer.links).ok_or(ChainError::TooLong)?;
                *slot = Some(target);
                answer.links += 1;
                answer.min_ttl = Some(answer.min_ttl.map_or(ttl, |least| least.min(ttl)));
                if target == *qname || passed[..answer.links - 1].contains(&Some(target)) {
                    return Err(ChainError::Loop);
                }
                answer.owner = Owner { name: OwnerName::Parsed(target), place: Some(target.place()) };
                alias = answer.scan();
            }
        }
        Ok(answer)
    }

    /// Looks for the records of the current owner; if there are none, for its alias and the alias's TTL.
    #[inline]
    fn scan(&mut self) -> Option<(ParsedName<'a>, u32)> {
        let mut alias = None;
        let mut rest = self.message.answers();
        loop {
            let here = rest.clone();
            let Some(record) = rest.next() else { break };
            let wanted = record.rtype() == self.rtype || self.rtype == Rtype::ANY;
            if !wanted && (record.rtype() != Rtype::CNAME || alias.is_some()) {
                continue;
            }
            if record.class() != Class::IN || !self.owner.owns(&record) {
                continue;
            }
            if wanted {
                if self.matches == 0 {
                    self.records = here;
                }
                self.matches += 1;
                self.min_ttl = Some(self.min_ttl.map_or(record.ttl(), |least| least.min(record.ttl())));
            } else if let Ok(Rdata::Cname(target)) = record.rdata() {
                alias = Some((target, record.ttl()));
            }
        }
        if self.matches == 0 { alias } else { None }
    }

    /// The name at the end of the aliases: the one asked for if there are none.
    #[must_use]
    pub fn final_owner(&self) -> Name {
        match self.owner.name {
            OwnerName::Asked(name) => name.clone(),
            OwnerName::Parsed(name) => name.to_name(),
        }
    }

    /// How many aliases were followed, at most [`MAX_CHAIN`].
    #[must_use]
    pub fn chain_len(&self) -> usize {
        self.links
    }

    /// The records of the type asked for that the final owner has, in the order received.
    #[inline]
    pub fn records(&self) -> impl Iterator<Item = Record<'a>> + use<'a> {
        let (rtype, mut owner) = (self.rtype, self.owner);
        self.records
            .clone()
            .filter(move |record| {
                (record.rtype() == rtype || rtype == Rtype::ANY)
                    && record.class() == Class::IN
                    && owner.owns(record)
            })
            .take(self.matches)
    }

    /// The addresses among [`records`](Self::records).
    #[inline]
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + use<'a> {
        self.records().filter_map(|record| match record.rdata() {
            Ok(Rdata::A(address)) => Some(IpAddr::V4(address)),
            Ok(Rdata::Aaaa(address)) => Some(IpAddr::V6(address)),
            _ => None,
        })
    }

    /// Whether there is no record of the type asked for.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.matches == 0
    }

    /// The least TTL, in seconds, of the aliases followed and the records found; `None` if there are neither.
    #[must_use]
    #[inline]
    pub fn min_ttl(&self) -> Option<u32> {
        self.min_ttl
    }

    /// Whether aliases lead to a name without records of the type asked for.
    ///
    /// Either the name has none, which [`negative_ttl`](Self::negative_ttl) or the response code confirms, or
    /// the server did not follow the alias and the final owner has to be asked for.
    #[must_use]
    #[inline]
    pub fn incomplete(&self) -> bool {
        self.links > 0 && self.matches == 0
    }

    /// How many seconds the absence of records may be kept: the lesser of TTL and minimum of the SOA record
    /// in the authority section (RFC 2308 §5), or `None` without one that is for the final owner or above it.
    #[must_use]
    pub fn negative_ttl(&self) -> Option<u32> {
        let owner = self.final_owner();
        self.message.authorities().find_map(|record| match record.rdata() {
            Ok(Rdata::Soa { minimum, .. })
                if record.class() == Class::IN && owner.ends_with(&record.owner().to_name()) =>
            {
                Some(minimum.min(record.ttl()))
            }
            _ => None,
        })
    }
}

/// The name whose records are looked for.
#[derive(Clone, Copy, Debug)]
struct Owner<'a> {
    name: OwnerName<'a>,
    /// A place in the message where the name is known to stand: most owners are a pointer to it.
    place: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum OwnerName<'a> {
    Asked(&'a Name),
    Parsed(ParsedName<'a>),
}

impl<'a> Owner<'a> {
    #[inline]
    fn new(message: &Message<'a>, qname: &'a Name) -> Self {
        let place = message.question().filter(|question| question.name == *qname);
        Self { name: OwnerName::Asked(qname), place: place.map(|question| question.name.place()) }
    }

    /// Whether `record` belongs to the name.
    #[inline]
    fn owns(&mut self, record: &Record<'a>) -> bool {
        let owner = record.owner();
        if self.place == Some(owner.place()) {
            return true;
        }
        let same = match self.name {
            OwnerName::Asked(name) => owner == *name,
            OwnerName::Parsed(name) => owner == name,
        };
        if same {
            self.place = Some(owner.place());
        }
        same
    }
}
