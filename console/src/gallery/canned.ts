// Answers in the server's place, typed by the same schema: a fixture that the API could not give does not compile.
import type { paths } from '../api/schema';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Defined<T> = T extends undefined ? never : T;
type JsonOf<R> = { [Status in keyof R]: Status extends 200 | 201 | 202 ? (R[Status] extends { content: { 'application/json': infer Body } } ? Body : null) : never }[keyof R];
type BodyOf<O> = O extends { responses: infer R } ? JsonOf<R> : never;

/** What was asked, for answers that depend on it. */
export interface Ask {
  query: URLSearchParams;
  /** The part of the path that stands for `{id}`. */
  id: string;
}

/** Anything but a success: a refusal in the API's own form, silence, an answer that never comes, or a stream. */
export class Failure {
  constructor(
    readonly kind: 'problem' | 'silence' | 'never' | 'stream',
    /** The sentence of a problem, or what a stream says before it falls silent. */
    readonly text = '',
    readonly status = 0,
    readonly code = '',
  ) {}
}

export const never = new Failure('never');
export const silence = new Failure('silence');
export const problem = (status: number, code: string, detail: string) => new Failure('problem', detail, status, code);
export const stream = (frames: string) => new Failure('stream', frames);

type Given<Body> = Body | Failure | ((ask: Ask) => Body | Failure);

/** Answers by path and method. */
export type Answers = {
  readonly [Path in keyof paths]?: { readonly [M in Method & keyof paths[Path] as Defined<paths[Path][M]> extends never ? never : M]?: Given<BodyOf<Defined<paths[Path][M]>>> };
};

/** An operation as `get /api/v1/runs`. */
export type Operation = { [Path in keyof paths & string]: `${Method & keyof { [M in Method as Defined<paths[Path][M]> extends never ? never : M]: 1 }} ${Path}` }[keyof paths & string];

/** What takes the place of an answer; it is told the answer that would have been given. */
export type Bend = (usual: unknown, ask: Ask) => unknown;

const REQUEST_ID = 'req_01m7y4tcxwej3r97ce3p8msv9p';
const titles: Record<number, string> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 409: 'Conflict', 412: 'Precondition Failed', 422: 'Unprocessable Entity', 500: 'Internal Server Error', 503: 'Service Unavailable' };

/** Takes the browser's fetch over for everything under /api. */
export class CannedApi {
  private readonly answers: [pattern: RegExp, path: string, methods: Record<string, unknown>][];
  private bends: ReadonlyMap<string, Bend> = new Map();
  private readonly wire = globalThis.fetch.bind(globalThis);
  /** Answers that are under way and will come. */
  underWay = 0;

  constructor(answers: Answers) {
    const whole = Object.entries(answers) as [string, Record<string, unknown>][];
    // A path of plain words goes before one with a place for an id.
    whole.sort(([one], [other]) => one.split('{').length - other.split('{').length);
    this.answers = whole.map(([path, methods]) => [new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`), path, methods]);
  }

  /** `page` is what the server gives as the console's page now. */
  install(page: string | null) {
    globalThis.fetch = (input, init) => {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/api')) return this.answer(request);
      if (pathname !== '/') return this.wire(request);
      // Elsewhere it stays open whether there is a newer console: an answer would be a sign of life from a server that is meant to be silent.
      return page === null ? new Promise<never>(() => undefined) : Promise.resolve(new Response(page, { headers: { 'content-type': 'text/html' } }));
    };
  }

  /** From now on these operations answer otherwise. */
  bend(bends: ReadonlyMap<string, Bend>) {
    this.bends = bends;
  }

  private async answer(request: Request): Promise<Response> {
    this.underWay += 1;
    try {
      await Promise.resolve();
      const given = this.find(request);
      if (given === never) return await unanswered(request.signal, () => (this.underWay -= 1), () => (this.underWay += 1));
      return responseOf(given);
    } finally {
      this.underWay -= 1;
    }
  }

  private find(request: Request): unknown {
    const { pathname, searchParams } = new URL(request.url);
    const method = request.method.toLowerCase();
    for (const [pattern, path, methods] of this.answers) {
      const match = pattern.exec(pathname);
      if (match === null || !(method in methods)) continue;
      const ask = { query: searchParams, id: decodeURIComponent(match[1] ?? '') };
      const given = methods[method];
      const usual = typeof given === 'function' ? given(ask) : given;
      const bend = this.bends.get(`${method} ${path}`) ?? this.bends.get('*');
      return bend ? bend(usual, ask) : usual;
    }
    console.error(`the gallery has no answer to ${method} ${pathname}`);
    return problem(404, 'not_found', `The gallery has no answer to ${method} ${pathname}.`);
  }
}

/** Ends only with the question itself; until then nobody waits for it. */
function unanswered(signal: AbortSignal, leave: () => void, come: () => void): Promise<never> {
  leave();
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      come();
      reject(new DOMException('The question was taken back.', 'AbortError'));
    });
  });
}

function responseOf(given: unknown): Response {
  if (!(given instanceof Failure)) return given === null || given === undefined ? new Response(null, { status: 204 }) : Response.json(given);
  switch (given.kind) {
    case 'problem': {
      const { status, code, text: detail } = given;
      const body = { type: `urn:calibr:problem:${code}`, title: titles[status] ?? 'Problem', status, code, detail, request_id: REQUEST_ID };
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json', 'Request-Id': REQUEST_ID } });
    }
    case 'stream':
      return new Response(streamOf(given.text), { headers: { 'content-type': 'text/event-stream' } });
    default:
      throw new TypeError('Failed to fetch');
  }
}

/** Says its frames and stays open. */
function streamOf(frames: string): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(frames)) });
}
