// Messages for a browser that approves: turned on and off by a click, and told again where they got lost.
const messages = (() => {
  'use strict';
  const { page, within, choose } = cards;
  const serverKey = page.dataset.serverKey;
  const possible = () => serverKey && window.PushManager && window.Notification && navigator.serviceWorker;
  const tell = async (keys, sub) => {
    for (const key of keys) {
      const told = await bound.hashed(sub);
      if ((key.told || '') === told) continue;
      await bound.subscribe(key, sub);
      key.told = told;
    }
  };
  const change = async (keys, wanted) => {
    const worker = await navigator.serviceWorker.getRegistration(bound.root);
    const before = worker && await worker.pushManager.getSubscription();
    const same = before && bytes.write(before.options.applicationServerKey) === serverKey;
    if (before && (!wanted || !same)) await before.unsubscribe();
    await tell(keys, wanted ? await bound.subscription(serverKey) : null);
    choose(page, 'notify', Notification.permission === 'denied' ? 'denied' : keys.some((key) => key.told) ? 'on' : 'off');
  };
  // One change after the other: a click may come while what got lost is told again.
  let last = Promise.resolve();
  const notify = (keys, wanted) => {
    const now = last.then(() => change(keys, wanted));
    last = now.catch(() => {});
    return now;
  };
  const trouble = (error) => {
    const says = within(page, 'trouble');
    says.textContent = error.status ? error.message : page.dataset.noMessages;
    says.hidden = false;
  };
  return (keys) => {
    choose(page, 'notify', !possible() ? 'none' : Notification.permission === 'denied' ? 'denied' : keys.some((key) => key.told) ? 'on' : 'off');
    if (!possible()) return;
    within(page, 'turn-on').addEventListener('click', () => notify(keys, true).catch(trouble));
    within(page, 'turn-off').addEventListener('click', () => notify(keys, false).catch(trouble));
    // Subscriptions get lost: what the browser has now is what the server should know.
    if (Notification.permission === 'granted' && keys.some((key) => key.told)) notify(keys, true).catch(trouble);
  };
})();
