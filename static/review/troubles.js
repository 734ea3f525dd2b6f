// What to do when the server says no: always a choice, and never at the cost of what was typed.
import { choose } from "./dialogs.js";
import { make } from "./dom.js";
import { ask } from "./store.js";
import { changes, unsaved } from "./unsaved.js";

const GO_BACK = { value: "back", label: "Back to the queue" };

// What was entered here, or stood there, with what stands there now.
function differences(items) {
    const list = make("dl", { class: "review-differences" });
    for (const { label, text, was, now } of items) {
        const [whose, before] = text === undefined ? ["Before: ", was] : ["Yours: ", text];
        list.append(make("dt", {}, label));
        list.append(make("dd", {}, make("b", {}, whose), make("bdi", {}, before || "empty")), make("dd", {}, make("b", {}, "Now: "), make("bdi", {}, now === undefined ? "not there any more" : now || "empty")));
    }
    return list;
}

export function troubles({ getStore, options, outline, announce, leave, readOnly }) {
    const back = () => {
        leave();
        return "stop";
    };

    async function changed({ queue, fresh }) {
        const store = getStore();
        const state = fresh ?? (await ask(options.urls.state));
        const items = unsaved({ queue, drafts: store.drafts }, state).filter(({ isOverwritten }) => isOverwritten);
        const labels = new Set(items.map(({ label }) => label));
        const others = changes(store.state, state).filter(({ label }) => !labels.has(label));
        if (!items.length) {
            store.replace(state);
            if (others.length) {
                await look(others);
                store.conflicted();
            }
            return queue.length ? "drop" : "again";
        }
        // Neither is harmless: one overwrites what they entered, the other what was typed here. So neither has the focus,
        // and who leaves the question is asked again.
        let choice = "";
        while (!choice) {
            choice = await choose({
                title: "Changed meanwhile",
                text: ["Somebody else, or another window of yours, changed this document. Nothing of yours is lost until you choose.", differences([...items, ...others])],
                choices: [
                    { value: "again", label: "Keep mine" },
                    { value: "drop", label: "Take theirs" },
                ],
                cancelled: "",
            });
        }
        if (choice === "drop") store.abandon(state);
        else store.insist(state);
        store.conflicted();
        return choice;
    }

    // Nobody decides on what was not seen.
    const look = (others) =>
        choose({
            title: "Changed meanwhile",
            text: ["Somebody else, or another window of yours, changed this document. Look at it before you decide.", differences(others)],
            choices: [{ value: "look", label: "Look at it", primary: true }],
            cancelled: "look",
        });

    async function notHeld(error, context) {
        const { reviewer, reviewer_id: id, given } = error.extra;
        const isMine = id === options.user;
        const choice = await choose({
            title: isMine ? "You have this document open in another window" : "Somebody else has this document now",
            text: [isMine ? "It can be changed in one window at a time." : `${reviewer || "Somebody"} ${given ? "was given it" : "has it open"}.`, context.queue.length ? "What you changed last is kept here until you decide." : ""].filter(Boolean),
            choices: [
                { value: "look", label: "Only look", primary: true },
                { value: "take", label: isMine ? "Go on here" : "Take it over" },
                GO_BACK,
            ],
            cancelled: "look",
        });
        if (choice === "back") return back();
        if (choice === "look") return readOnly();
        return reclaimed(context);
    }

    async function reclaimed(context) {
        const store = getStore();
        const fresh = await store.claim({ takeOver: true });
        if (fresh.version !== store.state.version) return changed({ ...context, fresh });
        store.replace(fresh);
        return "again";
    }

    async function decided(error, context) {
        const choice = await choose({
            title: "Decided already",
            text: `This document was ${error.extra.state || "decided"} meanwhile.`,
            choices: [
                { value: "look", label: "Only look", primary: true },
                { value: "again", label: "Decide again" },
                GO_BACK,
            ],
            cancelled: "look",
        });
        if (choice === "back") return back();
        if (choice === "look") return readOnly();
        await ask(options.urls.act.replace("VERB", "reopen"), {});
        return reclaimed(context);
    }

    async function gone() {
        const choice = await choose({
            title: "Read again meanwhile",
            text: "The document was read anew, or deleted. What was corrected before, and what you have typed since, is offered to you there.",
            choices: [{ value: "open", label: "Open it as it is now", primary: true }, GO_BACK],
            cancelled: "open",
        });
        if (choice === "back") return back();
        location.assign(options.urls.document + location.search);
        return "stop";
    }

    async function other(error) {
        const signedOut = error.status === 401 || error.status === 403; // the second: by another tab, as somebody else
        const choice = await choose({
            title: signedOut ? "You are signed out" : "That did not work",
            text: signedOut ? "Sign in again in another window, then try again. What you typed is kept." : `${error.message} What you typed is kept.`,
            choices: [{ value: "again", label: "Try again", primary: true }, { value: "in", label: "Sign in" }, GO_BACK].filter(({ value }) => value !== "in" || signedOut),
            cancelled: "again",
        });
        if (choice === "back") return back();
        if (choice === "in") window.open(options.urls.sign_in, "_blank", "noopener");
        return choice === "in" ? other(error) : "again";
    }

    return async function trouble(error, context) {
        try {
            if (error.code === "version_conflict") return await changed(context);
            if (error.code === "task_not_held") return context.fresh ? await changed(context) : await notHeld(error, context);
            if (error.code === "task_decided") return await decided(error, context);
            if (error.status === 404) return await gone();
            return await other(error);
        } catch (another) {
            return another === error ? "stop" : other(another);
        }
    };
}
