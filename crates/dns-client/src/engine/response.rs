//! What a message that reached a query's socket amounts to. Pure: octets in, verdict out.

use std::net::IpAddr;

use dns_wire::{Answer, Cookie, Header, MAX_CHAIN, Message, Name, Rcode, Rtype, peek_question};

use crate::answer::Status;
use crate::payload;

/// What a message amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "it lives for one call, and aliases are rare")]
pub(super) enum Verdict {
    /// Not an answer to this query: as if it had never come.
    Mismatch,
    /// An answer to this query that breaks the format.
    Malformed,
    /// The server wants another cookie.
    BadCookie,
    /// FORMERR, NOTIMP or BADVERS to a query with OPT.
    EdnsRefused(Status),
    /// TC over UDP: to be asked again over TCP.
    Truncated,
    /// An answer that helps nobody.
    Failed(Status),
    /// No such name, or no such data; `said` tells whether aliases led there. `ttl` in seconds; absent without SOA.
    Denied { status: Status, said: Status, ttl: Option<u32> },
    /// Records, which are read; the TTL of the whole is still to be set.
    Data { ttl: u32 },
    /// The name is an alias; the message does not say what for its target holds. `links`: aliases on the way there.
    Alias { target: Name, links: usize, ttl: u32 },
    /// Aliases in a circle, or more than anyone needs.
    Misled,
}

/// A message and what it says of the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) verdict: Verdict,
    /// With OPT.
    pub(super) edns: bool,
    pub(super) cookie: Option<Cookie>,
}

impl From<Verdict> for Reply {
    /// Of a message whose OPT nobody has looked for.
    fn from(verdict: Verdict) -> Self {
        Self { verdict, edns: false, cookie: None }
    }
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) name: &'a Name,
    pub(super) rtype: Rtype,
    /// Aliases that led to the name, in earlier messages.
    pub(super) links: usize,
    pub(super) over_tcp: bool,
    pub(super) edns: bool,
    /// Seconds; bounds of what the TTL of a record is taken for.
    pub(super) ttl_seconds: (u32, u32),
}

/// Reads `message` as the answer to a query, its records into `payload` as the cache keeps them.
pub(super) fn read(message: &[u8], asked: Asked<'_>, payload: &mut Vec<u8>) -> Reply {
    let Some(header) = Header::peek(message) else { return Verdict::Mismatch.into() };
    if !header.is_response() {
        return Verdict::Mismatch.into();
    }
    if header.question_count() == 0 {
        // NSD answers a query whose OPT it dislikes without repeating the question.
        return match header.rcode() {
            Rcode::FORMERR => refused(Status::FormErr, asked.edns).into(),
            Rcode::NOTIMP => refused(Status::NotImp, asked.edns).into(),
            _ => Verdict::Mismatch.into(),
        };
    }
    match peek_question(message) {
        Ok(Some(question)) => {
            let same = header.question_count() == 1
                && question.rtype == asked.rtype
                && question.class == dns_wire::Class::IN
                && question.name == *asked.name;
            if !same {
                return Verdict::Mismatch.into();
            }
        }
        Ok(None) => return Verdict::Mismatch.into(),
        Err(_) => return Verdict::Malformed.into(),
    }
    let Ok(parsed) = Message::parse(message) else { return Verdict::Malformed.into() };
    let opt = parsed.opt();
    Reply {
        verdict: judge(&parsed, asked, payload),
        edns: opt.is_some(),
        cookie: opt.and_then(|opt| opt.cookie()),
    }
}

fn judge(parsed: &Message<'_>, asked: Asked<'_>, payload: &mut Vec<u8>) -> Verdict {
    let rcode = parsed.rcode();
    match rcode {
        Rcode::FORMERR => return refused(Status::FormErr, asked.edns),
        Rcode::NOTIMP | Rcode::BADVERS => return refused(Status::NotImp, asked.edns),
        Rcode::BADCOOKIE => return Verdict::BadCookie,
        _ => {}
    }
    if parsed.truncated() {
        return if asked.over_tcp { Verdict::Failed(Status::BadResponse) } else { Verdict::Truncated };
    }
    match rcode {
        Rcode::NOERROR | Rcode::NXDOMAIN => read_answer(parsed, asked, payload),
        Rcode::REFUSED => Verdict::Failed(Status::Refused),
        _ => Verdict::Failed(Status::ServFail),
    }
}

fn refused(status: Status, asked_edns: bool) -> Verdict {
    if asked_edns { Verdict::EdnsRefused(status) } else { Verdict::Failed(status) }
}

fn read_answer(message: &Message<'_>, asked: Asked<'_>, payload: &mut Vec<u8>) -> Verdict {
    let Ok(answer) = Answer::follow(message, asked.name, asked.rtype) else { return Verdict::Misled };
    if asked.links + answer.chain_len() > MAX_CHAIN {
        return Verdict::Misled;
    }
    let nxdomain = message.rcode() == Rcode::NXDOMAIN;
    payload::begin(payload);
    if payload::is_address(asked.rtype) {
        for address in answer.addresses() {
            match address {
                IpAddr::V4(address) => payload.extend_from_slice(&address.octets()),
                IpAddr::V6(address) => payload.extend_from_slice(&address.octets()),
            }
        }
    } else {
        for record in answer.records() {
            payload::push_record(payload, &record, asked.ttl_seconds);
        }
    }
    if !payload::is_empty(payload) {
        return Verdict::Data { ttl: answer.min_ttl().unwrap_or(0) };
    }
    if answer.incomplete() && !nxdomain && answer.negative_ttl().is_none() {
        return Verdict::Alias {
            target: answer.final_owner().clone(),
            links: answer.chain_len(),
            ttl: answer.min_ttl().unwrap_or(0),
        };
    }
    let chain = answer.min_ttl();
    let ttl = answer.negative_ttl().map(|negative| chain.map_or(negative, |chain| negative.min(chain)));
    let status = if nxdomain { Status::NxDomain } else { Status::NoData };
    let aliased = !nxdomain && asked.links + answer.chain_len() > 0;
    Verdict::Denied { status, said: if aliased { Status::AliasNoData } else { status }, ttl }
}
