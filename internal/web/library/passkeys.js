// Passkeys: options as the JSON API gives them, answers as it takes them (WebAuthn Level 3, 5.1). Not every browser reads and
// writes that JSON itself.
const passkeys = (() => {
  const listed = (credentials = []) => credentials.map((c) => ({ ...c, id: bytes.read(c.id) }));
  const opened = (o) => ({
    ...o,
    challenge: bytes.read(o.challenge),
    user: o.user && { ...o.user, id: bytes.read(o.user.id) },
    excludeCredentials: listed(o.excludeCredentials),
    allowCredentials: listed(o.allowCredentials),
  });
  const written = ({ rawId, type, response: from }) => {
    const id = bytes.write(rawId), response = { transports: from.getTransports?.() };
    for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (from[name]) response[name] = bytes.write(from[name]);
    }
    return { id, rawId: id, type, response, clientExtensionResults: {} };
  };

  // One ceremony at a time: a browser that is asked twice refuses both.
  let running;
  const stop = () => running?.abort();
  const ceremony = async (act, ask, how) => {
    stop();
    running = new AbortController();
    const { signal } = running;
    return written(await navigator.credentials[act]({ publicKey: opened(await ask()), signal, ...how }));
  };
  const supported = () => Boolean(window.PublicKeyCredential && navigator.credentials);
  const create = (options) => ceremony('create', () => options);
  const get = (options) => ceremony('get', () => options);

  // Passkeys in the list of a field with autocomplete="username webauthn". ask fetches the options; a question is good for
  // five minutes. It fails with an AbortError when something else is asked, and never ends where browsers have no such list.
  const list = async (ask) => {
    if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return new Promise(() => {});
    for (let late; ; late = false) {
      const again = setTimeout(() => stop(late = true), 4 * 60 * 1000);
      try {
        return await ceremony('get', ask, { mediation: 'conditional' });
      } catch (error) {
        if (!late) throw error;
      } finally {
        clearTimeout(again);
      }
    }
  };

  // What a keeper of passkeys is told (WebAuthn Level 3, 5.1.10), where it listens.
  const signal = (name, what) => window.PublicKeyCredential?.[name]?.(what).catch(() => {});
  return { supported, create, get, list, stop, signal };
})();
