// Enhancement only: dragging over a page writes the line that one could type (page left top width height, in per cent of the page).
const lines = document.querySelector("[data-boxes]");
const draw = () => {
  document.querySelectorAll("[data-page] .cover").forEach(box => box.remove());
  for (const line of lines.value.split("\n")) {
    const [page, left, top, width, height] = line.trim().split(/\s+/).map(Number);
    const on = document.querySelector(`[data-page="${page || 0}"]`);
    if (!on || !(width > 0 && height > 0)) continue;
    const box = on.appendChild(document.createElement("span"));
    box.className = "cover";
    Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  }
};
document.querySelectorAll("[data-page]").forEach(on => {
  let from = null;
  const at = e => {
    const rect = on.getBoundingClientRect();
    const part = (value, size) => Math.min(100, Math.max(0, value / size * 100));
    return [part(e.clientX - rect.left, rect.width), part(e.clientY - rect.top, rect.height)];
  };
  on.addEventListener("pointerdown", e => { if (e.button) return; from = at(e); on.setPointerCapture(e.pointerId); e.preventDefault(); });
  on.addEventListener("pointercancel", () => { from = null; }); // the finger meant to scroll
  on.addEventListener("pointerup", e => {
    if (!from) return;
    const to = at(e), size = [0, 1].map(n => Math.abs(to[n] - from[n]));
    const corner = [0, 1].map(n => Math.min(to[n], from[n]));
    from = null;
    if (Math.min(...size) < .5) return;
    const line = [on.dataset.page, ...[...corner, ...size].map(n => n.toFixed(1))].join(" ");
    lines.value = `${lines.value.trimEnd()}\n${line}`.trimStart();
    draw();
  });
});
lines.addEventListener("input", draw);
draw();
