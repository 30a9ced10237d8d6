import { client, ProblemError } from '@sallyport/client';

export const api = client({ base: '/auth/api/v1' });

export const code = (error: unknown) => (error instanceof ProblemError ? error.problem.code : undefined);

// What is said of an error: a problem in the service's words, a passkey that came to nothing in ours.
export const words = (error: unknown): string => {
  if (error instanceof DOMException) {
    if (error.name === 'InvalidStateError') return 'This passkey is set up already.';
    if (error.name === 'AbortError') return 'Something else was asked meanwhile.';
    return 'Nothing came of it. Try again, or take another way.';
  }
  if (error instanceof TypeError) return 'The service can’t be reached. Try again in a moment.'; // what fetch throws
  return error instanceof Error ? error.message : String(error);
};

export const kindNames = {
  totp: 'Code app',
  hotp: 'Hardware token',
  webauthn: 'Passkey',
  push: 'Another browser',
  email: 'Code by email',
  sms: 'Code by text message',
  recovery_code: 'Recovery code',
  password: 'Password',
};
export type Kind = keyof typeof kindNames;
