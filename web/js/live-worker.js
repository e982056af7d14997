/**
 * One event stream per browser: a shared worker holds it and tells every tab.
 *
 * Over HTTP/1.1 a browser opens six connections to a host; seven tabs with a stream each would freeze the product.
 */

/** @type {Set<MessagePort>} */
const ports = new Set();
/** @type {EventSource | null} */
let source = null;
let state = "waiting";

/** @param {unknown} message */
function tell(message) {
  for (const port of ports) port.postMessage(message);
}

/** @param {string} next */
function become(next) {
  if (state === next) return;
  const regained = state === "lost" && next === "open";
  state = next;
  tell({ state, regained });
}

/** @param {string} url */
function open(url) {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource(url);
  source.onopen = () => become("open");
  source.onerror = () => become("lost");
  source.onmessage = (event) => tell({ change: JSON.parse(event.data) });
}

self.addEventListener("connect", (event) => {
  const port = /** @type {MessageEvent} */ (event).ports[0];
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data.open) {
      open(data.open);
      port.postMessage({ state, regained: false });
    }
    if (data.close) {
      ports.delete(port);
      if (ports.size === 0) {
        source?.close();
        source = null;
        state = "waiting";
      }
    }
  };
});
