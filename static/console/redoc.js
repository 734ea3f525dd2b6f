// Redoc shows the logo of its maker from another host. Nothing is fetched elsewhere here: a picture with such an
// address never gets it, so there is no request for the page's policy to stop. Must run before Redoc does.
"use strict";

const isElsewhere = (address) => {
  const { origin, protocol } = new URL(address, document.baseURI);
  return protocol !== "data:" && origin !== location.origin;
};

HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name === "src" && isElsewhere(value)) {
    this.hidden = true;
  } else {
    Element.prototype.setAttribute.call(this, name, value);
  }
};

Object.defineProperty(HTMLImageElement.prototype, "src", {
  ...Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src"),
  set(address) {
    this.setAttribute("src", address);
  },
});
