// Passkeys (WebAuthn) need script. Every other way to sign in works without.
(() => {
  'use strict';
  const supported = Boolean(window.PublicKeyCredential && navigator.credentials);

  const decode = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const listed = (credentials) => (credentials || []).map((c) => ({ ...c, id: decode(c.id) }));

  const creation = (o) => ({
    ...o,
    challenge: decode(o.challenge),
    user: { ...o.user, id: decode(o.user.id) },
    excludeCredentials: listed(o.excludeCredentials),
  });
  const request = (o) => ({ ...o, challenge: decode(o.challenge), allowCredentials: listed(o.allowCredentials) });

  // The JSON of WebAuthn Level 3, 5.1, which not every browser writes itself.
  const written = (credential) => {
    const from = credential.response;
    const response = { clientDataJSON: encode(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = encode(from.attestationObject);
      response.transports = from.getTransports ? from.getTransports() : [];
    } else {
      response.authenticatorData = encode(from.authenticatorData);
      response.signature = encode(from.signature);
      if (from.userHandle) response.userHandle = encode(from.userHandle);
    }
    const id = encode(credential.rawId);
    return { id, rawId: id, type: credential.type, response, clientExtensionResults: {} };
  };

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

  const send = (form, credential) => {
    const answer = written(credential);
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
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') return form.dataset.cancelled;
    if (error.name === 'InvalidStateError') return form.dataset.present;
    return error instanceof DOMException || !error.message ? form.dataset.failed : error.message;
  };

  // One ceremony at a time: a browser that is asked twice refuses both.
  let running;
  const alone = () => {
    if (running) running.abort();
    running = new AbortController();
    return running.signal;
  };

  const ceremony = async (form) => {
    says(form, '');
    const signal = alone();
    try {
      if (form.dataset.passkey === 'create') {
        const asked = form.dataset.options ? JSON.parse(form.dataset.options) : await ask(form);
        send(form, await navigator.credentials.create({ publicKey: creation(asked), signal }));
        return;
      }
      send(form, await navigator.credentials.get({ publicKey: request(await ask(form)), signal }));
    } catch (error) {
      if (!signal.aborted) says(form, why(form, error));
    }
  };

  // Passkeys in the list that the browser offers in the field for names. A question is good for five minutes.
  const offer = async (form) => {
    const possible = PublicKeyCredential.isConditionalMediationAvailable;
    if (!possible || !(await possible.call(PublicKeyCredential))) return;
    const signal = alone();
    const again = setTimeout(() => signal.aborted || offer(form), 4 * 60 * 1000);
    try {
      send(form, await navigator.credentials.get({ publicKey: request(await ask(form)), mediation: 'conditional', signal }));
    } catch {
      clearTimeout(again); // nobody asked for anything yet: not a word
    }
  };

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
    if (running && !event.target.dataset.passkey) running.abort();
  });
  // Back shows the form as it was sent.
  addEventListener('pageshow', () => {
    document.querySelectorAll('form[data-passkey]').forEach((form) => {
      form.elements[form.dataset.field].value = '';
    });
  });

  // What a keeper of passkeys is told (WebAuthn Level 3, 5.1.10), where it listens.
  const signal = (name, what) => {
    if (supported && PublicKeyCredential[name]) PublicKeyCredential[name](what).catch(() => {});
  };
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
