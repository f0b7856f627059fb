// Keeps the ticks in the address, as the button without script does; nothing is stored.
const form = document.querySelector("[data-ticks]");
document.documentElement.classList.add("js");
if (form) {
  form.addEventListener("change", () => {
    const address = new URL(location.href);
    address.searchParams.delete("co");
    for (const box of form.querySelectorAll("input[name=co]:checked")) {
      address.searchParams.append("co", box.value);
    }
    history.replaceState(null, "", address);
    for (const link of document.querySelectorAll("a[href*='phieu'], .languages a")) {
      const target = new URL(link.href);
      target.searchParams.delete("co");
      for (const value of address.searchParams.getAll("co")) target.searchParams.append("co", value);
      link.href = target;
    }
  });
}
