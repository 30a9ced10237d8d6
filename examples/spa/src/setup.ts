import { ProblemError, type Body, type Schema } from '@sallyport/client';
import { browser, passkeys } from '@sallyport/client/script';
import { api, kindNames } from './api.js';
import { el, link, show, type Child } from './dom.js';
import { form, type Field } from './form.js';
import { fillIn } from './texted.js';

type Kind = Schema<'NewAuthenticator'>['kind'];
type Binding = Schema<'Binding'>;
type Response = Body<'confirm'>['response'];

// Both the first authenticator, in a login, and further ones are set up alike.
export interface Binder {
  bind(what: Schema<'NewAuthenticator'>): Promise<Binding>;
  resend(id: string): Promise<unknown>;
  confirm(id: string, response: Response): Promise<{ authenticator?: Schema<'Authenticator'>; recovery_codes?: string[] }>;
}
export const first: Binder = {
  bind: api.bindFirst, resend: api.resendFirst, confirm: (id, response) => api.confirmFirst(id, { response }),
};
export const further: Binder = { bind: api.bind, resend: api.resend, confirm: (id, response) => api.confirm(id, { response }) };
type Done = (codes?: string[]) => void;

// Hardware tokens come with a file of keys: whoever has one is served by the gate's own page.
const possible = (kind: Kind) => kind !== 'hotp' && (kind !== 'webauthn' || passkeys.supported());

export const setUp = (kinds: Kind[], binder: Binder, done: Done, back?: () => void) => show('Set up a second step',
  el('ul', { class: 'rows' }, ...kinds.filter(possible).map((kind) => el('li', {},
    el('div', {}, el('strong', {}, kindNames[kind]), el('p', { class: 'muted' }, means[kind])),
    el('button', { type: 'button', class: 'quiet', 'aria-label': `Set up: ${kindNames[kind]}`, click: () => begin[kind](binder, done, back) }, 'Set up')))),
  back && el('div', { class: 'links' }, link('Not now', back)));

const means: Record<Kind, string> = {
  totp: 'An app on your phone shows codes.',
  hotp: 'A thing with a button shows codes.',
  webauthn: 'This device, or a security key, knows you. No false page can use it.',
  push: 'This browser approves when you sign in elsewhere.',
  email: 'Codes to your mailbox.',
  sms: 'Codes to your phone.',
};

const label: Field = { name: 'label', label: 'What to call it, if you like' };
const codeField: Field = { name: 'code', label: 'Code', class: 'code', autocomplete: 'one-time-code', inputmode: 'numeric' };
const backTo = (back?: () => void): Child => back && el('div', { class: 'links' }, link('Cancel', back));

const codeApp = async (binder: Binder, done: Done, back?: () => void) => app(await binder.bind({ kind: 'totp' }), binder, done, back);

const app = (binding: Binding, binder: Binder, done: Done, back?: () => void, says = '') => show('Set up a code app',
  says && el('p', { class: 'summary' }, says),
  el('p', {}, 'Scan this with the app, or type the key. Then type the code that it shows.'),
  el('img', { class: 'qr', src: `data:image/svg+xml,${encodeURIComponent(binding.qr_svg ?? '')}`, alt: 'QR code of the key below' }),
  el('p', {}, el('code', { id: 'key' }, (binding.secret ?? '').replace(/(.{4})(?=.)/g, '$1 '))),
  form([codeField], 'Set it up', async (typed) => {
    try {
      done((await binder.confirm(binding.id, typed.code ?? '')).recovery_codes);
    } catch (error) { // an app that ignores what the key asks for gets one that it can use
      const again = error instanceof ProblemError && error.problem.binding;
      if (!again) throw error;
      app(again, binder, done, back, error.message);
    }
  }), backTo(back));

const passkey = (binder: Binder, done: Done, back?: () => void) => show('Set up a passkey',
  el('p', {}, 'Your device asks for its lock, or for a security key.'),
  form([label], 'Make a passkey', async (typed) => {
    const binding = await binder.bind({ kind: 'webauthn', label: typed.label ?? '' });
    const response = await passkeys.create(binding.options ?? {});
    done((await binder.confirm(binding.id, response)).recovery_codes);
  }), backTo(back));

const approver = (binder: Binder, done: Done, back?: () => void) => show('Let this browser approve',
  el('p', {}, 'It gets a key that it can’t give away. When you sign in elsewhere, it shows what is asked while this page is open, and you type the number that you see there.'),
  form([label, { name: 'messages', label: 'Notify me when the page is closed', type: 'checkbox' }], 'Set this browser up', async (typed) => {
    const binding = await binder.bind({ kind: 'push', label: typed.label ?? '' });
    const response = await browser.bind({ id: binding.id, push: binding.push! }, '', typed.messages === 'true');
    const bound = await binder.confirm(binding.id, response);
    await browser.keep(bound.authenticator!.id);
    done(bound.recovery_codes);
  }), backTo(back));

const sent = (kind: 'email' | 'sms', to: Field) => (binder: Binder, done: Done, back?: () => void) => show(`Set up ${kindNames[kind].toLowerCase()}`,
  form([to], 'Send a code', async (typed) => {
    const binding = await binder.bind({ kind, ...(typed[to.name] && { [to.name]: typed[to.name] }) });
    const typing = form([codeField], 'Set it up', async (code) => done((await binder.confirm(binding.id, code.code ?? '')).recovery_codes));
    show('Enter the code', el('p', {}, `A code is on its way to ${binding.to}.`), kind === 'sms' ? fillIn(typing) : typing,
      el('div', { class: 'links' }, link('Send another', () => { binder.resend(binding.id).catch(() => {}); })), backTo(back));
  }), backTo(back));

const begin: Record<Kind, (binder: Binder, done: Done, back?: () => void) => unknown> = {
  totp: codeApp,
  hotp: () => location.assign('/auth/account/authenticators/new?kind=hotp'),
  webauthn: passkey,
  push: approver,
  email: sent('email', { name: 'address', label: 'Email', type: 'email', autocomplete: 'email', hint: 'Leave it empty for your account’s own confirmed address.' }),
  sms: sent('sms', { name: 'number', label: 'Phone number', type: 'tel', autocomplete: 'tel', hint: 'With the country’s code, such as +49 151 23456789.' }),
};

// Recovery codes are shown this once.
export const showCodes = (codes: string[], done: () => void) => show('Keep your recovery codes',
  el('p', {}, 'Each works once, when everything else is lost. Print them or write them down: they are not shown again.'),
  el('ol', { class: 'codes' }, ...codes.map((one) => el('li', {}, el('code', {}, one)))),
  form([], 'I have kept them', async () => done()));
