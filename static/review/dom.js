// Elements made of what a document says: only ever as text.

// make("button", {type: "button", "data-x": 1}, "Text", child): attributes that are null or false are left out.
export function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
        else element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

export const icon = (name) => make("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, name);
export const hidden = (text) => make("span", { class: "review-hidden" }, text);
// To one decimal, always downwards: so what is below a threshold is never shown with the threshold's number.
export const percent = (share) => `${Math.floor(Number((share * 1000).toFixed(3))) / 10} %`;
