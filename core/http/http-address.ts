import { z } from 'zod';

/** An option that takes the address of a server. Credentials have options of their own, which are kept secret. */
export const httpAddress = z
  .string()
  .max(4_000)
  .refine(isHttp, { error: 'must be an address like https://host:port', abort: true })
  .refine((url) => new URL(url).username + new URL(url).password === '', {
    error: 'must hold no user and password: give them in the options that are made for them',
  });

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
