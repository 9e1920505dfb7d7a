//! Messages as received.

use std::fmt;

use crate::header::HEADER_LEN;
use crate::labels::check_name;
use crate::question::QUESTION_FIXED_LEN;
use crate::record::Alike;
use crate::{Header, Opcode, Opt, ParseError, Question, Rcode, Rdata, Record, Records};

/// A well-formed message, borrowed from the octets it was received in.
///
/// Parsing walks it once from end to end: every count, length, name and the data of every known type have
/// been checked, so nothing read from it afterwards can be malformed. Octets after the last record are
/// ignored.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    octets: &'a [u8],
    header: Header,
    places: Places,
    /// The last addresses of the answer section.
    addresses: Alike,
}

/// Where the parts of a message begin. A message has at most 65 535 octets.
#[derive(Clone, Copy)]
struct Places {
    /// Where the first question's name ends; 0 without a question.
    question_name_end: u16,
    answers: u16,
    authorities: u16,
    additionals: u16,
    /// The OPT record; 0 without one.
    opt: u16,
}

impl<'a> Message<'a> {
    /// Checks a whole message. Allocates nothing, whatever the counts claim.
    ///
    /// # Errors
    ///
    /// The first fault from the beginning; see [`ParseError`].
    #[expect(
        clippy::inline_always,
        reason = "returned through memory, a view costs more than what it is made of"
    )]
    #[inline(always)]
    pub fn parse(octets: &'a [u8]) -> Result<Self, ParseError> {
        if octets.len() > usize::from(u16::MAX) {
            return Err(ParseError::MessageTooLong);
        }
        let header = Header::peek(octets).ok_or(ParseError::ShortInput)?;
        let addresses = Alike { count: 0, min_ttl: u32::MAX };
        let mut walk = Walk { octets, at: HEADER_LEN, known: NOWHERE, opt: 0, addresses };
        let question_name_end = walk.questions(header.question_count())?;
        let answers = walk.place();
        walk.section(header.answer_count(), false)?;
        let addresses = walk.addresses;
        let authorities = walk.place();
        walk.section(header.authority_count(), false)?;
        let additionals = walk.place();
        walk.section(header.additional_count(), true)?;
        let places = Places { question_name_end, answers, authorities, additionals, opt: walk.opt };
        Ok(Self { octets, header, places, addresses })
    }

    /// The octets given to [`parse`](Self::parse).
    #[must_use]
    pub fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> Header {
        self.header
    }

    /// The number that ties a response to its query.
    #[must_use]
    pub fn id(&self) -> u16 {
        self.header.id()
    }

    /// QR: this is a response, not a query.
    #[must_use]
    pub fn is_response(&self) -> bool {
        self.header.is_response()
    }

    /// The kind of query.
    #[must_use]
    pub fn opcode(&self) -> Opcode {
        self.header.opcode()
    }

    /// TC: the message was cut to fit its transport.
    #[must_use]
    pub fn truncated(&self) -> bool {
        self.header.truncated()
    }

    /// AA: the responding server is an authority for the name.
    #[must_use]
    pub fn authoritative(&self) -> bool {
        self.header.authoritative()
    }

    /// RA: the server offers recursion.
    #[must_use]
    pub fn recursion_available(&self) -> bool {
        self.header.recursion_available()
    }

    /// The response code, with its extended bits if there is an OPT record (RFC 6891 §6.1.3).
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        let extended = self.opt().map_or(0, |opt| u16::from(opt.extended_rcode()));
        Rcode(extended << 4 | self.header.rcode().0)
    }

    /// QDCOUNT.
    #[must_use]
    pub fn question_count(&self) -> u16 {
        self.header.question_count()
    }

    /// The first question.
    #[must_use]
    #[inline]
    pub fn question(&self) -> Option<Question<'a>> {
        match usize::from(self.places.question_name_end) {
            0 => None,
            end => Question::read(self.octets, HEADER_LEN, end),
        }
    }

    /// The answer section.
    #[must_use]
    #[inline]
    pub fn answers(&self) -> Records<'a> {
        self.records(self.places.answers, self.header.answer_count())
    }

    /// The authority section.
    #[must_use]
    #[inline]
    pub fn authorities(&self) -> Records<'a> {
        self.records(self.places.authorities, self.header.authority_count())
    }

    /// The additional section, OPT included.
    #[must_use]
    pub fn additionals(&self) -> Records<'a> {
        self.records(self.places.additionals, self.header.additional_count())
    }

    /// The OPT record, if there is one.
    #[must_use]
    pub fn opt(&self) -> Option<Opt<'a>> {
        if self.places.opt == 0 {
            return None;
        }
        // Checked when the message was parsed.
        let record = self.records(self.places.opt, 1).next()?;
        Some(Opt::new(record.class(), record.ttl(), record.raw_rdata()))
    }

    /// Where the authority section begins, and how many records it has.
    #[inline]
    pub(crate) fn authority_place(&self) -> (u16, u16) {
        (self.places.authorities, self.header.authority_count())
    }

    /// The least TTL of the answers if they are nothing but the addresses of one set.
    #[inline]
    pub(crate) fn one_set(&self) -> Option<u32> {
        let Alike { count, min_ttl } = self.addresses;
        (count > 0 && count == self.header.answer_count()).then_some(min_ttl)
    }

    #[inline]
    fn records(&self, at: u16, count: u16) -> Records<'a> {
        Records::new(self.octets, usize::from(at), count)
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("header", &self.header)
            .field("question", &self.question())
            .field("answers", &self.answers().collect::<Vec<_>>())
            .field("authorities", &self.authorities().collect::<Vec<_>>())
            .field("additionals", &self.additionals().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The first question of a message that may be malformed anywhere else, or `None` if QDCOUNT is 0.
///
/// Tells whether a datagram answers a query at all before its other faults count against the server.
///
/// # Errors
///
/// [`ParseError`] if the header or the first question is cut or malformed.
pub fn peek_question(octets: &[u8]) -> Result<Option<Question<'_>>, ParseError> {
    let header = Header::peek(octets).ok_or(ParseError::ShortInput)?;
    if header.question_count() == 0 {
        return Ok(None);
    }
    Question::parse(octets, HEADER_LEN).map(|(question, _)| Some(question))
}

/// No place in any message.
const NOWHERE: usize = usize::MAX;

/// The check of a message from its header on.
struct Walk<'a> {
    octets: &'a [u8],
    at: usize,
    /// Where a name stands that a lone pointer is known to be allowed to lead to, or [`NOWHERE`].
    known: usize,
    /// Where the OPT record begins; 0 before it.
    opt: u16,
    /// The addresses checked last.
    addresses: Alike,
}

impl<'a> Walk<'a> {
    /// Checks the questions and returns where the first one's name ends.
    #[inline]
    fn questions(&mut self, count: u16) -> Result<u16, ParseError> {
        let mut first_name_end = 0;
        for index in 0..count {
            self.at = check_name(self.octets, self.at, self.octets.len())?;
            if index == 0 {
                first_name_end = self.place();
                // Owners of answers point to it.
                self.known = HEADER_LEN;
            }
            self.at += QUESTION_FIXED_LEN;
            if self.at > self.octets.len() {
                return Err(ParseError::ShortInput);
            }
        }
        Ok(first_name_end)
    }

    /// Checks the records of one section.
    #[inline]
    fn section(&mut self, count: u16, additional: bool) -> Result<(), ParseError> {
        if count == 0 { Ok(()) } else { self.records(count, additional) }
    }

    fn records(&mut self, count: u16, additional: bool) -> Result<(), ParseError> {
        let mut records = Records::new(self.octets, self.at, count);
        while records.left() > 0 {
            let Some(record) = records.next() else {
                check_name(self.octets, self.at, self.octets.len())?;
                return Err(ParseError::ShortInput);
            };
            self.owner(&record)?;
            match record.rdata()? {
                Rdata::A(_) | Rdata::Aaaa(_) => {
                    self.addresses = records.skip_alike(&record);
                }
                Rdata::Opt(_) => self.opt(record, additional)?,
                _ => {}
            }
            self.at = records.at();
        }
        Ok(())
    }

    /// Checks the owner of the record where the walk is.
    #[inline]
    fn owner(&mut self, record: &Record<'a>) -> Result<(), ParseError> {
        let by_pointer = record.is_by_pointer();
        // Most owners are a pointer to where the one before them led: the check would be the same again.
        if !by_pointer || self.known != record.owner_place() {
            check_name(self.octets, self.at, self.octets.len())?;
            if by_pointer {
                self.known = record.owner_place();
            }
        }
        Ok(())
    }

    fn opt(&mut self, record: Record<'a>, additional: bool) -> Result<(), ParseError> {
        if !additional || !record.owner().is_root() {
            return Err(ParseError::MisplacedOpt);
        }
        if self.opt != 0 {
            return Err(ParseError::DuplicateOpt);
        }
        self.opt = self.place();
        Ok(())
    }

    /// Where the walk is.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a message has at most 65535 octets")]
    fn place(&self) -> u16 {
        self.at as u16
    }
}
