// The border between the document and what was read, moved with the pointer or the arrow keys.
const KEY = "review-split";
const [LEAST, MOST] = [25, 75];

export function splitter(bar) {
    const main = bar.parentElement;
    const set = (percent) => {
        const share = Math.min(Math.max(Math.round(percent), LEAST), MOST);
        main.style.setProperty("--review-left", `${share}%`);
        bar.setAttribute("aria-valuenow", String(share));
        localStorage.setItem(KEY, String(share));
    };
    bar.setAttribute("aria-valuemin", String(LEAST));
    bar.setAttribute("aria-valuemax", String(MOST));
    set(Number(localStorage.getItem(KEY)) || 55);
    bar.addEventListener("pointerdown", (event) => bar.setPointerCapture(event.pointerId));
    bar.addEventListener("pointermove", (event) => {
        if (!bar.hasPointerCapture(event.pointerId)) return;
        const area = main.getBoundingClientRect();
        set(((event.clientX - area.left) / area.width) * 100);
    });
    bar.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
        if (!step) return;
        event.preventDefault();
        set(Number(bar.getAttribute("aria-valuenow")) + step);
    });
}
