// The preview of a document: turns its pages, and shows where a value stands while the pointer is on it.
"use strict";

(() => {
    const figure = document.querySelector("[data-preview]");
    if (!figure) return;
    const image = figure.querySelector("img");
    const overlay = figure.querySelector("svg");
    const caption = figure.querySelector("figcaption");
    const heading = document.querySelector("[data-page-number]");
    const sizes = JSON.parse(document.getElementById("pages").textContent); // [{number, width, height}]
    const turners = [...document.querySelectorAll("[data-turn]")];
    let current = 1;

    const show = (number) => {
        current = number;
        heading.textContent = String(number);
        image.alt = `Page ${number} of the document`;
        image.src = figure.dataset.pages.replace(/0\.png$/, `${number}.png`);
        overlay.replaceChildren();
        update();
    };

    const update = () => {
        for (const turner of turners) {
            const target = current + Number(turner.dataset.turn);
            turner.disabled = target < 1 || target > sizes.length;
        }
    };

    const light = (element) => {
        const page = Number(element.dataset.page);
        const size = sizes.find((known) => known.number === page);
        if (!size) return;
        if (page !== current) show(page);
        const [x0, y0, x1, y1] = element.dataset.box.split(",").map(Number);
        const rectangle = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) {
            rectangle.setAttribute(name, String(value));
        }
        rectangle.classList.add("console-lit");
        overlay.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
        overlay.replaceChildren(rectangle);
    };

    const leave = (element) => {
        const outer = element.parentElement.closest("[data-box]"); // the field that a candidate belongs to
        if (outer) light(outer);
        else overlay.replaceChildren();
    };

    const failed = () => {
        image.hidden = true;
        caption.hidden = false;
    };

    image.addEventListener("error", failed);
    image.addEventListener("load", () => {
        image.hidden = false;
        caption.hidden = true;
    });
    if (image.complete && image.naturalWidth === 0) failed();
    for (const turner of turners) turner.addEventListener("click", () => show(current + Number(turner.dataset.turn)));
    for (const button of document.querySelectorAll("[data-goto]")) {
        button.addEventListener("click", () => show(Number(button.dataset.goto)));
    }
    for (const element of document.querySelectorAll("[data-box]")) {
        element.addEventListener("pointerenter", () => light(element));
        element.addEventListener("focus", () => light(element));
        element.addEventListener("pointerleave", () => leave(element));
        element.addEventListener("blur", () => leave(element));
    }
    update();
})();
