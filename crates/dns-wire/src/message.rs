//! Messages as received.

use std::fmt;

use crate::header::HEADER_LEN;
use crate::labels::{POINTER, check_name, pointer_target};
use crate::record::skip_name;
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
    answers: usize,
    authorities: usize,
    additionals: usize,
    opt: Option<Opt<'a>>,
}

impl<'a> Message<'a> {
    /// Checks a whole message. Allocates nothing, whatever the counts claim.
    ///
    /// # Errors
    ///
    /// The first fault from the beginning; see [`ParseError`].
    #[inline]
    pub fn parse(octets: &'a [u8]) -> Result<Self, ParseError> {
        if octets.len() > usize::from(u16::MAX) {
            return Err(ParseError::MessageTooLong);
        }
        let header = Header::peek(octets).ok_or(ParseError::ShortInput)?;
        let mut answers = HEADER_LEN;
        for _ in 0..header.question_count() {
            (_, answers) = Question::parse(octets, answers)?;
        }
        // The first question's name is what owners of answers point to.
        let known = (header.question_count() > 0).then_some(HEADER_LEN);
        let mut walk = Walk { octets, at: answers, known, opt: None };
        walk.section(header.answer_count(), false)?;
        let authorities = walk.at;
        walk.section(header.authority_count(), false)?;
        let additionals = walk.at;
        walk.section(header.additional_count(), true)?;
        Ok(Self { octets, header, answers, authorities, additionals, opt: walk.opt })
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
        let extended = self.opt.map_or(0, |opt| u16::from(opt.extended_rcode()));
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
        if self.header.question_count() == 0 {
            return None;
        }
        Question::read(self.octets, HEADER_LEN, skip_name(self.octets, HEADER_LEN)?)
    }

    /// The answer section.
    #[must_use]
    #[inline]
    pub fn answers(&self) -> Records<'a> {
        Records::new(self.octets, self.answers, self.header.answer_count())
    }

    /// The authority section.
    #[must_use]
    pub fn authorities(&self) -> Records<'a> {
        Records::new(self.octets, self.authorities, self.header.authority_count())
    }

    /// The additional section, OPT included.
    #[must_use]
    pub fn additionals(&self) -> Records<'a> {
        Records::new(self.octets, self.additionals, self.header.additional_count())
    }

    /// The OPT record, if there is one.
    #[must_use]
    pub fn opt(&self) -> Option<Opt<'a>> {
        self.opt
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

/// The check of the record sections.
struct Walk<'a> {
    octets: &'a [u8],
    at: usize,
    /// Where a name stands that a lone pointer is known to be allowed to lead to.
    known: Option<usize>,
    opt: Option<Opt<'a>>,
}

impl<'a> Walk<'a> {
    #[inline]
    fn section(&mut self, count: u16, additional: bool) -> Result<(), ParseError> {
        for _ in 0..count {
            let owner_end = self.owner()?;
            let record = Record::read(self.octets, self.at, owner_end).ok_or(ParseError::ShortInput)?;
            let rdata = record.rdata()?;
            if let Rdata::Opt(opt) = rdata {
                self.opt(opt, &record, additional)?;
            }
            self.at = record.end();
        }
        Ok(())
    }

    /// Checks the owner and returns where it ends.
    #[inline]
    fn owner(&mut self) -> Result<usize, ParseError> {
        if let Some(&[high, low]) = self.octets.get(self.at..).and_then(<[u8]>::first_chunk)
            && high >= POINTER
        {
            // Most owners are a pointer to where the one before them led: the check would be the same again.
            let target = pointer_target(high, low);
            if self.known != Some(target) {
                check_name(self.octets, self.at, self.octets.len())?;
                self.known = Some(target);
            }
            return Ok(self.at + 2);
        }
        check_name(self.octets, self.at, self.octets.len())
    }

    fn opt(&mut self, opt: Opt<'a>, record: &Record<'a>, additional: bool) -> Result<(), ParseError> {
        if !additional || !record.owner().is_root() {
            return Err(ParseError::MisplacedOpt);
        }
        if self.opt.replace(opt).is_some() {
            return Err(ParseError::DuplicateOpt);
        }
        Ok(())
    }
}
