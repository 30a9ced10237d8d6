// What a browser keeps to approve for others, and how it signs. root is the path of the page that approves; more are headers.
const boundBrowser = (root, more) => {
  const fresh = 'new'; // the id of a key that the server has not taken yet
  const utf8 = (text) => new TextEncoder().encode(text);

  const stored = (mode, act) => new Promise((done, failed) => {
    const asked = indexedDB.open('sallyport ' + root, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('keys', { keyPath: 'id' });
    asked.onerror = () => failed(asked.error);
    asked.onsuccess = () => {
      const tx = asked.result.transaction('keys', mode), got = act(tx.objectStore('keys'));
      tx.oncomplete = () => done(got.result);
      tx.onabort = () => failed(tx.error);
      asked.result.close(); // once the transaction is over
    };
  });
  const put = (key) => stored('readwrite', (keys) => keys.put(key));
  const drop = (id) => stored('readwrite', (keys) => keys.delete(id));
  const all = async () => (await stored('readonly', (keys) => keys.getAll())).filter((key) => key.id !== fresh);

  const sign = async (key, purpose, ...fields) => bytes.write(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.sign,
    utf8(['sallyport push v1', purpose, location.origin, ...fields].join('\n'))));
  const hashed = async (subscription) =>
    subscription ? bytes.write(await crypto.subtle.digest('SHA-256', utf8(JSON.stringify(subscription)))) : '';

  // No cookie goes along: the signature is all that counts. With accept the answer comes as it is.
  const send = async (path, body, { method = 'POST', accept, signal } = {}) => {
    const headers = { 'Content-Type': 'application/json', Accept: accept || 'application/json', ...more };
    const to = root.replace(/push$/, 'api/v1/push/') + path;
    const answer = await fetch(to, { method, credentials: 'omit', headers, body: JSON.stringify(body), signal });
    if (answer.ok) return accept ? answer : answer.status === 204 ? {} : answer.json();
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail), { status: answer.status, wait: problem.retry_after });
  };
  const ask = async (key) => (await send('challenge', { authenticator: key.id })).challenge;
  const call = async (key, purpose, path, body, how, over = Object.values(body)) =>
    send(path, { authenticator: key.id, ...body, signature: await sign(key, purpose, key.id, ...over) }, how);

  const look = async (key, how) => call(key, 'open', 'prompts', { challenge: await ask(key) }, how);
  const prompts = async (key, signal) => (await look(key, { signal })).prompts;
  const answer = (key, prompt, decision, number = '') => call(key, 'answer', 'answer', { prompt, decision, number });

  // What waits, at each change, as long as one connection lasts. begun is called once there is one.
  async function* changes(key, signal, begun) {
    const { body } = await look(key, { accept: 'text/event-stream', signal });
    begun();
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; ;) {
      const silent = setTimeout(() => reader.cancel(), 50000);
      const { value, done } = await reader.read();
      clearTimeout(silent);
      if (done) return;
      const parts = (text + value).split('\n\n');
      text = parts.pop();
      for (const part of parts) {
        const [, data] = part.match(/^data: (.*)$/m) || [];
        if (data) yield JSON.parse(data).prompts;
      }
    }
  }

  const subscribe = async (key, subscription) => {
    const challenge = await ask(key), told = await hashed(subscription);
    await call(key, 'subscribe', 'subscription', { challenge, subscription }, { method: 'PUT' }, [challenge, told]);
    await put({ ...key, told });
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

  // A key is made before the server knows of it, and is one of this browser's once the server takes what it signs: bind makes
  // the response to a pending binding, with messages where they are wanted and come about; keep is for when it was confirmed, and
  // takes the id of the authenticator.
  const bind = async ({ id, push }, account, messages) => {
    const sub = messages ? await subscription(push.server_key).catch(() => null) : null, told = await hashed(sub);
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const key = { id: fresh, sign: pair.privateKey, account, told };
    await put(key);
    const shown = bytes.write(await crypto.subtle.exportKey('raw', pair.publicKey));
    const signature = await sign(key, 'bind', id, push.challenge, shown, told);
    return { public_key: shown, signature, ...(sub && { subscription: sub }) };
  };
  const keep = async (id, account) => {
    const made = await stored('readonly', (keys) => keys.get(fresh));
    if (!made) return;
    const key = { ...made, id, account: account || made.account };
    await prompts(key);
    await put(key);
    await drop(fresh);
  };
  return { root, all, put, drop, hashed, prompts, changes, answer, subscribe, subscription, bind, keep };
};
