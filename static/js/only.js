// SPDX-License-Identifier: AGPL-3.0-or-later
// What is asked for some answers only stays away for the others, and is not sent with them:
// `reason:status:cancelled` is asked where the status is that one.

for (const form of document.querySelectorAll("[data-only]")) {
  const rules = form.dataset.only.split(" ").map((rule) => rule.split(":"));
  const ask = () => {
    const said = new FormData(form);
    for (const [name, by, ...answers] of rules) {
      const asked = said.getAll(by).some((one) => answers.includes(one));
      for (const field of form.querySelectorAll(`[name="${name}"]`)) {
        field.disabled = !asked;
        field.closest(".field").hidden = !asked;
      }
    }
  };
  form.addEventListener("change", ask);
  ask();
}
