// The service worker of the page that approves. It shows what it is sent and opens the page; it comes between no page and the
// network.
const bound = boundBrowser(new URL(registration.scope).pathname);

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('push', (event) => {
  const said = event.data ? event.data.json() : {};
  if (said.v !== 1) return;
  event.waitUntil(registration.showNotification(said.title, { body: said.body, tag: said.prompt, requireInteraction: true }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(clients.matchAll({ type: 'window', includeUncontrolled: true }).then((open) => {
    const page = open.find((client) => new URL(client.url).pathname === bound.root);
    return page ? page.focus() : clients.openWindow(bound.root);
  }));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  const before = event.oldSubscription;
  event.waitUntil((async () => {
    const now = event.newSubscription || (before && await registration.pushManager.subscribe(before.options));
    for (const key of await bound.all()) await bound.subscribe(key, now || null).catch(() => {}); // the page tries again
  })());
});
