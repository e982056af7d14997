/**
 * Where MapLibre comes from: fetched by the first map of a page, from the addresses the server gives its files.
 */

/** The library by the address the server gives it. @returns {Promise<typeof import("maplibre-gl")>} */
export const library = () => import(new URL("../vendor/maplibre-gl.mjs", import.meta.url).href);

/** The library's own style sheet, asked for once. */
export function dress() {
  const href = new URL("../css/map-library.css", import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  const ready = new Promise((resolve) => ["load", "error"].forEach((event) => link.addEventListener(event, resolve, { once: true })));
  document.head.append(link);
  return ready;
}

/** Whether this browser can draw it at all. */
export const canDraw = () => {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
};
