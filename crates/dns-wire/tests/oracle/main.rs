//! This crate against `hickory-proto` and `domain`, each way.

mod disagreement;
mod generate;
mod ours;
mod through_domain;
mod through_hickory;
mod view;

use dns_wire::{Edns, Name, Query, Rtype};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use view::{View, flag};

/// Reads what may be malformed with everybody and compares.
fn compare(octets: &[u8]) -> Result<(), TestCaseError> {
    let hickory = first_question(through_hickory::parse(octets).ok());
    let domain = first_question(through_domain::parse(octets).ok());
    match ours::parse(octets) {
        Ok(view) if disagreement::is_beyond_comparison(&view) => {}
        Ok(view) => {
            match domain {
                Some(domain) => prop_assert_eq!(&domain, &view),
                None => prop_assert!(disagreement::domain_may_refuse(&view)),
            }
            match hickory {
                Some(hickory) => prop_assert_eq!(hickory, disagreement::as_hickory_sees_it(view)),
                None => prop_assert!(disagreement::hickory_may_refuse(&view)),
            }
        }
        Err(error) => {
            let opcode = octets.get(2).map_or(0, |octet| octet >> 3 & 0xf);
            prop_assert!(hickory.is_none() || disagreement::hickory_may_accept(error, opcode), "{}", error);
            prop_assert!(domain.is_none() || disagreement::domain_may_accept(error), "{}", error);
        }
    }
    Ok(())
}

/// The view with no more questions than this crate shows.
fn first_question(view: Option<View>) -> Option<View> {
    view.map(|mut view| {
        view.questions.truncate(1);
        view
    })
}

proptest! {
    #[test]
    fn what_others_compose_is_parsed_equally(view in generate::message()) {
        prop_assert_eq!(&ours::parse(&view.to_octets()).unwrap(), &view);
        prop_assert_eq!(&ours::parse(&through_hickory::compose(&view)).unwrap(), &view);
        prop_assert_eq!(&ours::parse(&through_domain::compose(&view)).unwrap(), &view);
    }

    #[test]
    fn what_is_composed_others_parse_equally(view in generate::message()) {
        let octets = ours::compose(&view);
        prop_assert_eq!(&ours::parse(&octets).unwrap(), &view);
        prop_assert_eq!(&through_hickory::parse(&octets).unwrap(), &view);
        prop_assert_eq!(&through_domain::parse(&octets).unwrap(), &view);
    }

    #[test]
    fn queries_are_parsed_equally(
        id in any::<u16>(),
        name in generate::name(),
        rtype in any::<u16>(),
        recursion_desired in any::<bool>(),
        edns in prop::option::of((512..=u16::MAX, prop::option::of(1..500_u16))),
    ) {
        let edns = edns.map(|(udp_payload, padding)| Edns { udp_payload, cookie: None, padding });
        let qname = Name::from_wire(&name).unwrap();
        let mut octets = Vec::new();
        Query { id, name: &qname, rtype: Rtype(rtype), recursion_desired, edns }.compose(&mut octets);
        let view = through_hickory::parse(&octets).unwrap();
        prop_assert_eq!(&through_domain::parse(&octets).unwrap(), &view);
        prop_assert_eq!(&ours::parse(&octets).unwrap(), &view);
        prop_assert_eq!(view.id, id);
        prop_assert_eq!(view.flags, if recursion_desired { flag::RD } else { 0 });
        prop_assert_eq!(view.questions, [(name, rtype, 1)]);
        prop_assert_eq!(view.opt.map(|opt| opt.udp_payload), edns.map(|edns| edns.udp_payload));
    }

    #[test]
    fn damaged_messages_are_seen_alike(octets in generate::damaged()) {
        compare(&octets)?;
    }

    #[test]
    fn any_octets_are_seen_alike(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        compare(&octets)?;
    }

    #[test]
    fn any_octets_after_a_header_are_seen_alike(
        counts in prop::array::uniform4(0..3_u8),
        octets in prop::collection::vec(prop_oneof![Just(0), Just(0xc0), 0..30_u8, any::<u8>()], 0..100),
    ) {
        let header = counts.iter().fold(vec![0, 1, 0x81, 0x80], |header, &count| [header, vec![0, count]].concat());
        compare(&[header, octets].concat())?;
    }
}
