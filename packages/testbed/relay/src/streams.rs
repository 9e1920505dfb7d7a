//! Relaying of TCP: octets pass in order, late by the delay of their direction, and stand still in a black hole. Loss,
//! duplication and reordering of segments are not visible to who reads a stream, and are left out. Connections are
//! accepted at once; a reset by one side reaches the other as an end.

use crate::direction::Direction;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

/// Octets read at once.
const STRETCH_OCTETS: usize = 16 * 1024;
/// Stretches on their way in one direction of one connection; the sender waits beyond.
const STRETCHES_ON_THE_WAY: usize = 64;

/// A piece of a stream and when it is to arrive.
struct Stretch {
    due: Instant,
    octets: Vec<u8>,
}

/// Accepts connections in a thread of its own and connects each to the server.
pub(crate) fn relay(listener: TcpListener, upstream: SocketAddr, up: &Arc<Direction>, down: &Arc<Direction>) {
    let (up, down) = (Arc::clone(up), Arc::clone(down));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // Without a server, or without descriptors, the client's connection ends here.
            let _ = join(client, upstream, &up, &down);
        }
    });
}

fn join(
    client: TcpStream,
    upstream: SocketAddr,
    up: &Arc<Direction>,
    down: &Arc<Direction>,
) -> std::io::Result<()> {
    let server = TcpStream::connect(upstream)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    pump(client.try_clone()?, server.try_clone()?, Arc::clone(up));
    pump(server, client, Arc::clone(down));
    Ok(())
}

/// One direction of a connection. Reading and writing are apart, so that delays of pipelined messages do not add up.
fn pump(from: TcpStream, to: TcpStream, direction: Arc<Direction>) {
    let (sender, receiver) = sync_channel(STRETCHES_ON_THE_WAY);
    let reader = Arc::clone(&direction);
    thread::spawn(move || read(from, &sender, &reader));
    thread::spawn(move || write(to, &receiver, &direction));
}

fn read(mut from: TcpStream, stretches: &SyncSender<Stretch>, direction: &Direction) {
    let mut buffer = vec![0; STRETCH_OCTETS];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let stretch =
            Stretch { due: Instant::now() + direction.stream_delay(), octets: buffer[..length].into() };
        if stretches.send(stretch).is_err() {
            return;
        }
    }
}

fn write(mut to: TcpStream, stretches: &Receiver<Stretch>, direction: &Direction) {
    for Stretch { due, octets } in stretches {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        direction.pass_stream(octets.len());
        if to.write_all(&octets).is_err() {
            break;
        }
    }
    // Fails only if the connection is over already.
    let _ = to.shutdown(Shutdown::Write);
}
