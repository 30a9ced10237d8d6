// The page on which a browser approves: for which accounts, and what it hears from the server.
(() => {
  'use strict';
  const { page, within, choose, fill, update } = cards;
  const seconds = (n) => new Promise((done) => setTimeout(done, n * 1000));
  const states = new Map(); // of the connections, by key
  const keys = [];
  const hear = (key, prompts) => {
    const before = key.account;
    update(key, prompts);
    if (key.account === before) return;
    bound.put(key).catch(() => {});
    list();
  };
  const list = () => {
    within(page, 'keys').replaceChildren(...keys.map((key) => {
      const line = within(page, 'line').content.firstElementChild.cloneNode(true);
      if (key.account) line.querySelector('strong').textContent = key.account;
      return line;
    }));
    for (const part of ['approves', 'messages']) within(page, part).hidden = keys.length === 0;
  };
  const say = () => {
    const every = [...states.values()];
    choose(page, 'state', every.length === 0 ? 'none' : every.every((s) => s === 'on') ? 'on' : every.includes('off') ? 'off' : 'connecting');
  };
  const forget = async (key) => {
    await bound.drop(key.id);
    keys.splice(keys.indexOf(key), 1);
    states.delete(key.id);
    const gone = within(page, 'gone').content.firstElementChild.cloneNode(true);
    fill(gone, key.account || within(page, 'line').content.querySelector('strong').textContent);
    within(page, 'goners').append(gone);
    list();
  };

  // Every stream holds a connection, of which a browser has six for one site. The server has room for so many, too: where it
  // has none, the page asks now and then.
  const streams = 3;
  const full = [429, 503];
  const follow = async (key, may, signal) => {
    states.set(key.id, 'connecting');
    let looks = 0; // that come before the next stream
    for (let wait = 1; !signal.aborted; await seconds(!may || (looks > 0 && looks < 30) ? Math.max(wait, 10) : wait)) {
      const live = may && --looks < 0;
      try {
        const open = () => {
          states.set(key.id, 'on');
          wait = 1;
          say();
        };
        if (live) for await (const prompts of bound.changes(key, signal, open)) hear(key, prompts);
        else {
          const prompts = await bound.prompts(key, signal);
          open();
          hear(key, prompts);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (live && full.includes(error.status)) {
          looks = 30;
          continue;
        }
        if (error.status === 404) await forget(key);
        else states.set(key.id, 'off');
        say();
        if (error.status === 404) return;
        wait = Math.max(error.wait || 0, Math.min(wait * 2, 60));
      }
    }
  };

  const start = async (signal) => {
    const fresh = new URLSearchParams(location.search).get('new');
    if (fresh) {
      await bound.keep(fresh).catch(() => {});
      history.replaceState(null, '', bound.root);
    }
    keys.push(...await bound.all());
    list();
    keys.forEach((key, i) => follow(key, i < streams, signal));
    say();
    if (keys.length > 0) messages(keys);
  };
  if (!window.isSecureContext || !window.indexedDB || !window.TextDecoderStream) {
    choose(page, 'state', 'unsupported');
    return;
  }
  // One tab asks, the newest: the others say so.
  const stop = new AbortController();
  const alone = (hold) => (navigator.locks ? navigator.locks.request('sallyport ' + bound.root, { steal: true }, hold) : hold());
  alone(async () => {
    await start(stop.signal);
    await new Promise(() => {});
  }).catch((error) => {
    stop.abort();
    choose(page, 'state', error.name === 'AbortError' ? 'elsewhere' : 'unsupported');
  });
  addEventListener('pageshow', (event) => event.persisted && location.reload());
})();
