/**
 * `form[data-patient]`: what was filled in stays on the screen while nobody answers, and is sent when somebody does.
 *
 * The form carries its idempotency key: sent twice, it is taken in once. Without script it is a plain form.
 */
import { words } from "./words.js";

const AGAIN = 3000;
/** Answers of something that stands in for a service that is away. */
const AWAY = new Set([502, 503, 504]);

/** @param {HTMLFormElement} form */
function body(form) {
  const fields = [...new FormData(form)].filter((field) => typeof field[1] === "string");
  return new URLSearchParams(/** @type {[string, string][]} */ (fields));
}

/**
 * The notice below the form's heading, made when it is first needed.
 * @param {HTMLFormElement} form
 */
function notice(form) {
  const found = form.querySelector("[data-waiting]");
  if (found instanceof HTMLElement) return found;
  const made = Object.assign(document.createElement("div"), { className: "notice" });
  made.dataset.waiting = "";
  made.dataset.tone = "late";
  made.setAttribute("role", "alert");
  const head = form.querySelector(".page__head");
  if (head) head.after(made);
  else form.prepend(made);
  return made;
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
    if (answer?.redirected) {
      for (const draft of form.querySelectorAll("x-draft")) draft.dispatchEvent(new CustomEvent("draft:done"));
      location.assign(answer.url);
      return;
    }
    if (answer && !AWAY.has(answer.status)) {
      // Something to be read: the browser shows it as it shows any answer. The key lets nothing be taken in twice.
      form.submit();
      return;
    }
    const waiting = notice(form);
    waiting.replaceChildren(Object.assign(document.createElement("p"), { textContent: words.notSent }));
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
