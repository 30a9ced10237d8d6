// Made by generate.mjs from internal/web/openapi.json: change that, and run npm run generate.

import type { Answer, Body, Query, Send } from './send.js';

/** Every call of the API by its operationId, through what sends it. */
export const calls = (send: Send) => ({
  /** This document. */
  getDocument: () => send<Answer<'getDocument'>>('GET', '/openapi.json'),
  /** What there is to sign in with. */
  getService: () => send<Answer<'getService'>>('GET', '/service'),
  /** Make an account. */
  register: (body: Body<'register'>) => send<Answer<'register'>>('POST', '/accounts', body),
  /** What the login has to do now. */
  getLogin: () => send<Answer<'getLogin'>>('GET', '/login'),
  /** Begin a login. */
  beginLogin: (body: Body<'beginLogin'>) => send<Answer<'beginLogin'>>('POST', '/login', body),
  /** End the login. */
  cancelLogin: () => send<Answer<'cancelLogin'>>('DELETE', '/login'),
  /** Answer one of the offer. */
  answerLogin: (body: Body<'answerLogin'>) => send<Answer<'answerLogin'>>('POST', '/login/response', body),
  /** Ask for a sign-in by mail. */
  askMailed: (body: Body<'askMailed'>) => send<Answer<'askMailed'>>('POST', '/login/mailed', body),
  /** Sign in with what was mailed. */
  answerMailed: (body: Body<'answerMailed'>) => send<Answer<'answerMailed'>>('POST', '/login/mailed/response', body),
  /** Begin a sign-in with a passkey alone. */
  askPasskey: (body: Body<'askPasskey'>) => send<Answer<'askPasskey'>>('POST', '/login/passkey', body),
  /** Sign in with a passkey alone. */
  answerPasskey: (body: Body<'answerPasskey'>) => send<Answer<'answerPasskey'>>('POST', '/login/passkey/response', body),
  /** Send a code, or ask for a passkey or a bound browser. */
  challenge: (body: Body<'challenge'>) => send<Answer<'challenge'>>('POST', '/login/challenge', body),
  /** Begin to bind the first authenticator. */
  bindFirst: (body: Body<'bindFirst'>) => send<Answer<'bindFirst'>>('POST', '/login/authenticators', body),
  /** Send its code again. */
  resendFirst: (id: string) => send<Answer<'resendFirst'>>('POST', `/login/authenticators/${encodeURIComponent(id)}/challenge`),
  /** Bind it and sign in. */
  confirmFirst: (id: string, body: Body<'confirmFirst'>) => send<Answer<'confirmFirst'>>('POST', `/login/authenticators/${encodeURIComponent(id)}/confirm`, body),
  /** What became of a question to a bound browser. */
  getPrompt: () => send<Answer<'getPrompt'>>('GET', '/login/prompt'),
  /** What leads on for who can use nothing of the offer. */
  getWaysBack: () => send<Answer<'getWaysBack'>>('GET', '/login/ways-back'),
  /** Ask for every authenticator to be removed, after a wait. */
  askReset: () => send<Answer<'askReset'>>('POST', '/login/reset'),
  /** Ask whoever runs the service for help. */
  askHelp: () => send<Answer<'askHelp'>>('POST', '/login/help'),
  /** Something for a bound browser to sign. */
  askBrowser: (body: Body<'askBrowser'>) => send<Answer<'askBrowser'>>('POST', '/push/challenge', body),
  /** What a bound browser is asked. */
  openPrompts: (body: Body<'openPrompts'>) => send<Answer<'openPrompts'>>('POST', '/push/prompts', body),
  /** Answer a question. */
  answerPrompt: (body: Body<'answerPrompt'>) => send<Answer<'answerPrompt'>>('POST', '/push/answer', body),
  /** Where messages reach a bound browser. */
  subscribeBrowser: (body: Body<'subscribeBrowser'>) => send<Answer<'subscribeBrowser'>>('PUT', '/push/subscription', body),
  /** Ask for a new password. */
  forgot: (body: Body<'forgot'>) => send<Answer<'forgot'>>('POST', '/recovery', body),
  /** Set a new password with what was mailed. */
  resetPassword: (body: Body<'resetPassword'>) => send<Answer<'resetPassword'>>('POST', '/recovery/reset', body),
  /** End a reset with the link of one of its messages. */
  cancelReset: (body: Body<'cancelReset'>) => send<Answer<'cancelReset'>>('POST', '/reset/cancel', body),
  /** Who is signed in: the session that asks. */
  getSession: () => send<Answer<'getSession'>>('GET', '/session'),
  /** End the session that asks. */
  signOut: () => send<Answer<'signOut'>>('DELETE', '/session'),
  /** Send a code, or ask for a passkey or a bound browser. */
  challengeSession: (body: Body<'challengeSession'>) => send<Answer<'challengeSession'>>('POST', '/session/challenge', body),
  /** What became of a question to a bound browser. */
  getSessionPrompt: () => send<Answer<'getSessionPrompt'>>('GET', '/session/prompt'),
  /** What can prove the holder anew. */
  elevationOffer: () => send<Answer<'elevationOffer'>>('GET', '/session/elevate'),
  /** Prove the holder anew. */
  elevate: (body: Body<'elevate'>) => send<Answer<'elevate'>>('POST', '/session/elevate', body),
  /** Confirm one action of an application. */
  confirmAction: (body: Body<'confirmAction'>) => send<Answer<'confirmAction'>>('POST', '/session/confirmations', body),
  /** Use a confirmation up. */
  redeemAction: (body: Body<'redeemAction'>) => send<Answer<'redeemAction'>>('POST', '/session/confirmations/redeem', body),
  /** End the reset that is pending, if there is one. */
  cancelOwnReset: () => send<Answer<'cancelOwnReset'>>('DELETE', '/session/reset'),
  /** The account's sessions. */
  listSessions: () => send<Answer<'listSessions'>>('GET', '/sessions'),
  /** End all others. */
  endOtherSessions: () => send<Answer<'endOtherSessions'>>('DELETE', '/sessions'),
  /** End one. */
  endSession: (id: string) => send<Answer<'endSession'>>('DELETE', `/sessions/${encodeURIComponent(id)}`),
  /** The browsers that need no second step. */
  listBrowsers: () => send<Answer<'listBrowsers'>>('GET', '/browsers'),
  /** Trust one no more. */
  endBrowser: (id: string) => send<Answer<'endBrowser'>>('DELETE', `/browsers/${encodeURIComponent(id)}`),
  /** What is bound. */
  listAuthenticators: () => send<Answer<'listAuthenticators'>>('GET', '/authenticators'),
  /** Begin to bind a further one. */
  bind: (body: Body<'bind'>) => send<Answer<'bind'>>('POST', '/authenticators', body),
  /** Send its code again. */
  resend: (id: string) => send<Answer<'resend'>>('POST', `/authenticators/${encodeURIComponent(id)}/challenge`),
  /** Bind it. */
  confirm: (id: string, body: Body<'confirm'>) => send<Answer<'confirm'>>('POST', `/authenticators/${encodeURIComponent(id)}/confirm`, body),
  /** Give it another label, or have it offered first. */
  rename: (id: string, body: Body<'rename'>) => send<Answer<'rename'>>('PATCH', `/authenticators/${encodeURIComponent(id)}`, body),
  /** Remove it. */
  unbind: (id: string) => send<Answer<'unbind'>>('DELETE', `/authenticators/${encodeURIComponent(id)}`),
  /** How many are left. */
  getRecoveryCodes: () => send<Answer<'getRecoveryCodes'>>('GET', '/recovery-codes'),
  /** Make a new set. */
  newRecoveryCodes: () => send<Answer<'newRecoveryCodes'>>('POST', '/recovery-codes'),
  /** The language of the account's pages and messages. */
  getLanguage: () => send<Answer<'getLanguage'>>('GET', '/language'),
  /** Have them in another one. */
  setLanguage: (body: Body<'setLanguage'>) => send<Answer<'setLanguage'>>('PUT', '/language', body),
  /** Let nothing but passkeys open the account. */
  setPasskeysOnly: (body: Body<'setPasskeysOnly'>) => send<Answer<'setPasskeysOnly'>>('PUT', '/passkeys-only', body),
  /** Change the password. */
  changePassword: (body: Body<'changePassword'>) => send<Answer<'changePassword'>>('PUT', '/password', body),
  /** The account's address, and the one that waits to be confirmed. */
  getAddress: () => send<Answer<'getAddress'>>('GET', '/email'),
  /** Ask for another address. */
  changeAddress: (body: Body<'changeAddress'>) => send<Answer<'changeAddress'>>('PUT', '/email', body),
  /** Take back that another address was asked for. */
  cancelAddress: () => send<Answer<'cancelAddress'>>('DELETE', '/email/waiting'),
  /** Confirm an address. */
  confirmAddress: (body: Body<'confirmAddress'>) => send<Answer<'confirmAddress'>>('POST', '/email/confirm', body),
  /** Take a change of address back. */
  undoAddress: (body: Body<'undoAddress'>) => send<Answer<'undoAddress'>>('POST', '/email/undo', body),
  /** What happened to the account, the newest first. */
  listEvents: (query: Query<'listEvents'> = {}) => send<Answer<'listEvents'>>('GET', '/events', undefined, query),
  /** All that is kept about the account. */
  getData: () => send<Answer<'getData'>>('GET', '/account'),
  /** Delete the account. */
  deleteAccount: () => send<Answer<'deleteAccount'>>('DELETE', '/account'),
});

export type Calls = ReturnType<typeof calls>;
