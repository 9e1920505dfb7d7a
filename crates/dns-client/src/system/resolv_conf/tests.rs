use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> ResolvConf {
    ResolvConf::parse(text.as_bytes(), &ResolverEnv::default(), None)
}

fn servers(conf: &ResolvConf) -> Vec<String> {
    let text = |server: &NameServer| match &server.zone {
        Some(zone) => format!("{}%{zone}", server.address),
        None => server.address.to_string(),
    };
    conf.servers.iter().map(text).collect()
}

fn search(conf: &ResolvConf) -> Vec<String> {
    conf.search.iter().map(ToString::to_string).collect()
}

fn warnings(conf: &ResolvConf) -> Vec<(usize, WarningKind)> {
    conf.warnings.iter().map(|warning| (warning.line, warning.kind)).collect()
}

#[test]
fn reads_what_a_cluster_writes() {
    let conf = parse(
        "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
    );
    assert_eq!(servers(&conf), ["10.96.0.10"]);
    assert_eq!(search(&conf), ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"]);
    assert_eq!(conf.options.ndots, 5);
    assert_eq!(conf.warnings, []);
}

#[test]
fn at_most_three_servers_in_order() {
    let conf =
        parse("nameserver 10.0.0.1\nnameserver\t 127.2 rest\nnameserver fe80::1%eth0\nnameserver 10.0.0.4\n");
    assert_eq!(servers(&conf), ["10.0.0.1", "127.0.0.2", "fe80::1%eth0"]);
    assert_eq!(warnings(&conf), [(4, WarningKind::TooManyServers)]);
}

#[test]
fn without_a_usable_server_it_is_loopback() {
    for text in ["", "nameserver\n", "nameserver \n", "nameserver localhost\n", "# nameserver 10.0.0.1\n"] {
        assert_eq!(servers(&parse(text)), ["127.0.0.1"], "{text:?}");
    }
    assert_eq!(ResolvConf::default(), parse(""));
}

#[test]
fn a_bad_line_spoils_only_itself() {
    let conf = parse(
        "nameserver 10.0.0.1:53\nnameserver 10.0.0.1\r\n\0nameserver 10.0.0.9\nNameserver 10.0.0.9\n nameserver 10.0.0.9\n\
         nameserver10.0.0.9\nnameserver=10.0.0.9\n;nameserver 10.0.0.9\noptionsndots:4\noptions ndots:3\n\
         nameserver 10.0.0.2\0garbage\nsearch\nsearch \t \ndomain example\n",
    );
    assert_eq!(servers(&conf), ["10.0.0.2"]);
    assert_eq!(search(&conf), ["example"]);
    assert_eq!(conf.options.ndots, 3);
    assert_eq!(warnings(&conf), [(1, WarningKind::BadAddress), (2, WarningKind::BadAddress)]);
}

#[test]
fn the_last_of_search_and_domain_wins() {
    assert_eq!(search(&parse("search a b\ndomain c d\n")), ["c"]);
    assert_eq!(search(&parse("domain c\nsearch a\tb  .d. .\n")), ["a", "b", "d", "."]);
    assert_eq!(search(&parse("search a\nsearch b c\ndomain\nsearch \n")), ["b", "c"]);
}

#[test]
fn the_list_ends_before_a_suffix_that_is_no_name() {
    let conf = parse("search a b..c d\n");
    assert_eq!(search(&conf), ["a"]);
    assert_eq!(warnings(&conf), [(1, WarningKind::BadSuffix)]);
    assert!(conf.warnings[0].to_string().starts_with("line 1: a search suffix is no domain name"));
    assert_eq!(warnings(&parse("search a b..c d\nsearch e\n")), []);
}

#[test]
fn the_list_is_bounded() {
    let conf = parse(&format!("search{}\n", " a".repeat(2_000_000)));
    assert_eq!(conf.search.len(), 256);
    assert_eq!(warnings(&conf), [(1, WarningKind::TooManySuffixes)]);
    let conf = parse(&"nameserver x\n".repeat(1_000_000));
    assert_eq!(conf.warnings.len(), 16);
}

#[test]
fn the_host_name_gives_a_domain_of_last_resort() {
    let parse = |text: &str, hostname| ResolvConf::parse(text.as_bytes(), &ResolverEnv::default(), hostname);
    assert_eq!(search(&parse("", Some("host.corp.example"))), ["corp.example"]);
    assert_eq!(search(&parse("", Some("host."))), ["."]);
    assert_eq!(search(&parse("", Some("host"))), [""; 0]);
    assert_eq!(search(&parse("domain a\n", Some("host.corp.example"))), ["a"]);
}

#[test]
fn the_environment_comes_first_and_last() {
    let parse = |localdomain, res_options| {
        let env = ResolverEnv { localdomain, res_options };
        ResolvConf::parse(b"search file\noptions ndots:3 rotate\n", &env, Some("host.corp.example"))
    };
    assert_eq!(search(&parse(Some("a b\tc\nd"), None)), ["a", "b", "c"]);
    assert_eq!(search(&parse(Some(""), None)), ["."]);
    assert_eq!(search(&parse(Some(" a"), None)), [".", "a"]);
    let conf = parse(None, Some("ndots:2 timeout:1"));
    assert_eq!((conf.options.ndots, conf.options.timeout_s, conf.options.rotate), (2, Some(1), true));
    assert_eq!(search(&conf), ["file"]);
}

proptest! {
    #[test]
    fn takes_any_octets(input: Vec<u8>, localdomain: Option<String>, res_options: Option<String>, hostname: Option<String>) {
        let env = ResolverEnv { localdomain: localdomain.as_deref(), res_options: res_options.as_deref() };
        let conf = ResolvConf::parse(&input, &env, hostname.as_deref());
        prop_assert!((1..=3).contains(&conf.servers.len()));
    }

    #[test]
    fn lines_between_do_not_matter(
        junk in proptest::collection::vec("[^\n]{0,20}", 0..8),
        servers in proptest::collection::vec(any::<std::net::IpAddr>(), 1..5),
    ) {
        // Junk that is a keyword by chance would not be junk.
        let junk: Vec<String> = junk.iter().map(|line| format!("#{line}\n{line:?}\n")).collect();
        let junk = junk.concat();
        let lines: Vec<String> = servers.iter().map(|server| format!("{junk}nameserver {server}\n")).collect();
        let parsed: Vec<_> = parse(&lines.concat()).servers.iter().map(|server| server.address).collect();
        prop_assert_eq!(&parsed[..], &servers[..servers.len().min(3)]);
    }
}
