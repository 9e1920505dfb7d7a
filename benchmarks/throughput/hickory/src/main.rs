//! What `hickory-resolver` does with the load that the other contenders get, for reference.
//!
//! `hickory-load load PORT CONCURRENCY WARM-UP COUNT` asks a server on 127.0.0.1 for A records of names that nobody has
//! asked for; `hickory-load hit PORT` asks a hundred times for each of its known names, which are cached. Both print
//! one sample in JSON.

use std::env;
use std::error::Error;
use std::fs;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RecordType;

type Failure = Box<dyn Error + Send + Sync>;

const KNOWN_NAMES: usize = 1_000;
const PASSES: u32 = 100;

fn resolver(port: u16) -> Result<TokioResolver, Failure> {
    let mut connection = ConnectionConfig::udp();
    connection.port = port;
    let mut server = NameServerConfig::udp([127, 0, 0, 1].into());
    server.connections = vec![connection];
    let config = ResolverConfig::from_name_servers(vec![server]);
    Ok(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build()?)
}

/// Seconds of CPU that this process has taken; Linux counts them in hundredths.
fn cpu_seconds() -> Result<f64, Failure> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').ok_or("no such file as proc(5) describes")?.1;
    let ticks: u32 = after_name.split_whitespace().skip(11).take(2).flat_map(str::parse::<u32>).sum();
    Ok(f64::from(ticks) / 100.0)
}

/// Keeps `concurrency` questions in flight until `count` have settled; gives how many failed.
async fn ask(resolver: &Arc<TokioResolver>, concurrency: usize, series: &str, count: usize) -> usize {
    let asked = Arc::new(AtomicUsize::new(0));
    let failures = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..concurrency)
        .map(|_| {
            let (resolver, asked, failures) = (resolver.clone(), asked.clone(), failures.clone());
            let series = series.to_owned();
            tokio::spawn(async move {
                loop {
                    let index = asked.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    let name = format!("{series}-{index}.any.bench.test.");
                    let answer = resolver.lookup(name, RecordType::A).await;
                    if !answer.is_ok_and(|answer| !answer.answers().is_empty()) {
                        failures.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for worker in workers {
        let _ended = worker.await;
    }
    failures.load(Ordering::Relaxed)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
async fn load(port: u16, concurrency: usize, warm_up: usize, count: usize) -> Result<(), Failure> {
    let resolver = Arc::new(resolver(port)?);
    let process = process::id();
    ask(&resolver, concurrency, &format!("warm{process}"), warm_up).await;
    let cpu_before = cpu_seconds()?;
    let start = Instant::now();
    let failures = ask(&resolver, concurrency, &format!("hickory{process}"), count).await;
    let seconds = start.elapsed().as_secs_f64();
    let cpu = (cpu_seconds()? - cpu_before) * 1e6 / count as f64;
    println!(r#"{{"rate": {}, "cpu": {cpu}, "failures": {failures}}}"#, count as f64 / seconds);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a thousand is far below 2^52")]
async fn hit(port: u16) -> Result<(), Failure> {
    let resolver = resolver(port)?;
    let names: Vec<_> = (0..KNOWN_NAMES).map(|index| format!("host-{index}.bench.test.")).collect();
    let mut octets = 0;
    for name in &names {
        octets += resolver.lookup(name.as_str(), RecordType::A).await?.answers().len();
    }
    let start = Instant::now();
    for _ in 0..PASSES {
        for name in &names {
            octets += resolver.lookup(name.as_str(), RecordType::A).await?.answers().len();
        }
    }
    let calls = f64::from(PASSES) * KNOWN_NAMES as f64;
    let time = start.elapsed().as_secs_f64() * 1e9 / calls;
    if octets == 0 {
        return Err("no addresses".into());
    }
    println!(r#"{{"time": {time}}}"#);
    Ok(())
}

fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let mode = arguments.next().unwrap_or_default();
    let numbers: Vec<usize> = arguments.map(|text| text.parse()).collect::<Result<_, _>>()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match (mode.as_str(), &numbers[..]) {
        ("load", &[port, concurrency, warm_up, count]) => {
            runtime.block_on(load(u16::try_from(port)?, concurrency, warm_up, count))
        }
        ("hit", &[port]) => runtime.block_on(hit(u16::try_from(port)?)),
        _ => Err("usage: hickory-load load PORT CONCURRENCY WARM-UP COUNT | hit PORT".into()),
    }
}
