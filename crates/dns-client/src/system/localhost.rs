//! Names that RFC 6761 binds to the loopback interface.

/// Whether `name` is `localhost` or ends in `.localhost`, in any case, with or without a trailing dot.
///
/// Such a name never leaves the machine (RFC 6761 §6.3): what the hosts file does not say about it is answered with
/// [`Ipv4Addr::LOCALHOST`](std::net::Ipv4Addr::LOCALHOST) and [`Ipv6Addr::LOCALHOST`](std::net::Ipv6Addr::LOCALHOST).
#[must_use]
pub(crate) fn is_localhost(name: &[u8]) -> bool {
    const LABEL: &[u8] = b"localhost";
    let name = name.strip_suffix(b".").unwrap_or(name);
    let Some(split) = name.len().checked_sub(LABEL.len()) else { return false };
    let (before, label) = name.split_at(split);
    label.eq_ignore_ascii_case(LABEL) && (before.is_empty() || before.len() > 1 && before.ends_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::is_localhost;

    #[test]
    fn covers_the_name_and_what_is_below_it() {
        for name in ["localhost", "LOCALHOST", "localhost.", "a.localhost", "a.b.LocalHost.", "-.localhost"] {
            assert!(is_localhost(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            ".",
            "localhost..",
            ".localhost",
            "notlocalhost",
            "localhost.example",
            "host",
            "localhos",
            "local.host",
        ] {
            assert!(!is_localhost(name.as_bytes()), "{name}");
        }
    }
}
