//! The descriptors behind the engine's numbers.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use mio::event::Event;
use mio::net::{TcpStream, UdpSocket};
use mio::{Interest, Registry, Token};
use socket2::{Domain, Protocol, Socket, Type};

use super::legs::LegDesk;
use crate::engine::{LocalError, Network, Trouble};
use crate::legs::LegStart;

/// Set in tokens of connections; clear in those of UDP sockets.
const STREAM_BIT: usize = 1 << 31;
/// Octets that may wait to be sent on a connection whose peer does not read.
const MOST_UNSENT: usize = 1 << 20;

/// Winsock's "no buffer space available".
#[cfg(not(unix))]
const WSAENOBUFS: i32 = 10_055;

/// Whose event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Udp(u32),
    Tcp(u32),
}

/// What an event said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Readiness {
    writable: bool,
}

/// What came of looking at a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StreamEvent {
    /// So many octets were read.
    Read(usize),
    /// It is over.
    Ended(Trouble),
    /// Nothing more for now.
    Idle,
}

#[derive(Debug)]
struct Stream {
    socket: TcpStream,
    established: bool,
    unsent: Vec<u8>,
}

/// All sockets of the I/O thread, and what environments carry for it.
#[derive(Debug)]
pub(super) struct SocketTable {
    registry: Registry,
    udp: Vec<Option<UdpSocket>>,
    streams: HashMap<u32, Stream>,
    pub(super) legs: LegDesk,
}

impl SocketTable {
    pub(super) fn new(registry: Registry, legs: LegDesk) -> Self {
        Self { registry, udp: Vec::new(), streams: HashMap::new(), legs }
    }

    pub(super) fn number(token: Token) -> Number {
        #[expect(clippy::cast_possible_truncation, reason = "tokens are made from 31-bit numbers")]
        let number = (token.0 & (STREAM_BIT - 1)) as u32;
        if token.0 & STREAM_BIT == 0 { Number::Udp(number) } else { Number::Tcp(number) }
    }

    pub(super) fn readiness(event: &Event) -> Readiness {
        Readiness { writable: event.is_writable() }
    }

    pub(super) fn clear(&mut self) {
        self.udp.clear();
        self.streams.clear();
        self.legs.clear();
    }

    /// Asks the system to report once more what is still unread: it does so by itself only when more arrives.
    pub(super) fn report_again(&mut self, number: Number) {
        // Where that fails, what arrives next reports it.
        let _later_is_fine = match number {
            Number::Udp(socket) => match self.udp.get_mut(socket as usize) {
                Some(Some(udp)) => self.registry.reregister(udp, Token(socket as usize), Interest::READABLE),
                _ => Ok(()),
            },
            Number::Tcp(connection) => match self.streams.get_mut(&connection) {
                Some(stream) => self.registry.reregister(
                    &mut stream.socket,
                    Token(connection as usize | STREAM_BIT),
                    Interest::READABLE | Interest::WRITABLE,
                ),
                None => Ok(()),
            },
        };
    }

    /// Takes a datagram. `Err` is the network's refusal, `None` the end of what is there.
    pub(super) fn receive(&mut self, socket: u32, buffer: &mut [u8]) -> Option<Result<usize, ()>> {
        let socket = self.udp.get(socket as usize)?.as_ref()?;
        loop {
            match socket.recv(buffer) {
                Ok(length) => return Some(Ok(length)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Some(Err(())),
            }
        }
    }

    /// Sends what waits and reads what is there.
    pub(super) fn stream(&mut self, connection: u32, readiness: Readiness, buffer: &mut [u8]) -> StreamEvent {
        let Some(stream) = self.streams.get_mut(&connection) else { return StreamEvent::Idle };
        if !stream.established {
            if let Ok(Some(_)) | Err(_) = stream.socket.take_error() {
                return StreamEvent::Ended(Trouble::Refused);
            }
            if stream.socket.peer_addr().is_err() {
                return StreamEvent::Idle;
            }
            stream.established = true;
        }
        if (readiness.writable || !stream.unsent.is_empty()) && stream.flush().is_err() {
            return StreamEvent::Ended(Trouble::Lost);
        }
        loop {
            match stream.socket.read(buffer) {
                Ok(0) => return StreamEvent::Ended(Trouble::Lost),
                Ok(length) => return StreamEvent::Read(length),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return StreamEvent::Idle,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return StreamEvent::Ended(Trouble::Lost),
            }
        }
    }
}

impl Stream {
    fn flush(&mut self) -> io::Result<()> {
        let mut sent = 0;
        let result = loop {
            if sent == self.unsent.len() {
                break Ok(());
            }
            match self.socket.write(&self.unsent[sent..]) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(length) => sent += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.unsent.drain(..sent);
        result
    }
}

/// A non-blocking UDP socket, connected so that the kernel drops what comes from elsewhere and reports refusals.
fn connected_udp(server: SocketAddr, local: Option<IpAddr>) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(server), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    #[cfg(windows)]
    bind_random_port(&socket, server, local)?;
    // Elsewhere the kernel draws a random port when it binds or connects.
    #[cfg(not(windows))]
    if let Some(local) = local {
        socket.bind(&any_port(local, server).into())?;
    }
    socket.connect(&server.into())?;
    Ok(UdpSocket::from_std(socket.into()))
}

/// A connection that is being made from `local`.
fn connecting_from(local: IpAddr, server: SocketAddr) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.bind(&any_port(local, server).into())?;
    match socket.connect(&server.into()) {
        Err(error) if !is_in_progress(&error) => Err(error),
        _ => Ok(TcpStream::from_std(socket.into())),
    }
}

/// `local` with whichever port the system draws; a link-local address belongs to the interface that leads to the server.
fn any_port(local: IpAddr, server: SocketAddr) -> SocketAddr {
    match (local, server) {
        (IpAddr::V6(address), SocketAddr::V6(server)) if address.is_unicast_link_local() => {
            SocketAddrV6::new(address, 0, 0, server.scope_id()).into()
        }
        (local, _) => SocketAddr::new(local, 0),
    }
}

/// What a socket that does not block says of a connection that is being made.
fn is_in_progress(error: &io::Error) -> bool {
    #[cfg(unix)]
    return error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error());
    #[cfg(not(unix))]
    return error.kind() == io::ErrorKind::WouldBlock;
}

/// Windows hands ports out in order.
#[cfg(windows)]
fn bind_random_port(socket: &Socket, server: SocketAddr, local: Option<IpAddr>) -> io::Result<()> {
    use std::net::{Ipv4Addr, Ipv6Addr};
    const DRAWS: u8 = 16;
    const FIRST: u16 = 1_024;
    let any: IpAddr =
        if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let mut address = any_port(local.unwrap_or(any), server);
    let mut random = crate::random::Random::system();
    let mut result = Ok(());
    for _ in 0..DRAWS {
        let port = FIRST + u16::try_from(random.below(u32::from(u16::MAX - FIRST))).unwrap_or(0);
        address.set_port(port);
        result = socket.bind(&address.into());
        if result.is_ok() {
            break;
        }
    }
    result
}

/// What BSD systems and Windows say where Linux would block or drop.
fn is_out_of_buffers(error: &io::Error) -> bool {
    #[cfg(unix)]
    return error.raw_os_error() == Some(rustix::io::Errno::NOBUFS.raw_os_error());
    #[cfg(not(unix))]
    return error.raw_os_error() == Some(WSAENOBUFS);
}

impl Network for SocketTable {
    fn open_udp(&mut self, socket: u32, server: SocketAddr, local: Option<IpAddr>) -> Result<(), LocalError> {
        let place = socket as usize;
        let mut udp = connected_udp(server, local).map_err(|_| LocalError)?;
        self.registry.register(&mut udp, Token(place), Interest::READABLE).map_err(|_| LocalError)?;
        if self.udp.len() <= place {
            self.udp.resize_with(place + 1, || None);
        }
        self.udp[place] = Some(udp);
        Ok(())
    }

    fn send_udp(&mut self, socket: u32, datagram: &[u8]) -> Result<(), Trouble> {
        let Some(Some(udp)) = self.udp.get(socket as usize) else { return Err(Trouble::Local) };
        // The first error may be an earlier datagram's, reported late.
        match udp.send(datagram).or_else(|_| udp.send(datagram)) {
            Ok(_) => Ok(()),
            // A full send buffer drops like the network does; the attempt's timeout covers both.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock || is_out_of_buffers(&error) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Err(Trouble::Refused),
            Err(_) => Err(Trouble::Local),
        }
    }

    fn close_udp(&mut self, socket: u32) {
        if let Some(place) = self.udp.get_mut(socket as usize) {
            // Closing the descriptor deregisters it.
            *place = None;
        }
    }

    fn connect_tcp(
        &mut self,
        connection: u32,
        server: SocketAddr,
        local: Option<IpAddr>,
    ) -> Result<(), LocalError> {
        let begun = local.map_or_else(|| TcpStream::connect(server), |local| connecting_from(local, server));
        let mut socket = begun.map_err(|_| LocalError)?;
        // Queries are small and each is whole: nothing is gained by waiting for more.
        let _unsupported_is_fine = socket.set_nodelay(true);
        self.registry
            .register(
                &mut socket,
                Token(connection as usize | STREAM_BIT),
                Interest::READABLE | Interest::WRITABLE,
            )
            .map_err(|_| LocalError)?;
        self.streams.insert(connection, Stream { socket, established: false, unsent: Vec::new() });
        Ok(())
    }

    fn send_tcp(&mut self, connection: u32, octets: &[u8]) -> Result<(), Trouble> {
        let Some(stream) = self.streams.get_mut(&connection) else { return Err(Trouble::Local) };
        if stream.unsent.len() + octets.len() > MOST_UNSENT {
            return Err(Trouble::Local);
        }
        stream.unsent.extend_from_slice(octets);
        if stream.established && stream.flush().is_err() {
            return Err(Trouble::Lost);
        }
        Ok(())
    }

    fn close_tcp(&mut self, connection: u32) {
        self.streams.remove(&connection);
    }

    fn open_leg(&mut self, start: &LegStart<'_>) -> Result<(), LocalError> {
        self.legs.open(start)
    }

    fn is_carried(&self, leg: u32) -> bool {
        self.legs.is_carried(leg)
    }

    fn close_leg(&mut self, leg: u32) {
        self.legs.close(leg);
    }
}
