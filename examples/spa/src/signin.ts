import { ProblemError, type Answer, type Schema } from '@sallyport/client';
import { passkeys } from '@sallyport/client/script';
import { api, code } from './api.js';
import { el, link, onLeave, show } from './dom.js';
import { form, quiet, type Field } from './form.js';
import { prove } from './prove.js';
import { first, setUp, showCodes } from './setup.js';

type Service = Schema<'Service'>;
type Begun = Answer<'beginLogin'> | Answer<'register'>;

const loginField: Field = { name: 'login', label: 'Username or email', autocomplete: 'username webauthn' };
const passwordField: Field = { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' };

// signIn shows the sign-in, and calls done with everybody who got in.
export const signIn = (service: Service, done: () => void, says = '') => {
  const again = (text = '') => signIn(service, done, text);
  const next = (now: Begun) => proceed(now, service, done, again);
  show('Sign in',
    says && el('p', { class: 'card' }, says),
    form([loginField, passwordField, { name: 'remember', label: 'Stay signed in', type: 'checkbox' }], 'Sign in',
      async ({ login = '', password = '', remember }) => next(await api.beginLogin({ login, password, remember: remember === 'true' }))),
    service.kinds.includes('webauthn') && passkeys.supported() && quiet(form([], 'Sign in with a passkey', async () => {
      await entered(await passkeys.get((await api.askPasskey({})).options));
      done();
    })),
    el('div', { class: 'links' },
      service.registration_open && link('Create an account', () => register(service, done)),
      service.mailed && link('Sign in with a code by email', () => mailed(service, done)),
      el('a', { href: '/auth/recover' }, 'Forgot your password?')));
  listPasskeys(done, again);
};

// entered sends what a passkey answered. Whoever keeps one that nobody has any more is told.
const entered = async (response: Awaited<ReturnType<typeof passkeys.get>>) => {
  try {
    await api.answerPasskey({ response });
  } catch (error) {
    if (code(error) === 'not_found') passkeys.signal('signalUnknownCredential', { rpId: location.hostname, credentialId: response.id });
    throw error;
  }
};

// Passkeys in the list of the field for names. Nobody asked for anything yet: not a word of what fails.
const listPasskeys = (done: () => void, again: (says: string) => void) => {
  onLeave(passkeys.stop);
  passkeys.list(async () => (await api.askPasskey({})).options).then(entered).then(done, (error: unknown) => {
    if (error instanceof ProblemError) again(error.message);
  });
};

const register = (service: Service, done: () => void) => {
  const again = (says = '') => signIn(service, done, says);
  show('Create an account',
    form([
      { name: 'username', label: 'Username', autocomplete: 'username' },
      { name: 'email', label: 'Email, if you like', type: 'email', autocomplete: 'email' },
      { ...passwordField, autocomplete: 'new-password', hint: `At least ${service.password_min} characters. A few words will do.` },
    ], 'Create it', async ({ username = '', email = '', password = '' }) =>
      proceed(await api.register({ username, password, ...(email && { email }) }), service, done, again)),
    el('div', { class: 'links' }, link('I have an account', () => again())));
};

const mailed = (service: Service, done: () => void) => {
  const again = (says = '') => signIn(service, done, says);
  show('Sign in with a code by email',
    form([loginField], 'Send it', async ({ login = '' }) => {
      await api.askMailed({ login });
      show('Enter the code', el('p', {}, 'If there is such an account, a code is on its way.'),
        form([{ name: 'code', label: 'Code', class: 'letters', autocomplete: 'one-time-code' }], 'Sign in',
          async (typed) => proceed(await api.answerMailed({ response: typed.code ?? '' }), service, done, again)));
    }),
    el('div', { class: 'links' }, link('Sign in with a password', () => again())));
};

// proceed goes on after whatever held: every answer of a login says what it is.
const proceed = (now: Begun, service: Service, done: () => void, again: (says?: string) => void) => {
  switch (now.status) {
    case 'signed_in': return done();
    case 'confirm_address': return again('Confirm your address first: a message with a link is on its way. Then sign in.');
    case 'must_bind': return chooseFirst(now, done);
    case 'more_needed': return second(now, service, done, again);
  }
};

const second = (now: Schema<'MoreNeeded'>, service: Service, done: () => void, again: (says?: string) => void) => {
  const days = Math.round((service.trust_browser_seconds ?? 0) / 86400);
  show('One more step',
    now.reset_due && el('p', { class: 'card' }, 'Somebody asked to remove your second step. Signing in with it ends that.'),
    prove({
      offer: now.offer,
      ways: {
        challenge: (id) => api.challenge({ authenticator: id }),
        prompt: api.getPrompt,
        answer: ({ kind, trust, ...given }) => {
          if (kind === 'password') throw new Error('A password is no second step.');
          return api.answerLogin({ kind, ...given, ...(trust && { trust_browser: true }) });
        },
      },
      done: (then) => proceed(then, service, done, again),
      ...(days > 0 && { trust: `Don’t ask in this browser for ${days} days` }),
    }),
    el('div', { class: 'links' },
      el('a', { href: '/auth/login/lost' }, 'I can use none of these'),
      link('Sign in to another account', () => { api.cancelLogin().finally(() => again()); })));
};

const chooseFirst = (now: Schema<'MustBind'>, done: () => void) => {
  const finish = (codes: string[] = []) => (codes.length > 0 ? showCodes(codes, done) : done());
  setUp(now.kinds, first, finish);
};
