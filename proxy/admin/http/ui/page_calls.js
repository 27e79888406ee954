/**
 * @file page_calls.js  The calls that are up
 */
import { el } from "./dom.js";
import { who, span, moment, number } from "./format.js";
import { listPage } from "./page_list.js";
import { badge, person, action } from "./parts.js";
import { link } from "./router.js";
import { confirm } from "./dialog.js";
import { attempt } from "./notice.js";
import { change, part } from "./api.js";
import { mediaName, mosState, lossState } from "./verdict.js";

const STATES = { ringing: "info", talking: "ok", hold: "warn" };


/** How long it has been, since its answer or its beginning */
const lasts = (row) => Date.now() - moment(row.since);


/** The lower score of both directions, NaN where none is known */
export function worstMos(row) {
	const all = [row.a?.mos, row.b?.mos].filter(Number.isFinite);

	return all.length ? Math.min(...all) : NaN;
}


function worstLoss(row) {
	const all = [row.a?.loss, row.b?.loss].filter(Number.isFinite);

	return all.length ? Math.max(...all) : NaN;
}


function figure(n, digits, state, unit = "") {
	return Number.isFinite(n) ? el("span", { class: `figure ${state}` },
		number(n, digits) + unit) : "–";
}


/**
 * Ask, then end a call
 *
 * @param {Object} row id, from, to
 * @return {Promise<boolean>} Whether it was ended
 */
export async function hangup(row) {
	const text = `${who(row.from)} and ${who(row.to)} will be cut off.`;

	return await confirm("End this call?", text, "Hang up") &&
		attempt(() => change("DELETE", `calls/${part(row.id)}`),
			"The call is ended.");
}

const columns = [
	{ label: "From", of: (r) => who(r.from), cell: (r) => person(r.from,
		{ href: link("call", [r.id]) }, "a") },
	{ label: "To", of: (r) => who(r.to), cell: (r) => person(r.to) },
	{ label: "State", of: (r) => r.state, ch: 10, narrow: 8,
		cell: (r) => badge(r.state, STATES[r.state]) },
	{ label: "Time", of: lasts, end: true, ch: 8, narrow: 6,
		cell: (r) => span(lasts(r)) },
	{ label: "Media", of: (r) => r.media ?? "", level: 2, ch: 9,
		cell: (r) => mediaName(r.media) },
	{ label: "Reason", of: (r) => r.reason ?? "", level: 3, ch: 15 },
	{ label: "Loss", of: worstLoss, end: true, level: 2, ch: 7,
		cell: (r) => figure(worstLoss(r), 2, lossState(worstLoss(r)),
			"\u202f%") },
	{ label: "MOS", of: worstMos, end: true, level: 2, ch: 5,
		cell: (r) => figure(worstMos(r), 2, mosState(worstMos(r))) },
	{ label: "", end: true, level: 3, ch: 9, cell: (r) =>
		action("hangup", "Hang up", `${who(r.from)}, ${who(r.to)}`) },
];


/** The page */
export function open(ctx) {
	const page = listPage({
		title: "Calls", path: "calls", pick: (a) => a.calls ?? [],
		every: 2000, events: ["call"],
		table: {
			caption: "Calls that are up", columns,
			key: (r) => r.id, sort: [3, false],
			text: (r) => `${r.call_id} ${r.id} ${r.uri ?? ""}`,
			empty: "No call is up.",
			rowClass: (r) => worstMos(r) < 3.5 ? "bad" : "",
			actions: { hangup: async (row) => {
				if (await hangup(row))
					page.reload();
			} },
		},
	}, ctx);

	return page;
}
