// Names what scrolls by itself, before SimpleBar makes regions of all of them under one and the same name.
document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-simplebar]").forEach((area, index) => {
        const label = area.closest("nav") ? "Sections" : area.querySelector("table") ? "Table" : "Choices";
        area.dataset.simplebarAriaLabel = `${label} ${index + 1}`;
    });
});
