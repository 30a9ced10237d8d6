// The client against the built binary, as a program without cookies uses it. SALLYPORT_TEST_API names the API.
import assert from 'node:assert/strict';
import test from 'node:test';
import { buildSync } from 'esbuild';

const bundle = buildSync({ entryPoints: [new URL('src/index.ts', import.meta.url).pathname], bundle: true, format: 'esm', write: false });
const { client, ProblemError } = await import('data:text/javascript,' + encodeURIComponent(bundle.outputFiles[0].text));
const base = process.env.SALLYPORT_TEST_API;
const password = 'correct horse battery staple';

test('a program signs in, keeps the latest token, and hears what was wrong', async () => {
  const kept = [];
  const api = client({ base, keep: (token) => kept.push(token) });
  const username = 'p' + Date.now();
  const now = await api.register({ username, password, transport: 'bearer' });
  assert.equal(now.status, 'signed_in');
  await assert.rejects(api.newRecoveryCodes(), (error) => error instanceof ProblemError && error.problem.code === 'elevation_needed');
  await api.elevate({ kind: 'password', response: password });
  assert.equal(kept.length, 2, 'a new level has a new token');
  const binding = await api.bind({ kind: 'totp', label: 'Phone & tablet' });
  await assert.rejects(api.confirm(binding.id, { response: '000000' }), (error) => error.problem.status === 401 && error.message.length > 10);
  assert.deepEqual((await api.listAuthenticators()).authenticators, []);
  const { events } = await api.listEvents({});
  assert.ok(events.length >= 2);
  const early = await api.listEvents({ before: 2 });
  assert.equal(early.events.length, 1);

  const another = client({ base, token: kept[1] }); // as after a restart
  assert.equal((await another.getSession()).session.account.username, username);
  assert.equal(await another.signOut(), undefined);
  await assert.rejects(api.getSession(), (error) => error.problem.code === 'not_signed_in');
});

test('what is no answer of the service is no problem of it', async () => {
  await assert.rejects(client({ base: base + '/nothing' }).getSession(), (error) => error instanceof ProblemError && error.problem.code === 'not_found');
  await assert.rejects(client({ base: base.replace(/:\d+/, ':1') }).getSession(), (error) => !(error instanceof ProblemError));
});
