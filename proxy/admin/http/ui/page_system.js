/**
 * @file page_system.js  The server itself: draining, log, relays, traces
 */
import { get, change, part, download } from "./api.js";
import { el, replace } from "./dom.js";
import { clock, number, octets, seconds } from "./format.js";
import { confirm, details } from "./dialog.js";
import { attempt } from "./notice.js";
import { action, badge, card, facts, head } from "./parts.js";
import { Repeat } from "./repeat.js";
import { token } from "./session.js";
import { Table } from "./table.js";

const RELAYS = { up: "ok", rests: "warn", full: "bad" };
const LEVELS = ["debug", "info", "warn", "error"];


function relayRow(r) {
	return el("li", null, badge(r.state, RELAYS[r.state]),
		el("b", null, r.relay), el("span", { class: "muted" }, [
			"sessions" in r ?
				`sessions ${number(r.sessions)}` : "",
			"ports_free" in r ?
				`ports free ${number(r.ports_free)}` : "",
			r.rests_ms ?
				`for ${seconds(r.rests_ms / 1000)}` : ""]
			.filter(Boolean).join(" · ")));
}

const flightColumns = [
	{ label: "File", of: (r) => r.name },
	{ label: "Written", of: (r) => r.written_ms, ch: 19, level: 2,
		cell: (r) => clock(r.written_ms) },
	{ label: "Size", of: (r) => r.size, end: true, ch: 8,
		cell: (r) => octets(r.size) },
	{ label: "", end: true, ch: 6,
		cell: (r) => action("save", "Save", r.name) },
];


/* what a new configuration has changed */
function showReload(answer) {
	const list = (title, keys) => keys?.length ? [el("h3", null, title),
		el("ul", null, keys.map((k) => el("li", null, String(k))))] :
		null;
	const some = answer.changed?.length || answer.restart?.length;

	details("The configuration is taken up", el("div", { class: "lists" },
		some ? null : el("p", null, "Nothing in it is other than " +
			"before."),
		list("In force now", answer.changed),
		list("After a restart", answer.restart),
		list("Warnings", answer.warnings)));
}

/** The server */
class System {
	#about = el("div");
	#relays = el("div");
	#traces = el("ul", { class: "plain" });
	#flights = new Table({ caption: "Flight recorder", search: false,
		columns: flightColumns, key: (r) => r.name, sort: [1, true],
		empty: "No call has gone wrong: nothing was kept.",
		actions: { save: (r) => attempt(() =>
			download(`flights/${part(r.name)}`, {}, r.name)) } });

	constructor() {
		this.element = el("div", null, head("System"),
			el("div", { class: "two" }, this.#about,
				card("Relays", this.#relays)),
			el("div", { class: "stack" }, card("Trace SIP",
				el("p", { class: "muted" },
				"Messages of a user or an address, to the " +
				"log or to a pcap file."), this.#traceForm(),
			this.#traces),
			card("Flight recorder", el("p", { class: "muted" },
				"Signalling and RTP headers of calls that " +
				"went wrong."), this.#flights.element)));
		this.repeat = new Repeat(() => this.#ask(), 5000);
	}

	async #part(work) {
		try {
			await work();
		} catch (err) {
			return err;
		}
		return null;
	}

	async #ask() {
		await this.#part(async () => this.#showAbout(
			await get("status")));
		await this.#part(async () => replace(this.#relays, el("ul",
			{ class: "plain" }, ((await get("relays")).relays ??
				[]).map(relayRow))));
		await this.#part(async () => replace(this.#traces,
			((await get("traces")).traces ?? []).map((t) =>
				this.#traceRow(t))));
		await this.#askFlights();
	}

	/* what was kept of calls is for those alone who may change things */
	async #askFlights() {
		if (!token()) {
			this.#flights.fail("Sign in to see what was kept.");
			return;
		}
		const err = await this.#part(async () =>
			this.#flights.setRows((await get("flights")).flights ??
				[]));

		if (err)
			this.#flights.fail(err.status === 501 ?
				"This server has no flight recorder." :
				err.message);
	}

	#showAbout(s) {
		const level = el("select", { "aria-label": "Log level",
			onchange: (ev) => attempt(() => change("PUT", "log",
				{ level: ev.target.value }),
			`The log level is ${ev.target.value}.`) },
		LEVELS.map((l) => el("option", { value: l,
			selected: l === (s.log ?? "info") },
		l)));
		const focus = this.#about.contains(document.activeElement);

		if (focus)
			return;
		replace(this.#about, card("Server", facts([
			["Version", s.version],
			["Up for", seconds(s.uptime_s)],
			["Calls", number(s.calls)],
			["State", s.draining ? badge("draining", "warn") :
				badge("takes calls", "ok")],
			["Log level", level]]),
		el("div", { class: "buttons" },
			el("button", { type: "button", onclick: () =>
				this.#drain(!s.draining) }, s.draining ?
				"Take calls again" : "Drain"),
			el("button", { type: "button", onclick: () =>
				this.#reload() }, "Reload configuration"))));
	}

	async #drain(on) {
		if (on && !await confirm("Drain this server?",
			"New calls are refused. Calls that are up go on.",
			"Drain"))
			return;
		await attempt(() => change("POST", "drain", { on }), on ?
			"New calls are refused now." :
			"Calls are taken again.");
		this.repeat.now();
	}

	async #reload() {
		try {
			showReload(await change("POST", "reload"));
		} catch (err) {
			details("The configuration is not taken up",
				el("p", { class: "line" }, "Nothing has " +
					"changed."), el("pre",
					{ class: "report" }, err.message));
		}
	}

	#traceForm() {
		const form = el("form", { class: "line-form",
			onsubmit: async (ev) => {
				ev.preventDefault();
				const what = form.elements.what.value.trim();

				await attempt(() => change("POST", "traces",
					{ what, to: form.elements.to.value }),
				`${what} is traced.`);
				this.repeat.now();
			} }, el("div", { class: "field" },
			el("label", { for: "trace-what" }, "User or address"),
			el("input", { id: "trace-what", name: "what",
				required: true, autocomplete: "off",
				placeholder: "alice@example.net" })),
		el("div", { class: "field" },
			el("label", { for: "trace-to" }, "To"),
			el("select", { id: "trace-to", name: "to" },
				el("option", { value: "pcap" }, "pcap file"),
				el("option", { value: "log" }, "log"))),
		el("button", null, "Trace"));

		return form;
	}

	#traceRow(t) {
		return el("li", null, el("b", null, t.what),
			el("span", { class: "muted" }, [`to ${t.to}`, t.file,
				`messages ${number(t.messages)}`,
				t.lost ? `lost ${number(t.lost)}` : "",
				t.left_s ? `${seconds(t.left_s)} left` : ""]
				.filter(Boolean).join(" · ")),
			el("button", { type: "button", class: "small",
				"aria-label": `End the trace of ${t.what}`,
				onclick: async () => {
					await attempt(() => change("DELETE",
						`traces?what=${part(t.what)}`),
					"The trace has ended.");
					this.repeat.now();
				} }, "End"));
	}

	close() {
		this.repeat.close();
		this.#flights.close();
	}
}


/** The page */
export const open = () => new System();
