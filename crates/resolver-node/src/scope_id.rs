//! IPv6 zones (RFC 4007): interfaces by number or by name.

/// The number of an interface; `None` if there is none of that name.
pub(crate) fn parse(zone: &str) -> Option<u32> {
    zone.parse().ok().or_else(|| index_of(zone))
}

#[cfg(unix)]
fn index_of(name: &str) -> Option<u32> {
    let name = std::ffi::CString::new(name).ok()?;
    // SAFETY: the name ends in a NUL.
    let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
    (index != 0).then_some(index)
}

/// Windows writes zones as numbers.
#[cfg(not(unix))]
fn index_of(_name: &str) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_for_themselves() {
        assert_eq!(parse("12"), Some(12));
        assert_eq!(parse("no such interface"), None);
        assert_eq!(parse("with\0nul"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn names_are_looked_up() {
        let index = std::fs::read_to_string("/sys/class/net/lo/ifindex").unwrap();
        assert_eq!(parse("lo"), index.trim().parse().ok());
    }
}
