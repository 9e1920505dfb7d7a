/** A certificate made by Node alone, for where openssl is not installed: what X.509 (RFC 5280) takes at least, in DER. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** In PEM; a client has to trust the certificate itself. */
export interface SelfSignedCertificate {
  readonly cert: string;
  readonly key: string;
}

const Tag = {
  Integer: 0x02,
  BitString: 0x03,
  OctetString: 0x04,
  ObjectIdentifier: 0x06,
  Utf8String: 0x0c,
  UtcTime: 0x17,
  Sequence: 0x30,
  Set: 0x31,
  /** `[2]`, a host name. */
  DnsName: 0x82,
  /** `[0]` and `[3]`, with what they hold. */
  Version: 0xa0,
  Extensions: 0xa3,
} as const;

const LONG_LENGTH = 0x80;
const VERSION_3 = 2;
const SERIAL_OCTETS = 8;
const DAY_MS = 86_400_000;
/** Object identifiers as they are encoded: 1.2.840.10045.4.3.2, 2.5.4.3, 2.5.29.17. */
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');
const SUBJECT_ALTERNATIVE_NAME = Buffer.from('551d11', 'hex');

function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < LONG_LENGTH) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const octets = body.length > 0xff ? [body.length >> 8, body.length & 0xff] : [body.length];
  return Buffer.concat([Buffer.from([tag, LONG_LENGTH | octets.length, ...octets]), body]);
}

function utcTime(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(Tag.UtcTime, Buffer.from(digits.slice(2)));
}

/** @param name the host name that it is for, from yesterday to tomorrow */
export function selfSignedCertificate(name: string): SelfSignedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = der(Tag.Sequence, der(Tag.ObjectIdentifier, ECDSA_WITH_SHA256));
  const attribute = [der(Tag.ObjectIdentifier, COMMON_NAME), der(Tag.Utf8String, Buffer.from(name))];
  const subject = der(Tag.Sequence, der(Tag.Set, der(Tag.Sequence, ...attribute)));
  const alternatives = der(Tag.Sequence, der(Tag.DnsName, Buffer.from(name, 'ascii')));
  const extension = [der(Tag.ObjectIdentifier, SUBJECT_ALTERNATIVE_NAME), der(Tag.OctetString, alternatives)];
  const serial = randomBytes(SERIAL_OCTETS);
  // Positive, and without a zero that DER forbids in front.
  serial[0] = 1;
  const signed = der(
    Tag.Sequence,
    der(Tag.Version, der(Tag.Integer, Buffer.from([VERSION_3]))),
    der(Tag.Integer, serial),
    algorithm,
    subject,
    der(Tag.Sequence, utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(Tag.Extensions, der(Tag.Sequence, der(Tag.Sequence, ...extension))),
  );
  // No bit of the last octet is unused.
  const signature = der(Tag.BitString, Buffer.from([0]), sign('sha256', signed, privateKey));
  return {
    cert: pem('CERTIFICATE', der(Tag.Sequence, signed, algorithm, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function pem(label: string, octets: Buffer): string {
  const lines = octets.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
