/**
 * Encrypted servers as the user writes them: `https://dns.example/dns-query`, `https://192.0.2.1/dns-query`,
 * `tls://192.0.2.1#dns.example`, `tls://dns.example:8853`. `@doubao/resolver` reads them with its options, at start: Node's
 * modules are loaded by the first URL.
 */

/** Where queries go, and whose certificate is expected there. */
export interface EncryptedServer {
  readonly protocol: 'https' | 'tls';
  /** As it is written in messages. */
  readonly url: string;
  /** Host name or IP address that the certificate must be for. */
  readonly host: string;
  readonly port: number;
  /** HTTPS only: path and query string. */
  readonly path: string;
  /** IP addresses named in the URL itself; without any, they have to be known otherwise. */
  readonly addresses: readonly string[];
}

/** RFC 7858 §3.1. */
const TLS_PORT = 853;
/** RFC 9110 §4.2.2. */
const HTTPS_PORT = 443;
const PORT_MAX = 65_535;
/** Every public server's; what is meant by a URL without a path. */
const USUAL_PATH = '/dns-query';
/** A URI template (RFC 8484 §3) that servers publish; the parameter is added where GET is used. */
const TEMPLATE = /\{\?dns\}$/;
const TLS_URL = /^tls:\/\/(?:\[([^\]]+)\]|([^[\]:/#?@]+))(?::(\d{1,5}))?\/?(?:#(.*))?$/i;
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

function isIP(text: string): number {
  return process.getBuiltinModule('node:net').isIP(text);
}

/** @returns the server, or why it cannot be used */
export function parseServerUrl(text: string): EncryptedServer | string {
  if (/^https:\/\//i.test(text)) return parseHttps(text);
  if (/^tls:\/\//i.test(text)) return parseTls(text);
  return `${JSON.stringify(text)} is neither an https:// nor a tls:// URL`;
}

function parseHttps(text: string): EncryptedServer | string {
  const template = text.replace(TEMPLATE, '');
  let url: URL;
  try {
    url = new URL(template);
  } catch {
    return `${JSON.stringify(text)} is not a URL`;
  }
  if (url.username !== '' || url.password !== '')
    return 'a user name or password in the URL is not supported';
  if (url.hash !== '') return `${JSON.stringify(text)} has a fragment; the host name is part of an https URL`;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0 && !HOST_NAME.test(host)) return `${JSON.stringify(host)} is not a host name`;
  const port = url.port === '' ? HTTPS_PORT : Number(url.port);
  if (port === 0) return `the port 0 is not between 1 and ${PORT_MAX}`;
  if (url.pathname === '/') url.pathname = USUAL_PATH;
  return {
    protocol: 'https',
    url: url.href,
    host,
    port,
    path: url.pathname + url.search,
    addresses: isIP(host) === 0 ? [] : [host],
  };
}

function parseTls(text: string): EncryptedServer | string {
  const match = TLS_URL.exec(text);
  if (match === null) return `${JSON.stringify(text)} is not tls:// with a host, an optional port and #name`;
  const [, bracketed, plain = '', portText, name] = match;
  if (bracketed !== undefined && isIP(bracketed) !== 6)
    return `${JSON.stringify(bracketed)} is not an IPv6 address`;
  const port = portText === undefined ? TLS_PORT : Number(portText);
  if (port < 1 || port > PORT_MAX) return `the port ${portText} is not between 1 and ${PORT_MAX}`;
  const place = bracketed ?? plain;
  const isAddress = isIP(place) !== 0;
  const host =
    name === undefined && isAddress
      ? place
      : process.getBuiltinModule('node:url').domainToASCII(name ?? place);
  if (isIP(host) === 0 && !HOST_NAME.test(host)) {
    return `${JSON.stringify(name ?? place)} is not a host name`;
  }
  return {
    protocol: 'tls',
    url: text,
    host,
    port,
    path: '',
    addresses: isAddress ? [place] : [],
  };
}
