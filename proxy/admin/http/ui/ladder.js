/**
 * @file ladder.js  Who sent what when, drawn; a message opens at its arrow
 *
 * Arrows are buttons: arrow keys walk, Enter opens.
 */
import { el, svg, replace } from "./dom.js";
import { number, octets, text } from "./format.js";
import { layout, summary, kind } from "./ladder_layout.js";


function later(ms) {
	return ms < 10000 ? `+${number(ms)} ms` :
		`+${number(ms / 1000, ms < 100000 ? 2 : 0)} s`;
}


function cut(words, room) {
	const max = Math.max(4, Math.floor(room / 7));

	return words.length > max ? `${words.slice(0, max - 1)}…` : words;
}


/* lines of a message: its first, headers with their names apart, the body */
function coloured(raw) {
	const lines = raw.replace(/\r\n/g, "\n").split("\n");
	const body = lines.indexOf("");

	return lines.map((line, i) => {
		const header = /^([A-Za-z][\w.-]*)(\s*:)(.*)$/.exec(line);
		const end = i < lines.length - 1 ? "\n" : "";

		if (!i)
			return [el("b", null, line), end];
		if (header && (body < 0 || i < body))
			return [el("span", { class: "name" }, header[1]),
				header[2] + header[3] + end];
		return line + end;
	});
}

/** A ladder, and the message that is open */
export class Ladder {
	#layout = null;
	#ladder = { participants: [], messages: [] };
	#open = -1;
	#width = 0;
	#text = "";
	#canvas = svg("svg", { class: "ladder", role: "group",
		"aria-label": "Messages of the call, in their order" });
	#message = el("section", { class: "message card",
		"aria-label": "Message", tabindex: -1 });

	constructor() {
		this.#canvas.addEventListener("click", (ev) =>
			this.#pick(ev));
		this.#canvas.addEventListener("keydown", (ev) =>
			this.#key(ev));
		this.scroll = el("div", { class: "ladder-scroll" },
			this.#canvas);
		this.element = el("div", { class: "ladder-pair" },
			this.scroll, this.#message);
		new ResizeObserver(() => this.#resized())
			.observe(this.scroll);
		this.#showMessage();
	}

	#resized() {
		const width = this.scroll.clientWidth;

		if (!width || width === this.#width)
			return;
		this.#width = width;
		this.#draw();
	}

	#column(c, height) {
		const name = c.name || c.address || "?";

		return [
			svg("line", { class: "life", x1: c.x, x2: c.x,
				y1: 44, y2: height - 4 }),
			svg("g", { class: "who" },
				svg("title", null,
					`${name} ${c.address ?? ""}`),
				svg("text", { x: c.x, y: 18, class: "name",
					"text-anchor": "middle" },
				cut(name, c.gap)),
				c.name ? svg("text", { x: c.x, y: 35,
					class: "address",
					"text-anchor": "middle" },
				cut(c.address ?? "", c.gap)) : null),
		];
	}

	#arrow(r) {
		const y = r.y + 24, way = r.to < r.from ? -1 : 1;

		if (r.from === r.to)
			return svg("path", { class: "arrow", d: `M${r.from} ` +
				`${y - 8}h22v8h-16m5 -4l-6 4l6 4` });
		return svg("path", { class: "arrow",
			d: `M${r.from} ${y}H${r.to - way * 2}` +
				`m${-way * 8} -4.5l${way * 8} 4.5` +
				`l${-way * 8} 4.5` });
	}

	#label(r) {
		const m = r.message, who = this.#layout.columns;
		const name = (i) => who[i]?.name || who[i]?.address || "?";

		return `${summary(m)}, ${later(r.after)}, from ${name(r.a)} ` +
			`to ${name(r.b)}` + (m.sdp ? ", with SDP" : "") +
			(m.retransmission ? ", sent again" : "");
	}

	#rung(r, i) {
		const m = r.message, l = this.#layout;
		const room = Math.abs(r.to - r.from) || 120;
		const more = (m.sdp ? " · SDP" : "") +
			(m.retransmission ? " · again" : "");

		return svg("g", {
			class: `rung ${kind(m)}` +
				(m.retransmission ? " again" : "") +
				(i === this.#open ? " open" : ""),
			role: "button", "data-i": i,
			"aria-label": this.#label(r),
			"aria-pressed": String(i === this.#open),
			tabindex: i === Math.max(0, this.#open) ? 0 : -1,
		},
		svg("rect", { class: "bar", x: 2, y: r.y, rx: 5,
			width: l.width - 4, height: l.row }),
		svg("text", { class: "time", x: l.gutter, y: r.y + 22,
			"text-anchor": "end" }, later(r.after)),
		svg("text", { class: "what", "text-anchor": "middle",
			x: r.from === r.to ? r.from + 60 :
				(r.from + r.to) / 2, y: r.y + 17 },
		cut(summary(m), room - (more ? 40 : 12)),
		more ? svg("tspan", { class: "more" }, more) : null),
		this.#arrow(r));
	}

	#draw() {
		if (!this.#width)
			return;
		const focused = this.#canvas.contains(document.activeElement);

		this.#layout = layout(this.#ladder, this.#width);
		const l = this.#layout;

		for (const [key, value] of Object.entries({
			width: l.width, height: l.height,
			viewBox: `0 0 ${l.width} ${l.height}` }))
			this.#canvas.setAttribute(key, value);
		replace(this.#canvas, l.columns.map((c) =>
			this.#column(c, l.height)),
		l.rows.map((r, i) => this.#rung(r, i)));
		if (focused)
			this.#canvas.querySelector("[tabindex='0']")?.focus();
	}

	#showMessage() {
		const m = this.#ladder.messages[this.#open];

		if (!m) {
			replace(this.#message, el("p", { class: "muted" },
				"Choose an arrow to read its message."));
			return;
		}
		replace(this.#message,
			el("header", null, el("h3", null, summary(m)),
				el("p", { class: "muted" }, [
					m.protocol?.toUpperCase(), m.cseq &&
					`CSeq ${m.cseq}`, octets(m.size),
					m.cut ? "cut" : ""].filter(Boolean)
					.join(" · "))),
			el("pre", { tabindex: 0, "aria-label": "Text" },
				coloured(text(m.text))));
	}

	#show(i) {
		this.#open = i;
		this.#draw();
		this.#showMessage();
	}

	#pick(ev) {
		const g = ev.target.closest(".rung");

		if (g)
			this.#show(Number(g.dataset.i));
	}

	#key(ev) {
		const g = ev.target.closest(".rung");
		const i = Number(g?.dataset.i);
		const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0,
			End: this.#ladder.messages.length - 1 };

		if (!g)
			return;
		if (ev.key === "Enter" || ev.key === " ")
			this.#show(i);
		else if (ev.key in to)
			this.#canvas.querySelector(`[data-i="${to[ev.key]}"]`)
				?.focus();
		else
			return;
		ev.preventDefault();
	}

	/**
	 * Show a ladder; the open message stays open
	 *
	 * @param {Object} ladder participants, messages
	 */
	update(ladder) {
		const now = JSON.stringify(ladder);

		if (now === this.#text)
			return;
		this.#text = now;
		this.#ladder = { participants: ladder.participants ?? [],
			messages: ladder.messages ?? [] };
		this.#draw();
		this.#showMessage();
	}
}
