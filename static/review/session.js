// What was done since the browser was opened, for the page at the end of the work.
const KEY = "review-session";

export function session() {
    try {
        return JSON.parse(sessionStorage.getItem(KEY)) || {};
    } catch {
        return {};
    }
}

// One more document that was `approved`, `rejected` or `postponed`, with so many changes made in so many seconds.
export function count(outcome, changes, seconds) {
    const known = session();
    const since = known.since ?? Date.now() - performance.now();
    const times = [...(known.times ?? []), seconds].slice(-1000);
    const more = { since, times, [outcome]: (known[outcome] ?? 0) + 1, changes: (known.changes ?? 0) + changes };
    sessionStorage.setItem(KEY, JSON.stringify({ ...known, ...more }));
}
