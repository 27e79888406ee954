/**
 * @file page_peers.js  Peers and trunks
 */
import { seconds, number, who } from "./format.js";
import { listPage } from "./page_list.js";
import { badge } from "./parts.js";

const STATES = { up: "ok", rests: "warn", down: "bad" };


function registered(r) {
	if (!("registered" in r))
		return "–";
	return r.registered ? badge("registered", "ok") :
		badge(r.register_status ? `refused ${r.register_status}` :
			"not yet", "bad");
}

const columns = [
	{ label: "Peer", of: (r) => r.peer },
	{ label: "State", of: (r) => r.state, ch: 7,
		cell: (r) => badge(r.state, STATES[r.state]) },
	{ label: "Where", of: (r) => who(r.uri), level: 2 },
	{ label: "Calls", of: (r) => r.calls, end: true, ch: 10,
		cell: (r) => number(r.calls) + (r.calls_max ?
			` of ${number(r.calls_max)}` : "") },
	{ label: "Probed", of: (r) => r.probed ? "yes" : "no", level: 3,
		ch: 8 },
	{ label: "Registration", of: (r) => String(r.registered ?? ""), ch: 13,
		cell: registered, level: 2 },
	{ label: "For", of: (r) => r.registered_s, end: true, level: 3, ch: 8,
		cell: (r) => r.registered_s ? seconds(r.registered_s) : "–" },
];


/** The page */
export const open = (ctx) => listPage({
	title: "Peers", path: "peers", pick: (a) => a.peers ?? [],
	table: { caption: "Peers and trunks", columns, key: (r) => r.peer,
		empty: "No peer is configured." },
}, ctx);
