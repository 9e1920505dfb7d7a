//! TCP connections to servers: framing, pipelining, answers in any order (RFC 7766).

use thiserror::Error;

use super::slots::Id;
use super::socket::Outstanding;
use crate::time::Time;

/// Milliseconds an idle connection is kept: servers close first, at 10 s and more (RFC 7766 §6.2.3).
pub(super) const IDLE_MS: u64 = 5_000;
/// Queries under way on one connection before another is opened.
pub(super) const PIPELINE: usize = 256;
/// Connections to one server; RFC 7766 §6.2.2 asks for few.
pub(super) const CONNECTIONS: usize = 4;
/// Octets of a DNS header: a shorter frame is no message.
const SHORTEST_FRAME: usize = 12;

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(super) outstanding: Vec<Outstanding>,
    pub(super) last_used: Time,
    /// When octets last came.
    pub(super) last_heard: Time,
    /// Takes no further query.
    pub(super) retired: bool,
    pub(super) reader: FrameReader,
}

impl Connection {
    pub(super) fn new(now: Time) -> Self {
        Self {
            outstanding: Vec::new(),
            last_used: now,
            last_heard: now,
            retired: false,
            reader: FrameReader::default(),
        }
    }
}

/// A handle of a connection.
pub(super) type ConnectionId = Id<Connection>;

/// The peer does not speak DNS over TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a frame of {length} octets holds no message")]
pub(super) struct FramingError {
    length: usize,
}

/// Puts frames together from what arrives.
#[derive(Debug, Default)]
pub(super) struct FrameReader {
    buffer: Vec<u8>,
    consumed: usize,
}

impl FrameReader {
    pub(super) fn push(&mut self, octets: &[u8]) {
        if self.consumed > 0 {
            self.buffer.drain(..self.consumed);
            self.consumed = 0;
        }
        self.buffer.extend_from_slice(octets);
    }

    /// The next whole frame without its length.
    pub(super) fn next_frame(&mut self) -> Result<Option<Vec<u8>>, FramingError> {
        let pending = &self.buffer[self.consumed..];
        let Some((length, rest)) = pending.split_first_chunk::<2>() else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes(*length));
        if length < SHORTEST_FRAME {
            return Err(FramingError { length });
        }
        let Some(frame) = rest.get(..length) else { return Ok(None) };
        let frame = frame.to_vec();
        self.consumed += 2 + length;
        Ok(Some(frame))
    }
}

#[cfg(test)]
mod tests {
    use super::{FrameReader, FramingError};

    #[test]
    fn frames_arrive_octet_by_octet_and_two_at_once() {
        let mut reader = FrameReader::default();
        let mut wire = vec![0, 12];
        wire.extend([1; 12]);
        for octet in &wire[..13] {
            reader.push(&[*octet]);
            assert_eq!(reader.next_frame(), Ok(None));
        }
        reader.push(&wire[13..]);
        assert_eq!(reader.next_frame(), Ok(Some(vec![1; 12])));
        let twice = [wire.clone(), wire].concat();
        reader.push(&twice);
        assert!(matches!(reader.next_frame(), Ok(Some(_))));
        assert!(matches!(reader.next_frame(), Ok(Some(_))));
        assert_eq!(reader.next_frame(), Ok(None));
    }

    #[test]
    fn lengths_below_a_header_are_violations() {
        for length in 0..12 {
            let mut reader = FrameReader::default();
            reader.push(&[0, length]);
            assert_eq!(reader.next_frame(), Err(FramingError { length: usize::from(length) }));
        }
    }

    #[test]
    fn the_largest_frame_is_read() {
        let mut reader = FrameReader::default();
        reader.push(&[255, 255]);
        reader.push(&vec![7; 65_535]);
        assert_eq!(reader.next_frame(), Ok(Some(vec![7; 65_535])));
    }
}
