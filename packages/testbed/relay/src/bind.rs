//! Sockets with room for bursts.

use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};

/// Asked for as receive buffer of every UDP socket; the kernel gives what it allows.
const RECEIVE_BUFFER_OCTETS: usize = 4 * 1024 * 1024;

/// The kernel chooses a free UDP port; the same one may be taken on TCP, so another is tried.
const PORT_ATTEMPTS: u32 = 20;

/// A non-blocking UDP socket; port 0 lets the kernel choose.
pub(crate) fn udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    // Less than asked for is no failure: it only makes loss by overrun likelier.
    let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER_OCTETS);
    socket.bind(&address.into())?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// A non-blocking UDP socket and a blocking TCP listener on one port.
pub(crate) fn udp_and_tcp(address: SocketAddr) -> io::Result<(UdpSocket, TcpListener)> {
    let mut attempt = 1;
    loop {
        let datagrams = udp(address)?;
        match TcpListener::bind(datagrams.local_addr()?) {
            Ok(streams) => return Ok((datagrams, streams)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && address.port() == 0 => {
                if attempt == PORT_ATTEMPTS {
                    return Err(error);
                }
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
}
