//! [`Answer::follow`] against the obvious way to do it.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::{Answer, ChainError, Class, MAX_CHAIN, Message, MessageBuilder, Name, Rdata, Rtype};

/// Few names in different case, so that records often belong together.
fn name(index: usize, upper: bool) -> Name {
    let text = format!("n{index}.example");
    Name::from_ascii(&if upper { text.to_uppercase() } else { text }).unwrap()
}

/// What an answer says.
#[derive(Debug, PartialEq)]
struct Outcome {
    owner: Name,
    links: usize,
    /// TTLs, all of them different, in the order of the records.
    records: Vec<u32>,
    addresses: usize,
    min_ttl: Option<u32>,
}

fn naive(message: &Message<'_>, qname: &Name, rtype: Rtype) -> Result<Outcome, ChainError> {
    let records: Vec<_> = message.answers().filter(|record| record.class() == Class::IN).collect();
    let mut names = vec![qname.clone()];
    let mut ttls = Vec::new();
    let alias = |owner: &Name| {
        records.iter().find_map(|record| match record.rdata().unwrap() {
            Rdata::Cname(target) if record.owner().to_name() == *owner => {
                Some((target.to_name(), record.ttl()))
            }
            _ => None,
        })
    };
    if rtype != Rtype::CNAME && rtype != Rtype::ANY {
        while let Some((target, ttl)) = alias(&names[names.len() - 1]) {
            if names.contains(&target) {
                return Err(ChainError::Loop);
            }
            if names.len() > MAX_CHAIN {
                return Err(ChainError::TooLong);
            }
            names.push(target);
            ttls.push(ttl);
        }
    }
    let links = ttls.len();
    let owner = names.pop().unwrap();
    let found: Vec<_> = records
        .iter()
        .filter(|record| {
            (record.rtype() == rtype || rtype == Rtype::ANY) && record.owner().to_name() == owner
        })
        .collect();
    ttls.extend(found.iter().map(|record| record.ttl()));
    Ok(Outcome {
        owner,
        links,
        records: found.iter().map(|record| record.ttl()).collect(),
        addresses: found.iter().filter(|record| record.address().is_some()).count(),
        min_ttl: ttls.into_iter().min(),
    })
}

fn followed(message: &Message<'_>, qname: &Name, rtype: Rtype) -> Result<Outcome, ChainError> {
    let answer = Answer::follow(message, qname, rtype)?;
    assert_eq!(answer.is_empty(), answer.records().next().is_none());
    assert_eq!(answer.incomplete(), answer.chain_len() > 0 && answer.is_empty());
    Ok(Outcome {
        owner: answer.final_owner(),
        links: answer.chain_len(),
        records: answer.records().map(|record| record.ttl()).collect(),
        addresses: answer.addresses().count(),
        min_ttl: answer.min_ttl(),
    })
}

/// What one record is drawn from: owner, its case, kind, target, class.
type Draw = (usize, bool, u8, usize, bool);

/// An answer section of these records, at most one alias for each name: which of several counts is nobody's business.
fn compose(draws: &[Draw], question: bool) -> Vec<u8> {
    let mut aliased = [false; NAMES];
    let mut builder = MessageBuilder::new(1);
    if question {
        builder.question(&name(0, false), Rtype::A, Class::IN).unwrap();
    }
    let ttls = (0..).map(|index| 1_000 - index * 7 % 1_000);
    for (&(owner, upper, kind, target, internet), ttl) in draws.iter().zip(ttls) {
        let class = if internet { Class::IN } else { Class::CH };
        let target = name(target, upper);
        let data: Rdata<'_, &Name> = match kind {
            0..4 if !std::mem::replace(&mut aliased[owner], true) => Rdata::Cname(&target),
            0..6 => Rdata::A([192, 0, 2, 1].into()),
            6 => Rdata::Aaaa(1.into()),
            _ => Rdata::Ns(&target),
        };
        // An A record of another class is not one of four octets.
        let data = if internet { data } else { Rdata::Ns(&target) };
        builder.answer(&name(owner, upper), class, ttl, &data).unwrap();
    }
    builder.finish()
}

const NAMES: usize = 14;

fn draws() -> impl Strategy<Value = Vec<Draw>> {
    let draw = |names: usize| (0..names, any::<bool>(), 0..8_u8, 0..names, prop::bool::weighted(0.9));
    let chain = (2..NAMES).prop_flat_map(|length| {
        let links: Vec<Draw> = (0..length - 1).map(|link| (link, link % 3 == 0, 0, link + 1, true)).collect();
        let data = vec((Just(length - 1), any::<bool>(), 4..8_u8, Just(0), Just(true)), 0..4);
        data.prop_map(move |data| [links.clone(), data].concat()).prop_shuffle()
    });
    let set = vec((Just(0), Just(false), Just(5), Just(0), Just(true)), 0..5);
    prop_oneof![vec(draw(4), 0..12), chain, set]
}

proptest! {
    #[test]
    fn follow_is_what_the_obvious_way_yields(
        draws in draws(),
        question in any::<bool>(),
        rtype in prop::sample::select(vec![Rtype::A, Rtype::AAAA, Rtype::NS, Rtype::CNAME, Rtype::ANY]),
    ) {
        let octets = compose(&draws, question);
        let message = Message::parse(&octets).unwrap();
        let qname = name(0, true);
        prop_assert_eq!(followed(&message, &qname, rtype), naive(&message, &qname, rtype));
    }
}
