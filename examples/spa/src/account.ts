import type { Schema } from '@sallyport/client';
import { passkeys } from '@sallyport/client/script';
import { api, code, kindNames, words } from './api.js';
import { announce, el, GivenUp, link, show, time, type Child } from './dom.js';
import { payments } from './payments.js';
import { confirm } from './prove.js';
import { further, setUp, showCodes } from './setup.js';

// The account, as the API tells it: all of it is asked anew each time.
export const account = async (signedOut: () => void, follow: () => void): Promise<void> => {
  const again = () => { account(signedOut, follow).catch(() => signedOut()); };
  const [{ session }, bound, codes, { sessions }, service] = await Promise.all([
    api.getSession(), api.listAuthenticators(), api.getRecoveryCodes(), api.listSessions(), api.getService(),
  ]);
  const known = bound.passkeys; // whoever keeps passkeys drops those that are gone
  if (known) passkeys.signal('signalAllAcceptedCredentials', { rpId: known.rp_id, userId: known.user_id, allAcceptedCredentialIds: known.credential_ids });

  const level = el('p', { class: 'muted' });
  const tell = (aal: number) => { level.textContent = aal === 2 ? 'Signed in with two factors.' : 'Signed in with one factor.'; };
  tell(session.aal);
  const paid = async () => tell((await api.getSession()).session.aal); // a payment may have lifted it
  const act = (run: () => Promise<unknown>) => () => { elevated(run).then(again, trouble); };
  show(`Welcome, ${session.account.username || session.account.email}`,
    level,
    el('div', { id: 'trouble', class: 'summary', role: 'alert', tabindex: -1, hidden: true }),
    session.reset_due && el('div', { class: 'card' }, 'Somebody asked to remove your second step. ',
      link('Stop that', () => { api.cancelOwnReset().then(again, trouble); })),
    await payments(bound.authenticators.length > 0, paid),
    el('h2', {}, 'Your second step'),
    bound.authenticators.length === 0 && el('p', {}, 'None yet: whoever knows your password is in. Payments need one.'),
    bound.authenticators.length > 0 && el('ul', { class: 'rows' }, ...bound.authenticators.map((a) => authenticator(a, act(() => api.unbind(a.id))))),
    el('button', { type: 'button', class: 'quiet', click: () => {
      elevated(async () => {
        // What a reauthentication opens is open for a while; without one this says so before anything is typed.
        const { session: now } = await api.getSession();
        if (!now.elevated_until) await confirm('Then you can set up something new.');
      }).then(() => setUp(service.kinds, further, (made) => {
        follow();
        if (made && made.length > 0) showCodes(made, again);
        else again();
      }, again), trouble);
    } }, bound.authenticators.length > 0 ? 'Set up another' : 'Set one up'),
    el('h2', {}, 'Recovery codes'),
    el('p', {}, codes.created_at ? `${codes.remaining} of 10 are left.` : 'They come with your first second step.'),
    codes.created_at && el('button', { type: 'button', class: 'quiet', click: () => {
      elevated(() => api.newRecoveryCodes()).then((made) => showCodes(made.recovery_codes, again), trouble);
    } }, 'Make new ones'),
    el('h2', {}, 'Where you are signed in'),
    el('ul', { class: 'rows' }, ...sessions.map((s) => line(s, () => { api.endSession(s.id).then(again, trouble); }))),
    el('div', { class: 'actions' },
      sessions.length > 1 && el('button', { type: 'button', class: 'quiet', click: () => { api.endOtherSessions().then(again, trouble); } }, 'End all others'),
      el('button', { type: 'button', class: 'quiet', click: () => { api.signOut().then(signedOut, trouble); } }, 'Sign out')),
    el('div', { class: 'links' }, el('a', { href: '/auth/account' }, 'Password, address, activity and everything else')));
};

const authenticator = (a: Schema<'Authenticator'>, remove: () => void) => el('li', {},
  el('div', {}, el('strong', {}, (a.label || kindNames[a.kind]) + (a.hint ? ` (${a.hint})` : '')),
    el('p', { class: 'muted' }, `${a.label ? `${kindNames[a.kind]}. ` : ''}Added `, time(a.created_at), a.last_used_at ? ', last used ' : '', a.last_used_at ? time(a.last_used_at) : '',
      !a.usable && '. It can’t be used: remove it and set it up anew')),
  removal(a, remove));

// What can't be undone is asked about first, where it stands.
const removal = (a: Schema<'Authenticator'>, remove: () => void) => {
  const place = el('span', { class: 'actions' });
  const idle = (): Child => el('button', { type: 'button', class: 'link danger', 'aria-label': `Remove ${a.label || kindNames[a.kind]}`, click: () => {
    const sure = el('button', { type: 'button', class: 'link danger', click: remove }, 'Remove it for good');
    place.replaceChildren(sure, link('Keep it', () => place.replaceChildren(idle() as Node)));
    sure.focus();
  } }, 'Remove');
  place.append(idle() as Node);
  return place;
};

const line = (s: Schema<'SessionLine'>, end: () => void) => el('li', {},
  el('div', {}, el('strong', {}, s.browser ? `${s.browser}${s.system ? `, ${s.system}` : ''}` : 'A program'),
    el('p', { class: 'muted' }, s.current ? 'This one. ' : 'Last seen ', s.current ? '' : time(s.last_seen_at))),
  !s.current && el('button', { type: 'button', class: 'link', 'aria-label': `End the session of ${s.browser ?? 'a program'}`, click: end }, 'End'));

// elevated does what may need a reauthentication, which is asked for when it does.
const elevated = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (code(error) !== 'elevation_needed') throw error;
    await confirm('This changes how you sign in.');
    return run();
  }
};

const trouble = (error: unknown) => {
  if (error instanceof GivenUp) return announce('Nothing was changed.');
  if (code(error) === 'not_signed_in') return location.reload();
  const says = document.getElementById('trouble');
  if (!says) return announce(words(error));
  says.textContent = words(error);
  says.hidden = false;
  says.focus();
};
