/**
 * @file sse.js  Server-sent events, taken out of a text that comes in pieces
 */

/** Reads pieces, gives whole events */
export class EventReader {
	#rest = "";
	#name = "";
	#data = [];

	#line(line, handler) {
		if (line === "") {
			if (this.#data.length)
				handler(this.#name || "message",
					this.#data.join("\n"));
			this.#name = "";
			this.#data = [];
			return;
		}
		const colon = line.indexOf(":");
		const field = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? "" :
			line.slice(colon + 1).replace(/^ /, "");

		if (field === "event")
			this.#name = value;
		else if (field === "data")
			this.#data.push(value);
	}

	/**
	 * Take a piece
	 *
	 * @param {string} piece                      Text
	 * @param {function(string, string)} handler  Name and data
	 */
	feed(piece, handler) {
		const text = this.#rest + piece;
		const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
		const lines = whole.split(/\r\n|\n|\r/);

		this.#rest = lines.pop() + text.slice(whole.length);
		for (const line of lines)
			this.#line(line, handler);
	}
}
