//! The `hosts` line of `nsswitch.conf`.

/// The services that `getaddrinfo` asks for host names, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostServices {
    services: Vec<Box<str>>,
}

/// Services whose answers this crate gives as well: hosts file and DNS, systemd-resolved's names for DNS, and the
/// machine's own name.
const COVERED: [&str; 4] = ["files", "dns", "resolve", "myhostname"];

impl Default for HostServices {
    /// What glibc asks where no file says otherwise.
    fn default() -> Self {
        Self { services: vec!["files".into(), "dns".into()] }
    }
}

impl HostServices {
    /// Parses `nsswitch.conf`. The last `hosts` line counts; without one it is the default.
    ///
    /// Actions such as `[NOTFOUND=return]` are passed over.
    #[must_use]
    pub(crate) fn parse(input: &[u8]) -> Self {
        input.split(|&octet| octet == b'\n').rev().find_map(Self::parse_line).unwrap_or_default()
    }

    fn parse_line(line: &[u8]) -> Option<Self> {
        let line = line.split(|&octet| octet == b'#' || octet == 0).next()?.trim_ascii();
        let rest = line.strip_prefix(b"hosts")?;
        if !rest.first().is_some_and(|&octet| octet == b':' || octet.is_ascii_whitespace()) {
            return None;
        }
        let start = rest
            .iter()
            .position(|&octet| octet != b':' && !octet.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let mut services = Vec::new();
        let mut in_action = false;
        for word in rest[start..].split(u8::is_ascii_whitespace) {
            // An action may contain blanks, and a service may follow it without one.
            for part in word.split_inclusive(|&octet| octet == b'[' || octet == b']') {
                let (name, bracket) = match part {
                    [name @ .., bracket @ (b'[' | b']')] => (name, Some(*bracket)),
                    name => (name, None),
                };
                if !in_action && !name.is_empty() {
                    services.push(String::from_utf8_lossy(name).into_owned().into_boxed_str());
                }
                in_action = bracket.map_or(in_action, |bracket| bracket == b'[');
            }
        }
        Some(Self { services })
    }

    /// The services in order.
    pub(crate) fn services(&self) -> impl Iterator<Item = &str> {
        self.services.iter().map(AsRef::as_ref)
    }

    /// Whether there is a service that may know names which neither the hosts file nor DNS do (mDNS, NIS, containers).
    #[must_use]
    pub(crate) fn has_others(&self) -> bool {
        self.services().any(|service| !COVERED.contains(&service))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::HostServices;

    fn services(text: &str) -> Vec<String> {
        HostServices::parse(text.as_bytes()).services().map(str::to_owned).collect()
    }

    #[test]
    fn reads_the_last_line() {
        assert_eq!(
            services("passwd: files nis\nhosts: files\n  hosts:\tfiles dns # mdns\nshosts: x\n"),
            ["files", "dns"]
        );
        assert_eq!(services("hosts files dns\n"), ["files", "dns"]);
        assert_eq!(services("hosts:\n"), [""; 0]);
        assert_eq!(services("hostsx: mdns\nHosts: mdns\n"), ["files", "dns"]);
        assert_eq!(services(""), ["files", "dns"]);
    }

    #[test]
    fn passes_over_actions() {
        assert_eq!(
            services("hosts: files mdns4_minimal [NOTFOUND=return] dns[!UNAVAIL = return SUCCESS=merge]nis"),
            ["files", "mdns4_minimal", "dns", "nis"],
        );
    }

    #[test]
    fn tells_when_getaddrinfo_may_know_more() {
        for (text, more) in [
            ("hosts: files dns", false),
            ("hosts: files resolve [!UNAVAIL=return] myhostname dns", false),
            ("hosts: files mdns4_minimal [NOTFOUND=return] dns", true),
            ("hosts: files mymachines dns", true),
        ] {
            assert_eq!(HostServices::parse(text.as_bytes()).has_others(), more, "{text}");
        }
    }

    proptest! {
        #[test]
        fn takes_any_octets(input: Vec<u8>) {
            let _ = HostServices::parse(&input);
        }
    }
}
