/**
 * @file call_parts.js  What a call's page and a record's page both show
 */
import { el } from "./dom.js";
import { number, octets, percent, millis, who, text } from "./format.js";
import { badge, card, facts } from "./parts.js";
import { mediaName, verdictLine, reasonText, causeText, mosState, lossState }
	from "./verdict.js";


/**
 * The verdict of the comparison, and what it means
 *
 * @param {Object} call media, reason, why_media
 * @return {Element}
 */
export function verdict(call) {
	const line = verdictLine(call.why_media) ||
		mediaName(call.media).toLowerCase();

	return el("section", { class: "verdict", "aria-label": "Verdict" },
		badge(mediaName(call.media), call.media === "relay" ? "info" :
			call.media === "direct" ? "ok" : ""),
		el("div", null, el("p", { class: "line" }, line),
			el("p", { class: "muted" }, reasonText(call.reason))));
}


/**
 * A side of a call: caller or callee
 *
 * @param {string} side a or b
 * @return {string}
 */
export const sideName = (side) => side === "a" ? "Caller" : "Callee";


const lowerFirst = (words) => words.charAt(0).toLowerCase() + words.slice(1);


function remedy(warning) {
	const m = /\): (.*)$/s.exec(warning.text ?? "");
	const words = m ? m[1] : warning.text ?? "";

	return words.charAt(0).toUpperCase() + words.slice(1) + ".";
}


function warningBox(call, w) {
	const side = sideName(w.side);
	const name = call[w.side]?.account || call[w.side]?.peer;
	const deaf = /hear(s|d) nothing/.test(w.text ?? "");
	const what = w.now ? deaf ? "hears nothing" : "is not heard" :
		deaf ? "heard nothing for a while" :
			"was not heard for a while";

	return el("li", { class: w.now ? "bad" : "warn" },
		el("p", { class: "line" }, side +
			`${name ? ` (${name})` : ""} ${what}: ` +
			lowerFirst(causeText(w.cause)) +
			` · ${number(w.silent_ms / 1000)} s`),
		el("p", null, remedy(w)));
}


/**
 * One-way audio, with its cause
 *
 * @param {Object} call warnings
 * @return {Element|null}
 */
export const warnings = (call) => call.warnings?.length ?
	el("ul", { class: "warnings" }, call.warnings.map((w) =>
		warningBox(call, w))) : null;


function strangers(m) {
	if (m.strangers?.length)
		return m.strangers.map((s) => `${s.source} ` +
			`(${number(s.packets)})`).join(", ");
	return m.refused_source;
}


function lossOf(m) {
	const q = m.quality ?? {};
	const lost = q.expected ? q.lost : m.lost;
	const all = q.expected || (m.rx_packets ?? 0) + (m.lost ?? 0);

	return all ? (lost ?? 0) * 100 / all : NaN;
}


function figures(m) {
	const q = m.quality ?? {}, loss = lossOf(m);
	const big = (name, value, state) => el("div", { class: "big" },
		el("span", { class: "value " + (state ?? "") }, value),
		el("span", { class: "name" }, name));

	return el("div", { class: "bigs" },
		big("packets in", number(m.rx_packets)),
		big("loss", percent(loss), lossState(loss)),
		big("jitter", millis(q.jitter_us)),
		big("MOS", q.mos ? number(q.mos, 2) : "–", mosState(q.mos)));
}


function media(stream, side) {
	const m = stream[side] ?? {}, q = m.quality ?? {};

	return el("div", { class: "stream" },
		el("h3", null, `${stream.kind ?? "media"} ` +
			`${stream.number || ""}`),
		"rx_packets" in m ? figures(m) : el("p", { class: "muted" },
			"Not relayed: its packets are not seen here."),
		facts([["SDP names", m.sdp], ["Heard at", m.latched],
			["We are", m.ours], ["Codec", q.codec],
			["Sent on", "tx_packets" in m ?
				`${number(m.tx_packets)} packets` : ""],
			["Octets", "rx_octets" in m ?
				`${octets(m.rx_octets)} in, ` +
				`${octets(m.tx_octets)} out` : ""],
			["There and back", q.delay_us ?
				millis(q.delay_us) : ""],
			["It says itself", q.far_mos ?
				`MOS ${number(q.far_mos, 2)}, ` +
				`lost ${number(q.far_lost)}` : ""],
			["Moved by", m.rung],
			["Not by the kernel", m.no_kernel],
			["Refused", m.refused ? number(m.refused) : ""],
			["Strangers", strangers(m)]]));
}


/**
 * A side with all its streams
 *
 * @param {Object} call Call
 * @param {string} side a or b
 * @return {Element}
 */
export function leg(call, side) {
	const l = call[side] ?? {};

	return card("", el("header", { class: "leg-head" },
		el("h2", { class: side }, sideName(side)),
		el("p", { class: "muted" }, [l.account || l.peer ||
			who(side === "a" ? call.from : call.to),
		l.account && l.peer ? `by ${l.peer}` : "",
		l.address ? `${l.address} ${l.transport ?? ""}` : ""]
			.filter(Boolean).join(" · "))),
	(call.streams ?? []).map((s) => media(s, side)));
}


/**
 * Caller and callee of a call as its title
 *
 * @param {Object} call from, to
 * @return {string}
 */
export const title = (call) => `${text(who(call.from))} → ` +
	text(who(call.to));
