// Keys, the line of what will be saved, and saving that outlives a lost connection.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, act) => document.querySelectorAll(selector).forEach(act);
const root = document.documentElement;
const drawn = (element) => getComputedStyle(element).display !== "none";
const asked = (input) => drawn(input.closest(".tile")) && drawn(input.closest("fieldset") ?? root);
let group, run = "", last = 0, queue = "", pause, sending, timer, retry;

function words(input) {
  if (input.options) return input.value && input.selectedOptions[0].text;
  if (input.type !== "number") return input.checked && asked(input) && input.dataset.say;
  const filing = one("[name=activity][value=filing]").checked;
  return input.dataset[filing ? "say" : "help"].replace("{n}", input.value);
}

function say() {
  const line = one("#line");
  const parts = [...document.querySelectorAll("[data-say]")].map(words).filter(Boolean);
  if (!one("[name=procedure]:checked")) parts.unshift(line.dataset.none);
  line.textContent = parts.join(" · ");
  one(".if-many").classList.toggle("is-many", one("#quantity").value > 5);
}

// Digits are about one group of tiles at a time.
function aim(id) {
  group = id;
  all("[data-digits]", (each) => each.classList.toggle("aimed", each.id === id));
}

function advance({ name, value }) {
  const then = { procedure: "channel", direct: "direct_reason", not_submitted: "reason" };
  const to = then[name] ?? then[value];
  if (to) aim(to);
  return to;
}

function press(key) {
  const button = { L: "[form=again]", Z: "[data-undo] button", "+": ".more", "-": ".less" }[key];
  if (button) return one(button)?.click();
  const tile = one(`${key >= 0 ? `#${group}` : "#entry"} [data-key="${key}"]`);
  if (!tile || !asked(tile)) return;
  tile.focus();
  tile.click();
  if (advance(tile)) (one(`#${group} :checked`) ?? one(`#${group} input`)).focus();
}

// A scanner types a code and Enter, faster than anybody.
function scanned() {
  const code = /(?:^|\/)([0-9A-HJKMNP-TV-Z]{3,8})$/.exec(run)?.[1] ?? "";
  const digits = [...code].map((letter) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(letter));
  const twice = (n) => (n << 1) ^ (n & 16 ? 37 : 0);
  const check = digits.pop();
  return twice(digits.reduce((sum, digit) => twice(sum) ^ digit, 0)) === check && code;
}

function flush() {
  clearTimeout(pause);
  const keys = [...queue];
  queue = "";
  if (root.matches(".keys")) keys.forEach(press);
}

addEventListener("keydown", (event) => {
  const { target, key, code, timeStamp } = event;
  if (!one("#entry") || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (timeStamp - last > 100) run = "";
  last = timeStamp;
  if (key === "Enter" && !target.closest("a, button, summary, select")) {
    event.preventDefault();
    const found = scanned();
    if (found) {
      one("#ma").value = found;
      queue = "";
    }
    flush();
    const box = found ? "ma" : target.id;
    one("#entry").requestSubmit(one(`[name=tra][value="${box}"]`) ?? one("#save"));
  }
  if (key.length > 1 || target.matches("select, input:not([type=radio], [type=checkbox])")) return;
  const typed = /^(?:Digit|Numpad|Key)(\w)$/.exec(code)?.[1] ?? ("+-".includes(key) ? key : "/");
  run += typed;
  queue += typed;
  clearTimeout(pause);
  pause = setTimeout(flush, typed === "Z" ? 150 : 40); // a code undoes nothing
});

// However often a form is sent, its id makes it one entry.
function lock(on, notice) {
  sending = on;
  all(".save-bar [type=submit]", (each) => (each.disabled = on));
  if (!on) all("#lost, #ended", (each) => (each.hidden = each.id !== notice));
}

async function send(form, button) {
  if (sending) return;
  clearTimeout(timer);
  const body = new URLSearchParams(new FormData(form, button));
  lock(true);
  let answer, page;
  try {
    answer = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout?.(10000) });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    page = null;
  }
  if (page && (answer.status < 500 || one("#entry", page))) return show(answer, page, form);
  lock(false, "lost");
  retry = () => send(form, button);
  timer = setTimeout(retry, 4000);
}

function show({ url, redirected, status }, page, form) {
  const ended = url.includes("/dang-nhap") || (status === 400 && !one("#entry", page));
  const undone = form.dataset.undo && one("#list", page);
  if (redirected && !ended && !undone) return location.assign(url);
  lock(false, ended && "ended");
  if (ended) return;
  if (undone) return ["#said", "#list"].forEach((id) => one(id).replaceWith(one(id, page)));
  document.title = page.title;
  one("main").replaceWith(one("main", page));
  begin();
  (one(".error-summary") ?? one("[autofocus]") ?? one("#save"))?.focus();
}

addEventListener("submit", (event) => {
  if (!event.target.matches("#entry, #again, [data-undo]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

addEventListener("click", ({ target }) => {
  if (target.closest("[data-retry]")) retry();
  const step = target.matches(".more") - target.matches(".less");
  if (!step) return;
  clearTimeout(timer);
  one("#quantity").stepUp(step);
  say();
});

addEventListener("input", ({ target }) => {
  if (!target.closest("#entry")) return;
  clearTimeout(timer);
  if (target.id === "keys") localStorage.keys = root.classList.toggle("keys");
  advance(target);
  say();
});

addEventListener("focusin", ({ target }) => {
  const digits = target.closest("[data-digits]");
  if (digits) aim(digits.id);
});

setInterval(() => {
  const left = one("[data-left]");
  if (left && !--left.textContent) left.closest("form").remove();
}, 1000);

function begin() {
  root.classList.add("js");
  if (!one("#entry")) return;
  root.classList.toggle("keys", (one("#keys").checked = localStorage.keys !== "false"));
  aim("procedure");
  say();
}

begin();
