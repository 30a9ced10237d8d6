import type { Schema } from '@sallyport/client';
import { browser } from '@sallyport/client/script';
import type { Key, Refusal } from '@sallyport/client/script';
import { announce, el, time } from './dom.js';
import { form } from './form.js';

type Prompt = Schema<'Prompt'>;

// Whoever holds this browser approves with its keys, signed in or not. A card stays until it was answered or is over.
const place = document.getElementById('requests')!;
const cards = new Map<string, { key: string; card: HTMLElement }>();
const followed = new Set<string>();

const asks = (prompt: Prompt) => ({
  sign_in: `Sign in to ${prompt.issuer} as ${prompt.account}?`,
  confirm: `Change something of ${prompt.account} at ${prompt.issuer}?`,
  action: `Confirm for ${prompt.account} at ${prompt.issuer}?`,
}[prompt.purpose]);

const drop = (id: string, says: string) => {
  cards.get(id)?.card.remove();
  cards.delete(id);
  if (says) announce(says);
};

const draw = (key: Key, prompt: Prompt) => {
  const decide = (decision: 'decline' | 'not_me', says: string) => {
    browser.answer(key, prompt.id, decision).then(() => drop(prompt.id, says), () => drop(prompt.id, 'This is over.'));
  };
  const sure = el('button', { type: 'button', class: 'link danger', click: () => {
    if (sure.dataset.sure) return decide('not_me', 'You were signed out everywhere. Change your password.');
    sure.dataset.sure = 'yes';
    sure.textContent = 'Sign me out everywhere';
  } }, 'It wasn’t me');
  const approve = form([{ name: 'number', label: 'The number that you see there', class: 'code', inputmode: 'numeric' }], 'Approve', async (typed) => {
    try {
      await browser.answer(key, prompt.id, 'approve', (typed.number ?? '').replace(/\D/g, ''));
      drop(prompt.id, 'Approved.');
    } catch (error) {
      const { status } = error as Refusal;
      if (status !== 404 && status !== 409) throw error;
      drop(prompt.id, 'This is over.');
    }
  }, ' ', el('button', { type: 'button', class: 'quiet', click: () => decide('decline', 'Declined.') }, 'Decline'));
  return el('section', { class: 'card' }, el('h2', {}, asks(prompt)), prompt.action && el('blockquote', {}, prompt.action),
    el('p', { class: 'muted' }, `${prompt.client}${prompt.address && `, ${prompt.address}`}, `, time(prompt.asked_at)), approve, sure);
};

const update = (key: Key, prompts: Prompt[]) => {
  for (const [id, known] of cards) {
    if (known.key === key.id && !prompts.some((prompt) => prompt.id === id)) drop(id, '');
  }
  for (const prompt of prompts) {
    if (cards.has(prompt.id)) continue;
    const card = draw(key, prompt);
    cards.set(prompt.id, { key: key.id, card });
    place.append(card);
    announce(asks(prompt));
  }
};

// follow watches for each key of this browser that it doesn't watch for yet: three at most, since each holds a connection.
export const follow = async () => {
  if (!window.indexedDB || !window.isSecureContext) return;
  for (const key of (await browser.all()).slice(0, 3)) {
    if (followed.has(key.id)) continue;
    followed.add(key.id);
    watch(key).catch(() => { // the account has no such browser any more
      followed.delete(key.id);
      browser.drop(key.id).catch(() => {});
    });
  }
};

const watch = async (key: Key) => {
  for await (const prompts of browser.watch(key, new AbortController().signal)) update(key, prompts);
};
