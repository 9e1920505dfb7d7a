import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate with its key, as buffers and as files (PEM). */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly certPath: string;
  readonly keyPath: string;
}

/** What a certificate is for, and what is wrong with it. */
export interface CertificateOptions {
  /** Host names, `*.` allowed. */
  readonly names?: readonly string[];
  /** IP addresses. */
  readonly addresses?: readonly string[];
  /** It ended yesterday. */
  readonly expired?: boolean;
  /** Signed by its own key and by nobody else. */
  readonly selfSigned?: boolean;
}

/** Issues certificates for one test. Made by {@link createCertificateAuthority}. */
export interface CertificateAuthority extends AsyncDisposable {
  /** What a client has to trust, PEM. */
  readonly cert: Buffer;
  /** The same as a file, for `NODE_EXTRA_CA_CERTS`. */
  readonly certPath: string;
  issue(options: CertificateOptions): Promise<Certificate>;
  /** Removes its files. */
  close(): Promise<void>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const expiredDays = '-1';
const validDays = '2';

async function openssl(args: readonly string[]): Promise<void> {
  await promisify(execFile)('openssl', args);
}

/** Subject alternative names (RFC 5280 §4.2.1.6), which is all that clients look at (RFC 9525 §2). */
function alternativeNames({ names = [], addresses = [] }: CertificateOptions): string {
  return [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)].join(',');
}

/** Makes a certificate authority with openssl, in a temporary folder. Rejects where openssl is not installed. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'testbed-ca-'));
  const [certPath, keyPath] = [join(folder, 'ca.pem'), join(folder, 'ca-key.pem')];
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  let issued = 0;
  try {
    const ca = ['-subj', '/CN=testbed authority', '-keyout', keyPath, '-out', certPath];
    await openssl(['req', '-x509', ...newKey, '-days', validDays, ...ca]);
    return {
      cert: await readFile(certPath),
      certPath,
      async issue(options) {
        issued += 1;
        const own = (name: string): string => join(folder, `${issued}-${name}`);
        const [cert, key, request, extensions] = [
          own('cert.pem'),
          own('key.pem'),
          own('request'),
          own('extensions'),
        ];
        await openssl(['req', '-new', ...newKey, '-keyout', key, '-subj', '/CN=testbed', '-out', request]);
        await writeFile(extensions, `subjectAltName=${alternativeNames(options)}\n`);
        const byAuthority = ['-CA', certPath, '-CAkey', keyPath, '-CAcreateserial'];
        const signer = options.selfSigned === true ? ['-signkey', key] : byAuthority;
        const days = ['-days', options.expired === true ? expiredDays : validDays];
        const files = ['-in', request, '-extfile', extensions, '-out', cert];
        await openssl(['x509', '-req', ...files, ...signer, ...days]);
        return { cert: await readFile(cert), key: await readFile(key), certPath: cert, keyPath: key };
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
