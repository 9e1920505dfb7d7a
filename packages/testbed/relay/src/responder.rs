//! A DNS server that answers every query after a fixed delay: an upstream for benchmarks that costs little itself.

use crate::answer::{self, Asked, Records};
use crate::arguments::{ArgumentError, Command, RespondOptions};
use crate::bind;
use crate::control::{self, Commands};
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token, Waker};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const WAKER: Token = Token(0);
const QUERIES: Token = Token(1);
const EVENTS_AT_ONCE: usize = 16;
const LARGEST_QUERY: usize = 4096;
/// Composed answers whose memory is kept for the next ones.
const SPARE_ANSWERS: usize = 4096;

/// An answer that waits for its time. All wait equally long, so they leave in the order in which they came.
struct Pending {
    due: Instant,
    client: SocketAddr,
    answer: Vec<u8>,
}

#[derive(Default)]
struct Counts {
    a: u64,
    aaaa: u64,
    other: u64,
    unknown: u64,
    ignored: u64,
    answers: u64,
}

struct Responder {
    poll: Poll,
    socket: UdpSocket,
    delay: Duration,
    records: Records,
    pending: VecDeque<Pending>,
    spare: Vec<Vec<u8>>,
    counts: Counts,
    commands: Commands,
}

/// Answers until `quit` or the end of standard input.
pub(crate) fn run(options: RespondOptions) -> io::Result<()> {
    let socket = bind::udp(options.listen)?;
    let listening = socket.local_addr()?;
    let poll = Poll::new()?;
    let mut socket = UdpSocket::from_std(socket);
    poll.registry().register(&mut socket, QUERIES, Interest::READABLE)?;
    let waker = Waker::new(poll.registry(), WAKER)?;
    control::ready(listening)?;
    Responder {
        poll,
        socket,
        delay: options.delay,
        records: options.records,
        pending: VecDeque::new(),
        spare: Vec::new(),
        counts: Counts::default(),
        commands: Commands::read(waker),
    }
    .run()
}

impl Responder {
    fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS_AT_ONCE);
        let mut buffer = vec![0; LARGEST_QUERY];
        loop {
            let wait = self.pending.front().map(|first| first.due.saturating_duration_since(Instant::now()));
            match self.poll.poll(&mut events, wait) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            for event in &events {
                if event.token() == QUERIES {
                    self.read_queries(&mut buffer);
                } else if self.obey()? {
                    return Ok(());
                }
            }
            self.send_due();
        }
    }

    fn read_queries(&mut self, buffer: &mut [u8]) {
        loop {
            match self.socket.recv_from(buffer) {
                Ok((length, client)) => {
                    let mut composed = self.spare.pop().unwrap_or_default();
                    match answer::compose(&buffer[..length], &self.records, &mut composed) {
                        Some(Asked::A) => self.counts.a += 1,
                        Some(Asked::Aaaa) => self.counts.aaaa += 1,
                        Some(Asked::Other) => self.counts.other += 1,
                        Some(Asked::Unknown) => self.counts.unknown += 1,
                        None => self.counts.ignored += 1,
                    }
                    if composed.is_empty() {
                        self.spare.push(composed);
                        continue;
                    }
                    let due = Instant::now() + self.delay;
                    self.pending.push_back(Pending { due, client, answer: composed });
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // A client that has gone makes the kernel report its refusal here.
                Err(_) => {}
            }
        }
    }

    fn send_due(&mut self) {
        let now = Instant::now();
        while let Some(pending) = self.pending.pop_front_if(|first| first.due <= now) {
            if self.socket.send_to(&pending.answer, pending.client).is_ok() {
                self.counts.answers += 1;
            }
            if self.spare.len() < SPARE_ANSWERS {
                self.spare.push(pending.answer);
            }
        }
    }

    /// Carries out waiting commands; true after `quit`.
    fn obey(&mut self) -> io::Result<bool> {
        while let Some(input) = self.commands.next() {
            match input {
                Ok(Command::Quit) => return Ok(true),
                Ok(Command::Stats) => {
                    let Counts { a, aaaa, other, unknown, ignored, answers } = self.counts;
                    control::stats(&format!(
                        r#""a":{a},"aaaa":{aaaa},"other":{other},"unknown":{unknown},"ignored":{ignored},"answers":{answers},"pending":{}"#,
                        self.pending.len()
                    ))?;
                }
                Ok(Command::Set { .. }) => {
                    control::refused(&ArgumentError("a responder has no faults".into()))?;
                }
                Err(error) => control::refused(&error)?,
            }
        }
        Ok(false)
    }
}
