// The pages of a document: drawn when they come near, at any zoom, turned, with their words and the places of values.
//
// Boxes and words are in the unit of their page; one SVG over each picture has that unit as its coordinates, so that
// zooming moves nothing. Pages of plain text are measured in characters and have no picture: their words are shown.

const SVG = "http://www.w3.org/2000/svg";
const CELL = { width: 8.5, height: 19 }; // CSS pixels of a character of plain text, at zoom 1
const POINT = 96 / 72;
const NEAR = "150% 0px";
const ZOOMS = [0.25, 4];
const LEAST_DRAG = 5; // CSS pixels; less is a click
const HOLD = 350; // milliseconds that a finger rests before it draws a region; one that moves at once scrolls

const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
};
const draw = (tag, attributes = {}, text = "") => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
};
const place = ([x0, y0, x1, y1]) => ({ x: x0, y: y0, width: Math.max(x1 - x0, 0.1), height: Math.max(y1 - y0, 0.1) });
const around = (boxes) => [
    Math.min(...boxes.map((box) => box[0])),
    Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])),
    Math.max(...boxes.map((box) => box[3])),
];
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// Words in a region, as a person reads them: rows, then from left to right.
export function textOf(words) {
    const rows = [];
    for (const word of [...words].sort((one, other) => one[2] + one[4] - other[2] - other[4])) {
        const middle = (word[2] + word[4]) / 2;
        const row = rows.at(-1);
        if (row && middle < row.bottom) row.words.push(word);
        else rows.push({ bottom: word[4], words: [word] });
    }
    return rows.map((row) => row.words.sort((one, other) => one[1] - other[1]).map((word) => word[0]).join(" ")).join(" ");
}

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
            this.#listen(sheet);
        }
        this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
        this.scroller.addEventListener("copy", (event) => this.#copy(event));
        this.scroller.addEventListener("wheel", (event) => {
            if (!event.ctrlKey) return;
            event.preventDefault();
            this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
        }, { passive: false });
        const holder = make("div", { class: "review-viewer" });
        if (this.pictures && this.count > 1) holder.append(this.#thumbnails());
        holder.append(this.scroller);
        const bar = this.#toolbar();
        if (this.count) this.root.append(bar, holder); // a table shows itself
    }

    #toolbar() {
        const bar = make("div", { class: "review-tools", role: "toolbar", "aria-label": "View of the document" });
        const button = (icon, label, action, key) => {
            const made = make("button", { type: "button", title: key ? `${label} (${key})` : label, "aria-label": label });
            made.append(make("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, icon));
            made.addEventListener("click", action);
            bar.append(made);
            return made;
        };
        if (this.count > 1) {
            button("chevron_left", "Previous page", () => this.go(this.current - 1), "Page up");
            bar.append(this.#counter());
            button("chevron_right", "Next page", () => this.go(this.current + 1), "Page down");
        }
        button("zoom_out", "Smaller", () => this.zoomBy(1 / 1.25), "−");
        this.percent = make("span", { class: "review-counter" }, "100 %");
        bar.append(this.percent);
        button("zoom_in", "Larger", () => this.zoomBy(1.25), "+");
        button("fit_width", "Fit the width", () => this.fitTo("width"), "0");
        button("fit_page", "Fit the page", () => this.fitTo("page"), "9");
        if (this.pictures) button("rotate_right", "Turn", () => this.rotate(), "r");
        this.selector = button("text_select_start", "Select text instead of picking values", () => this.select(!this.selecting), "t");
        this.selector.setAttribute("aria-pressed", "false");
        return bar;
    }

    // Tells the page, and takes the number of another one.
    #counter() {
        this.number = make("input", { class: "review-number", inputmode: "numeric", autocomplete: "off", "aria-label": `Page of ${this.count}`, title: "Go to a page (g)" });
        this.number.value = "1";
        this.number.addEventListener("focus", () => this.number.select());
        this.number.addEventListener("blur", () => (this.number.value = this.current));
        this.number.addEventListener("keydown", (event) => {
            if (event.key !== "Enter") return;
            event.stopPropagation();
            const wanted = Number(this.number.value);
            if (wanted) this.go(wanted);
            this.number.blur();
        });
        return make("span", { class: "review-counter" }, this.number, ` / ${this.count}`);
    }

    #thumbnails() {
        const bar = make("nav", { class: "review-thumbnails", "aria-label": "Pages" });
        for (const sheet of this.sheets) {
            const button = make("button", { type: "button", "aria-label": `Page ${sheet.number}` });
            const size = { width: 84, height: Math.round((84 * sheet.height) / sheet.width) };
            button.append(make("img", { ...size, alt: "", loading: "lazy", src: this.#source(sheet, 200) }), String(sheet.number));
            button.addEventListener("click", () => this.go(sheet.number));
            sheet.thumbnail = button;
            bar.append(button);
        }
        return bar;
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
        if (!sheet.words) this.#read(sheet);
        else if (!sheet.texts.childNodes.length) this.#write(sheet);
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
        const image = make("img", { alt: `Page ${sheet.number}`, draggable: "false", src: this.#source(sheet, width) });
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
        if (sheet.reading) return;
        sheet.reading = true;
        try {
            sheet.words = (await this.ask(this.options.urls.words.replace(/0\.json$/, `${sheet.number}.json`))).words;
            if (sheet.isNear) this.#write(sheet);
        } catch {
            sheet.words = undefined; // asked again when the page comes near once more
        } finally {
            sheet.reading = false;
        }
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
        const [x0, y0, x1, y1] = this.#onScreen(sheet, box);
        const inside = y0 >= area.top + 8 && y1 <= area.bottom - 8 && x0 >= area.left && x1 <= area.right;
        if (inside) return;
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        this.scroller.scrollBy({
            top: (y0 + y1) / 2 - (area.top + area.height / 2),
            left: x1 - x0 < area.width ? (x0 + x1) / 2 - (area.left + area.width / 2) : x0 - area.left - 12,
            behavior: calm ? "auto" : "smooth",
        });
    }

    #onScreen(sheet, box) {
        const matrix = sheet.svg.getScreenCTM();
        const points = [[box[0], box[1]], [box[2], box[3]]].map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
        const xs = points.map((point) => point.x).sort((one, other) => one - other);
        const ys = points.map((point) => point.y).sort((one, other) => one - other);
        return [xs[0], ys[0], xs[1], ys[1]];
    }

    #onPage(sheet, event) {
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(sheet.svg.getScreenCTM().inverse());
        return [point.x, point.y];
    }

    // --- The pointer ---
    #listen(sheet) {
        let start = null;
        let region = null;
        let rest;
        const hold = (on) => {
            clearTimeout(rest);
            sheet.inner.classList.toggle("review-holding", on);
            if (start) start.draws = on;
        };
        sheet.inner.addEventListener("pointerdown", (event) => {
            if (event.button || this.selecting || event.altKey) return;
            const touches = event.pointerType === "touch";
            start = event.isPrimary ? { at: this.#onPage(sheet, event), x: event.clientX, y: event.clientY, draws: !touches } : null;
            if (touches) rest = setTimeout(hold, HOLD, true);
            else sheet.inner.setPointerCapture(event.pointerId);
        });
        // The field that is being edited keeps the focus.
        sheet.inner.addEventListener("mousedown", (event) => this.selecting || event.altKey || event.preventDefault());
        // A finger that draws neither scrolls nor opens a menu.
        for (const name of ["touchmove", "contextmenu"]) {
            sheet.inner.addEventListener(name, (event) => start?.draws && event.cancelable && event.preventDefault(), { passive: false });
        }
        sheet.inner.addEventListener("pointermove", (event) => {
            if (!start) return;
            const far = Math.hypot(event.clientX - start.x, event.clientY - start.y) > LEAST_DRAG;
            if (far && !start.draws) start = null;
            if (!start) return hold(false);
            if (!region && far) sheet.marks.append((region = draw("rect", { class: "review-region" })));
            const box = around([[...start.at, ...start.at], [...this.#onPage(sheet, event), ...this.#onPage(sheet, event)]]);
            for (const [name, value] of Object.entries(place(box))) region?.setAttribute(name, value);
            if (region) region.box = box;
        });
        const end = (event) => {
            hold(false);
            if (region) this.#pickRegion(sheet, region.box);
            else if (start && event.type === "pointerup") this.#click(sheet, start.at, event);
            region?.remove();
            start = region = null;
        };
        sheet.inner.addEventListener("pointerup", end);
        sheet.inner.addEventListener("pointercancel", end);
    }

    // A word goes into the field that is edited; without one, the value that stands there is chosen.
    #click(sheet, [x, y], event) {
        const inside = (box) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
        const size = (box) => (box[2] - box[0]) * (box[3] - box[1]);
        const smallest = (found) => found.sort((one, other) => size(one.box) - size(other.box))[0];
        const value = smallest((this.boxes.get(sheet.number) ?? []).filter(({ box }) => inside(box)));
        if (value && (event.ctrlKey || event.metaKey || !this.handlers.canPick())) return this.handlers.chosen(value.name);
        const words = (sheet.words ?? []).map((word) => ({ word, box: word.slice(1) })).filter(({ box }) => inside(box));
        const word = smallest(words);
        if (word) this.handlers.picked(word.word[0], sheet.number, word.box, event.shiftKey);
    }

    #pickRegion(sheet, [x0, y0, x1, y1]) {
        const words = (sheet.words ?? []).filter(([, left, top, right, bottom]) => {
            const [x, y] = [(left + right) / 2, (top + bottom) / 2];
            return x >= x0 && x <= x1 && y >= y0 && y <= y1;
        });
        if (words.length) this.handlers.picked(textOf(words), sheet.number, around(words.map((word) => word.slice(1))));
        else this.handlers.picked("", sheet.number, null);
    }
}

function grouped(boxes) {
    const found = new Map();
    for (const box of boxes) found.set(box.page, [...(found.get(box.page) ?? []), box]);
    return found;
}
