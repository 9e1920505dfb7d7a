//! Lookups through the client. Names that nobody has asked for: question in, datagram out, answer in, answer out. The
//! client, its I/O thread and the server take turns on one thread, so that what is counted does not depend on who was faster.

use std::hint::black_box;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dns_cache::{Cache, CacheConfig};
use dns_client::{
    Answer, CacheOptions, Client, Event, GENERATIONS, Host, IoThread, LegOffer, Protocol, Resolver,
    ResolverOptions, ServerOption, Servers, Status, Waiter,
};
use dns_wire::Rtype;

/// Questions that are under way together.
const TOGETHER: u32 = 32;
/// Octets before the name.
const HEADER: usize = 12;
/// A record of the name that was asked for: A, IN, a day, 10.2.0.1.
const ANSWER: [u8; 16] = [0xc0, 12, 0, 1, 0, 1, 0, 1, 0x51, 0x80, 0, 4, 10, 2, 0, 1];
/// EDNS with datagrams of up to 1 232 octets.
const OPT: [u8; 11] = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];

static COUNTERS: [AtomicU32; GENERATIONS] = [const { AtomicU32::new(0) }; GENERATIONS];

/// A program that runs the I/O thread by hand and counts its answers.
#[derive(Default)]
struct Program {
    io: Mutex<Option<IoThread>>,
    answers: AtomicU32,
}

impl Host for Program {
    fn start(&self, io: IoThread) -> std::io::Result<()> {
        *self.io.lock().expect("nobody panics with it") = Some(io);
        Ok(())
    }

    fn complete(&self, answers: &[(Waiter, Answer)]) {
        for (_, answer) in answers {
            assert_eq!((answer.status, answer.addresses.len()), (Status::Ok, 1));
        }
        let count = u32::try_from(answers.len()).expect("few at a time");
        self.answers.fetch_add(count, Ordering::Relaxed);
    }

    fn offer_leg(&self, _environment: u32, _offer: &LegOffer<'_>) {}

    fn notify(&self, _environment: u32, _event: &Event) {}
}

struct Asker {
    program: Arc<Program>,
    client: Client,
    resolver: Arc<Resolver>,
    io: Option<IoThread>,
    answer: Answer,
    asked: u32,
    name: String,
}

impl Asker {
    /// Asks for the address of a name that is as long as the one before.
    fn ask(&mut self) {
        use std::fmt::Write as _;
        self.asked += 1;
        self.name.clear();
        write!(self.name, "q{:09}.any.bench.test", self.asked).expect("a string takes everything");
        let waiter = Waiter { environment: 1, ticket: self.asked };
        let at_once =
            self.client.query(&self.resolver, &self.name, Rtype::A.0, 0, waiter, 0, &mut self.answer);
        assert!(!at_once, "nobody has asked for it");
    }

    /// One turn of the I/O thread, which waits for nothing.
    fn turn(&mut self) {
        let io = self.io.get_or_insert_with(|| {
            let started = self.program.io.lock().expect("nobody panics with it").take();
            started.expect("it starts at the first question")
        });
        io.turn(Some(Duration::ZERO));
    }
}

/// Answers what has come with one address, or with a failure.
fn serve(server: &UdpSocket, fails: bool) {
    let mut message = [0; 512];
    while let Ok((length, peer)) = server.recv_from(&mut message) {
        let name = message[HEADER..length].iter().position(|octet| *octet == 0).expect("a whole name");
        // A response with recursion and one answer, and an OPT of its own.
        message[2..4].copy_from_slice(&[0x81, 0x80]);
        (message[7], message[11]) = (1, 1);
        if fails {
            (message[3], message[7]) = (0x82, 0);
        }
        let mut end = HEADER + name + 5;
        let records: &[u8] = if fails { &[] } else { &ANSWER };
        for part in [records, &OPT] {
            message[end..end + part.len()].copy_from_slice(part);
            end += part.len();
        }
        server.send_to(&message[..end], peer).expect("loopback takes it");
    }
}

/// Somebody who asks, and the server that is asked.
fn begin(cache: CacheOptions) -> (Asker, UdpSocket) {
    let server = UdpSocket::bind("127.0.0.1:0").expect("a loopback port");
    server.set_nonblocking(true).expect("sockets can be told not to block");
    let address = server.local_addr().expect("it is bound");
    let program = Arc::new(Program::default());
    let host = Arc::clone(&program) as Arc<dyn Host>;
    let client = Client::new(Arc::new(Cache::new(CacheConfig::default())), host, &COUNTERS);
    let servers = Servers::List(vec![ServerOption::plain(Protocol::Udp, address)]);
    // Under callgrind everything takes long: nothing is to be asked again for that.
    let options = ResolverOptions {
        servers,
        hedge: false,
        timeout_ms: Some(60_000),
        deadline_ms: 60_000,
        cache,
        ..ResolverOptions::default()
    };
    let resolver = client.open(1, options).expect("the options are good");
    let (answer, name) = (Answer::default(), String::new());
    (Asker { program, client, resolver, io: None, answer, asked: 0, name }, server)
}

/// Waits for all answers.
fn settle(asker: &mut Asker, server: &UdpSocket, fails: bool) {
    while asker.program.answers.load(Ordering::Relaxed) < asker.asked {
        asker.turn();
        serve(server, fails);
    }
}

/// Asks for a name; each time there are enough of them, all are answered.
pub(crate) fn prepare() -> Box<dyn FnMut()> {
    let (mut asker, server) = begin(CacheOptions::default());
    Box::new(move || {
        asker.ask();
        if asker.asked.is_multiple_of(TOGETHER) {
            settle(&mut asker, &server, false);
        }
    })
}

/// Of a lookup.
const IPV4: u32 = 1;

/// Looks a name up whose address is in the cache, as a lookup does that no mirror answers.
pub(crate) fn prepare_hit() -> Box<dyn FnMut()> {
    let (mut asker, server) = begin(CacheOptions::default());
    asker.ask();
    settle(&mut asker, &server, false);
    look_up(asker)
}

/// Looks a name up whose address has expired and that is not asked for, for its server has just failed.
pub(crate) fn prepare_held() -> Box<dyn FnMut()> {
    let cache = CacheOptions { max_ttl_seconds: 0, stale_hold_seconds: 86_400, ..CacheOptions::default() };
    let (mut asker, server) = begin(cache);
    asker.ask();
    settle(&mut asker, &server, false);
    asker.asked += 1;
    let Asker { client, resolver, name, answer, asked, .. } = &mut asker;
    let waiter = Waiter { environment: 1, ticket: *asked };
    assert!(!client.lookup(resolver, name, IPV4, waiter, 0, answer), "it is asked for once");
    settle(&mut asker, &server, true);
    look_up(asker)
}

/// Looks the last name up, which is answered at once.
fn look_up(mut asker: Asker) -> Box<dyn FnMut()> {
    Box::new(move || {
        let Asker { client, resolver, name, answer, .. } = &mut asker;
        let waiter = Waiter { environment: 1, ticket: 0 };
        let at_once = client.lookup(resolver, black_box(name), IPV4, waiter, 0, answer);
        assert!(at_once && answer.addresses.len() == 1, "it is cached");
    })
}
