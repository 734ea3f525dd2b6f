// The word cursor: words of the page are chosen with keys, and go into the field at hand as a click or a drag puts them there.
import { around, inside, middleOf, rowsOf, textOf } from "./boxes.js";
import { isOpen } from "./dialogs.js";
import { make } from "./dom.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const PAGES = { PageDown: 1, "]": 1, PageUp: -1, "[": -1 };
const LINE = new Set(["Home", "End"]);
const NONE = "There are no words on this page.";
const ASIDE = 2; // how much farther away is what stands aside, and not straight above or below
const OFF = 0.01; // the same of what does stand there, and has its middle elsewhere

// Whether the focus goes to the cursor, from where it comes back: what is being typed is not left.
export const comesBack = ({ relatedTarget }) => Boolean(relatedTarget?.matches?.(".review-cursor"));

// `rows` of words, each `[which, left, top, right, bottom]` as it is seen: where `key` leads from one of them, if anywhere.
function neighbour(rows, which, key) {
    const order = rows.flat();
    const here = order.findIndex((word) => word[0] === which);
    const row = rows.findIndex((words) => words.includes(order[here]));
    const nearest = (words) => words.sort((one, other) => distance(one, order[here]) - distance(other, order[here]))[0];
    const found = {
        ArrowLeft: () => order[here - 1],
        ArrowRight: () => order[here + 1],
        ArrowUp: () => nearest(rows.slice(0, row).flat()),
        ArrowDown: () => nearest(rows.slice(row + 1).flat()),
        Home: () => rows[row][0],
        End: () => rows[row].at(-1),
    };
    return found[key]()?.[0];
}

// Of a word in another row.
function distance([, x0, y0, x1, y1], [, left, top, right, bottom]) {
    const [aside, off] = [Math.max(left - x1, x0 - right, 0), Math.abs(x0 + x1 - left - right)];
    return Math.max(top - y1, y0 - bottom, 0) + ASIDE * aside + OFF * off;
}

// The first word that stands in a box; without one, the nearest.
function wordAt(box, words) {
    const [x, y] = middleOf(box);
    const far = (word) => Math.hypot(middleOf(word.slice(1))[0] - x, middleOf(word.slice(1))[1] - y);
    const [found] = inside(words, box).length ? inside(words, box) : [...words].sort((one, other) => far(one) - far(other));
    return words.indexOf(found);
}

export class WordCursor {
    // `view`: the pages, or the file without pages: scroller, active, current, has(page), words(page), seen(page, word),
    // take(page, words, append), and go(page) where there are several. `handlers`: whyNot(), back(element), announce(text).
    constructor(view, handlers) {
        Object.assign(this, { view, handlers, words: [], isBusy: false });
        this.element = make("div", { class: "review-cursor", role: "application", tabindex: "-1", "aria-label": "Choose a word of the page" });
        this.element.addEventListener("keydown", (event) => this.#key(event));
        this.element.addEventListener("blur", () => setTimeout(() => this.#left()));
        document.addEventListener("pointerdown", () => this.leave(), { capture: true }); // who has the mouse in hand uses it
    }

    get isOn() {
        return this.element.isConnected;
    }

    // --- Begin and end ---
    // The focus goes there at once: what is pressed before the words have arrived is for no field.
    start() {
        if (this.isOn || this.isBusy) return this.leave();
        this.area = this.view.scroller;
        const why = this.area ? this.handlers.whyNot() : NONE;
        if (why) return this.handlers.announce(why);
        this.from = document.activeElement;
        this.table = this.from.closest("[data-picks]");
        this.words = [];
        this.element.removeAttribute("style");
        this.area.append(this.element);
        this.element.focus({ preventScroll: true });
        const place = this.view.has(this.view.active?.page) ? this.view.active : null;
        this.#open(place?.page ?? this.view.current, 0, () => (place ? wordAt(place.box, this.words) : this.#firstInView()));
    }

    // The focus is where it was, and nothing that was typed there has changed.
    leave() {
        if (!this.isOn) return;
        this.handlers.back(this.from.isConnected ? this.from : this.table?.querySelector("[tabindex='0']")); // a table may be drawn anew
        this.element.remove();
    }

    // Elsewhere, and not for a question only: now the field is left, too.
    #left() {
        if (!this.isOn || document.activeElement === this.element || isOpen()) return;
        this.element.remove();
        for (const name of ["blur", "focusout"]) this.from.dispatchEvent(new FocusEvent(name, { bubbles: name === "focusout" }));
    }

    // --- Keys ---
    #key(event) {
        const { key, shiftKey } = event;
        const isOwn = key in STEPS || key in PAGES || LINE.has(key) || key === "Enter" || key === "Escape";
        if (!isOwn || event.ctrlKey || event.metaKey || event.altKey) return; // those of the screen, as zoom
        event.preventDefault();
        if (key === "Escape") this.leave();
        else if (this.isBusy) return;
        else if (key === "Enter") this.#take(shiftKey);
        else if (key in PAGES) this.#open(this.page + PAGES[key], PAGES[key], () => this.#end(1));
        else this.#move(key, shiftKey);
    }

    #take(append) {
        const { page, chosen } = this;
        this.leave();
        this.view.take(page, chosen, append);
    }

    #move(key, isRange) {
        const found = neighbour(this.#rows(), this.at, key);
        if (found !== undefined) this.#choose(found, isRange ? this.anchor : found);
        else if (isRange) this.#choose(this.at, this.anchor);
        else this.#open(this.page + STEPS[key], STEPS[key], () => this.#end(STEPS[key]));
    }

    // --- Words ---
    // Go to a page, with a `step` past those without words. Where there is none, everything stays as it is.
    async #open(page, step, choose) {
        this.isBusy = true;
        const words = await this.#wordsFrom(page, step).catch(() => null);
        this.isBusy = false;
        if (!this.isOn) return;
        if (!words?.found.length) {
            if (!step) this.leave();
            return this.handlers.announce(words ? (step ? "There is no other page." : NONE) : "The words of this page could not be read.");
        }
        Object.assign(this, { page: words.page, words: words.found });
        if (step) this.view.go(this.page);
        const at = choose();
        this.#choose(at, at, step ? `page ${this.page}, ` : "");
    }

    async #wordsFrom(page, step) {
        const found = this.view.has(page) ? await this.view.words(page) : [];
        return found.length || !step || !this.view.has(page) ? { page, found } : this.#wordsFrom(page + step, step);
    }

    // As they are seen, also on a page that is turned.
    #rows() {
        return rowsOf(this.words.map((word, which) => [which, ...this.view.seen(this.page, word)]));
    }

    #end(step) {
        return this.#rows().flat().at(step > 0 ? 0 : -1)[0];
    }

    #firstInView() {
        const area = this.area.getBoundingClientRect();
        const isSeen = ([, x0, y0, x1, y1]) => x0 >= area.left && x1 <= area.right && y0 >= area.top && y1 <= area.bottom;
        const order = this.#rows().flat();
        return (order.find(isSeen) ?? order[0])[0];
    }

    #choose(at, anchor, where = "") {
        Object.assign(this, { at, anchor });
        this.place();
        this.reveal();
        const { chosen } = this;
        this.handlers.announce(`${where}${chosen.length > 1 ? "words" : "word"}: ${textOf(chosen)}`);
    }

    // One word, or those that a frame drawn from one to another takes.
    get chosen() {
        const ends = [this.words[this.anchor], this.words[this.at]].filter(Boolean);
        return ends[0] === ends[1] ? ends.slice(1) : inside(this.words, around(ends.map((word) => word.slice(1))));
    }

    // --- How it is seen ---
    // Over what is chosen, again after the page was zoomed or turned.
    place() {
        if (!this.isOn || !this.chosen.length) return;
        const [x0, y0, x1, y1] = around(this.chosen.map((word) => this.view.seen(this.page, word)));
        const { left, top } = this.area.getBoundingClientRect();
        const [x, y] = [x0 - left + this.area.scrollLeft, y0 - top + this.area.scrollTop];
        Object.assign(this.element.style, { left: `${x}px`, top: `${y}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px` });
    }

    reveal() {
        if (this.isOn) this.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
}
