//! The octets of a node: its name and its rows, in one piece.
//!
//! Little endian, without padding:
//! ```text
//! node u32 | name length u8 | rows present u8 (bits 0–1), queue (bits 2–3) | group u16 | name | row…
//! row:  flags u8 | payload length u16 | expires u48 | lifetime u32 | refresh before u32 | stale or epoch u32? |
//!       payload | note?
//! note: held until u48 | epoch u32 | payload length u16 | payload
//! ```
//! Flags: bits 0–1 kind, bit 2 nobody answered, bit 3 a note follows, bits 4–5 step of the back-off, bit 6 the
//! TTL is dynamic, bit 7 the stale life is the usual one and not written.

use crate::answer::{DEFAULT_STALE_MS, Kind};
use crate::config::Millis;

/// Rows of a node: the A and the AAAA answer, or one of another type.
pub(crate) const ROWS: usize = 2;
/// Longest wire name, RFC 1035 section 2.3.4.
pub(crate) const MAX_NAME: usize = 255;
/// Longest payload.
pub(crate) const MAX_PAYLOAD: usize = 0xffff;

const HEAD: usize = 8;
/// Without the stale life or the epoch.
const ROW_HEAD: usize = 17;
const NOTE_HEAD: usize = 12;
const MAX_MILLIS: Millis = (1 << 48) - 1;

/// The stale life of most answers.
#[expect(clippy::cast_possible_truncation, reason = "a day is 86 400 000 ms")]
const USUAL_STALE_MS: u32 = DEFAULT_STALE_MS as u32;

const KIND_BITS: u8 = 0b11;
const UNREACHABLE: u8 = 1 << 2;
const NOTED: u8 = 1 << 3;
const STEP_SHIFT: u32 = 4;
const STEP_BITS: u8 = 0b11;
const DYNAMIC: u8 = 1 << 6;
const USUAL: u8 = 1 << 7;
const ROWS_PRESENT: u8 = 0b11;
const QUEUE_SHIFT: u32 = 2;

/// One answer, to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    pub(crate) kind: Kind,
    /// Of a failure, or of the note: nobody answered.
    pub(crate) unreachable: bool,
    /// Of a failure, or of the note: how many have come in a row, up to 3.
    pub(crate) step: u8,
    /// Expiry and lifetime grow with hits: what is written is what they are without any.
    pub(crate) dynamic: bool,
    pub(crate) expires_at: Millis,
    pub(crate) lifetime_ms: u32,
    /// The refresh point, as time before expiry. Grows with a dynamic lifetime.
    pub(crate) refresh_before_ms: u32,
    /// Of a positive answer: how long it is kept once expired. Of any other: the epoch it belongs to.
    pub(crate) stale_ms_or_epoch: u32,
    pub(crate) payload: &'a [u8],
    pub(crate) note: Option<Note<'a>>,
}

/// An attempt to renew a positive answer that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Note<'a> {
    pub(crate) held_until: Millis,
    pub(crate) epoch: u32,
    pub(crate) payload: &'a [u8],
}

/// One answer where it lies. Readers need little of it at a time, so each part is decoded when it is asked
/// for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StoredRow<'a> {
    head: &'a [u8; ROW_HEAD],
    /// From the head on, to the end of the record or beyond.
    octets: &'a [u8],
}

/// What a row is composed of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'a> {
    New(Row<'a>),
    Old(StoredRow<'a>),
}

/// The octets of one node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a>(&'a [u8]);

impl<'a> Record<'a> {
    /// `bytes` begin with what [`compose`] wrote; what follows is ignored.
    #[inline]
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The node that the octets belong to.
    pub(crate) fn node(self) -> u32 {
        u32_at(self.0, 0)
    }

    #[inline]
    pub(crate) fn name(self) -> &'a [u8] {
        &self.0[HEAD..HEAD + usize::from(self.0[4])]
    }

    #[inline]
    pub(crate) fn group(self) -> u16 {
        u16_at(self.0, 6)
    }

    #[inline]
    pub(crate) fn is(self, name: &[u8], group: u16) -> bool {
        usize::from(self.0[4]) == name.len() && self.group() == group && self.name() == name
    }

    /// How many rows there are.
    pub(crate) fn rows(self) -> u32 {
        (self.0[5] & ROWS_PRESENT).count_ones()
    }

    /// Index of the queue that the node is in.
    pub(crate) fn queue(self) -> u8 {
        self.0[5] >> QUEUE_SHIFT
    }

    #[inline]
    pub(crate) fn row(self, row: usize) -> Option<StoredRow<'a>> {
        let present = self.0[5];
        if present >> row & 1 == 0 {
            return None;
        }
        let first = &self.0[HEAD + usize::from(self.0[4])..];
        if row == 1 && present & 1 == 1 {
            return StoredRow::new(&first[StoredRow::new(first)?.len()..]);
        }
        StoredRow::new(first)
    }

    /// All rows, by number.
    pub(crate) fn all(self) -> [Option<StoredRow<'a>>; ROWS] {
        [self.row(0), self.row(1)]
    }
}

impl<'a> StoredRow<'a> {
    #[inline]
    fn new(octets: &'a [u8]) -> Option<Self> {
        Some(Self { head: octets.first_chunk()?, octets })
    }

    #[inline]
    pub(crate) fn kind(&self) -> Kind {
        match self.head[0] & KIND_BITS {
            0 => Kind::Positive,
            1 => Kind::NoData,
            2 => Kind::NxDomain,
            _ => Kind::Failure,
        }
    }

    pub(crate) fn unreachable(&self) -> bool {
        self.head[0] & UNREACHABLE != 0
    }

    pub(crate) fn step(&self) -> u8 {
        self.head[0] >> STEP_SHIFT & STEP_BITS
    }

    /// A positive answer without a note, whose TTL is not dynamic: most are.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.head[0] & (KIND_BITS | NOTED | DYNAMIC) == 0
    }

    #[inline]
    pub(crate) fn is_dynamic(&self) -> bool {
        self.head[0] & DYNAMIC != 0
    }

    /// As written: of a dynamic row, what it is without hits.
    #[inline]
    pub(crate) fn expires_at(&self) -> Millis {
        millis_at(self.head, 3)
    }

    #[inline]
    pub(crate) fn lifetime_ms(&self) -> u32 {
        u32_at(self.head, 9)
    }

    #[inline]
    pub(crate) fn refresh_before_ms(&self) -> u32 {
        u32_at(self.head, 13)
    }

    #[inline]
    pub(crate) fn stale_ms_or_epoch(&self) -> u32 {
        if self.head[0] & USUAL == 0 { u32_at(self.octets, ROW_HEAD) } else { USUAL_STALE_MS }
    }

    #[inline]
    pub(crate) fn payload(&self) -> &'a [u8] {
        &self.octets[self.payload_start()..self.payload_end()]
    }

    #[inline]
    pub(crate) fn has_note(&self) -> bool {
        self.head[0] & NOTED != 0
    }

    #[inline]
    pub(crate) fn note(&self) -> Option<Note<'a>> {
        if !self.has_note() {
            return None;
        }
        let note = &self.octets[self.payload_end()..];
        let len = usize::from(u16_at(note, 10));
        Some(Note {
            held_until: millis_at(note, 0),
            epoch: u32_at(note, 6),
            payload: &note[NOTE_HEAD..NOTE_HEAD + len],
        })
    }

    /// Everything, to be written anew with changes.
    pub(crate) fn to_row(self) -> Row<'a> {
        Row {
            kind: self.kind(),
            unreachable: self.unreachable(),
            step: self.step(),
            dynamic: self.is_dynamic(),
            expires_at: self.expires_at(),
            lifetime_ms: self.lifetime_ms(),
            refresh_before_ms: self.refresh_before_ms(),
            stale_ms_or_epoch: self.stale_ms_or_epoch(),
            payload: self.payload(),
            note: self.note(),
        }
    }

    #[inline]
    fn payload_start(&self) -> usize {
        row_head_len(self.head[0])
    }

    #[inline]
    fn payload_end(&self) -> usize {
        self.payload_start() + usize::from(u16_at(self.head, 1))
    }

    #[inline]
    fn len(&self) -> usize {
        self.payload_end() + self.note().map_or(0, |note| NOTE_HEAD + note.payload.len())
    }
}

impl Content<'_> {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::New(row) => row.kind,
            Self::Old(row) => row.kind(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::New(row) => {
                let note_len = row.note.map_or(0, |note| NOTE_HEAD + note.payload.len());
                row_head_len(flags(row)) + row.payload.len() + note_len
            }
            Self::Old(row) => row.len(),
        }
    }
}

/// Appends the octets of a node to `out`. The name has at most [`MAX_NAME`] octets, payloads [`MAX_PAYLOAD`].
pub(crate) fn compose(
    out: &mut Vec<u8>,
    node: u32,
    group: u16,
    name: &[u8],
    rows: &[Option<Content<'_>>; ROWS],
) {
    let present = u8::from(rows[0].is_some()) | u8::from(rows[1].is_some()) << 1;
    let ([n0, n1, n2, n3], [g0, g1]) = (node.to_le_bytes(), group.to_le_bytes());
    out.reserve(HEAD + name.len() + ROW_HEAD + 4);
    out.extend_from_slice(&[n0, n1, n2, n3, low_octet(name.len()), present, g0, g1]);
    out.extend_from_slice(name);
    for row in rows.iter().flatten() {
        match row {
            Content::New(row) => compose_row(out, row),
            Content::Old(row) => out.extend_from_slice(&row.octets[..row.len()]),
        }
    }
}

/// How many octets [`compose`] appends.
pub(crate) fn composed_len(name: &[u8], rows: &[Option<Content<'_>>; ROWS]) -> usize {
    HEAD + name.len() + rows.iter().flatten().map(Content::len).sum::<usize>()
}

/// Writes the number of the node into composed octets.
pub(crate) fn set_node(record: &mut [u8], node: u32) {
    record[..4].copy_from_slice(&node.to_le_bytes());
}

/// Writes the queue of the node into composed octets.
pub(crate) fn set_queue(record: &mut [u8], queue: u8) {
    record[5] = record[5] & ROWS_PRESENT | queue << QUEUE_SHIFT;
}

#[inline]
fn row_head_len(flags: u8) -> usize {
    if flags & USUAL == 0 { ROW_HEAD + 4 } else { ROW_HEAD }
}

fn flags(row: &Row<'_>) -> u8 {
    let kind = match row.kind {
        Kind::Positive => 0,
        Kind::NoData => 1,
        Kind::NxDomain => 2,
        Kind::Failure => 3,
    };
    let unreachable = if row.unreachable { UNREACHABLE } else { 0 };
    let noted = if row.note.is_some() { NOTED } else { 0 };
    let dynamic = if row.dynamic { DYNAMIC } else { 0 };
    let usual = if row.kind == Kind::Positive && row.stale_ms_or_epoch == USUAL_STALE_MS { USUAL } else { 0 };
    kind | unreachable | noted | dynamic | usual | row.step << STEP_SHIFT
}

fn compose_row(out: &mut Vec<u8>, row: &Row<'_>) {
    let flags = flags(row);
    debug_assert!(row.payload.len() <= MAX_PAYLOAD);
    let mut head = [0; ROW_HEAD + 4];
    head[0] = flags;
    head[1..3].copy_from_slice(&row.payload.len().to_le_bytes()[..2]);
    head[3..9].copy_from_slice(&row.expires_at.min(MAX_MILLIS).to_le_bytes()[..6]);
    head[9..13].copy_from_slice(&row.lifetime_ms.to_le_bytes());
    head[13..17].copy_from_slice(&row.refresh_before_ms.to_le_bytes());
    head[17..].copy_from_slice(&row.stale_ms_or_epoch.to_le_bytes());
    out.extend_from_slice(&head[..row_head_len(flags)]);
    out.extend_from_slice(row.payload);
    if let Some(note) = &row.note {
        push_millis(out, note.held_until);
        out.extend_from_slice(&note.epoch.to_le_bytes());
        push_len(out, note.payload.len());
        out.extend_from_slice(note.payload);
    }
}

fn push_millis(out: &mut Vec<u8>, at: Millis) {
    out.extend_from_slice(&at.min(MAX_MILLIS).to_le_bytes()[..6]);
}

fn push_len(out: &mut Vec<u8>, len: usize) {
    debug_assert!(len <= MAX_PAYLOAD);
    out.extend_from_slice(&len.to_le_bytes()[..2]);
}

fn low_octet(len: usize) -> u8 {
    debug_assert!(len <= MAX_NAME);
    len.to_le_bytes()[0]
}

#[inline]
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

#[inline]
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let b = &bytes[at..at + 4];
    u32::from_le_bytes([b[0], b[1], b[2], b[3]])
}

#[inline]
fn millis_at(bytes: &[u8], at: usize) -> Millis {
    u64::from(u32_at(bytes, at)) | u64::from(u16_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(payload: &[u8]) -> Row<'_> {
        Row {
            kind: Kind::Positive,
            unreachable: false,
            step: 0,
            dynamic: false,
            expires_at: 1_700_000_000_000,
            lifetime_ms: 300_000,
            refresh_before_ms: 30_000,
            stale_ms_or_epoch: 86_400_000,
            payload,
            note: None,
        }
    }

    #[test]
    fn what_is_composed_is_what_is_read() {
        let noted = Row {
            note: Some(Note { held_until: 1_700_000_001_000, epoch: 7, payload: b"why" }),
            unreachable: true,
            step: 3,
            dynamic: true,
            ..row(b"12345678")
        };
        let failure = Row { kind: Kind::Failure, step: 2, ..row(b"") };
        for rows in [
            [Some(noted), None],
            [None, Some(failure)],
            [Some(noted), Some(failure)],
            [Some(failure), Some(noted)],
            [Some(Row { stale_ms_or_epoch: 600_000, ..noted }), Some(row(b"1234"))],
        ] {
            let contents = rows.map(|row| row.map(Content::New));
            let mut bytes = Vec::new();
            compose(&mut bytes, 77, 1, b"\x01a\x00", &contents);
            bytes.extend_from_slice(&[0xee; 5]);
            let record = Record::new(&bytes);
            assert_eq!(record.node(), 77);
            assert_eq!(record.name(), b"\x01a\x00");
            assert_eq!(record.group(), 1);
            assert_eq!(record.all().map(|row| row.map(StoredRow::to_row)), rows);
            assert_eq!(record.rows() as usize, rows.iter().flatten().count());
            let copied = record.all().map(|row| row.map(Content::Old));
            for contents in [contents, copied] {
                assert_eq!(composed_len(b"\x01a\x00", &contents) + 5, bytes.len());
                let mut again = Vec::new();
                compose(&mut again, 77, 1, b"\x01a\x00", &contents);
                assert_eq!(again[..], bytes[..bytes.len() - 5]);
            }
            set_node(&mut bytes, 78);
            assert_eq!(Record::new(&bytes).node(), 78);
        }
    }

    #[test]
    fn the_longest_name_and_payload_fit() {
        let name = [b'n'; MAX_NAME];
        let payload = vec![9; MAX_PAYLOAD];
        let rows = [Some(row(&payload)), Some(row(b"x"))];
        let mut bytes = Vec::new();
        compose(&mut bytes, 0, 0xffff, &name, &rows.map(|row| row.map(Content::New)));
        let record = Record::new(&bytes);
        assert!(record.is(&name, 0xffff));
        assert_eq!(record.all().map(|row| row.map(StoredRow::to_row)), rows);
    }

    #[test]
    fn times_beyond_48_bits_saturate() {
        let mut bytes = Vec::new();
        let late = Content::New(Row { expires_at: u64::MAX, ..row(b"") });
        compose(&mut bytes, 0, 1, b"\0", &[Some(late), None]);
        assert_eq!(Record::new(&bytes).row(0).map(|row| row.expires_at()), Some(MAX_MILLIS));
    }
}
