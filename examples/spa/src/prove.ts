import type { Body, Schema } from '@sallyport/client';
import { passkeys } from '@sallyport/client/script';
import { api, kindNames } from './api.js';
import { announce, ask, el, link, type Child } from './dom.js';
import { form, quiet, type Field } from './form.js';
import { fillIn } from './texted.js';

// Signing in, confirming and paying ask for the same: one of an offer, answered by its kind.
export type Offer = Schema<'Offer'>;
export type Answered = Pick<Body<'elevate'>, 'kind' | 'response' | 'authenticator'> & { trust: boolean };
export interface Ways<T> {
  challenge(id: string): Promise<Schema<'Asked'> | Schema<'PromptAsked'> | Schema<'Sent'>>;
  prompt(): Promise<Schema<'Prompted'>>;
  answer(given: Answered): Promise<T>;
}
export interface Asking<T> {
  offer: Offer[];
  ways: Ways<T>;
  done: (value: T) => unknown;
  trust?: string; // what the box says by which a browser is trusted
  who?: string; // for whoever keeps passwords
}

const name = (o: Offer) => (o.label || kindNames[o.kind]) + (o.hint ? ` (${o.hint})` : '');
const codeField: Field = { name: 'code', label: 'Code', class: 'code', autocomplete: 'one-time-code', inputmode: 'numeric' };
const fields: Partial<Record<Offer['kind'], Field>> = {
  password: { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
  recovery_code: { name: 'code', label: 'Recovery code', class: 'letters', hint: 'One that you have not used, such as 7K3M-2PQX-94TB-HW6C.' },
};

// prove draws the first of the offer, and the others as other ways.
export const prove = <T>(asking: Asking<T>, first = asking.offer[0]): HTMLElement => {
  const place = el('div');
  const draw = (o: Offer) => place.replaceChildren(
    ...way(asking, o).filter((child): child is Node | string => !!child),
    el('div', { class: 'links' }, ...asking.offer.filter((other) => other !== o).map((other) => link(name(other), () => {
      draw(other);
      place.querySelector<HTMLElement>('input, button')?.focus();
    }))));
  if (first) draw(first);
  else place.append(el('p', {}, 'Nothing that you have set up can be used now.'));
  return place;
};

const way = <T>(asking: Asking<T>, o: Offer): Child[] => {
  switch (o.kind) {
    case 'webauthn': return [withPasskey(asking, o)];
    case 'push': return [withBrowser(asking, o)];
    case 'email':
    case 'sms': return withSent(asking, o);
    default: return [withTyped(asking, o)];
  }
};

const trusting = <T>({ trust }: Asking<T>): Field[] => (trust ? [{ name: 'trust', label: trust, type: 'checkbox' }] : []);

const withTyped = <T>(asking: Asking<T>, o: Offer) => {
  const field = fields[o.kind] ?? { ...codeField, hint: `${name(o)}.` };
  const who: Field[] = o.kind === 'password' ? [{ name: 'username', label: '', type: 'hidden', value: asking.who ?? '', autocomplete: 'username' }] : [];
  return form([...who, field, ...trusting(asking)], 'Continue', async (typed) => {
    const of = o.kind === 'password' || o.kind === 'recovery_code' ? {} : { authenticator: o.id };
    asking.done(await asking.ways.answer({ kind: o.kind, response: typed[field.name]!, ...of, trust: typed.trust === 'true' }));
  });
};

const withPasskey = <T>(asking: Asking<T>, o: Offer) => form(trusting(asking), 'Use your passkey', async (typed) => {
  const asked = await asking.ways.challenge(o.id);
  if (!('options' in asked)) throw new Error('The service asked for something else.');
  const response = await passkeys.get(asked.options);
  asking.done(await asking.ways.answer({ kind: 'webauthn', response, authenticator: o.id, trust: typed.trust === 'true' }));
});

// A code may be under way already.
const withSent = <T>(asking: Asking<T>, o: Offer): Child[] => {
  const says = el('p', { class: 'hint', role: 'status' });
  const typed = withTyped(asking, o);
  if (o.kind === 'sms') fillIn(typed);
  const send = quiet(form([], 'Send a code', async () => {
    await asking.ways.challenge(o.id);
    says.textContent = `A code is on its way${o.hint ? ` to ${o.hint}` : ''}.`;
    typed.querySelector('input')!.focus();
  }));
  return [send, says, typed];
};

const withBrowser = <T>(asking: Asking<T>, o: Offer) => {
  const place = el('div');
  const outcome = async (prompt: string, ends: string) => {
    while (place.isConnected && Date.now() < Date.parse(ends)) {
      await new Promise((wait) => setTimeout(wait, 2000));
      const now = await asking.ways.prompt().catch(() => null); // the next look may get through
      if (now && (now.prompt !== prompt || now.state !== 'waiting')) return now.prompt === prompt ? now.state : 'ended';
    }
    return 'ended';
  };
  const begin = form(trusting(asking), `Ask ${o.label || 'the other browser'}`, async (typed) => {
    const asked = await asking.ways.challenge(o.id);
    if (!('number' in asked)) throw new Error('The service asked for something else.');
    const spaced = asked.number.replace(/(...)/, '$1 ');
    const shown = el('div', {}, el('p', {}, 'Type this number in the browser that approves:'), el('p', { class: 'number' }, spaced),
      el('p', { class: 'muted' }, 'This goes on by itself once it was approved.'));
    place.append(shown);
    announce(`Type ${[...asked.number].join(' ')} in the browser that approves.`);
    const state = await outcome(asked.prompt, asked.expires_at);
    shown.remove();
    if (state !== 'approved') throw new Error(state === 'declined' ? 'It was declined in the other browser.' : 'Nobody approved it. Ask again.');
    asking.done(await asking.ways.answer({ kind: 'push', response: asked.prompt, authenticator: o.id, trust: typed.trust === 'true' }));
  });
  place.append(begin);
  return place;
};

const sessionWays = <T>(answer: (given: Omit<Answered, 'trust'>) => Promise<T>, action?: string): Ways<T> => ({
  challenge: (id) => api.challengeSession({ authenticator: id, ...(action !== undefined && { action }) }),
  prompt: api.getSessionPrompt,
  answer: ({ trust: _, ...given }) => answer(given),
});

// confirm asks whoever is signed in to prove themself anew.
export const confirm = async (why: string) => {
  const [{ offer }, { session: { account } }] = await Promise.all([api.elevationOffer(), api.getSession()]);
  const who = account.username || account.email;
  return ask<Schema<'Session'>>('Confirm that it’s you', (done) => [el('p', {}, why), prove({ offer, who, ways: sessionWays(api.elevate), done })]);
};

// confirmAction asks them to confirm these very words, and returns what the application wants to see.
export const confirmAction = async (action: string) => {
  const { offer } = await api.elevationOffer();
  const ways = sessionWays((given) => api.confirmAction({ action, ...given }), action);
  return ask<Schema<'ActionConfirmation'>>('Confirm this payment', (done) => [el('blockquote', {}, action), prove({ offer, ways, done })]);
};
