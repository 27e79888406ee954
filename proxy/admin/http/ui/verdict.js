/**
 * @file verdict.js  The comparison's verdict, and other words of the server,
 *                   as an operator says them
 */

const REASONS = {
	"match": "Each phone can be reached at the address that it names.",
	"hold": "The call is on hold: there is no audio to relay.",
	"no-media": "There is no stream that would need a relay.",
	"peer-direct": "The configuration of this peer says: direct.",
	"account-direct": "The settings of this account say: direct.",
	"peer-auto": "The peer names a public address.",
	"pages": "Two web pages find their own way by ICE.",
	"no-sdp": "No SDP has come yet: the answer decides.",
	"source-differs": "The phone sends from another address than its " +
		"SDP names: it is behind NAT.",
	"private": "The SDP names a private address, which nobody outside " +
		"can reach.",
	"forbidden": "The SDP names an address that is never sent to.",
	"hostname": "The SDP names a host, not an address.",
	"contact-differs": "The phone sends from another address than its " +
		"Contact names: it is behind NAT.",
	"via-differs": "The phone sends from another address than its Via " +
		"names: it is behind NAT.",
	"callee": "The phone that is called has registered from behind NAT.",
	"family": "One side speaks IPv4, the other IPv6.",
	"peer-relay": "The configuration of this peer says: relay.",
	"account-relay": "The settings of this account say: relay.",
	"other-side": "The other side needs the relay.",
	"recorded": "The call is recorded, which takes the relay.",
};

const CAUSES = {
	"not-heard": "No packet of it has ever arrived",
	"refused": "Its packets come from an address that nobody named",
	"unknown-address": "Nobody knows where to send to",
	"blocked": "Its RTCP arrives, its RTP does not",
	"nat-mapping": "Its NAT has forgotten or changed the port",
	"held": "It says itself that it sends nothing",
	"stopped": "Nothing arrives any more, not even RTCP",
	"not-delivered": "What is sent to it does not arrive",
};

const MEDIA = { relay: "Relayed", direct: "Direct",
	upstream: "Relayed before", undecided: "Not decided yet" };


/**
 * How media goes, in a word
 *
 * @param {string} media relay, direct, upstream or undecided
 * @return {string}
 */
export const mediaName = (media) => MEDIA[media] ?? "Not decided yet";


/**
 * A verdict as one sentence: what was compared stands in it
 *
 * @param {string} why The server's: "relay: source A differs from SDP B"
 * @return {string} "relayed: source A differs from SDP B"
 */
export function verdictLine(why) {
	return String(why ?? "").replace(/^relay:/, "relayed:");
}


/**
 * What a reason means
 *
 * @param {string} reason One word of the server
 * @return {string} A sentence, or ""
 */
export const reasonText = (reason) => REASONS[reason] ?? "";


/**
 * What a cause of one-way audio means
 *
 * @param {string} cause One word of the server
 * @return {string}
 */
export const causeText = (cause) => CAUSES[cause] ?? cause ?? "";


/**
 * A warning of the log, for people
 *
 * @param {string} kind What it is: "call.oneway"
 * @param {object} rest Its values
 * @return {string} A sentence where there is one, else all of it
 */
export function warningText(kind, rest) {
	if (kind === "call.oneway")
		return `${rest.side === "b" ? "Callee" : "Caller"} ${
			rest.what === "not-heard" ? "is not heard" :
				"hears nothing"} in a call. ${
			causeText(rest.cause)}.`;
	if (kind === "peer.down")
		return `Peer ${rest.peer} is down: ${
			rest.status || rest.err || "no answer"}.`;
	return `${kind}: ${Object.entries(rest).map(([key, value]) =>
		`${key} ${value}`).join(", ")}`;
}


/**
 * How good a mean opinion score is
 *
 * @param {number} mos 1 to 5
 * @return {string} ok, warn, bad, or "" where it is not known
 */
export function mosState(mos) {
	if (!Number.isFinite(mos) || !mos)
		return "";
	return mos >= 4 ? "ok" : mos >= 3.5 ? "warn" : "bad";
}


/**
 * How bad a loss is
 *
 * @param {number} percent Percent
 * @return {string} ok, warn, bad, or ""
 */
export function lossState(percent) {
	if (!Number.isFinite(percent))
		return "";
	return percent < 1 ? "ok" : percent < 3 ? "warn" : "bad";
}
