/**
 * @file page_record.js  One call of the history: its record, and its messages
 */
import { get, part, download } from "./api.js";
import { el, replace } from "./dom.js";
import { clock, span, moment } from "./format.js";
import { Ladder } from "./ladder.js";
import { attempt } from "./notice.js";
import { badge, card, facts, head, trouble } from "./parts.js";
import { verdict, warnings, leg, title } from "./call_parts.js";

const ENDERS = { a: "the caller", b: "the callee", us: "this server" };


function result(r) {
	return r.answered || r.answered_ms ? badge("answered", "ok") :
		badge(r.status ? `failed ${r.status}` : r.state ?? "open",
			r.status ? "warn" : "info");
}


function about(r) {
	const time = (name) => r[name] ?? r[`${name}_ms`];
	const when = (name) => time(name) ? clock(moment(time(name))) : "";

	return card("Record", facts([["Dialled", r.uri],
		["Sent to", r.sent_to], ["Diverted by", r.diverted],
		["Started", when("started")], ["Answered", when("answered")],
		["Ended", when("ended")],
		["Talked", r.talked_ms ? span(r.talked_ms) : ""],
		["Ended by", ENDERS[r.ended_by] ?? r.ended_by],
		["Why", r.why], ["Status", [r.status, r.phrase]
			.filter(Boolean).join(" ")],
		["Cause", r.cause ?? r.q850], ["Recording", r.recording],
		["Phones", [r.a?.agent, r.b?.agent].filter(Boolean)
			.join(" → ")],
		["Call-ID", el("code", null, r.call_id)],
		["Number", el("code", null, r.id)]]));
}


function flight(r) {
	return r.flight ? el("button", { type: "button", onclick: () =>
		attempt(() => download(`flights/${part(r.flight)}`, {},
			r.flight)) }, "Save as pcap") : null;
}


async function ladderOf(r) {
	const ladder = new Ladder();
	const note = el("p", { class: "muted" });

	try {
		ladder.update(await get(`ladders/${part(r.call_id)}`));
	} catch (err) {
		note.textContent = err.status === 404 ?
			"No message of this call is kept any more." :
			err.message;
		return card("Ladder", note);
	}
	return card("Ladder", ladder.element);
}


async function show(element, id, isOpen) {
	try {
		const answer = await get(`history/${part(id)}`);
		const r = { ...answer, ...answer.record };

		if (!isOpen())
			return;
		document.title = `${title(r)} · viaduct`;
		replace(element, head(title(r)), el("div",
			{ class: "call-bar" },
			result(r), el("span", { class: "time" },
				span(r.talked_ms ?? 0)),
			el("div", { class: "buttons" }, flight(r))),
		el("div", { class: "call" }, warnings(r), verdict(r),
			el("div", { class: "two" }, leg(r, "a"),
				leg(r, "b")), about(r)));
		const ladder = await ladderOf(r);

		element.querySelector(".call").append(ladder);
	} catch (err) {
		replace(element, head("Call"),
			trouble("This record cannot be shown", err));
	}
}


/** The page */
export function open(ctx) {
	const element = el("div", null, head("Call"),
		el("p", { class: "muted" }, "Loading…"));
	let isOpen = true;

	show(element, ctx.args[0] ?? "", () => isOpen);
	return { element, close: () => isOpen = false };
}
