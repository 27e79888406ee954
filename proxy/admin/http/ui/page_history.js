/**
 * @file page_history.js  Calls that are over: search, filters, a page at a
 *                       time
 */
import { get, download } from "./api.js";
import { el } from "./dom.js";
import { dayAndTime, span, who, number } from "./format.js";
import { attempt } from "./notice.js";
import { badge, head, person } from "./parts.js";
import { link } from "./router.js";
import { Table } from "./table.js";
import { mediaName, mosState } from "./verdict.js";

const LIMIT = 200;
const TYPED_MS = 300;

const CLASSES = [["", "Any result"], ["answered", "Answered"],
	["failed", "Failed"], ["4xx", "4xx"], ["5xx", "5xx"], ["6xx", "6xx"],
	["open", "Not over yet"]];
const DAYS = [["", "Any time"], ["1", "Last day"], ["7", "Last 7 days"],
	["30", "Last 30 days"]];


function worst(r) {
	const all = [r.a_mos, r.b_mos].filter(Number.isFinite);

	return all.length ? Math.min(...all) : NaN;
}


function result(r) {
	if (!r.ended_ms)
		return badge(r.state ?? "open", "info");
	if (r.answered_ms)
		return badge("answered", "ok");
	if (r.status === 487)
		return badge("given up", "");
	return badge(r.status ? `failed ${r.status}` : r.state ?? "open",
		r.status ? "warn" : "info");
}


function flags(r) {
	const words = [r.oneway ? "one-way" : "", r.bad ? "bad" : "",
		r.recording ? "recorded" : "", r.flight ? "pcap" : ""];

	return words.filter(Boolean).join(", ");
}

const columns = [
	{ label: "Started", of: (r) => r.started_ms, ch: 19, narrow: 8,
		cell: (r) => {
			const [day, time] = dayAndTime(r.started_ms);

			return el("a", { href: link("record", [r.id]) },
				el("span", { class: "domain" }, day), time);
		} },
	{ label: "From", of: (r) => who(r.from), cell: (r) => person(r.from) },
	{ label: "To", of: (r) => who(r.to), cell: (r) => person(r.to) },
	{ label: "Result", of: (r) => r.status ?? 0, ch: 11, narrow: 10,
		cell: result },
	{ label: "Talked", of: (r) => r.talked_ms, end: true, level: 2, ch: 8,
		cell: (r) => r.talked_ms ? span(r.talked_ms) : "–" },
	{ label: "Media", of: (r) => r.media, level: 3, ch: 9,
		cell: (r) => r.media ? mediaName(r.media) : "–" },
	{ label: "MOS", of: worst, end: true, level: 2, ch: 6,
		cell: (r) => el("span",
			{ class: `figure ${mosState(worst(r))}` },
		number(worst(r), 2)) },
	{ label: "Notes", of: flags, level: 3, ch: 18,
		cell: (r) => flags(r) || "–" },
];


function select(name, label, options, value, changed) {
	return el("select", { name, "aria-label": label, onchange: changed },
		options.map(([v, words]) => el("option", { value: v,
			selected: v === value }, words)));
}

/** The page's filters */
class Filters {
	constructor(query, changed) {
		const later = () => {
			clearTimeout(this.timer);
			this.timer = setTimeout(changed, TYPED_MS);
		};

		this.search = el("input", { type: "search", name: "search",
			"aria-label": "Search the history", value:
				query.search ?? "", autocomplete: "off",
			placeholder: "User, number or Call-ID",
			oninput: later });
		this.status = select("status", "Result", CLASSES,
			query.status, changed);
		this.days = select("days", "Time", DAYS, query.days, changed);
		this.bad = el("input", { type: "checkbox", id: "bad-only",
			checked: query.bad === "true", onchange: changed });
		this.element = el("div", { class: "filters", role: "search" },
			this.search, this.days, this.status,
			el("label", { class: "check", for: "bad-only" },
				this.bad, "Bad calls only"));
	}

	/** What stands in the address */
	get values() {
		return { search: this.search.value.trim(),
			status: this.status.value, days: this.days.value,
			bad: this.bad.checked ? "true" : "" };
	}

	/** What the API is asked */
	get question() {
		const { days, ...rest } = this.values;

		return { ...rest, from: days ? String(Date.now() -
			days * 86400000) : "" };
	}
}

/** Calls that are over */
class HistoryPage {
	#rows = [];
	#next = "";
	#busy = false;
	#turn = 0;
	#filters;
	#table;

	constructor(ctx) {
		this.#filters = new Filters(ctx.query, () => this.#changed());
		this.#table = new Table({
			caption: "Calls that are over", columns, ranked: true,
			key: (r) => r.id, search: false,
			empty: "No call matches.",
			rowClass: (r) => r.bad ? "bad" : "",
			tools: this.#filters.element,
			onend: () => this.#more(),
		});
		this.element = el("div", null, head("History",
			el("button", { type: "button",
				onclick: () => this.#csv() }, "Save as CSV")),
		this.#table.element);
		this.#ask();
	}

	#changed() {
		history.replaceState(null, "", link("history", [],
			this.#filters.values));
		this.#table.clear();
		this.#rows = [];
		this.#next = "";
		this.#ask();
	}

	/* an older question's answer counts no more */
	async #ask() {
		const turn = ++this.#turn;

		this.#busy = true;
		try {
			const answer = await get("history", {
				...this.#filters.question, limit: LIMIT,
				after: this.#next });

			if (turn !== this.#turn)
				return;
			this.#rows = this.#rows.concat(answer.calls ?? []);
			this.#next = answer.next ?? "";
			this.#busy = false;
			this.#table.setRows(this.#rows, !!this.#next);
		} catch (err) {
			if (turn === this.#turn)
				this.#table.fail(err.status === 501 ?
					"This server keeps no history." :
					err.message);
		}
		if (turn === this.#turn)
			this.#busy = false;
	}

	#more() {
		if (this.#next && !this.#busy)
			this.#ask();
	}

	#csv() {
		attempt(() => download("history.csv", this.#filters.question,
			"calls.csv"));
	}

	close() {
		++this.#turn;
		clearTimeout(this.#filters.timer);
		this.#table.close();
	}
}


/** The page */
export const open = (ctx) => new HistoryPage(ctx);
