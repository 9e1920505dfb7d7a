//! A stub resolver's view of an answer.

use crate::answer_records::{Addresses, AnswerRecords, Source, Wanted};
use crate::chain::{Aliases, Chain, ChainError};
use crate::owner::Owner;
use crate::{Class, Message, Name, Rdata, Records, Rtype};

/// The records that answer a question, at the end of whatever aliases lead to them.
///
/// Aliases are followed within the answer section and in any order; an alias hides other records of its
/// owner. Records of other owners, and of classes other than IN, are as if they were not there.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    octets: &'a [u8],
    wanted: Wanted<'a>,
    aliases: Aliases,
    found: Found,
    /// Where the authority section begins, and how many records it has.
    authorities: (u16, u16),
}

/// The records found.
#[derive(Clone, Copy, Debug)]
struct Found {
    count: u16,
    /// Where the first one begins, and how many records there are from it to the end of the section.
    first: (usize, u16),
    /// Whether no other record stands among them.
    adjacent: bool,
    /// Whether they are adjacent and have owner pointer, type, class and length of data in common.
    alike: bool,
    min_ttl: u32,
}

impl Found {
    const NOTHING: Self = Self { count: 0, first: (0, 0), adjacent: true, alike: false, min_ttl: u32::MAX };
}

impl<'a> Answer<'a> {
    /// Follows the aliases from `qname` to the records of `rtype`.
    ///
    /// Asking for CNAME or ANY follows none. Takes time linear in the answer section if aliases come before
    /// what they lead to, else once more for each alias. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`ChainError`] if the aliases run in a circle or are too many.
    #[expect(clippy::inline_always, reason = "as for `Message::parse`")]
    #[inline(always)]
    pub fn follow(message: &Message<'a>, qname: &'a Name, rtype: Rtype) -> Result<Self, ChainError> {
        let wanted = Wanted { owner: Owner::asked(qname), rtype };
        match one_set(message, &wanted) {
            Some(found) => Ok(Self::new(message, wanted, Aliases::NONE, found)),
            None => search(message, wanted),
        }
    }

    #[inline]
    fn new(message: &Message<'a>, wanted: Wanted<'a>, aliases: Aliases, found: Found) -> Self {
        Self { octets: message.octets(), wanted, aliases, found, authorities: message.authority_place() }
    }

    /// The name at the end of the aliases: the one asked for if there are none.
    #[must_use]
    pub fn final_owner(&self) -> Name {
        self.wanted.owner.to_name(self.octets)
    }

    /// How many aliases were followed, at most [`MAX_CHAIN`](crate::MAX_CHAIN).
    #[must_use]
    pub fn chain_len(&self) -> usize {
        self.aliases.count
    }

    /// The records of the type asked for that the final owner has, in the order received.
    #[must_use]
    #[inline]
    pub fn records(&self) -> AnswerRecords<'a> {
        let Found { count, first: (place, left), adjacent, .. } = self.found;
        AnswerRecords {
            rest: Records::new(self.octets, place, if adjacent { count } else { left }),
            scattered: (!adjacent).then_some(self.wanted),
        }
    }

    /// The addresses among [`records`](Self::records).
    #[must_use]
    #[inline]
    pub fn addresses(&self) -> Addresses<'a> {
        Addresses(match self.wanted.rtype {
            Rtype::A if self.found.alike => Source::A(self.alike().iter()),
            Rtype::AAAA if self.found.alike => Source::Aaaa(self.alike().iter()),
            _ => Source::Any(self.records()),
        })
    }

    /// The records found, if all of them have `N` octets.
    #[inline]
    fn alike<const N: usize>(&self) -> &'a [[u8; N]] {
        let (first, count) = (self.found.first.0, usize::from(self.found.count));
        self.octets.get(first..first + count * N).unwrap_or_default().as_chunks().0
    }

    /// Whether there is no record of the type asked for.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.found.count == 0
    }

    /// The least TTL, in seconds, of the aliases followed and the records found; `None` if there are neither.
    #[must_use]
    #[inline]
    pub fn min_ttl(&self) -> Option<u32> {
        let some = self.found.count > 0 || self.aliases.count > 0;
        some.then_some(self.found.min_ttl.min(self.aliases.min_ttl))
    }

    /// Whether aliases lead to a name without records of the type asked for.
    ///
    /// Either the name has none, which [`negative_ttl`](Self::negative_ttl) or the response code confirms, or
    /// the server did not follow the alias and the final owner has to be asked for.
    #[must_use]
    #[inline]
    pub fn incomplete(&self) -> bool {
        self.aliases.count > 0 && self.found.count == 0
    }

    /// How many seconds the absence of records may be kept: the lesser of TTL and minimum of the SOA record
    /// in the authority section (RFC 2308 §5), or `None` without one that is for the final owner or above it.
    #[must_use]
    pub fn negative_ttl(&self) -> Option<u32> {
        let owner = self.final_owner();
        Records::new(self.octets, self.authorities.0.into(), self.authorities.1).find_map(|record| {
            match record.rdata() {
                Ok(Rdata::Soa { minimum, .. })
                    if record.class() == Class::IN && owner.ends_with(&record.owner().to_name()) =>
                {
                    Some(minimum.min(record.ttl()))
                }
                _ => None,
            }
        })
    }
}

/// The whole answer section, if it is nothing but the addresses wanted, as most are.
#[expect(clippy::inline_always, reason = "as for `Message::parse`")]
#[inline(always)]
fn one_set(message: &Message<'_>, wanted: &Wanted<'_>) -> Option<Found> {
    let min_ttl = message.one_set()?;
    let mut records = message.answers();
    let first = (records.at(), records.left());
    let record = records.next()?;
    let found = Found { count: first.1, first, adjacent: true, alike: record.is_by_pointer(), min_ttl };
    (wanted.fits(&record) && wanted.owner.was_asked(record.owner())).then_some(found)
}

/// Follows aliases and finds what is at their end.
fn search<'a>(message: &Message<'a>, mut wanted: Wanted<'a>) -> Result<Answer<'a>, ChainError> {
    let mut chain = Chain::new();
    loop {
        let pass = pass(message, &mut wanted, &mut chain)?;
        if !pass.again {
            return Ok(Answer::new(message, wanted, chain.aliases(), pass.found));
        }
    }
}

/// What one pass through the answer section yields.
struct Pass {
    found: Found,
    /// An alias was followed after records had been passed over that may concern its target.
    again: bool,
}

/// Goes through the answer section once.
fn pass<'a>(message: &Message<'a>, wanted: &mut Wanted<'a>, chain: &mut Chain) -> Result<Pass, ChainError> {
    let mut found = Found::NOTHING;
    let (mut passed_over, mut again) = (false, false);
    let mut rest = message.answers();
    loop {
        let here = (rest.at(), rest.left());
        let Some(record) = rest.next() else { break };
        if wanted.fits(&record) {
            if !wanted.owner.owns(&record) {
                passed_over = true;
                continue;
            }
            let alike = rest.skip_alike(&record);
            if found.count == 0 {
                found.first = here;
                found.alike = record.is_by_pointer();
            } else {
                found.alike = false;
                found.adjacent &= here.1 + found.count == found.first.1;
            }
            found.count += alike.count;
            found.min_ttl = found.min_ttl.min(alike.min_ttl);
        } else if record.rtype() == Rtype::CNAME && record.class() == Class::IN {
            if wanted.owner.owns(&record) {
                chain.follow(record, &mut wanted.owner)?;
                again |= passed_over || found.count > 0;
                found = Found::NOTHING;
            } else {
                passed_over = true;
            }
        }
    }
    Ok(Pass { found, again })
}
