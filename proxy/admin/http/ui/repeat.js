/**
 * @file repeat.js  Asks again and again while a page is shown
 *
 * Not while the last answer is on its way, not while nobody looks, and the
 * more seldom the longer an answer takes.
 */

const SHARE = 10; /* a tenth of the time, at most, is spent asking */
const SOON_MS = 1000;

/** Asks again */
export class Repeat {
	#work;
	#every;
	#timer = 0;
	#busy = false;
	#closed = false;
	#ended = 0;
	#took = 0;

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
		this.#ended = performance.now();
		this.#took = this.#ended - began;
		if (!this.#closed)
			this.#wait(this.#every);
	}

	#wait(ms) {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => document.hidden || this.now(),
			Math.max(ms, this.#took * SHARE));
	}

	/** Something has changed, as many things may at once */
	soon() {
		const ago = performance.now() - this.#ended;

		if (!this.#busy && !this.#closed)
			this.#wait(Math.max(0, SOON_MS - ago));
	}

	/** End */
	close() {
		this.#closed = true;
		clearTimeout(this.#timer);
		document.removeEventListener("visibilitychange", this.#shown);
	}
}
