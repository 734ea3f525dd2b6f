// The pointer on a page: a click takes a word, a frame takes what is in it, and a box leads to its field.
import { around, draw, inside, onPage, place } from "./boxes.js";

const LEAST_DRAG = 5; // CSS pixels; less is a click
const HOLD = 350; // milliseconds that a finger rests before it draws a region; one that moves at once scrolls

export function listen(pages, sheet) {
    let start = null;
    let region = null;
    let rest;
    const hold = (on) => {
        clearTimeout(rest);
        sheet.inner.classList.toggle("review-holding", on);
        if (start) start.draws = on;
    };
    sheet.inner.addEventListener("pointerdown", (event) => {
        if (event.button || pages.selecting || event.altKey) return;
        const touches = event.pointerType === "touch";
        start = event.isPrimary ? { at: onPage(sheet.svg, event), x: event.clientX, y: event.clientY, draws: !touches } : null;
        if (touches) rest = setTimeout(hold, HOLD, true);
        else sheet.inner.setPointerCapture(event.pointerId);
    });
    // The field that is being edited keeps the focus.
    sheet.inner.addEventListener("mousedown", (event) => pages.selecting || event.altKey || event.preventDefault());
    // A finger that draws neither scrolls nor opens a menu.
    for (const name of ["touchmove", "contextmenu"]) {
        sheet.inner.addEventListener(name, (event) => start?.draws && event.cancelable && event.preventDefault(), { passive: false });
    }
    sheet.inner.addEventListener("pointermove", (event) => {
        if (!start) return;
        const far = Math.hypot(event.clientX - start.x, event.clientY - start.y) > LEAST_DRAG;
        if (far && !start.draws) start = null;
        if (!start) return hold(false);
        if (!region && far) {
            sheet.svg.append((region = draw("rect", { class: "review-region" }))); // not among the marks, which a saved change draws anew
            document.addEventListener("keydown", giveUp, true);
        }
        const box = around([[...start.at, ...start.at], [...onPage(sheet.svg, event), ...onPage(sheet.svg, event)]]);
        for (const [name, value] of Object.entries(place(box))) region?.setAttribute(name, value);
        if (region) region.box = box;
    });
    // A key ends it: what is drawn is not wanted, or the page is shown otherwise now.
    const forget = () => {
        document.removeEventListener("keydown", giveUp, true);
        region?.remove();
        start = region = null;
    };
    const giveUp = (event) => {
        if (event.key === "Escape") event.stopPropagation();
        forget();
    };
    const end = (event) => {
        hold(false);
        if (region) pages.take(sheet.number, inside(sheet.words ?? [], region.box));
        else if (start && event.type === "pointerup") click(pages, sheet, start.at, event);
        forget();
    };
    sheet.inner.addEventListener("pointerup", end);
    sheet.inner.addEventListener("pointercancel", end);
}

// A word goes into the field that is edited; without one, the value that stands there is chosen.
function click(pages, sheet, [x, y], event) {
    const isThere = (box) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
    const size = (box) => (box[2] - box[0]) * (box[3] - box[1]);
    const smallest = (found) => found.sort((one, other) => size(one.box) - size(other.box))[0];
    const value = smallest((pages.boxes.get(sheet.number) ?? []).filter(({ box }) => isThere(box)));
    if (value && (event.ctrlKey || event.metaKey || !pages.handlers.canPick())) return pages.handlers.chosen(value.name);
    const words = (sheet.words ?? []).map((word) => ({ word, box: word.slice(1) })).filter(({ box }) => isThere(box));
    const word = smallest(words);
    if (word) pages.take(sheet.number, [word.word], event.shiftKey);
}
