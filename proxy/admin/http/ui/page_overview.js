/**
 * @file page_overview.js  How the server is, at a glance
 */
import { get } from "./api.js";
import { el, replace, setText } from "./dom.js";
import { clock, number, percent, short, octets, seconds, who }
	from "./format.js";
import { badge, card, head, to } from "./parts.js";
import { Plot, sparkline } from "./plot.js";
import { Repeat } from "./repeat.js";
import { Series } from "./series.js";
import { lossState, mosState } from "./verdict.js";

const SPANS = [["30", "30 min"], ["120", "2 h"], ["360", "6 h"]];

const TILES = [
	{ name: "Calls", of: "calls", page: "calls", format: number },
	{ name: "Calls/min", of: "calls_per_minute", format: short,
		page: "history" },
	{ name: "Failed/min", of: "failed_per_minute", format: short,
		page: "history", state: (n) => n > 0 ? "warn" : "" },
	{ name: "Registrations", of: "registrations", format: number,
		page: "registrations" },
	{ name: "MOS", of: "mos", format: (n) => number(n, 2),
		state: mosState },
	{ name: "Loss", of: "loss_percent", format: percent,
		state: lossState },
	{ name: "Packets/s", of: "packets_per_s", format: short },
	{ name: "CPU", of: "cpu_percent", format: percent,
		state: (n) => n > 80 ? "bad" : n > 50 ? "warn" : "" },
];

const PLOTS = [
	{ title: "Calls", max: 4, lines: [["calls", "up", "s1"],
		["calls_per_minute", "begun a minute", "s2"]] },
	{ title: "Registrations", max: 4,
		lines: [["registrations", "registered", "s1"]] },
	{ title: "Failures a minute", max: 1, lines: [
		["failed_per_minute", "calls", "s1"],
		["replies_4xx_per_minute", "4xx", "s2"],
		["replies_5xx_per_minute", "5xx", "s3"]] },
	{ title: "Quality: MOS", max: 5, steps: 5, format: (n) => number(n,
		n % 1 ? 2 : 0), lines: [["mos", "mean", "s1"]] },
	{ title: "Quality: loss", max: 1, format: percent,
		lines: [["loss_percent", "of packets", "s1"]] },
	{ title: "Relay: packets a second", max: 50,
		lines: [["packets_per_s", "packets", "s1"]] },
	{ title: "Relay: octets a second", max: 1000, format: octets,
		lines: [["octets_per_s", "octets", "s1"]] },
	{ title: "Ports in use", max: 8, lines: [
		["ports_used", "in use", "s1"]] },
	{ title: "Processor", max: 10, format: percent,
		lines: [["cpu_percent", "of a core", "s1"]] },
	{ title: "Main loop late (ms)", max: 1,
		lines: [["loop_p99_ms", "99 of 100", "s1"]] },
];


/* a number of the moment, with the line that led to it */
class Tile {
	#value = el("span", { class: "value" }, "–");
	#spark = el("span", { class: "spark-frame" });
	#o;

	constructor(o) {
		this.#o = o;
		this.element = el(o.page ? "a" : "div", { class: "tile",
			href: o.page ? `#/${o.page}` : undefined },
		el("span", { class: "name" }, o.name), this.#value,
		this.#spark);
	}

	show(values, now) {
		const known = values.filter(Number.isFinite);
		const n = Number.isFinite(now) ? now : known.at(-1);

		setText(this.#value, this.#o.format(n));
		this.#value.className = "value " + (this.#o.state?.(n) ?? "");
		replace(this.#spark, sparkline(values.slice(-90)));
	}
}


function warningList(status) {
	const all = (status.warnings ?? []).map((w) => w.text ?? w);

	if (status.overload?.on)
		all.unshift(`Overloaded for ${status.overload.since_s} s: ` +
			`${status.overload.refused_percent} % of the new ` +
			"calls are refused, messages wait " +
			`${status.overload.delay_ms} ms.`);
	if (status.draining)
		all.unshift("Draining: new calls are refused, those that " +
			"are up go on" + (status.stopping ?
			`, the server ends in ${status.left_s} s at the ` +
			"latest." : "."));
	return all.length ? el("ul", { class: "warnings" }, all.map((w) =>
		el("li", { class: "warn" }, String(w)))) : null;
}


function badCall(r) {
	const why = r.oneway ? `one-way audio (${r.oneway_cause ?? "?"})` :
		r.status >= 300 ? `${r.status} ${r.phrase ?? r.why ?? ""}` :
			r.why;

	return el("li", null, to(`${who(r.from)} → ${who(r.to)}`, "record",
		[r.id]), el("span", { class: "muted" },
		`${clock(r.started_ms)} · ${why ?? ""}`));
}


function planeCard(status) {
	const p = status.plane ?? {};

	return card("Relay", el("p", null, "Packets move by ",
		badge(p.rung ?? "–", "info"), p.flows ?
			` ${number(p.flows)} directions in the kernel` : ""),
	p.no_kernel ? el("p", { class: "muted" },
		`Not by the kernel: ${p.no_kernel}`) : null,
	el("ul", { class: "plain" }, (status.workers ?? []).map((w, i) =>
		el("li", { class: "worker" }, el("span", null,
			`Worker ${i + 1}`), el("meter", { min: 0, max: 100,
			value: w.busy_percent, "aria-label":
				`Worker ${i + 1} busy` }), el("span", null,
			`${number(w.busy_percent)} % · ` +
			`${short(w.packets_per_s)}/s`)))),
	el("p", { class: "muted" }, `${number(status.ports_free)} ports free` +
		` · up for ${seconds(status.uptime_s)}`));
}

/** The page */
class Overview {
	#series = new Series();
	#status = {};
	#minutes = "120";
	#tiles = TILES.map((o) => [o, new Tile(o)]);
	#plots = PLOTS.map((o) => [o, new Plot({ ...o, lines: o.lines.map(
		([, name, cls]) => ({ name, class: cls })) })]);
	#warnings = el("div", { "aria-live": "polite" });
	#bad = el("div");
	#plane = el("div");
	#note = el("p", { class: "muted", hidden: true });

	constructor(ctx) {
		this.ctx = ctx;
		this.stats = (ev) => this.#take(ev.detail ?? {});
		ctx.events.addEventListener("stats", this.stats);
		this.element = el("div", null, head("Overview",
			this.#spans()), this.#warnings,
		el("section", { class: "tiles", "aria-label": "Now" },
			this.#tiles.map(([, t]) => t.element)),
		this.#note, el("div", { class: "plots wide" },
			this.#plots.map(([, p]) => card("", p.element))),
		el("div", { class: "two" }, this.#bad, this.#plane));
		this.now = new Repeat(() => this.#askNow(), 4000);
		this.later = new Repeat(() => this.#askSeries(), 10000);
		this.worst = new Repeat(() => this.#askBad(), 30000);
	}

	#spans() {
		return el("div", { class: "choice", role: "group",
			"aria-label": "Time shown" }, SPANS.map(([m, words]) =>
			el("button", { type: "button", "aria-pressed":
				String(m === this.#minutes), onclick: (ev) => {
				this.#minutes = m;
				for (const b of ev.target.parentNode.children)
					b.setAttribute("aria-pressed",
						String(b === ev.target));
				this.#draw();
			} }, words)));
	}

	async #askNow() {
		try {
			this.#take(await get("status"));
			this.#showStatus();
		} catch {
			/* the head of the page says that it is not reached */
		}
	}

	async #askSeries() {
		try {
			await this.#series.update();
			this.#note.hidden = true;
		} catch (err) {
			this.#note.hidden = err.status === 0;
			setText(this.#note, err.status === 501 ?
				"This server keeps no series of numbers." :
				err.message);
		}
		this.#draw();
	}

	async #askBad() {
		try {
			const a = await get("history",
				{ bad: "true", limit: 5 });

			this.#showBad(a.calls ?? []);
		} catch {
			this.#bad.replaceChildren();
		}
	}

	#take(status) {
		this.#status = { ...this.#status, ...status };
		this.#draw();
	}

	#showStatus() {
		const list = warningList(this.#status);
		const was = this.#warnings.firstChild;

		if (!list)
			this.#warnings.replaceChildren();
		else if (!was?.isEqualNode(list))
			replace(this.#warnings, list);
		replace(this.#plane, planeCard(this.#status));
	}

	#showBad(rows) {
		replace(this.#bad, card("Calls that went wrong",
			rows.length ? el("ul", { class: "plain bads" },
				rows.map(badCall)) : el("p",
				{ class: "muted" }, "None that is known of."),
			to("All of them", "history", [], { bad: "true" })));
	}

	#draw() {
		const s = this.#series;
		const from = s.since(this.#minutes * 60000);
		const times = s.times.slice(from);

		for (const [o, tile] of this.#tiles)
			tile.show(s.line(o.of, from), this.#status[o.of]);
		for (const [o, plot] of this.#plots)
			plot.update(times, o.lines.map(([name]) =>
				s.line(name, from)));
	}

	close() {
		this.ctx.events.removeEventListener("stats", this.stats);
		this.now.close();
		this.later.close();
		this.worst.close();
	}
}


/** The page */
export const open = (ctx) => new Overview(ctx);
