// Makes what is made: the types and calls of the JSON API, from its OpenAPI document, and the library's script in one module.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import openapiTS, { astToString } from 'openapi-typescript';

const web = new URL('../../internal/web/', import.meta.url);
const made = '// Made by generate.mjs from internal/web/openapi.json: change that, and run npm run generate.\n\n';
const here = (name) => new URL('src/' + name, import.meta.url);

const types = async (document) => {
  const ast = await openapiTS(document, { alphabetize: false, defaultNonNullable: false, emptyObjectsUnknown: true });
  writeFileSync(here('schema.ts'), made + astToString(ast));
};

// One function for each operation: what stands in its path comes first, then its body.
const call = (path, method, operation) => {
  const id = operation.operationId;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
  const given = names.map((name) => `${name}: string`);
  const sent = ['`' + path.replaceAll('{', '${encodeURIComponent(').replaceAll('}', ')}') + '`'];
  if (names.length === 0) sent[0] = `'${path}'`;
  const body = operation.requestBody?.content['application/json'];
  const query = (operation.parameters || []).filter((p) => p.in === 'query');
  if (body) given.push(`body: Body<'${id}'>`);
  if (query.length > 0) given.push(`query: Query<'${id}'> = {}`);
  if (body || query.length > 0) sent.push(body ? 'body' : 'undefined');
  if (query.length > 0) sent.push('query');
  return `  /** ${operation.summary}. */
  ${id}: (${given.join(', ')}) => send<Answer<'${id}'>>('${method.toUpperCase()}', ${sent.join(', ')}),
`;
};

const calls = (document) => {
  const methods = ['get', 'put', 'post', 'patch', 'delete'];
  const every = Object.entries(document.paths).flatMap(([path, of]) =>
    methods.filter((method) => of[method]).map((method) => call(path, method, of[method])));
  writeFileSync(here('calls.ts'), made + `import type { Answer, Body, Query, Send } from './send.js';

/** Every call of the API by its operationId, through what sends it. */
export const calls = (send: Send) => ({
${every.join('')}});

export type Calls = ReturnType<typeof calls>;
`);
};

// The comment says of which sources it was made, so that a test can see when they were changed alone.
const script = () => {
  const parts = ['bytes', 'passkeys', 'bound', 'texted', 'sallyport'];
  const source = parts.map((name) => readFileSync(new URL(`library/${name}.js`, web), 'utf8')).join('');
  const sum = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const { code } = transformSync(source, { minify: true, format: 'esm', target: 'es2022' });
  writeFileSync(new URL('library/sallyport.min.js', web), `//${sum}\n${code}`);
};

const document = JSON.parse(readFileSync(new URL('openapi.json', web), 'utf8'));
await types(document);
calls(document);
script();
