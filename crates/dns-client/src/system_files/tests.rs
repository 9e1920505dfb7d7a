use std::fs;
use std::path::PathBuf;

use super::{SystemFiles, SystemView};
use crate::options::ResolverOptions;

/// A directory of its own for one test, with both files.
struct Machine {
    directory: PathBuf,
    options: ResolverOptions,
    files: SystemFiles,
}

impl Machine {
    fn new(name: &str, resolv_conf: &str, hosts: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("dns-client-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory of its own");
        let options = ResolverOptions {
            resolv_conf: directory.join("resolv.conf"),
            hosts: Some(directory.join("hosts")),
            ..ResolverOptions::default()
        };
        let machine = Self { directory, options, files: SystemFiles::default() };
        machine.write("resolv.conf", resolv_conf.as_bytes());
        machine.write("hosts", hosts.as_bytes());
        machine
    }

    fn write(&self, name: &str, octets: &[u8]) {
        fs::write(self.directory.join(name), octets).expect("it can be written");
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.directory.join(name)).expect("it is there");
    }

    fn view(&mut self) -> SystemView {
        self.files.view(&self.options)
    }

    fn knows(&mut self, name: &str) -> bool {
        self.view().hosts.expect("hosts are read").lookup(name).is_some()
    }

    fn first_server(&mut self) -> String {
        self.view().servers[0].server.to_string()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _left_behind_is_fine = fs::remove_dir_all(&self.directory);
    }
}

#[test]
fn a_removed_hosts_file_is_an_empty_one() {
    let mut machine = Machine::new("hosts-removed", "nameserver 192.0.2.1\n", "192.0.2.7 here\n");
    assert!(machine.knows("here"));
    machine.remove("hosts");
    assert!(machine.files.check());
    assert!(!machine.knows("here"), "as for glibc");
    assert!(!machine.files.check());
    assert_eq!(machine.files.take_warnings().len(), 1);
    machine.write("hosts", b"192.0.2.8 there\n");
    assert!(machine.files.check());
    assert!(machine.knows("there"));
}

#[test]
fn a_removed_resolv_conf_stays_in_force_with_one_warning() {
    let mut machine = Machine::new("conf-removed", "nameserver 192.0.2.1\n", "");
    assert_eq!(machine.first_server(), "192.0.2.1:53");
    machine.remove("resolv.conf");
    for _ in 0..3 {
        assert!(!machine.files.check());
    }
    assert_eq!(machine.first_server(), "192.0.2.1:53");
    assert_eq!(machine.files.take_warnings().len(), 1);
    machine.write("resolv.conf", b"nameserver 192.0.2.22\n");
    assert!(machine.files.check());
    assert_eq!(machine.first_server(), "192.0.2.22:53");
    machine.remove("resolv.conf");
    assert!(!machine.files.check());
    assert_eq!(machine.files.take_warnings().len(), 1, "one for each time it goes");
}

#[test]
fn a_binary_file_leaves_the_last_good_one_in_force() {
    let mut machine = Machine::new("binary", "nameserver 192.0.2.1\n", "192.0.2.7 here\n");
    assert!(machine.knows("here"));
    machine.write("hosts", b"\0\x01\x02 nothing of use");
    assert!(!machine.files.check());
    assert!(machine.knows("here"));
    assert!(!machine.files.check());
    assert_eq!(machine.files.take_warnings().len(), 1);
}
