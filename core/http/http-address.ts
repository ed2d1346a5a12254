import { z } from 'zod';

/** An option that takes the address of a server. Credentials have options of their own, which are kept secret. */
export const httpAddress = z
  .url({ protocol: /^https?$/, error: 'must be an address like https://host:port' })
  .refine((url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === '', {
    error: 'must hold no user and password: give them in the options that are made for them',
  });
