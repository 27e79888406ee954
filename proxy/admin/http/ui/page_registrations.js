/**
 * @file page_registrations.js  Phones that are registered, and their NATs
 */
import { change, part } from "./api.js";
import { el } from "./dom.js";
import { clock, seconds, number, who } from "./format.js";
import { attempt } from "./notice.js";
import { details } from "./dialog.js";
import { listPage } from "./page_list.js";
import { badge, facts, person, action } from "./parts.js";
import { reasonText, verdictLine } from "./verdict.js";


function natBadge(r) {
	const verdict = r.nat?.verdict;

	if (verdict === "relay")
		return badge("behind NAT", "warn");
	return verdict === "direct" ? badge("reachable", "ok") :
		badge("unknown", "");
}


function show(r) {
	details(who(r.aor), natBadge(r),
		el("p", { class: "line" }, verdictLine(r.nat?.text)),
		el("p", { class: "muted" }, reasonText(r.nat?.reason)),
		facts([["Contact", r.contact], ["Comes from", r.source],
			["Protocol", r.protocol],
			["Phone", r.user_agent],
			["Registered", r.registered_ms ?
				clock(r.registered_ms) : ""],
			["Expires in", seconds(r.expires_s)],
			["NAT remembers for", r.mapping_s ?
				`${seconds(r.mapping_s)}, measured` :
				"not measured yet"],
			["NAT had forgotten after", r.mapping_died_s ?
				seconds(r.mapping_died_s) : ""],
			["Keepalive every", r.keepalive_s ?
				seconds(r.keepalive_s) : "none needed"],
			["Unanswered", r.unanswered || ""],
			["Preference (q)", r.q], ["Path", r.path],
			["Instance", r.instance], ["Way", r.reg_id],
			["Can be called", r.reachable === false ?
				"not before it registers again" : ""]]));
}


function pingRow(p) {
	const ok = p.status && !p.error;

	return el("li", null, badge(ok ? `${p.status}` : "silent",
		ok ? "ok" : "bad"), el("span", null,
		`${p.source ?? p.contact} ${p.user_agent ?? ""} `,
		el("b", null, ok ? `${number(p.ms, 1)} ms` : p.error ?? "")));
}


async function ping(r, button) {
	button.disabled = true;
	await attempt(async () => {
		const answer = await change("POST",
			`registrations/${part(r.aor)}/ping`);

		details(`Ping ${who(r.aor)}`, el("ul", { class: "plain" },
			(answer.phones ?? []).map(pingRow)));
	});
	button.disabled = false;
}

const columns = [
	{ label: "User", of: (r) => who(r.aor), cell: (r) => person(r.aor,
		{ type: "button", class: "link person", "data-act": "show" },
		"button") },
	{ label: "Source", of: (r) => r.source, ch: 21, level: 2 },
	{ label: "By", of: (r) => r.protocol, level: 2, ch: 5 },
	{ label: "NAT", of: (r) => r.nat?.verdict ?? "", ch: 12,
		cell: natBadge },
	{ label: "Reason", of: (r) => r.nat?.reason ?? "", level: 3, ch: 15 },
	{ label: "Mapping", of: (r) => r.mapping_s, end: true, level: 2,
		ch: 8,
		cell: (r) => r.mapping_s ? seconds(r.mapping_s) : "–" },
	{ label: "Keepalive", of: (r) => r.keepalive_s, end: true, level: 3,
		ch: 9,
		cell: (r) => r.keepalive_s ? seconds(r.keepalive_s) : "–" },
	{ label: "Expires", of: (r) => r.expires_s, end: true, level: 2, ch: 8,
		cell: (r) => seconds(r.expires_s) },
	{ label: "Phone", of: (r) => r.user_agent ?? "", level: 3 },
	{ label: "", end: true, level: 2, ch: 6,
		cell: (r) => action("ping", "Ping", who(r.aor)) },
];


/** The page */
export const open = (ctx) => listPage({
	title: "Registrations", path: "registrations",
	query: { limit: 500 }, pick: (a) => a.registrations ?? [],
	every: 5000, events: ["registration"],
	table: {
		caption: "Phones that are registered", columns,
		key: (r) => `${r.aor} ${r.contact} ${r.reg_id ?? ""}`,
		text: (r) => `${r.contact} ${r.instance ?? ""}`,
		empty: "No phone is registered.",
		actions: { show, ping },
	},
}, ctx);
