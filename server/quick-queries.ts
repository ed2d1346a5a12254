import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import type { CompiledExecutor } from '../schema/index.js';
import type { Access, Scopes } from './access.js';
import type { Holdings } from './holdings.js';
import { type AnswerType, answerType, plainLength, type SentOperation, sentOperation } from './plain-query.js';
import { callerOfIncoming } from './request-context.js';
import { sendText } from './send-text.js';
import { unread, wholeBody } from './whole-body.js';

/** Documents remembered; the one not used for longest makes room. */
const MOST_DOCUMENTS = 128;
/** Characters of the longest document worth remembering. */
const MOST_CHARACTERS = 16_384;
const NOT_COMPILED: ExecutionResult = {};

/** What a request shows before its body, all of it accepted. */
interface Admitted {
  readonly scopes: Scopes;
  readonly actor: string;
  readonly type: AnswerType;
}

interface Dependencies {
  readonly access: Access;
  readonly executor: CompiledExecutor;
  readonly schema: GraphQLSchema;
  readonly createContext: (caller: { readonly scopes: Scopes; readonly actor: string }) => object;
  /** Path of the endpoint. */
  readonly endpoint: string;
  /** Whether a route stands where the endpoint would. */
  readonly isTaken: () => boolean;
  /** Whether pages of other origins are told what they may. */
  readonly hasOrigins: boolean;
  readonly bodyBytes: number;
  /** What is held for whoever is sent something over this connection. */
  readonly holdingsOf: (socket: Socket) => Holdings | undefined;
}

/**
 * A short way for queries that were answered before. The way through Yoga and its plugins costs more than answering a page of a list; so
 * once it has parsed and validated a document that then was executed by a compiled plan, further plain requests with the same document are
 * answered here: the same checks of the caller and the body, the same context, executor and headers, and nothing in between. Only answers
 * without errors leave from here. Whatever is or becomes anything else goes through Yoga from its beginning, so that every refusal and
 * every error has one author.
 */
export class QuickQueries {
  readonly #parts: Dependencies;
  readonly #documents = new Map<string, DocumentNode>();
  readonly #givenUp = new WeakSet<IncomingMessage>();
  #answered = 0;

  constructor(parts: Dependencies) {
    this.#parts = parts;
  }

  /** Requests answered here since creation; a counter. */
  get answered(): number {
    return this.#answered;
  }

  /** To be told of documents that are valid and whose query was executed by a plan. */
  remember(text: string, document: DocumentNode): void {
    if (text.length > MOST_CHARACTERS) return;
    this.#documents.delete(text);
    this.#documents.set(text, document);
    if (this.#documents.size > MOST_DOCUMENTS) {
      const [oldest] = this.#documents.keys();
      if (oldest !== undefined) this.#documents.delete(oldest);
    }
  }

  /** Whether a plan was tried here for this request, without success. */
  gaveUp(request: IncomingMessage): boolean {
    return this.#givenUp.has(request);
  }

  /**
   * Answers the request if it can. Otherwise `byYoga` is called, at once or as soon as that is known, and finds the request as if nobody
   * had read it.
   */
  answer(request: IncomingMessage, response: ServerResponse, byYoga: () => void): void {
    const length = this.#documents.size === 0 ? null : plainLength(request);
    const admitted = length === null ? null : this.#admit(request, length);
    if (length === null || admitted === null) {
      byYoga();
      return;
    }
    wholeBody(request, length, (body) => {
      void this.#answerBody(body, admitted, request, response).then((answered) => {
        if (answered || response.destroyed) {
          // To its end, or the connection could not be used again.
          request.resume();
        } else {
          unread(request, body);
          byYoga();
        }
      });
    });
  }

  #admit(request: IncomingMessage & { readonly originalUrl?: string }, length: number): Admitted | null {
    const { access, endpoint, isTaken, hasOrigins, bodyBytes } = this.#parts;
    const { accept, origin } = request.headers;
    if (length === 0 || length > bodyBytes || (request.originalUrl ?? request.url) !== endpoint) return null;
    if ((hasOrigins && origin !== undefined) || isTaken()) return null;
    const type = answerType(accept);
    if (type === null) return null;
    const verdict = access.judge(callerOfIncoming(request));
    return verdict.allowed ? { scopes: verdict.scopes, actor: verdict.actor, type } : null;
  }

  /** Whether it is answered. Never rejects. */
  async #answerBody(
    body: Buffer,
    admitted: Admitted,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    const operation = sentOperation(body);
    const document = operation === null ? undefined : this.#documents.get(operation.query);
    if (operation === null || document === undefined || !isQuery(document, operation)) return false;
    try {
      const result = await this.#execute(document, operation, admitted, response);
      if ('parts' in result && !response.destroyed) {
        this.remember(operation.query, document);
        this.#answered++;
        sendText(response, result, admitted.type, this.#parts.holdingsOf(request.socket));
        return true;
      }
    } catch {
      // Yoga will meet the same error, and knows what to say.
      if (response.headersSent) response.destroy();
    }
    this.#givenUp.add(request);
    return false;
  }

  #execute(
    document: DocumentNode,
    { operationName = null, variables = null }: SentOperation,
    { scopes, actor }: Admitted,
    response: ServerResponse,
  ): ReturnType<CompiledExecutor['execute']> {
    const { executor, schema, createContext } = this.#parts;
    const client = {
      get aborted() {
        return response.destroyed;
      },
    };
    const contextValue = createContext({ scopes, actor });
    const args = { schema, document, contextValue, operationName, variableValues: variables };
    return executor.execute(args, () => NOT_COMPILED, { signal: client });
  }
}

function isQuery(document: DocumentNode, { operationName }: SentOperation): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.QUERY;
}
