export { client, problemOf, ProblemError } from './send.js';
export type { Answer, Body, Options, Query, Schema } from './send.js';
export type { Calls } from './calls.js';
export type { components, operations, paths } from './schema.js';
