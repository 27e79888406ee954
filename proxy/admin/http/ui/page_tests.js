/**
 * @file page_tests.js  Calls to the test number: what a phone's line is like
 */
import { el } from "./dom.js";
import { clock, number, percent, millis, who } from "./format.js";
import { details } from "./dialog.js";
import { listPage } from "./page_list.js";
import { facts, person } from "./parts.js";
import { mosState, lossState } from "./verdict.js";

const mos = (r) => r.mos_hundredths ? r.mos_hundredths / 100 : NaN;
const loss = (r) => r.loss_hundredths / 100;


function show(r) {
	details(who(r.caller), el("pre", { class: "report" }, r.text),
		facts([["Phone", r.agent], ["From", r.source],
			["Protocol", r.protocol], ["Ended by", r.end],
			["Media", r.media], ["Contact", r.contact],
			["SIP ALG", r.alg], ["Keys", r.keys],
			["Signs", (r.signs ?? []).map((s) => s.text)
				.join("; ")],
			["Call-ID", r.call]]));
}

const columns = [
	{ label: "When", of: (r) => r.time, ch: 19, narrow: 9, cell: (r) =>
		el("button", { type: "button", class: "link",
			"data-act": "show" }, clock(r.time * 1000)) },
	{ label: "Caller", of: (r) => who(r.caller),
		cell: (r) => person(r.caller) },
	{ label: "From", of: (r) => r.source, level: 2 },
	{ label: "Loss", of: loss, end: true, ch: 7, cell: (r) => el("span",
		{ class: `figure ${lossState(loss(r))}` }, percent(loss(r))) },
	{ label: "Jitter", of: (r) => r.jitter_us, end: true, level: 2, ch: 8,
		cell: (r) => millis(r.jitter_us) },
	{ label: "MOS", of: mos, end: true, ch: 6, cell: (r) => el("span",
		{ class: `figure ${mosState(mos(r))}` }, number(mos(r), 2)) },
	{ label: "SIP ALG", of: (r) => r.alg, level: 2, ch: 9 },
	{ label: "Phone", of: (r) => r.agent, level: 3 },
];


/** The page */
export const open = (ctx) => listPage({
	title: "Test calls", path: "tests", pick: (a) => a.tests ?? [],
	intro: "The last calls to the test number: what the server heard, " +
		"and what the phone says that it heard.",
	table: {
		caption: "Calls to the test number", columns,
		key: (r) => `${r.time} ${r.call}`, sort: [0, true],
		empty: "Nobody has called the test number.",
		actions: { show },
	},
}, ctx);
