/**
 * @file theme.js  Light, dark, or as the system has it
 */

const KEY = "viaduct.theme";
const NEXT = { system: "light", light: "dark", dark: "system" };


function show(button, theme) {
	if (theme === "system")
		delete document.documentElement.dataset.theme;
	else
		document.documentElement.dataset.theme = theme;
	button.textContent = { system: "Auto", light: "Light",
		dark: "Dark" }[theme];
	button.setAttribute("aria-label", `Colours: ${theme}. Change`);
}


/**
 * Make a button change the colours
 *
 * @param {HTMLButtonElement} button Button
 */
export function setUp(button) {
	let theme = localStorage.getItem(KEY) ?? "system";

	if (!(theme in NEXT))
		theme = "system";
	show(button, theme);
	button.addEventListener("click", () => {
		theme = NEXT[theme];
		localStorage.setItem(KEY, theme);
		show(button, theme);
	});
}
