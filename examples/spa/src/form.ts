import { ProblemError } from '@sallyport/client';
import { words } from './api.js';
import { el, GivenUp, type Child } from './dom.js';

export interface Field {
  name: string;
  label: string;
  type?: 'text' | 'password' | 'email' | 'tel' | 'checkbox' | 'hidden';
  value?: string;
  hint?: string;
  class?: string;
  autocomplete?: string;
  inputmode?: string;
}
export type Values = Record<string, string>;

const proofs = ['code', 'password']; // what the API calls a response
let made = 0; // ids of fields have to differ, whatever stands on the page at once

const draw = (field: Field) => {
  const id = `${field.name}-${++made}`;
  const input = el('input', {
    id, name: field.name, type: field.type ?? 'text', autocapitalize: 'none', spellcheck: 'false',
    autocomplete: field.autocomplete ?? 'off', inputmode: field.inputmode ?? false, class: field.class ?? false,
  });
  if (field.type === 'hidden') { // whoever keeps passwords reads no input that is hidden by its type
    Object.assign(input, { type: 'text', value: field.value ?? '', hidden: true });
    return { input, part: input, fault: null };
  }
  const label = el('label', { for: id }, field.label);
  if (field.type === 'checkbox') return { input, part: el('div', { class: 'tick' }, input, label), fault: null };
  const fault = el('p', { class: 'fault', id: `${id}-fault`, hidden: true });
  const hint = field.hint && el('p', { class: 'hint', id: `${id}-hint` }, field.hint);
  input.setAttribute('aria-describedby', `${fault.id}${hint ? ` ${id}-hint` : ''}`);
  return { input, fault, part: el('div', { class: 'field' }, label, hint, fault, input) };
};

// A form sends its fields to a function. What that fails with is said at the field that it names, or above; the focus goes there.
export const form = (fields: Field[], button: string, send: (values: Values) => Promise<unknown>, ...below: Child[]) => {
  const drawn = fields.map(draw);
  const summary = el('div', { class: 'summary', role: 'alert', tabindex: -1, hidden: true });
  const press = el('button', {}, button);
  const clear = () => {
    summary.hidden = true;
    document.title = document.title.replace(/^Error: /, '');
    drawn.forEach(({ input, fault }) => {
      input.removeAttribute('aria-invalid');
      if (fault) fault.hidden = true;
    });
  };
  const say = (error: unknown) => {
    if (error instanceof GivenUp) return;
    document.title = `Error: ${document.title}`;
    for (const { input } of drawn) { // nobody mends what they don't see, nor a code
      if (input.type === 'password' || input.classList.contains('code')) input.value = '';
    }
    const named = error instanceof ProblemError ? error.problem.field : undefined;
    const at = drawn.find(({ input, fault }) => fault && (input.name === named || (named === 'response' && proofs.includes(input.name))));
    if (!at?.fault) {
      summary.textContent = words(error);
      summary.hidden = false;
      return summary.focus();
    }
    at.fault.textContent = words(error);
    at.fault.hidden = false;
    at.input.setAttribute('aria-invalid', 'true');
    at.input.focus();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (press.hasAttribute('aria-disabled')) return; // one press sends one form
    clear();
    press.setAttribute('aria-disabled', 'true');
    try {
      await send(Object.fromEntries(drawn.map(({ input }) => [input.name, input.type === 'checkbox' ? String(input.checked) : input.value])));
    } catch (error) {
      say(error);
    } finally {
      press.removeAttribute('aria-disabled');
    }
  };
  return el('form', { novalidate: true, submit }, summary, ...drawn.map(({ part }) => part), press, ...below);
};

// quiet is a form beside the one that most people use.
export const quiet = (beside: HTMLFormElement) => {
  beside.querySelector('button')!.className = 'quiet';
  return beside;
};
