//! Relaying of UDP: each client gets a socket of its own towards the server, so that answers find their way back and
//! the server sees as many source ports as the client used.

use crate::arguments::{Command, RelayOptions};
use crate::bind;
use crate::control::{self, Commands};
use crate::direction::Direction;
use crate::impairment::Fate;
use crate::schedule::Schedule;
use crate::streams;
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token, Waker};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

const WAKER: Token = Token(0);
const CLIENTS: Token = Token(1);
const FIRST_FLOW: usize = 2;

/// Flows kept; the one unused for longest makes room. Twice the sockets of a client that uses many, and well below
/// the usual limit of 1 024 descriptors.
const MOST_FLOWS: usize = 512;

const LARGEST_DATAGRAM: usize = 65_535;

/// Set off against the seed, so that the directions do not lose the same datagrams.
const DOWN_SEED: u64 = 0x5851_f42d_4c95_7f2d;

/// The way of one client to the server.
struct Flow {
    client: SocketAddr,
    socket: UdpSocket,
    last_use: u64,
}

/// A datagram on its way.
enum Delivery {
    ToServer { client: SocketAddr, datagram: Box<[u8]> },
    ToClient { client: SocketAddr, datagram: Box<[u8]> },
}

struct Relay {
    poll: Poll,
    clients: UdpSocket,
    upstream: SocketAddr,
    up: Arc<Direction>,
    down: Arc<Direction>,
    flows: Vec<Flow>,
    flow_of: HashMap<SocketAddr, usize>,
    uses: u64,
    on_the_way: Schedule<Delivery>,
    commands: Commands,
}

/// Relays until `quit` or the end of standard input.
pub(crate) fn run(options: &RelayOptions) -> io::Result<()> {
    let (datagrams, listener) = bind::udp_and_tcp(options.listen)?;
    let listening = datagrams.local_addr()?;
    let up = Arc::new(Direction::new(options.up, options.seed));
    let down = Arc::new(Direction::new(options.down, options.seed ^ DOWN_SEED));
    streams::relay(listener, options.upstream, &up, &down);
    let poll = Poll::new()?;
    let mut clients = UdpSocket::from_std(datagrams);
    poll.registry().register(&mut clients, CLIENTS, Interest::READABLE)?;
    let waker = Waker::new(poll.registry(), WAKER)?;
    control::ready(listening)?;
    Relay {
        poll,
        clients,
        upstream: options.upstream,
        up,
        down,
        flows: Vec::new(),
        flow_of: HashMap::new(),
        uses: 0,
        on_the_way: Schedule::new(),
        commands: Commands::read(waker),
    }
    .run()
}

/// Whether a socket has nothing more to read. Other errors are an ICMP message about something sent earlier.
fn is_drained(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

impl Relay {
    fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(MOST_FLOWS);
        let mut buffer = vec![0; LARGEST_DATAGRAM];
        loop {
            let wait = self.on_the_way.wait(Instant::now());
            match self.poll.poll(&mut events, wait) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            for event in &events {
                match event.token() {
                    WAKER => {
                        if self.obey()? {
                            return Ok(());
                        }
                    }
                    CLIENTS => self.read_clients(&mut buffer)?,
                    Token(token) => self.read_flow(token - FIRST_FLOW, &mut buffer),
                }
            }
            while let Some(delivery) = self.on_the_way.pop_due(Instant::now()) {
                self.deliver(delivery)?;
            }
        }
    }

    /// Carries out waiting commands; true after `quit`.
    fn obey(&mut self) -> io::Result<bool> {
        while let Some(input) = self.commands.next() {
            match input {
                Ok(Command::Quit) => return Ok(true),
                Ok(Command::Stats) => {
                    control::stats(&format!(
                        r#""up":{},"down":{},"flows":{},"onTheWay":{}"#,
                        self.up.counts().to_json(),
                        self.down.counts().to_json(),
                        self.flows.len(),
                        self.on_the_way.len()
                    ))?;
                }
                Ok(Command::Set { up, down, fault }) => {
                    for (chosen, direction) in [(up, &self.up), (down, &self.down)] {
                        if chosen {
                            direction.change(|impairment| fault.apply(impairment));
                        }
                    }
                    control::done()?;
                }
                Err(error) => control::refused(&error)?,
            }
        }
        Ok(false)
    }

    fn read_clients(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        loop {
            match self.clients.recv_from(buffer) {
                Ok((length, client)) => {
                    let datagram = &buffer[..length];
                    let deliver = |datagram| Delivery::ToServer { client, datagram };
                    let at_once = send_on_the_way(&self.up, &mut self.on_the_way, datagram, deliver);
                    for delivery in at_once.into_iter().flatten() {
                        self.deliver(delivery)?;
                    }
                }
                Err(error) if is_drained(&error) => return Ok(()),
                Err(_) => {}
            }
        }
    }

    fn read_flow(&mut self, index: usize, buffer: &mut [u8]) {
        // An event may be left of a flow that has just made room for another.
        while let Some(flow) = self.flows.get(index) {
            match flow.socket.recv(buffer) {
                Ok(length) => {
                    let client = flow.client;
                    let deliver = |datagram| Delivery::ToClient { client, datagram };
                    let at_once =
                        send_on_the_way(&self.down, &mut self.on_the_way, &buffer[..length], deliver);
                    for delivery in at_once.into_iter().flatten() {
                        self.deliver_to_client(delivery);
                    }
                }
                Err(error) if is_drained(&error) => return,
                Err(_) => {}
            }
        }
    }

    fn deliver(&mut self, delivery: Delivery) -> io::Result<()> {
        match delivery {
            Delivery::ToServer { client, datagram } => {
                let index = self.flow(client)?;
                // A full buffer or a refusing server loses it, as on any path.
                if self.flows[index].socket.send(&datagram).is_ok() {
                    self.up.forwarded();
                }
            }
            to_client @ Delivery::ToClient { .. } => self.deliver_to_client(to_client),
        }
        Ok(())
    }

    fn deliver_to_client(&mut self, delivery: Delivery) {
        if let Delivery::ToClient { client, datagram } = delivery
            && self.clients.send_to(&datagram, client).is_ok()
        {
            self.down.forwarded();
        }
    }

    /// Index of the client's flow, made if there is none.
    fn flow(&mut self, client: SocketAddr) -> io::Result<usize> {
        self.uses += 1;
        if let Some(&index) = self.flow_of.get(&client) {
            self.flows[index].last_use = self.uses;
            return Ok(index);
        }
        let own: IpAddr =
            if self.upstream.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
        let mut socket = UdpSocket::from_std(bind::udp(SocketAddr::new(own, 0))?);
        socket.connect(self.upstream)?;
        let oldest =
            self.flows.iter().enumerate().min_by_key(|(_, flow)| flow.last_use).map(|(index, _)| index);
        let index = match oldest {
            Some(index) if self.flows.len() == MOST_FLOWS => index,
            _ => self.flows.len(),
        };
        let token = Token(FIRST_FLOW + index);
        self.poll.registry().register(&mut socket, token, Interest::READABLE)?;
        let flow = Flow { client, socket, last_use: self.uses };
        if index == self.flows.len() {
            self.flows.push(flow);
        } else {
            let mut replaced = std::mem::replace(&mut self.flows[index], flow);
            self.poll.registry().deregister(&mut replaced.socket)?;
            self.flow_of.remove(&replaced.client);
        }
        self.flow_of.insert(client, index);
        Ok(index)
    }
}

/// Decides about a datagram: what is delayed goes on the schedule, what is not is returned.
fn send_on_the_way(
    direction: &Direction,
    on_the_way: &mut Schedule<Delivery>,
    datagram: &[u8],
    deliver: impl Fn(Box<[u8]>) -> Delivery,
) -> [Option<Delivery>; 2] {
    let Fate::Delivered { after, again, forgery, .. } = direction.decide() else { return [None, None] };
    let now = Instant::now();
    [Some(after), again].map(|after| {
        let after = after?;
        let delivery = deliver(forgery.forge(datagram).into());
        if after.is_zero() {
            return Some(delivery);
        }
        on_the_way.push(now + after, delivery);
        None
    })
}
