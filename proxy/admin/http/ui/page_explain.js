/**
 * @file page_explain.js  Where a call would go now, and why: a dry run
 */
import { get, part } from "./api.js";
import { el, replace } from "./dom.js";
import { who } from "./format.js";
import { badge, card, facts, head, trouble } from "./parts.js";
import { link } from "./router.js";
import { mediaName, verdictLine, reasonText } from "./verdict.js";

const KINDS = { peer: "Trunk", phone: "Phone", redirect: "Redirect server",
	edge: "By an edge proxy", proxy: "Other proxy" };


function target(t) {
	return el("li", null, el("div", { class: "step-head" },
		badge(KINDS[t.kind] ?? t.kind ?? "Target", "info"),
		el("b", null, t.peer ?? who(t.uri)),
		t.media ? badge(mediaName(t.media),
			t.media === "relay" ? "warn" : "ok") : null),
	facts([["URI", t.uri], ["By", t.by], ["State", t.state],
		["Tried in turn", t.group],
		["Not tried", t.not_tried]]), t.why ? el("p", null,
		el("b", null, verdictLine(t.why)), ` – ` +
		reasonText(t.reason)) : null);
}


function skipped(answer) {
	return Object.entries(answer.not_tried ?? {}).map(([peer, why]) =>
		el("li", null, el("div", { class: "step-head" },
			badge("not tried", ""), el("b", null, peer)),
		el("p", { class: "muted" }, why)));
}


function forwards(answer) {
	const f = answer.forwards ?? {};

	return [["When busy", f.busy && who(f.busy)],
		["Without answer", f.noanswer && `${who(f.noanswer)} ` +
			`after ${f.noanswer_s} s`],
		["When offline", f.offline && who(f.offline)]];
}


function outcome(answer) {
	if (answer.refused)
		return el("div", { class: "verdict bad" },
			badge(String(answer.status ?? "refused"), "bad"),
			el("p", { class: "line" }, answer.refused));
	const n = (answer.targets ?? answer.peers ?? []).length;

	return el("div", { class: "verdict" }, badge("goes through", "ok"),
		el("p", { class: "line" }, answer.test_number ?
			"The test number answers." : n === 1 ?
				"One place to go." : `${n} places to go.`));
}


function shown(answer) {
	const targets = answer.targets ?? answer.peers ?? [];

	return [outcome(answer), card("How it was found", facts([
		["Caller", answer.caller ?? answer.peer],
		["Callee", answer.user && who(answer.user)],
		["Asked for", who(answer.to ?? answer.number)],
		["Route", answer.route], ["Pattern", answer.pattern],
		["Number becomes", answer.becomes],
		["Emergency", answer.emergency ? "yes" : ""],
		["Caller's calls", answer.calls_max ?
			`${answer.calls} of ${answer.calls_max}` : ""],
		["Diverted by", (answer.diverted ?? []).join(", ")],
		["Sleeping phones woken", answer.woken],
		...forwards(answer)])),
	targets.length || answer.not_tried ? card("Where it goes",
		el("ol", { class: "steps" }, targets.map(target),
			skipped(answer))) : null];
}


/* servers that know no explain know their routes */
async function find(from, to) {
	if (from) {
		try {
			return await get("explain", { from, to });
		} catch (err) {
			if (err.status !== 501)
				throw err;
		}
	}
	return get(`routes/${part(to)}`, { from });
}


/** The page */
export function open(ctx) {
	const field = (name, label, hint) => el("div", { class: "field" },
		el("label", { for: `explain-${name}` }, label),
		el("input", { id: `explain-${name}`, name, required: name ===
			"to", value: ctx.query[name] ?? "", placeholder: hint,
		autocomplete: "off", spellcheck: "false",
		autocapitalize: "none" }));
	const result = el("div", { class: "result", role: "status" });
	const form = el("form", { class: "card line-form",
		onsubmit: (ev) => {
			ev.preventDefault();
			run(form.elements.from.value.trim(),
				form.elements.to.value.trim());
		} }, field("from", "From", "alice@example.net"),
	field("to", "To", "bob@example.net or 0049301"),
	el("button", { class: "primary" }, "Explain"));

	async function run(from, to) {
		history.replaceState(null, "", link("explain", [],
			{ from, to }));
		try {
			replace(result, shown(await find(from, to)));
		} catch (err) {
			replace(result, trouble("That cannot be said", err));
		}
	}

	if (ctx.query.to)
		run(ctx.query.from ?? "", ctx.query.to);
	return { element: el("div", null, head("Explain a call"),
		el("p", { class: "intro" }, "A dry run: where a call would " +
			"go now, and whether it would be relayed. Nobody's " +
			"phone rings."), form, result), close() {} };
}
