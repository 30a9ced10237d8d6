// The script of Sallyport for an application's own pages: docs/embedding.md. The site's pages use what stands before this, too.
const here = boundBrowser(new URL('../push', import.meta.url).pathname);

// What waits for a key of this browser, at each change, whatever becomes of connections. It ends with signal, and fails with
// status 404 once the browser was removed.
async function* watch(key, signal) {
  for (let wait = 1; !signal.aborted; await new Promise((done) => setTimeout(done, wait * 1000))) {
    try {
      yield* here.changes(key, signal, () => { wait = 1; });
    } catch (error) {
      if (error.status === 404) throw error;
      wait = Math.max(error.wait || 0, Math.min(wait * 2, 60));
    }
  }
}

export const browser = { ...here, watch };
export { passkeys, textedCode };
