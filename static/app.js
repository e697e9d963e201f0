// Enhancement only: every page works without it (forms, links and printing are the browser's own).
// 1. While a Chinese input method is composing, nothing searches. 2. data-key="F8" or "Ctrl+Enter" presses its element.
// 3. A form that was sent once is not sent again by a double tap; the server knows the key anyway.
// 4. What is written into a form with data-draft is kept on the server, never here.
// 5. data-poll is asked every 20 s for what is new, but not in a hidden window, and never under somebody's hands.
// 5. In a list with data-letters, J and K go from row to row, and a letter presses the data-letter of the row that has the focus: never
//    while somebody types, with Ctrl or Alt, nor for who has switched it off (then no list has data-letters).
addEventListener("input", e => { if (e.isComposing) e.stopImmediatePropagation(); }, true);
addEventListener("compositionend", e => e.target.dispatchEvent(new Event("input", { bubbles: true })));
addEventListener("keydown", e => {
  if (e.isComposing || e.keyCode === 229) return;
  const name = e.altKey ? e.code.replace("Digit", "").replace("Key", "") : e.key;
  const key = (e.ctrlKey ? "Ctrl+" : "") + (e.altKey ? "Alt+" : "") + name;
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  e.preventDefault();
  if (target.matches("input:not([type=radio]), textarea")) { target.focus(); target.select(); } else target.click();
});
addEventListener("keydown", e => {
  const list = document.querySelector("[data-letters]"), key = e.key.toLowerCase();
  if (!list || e.isComposing || e.ctrlKey || e.altKey || e.metaKey || e.target.closest("input, textarea, select")) return;
  const rows = [...list.querySelectorAll("[data-row]")], row = e.target.closest("[data-row]");
  if (key === "j" || key === "k") rows[row ? rows.indexOf(row) + (key === "j" ? 1 : -1) : 0]?.querySelector("a").focus();
  else row?.querySelector(`[data-letter="${CSS.escape(key)}"]`)?.click();
});
addEventListener("submit", e => {
  const form = e.target;
  if (e.defaultPrevented || form.method !== "post") return;
  const what = form.matches("[data-files]") ? e.submitter?.value || "1" : "1";  // a file comes without leaving the page: another may follow
  if (form.dataset.sent === what) { e.preventDefault(); return; }
  form.dataset.sent = what;
  setTimeout(() => delete form.dataset.sent, 4000);
});
addEventListener("focusin", e => { if (e.target.matches("[data-select]")) e.target.select(); });
addEventListener("click", e => { if (e.target.closest("[data-print]")) print(); });
addEventListener("DOMContentLoaded", () => document.getElementById("errors")?.focus());
const poll = () => document.hidden || document.querySelectorAll("[data-poll]").forEach(e => {
  if (!e.contains(document.activeElement)) e.dispatchEvent(new Event("poll"));
});
setInterval(poll, 20000);
addEventListener("visibilitychange", poll);
const drafts = act => document.querySelectorAll("form[data-draft]").forEach(form => act(form, new FormData(form)));
addEventListener("DOMContentLoaded", () => drafts((form, typed) => { form.dataset.kept = new URLSearchParams(typed); }));
setInterval(() => drafts((form, typed) => {
  const text = new URLSearchParams(typed).toString();
  if (text === form.dataset.kept || form.dataset.sent) return;
  form.dataset.kept = text;
  fetch(form.dataset.draft, { method: "POST", body: typed, headers: { "X-Draft": "1" } }).catch(() => { form.dataset.kept = ""; });
}), 5000);
