/**
 * @file plot.js  Lines over time: axes, units, and what a point says
 *
 * Read by pointer or by arrow keys; drawn anew when its width changes.
 */
import { el, svg, replace } from "./dom.js";
import { clock, short } from "./format.js";
import { ticks, timeTicks, linePath, nearest } from "./scale.js";

const HEIGHT = 148, LEFT = 44, RIGHT = 8, TOP = 8, BOTTOM = 22;


function hourMinute(t, wide) {
	const text = clock(t);

	return text.slice(-8, wide ? undefined : -3);
}

/** A plot */
export class Plot {
	#o;
	#times = [];
	#lines = [];
	#at = -1;
	#width = 0;
	#canvas;
	#readout;
	#cursor = null;

	/**
	 * @param {Object} o title, format(number), lines: [{ name, class }],
	 *                   max: what the axis shows at least,
	 *                   steps: of the axis, about
	 */
	constructor(o) {
		this.#o = { format: short, max: 0, steps: 4, ...o };
		this.#canvas = svg("svg", {
			class: "plot-canvas", height: HEIGHT, tabindex: 0,
			role: "img", "aria-label": o.title,
			onpointermove: (ev) => this.#point(ev),
			onpointerleave: () => this.#move(-1),
			onblur: () => this.#move(-1),
			onkeydown: (ev) => this.#key(ev),
		});
		this.#readout = el("p", { class: "plot-readout" });
		this.element = el("figure", { class: "plot" },
			el("figcaption", null, o.title), this.#readout,
			this.#canvas);
		new ResizeObserver(() => this.#resized())
			.observe(this.element);
		this.#read();
	}

	#resized() {
		const width = Math.floor(this.#canvas.clientWidth);

		if (!width || width === this.#width)
			return;
		this.#width = width;
		this.#draw();
	}

	#x(t) {
		const [from, to] = [this.#times[0], this.#times.at(-1)];
		const room = this.#width - LEFT - RIGHT;

		return LEFT + (to > from ? (t - from) / (to - from) : 1) *
			room;
	}

	#y(value, top) {
		return TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
	}

	#axes(steps) {
		const top = steps.at(-1), [from, to] =
			[this.#times[0], this.#times.at(-1)];
		const out = steps.map((n) => [
			svg("line", { class: "grid", x1: LEFT,
				x2: this.#width - RIGHT,
				y1: this.#y(n, top), y2: this.#y(n, top) }),
			svg("text", { class: "tick", x: LEFT - 6,
				y: this.#y(n, top) + 4,
				"text-anchor": "end" }, this.#o.format(n)),
		]);

		if (!(to > from))
			return out;
		const room = Math.max(2, Math.floor(this.#width / 90));

		return [out, timeTicks(from, to, room).map((t) => svg("text", {
			class: "tick", x: this.#x(t), y: HEIGHT - 6,
			"text-anchor": this.#x(t) > this.#width - 24 ? "end" :
				"middle",
		}, hourMinute(t, to - from < 240000)))];
	}

	#drawLine(line, i, xs, top) {
		const spec = this.#o.lines[i];
		const ys = line.map((n) => this.#y(n, top));
		const path = linePath(xs, ys);
		const whole = path && !path.includes("M", 1);
		const floor = this.#y(0, top).toFixed(1);

		return [
			whole && !i && xs.length > 1 ? svg("path", {
				class: `area ${spec.class}`,
				d: `${path}L${xs.at(-1).toFixed(1)} ${floor}` +
					`L${xs[0].toFixed(1)} ${floor}Z`,
			}) : null,
			svg("path", { class: `line ${spec.class}`, d: path }),
		];
	}

	#draw() {
		if (!this.#width)
			return;
		const known = this.#lines.flat().filter(Number.isFinite);
		const max = known.reduce((a, b) => Math.max(a, b),
			this.#o.max);
		const steps = ticks(max, this.#o.steps);
		const xs = this.#times.map((t) => this.#x(t));

		this.#cursor = svg("g", { class: "cursor" });
		this.#canvas.setAttribute("viewBox",
			`0 0 ${this.#width} ${HEIGHT}`);
		replace(this.#canvas, this.#axes(steps),
			this.#lines.map((line, i) =>
				this.#drawLine(line, i, xs, steps.at(-1))),
			known.length ? null : svg("text", {
				class: "nothing", "text-anchor": "middle",
				x: this.#width / 2, y: HEIGHT / 2,
			}, "no data yet"), this.#cursor);
		this.#mark(steps.at(-1));
	}

	#mark(top) {
		const at = this.#at;

		if (!this.#cursor)
			return;
		this.#cursor.replaceChildren();
		if (at < 0 || at >= this.#times.length)
			return;
		const x = this.#x(this.#times[at]);

		replace(this.#cursor, svg("line", { x1: x, x2: x, y1: TOP,
			y2: HEIGHT - BOTTOM }), this.#lines.map((line, i) =>
			Number.isFinite(line[at]) ? svg("circle", {
				class: this.#o.lines[i].class, r: 3.5, cx: x,
				cy: this.#y(line[at], top),
			}) : null));
	}

	/* the last values, or those of the place that is pointed at */
	#read() {
		const at = this.#at < 0 ? this.#times.length - 1 : this.#at;
		const parts = this.#o.lines.map((spec, i) => el("span",
			{ class: `key ${spec.class}` }, `${spec.name} `,
			el("b", null, at < 0 ? "–" :
				this.#o.format(this.#lines[i]?.[at]))));

		replace(this.#readout, parts, el("span", { class: "when" },
			this.#at < 0 || at < 0 ? "now" :
				clock(this.#times[at])));
		this.#canvas.setAttribute("aria-label", `${this.#o.title}: ` +
			this.#readout.textContent);
	}

	#move(at) {
		if (at === this.#at)
			return;
		this.#at = at;
		this.#read();
		this.#draw();
	}

	#point(ev) {
		const box = this.#canvas.getBoundingClientRect();
		const share = (ev.clientX - box.left - LEFT) /
			Math.max(1, this.#width - LEFT - RIGHT);
		const [from, to] = [this.#times[0], this.#times.at(-1)];

		if (this.#times.length)
			this.#move(nearest(this.#times,
				from + share * (to - from)));
	}

	#key(ev) {
		const last = this.#times.length - 1;
		const at = this.#at < 0 ? last : this.#at;
		const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0,
			End: last, PageUp: at - 30, PageDown: at + 30 };

		if (!(ev.key in to) || last < 0)
			return;
		ev.preventDefault();
		this.#move(Math.min(last, Math.max(0, to[ev.key])));
	}

	/**
	 * Show other values
	 *
	 * @param {number[]} times   Unix milliseconds
	 * @param {number[][]} lines Values of each line
	 */
	update(times, lines) {
		this.#times = times;
		this.#lines = lines.map((line) =>
			line.map((n) => n === null ? NaN : n));
		if (this.#at >= times.length)
			this.#at = -1;
		this.#read();
		this.#draw();
	}
}


/**
 * A small line without axes
 *
 * @param {number[]} values Values
 * @return {SVGElement}
 */
export function sparkline(values) {
	const known = values.filter(Number.isFinite);
	const max = known.reduce((a, b) => Math.max(a, b), 0) || 1;
	const xs = values.map((_, i) =>
		1 + i * 94 / Math.max(1, values.length - 1));
	const path = linePath(xs, values.map((n) => 23 - n / max * 20));

	return svg("svg", { class: "spark", viewBox: "0 0 96 24",
		preserveAspectRatio: "none", "aria-hidden": "true" },
	svg("path", { class: "line s1", d: path }));
}

