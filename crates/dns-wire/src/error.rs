//! The one error of parsing.

/// Why octets are not a well-formed DNS message.
///
/// Small, `Copy` and without allocation: a hostile peer that makes every message fail costs nothing more than
/// the walk up to the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ParseError {
    /// The message ends inside a header, name, record or question that it announces.
    #[error("message ends early")]
    ShortInput,
    /// More than 65 535 octets, which no transport of DNS can carry.
    #[error("message longer than 65535 octets")]
    MessageTooLong,
    /// A label of type 01 or 10; both were withdrawn or never assigned (RFC 6891 §5).
    #[error("label type other than plain or pointer")]
    LabelType,
    /// A compression pointer that does not lead to labels which end before it: one to itself, forward, or to
    /// labels that run into those which led there.
    #[error("compression pointer does not point backward")]
    PointerNotBackward,
    /// A compression pointer into the twelve octets of the header.
    #[error("compression pointer into the header")]
    PointerIntoHeader,
    /// A name that takes more than 127 compression pointers to read.
    #[error("more than 127 compression pointers in one name")]
    TooManyPointers,
    /// A compression pointer where the type allows none (RFC 9460 §2.2).
    #[error("compressed name where compression is not allowed")]
    CompressedName,
    /// A name of more than 255 octets (RFC 1035 §2.3.4).
    #[error("name longer than 255 octets")]
    NameTooLong,
    /// A name or field that continues beyond its record's RDLENGTH.
    #[error("record data runs past its length")]
    RdataOverrun,
    /// Octets are left between the last field of a record and its RDLENGTH.
    #[error("record data ends before its length")]
    RdataUnderrun,
    /// An A record whose data is not four octets, or an AAAA record whose data is not sixteen.
    #[error("address of the wrong length")]
    AddressLength,
    /// A TXT record without any string, or a CAA record without a tag (RFC 1035 §3.3.14, RFC 8659 §4.1).
    #[error("record data lacks a mandatory part")]
    MissingField,
    /// SVCB or HTTPS parameters out of order, or with a value that does not fit their key (RFC 9460 §2.2).
    #[error("malformed service parameter")]
    ServiceParameter,
    /// A second OPT record (RFC 6891 §6.1.1).
    #[error("more than one OPT record")]
    DuplicateOpt,
    /// An OPT record outside the additional section, or one not owned by the root (RFC 6891 §6.1).
    #[error("misplaced OPT record")]
    MisplacedOpt,
    /// An EDNS option that continues beyond the OPT record.
    #[error("EDNS option runs past its record")]
    OptionOverrun,
}
