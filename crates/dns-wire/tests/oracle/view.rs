//! A message as everybody has to see it: names and data uncompressed, no type of any library.

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) id: u16,
    /// The flags of the header, the reserved bit and the response code left out.
    pub(crate) flags: u16,
    /// With the bits that EDNS adds.
    pub(crate) rcode: u16,
    pub(crate) questions: Vec<(Vec<u8>, u16, u16)>,
    /// Answers, authorities, additionals without the OPT record.
    pub(crate) sections: [Vec<RecordView>; 3],
    pub(crate) opt: Option<OptView>,
}

/// One record; owner and data in wire form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordView {
    pub(crate) owner: Vec<u8>,
    pub(crate) rtype: u16,
    pub(crate) class: u16,
    pub(crate) ttl: u32,
    pub(crate) rdata: Vec<u8>,
}

/// The OPT record; its response code is in [`View::rcode`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OptView {
    pub(crate) udp_payload: u16,
    pub(crate) dnssec_ok: bool,
    pub(crate) options: Vec<(u16, Vec<u8>)>,
}

/// Flags by their bits.
pub(crate) mod flag {
    pub(crate) const QR: u16 = 0x8000;
    pub(crate) const AA: u16 = 0x0400;
    pub(crate) const TC: u16 = 0x0200;
    pub(crate) const RD: u16 = 0x0100;
    pub(crate) const RA: u16 = 0x0080;
    pub(crate) const AD: u16 = 0x0020;
    pub(crate) const CD: u16 = 0x0010;
}

/// Flags from what is set and the opcode.
pub(crate) fn flags(opcode: u8, set: [(u16, bool); 7]) -> u16 {
    set.iter().filter(|(_, on)| *on).fold(u16::from(opcode) << 11, |flags, (flag, _)| flags | flag)
}

impl View {
    /// The message without any compression, written by hand.
    pub(crate) fn to_octets(&self) -> Vec<u8> {
        let additionals = self.sections[2].len() + usize::from(self.opt.is_some());
        let counts = [self.questions.len(), self.sections[0].len(), self.sections[1].len(), additionals];
        let mut octets = self.id.to_be_bytes().to_vec();
        octets.extend((self.flags | self.rcode & 0xf).to_be_bytes());
        octets.extend(counts.iter().flat_map(|&count| u16::try_from(count).unwrap().to_be_bytes()));
        for (name, rtype, class) in &self.questions {
            octets.extend_from_slice(name);
            octets.extend([rtype.to_be_bytes(), class.to_be_bytes()].concat());
        }
        for record in self.sections.iter().flatten() {
            record.write(&mut octets);
        }
        if let Some(opt) = &self.opt {
            let ttl = u32::from(self.rcode >> 4) << 24 | if opt.dnssec_ok { 0x8000 } else { 0 };
            let rdata = opt.options.iter().flat_map(|(code, data)| {
                let length = u16::try_from(data.len()).unwrap();
                [&code.to_be_bytes()[..], &length.to_be_bytes(), data].concat()
            });
            let (owner, class, rdata) = (vec![0], opt.udp_payload, rdata.collect());
            RecordView { owner, rtype: 41, class, ttl, rdata }.write(&mut octets);
        }
        octets
    }
}

impl RecordView {
    /// Appends the record, uncompressed.
    pub(crate) fn write(&self, octets: &mut Vec<u8>) {
        octets.extend_from_slice(&self.owner);
        octets.extend([self.rtype.to_be_bytes(), self.class.to_be_bytes()].concat());
        octets.extend(self.ttl.to_be_bytes());
        octets.extend(u16::try_from(self.rdata.len()).unwrap().to_be_bytes());
        octets.extend_from_slice(&self.rdata);
    }
}
