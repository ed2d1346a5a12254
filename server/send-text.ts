import { ServerResponse } from 'node:http';
import type { TextResult } from '../schema/index.js';
import type { Holdings } from './holdings.js';
import type { AnswerType } from './plain-query.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { SLICE, SlicedBody } from './sliced-body.js';

/**
 * Sends an answer without errors, with the headers that Yoga and its plugins give one. The client must be there still; `holdings` are its
 * own.
 */
export function sendText(
  response: ServerResponse,
  { parts, stringify, release }: TextResult,
  type: AnswerType,
  holdings?: Holdings,
): void {
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  if (parts.length === 0) {
    const text = stringify();
    writeHead(response, Buffer.byteLength(text));
    response.end(text);
    return;
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  writeHead(response, length);
  // As Yoga does for what may take its time: progress is watched by the stall guard, not by a timeout of the application's server.
  response.socket?.setTimeout(0).setNoDelay(true).setKeepAlive(true);
  const mayRelease = isPlain(response) ? { release } : {};
  if (length > SLICE) {
    sendSlices(response, new SlicedBody(parts, { ...mayRelease, ...(holdings && { holdings }) }));
    return;
  }
  whenSent(response, () => mayRelease.release?.());
  response.cork();
  for (const part of parts) response.write(part);
  response.end();
}

/** By itself, so that nothing else is kept of the answer meanwhile. */
function sendSlices(response: ServerResponse, body: SlicedBody): void {
  whenSent(response, () => body.finished());
  response.once('close', () => body.destroy());
  body.pipe(response);
}

/** Not when it only closes: then parts of it may still be on their way. */
function whenSent(response: ServerResponse, then: () => void): void {
  response.once('finish', () => response.destroyed || then());
}

/** Whether what is written goes to the operating system and nowhere else; middleware of the application may keep what passes. */
function isPlain(response: ServerResponse): boolean {
  return ['write', 'end'].every((name) => Reflect.get(response, name) === Reflect.get(ServerResponse.prototype, name));
}

function writeHead(response: ServerResponse, length: number): void {
  response.setHeader('content-length', length);
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  response.writeHead(200, 'OK');
}
