/**
 * @file repeat.js  Asks again and again while a page is shown
 *
 * Not while the last answer is on its way, not while nobody looks, and the
 * more seldom the longer an answer takes.
 */

const SHARE = 10; /* of the time, at most, is spent asking */

/** Asks again */
export class Repeat {
	#work;
	#every;
	#timer = 0;
	#busy = false;
	#closed = false;

	/**
	 * @param {function(): Promise} work What is done; throws nothing
	 * @param {number} every             Milliseconds
	 */
	constructor(work, every) {
		this.#work = work;
		this.#every = every;
		this.#shown = () => document.hidden || this.now();
		document.addEventListener("visibilitychange", this.#shown);
		this.now();
	}

	#shown;

	/** Do it now */
	async now() {
		if (this.#busy || this.#closed)
			return;
		clearTimeout(this.#timer);
		this.#busy = true;
		const began = performance.now();

		await this.#work();
		this.#busy = false;
		if (this.#closed)
			return;
		this.#timer = setTimeout(() => document.hidden || this.now(),
			Math.max(this.#every,
				(performance.now() - began) * SHARE));
	}

	/** End */
	close() {
		this.#closed = true;
		clearTimeout(this.#timer);
		document.removeEventListener("visibilitychange", this.#shown);
	}
}
