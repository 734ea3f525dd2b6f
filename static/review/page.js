// The pages of a document: drawn when they come near, at any zoom, turned, with their words and the places of values.
//
// Boxes and words are in the unit of their page; one SVG over each picture has that unit as its coordinates, so that
// zooming moves nothing. Pages of plain text are measured in characters and have no picture: their words are shown.
import { around, clamp, draw, onScreen, place, textOf } from "./boxes.js";
import { make } from "./dom.js";
import { listen } from "./pointer.js";
import { thumbnails, toolbar } from "./toolbar.js";

const CELL = { width: 8.5, height: 19 }; // CSS pixels of a character of plain text, at zoom 1
const POINT = 96 / 72;
const NEAR = "150% 0px";
const ZOOMS = [0.25, 4];

export class Pages {
    // `handlers`: picked(text, page, box), chosen(name), turned(number), canPick().
    constructor(root, outline, options, ask, handlers) {
        Object.assign(this, { root, options, ask, handlers });
        this.pictures = outline.pictures;
        this.sheets = outline.pages.map((page) => ({ ...page, turn: 0 }));
        this.zoom = 1;
        this.fit = "width";
        this.boxes = new Map(); // page → [{name, label, box, level}]
        this.active = null;
        this.selecting = false;
        this.#build();
        new ResizeObserver(() => this.#layout()).observe(this.scroller);
        this.#layout();
    }

    get count() {
        return this.sheets.length;
    }

    // --- What is there ---
    #build() {
        this.scroller = make("div", { class: "review-scroll", tabindex: "0", role: "region", "aria-label": "Pages of the document" });
        this.near = new IntersectionObserver((seen) => this.#seen(seen), { root: this.scroller, rootMargin: NEAR });
        for (const sheet of this.sheets) {
            sheet.outer = make("div", { class: "review-sheet", "data-page": sheet.number });
            sheet.inner = make("div", { class: "review-paper" });
            sheet.svg = draw("svg", { viewBox: `0 0 ${sheet.width} ${sheet.height}`, preserveAspectRatio: "none" });
            sheet.svg.append((sheet.texts = draw("g", { class: "review-words" })));
            sheet.svg.append((sheet.marks = draw("g", { class: "review-boxes" })));
            sheet.inner.append(sheet.svg);
            sheet.outer.append(sheet.inner);
            this.scroller.append(sheet.outer);
            this.near.observe(sheet.outer);
            listen(this, sheet);
        }
        this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
        this.scroller.addEventListener("copy", (event) => this.#copy(event));
        this.scroller.addEventListener("wheel", (event) => {
            if (!event.ctrlKey) return;
            event.preventDefault();
            this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
        }, { passive: false });
        const holder = make("div", { class: "review-viewer" });
        if (this.pictures && this.count > 1) holder.append(thumbnails(this, (sheet, width) => this.#source(sheet, width)));
        holder.append(this.scroller);
        const bar = toolbar(this);
        if (this.count) this.root.append(bar, holder); // a table shows itself
    }

    // --- Near pages are drawn, others are not ---
    #seen(entries) {
        for (const entry of entries) {
            const sheet = this.#sheet(Number(entry.target.dataset.page));
            sheet.isNear = entry.isIntersecting;
            if (sheet.isNear) this.#show(sheet);
            else this.#drop(sheet);
        }
    }

    #sheet(number) {
        return this.sheets.find((sheet) => sheet.number === number);
    }

    #show(sheet) {
        if (this.pictures) this.#picture(sheet);
        if (!sheet.texts.childNodes.length) this.#read(sheet);
        this.#mark(sheet);
    }

    #drop(sheet) {
        sheet.texts.replaceChildren();
        sheet.image?.remove();
        sheet.image = sheet.shown = undefined;
    }

    #source(sheet, width) {
        return `${this.options.urls.picture.replace(/0\.png$/, `${sheet.number}.png`)}?width=${width}`;
    }

    // As many pixels as the screen shows; the next picture replaces the one before when it has arrived.
    #picture(sheet) {
        const wanted = sheet.wide * devicePixelRatio;
        const width = this.options.widths.find((width) => width >= wanted && width > 200) ?? this.options.widths.at(-1);
        if (sheet.shown >= width) return;
        sheet.shown = width;
        const image = make("img", { alt: `Page ${sheet.number}`, draggable: "false", fetchpriority: "high", src: this.#source(sheet, width) });
        image.addEventListener("load", () => {
            if (sheet.shown !== width) return;
            sheet.image?.remove();
            sheet.image = image;
            sheet.inner.prepend(image);
            sheet.outer.classList.remove("review-failed");
        });
        image.addEventListener("error", () => {
            if (sheet.shown === width) sheet.shown = undefined;
            if (!sheet.image) sheet.outer.classList.add("review-failed");
        });
    }

    async #read(sheet) {
        try {
            await this.words(sheet.number);
            if (sheet.isNear) this.#write(sheet);
        } catch {
            // asked again when the page comes near once more
        }
    }

    // Of a page, once they were read.
    async words(number) {
        const sheet = this.#sheet(number);
        const asked = () => this.ask(this.options.urls.words.replace(/0\.json$/, `${number}.json`)).finally(() => (sheet.reading = null));
        if (!sheet.words) sheet.words = (await (sheet.reading ??= asked())).words;
        return sheet.words;
    }

    // Text of the width of its box, so that a selection covers what is printed.
    #write(sheet) {
        const lines = document.createDocumentFragment();
        for (const [text, x0, y0, x1, y1] of sheet.words) {
            const size = (y1 - y0) * (this.pictures ? 0.85 : 0.72);
            const attributes = { x: x0, y: y1 - (y1 - y0) * 0.24, "font-size": size, textLength: Math.max(x1 - x0, 0.1), lengthAdjust: "spacingAndGlyphs" };
            lines.append(draw("text", attributes, text));
        }
        sheet.texts.replaceChildren(lines);
        sheet.outer.classList.toggle("review-typed", !this.pictures);
    }

    // What is selected, with the spaces between words.
    #copy(event) {
        const selection = getSelection();
        const chosen = (sheet) => [...sheet.texts.children].flatMap((text, index) => (selection.containsNode(text, true) ? [sheet.words[index]] : []));
        const text = this.sheets.map((sheet) => textOf(chosen(sheet))).filter(Boolean).join("\n");
        if (!text) return;
        event.clipboardData.setData("text/plain", text);
        event.preventDefault();
    }

    // --- Size ---
    #unit(sheet) {
        if (sheet.unit === "char") return [CELL.width, CELL.height];
        if (sheet.unit === "pt") return [POINT, POINT];
        const fit = 800 / Math.max(sheet.width, 1); // of a photograph: as wide as a page
        return [fit, fit];
    }

    #layout() {
        const room = this.scroller.clientWidth - 24;
        const tall = this.scroller.clientHeight - 24;
        if (room <= 0 || !this.sheets.length) return;
        const [wide, high] = this.#turned(this.#sheet(this.current) ?? this.sheets[0]);
        if (this.fit === "width") this.zoom = room / wide;
        if (this.fit === "page") this.zoom = Math.min(room / wide, tall / high);
        if (this.fit && !this.pictures) this.zoom = clamp(this.zoom, 0.6, 1.6);
        for (const sheet of this.sheets) this.#size(sheet);
        this.percent.textContent = `${Math.round(this.zoom * 100)} %`;
        this.cursor?.place();
    }

    #turned(sheet) {
        const [x, y] = this.#unit(sheet);
        const size = [sheet.width * x, sheet.height * y];
        return sheet.turn % 180 ? size.reverse() : size;
    }

    #size(sheet) {
        const [x, y] = this.#unit(sheet);
        sheet.wide = sheet.width * x * this.zoom;
        sheet.high = sheet.height * y * this.zoom;
        const side = sheet.turn % 180 !== 0;
        Object.assign(sheet.outer.style, { width: `${side ? sheet.high : sheet.wide}px`, height: `${side ? sheet.wide : sheet.high}px` });
        const moved = { 0: "", 90: `translate(${sheet.high}px, 0)`, 180: `translate(${sheet.wide}px, ${sheet.high}px)`, 270: `translate(0, ${sheet.wide}px)` }[sheet.turn];
        Object.assign(sheet.inner.style, { width: `${sheet.wide}px`, height: `${sheet.high}px`, transform: `${moved} rotate(${sheet.turn}deg)` });
        if (sheet.isNear && this.pictures) this.#picture(sheet);
    }

    #resize(change) {
        const [x, y] = [this.scroller.scrollLeft, this.scroller.scrollTop];
        const [wide, high] = [this.scroller.scrollWidth, this.scroller.scrollHeight];
        change();
        this.#layout();
        this.scroller.scrollTo((x * this.scroller.scrollWidth) / wide, (y * this.scroller.scrollHeight) / high);
        this.cursor?.reveal();
    }

    zoomBy(factor) {
        this.#resize(() => {
            this.fit = null;
            this.zoom = clamp(this.zoom * factor, ...ZOOMS);
        });
    }

    fitTo(what) {
        this.#resize(() => (this.fit = what));
    }

    rotate() {
        const sheet = this.#sheet(this.current);
        if (sheet) this.#resize(() => (sheet.turn = (sheet.turn + 90) % 360));
    }

    select(on) {
        this.selecting = on;
        this.selector.setAttribute("aria-pressed", String(on));
        this.root.classList.toggle("review-selecting", on);
    }

    // --- Where one is ---
    get current() {
        const middle = this.scroller.scrollTop + this.scroller.clientHeight / 3;
        let found = this.sheets[0]?.number ?? 1;
        for (const sheet of this.sheets) if (sheet.outer.offsetTop <= middle) found = sheet.number;
        return found;
    }

    #scrolled() {
        const number = this.current;
        if (number === this.last) return;
        this.last = number;
        if (this.number && this.number !== document.activeElement) this.number.value = number;
        for (const sheet of this.sheets) sheet.thumbnail?.setAttribute("aria-current", sheet.number === number ? "page" : "false");
        this.#sheet(number)?.thumbnail?.scrollIntoView({ block: "nearest" });
    }

    go(number) {
        const sheet = this.#sheet(clamp(number, 1, this.sheets.at(-1)?.number ?? 1));
        if (sheet) this.scroller.scrollTo({ top: sheet.outer.offsetTop - 12 });
    }

    // --- Places of values ---
    setBoxes(boxes) {
        this.boxes = Map.groupBy ? Map.groupBy(boxes, (box) => box.page) : grouped(boxes);
        for (const sheet of this.sheets) if (sheet.isNear) this.#mark(sheet);
    }

    #mark(sheet) {
        const marks = (this.boxes.get(sheet.number) ?? []).map((value) => {
            const rect = draw("rect", { ...place(value.box), class: "review-box", "data-name": value.name, "data-level": value.level });
            rect.append(draw("title", {}, value.label));
            if (this.active?.name === value.name) rect.classList.add("review-lit");
            return rect;
        });
        marks.sort((one, other) => one.classList.contains("review-lit") - other.classList.contains("review-lit")); // the last is on top
        const lit = this.active?.page === sheet.number && !marks.some((mark) => mark.classList.contains("review-lit"));
        if (lit) marks.push(draw("rect", { ...place(this.active.box), class: "review-box review-lit" }));
        sheet.marks.replaceChildren(...marks);
    }

    // Show where a value stands; nothing for one that stands nowhere.
    focusBox(page, box, name = null) {
        this.active = box && page ? { page, box, name } : null;
        for (const sheet of this.sheets) if (sheet.isNear) this.#mark(sheet);
        const sheet = this.#sheet(page);
        if (this.active && sheet) this.#bringIntoView(sheet, box);
    }

    #bringIntoView(sheet, box) {
        const area = this.scroller.getBoundingClientRect();
        const [x0, y0, x1, y1] = onScreen(sheet.svg, box);
        const inside = y0 >= area.top + 8 && y1 <= area.bottom - 8 && x0 >= area.left && x1 <= area.right;
        if (inside) return;
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        this.scroller.scrollBy({
            top: (y0 + y1) / 2 - (area.top + area.height / 2),
            left: x1 - x0 < area.width ? (x0 + x1) / 2 - (area.left + area.width / 2) : x0 - area.left - 12,
            behavior: calm ? "auto" : "smooth",
        });
    }

    // --- Words that are chosen ---
    // What was chosen on a page goes into the field at hand.
    take(number, words, append) {
        this.handlers.picked(textOf(words), number, words.length ? around(words.map((word) => word.slice(1))) : null, append);
    }

    has(number) {
        return this.#sheet(number) !== undefined;
    }

    // Where a word is in the window.
    seen(number, word) {
        return onScreen(this.#sheet(number).svg, word.slice(1));
    }
}

function grouped(boxes) {
    const found = new Map();
    for (const box of boxes) found.set(box.page, [...(found.get(box.page) ?? []), box]);
    return found;
}
