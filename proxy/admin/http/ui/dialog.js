/**
 * @file dialog.js  Questions in front of the page, and details beside it
 */
import { el } from "./dom.js";


function open(node) {
	document.body.append(node);
	node.addEventListener("close", () => node.remove());
	node.showModal();
	return node;
}


function frame(title, props, ...kids) {
	const id = `dialog-${Math.random().toString(36).slice(2)}`;

	return el("dialog", { ...props, "aria-labelledby": id },
		el("h2", { id }, title), kids);
}


/**
 * Ask before something that cannot be undone
 *
 * @param {string} title What
 * @param {string} text  What follows
 * @param {string} yes   The button that does it
 * @return {Promise<boolean>}
 */
export function confirm(title, text, yes) {
	return new Promise((done) => {
		const node = open(frame(title, { class: "ask" },
			el("p", null, text),
			el("form", { method: "dialog", class: "buttons" },
				el("button", { value: "no" }, "Cancel"),
				el("button", { value: "yes", class: "danger" },
					yes))));

		node.addEventListener("close", () =>
			done(node.returnValue === "yes"));
	});
}


function fieldInput(f, value) {
	const props = { id: `field-${f.name}`, name: f.name,
		required: f.required, "aria-describedby":
			f.hint ? `hint-${f.name}` : undefined };

	if (f.options)
		return el("select", props, f.options.map(([v, label]) =>
			el("option", { value: v, selected: v === value },
				label)));
	if (f.type === "checkbox")
		return el("input", { ...props, type: "checkbox",
			checked: !!value });
	return el("input", { ...props, type: f.type ?? "text",
		value: value ?? "", min: f.min, readonly: f.readonly,
		placeholder: f.placeholder, spellcheck: "false",
		autocomplete: f.type === "password" ? "new-password" :
			"off" });
}


function field(f, value) {
	const input = fieldInput(f, value);
	const label = el("label", { for: input.id }, f.label);
	const hint = f.hint ? el("small", { id: `hint-${f.name}` }, f.hint) :
		null;

	return f.type === "checkbox" ?
		el("div", { class: "field check" }, input, label, hint) :
		el("div", { class: "field" }, label, input, hint);
}


function valuesOf(form, fields) {
	return Object.fromEntries(fields.map((f) => {
		const input = form.elements[f.name];

		return [f.name, f.type === "checkbox" ? input.checked :
			f.type === "number" ? input.value === "" ? "" :
				Number(input.value) : input.value];
	}));
}


/**
 * A form
 *
 * @param {string} title  What it is for
 * @param {Array} fields  { name, label, type, options, hint, required }
 * @param {Object} values What stands there first
 * @param {string} yes    The button that does it
 * @param {function(Object): Promise} work Takes the values; what it throws is
 *                                         shown, and the form stays
 */
export function ask(title, fields, values, yes, work) {
	const wrong = el("p", { class: "wrong", role: "alert" });
	const save = el("button", { class: "primary" }, yes);
	const form = el("form", {
		onsubmit: async (ev) => {
			ev.preventDefault();
			save.disabled = true;
			try {
				await work(valuesOf(form, fields));
				node.close();
			} catch (err) {
				wrong.textContent = err.message;
			}
			save.disabled = false;
		},
	}, el("div", { class: "fields" },
		fields.map((f) => field(f, values[f.name]))), wrong,
	el("div", { class: "buttons" },
		el("button", { type: "button",
			onclick: () => node.close() }, "Cancel"), save));
	const node = open(frame(title, { class: "form" }, form));
}


/**
 * Details beside the page
 *
 * @param {string} title Of what
 * @param {...*} kids    Contents
 */
export function details(title, ...kids) {
	const node = open(frame(title, { class: "drawer" }, kids,
		el("form", { method: "dialog", class: "buttons" },
			el("button", null, "Close"))));

	node.addEventListener("click", (ev) => {
		if (ev.target === node)
			node.close();
	});
}
