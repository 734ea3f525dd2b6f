// Names what scrolls by itself, before SimpleBar makes regions of all of them under one and the same name.
document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-simplebar]").forEach((area, index) => {
        const label = area.closest("nav") ? "Sections" : area.querySelector("table") ? "Table" : "Choices";
        area.dataset.simplebarAriaLabel = `${label} ${index + 1}`;
    });
});

// Select2 makes boxes of several parts of a select, and that at any time: after the page was loaded too, on a slow
// machine. Each is called as the select is.
const name = (part, select) => part.setAttribute("aria-label", select?.labels[0]?.textContent.trim() || "Search");
const nameAll = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
        const parts = select.nextElementSibling.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]");
        parts.forEach((part) => name(part, select));
    }
};
document.addEventListener("DOMContentLoaded", () => {
    const made = new MutationObserver(nameAll);
    document.querySelectorAll("select").forEach(({ parentElement }) => made.observe(parentElement, { childList: true }));
    nameAll();
});
document.addEventListener("focusin", ({ target }) => target.matches(".select2-search__field:not([aria-label])") && name(target));
