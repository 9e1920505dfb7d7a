//! Statistics as JSON.

use dns_client::{PopularName, Stats, UpstreamStats, Upstreams};

use crate::json::{push_list, push_object, push_text};
use crate::thread;

/// One JSON object; field by field what [`Stats`] says, and how often the I/O thread was started again.
pub(crate) fn to_json(stats: &Stats) -> String {
    let mut out = String::new();
    push_object(&mut out, |object| {
        for (key, number) in [
            ("waiters", stats.waiters),
            ("flights", stats.flights),
            ("lookups", stats.lookups),
            ("cacheHits", stats.cache_hits),
            ("cacheMisses", stats.cache_misses),
            ("queriesSent", stats.queries_sent),
            ("tcpQueriesSent", stats.tcp_queries_sent),
            ("hedges", stats.hedges),
            ("coalesced", stats.coalesced),
            ("spoofRejected", stats.spoof_rejected),
            ("malformed", stats.malformed),
            ("cookiesRejected", stats.cookies_rejected),
            ("overloadRejected", stats.overload_rejected),
            ("refreshes", stats.refreshes),
            ("sockets", stats.sockets),
            ("tcpConnections", stats.tcp_connections),
            ("missLimited", stats.miss_limited),
            ("staleServed", stats.stale_served),
            ("networkChanges", stats.network_changes),
            ("resumes", stats.resumes),
            ("cacheEntries", stats.cache_entries),
            ("cacheBytes", stats.cache_bytes),
            ("popularNames", stats.popular_names),
            ("cacheEvictions", stats.cache_evictions),
            ("ioThreadRestarts", thread::restarts()),
        ] {
            object.number(key, number);
        }
        object.text("namespace", &stats.namespace);
        object.boolean("owner", stats.owner);
        push_list(object.key("upstreams"), &stats.upstreams, push_upstream);
        push_list(object.key("warnings"), &stats.warnings, |out, warning| push_text(out, warning));
    });
    out
}

/// `[{name, weight, lastUsedMs}]`
pub(crate) fn names_to_json(names: &[PopularName]) -> String {
    let mut out = String::new();
    push_list(&mut out, names, |out, popular| {
        push_object(out, |object| {
            object.text("name", &popular.name);
            object.tenths("weight", Some(popular.weight));
            object.number("lastUsedMs", popular.last_used_ms);
        });
    });
    out
}

/// `{namespace, ordered, upstreams: [{id, class, protocol, public}]}`
pub(crate) fn upstreams_to_json(upstreams: &Upstreams) -> String {
    let mut out = String::new();
    push_object(&mut out, |object| {
        object.text("namespace", &upstreams.namespace);
        object.boolean("ordered", upstreams.ordered);
        push_list(object.key("upstreams"), &upstreams.upstreams, |out, upstream| {
            push_object(out, |object| {
                object.text("id", &upstream.id);
                object.text("class", upstream.class.as_str());
                object.text("protocol", upstream.protocol.as_str());
                object.boolean("public", upstream.public);
            });
        });
    });
    out
}

fn push_upstream(out: &mut String, upstream: &UpstreamStats) {
    push_object(out, |object| {
        object.text("id", &upstream.id);
        object.text("class", upstream.class);
        object.boolean("public", upstream.public);
        match &upstream.route {
            Some(suffix) => object.text("route", suffix),
            None => object.key("route").push_str("null"),
        }
        object.text("server", &upstream.server);
        object.text("transport", upstream.transport);
        object.tenths("p95Ms", upstream.p95_ms);
        object.number("inflight", upstream.inflight);
        object.number("sent", upstream.sent);
        object.number("answered", upstream.answered);
        object.number("failed", upstream.failed);
        object.boolean("suspect", upstream.suspect);
        object.boolean("edns", upstream.edns);
    });
}

#[cfg(test)]
mod tests {
    use dns_client::{Class, NumberedUpstream, Protocol};
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn popular_names_are_a_list() {
        let names =
            [PopularName { name: "a.test".to_owned(), weight: 85.26, last_used_ms: 1_900_000_000_000 }];
        assert_eq!(names_to_json(&names), r#"[{"name":"a.test","weight":85.3,"lastUsedMs":1900000000000}]"#);
        assert_eq!(names_to_json(&[]), "[]");
    }

    #[test]
    fn upstreams_are_told_by_number() {
        let upstreams = Upstreams {
            namespace: "ab".to_owned(),
            ordered: true,
            upstreams: vec![NumberedUpstream {
                id: "https://dns.test/q".to_owned(),
                class: Class::Fallback,
                protocol: Protocol::Https,
                public: true,
            }],
        };
        assert_eq!(
            upstreams_to_json(&upstreams),
            r#"{"namespace":"ab","ordered":true,"upstreams":[{"id":"https://dns.test/q","class":"fallback","protocol":"https","public":true}]}"#
        );
        let unknown = upstreams_to_json(&Upstreams::default());
        assert_eq!(unknown, r#"{"namespace":"","ordered":false,"upstreams":[]}"#);
    }

    #[test]
    fn is_one_object() {
        let stats = Stats {
            waiters: 3,
            namespace: "ab".to_owned(),
            upstreams: vec![UpstreamStats {
                id: "udp://10.0.0.2:53".to_owned(),
                class: "primary",
                public: false,
                route: Some("corp.example".to_owned()),
                server: "10.0.0.2:53".to_owned(),
                transport: "udp",
                p95_ms: Some(12.5),
                inflight: 1,
                sent: 2,
                answered: 3,
                failed: 4,
                suspect: false,
                edns: true,
            }],
            warnings: vec!["line 3 of \"hosts\"".to_owned()],
            ..Stats::default()
        };
        let json: Value = serde_json::from_str(&to_json(&stats)).unwrap();
        assert_eq!((&json["waiters"], &json["ioThreadRestarts"]), (&json!(3), &json!(0)));
        assert_eq!((&json["namespace"], &json["warnings"]), (&json!("ab"), &json!(["line 3 of \"hosts\""])));
        assert_eq!(
            json["upstreams"],
            json!([{
                "id": "udp://10.0.0.2:53", "class": "primary", "public": false, "route": "corp.example", "server": "10.0.0.2:53",
                "transport": "udp", "p95Ms": 12.5, "inflight": 1, "sent": 2, "answered": 3, "failed": 4, "suspect": false, "edns": true
            }])
        );
    }
}
