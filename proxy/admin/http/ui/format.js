/**
 * @file format.js  Numbers, times and addresses as a person reads them
 */

const NONE = "–";
const STEPS = ["", "k", "M", "G", "T"];


/**
 * A number with thin groups of thousands
 *
 * @param {number} n        Number
 * @param {number} [digits] After the point
 * @return {string}
 */
export function number(n, digits = 0) {
	if (!Number.isFinite(n))
		return NONE;
	const [whole, rest] = Math.abs(n).toFixed(digits).split(".");
	const text = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") +
		(rest ? "." + rest : "");

	return n < 0 && /[1-9]/.test(text) ? "\u2212" + text : text;
}


/**
 * A number of three figures or so: 1.2 k, 34 M
 *
 * @param {number} n Number
 * @return {string}
 */
export function short(n) {
	let i = 0;

	if (!Number.isFinite(n))
		return NONE;
	while (Math.abs(n) >= 1000 && i < STEPS.length - 1) {
		n /= 1000;
		++i;
	}
	const digits = Math.abs(n) < 10 && n % 1 ? (i || n >= 1 ? 1 : 2) : 0;

	return number(n, digits) + (i ? "\u202f" + STEPS[i] : "");
}


/**
 * A span of time: 0:07, 12:30, 1:02:03, 3 d 4 h
 *
 * @param {number} ms Milliseconds
 * @return {string}
 */
export function span(ms) {
	if (!Number.isFinite(ms))
		return NONE;
	const s = Math.max(0, Math.floor(ms / 1000));
	const two = (n) => String(n).padStart(2, "0");
	const h = Math.floor(s / 3600);

	if (h >= 48)
		return `${Math.floor(h / 24)} d ${h % 24} h`;
	const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;

	return h ? `${h}:${rest}` : rest.replace(/^0/, "");
}


/**
 * Seconds in words: 45 s, 12 min, 1.5 h
 *
 * @param {number} s Seconds
 * @return {string}
 */
export function seconds(s) {
	if (!Number.isFinite(s))
		return NONE;
	if (s < 120)
		return `${Math.round(s)} s`;
	if (s < 7200)
		return `${Math.round(s / 60)} min`;

	return s < 172800 ? `${number(s / 3600, 1)} h` :
		`${Math.round(s / 86400)} d`;
}


/**
 * A point in time, of whatever the server gives
 *
 * @param {string|number} when ISO 8601 or Unix milliseconds
 * @return {number} Unix milliseconds, NaN if it is none
 */
export function moment(when) {
	if (typeof when === "number")
		return when;

	return typeof when === "string" && when ? Date.parse(when) : NaN;
}


/**
 * The time of day, with the date where it is another day
 *
 * @param {string|number} when Point in time
 * @param {number} [now]       Unix milliseconds
 * @return {string}
 */
export function clock(when, now = Date.now()) {
	const ms = moment(when);

	if (!Number.isFinite(ms))
		return NONE;
	const d = new Date(ms);
	const two = (n) => String(n).padStart(2, "0");
	const time = [d.getHours(), d.getMinutes(), d.getSeconds()]
		.map(two).join(":");
	const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-` +
		two(d.getDate());

	return d.toDateString() === new Date(now).toDateString() ? time :
		`${day} ${time}`;
}


/**
 * A point in time in two parts
 *
 * @param {string|number} when Point in time
 * @return {string[]} "2026-11-20 " or "", and the time of day
 */
export function dayAndTime(when) {
	const words = clock(when);

	return [words.slice(0, -8), words.slice(-8)];
}


/**
 * A share of loss, which is small when all is well
 *
 * @param {number} percent Percent
 * @return {string}
 */
export function percent(percent) {
	if (!Number.isFinite(percent))
		return NONE;

	const digits = Number.isInteger(percent) || percent >= 10 ? 0 :
		percent < 1 ? 2 : 1;

	return number(percent, digits) + "\u202f%";
}


/**
 * Microseconds as milliseconds
 *
 * @param {number} us Microseconds
 * @return {string}
 */
export function millis(us) {
	return Number.isFinite(us) ?
		number(us / 1000, us < 10000 ? 1 : 0) + "\u202fms" : NONE;
}


/**
 * Octets: 12 kB
 *
 * @param {number} n Octets
 * @return {string}
 */
export function octets(n) {
	if (!Number.isFinite(n))
		return NONE;
	const text = short(n);

	return text + (/[kMGT]$/.test(text) ? "B" : "\u202fB");
}


/**
 * Who it is, without what all have in common
 *
 * @param {string} uri A sip or tel URI, or an address of record
 * @return {string}
 */
export function who(uri) {
	return uri ? String(uri).replace(/^(sips?|tel):/i, "") : NONE;
}


/**
 * The parts of an address
 *
 * @param {string} uri A sip URI, or an address of record
 * @return {string[]} User, and "@domain" or ""
 */
export function userAndDomain(uri) {
	const [user, ...domain] = who(uri).split("@");

	return [user, domain.length ? `@${domain.join("@")}` : ""];
}


/**
 * A text, or a dash
 *
 * @param {*} text Anything
 * @return {string}
 */
export function text(text) {
	return text === undefined || text === null || text === "" ? NONE :
		String(text);
}
