/**
 * The event stream itself, the same in a tab and in the shared worker: what changed, and whether we still hear.
 */

/** A stream that ends is asked for again by the browser; only a longer silence is worth telling anybody. */
const PATIENCE = 8000;

/** @typedef {{ change?: { topic: string, version: number }, lost?: boolean, missed?: boolean }} Heard */

/**
 * Listens until told to stop.
 * @param {string} url
 * @param {(heard: Heard) => void} tell
 */
export function listen(url, tell) {
  const source = new EventSource(url);
  let silent = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  source.onopen = () => {
    clearTimeout(timer);
    // What happened in between nobody told us: everything is fetched again.
    tell({ lost: false, missed: silent });
    silent = false;
  };
  source.onerror = () => {
    silent = true;
    clearTimeout(timer);
    timer = setTimeout(() => tell({ lost: true }), PATIENCE);
  };
  source.onmessage = (event) => {
    const change = JSON.parse(event.data);
    // Another process wrote something, and nobody knows what.
    tell(change.topic === "anything" ? { missed: true } : { change });
  };
  return {
    get ended() {
      return source.readyState === EventSource.CLOSED;
    },
    stop() {
      clearTimeout(timer);
      source.close();
    },
  };
}
