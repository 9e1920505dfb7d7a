//! The `options` of `resolv.conf`, also taken from `RES_OPTIONS`.

/// Most dots that `ndots` may ask for (`RES_MAXNDOTS`).
const MAX_NDOTS: i32 = 15;
/// Longest `timeout`, in seconds (`RES_MAXRETRANS`).
const MAX_TIMEOUT_S: i32 = 30;
/// Most `attempts` (`RES_MAXRETRY`).
const MAX_ATTEMPTS: i32 = 5;

/// What `options` lines and `RES_OPTIONS` asked for. They accumulate: a later number wins, a flag is never cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "these are independent switches of a documented format")]
pub(crate) struct ResolvOptions {
    /// Names with at least so many dots are tried as they are before the search list; 0 to 15.
    pub(crate) ndots: u8,
    /// Seconds to wait for one server, 1 to 30, if written.
    pub(crate) timeout_s: Option<u8>,
    /// Rounds over the servers, 1 to 5, if written. glibc sends nothing at all for 0; here that is 1.
    pub(crate) attempts: Option<u8>,
    /// Begin each lookup with the next server.
    pub(crate) rotate: bool,
    /// TCP only.
    pub(crate) use_vc: bool,
    /// Send EDNS.
    pub(crate) edns0: bool,
    /// A and AAAA one after the other.
    pub(crate) single_request: bool,
    /// A and AAAA one after the other, on sockets of their own.
    pub(crate) single_request_reopen: bool,
    /// Never ask for AAAA.
    pub(crate) no_aaaa: bool,
    /// Names without a dot are not tried as they are after the search list.
    pub(crate) no_tld_query: bool,
    /// Keep the AD bit of answers.
    pub(crate) trust_ad: bool,
    /// Do not read the file again when it changes.
    pub(crate) no_reload: bool,
}

impl Default for ResolvOptions {
    fn default() -> Self {
        Self {
            ndots: 1,
            timeout_s: None,
            attempts: None,
            rotate: false,
            use_vc: false,
            edns0: false,
            single_request: false,
            single_request_reopen: false,
            no_aaaa: false,
            no_tld_query: false,
            trust_ad: false,
            no_reload: false,
        }
    }
}

impl ResolvOptions {
    /// Applies the words of one `options` line, or of `RES_OPTIONS`.
    ///
    /// Words are matched by their beginning, as in glibc: `rotate-always` is `rotate`. Unknown ones are passed over.
    pub(super) fn apply(&mut self, words: &[u8]) {
        let mut rest = words;
        while !rest.is_empty() {
            let start = rest.iter().position(|&octet| !is_blank(octet)).unwrap_or(rest.len());
            rest = &rest[start..];
            self.apply_word(rest);
            let end = rest.iter().position(|&octet| is_blank(octet)).unwrap_or(rest.len());
            rest = &rest[end..];
        }
    }

    /// Applies the word that `text` begins with. A number may come after blanks, because `atoi` skips them.
    fn apply_word(&mut self, text: &[u8]) {
        if let Some(value) = text.strip_prefix(b"ndots:") {
            // The field is four bits wide, and only the upper bound is checked: -1 is 15.
            self.ndots = (atoi(value).min(MAX_NDOTS) & MAX_NDOTS).to_le_bytes()[0];
        } else if let Some(value) = text.strip_prefix(b"timeout:") {
            self.timeout_s = Some(atoi(value).clamp(1, MAX_TIMEOUT_S).to_le_bytes()[0]);
        } else if let Some(value) = text.strip_prefix(b"attempts:") {
            self.attempts = Some(atoi(value).clamp(1, MAX_ATTEMPTS).to_le_bytes()[0]);
        } else if text.starts_with(b"rotate") {
            self.rotate = true;
        } else if text.starts_with(b"edns0") {
            self.edns0 = true;
        } else if text.starts_with(b"single-request-reopen") {
            self.single_request_reopen = true;
        } else if text.starts_with(b"single-request") {
            self.single_request = true;
        } else if text.starts_with(b"no-tld-query") || text.starts_with(b"no_tld_query") {
            self.no_tld_query = true;
        } else if text.starts_with(b"no-reload") {
            self.no_reload = true;
        } else if text.starts_with(b"use-vc") {
            self.use_vc = true;
        } else if text.starts_with(b"trust-ad") {
            self.trust_ad = true;
        } else if text.starts_with(b"no-aaaa") {
            self.no_aaaa = true;
        }
    }
}

const fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

/// C's `atoi` where `long` has 64 bits: white space, a sign, digits; 0 without digits; the low 32 bits of what is read.
fn atoi(text: &[u8]) -> i32 {
    let start = text.iter().position(|octet| !matches!(octet, b' ' | b'\t'..=b'\r')).unwrap_or(text.len());
    let text = &text[start..];
    let negative = text.first() == Some(&b'-');
    let digits = if negative { &text[1..] } else { text.strip_prefix(b"+").unwrap_or(text) };
    let value = digits
        .iter()
        .map_while(|octet| octet.is_ascii_digit().then(|| i64::from(octet - b'0')))
        .map(|digit| if negative { -digit } else { digit })
        .fold(0_i64, |value, digit| value.saturating_mul(10).saturating_add(digit));
    let [a, b, c, d, ..] = value.to_le_bytes();
    i32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn options(words: &str) -> ResolvOptions {
        let mut options = ResolvOptions::default();
        options.apply(words.as_bytes());
        options
    }

    #[test]
    fn numbers_are_capped() {
        for (words, ndots, timeout_s, attempts) in [
            ("", 1, None, None),
            ("ndots:5 timeout:2 attempts:3", 5, Some(2), Some(3)),
            ("ndots:15 timeout:30 attempts:5", 15, Some(30), Some(5)),
            ("ndots:16\ttimeout:31  attempts:6", 15, Some(30), Some(5)),
            ("ndots:0 timeout:0 attempts:0", 0, Some(1), Some(1)),
            ("ndots:-1 timeout:-1 attempts:-1", 15, Some(1), Some(1)),
            ("ndots:x timeout: attempts:", 0, Some(1), Some(1)),
            ("ndots: 7 timeout:4s", 7, Some(4), None),
            ("ndots:2 ndots:3", 3, None, None),
            ("ndots:99999999999999999999", 15, None, None),
            ("ndots:4294967298", 2, None, None),
            ("ndots:+2x3", 2, None, None),
            ("NDOTS:4 xndots:4 ndots=4", 1, None, None),
        ] {
            let options = options(words);
            assert_eq!(
                (options.ndots, options.timeout_s, options.attempts),
                (ndots, timeout_s, attempts),
                "{words:?}"
            );
        }
    }

    #[test]
    fn flags_accumulate_and_are_matched_by_their_beginning() {
        let mut options = options("rotate use-vc single-request-reopen");
        assert!(options.rotate && options.use_vc && options.single_request_reopen && !options.single_request);
        options.apply(b" single-request edns0 no-aaaa no-tld-query trust-ad no-reload debug");
        let all = ResolvOptions {
            rotate: true,
            use_vc: true,
            edns0: true,
            single_request: true,
            single_request_reopen: true,
            no_aaaa: true,
            no_tld_query: true,
            trust_ad: true,
            no_reload: true,
            ..ResolvOptions::default()
        };
        assert_eq!(options, all);
        let mut options = ResolvOptions::default();
        options.apply(b"rotate-always no_tld_query;edns0 #use-vc");
        assert_eq!(options, ResolvOptions { rotate: true, no_tld_query: true, ..ResolvOptions::default() });
    }

    #[test]
    fn atoi_is_that_of_c() {
        for (text, value) in [
            ("12", 12),
            (" \n-3x", -3),
            ("", 0),
            ("--1", 0),
            ("2147483648", i32::MIN),
            ("-99999999999999999999", 0),
        ] {
            assert_eq!(atoi(text.as_bytes()), value, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn stays_within_its_bounds(words: Vec<u8>, number: i64) {
            let mut options = ResolvOptions::default();
            options.apply(&words);
            options.apply(format!("ndots:{number} timeout:{number} attempts:{number}").as_bytes());
            prop_assert!(options.ndots <= 15);
            prop_assert!((1..=30).contains(&options.timeout_s.unwrap()));
            prop_assert!((1..=5).contains(&options.attempts.unwrap()));
        }
    }
}
