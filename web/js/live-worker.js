/**
 * One event stream per browser: a shared worker holds it and tells every tab.
 *
 * Over HTTP/1.1 a browser opens six connections to a host; seven tabs with a stream each would freeze the product.
 */
import { listen } from "./stream.js";

/** @type {Set<MessagePort>} */
const ports = new Set();
/** @type {ReturnType<typeof listen> | null} */
let stream = null;
let lost = false;

/** @param {string} url */
function open(url) {
  if (stream && !stream.ended) return;
  stream?.stop();
  stream = listen(url, (heard) => {
    lost = heard.lost ?? lost;
    for (const port of ports) port.postMessage(heard);
  });
}

/** @param {MessagePort} port */
function leave(port) {
  ports.delete(port);
  if (ports.size > 0) return;
  stream?.stop();
  stream = null;
}

self.addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data.open) {
      open(data.open);
      port.postMessage({ lost });
    } else leave(port);
  };
});
