// Passkeys (WebAuthn) need script. Every other way to sign in works without.
(() => {
  'use strict';
  const supported = passkeys.supported();

  const ask = async (form) => {
    const answer = await fetch(form.dataset.ask, {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': document.documentElement.lang }, body: form.dataset.body,
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.detail);
    if (form.dataset.at) form.action = form.dataset.at.replace('{id}', said.id);
    return said.options;
  };

  // The passkey that was used last, for the page that says that nobody has it any more.
  const remembered = 'sallyport-passkey';

  const send = (form, answer) => {
    form.elements[form.dataset.field].value = JSON.stringify(answer);
    for (const name of (form.dataset.with || '').split(' ')) {
      const box = name && document.getElementById(name);
      if (!box || !box.checked || box.form === form) continue;
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name, value: box.value });
      form.append(field);
    }
    sessionStorage.setItem(remembered, answer.id);
    form.requestSubmit();
  };

  const says = (form, text) => {
    form.querySelector('[data-says]').textContent = text;
  };

  const why = (form, error) => {
    if (error.name === 'AbortError') return ''; // for another one
    if (error.name === 'NotAllowedError') return form.dataset.cancelled;
    if (error.name === 'InvalidStateError') return form.dataset.present;
    return error instanceof DOMException || !error.message ? form.dataset.failed : error.message;
  };

  const ceremony = async (form) => {
    says(form, '');
    try {
      const create = form.dataset.passkey === 'create';
      const asked = form.dataset.options ? JSON.parse(form.dataset.options) : await ask(form);
      send(form, await (create ? passkeys.create(asked) : passkeys.get(asked)));
    } catch (error) {
      says(form, why(form, error));
    }
  };

  // Passkeys in the list of the field for names. Nobody asked for anything yet: not a word of what fails.
  const offer = (form) => passkeys.list(() => ask(form)).then((answer) => send(form, answer)).catch(() => {});

  document.querySelectorAll('form[data-passkey]').forEach((form) => {
    if (!supported) {
      says(form, form.dataset.unsupported);
      return;
    }
    form.querySelector('button').hidden = false;
    form.addEventListener('submit', (event) => {
      if (form.elements[form.dataset.field].value) return;
      event.preventDefault();
      event.stopPropagation();
      ceremony(form);
    });
    if ('lists' in form.dataset) offer(form);
  });
  // After a sign-in a passkey is offered only where this device could keep one.
  const able = supported && PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable;
  if (able) {
    able.call(PublicKeyCredential).then((yes) => yes && document.querySelectorAll('form[data-able]').forEach((form) => {
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name: 'able', value: 'yes' });
      form.append(field);
    })).catch(() => {});
  }
  document.addEventListener('submit', (event) => {
    if (!event.target.dataset.passkey) passkeys.stop();
  });
  // Back shows the form as it was sent.
  addEventListener('pageshow', () => {
    document.querySelectorAll('form[data-passkey]').forEach((form) => {
      form.elements[form.dataset.field].value = '';
    });
  });

  const { signal } = passkeys;
  if (document.querySelector('[data-unknown-passkey]') && sessionStorage.getItem(remembered)) {
    const form = document.querySelector('form[data-passkey]');
    ask(form).then((options) => signal('signalUnknownCredential', {
      rpId: options.rpId, credentialId: sessionStorage.getItem(remembered),
    })).catch(() => {});
  }
  document.querySelectorAll('[data-signals]').forEach((place) => {
    const known = JSON.parse(place.dataset.signals);
    const rpId = known.rp_id, userId = known.user_id;
    signal('signalAllAcceptedCredentials', { rpId, userId, allAcceptedCredentialIds: known.credential_ids });
    signal('signalCurrentUserDetails', { rpId, userId, name: known.name, displayName: known.name });
  });
})();
