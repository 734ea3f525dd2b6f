// The tools of the view of a document: paging, zoom, turning, selecting, and the small pictures of its pages.
import { icon, make } from "./dom.js";

// What is done with the view of the pages.
export function toolbar(pages) {
    const bar = make("div", { class: "review-tools", role: "toolbar", "aria-label": "View of the document" });
    const button = (sign, label, action, key) => {
        const made = make("button", { type: "button", title: key ? `${label} (${key})` : label, "aria-label": label });
        made.append(icon(sign));
        made.addEventListener("click", action);
        bar.append(made);
        return made;
    };
    if (pages.count > 1) {
        button("chevron_left", "Previous page", () => pages.go(pages.current - 1), "Page up");
        bar.append(counter(pages));
        button("chevron_right", "Next page", () => pages.go(pages.current + 1), "Page down");
    }
    button("zoom_out", "Smaller", () => pages.zoomBy(1 / 1.25), "−");
    pages.percent = make("span", { class: "review-counter" }, "100 %");
    bar.append(pages.percent);
    button("zoom_in", "Larger", () => pages.zoomBy(1.25), "+");
    button("fit_width", "Fit the width", () => pages.fitTo("width"), "0");
    button("fit_page", "Fit the page", () => pages.fitTo("page"), "9");
    if (pages.pictures) button("rotate_right", "Turn", () => pages.rotate(), "r");
    pages.selector = button("text_select_start", "Select text instead of picking values", () => pages.select(!pages.selecting), "t");
    pages.selector.setAttribute("aria-pressed", "false");
    return bar;
}

// Tells the page, and takes the number of another one.
function counter(pages) {
    pages.number = make("input", { class: "review-number", inputmode: "numeric", autocomplete: "off", "aria-label": `Page of ${pages.count}`, title: "Go to a page (g)" });
    pages.number.value = "1";
    pages.number.addEventListener("focus", () => pages.number.select());
    pages.number.addEventListener("blur", () => (pages.number.value = pages.current));
    pages.number.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.stopPropagation();
        const wanted = Number(pages.number.value);
        if (wanted) pages.go(wanted);
        pages.number.blur();
    });
    return make("span", { class: "review-counter" }, pages.number, ` / ${pages.count}`);
}

// Small pictures of all pages, to go to one. `source(sheet, width)`: the address of a picture.
export function thumbnails(pages, source) {
    const bar = make("nav", { class: "review-thumbnails", "aria-label": "Pages" });
    for (const sheet of pages.sheets) {
        const button = make("button", { type: "button", "aria-label": `Page ${sheet.number}` });
        const size = { width: 84, height: Math.round((84 * sheet.height) / sheet.width) };
        button.append(make("img", { ...size, alt: "", loading: "lazy", fetchpriority: "low", src: source(sheet, 200) }), String(sheet.number));
        button.addEventListener("click", () => pages.go(sheet.number));
        sheet.thumbnail = button;
        bar.append(button);
    }
    return bar;
}
