import { zoneText } from '@doubao/resolver-testbed';

const digest = '0123456789abcdef'.repeat(4);

/** Octets that mean something in a zone file, and such that print nothing. */
const oddTarget = 'a\\.b.c\\000d.x\\\\y.\\200\\(\\;\\)\\@\\$\\".example.test.';

/** A zone with every type that `node:dns` reads, and the names that resolvers stumble over. */
const example = zoneText('example.test', [
  'www A 192.0.2.1',
  'www A 192.0.2.2',
  'www AAAA 2001:db8::1',
  'brief 7 A 192.0.2.3',
  'mapped AAAA ::ffff:192.0.2.4',
  'mapped AAAA ::192.0.2.4',
  'mapped AAAA 2001:db8:0:1:1::1',
  ...Array.from({ length: 40 }, (_, index) => `many A 10.0.0.${index}`),
  ...Array.from({ length: 40 }, (_, index) => `many MX ${index} host-${index}`),
  'alias CNAME www',
  'chain CNAME alias',
  'longer 25 CNAME chain',
  'lost CNAME nowhere',
  'odd-alias CNAME sp\\032ace.example.test.',
  'to-mail CNAME everything',
  'to-text CNAME under_score',
  'd DNAME www',
  '@ MX 10 mail',
  '@ MX 20 mail.backup',
  'no-mail MX 0 .',
  'mail A 192.0.2.9',
  'mail.backup A 192.0.2.10',
  '@ TXT "v=spf1 -all" "second string"',
  '@ TXT "another"',
  'odd-text TXT "a\\000b" "\\255\\195\\164q\\"\\\\"',
  'empty-text TXT ""',
  // Beyond every UDP payload: the answer comes by TCP.
  `long-text TXT ${Array.from({ length: 20 }, (_, index) => `"${String(index % 10).repeat(250)}"`).join(' ')}`,
  '@ CAA 0 issue "ca.example.net; account=1"',
  '@ CAA 128 issuewild ";"',
  '@ CAA 0 iodef "mailto:security@example.test"',
  '@ CAA 1 tbs "Unknown"',
  '_sip._tcp SRV 10 60 5060 www',
  '_sip._tcp SRV 20 0 5061 .',
  'naptr NAPTR 100 10 "U" "E2U+sip" "!^.*$!sip:info@example.test!" .',
  'naptr NAPTR 100 20 "S" "SIP+D2U" "" _sip._tcp',
  `_443._tcp.www TLSA 3 1 1 ${digest}`,
  `_443._tcp.www TLSA 2 0 1 ${digest}`,
  'pointer PTR www',
  'pointer PTR alias',
  `odd-pointer PTR ${oddTarget}`,
  'mixed-case PTR Mixed.Case.Test.',
  'MiXeD TXT "asked in another case"',
  'e\\.scaped TXT "a dot in the label"',
  'under_score TXT "u"',
  'service HTTPS 1 . alpn="h2,h3" ipv4hint=192.0.2.1 ipv6hint=2001:db8::1',
  'service-alias HTTPS 0 www',
  '_dns SVCB 1 www alpn=dot port=8853',
  '*.wild A 192.0.2.77',
  '*.wild TXT "from a wildcard"',
  'below.empty A 192.0.2.5',
  'everything A 192.0.2.3',
  'everything AAAA 2001:db8::3',
  'everything MX 5 mail',
  'everything TXT "t"',
  'everything CAA 0 issue "x"',
  'everything SRV 1 2 3 www',
  'everything PTR www',
  'everything NAPTR 1 2 "a" "b" "" www',
  'everything HINFO "a" "b"',
  `everything TLSA 3 1 1 ${digest}`,
  'only-unknown HINFO "a" "b"',
]);

/** By apex. One of them cannot be loaded, so that its names are SERVFAIL; all else is REFUSED. */
export const richZones: Record<string, string> = {
  'example.test': example,
  '2.0.192.in-addr.arpa': zoneText('2.0.192.in-addr.arpa', [
    '1 PTR www.example.test.',
    '2 PTR www.example.test.',
    '2 PTR alias.example.test.',
    // RFC 2317.
    '3 CNAME 3.0-7',
    '3.0-7 PTR classless.example.test.',
    '4 TXT "no name"',
    '5 CNAME 4',
  ]),
  '8.b.d.0.1.0.0.2.ip6.arpa': zoneText('8.b.d.0.1.0.0.2.ip6.arpa', [
    `${'1.' + '0.'.repeat(22)}0 PTR six.example.test.`,
  ]),
  'broken.test': 'this is no zone\n',
};
