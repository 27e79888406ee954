/**
 * @file events.js  What the server tells by itself
 *
 * Read by fetch, for its Authorization. Pages ask for themselves as well, so
 * that they live where no stream does.
 */
import { stream, get } from "./api.js";
import { EventReader } from "./sse.js";

const WAIT_MAX_MS = 15000;
const SILENT_MS = 20000;

/** Events of the server, and "state": "live", "polling" ... */
export class Events extends EventTarget {
	#abort = null;
	#turn = 0;
	#failures = 0;
	#wake = () => {};
	/* the machine's network comes or goes: look at once */
	#changed = () => {
		this.#failures = 0;
		this.#abort?.abort();
		this.#wake();
	};
	state = "begins";

	#say(name, detail) {
		this.dispatchEvent(new CustomEvent(name, { detail }));
	}

	#setState(state) {
		if (state === this.state)
			return;
		this.state = state;
		this.#say("state", state);
	}

	#take(name, data) {
		try {
			this.#say(name, JSON.parse(data));
		} catch {
			/* a comment of somebody else's server */
		}
	}

	/* the server says something every 2 s: silence is a dead line */
	async #piece(body, abort) {
		const timer = setTimeout(() => abort.abort(), SILENT_MS);

		try {
			return await body.read();
		} finally {
			clearTimeout(timer);
		}
	}

	async #read(response, abort) {
		const body = response.body.getReader();
		const text = new TextDecoder();
		const events = new EventReader();

		for (;;) {
			const { done, value } = await this.#piece(body, abort);

			if (done)
				return;
			events.feed(text.decode(value, { stream: true }),
				(name, data) => this.#take(name, data));
		}
	}

	/* returns when there is no stream, or none any more */
	async #attempt() {
		const abort = new AbortController();

		this.#abort = abort;
		try {
			const response = await stream("events", abort.signal);

			this.#failures = 0;
			this.#setState("live");
			await this.#read(response, abort);
		} catch {
			/* why, polling will tell */
		}
	}

	/* no stream, but does it answer at all? */
	async #poll() {
		try {
			this.#say("stats", await get("status"));
			this.#setState("polling");
		} catch (err) {
			this.#setState(err.status === 401 ? "denied" : "off");
		}
	}

	/* until another turn begins */
	async #run(turn) {
		while (turn === this.#turn) {
			await this.#attempt();
			if (turn !== this.#turn)
				return;
			await this.#poll();
			if (this.state === "denied")
				return;
			++this.#failures;
			await new Promise((done) => {
				this.#wake = done;
				setTimeout(done, Math.min(1000 *
					this.#failures, WAIT_MAX_MS));
			});
		}
	}

	/** Begin */
	start() {
		this.stop();
		addEventListener("online", this.#changed);
		addEventListener("offline", this.#changed);
		this.#run(this.#turn);
	}

	/** End */
	stop() {
		++this.#turn;
		removeEventListener("online", this.#changed);
		removeEventListener("offline", this.#changed);
		this.#abort?.abort();
		this.#setState("begins");
	}
}
