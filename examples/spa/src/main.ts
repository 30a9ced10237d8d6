import { account } from './account.js';
import { api, code, words } from './api.js';
import { follow } from './approve.js';
import { el, link, show } from './dom.js';
import { signIn } from './signin.js';

const start = async () => {
  const service = await api.getService();
  const signedOut = () => signIn(service, enter);
  const enter = () => { account(signedOut, () => { follow().catch(() => {}); }).catch(failed); };
  try {
    await api.getSession();
  } catch (error) {
    if (code(error) !== 'not_signed_in') throw error;
    return signedOut();
  }
  enter();
};

const failed = (error: unknown) => {
  show('Something went wrong', el('p', {}, words(error)), el('p', {}, link('Try again', () => location.reload())));
};

start().catch(failed);
follow().catch(() => {});
