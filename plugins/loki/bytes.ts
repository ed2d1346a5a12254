const ELLIPSIS = '…';
const ELLIPSIS_BYTES = 3;

/** The text, or as much of it as fits into so many bytes of UTF-8 together with an ellipsis; no character is cut in two. */
export function fitted(text: string, maxBytes: number): string {
  // A UTF-16 unit takes three bytes at most, so that most texts need no count.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= maxBytes) return text;
  if (maxBytes < ELLIPSIS_BYTES) return '';
  let end = maxBytes - ELLIPSIS_BYTES;
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${bytes.subarray(0, end).toString('utf8')}${ELLIPSIS}`;
}
