//! Samples: what came of queries to the upstreams of a namespace, kept for its owner until it takes them.
//!
//! However many queries there are, and however long nobody takes them, a batch stays small: of each upstream a random
//! choice of 64, its last success and its last failure. Each sample says how many it stands for.

use crate::answer::Status;
use crate::random::Random;
use crate::time::Time;

/// Samples of one upstream that are kept, chosen at random if there are more (Vitter's algorithm R, 1985).
const KEPT: usize = 64;
/// Octets of a row.
const ROW: usize = 24;

/// What came of a query, as `packages/health` numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Outcome {
    NoError = 0,
    NoData = 1,
    NxDomain = 2,
    ServFail = 3,
    Refused = 4,
    FormErr = 5,
    NotImp = 6,
    Malformed = 7,
    Timeout = 8,
    Network = 9,
    Tls = 10,
    Http = 11,
    Local = 12,
}

impl Outcome {
    /// Of a query that brought no data.
    pub(crate) const fn of(status: Status) -> Self {
        match status {
            Status::Ok => Self::NoError,
            Status::NoData | Status::AliasNoData => Self::NoData,
            Status::NxDomain => Self::NxDomain,
            Status::Refused => Self::Refused,
            Status::FormErr => Self::FormErr,
            Status::NotImp => Self::NotImp,
            Status::BadResponse => Self::Malformed,
            Status::Timeout => Self::Timeout,
            Status::Network => Self::Network,
            Status::Tls => Self::Tls,
            Status::Http => Self::Http,
            Status::Local => Self::Local,
            _ => Self::ServFail,
        }
    }
}

/// The upstream has fallen silent.
const BECAME_SUSPECT: u8 = 254;
/// It has answered again.
const CLEARED: u8 = 255;

/// The name has one label.
pub(crate) const SINGLE_LABEL: u8 = 1;
/// Sent to see whether the upstream answers.
pub(crate) const PROBE: u8 = 2;
/// Sent because another one was late.
pub(crate) const HEDGE: u8 = 4;
/// A copy of a query, sent to measure the upstream.
pub(crate) const COPY: u8 = 8;

/// What came of one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    /// As numbered in the namespace.
    pub(crate) upstream: u16,
    /// Of [`Outcome`], or another number that an environment gave.
    pub(crate) outcome: u8,
    pub(crate) flags: u8,
    pub(crate) micros: u64,
    /// Of what was asked for; 0 if it does not matter.
    pub(crate) name_hash: u32,
    pub(crate) ended: Time,
}

impl Sample {
    const fn is_success(&self) -> bool {
        self.outcome <= Outcome::NxDomain as u8
    }
}

#[derive(Debug, Default)]
struct OfUpstream {
    chosen: Vec<Sample>,
    seen: u32,
    /// The last that succeeded, and the last that did not.
    last: [Option<Sample>; 2],
    /// When it last became suspect, or was cleared.
    suspicion: Option<(bool, Time)>,
}

/// What nobody has taken yet.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    upstreams: Vec<OfUpstream>,
    /// The environment that knows that there is something to take.
    pub(crate) told: Option<u32>,
}

impl Batch {
    fn of(&mut self, upstream: u16) -> &mut OfUpstream {
        let place = usize::from(upstream);
        if self.upstreams.len() <= place {
            self.upstreams.resize_with(place + 1, OfUpstream::default);
        }
        &mut self.upstreams[place]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.upstreams.iter().all(|of| of.seen == 0 && of.suspicion.is_none())
    }

    pub(crate) fn add(&mut self, sample: Sample, random: &mut Random) {
        let of = self.of(sample.upstream);
        of.seen = of.seen.saturating_add(1);
        of.last[usize::from(!sample.is_success())] = Some(sample);
        if of.chosen.len() < KEPT {
            of.chosen.push(sample);
        } else if let Some(place) = of.chosen.get_mut(random.below(of.seen) as usize) {
            *place = sample;
        }
    }

    /// An upstream fell silent, or answers again.
    pub(crate) fn suspicion(&mut self, upstream: u16, suspect: bool, now: Time) {
        self.of(upstream).suspicion = Some((suspect, now));
    }

    /// All of it, in the order in which it came: rows of 24 octets, numbers little-endian. `u16` upstream, `u8` outcome,
    /// `u8` flags, `f32` milliseconds that it took, `u32` hash of the name, `u32` how many it stands for, `f64`
    /// milliseconds since it ended.
    pub(crate) fn take(&mut self, now: Time) -> Vec<u8> {
        self.told = None;
        let mut rows: Vec<(Sample, u32)> = Vec::new();
        for (number, of) in (0u16..).zip(&mut self.upstreams) {
            let of = std::mem::take(of);
            let kept = u32::try_from(of.chosen.len()).unwrap_or(1).max(1);
            let (each, rest) = (of.seen / kept, of.seen % kept);
            let weights = (0..kept).map(|place| each + u32::from(place < rest));
            let last = of.last.into_iter().flatten().filter(|last| !of.chosen.contains(last));
            rows.extend(last.map(|last| (last, 1)));
            rows.extend(of.chosen.iter().copied().zip(weights));
            rows.extend(of.suspicion.map(|(suspect, ended)| {
                let outcome = if suspect { BECAME_SUSPECT } else { CLEARED };
                (Sample { upstream: number, outcome, flags: 0, micros: 0, name_hash: 0, ended }, 1)
            }));
        }
        let rows = crate::stable_order::sorted_by_key(rows, |(sample, _)| {
            sample.ended.micros_since(Time::default()).into()
        });
        let mut octets = Vec::with_capacity(rows.len() * ROW);
        for (sample, weight) in rows {
            octets.extend(sample.upstream.to_le_bytes());
            octets.extend([sample.outcome, sample.flags]);
            #[expect(clippy::cast_precision_loss, reason = "a measurement")]
            let (took_ms, ago_ms) =
                (sample.micros as f32 / 1_000.0, now.micros_since(sample.ended) as f64 / 1_000.0);
            octets.extend(took_ms.to_le_bytes());
            octets.extend(sample.name_hash.to_le_bytes());
            octets.extend(weight.to_le_bytes());
            octets.extend(ago_ms.to_le_bytes());
        }
        octets
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A row as it is read on the other side.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub(crate) struct Row {
        pub(crate) upstream: u16,
        pub(crate) outcome: u8,
        pub(crate) flags: u8,
        pub(crate) took_ms: f32,
        pub(crate) name_hash: u32,
        pub(crate) weight: u32,
        pub(crate) ago_ms: f64,
    }

    pub(crate) fn rows(octets: &[u8]) -> Vec<Row> {
        fn at<const N: usize>(row: &[u8], from: usize) -> [u8; N] {
            row[from..from + N].try_into().expect("within the row")
        }
        assert_eq!(octets.len() % ROW, 0);
        octets
            .chunks(ROW)
            .map(|row| Row {
                upstream: u16::from_le_bytes(at(row, 0)),
                outcome: row[2],
                flags: row[3],
                took_ms: f32::from_le_bytes(at(row, 4)),
                name_hash: u32::from_le_bytes(at(row, 8)),
                weight: u32::from_le_bytes(at(row, 12)),
                ago_ms: f64::from_le_bytes(at(row, 16)),
            })
            .collect()
    }

    fn sample(upstream: u16, outcome: Outcome, ended_ms: u64) -> Sample {
        let ended = Time::from_millis(ended_ms);
        Sample { upstream, outcome: outcome as u8, flags: HEDGE, micros: 1_500, name_hash: 7, ended }
    }

    #[test]
    fn rows_come_in_the_order_in_which_queries_ended() {
        let (mut batch, mut random) = (Batch::default(), Random::seeded(1));
        assert!(batch.is_empty());
        batch.add(sample(1, Outcome::NoError, 30), &mut random);
        batch.add(sample(0, Outcome::Timeout, 10), &mut random);
        batch.suspicion(0, true, Time::from_millis(20));
        batch.told = Some(4);
        let rows = rows(&batch.take(Time::from_millis(130)));
        let row = |upstream, outcome, ago_ms| Row {
            upstream,
            outcome,
            flags: HEDGE,
            took_ms: 1.5,
            name_hash: 7,
            weight: 1,
            ago_ms,
        };
        let suspect = Row { flags: 0, took_ms: 0.0, name_hash: 0, ..row(0, 254, 110.0) };
        assert_eq!(rows, [row(0, 8, 120.0), suspect, row(1, 0, 100.0)]);
        assert!(batch.is_empty() && batch.told.is_none());
        assert_eq!(batch.take(Time::from_millis(130)), []);
    }

    #[test]
    fn a_batch_stays_small_and_says_how_many_each_row_stands_for() {
        let (mut batch, mut random) = (Batch::default(), Random::seeded(2));
        batch.add(sample(0, Outcome::ServFail, 0), &mut random);
        for ms in 1..10_000 {
            batch.add(sample(0, Outcome::NoError, ms), &mut random);
        }
        let rows = rows(&batch.take(Time::from_millis(10_000)));
        assert!((KEPT..=KEPT + 2).contains(&rows.len()), "{}", rows.len());
        assert!(rows.iter().map(|row| row.weight).sum::<u32>().abs_diff(10_000) <= 2);
        assert!(rows.iter().any(|row| row.outcome == Outcome::ServFail as u8), "the last failure");
        assert_eq!(rows.last().map(|row| row.ago_ms), Some(1.0), "the last success");
        let early = rows.iter().filter(|row| row.ago_ms > 5_000.0).count();
        assert!((16..=48).contains(&early), "as likely early as late: {early}");
    }

    #[test]
    fn of_suspicion_the_last_word_counts() {
        let mut batch = Batch::default();
        batch.suspicion(0, true, Time::from_millis(1));
        batch.suspicion(0, false, Time::from_millis(2));
        let rows = rows(&batch.take(Time::from_millis(2)));
        assert_eq!(rows.iter().map(|row| row.outcome).collect::<Vec<_>>(), [CLEARED]);
    }
}
