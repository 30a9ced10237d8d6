// Nothing here is needed: every page works without it.
(() => {
  'use strict';
  const each = (selector, fn) => document.querySelectorAll(selector).forEach(fn);

  const hide = (button) => {
    const field = document.getElementById(button.dataset.reveal);
    if (field.type !== 'password') button.click();
  };

  each('[data-reveal]', (button) => {
    button.hidden = false;
    button.addEventListener('click', () => {
      const field = document.getElementById(button.dataset.reveal);
      field.type = field.type === 'password' ? 'text' : 'password';
      const words = [button.textContent, button.getAttribute('aria-label')];
      button.textContent = button.dataset.other;
      button.setAttribute('aria-label', button.dataset.otherLabel);
      [button.dataset.other, button.dataset.otherLabel] = words;
    });
  });

  // One press sends one form. What the browser restores or never sent may be sent again.
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll('button[aria-disabled]').forEach((b) => b.removeAttribute('aria-disabled'));
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.querySelectorAll('[data-reveal]').forEach(hide);
    if ('again' in form.dataset) return;
    form.dataset.sent = 'yes';
    if (event.submitter) event.submitter.setAttribute('aria-disabled', 'true');
    setTimeout(release, 10000, form);
  });
  addEventListener('pageshow', () => each('form', release));

  const status = document.createElement('p');
  status.className = 'sr';
  status.setAttribute('role', 'status');
  document.body.append(status);

  if (navigator.clipboard) {
    each('[data-copy]', (button) => {
      button.hidden = false;
      const words = button.textContent;
      button.addEventListener('click', async () => {
        const value = document.getElementById(button.dataset.copy).dataset.value;
        try {
          await navigator.clipboard.writeText(value.replaceAll(' ', '\n'));
        } catch {
          return; // refused: the text can still be selected
        }
        button.textContent = status.textContent = button.dataset.done;
        setTimeout(() => {
          button.textContent = words;
          status.textContent = '';
        }, 4000);
      });
    });
  }

  each('[data-print]', (button) => {
    button.hidden = false;
    button.addEventListener('click', () => print());
  });

  const page = document.documentElement.lang;

  // Another code may be asked for after a while. The server holds to it, whatever is pressed.
  each('[data-wait]', (hint) => {
    const button = hint.parentNode.querySelector('button');
    const forms = JSON.parse(hint.dataset.forms), rules = new Intl.PluralRules(page);
    const end = Date.now() + hint.dataset.wait * 1000;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      button.disabled = left > 0;
      if (left <= 0) return hint.remove();
      hint.textContent = (forms[rules.select(left)] || forms.other).replace('{0}', left);
      setTimeout(tick, 1000);
    };
    tick();
  });

  // A code that was sent in a text message. Sending it on stays a press.
  each('[data-texted]', (field) => {
    const stop = new AbortController();
    field.form.addEventListener('submit', () => stop.abort());
    textedCode(stop.signal).then((code) => { if (!field.value) field.value = code; }).catch(() => {});
  });

  // Recovery codes are shown once: Back leads to what says so, and sends no form again.
  each('[data-instead]', (list) => {
    history.replaceState(null, '', list.dataset.instead);
    addEventListener('pageshow', (event) => event.persisted && location.reload());
  });

  // Times come in UTC; here they are local, in the page's language as this person writes it.
  const lang = navigator.languages.find((l) => l.startsWith(page)) || page;
  const parts = { day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short', numberingSystem: 'latn' };
  each('time', (el) => {
    el.textContent = new Date(el.dateTime).toLocaleString(lang, parts);
  });
})();
