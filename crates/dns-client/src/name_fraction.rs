//! Where a name falls among all names: a canary's choice is the same each time a name is asked for.

use dns_wire::Name;

/// FNV-1a (32 bit) over the lowercase name without its trailing dot, finished as in `MurmurHash3`, because FNV alone
/// leaves the high bits of short names alike. To the bit what `nameFraction` of `packages/health` makes of the name's
/// text, before it divides.
pub(crate) fn name_hash(name: &Name) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut add = |octet: u8| hash = (hash ^ u32::from(octet.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
    if name.is_root() {
        add(b'.');
    }
    for (place, label) in name.labels().enumerate() {
        if place > 0 {
            add(b'.');
        }
        label.iter().copied().for_each(&mut add);
    }
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

/// Whether a name of that hash is among a share of all names, 0 to 1. Growing shares only add names.
pub(crate) fn is_within(hash: u32, share: f64) -> bool {
    f64::from(hash) / 4_294_967_296.0 < share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str) -> u32 {
        name_hash(&Name::from_ascii(text).expect("a name"))
    }

    /// The values that `packages/health` is tested with.
    #[test]
    fn known_values() {
        assert_eq!(hash("example.com"), 4_057_309_619);
        assert_eq!(hash("ark.cn-beijing.volces.com"), 2_963_797_937);
        assert_eq!(hash("."), 1_953_056_956);
        assert_eq!(hash("WWW.Example.COM."), hash("www.example.com"));
    }

    #[test]
    fn a_share_of_names_is_within_it_and_stays_when_it_grows() {
        let hashes: Vec<u32> = (0..20_000).map(|n| hash(&format!("host-{n}.example.com"))).collect();
        let within = |share| hashes.iter().filter(|hash| is_within(**hash, share)).count();
        for (share, names) in [(0.05, 1_000), (0.25, 5_000), (0.5, 10_000)] {
            assert!(within(share).abs_diff(names) < 200, "{} of {names}", within(share));
        }
        assert!(hashes.iter().all(|hash| !is_within(*hash, 0.05) || is_within(*hash, 0.25)));
        assert_eq!((within(0.0), within(1.0)), (0, 20_000));
    }
}
