import { readFile } from 'node:fs/promises';
import { errorText } from '../../core/index.js';
import type { AmqpOptions } from './options.js';

export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
}

/** Reads what the options name as files. Rejects with the name of the option whose file cannot be read. */
export async function tlsMaterial(tls: AmqpOptions['tls'], signal: AbortSignal): Promise<TlsMaterial> {
  const { passphrase, servername, rejectUnauthorized } = tls;
  const texts = await Promise.all(
    (['ca', 'cert', 'key'] as const).map(async (field) => {
      const given = tls[field];
      return given === undefined ? [] : [[field, await textOf(field, given, signal)] as const];
    }),
  );
  return {
    ...Object.fromEntries(texts.flat()),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized,
  };
}

async function textOf(field: string, given: string, signal: AbortSignal): Promise<string> {
  if (given.includes('-----BEGIN')) return given;
  try {
    return await readFile(given, { encoding: 'utf8', signal });
  } catch (error) {
    throw new Error(`tls.${field} cannot be read: ${errorText(error)}`, { cause: error });
  }
}
