const NOTHING: DataView = new DataView(new ArrayBuffer(0));
const TWO_TO_32 = 2 ** 32;
/** Longer lists and texts are in no answer; a length that was read at a wrong place usually is. */
const MAX_LENGTH = 65_536;

/**
 * Reads a buffer in the format of FlatBuffers (https://flatbuffers.dev/internals), one table at a time, without an object per
 * table, a BigInt per number or a text per field. A field is named by its place in the table's index: 4, 6, 8 and so on in the
 * order of the schema. Every read outside the buffer throws `RangeError`.
 */
export class FlatTable {
  #view = NOTHING;
  #table = 0;
  #index = 0;
  #indexLength = 0;

  /** Goes to the table at `position`, in this buffer until the next `open`. */
  open(bytes: Uint8Array, position: number): void {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.enter(position);
  }

  /** Goes to another table of the same buffer. */
  enter(position: number): void {
    const view = this.#view;
    this.#table = position;
    this.#index = position - view.getInt32(position, true);
    this.#indexLength = view.getUint16(this.#index, true);
  }

  /** Position of the table this field refers to; 0 when it is left out. */
  child(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : at + this.#view.getUint32(at, true);
  }

  /** Position of the first of this field's tables, and how many there are. */
  list(field: number): { readonly at: number; readonly length: number } {
    const at = this.child(field);
    return at === 0 ? NONE : { at: at + 4, length: this.#lengthAt(at) };
  }

  /** Position of a table of a list. */
  item(list: { readonly at: number; readonly length: number }, index: number): number {
    const at = list.at + index * 4;
    return at + this.#view.getUint32(at, true);
  }

  has(field: number): boolean {
    return this.#find(field) !== 0;
  }

  uint8(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  uint16(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : this.#view.getUint16(at, true);
  }

  uint32(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : this.#view.getUint32(at, true);
  }

  int32(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : this.#view.getInt32(at, true);
  }

  /** The nearest double, as `Number()` makes it of a BigInt. */
  uint64(field: number): number {
    const at = this.#find(field);
    if (at === 0) return 0;
    return this.#view.getUint32(at + 4, true) * TWO_TO_32 + this.#view.getUint32(at, true);
  }

  float32(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : this.#view.getFloat32(at, true);
  }

  float64(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : this.#view.getFloat64(at, true);
  }

  /** The bytes of a text; `null` when it is left out. */
  text(field: number): Uint8Array | null {
    const at = this.child(field);
    if (at === 0) return null;
    const { buffer, byteOffset } = this.#view;
    return new Uint8Array(buffer, byteOffset + at + 4, this.#lengthAt(at));
  }

  /** Whether a text is exactly this one, given as bytes. Makes nothing. */
  isText(field: number, bytes: Uint8Array): boolean {
    const at = this.child(field);
    if (at === 0 || this.#lengthAt(at) !== bytes.length) return false;
    for (let i = 0; i < bytes.length; i++) if (this.#view.getUint8(at + 4 + i) !== bytes[i]) return false;
    return true;
  }

  #lengthAt(position: number): number {
    const length = this.#view.getUint32(position, true);
    if (length > MAX_LENGTH) throw new RangeError(`a length of ${length} in an answer`);
    return length;
  }

  #find(field: number): number {
    if (field >= this.#indexLength) return 0;
    const offset = this.#view.getUint16(this.#index + field, true);
    return offset === 0 ? 0 : this.#table + offset;
  }
}

const NONE = { at: 0, length: 0 };
