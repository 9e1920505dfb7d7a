import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate that has signed itself, and its key. */
export interface Certificate {
  /** Path of the certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly path: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Makes a certificate for all names directly under `apex`, with openssl, in `folder`. */
export async function makeCertificate(folder: string, apex: string): Promise<Certificate> {
  const [path, keyPath] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath];
  const names = ['-subj', `/CN=${apex}`, '-addext', `subjectAltName=DNS:*.${apex}`];
  await promisify(execFile)('openssl', ['req', '-x509', '-days', '1', ...key, ...names, '-out', path]);
  return { path, cert: await readFile(path), key: await readFile(keyPath) };
}
