// As much of a framework as this page needs.
export type Child = Node | string | false | null | undefined;
type Attributes = Record<string, string | number | boolean | ((event: Event) => void)>;

export const el = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: Child[]) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== false && child !== null && child !== undefined));
  return made;
};

// Whoever listens to the page hears it without being moved.
export const announce = (text: string) => {
  document.getElementById('status')!.textContent = text;
};

// A view takes the place of the one before: its heading gets the focus, so that it is read out, and the window its name.
let leaving: (() => void)[] = [];
export const onLeave = (act: () => void) => { leaving.push(act); };
export const show = (title: string, ...children: Child[]) => {
  const done = leaving;
  leaving = [];
  done.forEach((act) => act());
  const heading = el('h1', { tabindex: -1 }, title);
  document.title = `${title} · Little Bank`;
  document.getElementById('main')!.replaceChildren(heading, ...children.filter((child): child is Node | string => !!child));
  heading.focus();
};

export const link = (text: string, press: () => void) => el('button', { type: 'button', class: 'link', click: press }, text);

export const time = (at: string) => el('time', { datetime: at }, new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' }));

// A dialog that is answered or given up: Escape and its last button give it up.
export class GivenUp extends Error {}
export const ask = <T>(title: string, fill: (done: (value: T) => void) => Child[]) => new Promise<T>((done, failed) => {
  const dialog = el('dialog', { 'aria-labelledby': 'asked', close: () => { dialog.remove(); failed(new GivenUp()); } });
  const finish = (value: T) => {
    done(value);
    dialog.close();
  };
  dialog.append(el('h2', { id: 'asked' }, title), ...fill(finish).filter((child): child is Node | string => !!child),
    el('p', { class: 'links' }, link('Cancel', () => dialog.close())));
  document.body.append(dialog);
  dialog.showModal();
});
