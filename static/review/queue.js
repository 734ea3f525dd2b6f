// The key of the queue: "n" brings the next document, unless one is typing or asks for something with Ctrl or Alt.
const next = document.querySelector(".review-next");

document.addEventListener("keydown", (event) => {
    if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    event.preventDefault();
    next.click();
});
