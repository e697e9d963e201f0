// Enhancement only: every page works without it (forms, links and printing are the browser's own).
// 1. While a Chinese input method is composing, nothing searches. 2. data-key="F8" or "Ctrl+Enter" presses its element.
// 3. A form that was sent once is not sent again by a double tap; the server knows the key anyway.
// 4. data-poll is asked every 20 s for what is new, but not in a hidden window, and never under somebody's hands.
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
addEventListener("submit", e => {
  const form = e.target;
  if (e.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { e.preventDefault(); return; }
  form.dataset.sent = "1";
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
