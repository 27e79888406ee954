/**
 * @file scale.js  Axes: round numbers, round times, and lines between points
 */

const SPANS_MS = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600]
	.map((s) => s * 1000);


/**
 * Round numbers from zero to a maximum
 *
 * @param {number} max   Largest value
 * @param {number} count Steps that are wanted, about
 * @return {number[]} From 0 up, the last not below max
 */
export function ticks(max, count = 4) {
	const top = max > 0 && Number.isFinite(max) ? max : 1;
	const raw = top / count;
	const ten = 10 ** Math.floor(Math.log10(raw));
	const step = [1, 2, 2.5, 5, 10].find((f) => f * ten >= raw) * ten;
	const out = [];

	for (let i = 0; i === 0 || out[i - 1] < top; i++)
		out.push(Number((i * step).toPrecision(12)));
	return out;
}


/**
 * Round moments between two, of local time
 *
 * @param {number} from  Unix milliseconds
 * @param {number} to    Unix milliseconds
 * @param {number} count At most
 * @return {number[]}
 */
export function timeTicks(from, to, count = 6) {
	const step = SPANS_MS.find((s) => (to - from) / s <= count) ??
		SPANS_MS.at(-1);
	const shift = new Date(from).getTimezoneOffset() * 60000;
	const out = [];

	for (let t = Math.ceil((from - shift) / step) * step + shift; t <= to;
		t += step)
		out.push(t);
	return out;
}


/**
 * The path of a line; what is no number is a gap
 *
 * @param {number[]} xs Places
 * @param {number[]} ys Places, or NaN
 * @return {string} For the attribute "d"
 */
export function linePath(xs, ys) {
	let out = "", pen = "M";

	for (let i = 0; i < xs.length; i++) {
		if (!Number.isFinite(ys[i])) {
			pen = "M";
			continue;
		}
		out += `${pen}${xs[i].toFixed(1)} ${ys[i].toFixed(1)}`;
		pen = "L";
	}
	return out;
}


/**
 * The index of the nearest of some moments
 *
 * @param {number[]} times In order
 * @param {number} t       Moment
 * @return {number} -1: there are none
 */
export function nearest(times, t) {
	let low = 0, high = times.length - 1;

	while (high - low > 1) {
		const mid = (low + high) >> 1;

		if (times[mid] <= t)
			low = mid;
		else
			high = mid;
	}
	return high >= 0 && t - times[low] > times[high] - t ? high :
		Math.min(low, high);
}
