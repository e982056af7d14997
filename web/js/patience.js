/**
 * `form[data-patient]`: what was filled in stays on the screen while nobody answers or its writer is not signed in any more, and is
 * sent when it can be.
 *
 * The form carries its idempotency key: sent twice, it is taken in once. Without script it is a plain form.
 */
import { SIGNED_OUT } from "./draft.js";
import { words } from "./words.js";

const AGAIN = 3000;
/** Answers of something that stands in for a service that is away. */
const AWAY = new Set([502, 503, 504]);
/** Where whoever is not signed in, or not any more, is led to. */
const SIGN_IN = "/sign-in";

/** @typedef {{ ctx: { response?: { status: number } } }} Detail */

/** @param {HTMLFormElement} form */
function body(form) {
  const fields = [...new FormData(form)].filter((field) => typeof field[1] === "string");
  return new URLSearchParams(/** @type {[string, string][]} */ (fields));
}

/** @param {string} text */
const line = (text) => Object.assign(document.createElement("p"), { textContent: text });

/** In another window, for what was filled in stands in this one. */
function door() {
  const link = Object.assign(document.createElement("a"), { href: SIGN_IN, target: "_blank", textContent: words.signInAgain });
  const made = line("");
  made.append(link);
  return made;
}

const REASONS = {
  away: () => [line(words.notSent)],
  signedOut: () => [line(words.signedOut), door()],
  // A complaint is its writer's: it does not become another's who is signed in here now.
  other: () => [line(words.notYours), door()],
};

/**
 * Says below the form's heading why it waits; once, for whoever hears the page or stands on its link.
 * @param {HTMLFormElement} form
 * @param {keyof typeof REASONS} reason
 */
function tell(form, reason) {
  const found = form.querySelector("[data-waiting]");
  const notice = found instanceof HTMLElement ? found : Object.assign(document.createElement("div"), { className: "notice" });
  if (notice.dataset.waiting === reason) return;
  notice.dataset.waiting = reason;
  notice.dataset.tone = "late";
  notice.setAttribute("role", "alert");
  const head = form.querySelector(".page__head");
  if (head) head.after(notice);
  else form.prepend(notice);
  notice.replaceChildren(...REASONS[reason]());
}

/** Forms that are being sent. @type {WeakSet<HTMLFormElement>} */
const sending = new WeakSet();

/** @param {HTMLFormElement} form */
async function send(form) {
  for (;;) {
    let answer = null;
    try {
      answer = await fetch(form.action, { method: "POST", body: body(form) });
    } catch {
      // Nobody there: told below.
    }
    const signedOut = answer !== null && new URL(answer.url).pathname === SIGN_IN;
    if (answer?.redirected && !signedOut) {
      location.assign(answer.url);
      return;
    }
    const other = answer?.status === 403;
    if (answer && !signedOut && !other && !AWAY.has(answer.status)) {
      // Something to be read: the browser shows it as it shows any answer. The key lets nothing be taken in twice.
      form.submit();
      return;
    }
    tell(form, signedOut ? "signedOut" : other ? "other" : "away");
    await new Promise((settle) => window.setTimeout(settle, AGAIN));
    if (!form.isConnected) return;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.patient === undefined || event.defaultPrevented) return;
  event.preventDefault();
  if (sending.has(form)) return;
  sending.add(form);
  void send(form).finally(() => sending.delete(form));
});

/** Whether somebody signed out here on purpose: then nothing of a customer stays on any screen. */
let left = false;
window.addEventListener("storage", ({ key }) => {
  if (key !== SIGNED_OUT) return;
  left = true;
  if (document.querySelector("form[data-patient]")) location.assign(SIGN_IN);
});

// What the page asks beside (the check at the place, counters) would lead away to the sign-in page, and what was filled in with it.
document.addEventListener("htmx:before:response", (event) => {
  const form = document.querySelector("form[data-patient]");
  if (!(form instanceof HTMLFormElement)) return;
  const status = /** @type {CustomEvent<Detail>} */ (event).detail.ctx.response?.status ?? 500;
  if (status === 401 && !left) {
    event.preventDefault();
    if (!sending.has(form)) tell(form, "signedOut");
  } else if (status < 400 && !sending.has(form)) {
    form.querySelector("[data-waiting]")?.remove();
  }
});
