//! Command line and commands on standard input.

use crate::answer::{self, Records, Unknown};
use crate::forgery::Forgery;
use crate::impairment::Impairment;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

/// How the program is used, as printed on a wrong command line.
pub(crate) const USAGE: &str = "\
usage: testbed-relay relay --upstream ADDR:PORT [--listen ADDR:PORT] [--seed N] [FAULT ...]
       testbed-relay respond [--listen ADDR:PORT] [--delay MS] [--a ADDR ...] [--aaaa ADDR ...] [--ttl SECONDS]
                             [--suffix NAME] [--unknown drop|deny]
FAULT: --up-NAME VALUE (client to server), --down-NAME VALUE (server to client), --both-NAME VALUE
NAME:  delay, jitter, reorder-by (ms); loss, duplicate, reorder (probability); black-hole (on, off);
       forge (none, servfail, refused, empty, no-data, nxdomain, truncated, wrong-id)
commands on standard input: set up|down|both NAME VALUE, stats, quit; its end ends the program";

/// What is wrong with a command line or a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArgumentError(pub(crate) String);

impl fmt::Display for ArgumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What to run.
#[derive(Debug, Clone)]
pub(crate) enum Mode {
    Relay(RelayOptions),
    Respond(RespondOptions),
}

/// Options of a relay.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RelayOptions {
    pub(crate) listen: SocketAddr,
    pub(crate) upstream: SocketAddr,
    pub(crate) seed: u64,
    pub(crate) up: Impairment,
    pub(crate) down: Impairment,
}

/// Options of a responder.
#[derive(Debug, Clone)]
pub(crate) struct RespondOptions {
    pub(crate) listen: SocketAddr,
    pub(crate) delay: Duration,
    pub(crate) records: Records,
}

/// A command on standard input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Command {
    Set { up: bool, down: bool, fault: Fault },
    Stats,
    Quit,
}

/// One setting of an impairment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    Delay(Duration),
    Jitter(Duration),
    ReorderBy(Duration),
    Loss(f64),
    Duplicate(f64),
    Reorder(f64),
    BlackHole(bool),
    Forge(Forgery),
}

impl Fault {
    fn parse(name: &str, value: &str) -> Result<Self, ArgumentError> {
        match name {
            "delay" => milliseconds(value).map(Self::Delay),
            "jitter" => milliseconds(value).map(Self::Jitter),
            "reorder-by" => milliseconds(value).map(Self::ReorderBy),
            "loss" => probability(value).map(Self::Loss),
            "duplicate" => probability(value).map(Self::Duplicate),
            "reorder" => probability(value).map(Self::Reorder),
            "black-hole" => on_off(value).map(Self::BlackHole),
            "forge" => value
                .parse()
                .map(Self::Forge)
                .map_err(|()| ArgumentError(format!("unknown forgery {value:?}"))),
            _ => Err(ArgumentError(format!("unknown fault {name:?}"))),
        }
    }

    /// Changes this one setting.
    pub(crate) fn apply(self, impairment: &mut Impairment) {
        match self {
            Self::Delay(value) => impairment.delay = value,
            Self::Jitter(value) => impairment.jitter = value,
            Self::ReorderBy(value) => impairment.reorder_by = value,
            Self::Loss(value) => impairment.loss = value,
            Self::Duplicate(value) => impairment.duplicate = value,
            Self::Reorder(value) => impairment.reorder = value,
            Self::BlackHole(value) => impairment.black_hole = value,
            Self::Forge(value) => impairment.forgery = value,
        }
    }
}

fn parsed<T: FromStr>(value: &str, what: &str) -> Result<T, ArgumentError> {
    value.parse().map_err(|_| ArgumentError(format!("{value:?} is not {what}")))
}

fn milliseconds(value: &str) -> Result<Duration, ArgumentError> {
    let ms: f64 = parsed(value, "a number of milliseconds")?;
    Duration::try_from_secs_f64(ms / 1000.0).map_err(|error| ArgumentError(format!("{value:?}: {error}")))
}

fn probability(value: &str) -> Result<f64, ArgumentError> {
    let probability: f64 = parsed(value, "a probability")?;
    if (0.0..=1.0).contains(&probability) {
        Ok(probability)
    } else {
        Err(ArgumentError(format!("{value:?} is not in 0..=1")))
    }
}

fn on_off(value: &str) -> Result<bool, ArgumentError> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(ArgumentError(format!("{value:?} is neither on nor off"))),
    }
}

/// Which directions `up`, `down` or `both` stands for.
fn directions(word: &str) -> Option<(bool, bool)> {
    match word {
        "up" => Some((true, false)),
        "down" => Some((false, true)),
        "both" => Some((true, true)),
        _ => None,
    }
}

impl FromStr for Command {
    type Err = ArgumentError;

    fn from_str(line: &str) -> Result<Self, ArgumentError> {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["stats"] => Ok(Self::Stats),
            ["quit"] => Ok(Self::Quit),
            ["set", word, name, value] => {
                let (up, down) =
                    directions(word).ok_or_else(|| ArgumentError(format!("unknown direction {word:?}")))?;
                Ok(Self::Set { up, down, fault: Fault::parse(name, value)? })
            }
            _ => Err(ArgumentError(format!("unknown command {line:?}"))),
        }
    }
}

const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn on_loopback(value: &str) -> Result<SocketAddr, ArgumentError> {
    let address: SocketAddr = parsed(value, "an address with a port")?;
    // The program exists to disturb traffic; it must not do that to anyone else's.
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(ArgumentError(format!("{value} is not on loopback")))
    }
}

/// Reads the command line, the program's name left out.
pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Mode, ArgumentError> {
    let mut arguments = arguments.into_iter();
    let mode = arguments.next().ok_or_else(|| ArgumentError("no mode".into()))?;
    let mut pairs = Vec::new();
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or_else(|| ArgumentError(format!("{option} needs a value")))?;
        pairs.push((option, value));
    }
    match mode.as_str() {
        "relay" => relay(&pairs),
        "respond" => respond(&pairs),
        _ => Err(ArgumentError(format!("unknown mode {mode:?}"))),
    }
}

fn relay(pairs: &[(String, String)]) -> Result<Mode, ArgumentError> {
    let mut listen = LOOPBACK;
    let mut upstream = None;
    let mut seed = 0;
    let (mut up, mut down) = (Impairment::default(), Impairment::default());
    for (option, value) in pairs {
        match option.as_str() {
            "--listen" => listen = on_loopback(value)?,
            "--upstream" => upstream = Some(on_loopback(value)?),
            "--seed" => seed = parsed(value, "a number")?,
            _ => {
                let unknown = || ArgumentError(format!("unknown option {option}"));
                let (word, name) =
                    option.strip_prefix("--").and_then(|rest| rest.split_once('-')).ok_or_else(unknown)?;
                let (to_up, to_down) = directions(word).ok_or_else(unknown)?;
                let fault = Fault::parse(name, value)?;
                if to_up {
                    fault.apply(&mut up);
                }
                if to_down {
                    fault.apply(&mut down);
                }
            }
        }
    }
    let upstream = upstream.ok_or_else(|| ArgumentError("--upstream is missing".into()))?;
    Ok(Mode::Relay(RelayOptions { listen, upstream, seed, up, down }))
}

fn respond(pairs: &[(String, String)]) -> Result<Mode, ArgumentError> {
    let mut options = RespondOptions {
        listen: LOOPBACK,
        delay: Duration::ZERO,
        records: Records {
            a: Vec::new(),
            aaaa: Vec::new(),
            ttl_seconds: 300,
            suffix: vec![0],
            unknown: Unknown::Dropped,
        },
    };
    let records = &mut options.records;
    for (option, value) in pairs {
        match option.as_str() {
            "--listen" => options.listen = on_loopback(value)?,
            "--delay" => options.delay = milliseconds(value)?,
            "--a" => records.a.push(parsed(value, "an IPv4 address")?),
            "--aaaa" => records.aaaa.push(parsed(value, "an IPv6 address")?),
            "--ttl" => records.ttl_seconds = parsed(value, "a number of seconds")?,
            "--suffix" => {
                records.suffix = answer::wire_name(value)
                    .ok_or_else(|| ArgumentError(format!("{value:?} is not a domain name")))?;
            }
            "--unknown" => {
                records.unknown = match value.as_str() {
                    "drop" => Unknown::Dropped,
                    "deny" => Unknown::Denied,
                    _ => return Err(ArgumentError(format!("{value:?} is neither drop nor deny"))),
                };
            }
            _ => return Err(ArgumentError(format!("unknown option {option}"))),
        }
    }
    Ok(Mode::Respond(options))
}

#[cfg(test)]
mod tests {
    use super::{Command, Fault, Mode, RelayOptions, parse};
    use std::time::Duration;

    fn relay(line: &str) -> Result<RelayOptions, String> {
        match parse(line.split_whitespace().map(String::from)) {
            Ok(Mode::Relay(options)) => Ok(options),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn reads_faults_of_each_direction() {
        let options =
            relay("relay --upstream 127.0.0.1:53 --seed 9 --up-loss 0.25 --down-delay 1.5 --both-jitter 2")
                .unwrap();
        assert_eq!((options.seed, options.listen.to_string()), (9, "127.0.0.1:0".into()));
        assert!((options.up.loss - 0.25).abs() < f64::EPSILON && options.down.loss == 0.0);
        assert_eq!((options.up.delay, options.down.delay), (Duration::ZERO, Duration::from_micros(1500)));
        assert_eq!((options.up.jitter, options.down.jitter), (options.down.jitter, Duration::from_millis(2)));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for (line, message) in [
            ("relay", "--upstream is missing"),
            ("relay --upstream 10.0.0.1:53", "not on loopback"),
            ("relay --upstream 127.0.0.1:53 --listen 0.0.0.0:53", "not on loopback"),
            ("relay --upstream 127.0.0.1:53 --up-loss 2", "not in 0..=1"),
            ("relay --upstream 127.0.0.1:53 --up-delay -1", "negative"),
            ("relay --upstream 127.0.0.1:53 --side-loss 1", "unknown option"),
            ("relay --upstream 127.0.0.1:53 --up-colour 1", "unknown fault"),
            ("relay --upstream 127.0.0.1:53 --down-forge gold", "unknown forgery"),
            ("relay --upstream", "needs a value"),
            ("dance", "unknown mode"),
        ] {
            let error = relay(line).unwrap_err();
            assert!(error.contains(message), "{line}: {error}");
        }
    }

    #[test]
    fn reads_commands() {
        assert_eq!("stats".parse(), Ok(Command::Stats));
        let black_hole = Command::Set { up: false, down: true, fault: Fault::BlackHole(true) };
        assert_eq!("set down black-hole on".parse(), Ok(black_hole));
        assert!("set sideways loss 1".parse::<Command>().is_err());
        assert!("set up black-hole perhaps".parse::<Command>().is_err());
        assert!("".parse::<Command>().is_err());
    }
}
