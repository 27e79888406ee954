/**
 * @file table.js  A table that sorts, searches, and draws only what is seen
 *
 * Each row is as high as the others. Its first cell holds what can be focused;
 * arrow keys walk from row to row, also to those that are not drawn yet.
 */
import { el, replace, setText } from "./dom.js";
import { number } from "./format.js";
import { sorted, found, seen } from "./rows.js";

const ALL_MAX = 150; /* so few are all drawn */

/** A table */
export class Table {
	#o;
	#rows = [];
	#shown = [];
	#sort;
	#search = "";
	#drawn = new Map();
	#state = "loading";
	#why = "";
	#body = el("tbody");
	#before = el("tr", { class: "spacer", "aria-hidden": "true" },
		el("td"));
	#after = this.#before.cloneNode(true);
	#heads = [];
	#note = el("div", { class: "table-note" });
	#count = el("p", { class: "count", role: "status" });
	#frame = 0;

	/**
	 * @param {Object} o caption; columns: [{ label, of(row), cell(row),
	 *                   end, level, ch, narrow }]; key(row);
	 *                   sort: [column, down]; empty: words for none;
	 *                   actions: { name: handler(row, button) };
	 *                   search: false; ranked: the server has put
	 *                   them in order
	 */
	constructor(o) {
		this.#o = { actions: {}, ...o };
		this.#sort = o.sort ?? [0, false];
		this.#heads = o.columns.map((c, i) => this.#head(c, i));
		this.table = el("table", {
			onkeydown: (ev) => this.#key(ev),
			onclick: (ev) => this.#click(ev),
		}, el("caption", { class: "hidden" }, o.caption),
		el("thead", null, el("tr", null, this.#heads)), this.#body);
		this.element = el("div", { class: "table-frame" },
			this.#tools(), this.table, this.#note);
		this.#onscroll = () => this.#later();
		addEventListener("scroll", this.#onscroll, { passive: true });
		addEventListener("resize", this.#onscroll, { passive: true });
		this.#showHeads();
		this.#render();
	}

	#onscroll;

	/** The page goes: nothing is listened to any more */
	close() {
		removeEventListener("scroll", this.#onscroll);
		removeEventListener("resize", this.#onscroll);
		cancelAnimationFrame(this.#frame);
	}

	#later() {
		cancelAnimationFrame(this.#frame);
		this.#frame = requestAnimationFrame(() => this.#render());
	}

	#tools() {
		const field = el("input", {
			type: "search", placeholder: "Search",
			"aria-label": `Search in ${this.#o.caption}`,
			autocomplete: "off", spellcheck: "false",
			oninput: (ev) => this.search(ev.target.value),
		});

		return el("div", { class: "table-tools" },
			this.#o.search === false ? null : field,
			this.#o.tools, this.#count);
	}

	#cellClass(c) {
		return `level-${c.level ?? 1}${c.end ? " end" : ""}`;
	}

	#head(c, i) {
		const props = { scope: "col", class: this.#cellClass(c) };

		const th = el("th", props, !c.label ? el("span",
			{ class: "hidden" }, "Actions") :
			!c.of || this.#o.ranked ? c.label : el("button", {
				type: "button", class: "sort",
				onclick: () => this.#sortBy(i),
			}, c.label));

		if (c.ch) {
			th.style.setProperty("--ch", `${c.ch}ch`);
			th.style.setProperty("--narrow",
				`${c.narrow ?? c.ch}ch`);
			th.classList.add("sized");
		}
		return th;
	}

	#sortBy(i) {
		const [now, down] = this.#sort;

		this.#sort = [i, now === i ? !down :
			!!this.#o.columns[i].end];
		this.#showHeads();
		this.#order();
	}

	#showHeads() {
		this.#heads.forEach((th, i) => {
			if (i === this.#sort[0] && !this.#o.ranked)
				th.setAttribute("aria-sort", this.#sort[1] ?
					"descending" : "ascending");
			else
				th.removeAttribute("aria-sort");
		});
	}

	#text(row) {
		return this.#o.columns.map((c) => c.of?.(row) ?? "")
			.join(" ") + " " + (this.#o.text?.(row) ?? "");
	}

	#order() {
		const rows = found(this.#rows, this.#search,
			(row) => this.#text(row));
		const [i, down] = this.#sort;

		this.#shown = this.#o.ranked ? rows :
			sorted(rows, this.#o.columns[i].of, down);
		this.#tell();
		this.#render();
	}

	#tell() {
		const all = this.#rows.length, some = this.#shown.length;

		setText(this.#count, this.#state !== "ready" ? "" :
			some === all ?
				number(all) + (this.#o.more ? "+" : "") :
				`${number(some)} of ${number(all)}`);
	}

	#fillCell(td, c, row) {
		const inside = c.cell ? c.cell(row) : c.of(row);

		if (inside instanceof Node) {
			if (!td.firstChild?.isEqualNode(inside))
				replace(td, inside);
		} else {
			setText(td, inside ?? "–");
			td.title = td.textContent;
		}
	}

	#fillRow(tr, row, i) {
		tr.setAttribute("aria-rowindex", i + 2);
		tr.className = this.#o.rowClass?.(row) ?? "";
		this.#o.columns.forEach((c, k) =>
			this.#fillCell(tr.children[k], c, row));
	}

	#newRow() {
		return el("tr", null, this.#o.columns.map((c) =>
			el("td", { class: this.#cellClass(c) })));
	}

	#rowHeight() {
		return parseFloat(getComputedStyle(this.table)
			.getPropertyValue("--row")) || 40;
	}

	#range() {
		const count = this.#shown.length;

		if (count <= ALL_MAX)
			return [0, count];
		return seen(count, this.#rowHeight(),
			this.#body.getBoundingClientRect().top, innerHeight);
	}

	#space(tr, rows) {
		const height = `${rows * this.#rowHeight()}px`;

		tr.hidden = !rows;
		if (tr.firstChild.style.height !== height)
			tr.firstChild.style.height = height;
	}

	/* rows that stay are the same elements: the focus stays */
	#place(from, to) {
		const drawn = new Map();
		let at = this.#before;

		if (this.#body.firstChild !== at)
			this.#body.prepend(at);
		for (let i = from; i < to; i++) {
			const row = this.#shown[i], key = this.#o.key(row);
			const tr = this.#drawn.get(key) ?? this.#newRow();

			tr.row = row;
			this.#fillRow(tr, row, i);
			if (at.nextSibling !== tr)
				at.after(tr);
			drawn.set(key, tr);
			at = tr;
		}
		while (at.nextSibling)
			at.nextSibling.remove();
		at.after(this.#after);
		this.#drawn = drawn;
	}

	#render() {
		const [from, to] = this.#range();

		this.table.setAttribute("aria-rowcount",
			this.#shown.length + 1);
		this.#place(from, to);
		this.#space(this.#before, from);
		this.#space(this.#after, this.#shown.length - to);
		this.#showNote();
		if (this.#o.onend && to === this.#shown.length)
			this.#o.onend();
	}

	#showNote() {
		const note = this.#note;

		note.className = `table-note ${this.#state}`;
		note.hidden = this.#state === "ready" &&
			this.#shown.length > 0;
		this.table.classList.toggle("none", !this.#shown.length);
		if (note.hidden)
			return;
		if (this.#state === "loading")
			setText(note, "Loading…");
		else if (this.#state === "failed")
			setText(note, this.#why);
		else
			setText(note, this.#rows.length ?
				"Nothing here matches the search." :
				this.#o.empty ?? "None.");
	}

	#focusRow(i) {
		const at = Math.max(0, Math.min(this.#shown.length - 1, i));
		const row = this.#shown[at];
		const top = this.#body.getBoundingClientRect().top +
			at * this.#rowHeight();

		if (!row)
			return;
		if (top < 140 || top > innerHeight - 80) {
			scrollBy(0, top - innerHeight / 2);
			this.#render();
		}
		this.#drawn.get(this.#o.key(row))
			?.querySelector("a, button")?.focus();
	}

	#key(ev) {
		const tr = ev.target.closest("tbody tr");
		const i = tr ? this.#shown.indexOf(tr.row) : -1;
		const page = Math.floor(innerHeight / this.#rowHeight()) - 4;
		const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0,
			End: this.#shown.length - 1, PageDown: i + page,
			PageUp: i - page };

		if (i < 0 || !(ev.key in to))
			return;
		ev.preventDefault();
		this.#focusRow(to[ev.key]);
	}

	/* what a button in a row is for; a click beside them opens the row */
	#click(ev) {
		const row = ev.target.closest("tbody tr")?.row;
		const button = ev.target.closest("[data-act]");

		if (!row)
			return;
		if (button)
			this.#o.actions[button.dataset.act]?.(row, button);
		else if (!ev.target.closest("a, button, input") &&
			!String(getSelection()))
			ev.target.closest("tr").querySelector("a, button")
				?.click();
	}

	/**
	 * Show only rows with these words
	 *
	 * @param {string} text Words
	 */
	search(text) {
		this.#search = text;
		this.#order();
	}

	/**
	 * Show these rows
	 *
	 * @param {Array} rows     Rows
	 * @param {boolean} [more] The server has more of them
	 */
	setRows(rows, more = false) {
		this.#rows = rows;
		this.#o.more = more;
		this.#state = "ready";
		this.#order();
	}

	/**
	 * Nothing can be shown; what is there stays
	 *
	 * @param {string} why In words
	 */
	fail(why) {
		if (this.#rows.length)
			return;
		this.#state = "failed";
		this.#why = why;
		this.#tell();
		this.#render();
	}

	/** Begin anew */
	clear() {
		this.#rows = [];
		this.#state = "loading";
		this.#order();
	}
}
