import { textedCode } from '@sallyport/client/script';
import { onLeave } from './dom.js';

// fillIn has the browser hand over the code of a text message. Sending it on stays a press.
export const fillIn = (typed: HTMLFormElement) => {
  const stop = new AbortController();
  const field = typed.querySelector<HTMLInputElement>('input[name="code"]')!;
  textedCode(stop.signal).then((text) => { field.value ||= text; }, () => {});
  typed.addEventListener('submit', () => stop.abort());
  onLeave(() => stop.abort());
  return typed;
};
