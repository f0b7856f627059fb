// Number keys for the tiles, and an undo button that leaves when its time is over.
const groups = [...document.querySelectorAll("#entry fieldset")].slice(0, 2);

const tiles = (group) => [...group.querySelectorAll(":scope > .tiles input[type=radio]")].slice(0, 9);

for (const group of groups) {
  tiles(group).forEach((input, index) => {
    const key = document.createElement("kbd");
    key.className = "tile__key";
    key.textContent = index + 1;
    input.closest(".tile").append(key);
  });
}

addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=radio], [type=checkbox]), select");
  const number = Number(event.key);
  if (typing || !number || event.ctrlKey || event.altKey || event.metaKey) return;
  const around = event.target.closest("fieldset, details");
  if (around && !groups.includes(around)) return; // a number there is not about these tiles
  const here = groups.findIndex((group) => group.contains(event.target));
  const at = Math.max(here, 0);
  const input = groups[at] && tiles(groups[at])[number - 1];
  if (!input) return;
  input.checked = true;
  const next = groups[at + 1];
  (next?.querySelector("input:checked") ?? input).focus();
});

document.querySelector("#entry")?.addEventListener("change", (event) => {
  const why = { direct: "direct_reason", not_submitted: "reason" }[event.target.value];
  const asked = why && document.querySelector(`#entry [name="${why}"]`);
  if (!asked) return;
  asked.closest("details")?.setAttribute("open", "");
  asked.closest("fieldset").scrollIntoView({ block: "center" });
});

for (const form of document.querySelectorAll("[data-undo]")) {
  setTimeout(() => form.remove(), Number(form.dataset.undo) * 1000);
}
