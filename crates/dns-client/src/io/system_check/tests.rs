//! Looks at files, interfaces and clocks, one by one.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dns_cache::{Fill, Insert, Key, Outcome};

use crate::event::Event;
use crate::io::IoThread;
use crate::io::suspension::Clocks;
use crate::options::ResolverOptions;
use crate::resolver::Resolver;
use crate::stage::{GENERATION, Stage, staged, with_silent_server};
use crate::system::InterfaceTable;
use crate::time::Time;
use crate::{Answer, Client, Waiter};

/// A directory of its own for one test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dns-client-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory of its own");
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What is left behind in a directory for temporary files harms nobody.
        let _left_behind = fs::remove_dir_all(&self.0);
    }
}

/// The thread of a client whose resolvers of environments 1 and 2 have looked something up.
fn running(options: &ResolverOptions) -> (Arc<Stage>, Client, [Arc<Resolver>; 2], IoThread) {
    let (stage, client) = staged();
    let resolvers = [1, 2].map(|environment| {
        let resolver = client.open(environment, options.clone()).expect("options are good");
        let waiter = Waiter { environment, ticket: 1 };
        assert!(!client.lookup(&resolver, "pending.test", 0, waiter, 0, &mut Answer::default()));
        resolver
    });
    let mut io = stage.io.lock().take().expect("started at the first submission");
    assert!(!io.take_commands());
    io.check_system_at(clocks(0, 0));
    stage.news.lock().clear();
    (stage, client, resolvers, io)
}

fn clocks(awake_s: u64, counting_s: u64) -> Clocks {
    let awake = Duration::from_secs(1_000 + awake_s);
    Clocks {
        awake_before: awake,
        counting: Time::from_millis((1_000 + counting_s) * 1_000),
        awake_after: awake,
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_is_swapped_and_a_file_that_goes_and_returns_are_told_to_who_watches() {
    use std::os::unix::fs::symlink;
    let (_silent, options) = with_silent_server();
    let (stage, client, [first, second], mut io) = running(&options);
    // As Kubernetes lays out a ConfigMap: the file is a link through `..data`, which is replaced as a whole.
    let directory = Directory::new("swapped");
    let at = |path: &str| directory.0.join(path);
    for version in ["one", "two"] {
        fs::create_dir(at(version)).expect("made");
        fs::write(at(version).join("config.json"), "{}").expect("written");
    }
    symlink("one", at("..data")).expect("linked");
    symlink("..data/config.json", at("config.json")).expect("linked");
    let path = at("config.json").display().to_string();
    let other = at("other.json").display().to_string();
    client.watch(&first, Some(&path));
    client.watch(&second, Some(&other));
    let mut told = |awake_s| {
        io.check_system_at(clocks(awake_s, awake_s));
        std::mem::take(&mut *stage.news.lock())
    };
    assert_eq!(told(1), []);
    symlink("two", at("..data_tmp")).expect("linked");
    fs::rename(at("..data_tmp"), at("..data")).expect("swapped");
    assert_eq!(told(2), [(1, Event::FileChanged(path.clone()))]);
    assert_eq!(told(3), []);
    fs::remove_file(at("config.json")).expect("removed");
    assert_eq!(told(4), [(1, Event::FileChanged(path.clone()))]);
    symlink("..data/config.json", at("config.json")).expect("linked");
    assert_eq!(told(5), [(1, Event::FileChanged(path.clone()))]);
    fs::write(&other, "1").expect("written");
    assert_eq!(told(6), [(2, Event::FileChanged(other.clone()))]);
    client.watch(&second, None);
    fs::write(&other, "22").expect("written");
    client.close(&first);
    fs::remove_file(at("config.json")).expect("removed");
    assert_eq!(told(7), []);
}

#[test]
fn an_environment_hears_once_of_a_file_that_two_of_its_resolvers_watch() {
    let (_silent, options) = with_silent_server();
    let (stage, client, [first, _second], mut io) = running(&options);
    let third = client.open(1, options.clone()).expect("options are good");
    let directory = Directory::new("watched-twice");
    let path = directory.0.join("config.json").display().to_string();
    client.watch(&first, Some(&path));
    client.watch(&third, Some(&path));
    fs::write(&path, "{}").expect("written");
    io.check_system_at(clocks(1, 1));
    assert_eq!(*stage.news.lock(), [(1, Event::FileChanged(path))]);
}

#[test]
fn a_warning_is_told_to_one_environment_once() {
    let (_silent, options) = with_silent_server();
    let directory = Directory::new("warned");
    let hosts = directory.0.join("hosts");
    fs::write(&hosts, "192.0.2.1 a.test").expect("written");
    let options = ResolverOptions { hosts: Some(hosts.clone()), ..options };
    let (stage, client, [first, _second], mut io) = running(&options);
    client.close(&first);
    fs::remove_file(&hosts).expect("removed");
    for second in 1..4 {
        io.check_system_at(clocks(second, second));
    }
    let news = std::mem::take(&mut *stage.news.lock());
    assert!(matches!(&news[..], [(2, Event::Warning(text))] if text.contains("hosts")), "{news:?}");
}

#[test]
fn after_a_sleep_failures_and_denials_are_over_and_every_environment_hears() {
    let (_silent, options) = with_silent_server();
    let (stage, client, [first, _second], mut io) = running(&options);
    let snapshot = first.snapshot().expect("made at the first lookup");
    let now_ms = Time::now().as_millis();
    let store = |name: &[u8], kind| {
        let key = Key { namespace: snapshot.namespace.id(), name, rtype: 1 };
        let insert = Insert { kind, payload: &[1], ttl_ms: 60_000, ..Insert::default() };
        assert_eq!(io.shared.cache.insert(&key, &insert, now_ms), Outcome::Stored);
    };
    store(b"\x04gone\x04test\x00", Fill::NxDomain);
    store(b"\x06failed\x04test\x00", Fill::ServerFailure);
    let known = || {
        let mut answer = Answer::default();
        ["gone.test", "failed.test"].map(|name| client.peek(&first, name, 1, &mut answer))
    };
    let generation = GENERATION[0].load(Ordering::Relaxed);
    io.check_system_at(clocks(30, 30));
    assert_eq!(known(), [true, true]);
    io.check_system_at(clocks(31, 331));
    assert_eq!(known(), [false, false]);
    assert_eq!(*stage.news.lock(), [(1, Event::Resumed), (2, Event::Resumed)]);
    assert!(GENERATION[0].load(Ordering::Relaxed) > generation, "what callers kept ends too");
    let stats = client.stats(&first);
    assert_eq!((stats.resumes, stats.network_changes), (1, 0));
}

#[test]
fn another_address_of_the_machine_is_told_to_every_environment() {
    let (_silent, options) = with_silent_server();
    let (stage, client, [first, _second], mut io) = running(&options);
    io.interfaces = Some(InterfaceTable::default());
    io.check_system_at(clocks(1, 1));
    assert_eq!(*stage.news.lock(), [(1, Event::NetworkChanged), (2, Event::NetworkChanged)]);
    assert_eq!(client.stats(&first).network_changes, 1);
}
