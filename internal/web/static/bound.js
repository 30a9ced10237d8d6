// What a browser keeps to approve for others, and how it signs. Its pages and its worker share this.
const bound = (() => {
  'use strict';
  const root = self.registration ? new URL(registration.scope).pathname : document.querySelector('[data-push]').dataset.push;
  const api = root.replace(/push$/, 'api/v1/push/');
  const fresh = 'new'; // the id of a key that the server has not taken yet

  const encode = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const utf8 = (text) => new TextEncoder().encode(text);

  const open = () => new Promise((done, failed) => {
    const asked = indexedDB.open('sallyport ' + root, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('keys', { keyPath: 'id' });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const stored = async (mode, act) => {
    const db = await open();
    try {
      return await new Promise((done, failed) => {
        const tx = db.transaction('keys', mode);
        const asked = act(tx.objectStore('keys'));
        tx.oncomplete = () => done(asked.result);
        tx.onabort = () => failed(tx.error);
      });
    } finally {
      db.close();
    }
  };
  const put = (key) => stored('readwrite', (keys) => keys.put(key));
  const drop = (id) => stored('readwrite', (keys) => keys.delete(id));
  const all = async () => (await stored('readonly', (keys) => keys.getAll())).filter((key) => key.id !== fresh);

  const sign = async (key, purpose, ...fields) => encode(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.sign,
    utf8(['sallyport push v1', purpose, location.origin, ...fields].join('\n'))));
  const hashed = async (subscription) =>
    subscription ? encode(await crypto.subtle.digest('SHA-256', utf8(JSON.stringify(subscription)))) : '';

  // No cookie goes along: the signature is all that counts.
  const send = async (method, path, body, { accept = '*/*', signal } = {}) => {
    const headers = { 'Content-Type': 'application/json', Accept: accept };
    if (self.document) headers['Accept-Language'] = document.documentElement.lang;
    const answer = await fetch(api + path, { method, credentials: 'omit', headers, body: JSON.stringify(body), signal });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail), { status: answer.status, wait: problem.retry_after });
  };
  const ask = async (id) => (await (await send('POST', 'challenge', { authenticator: id })).json()).challenge;
  const prompts = async (key, options) => {
    const challenge = await ask(key.id);
    const signature = await sign(key, 'open', key.id, challenge);
    return send('POST', 'prompts', { authenticator: key.id, challenge, signature }, options);
  };
  const answer = async (key, prompt, decision, number = '') => {
    const signature = await sign(key, 'answer', key.id, prompt, decision, number);
    return send('POST', 'answer', { authenticator: key.id, prompt, decision, ...(number && { number }), signature });
  };
  const subscribe = async (key, subscription) => {
    const challenge = await ask(key.id);
    const signature = await sign(key, 'subscribe', key.id, challenge, await hashed(subscription));
    await send('PUT', 'subscription', { authenticator: key.id, challenge, signature, subscription });
    await put({ ...key, told: await hashed(subscription) });
  };

  // Whoever calls this was asked by a click. "" for the server's key, and a refusal, come to nothing.
  const subscription = async (serverKey) => {
    if (!serverKey || await Notification.requestPermission() !== 'granted') return null;
    const worker = await navigator.serviceWorker.register(root + '/worker.js', { scope: root });
    const starting = worker.installing || worker.waiting;
    if (starting && !worker.active) {
      await new Promise((done) => starting.addEventListener('statechange', () => starting.state !== 'installed' && done()));
    }
    return Promise.race([ // where the push service is out of reach, some browsers try for ever
      worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: serverKey }),
      new Promise((_, failed) => setTimeout(failed, 15000, new Error())),
    ]);
  };

  // A key is made before the server knows of it, and is one of this browser's once the server takes what it signs.
  const make = async (account, sub) => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const key = { id: fresh, sign: pair.privateKey, account, told: await hashed(sub) };
    await put(key);
    return { key, shown: encode(await crypto.subtle.exportKey('raw', pair.publicKey)) };
  };
  const keep = async (id, account) => {
    const made = await stored('readonly', (keys) => keys.get(fresh));
    if (!made) return;
    const key = { ...made, id, account: account || made.account };
    await prompts(key);
    await put(key);
    await drop(fresh);
  };

  return { root, encode, all, put, drop, sign, hashed, prompts, answer, subscribe, subscription, make, keep };
})();
