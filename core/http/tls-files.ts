import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorText } from '../error-text.js';
import type { HttpTls } from './http-post.js';

/** Options of a plugin that speaks TLS: files in PEM form, read when it starts. */
export const tlsFiles = z.strictObject({
  caFile: z.string().min(1).optional().describe('File with the authorities to trust in place of those of Node (PEM).'),
  certFile: z.string().min(1).optional().describe('File with the certificate to show (PEM).'),
  keyFile: z.string().min(1).optional().describe('File with the key of that certificate (PEM).'),
});

export type TlsFiles = z.output<typeof tlsFiles>;

/** Reads them. Rejects with the name of the option and the file when one cannot be read, or when a certificate has no key. */
export async function readTls({ caFile, certFile, keyFile }: TlsFiles, path: string): Promise<HttpTls> {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new Error(`${path}.certFile and ${path}.keyFile belong together: give both or neither.`);
  }
  const [ca, cert, key] = await Promise.all([
    content(caFile, `${path}.caFile`),
    content(certFile, `${path}.certFile`),
    content(keyFile, `${path}.keyFile`),
  ]);
  return { ca, cert, key };
}

async function content(file: string | undefined, path: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`${path} cannot be read: ${errorText(error)}`, { cause: error });
  });
  if (!text.includes('-----BEGIN ')) throw new Error(`${path} must be in PEM form: ${file} is not.`);
  return text;
}
