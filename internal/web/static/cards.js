// What the page on which a browser approves shows of each prompt. Its words stand in the page.
const cards = (() => {
  'use strict';
  const page = document.querySelector('[data-push]');
  const within = (part, name) => part.querySelector(`[data-${name}]`);
  const choose = (part, group, state) => part.querySelectorAll(`[data-${group}]`).forEach((option) => {
    option.hidden = option.getAttribute('data-' + group) !== state;
  });
  const fill = (part, ...words) => {
    part.textContent = part.textContent.replace(/\{(\d)\}/g, (_, n) => words[n]);
    part.hidden = false;
  };
  const tag = document.documentElement.lang;
  const lang = navigator.languages.find((l) => l.startsWith(tag)) || tag;
  const clock = (time) => new Date(time).toLocaleTimeString(lang, { hour: 'numeric', minute: '2-digit', timeZoneName: 'short', numberingSystem: 'latn' });
  const shown = new Map(); // by prompt
  let made = 0;

  // Digits of any script; all else between them doesn't matter.
  const digits = (typed) => [...typed.normalize('NFKC')].filter((c) => /\p{Nd}/u.test(c)).map((c) => {
    const at = c.codePointAt(0);
    return /\p{Nd}/u.test(String.fromCodePoint(at & ~15)) ? at & 15 : (at & 15) - 6;
  }).join('');

  const count = () => {
    const open = [...shown.values()].filter((card) => card.dataset.step === 'ask').length;
    document.title = document.title.replace(/^(\(\d+\) )?/, open ? `(${open}) ` : '');
    within(page, 'nothing').hidden = shown.size > 0;
  };
  const step = (card, name) => {
    const held = card.contains(document.activeElement);
    card.dataset.step = name;
    choose(card, 'step-is', name);
    const part = card.querySelector(`[data-step-is="${name}"]`);
    if (held) (name === 'ask' ? part.querySelector('input') : part).focus();
    count();
  };

  const quiet = async (prompt) => {
    const worker = navigator.serviceWorker && await navigator.serviceWorker.getRegistration(bound.root);
    if (worker) (await worker.getNotifications({ tag: prompt })).forEach((message) => message.close());
  };
  const answer = async (card, key, prompt, decision, number) => {
    if (card.dataset.busy) return;
    const field = card.querySelector('input'), fault = within(card, 'fault');
    const wrong = (text) => {
      fault.hidden = !text;
      fault.lastElementChild.textContent = text;
      if (text) field.setAttribute('aria-invalid', 'true');
      else field.removeAttribute('aria-invalid');
    };
    wrong('');
    if (number === undefined || number.length === prompt.digits) {
      card.dataset.busy = 'yes';
      try {
        const done = await bound.answer(key, prompt.id, decision, number);
        if (decision === 'not_me') return step(card, done.mailed ? 'mailed' : 'signed_out');
        step(card, decision === 'approve' ? 'approved' : 'declined');
      } catch (error) {
        if (error.status === 404 || error.status === 409) return step(card, 'over');
        if (card.dataset.step !== 'ask') step(card, 'ask');
        wrong(error.status ? error.message : page.dataset.failed);
        field.value = '';
        field.focus();
      } finally {
        delete card.dataset.busy;
        quiet(prompt.id);
      }
    } else {
      wrong(page.dataset.shape);
      field.focus();
    }
  };

  const draw = (key, prompt) => {
    const card = within(page, 'card').content.firstElementChild.cloneNode(true);
    const field = card.querySelector('input'), n = ++made;
    field.id = 'number' + n;
    card.querySelector('label').htmlFor = field.id;
    within(card, 'fault').id = 'fault' + n;
    field.setAttribute('aria-describedby', 'fault' + n);
    choose(card, 'purpose', prompt.purpose);
    const title = card.querySelector(`[data-purpose="${prompt.purpose}"]`);
    fill(title, prompt.issuer, prompt.account);
    title.id = 'what' + n;
    card.setAttribute('aria-labelledby', title.id);
    if (prompt.action) fill(within(card, 'action'), prompt.action);
    fill(within(card, 'from'), prompt.address, prompt.client);
    fill(within(card, 'when'), clock(prompt.asked_at), clock(prompt.expires_at));
    card.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      event.stopPropagation();
      answer(card, key, prompt, 'approve', digits(field.value));
    });
    card.querySelectorAll('[data-do]').forEach((button) => button.addEventListener('click', () => {
      const what = button.dataset.do;
      if (what === 'decline' || what === 'not_me') answer(card, key, prompt, what);
      else step(card, what);
    }));
    return card;
  };
  const update = (key, prompts) => {
    for (const [id, card] of shown) {
      if (card.dataset.browser !== key.id || prompts.some((prompt) => prompt.id === id)) continue;
      if (card.dataset.step === 'ask' && !card.dataset.busy) step(card, 'over');
      quiet(id);
    }
    for (const prompt of prompts) {
      if (shown.has(prompt.id)) continue;
      for (const [id, card] of shown) { // what came before has been read
        if (['ask', 'sure'].includes(card.dataset.step)) continue;
        card.remove();
        shown.delete(id);
      }
      const card = draw(key, prompt);
      card.dataset.browser = key.id;
      shown.set(prompt.id, card);
      within(page, 'cards').append(card);
      step(card, 'ask');
      within(page, 'announce').textContent = card.querySelector('h2:not([hidden])').textContent;
      key.account = prompt.account;
    }
    count();
  };

  return { page, within, choose, fill, update };
})();
