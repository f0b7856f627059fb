// A form is sent once: a second press while the first is under way does nothing.
const buttons = (form) => form.querySelectorAll("button");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  setTimeout(() => {
    if (event.defaultPrevented) return; // a script of the page sends it by itself
    buttons(form).forEach((button) => (button.disabled = true));
  });
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) buttons(form).forEach((button) => (button.disabled = false));
});
