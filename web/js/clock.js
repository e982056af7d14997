/**
 * The server's time in the browser: a desk whose computer runs ten minutes late must not show ten minutes more.
 */

const said = document.querySelector('meta[name="server-time"]')?.getAttribute("content");
const started = performance.now();
const origin = said ? Date.parse(said) : Date.now();

/** Milliseconds since 1970 by the server's clock. */
export const now = () => (Number.isNaN(origin) ? Date.now() : origin + (performance.now() - started));
