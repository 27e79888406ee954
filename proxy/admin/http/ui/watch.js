/**
 * @file watch.js  What a call's directions did, noted while it is watched
 */

const POINTS_MAX = 900;


/* of what comes from a side, over all its streams */
function total(call, side) {
	const sum = { packets: 0, lost: 0, expected: 0,
		jitter: NaN, mos: NaN };

	for (const stream of call.streams ?? []) {
		const m = stream[side] ?? {}, q = m.quality ?? {};

		sum.packets += m.rx_packets ?? 0;
		sum.lost += q.expected ? q.lost ?? 0 : m.lost ?? 0;
		sum.expected += q.expected ||
			(m.rx_packets ?? 0) + (m.lost ?? 0);
		if (Number.isFinite(q.jitter_us))
			sum.jitter = Math.max(sum.jitter || 0,
				q.jitter_us / 1000);
		if (Number.isFinite(q.mos))
			sum.mos = Math.min(sum.mos || 5, q.mos);
	}
	return sum;
}


function rates(now, then, seconds) {
	const expected = now.expected - then.expected;
	const lost = now.lost - then.lost;

	return {
		packets: (now.packets - then.packets) / seconds,
		loss: expected <= 0 ? NaN :
			Math.min(100, Math.max(0, lost) * 100 / expected),
		jitter: now.jitter, mos: now.mos,
	};
}

/** Points over time, of both sides */
export class Watch {
	times = [];
	#then = null;
	#sides = { a: [], b: [] };

	/**
	 * Take note of a call as it is now
	 *
	 * @param {Object} call The API's
	 * @param {number} at   Unix milliseconds
	 */
	note(call, at) {
		const now = { at, a: total(call, "a"), b: total(call, "b") };
		const then = this.#then;

		this.#then = now;
		if (!then || at - then.at < 500)
			return;
		this.times.push(at);
		for (const side of ["a", "b"])
			this.#sides[side].push(rates(now[side], then[side],
				(at - then.at) / 1000));
		if (this.times.length <= POINTS_MAX)
			return;
		[this.times, this.#sides.a, this.#sides.b]
			.forEach((list) => list.shift());
	}

	/**
	 * One figure of both sides
	 *
	 * @param {string} name packets, loss, jitter or mos
	 * @return {number[][]} Of a, of b
	 */
	lines(name) {
		return [this.#sides.a, this.#sides.b].map((side) =>
			side.map((point) => point[name]));
	}
}
