// How long somebody worked on the document that the page shows, in seconds.
//
// The clock runs while the page is visible and somebody is there. A key, the pointer or the wheel is a sign of them, and
// keeps it running for a minute, in which one may read without touching anything. Of a longer pause only this minute
// counts, and nothing while another tab or window hides the page.
const PAUSE_MS = 60_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel"];

export class Clock {
    #since = document.hidden ? null : performance.now();
    #all = 0;
    #untold = 0;

    constructor() {
        for (const sign of SIGNS) document.addEventListener(sign, () => this.#count(), { capture: true, passive: true });
        document.addEventListener("visibilitychange", () => this.#count());
    }

    #count() {
        const now = performance.now();
        const spent = this.#since === null ? 0 : Math.min(now - this.#since, PAUSE_MS);
        this.#all += spent;
        this.#untold += spent;
        this.#since = document.hidden ? null : now;
    }

    // Of the whole document.
    get seconds() {
        this.#count();
        return this.#all / 1000;
    }

    // What the server was not told of yet. Who takes it tells the server, or puts it back.
    take() {
        this.#count();
        const seconds = Math.round(this.#untold) / 1000;
        this.#untold = 0;
        return seconds;
    }

    putBack(seconds) {
        this.#untold += seconds * 1000;
    }
}
