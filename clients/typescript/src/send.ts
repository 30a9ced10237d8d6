import { calls, type Calls } from './calls.js';
import type { components, operations } from './schema.js';

/** The schemas of the document, by name: Schema<'Session'>. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

type Json<R> = R extends { content: { 'application/json': infer J } } ? J : void;
type Good<R> = R[keyof R & (200 | 201 | 202 | 204)];

/** What an operation answers when it goes well: the union of its answers, void where there is no body. */
export type Answer<Op extends keyof operations> = Json<Good<operations[Op]['responses']>>;
export type Body<Op extends keyof operations> =
  operations[Op] extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;
export type Query<Op extends keyof operations> = NonNullable<operations[Op]['parameters']['query']>;
export type Send = <A>(method: string, path: string, body?: unknown, query?: object) => Promise<A>;

/** What went wrong, as the service says it (RFC 9457). Its message is for people, its problem.code for programs. */
export class ProblemError extends Error {
  readonly problem: Schema<'Problem'>;
  constructor(problem: Schema<'Problem'>) {
    super(problem.detail);
    this.problem = problem;
    this.name = 'ProblemError';
  }
}

/** The error of an answer that is none of success. What is no problem document comes from something in between. */
export const problemOf = async (answer: Response): Promise<Error> => {
  const type = answer.headers.get('Content-Type') ?? '';
  if (type.startsWith('application/problem+json')) return new ProblemError(await answer.json());
  return new Error(`${answer.status} ${answer.statusText}`);
};

export interface Options {
  /** Where the API is: a path in a page of the same origin, a whole URL elsewhere. Default: /api/v1. */
  base?: string;
  /** For programs without cookies: the token that was kept. Give "transport": "bearer" where a call takes it. */
  token?: string;
  /** Hears of each new token; the one before is dead. */
  keep?: (token: string) => void;
}

interface Proved { status?: string; token?: string }
const proved = ['signed_in', 'more_needed', 'must_bind'];

/** A client of the API: a method for each operation. It fails with a ProblemError, or with fetch's own errors. */
export const client = ({ base = '/api/v1', token, keep }: Options = {}): Calls => {
  const send: Send = async <A>(method: string, path: string, body?: unknown, query: object = {}) => {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (token) headers['Authorization'] = `Bearer ${token}`;
    const search = new URLSearchParams(Object.entries(query)).toString();
    const answer = await fetch(base + path + (search && '?' + search), {
      method, headers, body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) throw await problemOf(answer);
    const text = await answer.text();
    if (text === '') return undefined as A;
    const said: A & Proved = JSON.parse(text);
    if (said.token && proved.includes(said.status ?? '')) {
      token = said.token;
      keep?.(token);
    }
    return said;
  };
  return calls(send);
};
