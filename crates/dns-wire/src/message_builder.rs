//! Composing any message.

use crate::composer::Composer;
use crate::edns_option::code;
use crate::header::{HEADER_LEN, bit};
use crate::opt::DNSSEC_OK;
use crate::{Class, DomainName, EdnsOption, Message, Name, Opcode, Question, Rcode, Rdata, Rtype};

/// Why something does not go into a message, which is then as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ComposeError {
    /// The message would exceed its limit.
    #[error("message would exceed its limit")]
    MessageFull,
    /// Something of an earlier section after something of a later one.
    #[error("sections out of order")]
    SectionOrder,
    /// More records or questions than a section can count.
    #[error("more than 65535 entries in one section")]
    SectionFull,
    /// A field that does not fit the octets which hold its length.
    #[error("field too long")]
    FieldTooLong,
    /// An OPT record that is the second one, or was not given to [`MessageBuilder::opt`].
    #[error("second or misplaced OPT record")]
    MisplacedOpt,
}

/// Composes a message section by section, names compressed where RFC 1035 allows it.
///
/// Questions, answers, authorities and additionals have to come in this order. Each either goes in as a whole
/// or not at all, so a server can fill a message up to its limit and then set TC.
#[derive(Clone, Debug)]
pub struct MessageBuilder {
    composer: Composer,
    flags: u16,
    counts: [u16; 4],
    extended_rcode: u8,
    /// Where the OPT record's extended response code is.
    extended_rcode_place: Option<usize>,
}

/// Indexes of `counts`.
#[derive(Clone, Copy)]
enum Section {
    Question,
    Answer,
    Authority,
    Additional,
}

impl MessageBuilder {
    /// An empty query of at most 65 535 octets.
    #[must_use]
    pub fn new(id: u16) -> Self {
        // Flags and counts are written at the end.
        let mut header = vec![0; HEADER_LEN];
        header[..2].copy_from_slice(&id.to_be_bytes());
        let composer = Composer::new(header, usize::from(u16::MAX));
        Self { composer, flags: 0, counts: [0; 4], extended_rcode: 0, extended_rcode_place: None }
    }

    /// A response to `query`: the same ID, opcode, RD and CD, the same first question, QR set.
    #[must_use]
    pub fn response_to(query: &Message<'_>) -> Self {
        let header = query.header();
        let mut builder = Self::new(header.id())
            .response(true)
            .opcode(header.opcode())
            .recursion_desired(header.recursion_desired())
            .checking_disabled(header.checking_disabled());
        if let Some(Question { name, rtype, class }) = query.question() {
            // One question fits any message.
            let _fits = builder.question(&name, rtype, class);
        }
        builder
    }

    /// Lets the message have at most `octets`, which may be the UDP payload that the asker takes.
    #[must_use]
    pub fn limit(mut self, octets: u16) -> Self {
        self.composer.set_limit(usize::from(octets));
        self
    }

    /// Sets or clears QR.
    #[must_use]
    pub fn response(self, on: bool) -> Self {
        self.flag(bit::QR, on)
    }

    /// Sets or clears AA.
    #[must_use]
    pub fn authoritative(self, on: bool) -> Self {
        self.flag(bit::AA, on)
    }

    /// Sets or clears TC.
    #[must_use]
    pub fn truncated(self, on: bool) -> Self {
        self.flag(bit::TC, on)
    }

    /// Sets or clears RD.
    #[must_use]
    pub fn recursion_desired(self, on: bool) -> Self {
        self.flag(bit::RD, on)
    }

    /// Sets or clears RA.
    #[must_use]
    pub fn recursion_available(self, on: bool) -> Self {
        self.flag(bit::RA, on)
    }

    /// Sets or clears AD.
    #[must_use]
    pub fn authentic_data(self, on: bool) -> Self {
        self.flag(bit::AD, on)
    }

    /// Sets or clears CD.
    #[must_use]
    pub fn checking_disabled(self, on: bool) -> Self {
        self.flag(bit::CD, on)
    }

    fn flag(mut self, flag: u16, on: bool) -> Self {
        self.flags = if on { self.flags | flag } else { self.flags & !flag };
        self
    }

    /// Sets the kind of query, its low four bits.
    #[must_use]
    pub fn opcode(mut self, opcode: Opcode) -> Self {
        let mask = 0xf << bit::OPCODE_SHIFT;
        self.flags = self.flags & !mask | u16::from(opcode.0) << bit::OPCODE_SHIFT & mask;
        self
    }

    /// Sets the response code; what exceeds four bits is only sent with an OPT record (RFC 6891 §6.1.3).
    #[must_use]
    pub fn rcode(mut self, rcode: Rcode) -> Self {
        self.flags = self.flags & !bit::RCODE | rcode.0 & bit::RCODE;
        self.extended_rcode = (rcode.0 >> 4).to_be_bytes()[1];
        self
    }

    /// Adds a question.
    ///
    /// # Errors
    ///
    /// [`ComposeError`], as for everything that is added.
    pub fn question(
        &mut self,
        name: &impl DomainName,
        rtype: Rtype,
        class: Class,
    ) -> Result<&mut Self, ComposeError> {
        self.add(Section::Question, |composer| {
            composer.name(name)?;
            composer.u16(rtype.0)?;
            composer.u16(class.0)
        })
    }

    /// Adds a record to the answer section; `ttl` is in seconds.
    ///
    /// # Errors
    ///
    /// [`ComposeError`]; for OPT data always [`ComposeError::MisplacedOpt`].
    pub fn answer<N: DomainName>(
        &mut self,
        owner: &impl DomainName,
        class: Class,
        ttl: u32,
        rdata: &Rdata<'_, N>,
    ) -> Result<&mut Self, ComposeError> {
        self.record(Section::Answer, owner, class, ttl, rdata)
    }

    /// Adds a record to the authority section; `ttl` is in seconds.
    ///
    /// # Errors
    ///
    /// As [`answer`](Self::answer).
    pub fn authority<N: DomainName>(
        &mut self,
        owner: &impl DomainName,
        class: Class,
        ttl: u32,
        rdata: &Rdata<'_, N>,
    ) -> Result<&mut Self, ComposeError> {
        self.record(Section::Authority, owner, class, ttl, rdata)
    }

    /// Adds a record to the additional section; `ttl` is in seconds.
    ///
    /// # Errors
    ///
    /// As [`answer`](Self::answer).
    pub fn additional<N: DomainName>(
        &mut self,
        owner: &impl DomainName,
        class: Class,
        ttl: u32,
        rdata: &Rdata<'_, N>,
    ) -> Result<&mut Self, ComposeError> {
        self.record(Section::Additional, owner, class, ttl, rdata)
    }

    /// Adds the OPT record, EDNS version 0 (RFC 6891): `udp_payload` is what the sender takes, in octets.
    ///
    /// # Errors
    ///
    /// [`ComposeError`]; [`ComposeError::MisplacedOpt`] if there is one already.
    pub fn opt<'o>(
        &mut self,
        udp_payload: u16,
        dnssec_ok: bool,
        options: impl IntoIterator<Item = EdnsOption<'o>>,
    ) -> Result<&mut Self, ComposeError> {
        if self.extended_rcode_place.is_some() {
            return Err(ComposeError::MisplacedOpt);
        }
        let mut place = 0;
        self.add(Section::Additional, |composer| {
            composer.name(&Name::root())?;
            composer.u16(Rtype::OPT.0)?;
            composer.u16(udp_payload)?;
            place = composer.len();
            composer.u32(if dnssec_ok { DNSSEC_OK } else { 0 })?;
            composer.counted(|composer| {
                options.into_iter().try_for_each(|option| compose_option(composer, &option))
            })
        })?;
        self.extended_rcode_place = Some(place);
        Ok(self)
    }

    /// The octets to send.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.composer.set_u16(2, self.flags);
        for (place, count) in [4, 6, 8, 10].into_iter().zip(self.counts) {
            self.composer.set_u16(place, count);
        }
        if let Some(place) = self.extended_rcode_place {
            self.composer.set_u8(place, self.extended_rcode);
        }
        self.composer.finish()
    }

    fn record<N: DomainName>(
        &mut self,
        section: Section,
        owner: &impl DomainName,
        class: Class,
        ttl: u32,
        rdata: &Rdata<'_, N>,
    ) -> Result<&mut Self, ComposeError> {
        if rdata.rtype() == Rtype::OPT {
            return Err(ComposeError::MisplacedOpt);
        }
        self.add(section, |composer| {
            composer.name(owner)?;
            composer.u16(rdata.rtype().0)?;
            composer.u16(class.0)?;
            composer.u32(ttl)?;
            composer.counted(|composer| rdata.compose(composer))
        })
    }

    /// Adds what `write` writes, or nothing if it fails.
    fn add(
        &mut self,
        section: Section,
        write: impl FnOnce(&mut Composer) -> Result<(), ComposeError>,
    ) -> Result<&mut Self, ComposeError> {
        let index = section as usize;
        if self.counts[index + 1..].iter().any(|&count| count > 0) {
            return Err(ComposeError::SectionOrder);
        }
        let count = self.counts[index].checked_add(1).ok_or(ComposeError::SectionFull)?;
        let len = self.composer.len();
        match write(&mut self.composer) {
            Ok(()) => {
                self.counts[index] = count;
                Ok(self)
            }
            Err(error) => {
                self.composer.truncate(len);
                Err(error)
            }
        }
    }
}

fn compose_option(composer: &mut Composer, option: &EdnsOption<'_>) -> Result<(), ComposeError> {
    match *option {
        EdnsOption::Cookie(cookie) => {
            composer.u16(code::COOKIE)?;
            composer.counted(|composer| {
                composer.slice(&cookie.client())?;
                composer.slice(cookie.server().unwrap_or_default())
            })
        }
        EdnsOption::Padding(data) => {
            composer.u16(code::PADDING)?;
            composer.counted(|composer| composer.slice(data))
        }
        EdnsOption::ExtendedError { code: info_code, text } => {
            composer.u16(code::EXTENDED_ERROR)?;
            composer.counted(|composer| {
                composer.u16(info_code)?;
                composer.slice(text)
            })
        }
        EdnsOption::Unknown { code, data } => {
            composer.u16(code)?;
            composer.counted(|composer| composer.slice(data))
        }
    }
}
