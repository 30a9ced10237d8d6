import { problemOf, ProblemError } from '@sallyport/client';
import { code } from './api.js';
import { announce, el, time } from './dom.js';
import { form, quiet } from './form.js';
import { confirm, confirmAction } from './prove.js';

interface Payment { id: string; to: string; cents: number; sent_at?: string }

// The application's own calls, which the gate's guards stand before.
const call = async <T>(method: string, path: string, body?: unknown, confirmation?: string): Promise<T> => {
  const answer = await fetch(`/api/payments${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(confirmation && { 'Sallyport-Confirmation': confirmation }) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
};

// send does what a guard asks for, and comes again: two factors first, then a confirmation of these very words.
const send = async (payment: Payment): Promise<Payment> => {
  const go = (confirmation?: string) => call<Payment>('POST', `/${payment.id}/send`, undefined, confirmation);
  const confirmed = async () => {
    try {
      return await go();
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'confirmation_needed') throw error;
      return go((await confirmAction(error.problem.action ?? '')).confirmation);
    }
  };
  try {
    return await confirmed();
  } catch (error) {
    if (code(error) !== 'aal2_needed') throw error;
    await confirm('Payments need two factors.');
    return confirmed();
  }
};

const amount = (cents: number) => (cents / 100).toLocaleString([], { style: 'currency', currency: 'EUR' });

// What was given up is sent later from here.
const row = (payment: Payment, sendIt: (payment: Payment) => Promise<void>) => el('li', {},
  el('div', {}, el('strong', {}, payment.to), el('p', { class: 'muted' }, payment.sent_at ? 'Sent ' : 'Not sent', payment.sent_at ? time(payment.sent_at) : '')),
  el('span', {}, amount(payment.cents)),
  !payment.sent_at && quiet(form([], 'Send it now', () => sendIt(payment))));

export const payments = async (possible: boolean, sent: () => Promise<void>) => {
  const rows = el('ul', { class: 'rows', id: 'payments' });
  const list = async () => {
    const { payments: all } = await call<{ payments: Payment[] }>('GET', '');
    rows.replaceChildren(...all.map((payment) => row(payment, sendIt)).reverse());
  };
  const sendIt = async (payment: Payment) => {
    await send(payment);
    await Promise.all([list(), sent()]);
    announce(`${amount(payment.cents)} were sent to ${payment.to}.`);
  };
  const entry = form([
    { name: 'to', label: 'To' }, { name: 'amount', label: 'Amount in EUR', inputmode: 'decimal' },
  ], 'Send', async ({ to, amount: typed }) => {
    if (!possible) throw new Error('Set up a second step first: payments are confirmed with it.');
    const payment = await call<Payment>('POST', '', { to, amount: typed });
    entry.reset();
    await list();
    await sendIt(payment);
  });
  await list();
  return el('section', { 'aria-labelledby': 'pay' }, el('h2', { id: 'pay' }, 'Send money'), entry, rows);
};
