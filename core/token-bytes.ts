/** Marks 16 bytes that are a UUID. No byte of UTF-8 is this one. */
export const MARK = 0xff;

const HYPHEN = 45;
const UUID_LENGTH = 36;
const NO_DIGIT = 0xff;
const NIBBLES = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < 16; value++) NIBBLES[value.toString(16).charCodeAt(0)] = value;

/** Where ids are put together. Longer texts get a buffer of their own. */
const scratch = Buffer.allocUnsafeSlow(512);

/**
 * Text of ASCII as base64url, with UUIDs in it as a mark and 16 bytes; `null` for other text. Every entity of a long list has an id, so
 * this looks at each character once and makes nothing but the result.
 */
export function asciiToken(text: string): string | null {
  const { length } = text;
  const bytes = length <= scratch.length ? scratch : Buffer.allocUnsafe(length);
  let end = 0;
  for (let i = 0; i < length; ) {
    const code = text.charCodeAt(i);
    if (code > 127) return null;
    if (NIBBLES[code] !== NO_DIGIT && writeUuid(text, i, bytes, end)) {
      i += UUID_LENGTH;
      end += 17;
    } else {
      bytes[end++] = code;
      i++;
    }
  }
  return bytes.toString('base64url', 0, end);
}

/** Writes a UUID that begins at `from`, if one does. */
function writeUuid(text: string, from: number, bytes: Buffer, at: number): boolean {
  if (text.charCodeAt(from + 8) !== HYPHEN || from + UUID_LENGTH > text.length) return false;
  let end = at;
  bytes[end++] = MARK;
  for (let i = 0; i < UUID_LENGTH; ) {
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (text.charCodeAt(from + i) !== HYPHEN) return false;
      i++;
    } else {
      const high = nibble(text.charCodeAt(from + i));
      const low = nibble(text.charCodeAt(from + i + 1));
      if (high === NO_DIGIT || low === NO_DIGIT) return false;
      bytes[end++] = high * 16 + low;
      i += 2;
    }
  }
  return true;
}

function nibble(code: number): number {
  return code < 128 ? NIBBLES[code]! : NO_DIGIT;
}
