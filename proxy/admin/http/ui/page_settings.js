/**
 * @file page_settings.js  What the configuration says, and what is default
 */
import { el } from "./dom.js";
import { details } from "./dialog.js";
import { text } from "./format.js";
import { listPage } from "./page_list.js";
import { badge, facts } from "./parts.js";


function shown(v) {
	return Array.isArray(v) ? v.join(", ") : typeof v === "boolean" ?
		v ? "yes" : "no" : text(v);
}

const name = (r) => [r.section, r.title ? `"${r.title}"` : "", r.key]
	.filter(Boolean).join(" ");


/* the keys of peers, routes and the like stand under their titles */
function titled(answer) {
	return (answer.sections ?? []).flatMap((s) =>
		Object.entries(s.keys ?? {}).map(([key, value]) => ({
			...answer.settings.find((r) => r.key === key &&
				r.section === s.section),
			section: s.section, title: s.title, key, value,
			set: true })));
}


function all(answer) {
	const some = titled(answer);
	const named = new Set(some.map((r) => r.section));

	return (answer.settings ?? []).filter((r) => !named.has(r.section))
		.concat(some);
}


function show(r) {
	details(name(r), el("p", null, r.doc ?? ""), facts([
		["Value", shown(r.value)], ["Unit", r.unit],
		["Default", shown(r.default)], ["Takes", r.expected],
		["State", r.set ? "set in the configuration" : "default"],
		["A change", r.reload === "live" ? "is taken up by a reload" :
			"needs a restart"]]));
}

const columns = [
	{ label: "Key", of: name, ch: 26, narrow: 20, cell: (r) => el("button",
		{ type: "button", class: "link", "data-act": "show" },
		name(r)) },
	{ label: "Value", ch: 22, narrow: 14, of: (r) => shown(r.value) +
		(r.unit && r.value && r.value !== "***" ? ` ${r.unit}` : "") },
	{ label: "State", of: (r) => r.set ? "set" : "default", ch: 8,
		level: 2, cell: (r) =>
		r.set ? badge("set", "info") : badge("default", "") },
	{ label: "Default", of: (r) => shown(r.default), level: 3, ch: 14 },
	{ label: "A change", of: (r) => r.reload ?? "", level: 2, ch: 13,
		cell: (r) => r.reload === "live" ? "by a reload" : "restart" },
	{ label: "Meaning", of: (r) => r.doc ?? "", level: 2 },
];


/** The page */
export const open = (ctx) => listPage({
	title: "Settings", path: "settings", every: 60000,
	pick: all,
	intro: "The configuration in force. It is changed in its file, and " +
		"taken up by a reload or a restart.",
	table: { caption: "Settings", columns, key: name,
		empty: "No settings.", actions: { show } },
}, ctx);
