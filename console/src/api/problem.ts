// What went wrong, in the API's own words (RFC 9457), or why no answer came at all.
import type { components } from './schema';

export type FieldFault = components['schemas']['FieldError'];

/** An answer that was not a success. `status` 0 means that no answer came. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly requestId: string | null;
  readonly faults: FieldFault[];

  constructor(fields: { status: number; code: string; title: string; detail: string; requestId: string | null; faults?: FieldFault[] }) {
    super(fields.detail);
    this.name = 'ApiProblem';
    this.status = fields.status;
    this.code = fields.code;
    this.title = fields.title;
    this.requestId = fields.requestId;
    this.faults = fields.faults ?? [];
  }
}

export async function problemFromResponse(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('Request-Id');
  const body = await response.json().catch(() => null);
  if (body === null || typeof body !== 'object' || typeof body.title !== 'string') {
    return new ApiProblem({
      status: response.status,
      code: 'answer.unreadable',
      title: `The server answered ${response.status}`,
      detail: 'The answer was not one of Calibr’s own; a proxy in between may have given it.',
      requestId,
    });
  }
  return new ApiProblem({
    status: response.status,
    code: String(body.code ?? 'unknown'),
    title: body.title,
    detail: typeof body.detail === 'string' ? body.detail : '',
    requestId: typeof body.request_id === 'string' ? body.request_id : requestId,
    faults: Array.isArray(body.errors) ? body.errors : [],
  });
}

/** Whoever answered so does not know what became of the request. */
const UNSURE = ['answer.unreadable', 'database.unsure'];

/** Whether the server said no, so that nothing was done. After silence, or an answer of something in between, that is not known. */
export function isRefusal({ status, code }: ApiProblem): boolean {
  return (status >= 400 && status < 500) || (status === 503 && !UNSURE.includes(code)) || code === 'console';
}

export function problemFromSilence(): ApiProblem {
  return new ApiProblem({
    status: 0,
    code: 'network',
    title: 'Calibr does not answer',
    detail: 'The request may or may not have arrived. Trying again is safe: the same request is never carried out twice.',
    requestId: null,
  });
}

/** No answer came at all; a banner over every page says so, and since when. */
export const isSilence = (error: unknown) => error instanceof ApiProblem && error.code === 'network';

/** Any thrown value as a problem; a fault of the console itself is shown, not hidden. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiProblem({ status: 0, code: 'console', title: 'The console stumbled', detail, requestId: null });
}
