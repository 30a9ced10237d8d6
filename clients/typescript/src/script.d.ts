// What the script exports that the service itself serves, at static/sallyport.js below its prefix: its own release of it, so that
// no page has another. Nothing of it is in this package: have your bundler put that address in its place, such as esbuild with
// --alias:@sallyport/client/script=/auth/static/sallyport.js --external:/auth/*
import type { Schema } from './send.js';

/** What a browser made of a passkey: the response to a challenge or a pending binding. */
export type PasskeyResponse = { id: string; rawId: string; type: string; response: Record<string, unknown> };
type Options = Record<string, unknown>;

export interface Passkeys {
  /** Has this browser passkeys? */
  supported(): boolean;
  /** Makes one, with the options of a Binding. Fails with a DOMException: NotAllowedError when its holder doesn't want to,
   * InvalidStateError when it is there already, AbortError when something else was asked meanwhile. */
  create(options: Options): Promise<PasskeyResponse>;
  /** Uses one, with the options of a challenge. Fails likewise. */
  get(options: Options): Promise<PasskeyResponse>;
  /** Waits for a choice in the list of a field with autocomplete="username webauthn". ask fetches options, anew every four
   * minutes. Never ends where browsers have no such list. */
  list(ask: () => Promise<Options>): Promise<PasskeyResponse>;
  /** Ends what is asked. */
  stop(): void;
  /** Tells whoever keeps passkeys: signalUnknownCredential, signalAllAcceptedCredentials or signalCurrentUserDetails. */
  signal(name: string, what: object): void;
}

/** A key by which this browser approves. It can be used here and read by nobody. */
export interface Key { id: string; sign: CryptoKey; account: string; told: string }

export interface Browser {
  /** The path of the service's own page that approves: both have the same keys. */
  root: string;
  all(): Promise<Key[]>;
  put(key: Key): Promise<unknown>;
  drop(id: string): Promise<unknown>;
  hashed(subscription: PushSubscription | null): Promise<string>;
  /** Makes a key, and the response to a pending binding of kind push. With messages the person is asked whether they want
   * notifications: call it from a click. */
  bind(binding: { id: string; push: { challenge: string; server_key: string } }, account: string, messages: boolean):
    Promise<{ public_key: string; signature: string; subscription?: PushSubscription }>;
  /** Keeps that key for the authenticator that the confirmation was answered with. */
  keep(id: string, account?: string): Promise<void>;
  /** What waits now. */
  prompts(key: Key, signal?: AbortSignal): Promise<Schema<'Prompt'>[]>;
  /** What waits, at each change, for as long as one connection lasts; begun is called once there is one. */
  changes(key: Key, signal: AbortSignal, begun: () => void): AsyncGenerator<Schema<'Prompt'>[]>;
  /** What waits, at each change, until signal. Fails with status 404 once the browser was removed. */
  watch(key: Key, signal: AbortSignal): AsyncGenerator<Schema<'Prompt'>[]>;
  /** Approves with the number, or declines; with not_me everything of the account ends. Fails with a status and words. */
  answer(key: Key, prompt: string, decision: 'approve' | 'decline' | 'not_me', number?: string): Promise<{ mailed?: boolean }>;
  subscription(serverKey: string): Promise<PushSubscription | null>;
  /** Says where messages reach this browser; with null, that none do. */
  subscribe(key: Key, subscription: PushSubscription | null): Promise<void>;
}

/** What the browser's own promises fail with, and those of Browser: a problem's status, and how long to wait. */
export type Refusal = Error & { status?: number; wait?: number };

export declare const browser: Browser;
export declare const passkeys: Passkeys;
/** The code of a text message that was meant for this site (WebOTP). Never ends where browsers can't. */
export declare function textedCode(signal: AbortSignal): Promise<string>;
