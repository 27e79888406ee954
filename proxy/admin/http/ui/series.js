/**
 * @file series.js  The last hours' numbers, kept up to date
 */
import { get } from "./api.js";

const KEEP_MS = 6 * 3600 * 1000;

/** Points of the last hours: only new ones are asked for */
export class Series {
	times = [];
	#lines = {};

	#take(answer) {
		const times = answer.times_ms ?? [];
		const last = this.times.at(-1) ?? 0;
		const fresh = times.flatMap((t, i) => t > last ? [i] : []);

		for (const [name, values] of Object.entries(answer.series ??
			{})) {
			const old = this.#lines[name] ??=
				new Array(this.times.length).fill(null);

			old.push(...fresh.map((i) => values[i]));
		}
		this.times.push(...fresh.map((i) => times[i]));
	}

	#forget() {
		const from = (this.times.at(-1) ?? 0) - KEEP_MS;
		const n = this.times.findIndex((t) => t >= from);

		if (n <= 0)
			return;
		this.times.splice(0, n);
		for (const line of Object.values(this.#lines))
			line.splice(0, n);
	}

	/** Ask for what is new */
	async update() {
		this.#take(await get("series",
			{ since_ms: this.times.at(-1) }));
		this.#forget();
	}

	/**
	 * A part of the time
	 *
	 * @param {number} ms Of its end
	 * @return {number} Where it begins
	 */
	since(ms) {
		const from = (this.times.at(-1) ?? 0) - ms;

		return Math.max(0, this.times.findIndex((t) => t >= from));
	}

	/**
	 * Values of a name
	 *
	 * @param {string} name  Name
	 * @param {number} [from] From where on
	 * @return {number[]} NaN where nothing is known
	 */
	line(name, from = 0) {
		const line = this.#lines[name];

		return this.times.slice(from).map((_, i) => {
			const n = line?.[from + i];

			return typeof n === "number" ? n : NaN;
		});
	}

	/** @return {boolean} Whether the server has that at all */
	has(name) {
		return name in this.#lines;
	}
}
